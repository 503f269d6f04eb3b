"""Each invariant sees the damage it is there for: books broken by hand, one fact at a time."""

from collections.abc import Callable

import numpy as np
import pytest
from tests.kit.batches import Driver, Payment
from tests.kit.schemes import (
    KG_BANK,
    KG_CENTRAL,
    RU_BANK,
    RU_CENTRAL,
    small_scheme,
    with_liquidity_saving,
)

from comity.agreements import LiquiditySaving, PositionLimit, PositionLimitKind, Release
from comity.errors import InvariantError
from comity.payments.codes import Definition, Priority
from comity.payments.lifecycle import State as PaymentState
from comity.queueing import CLASSES, NOBODY, NOT_WAITING
from comity.settlement import State
from comity.settlement import invariants as checks
from comity.settlement import invariants_central_banks as bank_checks
from comity.settlement.choosing import who_waits
from comity.settlement.exhaustion import no_set_could_move, waiting_is_counted
from comity.settlement.invariants_dealers import deals_are_as_quoted
from comity.settlement.invariants_limits import (
    no_net_debit_cap_is_passed,
    no_sender_limit_is_passed,
)
from comity.settlement.invariants_pairs import (
    both_legs_settle_or_none,
    pairs_are_counted,
    what_an_agent_may_settle_is_held,
)
from comity.settlement.invariants_returns import returns_never_exceed_originals
from comity.settlement.invariants_shorts import nobody_is_shorter_than_allowed
from comity.settlement.resource_invariants import draws_are_explained, recourse_sums_to_zero
from comity.settlement.tables import COUNTER_EXPOSURE

SETTLED, QUEUED, HIGH, IN_CYCLE, HELD, TAKEN, WAITING, RETURNED = range(8)
RETURN = Definition.PACS_004


def driver_at_noon() -> Driver:
    """Return a day on which a payment stands in every place in which one can stand."""
    overtaken = LiquiditySaving(0, None, Release.BYPASS)
    limit = PositionLimit(PositionLimitKind.MULTILATERAL, KG_BANK, "KGS", None, 100_00)
    cap = PositionLimit(PositionLimitKind.NET_DEBIT_CAP, KG_BANK, "KGS", None, 100_00, pool="main")
    scheme = small_scheme(50_00, position_limits=(limit, cap))
    driver = Driver(with_liquidity_saving(scheme, "goods", overtaken)).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 10_00),
        Payment(KG_BANK, RU_BANK, 60_00),
        Payment(KG_BANK, RU_BANK, 70_00, priority=Priority.HIGH),
        Payment(KG_BANK, RU_BANK, 5_00, purpose="GIFT"),
        Payment(RU_BANK, KG_BANK, 1_00, debtor_currency="RUB", purpose="LOAN"),
        Payment(RU_BANK, KG_BANK, 2_00, debtor_currency="RUB", purpose="LOAN"),
        Payment(KG_BANK, RU_BANK, 3_00, at="11:10", purpose="GIFT"),
        Payment(RU_BANK, KG_BANK, 4_00, "11:10", purpose="AC04", definition=RETURN, uetr=1),
    )
    states = driver.states()
    assert states[QUEUED] is states[HIGH] is PaymentState.QUEUED
    assert states[IN_CYCLE] is PaymentState.IN_CYCLE
    assert states[HELD] is PaymentState.RESERVED
    assert states[WAITING] is PaymentState.ACCEPTED
    assert states[RETURNED] is PaymentState.SETTLED
    return driver


def number_of(state: State, name: str) -> int:
    return state.known_chart().number_of[name]


def account_of(state: State) -> int:
    return number_of(state, f"settlement:{KG_BANK}@{KG_CENTRAL}:KGS")


def move(state: State, field: str, amount: int, name: str = "") -> None:
    number = number_of(state, name) if name else account_of(state)
    state.known_books().balances[field][number] += amount


def book(state: State, debit: str, credit: str, amount: int) -> None:
    move(state, "posted", -amount, debit)
    move(state, "posted", amount, credit)


def set_live(state: State, payment: int, field: str, value: int) -> None:
    state.known_books().live[field][payment] = value


def queue_of(state: State) -> int:
    return int(state.known_books().live["payer"][QUEUED])


def forget_last(state: State) -> None:
    state.known_books().queues.last[queue_of(state) * CLASSES + Priority.NORMAL] = NOBODY


def lose_from_tree(state: State) -> None:
    slot = state.known_books().live["slot"][QUEUED]
    state.known_books().trees.amount_minor[slot] = NOT_WAITING


