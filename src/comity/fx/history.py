"""How far a pair's official rate has moved from one fixing to the next.

A position in a currency that is not one's own is worth what the rate says. What a move of it would
cost is told by the moves there have been: no distribution is assumed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from comity.fx.choice import JUMP_PERCENT_MAX, fixings_of
from comity.fx.guards import guard_fixings
from comity.fx.official import PUBLISHERS, OfficialRate

MOVES_MIN: Final = 20
"""Fewer moves say nothing of the worst one in a hundred."""
PERCENTILE: Final = 99


@dataclass(frozen=True, slots=True)
class RateHistory:
    """The fixings of a pair by one publisher, as moves.

    Attributes:
        publisher: a key of `PUBLISHERS`.
        moves: |rate ÷ the one before − 1| of the priced currency, from fixing to fixing, in order
            of days.
    """

    publisher: str
    moves: tuple[Fraction, ...]

    @property
    def worst_move(self) -> Fraction | None:
        """The move that 99 % of all moves do not pass, by nearest rank; None of too few."""
        if len(self.moves) < MOVES_MIN:
            return None
        rank = -(-len(self.moves) * PERCENTILE // 100)
        return sorted(self.moves)[rank - 1]


def rate_history(rates: Iterable[OfficialRate], base: str, quote: str) -> RateHistory | None:
    """Return the moves of what one unit of `base` is worth in `quote`, of the longest history.

    Of several publishers that with most moves, of equal ones the one whose code comes first; a pair
    that is published the other way round is turned. A fixing that the guard holds back, and one
    that repeats a day, make no move.

    Args:
        rates: everything published that is known; of any publishers, pairs and days.
        base: code of the currency that is held.
        quote: code of the currency in which it is valued; not the same.
    """
    known, best = tuple(rates), None
    for publisher in PUBLISHERS:
        fixings, inverted = fixings_of(known, publisher=publisher, base=base, quote=quote)
        if not fixings:
            continue
        found = RateHistory(publisher, tuple(_moves(fixings, inverted=inverted)))
        if best is None or len(found.moves) > len(best.moves):
            best = found
    return best


def _moves(fixings: Iterable[OfficialRate], *, inverted: bool) -> Iterable[Fraction]:
    for one in guard_fixings(fixings, jump_percent=JUMP_PERCENT_MAX):
        before = one.compared_with
        if before is None or one.jump is not None or before.effective_on == one.rate.effective_on:
            continue
        now, then = one.rate.ratio, before.ratio
        yield abs(then / now - 1) if inverted else abs(now / then - 1)
