"""One normal form for the names of people and companies, whatever the script they came in.

Two names are the same for exact screening when their normal forms are equal, in the order given
or with the words sorted. Scoring names that are merely alike is left to finer matchers.
"""

import re

from comity.screening.legal_forms import (
    LEGAL_FORM_PHRASES,
    LEGAL_FORM_WORDS,
    without_legal_forms,
)
from comity.screening.transliteration import fold_word, latin_words

_SINGLE_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_NEEDS_REDUCING = _SINGLE_LETTERS | LEGAL_FORM_WORDS | frozenset(LEGAL_FORM_PHRASES)

_SEPARATORS = re.compile(r"[;/]|(?:^|\s)[a-z]\)\s")
_BRACKETED = re.compile(r"\(([^()]*)\)?")
_SCRIPT_LABEL = re.compile(r"^.*\bscript:")


def normalise_name(text: str) -> str:
    """Return the normal form of a name: Latin words in order; empty if nothing can be read.

    NFKC, transliterated, lower case, one spelling for the usual romanisations, punctuation as
    spaces, apostrophes gone, letters that stand alone joined (`И. И.` and `И.И.`), legal forms
    gone unless nothing else is left. Normalising a normal form changes nothing.
    """
    return " ".join(name_words(text))


def name_words(text: str) -> list[str]:
    """Return the words of the normal form of a name, in order."""
    words = latin_words(text)
    return words if _NEEDS_REDUCING.isdisjoint(words) else _reduce(words)


def comparable_words(text: str) -> list[str]:
    """Return the words that are compared for likeness: letters that stand alone stay alone.

    Where the normal form joins them (`И. И.`), they may be initials of a listed name's words.
    """
    latin = latin_words(text)
    if _NEEDS_REDUCING.isdisjoint(latin):
        return latin
    words = _reduce(latin)
    if _SINGLE_LETTERS.isdisjoint(latin):
        return words
    runs = {fold_word(run): run for run in _letter_runs(latin)}
    return [letter for word in words for letter in runs.get(word, (word,))]


def sorted_name_key(words: list[str]) -> str:
    """Return the key that is the same for every order of the words."""
    return " ".join(sorted(words))


def name_variants(text: str) -> tuple[str, ...]:
    """Return the names that one published field holds: the field itself, and the parts of it.

    Publishers write several names into one field (`LRA (Lord's Army); LRM`). Parts are what
    stands between `;`, `/` or `b)`, each also without its brackets, and what stands in brackets
    if it looks like a name: it begins with no small letter and holds no digit; a label such as
    `original script:` goes.
    """
    if not any(sign in text for sign in ";/()"):
        return (text,)
    found = [text]
    for bracketed in _BRACKETED.findall(text):
        inside = _SEPARATORS.split(_SCRIPT_LABEL.sub("", bracketed))
        found += [part for part in inside if _looks_like_a_name(part)]
    outside = _BRACKETED.sub(" ", text)
    found += _SEPARATORS.split(outside)
    found += [_BRACKETED.sub(" ", part) for part in _SEPARATORS.split(text)]
    stripped = (part.strip() for part in found)
    return tuple(dict.fromkeys(part for part in stripped if part))


def _looks_like_a_name(text: str) -> bool:
    text = text.strip()
    return len(text) > 1 and not text[0].islower() and not any(map(str.isdigit, text))


def _reduce(words: list[str]) -> list[str]:
    """Join single letters and drop legal forms until neither changes anything."""
    while True:
        joined = _join_single_letters(words)
        kept = without_legal_forms(joined)
        if not kept:
            return joined
        if kept == words:
            return words
        words = kept


def _letter_runs(words: list[str]) -> list[str]:
    """Return the letters that stand alone beside one another, joined, of each such place."""
    marked = "".join(word if word in _SINGLE_LETTERS else " " for word in words)
    return [run for run in marked.split() if len(run) > 1]


def _join_single_letters(words: list[str]) -> list[str]:
    joined: list[str] = []
    run = ""
    for word in words:
        if word in _SINGLE_LETTERS:
            run += word
            continue
        if run:
            joined.append(fold_word(run))
            run = ""
        joined.append(word)
    if run:
        joined.append(fold_word(run))
    return joined
