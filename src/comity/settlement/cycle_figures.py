"""What is calculated of a netting cycle at its cut-off, and could it lose its largest debtor.

Besides gross sum and net positions the journal keeps what bilateral netting would have left, the
hash of the member list, and the answer to *cover one*: if the group of affiliates that owes most
does not pay, do the others' resources suffice? A sponsored bank's position is part of that of its
correspondent, who answers for its settlement account.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from comity.agreements.netting_terms import ResourceKind, ShortfallLayer
from comity.money import BALANCE_MINOR_MAX
from comity.netting import CoverResult, cover_one, net_bilaterally, net_multilaterally
from comity.payments.codes import CycleFigure, CycleState, EventKind
from comity.settlement.resources import free_minor, resources_of, shortfall_terms
from comity.settlement.state import Cycle, State
from comity.settlement.writing import Writer

Int64s = NDArray[np.int64]


def positions(state: State, cycle: Cycle) -> Int64s:
    """Return each participant's net position in a cycle, minor units; they sum to zero."""
    live, width = state.known_books().live, len(state.known_chart().currencies)
    return net_multilaterally(
        live["payer"][cycle.members] // width,
        live["payee"][cycle.members] // width,
        live["debit_minor"][cycle.members],
        len(state.known_chart().participants),
    )


def write_figures(
    state: State, writer: Writer, at_us: int, cycle: Cycle, *, is_converted: bool
) -> None:
    """Write everything that is calculated of a cycle with members; changes no balance.

    Whether one that is paid in another asset is covered is not asked in its own currency.
    """
    books, number = state.known_books(), cycle.number
    gross = int(books.live["debit_minor"][cycle.members].sum())
    writer.event(at_us, EventKind.CYCLE, number, after=CycleState.CALCULATED, value=gross)
    net = positions(state, cycle)
    for participant, position in enumerate(net.tolist()):
        if position:
            writer.event(at_us, EventKind.POSITION, number, value=position, detail=participant)
    figures = [
        (CycleFigure.SLOT, cycle.slot, 0),
        (CycleFigure.BILATERAL_NET, _bilateral_net(state, cycle), 0),
        (CycleFigure.MULTILATERAL_NET, int(net[net > 0].sum()), 0),
        *((CycleFigure.MEMBERS_HASH, word, at) for at, word in enumerate(members_hash(cycle))),
    ]
    if not is_converted:
        figures += cover_figures(cover(state, cycle, net))
    for figure, value, detail in figures:
        writer.event(
            at_us, EventKind.CYCLE_FIGURE, number, after=figure, value=value, detail=detail
        )


def cover_figures(answer: CoverResult) -> list[tuple[CycleFigure, int, int]]:
    """Return an answer as figure, value and detail; nothing where nobody owes."""
    if answer.group is None:
        return []
    return [
        (CycleFigure.COVER_GROUP, answer.debit_minor, answer.group),
        (CycleFigure.COVER_SURVIVORS, answer.survivors_short_minor, 0),
        (CycleFigure.COVER_FUND, answer.fund_minor, 0),
        (CycleFigure.COVER_MISSING, answer.uncovered_minor, 0),
    ]


def cover(state: State, cycle: Cycle, net: Int64s) -> CoverResult:
    """Return whether a cycle settles if the group that owes most at the agents does not pay.

    Args:
        state: whose balances are the participants' resources.
        cycle: the cycle.
        net: each participant's position in it.
    """
    books, chart = state.known_books(), state.known_chart()
    width, directory = len(chart.currencies), chart.directory
    owed = np.zeros(len(chart.participants), np.int64)
    means = np.zeros(len(chart.participants), np.int64)
    shares = np.zeros(len(chart.participants), np.int64)
    terms, resources = shortfall_terms(state, cycle), resources_of(state)
    for participant in np.flatnonzero(net).tolist():
        place = books.places[participant * width + cycle.currency]
        settlement = int(place["settlement"])
        holder = directory[chart.accounts[settlement].owner]
        owed[holder] += net[participant]
        means[holder] = free_minor(books, settlement)
    code = chart.currencies[cycle.currency]
    for settlement, one in resources.items() if terms is not None else ():
        if chart.accounts[settlement].currency != code:
            continue
        for layer in terms.layers[1:] if terms is not None else ():
            amount = free_minor(books, one.account_of(ResourceKind(layer)))
            if layer is ShortfallLayer.GUARANTEE_FUND:
                shares[one.participant] = amount
            else:
                means[one.participant] = min(means[one.participant] + amount, BALANCE_MINOR_MAX)
    return cover_one(owed, means, group_numbers(state), fund_shares_minor=shares)


def group_numbers(state: State) -> Int64s:
    """Return by participant the lowest participant number of its group of affiliates."""
    scheme, chart = state.known_scheme(), state.known_chart()
    first_of: dict[str, int] = {}
    numbers = list(range(len(chart.participants)))
    for number, bank in enumerate(scheme.participants):
        if bank.group is not None:
            numbers[number] = first_of.setdefault(bank.group, number)
    return np.array(numbers, np.int64)


def members_hash(cycle: Cycle) -> tuple[int, ...]:
    """Return the SHA-256 of the member list as four signed words of 64 bits, little-endian.

    Hashed are the payments' numbers in order of acceptance, each as 64 bits, little-endian.
    """
    digest = hashlib.sha256(cycle.members.astype("<i8").tobytes()).digest()
    return tuple(np.frombuffer(digest, "<i8").tolist())


def _bilateral_net(state: State, cycle: Cycle) -> int:
    live, width = state.known_books().live, len(state.known_chart().currencies)
    pairs = net_bilaterally(
        live["payer"][cycle.members] // width,
        live["payee"][cycle.members] // width,
        live["debit_minor"][cycle.members],
        len(state.known_chart().participants),
    )
    return int(np.abs(pairs.low_net_minor).sum())
