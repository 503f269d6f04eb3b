"""The calibrated profile of tables says what that of message folders says."""

from itertools import groupby

import pytest
from tests.unit.generation.profile_texts import builtin

from comity.errors import UsageError
from comity.generation.builtin_profiles import builtin_profile_data
from comity.generation.payment_profile import Direction, PaymentPurpose
from comity.generation.profile import (
    BEFORE_HOLIDAY_PERMILLE,
    FLOWS,
    MINOR_PER_USD_CENT_PERMILLE,
    Flow,
)

PROFILE = builtin("kyrgyzstan-russia")
FLOWS_BY_PURPOSE = {
    name: tuple(flows) for name, flows in groupby(FLOWS, key=lambda flow: flow.name.split()[0])
}
FLOWS_OF = {
    "goods": FLOWS_BY_PURPOSE["goods"],
    "remittances": FLOWS_BY_PURPOSE["remittances"],
    "tuition": FLOWS_BY_PURPOSE["tuition"],
    "services": FLOWS_BY_PURPOSE["services"],
    "investment": FLOWS_BY_PURPOSE["income"] + FLOWS_BY_PURPOSE["investment"],
    "treasury": FLOWS_BY_PURPOSE["treasury"],
}


def test_every_flow_is_in_a_purpose() -> None:
    assert [each.name for each in PROFILE.purposes] == list(FLOWS_OF)
    assert sum(map(len, FLOWS_OF.values())) == len(FLOWS)
    payments = sum(flow.payments_per_day for flow in FLOWS)
    assert PROFILE.volume.payments_a_day == payments
    assert sum(each.weight for each in PROFILE.purposes) == payments


@pytest.mark.parametrize("purpose", PROFILE.purposes, ids=lambda each: each.name)
def test_a_purpose_has_the_payments_and_value_of_its_flows(purpose: PaymentPurpose) -> None:
    flows: tuple[Flow, ...] = FLOWS_OF[purpose.name]
    assert purpose.weight == sum(flow.payments_per_day for flow in flows)
    value = sum(flow.usd_cents_per_day for flow in flows)
    assert abs(purpose.mean_usd_cents * purpose.weight - value) <= purpose.weight / 2
    assert {purpose.sigma_permille} == {flow.sigma_permille for flow in flows}
    assert {purpose.codes} == {flow.purposes for flow in flows}


@pytest.mark.parametrize("purpose", PROFILE.purposes, ids=lambda each: each.name)
def test_the_imbalance_of_a_purpose_is_that_of_the_value_of_its_flows(
    purpose: PaymentPurpose,
) -> None:
    [corridor] = PROFILE.corridors
    value = {
        country: sum(
            flow.usd_cents_per_day
            for flow in FLOWS_OF[purpose.name]
            if flow.payer_country == country
        )
        for country in (corridor.payer, corridor.payee)
    }
    if not all(value.values()):
        assert purpose.direction is Direction.FORWARD
        assert purpose.imbalance_permille == 1_000_000
        assert not value[corridor.payee]
        return
    forward, back = value[corridor.payer], value[corridor.payee]
    own = purpose.imbalance_permille
    permille = corridor.imbalance_permille if own < 0 else own
    match purpose.direction:
        case Direction.FORWARD:
            assert permille == round(1_000 * forward / back)
        case Direction.BACK:
            assert permille == round(1_000 * back / forward)
        case Direction.BOTH:
            assert forward == back


def test_amounts_have_the_same_scale_in_both() -> None:
    scale = {each.code: each.minor_per_usd_cent_permille for each in PROFILE.currencies}
    assert {code: scale[code] for code in MINOR_PER_USD_CENT_PERMILLE} == dict(
        MINOR_PER_USD_CENT_PERMILLE
    )


def test_remittances_before_a_holiday_are_as_many_in_both() -> None:
    factors = {each.name: each.before_holidays_permille for each in PROFILE.purposes}
    assert factors.pop("remittances") == BEFORE_HOLIDAY_PERMILLE
    assert set(factors.values()) == {1_000}


def test_a_profile_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(UsageError, match="found 'none', expected one of core-periphery, "):
        builtin_profile_data("none")
