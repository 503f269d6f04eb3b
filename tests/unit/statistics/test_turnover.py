"""Turnover by corridor, currency and purpose."""

from dataclasses import replace

import numpy as np
from tests.unit.statements.day_builder import build_day

from comity.payments.lifecycle import State
from comity.payments.purposes import pack_purpose
from comity.statistics.day import GROUP_NAMES, group_numbers
from comity.statistics.positions import positions
from comity.statistics.turnover import turnover


def test_the_lines_sum_to_what_settled_in_each_currency() -> None:
    book = build_day()
    lines = turnover(book)

    for one in positions(book):
        chosen = [line for line in lines if line.currency == one.currency]
        assert sum(line.amount_minor for line in chosen) == one.gross_minor
        assert sum(line.payments for line in chosen) == one.payments


def test_each_corridor_goes_from_the_payer_to_the_payee() -> None:
    lines = turnover(build_day())

    remitted = [line for line in lines if line.group == "remittances"]
    assert {(line.debtor_country, line.creditor_country) for line in remitted} == {("RU", "KG")}
    assert {line.currency for line in remitted} == {"KGS"}


def test_a_day_on_which_nothing_settled_has_no_line() -> None:
    book = build_day()

    assert turnover(replace(book, states=np.full_like(book.states, State.REJECTED))) == ()


def test_a_code_of_no_group_and_a_missing_one_are_other() -> None:
    codes = np.array(
        [0, pack_purpose("OTHR"), pack_purpose("ZZZZ"), pack_purpose("GDDS")], np.int32
    )

    assert [GROUP_NAMES[n] for n in group_numbers(codes)] == ["other", "other", "other", "goods"]
