"""Set-off component by component: only within one can obligations form a circle.

A strongly connected component is a greatest set of parties each of which owes, over others, to
each. An obligation between two components stands on no circle, so nothing of it can be cleared;
the others are decided in their own component, whatever happens elsewhere.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from comity.netting.setoff_kernel import make_graph, route_net_debt

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

_NOT_SEEN = -1

_ANY_AMOUNT = 8 * 10**18
"""Above all that can ever be returned: no more than the sums of obligations and of liquidity."""


@numba.njit(cache=True)
def clear_by_components(
    debtors: Int32s, creditors: Int32s, amounts_minor: Int64s, party_count: int
) -> tuple[Int64s, Int64s]:
    """Return what is cleared of each edge, and each party's potential, zero the least.

    Args:
        debtors: by edge, ascending; then
        creditors: by edge, ascending for one debtor.
        amounts_minor: by edge, above zero.
        party_count: number of parties.
    """
    first = index_by_debtor(debtors, party_count)
    components, component_count = find_components(first, creditors)
    members, starts = group_members(components, component_count)
    cleared = np.zeros(len(debtors), np.int64)
    potentials = np.zeros(party_count, np.int64)
    places = np.empty(party_count, np.int32)
    for component in range(component_count):
        inside = members[starts[component] : starts[component + 1]]
        if len(inside) > 1:
            for i in range(len(inside)):
                places[inside[i]] = i
            edges = _edges_within(inside, first, creditors, components)
            tails, heads = np.empty(len(edges), np.int32), np.empty(len(edges), np.int32)
            room = np.empty(len(edges), np.int64)
            for i in range(len(edges)):
                edge = edges[i]
                tails[i], heads[i] = places[debtors[edge]], places[creditors[edge]]
                room[i] = amounts_minor[edge]
            kept, levels = _route_balances(tails, heads, room, len(inside))
            for i in range(len(edges)):
                cleared[edges[i]] = room[i] - kept[i]
            for i in range(len(inside)):
                potentials[inside[i]] = levels[i]
    _raise_later_components(first, creditors, components, members, potentials)
    return cleared, potentials


@numba.njit(cache=True)
def index_by_debtor(debtors: Int32s, party_count: int) -> Int64s:
    """Return where each party's edges begin, and where the last one's end; debtors ascend."""
    first = np.zeros(party_count + 1, np.int64)
    for edge in range(len(debtors)):
        first[debtors[edge] + 1] += 1
    for party in range(party_count):
        first[party + 1] += first[party]
    return first


@numba.njit(cache=True)
def find_components(first: Int64s, creditors: Int32s) -> tuple[Int32s, int]:
    """Return each party's strongly connected component and how many there are.

    Tarjan's algorithm with a stack of its own. Where one component owes to another, the debtors'
    has the greater number.
    """
    count = len(first) - 1
    components = np.full(count, _NOT_SEEN, np.int32)
    seen, lowest = np.full(count, _NOT_SEEN, np.int32), np.empty(count, np.int32)
    path, open_parties = np.empty(count, np.int32), np.empty(count, np.int32)
    at_edge = first.copy()
    found = number = open_count = 0
    for start in range(count):
        if seen[start] >= 0:
            continue
        depth = 0
        path[0] = start
        while depth >= 0:
            party = path[depth]
            if seen[party] < 0:
                seen[party] = lowest[party] = number
                number += 1
                open_parties[open_count] = party
                open_count += 1
            if at_edge[party] < first[party + 1]:
                other = creditors[at_edge[party]]
                at_edge[party] += 1
                if seen[other] < 0:
                    depth += 1
                    path[depth] = other
                elif components[other] < 0:
                    lowest[party] = min(lowest[party], seen[other])
                continue
            if lowest[party] == seen[party]:
                while components[party] < 0:
                    open_count -= 1
                    components[open_parties[open_count]] = found
                found += 1
            depth -= 1
            if depth >= 0:
                lowest[path[depth]] = min(lowest[path[depth]], lowest[party])
    return components, found


@numba.njit(cache=True)
def group_members(components: Int32s, component_count: int) -> tuple[Int32s, Int64s]:
    """Return the parties by component, ascending in each, and where each component begins."""
    starts = np.zeros(component_count + 1, np.int64)
    for component in components:
        starts[component + 1] += 1
    for component in range(component_count):
        starts[component + 1] += starts[component]
    members = np.empty(len(components), np.int32)
    at = starts.copy()
    for party in range(len(components)):
        members[at[components[party]]] = party
        at[components[party]] += 1
    return members, starts


@numba.njit(cache=True)
def _edges_within(inside: Int32s, first: Int64s, creditors: Int32s, components: Int32s) -> Int32s:
    """Return the edges between these parties of one component, ascending."""
    component = components[inside[0]]
    count = 0
    for party in inside:
        for edge in range(first[party], first[party + 1]):
            count += components[creditors[edge]] == component
    edges = np.empty(count, np.int32)
    count = 0
    for party in inside:
        for edge in range(first[party], first[party + 1]):
            if components[creditors[edge]] == component:
                edges[count] = edge
                count += 1
    return edges


@numba.njit(cache=True)
def _route_balances(
    tails: Int32s, heads: Int32s, room: Int64s, count: int
) -> tuple[Int64s, Int64s]:
    """Return the least that must remain of these obligations, and the levels that prove it."""
    supplies = np.zeros(count, np.int64)
    prices = np.empty(len(tails), np.int8)
    for edge in range(len(tails)):
        supplies[tails[edge]] += room[edge]
        supplies[heads[edge]] -= room[edge]
        prices[edge] = 1
    kept, distances = route_net_debt(make_graph(tails, heads, room, prices, count), supplies)
    return kept, _levels(distances)


@numba.njit(cache=True)
def _levels(distances: Int32s) -> Int64s:
    """Return levels from zero up: the farthest party has the lowest."""
    farthest = np.int64(0)
    for distance in distances:
        farthest = max(farthest, distance)
    levels = np.empty(len(distances), np.int64)
    for party in range(len(distances)):
        levels[party] = farthest - distances[party]
    return levels


@numba.njit(cache=True)
def _raise_later_components(
    first: Int64s, creditors: Int32s, components: Int32s, members: Int32s, potentials: Int64s
) -> None:
    """Raise components as a whole until every edge between two leads at least one level up.

    Debtors' components come first, so each is raised for good before it raises others.
    """
    raised = np.zeros(len(components), np.int64)
    for i in range(len(members) - 1, -1, -1):
        party = members[i]
        component = components[party]
        level = potentials[party] + raised[component] + 1
        for edge in range(first[party], first[party + 1]):
            other = components[creditors[edge]]
            if other != component:
                raised[other] = max(raised[other], level - potentials[creditors[edge]])
    for party in range(len(components)):
        potentials[party] += raised[components[party]]


@numba.njit(cache=True)
def clear_with_liquidity(
    debtors: Int32s, creditors: Int32s, amounts_minor: Int64s, liquidity_minor: Int64s
) -> tuple[Int64s, Int64s, Int64s, Int64s]:
    """Return cleared amounts by edge, potentials, and what flows in and out by party.

    One more node, the last, lends to each party up to its liquidity and takes back any amount.
    It joins all components, so they are decided together.

    Args:
        debtors: by edge, ascending; then
        creditors: by edge, ascending for one debtor.
        amounts_minor: by edge, above zero; their sum at most 4·10^18.
        liquidity_minor: by party, zero or more, none above 4·10^18.
    """
    edges, parties = len(debtors), len(liquidity_minor)
    size = edges + 2 * parties
    tails, heads = np.empty(size, np.int32), np.empty(size, np.int32)
    room, prices = np.empty(size, np.int64), np.zeros(size, np.int8)
    tails[:edges], heads[:edges], room[:edges], prices[:edges] = (
        debtors,
        creditors,
        amounts_minor,
        1,
    )
    supplies = np.zeros(parties + 1, np.int64)
    owed = np.zeros(parties, np.int64)
    for edge in range(edges):
        tails[edge], heads[edge] = debtors[edge], creditors[edge]
        room[edge], prices[edge] = amounts_minor[edge], 1
        owed[debtors[edge]] += amounts_minor[edge]
        supplies[debtors[edge]] += amounts_minor[edge]
        supplies[creditors[edge]] -= amounts_minor[edge]
    for party in range(parties):
        lends, takes_back = edges + party, edges + parties + party
        tails[lends], heads[lends] = party, parties
        tails[takes_back], heads[takes_back] = parties, party
        # One above what is owed is as good as any larger amount, and sums of it fit.
        room[lends] = min(liquidity_minor[party], owed[party] + 1)
        room[takes_back] = _ANY_AMOUNT
    graph = make_graph(tails, heads, room, prices, parties + 1)
    kept, distances = route_net_debt(graph, supplies)
    cleared = np.empty(edges, np.int64)
    for edge in range(edges):
        cleared[edge] = amounts_minor[edge] - kept[edge]
    drawn, returned = np.empty(parties, np.int64), np.empty(parties, np.int64)
    for party in range(parties):
        # What is lent to a party only to come back is not drawn.
        draws, returns = kept[edges + party], kept[edges + parties + party]
        drawn[party] = draws - min(draws, returns)
        returned[party] = returns - min(draws, returns)
    return cleared, _levels(distances), drawn, returned
