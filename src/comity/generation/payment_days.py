"""Payments of one day drawn from a profile, as columns: no object for a payment.

A day is drawn from the profile, the seed and its date alone, so that the same date has the same
payments whatever day comes first and however many follow.
"""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Final, assert_never

import numpy as np
from numpy.typing import NDArray

from comity.errors import LimitExceededError, UsageError
from comity.generation.payment_network import Links, PaymentNetwork, draw_network
from comity.generation.payment_profile import (
    PAYMENTS_A_DAY_MAX,
    PERMILLE,
    Direction,
    PaymentProfile,
    PaymentPurpose,
    Totals,
)
from comity.generation.streams import Stream, random_stream

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[Any]

TABLE_DAYS_MAX: Final = 2_600
"""Ten years of working days."""
TABLE_PAYMENTS_MAX: Final = 20_000_000
"""What one file of payments may hold."""
TRADE_CODE: Final = "FREX"
NOTHING: Final = -1

_EPOCH: Final = date(1970, 1, 1)
_LAST_DAY: Final = date(2199, 12, 31)
_DAYS_A_YEAR: Final = 365.25
_SIGMAS_MAX: Final = 5
_AMOUNT_MAX: Final = 999_999_999_999_999
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class PaymentDay:
    """The payments of a day in order of time; columns of equal length.

    Attributes:
        at_ms: milliseconds since midnight.
        debtor: place of the party in the network.
        creditor: likewise.
        currency: place in the profile's currencies.
        amount_minor: minor units of it.
        usd_cents: what the amount was made from.
        is_urgent: whether it has priority URGT.
        purpose: place in the profile's purposes; one more for a leg of a trade.
        code: place in the plan's codes.
        till_ms: by when it should settle, since midnight, `NOTHING` for none.
        trade: number of the trade within the day, `NOTHING` for none.
        corridor: place in the profile's corridors.
        is_forward: whether it goes through it as it is written.
    """

    at_ms: Ints
    debtor: Ints
    creditor: Ints
    currency: Ints
    amount_minor: Ints
    usd_cents: Ints
    is_urgent: Bools
    purpose: Ints
    code: Ints
    till_ms: Ints
    trade: Ints
    corridor: Ints
    is_forward: Bools

    def __len__(self) -> int:
        """Return the number of payments."""
        return len(self.at_ms)


