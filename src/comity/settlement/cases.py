"""Screening cases: what two people decide of a held payment, and holding what lists now hit.

A payment found to concern nobody listed is judged as if it came now; one whose party is listed is
frozen, refused, or goes on and is reported, as the list demands. None of it is told outward but the
refusal. Acts are few, so this is Python; payments move by the same kernels as everything else.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from comity.ledger import AccountKind
from comity.ledger.accounts import covers
from comity.payments.codes import CaseState, EventKind, TransferKind
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.admitting import admit_messages
from comity.settlement.asked_times import times_of
from comity.settlement.case_decisions import Act, Case, CaseError, Decision, Demand, check_act
from comity.settlement.chart import NO_ACCOUNT
from comity.settlement.orders import conclude_pending
from comity.settlement.preparation import prepare_again
from comity.settlement.state import State
from comity.settlement.times import take_times_again
from comity.settlement.waiting_lists import give_back_ceilings, release_behind, take_out
from comity.settlement.writing import Leg, Writer

Int32s = NDArray[np.int32]

RESCREENED = frozenset({PaymentState.WAREHOUSED, PaymentState.ACCEPTED, PaymentState.QUEUED})
"""States in which a payment is screened again when a list changes: it can still be stopped."""


def check_decision(state: State, decision: Decision) -> None:
    """Refuse an act on what is no open case, or that does not follow from those before.

    Raises:
        CaseError: with what was found.
    """
    payment = decision.payment
    if state.books is None or not 0 <= payment < state.payment_count:
        raise CaseError(f"payment {payment}: found no such payment, expected a number of a case")
    found = PaymentState(state.books.live["state"][payment])
    if found is not PaymentState.HELD_SCREENING:
        raise CaseError(f"payment {payment}: found {found.name}, expected one held by screening")
    check_act(state.cases.get(payment), decision)


def decide(state: State, writer: Writer, at_us: int, decision: Decision) -> None:
    """Take an act down, and carry out what two people have said."""
    payment = decision.payment
    case = state.cases.setdefault(payment, Case([]))
    act = Act(at_us, decision)
    case.acts.append(act)
    acts = len(case.acts)
    if decision.state is CaseState.ESCALATED:
        case.is_escalated, case.proposal = True, None
        _note(writer, act, CaseState.ESCALATED, acts=acts)
        return
    if case.proposal is None:
        case.proposal = decision
        now = CaseState.ESCALATED if case.is_escalated else CaseState.OPEN
        _note(writer, act, now, acts=acts)
        return
    blocked_minor = _block(state, writer, at_us, decision)
    _note(writer, act, decision.state, acts=acts, blocked_minor=blocked_minor)
    del state.cases[payment]
    cleared_of = state.cleared_of.get(payment, frozenset())
    state.cleared_of[payment] = cleared_of | frozenset(decision.entries)
    for party in decision.good:
        state.good_parties[party] = decision.good_until
    if decision.effect == Demand.FREEZE:
        _end(state, writer, at_us, payment, PaymentState.FROZEN)
    elif decision.effect == Demand.REJECT:
        _end(state, writer, at_us, payment, PaymentState.REJECTED)
    else:
        _admit(state, writer, at_us, payment)
    conclude_pending(state, writer, at_us)


def _admit(state: State, writer: Writer, at_us: int, payment: int) -> None:
    """Judge a payment that may go on as if it came now; one whose date has passed settles today."""
    live, one = state.known_books().live, np.array([payment], np.int32)
    if live["value_date"][payment] < state.business_day:
        live["value_date"][payment] = state.business_day
        take_times_again(state, at_us, one)
    else:
        _enter_if_time(state, at_us, payment)
    no_hit = np.zeros(1, np.bool_)
    admit_messages(state, writer, prepare_again(state, at_us, one, no_hit), (0, 1))


def hold(state: State, writer: Writer, at_us: int, payments: Sequence[int]) -> None:
    """Hold payments that wait and that lists now hit; whom they held up may go."""
    held = np.array(sorted(payments), np.int32)
    left = []
    for payment in held.tolist():
        books = state.known_books()
        if books.live["state"][payment] != PaymentState.WAREHOUSED:
            take_out(state, writer, at_us, payment)
            left.append(payment)
    give_back_ceilings(state, np.array(left, np.int32))
    writer.change_states(
        state.known_books(), at_us, held, PaymentState.HELD_SCREENING, reason=Reason.SCREENING_HIT
    )
    release_behind(state, writer, at_us, np.array(left, np.int32))


def may_be_held(state: State) -> NDArray[np.bool_]:
    """Return by payment whether it waits where it can be stopped.

    A leg of a trade in two currencies settles as agreed: it is screened on arrival and on its date.
    """
    books, count = state.known_books(), state.payment_count
    waits = np.isin(books.live["state"][:count], [int(one) for one in sorted(RESCREENED)])
    found: NDArray[np.bool_] = waits & (books.rows["counter_currency"][:count] == 0)
    return found


def _enter_if_time(state: State, at_us: int, payment: int) -> None:
    """Let a payment not await a from time that has passed while it was held."""
    books = state.known_books()
    from_us, _, _ = times_of(state, payment)
    if books.live["times"][payment] == Reason.AWAITS_FROM_TIME and from_us <= at_us:
        books.live["times"][payment] = 0


def _note(writer: Writer, act: Act, now: CaseState, *, acts: int, blocked_minor: int = 0) -> None:
    payment = act.decision.payment
    writer.event(act.at_us, EventKind.CASE, payment, after=now, detail=acts, value=blocked_minor)


def _end(state: State, writer: Writer, at_us: int, payment: int, after: PaymentState) -> None:
    """Freeze or refuse a payment; a freeze is told to nobody."""
    is_frozen = after is PaymentState.FROZEN
    reason = Reason.FROZEN_BY_LIST if is_frozen else Reason.REFUSED_BY_LIST
    one = np.array([payment], np.int32)
    books = state.known_books()
    writer.change_states(books, at_us, one, after, reason=reason, is_told=not is_frozen)


def _block(state: State, writer: Writer, at_us: int, decision: Decision) -> int:
    """Move a frozen payment's money to the blocked account; return how much.

    Nothing moves where the debtor's bank keeps no account in the currency, or has no cover: the
    payment can settle no more either way, and the event says that nothing is blocked.
    """
    if decision.effect != Demand.FREEZE:
        return 0
    legs = _legs_of_block(state, decision.payment)
    if not legs:
        state.frozen[decision.payment] = (NO_ACCOUNT, 0)
        return 0
    writer.post_group(state.known_books(), at_us, legs)
    _, account, amount, _ = legs[-1]
    state.frozen[decision.payment] = (account, amount)
    return amount


def _legs_of_block(state: State, payment: int) -> list[Leg]:
    """Return what to post, empty where nothing can be."""
    books, chart = state.known_books(), state.known_chart()
    row = books.rows[payment]
    if int(row["currency"]) not in chart.currencies or row["debtor_agent"] < 0:
        return []
    at = chart.currencies.index(int(row["currency"]))
    place = books.places[int(row["debtor_agent"]) * len(chart.currencies) + at]
    amount = int(row["amount_minor"])
    source, loro = int(place["settlement"]), int(place["loro"])
    sources = [account for account in (source, loro) if account != NO_ACCOUNT]
    if source == NO_ACCOUNT or not all(covers(books.balances, one, amount) for one in sources):
        return []
    blocked = next(
        one.number
        for one in chart.accounts
        if one.kind is AccountKind.BLOCKED and one.currency == int(row["currency"])
    )
    legs: list[Leg] = []
    if loro != NO_ACCOUNT:
        legs.append((loro, int(place["own"]), amount, TransferKind.LORO))
    return [*legs, (source, blocked, amount, TransferKind.SET_ASIDE)]
