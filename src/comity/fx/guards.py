"""Fixings that look like a mistake: a jump, a slipped nominal, a pair the wrong way round.

Every fixing is compared with the last one of the same publisher and pair that passed, not with
the one before it: a mistake printed on two days running must not vouch for itself. So a true
devaluation waits too, until people release it by its `rate_id`. The first fixing of a history
has nothing to be compared with and passes; whoever wants it guarded keeps the day before.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from comity.fx.official import OfficialRate, format_ratio

_POWERS_MAX = 9
_NEAR = Fraction(1, 10)
"""How far from a power of ten, or from the inverse, a value still points to that mistake."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Two fixings of one publisher and pair that are too far apart to be taken unseen.

    Attributes:
        previous: the last fixing that passed.
        current: the one held back.
        suspicion: the mistake it looks like, such as `nominal ×100?`, or empty.
    """

    previous: OfficialRate
    current: OfficialRate
    suspicion: str

    @property
    def percent(self) -> str:
        """The move against the previous fixing, such as `+12.34 %`, cut to two decimals."""
        change = self.current.ratio / self.previous.ratio - 1
        hundredths = abs(change.numerator) * 10_000 // change.denominator
        sign = "-" if change < 0 else "+"
        return f"{sign}{hundredths // 100}.{hundredths % 100:02} %"

    @property
    def explanation(self) -> str:
        """What was found, against what, and what it looks like."""
        now, before = self.current, self.previous
        found = format_ratio(now.numerator, now.denominator)
        expected = format_ratio(before.numerator, before.denominator)
        looks_like = f"; {self.suspicion}" if self.suspicion else ""
        return (
            f"{now.rate_id}: found {found}, {self.percent} against {expected}"
            f" of {before.effective_on}{looks_like}"
        )


@dataclass(frozen=True, slots=True)
class GuardedFixing:
    """A fixing and what the guard said of it.

    Attributes:
        rate: the fixing.
        compared_with: the fixing it was compared with; None for the first of a history.
        jump: why it is held back; None if it passed or was released.
    """

    rate: OfficialRate
    compared_with: OfficialRate | None
    jump: Jump | None


def find_jump(
    previous: OfficialRate, current: OfficialRate, *, jump_percent: Decimal
) -> Jump | None:
    """Compare two fixings of one publisher and pair.

    Two different values for one day are a jump of any size: one of them must be wrong.

    Args:
        previous: the fixing to compare with.
        current: the fixing judged.
        jump_percent: greatest move of the value that passes, in percent of the previous one.

    Returns:
        The jump, or None where the move is within the limit.
    """
    assert (previous.publisher, previous.pair) == (current.publisher, current.pair)
    before, now = previous.ratio, current.ratio
    if previous.effective_on == current.effective_on:
        return Jump(previous, current, "two values for one day?") if before != now else None
    if abs(now - before) * 100 <= Fraction(jump_percent) * before:
        return None
    return Jump(previous, current, suspected_mistake(before, now))


def guard_fixings(
    fixings: Iterable[OfficialRate],
    *,
    jump_percent: Decimal,
    released: Collection[str] = (),
) -> tuple[GuardedFixing, ...]:
    """Judge the fixings of one publisher and pair in the order of their days.

    Args:
        fixings: of one publisher and pair, in any order.
        jump_percent: greatest move that passes, in percent of the last fixing that passed.
        released: `rate_id`s that people have looked at and let pass.
    """
    guarded: list[GuardedFixing] = []
    passed: OfficialRate | None = None
    for rate in sorted(fixings, key=_by_day_and_source):
        jump = None
        if passed is not None and rate.rate_id not in released:
            jump = find_jump(passed, rate, jump_percent=jump_percent)
        guarded.append(GuardedFixing(rate, passed, jump))
        if jump is None:
            passed = rate
    return tuple(guarded)


def review_rates(rates: Iterable[OfficialRate], *, jump_percent: Decimal) -> tuple[Jump, ...]:
    """Return every fixing that would be held back, over all publishers and pairs.

    Args:
        rates: of any publishers and pairs, in any order.
        jump_percent: greatest move that passes, in percent of the last fixing that passed.
    """
    ordered: Sequence[OfficialRate] = sorted(rates, key=_by_publisher_and_pair)
    return tuple(
        fixing.jump
        for _, fixings in groupby(ordered, key=_by_publisher_and_pair)
        for fixing in guard_fixings(fixings, jump_percent=jump_percent)
        if fixing.jump is not None
    )


def suspected_mistake(before: Fraction, now: Fraction) -> str:
    """Name the mistakes that would explain two values of one pair, such as `nominal ×100?`.

    Args:
        before: positive; the value taken to be right.
        now: positive; the value judged.

    Returns:
        The names joined by `or`, empty where no known mistake explains the two.
    """
    suspicions = []
    for power in range(1, _POWERS_MAX + 1):
        if _is_near(now / before, Fraction(10**power)):
            suspicions.append(f"nominal ×{10**power}?")
        if _is_near(before / now, Fraction(10**power)):
            suspicions.append(f"nominal ÷{10**power}?")
    if _is_near(now * before, Fraction(1)):
        suspicions.append("inversion?")
    return " or ".join(suspicions)


def _is_near(found: Fraction, expected: Fraction) -> bool:
    return abs(found - expected) <= _NEAR * expected


def _by_day_and_source(rate: OfficialRate) -> tuple[date, str]:
    return rate.effective_on, rate.source


def _by_publisher_and_pair(rate: OfficialRate) -> tuple[str, str, str]:
    return rate.publisher, rate.base, rate.quote
