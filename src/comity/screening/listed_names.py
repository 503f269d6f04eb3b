"""Listed names as words with weights, and the score of a given name against one of them.

A word weighs the more the fewer listed names have it: `bank` and `muhamad` say little. The score is
a mean of two shares, of the weight of the listed name that the given one has, and of the weight of
the given name that the listed one has; each word counts as much as it is alike. Words have no
order: both sides are looked at in alphabetical order, so that no order changes a score.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from comity.screening.legal_forms import LEGAL_WORDS
from comity.screening.likeness import word_likeness
from comity.screening.thresholds import FULL, Thresholds
from comity.screening.word_index import BEGINNING_LETTERS_MIN, WordIndex

WEIGHT_MAX = 750
"""Weight of a word of a dozen names or fewer, and of any word that no listed name has."""

WEIGHT_MIN = 100
_WEIGHT_MAX_BY_LETTERS = (0, 150, 250, 450)
"""Short words are found in many names, whatever their number here."""

_WEIGHT_SCALE = 100
_LEGAL_LETTERS_MIN = 6
_LEGAL_LIKENESS_MIN = 850


@dataclass(frozen=True, slots=True)
class ListedName:
    """One listed name.

    Attributes:
        entry_index: of the entry that bears it.
        published: the name as published, of which this is one reading.
        words: of its normal form, letters that stand alone by themselves, in order.
        is_weak: whether its publisher calls it of low quality.
    """

    entry_index: int
    published: str
    words: tuple[str, ...]
    is_weak: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A given word and the listed word that it may be."""

    given: str
    listed: str
    likeness: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a given name and a listed one are alike.

    Attributes:
        score: 0 … 1000.
        pairs: words found on both sides, in the alphabetical order of the given ones.
        only_given: words that the listed name has not.
        only_listed: words that the given name has not.
    """

    score: int
    pairs: tuple[Pair, ...]
    only_given: tuple[str, ...]
    only_listed: tuple[str, ...]


class Weights:
    """Weight of every word; the same lists give the same weights."""

    def __init__(self, names: Iterable[Sequence[str]], limits: Thresholds) -> None:
        listed = [frozenset(words) for words in names]
        counts = Counter(word for words in listed for word in words)
        total = len(listed) + 1
        self._weights = {
            word: _capped(word, round(_WEIGHT_SCALE * (log(total) - log(count))))
            for word, count in counts.items()
        }
        self._unknown = max(self._weights.values(), default=WEIGHT_MAX)
        self._legal = WordIndex(LEGAL_WORDS, limits)
        for word in self._weights:
            if self._is_legal(word):
                self._weights[word] = WEIGHT_MIN

    def of(self, word: str) -> int:
        """Return the weight of a word; of one that no listed name has, that of the rarest."""
        weight = self._weights.get(word)
        if weight is not None:
            return weight
        return WEIGHT_MIN if self._is_legal(word) else _capped(word, self._unknown)

    def _is_legal(self, word: str) -> bool:
        """Return whether a word is one of a legal form, or such a one misspelt."""
        if len(word) < _LEGAL_LETTERS_MIN:
            return word in LEGAL_WORDS
        return max(self._legal.near(word).values(), default=0) >= _LEGAL_LIKENESS_MIN


def _capped(word: str, weight: int) -> int:
    by_letters = _WEIGHT_MAX_BY_LETTERS[len(word) : len(word) + 1]
    return max(WEIGHT_MIN, min(weight, WEIGHT_MAX, *by_letters))


def align(
    given: Sequence[str],
    listed: Sequence[str],
    index: WordIndex,
    weights: Weights,
    limits: Thresholds,
) -> Alignment:
    """Return how alike two names are, given as words in any order; neither may be empty.

    Words are paired one to one, the most alike first, of those the heaviest.
    """
    ours, theirs = sorted(given), sorted(listed)
    possible: list[tuple[int, int, int, int]] = []
    for at, word in enumerate(ours):
        near = index.near(word)
        for to, other in enumerate(theirs):
            if len(word) < BEGINNING_LETTERS_MIN or len(other) == 1:
                likeness = word_likeness(word, other, limits)
            else:
                likeness = near.get(index.number_of[other], 0)
            if likeness:
                possible.append((-likeness, -weights.of(other), at, to))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    found = weight_found = 0
    for likeness, weight, at, to in sorted(possible):
        if at not in pairs and to not in taken:
            pairs[at] = to
            taken.add(to)
            found += likeness * weight
            weight_found -= weight
    only_given = tuple(word for at, word in enumerate(ours) if at not in pairs)
    only_listed = tuple(word for to, word in enumerate(theirs) if to not in taken)
    share_listed = found // (weight_found + sum(map(weights.of, only_listed)))
    share_given = found // (weight_found + sum(map(weights.of, only_given)))
    score = limits.listed_share * share_listed + (FULL - limits.listed_share) * share_given
    likeness_of = {(at, to): -minus for minus, _, at, to in possible}
    return Alignment(
        score=score // FULL,
        pairs=tuple(
            Pair(ours[at], theirs[to], likeness_of[at, to]) for at, to in sorted(pairs.items())
        ),
        only_given=only_given,
        only_listed=only_listed,
    )
