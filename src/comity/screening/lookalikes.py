"""Letters of the Latin and the Cyrillic alphabet that look the same.

A name typed with one foreign letter looks right to a person and differs for a machine, whether
by slip or to avoid a list. A word of a name that mixes the alphabets is brought to one of them;
an identifier is brought to Latin, since the series of passports are typed in either.
"""

import re

_LATIN = "ABCEHIJKMOPSTXYaceijopsxy"
_CYRILLIC = "АВСЕНІЈКМОРЅТХУасеіјорѕху"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)

_MIXED = re.compile(r"[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")
_WORD = re.compile(r"[A-Za-z\u0400-\u04ff]+")


def latin_lookalikes(text: str) -> str:
    """Return the text with every Cyrillic letter that looks Latin written as that Latin letter."""
    return text.translate(_TO_LATIN)


def unmix_alphabets(text: str) -> str:
    """Return the text with each word that mixes Latin and Cyrillic in one alphabet if it can be.

    The alphabet with more letters in the word wins, Cyrillic at a tie; a word that holds letters
    of both which have no likeness stays as it is.
    """
    return _WORD.sub(_unmix_word, text) if _MIXED.search(text) else text


def _unmix_word(word: re.Match[str]) -> str:
    text = word.group()
    latin_count = sum(map(str.isascii, text))
    if not 0 < latin_count < len(text):
        return text
    cyrillic, latin = text.translate(_TO_CYRILLIC), text.translate(_TO_LATIN)
    choices = [cyrillic, latin] if 2 * latin_count <= len(text) else [latin, cyrillic]
    return next((choice for choice in choices if _is_of_one_alphabet(choice)), text)


def _is_of_one_alphabet(text: str) -> bool:
    return sum(map(str.isascii, text)) in {0, len(text)}
