"""Whatever a profile within its ranges says, each payment drawn from it is one."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.generation.profile_texts import builtin

from comity.generation.builtin_profiles import BUILTIN_PROFILES
from comity.generation.payment_days import PaymentPlan, table_days
from comity.generation.payment_profile import Country, PaymentProfile, Totals
from comity.generation.payment_statistics import PaymentTally

PERMILLE = st.integers(0, 1_000)
SIGMA = st.integers(0, 3_000)
IMBALANCE = st.integers(0, 1_000_000)
MONTHS = st.lists(st.integers(0, 10_000), min_size=12, max_size=12).filter(any)
DAYS_OF_YEAR = st.tuples(st.integers(1, 12), st.integers(1, 28))
WEEKDAYS = st.lists(st.integers(0, 10_000), min_size=7, max_size=7).filter(any)


@st.composite
def profiles(draw: st.DrawFn) -> PaymentProfile:
    profile = builtin(draw(st.sampled_from(BUILTIN_PROFILES)))

    def country(each: Country) -> Country:
        return replace(each, parties=draw(st.integers(2, 12)), size_sigma_permille=draw(SIGMA))

    return replace(
        profile,
        volume=replace(
            profile.volume,
            payments_a_day=draw(st.integers(1, 300)),
            growth_permille_a_year=draw(st.integers(-900, 5_000)),
            months_permille=tuple(draw(MONTHS)),
            weekdays_permille=tuple(draw(WEEKDAYS)),
            holidays=tuple(sorted(draw(st.sets(DAYS_OF_YEAR, max_size=8)))),
            before_holidays_permille=draw(st.integers(1, 10_000)),
            totals=draw(st.sampled_from(Totals)),
        ),
        times=replace(
            profile.times,
            opens_ms=draw(st.integers(0, 719)) * 60_000,
            closes_ms=draw(st.integers(720, 1_439)) * 60_000,
            morning_permille=draw(st.integers(100, 10_000)),
            evening_permille=draw(st.integers(100, 10_000)),
            deadline_permille=draw(PERMILLE),
            deadline_minutes=draw(st.integers(1, 1_440)),
        ),
        countries=tuple(map(country, profile.countries)),
        national_permille=draw(PERMILLE),
        urgent_permille=draw(PERMILLE),
        fx_permille=draw(PERMILLE),
        fx_mean_usd_cents=draw(st.integers(1, 100_000_000_000)),
        fx_sigma_permille=draw(SIGMA),
        network=replace(
            profile.network,
            partners_permille=draw(st.integers(100, 1_000_000)),
            exponent_permille=draw(st.integers(2_050, 10_000)),
            core_permille=draw(st.integers(1, 1_000)),
            core_core_permille=draw(PERMILLE),
            core_periphery_permille=draw(PERMILLE),
            periphery_periphery_permille=draw(PERMILLE),
            reciprocity_permille=draw(PERMILLE),
        ),
        corridors=tuple(
            replace(each, weight=draw(st.integers(1, 1_000)), imbalance_permille=draw(IMBALANCE))
            for each in profile.corridors
        ),
        purposes=tuple(
            replace(
                each,
                weight=draw(st.integers(1, 1_000)),
                mean_usd_cents=draw(st.integers(1, 100_000_000_000)),
                sigma_permille=draw(SIGMA),
                months_permille=tuple(draw(MONTHS)),
                before_holidays_permille=draw(st.integers(0, 10_000)),
            )
            for each in profile.purposes
        ),
    )


@settings(max_examples=60, deadline=None)
@given(profile=profiles(), seed=st.integers(0, 2**64))
def test_every_payment_of_a_profile_within_range_is_valid(
    profile: PaymentProfile, seed: int
) -> None:
    plan = PaymentPlan(profile, seed)
    (number,) = table_days(plan, profile.volume.base_date, 1)
    day = plan.draw(number)
    assert len(day) == plan.payment_count(number) > 0
    assert (day.debtor != day.creditor).all()
    assert ((day.amount_minor >= 1) & (day.amount_minor < 10**15)).all()
    assert (day.at_ms >= profile.times.opens_ms).all()
    assert (day.at_ms < profile.times.closes_ms).all()
    given_till = day.till_ms >= 0
    assert (day.till_ms[given_till] >= day.at_ms[given_till]).all()
    assert (day.till_ms <= profile.times.closes_ms).all()
    corridors = np.array([[each.payer, each.payee] for each in profile.corridors])[day.corridor]
    ends = np.where(day.is_forward[:, None], corridors, corridors[:, ::-1])
    codes = np.array([each.code for each in profile.countries])[plan.network.country]
    assert (codes[day.debtor] == ends[:, 0]).all()
    assert (codes[day.creditor] == ends[:, 1]).all()
    tally = PaymentTally(plan)
    tally.add(number, day)
    counted = tally.document()
    assert counted["payments"] == len(day)
    assert sum(each["value_minor"] for each in counted["currencies"]) == sum(
        day.amount_minor.tolist()
    )
