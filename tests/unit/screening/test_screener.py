"""Screening parties and payments: hits, near misses, caches, explanations."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.screening import (
    NO_HIT,
    EntryKind,
    Match,
    MatchKind,
    PartyText,
    Screener,
    Watchlist,
    WatchlistEntry,
    explain,
    normalise_name,
    screen_payment,
)
from comity.screening import screener as screener_module

PERSON = WatchlistEntry(
    list_name="Invented list",
    reference="P1",
    kind=EntryKind.INDIVIDUAL,
    names=("VYMYSLOV, Fyodor", "Sary Burkut (SB)"),
    identifiers=(("passport", "AC 1234567"), ("national_id", "365")),
    programme="INVENTED",
    weak_names=("Sary Burkut (SB)",),
)
BANK = WatchlistEntry(
    list_name="Invented list",
    reference="B1",
    kind=EntryKind.ENTITY,
    names=("Банк «Вымысел», ООО", "—"),
    identifiers=(("bic", "VYMYRU20"), ("bic", "VYMYRU21MOS"), ("tax_id", "7700000009")),
    programme="",
)
NAMESAKE = WatchlistEntry("Other list", "N1", EntryKind.VESSEL, ("FYODOR VYMYSLOV",), (), "X")
LISTS = (
    Watchlist("A", "Invented list", "1", "a" * 64, (PERSON, BANK)),
    Watchlist("B", "Other list", "2", "b" * 64, (NAMESAKE,)),
)


@pytest.fixture
def screener() -> Screener:
    return Screener(LISTS)


def test_entries_of_all_lists_are_numbered_in_the_order_of_the_lists(screener: Screener) -> None:
    assert screener.entries == (PERSON, BANK, NAMESAKE)
    assert screener.list_versions == (
        f"A:Invented list:1:sha256={'a' * 16}",
        f"B:Other list:2:sha256={'b' * 16}",
    )


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("Вымыслов Фёдор", 0),
        ("vymyslov fedor", 0),
        ("Вымысел банк", 1),
        ("АО Банк Вымысел", 1),
        ("SB", 0),
        ("Sary Burkut", 0),
        ("Вымыслов", NO_HIT),
        ("Фёдор Иванович Вымыслов", 0),
        ("Вымыслова Фёдор", 0),
        ("Фёдор Иванович Вымышленный", NO_HIT),
        ("Фёдор", NO_HIT),
        ("", NO_HIT),
        ("—", NO_HIT),
        ("«»", NO_HIT),
    ],
)
def test_a_name_is_hit_when_the_listed_name_is_equal_or_alike(
    screener: Screener, name: str, index: int
) -> None:
    assert screener.match_name(name) == index
    assert screener.match_name(name) == index, "the kept answer is the same"


def test_the_order_of_the_list_wins_over_another_order(screener: Screener) -> None:
    assert screener.entries[screener.match_name("Fedor Vymyslov")] is NAMESAKE
    assert [hit.kind for hit in screener.screen_party(["Fedor Vymyslov"], [])] == [
        MatchKind.NAME,
        MatchKind.NAME_REORDERED,
    ]


@pytest.mark.parametrize(
    ("identifier", "index"),
    [
        ("ac1234567", 0),
        ("АС № 1234567", NO_HIT),
        ("АС-1234567", 0),
        ("7700000009", 1),
        ("770000000", NO_HIT),
        ("365", NO_HIT),
        ("", NO_HIT),
        ("VYMYRU20", 1),
        ("VYMYRU20XXX", 1),
        ("VYMYRU20SPB", 1),
        ("VYMYRU21", 1),
        ("VYMYRU22", NO_HIT),
        ("VYMYRU2", NO_HIT),
    ],
)
def test_an_identifier_is_hit_when_it_is_listed_and_a_bic_for_every_branch(
    screener: Screener, identifier: str, index: int
) -> None:
    assert screener.match_identifier(identifier) == index
    assert screener.match_identifier(identifier) == index


def test_a_payment_is_hit_by_any_of_its_parties(screener: Screener) -> None:
    clean = PartyText("debtor", ("Иванов Иван",), ("1234567890",))
    agent = PartyText("creditor_agent", (), ("VYMYRU20",))
    person = PartyText("ultimate_creditor", ("Fyodor Vymyslov",), ())
    assert screen_payment(screener, []) == NO_HIT
    assert screen_payment(screener, [clean]) == NO_HIT
    assert screen_payment(screener, [clean, agent, person]) == 1
    assert screen_payment(screener, [clean, person, agent]) == 2


def test_an_explanation_names_role_text_entry_list_and_programme(screener: Screener) -> None:
    parties = [PartyText("debtor", ("Sary Burkut",), ("VYMYRU20XXX",))]
    name, bic = explain(screener, parties)
    assert name.role == bic.role == "debtor"
    assert (name.hit.entry, name.hit.score_per_mille) == (PERSON, 1000)
    assert name.hit.explanation == (
        "the name 'Sary Burkut' equals 'Sary Burkut (SB)' (an alias its publisher calls weak) of "
        "individual P1 on the Invented list, programme INVENTED"
    )
    assert "the institution's BIC 'VYMYRU20XXX'" in bic.hit.explanation
    assert "programme not stated" in bic.hit.explanation


@given(st.lists(st.sampled_from(["Fyodor Vymyslov", "Иванов", "Банк Вымысел", ""]), max_size=4))
def test_the_fast_answer_and_the_explanation_agree(names: list[str]) -> None:
    screener = Screener(LISTS)
    parties = [PartyText("debtor", tuple(names), ("VYMYRU20",) if len(names) == 2 else ())]
    hits = explain(screener, parties)
    first = screen_payment(screener, parties)
    assert (first != NO_HIT) == bool(hits)
    assert not hits or screener.entries[first] is hits[0].hit.entry


def test_without_lists_nothing_is_hit_and_the_screener_says_that_it_is_empty() -> None:
    empty = Screener([])
    assert empty.is_empty
    assert empty.list_versions == ()
    assert empty.match_name("Fyodor Vymyslov") == NO_HIT
    assert not Screener(LISTS).is_empty
    assert Screener([Watchlist("A", "L", "1", "0" * 64, ())]).is_empty


def test_answers_are_kept_up_to_their_limit_and_stay_right(
    screener: Screener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screener_module, "ANSWERS_CACHED_MAX", 3)
    for number in range(20):
        assert screener.match_name(f"Иванов {number}") == NO_HIT
        assert screener.match_name("Fyodor Vymyslov") == 2
        assert len(screener._name_answers) <= 3


def test_a_very_long_text_is_screened_but_not_kept(screener: Screener) -> None:
    long = "Fyodor" + " " * 10_000 + "Vymyslov"
    assert screener.match_name(long) == 2
    assert long not in screener._name_answers


def test_another_matcher_takes_the_place_of_ours() -> None:
    class Suspicious:
        def __init__(self, entries: Sequence[WatchlistEntry]) -> None:
            self._count = len(entries)

        def match_name(self, name: str) -> tuple[Match, ...]:
            return (Match(self._count - 1, name, MatchKind.NAME, 700),)

        def match_identifier(self, identifier: str) -> tuple[Match, ...]:
            return ()

        def match_text(self, text: str) -> tuple[Match, ...]:
            return ()

    screener = Screener(LISTS, Suspicious)
    assert screener.match_name("anyone") == 2
    assert screener.screen_party(["anyone"], ["1"])[0].score_per_mille == 700


def test_every_published_name_of_an_entry_hits_it() -> None:
    screener = Screener(LISTS)
    for entry in screener.entries:
        for name in entry.names:
            hits = screener.screen_party([name], [])
            assert not normalise_name(name) or entry in [hit.entry for hit in hits]
