"""The invariants of the books, each a function that raises where it does not hold.

Numbers are those of `docs/invariants.md`. The engine checks them at every close; tests check them
after every step.
"""

import numpy as np
from numpy.typing import NDArray

from comity.errors import InvariantError
from comity.ledger import AccountKind
from comity.money import BALANCE_MINOR_MAX
from comity.payments.codes import Definition, OrderStatus, Priority
from comity.payments.lifecycle import State as PaymentState
from comity.queueing import CLASSES, DISTURBED, NOBODY, NOT_WAITING, STOPS
from comity.settlement.cover_invariants import has_cover
from comity.settlement.credit_lines import have_room
from comity.settlement.cycle_figures import positions
from comity.settlement.exhaustion import no_set_could_move, waiting_is_counted
from comity.settlement.invariants_central_banks import (
    carried_payments_are_listed,
    clearing_holds_what_is_owed,
    clearing_pairs_sum_to_zero,
    interest_is_what_accrued,
    intermediaries_hold_what_is_due,
    line_holds_are_explained,
)
from comity.settlement.invariants_dealers import could_be_dealt, deals_are_as_quoted
from comity.settlement.invariants_limits import (
    is_limited,
    no_net_debit_cap_is_passed,
    no_sender_limit_is_passed,
)
from comity.settlement.invariants_pairs import (
    both_legs_settle_or_none,
    legs_outside,
    legs_without_list,
    other_legs,
    pairs_are_counted,
    what_an_agent_may_settle_is_held,
)
from comity.settlement.invariants_returns import returns_never_exceed_originals
from comity.settlement.invariants_shorts import (
    keeps_short_tests,
    nobody_is_shorter_than_allowed,
)
from comity.settlement.invariants_times import due_to_enter
from comity.settlement.resource_invariants import draws_are_explained, recourse_sums_to_zero
from comity.settlement.state import State, listed_payments, queued_payments
from comity.settlement.tables import (
    CONVERTS_AT_FIXING,
    CONVERTS_BY_DEALER,
    COUNTER_CURRENCIES,
    COUNTER_EXPOSURE,
)

_HOLDS_CANCELLATIONS = frozenset(
    {
        PaymentState.RESERVED,
        PaymentState.IN_CYCLE,
        PaymentState.HELD_SCREENING,
        PaymentState.HELD_REVIEW,
        PaymentState.FROZEN,
    }
)
_WAITS_IN_CYCLE_LIST = (PaymentState.ACCEPTED, PaymentState.QUEUED)


def check_books(state: State) -> None:
    """Check every invariant of the state.

    Raises:
        InvariantError: one of them does not hold.
    """
    for check in CHECKS:
        check(state)


def money_is_conserved(state: State) -> None:
    """I1: the balances of each currency sum to zero."""
    for code, total in currency_totals(state).items():
        if total:
            raise InvariantError("I1", f"balances of currency {code} sum to {total}, not to 0")


def currency_totals(state: State) -> dict[int, int]:
    """Return the sum of all balances by ISO 4217 number, exact."""
    chart, posted = state.known_chart(), state.known_books().balances["posted"]
    totals: dict[int, int] = {}
    for account in chart.accounts:
        totals[account.currency] = totals.get(account.currency, 0) + int(posted[account.number])
    return totals


def no_balance_is_below_its_limit(state: State) -> None:
    """I4: what an account has, less what is held, never passes its limit."""
    balances = state.known_books().balances
    free = balances["posted"] - balances["held"] + balances["limit"]
    below = np.flatnonzero((free < 0) & (balances["unlimited"] == 0))
    if len(below):
        account = state.known_chart().accounts[below[0]]
        raise InvariantError("I4", f"{account.name} is {-int(free[below[0]])} below its limit")


def balances_can_be_counted(state: State) -> None:
    """I4: no balance is beyond the day's exposure, and that never beyond what is counted."""
    books, chart = state.known_books(), state.known_chart()
    exposure = books.counters[COUNTER_EXPOSURE:]
    if len(exposure) and int(exposure.max()) > BALANCE_MINOR_MAX:
        raise InvariantError("I4", f"an exposure is {int(exposure.max())}, beyond what is counted")
    for account in chart.accounts if state.is_open else ():
        allowed = int(exposure[chart.currencies.index(account.currency)])
        found = abs(int(books.balances["posted"][account.number]))
        if found > allowed:
            raise InvariantError("I4", f"{account.name} is {found}, exposure {allowed}")


