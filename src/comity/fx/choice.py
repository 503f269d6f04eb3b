"""Which published rate holds for a pair on a day, or why none does.

A pair is taken as the publisher prints it, or as its exact inverse. It is never made out of two
other pairs: a cross rate is nobody's fixing, and an agreement names a fixing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, assert_never

from comity.errors import RejectedError
from comity.fx.conversion import Conversion
from comity.fx.guards import GuardedFixing, Jump, guard_fixings
from comity.fx.official import PUBLISHERS, OfficialRate, format_ratio

JUMP_PERCENT_MAX: Final = Decimal(50)
"""Widest guard: a nominal wrong by ten, up or down, is always outside it."""

PUBLISHED_DURING_THE_DAY: Final = frozenset({"CBA", "ECB"})
"""Publishers whose fixing of a day comes out in the course of that day, the others before it."""


class RateRule(StrEnum):
    """Which fixing an agreement means, given the day the engine asks about."""

    EFFECTIVE_ON_VALUE_DATE = "effective_on_value_date"
    """The fixing in force on the payment's value date."""
    LATEST_PUBLISHED_BEFORE_ACCEPTANCE = "latest_published_before_acceptance"
    """The latest fixing surely public when the payment was accepted on that day."""
    FIXED_FOR_CYCLE = "fixed_for_cycle"
    """The fixing in force on the cycle's business day, one for all its payments."""


class RateChoiceError(RejectedError):
    """The terms by which a rate is to be chosen cannot be carried out."""


@dataclass(frozen=True, slots=True)
class RateChoice:
    """Whose fixing, by which rule, how old it may be and how far it may jump.

    Attributes:
        publisher: a key of PUBLISHERS.
        rule: which of its fixings.
        stale_after_days: calendar days after its first day for which a fixing may still be used
            when no newer one is there; one published for longer holds for as long as it says.
        jump_percent: greatest move that passes the guard; above 0, at most JUMP_PERCENT_MAX.

    Raises:
        RateChoiceError: unknown publisher, negative days, or a guard outside its range.
    """

    publisher: str
    rule: RateRule
    stale_after_days: int
    jump_percent: Decimal

    def __post_init__(self) -> None:
        if self.publisher not in PUBLISHERS:
            raise RateChoiceError(
                f"fixing: found {self.publisher!r}, expected one of {', '.join(PUBLISHERS)}"
            )
        if self.stale_after_days < 0:
            raise RateChoiceError(
                f"stale_after_days: found {self.stale_after_days}, expected 0 or more"
            )
        if not (self.jump_percent.is_finite() and 0 < self.jump_percent <= JUMP_PERCENT_MAX):
            raise RateChoiceError(
                f"jump_percent: found {self.jump_percent}, expected more than 0 and at most"
                f" {JUMP_PERCENT_MAX}"
            )


@dataclass(frozen=True, slots=True)
class RateFound:
    """The rate that holds.

    Attributes:
        rate: as published.
        inverted: whether the pair asked for is the published one turned round.
        on: the day asked for.
        compared_with: the fixing the guard compared it with; None if there is no earlier one.
    """

    rate: OfficialRate
    inverted: bool
    on: date
    compared_with: OfficialRate | None

    @property
    def rate_id(self) -> str:
        """Identifier of the published rate, whichever way round it is used."""
        return self.rate.rate_id

    @property
    def conversion(self) -> Conversion:
        """The exact ratio for the pair asked for, in major units."""
        if self.inverted:
            return Conversion(self.rate.denominator, self.rate.numerator)
        return Conversion(self.rate.numerator, self.rate.denominator)

    @property
    def explanation(self) -> str:
        """The rate, how it was come by, and what it was checked against."""
        if self.inverted:
            turned = format_ratio(self.rate.denominator, self.rate.numerator)
            used = f", inverted: 1 {self.rate.quote} = {turned} {self.rate.base}"
        else:
            used = ""
        against = self.compared_with
        checked = f"compared with {against.effective_on}" if against else "no earlier fixing"
        return f"{self.rate}{used}; in force on {self.on}; {checked}"


