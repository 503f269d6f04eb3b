"""References and parties taken from a canonical text."""

import pytest

from comity.messages.catalogue import FIELD, VALUE
from comity.statements.references import References, references_of


def canonical(**leaves: str) -> str:
    return "".join(f"{FIELD}{code.strip('_')}{VALUE}{text}" for code, text in leaves.items())


def test_what_is_there_is_found_wherever_it_stands() -> None:
    text = canonical(pe="E2E", pt="TX", pu="UETR", am="1", Dn="ОсОО «Ала-Тоо»", Cn="ООО Нева")

    assert references_of(text) == References("UETR", "E2E", "TX", "ОсОО «Ала-Тоо»", "ООО Нева")


def test_what_is_absent_is_empty() -> None:
    assert references_of("") == References("", "", "", "", "")


@pytest.mark.parametrize(
    ("leaves", "debtor"),
    [
        ({"Dn": "Customer", "_2n": "Bank", "_2B": "BANKKG20"}, "Customer"),
        ({"_2B": "BANKKG20", "_2n": "Bank"}, "Bank"),
        ({"_2B": "BANKKG20"}, "BANKKG20"),
    ],
)
def test_a_bank_that_pays_for_itself_is_named_by_name_or_bic(
    leaves: dict[str, str], debtor: str
) -> None:
    assert references_of(canonical(**leaves)).debtor == debtor