def final_times_are_consistent(state: State) -> None:
    """I5: a payment is final exactly when it is settled, and irrevocable no later.

    Between the banks it is final with it, or later where its agreement pays payees before.
    """
    books, count = state.known_books(), state.payment_count
    live = books.live[:count]
    settled = live["state"] == PaymentState.SETTLED
    final: NDArray[np.bool_] = live["payment_final_us"] > 0
    late = live["irrevocable_us"] > live["payment_final_us"]
    between: NDArray[np.int64] = live["interbank_final_us"] - live["payment_final_us"]
    pays_before = books.rules["pays_before"][np.maximum(live["agreement"], 0)] != 0
    may_differ = pays_before & ((live["interbank_final_us"] == 0) | (between >= 0))
    wrong = np.flatnonzero((settled != final) | (settled & late) | ((between != 0) & ~may_differ))
    if len(wrong):
        raise InvariantError("I5", f"payment {wrong[0]}: state and times of finality disagree")


def _numbers_of(state: State, wanted: PaymentState) -> NDArray[np.int64]:
    return np.flatnonzero(state.known_books().live["state"][: state.payment_count] == wanted)


def cycle_positions_sum_to_zero(state: State) -> None:
    """I8: the net positions of every cycle that is cut off and not yet settled sum to zero."""
    for cycle in state.cycles.values():
        total = int(positions(state, cycle).sum()) if len(cycle.members) else 0
        if total:
            raise InvariantError("I8", f"positions of cycle {cycle.number} sum to {total}")


def nothing_passes_through(state: State) -> None:
    """I8: the accounts that pass net positions through are empty between cycles."""
    posted = state.known_books().balances["posted"]
    for account in state.known_chart().accounts:
        if account.kind is AccountKind.CYCLE and posted[account.number]:
            raise InvariantError("I8", f"{account.name} is {int(posted[account.number])}, not 0")


def holds_are_explained(state: State) -> None:
    """I9: what is held on accounts is exactly what reserved payments hold.

    What is held of credit lines is explained apart.
    """
    books = state.known_books()
    live, places = books.live, books.places
    expected = np.zeros(len(books.balances), np.int64)
    for payment in np.flatnonzero(live["held_minor"][: state.payment_count]).tolist():
        if live[payment]["state"] != PaymentState.RESERVED:
            raise InvariantError("I9", f"payment {payment} holds money and is not reserved")
        place, held = places[live[payment]["payer"]], live[payment]["held_minor"]
        payee = places[live[payment]["payee"]]
        if place["loro"] < 0 or place["settlement"] != payee["settlement"]:
            expected[place["settlement"]] += held
        if place["loro"] >= 0:
            expected[place["loro"]] += held
    clearing = np.unique(books.sides["clearing"])
    expected[clearing[clearing >= 0]] = books.balances["held"][clearing[clearing >= 0]]
    wrong = np.flatnonzero(expected != books.balances["held"])
    if len(wrong):
        name = state.known_chart().accounts[wrong[0]].name
        raise InvariantError("I9", f"{name} holds money that no payment explains")


def queues_hold_what_is_queued(state: State) -> None:
    """I9: queues hold queued payments, class by class; ends and lengths are right."""
    books = state.known_books()
    for number, length in enumerate(books.queues.length.tolist()):
        waiting = queued_payments(books, number)
        if len(waiting) != length:
            raise InvariantError(
                "I9", f"queue {number} has {len(waiting)} payments and counts {length}"
            )
        wrong = waiting[books.live["state"][waiting] != PaymentState.QUEUED]
        if len(wrong):
            raise InvariantError("I9", f"payment {wrong[0]} stands in a queue and is not queued")
        classes = books.live["priority"][waiting]
        if (np.diff(classes) < 0).any():
            raise InvariantError("I9", f"queue {number} has a class before a higher one")
        for one in Priority:
            last = int(books.queues.last[number * len(Priority) + one])
            expected = int(waiting[classes == one][-1]) if (classes == one).any() else NOBODY
            if last != expected:
                found = f"payment {last} as the last {one.name.lower()} one, not {expected}"
                raise InvariantError("I9", f"queue {number} knows {found}")


def what_was_listed_still_stands(state: State) -> None:
    """I9: who was listed, less the first of each class that have left, stands there unchanged.

    The next list is made of that; a class of which another has left is marked.
    """
    books = state.known_books()
    width, taken = int(books.counters[COUNTER_CURRENCIES]), books.queues.taken
    for index, listing in state.listings.items():
        for place in range(len(listing.starts) - 1):
            participant, priority = divmod(place, CLASSES)
            queue = participant * width + index
            left = int(taken[queue * CLASSES + priority])
            waiting = queued_payments(books, queue)
            waiting = waiting[books.live["priority"][waiting] == priority]
            listed = listing.payments[listing.starts[place] : listing.starts[place + 1]]
            kept = listed[left:] if left != DISTURBED else listed[:0]
            if kept.tolist() != waiting[: len(kept)].tolist():
                raise InvariantError("I9", f"queue {queue} is not what was listed of it")