def forbid_overtaking(state: State) -> None:
    state.known_books().rules["bypassed"] = 0


def swap_classes(state: State) -> None:
    books = state.known_books()
    books.live["priority"][[QUEUED, HIGH]] = books.live["priority"][[HIGH, QUEUED]]


def list_another(state: State) -> None:
    for currency in range(len(state.known_chart().currencies)):
        who_waits(state, currency).payments[:] += 1


def lose_member(state: State) -> None:
    for cycle in state.cycles.values():
        cycle.members = cycle.members[:0]


def pay_member_elsewhere(state: State) -> None:
    # The payee's place lies outside all participants: its credit is lost.
    cycle = next(each for each in state.cycles.values() if len(each.members))
    cycle.members = np.append(cycle.members, cycle.members)


def unlist_waiting(state: State) -> None:
    state.known_books().cycle_lists["head"] = -1


def list_twice(state: State) -> None:
    books = state.known_books()
    books.held_lists["head"][0] = IN_CYCLE


def pass_through(state: State) -> None:
    book(state, "cycle:KGS", f"agent:{KG_CENTRAL}:KGS", 5)


def clearing_name(one: str, other: str) -> str:
    return f"clearing:investment:{one}:{other}"


BROKEN: dict[str, tuple[Callable[[State], None], str, Callable[[State], None]]] = {
    "money from nowhere": (
        checks.money_is_conserved,
        "I1",
        lambda s: move(s, "posted", 1),
    ),
    "an account below its limit": (
        checks.no_balance_is_below_its_limit,
        "I4",
        lambda s: move(s, "held", 60_00),
    ),
    "a balance beyond the exposure": (
        checks.balances_can_be_counted,
        "I4",
        lambda s: move(s, "posted", 10**12),
    ),
    "an exposure beyond what is counted": (
        checks.balances_can_be_counted,
        "I4",
        lambda s: s.known_books().counters.__setitem__(COUNTER_EXPOSURE, 4 * 10**18 + 1),
    ),
    "a cap whose cycle is miscounted": (
        no_net_debit_cap_is_passed,
        "I4",
        lambda s: s.known_books().caps.positions["debit_minor"].__setitem__(0, 1),
    ),
    "a sender beyond its limit": (
        no_sender_limit_is_passed,
        "I4",
        lambda s: s.known_books().limits.multilateral["sent_minor"].__setitem__(0, 10**9),
    ),
    "a settled payment without a time": (
        checks.final_times_are_consistent,
        "I5",
        lambda s: set_live(s, SETTLED, "payment_final_us", 0),
    ),
    "a queued payment with a time": (
        checks.final_times_are_consistent,
        "I5",
        lambda s: set_live(s, QUEUED, "payment_final_us", 1),
    ),
    "a payment final before it is irrevocable": (
        checks.final_times_are_consistent,
        "I5",
        lambda s: set_live(s, SETTLED, "irrevocable_us", 2**62),
    ),
    "an intermediary with money no payment explains": (
        bank_checks.intermediaries_hold_what_is_due,
        "I6",
        lambda s: book(s, f"agent:{KG_CENTRAL}:KGS", f"intermediary:{KG_CENTRAL}", 1),
    ),
    "an obligation no payment explains": (
        bank_checks.clearing_holds_what_is_owed,
        "I6",
        lambda s: book(
            s, clearing_name(KG_CENTRAL, RU_CENTRAL), clearing_name(RU_CENTRAL, KG_CENTRAL), 1
        ),
    ),
    "an obligation nobody is owed": (
        bank_checks.clearing_pairs_sum_to_zero,
        "I8",
        lambda s: move(s, "posted", 1, clearing_name(KG_CENTRAL, RU_CENTRAL)),
    ),
    "money left in passing": (checks.nothing_passes_through, "I8", pass_through),
    "a hold nobody explains": (
        checks.holds_are_explained,
        "I9",
        lambda s: move(s, "held", 1),
    ),
    "a settled payment that holds": (
        checks.holds_are_explained,
        "I9",
        lambda s: set_live(s, SETTLED, "held_minor", 1),
    ),
    "a queue that miscounts": (
        checks.queues_hold_what_is_queued,
        "I9",
        lambda s: s.known_books().queues.length.__setitem__(queue_of(s), 5),
    ),
    "a settled payment in a queue": (
        checks.queues_hold_what_is_queued,
        "I9",
        lambda s: set_live(s, QUEUED, "state", PaymentState.SETTLED),
    ),
    "a queue that does not know the last of a class": (
        checks.queues_hold_what_is_queued,
        "I9",
        forget_last,
    ),
    "a normal payment before a high one": (
        checks.queues_hold_what_is_queued,
        "I9",
        swap_classes,
    ),
    "a list that names another than who waits": (
        checks.what_was_listed_still_stands,
        "I9",
        list_another,
    ),
    "a payment that its tree does not have": (checks.trees_hold_who_waits, "I9", lose_from_tree),
    "a payment that may be overtaken and must not be": (
        checks.trees_hold_who_waits,
        "I9",
        forbid_overtaking,
    ),
    "a payment that waits nowhere": (
        checks.whoever_waits_is_listed_once,
        "I9",
        unlist_waiting,
    ),
    "a payment in two lists": (checks.whoever_waits_is_listed_once, "I9", list_twice),
    "a payment that waits for a cycle and is settled": (
        checks.whoever_waits_is_listed_once,
        "I9",
        lambda s: set_live(s, WAITING, "state", PaymentState.SETTLED),
    ),
    "a cycle without its member": (checks.cycles_hold_what_is_in_cycle, "I9", lose_member),
    "a cycle with a member twice": (
        checks.cycles_hold_what_is_in_cycle,
        "I9",
        pay_member_elsewhere,
    ),
    "a sum that waits and is not counted": (
        waiting_is_counted,
        "I9",
        lambda s: s.known_books().entries["waiting_minor"].__setitem__(0, 1),
    ),
    "a currency that is still to be resolved": (
        no_set_could_move,
        "I15",
        lambda s: s.known_books().entries.__setitem__(0, (0, 0, 1)),
    ),
    "a return that is counted no more": (
        returns_never_exceed_originals,
        "I18",
        lambda s: s.known_books().returns.rows["counted"].__setitem__(0, 0),
    ),
    "more returned than there was": (
        returns_never_exceed_originals,
        "I18",
        lambda s: s.known_books().rows["amount_minor"].__setitem__(SETTLED, 3_99),
    ),
    "a return that is counted twice": (
        returns_never_exceed_originals,
        "I18",
        lambda s: s.known_books().returns.originals["returned_minor"].__setitem__(0, 8_00),
    ),
    "a return in another currency": (
        returns_never_exceed_originals,
        "I18",
        lambda s: s.known_books().rows["currency"].__setitem__(RETURNED, 643),
    ),
    "a return from another bank": (
        returns_never_exceed_originals,
        "I18",
        lambda s: s.known_books().rows["debtor_agent"].__setitem__(RETURNED, 1),
    ),
    "a return of what is not settled": (
        returns_never_exceed_originals,
        "I18",
        lambda s: s.known_books().live["state"].__setitem__(SETTLED, PaymentState.EXPIRED),
    ),
    "a first payment that has cover": (
        checks.no_queue_could_move,
        "I15",
        lambda s: move(s, "posted", 10**6),
    ),
    "a cancellation that nobody knows of": (
        checks.pending_cancellations_wait,
        "I17",
        lambda state: state.pending.update({IN_CYCLE: [0]}),
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_damage_is_seen_by_its_invariant(what: str) -> None:
    check, number, damage = BROKEN[what]
    driver = driver_at_noon()
    check(driver.state)
    damage(driver.state)
    with pytest.raises(InvariantError) as caught:
        check(driver.state)
    assert caught.value.invariant == number
    with pytest.raises(InvariantError):
        checks.check_books(driver.state)


def test_every_invariant_has_its_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {check for check, _, _ in BROKEN.values()}
    # Positions are made from payers and payees alike, so only a broken sum could show damage.
    carried = {
        bank_checks.interest_is_what_accrued,
        bank_checks.line_holds_are_explained,
        bank_checks.carried_payments_are_listed,
    }
    drawn = {draws_are_explained, recourse_sums_to_zero}  # see test_shortfall.py
    # See test_invariants_pairs.py.
    paired = {both_legs_settle_or_none, pairs_are_counted, what_an_agent_may_settle_is_held}
    dealt = {deals_are_as_quoted}  # see test_dealing.py
    frozen = {checks.frozen_money_is_blocked}  # see test_cases.py
    short = {nobody_is_shorter_than_allowed}  # see test_short_positions.py
    elsewhere = carried | drawn | paired | dealt | frozen | short
    unseen = set(checks.CHECKS) - seen - elsewhere
    assert unseen == {checks.cycle_positions_sum_to_zero}
    driver = driver_at_noon()
    monkeypatch.setattr(checks, "positions", lambda *_: np.array([1]))
    with pytest.raises(InvariantError):
        checks.cycle_positions_sum_to_zero(driver.state)
