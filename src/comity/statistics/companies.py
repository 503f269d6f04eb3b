"""Active companies: distinct organisations that paid or were paid on the day, by country.

An organisation is known by its identifier in the message, the LEI where there is one, else the
first other identifier (a tax number, say), else its BIC. Two identifiers are two companies: that
one company uses both is something a message cannot tell. Organisations without any identifier,
and private persons, are not counted.
"""

from typing import Final, NamedTuple

import numpy as np

from comity.messages.excerpts import first_leaf_text, leaf_mark, leaf_text
from comity.payments.codes import Definition
from comity.statistics.day import Day, countries, settled

_IDENTIFIERS: Final = (
    ("Id", "OrgId", "LEI"),
    ("Id", "OrgId", "Othr", "Id"),
    ("Id", "OrgId", "AnyBIC"),
)
_KINDS: Final = ("LEI", "ID", "BIC")
"""What each of the identifiers is called before it."""

_PLACES: Final = (("PstlAdr", "Ctry"), ("CtryOfRes",))


class _Side(NamedTuple):
    """Where a payment says who a party is."""

    column: str  # the party's bank
    identifiers: tuple[str, ...]  # marks of leaves, in the order of `_IDENTIFIERS`
    places: tuple[str, ...]  # marks of leaves that name a country, the first counts


_SIDES: Final = tuple(
    _Side(
        column,
        tuple(leaf_mark(party, *path) for path in _IDENTIFIERS),
        tuple(leaf_mark(party, *path) for path in _PLACES),
    )
    for column, party in (("debtor_agent", "Dbtr"), ("creditor_agent", "Cdtr"))
)


def active_companies(day: Day) -> dict[str, int]:
    """Return the number of active companies by country, sorted by country.

    Counted are debtors and creditors of customer payments (pacs.008) that settled that day. The
    country is that of the postal address, else of residence, else of the company's bank.
    """
    found: dict[str, set[tuple[int, str]]] = {}
    homes = countries(day)
    chosen = np.flatnonzero(settled(day) & (day.payments["definition"] == Definition.PACS_008))
    banks = zip(*(day.payments[side.column][chosen].tolist() for side in _SIDES), strict=True)
    for text, numbers in zip(day.texts_of(chosen), banks, strict=True):
        for side, number in zip(_SIDES, numbers, strict=True):
            company = _company(text, side)
            if company is not None:
                country = first_leaf_text(text, side.places) or homes[number]
                found.setdefault(country, set()).add(company)
    return {country: len(found[country]) for country in sorted(found)}


def companies_of(text: str) -> tuple[str, str]:
    """Return who paid and who was paid as identifiers of organisations, empty where not known.

    The kind of identifier stands before it, so that two registers' equal numbers stay apart.

    Args:
        text: canonical transaction of a customer payment.
    """
    debtor, creditor = (_company(text, side) for side in _SIDES)
    return _identifier(debtor), _identifier(creditor)


def _identifier(company: tuple[int, str] | None) -> str:
    return "" if company is None else f"{_KINDS[company[0]]}:{company[1]}"


def _company(text: str, side: _Side) -> tuple[int, str] | None:
    """Return which kind of identifier an organisation is known by, and the identifier."""
    for kind, mark in enumerate(side.identifiers):
        identifier = leaf_text(text, mark)
        if identifier:
            return kind, identifier.strip().upper()
    return None