def whoever_waits_is_listed_once(state: State) -> None:
    """I9: a payment that waits stands in one list; in none only for want of a rate or other leg."""
    books, count = state.known_books(), state.payment_count
    seen = np.zeros(count, np.int64)
    for queue in range(len(books.queues.head)):
        np.add.at(seen, queued_payments(books, queue), 1)
    for ends in books.cycle_lists:
        members = listed_payments(books.live, ends)
        wrong = members[~np.isin(books.live["state"][members], _WAITS_IN_CYCLE_LIST)]
        if len(wrong):
            raise InvariantError("I9", f"payment {wrong[0]} waits for a cycle in another state")
        np.add.at(seen, members, 1)
    for ends in (*books.held_lists, *books.caps.lists):
        np.add.at(seen, listed_payments(books.live, ends), 1)
    np.add.at(seen, due_to_enter(state), 1)
    live = books.live[:count]
    waits = np.isin(live["state"], (*_WAITS_IN_CYCLE_LIST, PaymentState.RESERVED))
    twice = np.flatnonzero((seen > 1) | ((seen == 1) & ~waits))
    if len(twice):
        raise InvariantError("I9", f"payment {twice[0]} stands in {seen[twice[0]]} lists")
    converts = books.rules["converts"][live["agreement"]]
    has_no_rate = (converts == CONVERTS_AT_FIXING) & (live["debit_minor"] == 0)
    waits[legs_without_list(state)] = False
    lost = np.flatnonzero(waits & (seen == 0) & ~has_no_rate)
    if len(lost):
        raise InvariantError("I9", f"payment {lost[0]} waits and stands in no list")


def cycles_hold_what_is_in_cycle(state: State) -> None:
    """I9: a payment is in a cycle exactly when one that is not yet settled has it as a member."""
    members = [cycle.members for cycle in state.cycles.values()]
    found = np.sort(np.concatenate([np.zeros(0, np.int32), *members]))
    if not np.array_equal(found, _numbers_of(state, PaymentState.IN_CYCLE)):
        raise InvariantError("I9", "cycles have other members than the payments that are in one")


