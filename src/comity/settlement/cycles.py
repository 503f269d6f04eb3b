"""Netting cycles: cut-off, positions, settlement of the differences.

Membership is every payment accepted for the pool and currency up to the cut-off, by sequence. At
the cut-off nothing is posted; at settlement the net debtors pay and the net creditors are paid
in one group, and all payments of the cycle become final with it. If one debtor is not covered, the
waterfall of the pool says what it draws and what is taken out (`shortfall`); without one nothing is
posted and the whole cycle rolls to the next one, or fails, as each agreement says.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from comity.agreements.netting_terms import AfterShortfall, ShortfallTerms
from comity.ledger import covers
from comity.money import currency
from comity.payments.codes import CycleFigure, CycleState, EventKind, Mechanism, TransferKind
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.admission_kernel import wait_for_next_cycle
from comity.settlement.bilateral_cycles import settle_pairs
from comity.settlement.caps_kernel import begin_cycle
from comity.settlement.chart import cycle_name
from comity.settlement.converted_cycles import (
    Converted,
    conversion_legs,
    convert,
    converting_agreement,
    post_conversion,
    write_conversion,
)
from comity.settlement.cycle_figures import positions, write_figures
from comity.settlement.legs import end_netted_pairs
from comity.settlement.linked_cycles import links_between, without_lone_legs
from comity.settlement.releasing import release_places, work_list
from comity.settlement.resources import is_bilateral, shortfall_terms
from comity.settlement.shortfall import Waterfall, draw, draw_legs, kept_part, write_effect
from comity.settlement.state import Cycle, State, listed_payments
from comity.settlement.tables import Books
from comity.settlement.writing import Leg, Writer

Int32s = NDArray[np.int32]


def cut_off(state: State, writer: Writer, at_us: int, number: int) -> None:
    """Close a cycle's membership and calculate its positions; an empty one settles at once.

    With the last cycle of a slot all are converted, where they are paid in one asset.
    """
    _cut_off_one(state, writer, at_us, number)
    slot = state.cycles[number].slot
    if number < _numbers_in(state, slot)[-1]:
        return
    cycles = [state.cycles[each] for each in _numbers_in(state, slot)]
    cycles = [each for each in cycles if len(each.members)]
    agreement = converting_agreement(state, cycles[0]) if cycles else -1
    if agreement >= 0:
        found = convert(state, cycles, agreement)
        if isinstance(found, Converted):
            write_conversion(state, writer, at_us, slot, found)


def _cut_off_one(state: State, writer: Writer, at_us: int, number: int) -> None:
    books, cycle = state.known_books(), state.cycles[number]
    cycle.members = _take_waiting(books, state, cycle)
    writer.event(
        at_us,
        EventKind.CYCLE,
        number,
        after=CycleState.CUT_OFF,
        value=len(cycle.members),
        detail=state.known_chart().currencies[cycle.currency],
    )
    if not len(cycle.members):
        writer.event(at_us, EventKind.CYCLE, number, after=CycleState.SETTLED)
        return
    writer.change_states(
        books,
        at_us,
        cycle.members,
        PaymentState.IN_CYCLE,
        reason=Reason.WAITS_FOR_CYCLE,
        value=number,
    )
    is_converted = converting_agreement(state, cycle) >= 0
    write_figures(state, writer, at_us, cycle, is_converted=is_converted)
    for after in (CycleState.ADVISED, CycleState.FUNDING):
        writer.event(at_us, EventKind.CYCLE, number, after=after)


def settle(state: State, writer: Writer, at_us: int, slot: int) -> None:
    """Settle the cycles of a slot whose funding time is over, currency by currency.

    They end in one act, in the order of their currencies' codes; only then is tried what waits
    for the money. What each draws and keeps is decided before anything is posted.
    """
    books = state.known_books()
    ending = [state.cycles.pop(number) for number in _numbers_in(state, slot)]
    ending = [cycle for cycle in ending if len(cycle.members)]
    if not ending:
        return
    agreement = converting_agreement(state, ending[0])
    if agreement >= 0:
        states = _settle_converted(state, writer, at_us, ending, agreement)
    elif is_bilateral(state, ending[0]):
        states = [_settle_bilaterally(state, writer, at_us, cycle) for cycle in ending]
    else:
        states = _settle_in_own(state, writer, at_us, ending)
    ended = states[0] if len(set(states)) == 1 else CycleState.PARTIAL
    writer.event(
        at_us, EventKind.CYCLE_FIGURE, slot, after=CycleFigure.SLOT_ENDED, value=int(ended)
    )
    members = np.concatenate([cycle.members for cycle in ending])
    end_netted_pairs(state, writer, at_us, members)
    settled = members[books.live["state"][members] == PaymentState.SETTLED]
    places = books.live["payee"][settled]
    if agreement >= 0:
        places = _places_in_asset(state, places, agreement)
    release_places(state, writer, at_us, places)


def _places_in_asset(state: State, places: Int32s, agreement: int) -> Int32s:
    """Return where the payees of these places keep the asset in which they have been paid."""
    width = len(state.known_chart().currencies)
    code = state.known_scheme().agreements[agreement].settlement.asset_currency
    asset = state.known_chart().currencies.index(_number(code or ""))
    found = np.unique(places // width) * width + asset
    return found[state.known_books().places["settlement"][found] >= 0].astype(np.int32)


def _settle_converted(
    state: State, writer: Writer, at_us: int, cycles: Sequence[Cycle], agreement: int
) -> list[CycleState]:
    """Settle a slot's cycles in one asset, or roll or fail them all; return how each ended."""
    books, slot = state.known_books(), cycles[0].slot
    for cycle in cycles:
        writer.event(at_us, EventKind.CYCLE, cycle.number, after=CycleState.SETTLING)
    found = convert(state, cycles, agreement)
    reason, is_settled = Reason.NO_COVER, False
    if isinstance(found, Converted):
        legs = conversion_legs(state, found)
        is_settled = legs is not None and post_conversion(
            state, writer, at_us, slot=slot, found=found, legs=legs
        )
    else:
        reason = found
    ended = []
    for cycle in cycles:
        kept, taken_out = cycle.members, cycle.members[:0]
        if not is_settled:
            kept, taken_out = taken_out, kept
        _settle_members(books, writer, at_us, kept)
        parts = kept, taken_out, 0
        ended.append(_end(books, writer, at_us, number=cycle.number, ended=parts, reason=reason))
    return ended


