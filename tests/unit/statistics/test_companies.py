"""Active companies by country."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.statements.day_builder import build_day

from comity.messages.catalogue import FIELD, VALUE
from comity.payments.codes import Definition
from comity.payments.lifecycle import State
from comity.statements.daybook import DayBook
from comity.statistics.companies import active_companies


def paid(*texts: dict[str, str]) -> DayBook:
    """Return the day with one settled payment from KG to RU a text, by leaf code."""
    book = build_day()
    states = np.full_like(book.states, State.REJECTED)
    states[: len(texts)] = State.SETTLED
    rows = book.payments.copy()
    rows["debtor_agent"] = book.participants.index("ALABKG20")
    rows["creditor_agent"] = book.participants.index("DONARU20")
    canonical = ["".join(f"{FIELD}{c}{VALUE}{t}" for c, t in each.items()) for each in texts]
    return replace(
        book,
        payments=rows,
        states=states,
        texts_of=lambda places: (canonical[place] for place in places.tolist()),
    )


def test_a_company_counts_once_however_often_it_pays_and_is_paid() -> None:
    book = paid(
        {"Do": "KG", "DI": "123", "CI": "77"},
        {"Do": "KG", "DI": " 123", "CI": "78"},
        {"DI": "77", "Do": "RU"},
    )

    assert active_companies(book) == {"KG": 1, "RU": 2}


@pytest.mark.parametrize(
    ("leaves", "country"),
    [
        ({"DI": "1", "Do": "KZ", "Dr": "AM"}, "KZ"),
        ({"DI": "1", "Dr": "AM"}, "AM"),
        ({"DI": "1"}, "KG"),
    ],
)
def test_a_company_is_where_its_address_its_residence_or_its_bank_is(
    leaves: dict[str, str], country: str
) -> None:
    assert active_companies(paid(leaves)) == {country: 1}


def test_private_persons_and_the_unidentified_are_not_companies() -> None:
    assert active_companies(paid({"DP": "passport", "Dn": "A. Person"}, {"Cn": "Company"})) == {}


def test_the_lei_identifies_where_there_are_several() -> None:
    both = {"DL": "529900T8BM49AURSDO55", "DI": "1"}

    assert active_companies(paid(both, {**both, "DI": "2"})) == {"KG": 1}


def test_only_settled_customer_payments_make_a_company_active() -> None:
    book = paid({"DI": "1"})
    rows = book.payments.copy()
    rows["definition"] = Definition.PACS_009

    assert active_companies(replace(book, payments=rows)) == {}
    assert active_companies(replace(book, states=np.full_like(book.states, State.EXPIRED))) == {}
