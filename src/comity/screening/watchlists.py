"""Sanctions lists as records: who is listed, under which names and identifiers, by whom.

Names and identifiers stand here as the publisher wrote them; how they are compared is the matter
of `comity.screening.matching`, how a published file becomes these records of `comity.feeds`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from comity.errors import Fault

VERSION_HASH_CHARACTERS = 16
"""Leading hexadecimal digits of a hash that name a version for people."""


class EntryKind(StrEnum):
    """What is listed."""

    INDIVIDUAL = "individual"  # a natural person
    ENTITY = "entity"  # a company, bank, organisation or group
    VESSEL = "vessel"  # a ship
    AIRCRAFT = "aircraft"  # an aeroplane or helicopter


class Effect(StrEnum):
    """What a list demands of whoever it binds when a party is the one listed."""

    FREEZE = "freeze"  # the money is kept from everybody, on a blocked account
    REJECT = "reject"  # the payment is not carried out, the money stays with its payer
    REPORT = "report"  # the payment may go on and is reported


EVERYBODY = "*"
"""Stands for all countries among those whom a list binds."""


@dataclass(frozen=True, slots=True)
class WatchlistEntry:
    """One listed person, entity, vessel or aircraft.

    Attributes:
        list_name: the list it stands on, such as `UN consolidated list`.
        reference: the publisher's own number for it, such as `CDi.001`.
        kind: what is listed.
        names: every published name, the main one first, then the aliases in file order.
        identifiers: pairs (kind, value as published); kinds are in docs/formats/lists.md.
        programme: the sanctions programme, as published.
        weak_names: those of `names` that the publisher calls of low quality.
        record: 1-based number of the record in the published file, the way back to the original.
        remark: the publisher's remark, as published; empty where there is none.
        original: the whole record as it stands in the published files, of several lines one
            below the other.
    """

    list_name: str
    reference: str
    kind: EntryKind
    names: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...]
    programme: str
    weak_names: tuple[str, ...] = ()
    record: int = 0
    remark: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class Watchlist:
    """One version of one published list.

    Attributes:
        publisher: who publishes it, such as `UN`.
        name: the list's name.
        version: the publisher's date of generation, or the head of the hash where there is none.
        sha256: hash over the bytes of its files, one after the other, in hexadecimal.
        entries: in file order.
        warnings: names the publisher's file damages, each with its line; the entry stays listed
            under its other names.
        binds: ISO 3166 codes of the countries whose law the list is, `*` for all.
        effect: what it demands of these.
    """

    publisher: str
    name: str
    version: str
    sha256: str
    entries: tuple[WatchlistEntry, ...]
    warnings: tuple[Fault, ...] = ()
    binds: tuple[str, ...] = (EVERYBODY,)
    effect: Effect = Effect.FREEZE

    def is_binding_for(self, countries: Iterable[str]) -> bool:
        """Return whether the list is law in one of these countries."""
        return EVERYBODY in self.binds or not set(self.binds).isdisjoint(countries)

    @property
    def label(self) -> str:
        """Return publisher, name, version and the head of the hash, as stored with a result."""
        digits = self.sha256[:VERSION_HASH_CHARACTERS]
        return f"{self.publisher}:{self.name}:{self.version}:sha256={digits}"
