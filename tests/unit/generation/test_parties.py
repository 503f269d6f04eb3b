"""Invented parties: enough of them, all different, in two scripts, with numbers nobody has."""

import re

import pytest
from lxml import etree

from comity.generation.parties import pools
from comity.generation.profile import COMPANIES, COUNTRIES


@pytest.mark.parametrize("country", COUNTRIES)
def test_there_are_as_many_different_companies_as_the_profile_says(country: str) -> None:
    companies = pools(country).companies
    names = {re.findall("<Nm>(.*?)</Nm>", each)[0] for each in companies}
    assert len(companies) == len(names) == COMPANIES[country]


@pytest.mark.parametrize("country", COUNTRIES)
def test_taxpayers_numbers_are_all_different_and_begin_with_a_region_that_does_not_exist(
    country: str,
) -> None:
    pool = pools(country)
    numbers = re.findall("<Othr><Id>([0-9]+)</Id>", "".join(pool.companies + pool.schools))
    assert len(set(numbers)) == len(numbers) == len(pool.companies) + len(pool.schools)
    assert all(number.startswith("00") for number in numbers)


def test_russian_taxpayers_numbers_have_the_right_check_digit() -> None:
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    for number in re.findall("<Othr><Id>([0-9]{10})</Id>", "".join(pools("RU").companies)):
        digits = [int(digit) for digit in number]
        total = sum(digit * weight for digit, weight in zip(digits[:9], weights, strict=True))
        assert digits[9] == total % 11 % 10


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_piece_is_well_formed(country: str) -> None:
    pool = pools(country)
    for piece in (*pool.companies, *pool.schools, *pool.towns):
        etree.fromstring(f"<all>{piece}</all>")


@pytest.mark.parametrize("country", COUNTRIES)
def test_people_have_names_in_both_scripts(country: str) -> None:
    people = pools(country).people
    latin = [name for name in people if name.isascii()]
    assert 0.3 < len(latin) / len(people) < 0.5
