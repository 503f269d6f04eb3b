"""Names that are merely alike: what is found and why, what is not, and that order says nothing."""

import dataclasses
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.screening import (
    EntryKind,
    Match,
    MatchKind,
    ScoredMatcher,
    WatchlistEntry,
    normalise_name,
)
from comity.screening.listed_names import Weights, align
from comity.screening.names import comparable_words
from comity.screening.thresholds import FULL, default_thresholds
from comity.screening.word_index import WordIndex


def entry(
    reference: str, *names: str, weak: Sequence[str] = (), **fields: object
) -> WatchlistEntry:
    made = WatchlistEntry(
        list_name="Invented list",
        reference=reference,
        kind=EntryKind.INDIVIDUAL,
        names=(*names, *weak),
        identifiers=(("tax_id", "7700000009"),) if reference == "P1" else (),
        programme="INVENTED",
        weak_names=tuple(weak),
    )
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


ENTRIES = (
    entry("P1", "VYMYSLOV, Fyodor Petrovich", "Фёдор Вымыслов"),
    entry("P2", "AL-NIKUDAYI, Husayn Abd al-Rahman"),
    entry("P3", "Nebyvalov Trofim", weak=("Trofimych Dalniy",)),
    entry("C1", "Dalnevostochnaya Nebylitsa Trading Company", kind=EntryKind.ENTITY),
    entry("C2", "НЕБЫЛИЦА", kind=EntryKind.ENTITY),
    entry("C3", "Общество содействия вымышленным перевозкам Северного полюса"),
    entry("P4", "Սահակ Չկայան"),
)
# Words that many listed names have say little; so much of a list makes that plain.
CROWD = tuple(
    entry(f"X{number}", f"{first} {last}")
    for number, (first, last) in enumerate(
        (first, last)
        for first in ("Fyodor", "Trofim", "Husayn", "Petrovich", "Trading")
        for last in ("Aksamitov", "Bubentsov", "Vorozheykin", "Gorbunkov", "Dymkin", "Ezhikov")
    )
)
MATCHER = ScoredMatcher((*ENTRIES, *CROWD))


def found(name: str) -> list[str]:
    return [(*ENTRIES, *CROWD)[match.entry_index].reference for match in MATCHER.match_name(name)]


@pytest.mark.parametrize(
    ("written", "name", "reference"),
    [
        ("equal", "Vymyslov Fyodor Petrovich", "P1"),
        ("another script", "Вымыслов Фёдор Петрович", "P1"),
        ("another order", "Петрович Фёдор Вымыслов", "P1"),
        ("without patronymic", "Вымыслов Фёдор", "P1"),
        ("with a patronymic that is not listed", "Небывалов Трофим Лукич", "P3"),
        ("initials", "Вымыслов Ф. П.", "P1"),
        ("one initial", "Ф. Вымыслов", "P1"),
        ("a letter wrong", "Вымыслев Фёдор Петрович", "P1"),
        ("a letter left out", "Vmyslov Fedor Petrovich", "P1"),
        ("a letter too many", "Vymysslovv Fyodor Petrovitch", "P1"),
        ("letters swapped", "Вымылсов Фёдор Петрович", "P1"),
        ("a woman's ending", "Вымыслова Фёдор Петрович", "P1"),
        ("other vowels", "Al Nikudaii Hossein Abdul Rahman", "P2"),
        ("words joined", "Alnikudayi Husayn Abdalrahman", "P2"),
        ("words joined wholly", "NebyvalovTrofim", "P3"),
        ("words split", "Вымыс лов Фёдор Петрович", "P1"),
        ("cut off", "VYMYSLOV FYODOR PETR", "P1"),
        ("cut off in a long name", "Общество содействия вымышленным перевозк", "C3"),
        ("Armenian by Russian letters", "Чкаян Саак", "P4"),
        (
            "among many other words",
            "Bright Dawn Import Export for Vymyslov Fyodor and Sons Minsk",
            "P1",
        ),
        ("behind words without end", " ".join(["слово"] * 40) + " Вымыслов Фёдор", "P1"),
        ("a legal form", "ТОО «Дальневосточная Небылица Трэйдинг Компани»", "C1"),
        ("a legal form in disorder", "Nebylitsa Joint Company Stock", "C2"),
        ("a single word with a letter wrong", "Небылитса", "C2"),
    ],
)
def test_a_listed_name_is_found_however_it_is_written(
    written: str, name: str, reference: str
) -> None:
    assert reference in found(name), written


@pytest.mark.parametrize(
    "name",
    [
        "Вымыслов",  # a surname alone names thousands
        "Трофим Вымыслов",  # no such person is listed
        "Husayn Aminov",
        "Trading Company",
        "Иванов Иван Иванович",
        "Небывалова Таисия",
        "Ф. П.",
        "ООО",
        "—",
        "",
    ],
)
def test_what_is_not_the_name_is_not_found(name: str) -> None:
    assert found(name) == []


def test_a_weak_alias_needs_a_higher_score() -> None:
    assert found("Trofimych Dalniy") == ["P3"]
    assert found("Trofimich Dalnii") == ["P3"], "the same normal form"
    assert found("Trofimuch Dalney") == []


