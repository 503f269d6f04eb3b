"""Any script to lower-case Latin words, with one spelling for the usual romanisations.

The transliteration itself is anyascii's, character by character. Passports, banks and lists
romanise the same Cyrillic name in several ways (Щербаков: Shcherbakov, Scherbakov), so the Latin
result, and every Latin name, is then folded to one spelling. The folding merges spellings that
are truly different too; what it reaches and what it does not is in docs/screening.md.
"""

import re
from unicodedata import category, combining, normalize

from anyascii import anyascii

from comity.screening.lookalikes import unmix_alphabets

STRETCHES_KEPT_MAX = 131_072
"""Most different stretches whose words are kept; all are forgotten when it is reached."""

TEXT_KEPT_CHARACTERS_MAX = 512
"""Longest text whose stretches are kept; those of a longer one are read each time."""

_UNDOUBLED_CHARACTERS_MIN = 4
"""A shorter word keeps its double letters: `OOO` and `LLC` would lose their shape."""

_OWN_LETTERS = {
    # Banks in Russia and Kyrgyzstan write ң as н, so it is not spelt `ng` here.
    "ң": "n",
    "Ң": "n",
}
_ARMENIAN_U = re.compile("[ոՈ][ւՒ]")
"""Two letters that stand for one vowel, u; anyascii sees one letter at a time."""

_APOSTROPHES = frozenset("'`")

_LETTER_FOLDING = str.maketrans({"w": "v", "q": "k", "x": "ks"})

_H_FOLDING = (
    ("kh", "h"),  # х
    ("gh", "g"),  # ғ
    ("tsch", "ch"),  # ч
    ("tch", "ch"),
    ("shch", "sh"),  # щ, and ш written the German way
    ("sch", "sh"),
    ("zh", "j"),  # ж, дж and the j of Kyrgyz and Arabic names
    ("ph", "f"),  # ф, and the f of Arabic names
    ("th", "t"),  # т, and th of English and Arabic names, which Cyrillic has not
    ("dh", "d"),
)
_FOLDING = (
    ("dj", "j"),
    ("tz", "ts"),  # ц
    ("tc", "ts"),
    ("ie", "e"),  # е after a vowel or a soft sign: Yuryevich, Yurievich, Yur'evich
)
_HARD_C = re.compile(r"c(?!h)")
"""Written к in Cyrillic, and k by many: Компания, company; океан, ocean."""

_DOUBLED = re.compile(r"([a-z])\1+")


class _LatinLetters(dict[int, str]):
    """Character code to lower-case Latin letters, filled on first sight of each character."""

    def __missing__(self, code: int) -> str:
        letters = _latin_letters(chr(code))
        self[code] = letters
        return letters


_LETTERS = _LatinLetters()


class _Stretches(dict[str, str]):
    """Stretch without white space to its folded words, filled on first sight of each stretch."""

    def __missing__(self, stretch: str) -> str:
        latin = _latin(stretch)
        if len(self) >= STRETCHES_KEPT_MAX:
            self.clear()
        self[stretch] = latin
        return latin


_STRETCHES = _Stretches()


def latin_words(text: str) -> list[str]:
    """Return the words of a text of any script, in order, lower case, folded to one spelling.

    Each stretch between white space is treated by itself, so that one seen before costs only a
    look-up: most new names are made of words that other names have.
    """
    latin = _STRETCHES.__getitem__ if len(text) <= TEXT_KEPT_CHARACTERS_MAX else _latin
    return " ".join(map(latin, text.split())).split()


def fold_word(word: str) -> str:
    """Return the one spelling of a lower-case Latin word; folding it again changes nothing."""
    while True:
        folded = _fold_once(word)
        if folded == word:
            return word
        word = folded


def _latin(stretch: str) -> str:
    """Return the folded words of a text without white space, with spaces between them."""
    if not stretch.isascii():
        stretch = unmix_alphabets(normalize("NFKC", stretch))
        stretch = _ARMENIAN_U.sub("u", stretch)
    return " ".join(map(fold_word, stretch.translate(_LETTERS).split()))


def _latin_letters(character: str) -> str:
    if character in _OWN_LETTERS:
        return _OWN_LETTERS[character]
    kind = category(character)
    # Accents, vowel points and invisible characters are written or left out at will.
    if combining(character) or kind == "Cf":
        return ""
    is_letter = kind.startswith("L")
    gap = "" if is_letter else " "
    latin = anyascii(character).lower().translate(_LETTER_FOLDING) or gap
    return "".join(
        piece if piece.isalnum() else "" if piece in _APOSTROPHES else gap for piece in latin
    )


def _fold_once(word: str) -> str:
    if "y" in word:
        # ё is mostly written е; then ю, я, й and ы: yu or iu, ya or ia, y or i.
        word = word.replace("yo", "e").replace("y", "i")
    if "h" in word:
        word = _replace_each(word, _H_FOLDING)
    word = _replace_each(word, _FOLDING)
    if "c" in word:
        word = _HARD_C.sub("k", word)
    if len(word) >= _UNDOUBLED_CHARACTERS_MIN and _DOUBLED.search(word):
        word = _DOUBLED.sub(r"\1", word)
    return word


def _replace_each(word: str, folding: tuple[tuple[str, str], ...]) -> str:
    for found, folded in folding:
        if found in word:
            word = word.replace(found, folded)
    return word