class PaymentPlan:
    """A profile made ready to draw days from.

    Attributes:
        profile: the profile.
        seed: 0 or more.
        network: who pays whom.
        codes: every purpose code, sorted.
        home: by party, place of its country's currency in the profile's currencies.
    """

    def __init__(self, profile: PaymentProfile, seed: int) -> None:
        assert seed >= 0, "the caller checks the seed"
        self.profile = profile
        self.seed = seed
        self.network: PaymentNetwork = draw_network(profile, seed)
        used = {code for purpose in profile.purposes for code, _ in purpose.codes}
        self.codes = tuple(sorted(used | {TRADE_CODE}))
        place = {each.code: at for at, each in enumerate(profile.currencies)}
        by_country = np.array([place[each.currency] for each in profile.countries], np.int64)
        self.home: Ints = by_country[self.network.country]
        self._third = place[profile.third_currency]
        self._weights = np.array([each.weight for each in profile.currencies])
        self._per_cent = np.array([each.minor_per_usd_cent_permille for each in profile.currencies])
        groups = [links for pair in self.network.links for links in pair]
        self._links = _joined(groups)
        self._group_ends: Ints = np.cumsum([len(each.payer) for each in groups])
        self._corridor_bounds = np.cumsum([each.weight for each in profile.corridors])
        home = {each.code: each.currency for each in profile.countries}
        crossing = [home[each.payer] != home[each.payee] for each in profile.corridors]
        self._trade_bounds = np.cumsum(
            [each.weight * cross for each, cross in zip(profile.corridors, crossing, strict=True)]
        )

    def counts(self, day: date) -> tuple[int, ...]:
        """Return the payments of a day by purpose, and behind them its trades; all 0 on free days.

        Raises:
            LimitExceededError: growth or season make them too many.
        """
        volume = self.profile.volume
        month = day.month - 1
        season = volume.months_permille[month] * volume.weekdays_permille[day.weekday()]
        if not season or self._is_holiday(day):
            return (0,) * (len(self.profile.purposes) + 1)
        before = self._is_before_holiday(day)
        season *= volume.before_holidays_permille if before else PERMILLE
        years = (day - volume.base_date).days / _DAYS_A_YEAR
        growth = float((PERMILLE + volume.growth_permille_a_year) / PERMILLE) ** years
        wanted = volume.payments_a_day * growth * season / PERMILLE**3
        if wanted > PAYMENTS_A_DAY_MAX:
            raise LimitExceededError(
                f"payments on {day}", found=int(wanted), allowed=PAYMENTS_A_DAY_MAX
            )
        trades = round(wanted * self.profile.fx_permille / (2 * PERMILLE))
        rest = max(0, wanted - 2 * trades)
        total = sum(each.weight for each in self.profile.purposes)
        factors = [
            each.months_permille[month] * (each.before_holidays_permille if before else PERMILLE)
            for each in self.profile.purposes
        ]
        shares = [
            rest * each.weight / total * factor / PERMILLE**2
            for each, factor in zip(self.profile.purposes, factors, strict=True)
        ]
        if self.profile.fx_permille == PERMILLE:
            shares = [0 for _ in shares]
        # Sums are rounded, not parts, so that the parts make the whole.
        bounds = np.rint(np.cumsum(shares)).astype(np.int64)
        counts = np.diff(bounds, prepend=0).tolist()
        if not trades and not any(counts):
            counts[0] = 1
        if sum(counts) + 2 * trades > PAYMENTS_A_DAY_MAX:
            found = sum(counts) + 2 * trades
            raise LimitExceededError(f"payments on {day}", found=found, allowed=PAYMENTS_A_DAY_MAX)
        return (*counts, trades)

    def _is_holiday(self, day: date) -> bool:
        return (day.month, day.day) in self.profile.volume.holidays

    def _is_before_holiday(self, day: date) -> bool:
        """Return whether a holiday comes before the next day with payments, months apart."""
        volume = self.profile.volume
        if not volume.holidays:
            return False
        following = day + timedelta(days=1)
        while not self._is_holiday(following):
            if volume.weekdays_permille[following.weekday()]:
                return False
            following += timedelta(days=1)
        return True

    def payment_count(self, day: date) -> int:
        """Return how many payments a day has."""
        *counts, trades = self.counts(day)
        return sum(counts) + 2 * trades

    def draw(self, day: date) -> PaymentDay:
        """Return the payments of a day, in order of time."""
        *counts, trades = self.counts(day)
        parts = [
            self._draw_purpose(day, number, count, national)
            for number, (count, national) in enumerate(
                zip(counts, self._national_counts(counts), strict=True)
            )
            if count
        ]
        if trades:
            parts.append(self._draw_trades(day, trades))
        assert parts, "a free day is not drawn"
        at_ms = np.concatenate([each.at_ms for each in parts])
        order = np.argsort(at_ms, kind="stable")
        return PaymentDay(
            **{
                each.name: np.concatenate([getattr(part, each.name) for part in parts])[order]
                for each in fields(PaymentDay)
            }
        )

    def _national_counts(self, counts: list[int]) -> list[int]:
        """Return by purpose how many payments are in a national currency.

        Sums are rounded, not parts: a day is never more than half a payment from its share.
        """
        found, exact, before = [], 0, 0
        for purpose, count in zip(self.profile.purposes, counts, strict=True):
            own = purpose.national_permille
            exact += count * (self.profile.national_permille if own < 0 else own)
            upto = (2 * exact + PERMILLE) // (2 * PERMILLE)
            found.append(upto - before)
            before = upto
        return found

    def _draw_purpose(self, day: date, number: int, count: int, national: int) -> PaymentDay:
        profile, purpose = self.profile, self.profile.purposes[number]
        corridor = _places(self._corridor_bounds, self._stream(day, Stream.PARTIES, number, count))
        turn = self._stream(day, Stream.DIRECTIONS, number, count)
        is_forward: Bools = turn < self._forward_chances(purpose)[corridor]
        debtor, creditor = self._pairs(
            corridor, is_forward, self._stream(day, Stream.BANKS, number, count)
        )
        currency = self._currencies(day, number, (debtor, creditor), national)
        normal = random_stream(
            self.seed, Stream.AMOUNTS, day=_ordinal(day), flow=number
        ).standard_normal(count)
        usd = self._usd(normal, purpose.mean_usd_cents, purpose.sigma_permille)
        at_ms = self._times(day, number, count)
        urgent = self._stream(day, Stream.PRIORITIES, number, count)
        late = self._stream(day, Stream.DEADLINES, number, count) * PERMILLE
        till_ms = np.minimum(
            at_ms + profile.times.deadline_minutes * _MINUTE_MS, profile.times.closes_ms
        )
        codes = np.array([self.codes.index(code) for code, _ in purpose.codes], np.int64)
        bounds = np.cumsum([weight for _, weight in purpose.codes])
        return PaymentDay(
            at_ms=at_ms,
            debtor=debtor,
            creditor=creditor,
            currency=currency,
            amount_minor=self._minor(usd, currency),
            usd_cents=_whole(usd),
            is_urgent=urgent * PERMILLE < profile.urgent_permille,
            purpose=np.full(count, number, np.int64),
            code=codes[_places(bounds, self._stream(day, Stream.PURPOSES, number, count))],
            till_ms=np.where(late < profile.times.deadline_permille, till_ms, NOTHING),
            trade=np.full(count, NOTHING, np.int64),
            corridor=corridor,
            is_forward=is_forward,
        )

    def _draw_trades(self, day: date, count: int) -> PaymentDay:
        """Draw trades: two payments at one moment, each party's in the currency of its country."""
        profile, number = self.profile, len(self.profile.purposes)
        stream = random_stream(self.seed, Stream.TRADES, day=_ordinal(day))
        draw = stream.random((4, count))
        corridor = _places(self._trade_bounds, draw[0])
        is_forward: Bools = draw[1] < 0.5
        debtor, creditor = self._pairs(corridor, is_forward, draw[2])
        usd = self._usd(
            stream.standard_normal(count), profile.fx_mean_usd_cents, profile.fx_sigma_permille
        )
        times = profile.times
        share = stream.beta(
            times.morning_permille / PERMILLE, times.evening_permille / PERMILLE, count
        )
        first = PaymentDay(
            at_ms=self._clock(share),
            debtor=debtor,
            creditor=creditor,
            currency=self.home[debtor],
            amount_minor=self._minor(usd, self.home[debtor]),
            usd_cents=_whole(usd),
            is_urgent=draw[3] * PERMILLE < profile.urgent_permille,
            purpose=np.full(count, number, np.int64),
            code=np.full(count, self.codes.index(TRADE_CODE), np.int64),
            till_ms=np.full(count, NOTHING, np.int64),
            trade=np.arange(count),
            corridor=corridor,
            is_forward=is_forward,
        )
        second = replace(
            first,
            debtor=creditor,
            creditor=debtor,
            currency=self.home[creditor],
            amount_minor=self._minor(usd, self.home[creditor]),
            is_forward=~is_forward,
        )
        legs = {
            each.name: np.concatenate([getattr(first, each.name), getattr(second, each.name)])
            for each in fields(PaymentDay)
        }
        return PaymentDay(**legs)

    def _stream(self, day: date, stream: Stream, number: int, count: int) -> Floats:
        return random_stream(self.seed, stream, day=_ordinal(day), flow=number).random(count)

    def _forward_chances(self, purpose: PaymentPurpose) -> Floats:
        """Return by corridor the chance that a payment goes forward."""
        found: Floats
        own = purpose.imbalance_permille
        ratio = np.array(
            [each.imbalance_permille if own < 0 else own for each in self.profile.corridors]
        )
        match purpose.direction:
            case Direction.FORWARD:
                found = ratio / (ratio + PERMILLE)
            case Direction.BACK:
                found = PERMILLE / (ratio + PERMILLE)
            case Direction.BOTH:
                found = np.full(len(ratio), 0.5)
            case _:
                assert_never(purpose.direction)
        return found

    def _pairs(self, corridor: Ints, is_forward: Bools, draw: Floats) -> tuple[Ints, Ints]:
        group = 2 * corridor + ~is_forward
        place = np.searchsorted(self._links.bounds, group + draw, side="right")
        # A draw just below one may be rounded up into the next group.
        place = np.minimum(place, self._group_ends[group] - 1)
        return self._links.payer[place], self._links.payee[place]

    def _currencies(self, day: date, number: int, pair: tuple[Ints, Ints], national: int) -> Ints:
        """Return a currency for each pair, `national` of them one of its two countries'."""
        paid, received = (self.home[each] for each in pair)
        stream = random_stream(self.seed, Stream.CURRENCIES, day=_ordinal(day), flow=number)
        draw = stream.random((2, len(paid)))
        weight = self._weights[paid]
        is_paid = draw[0] * (weight + self._weights[received]) < weight
        found = np.where(is_paid, paid, received)
        # The largest draws give the third currency; stable, so that ties do not matter.
        found[np.argsort(draw[1], kind="stable")[national:]] = self._third
        return found

    def _times(self, day: date, number: int, count: int) -> Ints:
        times = self.profile.times
        stream = random_stream(self.seed, Stream.TIMES, day=_ordinal(day), flow=number)
        return self._clock(
            stream.beta(times.morning_permille / PERMILLE, times.evening_permille / PERMILLE, count)
        )

    def _clock(self, share: Floats) -> Ints:
        """Return for each share of the business day its moment, before the close."""
        opens, closes = self.profile.times.opens_ms, self.profile.times.closes_ms
        at_ms = opens + (share * (closes - opens)).astype(np.int64)
        return np.minimum(at_ms, closes - 1)

    def _usd(self, normal: Floats, mean: int, sigma_permille: int) -> Floats:
        """Return amounts in US cents; whole ones with the sum of so many means if that is fixed."""
        drawn = _lognormal(normal, mean, sigma_permille)
        match self.profile.volume.totals:
            case Totals.DRAWN:
                return drawn
            case Totals.FIXED:
                return _shared(drawn, mean * len(drawn)).astype(np.float64)
            case _:
                assert_never(self.profile.volume.totals)

    def _minor(self, usd: Floats, currency: Ints) -> Ints:
        return _whole(usd * self._per_cent[currency] / PERMILLE)


