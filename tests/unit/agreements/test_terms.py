"""The terms of one agreement version."""

from dataclasses import replace
from datetime import date

import pytest

from comity.agreements import Agreement, SettlementMode
from comity.fx import RateRule
from comity.payments.purposes import PurposeGroup, purposes_of

NEW_YEAR, YEAR_END = date(2026, 1, 1), date(2026, 12, 31)


def test_an_agreement_version_is_named_by_id_and_version(agreements: dict[str, Agreement]) -> None:
    assert replace(agreements["goods"], version=3).key == "goods@3"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), False),
        (NEW_YEAR, True),
        (YEAR_END, True),
        (date(2027, 1, 1), False),
    ],
)
def test_both_ends_of_the_validity_are_inclusive(
    agreements: dict[str, Agreement], day: date, expected: bool
) -> None:
    assert agreements["goods"].is_in_force(day) is expected


def test_an_open_ended_agreement_stays_in_force(agreements: dict[str, Agreement]) -> None:
    assert replace(agreements["goods"], valid_until=None).is_in_force(date(2199, 12, 31))


def test_groups_and_single_codes_are_covered_together(agreements: dict[str, Agreement]) -> None:
    agreement = replace(agreements["education"], codes=("TREA", "EDUC"))
    assert agreement.purpose_codes == ("EDUC", "STDY", "TREA")
    assert agreements["goods"].purpose_codes == purposes_of([PurposeGroup.GOODS])


def test_sets_stand_in_canonical_order_however_they_were_given(
    agreements: dict[str, Agreement],
) -> None:
    original = agreements["services"]
    turned = replace(
        original,
        parties=original.parties[::-1],
        purposes=original.purposes[::-1],
        currencies=original.currencies[::-1],
        finality=original.finality[::-1],
    )
    assert turned == original
    assert turned.currencies == ("KGS", "RUB")
    assert turned.purposes == (PurposeGroup.SERVICES, PurposeGroup.INVESTMENT)


def test_only_central_bank_tier_covers_payments_in_two_currencies(
    agreements: dict[str, Agreement],
) -> None:
    assert [each.id for each in agreements.values() if each.has_conversion] == ["education"]


def test_every_mode_but_gross_has_cycles() -> None:
    assert [mode.has_cycles for mode in SettlementMode] == [False, True, True]


def test_conversion_terms_are_a_choice_of_rate(agreements: dict[str, Agreement]) -> None:
    conversion = agreements["education"].conversion
    assert conversion is not None
    assert conversion.choice.publisher == "NBKR"
    assert conversion.choice.rule is RateRule.EFFECTIVE_ON_VALUE_DATE
    assert conversion.choice.stale_after_days == 3
