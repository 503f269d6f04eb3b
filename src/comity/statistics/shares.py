"""The share of national currencies, in three definitions, always with its denominator.

National are the currencies of the two countries of a payment's corridor. The definitions differ
in what they look at: what was invoiced, what the customer paid with, what the banks settled in.
A system may score high in the second and zero in the third. docs/statistics.md has them in full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.agreements.scheme import Scheme
from comity.agreements.terms import PaysIn, SettlementAsset
from comity.money import currency, currency_by_number
from comity.payments.codes import Mechanism
from comity.payments.rows import Rows
from comity.statistics.day import Day, countries, settled_returns, turned_over
from comity.statistics.exact import share
from comity.statistics.series import AllPayments, SeriesLine, all_payments_around
from comity.statistics.valuation import Valuation, valuation

NUMBERS: Final = 1000
"""ISO 4217 numbers have three digits."""


class Denominator(StrEnum):
    """What a share is a share of."""

    WITHIN_SCHEME = "within the scheme"
    ALL_PAYMENTS = "all payments between the countries"


class ThreeShares(NamedTuple):
    """The three shares of one denominator; None where that is zero."""

    invoicing: Fraction | None
    customer_leg: Fraction | None
    settlement_asset: Fraction | None


@dataclass(frozen=True, slots=True)
class NationalCurrencyShare:
    """Three shares of one day, with everything needed to read them.

    Attributes:
        invoicing: by the currency of the instructed amount; None where the denominator is zero.
        customer_leg: by the currency of the debtor's account.
        settlement_asset: by the currency the banks or central banks settled in.
        valuation: how values of several currencies were added up.
        scheme_value: worth of the day's settled payments, major units of the valuation currency.
        denominator: what the shares are of.
        denominator_value: its worth, major units of the valuation currency.
        source: whose count of all payments was used; None within the scheme.
        beside: other publishers' counts of the same quantity, never added in.
        note: why a series that was given is not used; empty where there is nothing to say.
    """

    invoicing: Fraction | None
    customer_leg: Fraction | None
    settlement_asset: Fraction | None
    valuation: Valuation
    scheme_value: Fraction
    denominator: Denominator
    denominator_value: Fraction
    source: AllPayments | None
    beside: tuple[AllPayments, ...]
    note: str

    @property
    def coverage(self) -> Fraction | None:
        """The scheme's settled value ÷ the denominator; 1 within the scheme."""
        return share(self.scheme_value, self.denominator_value)

    def within_scheme(self) -> ThreeShares:
        """The three shares of what settled in the scheme, whatever the denominator is."""
        parts = (self.invoicing, self.customer_leg, self.settlement_asset)
        worth = (None if one is None else one * self.denominator_value for one in parts)
        return ThreeShares(
            *(None if one is None else share(one, self.scheme_value) for one in worth)
        )


def national_currency_share(day: Day, series: Sequence[SeriesLine] = ()) -> NationalCurrencyShare:
    """Return the shares of the day; with a series of all payments, of those."""
    columns = _columns(day)
    counted = all_payments_around(
        series,
        day=day.business_date,
        countries=[member.country for member in day.scheme.members],
        calendars=day.scheme.calendars,
    )
    codes = {each[3] for each in columns}
    # Returns are not counted here; who shows them values them with the same rates.
    returned = np.unique(settled_returns(day)[0]["currency"])
    codes.update(currency_by_number(int(number)).code for number in returned)
    codes.update(code for one in counted for code, _ in one.amounts)
    values = valuation(day, codes)
    scheme_value = _worth(columns, values)
    source, note = _source(series, counted, values, scheme_value)
    whole = scheme_value if source is None else all_payments_value(source, values)
    return NationalCurrencyShare(
        invoicing=share(_worth([one for one in columns if one[0]], values), whole),
        customer_leg=share(_worth([one for one in columns if one[1]], values), whole),
        settlement_asset=share(_worth([one for one in columns if one[2]], values), whole),
        valuation=values,
        scheme_value=scheme_value,
        denominator=Denominator.ALL_PAYMENTS if source else Denominator.WITHIN_SCHEME,
        denominator_value=whole,
        source=source,
        beside=tuple(one for one in counted if one is not source),
        note=note,
    )


def all_payments_value(counted: AllPayments, values: Valuation) -> Fraction:
    """Return the worth of an average joint business day, major units of the valuation currency."""
    amounts = counted.day_amounts()
    return sum((values.value(amounts[code], code) for code in amounts), Fraction(0))


