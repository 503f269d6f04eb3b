"""The series of all payments between countries."""

from datetime import date
from fractions import Fraction

import pytest
from tests.unit.statements.day_builder import DAY, build_scheme

from comity.errors import InputFaultsError
from comity.statistics.series import (
    SERIES_COLUMNS,
    SeriesLine,
    all_payments_around,
    read_series,
)

HEADER = ",".join(SERIES_COLUMNS)
CALENDARS = build_scheme().calendars


def read(*lines: str) -> tuple[SeriesLine, ...]:
    return read_series("\n".join([HEADER, *lines, ""]), name="series/all_payments.csv")


def test_a_line_is_read_in_minor_units_with_its_source() -> None:
    (line,) = read("2026-04-01,2026-04-30,KG,RU,USD,1234.5,NBKR,bank reporting")

    assert line == SeriesLine(
        date(2026, 4, 1), date(2026, 4, 30), "KG", "RU", "USD", 123450, "NBKR", "bank reporting"
    )


def test_a_byte_order_mark_and_empty_lines_change_nothing() -> None:
    text = f"\ufeff{HEADER}\r\n\r\n2026-04-27,2026-04-27,KG,RU,USD,1,NBKR,reports\r\n"

    assert len(read_series(text, name="x.csv")) == 1


def test_every_fault_of_the_file_is_named_with_its_line() -> None:
    with pytest.raises(InputFaultsError) as caught:
        read(
            "2026-04-31,2026-04-30,KG,RU,USD,1,NBKR,reports",
            "2026-04-01,2026-04-30,kg,RU,XXX,1,NBKR,reports",
            "2026-04-01,2026-03-30,KG,RU,USD,1.005,,reports",
            "2026-04-01,2026-04-30,KG",
        )

    assert [(fault.line, fault.field) for fault in caught.value.faults] == [
        (2, "period_start"),
        (3, "debtor_country"),
        (3, "currency"),
        (4, "amount"),
        (4, "publisher"),
        (4, "period_end"),
        (5, "line"),
    ]


@pytest.mark.parametrize("amount", ["-1", "1e5", "", "١٢", "1,000"])
def test_an_amount_that_is_no_plain_number_is_refused(amount: str) -> None:
    with pytest.raises(InputFaultsError, match="amount"):
        read(f'2026-04-01,2026-04-30,KG,RU,USD,"{amount}",NBKR,reports')


def test_another_header_is_refused_with_the_one_expected() -> None:
    with pytest.raises(InputFaultsError, match="period_start,period_end"):
        read_series("a,b,c\n", name="x.csv")
    with pytest.raises(InputFaultsError, match="found nothing"):
        read_series("", name="x.csv")


def test_a_period_is_divided_by_its_joint_business_days() -> None:
    lines = read(
        "2026-04-20,2026-05-03,KG,RU,RUB,1000.00,NBKR,reports",
        "2026-04-20,2026-05-03,RU,KG,RUB,500.00,NBKR,reports",
        "2026-04-20,2026-05-03,RU,KZ,RUB,999.00,NBKR,reports",
        "2026-05-04,2026-05-10,RU,KG,RUB,777.00,NBKR,reports",
    )

    (found,) = all_payments_around(lines, day=DAY, countries=["KG", "RU"], calendars=CALENDARS)

    assert found.business_days == 10
    assert found.day_amounts() == {"RUB": Fraction(150000, 10)}


def test_two_publishers_are_never_added_and_the_shortest_period_comes_first() -> None:
    lines = read(
        "2026-04-01,2026-04-30,KG,RU,RUB,5.00,CBR,reports",
        "2026-04-27,2026-04-27,KG,RU,RUB,1.00,NBKR,reports",
        "2026-04-27,2026-04-27,KG,RU,RUB,2.00,CBR,reports",
    )

    found = all_payments_around(lines, day=DAY, countries=["KG", "RU"], calendars=CALENDARS)

    assert [(one.publisher, one.amounts) for one in found] == [
        ("CBR", (("RUB", 200),)),
        ("NBKR", (("RUB", 100),)),
        ("CBR", (("RUB", 500),)),
    ]


def test_a_period_outside_the_calendars_is_left_out() -> None:
    lines = read("2025-01-01,2026-12-31,KG,RU,RUB,5.00,CBR,reports")

    assert all_payments_around(lines, day=DAY, countries=["KG", "RU"], calendars=CALENDARS) == ()
