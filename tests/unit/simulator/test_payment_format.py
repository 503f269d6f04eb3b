"""Which column is which: found, said by the caller, or refused with what to say."""

from datetime import date
from typing import Any

import pytest

from comity.errors import InputFaultsError, UsageError
from comity.simulator.payment_faults import PaymentFaults
from comity.simulator.payment_format import COLUMNS, PaymentFormat, choose_columns

HEADER = ["time", "debtor", "creditor", "currency", "amount"]


def choose(header: list[str], **form: Any) -> dict[str, int]:
    faults = PaymentFaults("p.csv")
    chosen = choose_columns(header, PaymentFormat(**form), faults, 1)
    faults.raise_if_any()
    return chosen


def faults_of(header: list[str], **form: Any) -> list[str]:
    with pytest.raises(InputFaultsError) as refused:
        choose(header, **form)
    return [str(fault) for fault in refused.value.faults]


def test_columns_may_come_in_any_order() -> None:
    assert choose([*HEADER[::-1], "till"]) == {
        **{name: place for place, name in enumerate(HEADER[::-1])},
        "till": 5,
    }


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("debtor", "payer_bank"),
        ("debtor", "Debtor"),
        ("debtor", "debtor_bic"),
        ("debtor", "from"),
        ("creditor", "to"),
        ("amount", "Value"),
        ("time", "timestamp"),
    ],
)
def test_a_missing_column_is_told_with_the_likely_one(name: str, likely: str) -> None:
    header = [likely if each == name else each for each in HEADER]
    others = [each for each in header if each not in COLUMNS]
    assert faults_of(header, skipped=["*"]) == [
        f"p.csv:1: {name}: found the columns {','.join(header)}, expected a column {name!r};"
        f" if it has another name, say so: --column {name}={likely}"
    ]
    assert len(faults_of(header)) == 1 + len(others)
    assert choose(header, columns={name: likely}) == {
        each: place for place, each in enumerate(HEADER)
    }


def test_every_missing_column_is_told() -> None:
    found = faults_of(["from", "to", "value"])
    assert [fault.split(", expected ")[1] for fault in found] == [
        "a column 'time'; if it has another name, say so: --column time=ITS NAME",
        "a column 'debtor'; if it has another name, say so: --column debtor=from",
        "a column 'creditor'; if it has another name, say so: --column creditor=to",
        "a column 'currency'; if it has another name, say so: --column currency=ITS NAME,"
        " or name one currency for all: --currency EUR",
        "a column 'amount'; if it has another name, say so: --column amount=value",
        *[
            f"no other columns than {', '.join(COLUMNS)}; say which it is"
            f" (--column OURS={name}), or skip it (--skip {name})"
            for name in ("to", "value")
        ],
    ]


def test_a_file_parted_by_other_signs_is_told_what_is_expected() -> None:
    (first, *_) = faults_of([";".join(HEADER)])
    assert "expected a column 'time', with commas between columns" in first


def test_a_column_that_the_caller_names_must_be_there() -> None:
    assert faults_of(HEADER, columns={"priority": "prio"}) == [
        "p.csv:1: priority: found the columns time,debtor,creditor,currency,amount,"
        " expected a column 'prio'"
    ]


def test_another_column_is_refused_unless_it_is_skipped() -> None:
    assert faults_of([*HEADER, "until"]) == [
        f"p.csv:1: found column 'until', expected no other columns than {', '.join(COLUMNS)};"
        " say which it is (--column OURS=until), or skip it (--skip until)"
    ]
    assert "till" not in choose([*HEADER, "until", "till"], skipped=["until", "till"])
    assert "till" in choose([*HEADER, "until", "till"], skipped=["*"])


def test_a_column_that_stands_twice_is_refused() -> None:
    assert faults_of([*HEADER, "debtor"]) == [
        "p.csv:1: debtor: found column 'debtor' again, expected each column once"
    ]
    assert choose([*HEADER, "note", "note"], skipped=["note"])


def test_an_amount_is_stated_once() -> None:
    assert faults_of([*HEADER, "amount_minor"]) == [
        "p.csv:1: amount: found the columns 'amount' and 'amount_minor',"
        " expected one of the two; skip the other"
    ]
    assert "amount" not in choose([*HEADER, "amount_minor"], skipped=["amount"])


def test_a_currency_is_stated_once() -> None:
    assert faults_of(HEADER, currency="EUR") == [
        "p.csv:1: currency: found column 'currency' beside the option currency=EUR,"
        " expected one of the two: take the option out, or skip the column"
    ]
    assert "currency" not in choose(HEADER, currency="EUR", skipped=["currency"])


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (
            {"columns": {"payer": "debtor"}},
            f"columns: found 'payer', expected one of {', '.join(COLUMNS)}",
        ),
        (
            {"columns": {"debtor": "bank", "creditor": "bank"}},
            "columns: found 'bank' for two columns, expected it once",
        ),
        ({"currency": "eur"}, "currency: found 'eur', expected an active code of ISO 4217"),
        (
            {"default_date": date(1969, 12, 31)},
            "default_date: found 1969-12-31, expected 1970-01-01 to 2199-12-31",
        ),
    ],
)
def test_options_that_cannot_be_are_refused(form: dict[str, Any], expected: str) -> None:
    with pytest.raises(UsageError) as refused:
        PaymentFormat(**form)
    assert str(refused.value) == expected
