"""One option tried on one day of payments, by the live engine under a virtual clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.agreements.scheme import Scheme, scheme_to_document
from comity.business_calendar import days_to_date
from comity.ledger import AccountKind
from comity.payments.codes import ControlKind, Definition, TransferKind
from comity.payments.commands import CommandBatch, Control
from comity.payments.lifecycle import State as PaymentState
from comity.payments.purposes import pack_purpose
from comity.payments.rows import MESSAGE_ROW, PAYMENT_ROW, TIMES_ROW, TRANSFER_ROW, Rows
from comity.settlement import State, apply, new_state
from comity.settlement.schedule import plan_day
from comity.simulator.options import Option
from comity.simulator.payment_table import PaymentTable
from comity.simulator.trial_scheme import trial_scheme

Bools = NDArray[np.bool_]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

BATCH_PAYMENTS: Final = 16_384
_NO_PURPOSE: Final = pack_purpose("OTHR")
_NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class Hours:
    """When the day of a trial opens and closes, on the clock of the payments."""

    opens: time
    closes: time

    @property
    def opens_us(self) -> int:
        """The opening, microseconds since midnight."""
        return _since_midnight(self.opens)

    @property
    def closes_us(self) -> int:
        """The close, likewise."""
        return _since_midnight(self.closes)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What came of a day's payments under an option; columns by payment unless said otherwise.

    Attributes:
        option: how they settled.
        hours: of the day.
        currencies: ISO 4217 numbers, by which `place` counts.
        entered_us: when each came, since midnight.
        settled_us: when it was final, −1 where it never was.
        irrevocable_us: from when its sender could not withdraw it any more, −1 never.
        mechanism: `Mechanism`.
        state: `lifecycle.State` at the close.
        opening_minor: by place (party × currencies + currency).
        posted: `TRANSFER_ROW` columns of what moved between places: group, payer, payee, amount.
    """

    option: Option
    hours: Hours
    currencies: tuple[int, ...]
    entered_us: Int64s
    settled_us: Int64s
    irrevocable_us: Int64s
    mechanism: NDArray[np.int8]
    state: NDArray[np.int8]
    opening_minor: Int64s
    posted: Rows

    @property
    def is_settled(self) -> Bools:
        """Which payments became final."""
        found: Bools = self.state == PaymentState.SETTLED
        return found


def run_trial(
    table: PaymentTable,
    rows: slice,
    option: Option,
    hours: Hours,
    opening_minor: Int64s | None,
) -> Trial:
    """Settle one day of payments by the live engine.

    Args:
        table: the payments.
        rows: those of one day.
        option: how they settle.
        hours: of the day; every payment comes within them.
        opening_minor: by place, see `Trial`; None for credit without end.
    """
    currencies = currencies_of(table)
    width = len(currencies)
    opening = None if opening_minor is None else opening_minor.reshape(-1, width)
    scheme = trial_scheme(
        option, len(table.parties), currencies, (hours.opens, hours.closes), opening
    )
    state, midnight_us = _opened(scheme, int(table.day[rows.start]), hours)
    transfers = []
    for batch in _batches(table, rows, option, midnight_us):
        transfers.append(apply(state, batch).transfers)
    closing = Control(ControlKind.ADVANCE, midnight_us + hours.closes_us, {})
    transfers.append(apply(state, CommandBatch(controls=(closing,))).transfers)
    live = state.known_books().live[: state.payment_count]
    final = live["state"] == PaymentState.SETTLED
    return Trial(
        option=option,
        hours=hours,
        currencies=currencies,
        entered_us=table.time_us[rows].copy(),
        settled_us=np.where(final, live["payment_final_us"] - midnight_us, np.int64(_NOBODY)),
        irrevocable_us=np.where(
            live["irrevocable_us"] > 0, live["irrevocable_us"] - midnight_us, np.int64(_NOBODY)
        ),
        mechanism=live["mechanism"].copy(),
        state=live["state"].copy(),
        opening_minor=np.zeros(len(table.parties) * width, np.int64)
        if opening_minor is None
        else opening_minor,
        posted=_between_places(state, np.concatenate(transfers), currencies),
    )


def currencies_of(table: PaymentTable) -> tuple[int, ...]:
    """Return the currencies of all payments, ISO 4217 numbers in ascending order."""
    return tuple(np.unique(table.currency).tolist())


