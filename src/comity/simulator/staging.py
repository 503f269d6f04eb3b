"""What an option makes of given payments: in which accounts their money moves, and who does what.

The structure of accounts decides how much liquidity a day needs, so each option has bounds of its
own; with one α between them for all options, the rule is the same though the accounts are not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.agreements import SettlementAsset
from comity.business_calendar import days_to_date
from comity.errors import UsageError
from comity.fx import OfficialRate, rate_history
from comity.fx.valuing import OWN_CENTRAL_BANK
from comity.money import currency, currency_by_number
from comity.queueing import DayColumns, LiquidityBounds, liquidity_bounds
from comity.simulator.crossing import Crossing, cross, find_rate, homes_of, missing_rate, uncrossed
from comity.simulator.hours import Hours
from comity.simulator.options import Correspondents, Option, ShortPositions
from comity.simulator.payment_table import PaymentTable
from comity.simulator.trial_agreements import Pair
from comity.simulator.trial_scheme import NO_CORRESPONDENT, Setting, bank_code
from comity.simulator.valuing import value_currencies

Bools = NDArray[np.bool_]
Int16s = NDArray[np.int16]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

Money = Fraction | Int64s | None
"""α between the bounds; or `[party, currency]` minor units; None for credit without end."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """An option set up for a table of payments.

    Attributes:
        option: how they settle.
        table: the payments.
        hours: of every day.
        currencies: ISO 4217 numbers of accounts, the same for all options that are compared.
        crossing: in which currencies payers and payees have the payments.
        correspondents: `[party, currency]`, see `Setting`.
        dealers: numbers of the parties that deal.
        pairs: of countries with payments in two currencies.
        rates: official ones.
        values: by day and currency what a minor unit is worth in one of them, where accounts are
            valued together; else empty.
        valued_in: code of that one.
        worst_moves: by currency and the home currency of who holds it, the move of its rate that
            99 % of moves do not pass; None where there are too few.
    """

    option: Option
    table: PaymentTable
    hours: Hours
    currencies: tuple[int, ...]
    crossing: Crossing
    correspondents: Int32s
    dealers: frozenset[int]
    pairs: tuple[Pair, ...]
    rates: tuple[OfficialRate, ...]
    worst_moves: Mapping[tuple[int, int], Fraction | None]
    values: Mapping[int, Mapping[int, Fraction]]
    valued_in: str

    @property
    def homes(self) -> tuple[int, ...]:
        """The home currency of each party, ISO 4217 numbers; none where countries do not matter."""
        return homes_of(self.table) if self.pairs else ()

    def bounds(self, rows: slice) -> dict[int, LiquidityBounds]:
        """Return by currency between what liquidity a day settles, by party.

        The upper bound is taken after each payment in the order of the table; what payees get only
        when central banks have settled is no liquidity before. In a star what a correspondent
        needs is for its own payments and those it passes on; what the others need is on their
        accounts with it.
        """
        found = {}
        for at, number in enumerate(self.currencies):
            everything = self._columns(rows, number, is_late=False)
            bounds = self._bounds(everything, at)
            if self.option.pays_late:
                upper = self._bounds(self._columns(rows, number, is_late=True), at).upper_minor
                bounds = LiquidityBounds(bounds.lower_minor, np.maximum(upper, bounds.lower_minor))
            found[number] = bounds
        return found

    def _columns(self, rows: slice, number: int, *, is_late: bool) -> DayColumns:
        """Return what moves in a currency; a side that is in another one stands outside.

        Args:
            rows: of the day.
            number: of the currency.
            is_late: whether what payees of two currencies get is left out.
        """
        outside, crossing = len(self.table.parties), self.crossing
        is_paid, is_got = crossing.pays[rows] == number, crossing.gets[rows] == number
        if is_late:
            is_got = is_got & ~crossing.is_crossed[rows]
        chosen = np.flatnonzero(is_paid | is_got)
        is_paid, is_got = is_paid[chosen], is_got[chosen]
        payer, payee = self.table.debtor[rows][chosen], self.table.creditor[rows][chosen]
        paid, got = self._most_paid(rows)[chosen], crossing.got_minor[rows][chosen]
        return DayColumns(
            at_us=self.table.time_us[rows][chosen],
            payer=np.where(is_paid, payer, outside).astype(np.int32),
            payee=np.where(is_got, payee, outside).astype(np.int32),
            amount_minor=np.where(is_paid, paid, got),
        )

    def _most_paid(self, rows: slice) -> Int64s:
        """Return what payers pay: through dealers with their spread, on each of two conversions."""
        paid, terms = self.crossing.paid_minor[rows], self.option.dealers
        if terms is None:
            return paid
        dearer = 1 / (1 - Fraction(terms.spread_percent) / 100)
        if terms.vehicle is not None:
            dearer *= dearer
        is_crossed = self.crossing.is_crossed[rows]
        most = [-(-each * dearer.numerator // dearer.denominator) + 1 for each in paid.tolist()]
        return np.where(is_crossed, np.array(most, np.int64), paid)

    def _bounds(self, columns: DayColumns, at: int) -> LiquidityBounds:
        parties = len(self.table.parties)
        lower, upper = _of_parties(columns, parties)
        keeper = self.correspondents[:, at]
        is_star = keeper != NO_CORRESPONDENT
        if is_star.any():
            through = np.append(np.where(is_star, keeper, np.arange(parties)), parties)
            through = through.astype(np.int32)
            payer, payee = through[columns.payer], through[columns.payee]
            moves = payer != payee
            central_lower, _ = _of_parties(_moved(columns, payer, payee, moves), parties)
            # What a correspondent pays to its own customer moves nothing, and must be covered.
            promised = (payer == columns.payer) & ~moves
            payee = np.where(promised, parties, payee).astype(np.int32)
            moved = _moved(columns, payer, payee, moves | promised)
            _, central_upper = _of_parties(moved, parties)
            lower = np.where(is_star, lower, central_lower)
            upper = np.where(is_star, upper, np.maximum(central_upper, central_lower))
        return LiquidityBounds(lower, upper)

    def setting(
        self, days: Sequence[int], bounds: dict[int, LiquidityBounds], opening: Int64s | None
    ) -> Setting:
        """Return what the scheme of a trial is made of, with the money of its first day."""
        table = self.table
        overdraft = np.zeros((len(table.parties), len(self.currencies)), np.int64)
        star = self.option.correspondents
        if star is not None:
            share = Fraction(star.overdraft)
            for at, number in enumerate(self.currencies):
                upper = bounds[number].upper_minor
                mine = self.correspondents[:, at] != NO_CORRESPONDENT
                overdraft[mine, at] = -(-upper[mine] * share.numerator // share.denominator)
        short_minor = None
        if self.option.short_positions is not None:
            overdraft, short_minor = self._shorts(self.option.short_positions, days[0], bounds)
        return Setting(
            hours=self.hours,
            days=tuple(days),
            currencies=self.currencies,
            countries=table.countries,
            homes={
                country: currency_by_number(home).code
                for country, home in zip(table.countries, self.homes, strict=False)
                if home in self.currencies
            },
            opening_minor=opening,
            overdraft_minor=overdraft,
            correspondents=self.correspondents,
            dealers=self.dealers,
            pairs=self.pairs,
            rates=self.rates,
            short_minor=short_minor,
            valued_in=self.valued_in,
            has_treasury=len(days) > 1,
        )

    def _shorts(
        self, terms: ShortPositions, day: int, bounds: dict[int, LiquidityBounds]
    ) -> tuple[Int64s, Int64s]:
        """Return how short each party may be of each currency, and of all together."""
        upper = np.column_stack([bounds[number].upper_minor for number in self.currencies])
        each, together = Fraction(terms.each), Fraction(terms.together)
        worth = [self.values[day][number] for number in self.currencies]
        values = [
            sum((amount * value for amount, value in zip(row, worth, strict=True)), Fraction(0))
            for row in upper.tolist()
        ]
        return (
            -(-upper * each.numerator // each.denominator),
            np.array([ceil(value * together) for value in values], np.int64),
        )

    def opening(self, bounds: dict[int, LiquidityBounds], money: Money) -> Int64s | None:
        """Return `[party, currency]` what each account opens with; parts are rounded up."""
        if money is None:
            return None
        if isinstance(money, Fraction):
            columns = [
                bounds[number].lower_minor
                - (-(bounds[number].upper_minor - bounds[number].lower_minor) * money.numerator)
                // money.denominator
                for number in self.currencies
            ]
            money = np.column_stack(columns)
        found = money.reshape(len(self.table.parties), len(self.currencies)).copy()
        found[sorted(self.dealers)] = 0  # they have credit without end
        return found


def _moved(columns: DayColumns, payer: Int32s, payee: Int32s, chosen: Bools) -> DayColumns:
    return DayColumns(
        columns.at_us[chosen], payer[chosen], payee[chosen], columns.amount_minor[chosen]
    )


def _of_parties(columns: DayColumns, parties: int) -> tuple[Int64s, Int64s]:
    """Return the bounds of the parties alone, without what stands behind them."""
    found = liquidity_bounds(columns, parties + 1)
    return found.lower_minor[:parties], found.upper_minor[:parties]


def stage_option(
    option: Option,
    table: PaymentTable,
    hours: Hours,
    currencies: Sequence[int],
    rates: Sequence[OfficialRate] = (),
) -> Stage:
    """Set an option up for a table of payments.

    Args:
        option: how they settle.
        table: the payments.
        hours: of every day; every payment comes within them.
        currencies: of accounts, see `currencies_needed`.
        rates: official ones; asked only where an option needs them.

    Raises:
        UsageError: a rate or a country is missing.
    """
    crossing = uncrossed(table)
    pairs: tuple[Pair, ...] = ()
    dealers: frozenset[int] = frozenset()
    if option.has_two_currencies:
        _check_countries(option, table)
        crossing = cross(table, rates)
        dealers = _dealers(option, table)
        pairs = tuple(_pairs(option, table, crossing, rates, dealers))
    return Stage(
        option,
        table,
        hours,
        tuple(currencies),
        crossing,
        _star(option.correspondents, table, currencies),
        dealers,
        pairs,
        tuple(rates),
        _worst_moves(table, currencies, rates) if pairs else {},
        *(value_currencies(table, currencies, rates) if option.short_positions else ({}, "")),
    )


def _worst_moves(
    table: PaymentTable, currencies: Sequence[int], rates: Sequence[OfficialRate]
) -> dict[tuple[int, int], Fraction | None]:
    codes = {number: currency_by_number(number).code for number in currencies}
    found: dict[tuple[int, int], Fraction | None] = {}
    for home in sorted(set(homes_of(table)) & set(currencies)):
        for number in currencies:
            if number != home:
                history = rate_history(rates, codes[number], codes[home])
                found[number, home] = None if history is None else history.worst_move
    return found


def currencies_needed(table: PaymentTable, options: Sequence[Option]) -> tuple[int, ...]:
    """Return the currencies of all payments, and those that any of the options needs besides."""
    found = set(np.unique(table.currency).tolist())
    for option in options:
        if option.has_two_currencies:
            found |= set(homes_of(table)) - {0}
        if option.other_currency is not None:
            found.add(currency(option.other_currency).number)
    return tuple(sorted(found))


def _check_countries(option: Option, table: PaymentTable) -> None:
    homes = homes_of(table)
    unknown = [name for name, home in zip(table.parties, homes, strict=True) if not home]
    if unknown:
        raise UsageError(
            f"option {option.name}: found {len(unknown)} parties whose country is not known, such"
            f" as {unknown[0]!r}, expected BICs as names, or a country for each with --parties"
        )
    if len(set(homes)) < _TWO:
        raise UsageError(
            f"option {option.name}: found all parties in one currency area, expected at least two:"
            " it is about payments between countries"
        )


def _star(terms: Correspondents | None, table: PaymentTable, currencies: Sequence[int]) -> Int32s:
    """Return `[party, currency]` the correspondent of each party that has one.

    In each currency the parties that pay and are paid most in it are correspondents; where its
    country is known, those of that country, and its other banks hold central-bank money too. The
    rest are given to them in turn, so that each has as many.
    """
    found = np.full((len(table.parties), len(currencies)), NO_CORRESPONDENT, np.int32)
    if terms is None:
        return found
    homes = np.array(homes_of(table), np.int16)
    everybody = np.arange(len(table.parties))
    for at, number in enumerate(currencies):
        value = _value_of(table, table.currency == number)
        at_home = np.flatnonzero(homes == number)
        candidates = at_home if len(at_home) else everybody
        chosen = candidates[np.argsort(-value[candidates], kind="stable")][: terms.banks]
        others = np.setdiff1d(everybody, at_home if len(at_home) else chosen)
        found[others, at] = chosen[np.arange(len(others)) % len(chosen)]
    return found


def _value_of(table: PaymentTable, chosen: Bools) -> Int64s:
    value = np.zeros(len(table.parties), np.int64)
    for side in (table.debtor, table.creditor):
        np.add.at(value, side[chosen], table.amount_minor[chosen])
    return value


def _dealers(option: Option, table: PaymentTable) -> frozenset[int]:
    """Return the banks that deal: of each country those with most payments."""
    if option.dealers is None:
        return frozenset()
    count = np.bincount(table.debtor, minlength=len(table.parties))
    count += np.bincount(table.creditor, minlength=len(table.parties))
    chosen: set[int] = set()
    for country in sorted(set(table.countries)):
        own = [number for number, each in enumerate(table.countries) if each == country]
        own.sort(key=lambda number: -int(count[number]))
        chosen.update(own[: option.dealers.in_each_country])
    return frozenset(chosen)


def _pairs(
    option: Option,
    table: PaymentTable,
    crossing: Crossing,
    rates: Sequence[OfficialRate],
    dealers: frozenset[int],
) -> list[Pair]:
    countries = np.array(table.countries)
    rows = np.flatnonzero(crossing.is_crossed)
    ends = np.sort(
        np.stack([countries[table.debtor[rows]], countries[table.creditor[rows]]], axis=1), axis=1
    )
    kinds, kind_of = np.unique(ends, axis=0, return_inverse=True)
    homes = dict(zip(table.countries, homes_of(table), strict=True))
    found = []
    for number, (one, other) in enumerate(kinds.tolist()):
        mine = rows[kind_of.reshape(-1) == number]
        codes = tuple(currency_by_number(homes[each]).code for each in (one, other))
        first_day = int(table.day[mine[0]])
        rate = find_rate(rates, codes[0], codes[1], first_day)
        assert rate is not None, "payments were converted at it"
        publisher = rate.rate.publisher
        unit = next((code for code in codes if OWN_CENTRAL_BANK.get(code) == publisher), codes[0])
        found.append(
            Pair(
                (one, other),
                (codes[0], codes[1]),
                publisher,
                unit,
                _line(option, table, crossing, mine, currency(unit).number),
                _surplus(option, table, crossing, mine, (codes[0], codes[1])),
                _vehicle_publishers(option, (codes[0], codes[1]), rates, first_day),
                tuple(
                    (bank_code(each, table.countries[each]), codes[table.countries[each] == other])
                    for each in sorted(dealers)
                    if table.countries[each] in {one, other}
                ),
            )
        )
        _check_asset(option, found[-1], rates, first_day)
    return found


def _line(
    option: Option, table: PaymentTable, crossing: Crossing, mine: NDArray[np.intp], unit: int
) -> int:
    """Return the credit line: so many days of what the busier direction pays on average."""
    banks = option.central_banks
    if banks is None or banks.credit_days is None:
        return 1
    return max(1, int(_busier(table, crossing, mine, unit) * Fraction(banks.credit_days)))


def _surplus(
    option: Option,
    table: PaymentTable,
    crossing: Crossing,
    mine: NDArray[np.intp],
    codes: tuple[str, str],
) -> tuple[int, int] | None:
    """Return how much either partner may hold in each currency, None without end."""
    banks = option.central_banks
    if banks is None or banks.surplus_days is None:
        return None
    days = Fraction(banks.surplus_days)
    one, other = (
        int(_busier(table, crossing, mine, currency(code).number) * days) for code in codes
    )
    return one, other


def _busier(
    table: PaymentTable, crossing: Crossing, mine: NDArray[np.intp], number: int
) -> Fraction:
    """Return what the busier direction pays on an average day, in one of the two currencies."""
    is_paid = crossing.pays[mine] == number
    ways = (
        int(crossing.paid_minor[mine][is_paid].sum()),
        int(crossing.got_minor[mine][~is_paid].sum()),
    )
    return Fraction(max(ways), len(np.unique(table.day)))


def _vehicle_publishers(
    option: Option, codes: tuple[str, str], rates: Sequence[OfficialRate], day: int
) -> tuple[str, ...]:
    vehicle = None if option.dealers is None else option.dealers.vehicle
    if vehicle is None or vehicle in codes:
        return ()
    found = []
    for code in codes:
        rate = find_rate(rates, vehicle, code, day)
        if rate is None:
            raise missing_rate(vehicle, code, days_to_date(day))
        if rate.rate.publisher not in found:
            found.append(rate.rate.publisher)
    return tuple(found)


def _check_asset(option: Option, pair: Pair, rates: Sequence[OfficialRate], day: int) -> None:
    banks = option.central_banks
    if banks is None or banks.asset is not SettlementAsset.NAMED_CURRENCY:
        return
    code = banks.asset_currency or ""
    if code not in pair.currencies and find_rate(rates, code, pair.unit, day) is None:
        raise missing_rate(code, pair.unit, days_to_date(day))


_TWO: Final = 2
