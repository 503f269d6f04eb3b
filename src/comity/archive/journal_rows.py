"""What a database of comity has settled, as the columns of an archive.

The journal is run again, so that what comes out is proved while it is read. A return stands in the
line of what it returns, as in the statistics of a day: corridor, currency and purpose are those of
its original, the amount is what came back.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from comity.errors import UsageError
from comity.ledger import Record
from comity.money import currency_by_number
from comity.payments.codes import Definition, EventKind
from comity.payments.lifecycle import State as PaymentState
from comity.payments.packing import Payload
from comity.payments.purposes import unpack_purpose
from comity.payments.rows import Rows
from comity.service.committing import Ledger, rebuild
from comity.service.ports import Journal
from comity.service.texts import PaymentTexts
from comity.settlement import State
from comity.statistics.companies import companies_of
from comity.statistics.day import SETTLED_STATES
from comity.statistics.shares import settlement_assets_of

Int64s = NDArray[np.int64]

_NEVER: Final = 0
_STATES: Final = [int(one) for one in SETTLED_STATES]


class Moments:
    """When payments were accepted and settled, gathered from a journal's events in their order."""

    def __init__(self) -> None:
        self._accepted: list[tuple[Rows, int]] = []
        self._settled: list[tuple[Rows, int]] = []

    def note(self, record: Record, payload: Payload) -> None:
        """Take a record."""
        events = payload.outcome.events
        events = events[events["kind"] == EventKind.PAYMENT][["at_us", "subject", "after"]]
        accepted = events[events["after"] == PaymentState.ACCEPTED].copy()
        settled = events[np.isin(events["after"], _STATES)].copy()
        self._accepted.append((accepted, record.business_day))
        self._settled.append((settled, record.business_day))

    def accepted_us(self, count: int) -> Int64s:
        """Return by payment when it was first accepted, 0 never."""
        return self._first(self._accepted, count)[0]

    def settled(self, count: int) -> tuple[Int64s, Int64s]:
        """Return by payment when it became final, 0 never, and on which business day."""
        return self._first(self._settled, count)

    def _first(self, parts: Sequence[tuple[Rows, int]], count: int) -> tuple[Int64s, Int64s]:
        at_us, day = np.full(count, _NEVER, np.int64), np.zeros(count, np.int64)
        for part, business_day in reversed(parts):
            # Backwards, so that of several the first is written last.
            at_us[part["subject"][::-1]] = part["at_us"][::-1]
            day[part["subject"]] = business_day
        return at_us, day


def journal_table(journal: Journal, name: str) -> tuple[Any, str]:
    """Return the settled payments of a journal as an Arrow table, and its head.

    Args:
        journal: of `comity settle`.
        name: what errors call it.

    Raises:
        UsageError: nothing has settled.
        ReplayError: the journal is not sound.
    """
    moments = Moments()
    ledger = rebuild(journal, moments.note)
    if ledger.head is None or ledger.state.scheme is None:
        raise UsageError(f"{name}: found no day, expected one that is settled at least")
    count = ledger.state.payment_count
    settled_us, days = moments.settled(count)
    numbers = np.flatnonzero(settled_us != _NEVER)
    if not len(numbers):
        raise UsageError(f"{name}: found no settled payment, expected one at least")
    accepted_us = moments.accepted_us(count)
    # What was accepted and settled in one step may have no acceptance of its own.
    accepted_us = np.where(accepted_us == _NEVER, settled_us, accepted_us)
    table = _table(ledger, numbers, days[numbers], accepted_us[numbers], settled_us[numbers])
    return table, ledger.head.hash.hex()


def _table(
    ledger: Ledger, numbers: Int64s, days: Int64s, accepted_us: Int64s, settled_us: Int64s
) -> Any:
    import pyarrow as pa  # noqa: PLC0415 — loaded by what reads and writes tables only

    state = ledger.state
    rows = state.known_books().rows[numbers]
    told = _lines_told_of(state, numbers)
    currencies = told["currency"].astype(np.int64)
    live = state.known_books().live[numbers]
    assets = settlement_assets_of(state.known_scheme(), rows, live["agreement"], live["mechanism"])
    is_return = rows["definition"] == Definition.PACS_004
    debtors, creditors = _companies(ledger, numbers, rows)
    return pa.table(
        {
            "date": pa.array(days.astype(np.int32)).cast(pa.date32()),
            "currency": _codes(currencies),
            "amount_minor": pa.array(rows["amount_minor"]),
            "kind": pa.array(np.where(is_return, "return", "payment")),
            "debtor_country": _countries(state, told["debtor_agent"]),
            "creditor_country": _countries(state, told["creditor_agent"]),
            "purpose": pa.array([unpack_purpose(one) or None for one in told["purpose"].tolist()]),
            "invoicing_currency": _codes(_or(rows["instructed_currency"], currencies)),
            "payer_currency": _codes(_or(rows["debtor_currency"], currencies)),
            "settlement_asset": _codes(assets),
            "debtor_agent": _banks(state, told["debtor_agent"]),
            "creditor_agent": _banks(state, told["creditor_agent"]),
            "debtor_company": pa.array(debtors, pa.string()),
            "creditor_company": pa.array(creditors, pa.string()),
            "accepted_at": pa.array(accepted_us).cast(pa.timestamp("us")),
            "settled_at": pa.array(settled_us).cast(pa.timestamp("us")),
        }
    )


def _lines_told_of(state: State, numbers: Int64s) -> Rows:
    """Return the rows in whose lines payments stand: of a return, what it returns."""
    books = state.known_books()
    original = np.arange(state.payment_count)
    returns = books.returns.rows
    known = returns["original"] >= 0
    original[returns["payment"][known]] = returns["original"][known]
    found: Rows = books.rows[original[numbers]]
    return found


def _or(column: NDArray[np.int16], fallback: Int64s) -> Int64s:
    return np.where(column == 0, fallback, column.astype(np.int64))


def _codes(numbers: Int64s) -> Any:
    return _spread(numbers, lambda number: currency_by_number(number).code)


def _banks(state: State, agents: NDArray[np.int32]) -> Any:
    directory = state.known_chart().participants
    return _spread(agents.astype(np.int64), lambda number: directory[number])


def _countries(state: State, agents: NDArray[np.int32]) -> Any:
    scheme, directory = state.known_scheme(), state.known_chart().participants
    known = {one.bic: one.country for one in scheme.participants}
    known.update({one.agent: one.country for one in scheme.members})
    return _spread(agents.astype(np.int64), lambda number: known[directory[number]])


def _spread(numbers: Int64s, text_of: Any) -> Any:
    """Return a column of texts, each of them made once."""
    import pyarrow as pa  # noqa: PLC0415

    found, places = np.unique(numbers, return_inverse=True)
    texts = pa.array([text_of(number) for number in found.tolist()], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), texts).cast(
        pa.string()
    )


def _companies(
    ledger: Ledger, numbers: Int64s, rows: Rows
) -> tuple[list[str | None], list[str | None]]:
    """Return who paid and who was paid by each customer payment, None for a person or a bank."""
    customers = np.flatnonzero(rows["definition"] == Definition.PACS_008)
    debtors: list[str | None] = [None] * len(numbers)
    creditors: list[str | None] = [None] * len(numbers)
    texts = PaymentTexts(ledger).texts_of(numbers[customers])
    for place, text in zip(customers.tolist(), texts, strict=True):
        debtor, creditor = companies_of(text)
        debtors[place], creditors[place] = debtor or None, creditor or None
    return debtors, creditors