def _settle_members(books: Books, writer: Writer, at_us: int, kept: Int32s) -> None:
    if len(kept):
        books.live["mechanism"][kept] = Mechanism.CYCLE
        writer.change_states(books, at_us, kept, PaymentState.SETTLED, value=int(Mechanism.CYCLE))


def _numbers_in(state: State, slot: int) -> list[int]:
    return sorted(number for number, cycle in state.cycles.items() if cycle.slot == slot)


def _settle_bilaterally(state: State, writer: Writer, at_us: int, cycle: Cycle) -> CycleState:
    """Settle one cycle pair by pair; return how it ended."""
    writer.event(at_us, EventKind.CYCLE, cycle.number, after=CycleState.SETTLING)
    ended = settle_pairs(state, writer, at_us, cycle)
    return _end(state.known_books(), writer, at_us, number=cycle.number, ended=ended)


def _settle_in_own(
    state: State, writer: Writer, at_us: int, cycles: Sequence[Cycle]
) -> list[CycleState]:
    """Settle a slot's cycles each in its own currency; return how each ended.

    What each draws and keeps is decided before anything is posted.
    """
    links = links_between(state, cycles)
    terms = shortfall_terms(state, cycles[0])
    reduced = cycles
    if links is not None and (terms is None or terms.then is not AfterShortfall.ROLL):
        reduced = without_lone_legs(cycles, links, lambda each: _may_settle(state, each, terms))
    waterfalls = _find_waterfalls(state, reduced, terms, links)
    ended = []
    for cycle, left in zip(cycles, reduced, strict=True):
        alone = cycle.members[~np.isin(cycle.members, left.members)]
        ended.append(
            _settle_cycle(
                state, writer, at_us, left, waterfall=waterfalls.get(cycle.number), alone=alone
            )
        )
    return ended


def _may_settle(state: State, cycle: Cycle, terms: ShortfallTerms | None) -> bool:
    """Return whether a cycle's debtors can pay, with all that they may draw."""
    if _pays_from_balances(state, cycle):
        return True
    return terms is not None and draw(state, [(cycle, terms)])[0].opened.is_covered


def _pays_from_balances(state: State, cycle: Cycle) -> bool:
    return _are_covered(state.known_books(), _legs(state, cycle, positions(state, cycle)))


def _find_waterfalls(
    state: State, cycles: Sequence[Cycle], terms: ShortfallTerms | None, links: Int32s | None
) -> dict[int, Waterfall]:
    """Return, by number, what cycles draw that debtors' balances do not cover and may draw.

    With them come the covered ones that have legs of payments versus what an uncovered one may
    have to take out.
    """
    if terms is None:
        return {}
    short = [cycle for cycle in cycles if not _pays_from_balances(state, cycle)]
    if short and links is not None and terms.then is AfterShortfall.ROLL:
        short = list(cycles)
    found = draw(state, [(cycle, terms) for cycle in short], links)
    return {one.cycle.number: one for one in found}


