"""A scheme and its JSON form."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.arrangement.small_folder import SMALL

from comity.agreements import (
    SCHEME_FORMAT,
    Agreement,
    DocumentError,
    Scheme,
    scheme_from_document,
    scheme_to_document,
)
from comity.arrangement import load_scheme
from comity.payments.purposes import PURPOSE_CODES

LOADED = load_scheme(SMALL)


def varied(changes: dict[str, Any]) -> Agreement:
    """Return the first agreement with other values in some fields."""
    return replace(LOADED.agreements[0], **changes)


VARIED = st.fixed_dictionaries(
    {
        "version": st.integers(1, 10**6),
        "title": st.text(),
        "valid_from": st.dates(),
        "valid_until": st.none() | st.dates(),
        "codes": st.lists(st.sampled_from(PURPOSE_CODES), unique=True).map(tuple),
    }
).map(varied)


def test_a_scheme_comes_back_from_its_document_exactly(scheme: Scheme) -> None:
    text = json.dumps(scheme_to_document(scheme))
    again = scheme_from_document(json.loads(text))
    assert again == scheme
    assert json.dumps(scheme_to_document(again)) == text


@given(st.randoms(use_true_random=False))
def test_equal_schemes_give_equal_bytes_whatever_the_order_of_their_parts(random: Any) -> None:
    parts: dict[str, Any] = {
        name: tuple(random.sample(getattr(LOADED, name), len(getattr(LOADED, name))))
        for name in ("members", "participants", "accounts", "agreements", "calendars")
    }
    shuffled = replace(LOADED, **parts)
    assert json.dumps(scheme_to_document(shuffled)) == json.dumps(scheme_to_document(LOADED))


@given(VARIED)
def test_any_agreement_comes_back_from_its_document(agreement: Agreement) -> None:
    scheme = replace(LOADED, agreements=(agreement,))
    document = json.loads(json.dumps(scheme_to_document(scheme)))
    assert scheme_from_document(document).agreements == (agreement,)


def test_accounts_stand_by_currency_with_settlement_accounts_first(scheme: Scheme) -> None:
    names = [account.name for account in scheme.accounts]
    assert names[0] == "settlement:CBRURU20@CBKGKG20/KGS"
    assert names[4] == "loro:SUUBKG20@TOOBKG20/KGS"
    assert names[5] == "settlement:CBKGKG20@CBRURU20/RUB"


def test_members_are_found_by_country_and_by_currency(scheme: Scheme) -> None:
    member = scheme.member_of_country("KG")
    assert member is not None
    assert member == scheme.member_of_currency("KGS")
    assert scheme.member_of_country("KZ") is None
    assert scheme.member_of_currency("KZT") is None


def test_agreements_in_force_are_those_of_the_day(scheme: Scheme) -> None:
    keys = [each.key for each in scheme.agreements_in_force(date(2026, 5, 25))]
    assert keys == ["education@1", "goods@1", "remittances@1", "services@1"]
    assert scheme.agreements_in_force(date(2027, 1, 1)) == ()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": SCHEME_FORMAT + 1}, "format"),
        ({"name": 1}, "name"),
        ({"synthetic": 1}, "synthetic"),
        ({"batch_payments_max": True}, "batch_payments_max"),
        ({"members": {}}, "members"),
        ({"members": [{}]}, "members[0]"),
        ({"unknown": 1}, "document"),
        (
            {"business_day": {"time_zone": "UTC", "opens": "25:00", "closes": "18:00"}},
            "business_day.opens",
        ),
    ],
)
def test_a_document_of_another_form_is_refused_with_the_place(
    scheme: Scheme, change: dict[str, Any], path: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        scheme_from_document(scheme_to_document(scheme) | change)
    assert (caught.value.path or "document") == path


def test_an_unknown_value_of_a_choice_is_refused(scheme: Scheme) -> None:
    document = json.loads(json.dumps(scheme_to_document(scheme)))
    document["agreements"][1]["settlement"]["mode"] = "instant"
    with pytest.raises(DocumentError, match=r"agreements\[1\]\.settlement\.mode: found 'instant'"):
        scheme_from_document(document)


def test_a_list_where_an_object_belongs_is_refused(scheme: Scheme) -> None:
    document = json.loads(json.dumps(scheme_to_document(scheme)))
    document["calendars"][0]["holidays"] = []
    with pytest.raises(DocumentError, match="expected an object"):
        scheme_from_document(document)
