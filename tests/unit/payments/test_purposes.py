"""The purpose codes of ISO 20022 and their groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.payments import purposes
from comity.payments.purposes import (
    FAMILY_REMITTANCE_CODE,
    PURPOSE_CODES,
    PURPOSE_GROUP_ORDER,
    PURPOSE_GROUPS,
    PURPOSE_MISSING,
    PURPOSE_NUMBERS,
    TUITION_CODE,
    PurposeGroup,
    PurposeSyntaxError,
    is_purpose,
    pack_purpose,
    purpose_group,
    purposes_of,
    unpack_purpose,
)

CODE = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=4, max_size=4)


def test_the_set_is_sorted_and_without_doubles() -> None:
    assert list(PURPOSE_CODES) == sorted(set(PURPOSE_CODES))
    assert len(PURPOSE_CODES) == 329


@pytest.mark.parametrize("code", ["REMT", "FAMI", "IMEX", "", "gdds", "GDD"])
def test_a_code_outside_the_set_is_not_a_purpose(code: str) -> None:
    assert not is_purpose(code)
    assert purpose_group(code) is None


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("GDDS", PurposeGroup.GOODS),
        ("SCVE", PurposeGroup.SERVICES),
        (TUITION_CODE, PurposeGroup.EDUCATION),
        (FAMILY_REMITTANCE_CODE, PurposeGroup.REMITTANCES),
        ("DIVD", PurposeGroup.INVESTMENT),
        ("TAXS", PurposeGroup.GOVERNMENT),
        ("OTHR", None),
        ("EQPT", None),
        ("FREX", None),
    ],
)
def test_a_code_stands_in_the_group_its_definition_names(
    code: str, group: PurposeGroup | None
) -> None:
    assert is_purpose(code)
    assert purpose_group(code) is group


def test_the_groups_share_no_code_and_hold_only_codes_of_the_set() -> None:
    members = [code for group in PurposeGroup for code in purposes_of([group])]
    assert len(members) == len(set(members))
    assert set(members) == {code for code in PURPOSE_CODES if purpose_group(code) is not None}
    assert all(purposes_of([group]) for group in PurposeGroup)
    assert purposes_of([]) == ()


def test_every_code_written_into_a_group_is_in_the_set() -> None:
    assert {code for code in purposes._GROUP_OF if not is_purpose(code)} == set()
    written = sum(len(codes.split()) for codes in purposes._GROUP_CODES.values())
    assert written == len(purposes._GROUP_OF), "a code is written into two groups"


def test_packed_codes_are_their_ascii_bytes_big_endian() -> None:
    assert pack_purpose("GDDS") == 0x47444453
    assert unpack_purpose(0x47444453) == "GDDS"
    assert unpack_purpose(PURPOSE_MISSING) == ""


@given(CODE, CODE)
def test_packing_keeps_code_and_order(first: str, second: str) -> None:
    assert unpack_purpose(pack_purpose(first)) == first
    assert (pack_purpose(first) < pack_purpose(second)) == (first < second)
    assert pack_purpose(first) <= np.iinfo(np.int32).max


@pytest.mark.parametrize("text", ["", "GDD", "GDDSX", "gdds", "ГОДС", "GD S", "GDDS\n"])
def test_a_text_that_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(PurposeSyntaxError, match="expected four capital letters"):
        pack_purpose(text)


@pytest.mark.parametrize("number", [-1, 1, 0x67646473, 0x7FFFFFFF, 1 << 31, 1 << 40])
def test_a_number_that_is_no_packed_code_is_refused(number: int) -> None:
    with pytest.raises(PurposeSyntaxError):
        unpack_purpose(number)


def test_the_columns_are_aligned_sorted_and_read_only() -> None:
    assert PURPOSE_NUMBERS.dtype == np.int32
    assert PURPOSE_GROUPS.dtype == np.int8
    assert np.all(np.diff(PURPOSE_NUMBERS) > 0)
    for number, group in zip(PURPOSE_NUMBERS.tolist(), PURPOSE_GROUPS.tolist(), strict=True):
        expected = None if group < 0 else PURPOSE_GROUP_ORDER[group]
        assert purpose_group(unpack_purpose(number)) is expected
    with pytest.raises(ValueError, match="read-only"):
        PURPOSE_NUMBERS[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        PURPOSE_GROUPS[0] = 0
