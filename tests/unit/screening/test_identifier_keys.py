"""The normal form of identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.screening import normalise_identifier


@given(st.text(alphabet=st.one_of(st.sampled_from(list("nNoO№°º .-019")), st.characters())))
def test_normalising_an_identifier_twice_changes_nothing(text: str) -> None:
    once = normalise_identifier(text)
    assert normalise_identifier(once) == once
    assert once == "" or (once.isascii() and once.isalnum())


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ac 123-45.67", "AC1234567"),
        ("АС 1234567", "AC1234567"),  # the series typed in Cyrillic
        ("№ 34409/129", "34409129"),
        ("No34409/129", "34409129"),
        ("N°235", "235"),
        ("１２３４５", "12345"),  # full-width digits
        ("NOSCRU33", "NOSCRU33"),
    ],
)
def test_one_number_has_one_key_however_it_is_typed(written: str, key: str) -> None:
    assert normalise_identifier(written) == key
