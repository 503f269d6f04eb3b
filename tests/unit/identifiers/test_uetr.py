"""References that travel with a payment from end to end, as text and as two halves."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.identifiers import UETR_PATTERN, format_uetr, is_uetr, split_uetr

LOWEST = "00000000-0000-4000-8000-000000000000"
HIGHEST = "ffffffff-ffff-4fff-bfff-ffffffffffff"


@pytest.mark.parametrize("text", [LOWEST, HIGHEST, "7a562c67-ca16-48ba-b074-65581be6f011"])
def test_a_lower_case_uuid_of_version_four_is_a_uetr(text: str) -> None:
    assert is_uetr(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        HIGHEST.upper(),
        HIGHEST.replace("-4", "-1"),  # version 1
        HIGHEST.replace("-b", "-c"),  # another variant
        HIGHEST.replace("-", ""),
        HIGHEST[:-1],
        f"{HIGHEST}0",
        f"{HIGHEST}\n",
        f"{{{HIGHEST}}}",
        HIGHEST.replace("f", "g"),
    ],
)
def test_another_spelling_or_version_is_not_a_uetr(text: str) -> None:
    assert not is_uetr(text)


@given(st.from_regex(UETR_PATTERN, fullmatch=True))
def test_the_halves_give_the_text_back(text: str) -> None:
    assert format_uetr(*split_uetr(text)) == text


@given(st.uuids(version=4))
def test_the_halves_are_those_of_the_uuid(value: uuid.UUID) -> None:
    assert is_uetr(str(value))
    high, low = split_uetr(str(value))
    assert (high << 64) + low == value.int
    assert 0 <= high < 2**64
    assert 0 <= low < 2**64


def test_leading_zeros_are_kept() -> None:
    assert split_uetr(LOWEST) == (0x4000, 0x8000_0000_0000_0000)
    assert format_uetr(*split_uetr(LOWEST)) == LOWEST
