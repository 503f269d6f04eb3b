"""A day of 2,000 payments settled in batches of 20, and everything that it must end in.

Among the payments stand some hundred orders of their senders and returns.

"The same final state" is: the journal's records and head, a sorted dump of every table, and every
statement, message and report, byte for byte; never the database file, whose pages may lie
otherwise.
"""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest import mock

import apsw
from tests.simulation.small_day_orders import add_orders

from comity.cli.generate import generate_payments
from comity.cli.settle import settle
from comity.storage import SqliteJournal

EXAMPLE = Path(__file__).parents[2] / "examples" / "kyrgyzstan-russia"
BATCH_PAYMENTS_MAX = 20
MESSAGE_PAYMENTS_MAX = 10
SCALE = "0.05"
DAY = date(2026, 5, 25)
"""The day generated; named, because a run after its close would go on with the next one."""


def make_day(folder: Path) -> Path:
    """Generate the day's arrangement in a new folder and return it."""
    small = mock.patch("comity.generation.bundles.MESSAGE_SIZE_MAX", MESSAGE_PAYMENTS_MAX)
    with small, silent():
        generate_payments(
            EXAMPLE, out=folder, seed=1, days=1, scale=SCALE, first=DAY.isoformat(), as_json=True
        )
    path = folder / "arrangement.toml"
    text = path.read_text(encoding="utf-8")
    add_orders(folder)
    limit = f"batch_payments_max = {BATCH_PAYMENTS_MAX}"
    path.write_text(re.sub(r"batch_payments_max = \d+", limit, text), encoding="utf-8")
    return folder


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Let nothing out on standard output."""
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        yield


def settle_quietly(folder: Path, results: Path) -> None:
    """Settle the folder's day as the command does."""
    with silent():
        settle(
            folder, day=DAY.isoformat(), database=results / "comity.db", out=results, as_json=True
        )


@dataclass(frozen=True, slots=True)
class FinalState:
    """What a run ended in, as hashes where it is long.

    Attributes:
        head: of the journal.
        batches: number of records.
        tables: over the sorted rows of each table.
        outputs: by path, over the content.
    """

    head: str
    batches: int
    tables: dict[str, str]
    outputs: dict[str, str]


def final_state(journal: SqliteJournal, results: Path | None = None) -> FinalState:
    """Return what a journal and, if given, a folder of results hold."""
    head = journal.head()
    return FinalState(
        head=head.hash.hex() if head else "",
        batches=head.sequence if head else 0,
        tables=_tables(journal._connection),
        outputs=_outputs(results) if results else {},
    )


def _tables(connection: apsw.Connection) -> dict[str, str]:
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return {str(row[0]): _digest_rows(connection, str(row[0])) for row in tables}


def _digest_rows(connection: apsw.Connection, table: str) -> str:
    rows = sorted(map(repr, connection.execute(f"SELECT * FROM {table}")))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _outputs(results: Path) -> dict[str, str]:
    found = {}
    for path in sorted(results.rglob("*")):
        if path.is_dir() or path.name.startswith("comity.db"):
            continue
        data = path.read_bytes()
        if path.name == "settle.json":
            # Says whether this very run changed anything: a run after the last commit did not.
            data = json.dumps({**json.loads(data), "changed": None}).encode()
        found[path.relative_to(results).as_posix()] = hashlib.sha256(data).hexdigest()
    return found