def test_the_explanation_says_what_is_alike_and_what_is_not() -> None:
    [match] = MATCHER.match_name("Вымыслав Фёдор Лу")
    assert match.kind is MatchKind.NAME_ALIKE
    assert match.matched == "Фёдор Вымыслов"
    assert match.details == (
        "'fedor' the same; 'vimislav' like 'vimislov' (92 %); given besides: 'lu'"
    )
    [match] = MATCHER.match_name("Вымыслов Ф. Петр.")
    assert match.matched == "VYMYSLOV, Fyodor Petrovich"
    assert "'f' an initial of 'fedor'" in match.details
    assert "'petr' begins 'petrovich'" in match.details


def test_equal_names_and_identifiers_are_matched_as_before() -> None:
    assert MATCHER.match_name("Fyodor Vymyslov")[0] == Match(
        0, "Фёдор Вымыслов", MatchKind.NAME, FULL
    )
    assert [match.kind for match in MATCHER.match_identifier("ИНН 7700000009")] == []
    assert [match.kind for match in MATCHER.match_identifier("7700000009")] == [
        MatchKind.IDENTIFIER
    ]


def test_the_best_match_comes_first_and_each_entry_once() -> None:
    matcher = ScoredMatcher(
        (entry("A", "Vymyslova Fedora"), entry("B", "Vymyslov Fedor", "Fedor V."))
    )
    matches = matcher.match_name("Вымыслов Федор Лукич")
    assert [match.entry_index for match in matches] == [1, 0]
    assert matches[0].score_per_mille > matches[1].score_per_mille


WORDS = st.lists(
    st.text(alphabet="abdefgiklmnorstuv", min_size=1, max_size=9), min_size=1, max_size=5
)


@given(WORDS, WORDS, st.randoms(use_true_random=False))
def test_a_score_does_not_depend_on_the_order_of_the_words(
    ours: list[str], theirs: list[str], draw: random.Random
) -> None:
    limits = default_thresholds()
    index, weights = WordIndex(theirs, limits), Weights([theirs], limits)
    score = align(ours, theirs, index, weights, limits).score
    assert 0 <= score <= FULL
    draw.shuffle(ours)
    draw.shuffle(theirs)
    assert align(ours, theirs, index, weights, limits).score == score


@given(WORDS, WORDS)
def test_the_index_loses_no_name_that_reaches_the_score(ours: list[str], theirs: list[str]) -> None:
    limits = default_thresholds()
    name, listed = " ".join(ours), " ".join(theirs)
    matcher = ScoredMatcher((entry("A", listed), *CROWD))
    words = [*comparable_words(listed)]
    given_words = [*comparable_words(name)]
    if not words or not given_words or not any(len(word) > 4 for word in given_words):
        return
    every = [(*comparable_words(one.names[0]),) for one in CROWD]
    index = WordIndex([word for each in (words, *every) for word in each], limits)
    weights = Weights([words, *every], limits)
    alignment = align(given_words, words, index, weights, limits)
    reaches = alignment.score >= limits.name_score_min and len(alignment.pairs) > 1
    # A pair of words one of which only begins the other leads to no name by itself.
    leads = any(pair.likeness and len(pair.given) > 4 for pair in alignment.pairs)
    if reaches and leads:
        assert 0 in [match.entry_index for match in matcher.match_name(name)]


@given(st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=3), st.data())
def test_equal_normal_forms_are_always_matched(
    entries: list[WatchlistEntry], data: st.DataObject
) -> None:
    matcher = ScoredMatcher(entries)
    name = data.draw(st.sampled_from([name for one in entries for name in one.names]))
    for same in (name, normalise_name(name), name.upper(), " ".join(reversed(name.split()))):
        assert matcher.match_name(same)[0].score_per_mille == FULL, same


def test_the_same_lists_give_the_same_answers() -> None:
    again = ScoredMatcher((*ENTRIES, *CROWD))
    for name in ("Вымыслав Фёдор", "Husein Nikudai", "Nebilica Co", "Trofim Nebyvalof"):
        assert again.match_name(name) == MATCHER.match_name(name)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Оплата за Вымыслова Фёдора? нет: Вымыслов Фёдор, договор 7", "P1"),
        ("for account of FYODOR VYMYSLOV inv 12", "P1"),
        ("Vymyslov, Mr Fyodor; contract 5", "P1"),
        ("ИНН 7700000009", "P1"),
        ("перевод: Небылица, ООО", "C2"),
    ],
)
def test_a_listed_name_or_number_is_found_within_a_text(text: str, reference: str) -> None:
    matches = MATCHER.match_text(text)
    assert [ENTRIES[match.entry_index].reference for match in matches] == [reference]
    assert matches[0].kind in {MatchKind.TEXT, MatchKind.IDENTIFIER}


@pytest.mark.parametrize(
    "text",
    [
        "Оплата по договору 14 от 01.02.2026",
        "Вымыслов за трубы, вагоны и краны; получил Фёдор",  # too far apart
        "Fyodor",
        "7700",
        "Trofimych Dalniy",  # a weak alias is not looked for in texts
        "",
    ],
)
def test_a_text_without_a_listed_name_is_none(text: str) -> None:
    assert MATCHER.match_text(text) == ()
