"""The payments of one day as columns: who pays whom how much, when, and in which currency.

Drawn flow by flow, all payments of a flow at once. What is out of the ordinary is put in
afterwards by `flaws`.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from comity.generation.corridor import NO_ACCOUNT, Corridor, remittance_sizes
from comity.generation.profile import (
    BEFORE_HOLIDAY_PERMILLE,
    COUNTRIES,
    CURRENCIES,
    FLOWS,
    MINOR_PER_USD_CENT_PERMILLE,
    PAYMENTS_PER_DAY_MIN,
    PURPOSES,
    BatchClass,
    Flow,
    PartyKind,
)
from comity.generation.streams import Stream, random_stream
from comity.payments.codes import Definition

FIRST_MS = 7 * 3_600_000 + 5 * 60_000
LAST_MS = 15 * 3_600_000 + 50 * 60_000
"""Ordinary payments come between these local times, before every cut-off of the profile."""

_MORNING, _AFTERNOON = 0.60, 0.65  # a beta distribution below one is U-shaped
_AMOUNT_MINOR_MIN = 10_000  # nobody pays less than a hundred across a border
_SIGMAS_MAX = 3.0  # amounts are cut here: one payment must not make the day


@dataclass(frozen=True, slots=True)
class Traffic:
    """Columns of equal length, one row a payment.

    Attributes:
        flow: position in `FLOWS`.
        payer: bank number in the corridor.
        payee: the same.
        currency: of the amount, position in `CURRENCIES`.
        debit_currency: of the payer's account.
        amount_minor: amount.
        at_ms: milliseconds since local midnight.
        purpose: position in `PURPOSES`.
        high: whether its settlement priority is HIGH.
        definition: `Definition`.
        flaw: `Flaw`.
        uetr_high: upper half of the UETR.
        uetr_low: lower half.
    """

    flow: NDArray[np.int64]
    payer: NDArray[np.int64]
    payee: NDArray[np.int64]
    currency: NDArray[np.int64]
    debit_currency: NDArray[np.int64]
    amount_minor: NDArray[np.int64]
    at_ms: NDArray[np.int64]
    purpose: NDArray[np.int64]
    high: NDArray[np.bool_]
    definition: NDArray[np.int64]
    flaw: NDArray[np.int64]
    uetr_high: NDArray[np.uint64]
    uetr_low: NDArray[np.uint64]

    def __len__(self) -> int:
        """Return the number of payments."""
        return len(self.flow)

    @property
    def is_two_currency(self) -> NDArray[np.bool_]:
        """Which payments leave an account in another currency than they arrive in."""
        two: NDArray[np.bool_] = self.currency != self.debit_currency
        return two

    def taken(self, order: NDArray[np.int64]) -> "Traffic":
        """Return the rows in another order; the traffic itself is not changed."""
        return Traffic(**{each.name: getattr(self, each.name)[order] for each in fields(self)})


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """What decides the numbers drawn for a day.

    Attributes:
        seed: the user's seed, ≥ 0.
        number: 0-based number of the generated day.
        scale_permille: payments in thousandths of the profile's.
        is_before_holiday: whether a holiday follows.
    """

    seed: int
    number: int
    scale_permille: int
    is_before_holiday: bool

    def stream(self, stream: Stream, flow: int = 0) -> np.random.Generator:
        """Return the generator of a purpose on this day."""
        return random_stream(self.seed, stream, day=self.number, flow=flow)


def draw_traffic(corridor: Corridor, day: DrawnDay) -> Traffic:
    """Return the payments of a day, in no particular order, all without flaw."""
    counts = _counts(day)
    parts = [
        _draw_flow(corridor, day, flow, number=number, count=count)
        for number, (flow, count) in enumerate(zip(FLOWS, counts, strict=True))
    ]
    columns = {
        each.name: np.concatenate([getattr(part, each.name) for part in parts])
        for each in fields(Traffic)
    }
    return Traffic(**columns)


def _counts(day: DrawnDay) -> list[int]:
    """Return payments by flow; a day too small to be of use is filled up by remittances."""
    counts = []
    for flow in FLOWS:
        permille = day.scale_permille
        if day.is_before_holiday and flow.batch is BatchClass.BULK:
            permille = permille * BEFORE_HOLIDAY_PERMILLE // 1_000
        counts.append(max(1, flow.payments_per_day * permille // 1_000))
    bulk = next(at for at, flow in enumerate(FLOWS) if flow.batch is BatchClass.BULK)
    counts[bulk] += max(0, PAYMENTS_PER_DAY_MIN - sum(counts))
    return counts


def _draw_flow(
    corridor: Corridor, day: DrawnDay, flow: Flow, *, number: int, count: int
) -> Traffic:
    currency, debit_currency = _draw_currencies(day, flow, number=number, count=count)
    two = currency != debit_currency
    payer, payee = _draw_banks(corridor, day, number=number, currency=currency, two=two)
    operators = np.array([bank.is_operator for bank in corridor.banks])
    cover = day.stream(Stream.PRIORITIES, number).random((2, count)) * 1_000
    definition = np.full(count, Definition.PACS_008, np.int64)
    definition[operators[payer] & ~two & (cover[0] < flow.cover_permille)] = Definition.PACS_009_COV
    if flow.payer is PartyKind.BANK:
        definition[:] = Definition.PACS_009
    # A bank that lives on what comes in pays its suppliers one by one, as money arrives.
    tight = corridor.is_tight[payer, debit_currency] & ~two & (flow.high_permille > 0)
    return Traffic(
        flow=np.full(count, number, np.int64),
        payer=payer,
        payee=payee,
        currency=currency,
        debit_currency=debit_currency,
        amount_minor=_draw_amounts(day, flow, number=number, currency=currency),
        at_ms=_draw_times(day, number=number, count=count),
        purpose=_draw_purposes(day, flow, number=number, count=count),
        high=tight | (cover[1] < flow.high_permille),
        definition=definition,
        flaw=np.zeros(count, np.int64),
        **_draw_uetrs(day, number=number, count=count),
    )


def _draw_currencies(
    day: DrawnDay, flow: Flow, *, number: int, count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    draw = day.stream(Stream.CURRENCIES, number).random((2, count)) * 1_000
    home = COUNTRIES.index(flow.payer_country)
    currency = np.where(draw[0] < flow.payer_currency_permille, home, 1 - home).astype(np.int64)
    two = (currency != home) & (draw[1] < flow.two_currency_permille)
    return currency, np.where(two, home, currency).astype(np.int64)


def _draw_banks(
    corridor: Corridor,
    day: DrawnDay,
    *,
    number: int,
    currency: NDArray[np.int64],
    two: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw payer and payee by size, among those that hold the account the payment needs.

    A payment in two currencies moves settlement accounts only, each bank's in its own currency.
    """
    home = COUNTRIES.index(FLOWS[number].payer_country)
    draw = day.stream(Stream.BANKS, number).random((2, len(currency)))
    sides = [np.zeros(len(currency), np.int64), np.zeros(len(currency), np.int64)]
    for side, country in enumerate((home, 1 - home)):
        for column in range(len(CURRENCIES)):
            rows = np.flatnonzero((currency == column) & ~two)
            may = corridor.account[:, column] != NO_ACCOUNT
            sides[side][rows] = _pick(corridor, draw[side][rows], number, (country, side), may)
        rows = np.flatnonzero(two)
        may = corridor.is_direct[:, country]
        sides[side][rows] = _pick(corridor, draw[side][rows], number, (country, side), may)
    return sides[0], sides[1]


