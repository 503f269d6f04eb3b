"""Agreements that would both judge the same payment.

A payment must find at most one agreement version that covers it. Two versions overlap when on
one day, between the same two countries, in the same currency, for the same purpose and the
same kind of payment (in one currency, or in two) both are in force.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from comity.agreements.terms import Agreement


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two agreement versions and all they both cover.

    Attributes:
        first: the one with the smaller key.
        second: the other.
        countries: countries both bind, sorted.
        currencies: currencies both cover, sorted.
        purposes: purpose codes both cover, sorted.
        has_two_currencies: whether it is about payments in two currencies.
        from_day: first day both are in force.
        until_day: last day, inclusive; None for open-ended.
    """

    first: Agreement
    second: Agreement
    countries: tuple[str, ...]
    currencies: tuple[str, ...]
    purposes: tuple[str, ...]
    has_two_currencies: bool
    from_day: date
    until_day: date | None

    def __str__(self) -> str:
        """Say which two meet, where and when."""
        kind = "two currencies" if self.has_two_currencies else "one currency"
        until = "on" if self.until_day is None else f"until {self.until_day}"
        return (
            f"{self.first.key} and {self.second.key} both cover payments in {kind}"
            f" between {'-'.join(self.countries)} in {', '.join(self.currencies)}"
            f" for {_shortened(self.purposes)} from {self.from_day} {until}"
        )


def find_overlaps(agreements: Sequence[Agreement]) -> tuple[Overlap, ...]:
    """Return every pair of agreement versions that overlap, in the order of their keys."""
    ordered = sorted(agreements, key=lambda each: (each.id, each.version))
    found = (_overlap(first, second) for first, second in combinations(ordered, 2))
    return tuple(each for each in found if each is not None)


def _overlap(first: Agreement, second: Agreement) -> Overlap | None:
    from_day = max(first.valid_from, second.valid_from)
    ends = [each.valid_until for each in (first, second) if each.valid_until is not None]
    until_day = min(ends, default=None)
    if first.has_two_currencies != second.has_two_currencies:
        return None
    if until_day is not None and until_day < from_day:
        return None
    countries = _shared(first.parties, second.parties)
    currencies = _shared(first.currencies, second.currencies)
    purposes = _shared(first.purpose_codes, second.purpose_codes)
    # A payment is between two countries, or within one where both agreements cover such payments;
    # one in two currencies needs both of them.
    currencies_needed = 2 if first.has_two_currencies else 1
    countries_needed = 1 if first.domestic and second.domestic else 2
    if len(countries) < countries_needed or len(currencies) < currencies_needed or not purposes:
        return None
    return Overlap(
        first=first,
        second=second,
        countries=countries,
        currencies=currencies,
        purposes=purposes,
        has_two_currencies=first.has_two_currencies,
        from_day=from_day,
        until_day=until_day,
    )


def _shared(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(frozenset(first) & frozenset(second)))


def _shortened(codes: tuple[str, ...]) -> str:
    shown = 4
    rest = len(codes) - shown
    return ", ".join(codes) if rest <= 0 else f"{', '.join(codes[:shown])} and {rest} more"
