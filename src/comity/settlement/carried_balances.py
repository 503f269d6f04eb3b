"""A balance that two central banks carry on: interest every day, settlement on agreed days.

Nothing moves between them when payees are paid: what one owes the other stands on the `clearing:`
accounts, within the credit line, until an agreed day. Interest accrues on the balance of each close
and is booked on `interest:` accounts; it bears no interest itself and uses no credit line. On a day
of settlement everything paid out before and the interest on it are settled in one group.
"""

import numpy as np
from numpy.typing import NDArray

from comity.agreements.carried_balance import CarriedBalanceTerms, InterestBooked
from comity.agreements.terms import Agreement
from comity.business_calendar import date_to_days, days_to_date
from comity.money import accrue_interest, round_interest
from comity.payments.codes import CentralBankStep, EventKind, TransferKind
from comity.payments.reasons import Reason
from comity.settlement.obligations import (
    are_covered,
    count_exposure,
    count_obligation,
    discharge_legs,
    interest_accounts,
    revalued_legs,
)
from comity.settlement.paying_out import pay_payees, settle_between_banks, take_from_list
from comity.settlement.releasing import release_accounts
from comity.settlement.state import Accrual, State, listed_payments
from comity.settlement.writing import Writer

Int32s = NDArray[np.int32]


def carry_on(state: State, writer: Writer, at_us: int, agreement: int, latest: int) -> None:
    """Pay out what was taken in up to a day; on an agreed day settle the whole balance.

    The payments paid out now are in that settlement.
    """
    books = state.known_books()
    waiting = listed_payments(books.live, books.held_lists[agreement])
    taken = books.live["taken_day"][waiting]
    members = waiting[(taken > 0) & (taken <= latest)]
    if len(members):
        net = count_obligation(state, agreement, members).net_minor
        after = CentralBankStep.CARRIED
        writer.event(at_us, EventKind.CENTRAL_BANKS, agreement, after=after, value=net)
        take_from_list(books, books.held_lists, agreement, members)
        pay_payees(state, writer, at_us, members)
    if is_settlement_due(state, agreement):
        _settle_balance(state, writer, at_us, agreement)


def is_settlement_due(state: State, agreement: int) -> bool:
    """Return whether an agreed day of settlement has come and has not been settled yet."""
    terms = state.known_scheme().agreements[agreement]
    if terms.carried_balance is None or not state.assets_open[agreement]:
        return False
    if not _is_current(state, agreement):
        return False
    agreed = terms.carried_balance.last_settlement_day(days_to_date(state.business_day))
    return agreed is not None and date_to_days(agreed) > _accrual(state, terms).settled_day


def _settle_balance(state: State, writer: Writer, at_us: int, agreement: int) -> None:
    """Settle everything carried on and the interest on it, or wait for cover or a rate."""
    books, terms = state.known_books(), state.known_scheme().agreements[agreement]
    accrual = _accrual(state, terms)
    _accrue(state, terms, accrual)
    _book(state, writer, at_us, agreement, accrual)
    versions = [at for at, one in enumerate(state.known_scheme().agreements) if one.id == terms.id]
    carried = {at: listed_payments(books.live, books.carried_lists[at]) for at in versions}
    members = np.concatenate(list(carried.values()))
    owed = count_obligation(state, agreement, members, accrual.booked_minor)
    legs = revalued_legs(state, owed)
    reason = Reason.RATE_MISSING if legs is None else Reason.NO_COVER
    legs = None if legs is None else discharge_legs(state, owed) + legs
    if legs is None or not are_covered(books, legs) or not count_exposure(state, legs):
        waits = CentralBankStep.WAITS
        writer.event(
            at_us,
            EventKind.CENTRAL_BANKS,
            agreement,
            after=waits,
            value=owed.total_minor,
            reason=reason,
        )
        return
    if legs:
        writer.post_group(books, at_us, legs)
    after = CentralBankStep.SETTLED
    writer.event(at_us, EventKind.CENTRAL_BANKS, agreement, after=after, value=owed.total_minor)
    for version, settled in carried.items():
        settle_between_banks(books, writer, at_us, version, settled)
    state.accruals[terms.id] = Accrual(state.business_day, settled_day=state.business_day)
    release_accounts(state, writer, at_us, [credit for _, credit, _, _ in legs])


def close_balances(state: State, writer: Writer, at_us: int) -> None:
    """At a close: let interest accrue on the balances carried since the last one, and book it."""
    books = state.known_books()
    for number, terms in enumerate(state.known_scheme().agreements):
        carried = terms.carried_balance
        if carried is None or not _is_current(state, number):
            continue
        accrual = _accrual(state, terms)
        _accrue(state, terms, accrual)
        accrual.balance_minor = -int(books.balances["posted"][books.sides[number, 0]["clearing"]])
        if carried.interest_booked is InterestBooked.DAILY:
            _book(state, writer, at_us, number, accrual)


def _is_current(state: State, agreement: int) -> bool:
    """Return whether a version is the one that says what becomes of the balance today.

    That is the one in force, and where none is, the last that was: a balance outlives it.
    """
    scheme, day = state.known_scheme(), days_to_date(state.business_day)
    begun = [
        number
        for number, one in enumerate(scheme.agreements)
        if one.id == scheme.agreements[agreement].id and one.valid_from <= day
    ]
    return bool(begun) and max(begun, key=lambda at: scheme.agreements[at].valid_from) == agreement


def _accrual(state: State, terms: Agreement) -> Accrual:
    """Return what has accrued on an agreement's balance; nothing has before its first day."""
    if terms.id not in state.accruals:
        before = state.business_day - 1
        state.accruals[terms.id] = Accrual(state.business_day, settled_day=before)
    return state.accruals[terms.id]


def _accrue(state: State, terms: Agreement, accrual: Accrual) -> None:
    """Add what the balance of the last close has borne up to today."""
    carried = _carried(terms)
    accrual.accrued += accrue_interest(
        accrual.balance_minor,
        percent=carried.interest_percent,
        first=days_to_date(accrual.last_day),
        last=days_to_date(state.business_day),
        day_count=carried.day_count,
    )
    accrual.last_day = state.business_day


def _book(state: State, writer: Writer, at_us: int, agreement: int, accrual: Accrual) -> None:
    """Bring what is booked to what has accrued, rounded as agreed."""
    rounding = _carried(state.known_scheme().agreements[agreement]).interest_rounding
    more = round_interest(accrual.accrued, rounding) - accrual.booked_minor
    if more == 0:
        return
    debtor, creditor = interest_accounts(state, agreement)
    if more < 0:
        debtor, creditor = creditor, debtor
    leg = (debtor, creditor, abs(more), TransferKind.INTEREST)
    if count_exposure(state, [leg]):
        writer.post_group(state.known_books(), at_us, [leg])
        accrual.booked_minor += more


def _carried(terms: Agreement) -> CarriedBalanceTerms:
    assert terms.carried_balance is not None, "only agreements whose balance bears interest"
    return terms.carried_balance
