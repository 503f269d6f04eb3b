"""What weighs amounts of several currencies against one another: exact, rounded once each."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
from tests.kit.batches import Driver
from tests.kit.schemes import RATE, small_scheme, with_vehicle

from comity.money import AMOUNT_MINOR_MAX, BALANCE_MINOR_MAX
from comity.settlement.selection_values import minor_values, values_of

KGS, RUB = 0, 1


def test_each_currency_is_worth_its_rate_of_the_day_in_the_unit_of_valuation() -> None:
    state = Driver(with_vehicle(small_scheme(), "USD")).start().state
    assert state.known_chart().currencies == (417, 643, 840)
    assert minor_values(state) == {KGS: Fraction(10000, 12263), RUB: Fraction(1)}


def test_the_decimals_of_both_currencies_are_in_the_ratio() -> None:
    per_yen = replace(RATE, base="JPY", quote="RUB", numerator=1, denominator=2, value="0,5")
    scheme = with_vehicle(small_scheme(), "JPY")
    state = Driver(scheme, rates=(RATE, per_yen)).start().state
    at = state.known_chart().currencies.index(392)
    assert minor_values(state)[at] == 50, "a yen has no sen, and is worth 50 kopeks"


def test_values_are_rounded_half_to_even_one_by_one() -> None:
    found = values_of(
        np.array([1, 3, 5, 7]), np.array([0, 0, 0, 1]), {0: Fraction(1, 2), 1: Fraction(1)}
    )
    assert found is not None
    assert found.tolist() == [0, 2, 2, 7]


def test_values_beyond_what_can_be_counted_are_none() -> None:
    ratio = BALANCE_MINOR_MAX // AMOUNT_MINOR_MAX
    amounts = np.full(2, AMOUNT_MINOR_MAX)
    assert values_of(amounts[:1], np.zeros(1, np.int64), {0: Fraction(ratio)}) is not None
    assert values_of(amounts, np.zeros(2, np.int64), {0: Fraction(ratio)}) is None
