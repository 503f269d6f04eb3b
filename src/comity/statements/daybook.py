"""The day book: everything one settled business day left behind, as columns.

Statements, statistics and reports read it and nothing else, so that all three tell of the same
day. It is assembled from the journal by `comity.service`; nothing here changes it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.agreements.scheme import Scheme
from comity.fx import Conversion, OfficialRate
from comity.payments.rows import PAYMENT_ROW, Rows, no_rows


@dataclass(frozen=True, slots=True)
class BookAccount:
    """One account of the chart, as people read it.

    Attributes:
        number: its place in every column by account.
        name: unique, such as `settlement:NOMAKG20@CBKGKG20:KGS`.
        kind: first word of the name.
        currency: ISO 4217 code.
        owner: BIC of the holder.
        agent: BIC of the institution that keeps the account.
        central_bank_money: the balance is a claim on a central bank.
        limit_minor: how far below zero the balance may go; None is unlimited.
    """

    number: int
    name: str
    kind: str
    currency: str
    owner: str
    agent: str
    central_bank_money: bool
    limit_minor: int | None


@dataclass(frozen=True, slots=True)
class DayProof:
    """What was proved about the day after its close; `settle` ends well only if all hold.

    Attributes:
        money_conserved: every currency sums to zero over all accounts.
        positions_zero: the net positions of every cycle and both sides of every clearing pair
            sum to zero.
        journal_verified: the journal's hash chain and what it rebuilds agree with the books.
        statements_reconciled: opening + movements = closing on every account.
    """

    money_conserved: bool
    positions_zero: bool
    journal_verified: bool
    statements_reconciled: bool

    @property
    def holds(self) -> bool:
        """Whether all four hold."""
        return (
            self.money_conserved
            and self.positions_zero
            and self.journal_verified
            and self.statements_reconciled
        )


class BookReturns(NamedTuple):
    """The returns among the day's payments whose originals are known, by columns.

    Attributes:
        rows: their places in `payments`, ascending.
        originals: `PAYMENT_ROW` of the payment that each returns.
        numbers: the number of that payment.
        returned_minor: what of its amount has gone back or is on its way, by all its returns, at
            the close of the day.
        credited_minor: what each credits, in the currency of its payee's account.
        credited_currency: ISO 4217 number of that currency.
    """

    rows: NDArray[np.int64]
    originals: Rows
    numbers: NDArray[np.int64]
    returned_minor: NDArray[np.int64]
    credited_minor: NDArray[np.int64]
    credited_currency: NDArray[np.int64]


class BookDoubt(NamedTuple):
    """A trade of which only a settlement agent knows at the close whether it has settled.

    Attributes:
        pair: its number.
        agent: BIC of the agent that was asked to settle the leg outside.
        asked_us: when.
        outside: number of the payment that the agent settles in its own system.
        inside: number of the other one, whose money is held until the agent answers.
    """

    pair: int
    agent: str
    asked_us: int
    outside: int
    inside: int


def no_returns() -> BookReturns:
    """Return the columns of a day without returns."""
    none = np.zeros(0, np.int64)
    return BookReturns(none, no_rows(PAYMENT_ROW), none, none, none, none)


@dataclass(frozen=True, slots=True)
class DayBook:
    """One business day after its close.

    Times are microseconds since 1970-01-01 UTC (0: it has not happened), amounts minor units.

    Attributes:
        scheme: the arrangement that was in force.
        business_date: the day.
        opens_us: opening of the day.
        closes_us: close of the day.
        rates: the official rates that were known.
        accounts: the chart, by account number.
        opening_minor: balance of each account at the opening.
        closing_minor: balance of each account at the close.
        held_minor: part of it that was held for payments under way, ≥ 0.
        payments: `PAYMENT_ROW` table of the payments that lived that day.
        numbers: payment number of each row, each once.
        states: `State` of each row at the close.
        mechanisms: `Mechanism` each row settled by.
        agreements: index into `scheme.agreements` of each row, -1 none.
        debited_minor: what the payer's side paid, in the debtor's currency; 0 nothing.
        entered_us: when each row was accepted.
        irrevocable_us: from when its sender could no longer withdraw it.
        interbank_final_us: when it was final between the banks.
        payment_final_us: when it was final for the customers.
        received_today: the row arrived that day (others were carried over).
        texts_of: canonical transactions of rows, by their places in `payments`; quickest in order.
        message_text_of: text of a message, by the number in a payment's `message`.
        messages: `MESSAGE_ROW` table of the messages of that day.
        duplicates: payments that repeated another one and got its answer again.
        messages_refused: messages that could not be read at all.
        events: `EVENT_ROW` table of that day, in sequence.
        transfers: `TRANSFER_ROW` table of that day, in sequence.
        participants: BIC by participant number; settlement agents come after the banks.
        head: hash of the journal's last record of the day, hexadecimal.
        returns: those of the payments that return another one, and what they return.
        routes: by which of `prices` each row was dealt that day, −1 by none; None where nothing
            was.
        prices: by route what dealers took: units of the payer's currency for one of the payee's.
        doubts: trades in doubt at the close, of whatever day, in the order in which they began.
    """

    scheme: Scheme
    business_date: date
    opens_us: int
    closes_us: int
    rates: tuple[OfficialRate, ...]
    accounts: tuple[BookAccount, ...]
    opening_minor: NDArray[np.int64]
    closing_minor: NDArray[np.int64]
    held_minor: NDArray[np.int64]
    payments: Rows
    numbers: NDArray[np.int64]
    states: NDArray[np.int8]
    mechanisms: NDArray[np.int8]
    agreements: NDArray[np.int16]
    debited_minor: NDArray[np.int64]
    entered_us: NDArray[np.int64]
    irrevocable_us: NDArray[np.int64]
    interbank_final_us: NDArray[np.int64]
    payment_final_us: NDArray[np.int64]
    received_today: NDArray[np.bool_]
    texts_of: Callable[[NDArray[np.int64]], Iterator[str]]
    message_text_of: Callable[[int], str]
    messages: Rows
    duplicates: int
    messages_refused: int
    events: Rows
    transfers: Rows
    participants: tuple[str, ...]
    head: str
    returns: BookReturns = field(default_factory=no_returns)
    routes: NDArray[np.int16] | None = None
    prices: tuple[Conversion, ...] = ()
    doubts: tuple[BookDoubt, ...] = ()

    def __post_init__(self) -> None:
        """Check that the columns belong together."""
        count = len(self.payments)
        for column in self._payment_columns():
            assert len(column) == count, "every column by payment has one value a payment"
        assert len(self.opening_minor) == len(self.accounts)
        assert len(self.closing_minor) == len(self.accounts)
        assert len(self.held_minor) == len(self.accounts)
        assert self.routes is None or len(self.routes) == count
        assert all(one.number == place for place, one in enumerate(self.accounts))

    def text_of(self, row: int) -> str:
        """Return the canonical transaction of one row; for many rows, ask `texts_of` once."""
        return next(self.texts_of(np.array([row])))

    def rows_of(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row of `payments` of each payment number, −1 where it has none that day."""
        if len(self.numbers) == 0:
            return np.full(len(numbers), -1, np.int64)
        order = np.argsort(self.numbers, kind="stable")
        places = np.searchsorted(self.numbers, numbers, sorter=order)
        found = order[np.minimum(places, len(order) - 1)]
        return np.where(self.numbers[found] == numbers, found, -1).astype(np.int64)

    def _payment_columns(self) -> tuple[NDArray[Any], ...]:
        return (
            self.numbers,
            self.states,
            self.mechanisms,
            self.agreements,
            self.debited_minor,
            self.entered_us,
            self.irrevocable_us,
            self.interbank_final_us,
            self.payment_final_us,
            self.received_today,
        )
