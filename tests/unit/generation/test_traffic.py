"""What is drawn for a day: totals, accounts that exist, hours, currencies."""

from functools import cache
from pathlib import Path

import numpy as np

from comity.arrangement import load_scheme
from comity.generation.corridor import NO_ACCOUNT, Corridor, corridor_of
from comity.generation.profile import CURRENCIES, FLOWS, MINOR_PER_USD_CENT_PERMILLE
from comity.generation.traffic import FIRST_MS, LAST_MS, DrawnDay, Traffic, draw_traffic
from comity.identifiers import format_uetr, is_uetr

EXAMPLE = Path(__file__).parents[3] / "examples" / "kyrgyzstan-russia"
HOUR_MS = 3_600_000


@cache
def corridor() -> Corridor:
    return corridor_of(load_scheme(EXAMPLE))


@cache
def drawn(*, before_holiday: bool = False) -> Traffic:
    day = DrawnDay(seed=1, number=0, scale_permille=1_000, is_before_holiday=before_holiday)
    return draw_traffic(corridor(), day)


def test_each_flows_sum_is_the_profiles() -> None:
    traffic = drawn()
    per_cent = np.array([MINOR_PER_USD_CENT_PERMILLE[code] for code in CURRENCIES])
    usd_cents = traffic.amount_minor * 1_000 / per_cent[traffic.currency]
    for number, flow in enumerate(FLOWS):
        total = usd_cents[traffic.flow == number].sum()
        assert abs(total / flow.usd_cents_per_day - 1) < 0.01, flow.name


def test_every_payment_leaves_and_enters_an_account_that_exists() -> None:
    traffic, account = drawn(), corridor().account
    assert np.all(account[traffic.payer, traffic.debit_currency] != NO_ACCOUNT)
    assert np.all(account[traffic.payee, traffic.currency] != NO_ACCOUNT)


def test_payments_in_two_currencies_move_settlement_accounts_at_home() -> None:
    traffic, is_direct = drawn(), corridor().is_direct
    two = traffic.is_two_currency
    assert 0.1 < two.mean() < 0.2
    assert np.all(is_direct[traffic.payer[two], traffic.debit_currency[two]])
    assert np.all(is_direct[traffic.payee[two], traffic.currency[two]])


def test_payer_and_payee_are_in_different_countries() -> None:
    home = np.array([bank.country for bank in corridor().banks])
    assert np.all(home[drawn().payer] != home[drawn().payee])


def test_the_day_is_busy_in_the_morning_and_in_the_afternoon() -> None:
    at_ms = drawn().at_ms
    assert at_ms.min() >= FIRST_MS
    assert at_ms.max() <= LAST_MS
    hours = np.bincount(at_ms // HOUR_MS)
    assert hours[7] > 1.5 * hours[11]
    assert hours[15] > 1.2 * hours[11]


def test_more_remittances_come_before_a_holiday_and_no_more_of_anything_else() -> None:
    before, ordinary = (np.bincount(each.flow) for each in (drawn(before_holiday=True), drawn()))
    more = before - ordinary
    assert more.max() == 7_000
    assert np.count_nonzero(more) == 1


def test_uetrs_are_uuids_of_version_four_and_all_different() -> None:
    traffic = drawn()
    pairs = list(zip(traffic.uetr_high.tolist(), traffic.uetr_low.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    assert all(is_uetr(format_uetr(high, low)) for high, low in pairs[:1_000])
