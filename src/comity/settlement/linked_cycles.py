"""Legs of payment versus payment in netting cycles: both settle, or neither.

The cycles of a trade's two currencies settle in one act. Where what is not covered is taken out
payment by payment, links bind that choice itself (`shortfall`). Where a cycle that is not covered
fails or rolls as a whole, the other legs of its legs are taken out of the cycles that settle; one
that is no longer covered without them fails too.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from comity.settlement.pair_kernel import find_other_legs
from comity.settlement.state import Cycle, State
from comity.settlement.tables import PAIRS_MADE

Int32s = NDArray[np.int32]

NO_LINK = -1


def links_between(state: State, cycles: Sequence[Cycle]) -> Int32s | None:
    """Return by payment number the other leg of each member that is one, None without any leg."""
    books = state.known_books()
    if not books.pairs.counts[PAIRS_MADE]:
        return None
    members = np.concatenate([cycle.members for cycle in cycles])
    found = np.full(len(members), NO_LINK, np.int32)
    find_other_legs(books, members, found)
    if (found == NO_LINK).all():
        return None
    links = np.full(state.payment_count, NO_LINK, np.int32)
    links[members] = found
    return links


def without_lone_legs(
    cycles: Sequence[Cycle], links: Int32s, is_covered: Callable[[Cycle], bool]
) -> list[Cycle]:
    """Return the cycles without legs whose other one is in a cycle that does not settle.

    Args:
        cycles: all that settle in one act; never modified.
        links: by payment number, the other leg or `NO_LINK`.
        is_covered: whether a cycle with just these members settles.

    Returns:
        The same cycles in the same order; one that does not settle keeps its members.
    """
    left = {cycle.number: cycle for cycle in cycles}
    failing: set[int] = set()
    while True:
        failed = [
            number
            for number, cycle in left.items()
            if number not in failing and not is_covered(cycle)
        ]
        if not failed:
            return list(left.values())
        failing.update(failed)
        lost = np.concatenate([left[number].members for number in failed])
        for number, cycle in left.items():
            if number not in failing:
                stays = ~np.isin(links[cycle.members], lost)
                left[number] = replace(cycle, members=cycle.members[stays])
