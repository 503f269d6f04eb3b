"""Leaves found in a canonical text without taking it apart."""

import pytest

from comity.messages.catalogue import FIELD, VALUE
from comity.messages.excerpts import (
    first_leaf_text,
    leaf_mark,
    leaf_text,
    message_id_of,
    opening_leaves,
)

DEBTOR = leaf_mark("Dbtr", "Nm")
CREDITOR = leaf_mark("Cdtr", "Nm")


def canonical(*leaves: tuple[str, str]) -> str:
    return "".join(f"{FIELD}{code}{VALUE}{text}" for code, text in leaves)


@pytest.mark.parametrize(
    "leaves",
    [
        [("Dn", "A"), ("Cn", "B")],
        [("pe", "Dn"), ("Dn", "A"), ("xDn", "C"), ("Cn", "B"), ("ru", "Cn")],
    ],
    ids=["alone", "among texts and codes that look like it"],
)
def test_a_leaf_is_found_wherever_it_stands(leaves: list[tuple[str, str]]) -> None:
    text = canonical(*leaves)

    assert leaf_text(text, DEBTOR) == "A"
    assert leaf_text(text, CREDITOR) == "B"


def test_an_absent_leaf_is_empty() -> None:
    assert leaf_text("", DEBTOR) == ""
    assert leaf_text(canonical(("Cn", "B")), DEBTOR) == ""


def test_of_several_leaves_the_first_mark_that_is_there_counts() -> None:
    text = canonical(("Cn", "B"), ("Dn", "A"))

    assert first_leaf_text(text, (DEBTOR, CREDITOR)) == "A"
    assert first_leaf_text(canonical(("Cn", "B")), (DEBTOR, CREDITOR)) == "B"
    assert first_leaf_text("", (DEBTOR, CREDITOR)) == ""


def test_opening_leaves_are_taken_together_those_absent_as_nothing() -> None:
    pattern = opening_leaves(("PmtId", "InstrId"), ("PmtId", "EndToEndId"), ("PmtId", "TxId"))

    for text, expected in (
        (canonical(("pi", "I"), ("pe", "E"), ("pt", "T"), ("am", "1")), ("I", "E", "T")),
        (canonical(("pe", "E"), ("Dn", "pt")), ("", "E", "")),
        ("", ("", "", "")),
    ):
        match = pattern.match(text)
        assert match is not None
        assert match.groups("") == expected


def test_the_identifier_of_a_message_is_its_second_field() -> None:
    assert message_id_of("a.xml\x1fMSG-1\x1fBIZ-1\x1f\x1f\x1f") == "MSG-1"
    assert message_id_of("a.xml\x1f\x1f\x1f\x1f\x1fbroken") == ""