def trees_hold_who_waits(state: State) -> None:
    """I9: where there are trees, they have who waits in each class, in order, each found again."""
    books = state.known_books()
    trees, live = books.trees, books.live
    for tree in range(len(trees.blocks)):
        waiting = queued_payments(books, tree // len(Priority))
        waiting = waiting[live["priority"][waiting] == tree % len(Priority)]
        slots = live["slot"][waiting]
        first, used = int(trees.first_slot[tree]), int(trees.used[tree])
        is_there = trees.amount_minor[first : first + used] != NOT_WAITING
        found = trees.payment[first : first + used][is_there]
        if found.tolist() != waiting.tolist():
            raise InvariantError("I9", f"tree {tree} has other payments than its queue")
        if (trees.payment[slots] != waiting).any():
            raise InvariantError("I9", f"tree {tree} has a payment at another place than it knows")
        stops = trees.amount_minor[slots] == STOPS
        if (stops == _may_be_overtaken(state)[waiting]).any():
            raise InvariantError("I9", f"tree {tree} lets the wrong payment be overtaken")


def no_queue_could_move(state: State) -> None:
    """I15: in each queue all up to the first that may not be overtaken lack cover.

    A leg lacks it too where the other one does, or stands behind somebody; not where that is
    outside: then it would have been held.
    """
    outside = legs_outside(state)
    others = {leg: other for leg, other in other_legs(state).items() if other not in outside}
    reached = _reached(state)
    for one in sorted(reached):
        if not _could_settle(state, one):
            continue
        other = others.get(one)
        if other is not None and not (other in reached and _could_settle(state, other)):
            continue
        together = (one,) if other is None else (one, other)
        if not len(state.known_books().shorts.most_minor) or keeps_short_tests(state, together):
            raise InvariantError("I15", f"payment {one} is queued and has cover")


def _reached(state: State) -> set[int]:
    """Return of each queue all up to the first that may not be overtaken."""
    books = state.known_books()
    overtaken = _may_be_overtaken(state)
    found: set[int] = set()
    for number in np.flatnonzero(books.queues.length).tolist():
        for one in queued_payments(books, number).tolist():
            found.add(one)
            if not overtaken[one]:
                break
    return found


def _may_be_overtaken(state: State) -> NDArray[np.bool_]:
    """Return by payment whether others of its queue may go before it; never before a leg."""
    books, count = state.known_books(), state.payment_count
    overtaken: NDArray[np.bool_] = books.rules["bypassed"][books.live["agreement"][:count]] != 0
    overtaken &= books.rows["counter_currency"][:count] == 0
    return overtaken


def _could_settle(state: State, payment: int) -> bool:
    """Return whether a payment's side has what it needs; told apart from the kernels' own rule."""
    books = state.known_books()
    live, places = books.live[payment], books.places
    payer, payee = places[live["payer"]], places[live["payee"]]
    rule, needed = books.rules[live["agreement"]], int(live["debit_minor"])
    if rule["converts"] == CONVERTS_BY_DEALER:
        return could_be_dealt(state, payment)
    if not have_room(state, np.array([payment], np.int32))[0] or is_limited(state, payment):
        return False
    is_return = books.rows[payment]["definition"] == Definition.PACS_004
    if rule["converts"] and not (is_return or rule["fixed"] or rule["credits_at_once"]):
        width = books.terms.shape[1]
        side = 0 if live["payer"] % width == rule["currency_a"] else 1
        cell = books.sides[live["agreement"], side]
        amount = int(books.rows[payment]["amount_minor"])
        # At least what is held, which is rounded to the nearest.
        needed = -(-amount * int(cell["hold_numerator"]) // int(cell["hold_denominator"]))
    is_within = not rule["converts"] and payer["settlement"] == payee["settlement"]
    priority = int(live["priority"])
    return has_cover(state, int(live["payer"]), needed, priority, is_within=is_within)


def pending_cancellations_wait(state: State) -> None:
    """I17: a cancellation is pending exactly while its payment is locked or held, or a leg.

    Of a matched trade only one bank may have asked: with the other's request both legs end.
    """
    others = other_legs(state)
    live = state.known_books().live
    said = {key for key, (status, _) in state.answers.items() if status is OrderStatus.PENDING}
    kept = {(number, payment) for payment, orders in state.pending.items() for number in orders}
    if said != kept:
        raise InvariantError("I17", f"orders {sorted(said ^ kept)} are not said to be pending")
    for payment in state.pending:
        after = PaymentState(live["state"][payment])
        other = others.get(payment, payment)
        holds = {after, PaymentState(live["state"][other])} & _HOLDS_CANCELLATIONS
        if not holds and (other == payment or other in state.pending):
            raise InvariantError("I17", f"payment {payment} is {after.name}, its order undecided")


def frozen_money_is_blocked(state: State) -> None:
    """I13: blocked accounts hold what is frozen, exactly; only held payments have a case."""
    books, chart = state.known_books(), state.known_chart()
    live = books.live[: state.payment_count]["state"]
    if set(np.flatnonzero(live == PaymentState.FROZEN).tolist()) != set(state.frozen):
        raise InvariantError("I13", "other payments are frozen than those by decision")
    for account in chart.accounts:
        if account.kind is AccountKind.BLOCKED:
            frozen = sum(minor for at, minor in state.frozen.values() if at == account.number)
            if frozen != int(books.balances["posted"][account.number]):
                raise InvariantError("I13", f"{account.name} does not hold the {frozen} frozen")
    for payment in state.cases:
        if live[payment] != PaymentState.HELD_SCREENING:
            raise InvariantError("I13", f"payment {payment} has a case and is not held")


CHECKS = (
    frozen_money_is_blocked,
    money_is_conserved,
    no_balance_is_below_its_limit,
    balances_can_be_counted,
    no_sender_limit_is_passed,
    no_net_debit_cap_is_passed,
    nobody_is_shorter_than_allowed,
    final_times_are_consistent,
    intermediaries_hold_what_is_due,
    clearing_holds_what_is_owed,
    clearing_pairs_sum_to_zero,
    interest_is_what_accrued,
    carried_payments_are_listed,
    deals_are_as_quoted,
    cycle_positions_sum_to_zero,
    nothing_passes_through,
    holds_are_explained,
    line_holds_are_explained,
    queues_hold_what_is_queued,
    what_was_listed_still_stands,
    trees_hold_who_waits,
    both_legs_settle_or_none,
    pairs_are_counted,
    what_an_agent_may_settle_is_held,
    waiting_is_counted,
    whoever_waits_is_listed_once,
    cycles_hold_what_is_in_cycle,
    no_queue_could_move,
    no_set_could_move,
    draws_are_explained,
    recourse_sums_to_zero,
    pending_cancellations_wait,
    returns_never_exceed_originals,
)
"""Every invariant the state can show; the journal's own are checked by `comity verify`."""
