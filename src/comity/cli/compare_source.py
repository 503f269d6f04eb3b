"""Where payments to compare come from: a file, an arrangement folder, or a comity database."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from typing import Final

from comity.agreements import Scheme
from comity.bootstrap import load_arrangement
from comity.errors import UsageError
from comity.fx import OfficialRate
from comity.payments.lifecycle import State as PaymentState
from comity.service import settle_day
from comity.service.committing import rebuild
from comity.service.ports import Journal
from comity.settlement import State
from comity.simulator.hours import Hours
from comity.simulator.journalled_payments import Acceptances, payments_of_journal
from comity.simulator.payment_format import PaymentFormat
from comity.simulator.payment_table import PaymentTable
from comity.storage import open_journal
from comity.storage.memory import MemoryJournal

_DATABASE: Final = b"SQLite format 3\x00"
_HOUR_US: Final = 3_600_000_000
_MARGIN_US: Final = 180_000_000
_LAST_HOUR: Final = 23


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Payments, and what is known beside them.

    Attributes:
        table: the payments.
        hours: that hold all of them: those of the arrangement, else whole hours around them.
        rates: official ones of the arrangement.
        left_out: what the source holds besides, in words, and how many.
    """

    table: PaymentTable
    hours: Hours
    rates: tuple[OfficialRate, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()


Told = Callable[[str], None]


def read_source(path: Path, form: PaymentFormat, told: Told) -> Source:
    """Read payments from wherever they are.

    Args:
        path: a folder with `arrangement.toml`, a database, or a file of payments.
        form: of a file; nothing of it may be set for anything else.
        told: is told what is being done.

    Raises:
        UsageError: there is nothing to read, or the form is asked of what has none.
        InputFaultsError: with every fault of the file or folder.
    """
    if path.is_dir():
        _check_no_form(path, form)
        return _of_folder(path, told)
    if _is_database(path):
        _check_no_form(path, form)
        told("Reading the database")
        journal = open_journal(path, create=False)
        try:
            return _of_journal(journal, str(path))
        finally:
            journal.close()
    # Loads what reads columns, which no other command needs.
    from comity.feeds.payments import load_payments  # noqa: PLC0415

    told("Reading payments")
    table = load_payments(path, form)
    return Source(table, hours_around(table))


def _is_database(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(_DATABASE)) == _DATABASE


def _check_no_form(path: Path, form: PaymentFormat) -> None:
    if form != PaymentFormat():
        raise UsageError(
            f"{path}: found --column, --skip, --currency or --time-zone, expected them for a file"
            " of payments only: leave them out"
        )


def _of_folder(folder: Path, told: Told) -> Source:
    """Settle every day of a folder in memory: what its agreements accept is what is compared."""
    told("Reading the arrangement")
    inputs = load_arrangement(folder).inputs
    journal = MemoryJournal()
    while True:
        done = settle_day(
            journal,
            inputs,
            progress=lambda taken, total: told(f"Taking messages: {taken:,} of {total:,}"),
        )
        if not done.changed or not _expects_more(done.ledger.state, len(inputs.messages)):
            break
    return _of_journal(journal, str(folder))


def _expects_more(state: State, messages: int) -> bool:
    """Return whether a later day may accept a payment for the first time.

    What has been accepted and rolls for want of money would roll for ever.
    """
    live = state.known_books().live[: state.payment_count]
    is_due_later = (live["state"] == PaymentState.WAREHOUSED) & (live["entered_us"] == 0)
    return state.message_count < messages or bool(is_due_later.any())


def _of_journal(journal: Journal, name: str) -> Source:
    acceptances = Acceptances()
    ledger = rebuild(journal, lambda _, payload: acceptances.note(payload.outcome.events))
    if ledger.head is None or ledger.state.scheme is None:
        raise UsageError(f"{name}: found no day, expected payments that came on one at least")
    found = payments_of_journal(ledger.state, acceptances, ledger.head.hash.hex())
    if not len(found.table):
        raise UsageError(f"{name}: found no payment that was accepted, expected one at least")
    hours = _hours_of(ledger.state.scheme, hours_around(found.table))
    return Source(found.table, hours, ledger.state.rates, found.left_out)


def _hours_of(scheme: Scheme, around: Hours) -> Hours:
    """Return the hours of the scheme's day, longer where payments came outside them."""
    terms = scheme.business_day
    return replace(
        around, opens=min(terms.opens, around.opens), closes=max(terms.closes, around.closes)
    )


def hours_around(table: PaymentTable) -> Hours:
    """Return whole hours around all payments, with room for a day's last cycle."""
    first = int(table.time_us.min()) // _HOUR_US
    last = -(-(int(table.time_us.max()) + _MARGIN_US) // _HOUR_US)
    latest = time(last) if last <= _LAST_HOUR else time(_LAST_HOUR, 59)
    return Hours(time(first), latest)
