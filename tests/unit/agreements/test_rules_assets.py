"""Vehicle currencies, accounts in what central banks settle in, and versions of one agreement."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.kit.schemes import account, calendar, small_scheme, with_terms, with_vehicle

from comity.agreements import (
    AccountKind,
    Scheme,
    SettlementAsset,
    VehicleCurrency,
    find_violations,
    scheme_from_document,
    scheme_to_document,
)


def found(scheme: Scheme) -> list[tuple[str, str]]:
    return [(".".join(map(str, one.path)), one.found) for one in find_violations(scheme)]


def named(scheme: Scheme, code: str = "USD") -> Scheme:
    asset = SettlementAsset.NAMED_CURRENCY
    return with_terms(scheme, "investment", asset=asset, asset_currency=code)


def with_last_account(scheme: Scheme, **changes: object) -> Scheme:
    at = next(n for n, one in enumerate(scheme.accounts) if one.currency == "USD")
    accounts = list(scheme.accounts)
    accounts[at] = replace(accounts[at], **changes)  # type: ignore[arg-type]  # real fields
    return replace(scheme, accounts=tuple(accounts))


def test_a_vehicle_currency_is_known_to_the_scheme_and_its_document() -> None:
    scheme = named(with_vehicle(small_scheme(), "USD"))
    assert found(scheme) == []
    assert scheme_from_document(scheme_to_document(scheme)) == scheme


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"currency": "RUB"}, ("currency", "RUB")),
        ({"agent": "CBKGKG20"}, ("settlement_agent", "CBKGKG20")),
        ({"country": "DE"}, ("country", "no calendar of DE")),
    ],
)
def test_a_vehicle_currency_is_no_members(
    changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    vehicle = VehicleCurrency("USD", "Dollar", "US", "BANKUSN0")
    scheme = replace(
        small_scheme(),
        vehicles=(replace(vehicle, **changes),),
        calendars=(*small_scheme().calendars, calendar("US")),
    )
    assert expected in found(scheme)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"participant": "AAAAKG20"}, ("participant", "AAAAKG20")),
        ({"kind": AccountKind.LORO}, ("kind", "loro")),
        ({"agent": "CBKGKG20"}, ("agent", "CBKGKG20")),
    ],
)
def test_only_settlement_agents_hold_accounts_in_it(
    changes: dict[str, object], expected: tuple[str, str]
) -> None:
    scheme = with_last_account(with_vehicle(small_scheme(), "USD"), **changes)
    assert expected in found(scheme)


def test_the_named_currency_is_known_and_both_central_banks_have_accounts_in_it() -> None:
    assert found(named(small_scheme())) == [("settlement.asset_currency", "USD")]
    scheme = with_vehicle(small_scheme(), "USD")
    kept = tuple(
        one for one in scheme.accounts if (one.participant, one.currency) != ("CBRURUM0", "USD")
    )
    assert found(named(replace(scheme, accounts=kept))) == [
        ("settlement.asset_currency", "no account of CBRURUM0 in USD")
    ]


def test_with_a_named_currency_no_accounts_with_one_another_are_needed() -> None:
    scheme = with_vehicle(small_scheme(), "USD")
    kept = tuple(
        one
        for one in scheme.accounts
        if one.participant not in {"CBRURUM0", "CBKGKG20"} or one.currency == "USD"
    )
    assert found(named(replace(scheme, accounts=kept))) == []
    assert account("X", "KGS", "CBKGKG20", 0).kind is AccountKind.SETTLEMENT


def test_versions_count_what_is_owed_in_one_unit_and_end_it_in_one_way() -> None:
    scheme = small_scheme()
    first = next(one for one in scheme.agreements if one.id == "investment")
    terms = first.central_bank_settlement
    assert terms is not None
    second = replace(
        first,
        version=2,
        valid_from=date(2027, 1, 1),
        valid_until=None,
        central_bank_settlement=replace(terms, clearing_unit="RUB"),
        settlement=replace(
            first.settlement, asset=SettlementAsset.CARRIED_BALANCE, credit_line_minor=1
        ),
    )
    assert found(replace(scheme, agreements=(*scheme.agreements, second))) == [
        ("central_bank_settlement.clearing_unit", "RUB"),
        ("settlement.asset", "carried_balance"),
    ]
