"""The words of all listed names, and which of them a given word may be.

A word is found by what is left of it when letters are left out (two words that differ by few edits
have such a remainder in common), by its consonants, and by its beginning. What is found so is then
measured by the edits between the two; nothing else decides.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from comity.screening.likeness import likeness_by_edits, skeleton_of
from comity.screening.thresholds import FULL, Thresholds

WORDS_KEPT_MAX = 32_768
"""Most given words whose answer is kept; all are forgotten when it is reached."""

WORD_LETTERS_MAX = 40
"""A longer stretch is no word that anybody misspells: it is found when it is equal."""

BEGINNING_LETTERS_MIN = 5
"""A shorter beginning leads to no word: too many begin with it."""

LAST = "\U0010ffff"
"""Behind every letter: what begins with a word stands before the word with this behind it."""

Near = dict[int, int]
"""Likeness by the number of a listed word."""

Columns = tuple[NDArray[np.int32], NDArray[np.int64]]
"""The same as columns: numbers of listed words, and their likeness."""


class WordIndex:
    """Listed words by number, in alphabetical order, and look-up of those alike to a given one."""

    def __init__(self, words: Iterable[str], limits: Thresholds) -> None:
        self.words: tuple[str, ...] = tuple(sorted(set(words)))
        self.number_of: dict[str, int] = {word: at for at, word in enumerate(self.words)}
        self._limits = limits
        self._remainders: dict[str, list[int]] = {}
        self._skeletons: dict[str, list[int]] = {}
        self._near: dict[str, tuple[Near, Columns]] = {}
        for number, word in enumerate(self.words):
            if len(word) == 1 or len(word) > WORD_LETTERS_MAX:
                continue
            for remainder in self._remainders_of(word):
                self._remainders.setdefault(remainder, []).append(number)
            if skeleton := skeleton_of(word):
                self._skeletons.setdefault(skeleton, []).append(number)

    def near(self, word: str) -> Near:
        """Return the listed words that a given word may be, with their likeness.

        Letters that stand alone are left out, on either side: each would be near a twentieth of
        all words. The answer is shared: it must not be changed.
        """
        return self._kept(word)[0]

    def near_columns(self, word: str) -> Columns:
        """Return the same as columns."""
        return self._kept(word)[1]

    def _kept(self, word: str) -> tuple[Near, Columns]:
        kept = self._near.get(word)
        if kept is None:
            if len(self._near) >= WORDS_KEPT_MAX:
                self._near.clear()
            near = self._find(word)
            count = len(near)
            numbers = np.fromiter(near, np.int32, count)
            kept = near, (numbers, np.fromiter(near.values(), np.int64, count))
            self._near[word] = kept
        return kept

    def _find(self, word: str) -> Near:
        if len(word) > WORD_LETTERS_MAX:
            number = self.number_of.get(word)
            return {} if number is None else {number: FULL}
        numbers = sorted(set(self._candidates(word)))
        if not numbers:
            return {}
        words = [self.words[number] for number in numbers]
        edits = cdist([word], words, scorer=OSA.distance, dtype=np.int64)[0].tolist()
        near: Near = {}
        for number, listed, distance in zip(numbers, words, edits, strict=True):
            if likeness := likeness_by_edits(word, listed, distance, self._limits):
                near[number] = likeness
        return near

    def _candidates(self, word: str) -> Iterator[int]:
        if len(word) == 1:
            return
        for remainder in self._remainders_of(word):
            yield from self._remainders.get(remainder, ())
        if skeleton := skeleton_of(word):
            yield from self._skeletons.get(skeleton, ())
        if len(word) >= BEGINNING_LETTERS_MIN:
            start = bisect_left(self.words, word)
            yield from range(start, bisect_left(self.words, word + LAST, start))

    def _remainders_of(self, word: str) -> Iterator[str]:
        """Yield the word with as many letters left out as it may differ by, and with fewer.

        A word as long as this one, or one letter longer, may differ by more edits than this one's
        own length allows; what the longer of the two allows is tried from both.
        """
        yield word
        length = len(word)
        for edits in range(1, self._limits.edits_max(length + 1) + 1):
            for kept in combinations(word, length - edits):
                yield "".join(kept)
