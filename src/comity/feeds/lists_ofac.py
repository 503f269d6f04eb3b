"""Reader of OFAC's list of specially designated nationals: sdn.csv with its aliases in alt.csv.

Neither file has a heading; twelve and five columns, `-0-` for nothing, one record a line, a last
line of 0x1A in the files as served. Names that OFAC holds to be weak stand in the remarks, as do
all numbers and codes; `comity.feeds.lists_ofac_remarks` reads those. See docs/formats/lists.md.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from comity.errors import InputFaultsError
from comity.feeds.lists_files import (
    REPLACEMENT_CHARACTER,
    FaultLog,
    ListFile,
    decode_line,
    files_sha256,
)
from comity.feeds.lists_ofac_remarks import read_remarks
from comity.identifiers.cells import shown
from comity.screening import Effect, EntryKind, Watchlist, WatchlistEntry, normalise_name
from comity.screening.watchlists import VERSION_HASH_CHARACTERS

PUBLISHER = "OFAC"
LIST_NAME = "OFAC SDN list"

BINDS = ("US",)
"""It is the law of the United States; banks elsewhere heed it for reasons of their own."""

_NOTHING = "-0-"
_END_OF_FILE = b"\x1a"
_SDN_COLUMNS = (
    "ent_num", "SDN_Name", "SDN_Type", "Program", "Title", "Call_Sign",
    "Vess_type", "Tonnage", "GRT", "Vess_flag", "Vess_owner", "Remarks",
)  # fmt: skip
_ALT_COLUMNS = ("ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks")
_ALIAS_TYPES = frozenset({"aka", "fka", "nka"})
_KINDS = {
    "": EntryKind.ENTITY,
    "individual": EntryKind.INDIVIDUAL,
    "vessel": EntryKind.VESSEL,
    "aircraft": EntryKind.AIRCRAFT,
}


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a file: its number, its place among the records, its text and its cells."""

    line: int
    record: int
    text: str
    cells: dict[str, str] = field(default_factory=dict)


def read_ofac_list(sdn: ListFile, alt: ListFile) -> Watchlist:
    """Return the list of the two files, every alias with its entry.

    Raises:
        InputFaultsError: with every fault of both files, each with its line and record.
    """
    sdn_log, alt_log = FaultLog(sdn), FaultLog(alt)
    sdn_rows = {row.cells["ent_num"]: row for row in _sdn_rows(sdn, sdn_log)}
    aliases = _aliases(alt, alt_log, sdn_rows)
    entries = tuple(
        _entry(row, kind=_KINDS[row.cells["SDN_Type"].lower()], aliases=aliases.get(number, []))
        for number, row in sdn_rows.items()
    )
    if not entries and not sdn_log.faults:
        sdn_log.add(line=0, field="", found="no entry", expected="at least one")
    if faults := sdn_log.faults + alt_log.faults:
        raise InputFaultsError(faults)
    sha256 = files_sha256((sdn, alt))
    return Watchlist(
        publisher=PUBLISHER,
        name=LIST_NAME,
        version=sha256[:VERSION_HASH_CHARACTERS],
        sha256=sha256,
        entries=entries,
        binds=BINDS,
        effect=Effect.FREEZE,
    )


def _sdn_rows(file: ListFile, log: FaultLog) -> Iterator[_Row]:
    seen: dict[str, int] = {}
    for row in _rows(file, columns=_SDN_COLUMNS, log=log):
        number, kind = row.cells["ent_num"], row.cells["SDN_Type"]
        first_line = seen.setdefault(number, row.line)
        if first_line != row.line:
            found = f"{number} of line {first_line} again"
            log.add(line=row.line, field="ent_num", found=found, expected="a number used once")
        elif not _is_name(row.cells["SDN_Name"]):
            found = f"{shown(row.cells['SDN_Name'])}, no name, in record {row.record}"
            log.add(line=row.line, field="SDN_Name", found=found, expected="a readable name")
        elif kind.lower() not in _KINDS:
            expected = "individual, vessel, aircraft or -0-"
            log.add(line=row.line, field="SDN_Type", found=shown(kind), expected=expected)
        else:
            yield row


def _aliases(file: ListFile, log: FaultLog, entries: dict[str, _Row]) -> dict[str, list[_Row]]:
    """Return the rows of aliases of each entry number, in file order."""
    aliases: dict[str, list[_Row]] = {}
    for row in _rows(file, columns=_ALT_COLUMNS, log=log):
        number, kind, name = (row.cells[key] for key in ("ent_num", "alt_type", "alt_name"))
        if number not in entries:
            expected = "the number of an entry that sdn.csv holds without fault"
            log.add(line=row.line, field="ent_num", found=number, expected=expected)
        if kind.lower() not in _ALIAS_TYPES:
            log.add(line=row.line, field="alt_type", found=shown(kind), expected="aka, fka or nka")
        if not _is_name(name):
            found = f"{shown(name)}, no name, in record {row.record}"
            log.add(line=row.line, field="alt_name", found=found, expected="a readable name")
        aliases.setdefault(number, []).append(row)
    return aliases


def _is_name(text: str) -> bool:
    """Return whether the text can be compared: nothing lost, and something to read."""
    return REPLACEMENT_CHARACTER not in text and normalise_name(text) != ""


def _entry(row: _Row, *, kind: EntryKind, aliases: Sequence[_Row]) -> WatchlistEntry:
    cells = row.cells
    remarks = read_remarks(cells["Remarks"])
    strong = (cells["SDN_Name"], *(alias.cells["alt_name"] for alias in aliases))
    call_sign = (("call_sign", cells["Call_Sign"]),) if cells["Call_Sign"] else ()
    return WatchlistEntry(
        list_name=LIST_NAME,
        reference=cells["ent_num"],
        kind=kind,
        names=tuple(dict.fromkeys((*strong, *remarks.weak_names))),
        identifiers=(*remarks.identifiers, *call_sign),
        programme=cells["Program"],
        weak_names=tuple(name for name in remarks.weak_names if name not in strong),
        record=row.record,
        remark=cells["Remarks"],
        original="\n".join((row.text, *(alias.text for alias in aliases))),
    )


def _rows(file: ListFile, *, columns: Sequence[str], log: FaultLog) -> Iterator[_Row]:
    """Yield the records that have the right form; every other line becomes a fault."""
    lines = list(file.lines())
    while lines and lines[-1][1] in {b"", _END_OF_FILE}:
        lines.pop()
    for record, (number, line) in enumerate(lines, start=1):
        text = decode_line(line, number=number, log=log)
        cells = None if text is None else _cells(text, number=number, log=log)
        if text is None or cells is None:
            continue
        if len(cells) != len(columns):
            found = f"{len(cells)} columns in record {record}"
            log.add(line=number, field="", found=found, expected=str(len(columns)))
        elif not (cells[0].isascii() and cells[0].isdigit()):
            found, expected = shown(cells[0]), "a whole number"
            log.add(line=number, field=columns[0], found=found, expected=expected)
        else:
            yield _Row(number, record, text, dict(zip(columns, cells, strict=True)))


def _cells(text: str, *, number: int, log: FaultLog) -> list[str] | None:
    """Return the cells of one line, nothing for `-0-`; or none and a fault."""
    try:
        [cells] = csv.reader([text], strict=True)
    except (csv.Error, ValueError) as error:
        expected = "one record a line, quotes in pairs"
        log.add(line=number, field="", found=f"{shown(text)} ({error})", expected=expected)
        return None
    stripped = (" ".join(cell.split()) for cell in cells)
    return ["" if cell == _NOTHING else cell for cell in stripped]