def table_days(plan: PaymentPlan, first: date, count: int) -> tuple[date, ...]:
    """Return the days with payments, from the first one on.

    Raises:
        LimitExceededError: too many days or payments.
        UsageError: the calendar ends before.
    """
    if not 1 <= count <= TABLE_DAYS_MAX:
        raise LimitExceededError("--days", found=count, allowed=TABLE_DAYS_MAX)
    days: list[date] = []
    day, payments = first, 0
    while len(days) < count:
        if not _EPOCH <= day < _LAST_DAY:
            raise UsageError(f"--date: found {day}, expected days from {_EPOCH} to {_LAST_DAY}")
        found = plan.payment_count(day)
        if found:
            days.append(day)
            payments += found
        if payments > TABLE_PAYMENTS_MAX:
            raise LimitExceededError(
                "payments of all days", found=payments, allowed=TABLE_PAYMENTS_MAX
            )
        day += timedelta(days=1)
    return tuple(days)


def _joined(groups: list[Links]) -> Links:
    """Put the links of all groups together; those of group g have bounds in g … g + 1."""
    return Links(
        np.concatenate([each.payer for each in groups]),
        np.concatenate([each.payee for each in groups]),
        np.concatenate([at + each.bounds / each.bounds[-1] for at, each in enumerate(groups)]),
    )


