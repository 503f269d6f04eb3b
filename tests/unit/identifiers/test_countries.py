"""Country codes: two capital Latin letters."""

import pytest

from comity.identifiers import is_country


@pytest.mark.parametrize("text", ["KG", "RU", "XX"])
def test_two_capital_letters_have_the_form_of_a_country(text: str) -> None:
    assert is_country(text)


@pytest.mark.parametrize("text", ["", "K", "KGZ", "kg", "K1", "КГ", "KG\n", " KG"])
def test_other_texts_are_not_countries(text: str) -> None:
    assert not is_country(text)
