"""The index of listed names: which of them a given name has to be scored against."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np

from comity.screening.candidates_kernel import (
    GIVEN_WORDS_MAX,
    GivenName,
    NameTable,
    find_candidates,
)
from comity.screening.listed_names import ListedName, Weights
from comity.screening.thresholds import FULL, Thresholds
from comity.screening.word_index import BEGINNING_LETTERS_MIN, LAST, WordIndex


class NameIndex:
    """Finds the listed names that may reach the least score with a given one; misses none."""

    def __init__(
        self,
        names: Sequence[ListedName],
        index: WordIndex,
        weights: Weights,
        limits: Thresholds,
    ) -> None:
        self._index = index
        self._weights = weights
        self._limits = limits
        self._table = _make_table(names, index, weights, limits)
        self._found = np.zeros(len(names), np.int32)

    def candidates(self, words: Sequence[str]) -> list[int]:
        """Return the numbers of the names to score, ascending; at most 24 words may be given."""
        assert len(words) <= GIVEN_WORDS_MAX, "the caller cuts longer names"
        nears = [self._index.near_columns(word) for word in words]
        if not any(len(numbers) for numbers, _ in nears):
            return []
        starts = np.zeros(len(words) + 1, np.int32)
        np.cumsum([len(numbers) for numbers, _ in nears], out=starts[1:])
        short = [word for word in words if self._may_begin(word)]
        given = GivenName(
            near_start=starts,
            near=np.concatenate([numbers for numbers, _ in nears]),
            likeness=np.concatenate([likeness for _, likeness in nears]),
            weight=np.array([self._weight(word) for word in words], np.int64),
            begun=np.array([bound for word in short for bound in self._begun(word)], np.int32),
            begun_likeness=np.array([self._begun_likeness(word) for word in short], np.int64),
            has_short=int(bool(short)),
        )
        limits = self._limits
        count = find_candidates(
            self._table, given, limits.listed_share, limits.name_score_min, self._found
        )
        return sorted(self._found[:count].tolist())

    def _weight(self, word: str) -> int:
        return 0 if self._may_begin(word) else self._weights.of(word)

    def _may_begin(self, word: str) -> bool:
        """Return whether a word may begin a listed one that the index does not lead to from it."""
        length = len(word)
        return length == 1 or self._limits.cut_letters_min <= length < BEGINNING_LETTERS_MIN

    def _begun_likeness(self, word: str) -> int:
        """Return how alike a word is to the shortest longer one that it begins, at most."""
        if len(word) == 1:
            return self._limits.initial_similarity
        return FULL - self._limits.cut_cost // (len(word) + 1)

    def _begun(self, word: str) -> tuple[int, int]:
        words = self._index.words
        start = bisect_left(words, word)
        return start, bisect_left(words, word + LAST, start)


def _make_table(
    names: Sequence[ListedName], index: WordIndex, weights: Weights, limits: Thresholds
) -> NameTable:
    """Put each name into the postings of its heaviest words, until the rest could not suffice."""
    number_of = index.number_of
    # With all of the given name found, the score is the least one at this share of the listed.
    # Two words at least, for a given name may have only the beginning of one.
    most_of_given = (FULL - limits.listed_share) * FULL
    share_min = max(limits.name_score_min * FULL - most_of_given, 0) // limits.listed_share
    postings: list[list[int]] = [[] for _ in index.words]
    needed = []
    for number, name in enumerate(names):
        heaviest = sorted(((weights.of(word), word) for word in name.words), reverse=True)
        rest = total = sum(weight for weight, _ in heaviest)
        for at, (weight, word) in enumerate(heaviest):
            if at > 1 and rest * FULL < share_min * total:
                break
            # A letter that stands alone leads to no name; it stays with the rest, as reached.
            if len(word) > 1:
                rest -= weight
                if postings[number_of[word]][-1:] != [number]:
                    postings[number_of[word]].append(number)
        needed.append(max(share_min * total - rest * FULL, 1))
    words = [[number_of[word] for word in name.words if len(word) > 1] for name in names]
    totals = [sum(map(weights.of, name.words)) for name in names]
    alone = [sum(weights.of(word) for word in name.words if len(word) == 1) for name in names]
    return NameTable(
        posting_start=_starts(postings),
        posting=_flat(postings),
        word_weight=np.array([weights.of(word) for word in index.words], np.int64),
        word_start=_starts(words),
        word=_flat(words),
        total=np.array(totals, np.int64),
        alone=np.array(alone, np.int64),
        needed=np.array(needed, np.int64),
        gain=np.full(len(names), -1, np.int64),
        touched=np.zeros(len(names), np.int32),
        best=np.zeros(len(index.words), np.int64),
        mask=np.zeros(len(index.words), np.int64),
    )


def _starts(groups: Sequence[Sequence[int]]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    starts = np.zeros(len(groups) + 1, np.int32)
    np.cumsum([len(group) for group in groups], out=starts[1:])
    return starts


def _flat(groups: Iterable[Sequence[int]]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array([one for group in groups for one in group], np.int32)