def _ordinal(day: date) -> int:
    return (day - _EPOCH).days


def _places(bounds: Floats, draw: Floats) -> Ints:
    """Return for each draw in 0 … 1 in which of the intervals up to `bounds` it falls."""
    found: Ints = np.searchsorted(bounds, draw * bounds[-1], side="right").astype(np.int64)
    return np.minimum(found, len(bounds) - 1)


def _lognormal(normal: Floats, mean: int, sigma_permille: int) -> Floats:
    sigma = sigma_permille / PERMILLE
    cut = np.clip(normal, -_SIGMAS_MAX, _SIGMAS_MAX)
    found: Floats = mean * np.exp(cut * sigma - sigma**2 / 2)
    return found


def _shared(weights: Floats, total: int) -> Ints:
    """Return whole parts of a total in proportion to weights, each at least 1."""
    rest = total - len(weights)
    assert rest >= 0, "a mean is at least one"
    bounds = np.cumsum(weights)
    marks: Ints = np.rint(bounds / bounds[-1] * rest).astype(np.int64)
    # Above 2 to the power 53 a float misses the total, and sums are rounded up past it.
    marks = np.minimum(marks, rest)
    marks[-1] = rest
    return 1 + np.diff(marks, prepend=0)


def _whole(amount: Floats) -> Ints:
    """Return whole units, at least one and at most what a payment may have."""
    found: Ints = np.rint(np.clip(amount, 1, _AMOUNT_MAX)).astype(np.int64)
    return found