def _pick(
    corridor: Corridor,
    draw: NDArray[np.float64],
    number: int,
    place: tuple[int, int],
    may: NDArray[np.bool_],
) -> NDArray[np.int64]:
    country, side = place
    sizes = corridor.sizes(country, may=may)
    if side == 0 and FLOWS[number].batch is BatchClass.BULK:
        sizes = remittance_sizes(corridor, sizes)
    bounds = np.cumsum(sizes)
    return _places(bounds, draw)


def _places(bounds: NDArray[np.int64], draw: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each draw in 0 … 1 in which of the intervals up to `bounds` it falls."""
    drawn: NDArray[np.int64] = (draw * bounds[-1]).astype(np.int64)
    return np.searchsorted(bounds, drawn, side="right")


def _draw_amounts(
    day: DrawnDay, flow: Flow, *, number: int, currency: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Draw lognormal amounts and scale them so that the flow's sum is the profile's."""
    count = len(currency)
    stream = day.stream(Stream.AMOUNTS, number)
    normal = np.clip(stream.standard_normal(count), -_SIGMAS_MAX, _SIGMAS_MAX)
    weight = np.exp(normal * flow.sigma_permille / 1_000)
    usd_cents = weight * (flow.usd_cents_per_day / flow.payments_per_day * count / weight.sum())
    per_cent = np.array([MINOR_PER_USD_CENT_PERMILLE[code] for code in CURRENCIES])[currency]
    minor = np.rint(usd_cents * per_cent / 1_000).astype(np.int64)
    round_sum = 10_000 if flow.payer is PartyKind.PERSON else 1
    is_round = stream.random(count) < 0.7
    rounded: NDArray[np.int64] = np.where(is_round, minor // round_sum * round_sum, minor)
    return np.maximum(rounded, np.int64(_AMOUNT_MINOR_MIN))


def _draw_times(day: DrawnDay, *, number: int, count: int) -> NDArray[np.int64]:
    share = day.stream(Stream.TIMES, number).beta(_MORNING, _AFTERNOON, count)
    at_ms = FIRST_MS + share * (LAST_MS - FIRST_MS)
    return at_ms.astype(np.int64)


def _draw_purposes(day: DrawnDay, flow: Flow, *, number: int, count: int) -> NDArray[np.int64]:
    codes = np.array([PURPOSES.index(code) for code, _ in flow.purposes], np.int64)
    bounds = np.cumsum([weight for _, weight in flow.purposes])
    return codes[_places(bounds, day.stream(Stream.PURPOSES, number).random(count))]


def _draw_uetrs(day: DrawnDay, *, number: int, count: int) -> dict[str, NDArray[np.uint64]]:
    """Draw UUIDs of version 4, variant 10."""
    halves = day.stream(Stream.UETRS, number).integers(
        0, 2**64 - 1, (2, count), np.uint64, endpoint=True
    )
    version = (halves[0] & np.uint64(0xFFFF_FFFF_FFFF_0FFF)) | np.uint64(0x4000)
    variant = (halves[1] >> np.uint64(2)) | np.uint64(1 << 63)
    return {"uetr_high": version, "uetr_low": variant}
