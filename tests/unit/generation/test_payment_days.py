"""Days of payments drawn from a profile: what each parameter does to what comes out."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from tests.unit.generation.profile_texts import builtin, with_imbalance, with_network, with_volume

from comity.errors import LimitExceededError, UsageError
from comity.generation.payment_days import PaymentDay, PaymentPlan, table_days
from comity.generation.payment_profile import PaymentProfile, Totals
from comity.generation.payment_statistics import PaymentTally

MONDAY = date(2026, 1, 5)


def realised(profile: PaymentProfile, days: int = 1, seed: int = 1) -> dict[str, Any]:
    plan = PaymentPlan(profile, seed)
    tally = PaymentTally(plan)
    for day in table_days(plan, MONDAY, days):
        tally.add(day, plan.draw(day))
    return tally.document()


def columns(day: PaymentDay) -> list[list[int]]:
    return [getattr(day, each.name).tolist() for each in fields(day)]


def test_a_day_hangs_on_its_date_and_the_seed_alone() -> None:
    profile = builtin("six-currencies")
    plan = PaymentPlan(profile, 1)
    for day in table_days(plan, MONDAY, 4):
        plan.draw(day)
    tuesday = MONDAY + timedelta(days=1)
    assert columns(plan.draw(tuesday)) == columns(PaymentPlan(profile, 1).draw(tuesday))
    assert columns(plan.draw(tuesday)) != columns(PaymentPlan(profile, 2).draw(tuesday))


def test_a_change_to_one_purpose_moves_no_other() -> None:
    profile = builtin("scale-free")
    goods, services = profile.purposes
    changed = replace(profile, purposes=(replace(goods, sigma_permille=100), services))
    before, after = (PaymentPlan(each, 1).draw(MONDAY) for each in (profile, changed))
    for name in ("amount_minor", "debtor", "at_ms"):
        first, second = getattr(before, name), getattr(after, name)
        assert first[before.purpose == 1].tolist() == second[after.purpose == 1].tolist()
    assert before.amount_minor.tolist() != after.amount_minor.tolist()


def test_the_day_is_busy_at_both_ends() -> None:
    day = PaymentPlan(builtin("scale-free"), 1).draw(MONDAY)
    opens, closes = 9 * 3_600_000, 17 * 3_600_000
    assert day.at_ms.min() >= opens
    assert day.at_ms.max() < closes
    assert (np.diff(day.at_ms) >= 0).all()
    by_hour, _ = np.histogram(day.at_ms, bins=8, range=(opens, closes))
    assert min(by_hour[0], by_hour[-1]) > 1.4 * max(by_hour[3:5])


def test_amounts_are_lognormal_with_the_mean_of_the_profile() -> None:
    profile = with_volume(builtin("scale-free"), payments_a_day=200_000)
    day = PaymentPlan(profile, 1).draw(MONDAY)
    for number, purpose in enumerate(profile.purposes):
        usd_cents = day.usd_cents[day.purpose == number]
        logarithms = np.log(usd_cents)
        assert abs(usd_cents.mean() / purpose.mean_usd_cents - 1) < 0.05
        assert abs(logarithms.std() - purpose.sigma_permille / 1_000) < 0.02
        assert abs(((logarithms - logarithms.mean()) ** 3).mean()) < 0.1


@pytest.mark.parametrize("name", ["kyrgyzstan-russia", "six-currencies"])
@pytest.mark.parametrize("payments_a_day", [1, 60, 20_000])
def test_fixed_totals_are_met_to_the_cent(name: str, payments_a_day: int) -> None:
    profile = with_volume(builtin(name), payments_a_day=payments_a_day, totals=Totals.FIXED)
    plan = PaymentPlan(profile, 1)
    means = [each.mean_usd_cents for each in profile.purposes]
    for number in table_days(plan, MONDAY, 2):
        day, (*counts, trades) = plan.draw(number), plan.counts(number)
        values = np.zeros(len(means) + 1, np.int64)
        np.add.at(values, day.purpose, day.usd_cents)
        fixed = [count * mean for count, mean in zip(counts, means, strict=True)]
        assert values.tolist() == [*fixed, 2 * trades * profile.fx_mean_usd_cents]
        third = [each.code for each in profile.currencies].index("USD")
        in_dollars = day.currency == third
        assert (day.amount_minor[in_dollars] == day.usd_cents[in_dollars]).all()


@pytest.mark.parametrize("mean", [1, 2, 100_000_000_000])
def test_fixed_totals_leave_each_payment_at_least_a_cent(mean: int) -> None:
    profile = builtin("scale-free")
    goods = replace(profile.purposes[0], mean_usd_cents=mean, sigma_permille=1_000)
    fixed = with_volume(replace(profile, purposes=(goods,)), totals=Totals.FIXED)
    day = PaymentPlan(fixed, 1).draw(MONDAY)
    assert day.usd_cents.min() >= 1
    assert sum(day.usd_cents.tolist()) == len(day) * mean


def test_fixed_totals_leave_the_spread_of_amounts() -> None:
    profile = with_volume(builtin("scale-free"), payments_a_day=50_000)
    drawn, fixed = (
        PaymentPlan(with_volume(profile, totals=totals), 1).draw(MONDAY) for totals in Totals
    )
    for at in (0, 1):
        spreads = [np.log(day.usd_cents[day.purpose == at]).std() for day in (drawn, fixed)]
        assert abs(spreads[0] - spreads[1]) < 0.001


def test_more_imbalance_moves_what_is_paid_forward() -> None:
    profile = builtin("six-currencies")
    goods = replace(profile, purposes=profile.purposes[:1], fx_permille=0)
    found = [
        realised(with_imbalance(goods, permille))["corridors"][0]["imbalance_permille_of_payments"]
        for permille in (1_000, 2_000, 4_000)
    ]
    assert found == sorted(found)
    assert abs(found[2] / 4_000 - 1) < 0.1


def test_goods_go_one_way_and_remittances_back() -> None:
    plan = PaymentPlan(builtin("kyrgyzstan-russia"), 1)
    day = plan.draw(plan.profile.volume.base_date)
    names = [each.name for each in plan.profile.purposes]
    forward = {
        name: day.is_forward[day.purpose == number].mean() for number, name in enumerate(names)
    }
    assert abs(forward["goods"] - 2.727 / 3.727) < 0.03
    assert forward["remittances"] < 0.05
    assert forward["tuition"] > 0.99


def test_the_calibrated_day_has_the_value_of_the_public_totals() -> None:
    profile = with_volume(
        builtin("kyrgyzstan-russia"),
        growth_permille_a_year=0,
        weekdays_permille=(1_000,) * 7,
    )
    found = realised(profile, days=12)
    value = {each["purpose"]: each["value_usd_cents"] for each in found["purposes"]}
    assert abs(value["goods"] / (12 * 1_640_000_000) - 1) < 1e-6
    assert 0.84 < value["remittances"] / (12 * 1_070_000_000) < 0.86, "it is January"
    assert abs(found["national_permille_of_value"] - 970) < 10


def test_more_reciprocity_shows_in_the_payments() -> None:
    profile = with_volume(builtin("random"), payments_a_day=50_000)
    found = [
        realised(with_network(profile, reciprocity_permille=permille))["reciprocity_permille"]
        for permille in (0, 300, 600, 1_000)
    ]
    assert found == sorted(found)
    assert all(abs(at - goal) < 70 for at, goal in zip(found, (0, 300, 600, 1_000), strict=True))


@pytest.mark.parametrize("permille", [0, 1, 400, 930, 1_000])
@pytest.mark.parametrize("payments_a_day", [1, 7, 4_999])
@pytest.mark.parametrize("name", ["scale-free", "six-currencies"])
def test_each_day_is_at_most_half_a_payment_from_its_share_in_national_currencies(
    name: str, payments_a_day: int, permille: int
) -> None:
    profile = with_volume(builtin(name), payments_a_day=payments_a_day)
    plan = PaymentPlan(replace(profile, national_permille=permille), 1)
    for number in table_days(plan, MONDAY, 3):
        day = plan.draw(number)
        home = plan.home
        national = (day.currency == home[day.debtor]) | (day.currency == home[day.creditor])
        is_payment = day.trade < 0
        wanted = is_payment.sum() * permille / 1_000
        assert abs(national[is_payment].sum() - wanted) <= 0.5
        assert national[~is_payment].all(), "legs of trades"


def test_a_purpose_may_have_a_share_of_its_own_in_national_currencies() -> None:
    profile = builtin("scale-free")
    goods, services = profile.purposes
    own = replace(profile, purposes=(replace(goods, national_permille=250), services))
    plan = PaymentPlan(own, 1)
    day = plan.draw(MONDAY)
    third = [each.code for each in profile.currencies].index(profile.third_currency)
    national = [int((day.currency[day.purpose == at] != third).sum()) for at in (0, 1)]
    assert national == [750, 1_800]


@pytest.mark.parametrize("permille", [0, 100, 1_000])
def test_the_share_of_urgent_payments_is_the_profiles(permille: int) -> None:
    profile = replace(builtin("scale-free"), urgent_permille=permille)
    assert abs(realised(profile)["urgent_permille"] - permille) < 15


def test_growth_and_seasons_show_over_a_year() -> None:
    profile = with_volume(builtin("six-currencies"), payments_a_day=1_000)
    grown = with_volume(profile, growth_permille_a_year=200)
    plan, flat = PaymentPlan(grown, 1), PaymentPlan(profile, 1)
    days = table_days(plan, MONDAY, 260)
    assert days[-1] == date(2027, 1, 1)
    a_year_later = date(2027, 1, 4)
    assert abs(plan.payment_count(a_year_later) / plan.payment_count(MONDAY) - 1.2) < 0.01
    count = {day: flat.payment_count(day) for day in days}
    monday, wednesday = (
        np.mean([number for day, number in count.items() if day.weekday() == at]) for at in (0, 2)
    )
    assert abs(monday / wednesday - 1050 / 950) < 0.02
    remittances = [flat.counts(day)[2] for day in (date(2026, 2, 4), date(2026, 7, 8))]
    assert remittances[1] > 1.2 * remittances[0]


def test_a_holiday_is_free_and_the_last_day_before_it_has_its_factor() -> None:
    profile = with_volume(
        builtin("random"), holidays=((1, 14), (1, 17)), before_holidays_permille=1_500
    )
    plan = PaymentPlan(profile, 1)
    days = [date(2026, 1, day) for day in range(12, 20)]
    # Wednesday 14 and Saturday 17 January are holidays; a weekend alone is none.
    expected = [5_000, 7_500, 0, 5_000, 7_500, 0, 0, 5_000]
    assert [plan.payment_count(day) for day in days] == expected
    assert plan.payment_count(date(2026, 1, 9)) == 5_000


def test_a_purpose_may_have_more_before_a_holiday_and_others_not() -> None:
    plan = PaymentPlan(builtin("kyrgyzstan-russia"), 1)
    names = [each.name for each in plan.profile.purposes]
    remittances, goods = names.index("remittances"), names.index("goods")
    # Thursday 11 June 2026 is the last day before Russia Day, and Thursday 18 June no such day.
    before, ordinary = (plan.counts(date(2026, 6, day)) for day in (11, 18))
    assert abs(before[remittances] / ordinary[remittances] - 1.2) < 0.005
    assert abs(before[goods] / ordinary[goods] - 1) < 0.005
    assert not any(plan.counts(date(2026, 6, 12)))


def test_the_holidays_of_the_calibrated_profile_leave_the_days_its_totals_are_spread_over() -> None:
    plan = PaymentPlan(builtin("kyrgyzstan-russia"), 1)
    days = table_days(plan, date(2025, 1, 1), 251)
    assert sum(day.year == 2025 for day in days) == 249


def test_legs_of_a_trade_are_two_payments_both_ways_at_one_moment() -> None:
    plan = PaymentPlan(replace(builtin("six-currencies"), fx_permille=200), 1)
    day = plan.draw(MONDAY)
    legs = np.flatnonzero(day.trade >= 0)
    order = legs[np.argsort(day.trade[legs], kind="stable")]
    first, second = order[::2], order[1::2]
    assert abs(len(legs) / len(day) - 0.2) < 0.02
    assert (day.trade[first] == day.trade[second]).all()
    assert (day.at_ms[first] == day.at_ms[second]).all()
    assert (day.debtor[first] == day.creditor[second]).all()
    assert (day.creditor[first] == day.debtor[second]).all()
    assert (day.currency[first] != day.currency[second]).all()


def test_free_days_are_passed_over() -> None:
    plan = PaymentPlan(builtin("random"), 1)
    assert table_days(plan, date(2026, 1, 9), 2) == (date(2026, 1, 9), date(2026, 1, 12))
    assert plan.counts(date(2026, 1, 10)) == (0, 0, 0)


@pytest.mark.parametrize("count", [0, 2_601])
def test_too_many_days_or_none_are_refused(count: int) -> None:
    with pytest.raises(LimitExceededError, match="--days"):
        table_days(PaymentPlan(builtin("random"), 1), MONDAY, count)


def test_too_many_payments_are_refused_by_day_and_in_all() -> None:
    plan = PaymentPlan(with_volume(builtin("random"), payments_a_day=5_000_000), 1)
    with pytest.raises(LimitExceededError, match="payments of all days"):
        table_days(plan, MONDAY, 5)
    grown = with_volume(builtin("random"), payments_a_day=5_000_000, growth_permille_a_year=5_000)
    with pytest.raises(LimitExceededError, match="payments on 2027-01-05"):
        table_days(PaymentPlan(grown, 1), date(2027, 1, 5), 1)


def test_days_beyond_the_calendar_are_refused() -> None:
    with pytest.raises(UsageError, match="expected days from 1970-01-01"):
        table_days(PaymentPlan(builtin("random"), 1), date(2199, 12, 30), 5)
