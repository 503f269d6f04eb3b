"""From message files to settled and durable, and from a settled day to outgoing files.

The day is generated beforehand from the example, with the lists of the United Nations and OFAC
where the reference folder has them. Measured is `settle_day` as `comity settle` calls it: putting
the files in order, reading, schema validation, screening, engine, journal, sync. It ends
with the last commit; statements and outgoing messages are a line of their own.
"""

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.columns import warm_up
from benchmarks.measuring import Order, Sample, Stopwatch
from comity.bootstrap import load_arrangement
from comity.reports.publication import write_messages
from comity.service import assemble_daybook, outgoing_of, settle_day
from comity.statements import day_messages
from comity.storage import open_journal

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "kyrgyzstan-russia"
REFERENCE = Path(os.environ.get("COMITY_REFERENCE") or ROOT.parent / "shared")
FULL_SCALE = 25
"""Times the example's 40,000 payments: a day of a million."""

_LISTS = "lists"
_COMMAND = "from comity.cli import main; main()"


def generate_day(folder: Path, scale: int) -> None:
    """Write an arrangement folder with one day's payments, lists of the reference folder inside."""
    command = (sys.executable, "-c", _COMMAND, "generate", str(EXAMPLE), "--scale", str(scale))
    subprocess.run([*command, "--out", str(folder), "--json"], check=True, stdout=subprocess.PIPE)
    published = REFERENCE / "sanctions"
    if published.is_dir():
        shutil.rmtree(folder / _LISTS)
        shutil.copytree(published, folder / _LISTS)


def payments_of(folder: Path) -> int:
    """Return how many payments a generated folder holds."""
    return sum(day["payments"] for day in _days(folder))


def _days(folder: Path) -> list[dict[str, Any]]:
    description = json.loads((folder / "generation.json").read_text(encoding="utf-8"))
    return list(description["days"])


def files_to_durable(order: Order) -> list[Sample]:
    """Load the arrangement, settle the day, and leave the database behind.

    The order's folder is the arrangement, its size the number of payments in it.
    """
    warm_up()
    for one in order.folder.glob("day.db*"):
        one.unlink()
    watch = Stopwatch()
    arrangement = load_arrangement(order.folder)
    loaded = watch.sample("loading scheme, rates and lists", "folders", 1)
    journal = open_journal(order.folder / "day.db")
    watch = Stopwatch()
    done = settle_day(journal, arrangement.inputs)
    settled = watch.sample("files to durable", "payments", order.size)
    journal.close()
    assert done.changed, "the day is settled, not found settled"
    return [loaded, settled]


def outgoing(order: Order) -> list[Sample]:
    """Write every statement and message of the settled day; reading the journal is not counted."""
    arrangement = load_arrangement(order.folder)
    journal = open_journal(order.folder / "day.db", create=False)
    day = date.fromisoformat(_days(order.folder)[0]["date"])
    done = settle_day(journal, arrangement.inputs, day=day)
    assert not done.changed, "the day is found settled"
    target = order.folder / "outgoing"
    shutil.rmtree(target, ignore_errors=True)
    watch = Stopwatch()
    book = assemble_daybook(done.ledger, day)
    statements = write_messages(target / "statements", day_messages(book))
    messages = write_messages(target / "messages", outgoing_of(done.ledger, day))
    sample = watch.sample("statements and messages as files", "payments", order.size)
    journal.close()
    assert min(statements, messages) > 0, "a settled day has statements and answers"
    shutil.rmtree(target)
    return [sample]
