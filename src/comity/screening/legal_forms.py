"""Legal forms of companies, which a name may carry, spell out or leave off.

Written as they stand in registers; compared after transliteration and folding, so that the Latin
spelling of a Cyrillic form is found without being listed.
"""

import re

from comity.screening.transliteration import latin_words

_ABBREVIATIONS = """
    ООО ОАО ЗАО ПАО НАО АО ИП ЧП ГУП МУП ФГУП НКО
    ОсОО ЖЧК ААК ЖАК ТОО ЖШС АҚ ҶДММ ҶСК ҶСП ҶСШ
    ТАА ААТ ЗАТ ОДО СООО ИООО ЧУП УП ՍՊԸ ՓԲԸ ԲԲԸ
    LLC LLP LP LTD LIMITED JSC OJSC CJSC PJSC PLC INC INCORPORATED CO COMPANY CORP CORPORATION
    КО КОМПАНИ КОМПАНИЯ ЛИМИТЕД КОРПОРЕЙШН КОРПОРАЦИЯ
    GMBH AG SA SARL SRL SPA BV NV FZE FZCO FZC PTE PTY
"""

_PHRASES = (
    "общество с ограниченной ответственностью",
    "товарищество с ограниченной ответственностью",
    "акционерное общество",
    "открытое акционерное общество",
    "закрытое акционерное общество",
    "публичное акционерное общество",
    "непубличное акционерное общество",
    "индивидуальный предприниматель",
    "жоопкерчилиги чектелген коом",
    "жоопкерчилиги чектелген коому",
    "ачык акционердик коом",
    "ачык акционердик коому",
    "жабык акционердик коом",
    "жабык акционердик коому",
    "жауапкершілігі шектеулі серіктестік",
    "жауапкершілігі шектеулі серіктестігі",
    "акционерлік қоғам",
    "акционерлік қоғамы",
    "ҷамъияти дорои масъулияти маҳдуд",
    "ҷамъияти саҳомии кушода",
    "ҷамъияти саҳомии пӯшида",
    "таварыства з абмежаванай адказнасцю",
    "адкрытае акцыянернае таварыства",
    "закрытае акцыянернае таварыства",
    "սահմանափակ պատասխանատվությամբ ընկերություն",
    "limited liability company",
    "limited liability partnership",
    "joint stock company",
    "open joint stock company",
    "closed joint stock company",
    "public joint stock company",
)

LEGAL_FORM_WORDS: frozenset[str] = frozenset(latin_words(_ABBREVIATIONS))
"""Abbreviated forms, folded: one word each."""

_LONGEST_FIRST = sorted((tuple(latin_words(phrase)) for phrase in _PHRASES), key=len, reverse=True)

LEGAL_WORDS: frozenset[str] = LEGAL_FORM_WORDS | {
    word for phrase in _LONGEST_FIRST for word in phrase
}
"""Every word of a legal form; in a wrong order, or with a letter wrong, a form stays in a name."""

_ENDING_LETTERS_MIN = 3
_ENDING = re.compile(
    "(?<=...)(?:"
    + "|".join(sorted(word for word in LEGAL_FORM_WORDS if len(word) >= _ENDING_LETTERS_MIN))
    + ")$"
)

LEGAL_FORM_PHRASES: dict[str, tuple[tuple[str, ...], ...]] = {
    first: tuple(phrase for phrase in _LONGEST_FIRST if phrase[0] == first)
    for first in sorted({phrase[0] for phrase in _LONGEST_FIRST})
}
"""Spelt-out forms, folded, by their first word; longest first."""


def without_legal_ending(word: str) -> str:
    """Return what stands before a legal form at the end of a word; the word where none does."""
    ending = _ENDING.search(word)
    return word[: ending.start()] if ending else word


def without_legal_forms(words: list[str]) -> list[str]:
    """Return the words without legal forms, in order; possibly none. Never modifies the list."""
    kept: list[str] = []
    position = 0
    while position < len(words):
        length = _form_length(words, position)
        if length == 0:
            kept.append(words[position])
        position += max(length, 1)
    return kept


def _form_length(words: list[str], position: int) -> int:
    """Return how many words the legal form that begins here has, 0 where none begins."""
    for phrase in LEGAL_FORM_PHRASES.get(words[position], ()):
        if tuple(words[position : position + len(phrase)]) == phrase:
            return len(phrase)
    return 1 if words[position] in LEGAL_FORM_WORDS else 0