def _settle_cycle(
    state: State,
    writer: Writer,
    at_us: int,
    cycle: Cycle,
    *,
    waterfall: Waterfall | None,
    alone: Int32s,
) -> CycleState:
    """Settle one cycle, or roll or fail it or a part of it; return how it ended.

    Args:
        state: changed.
        writer: takes what is posted.
        at_us: when.
        cycle: with the members that may settle.
        waterfall: what it draws, None where balances suffice or nothing may be drawn.
        alone: members that do not settle because their other legs do not.
    """
    books, number = state.known_books(), cycle.number
    writer.event(at_us, EventKind.CYCLE, number, after=CycleState.SETTLING)
    legs: list[Leg] = []
    kept, taken_out = cycle.members, alone
    if waterfall is not None:
        write_effect(state, writer, at_us, waterfall)
        kept = cycle.members[waterfall.kept]
        taken_out = np.concatenate([cycle.members[~waterfall.kept], alone])
        cycle = kept_part(waterfall)
        legs = draw_legs(state, waterfall)
    nets = _legs(state, cycle, positions(state, cycle))
    if waterfall is None and not _are_covered(books, nets):
        kept, taken_out, nets = kept[:0], np.concatenate([kept, alone]), []
    if legs + nets:
        writer.post_group(books, at_us, legs + nets)
    _settle_members(books, writer, at_us, kept)
    net = sum(amount for _, _, amount, kind in nets if kind is TransferKind.CYCLE) // 2
    return _end(books, writer, at_us, number=number, ended=(kept, np.sort(taken_out), net))


def _end(
    books: Books,
    writer: Writer,
    at_us: int,
    *,
    number: int,
    ended: tuple[Int32s, Int32s, int],
    reason: Reason = Reason.NO_COVER,
) -> CycleState:
    """Roll or fail what was taken out, and write how the cycle ended.

    Args:
        books: the columns.
        writer: takes the events.
        at_us: when.
        number: of the cycle.
        ended: what settled, what was taken out, and the sum of net positions paid in.
        reason: why what was taken out has to wait.
    """
    kept, taken_out, net = ended
    after = CycleState.SETTLED
    if len(taken_out):
        given_up = _give_up(books, writer, at_us, taken_out, reason)
        after = CycleState.PARTIAL if len(kept) else given_up
    writer.event(at_us, EventKind.CYCLE, number, after=after, value=net)
    return after


def _take_waiting(books: Books, state: State, cycle: Cycle) -> Int32s:
    key = cycle.pool * len(state.known_chart().currencies) + cycle.currency
    ends = books.cycle_lists[key]
    taken = listed_payments(books.live, ends)
    # What an earlier cycle has rolled stands behind what came since: put it where it was accepted.
    entered = books.live["entered_us"][taken]
    if (np.diff(entered) < 0).any():
        taken = taken[np.lexsort((taken, entered))]
    ends["head"] = ends["tail"] = -1
    books.live["link"][taken] = -1
    if len(books.caps.positions):
        begin_cycle(books, cycle.pool, cycle.currency, *work_list(books))
    return taken


def _legs(state: State, cycle: Cycle, net: NDArray[np.int64]) -> list[Leg]:
    """Return the transfers that settle the positions: all debits, then all credits.

    Banks that share a correspondent's account net there; what the correspondent owes or is owed
    is the sum.
    """
    books, chart = state.known_books(), state.known_chart()
    width = len(chart.currencies)
    code = next(
        m.currency for m in chart.members if _number(m.currency) == chart.currencies[cycle.currency]
    )
    through = chart.number_of[cycle_name(code)]
    owed: dict[int, int] = {}
    debited: list[Leg] = []
    credited: list[Leg] = []
    for participant, position in enumerate(net.tolist()):
        if not position:
            continue
        place = participant * width + cycle.currency
        account = int(books.places[place]["settlement"])
        owed[account] = owed.get(account, 0) + position
        loro, own = int(books.places[place]["loro"]), int(books.places[place]["own"])
        if loro >= 0 and position < 0:
            debited.append((loro, own, -position, TransferKind.LORO))
        elif loro >= 0:
            credited.append((own, loro, position, TransferKind.LORO))
    for account, position in sorted(owed.items()):
        if position < 0:
            debited.append((account, through, -position, TransferKind.CYCLE))
        elif position > 0:
            credited.append((through, account, position, TransferKind.CYCLE))
    return debited + credited


def _number(code: str) -> int:
    return currency(code).number


def _are_covered(books: Books, legs: list[Leg]) -> bool:
    """Return whether every debtor can pay; each account is debited at most once."""
    return all(covers(books.balances, debit, amount) for debit, _, amount, _ in legs)


def _give_up(
    books: Books, writer: Writer, at_us: int, payments: Int32s, reason: Reason
) -> CycleState:
    """Roll or fail payments as their agreements say; return how a cycle of just them ends."""
    rolls = books.rules["shortfall_rolls"][books.live["agreement"][payments]].astype(np.bool_)
    rolled, failed = payments[rolls], payments[~rolls]
    writer.change_states(books, at_us, rolled, PaymentState.QUEUED, reason=reason)
    writer.change_states(
        books, at_us, failed, PaymentState.FAILED_SETTLEMENT, reason=Reason.CYCLE_FAILED
    )
    wait_for_next_cycle(books, rolled, *work_list(books))
    return CycleState.ROLLED if len(rolled) else CycleState.ABORTED
