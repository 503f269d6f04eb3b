"""Listed names within free text: remittance information, instructions, remarks.

A text is no name: most of its words are of the trade. So a listed name counts as found only when
all its words stand near one another, each in the normal form exactly. Each name is looked for by
its rarest word, so that a text without any such word costs one look-up a word.
"""

from collections.abc import Iterator, Sequence

from comity.screening.listed_names import ListedName, Weights
from comity.screening.matching import Match, MatchKind
from comity.screening.names import comparable_words
from comity.screening.thresholds import Thresholds
from comity.screening.transliteration import latin_words


class TextIndex:
    """Looks for listed names in texts."""

    def __init__(self, names: Sequence[ListedName], weights: Weights, limits: Thresholds) -> None:
        self._limits = limits
        self._by_word: dict[str, list[ListedName]] = {}
        for name in names:
            if not name.is_weak and self._is_long_enough(name):
                rarest = max(name.words, key=lambda word: (weights.of(word), len(word), word))
                self._by_word.setdefault(rarest, []).append(name)

    def names_in(self, text: str, words_min: int = 1) -> Iterator[Match]:
        """Yield the names that stand in a text, in the order of their rarest words.

        Args:
            text: as it came.
            words_min: of a listed name that is looked for.
        """
        if self._by_word.keys().isdisjoint(latin_words(text)):
            return
        words = comparable_words(text)
        for at, word in enumerate(words):
            for name in self._by_word.get(word, ()):
                if len(name.words) >= words_min and self._stands_near(name, words, at):
                    yield Match(
                        name.entry_index,
                        name.published,
                        MatchKind.TEXT,
                        self._limits.text_score,
                        f"the words {', '.join(map(repr, name.words))} stand together",
                    )

    def _is_long_enough(self, name: ListedName) -> bool:
        if len(name.words) == 1:
            letters = name.words[0]
            is_number = any(map(str.isdigit, letters))
            return len(letters) >= self._limits.text_single_word_letters_min and not is_number
        return sum(map(len, name.words)) >= self._limits.text_letters_min

    def _stands_near(self, name: ListedName, words: Sequence[str], at: int) -> bool:
        reach = len(name.words) - 1 + self._limits.text_gap_max
        near = list(words[max(at - reach, 0) : at + reach + 1])
        for word in name.words:
            if word not in near:
                return False
            near.remove(word)
        return True
