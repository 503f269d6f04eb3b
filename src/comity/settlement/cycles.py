"""Netting cycles: cut-off, positions, settlement of the differences.

Membership is every payment accepted for the pool and currency up to the cut-off, by sequence. At
the cut-off nothing is posted; at settlement the net debtors pay and the net creditors are paid
in one group, and all payments of the cycle become final with it. If one debtor is not covered,
nothing is posted and the whole cycle rolls to the next one, or fails, as each agreement says.
"""

import numpy as np
from numpy.typing import NDArray

from comity.ledger import covers
from comity.money import currency
from comity.payments.codes import CycleState, EventKind, Mechanism, TransferKind
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.admission_kernel import wait_for_next_cycle
from comity.settlement.chart import cycle_name
from comity.settlement.cycle_figures import positions, write_figures
from comity.settlement.releasing import release_places
from comity.settlement.state import Cycle, State, listed_payments
from comity.settlement.tables import Books
from comity.settlement.writing import Leg, Writer


def cut_off(state: State, writer: Writer, at_us: int, number: int) -> None:
    """Close a cycle's membership and calculate its positions; an empty one settles at once."""
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
    write_figures(state, writer, at_us, cycle)
    for after in (CycleState.ADVISED, CycleState.FUNDING):
        writer.event(at_us, EventKind.CYCLE, number, after=after)


def settle(state: State, writer: Writer, at_us: int, slot: int) -> None:
    """Settle the cycles of a slot whose funding time is over, currency by currency.

    They end in one act, in the order of their currencies' codes; only then is tried what waits
    for the money. A currency in which a debtor lacks cover rolls or fails, and the others settle.
    """
    books = state.known_books()
    credited = [
        _settle_cycle(state, writer, at_us, state.cycles.pop(number))
        for number in sorted(state.cycles)
        if state.cycles[number].slot == slot
    ]
    release_places(state, writer, at_us, books.live["payee"][np.concatenate(credited)])


def _settle_cycle(state: State, writer: Writer, at_us: int, cycle: Cycle) -> NDArray[np.int32]:
    """Settle one cycle, or roll or fail it; return which payments settled."""
    books, number, nothing = state.known_books(), cycle.number, cycle.members[:0]
    if not len(cycle.members):
        return nothing
    writer.event(at_us, EventKind.CYCLE, number, after=CycleState.SETTLING)
    legs = _legs(state, cycle, positions(state, cycle))
    if not _are_covered(books, legs):
        _give_up(books, writer, at_us, number, cycle)
        return nothing
    if legs:
        writer.post_group(books, at_us, legs)
    books.live["mechanism"][cycle.members] = Mechanism.CYCLE
    writer.change_states(
        books, at_us, cycle.members, PaymentState.SETTLED, value=int(Mechanism.CYCLE)
    )
    net = sum(amount for _, _, amount, kind in legs if kind is TransferKind.CYCLE) // 2
    writer.event(at_us, EventKind.CYCLE, number, after=CycleState.SETTLED, value=net)
    return cycle.members


def _take_waiting(books: Books, state: State, cycle: Cycle) -> NDArray[np.int32]:
    key = cycle.pool * len(state.known_chart().currencies) + cycle.currency
    ends = books.cycle_lists[key]
    taken = listed_payments(books.live, ends)
    ends["head"] = ends["tail"] = -1
    books.live["link"][taken] = -1
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


def _give_up(books: Books, writer: Writer, at_us: int, number: int, cycle: Cycle) -> None:
    rolls = books.rules["shortfall_rolls"][books.live["agreement"][cycle.members]].astype(np.bool_)
    rolled, failed = cycle.members[rolls], cycle.members[~rolls]
    writer.change_states(books, at_us, rolled, PaymentState.QUEUED, reason=Reason.NO_COVER)
    writer.change_states(
        books, at_us, failed, PaymentState.FAILED_SETTLEMENT, reason=Reason.CYCLE_FAILED
    )
    wait_for_next_cycle(books, rolled)
    after = CycleState.ROLLED if len(rolled) else CycleState.ABORTED
    writer.event(at_us, EventKind.CYCLE, number, after=after)
