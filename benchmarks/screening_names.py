"""Names to measure screening by: true names written otherwise, and ordinary names of nobody listed.

Everything is drawn from a seed. What is done to true names is listed in `KINDS` and told in
docs/screening.md; the tables here are written for this purpose and share nothing with the normal
form they put to the test. A name is written otherwise once, or twice where the kind says so.
"""

import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from anyascii import anyascii

from comity.screening import EntryKind, WatchlistEntry

COUNTRIES = ("RU", "KG", "KZ", "AM", "TJ", "BY")

_LINE_CHARACTERS = 35
"""A line of a name in older formats; longer names end there."""

_LETTERS_MIN = 10
_LATIN_SHARE = 0.4
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_CYRILLIC = (
    ("shch", "щ"), ("sch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"),
    ("ph", "ф"), ("th", "т"), ("yu", "ю"), ("ya", "я"), ("yo", "ё"), ("ye", "е"), ("oo", "у"),
    ("ou", "у"), ("ee", "и"), ("ck", "к"), ("gh", "г"), ("dh", "д"),
    ("a", "а"), ("b", "б"), ("c", "к"), ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"), ("h", "х"),
    ("i", "и"), ("j", "дж"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"),
    ("p", "п"), ("q", "к"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("v", "в"), ("w", "в"),
    ("x", "кс"), ("y", "й"), ("z", "з"),
)  # fmt: skip
_ARMENIAN = (
    ("zh", "ժ"), ("kh", "խ"), ("ts", "ց"), ("ch", "չ"), ("sh", "շ"), ("ph", "ֆ"), ("th", "թ"),
    ("yu", "յու"), ("ya", "յա"), ("ye", "ե"), ("gh", "ղ"), ("ou", "ու"), ("oo", "ու"),
    ("a", "ա"), ("b", "բ"), ("c", "կ"), ("d", "դ"), ("e", "ե"), ("f", "ֆ"), ("g", "գ"), ("h", "հ"),
    ("i", "ի"), ("j", "ջ"), ("k", "կ"), ("l", "լ"), ("m", "մ"), ("n", "ն"), ("o", "ո"),
    ("p", "պ"), ("q", "ք"), ("r", "ր"), ("s", "ս"), ("t", "տ"), ("u", "ու"), ("v", "վ"), ("w", "վ"),
    ("x", "քս"), ("y", "յ"), ("z", "զ"),
)  # fmt: skip
_ROMANISED = (
    ("kh", "h"), ("zh", "j"), ("yu", "iu"), ("ya", "ia"), ("y", "i"), ("i", "y"), ("sh", "sch"),
    ("w", "v"), ("v", "w"), ("q", "k"), ("k", "q"), ("ph", "f"), ("f", "ph"), ("ou", "u"),
    ("u", "ou"), ("ee", "i"), ("o", "u"), ("e", "i"), ("x", "ks"), ("ck", "k"), ("j", "dj"),
)  # fmt: skip
_ONSETS = (
    "b",
    "d",
    "f",
    "g",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "z",
    "sh",
    "kh",
)
_FOUND_LIKE = "abcdefghijklmnopqrstuvwxyz"


class Written(NamedTuple):
    """A true name written otherwise.

    Attributes:
        kind: what was done to it.
        entry_index: of the entry whose name it is.
        name: as written.
    """

    kind: str
    entry_index: int
    name: str


def true_names(entries: Sequence[WatchlistEntry]) -> list[tuple[int, str]]:
    """Return every strong Latin name of people and entities with two words or more, by entry.

    A word counts from three letters on, and a name has ten. A single word with a letter wrong is
    another word as often as not: such names are found when they are equal. Sea and air craft are
    no parties.
    """
    found = []
    for number, entry in enumerate(entries):
        if entry.kind in {EntryKind.VESSEL, EntryKind.AIRCRAFT}:
            continue
        for name in entry.names:
            bare = name.replace(",", " ")
            is_plain = bare.isascii() and not any(sign in bare for sign in ";/()")
            words = [word for word in bare.split() if len(word) > 2]
            is_name = len(words) > 1 and sum(map(len, words)) >= _LETTERS_MIN
            if name not in entry.weak_names and is_plain and is_name:
                found.append((number, " ".join(bare.split())))
    return found


def write_otherwise(entries: Sequence[WatchlistEntry], count: int, seed: int) -> Iterator[Written]:
    """Yield `count` true names drawn by the seed, each kind as often as the others."""
    draw = random.Random(seed)
    names = true_names(entries)
    kinds = list(KINDS)
    made = 0
    while made < count:
        kind = kinds[made % len(kinds)]
        number, name = draw.choice(names)
        if kind in _OF_PEOPLE and entries[number].kind is not EntryKind.INDIVIDUAL:
            continue
        written = name
        for step in KINDS[kind]:
            written = step(written, draw)
        if written != name:
            made += 1
            yield Written(kind, number, written)


def ordinary_names(count: int, seed: int) -> Iterator[str]:
    """Yield names of the six countries in turn, with or without patronymic, in either order."""
    draw = random.Random(seed)
    parts = _name_parts()
    for number in range(count):
        yield _ordinary(parts[COUNTRIES[number % len(COUNTRIES)]], draw)


def invented_entries(count: int, seed: int) -> tuple[WatchlistEntry, ...]:
    """Return as many listed people and companies, put together of syllables."""
    draw = random.Random(seed)
    entries = []
    for number in range(count):
        is_person = number % 3 > 0
        words = [_invented_word(draw) for _ in range(draw.choice((2, 3, 3, 4)))]
        kind = EntryKind.INDIVIDUAL if is_person else EntryKind.ENTITY
        name = f"{words[0].upper()}, {' '.join(words[1:])}" if is_person else " ".join(words)
        names = (name, *([" ".join(words[1:])] if len(words) > 2 and not is_person else []))
        entries.append(WatchlistEntry("Invented list", f"I{number}", kind, names, (), "INVENTED"))
    return tuple(entries)


def _invented_word(draw: random.Random) -> str:
    syllables = (draw.choice(_ONSETS) + draw.choice("aeiou") for _ in range(draw.randint(2, 4)))
    return ("".join(syllables) + draw.choice(("", "n", "r", "s", "l", "v"))).title()


def _ordinary(parts: dict[str, list[str]], draw: random.Random) -> str:
    sex = draw.choice(("men", "women"))
    first, surname = draw.choice(parts[sex]), draw.choice(parts["surnames"])
    if sex == "women":
        surname += parts["women_surname"][0]
    words = [surname, first]
    if draw.random() < 0.5:
        words.append(draw.choice(parts["men"]) + parts[f"{sex}_patronymic"][0])
    elif draw.random() < 0.5:
        words = [first, surname]
    name = " ".join(words)
    return anyascii(name) if draw.random() < _LATIN_SHARE else name


def _name_parts() -> dict[str, dict[str, list[str]]]:
    own = tomllib.loads((Path(__file__).parent / "ordinary_names.toml").read_text(encoding="utf-8"))
    shared = tomllib.loads(
        (resources.files("comity.generation") / "names.toml").read_text(encoding="utf-8")
    )
    parts = {}
    for country in COUNTRIES:
        table = {**shared.get(country, {}), **own[country]}
        parts[country] = {
            key: text.split() or [""] for key, text in table.items() if isinstance(text, str)
        }
    return parts


def misspell(name: str, draw: random.Random) -> str:
    """Change, add, leave out or swap one letter of a word of five letters or more."""
    words = name.split()
    long_ones = [at for at, word in enumerate(words) if len(word) > 4]
    if not long_ones:
        return name
    at = draw.choice(long_ones)
    word, place = words[at], draw.randrange(1, len(words[at]) - 1)
    letter = draw.choice(_neighbours(word[place].lower()))
    match draw.choice(("change", "add", "leave out", "swap")):
        case "change":
            word = word[:place] + letter + word[place + 1 :]
        case "add":
            word = word[:place] + letter + word[place:]
        case "leave out":
            word = word[:place] + word[place + 1 :]
        case _:
            word = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return " ".join([*words[:at], word, *words[at + 1 :]])


def _neighbours(letter: str) -> str:
    row = next((row for row in _KEYBOARD if letter in row), _FOUND_LIKE)
    at = row.find(letter)
    return row[max(at - 1, 0) : at] + row[at + 1 : at + 2] if at >= 0 else row


def _reorder(name: str, draw: random.Random) -> str:
    words = name.split()
    draw.shuffle(words)
    return " ".join(words)


def _to_letters(table: Sequence[tuple[str, str]]) -> Callable[[str, random.Random], str]:
    def write(name: str, draw: random.Random) -> str:
        text, written = name.lower(), ""
        while text:
            found = next(((old, new) for old, new in table if text.startswith(old)), None)
            old, new = found or (text[0], text[0])
            written, text = written + new, text[len(old) :]
        return written.title()

    return write


def _romanise(name: str, draw: random.Random) -> str:
    """Write one sound, wherever it stands, as another romanisation does."""
    lower = name.lower()
    possible = [(old, new) for old, new in _ROMANISED if old in lower]
    if not possible:
        return name
    old, new = draw.choice(possible)
    places = [at for at in range(len(lower)) if lower.startswith(old, at)]
    at = draw.choice(places)
    return lower[:at] + new + lower[at + len(old) :]


def _cut(name: str, draw: random.Random) -> str:
    """End the name at 35 characters; of a shorter one leave out up to a quarter, at most 6."""
    if len(name) > _LINE_CHARACTERS:
        return name[:_LINE_CHARACTERS].strip()
    return name[: len(name) - draw.randint(1, min(len(name) // 4, 6))].strip()


def _leave_out(name: str, draw: random.Random) -> str:
    """Leave out one word of three or more, as a patronymic is."""
    words = name.split()
    if len(words) < 3:
        return name
    at = draw.randrange(len(words))
    return " ".join(words[:at] + words[at + 1 :])


def _join(name: str, draw: random.Random) -> str:
    """Write two neighbouring words as one, or with a dash."""
    words = name.split()
    at = draw.randrange(len(words) - 1)
    sign = draw.choice(("", "-"))
    return " ".join([*words[:at], words[at] + sign + words[at + 1], *words[at + 2 :]])


KINDS: dict[str, tuple[Callable[[str, random.Random], str], ...]] = {
    "misspelt": (misspell,),
    "misspelt twice": (misspell, misspell),
    "reordered": (_reorder,),
    "reordered, misspelt": (_reorder, misspell),
    "in Cyrillic": (_to_letters(_CYRILLIC),),
    "in Cyrillic, reordered": (_to_letters(_CYRILLIC), _reorder),
    "in Armenian": (_to_letters(_ARMENIAN),),
    "romanised otherwise": (_romanise,),
    "truncated": (_cut,),
    "a word left out": (_leave_out,),
    "words joined": (_join,),
}
"""What is done to a true name, in order, by the name of the kind."""

_OF_PEOPLE = frozenset({"a word left out"})
"""Kinds that are done to people's names alone: of a company's name no word can be spared."""
