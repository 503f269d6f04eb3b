"""The day book of a closed business day, put together from the journal.

The day book is all that statements, statistics and reports see, so they tell of one and the same
day, and can be made again from the journal at any time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from comity.business_calendar import date_to_days
from comity.ledger import Account, Record, fold_transfers
from comity.messages.reading import MESSAGE_FIELD
from comity.money import currency_by_number
from comity.payments.codes import EventKind, Mechanism, TransferKind
from comity.payments.lifecycle import OUTCOMES
from comity.payments.packing import unpack_payload
from comity.payments.reasons import Reason
from comity.payments.rows import EVENT_ROW, MESSAGE_ROW, TRANSFER_ROW, Rows
from comity.service.committing import Ledger, rebuild
from comity.service.texts import PaymentTexts
from comity.settlement import State
from comity.settlement.dealt_legs import prices_of
from comity.settlement.outside_legs import agent_of, asked_pairs, leg_inside, leg_outside
from comity.statements.daybook import BookAccount, BookDoubt, BookReturns, DayBook


def assemble_daybook(ledger: Ledger, day: date) -> DayBook:
    """Return the day book of a closed day.

    Args:
        ledger: state and journal; the journal may hold later days.
        day: a day the journal holds closed.
    """
    number = date_to_days(day)
    assert number <= ledger.state.closed_day, "only a closed day has a day book"
    at_close = (
        ledger if ledger.state.closed_day == number else rebuild(ledger.journal, until=number)
    )
    return _assemble(at_close, day)


def _assemble(ledger: Ledger, day: date) -> DayBook:
    state, books = ledger.state, ledger.state.known_books()
    number = date_to_days(day)
    messages, events, transfers, first_payment = _tables_of(ledger, number)
    accounts = state.known_chart().accounts
    moved = transfers[transfers["kind"] != TransferKind.OPENING]
    debited, credited = fold_transfers(len(accounts), moved)
    closing = books.balances["posted"].copy()
    numbers = _numbers_of(ledger, events, first_payment)
    live = books.live
    texts = PaymentTexts(ledger)
    assert ledger.head is not None, "a closed day has records"
    return DayBook(
        scheme=state.known_scheme(),
        business_date=day,
        opens_us=state.opens_us,
        closes_us=state.closes_us,
        rates=state.rates,
        accounts=tuple(map(_book_account, accounts)),
        opening_minor=closing - credited + debited,
        closing_minor=closing,
        held_minor=books.balances["held"].copy(),
        payments=_rows_of(books.rows, numbers),
        numbers=numbers,
        states=live["state"][numbers],
        mechanisms=live["mechanism"][numbers],
        agreements=live["agreement"][numbers],
        debited_minor=live["debit_minor"][numbers],
        entered_us=live["entered_us"][numbers],
        irrevocable_us=live["irrevocable_us"][numbers],
        interbank_final_us=live["interbank_final_us"][numbers],
        payment_final_us=live["payment_final_us"][numbers],
        received_today=numbers >= first_payment,
        texts_of=lambda places: texts.texts_of(numbers[places]),
        message_text_of=texts.message_text_of,
        messages=messages,
        duplicates=int((events["kind"] == EventKind.DUPLICATE).sum()),
        messages_refused=int((messages["fault"] != 0).sum()),
        events=events,
        transfers=moved,
        participants=state.known_chart().participants,
        head=ledger.head.hash.hex(),
        returns=_returns_of(state, numbers),
        routes=_routes_of(ledger, numbers),
        prices=prices_of(state),
        doubts=tuple(_doubts_of(state)),
    )


def _doubts_of(state: State) -> Iterator[BookDoubt]:
    """Yield the trades that are in doubt at the close."""
    pairs, participants = state.known_books().pairs, state.known_chart().participants
    for number in asked_pairs(state).tolist():
        outside, inside = leg_outside(state, number), leg_inside(state, number)
        agent, asked_us = agent_of(state, outside), int(pairs.rows["agent_us"][number])
        yield BookDoubt(number, participants[agent], asked_us, outside, inside)


def _returns_of(state: State, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> BookReturns:
    """Return the day's returns whose originals are known, with those originals."""
    books, chart = state.known_books(), state.known_chart()
    returns = books.returns.rows[books.returns.rows["original"] >= 0]
    places = np.searchsorted(numbers, returns["payment"])
    lived = np.isin(returns["payment"], numbers)
    returns, places = returns[lived], places[lived]
    payees = books.live["payee"][returns["payment"]] % len(chart.currencies)
    is_judged = books.live["payee"][returns["payment"]] >= 0
    own = books.rows["currency"][returns["payment"]].astype(np.int64)
    currencies = np.where(is_judged, np.array(chart.currencies)[payees], own)
    amounts = books.rows["amount_minor"][returns["payment"]]
    return BookReturns(
        rows=places.astype(np.int64),
        originals=books.rows[returns["original"]],
        numbers=returns["original"].astype(np.int64),
        returned_minor=books.returns.originals["returned_minor"][returns["case"]],
        credited_minor=np.where(currencies == own, amounts, returns["credit_minor"]),
        credited_currency=currencies,
    )