def _opened(scheme: Scheme, day: int, hours: Hours) -> tuple[State, int]:
    """Return the state after the opening, and midnight of the day in UTC microseconds."""
    plan = plan_day(scheme, days_to_date(day))
    opens_us = int(plan["opens_us"])
    adopt = Control(ControlKind.ADOPT_SCHEME, opens_us, {"scheme": scheme_to_document(scheme)})
    opening = Control(ControlKind.OPEN_DAY, opens_us, {**plan, "screened": {}})
    state = new_state()
    apply(state, CommandBatch(controls=(adopt, opening)))
    return state, opens_us - hours.opens_us


def _batches(
    table: PaymentTable, rows: slice, option: Option, midnight_us: int
) -> Iterator[CommandBatch]:
    """Yield a day's payments; those of one moment come in one message, which is never cut."""
    times = table.time_us[rows]
    begins = np.flatnonzero(np.diff(times, prepend=-1) > 0)
    payments = _payments(table, rows, option)
    message_of = np.cumsum(np.diff(times, prepend=-1) > 0) - 1
    start = 0
    while start < len(times):
        at = int(np.searchsorted(begins, min(start + BATCH_PAYMENTS, len(times))))
        end = int(begins[at]) if at < len(begins) else len(times)
        first, last = int(message_of[start]), int(message_of[end - 1])
        messages = np.zeros(last - first + 1, MESSAGE_ROW)
        messages["arrival_us"] = midnight_us + times[begins[first : last + 1]]
        messages["key_low"] = messages["sha256_0"] = np.arange(first, last + 1) + 1
        messages["payment_count"] = np.bincount(message_of[start:end] - first)
        part = payments[start:end]
        part["message"] = message_of[start:end] - first
        asked = _times(table, slice(rows.start + start, rows.start + end), midnight_us)
        yield CommandBatch(messages=messages, payments=part, times=asked)
        start = end


def _payments(table: PaymentTable, rows: slice, option: Option) -> Rows:
    """Return a day's payments as the engine takes them from banks."""
    count = rows.stop - rows.start
    payments = np.zeros(count, PAYMENT_ROW)
    number = np.arange(count, dtype=np.uint64) + 1
    for name in ("uetr_low", "reference_low", "body_low"):
        payments[name] = number
    debtor, creditor = table.debtor[rows], table.creditor[rows]
    for name in ("instructing", "debtor_agent"):
        payments[name] = debtor
    for name in ("instructed", "creditor_agent"):
        payments[name] = creditor
    for name in ("currency", "debtor_currency", "instructed_currency"):
        payments[name] = table.currency[rows]
    payments["amount_minor"] = table.amount_minor[rows]
    payments["value_date"] = table.day[rows]
    purpose = table.purpose[rows]
    payments["purpose"] = np.where(purpose == 0, np.int32(_NO_PURPOSE), purpose)
    payments["priority"] = table.priority[rows]
    payments["definition"] = Definition.PACS_009
    payments["screening_hit"] = -1
    if option.links:
        _link(payments, table.link[rows])
    return payments


def _link(payments: Rows, link: Int64s) -> None:
    """Let the two payments of each link want one another."""
    legs = np.flatnonzero(link >= 0)
    one, other = legs[np.argsort(link[legs], kind="stable")].reshape(-1, 2).T
    for mine, theirs in ((one, other), (other, one)):
        payments["trade"][mine] = link[mine] + 1
        payments["counter_currency"][mine] = payments["currency"][theirs]
        payments["counter_minor"][mine] = payments["amount_minor"][theirs]


def _times(table: PaymentTable, rows: slice, midnight_us: int) -> Rows:
    """Return what the payments of a batch ask of time."""
    from_us, till_us = table.from_us[rows], table.till_us[rows]
    asking = np.flatnonzero((from_us >= 0) | (till_us >= 0))
    times = np.zeros(len(asking), TIMES_ROW)
    for name, column in (("from_us", from_us[asking]), ("till_us", till_us[asking])):
        times[name] = np.where(column >= 0, midnight_us + column, 0)
    times["payment"] = asking
    return times


def _between_places(state: State, transfers: Rows, currencies: tuple[int, ...]) -> Rows:
    """Return the transfers with places instead of accounts; −1 is nobody's."""
    chart = state.known_chart()
    place_of = np.full(len(chart.accounts), _NOBODY, np.int32)
    for account in chart.accounts:
        if account.kind is AccountKind.SETTLEMENT:
            at = currencies.index(account.currency)
            place_of[account.number] = chart.directory[account.owner] * len(currencies) + at
    moved = np.zeros(len(transfers), TRANSFER_ROW)
    for name in ("group", "amount_minor", "at_us"):
        moved[name] = transfers[name]
    for name in ("debit", "credit"):
        moved[name] = place_of[transfers[name]]
    kept: Rows = moved[transfers["kind"] != TransferKind.OPENING]
    return kept


def _since_midnight(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond
