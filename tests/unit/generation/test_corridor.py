"""The corridor of a scheme: who can pay whom over which accounts."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from comity.agreements.membership import ParticipantStatus
from comity.agreements.scheme import Scheme
from comity.arrangement import load_scheme
from comity.errors import UsageError
from comity.generation.corridor import NO_ACCOUNT, corridor_of
from comity.generation.profile import CURRENCIES

EXAMPLE = Path(__file__).parents[3] / "examples" / "kyrgyzstan-russia"
RUB = CURRENCIES.index("RUB")


@cache
def scheme() -> Scheme:
    return load_scheme(EXAMPLE)


def test_a_sponsored_bank_pays_through_its_correspondents_settlement_account() -> None:
    corridor = corridor_of(scheme())
    naryn = [bank.bic for bank in corridor.banks].index("NRSVKG20")
    own = corridor.accounts[corridor.account[naryn, RUB]]
    upper = corridor.accounts[corridor.upper[naryn, RUB]]
    assert (own.participant, own.agent) == ("NRSVKG20", "MDGRRUM0")
    assert (upper.participant, upper.agent) == ("MDGRRUM0", "CBRURUM0")


def test_suspended_banks_take_no_part() -> None:
    bics = {bank.bic for bank in corridor_of(scheme()).banks}
    assert "STVRRUM0" not in bics
    assert len(bics) == 15


def test_a_bank_without_an_account_in_a_currency_has_none() -> None:
    corridor = corridor_of(scheme())
    batken = [bank.bic for bank in corridor.banks].index("BTKNKG20")
    assert corridor.account[batken, RUB] == NO_ACCOUNT
    assert not corridor.is_direct[batken, RUB]


def test_banks_with_only_a_correspondent_abroad_live_on_what_comes_in() -> None:
    corridor = corridor_of(scheme())
    tight = {bank.bic for at, bank in enumerate(corridor.banks) if corridor.is_tight[at, RUB]}
    assert tight == {"CHKLKG20", "ISTRKG20", "KRSUKG20"}


def test_another_pair_of_countries_is_refused() -> None:
    members = tuple(replace(each, currency="USD") for each in scheme().members)
    with pytest.raises(UsageError, match="expected KG with KGS and RU with RUB"):
        corridor_of(replace(scheme(), members=members))


def test_a_country_without_an_active_bank_is_refused() -> None:
    stopped = tuple(
        replace(each, status=ParticipantStatus.SUSPENDED) if each.country == "RU" else each
        for each in scheme().participants
    )
    with pytest.raises(UsageError, match="found no active bank of RU"):
        corridor_of(replace(scheme(), participants=stopped))
