"""What a person should know about a set of published rates before relying on them.

Nothing here refuses a rate; the guard that does is `comity.fx`. A finding is a sentence with the
rate it is about: a fixing the guard would hold back, a code no payment can carry, and two central
banks that value one pair differently, whose figures are shown side by side and never merged.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from comity.fx import OfficialRate, review_rates, suspected_mistake
from comity.money import BULLION_CODES, HISTORIC_CURRENCIES


class FindingKind(StrEnum):
    """What a finding is about."""

    JUMP = "jump"
    """The guard would hold the fixing back."""
    HISTORIC_CURRENCY = "historic_currency"
    """The code was no longer legal tender on the day of the rate."""
    BULLION = "bullion"
    """A metal, in a unit that only its publisher defines."""
    PUBLISHERS_DIFFER = "publishers_differ"
    """Two central banks publish one pair; an agreement must say whose fixing applies."""


@dataclass(frozen=True, slots=True)
class RateFinding:
    """One thing worth knowing about published rates.

    Attributes:
        kind: what it is about.
        rate_id: the rate it is about; of two publishers the second.
        text: the finding in words.
    """

    kind: FindingKind
    rate_id: str
    text: str


def find_rate_findings(
    rates: Sequence[OfficialRate], *, jump_percent: Decimal
) -> tuple[RateFinding, ...]:
    """Return the findings about a set of rates, jumps first.

    Args:
        rates: of any publishers, pairs and days.
        jump_percent: greatest move that the guard lets pass, in percent.
    """
    jumps = (
        RateFinding(FindingKind.JUMP, jump.current.rate_id, jump.explanation)
        for jump in review_rates(rates, jump_percent=jump_percent)
    )
    differences = _differing_publishers(rates, jump_percent=jump_percent)
    return (*jumps, *_unusable_codes(rates), *differences)


def _unusable_codes(rates: Iterable[OfficialRate]) -> Iterable[RateFinding]:
    for rate in rates:
        for code in (rate.base, rate.quote):
            historic = HISTORIC_CURRENCIES.get(code)
            if historic is not None and rate.effective_on >= historic.replaced_on:
                yield RateFinding(
                    FindingKind.HISTORIC_CURRENCY,
                    rate.rate_id,
                    f"{rate.rate_id}: {code} was replaced by {historic.replaced_by} on"
                    f" {historic.replaced_on}; kept as published, no payment can use it",
                )
            if code in BULLION_CODES:
                yield RateFinding(
                    FindingKind.BULLION,
                    rate.rate_id,
                    f"{rate.rate_id}: {code} is a metal; kept as published, in its"
                    " publisher's unit of weight, no payment can use it",
                )


def _differing_publishers(
    rates: Iterable[OfficialRate], *, jump_percent: Decimal
) -> Iterable[RateFinding]:
    latest: dict[frozenset[str], dict[str, OfficialRate]] = {}
    for rate in sorted(rates, key=lambda each: (each.publisher, each.effective_on)):
        latest.setdefault(frozenset((rate.base, rate.quote)), {})[rate.publisher] = rate
    for by_publisher in latest.values():
        for first, second in combinations(by_publisher.values(), 2):
            yield _difference(first, second, jump_percent=jump_percent)


def _difference(first: OfficialRate, second: OfficialRate, *, jump_percent: Decimal) -> RateFinding:
    other = second.ratio if second.base == first.base else 1 / second.ratio
    lower, upper = sorted((first.ratio, other))
    apart = upper / lower - 1
    text = f"{first} and {second}: {_percent(apart)} apart"
    # Two values close to 1 are each other's inverse, nearly; only far ones point to a mistake.
    if apart * 100 > Fraction(jump_percent):
        suspicion = suspected_mistake(first.ratio, other)
        text += f"; {suspicion}" if suspicion else ""
    return RateFinding(FindingKind.PUBLISHERS_DIFFER, second.rate_id, text)


def _percent(share: Fraction) -> str:
    hundredths = share.numerator * 10_000 // share.denominator
    return f"{hundredths // 100}.{hundredths % 100:02} %"
