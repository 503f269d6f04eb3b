"""Which debt must remain: net positions carried over the fewest obligations, exactly.

Set-off seen from the other side. What is not cleared carries every party's net position from those
that owe on balance to those that are owed, and the less of it the better: a flow of least cost
where each obligation costs one a unit. `docs/setoff-method.md` has the theorem and the proof.

The flow is found by phases. A phase gives each party its exact distance to a party still owed
(`_raise_distances`), and keeps the arcs that lie on shortest paths: only they can carry anything
before distances change, and they are a small part of all. Within the phase excess is pushed along
them, the farthest party first, until no more can arrive (`_push_excess`); what is left waits for
the next phase where it is. A solution exists because every obligation may remain as it is.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from comity.numba_kernel import inner_kernel, outer_kernel

Int8s = NDArray[np.int8]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

_NOWHERE = -1
"""No party in this list; no arc."""

_OUT_OF_REACH = 1 << 30
"""Distance or number of steps of a party from which nobody owed can be reached."""

_SCANS_AN_ARC = 3
"""How often each direction may be looked at, on average, before steps are measured anew: pushing
by steps that are out of date takes longer than measuring them. Found by trial; see the method."""


class Graph(NamedTuple):
    """Arcs by number, and the same by party.

    Attributes:
        tails: party from which an arc leads.
        heads: party to which it leads.
        room: capacity of each arc, minor units.
        prices: 1 for an obligation, 0 for an arc to or from the liquidity node.
        first: by party, where its incidences begin; one more at the end.
        arcs: by incidence, twice the number of the arc, and one more where it leads in.
    """

    tails: Int32s
    heads: Int32s
    room: Int64s
    prices: Int8s
    first: Int64s
    arcs: Int32s


class _Tight(NamedTuple):
    """The arcs of shortest paths, each in both directions, by party.

    Attributes:
        first: by party, where its directions begin; one more at the end.
        ends: by direction, where it leads.
        mates: by direction, the opposite one.
        room: by direction, what can still be sent, minor units.
        arcs: by direction, the number of its arc in the graph, or −1 where it leads back.
    """

    first: Int32s
    ends: Int32s
    mates: Int32s
    room: Int64s
    arcs: Int32s


class _Lists(NamedTuple):
    """Parties that have excess, listed by steps.

    Attributes:
        heads: by steps, the first party of the list.
        links: by party, the next one in its list.
        counts: by steps, how many parties are that far, with excess or without.
        current: by party, the direction to look at next.
    """

    heads: Int32s
    links: Int32s
    counts: Int32s
    current: Int32s


@numba.njit(cache=True)
def make_graph(tails: Int32s, heads: Int32s, room: Int64s, prices: Int8s, count: int) -> Graph:
    """Return the graph of these arcs between `count` parties; keeps the arrays given."""
    first = np.zeros(count + 1, np.int64)
    for arc in range(len(tails)):
        first[tails[arc] + 1] += 1
        first[heads[arc] + 1] += 1
    for party in range(count):
        first[party + 1] += first[party]
    arcs = np.empty(2 * len(tails), np.int32)
    at = first.copy()
    for arc in range(len(tails)):
        arcs[at[tails[arc]]] = 2 * arc
        at[tails[arc]] += 1
        arcs[at[heads[arc]]] = 2 * arc + 1
        at[heads[arc]] += 1
    return Graph(tails, heads, room, prices, first, arcs)


@numba.njit(cache=True)
def route_net_debt(graph: Graph, supplies_minor: Int64s) -> tuple[Int64s, Int32s]:
    """Return the cheapest flow, by arc, that carries what parties supply, and the distances.

    Args:
        graph: must be able to carry it.
        supplies_minor: by party, what it owes less what it is owed; they sum to zero.

    Returns:
        The flow by arc, and by party a distance d for which the flow is provably cheapest: an arc
        of price c with room left has d(tail) ≤ d(head) + c, one with flow d(tail) ≥ d(head) + c.
    """
    count = len(supplies_minor)
    excess = supplies_minor.copy()
    flow = np.zeros(len(graph.tails), np.int64)
    distances = np.zeros(count, np.int32)
    steps = np.empty(count, np.int32)
    order = np.empty(count, np.int32)
    lists = _Lists(
        np.empty(count + 1, np.int32),
        np.empty(count, np.int32),
        np.empty(count + 1, np.int32),
        np.empty(count, np.int32),
    )
    while _is_any_excess(excess):
        _raise_distances(graph, flow, excess, distances)
        tight = _tight_arcs(graph, flow, distances)
        while _measure_steps(tight, excess, steps, order):
            _push_excess(tight, excess, steps, lists)
        for direction in range(len(tight.arcs)):
            arc = tight.arcs[direction]
            if arc >= 0:
                flow[arc] = graph.room[arc] - tight.room[direction]
    return flow, distances


@numba.njit(cache=True)
def _is_any_excess(excess: Int64s) -> bool:
    left = np.int64(0)
    for amount in excess:
        left = max(left, amount)
    return bool(left > 0)


@numba.njit(cache=True)
def _raise_distances(graph: Graph, flow: Int64s, excess: Int64s, distances: Int32s) -> None:
    """Make each distance the least price from a party to any that is still owed.

    Dial's algorithm, backwards: one list for each whole distance. Distances so far are subtracted,
    so that no arc with room has a negative price. Nothing exceeds the number of parties.
    """
    count = len(distances)
    more = np.full(count, _OUT_OF_REACH, np.int32)
    heads = np.full(count + 2, _NOWHERE, np.int32)
    links, backs = np.empty(count, np.int32), np.empty(count, np.int32)
    for party in range(count):
        if excess[party] < 0:
            more[party] = 0
            _link(heads, links, backs, 0, party)
    at = farthest = 0
    while at <= farthest:
        party = heads[at]
        if party < 0:
            at += 1
            continue
        _unlink(heads, links, backs, at, party)
        here = distances[party] + at
        for i in range(graph.first[party], graph.first[party + 1]):
            arc = graph.arcs[i] >> 1
            if graph.arcs[i] & 1:
                other = graph.tails[arc]
                if more[other] <= at or flow[arc] == graph.room[arc]:
                    continue
                found = here + graph.prices[arc] - distances[other]
            else:
                other = graph.heads[arc]
                if more[other] <= at or flow[arc] == 0:
                    continue
                found = here - graph.prices[arc] - distances[other]
            if found < more[other]:
                if more[other] < _OUT_OF_REACH:
                    _unlink(heads, links, backs, more[other], other)
                more[other] = found
                _link(heads, links, backs, found, other)
                farthest = max(farthest, found)
    # Who can reach nobody keeps out of the way: as far as the farthest that can.
    for party in range(count):
        distances[party] += min(more[party], farthest)


@inner_kernel
def _link(heads: Int32s, links: Int32s, backs: Int32s, at: int, party: int) -> None:
    after = heads[at]
    links[party], backs[party] = after, _NOWHERE
    if after >= 0:
        backs[after] = party
    heads[at] = party


@inner_kernel
def _unlink(heads: Int32s, links: Int32s, backs: Int32s, at: int, party: int) -> None:
    before, after = backs[party], links[party]
    if before >= 0:
        links[before] = after
    else:
        heads[at] = after
    if after >= 0:
        backs[after] = before


@numba.njit(cache=True)
def _tight_arcs(graph: Graph, flow: Int64s, distances: Int32s) -> _Tight:
    """Return the arcs whose price is just the difference of distances.

    All others are empty or full, and stay so while distances do.
    """
    tails, heads, prices = graph.tails, graph.heads, graph.prices
    first = np.zeros(len(distances) + 1, np.int32)
    for arc in range(len(tails)):
        if distances[tails[arc]] == distances[heads[arc]] + prices[arc]:
            first[tails[arc] + 1] += 1
            first[heads[arc] + 1] += 1
    for party in range(len(distances)):
        first[party + 1] += first[party]
    size = first[-1]
    ends, mates = np.empty(size, np.int32), np.empty(size, np.int32)
    room, arcs = np.empty(size, np.int64), np.empty(size, np.int32)
    at = first.copy()
    for arc in range(len(tails)):
        tail, head = tails[arc], heads[arc]
        if distances[tail] == distances[head] + prices[arc]:
            out, back = at[tail], at[head]
            at[tail] += 1
            at[head] += 1
            ends[out], ends[back] = head, tail
            mates[out], mates[back] = back, out
            room[out], room[back] = graph.room[arc] - flow[arc], flow[arc]
            arcs[out], arcs[back] = arc, _NOWHERE
    return _Tight(first, ends, mates, room, arcs)


@numba.njit(cache=True)
def _measure_steps(tight: _Tight, excess: Int64s, steps: Int32s, order: Int32s) -> bool:
    """Count the steps from each party to one that is owed; say whether any excess can arrive."""
    found = excessive = 0
    for party in range(len(excess)):
        steps[party] = _OUT_OF_REACH
        if excess[party] < 0:
            steps[party] = 0
            order[found] = party
            found += 1
    at = 0
    while at < found:
        party = order[at]
        at += 1
        excessive += excess[party] > 0
        for i in range(tight.first[party], tight.first[party + 1]):
            other = tight.ends[i]
            if steps[other] == _OUT_OF_REACH and tight.room[tight.mates[i]] > 0:
                steps[other] = steps[party] + 1
                order[found] = other
                found += 1
    return excessive > 0


@outer_kernel
def _push_excess(tight: _Tight, excess: Int64s, steps: Int32s, lists: _Lists) -> None:
    """Push excess one step nearer at a time, the farthest party first, until it has arrived.

    Ends early when steps have been looked up so often that measuring them anew is cheaper. No
    party that is out of reach when a number of steps has become unoccupied below it can come
    within reach again before that (the gap rule of push and relabel).
    """
    top = _list_by_steps(tight, excess, steps, lists)
    limit = len(excess)
    budget = _SCANS_AN_ARC * len(tight.ends) + len(excess)
    while top >= 0 and budget > 0:
        party = lists.heads[top]
        if party < 0:
            top -= 1
            continue
        lists.heads[top] = lists.links[party]
        if top > limit:
            steps[party] = _OUT_OF_REACH
            continue
        budget += lists.current[party]
        _push_from(tight, excess, steps, lists, party)
        budget -= lists.current[party]
        if excess[party] > 0:
            budget -= tight.first[party + 1] - tight.first[party]
            lists.counts[top] -= 1
            if lists.counts[top] == 0:
                limit = min(limit, top)
            top = _step_back(tight, steps, lists, party, limit, top)


@inner_kernel
def _list_by_steps(tight: _Tight, excess: Int64s, steps: Int32s, lists: _Lists) -> int:
    """Fill the lists anew and return the largest number of steps of any party with excess."""
    lists.heads[:] = _NOWHERE
    lists.counts[:] = 0
    top = -1
    for party in range(len(excess)):
        lists.current[party] = tight.first[party]
        far = steps[party]
        if far < _OUT_OF_REACH:
            lists.counts[far] += 1
            if excess[party] > 0:
                lists.links[party] = lists.heads[far]
                lists.heads[far] = party
                top = max(top, far)
    return top


@inner_kernel
def _push_from(
    tight: _Tight, excess: Int64s, steps: Int32s, lists: _Lists, party: np.int32
) -> None:
    """Push a party's excess to whoever is one step nearer, until it or they are exhausted."""
    nearer = steps[party] - 1
    left = excess[party]
    i = lists.current[party]
    end = tight.first[party + 1]
    while i < end:
        other = tight.ends[i]
        if tight.room[i] > 0 and steps[other] == nearer:
            sent = min(left, tight.room[i])
            tight.room[i] -= sent
            tight.room[tight.mates[i]] += sent
            before = excess[other]
            excess[other] = before + sent
            if before <= 0 < before + sent:
                lists.links[other] = lists.heads[nearer]
                lists.heads[nearer] = other
            left -= sent
            if left == 0:
                break
        i += 1
    lists.current[party] = i
    excess[party] = left


@inner_kernel
def _step_back(
    tight: _Tight, steps: Int32s, lists: _Lists, party: np.int32, limit: int, top: int
) -> int:
    """Put a party one step behind the nearest it has room to; return the new top."""
    nearest = _OUT_OF_REACH
    for i in range(tight.first[party], tight.first[party + 1]):
        if tight.room[i] > 0 and steps[tight.ends[i]] < nearest:
            nearest = steps[tight.ends[i]]
            lists.current[party] = i
    if nearest >= limit:
        steps[party] = _OUT_OF_REACH
        return top
    steps[party] = far = nearest + 1
    lists.counts[far] += 1
    lists.links[party] = lists.heads[far]
    lists.heads[far] = party
    return max(top, far)