@dataclass(frozen=True, slots=True)
class RateMissing:
    """The publisher has no fixing of the pair that is in force on the day.

    Attributes:
        publisher: whose fixing was asked for.
        base: currency to be priced.
        quote: currency of the price.
        on: the day asked for.
        next_effective_on: first day of a later fixing that is there, or None.
    """

    publisher: str
    base: str
    quote: str
    on: date
    next_effective_on: date | None

    @property
    def explanation(self) -> str:
        """What is missing and what to do."""
        later = f"; the first one is of {self.next_effective_on}" if self.next_effective_on else ""
        return (
            f"{self.publisher} {self.base}/{self.quote}: found no fixing in force on"
            f" {self.on}{later}; add the publisher's file for that day"
        )


@dataclass(frozen=True, slots=True)
class RateStale:
    """The latest fixing is too old.

    Attributes:
        rate: the latest fixing.
        on: the day asked for.
        usable_until: last day on which it could have been used, inclusive.
    """

    rate: OfficialRate
    on: date
    usable_until: date

    @property
    def explanation(self) -> str:
        """How old the fixing is and what to do."""
        return (
            f"{self.rate.rate_id}: found it used on {self.on}, expected {self.usable_until} or"
            f" earlier; add a newer file of {self.rate.publisher}"
        )


@dataclass(frozen=True, slots=True)
class RateQuarantined:
    """The latest fixing is held back by the guard; an older one never takes its place.

    Attributes:
        jump: what the guard found.
        on: the day asked for.
    """

    jump: Jump
    on: date

    @property
    def rate(self) -> OfficialRate:
        """The fixing that is held back."""
        return self.jump.current

    @property
    def explanation(self) -> str:
        """What the guard found and what to do."""
        return f"{self.jump.explanation}; two people must check and release it"


RateAnswer = RateFound | RateMissing | RateStale | RateQuarantined
"""What `choose_rate` returns; each explains itself in words."""


def choose_rate(
    rates: Iterable[OfficialRate],
    *,
    choice: RateChoice,
    base: str,
    quote: str,
    on: date,
    released: Collection[str] = (),
) -> RateAnswer:
    """Find the rate that holds for a pair on a day.

    Args:
        rates: everything published that is known; of any publishers, pairs and days.
        choice: whose fixing and by which rule.
        base: code of the currency to be priced.
        quote: code of the currency of the price; not the same.
        on: the value date, the day of acceptance or the cycle's business day, as the rule says.
        released: `rate_id`s held back by the guard that people have let pass.
    """
    assert base != quote, "an amount is not converted into its own currency"
    fixings, inverted = fixings_of(rates, publisher=choice.publisher, base=base, quote=quote)
    last_day = _last_effective_day(choice, on)
    known = [rate for rate in fixings if rate.effective_on <= last_day]
    if not known:
        later = min((rate.effective_on for rate in fixings), default=None)
        return RateMissing(choice.publisher, base, quote, on, later)
    guarded = guard_fixings(known, jump_percent=choice.jump_percent, released=released)
    return _judge(guarded[-1], choice=choice, inverted=inverted, on=on)


def _judge(
    fixing: GuardedFixing, *, choice: RateChoice, inverted: bool, on: date
) -> RateFound | RateStale | RateQuarantined:
    rate = fixing.rate
    days = max(choice.stale_after_days, rate.valid_days - 1)
    usable_until = rate.effective_on + timedelta(days=days)
    if on > usable_until:
        return RateStale(rate, on, usable_until)
    if fixing.jump is not None:
        return RateQuarantined(fixing.jump, on)
    return RateFound(rate, inverted, on, fixing.compared_with)


def fixings_of(
    rates: Iterable[OfficialRate], *, publisher: str, base: str, quote: str
) -> tuple[list[OfficialRate], bool]:
    """Return the fixings of the pair as printed, or else of its inverse and True."""
    published = [rate for rate in rates if rate.publisher == publisher]
    direct = [rate for rate in published if (rate.base, rate.quote) == (base, quote)]
    if direct:
        return direct, False
    return [rate for rate in published if (rate.base, rate.quote) == (quote, base)], True


def _last_effective_day(choice: RateChoice, on: date) -> date:
    match choice.rule:
        case RateRule.EFFECTIVE_ON_VALUE_DATE | RateRule.FIXED_FOR_CYCLE:
            return on
        case RateRule.LATEST_PUBLISHED_BEFORE_ACCEPTANCE:
            # The files carry no time of publication. What comes out during a day may come out
            # after the acceptance, so only the day before is sure.
            surely_public = choice.publisher not in PUBLISHED_DURING_THE_DAY
            return on if surely_public else on - timedelta(days=1)
        case _:
            assert_never(choice.rule)
