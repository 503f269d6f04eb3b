"""What a version changes, in words; every field of an agreement is looked at."""

from dataclasses import fields, replace
from datetime import date, time

import pytest
from tests.unit.arrangement.small_folder import SMALL

from comity.agreements import (
    Agreement,
    AmountLimits,
    CycleTerms,
    LiquiditySaving,
    PaymentVersusPayment,
    SettlementMode,
)
from comity.agreements.amendments import ChangeKind, find_amendments
from comity.agreements.surplus_terms import SurplusLimit, SurplusTerms
from comity.arrangement import load_scheme
from comity.payments.purposes import PurposeGroup

VERSIONS = {one.id: one for one in load_scheme(SMALL).agreements}
GOODS = VERSIONS["goods"]


def words(before: Agreement, after: Agreement) -> list[str]:
    return [each.words for each in find_amendments(before, after)]


def test_a_version_changes_nothing_but_its_number() -> None:
    assert find_amendments(GOODS, replace(GOODS, version=2)) == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"valid_until": date(2027, 12, 31)},
            [f"Last day in force: 2027-12-31, was {GOODS.valid_until}"],
        ),
        ({"valid_until": None}, [f"Last day in force: {GOODS.valid_until} is dropped"]),
        (
            {"purposes": (PurposeGroup.GOODS, PurposeGroup.EDUCATION)},
            ["Purposes: education is added"],
        ),
        (
            {"purposes": (), "codes": ("LOAN",)},
            ["Purposes: goods is dropped", "Single purpose codes: LOAN is added"],
        ),
        (
            {"limits": (AmountLimits("RUB", 200_000_000, 300_000_000),)},
            ["Ceiling, RUB, one payment: 2000000.00 RUB, was 1000000.00 RUB"],
        ),
        (
            {"limits": ()},
            [
                "Ceiling, RUB, one payment: 1000000.00 RUB is dropped",
                "Ceiling, RUB, one day: 3000000.00 RUB is dropped",
            ],
        ),
        (
            {"settlement": replace(GOODS.settlement, mode=SettlementMode.BOTH)},
            ["Settlement, mode: both, was gross"],
        ),
        (
            {"cut_offs": replace(GOODS.cut_offs, customer=time(15, 30))},
            [f"Cut-off, customer: 15:30, was {GOODS.cut_offs.customer:%H:%M}"],
        ),
        (
            {"cycles": (CycleTerms(time(11), time(11, 30)),)},
            [
                "Netting cycle, 1, cut off: 11:00 is added",
                "Netting cycle, 1, settles: 11:30 is added",
            ],
        ),
        ({"domestic": True}, ["Payments within a party: yes, was no"]),
        (
            {"payment_versus_payment": PaymentVersusPayment(20, None)},
            ["Payment versus payment, match within: 20 is added"],
        ),
    ],
)
def test_each_term_is_told_as_people_say_it(changes: dict[str, object], said: list[str]) -> None:
    assert words(GOODS, replace(GOODS, **changes)) == said  # type: ignore[arg-type]


def test_a_credit_line_is_in_the_clearing_unit_and_a_surplus_in_its_currency() -> None:
    one = next(each for each in VERSIONS.values() if each.central_bank_settlement is not None)
    assert one.central_bank_settlement is not None
    unit = one.central_bank_settlement.clearing_unit
    line = replace(one, settlement=replace(one.settlement, credit_line_minor=5_00))
    assert words(
        replace(one, settlement=replace(line.settlement, credit_line_minor=4_00)), line
    ) == [f"Settlement, credit line: 5.00 {unit}, was 4.00 {unit}"]
    held = replace(one, surplus=SurplusTerms(True, (SurplusLimit("RUB", 7_00),)))
    assert words(one, held) == [
        "Surplus, spent first: yes is added",
        "Surplus, limits, RUB, most: 7.00 RUB is added",
    ]


def test_saving_that_is_dropped_is_told_term_by_term() -> None:
    saving = replace(GOODS, liquidity_saving=LiquiditySaving(3, 30))
    found = find_amendments(saving, replace(saving, liquidity_saving=None))
    assert {each.kind for each in found} == {ChangeKind.REMOVED}
    assert [each.path for each in found][:2] == [
        "liquidity_saving.bilateral_depth",
        "liquidity_saving.multilateral_every",
    ]


def test_no_field_of_an_agreement_is_overlooked() -> None:
    """Of two agreements as unlike as there are, each field that differs has an amendment."""
    for one in VERSIONS.values():
        for other in VERSIONS.values():
            told = {each.path.partition(".")[0] for each in find_amendments(one, other)}
            differ = {
                each.name
                for each in fields(Agreement)
                if getattr(one, each.name) != getattr(other, each.name)
            }
            assert told == differ - {"id", "version"}