def _routes_of(ledger: Ledger, numbers: NDArray[np.int64]) -> NDArray[np.int16] | None:
    """Return by which route each payment was dealt on the day of the state, −1 by none."""
    state, books = ledger.state, ledger.state.known_books()
    if not len(books.dealing.desks):
        return None
    live = books.live[numbers]
    is_dealt = (live["mechanism"] == Mechanism.DEALER) & (
        live["payment_final_us"] >= state.opens_us
    )
    return np.where(is_dealt, live["route"], np.int16(-1)).astype(np.int16)


def _tables_of(ledger: Ledger, day: int) -> tuple[Rows, Rows, Rows, int]:
    """Return the day's messages, events and transfers, and the number of its first payment."""
    messages, events, transfers = [], [], []
    first_payment = None
    for record in ledger.journal.records():
        if record.business_day != day:
            continue
        payload = unpack_payload(record.payload)
        first_payment = record.first_payment if first_payment is None else first_payment
        # Copies: the tables look into the record, and would keep its texts in memory.
        messages.append(payload.batch.messages.copy())
        events.append(payload.outcome.events.copy())
        transfers.append(payload.outcome.transfers.copy())
    return (
        np.concatenate([np.zeros(0, MESSAGE_ROW), *messages]),
        np.concatenate([np.zeros(0, EVENT_ROW), *events]),
        np.concatenate([np.zeros(0, TRANSFER_ROW), *transfers]),
        first_payment or 0,
    )


def _numbers_of(
    ledger: Ledger, events: Rows, first_payment: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the payments that lived on a day: received, moved, or still under way at its close."""
    state = ledger.state
    states = state.known_books().live["state"][: state.payment_count]
    lived = ~np.isin(states, [int(one) for one in OUTCOMES])
    lived[first_payment:] = True
    lived[events["subject"][events["kind"] == EventKind.PAYMENT]] = True
    return np.flatnonzero(lived)


def _rows_of(rows: Rows, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Rows:
    """Return rows by number, without a copy where they stand side by side: rows never change."""
    if len(numbers) and numbers[-1] - numbers[0] == len(numbers) - 1:
        return rows[numbers[0] : numbers[-1] + 1]
    return rows[numbers]


def _book_account(account: Account) -> BookAccount:
    return BookAccount(
        number=account.number,
        name=account.name,
        kind=str(account.kind),
        currency=currency_by_number(account.currency).code,
        owner=account.owner,
        agent=account.agent,
        central_bank_money=account.is_central_bank_money,
        limit_minor=account.limit_minor,
    )


def records_of(ledger: Ledger, day: date) -> Iterator[Record]:
    """Yield a day's records, in order."""
    number = date_to_days(day)
    return (record for record in ledger.journal.records() if record.business_day == number)


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message file that could not be read.

    Attributes:
        path: the file.
        reason: why, as a code.
        words: what was found and expected.
    """

    path: str
    reason: Reason
    words: str


def refused_messages_of(ledger: Ledger, book: DayBook) -> tuple[RefusedMessage, ...]:
    """Return the day's messages that could not be read, in the order they were taken."""
    texts = PaymentTexts(ledger)
    events = book.events[book.events["kind"] == EventKind.MESSAGE]
    refused = []
    for event in events[events["reason"] != Reason.NONE]:
        path, *_, words = texts.message_text_of(int(event["subject"])).split(MESSAGE_FIELD)
        refused.append(RefusedMessage(path, Reason(int(event["reason"])), words))
    return tuple(refused)
