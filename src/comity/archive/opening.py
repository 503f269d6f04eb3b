"""An archive of settled payments, opened: Parquet, CSV, or what a database of comity holds.

Whatever it was, it is then one view `payments` with the names of `layout.COLUMNS`, on which every
query of `comity.archive.queries` runs unchanged. DuckDB loads no extension here and asks no
network.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from comity.archive.header import choose_columns, csv_header
from comity.archive.journal_rows import journal_table
from comity.archive.layout import COLUMNS, FALLBACKS, Sort
from comity.errors import Fault, InputFaultsError, UsageError
from comity.service.ports import Journal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PARQUET_SUFFIXES: Final = (".parquet", ".pq")
MEMORY_LIMIT: Final = "3GB"
"""What DuckDB may hold; beyond it, intermediate results go to a temporary folder."""

FILES_MAX: Final = 100_000
_DATABASE: Final = b"SQLite format 3\x00"
_RAW: Final = "raw"

Told = Callable[[str], None]
OpensJournal = Callable[[Path], Journal]


@dataclass(frozen=True, slots=True)
class ArchiveForm:
    """How a source is to be read.

    Attributes:
        columns: comity's name of a column → the file's name for it.
        skipped: columns of the file that are not to be looked at; `*` for all that are not read.
        first: payments before this day are left out; None takes all.
        last: payments after this day are left out.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    skipped: Sequence[str] = ()
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """Settled payments behind the view `payments`.

    Attributes:
        connection: on which queries run.
        name: of the source as the user would name it.
        kind: parquet, csv or database.
        files: how many.
        sha256: of the file; of several, of the list of their names and hashes; of a database, its
            head.
        columns: those of `layout.COLUMNS` that it has.
        theirs: the source's name for each of them.
        view: the SQL that makes `payments` of the source.
    """

    connection: "DuckDBPyConnection"
    name: str
    kind: str
    files: tuple[Path, ...]
    sha256: str
    columns: frozenset[str]
    theirs: Mapping[str, str]
    view: str

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what a query gives."""
        return self.connection.execute(sql).fetchall()

    def missing(self, *names: str) -> str:
        """Return why a figure that needs columns cannot be had, empty where it can."""
        lacks = [name for name in names if name not in self.columns]
        if not lacks:
            return ""
        return f"column {', '.join(lacks)} is missing in the source"


@contextmanager
def open_archive(
    path: Path, form: ArchiveForm, *, told: Told, opens_journal: OpensJournal
) -> Iterator[Archive]:
    """Open a source for as long as the block lasts.

    Args:
        path: a Parquet or CSV file, a folder of Parquet files, or a database of comity.
        form: how to read it.
        told: is told what is being done.
        opens_journal: opens a database.

    Raises:
        UsageError: there is no such source, or it has none of the columns needed.
        InputFaultsError: a file cannot be read, or its columns are not those of the others.
    """
    import duckdb  # noqa: PLC0415 — loaded by statistics only

    with TemporaryDirectory(prefix="comity-stats-") as spill:
        connection = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": spill,
            }
        )
        try:
            connection.execute("SET TimeZone = 'UTC'")
            yield _opened(connection, path, form, told, opens_journal)
        finally:
            connection.close()


def _opened(
    connection: "DuckDBPyConnection",
    path: Path,
    form: ArchiveForm,
    told: Told,
    opens_journal: OpensJournal,
) -> Archive:
    files = _files(path)
    if _is_database(path):
        if form.columns or form.skipped:
            raise UsageError(
                f"{path}: found --column or --skip, expected them for files only: leave them out"
            )
        told("Reading the database")
        journal = opens_journal(path)
        try:
            table, digest = journal_table(journal, str(path))
        finally:
            journal.close()
        connection.register(_RAW, table)
        kind = "database"
    elif _is_parquet(files[0]):
        told("Hashing the files")
        digest, kind = _digest(path, files), "parquet"
        _check_alike(connection, files)
        connection.execute(f"CREATE VIEW {_RAW} AS {_reads_parquet(files)}")
    else:
        told("Reading the file")
        digest, kind = _digest(path, files), "csv"
        _load_csv(connection, files[0])
    sorts = {row[0]: str(row[1]) for row in connection.execute(f"DESCRIBE {_RAW}").fetchall()}
    theirs = choose_columns(str(path), list(sorts), form.columns, form.skipped)
    view = _view(theirs, sorts, form)
    connection.execute(f"CREATE VIEW payments AS {view}")
    columns = frozenset(theirs)
    return Archive(connection, path.resolve().name, kind, files, digest, columns, theirs, view)


def _files(path: Path) -> tuple[Path, ...]:
    if path.is_dir():
        found = sorted(one for one in path.rglob("*") if one.suffix in PARQUET_SUFFIXES)
        if not found:
            raise UsageError(f"{path}: found no file *.parquet in it, expected settled payments")
        if len(found) > FILES_MAX:
            raise UsageError(f"{path}: found {len(found):,} files, expected at most {FILES_MAX:,}")
        return tuple(found)
    if not path.is_file():
        raise UsageError(
            f"{path}: found no such file, expected settled payments as Parquet or CSV, a folder of"
            " Parquet files, or a database of comity"
        )
    return (path,)


def _is_database(path: Path) -> bool:
    return path.is_file() and _begins(path) == _DATABASE


def _is_parquet(path: Path) -> bool:
    return path.suffix in PARQUET_SUFFIXES or _begins(path).startswith(b"PAR1")


def _begins(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(len(_DATABASE))


def _digest(path: Path, files: Sequence[Path]) -> str:
    """Return the SHA-256 of a file, or of the list of a folder's files as `sha256sum` prints it."""
    with ThreadPoolExecutor() as pool:
        hashes = list(pool.map(_file_digest, files))
    if path.is_file():
        return hashes[0]
    lines = (
        f"{digest}  {file.relative_to(path).as_posix()}\n"
        for digest, file in zip(hashes, files, strict=True)
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def quoted(text: str) -> str:
    """Return a text as a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """Return the name of a column as SQL takes it, whatever its characters."""
    return '"' + name.replace('"', '""') + '"'


def _reads_parquet(files: Sequence[Path]) -> str:
    names = ", ".join(quoted(str(file)) for file in files)
    # The day stands in the files; a folder's name is nothing that was settled.
    return f"SELECT * FROM read_parquet([{names}], hive_partitioning = false)"


def _check_alike(connection: "DuckDBPyConnection", files: Sequence[Path]) -> None:
    """Refuse files of different columns: what one lacks would silently be empty."""
    import duckdb  # noqa: PLC0415

    faults, first = [], None
    for file in files:
        try:
            found = connection.execute(
                f"DESCRIBE SELECT * FROM read_parquet([{quoted(str(file))}],"
                " hive_partitioning = false)"
            ).fetchall()
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            faults.append(Fault(str(file), 0, "", said, "a whole Parquet file"))
            continue
        columns = {row[0]: row[1] for row in found}
        first = columns if first is None else first
        if columns != first:
            expected = f"those of {files[0].name}: {_listed(first)}"
            faults.append(Fault(str(file), 0, "", f"the columns {_listed(columns)}", expected))
    if faults:
        raise InputFaultsError(faults)


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {sort}" for name, sort in columns.items())


def _load_csv(connection: "DuckDBPyConnection", path: Path) -> None:
    """Load a file as text, row by row in its order; what its cells say is judged afterwards."""
    import duckdb  # noqa: PLC0415

    header = csv_header(path)
    sorts = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in header)
    try:
        connection.execute(
            f"CREATE TABLE {_RAW} AS SELECT * FROM read_csv({quoted(str(path))}, header = true,"
            f" auto_detect = false, columns = {{{sorts}}}, delim = ',', quote = '\"',"
            " escape = '\"', nullstr = '', strict_mode = true, parallel = false)"
        )
    except duckdb.Error as error:
        said, *_ = str(error).partition("Possible fixes")
        found = " ".join(said.split())
        expected = "comma-separated text in UTF-8, as many cells in each line as the header has"
        raise InputFaultsError([Fault(str(path), 0, "", found, expected)]) from error


_CASTS: Final = {
    Sort.DATE: "CAST({} AS DATE)",
    Sort.MOMENT: "CAST({} AS TIMESTAMP)",
    Sort.AMOUNT: "CAST({} AS BIGINT)",
    Sort.FEE: "CAST({} AS BIGINT)",
}


def _view(theirs: Mapping[str, str], sorts: Mapping[str, str], form: ArchiveForm) -> str:
    """Return the SQL that gives the source's columns our names, sorts and fallbacks."""
    lines = []
    for ours, name in theirs.items():
        cast, plain = _CASTS.get(COLUMNS[ours].sort, "{}"), named(name)
        is_text = sorts[name] == "VARCHAR"
        found = cast.format(plain) if is_text or "TIMESTAMP" in sorts[name] else plain
        if ours == "date":
            found = f"CAST({plain} AS DATE)" if sorts[name] != "DATE" else plain
        elif ours in FALLBACKS:
            found = f"coalesce({plain}, {named(theirs['currency'])})"
        lines.append(f"    {found} AS {ours}")
    if "kind" not in theirs:
        lines.append("    'payment' AS kind")
    between = [
        f"{lines[list(theirs).index('date')].strip().removesuffix(' AS date')} {sign} DATE '{day}'"
        for sign, day in ((">=", form.first), ("<=", form.last))
        if day is not None
    ]
    where = f"\nWHERE {' AND '.join(between)}" if between else ""
    return "SELECT\n" + ",\n".join(lines) + f"\nFROM {_RAW}{where}"
