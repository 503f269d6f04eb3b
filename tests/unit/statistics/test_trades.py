"""Trades of payment versus payment, counted from the events of their pairs."""

import json
from dataclasses import replace
from importlib.resources import files

import jsonschema
import numpy as np
from tests.unit.statements.day_builder import KGS, RUB, build_day

from comity.payments.codes import EventKind, PairState
from comity.payments.rows import EVENT_ROW
from comity.statements.daybook import DayBook, DayProof
from comity.statistics.document import settle_document
from comity.statistics.trades import Trades, trades

USD = 840
STEPS = (
    (0, PairState.UNMATCHED, 0),
    (1, PairState.UNMATCHED, 1),
    (0, PairState.MATCHED, 10),
    (2, PairState.UNMATCHED, 2),
    (3, PairState.UNMATCHED, 3),
    (0, PairState.SETTLED, 0),
    (1, PairState.MATCHED, 11),
    (1, PairState.SETTLED, 0),
    (2, PairState.EXPIRED, 0),
    (3, PairState.RELEASED, 0),
    (4, PairState.UNMATCHED, 4),
    (4, PairState.MATCHED, 12),
    (4, PairState.EXPIRED, 0),
)
TERMS = (
    (KGS, 100_00, RUB, 80_00),
    (RUB, 40_00, KGS, 50_00),
    (KGS, 7_00, RUB, 5_00),
    (KGS, 9_00, USD, 1_00),
    (KGS, 3_00, RUB, 2_00),
)
"""What the first leg of each pair pays, and what it wants."""


def day_of_trades() -> DayBook:
    """Return a day on which the first five payments begin a trade each."""
    book = build_day()
    payments = book.payments.copy()
    places = book.rows_of(book.numbers[: len(TERMS)])
    for place, (code, amount, counter, wanted) in zip(places, TERMS, strict=True):
        payments[place]["currency"], payments[place]["amount_minor"] = code, amount
        payments[place]["counter_currency"], payments[place]["counter_minor"] = counter, wanted
    events = np.zeros(len(STEPS), EVENT_ROW)
    for event, (pair, after, value) in zip(events, STEPS, strict=True):
        event["kind"], event["subject"], event["after"] = EventKind.PAIR, pair, after
        event["value"] = book.numbers[value]
    return replace(book, payments=payments, events=np.concatenate([book.events, events]))


def test_trades_are_counted_by_their_currencies_whichever_leg_came_first() -> None:
    assert trades(day_of_trades()) == (
        Trades(
            currencies=("KGS", "RUB"),
            begun=4,
            matched=3,
            settled=2,
            released=0,
            expired=2,
            in_doubt=0,
            settled_minor=(150_00, 120_00),
        ),
        Trades(
            currencies=("KGS", "USD"),
            begun=1,
            matched=0,
            settled=0,
            released=1,
            expired=0,
            in_doubt=0,
            settled_minor=(0, 0),
        ),
    )


def test_a_day_without_trades_has_none() -> None:
    assert trades(build_day()) == ()


def test_they_stand_in_the_document_as_its_schema_says() -> None:
    schema = json.loads(files("comity").joinpath("schemas/settle.schema.json").read_text("utf-8"))
    proof = DayProof(
        money_conserved=True, positions_zero=True, journal_verified=True, statements_reconciled=True
    )
    document = settle_document(day_of_trades(), proof)
    jsonschema.validate(document, schema)
    assert document["trades"][0]["settled_minor"] == {"KGS": 150_00, "RUB": 120_00}