def national_part(counted: AllPayments, values: Valuation, day: Day) -> Fraction | None:
    """Return the share of members' currencies in a count of all payments, as it counts them.

    None where a currency of it has no usable rate: leaving it out would raise the share.
    """
    amounts = counted.day_amounts()
    if not set(values.unvalued).isdisjoint(amounts):
        return None
    members = {member.currency for member in day.scheme.members}
    national = (values.value(amounts[code], code) for code in amounts if code in members)
    return share(sum(national, Fraction(0)), all_payments_value(counted, values))


def settlement_assets(day: Day) -> NDArray[np.int64]:
    """Return the ISO 4217 number of what each row settled in between banks or central banks.

    In one currency that is the payment's own. In two, it is what the central banks paid each
    other with, as the agreement says; through two dealers, the vehicle currency.
    """
    return settlement_assets_of(day.scheme, day.payments, day.agreements, day.mechanisms)


def settlement_assets_of(
    scheme: Scheme, payments: Rows, agreements: NDArray[np.int16], mechanisms: NDArray[np.int8]
) -> NDArray[np.int64]:
    """Return the same of payments of any days, by row.

    Args:
        scheme: by whose agreements they settled.
        payments: rows.
        agreements: place of each row's agreement in the scheme, −1 none.
        mechanisms: how each settled.
    """
    own = payments["currency"].astype(np.int64)
    assets = own.copy()
    for place, agreement in enumerate(scheme.agreements):
        if agreement.dealing is not None and agreement.dealing.vehicle is not None:
            rows = (agreements == place) & (mechanisms == Mechanism.DEALER)
            assets[rows] = currency(agreement.dealing.vehicle).number
        terms = agreement.central_bank_settlement
        if terms is None or agreement.settlement.asset is not SettlementAsset.OWN_CURRENCIES:
            continue
        if terms.pays_in is PaysIn.DEBTOR_CURRENCY:
            rows = (agreements == place) & (mechanisms == Mechanism.CENTRAL_BANK)
            assets[rows] = _given_or(payments["debtor_currency"], own)[rows]
    return assets


_Column = tuple[bool, bool, bool, str, int]
"""National by invoice, by customer leg, by asset; currency of the amount; its sum, minor units."""


def _columns(day: Day) -> list[_Column]:
    """Return the settled value, without returns, by what the three definitions say of it."""
    chosen = turned_over(day)
    rows = day.payments[chosen]
    own = rows["currency"].astype(np.int64)
    national = _national_table(day)
    corridor = (rows["debtor_agent"], rows["creditor_agent"])
    flags = [
        national[(*corridor, _given_or(rows["instructed_currency"], own))],
        national[(*corridor, _given_or(rows["debtor_currency"], own))],
        national[(*corridor, settlement_assets(day)[chosen])],
    ]
    keys = own * 8 + flags[0] * 4 + flags[1] * 2 + flags[2]
    found, inverse = np.unique(keys, return_inverse=True)
    sums = np.zeros(len(found), np.int64)
    np.add.at(sums, inverse, rows["amount_minor"])
    return [
        (bool(key & 4), bool(key & 2), bool(key & 1), currency_by_number(key >> 3).code, amount)
        for key, amount in zip(found.tolist(), sums.tolist(), strict=True)
    ]


def _national_table(day: Day) -> NDArray[np.bool_]:
    """Return by debtor's bank, creditor's bank and currency number whether it is national."""
    numbers = {one.country: currency(one.currency).number for one in day.scheme.members}
    home = [numbers.get(country, -1) for country in countries(day)]
    table = np.zeros((len(home), len(home), NUMBERS), np.bool_)
    for party, number in enumerate(home):
        if number >= 0:
            table[party, :, number] = True
            table[:, party, number] = True
    return table


def _given_or(column: NDArray[np.int16], fallback: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the column with the fallback where it is 0: nothing was stated."""
    return np.where(column == 0, fallback, column.astype(np.int64))


def _worth(columns: Sequence[_Column], values: Valuation) -> Fraction:
    return sum((values.value(amount, code) for *_, code, amount in columns), Fraction(0))


def _source(
    series: Sequence[SeriesLine],
    counted: Sequence[AllPayments],
    values: Valuation,
    scheme_value: Fraction,
) -> tuple[AllPayments | None, str]:
    """Return the count of all payments to be used, or None and why not."""
    if not series:
        return None, ""
    if not counted:
        return None, "the series of all payments has no period around this day"
    unvalued = [code for code, _ in counted[0].amounts if code in values.unvalued]
    if unvalued:
        return None, f"no usable official rate values {', '.join(unvalued)} of the series"
    if all_payments_value(counted[0], values) < scheme_value:
        return None, (
            "the series of all payments counts less for a day than settled in the scheme alone"
        )
    return counted[0], ""
