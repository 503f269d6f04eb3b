"""Every reason can be told outward."""

from comity.payments.reasons import REASONS, Reason

CODE_WORDS = {"DNOR", "CNOR", "AGNT", "CURR", "NOOR", "ARDT"}
"""ISO codes that are words; the last two are reasons of camt.029 alone."""
SILENT = {Reason.NONE, Reason.SCREENING_HIT, Reason.FROZEN_BY_LIST}


def test_every_reason_has_its_text() -> None:
    assert set(REASONS) == set(Reason)
    assert all(REASONS[reason].text for reason in set(Reason) - {Reason.NONE})


def test_every_reason_but_a_hit_has_a_code_of_four_signs() -> None:
    for reason in set(Reason) - SILENT:
        assert len(REASONS[reason].code) == 4, reason
    assert {REASONS[reason].code for reason in SILENT} == {""}


def test_iso_codes_are_two_letters_and_two_digits() -> None:
    for reason in set(Reason) - SILENT:
        text = REASONS[reason]
        is_iso = text.code[:2].isalpha() and text.code[2:].isdigit()
        assert is_iso or text.proprietary or text.code in CODE_WORDS, reason


def test_numbers_fit_their_column() -> None:
    assert max(Reason) < 2**15
