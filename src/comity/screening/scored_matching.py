"""Matching names that are merely alike: found by an index, scored word by word, explained.

The second stage behind exact matching. Which listed names are looked at is decided by words: each
listed name is indexed under so many of its heaviest words that one without any of them could not
reach the least score. So the index loses nothing, and most given names meet no listed name at all.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from comity.screening.candidates_kernel import GIVEN_WORDS_MAX
from comity.screening.free_text import TextIndex
from comity.screening.legal_forms import without_legal_ending
from comity.screening.listed_names import Alignment, ListedName, Pair, Weights, align
from comity.screening.matching import ExactMatcher, Match, MatchKind
from comity.screening.name_index import NameIndex
from comity.screening.names import comparable_words, name_variants
from comity.screening.thresholds import FULL, Thresholds, default_thresholds
from comity.screening.transliteration import fold_word
from comity.screening.watchlists import WatchlistEntry
from comity.screening.word_index import WordIndex


class ScoredMatcher:
    """Matches equal names and identifiers, names that are alike, and names within free text."""

    def __init__(self, entries: Sequence[WatchlistEntry], limits: Thresholds | None = None) -> None:
        self._exact = ExactMatcher(entries)
        self._limits = limits or default_thresholds()
        self._names = tuple(_listed_names(entries))
        self._weights = Weights((name.words for name in self._names), self._limits)
        words = (word for name in self._names for word in name.words)
        self._index = WordIndex(words, self._limits)
        self._candidates = NameIndex(self._names, self._index, self._weights, self._limits)
        self._index_letters()
        self._texts = TextIndex(self._names, self._weights, self._limits)

    def match_name(self, name: str) -> tuple[Match, ...]:
        """Return equal names first, then those alike by score; each entry once."""
        exact = self._exact.match_name(name)
        matched = {match.entry_index for match in exact}
        alike = [match for match in self._alike(name) if match.entry_index not in matched]
        return (*exact, *alike)

    def match_identifier(self, identifier: str) -> tuple[Match, ...]:
        """Return the entries with this identifier; nothing is merely alike to an identifier."""
        return self._exact.match_identifier(identifier)

    def match_text(self, text: str) -> tuple[Match, ...]:
        """Return the entries whose names or identifiers stand within a free text."""
        found = list(self._texts.names_in(text))
        for stretch in text.split():
            if len(stretch) >= self._limits.text_identifier_characters_min and any(
                map(str.isdigit, stretch)
            ):
                found += self._exact.match_identifier(stretch)
        best: dict[int, Match] = {}
        for match in found:
            best.setdefault(match.entry_index, match)
        return tuple(sorted(best.values(), key=_best_first))

    def _alike(self, name: str) -> list[Match]:
        words = comparable_words(name)[:GIVEN_WORDS_MAX]
        if not words:
            return []
        found: dict[int, Match] = {}
        for reading in self._readings(words):
            for number in self._candidates.candidates(reading):
                self._add_scored(found, reading, self._names[number])
        for match in self._same_letters(words):
            _add_better(found, match)
        # Whatever stands around it, a listed name is one: words added do not hide it.
        for match in self._texts.names_in(name, words_min=2):
            _add_better(found, match)
        return sorted(found.values(), key=_best_first)

    def _readings(self, words: Sequence[str]) -> Iterator[Sequence[str]]:
        """Yield the words, and where neighbours joined or a word split are listed, those.

        A legal form may be written as the end of the last word before it.
        """
        yield words
        listed, adjacent = self._index.number_of, self._adjacent
        for at, word in enumerate(words):
            if word not in listed:
                if word in adjacent:
                    yield [*words[:at], *adjacent[word], *words[at + 1 :]]
                bare = without_legal_ending(word)
                if bare in listed and len(words) > 1:
                    yield [*words[:at], bare, *words[at + 1 :]]
            joined = fold_word(word + words[at + 1]) if at + 1 < len(words) else ""
            if joined in listed:
                yield [*words[:at], joined, *words[at + 2 :]]

    def _add_scored(self, found: dict[int, Match], words: Sequence[str], name: ListedName) -> None:
        limits = self._limits
        alignment = align(words, name.words, self._index, self._weights, limits)
        score = min(alignment.score, FULL - 1)
        if score < (limits.weak_name_score_min if name.is_weak else limits.name_score_min):
            return
        if len(alignment.pairs) == 1 and not self._is_enough_alone(name, alignment.pairs[0]):
            return
        details = _details(alignment)
        match = Match(name.entry_index, name.published, MatchKind.NAME_ALIKE, score, details)
        _add_better(found, match)

    def _is_enough_alone(self, name: ListedName, pair: Pair) -> bool:
        """Return whether one word is enough: it is all of the listed name; a surname is not."""
        return len(name.words) == 1 and pair.likeness >= self._limits.single_word_similarity_min

    def _same_letters(self, words: Sequence[str]) -> Iterator[Match]:
        """Yield the names with the same letters, and those that a long name begins."""
        limits, letters = self._limits, fold_word("".join(words))
        for number in self._by_letters.get(letters, ()):
            name = self._names[number]
            yield Match(
                name.entry_index,
                name.published,
                MatchKind.NAME_ALIKE,
                limits.joined_name_score,
                "the same letters, with words joined or split",
            )
        if len(letters) < limits.cut_name_letters_min:
            return
        at = bisect_left(self._letters, letters)
        while at < len(self._letters) and self._letters[at].startswith(letters):
            whole = self._letters[at]
            share = FULL * len(letters) // len(whole)
            if len(whole) > len(letters) and share >= limits.cut_name_share_min:
                for number in self._by_letters[whole]:
                    yield self._cut(self._names[number], share)
            at += 1

    def _cut(self, name: ListedName, share: int) -> Match:
        details = f"the beginning of the listed name, {share // 10} % of its letters"
        score = self._limits.cut_name_score
        return Match(name.entry_index, name.published, MatchKind.NAME_CUT, score, details)

    def _index_letters(self) -> None:
        self._by_letters: dict[str, list[int]] = {}
        self._adjacent: dict[str, tuple[str, str]] = {}
        for number, name in enumerate(self._names):
            self._by_letters.setdefault(fold_word("".join(name.words)), []).append(number)
            for one, other in zip(name.words, name.words[1:], strict=False):
                self._adjacent.setdefault(fold_word(one + other), (one, other))
        self._letters = sorted(self._by_letters)


def _listed_names(entries: Sequence[WatchlistEntry]) -> Iterator[ListedName]:
    for number, entry in enumerate(entries):
        seen: set[tuple[str, ...]] = set()
        for published in entry.names:
            for variant in name_variants(published):
                words = tuple(comparable_words(variant))
                if words and words not in seen:
                    seen.add(words)
                    yield ListedName(number, published, words, published in entry.weak_names)


def _add_better(found: dict[int, Match], match: Match) -> None:
    known = found.get(match.entry_index)
    if known is None or match.score_per_mille > known.score_per_mille:
        found[match.entry_index] = match


def _best_first(match: Match) -> tuple[int, int]:
    return -match.score_per_mille, match.entry_index


def _details(alignment: Alignment) -> str:
    """Return in words what of two names is alike and what is not."""
    parts = list(map(_pair_words, alignment.pairs))
    for words, where in (
        (alignment.only_listed, "listed besides"),
        (alignment.only_given, "given besides"),
    ):
        if words:
            parts.append(f"{where}: {', '.join(map(repr, words))}")
    return "; ".join(parts)


def _pair_words(pair: Pair) -> str:
    if pair.likeness == FULL:
        return f"{pair.given!r} the same"
    if len(pair.given) == 1 or len(pair.listed) == 1:
        return f"{pair.given!r} an initial of {pair.listed!r}"
    if pair.listed.startswith(pair.given):
        return f"{pair.given!r} begins {pair.listed!r}"
    return f"{pair.given!r} like {pair.listed!r} ({pair.likeness // 10} %)"
