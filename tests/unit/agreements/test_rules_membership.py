"""Members, participants, accounts and calendars that do not fit one another."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from comity.agreements import AccountKind, Scheme, Tier, find_membership_violations

Found = list[tuple[str, str]]


def broken(scheme: Scheme, **changes: Any) -> Found:
    """Return field and finding of each violation of the changed scheme."""
    violations = find_membership_violations(replace(scheme, **changes))
    return [(".".join(map(str, each.path)), each.found) for each in violations]


def with_account(scheme: Scheme, at: int, **changes: Any) -> Found:
    """Return what breaks when the account at a position of the small scheme changes."""
    accounts = list(scheme.accounts)
    accounts[at] = replace(accounts[at], **changes)
    return broken(scheme, accounts=tuple(accounts))


def with_participant(scheme: Scheme, at: int, **changes: Any) -> Found:
    """Return what breaks when the participant at a position of the small scheme changes."""
    participants = list(scheme.participants)
    participants[at] = replace(participants[at], **changes)
    return broken(scheme, participants=tuple(participants))


def test_a_sound_scheme_breaks_no_rule(scheme: Scheme) -> None:
    assert find_membership_violations(scheme) == ()


def test_one_country_is_no_scheme(scheme: Scheme) -> None:
    assert ("members", "1") in broken(scheme, members=scheme.members[:1])


@pytest.mark.parametrize("field", ["country", "currency", "agent"])
def test_members_share_neither_country_nor_currency_nor_agent(scheme: Scheme, field: str) -> None:
    first, second = scheme.members
    twin = replace(second, **{field: getattr(first, field)})
    named = "settlement_agent" if field == "agent" else field
    assert (named, f"{getattr(first, field)} again") in broken(scheme, members=(first, twin))


def test_the_day_closes_after_it_opens(scheme: Scheme) -> None:
    day = replace(scheme.business_day, closes=time(7))
    assert broken(scheme, business_day=day) == [("business_day.closes", "07:00")]


def test_each_member_needs_a_calendar_and_nobody_else_has_one(scheme: Scheme) -> None:
    assert broken(scheme, calendars=scheme.calendars[:1]) == [("country", "no calendar of RU")]
    foreign = replace(scheme.calendars[0], country="KZ")
    assert broken(scheme, calendars=(*scheme.calendars, foreign)) == [("country", "KZ")]


def test_a_participant_is_listed_once(scheme: Scheme) -> None:
    first = scheme.participants[0]
    found = broken(scheme, participants=(*scheme.participants, replace(first, name="Twin")))
    assert found == [("bic", "LESNRU20 again")]


def test_a_participant_belongs_to_a_member_country_and_its_bic_says_so(scheme: Scheme) -> None:
    # Position 0 is LESNRU20.
    assert with_participant(scheme, 0, country="KG") == [("bic", "LESNRU20")]
    assert with_participant(scheme, 0, country="KZ") == [("country", "KZ"), ("bic", "LESNRU20")]


def test_a_settlement_agent_is_no_participant(scheme: Scheme) -> None:
    found = with_participant(scheme, 0, bic="CBRURU20")
    assert ("bic", "CBRURU20, a settlement agent") in found


def test_a_direct_participant_holds_a_settlement_account_and_an_indirect_one_does_not(
    scheme: Scheme,
) -> None:
    assert with_participant(scheme, 0, tier=Tier.DIRECT) == [("tier", "direct")]
    assert [each.bic for each in scheme.participants][1] == "RECHRU20"
    assert with_participant(scheme, 1, tier=Tier.INDIRECT) == [("tier", "indirect")]


def test_a_participant_without_any_account_cannot_pay(scheme: Scheme) -> None:
    accounts = tuple(each for each in scheme.accounts if each.participant != "LESNRU20")
    assert broken(scheme, accounts=accounts) == [("bic", "no account")]


def test_accounts_of_the_small_scheme_stand_where_these_tests_look(scheme: Scheme) -> None:
    assert scheme.accounts[0].name == "settlement:CBRURU20@CBKGKG20/KGS"
    assert scheme.accounts[1].name == "settlement:TOOBKG20@CBKGKG20/KGS"
    assert scheme.accounts[2].name == "loro:LESNRU20@TOOBKG20/KGS"


@pytest.mark.parametrize(
    ("at", "changes", "expected"),
    [
        (0, {"participant": "NOWHKG20"}, [("participant", "NOWHKG20")]),
        (0, {"agent": "CBRURU20"}, [("agent", "CBRURU20")]),
        (0, {"participant": "CBKGKG20"}, [("participant", "CBKGKG20")]),
        (0, {"currency": "KZT"}, [("currency", "KZT")]),
        (0, {"kind": AccountKind.LORO}, [("participant", "CBRURU20"), ("agent", "CBKGKG20")]),
        (2, {"participant": "NOWHKG20"}, [("participant", "NOWHKG20")]),
        (2, {"agent": "NOWHKG20"}, [("agent", "NOWHKG20")]),
        (2, {"agent": "LESNRU20"}, [("agent", "LESNRU20")]),
        (2, {"agent": "SUUBKG20"}, [("agent", "SUUBKG20")]),
        (2, {"agent": "CBKGKG20"}, [("agent", "CBKGKG20")]),
        (
            2,
            {"opening_balance_minor": -1, "limit_minor": 0},
            [("opening_balance", "less than the limit allows")],
        ),
        (2, {"opening_balance_minor": -1, "limit_minor": 1}, []),
        (2, {"opening_balance_minor": -1, "limit_minor": None}, []),
    ],
)
def test_an_account_is_held_by_somebody_known_with_whoever_keeps_its_currency(
    scheme: Scheme, at: int, changes: dict[str, Any], expected: Found
) -> None:
    assert with_account(scheme, at, **changes) == expected


def test_a_bank_has_one_account_a_currency(scheme: Scheme) -> None:
    second = replace(scheme.accounts[2], agent="RECHRU20", kind=AccountKind.LORO)
    found = broken(scheme, accounts=(*scheme.accounts, second))
    assert ("participant", "a second account of it in this currency") in found
