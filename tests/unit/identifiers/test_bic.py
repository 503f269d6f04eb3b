"""Business identifier codes: what has their form, and which two name one institution."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.identifiers import BIC_PATTERN, is_bic, normalise_bic


@pytest.mark.parametrize("text", ["CBKGKG20", "ABCDRU2AXXX", "ABCDRU2A123", "1234KG00"])
def test_eight_or_eleven_characters_have_the_form_of_a_bic(text: str) -> None:
    assert is_bic(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ABCDRU2",
        "ABCDRU2AX",
        "ABCDRU2AXX",
        "ABCDRU2AXXXX",
        "abcdru2a",
        "ABCD112A",
        "ABCDRU2А",  # the last letter is Cyrillic
        "ABCDRU2٣",  # the last digit is Arabic-Indic
        "ABCDRU2A\n",
        " ABCDRU2A",
    ],
)
def test_anything_else_is_not_a_bic(text: str) -> None:
    assert not is_bic(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ABCDRU2AXXX", "ABCDRU2A"),
        ("ABCDRU2A", "ABCDRU2A"),
        ("ABCDRU2A001", "ABCDRU2A001"),
        ("ABCDRXXX", "ABCDRXXX"),  # eight characters have no branch to take off
    ],
)
def test_the_head_office_has_one_spelling(text: str, expected: str) -> None:
    assert normalise_bic(text) == expected


@given(st.from_regex(BIC_PATTERN, fullmatch=True))
def test_a_normalised_bic_is_a_bic_and_stays_as_it_is(text: str) -> None:
    once = normalise_bic(text)
    assert is_bic(once)
    assert normalise_bic(once) == once
    assert text.startswith(once)
