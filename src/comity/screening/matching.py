"""Matchers: which listed entries a name or an identifier may belong to.

`Matcher` is what every way of matching implements; `ExactMatcher` is the first stage: equal normal
forms, nothing scored. The second, `scored_matching`, finds names that are merely alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from comity.identifiers import is_bic
from comity.screening.identifier_keys import IDENTIFIER_CHARACTERS_MIN, normalise_identifier
from comity.screening.names import name_variants, name_words, sorted_name_key
from comity.screening.watchlists import WatchlistEntry

EXACT_SCORE_PER_MILLE = 1000
"""The score of a match that leaves no doubt about the spelling."""

_INSTITUTION_CHARACTERS = 8
"""A BIC's first eight characters name the institution; the rest names a branch of it."""

_BIC_KIND = "bic"


class MatchKind(StrEnum):
    """What about a party matched a list."""

    NAME = "name"  # the whole name, words in the listed order
    NAME_REORDERED = "name_reordered"  # the whole name, words in another order
    IDENTIFIER = "identifier"  # a number or code of the party
    BIC = "bic"  # the institution, whichever its branch
    NAME_ALIKE = "name_alike"  # a name that is merely alike
    NAME_CUT = "name_cut"  # the beginning of the name
    TEXT = "text"  # the name, within a free text


@dataclass(frozen=True, slots=True)
class Match:
    """One listed entry that a text may belong to.

    Attributes:
        entry_index: position in the entries the matcher was built from.
        matched: the name or identifier of the entry, as published.
        kind: what matched.
        score_per_mille: 0 … 1000, how sure the matcher is.
        details: in words, what is alike and what is not; empty where the two are equal.
    """

    entry_index: int
    matched: str
    kind: MatchKind
    score_per_mille: int
    details: str = ""


class Matcher(Protocol):
    """Finds the entries a text may belong to; the same text always gives the same answer."""

    def match_name(self, name: str) -> tuple[Match, ...]:
        """Return the matches of a party's name, best first; empty where there is none."""
        ...

    def match_identifier(self, identifier: str) -> tuple[Match, ...]:
        """Return the matches of a party's identifier, best first; empty where there is none."""
        ...

    def match_text(self, text: str) -> tuple[Match, ...]:
        """Return the matches within a free text, best first; empty where there is none."""
        ...


_Place = tuple[int, str]
"""Index of an entry and its published name or identifier."""


class ExactMatcher:
    """Matches equal normal forms: names in the order given or sorted, identifiers, BICs."""

    def __init__(self, entries: Sequence[WatchlistEntry]) -> None:
        self._names: dict[str, tuple[_Place, ...]] = {}
        self._identifiers: dict[str, tuple[_Place, ...]] = {}
        self._institutions: dict[str, tuple[_Place, ...]] = {}
        for index, entry in enumerate(entries):
            self._add_names(index, entry)
            self._add_identifiers(index, entry)

    def match_name(self, name: str) -> tuple[Match, ...]:
        """Return the entries that bear this whole name, those in the given order first.

        A name of which nothing can be read matches nothing.
        """
        words = name_words(name)
        places = self._names.get(sorted_name_key(words))
        if places is None or not words:
            return ()
        matches = [self._name_match(place, words) for place in places]
        return tuple(sorted(matches, key=lambda match: match.kind is not MatchKind.NAME))

    def match_identifier(self, identifier: str) -> tuple[Match, ...]:
        """Return the entries with this identifier; a BIC is that of any branch of the bank."""
        key = normalise_identifier(identifier)
        if len(key) < IDENTIFIER_CHARACTERS_MIN:
            return ()
        matches = list(_matches(self._identifiers.get(key, ()), MatchKind.IDENTIFIER))
        if is_bic(key):
            institution = key[:_INSTITUTION_CHARACTERS]
            matches += _matches(self._institutions.get(institution, ()), MatchKind.BIC)
        return tuple(matches)

    def match_text(self, text: str) -> tuple[Match, ...]:
        """Return the entries that bear the whole text as a name, or have it as an identifier."""
        return (*self.match_name(text), *self.match_identifier(text))

    def _name_match(self, place: _Place, words: list[str]) -> Match:
        index, published = place
        in_order = any(name_words(variant) == words for variant in name_variants(published))
        kind = MatchKind.NAME if in_order else MatchKind.NAME_REORDERED
        return Match(index, published, kind, EXACT_SCORE_PER_MILLE)

    def _add_names(self, index: int, entry: WatchlistEntry) -> None:
        for published in entry.names:
            for variant in name_variants(published):
                key = sorted_name_key(name_words(variant))
                if key:
                    _add(self._names, key, (index, published))

    def _add_identifiers(self, index: int, entry: WatchlistEntry) -> None:
        for kind, published in entry.identifiers:
            key = normalise_identifier(published)
            if kind == _BIC_KIND and is_bic(key):
                _add(self._institutions, key[:_INSTITUTION_CHARACTERS], (index, published))
            elif len(key) >= IDENTIFIER_CHARACTERS_MIN:
                _add(self._identifiers, key, (index, published))


def _add(index: dict[str, tuple[_Place, ...]], key: str, place: _Place) -> None:
    """Add the place, once an entry: its first published text stands for the others."""
    places = index.get(key, ())
    if all(known != place[0] for known, _ in places):
        index[key] = (*places, place)


def _matches(places: Sequence[_Place], kind: MatchKind) -> Iterator[Match]:
    for index, published in places:
        yield Match(index, published, kind, EXACT_SCORE_PER_MILLE)
