"""The profile adds up to the public totals it says it is calibrated to."""

from comity.generation.profile import FLOWS, OTHER_CURRENCIES_PERMILLE, PURPOSES
from comity.payments.purposes import is_purpose

BUSINESS_DAYS = 250
USD_CENTS_PER_BILLION = 100 * 10**9


def yearly_billions(*names: str) -> float:
    cents = sum(flow.usd_cents_per_day for flow in FLOWS if flow.name in names)
    return cents * BUSINESS_DAYS / USD_CENTS_PER_BILLION


def test_a_day_has_forty_thousand_payments() -> None:
    assert sum(flow.payments_per_day for flow in FLOWS) == 40_000


def test_trade_is_four_point_one_billion_dollars_a_year() -> None:
    assert yearly_billions("goods paid to Russia", "goods paid to Kyrgyzstan") == 4.1


def test_goods_go_mostly_one_way() -> None:
    assert yearly_billions("goods paid to Russia") == 3.0
    assert yearly_billions("goods paid to Kyrgyzstan") == 1.1


def test_remittances_are_two_point_six_billion_in_thirty_five_thousand_a_day() -> None:
    [flow] = [each for each in FLOWS if each.name == "remittances to Kyrgyzstan"]
    assert flow.payments_per_day == 35_000
    assert yearly_billions(flow.name) == 2.6
    assert 25_000 < flow.usd_cents_per_day / flow.payments_per_day < 35_000


def test_three_percent_of_the_value_is_in_other_currencies() -> None:
    assert sum(permille for _, permille in OTHER_CURRENCIES_PERMILLE) == 30


def test_every_purpose_is_in_the_external_code_set() -> None:
    assert all(is_purpose(code) for code in PURPOSES)
