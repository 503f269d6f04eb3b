"""Payments in two currencies: the day's fixing, and the settlement between central banks.

At the fixing each payer is debited in its own currency; from then on one central bank owes the
other. When they settle, the obligations are discharged, the difference moves in the asset the
agreement names, and payees that were not credited before are credited and the payments final. Each
day's payments are settled by themselves, the oldest first: they were converted at one rate; and
after them returns at the rate of an earlier day, the latest rate first. Where the agreement carries
the balance on, `carried_balances` does it instead.
"""

import numpy as np
from numpy.typing import NDArray

from comity.agreements.terms import SettlementAsset
from comity.payments.codes import CentralBankStep, EventKind
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement import carried_balances
from comity.settlement.exchange_kernel import convert_held
from comity.settlement.obligations import (
    Obligation,
    are_covered,
    count_exposure,
    count_obligation,
    discharge_legs,
    named_currency_legs,
    own_currency_legs,
)
from comity.settlement.paying_out import (
    pay_payees,
    room_for_releases,
    settle_between_banks,
    take_from_list,
)
from comity.settlement.releasing import release_accounts, release_places
from comity.settlement.returning import places_of_returns
from comity.settlement.state import State, listed_payments
from comity.settlement.tables import Books
from comity.settlement.writing import Leg, Writer

Int32s = NDArray[np.int32]


def fix(state: State, writer: Writer, at_us: int, agreement: int) -> None:
    """Convert what is held at the day's rate and take it in; what is accepted later, at once."""
    books = state.known_books()
    waiting = listed_payments(books.live, books.held_lists[agreement])
    books.rules[agreement]["fixed"] = 1
    out = room_for_releases(books, len(waiting))
    convert_held(books, out, at_us, waiting)
    writer.take(out)
    # Less than the hold is needed from now on, so a queue may move although no money came.
    release_places(state, writer, at_us, _waiting_places(books))


def settle(state: State, writer: Writer, at_us: int, agreement: int) -> None:
    """Let the two central banks settle, then pay out; without cover everything waits."""
    books, terms = state.known_books(), state.known_scheme().agreements[agreement]
    assert terms.central_bank_settlement is not None, "only two-currency agreements come here"
    latest = state.business_day - terms.central_bank_settlement.day_offset
    if terms.settlement.asset is SettlementAsset.CARRIED_BALANCE:
        carried_balances.carry_on(state, writer, at_us, agreement, latest)
        return
    if not state.assets_open[agreement]:
        return
    waiting = np.concatenate(
        [
            listed_payments(books.live, lists[agreement])
            for lists in (books.held_lists, books.carried_lists)
        ]
    )
    taken = books.live["taken_day"][waiting]
    due = waiting[(taken > 0) & (taken <= latest)]
    if not len(due):
        return
    taken = books.live["taken_day"][due]
    kinds = np.stack([taken, taken - _days_of_rates(state, agreement, due)])
    for kind in np.unique(kinds, axis=1).T:
        members = due[(kinds == kind[:, None]).all(axis=0)]
        if not _settle_day(state, writer, at_us, agreement, members):
            return


def _days_of_rates(state: State, agreement: int, members: Int32s) -> Int32s:
    """Return by payment on which day it was converted; a return at the rate of its original, then.

    So what is settled together was converted at one rate, and nothing but rounding can be left.
    """
    books = state.known_books()
    days = books.live["taken_day"][members].copy()
    if books.rules["returns_at_original"][agreement]:
        returns = books.returns.rows
        is_return, places = places_of_returns(state, members)
        days[is_return] = books.live["taken_day"][returns["original"][places]]
    return days


def _settle_day(state: State, writer: Writer, at_us: int, agreement: int, members: Int32s) -> bool:
    """Settle the payments of one day and rate; return whether there was cover for them."""
    books = state.known_books()
    owed = count_obligation(state, agreement, members)
    legs = _legs(state, owed)
    reason = Reason.RATE_MISSING if legs is None else Reason.NO_COVER
    legs = None if legs is None else discharge_legs(state, owed) + legs
    if legs is None or not are_covered(books, legs) or not count_exposure(state, legs):
        writer.event(
            at_us,
            EventKind.CENTRAL_BANKS,
            agreement,
            after=CentralBankStep.WAITS,
            value=owed.net_minor,
            reason=reason,
        )
        return False
    if legs:
        writer.post_group(books, at_us, legs)
    after = CentralBankStep.SETTLED
    writer.event(at_us, EventKind.CENTRAL_BANKS, agreement, after=after, value=owed.net_minor)
    is_paid = books.live["state"][members] == PaymentState.SETTLED
    settle_between_banks(books, writer, at_us, agreement, members[is_paid])
    take_from_list(books, books.held_lists, agreement, members[~is_paid])
    pay_payees(state, writer, at_us, members[~is_paid])
    release_accounts(state, writer, at_us, [credit for _, credit, _, _ in legs])
    return True


def _legs(state: State, owed: Obligation) -> list[Leg] | None:
    """Return the transfers of the asset the agreement names; None where it has no rate today."""
    asset = state.known_scheme().agreements[owed.agreement].settlement.asset
    if asset is SettlementAsset.NAMED_CURRENCY:
        return named_currency_legs(state, owed)
    return own_currency_legs(state, owed)


def _waiting_places(books: Books) -> Int32s:
    return np.flatnonzero(books.queues.head >= 0).astype(np.int32)
