"""`[surplus]`: read, or named where wrong."""

from pathlib import Path

import pytest
from tests.unit.arrangement.small_folder import append, edit, faults_of

from comity.agreements.surplus_terms import SurplusLimit, SurplusTerms
from comity.arrangement import load_scheme

EDUCATION = "agreements/education.toml"
LIMITS = """
[surplus]
spent_first = true

[[surplus.limits]]
currency = "RUB"
most = "1000.00"

[[surplus.limits]]
currency = "KGS"
most = "0"
"""


@pytest.fixture
def debtors_pay_at_home(small: Path) -> Path:
    edit(small, EDUCATION, 'pays_in = "creditor_currency"', 'pays_in = "debtor_currency"')
    return small


def test_the_table_is_read(debtors_pay_at_home: Path) -> None:
    append(debtors_pay_at_home, EDUCATION, LIMITS)
    found = {each.id: each.surplus for each in load_scheme(debtors_pay_at_home).agreements}
    assert found.pop("education") == SurplusTerms(
        spent_first=True, limits=(SurplusLimit("KGS", 0), SurplusLimit("RUB", 1000_00))
    )
    assert set(found.values()) == {None}


@pytest.mark.parametrize(
    ("table", "field", "found"),
    [
        ("[surplus]\n", "surplus.spent_first", "nothing"),
        ("[surplus]\nspent_first = 1\n", "surplus.spent_first", "1"),
        ("[surplus]\nspent_first = false\n", "surplus.spent_first", "false without a limit"),
        ("[surplus]\nspent_first = true\nmost = 1\n", "surplus.most", "an unknown field"),
        (LIMITS.replace("RUB", "USD"), "surplus.limits[1].currency", "USD"),
        (LIMITS.replace("RUB", "KGS"), "surplus.limits[2].currency", "KGS again"),
        (LIMITS.replace('"1000.00"', '"1000.001"'), "surplus.limits[1].most", "'1000.001'"),
    ],
)
def test_a_wrong_field_is_named(
    debtors_pay_at_home: Path, table: str, field: str, found: str
) -> None:
    append(debtors_pay_at_home, EDUCATION, f"\n{table}")
    (fault,) = faults_of(debtors_pay_at_home)
    assert (fault.file, fault.field, fault.found) == (EDUCATION, field, found)
    assert fault.line > 0


def test_there_is_a_surplus_only_where_debtors_pay_in_their_own_currency(small: Path) -> None:
    append(small, EDUCATION, "\n[surplus]\nspent_first = true\n")
    (fault,) = faults_of(small)
    assert (fault.field, fault.found) == ("surplus", "this table")
    assert "pays_in = debtor_currency" in fault.expected
