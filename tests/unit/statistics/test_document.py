"""The document of `settle --json` against its published schema."""

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import jsonschema
import numpy as np
import pytest
from tests.unit.statements.day_builder import DAY, build_day

from comity.payments.lifecycle import State
from comity.statements.cycles import Cover, cycles_of
from comity.statements.daybook import DayProof
from comity.statistics.document import settle_document
from comity.statistics.series import SeriesLine

PROOF = DayProof(
    money_conserved=True, positions_zero=True, journal_verified=True, statements_reconciled=True
)


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(files("comity").joinpath("schemas/settle.schema.json").read_text("utf-8"))


def test_the_schema_is_a_schema_and_gives_every_number_a_unit(schema: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    text = json.dumps(schema)
    assert text.count("Unit: ") > 10


def test_a_day_is_a_valid_document(schema: Any) -> None:
    document = settle_document(build_day(), PROOF)

    jsonschema.validate(document, schema)
    assert json.loads(json.dumps(document)) == document
    assert document["business_date"] == "2026-04-27"
    assert sum(document["payments"]["states"].values()) == 3000


def test_cycles_stand_in_the_document_with_what_was_calculated(schema: Any) -> None:
    found = cycles_of(build_day())
    cover = Cover(("AAAAKG20", "BBBBKG20"), 500, 0, 100, 400, "KGS")
    found = (replace(found[0], cover=cover, members_sha256="0" * 64), *found[1:])

    document = settle_document(build_day(), PROOF, cycles=found)

    jsonschema.validate(document, schema)
    assert document["cycles"][0]["cover_one"]["group"] == ["AAAAKG20", "BBBBKG20"]
    assert document["cycles"][0]["cover_one"]["covered"] is False
    assert document["cycles"][1]["cover_one"] is None


def test_a_day_on_which_nothing_settled_is_a_valid_document(schema: Any) -> None:
    book = build_day()
    book = replace(book, states=np.full_like(book.states, State.QUEUED), rates=())

    document = settle_document(book, PROOF, changed=False)

    jsonschema.validate(document, schema)
    assert document["national_currency_share"]["invoicing"] is None
    assert document["currencies"]["KGS"]["netting_ratio"] is None


def test_a_day_with_a_series_of_all_payments_is_a_valid_document(schema: Any) -> None:
    month = (date(2026, 4, 1), date(2026, 4, 30))
    line = SeriesLine(*month, "KG", "RU", "RUB", 10**12, "NBKR", "bank reporting")

    document = settle_document(build_day(), PROOF, series=[line])

    jsonschema.validate(document, schema)
    share = document["national_currency_share"]
    assert share["denominator"] == "all payments between the countries"
    assert share["source"]["business_days"] == 22
    assert share["settlement_asset"] == share["coverage"]


def test_no_float_stands_in_the_document() -> None:
    def floats(value: Any) -> list[float]:
        if isinstance(value, dict):
            return [found for each in value.values() for found in floats(each)]
        if isinstance(value, list):
            return [found for each in value for found in floats(each)]
        return [value] if isinstance(value, float) else []

    assert floats(settle_document(build_day(), PROOF)) == []


@pytest.mark.parametrize("claim", DayProof.__dataclass_fields__)
def test_a_claim_that_fails_is_said(claim: str) -> None:
    document = settle_document(build_day(), replace(PROOF, **{claim: False}))

    assert [name for name, holds in document["proof"].items() if not holds] == [claim]


def test_the_same_day_gives_the_same_document() -> None:
    again = settle_document(build_day(300, seed=3), PROOF)
    build_day.cache_clear()

    assert settle_document(build_day(300, seed=3), PROOF) == again
    assert again["business_date"] == DAY.isoformat()
