"""Which rate values one currency in another: whose fixing comes first, and what values nothing."""

from dataclasses import replace
from datetime import date, timedelta

from tests.kit.schemes import DAY, RATE

from comity.fx import VALUING_STALE_AFTER_DAYS, OfficialRate, choose_valuing_rate

OF_CBR = replace(
    RATE, publisher="CBR", base="KGS", quote="RUB", numerator=4, denominator=5, value="0,8"
)


def found_id(*rates: OfficialRate, base: str = "KGS", on: date = DAY) -> str:
    """Return the identifier of the rate that values a currency in roubles, "" without one."""
    found = choose_valuing_rate(rates, base=base, quote="RUB" if base != "RUB" else "KGS", on=on)
    return found.rate_id if found else ""


def test_the_central_bank_of_the_valuing_currency_comes_before_all_others() -> None:
    assert found_id(RATE, OF_CBR) == "CBR:2026-05-24:KGS/RUB"
    assert found_id(RATE, OF_CBR, base="RUB") == "NBKR:2026-05-24:RUB/KGS"


def test_others_are_taken_in_the_order_of_their_codes() -> None:
    later = replace(RATE, publisher="NBT")
    earlier = replace(RATE, publisher="NBK")
    assert found_id(later, RATE, earlier) == "NBK:2026-05-24:RUB/KGS"


def test_a_fixing_too_old_or_too_far_from_the_one_before_values_nothing() -> None:
    last = RATE.effective_on + timedelta(days=VALUING_STALE_AFTER_DAYS)
    assert found_id(RATE, on=last)
    assert not found_id(RATE, on=last + timedelta(days=1))
    doubled = replace(RATE, numerator=12263, denominator=5000, effective_on=DAY)
    assert not found_id(RATE, doubled)


def test_no_rate_is_made_out_of_two_others() -> None:
    over = replace(RATE, base="KZT", quote="RUB")
    assert not found_id(replace(RATE, base="KZT", quote="KGS"), over)
