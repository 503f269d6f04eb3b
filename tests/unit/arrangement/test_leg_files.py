"""`[payment_versus_payment]`: read, or named where wrong."""

from datetime import time
from pathlib import Path

import pytest
from tests.unit.arrangement.small_folder import append, edit, faults_of

from comity.agreements import PaymentVersusPayment
from comity.arrangement import load_scheme

GOODS = "agreements/goods.toml"
REMITTANCES, SERVICES = "agreements/remittances.toml", "agreements/services.toml"
TABLE = "\n[payment_versus_payment]\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", PaymentVersusPayment(None, None)),
        ("match_within = 30\n", PaymentVersusPayment(30, None)),
        ('match_within = 1440\nexpires_at = "15:30"\n', PaymentVersusPayment(1440, time(15, 30))),
    ],
)
def test_the_table_is_read_and_may_be_empty(
    small: Path, lines: str, expected: PaymentVersusPayment
) -> None:
    append(small, GOODS, TABLE + lines)
    found = {each.id: each.payment_versus_payment for each in load_scheme(small).agreements}
    assert found.pop("goods") == expected
    assert set(found.values()) == {None}


@pytest.mark.parametrize(
    ("lines", "field", "found"),
    [
        ("match_within = 0\n", "match_within", "0"),
        ("match_within = 1441\n", "match_within", "1441"),
        ('expires_at = "25:00"\n', "expires_at", "'25:00'"),
        ('expires_at = "23:59"\n', "expires_at", "23:59 Asia/Bishkek"),
        ("expires = 1\n", "expires", "an unknown field"),
    ],
)
def test_a_wrong_field_is_named(small: Path, lines: str, field: str, found: str) -> None:
    append(small, GOODS, TABLE + lines)
    (fault,) = faults_of(small)
    assert (fault.file, fault.field) == (GOODS, f"payment_versus_payment.{field}")
    assert fault.found == found
    assert fault.line > 0


def test_it_is_between_banks_only(small: Path) -> None:
    append(small, "agreements/education.toml", TABLE)
    (fault,) = faults_of(small)
    assert (fault.field, fault.found) == (
        "payment_versus_payment",
        "this table with tier = central_bank",
    )


def test_it_needs_two_currencies(small: Path) -> None:
    edit(small, GOODS, 'currencies = ["KGS", "RUB"]', 'currencies = ["KGS"]')
    append(small, GOODS, TABLE)
    assert ("currencies", "KGS") in [(each.field, each.found) for each in faults_of(small)]


def test_bilateral_netting_would_part_the_legs(small: Path) -> None:
    for name in (REMITTANCES, SERVICES):
        edit(small, name, 'netting_pool = "main"', 'netting_pool = "main"\nnetting = "bilateral"')
    append(small, SERVICES, TABLE)
    (fault,) = faults_of(small)
    assert (fault.file, fault.field) == (SERVICES, "payment_versus_payment")
    assert fault.found == "this table with netting = bilateral"


def test_what_waits_for_a_cycle_has_no_time_of_expiry(small: Path) -> None:
    append(small, SERVICES, f'{TABLE}expires_at = "15:00"\n')
    (fault,) = faults_of(small)
    assert (fault.field, fault.found) == (
        "payment_versus_payment.expires_at",
        "15:00 with mode = cycle",
    )


def test_net_debit_caps_would_part_the_legs(small: Path) -> None:
    (small / "limits.csv").write_text(
        "kind,participant,currency,counterparty,amount,pool\n"
        "net_debit_cap,TOOBKG20,KGS,,100.00,main\n",
        encoding="utf-8",
    )
    append(small, SERVICES, TABLE)
    (fault,) = faults_of(small)
    assert (fault.file, fault.field) == (SERVICES, "payment_versus_payment")
    assert "net debit caps" in fault.found
