"""Invariants of sender limits: none is passed, and what is counted is what settled today."""

import numpy as np

from comity.errors import InvariantError
from comity.money import BALANCE_MINOR_MAX, currency
from comity.payments.codes import Mechanism
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.limits import payers_of
from comity.settlement.state import State
from comity.settlement.tables import COUNTER_CURRENCIES, Books

_NOT_GROSS = (Mechanism.CYCLE, Mechanism.BILATERAL_CYCLE, Mechanism.CENTRAL_BANK)


def no_sender_limit_is_passed(state: State) -> None:
    """I4: nobody has sent more today, less what it received, than a limit of its own allows."""
    books = state.known_books()
    for name, rows in (
        ("bilateral", books.limits.bilateral),
        ("multilateral", books.limits.multilateral),
    ):
        passed = np.flatnonzero(rows["sent_minor"] > rows["limit_minor"])
        if len(passed) and not (rows["limit_minor"][passed] == BALANCE_MINOR_MAX).all():
            row = rows[passed[0]]
            raise InvariantError(
                "I4",
                f"{name} limit {passed[0]}: {row['sent_minor']} sent, {row['limit_minor']} allowed",
            )
    _check_counts(state, books)


def _check_counts(state: State, books: Books) -> None:
    """Compare the counts with what the day's settled payments say."""
    count = len(books.limits.multilateral)
    if not count or not state.is_open:
        return
    live = books.live[: state.payment_count]
    width = int(books.counters[COUNTER_CURRENCIES])
    today = (live["state"] == PaymentState.SETTLED) & (live["payment_final_us"] >= state.opens_us)
    today &= (live["payer"] % width == live["payee"] % width) & ~np.isin(
        live["mechanism"], _NOT_GROSS
    )
    settled = live[today]
    amounts = settled["debit_minor"]
    sent = np.zeros(count, np.int64)
    np.add.at(sent, settled["payer"], amounts)
    np.subtract.at(sent, settled["payee"], amounts)
    if not np.array_equal(sent, books.limits.multilateral["sent_minor"]):
        raise InvariantError("I4", "what is counted as sent is not what settled today")
    for payer, payee, row in zip(
        payers_of(books.limits.starts), books.limits.payees, books.limits.bilateral, strict=True
    ):
        there = (settled["payer"] == payer) & (settled["payee"] == payee)
        back = (settled["payer"] == payee) & (settled["payee"] == payer)
        if int(amounts[there].sum()) - int(amounts[back].sum()) != row["sent_minor"]:
            raise InvariantError("I4", f"place {payer}: not what settled to place {payee} today")


def is_limited(state: State, payment: int) -> bool:
    """Return whether a limit of its sender holds a payment back; from the terms of the scheme."""
    books, chart = state.known_books(), state.known_chart()
    live = books.live[payment]
    width = int(books.counters[COUNTER_CURRENCIES])
    payer, payee = int(live["payer"]), int(live["payee"])
    if payer % width != payee % width:
        return False
    bics = chart.participants[payer // width], chart.participants[payee // width]
    for one in state.known_scheme().position_limits:
        number = currency(one.currency).number
        if one.participant != bics[0] or chart.currencies[payer % width] != number:
            continue
        sent = int(books.limits.multilateral["sent_minor"][payer])
        if one.counterparty is not None:
            pairs = (payers_of(books.limits.starts) == payer) & (books.limits.payees == payee)
            sent = int(books.limits.bilateral["sent_minor"][pairs].sum())
        is_meant = one.counterparty in {None, bics[1]}
        if is_meant and sent + int(live["debit_minor"]) > one.limit_minor:
            return True
    return False
