"""Invented companies, people and schools, in Cyrillic and in Latin letters.

Identifiers are of the right form and cannot belong to anybody: taxpayers' numbers begin with
the region 00, which does not exist. Names are common words and first names; that one of them
is also somebody's is chance.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

from comity.generation.profile import COMPANIES, COUNTRIES, FLOWS, PartyKind
from comity.generation.streams import Stream
from comity.generation.traffic import DrawnDay, Traffic

_LATIN_OF_10 = 4  # of ten names so many are written in Latin letters

_LEGAL_FORMS = {"KG": ("ОсОО «{}»", 'LLC "{}"'), "RU": ("ООО «{}»", 'LLC "{}"')}


@dataclass(frozen=True, slots=True)
class Pools:
    """Ready pieces of XML for the parties of one country; index and reuse.

    Attributes:
        companies: name, address and identifier of each company.
        schools: the same of each school.
        people: names of people, escaped.
        towns: addresses, one a town.
    """

    companies: tuple[str, ...]
    schools: tuple[str, ...]
    people: tuple[str, ...]
    towns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parties:
    """Which party stands on each side of each payment: numbers into the pools.

    Attributes:
        payer: company, school or name of the debtor.
        payee: the same of the creditor.
        payer_town: town of a person who pays.
        payee_town: town of a person who is paid.
        reference: number of the contract, the transfer or the student.
    """

    payer: NDArray[np.int64]
    payee: NDArray[np.int64]
    payer_town: NDArray[np.int64]
    payee_town: NDArray[np.int64]
    reference: NDArray[np.int64]


def draw_parties(traffic: Traffic, day: DrawnDay) -> Parties:
    """Return the parties of every payment; busy companies come up more often than others."""
    stream = day.stream(Stream.PARTIES)
    draw = stream.random((4, len(traffic)))
    reference = stream.integers(1, 100_000, len(traffic))
    sizes = np.array([_pool_sizes(number) for number in range(len(FLOWS))])[traffic.flow]
    is_person = np.array(
        [[flow.payer is PartyKind.PERSON, flow.payee is PartyKind.PERSON] for flow in FLOWS]
    )[traffic.flow]
    # The square favours the first companies of the pool; people are drawn evenly.
    share = np.where(is_person.T, draw[:2], draw[:2] ** 2)
    numbers = (share * sizes.T[:2]).astype(np.int64)
    towns = (draw[2:] * sizes.T[2:]).astype(np.int64)
    return Parties(
        payer=numbers[0],
        payee=numbers[1],
        payer_town=towns[0],
        payee_town=towns[1],
        reference=reference,
    )


def _pool_sizes(number: int) -> tuple[int, int, int, int]:
    flow = FLOWS[number]
    home = COUNTRIES.index(flow.payer_country)
    payer, payee = pools(COUNTRIES[home]), pools(COUNTRIES[1 - home])
    return (
        _pool_size(payer, flow.payer),
        _pool_size(payee, flow.payee),
        len(payer.towns),
        len(payee.towns),
    )


def _pool_size(pool: Pools, kind: PartyKind) -> int:
    match kind:
        case PartyKind.COMPANY:
            return len(pool.companies)
        case PartyKind.SCHOOL:
            return len(pool.schools)
        case PartyKind.PERSON:
            return len(pool.people)
        case PartyKind.BANK:
            return 1


@cache
def pools(country: str) -> Pools:
    """Return the parties of a country, always the same."""
    towns = tuple(_address(town, country) for town in _words(country, "towns"))
    return Pools(
        companies=tuple(_companies(country, towns)),
        schools=tuple(
            f"<Nm>{escape(name)}</Nm>{towns[at % len(towns)]}{_organisation(country, 90_000 + at)}"
            for at, name in enumerate(_names()[country]["schools"])
        ),
        people=tuple(escape(name) for name in _people(country)),
        towns=towns,
    )


@cache
def _names() -> dict[str, Any]:
    text = (resources.files("comity.generation") / "names.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _words(country: str, kind: str) -> list[str]:
    text = _names()[country][kind]
    assert isinstance(text, str), "words are one text, apart by blanks"
    return text.split()


def person_xml(name: str, address: str) -> str:
    """Return name and address of a person; both are already XML."""
    return f"<Nm>{name}</Nm>{address}"


def _address(town: str, country: str) -> str:
    return f"<PstlAdr><TwnNm>{escape(town)}</TwnNm><Ctry>{country}</Ctry></PstlAdr>"


def _companies(country: str, towns: tuple[str, ...]) -> list[str]:
    words = [
        f"{first} {second}"
        for second in _words(country, "nouns")
        for first in _words(country, "adjectives")
    ]
    cyrillic, latin = _LEGAL_FORMS[country]
    companies = []
    for number, word in enumerate(words[: COMPANIES[country]]):
        is_latin = number % 10 < _LATIN_OF_10
        name = latin.format(anyascii(word)) if is_latin else cyrillic.format(word)
        town = towns[number * 7 % len(towns)]
        companies.append(f"<Nm>{escape(name)}</Nm>{town}{_organisation(country, number)}")
    assert len(companies) == COMPANIES[country], "there are too few words for the companies"
    return companies


def _people(country: str) -> list[str]:
    names: list[str] = []
    for sex, ending in (("men", ""), ("women", "а")):
        for first in _words(country, sex):
            for surname in _words(country, "surnames"):
                family = "Мостовая" if ending and surname == "Мостовой" else surname + ending
                name = f"{first} {family}"
                names.append(anyascii(name) if len(names) % 10 < _LATIN_OF_10 else name)
    return names


def _organisation(country: str, number: int) -> str:
    tax_number = _inn(number) if country == "RU" else f"000{number:011d}"
    scheme = "<SchmeNm><Cd>TXID</Cd></SchmeNm>"
    return f"<Id><OrgId><Othr><Id>{tax_number}</Id>{scheme}</Othr></OrgId></Id>"


def _inn(number: int) -> str:
    """Return a Russian taxpayer's number of region 00 with its check digit."""
    digits = f"00{number:07d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    check = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return f"{digits}{check % 11 % 10}"
