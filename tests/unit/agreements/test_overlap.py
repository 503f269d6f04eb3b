"""Two agreement versions that would judge the same payment."""

from dataclasses import replace
from datetime import date

from comity.agreements import Agreement, find_overlaps
from comity.payments.purposes import PurposeGroup


def test_the_agreements_of_a_sound_scheme_do_not_overlap(agreements: dict[str, Agreement]) -> None:
    assert find_overlaps(list(agreements.values())) == ()


def test_an_overlap_names_everything_both_cover(agreements: dict[str, Agreement]) -> None:
    goods = agreements["goods"]
    other = replace(
        goods,
        id="aid",
        purposes=(PurposeGroup.EDUCATION,),
        codes=("GDDS", "TREA"),
        currencies=("RUB",),
        valid_from=date(2026, 6, 1),
        valid_until=None,
    )
    (overlap,) = find_overlaps([goods, other])
    assert (overlap.first.key, overlap.second.key) == ("aid@1", "goods@1")
    assert overlap.countries == ("KG", "RU")
    assert overlap.currencies == ("RUB",)
    assert overlap.purposes == ("GDDS",)
    assert (overlap.from_day, overlap.until_day) == (date(2026, 6, 1), date(2026, 12, 31))
    assert str(overlap) == (
        "aid@1 and goods@1 both cover payments in one currency between KG-RU in RUB for GDDS"
        " from 2026-06-01 until 2026-12-31"
    )


def test_a_version_may_follow_the_day_after_the_one_before_it(
    agreements: dict[str, Agreement],
) -> None:
    first = replace(agreements["goods"], valid_until=date(2026, 5, 31))
    second = replace(agreements["goods"], version=2, valid_from=date(2026, 6, 1))
    assert find_overlaps([first, second]) == ()
    same_day = replace(second, valid_from=date(2026, 5, 31))
    (overlap,) = find_overlaps([first, same_day])
    assert overlap.from_day == overlap.until_day == date(2026, 5, 31)


def test_one_country_in_common_is_no_overlap(agreements: dict[str, Agreement]) -> None:
    other = replace(agreements["goods"], id="other", parties=("KG", "KZ"))
    assert find_overlaps([agreements["goods"], other]) == ()
    wide = replace(other, parties=("KG", "KZ", "RU"))
    assert len(find_overlaps([agreements["goods"], wide])) == 1


def test_payments_in_one_and_in_two_currencies_are_judged_apart(
    agreements: dict[str, Agreement],
) -> None:
    education = agreements["education"]
    one_currency = replace(agreements["goods"], purposes=education.purposes)
    assert find_overlaps([education, one_currency]) == ()
    (overlap,) = find_overlaps([education, replace(education, id="other")])
    assert overlap.has_two_currencies
    assert "payments in two currencies" in str(overlap)


def test_two_currencies_overlap_only_where_both_are_shared(
    agreements: dict[str, Agreement],
) -> None:
    education = agreements["education"]
    other = replace(education, id="other", currencies=("KZT", "RUB"))
    assert find_overlaps([education, other]) == ()
