"""What is worth knowing about published rates before relying on them."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from comity.feeds.rates_findings import FindingKind, RateFinding, find_rate_findings
from comity.fx import OfficialRate


def rate(publisher: str, pair: str, value: str, day: str = "2099-01-05") -> OfficialRate:
    base, quote = pair.split("/")
    ratio = Fraction(value)
    return OfficialRate(
        publisher=publisher,
        base=base,
        quote=quote,
        numerator=ratio.numerator,
        denominator=ratio.denominator,
        effective_on=date.fromisoformat(day),
        valid_days=1,
        nominal="1",
        value=value,
        source="file.xml",
    )


def findings(*rates: OfficialRate) -> tuple[RateFinding, ...]:
    return find_rate_findings(rates, jump_percent=Decimal(5))


def test_plain_rates_of_one_publisher_give_no_finding() -> None:
    assert findings(rate("NBKR", "RUB/KGS", "1.2"), rate("NBKR", "USD/KGS", "87")) == ()


def test_a_slipped_nominal_is_found() -> None:
    [found] = findings(rate("NBKR", "RUB/KGS", "1.2"), rate("NBKR", "RUB/KGS", "120", "2099-01-06"))
    assert (found.kind, found.rate_id) == (FindingKind.JUMP, "NBKR:2099-01-06:RUB/KGS")
    assert "nominal ×100?" in found.text


def test_a_code_that_is_no_longer_legal_tender_is_named_with_its_successor() -> None:
    [found] = findings(rate("NBKR", "BYR/KGS", "0.003"))
    assert found.kind is FindingKind.HISTORIC_CURRENCY
    assert "BYR was replaced by BYN on 2016-07-01" in found.text


def test_an_old_code_on_a_day_of_its_own_time_is_no_finding() -> None:
    assert findings(rate("NBRB", "USD/BYR", "19800", "2016-06-30")) == ()


def test_a_metal_is_named() -> None:
    [found] = findings(rate("CBA", "XAU/AMD", "60000"))
    assert found.kind is FindingKind.BULLION


def test_two_publishers_of_one_pair_are_shown_side_by_side() -> None:
    [found] = findings(rate("CBR", "KGS/RUB", "0.8"), rate("NBKR", "RUB/KGS", "1.2"))
    assert found.kind is FindingKind.PUBLISHERS_DIFFER
    assert found.text == (
        "CBR 2099-01-05: 1 KGS = 0.8 RUB and NBKR 2099-01-05: 1 RUB = 1.2 KGS: 4.16 % apart"
    )


def test_a_publisher_whose_nominal_slipped_is_found_by_the_other() -> None:
    [found] = findings(rate("CBR", "KGS/RUB", "80"), rate("NBKR", "RUB/KGS", "1.2"))
    assert found.text.endswith("9500.00 % apart; nominal ÷100?")


def test_two_values_near_one_are_not_called_an_inversion() -> None:
    [found] = findings(rate("CBR", "KGS/RUB", "1.01"), rate("NBKR", "RUB/KGS", "1.01"))
    assert "inversion" not in found.text


def test_only_the_latest_fixing_of_each_publisher_is_compared() -> None:
    found = findings(
        rate("CBR", "KGS/RUB", "0.79"),
        rate("CBR", "KGS/RUB", "0.80", "2099-01-06"),
        rate("NBKR", "RUB/KGS", "1.2"),
    )
    assert [each.text.split(":")[0] for each in found] == ["CBR 2099-01-06"]
