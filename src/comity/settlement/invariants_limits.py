"""Invariants of sender limits: none is passed, and what is counted is what settled today."""

import numpy as np

from comity.errors import InvariantError
from comity.money import BALANCE_MINOR_MAX, currency
from comity.payments.codes import Mechanism
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.dealt_legs import dealt_legs
from comity.settlement.limits import payers_of
from comity.settlement.state import State, listed_payments
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
    legs = dealt_legs(state)
    promised = live[(live["held_minor"] > 0) & (live["payer"] % width == live["payee"] % width)]
    payers = np.concatenate([settled["payer"], [payer for payer, _, _ in legs]]).astype(np.int64)
    payees = np.concatenate([settled["payee"], [payee for _, payee, _ in legs]]).astype(np.int64)
    amounts = np.concatenate([settled["debit_minor"], [amount for *_, amount in legs]])
    amounts = amounts.astype(np.int64)
    sent = np.zeros(count, np.int64)
    np.add.at(sent, payers, amounts)
    np.subtract.at(sent, payees, amounts)
    # What is held for a trade with a leg outside counts for its sender, not yet for its receiver.
    np.add.at(sent, promised["payer"], promised["debit_minor"])
    if not np.array_equal(sent, books.limits.multilateral["sent_minor"]):
        raise InvariantError("I4", "what is counted as sent is not what settled today")
    for payer, payee, row in zip(
        payers_of(books.limits.starts), books.limits.payees, books.limits.bilateral, strict=True
    ):
        there = (payers == payer) & (payees == payee)
        back = (payers == payee) & (payees == payer)
        to_come = promised[(promised["payer"] == payer) & (promised["payee"] == payee)]
        expected = int(amounts[there].sum()) - int(amounts[back].sum())
        if expected + int(to_come["debit_minor"].sum()) != row["sent_minor"]:
            raise InvariantError("I4", f"place {payer}: not what settled to place {payee} today")


def is_limited(state: State, payment: int) -> bool:
    """Return whether a limit of its sender holds a payment back; from the terms of the scheme."""
    live = state.known_books().live[payment]
    payer, payee = int(live["payer"]), int(live["payee"])
    return may_not_send(state, payer, payee, int(live["debit_minor"]))


def may_not_send(state: State, payer: int, payee: int, amount: int) -> bool:
    """Return whether a limit keeps one place from sending another so much more today."""
    books, chart = state.known_books(), state.known_chart()
    width = int(books.counters[COUNTER_CURRENCIES])
    if payer % width != payee % width:
        return False
    bics = chart.participants[payer // width], chart.participants[payee // width]
    for one in state.known_scheme().position_limits:
        if not one.kind.is_of_a_day:
            continue
        number = currency(one.currency).number
        if one.participant != bics[0] or chart.currencies[payer % width] != number:
            continue
        sent = int(books.limits.multilateral["sent_minor"][payer])
        if one.counterparty is not None:
            pairs = (payers_of(books.limits.starts) == payer) & (books.limits.payees == payee)
            sent = int(books.limits.bilateral["sent_minor"][pairs].sum())
        is_meant = one.counterparty in {None, bics[1]}
        if is_meant and sent + amount > one.limit_minor:
            return True
    return False


def no_net_debit_cap_is_passed(state: State) -> None:
    """I4: nobody owes more in an open cycle than its cap; and who waits for room has none (I15)."""
    books = state.known_books()
    caps, live = books.caps, books.live
    if not len(caps.positions) or not state.is_open:
        return
    width, places = int(books.counters[COUNTER_CURRENCIES]), len(books.places)
    owed = np.zeros(len(caps.positions), np.int64)
    for number, ends in enumerate(books.cycle_lists):
        members = live[listed_payments(live, ends)]
        pool = number // width
        np.add.at(owed, pool * places + members["payer"], members["debit_minor"])
        np.subtract.at(owed, pool * places + members["payee"], members["debit_minor"])
    wrong = np.flatnonzero(caps.positions["debit_minor"] != owed)
    if len(wrong):
        raise InvariantError("I4", f"cap {wrong[0]}: not what its cycle holds is counted")
    passed = np.flatnonzero(owed > caps.positions["cap_minor"])
    if len(passed):
        raise InvariantError("I4", f"cap {passed[0]}: {owed[passed[0]]} are owed")
    for key in np.flatnonzero(caps.lists["head"] >= 0).tolist():
        head = live[caps.lists["head"][key]]
        if owed[key] + head["debit_minor"] <= caps.positions["cap_minor"][key]:
            raise InvariantError("I15", f"cap {key}: its first payment has room and waits")
