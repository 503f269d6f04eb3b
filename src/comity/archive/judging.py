"""What is wrong with the cells of an archive: found before a figure is made of them.

Columns of few values are judged by their different values, all in one pass; the others by counting
the rows that break their rule. Only where something is wrong are rows looked for, and named.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final, NamedTuple

from comity.archive.layout import AMOUNT_MAX, COLUMNS, OF_FEW_VALUES, Sort, is_right
from comity.archive.opening import Archive, named, quoted
from comity.errors import Fault, InputFaultsError
from comity.identifiers.cells import shown

FAULTS_SHOWN_MAX: Final = 20
_TEXT: Final = "VARCHAR"
_WHOLE: Final = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
)
_DATES: Final = "BETWEEN DATE '1970-01-01' AND DATE '2199-12-31'"
_DATE_FORM: Final = r"\d{4}-\d{2}-\d{2}"
_MOMENT_FORM: Final = _DATE_FORM + r"[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?"


class _Wrong(NamedTuple):
    column: str
    where: str  # condition of SQL on the source's own columns
    expected: str


def judge(archive: Archive, columns: Collection[str]) -> None:
    """Refuse an archive in which a cell of these columns is wrong.

    Args:
        archive: opened.
        columns: that will be read; those the archive does not have are passed over.

    Raises:
        InputFaultsError: the first 20 faults by column and row, and how many more rows are wrong.
    """
    sorts = {row[0]: str(row[1]) for row in archive.rows("DESCRIBE raw")}
    used = [one for one in COLUMNS if one in archive.columns and one in columns]
    _check_sorts(archive, used, sorts)
    wrong = [*_wrong_values(archive, used), *_wrong_rows(archive, used, sorts)]
    if {"accepted_at", "settled_at"} <= set(used) and not wrong:
        accepted, settled = (_moment(archive, sorts, one) for one in ("accepted_at", "settled_at"))
        expected = "a moment not before accepted_at"
        wrong.extend(_found(archive, [_Wrong("settled_at", f"{settled} < {accepted}", expected)]))
    if wrong:
        raise InputFaultsError(list(_faults(archive, wrong)))


def _check_sorts(archive: Archive, used: Sequence[str], sorts: dict[str, str]) -> None:
    faults = []
    for ours in used:
        sort, theirs = COLUMNS[ours].sort, archive.theirs[ours]
        if not _fits(sort, sorts[theirs]):
            found = f"a column {theirs!r} of type {sorts[theirs]}"
            faults.append(Fault(archive.name, 0, ours, found, _types(sort)))
    if faults:
        raise InputFaultsError(faults)


def _fits(sort: Sort, kind: str) -> bool:
    if kind == _TEXT:
        return True
    if kind.startswith("ENUM"):
        return sort in OF_FEW_VALUES or sort is Sort.NAME
    match sort:
        case Sort.DATE:
            return kind in {"DATE", "TIMESTAMP"}
        case Sort.MOMENT:
            return kind.startswith("TIMESTAMP")
        case Sort.AMOUNT | Sort.FEE:
            return kind in _WHOLE
        case _:
            return False


def _types(sort: Sort) -> str:
    match sort:
        case Sort.DATE:
            return "a date, or text"
        case Sort.MOMENT:
            return "a timestamp, or text"
        case Sort.AMOUNT | Sort.FEE:
            return "a whole number of up to 64 bits, or text: a float holds no amount exactly"
        case _:
            return "text"


def _wrong_values(archive: Archive, used: Sequence[str]) -> Iterator[_Wrong]:
    """Yield what is wrong in columns of few values, from one pass over all of them."""
    few = [one for one in used if COLUMNS[one].sort in OF_FEW_VALUES]
    if not few:
        return
    theirs = [named(archive.theirs[one]) for one in few]
    sets = ", ".join(f"({one})" for one in theirs)
    places = ", ".join(f"grouping({one})" for one in theirs)
    found = archive.rows(
        f"SELECT {', '.join(theirs)}, {places} FROM raw GROUP BY GROUPING SETS ({sets})"
    )
    for place, ours in enumerate(few):
        column = COLUMNS[ours]
        values = {row[place] for row in found if row[len(few) + place] == 0}
        bad = sorted(one for one in values if one is not None and not is_right(column.sort, one))
        name = theirs[place]
        if bad:
            listed = ", ".join(quoted(one) for one in bad)
            yield _Wrong(ours, f"{name} IN ({listed})", str(column.sort))
        if None in values and not column.may_be_empty:
            yield _Wrong(ours, f"{name} IS NULL", str(column.sort))


def _wrong_rows(archive: Archive, used: Sequence[str], sorts: dict[str, str]) -> Iterator[_Wrong]:
    checks = [
        check
        for ours in used
        if COLUMNS[ours].sort not in OF_FEW_VALUES
        for check in [_check(ours, named(archive.theirs[ours]), sorts[archive.theirs[ours]])]
    ]
    yield from _found(archive, checks)


def _found(archive: Archive, checks: Sequence[_Wrong]) -> Iterator[_Wrong]:
    """Yield the checks that some row does not pass, from one pass over all of them."""
    if checks:
        counts = ", ".join(f"count(*) FILTER (WHERE {check.where})" for check in checks)
        row = archive.rows(f"SELECT {counts} FROM raw")[0]
        yield from (check for check, count in zip(checks, row, strict=True) if count)


def _check(ours: str, name: str, kind: str) -> _Wrong:
    column = COLUMNS[ours]
    is_text = kind == _TEXT
    match column.sort:
        case Sort.DATE:
            form = _form(name, _DATE_FORM) if is_text else "true"
            rule = f"{form} AND TRY_CAST({name} AS DATE) {_DATES}"
            if kind == "TIMESTAMP":
                rule = f"{name} = date_trunc('day', {name}) AND {rule}"
        case Sort.MOMENT:
            form = _form(name, _MOMENT_FORM) if is_text else "true"
            rule = f"{form} AND TRY_CAST(TRY_CAST({name} AS TIMESTAMP) AS DATE) {_DATES}"
        case Sort.AMOUNT | Sort.FEE:
            least = 1 if column.sort is Sort.AMOUNT else 0
            form = f"{_form(name, '[0-9]{1,15}')} AND " if is_text else ""
            rule = f"{form}TRY_CAST({name} AS BIGINT) BETWEEN {least} AND {AMOUNT_MAX}"
        case _:
            rule = f"{name} = trim({name}) AND length({name}) > 0"
    empty = f"{name} IS NOT NULL AND " if column.may_be_empty else ""
    return _Wrong(ours, f"{empty}({rule}) IS NOT TRUE", str(column.sort))


def _form(name: str, pattern: str) -> str:
    return f"regexp_full_match({name}, '{pattern}')"


def _moment(archive: Archive, sorts: dict[str, str], ours: str) -> str:
    name = archive.theirs[ours]
    return f"CAST({named(name)} AS TIMESTAMP)" if sorts[name] != "TIMESTAMP" else named(name)


def _faults(archive: Archive, wrong: Sequence[_Wrong]) -> Iterator[Fault]:
    """Yield the first faults by file and row, then how many more there are."""
    rows, total = [], 0
    for check in wrong:
        name = named(archive.theirs[check.column])
        total += archive.rows(f"SELECT count(*) FROM raw WHERE {check.where}")[0][0]
        for place, cell in archive.rows(_places(archive, name, check.where)):
            rows.append((*place_of(archive, place), check, cell))
    rows.sort(key=lambda one: one[:2])
    lines = _csv_lines(archive, [one[1] for one in rows[:FAULTS_SHOWN_MAX]])
    for file, row, check, cell in rows[:FAULTS_SHOWN_MAX]:
        found = "nothing" if cell is None else shown(str(cell))
        yield Fault(file, lines.get(row, row), check.column, found, check.expected)
    more = total - min(len(rows), FAULTS_SHOWN_MAX)
    if more:
        found = f"{more:,} more faults" if more > 1 else "1 more fault"
        yield Fault(archive.name, 0, "", found, "none; mend these and run again")


def _places(archive: Archive, name: str, where: str) -> str:
    """Return the query that finds the first wrong rows and where they stand."""
    if archive.kind == "parquet":
        files = ", ".join(quoted(str(file)) for file in archive.files)
        return (
            f"SELECT {{'file': filename, 'row': file_row_number + 1}}, {name}"
            f" FROM read_parquet([{files}], hive_partitioning = false, filename = true,"
            f" file_row_number = true) WHERE {where}"
            f" ORDER BY filename, file_row_number LIMIT {FAULTS_SHOWN_MAX}"
        )
    return (
        f"SELECT {{'file': NULL, 'row': place}}, {name} FROM (SELECT *, row_number() OVER () AS"
        f" place FROM raw) WHERE {where} ORDER BY place LIMIT {FAULTS_SHOWN_MAX}"
    )


def place_of(archive: Archive, place: dict[str, Any]) -> tuple[str, int]:
    """Return file and row of a place that a query found."""
    return str(place["file"] or archive.name), int(place["row"])


def _csv_lines(archive: Archive, rows: Sequence[int]) -> dict[int, int]:
    """Return the line on which each row of a CSV file ends: blank lines are no rows."""
    if archive.kind != "csv" or not rows:
        return {}
    wanted, found, row = set(rows), {}, -1
    with archive.files[0].open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        for cells in reader:
            row += bool(cells)
            if row in wanted:
                found[row] = reader.line_num
            if len(found) == len(wanted):
                break
    return found
