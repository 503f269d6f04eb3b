"""Active companies: distinct organisations that paid or were paid on the day, by country.

An organisation is known by its identifier in the message, the LEI where there is one, else the
first other identifier (a tax number, say), else its BIC. Two identifiers are two companies: that
one company uses both is something a message cannot tell. Organisations without any identifier,
and private persons, are not counted.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from comity.messages.catalogue import LEAF_BY_PATH, split_canonical
from comity.payments.codes import Definition
from comity.statistics.day import Day, countries, settled


def _code(*path: str) -> str:
    return LEAF_BY_PATH[path].code


_IDENTIFIERS: Final = (
    ("Id", "OrgId", "LEI"),
    ("Id", "OrgId", "Othr", "Id"),
    ("Id", "OrgId", "AnyBIC"),
)
_SIDES: Final = tuple(
    (
        column,
        tuple(_code(party, *path) for path in _IDENTIFIERS),
        tuple(_code(party, *path) for path in (("PstlAdr", "Ctry"), ("CtryOfRes",))),
    )
    for column, party in (("debtor_agent", "Dbtr"), ("creditor_agent", "Cdtr"))
)
"""For each party: the column of its bank, the leaf codes that identify it, those of its country."""


def active_companies(day: Day) -> dict[str, int]:
    """Return the number of active companies by country, sorted by country.

    Counted are debtors and creditors of customer payments (pacs.008) that settled that day. The
    country is that of the postal address, else of residence, else of the company's bank.
    """
    found: dict[str, set[tuple[str, str]]] = {}
    homes = countries(day)
    chosen = settled(day) & (day.payments["definition"] == Definition.PACS_008)
    for row in np.flatnonzero(chosen).tolist():
        leaves = {code: text for code, text, _ in split_canonical(day.text_of(row))}
        banks = [homes[int(day.payments[column][row])] for column, _, _ in _SIDES]
        for country, kind, identifier in _organisations(leaves, banks):
            found.setdefault(country, set()).add((kind, identifier))
    return {country: len(found[country]) for country in sorted(found)}


def _organisations(leaves: Mapping[str, str], banks: list[str]) -> Iterator[tuple[str, str, str]]:
    for (_, identifiers, places), home in zip(_SIDES, banks, strict=True):
        kind = next((code for code in identifiers if leaves.get(code)), None)
        if kind is not None:
            country = next((leaves[code] for code in places if leaves.get(code)), home)
            # The kind is told without the party's letter: a company may pay and be paid.
            yield country, kind[-1], leaves[kind].strip().upper()
