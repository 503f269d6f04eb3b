"""What an option cost whom: by participant, by corridor, by purpose, in each currency.

Which payments belong together is found once for a table (`group_payments`); a trial is then summed
by group (`break_down`), days are added, and only the sums become figures (`Part`). A corridor is a
pair of countries, debtor's and creditor's; where the country of any party is not known, or there
is one country alone, it is a pair of parties.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.simulator.group_sums import (
    Exact,
    Groups,
    count_rows,
    cut,
    cut_products,
    sum_limbs,
    sum_values,
)
from comity.simulator.measures import ratio
from comity.simulator.payment_table import PaymentTable
from comity.simulator.trial import Trial

Int64s = NDArray[np.int64]

CORRIDORS_MAX: Final = 100
"""Corridors of a currency that are told one by one: those of the greatest value."""


@dataclass(frozen=True, slots=True)
class Corridor:
    """From whom to whom payments went.

    Attributes:
        currency: ISO 4217 number.
        debtor: country or party; None for all corridors that are not told one by one.
        creditor: likewise.
        corridors: how many there are in it.
    """

    currency: int
    debtor: str | None
    creditor: str | None
    corridors: int


@dataclass(frozen=True, slots=True, eq=False)
class PaymentGroups:
    """Which payments of a table belong together.

    Attributes:
        currencies: of the payments, ISO 4217 numbers, ascending.
        currency: by payment, place in `currencies`.
        is_by_country: whether corridors are pairs of countries.
        corridors: by currency, the greatest first, the others together at the end.
        corridor: by payment, place in `corridors`.
        purposes: currency and packed purpose, ascending.
        purpose: by payment, place in `purposes`.
    """

    currencies: tuple[int, ...]
    currency: Groups
    is_by_country: bool
    corridors: tuple[Corridor, ...]
    corridor: Groups
    purposes: tuple[tuple[int, int], ...]
    purpose: Groups


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What is summed of every group.

    Attributes:
        payments: that came.
        value_minor: and their value.
        settled: that became final.
        settled_minor: value settled, and what was set off of payments that never were.
        waiting: value × µs waited, to the close at most.
        possible: value × µs from entry to close.
        waited: value × µs waited, of what became final, however late.
    """

    payments: Exact
    value_minor: Exact
    settled: Exact
    settled_minor: Exact
    waiting: Exact
    possible: Exact
    waited: Exact


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one group; `Sums` says what they are of."""

    payments: int
    value_minor: int
    settled: int
    settled_minor: int
    delay: Fraction | None
    mean_wait_us: Fraction | None

    @property
    def unsettled(self) -> int:
        """Payments that never became final."""
        return self.payments - self.settled

    @property
    def unsettled_minor(self) -> int:
        """Value that never did."""
        return self.value_minor - self.settled_minor


@dataclass(frozen=True, slots=True, eq=False)
class Breakdown:
    """A day's sums by group, or those of several days added.

    Attributes:
        senders: by currency and party that pays: place × parties + party.
        received_minor: settled value that each party got, likewise.
        corridors: as `PaymentGroups.corridors`.
        purposes: as `PaymentGroups.purposes`.
    """

    senders: Sums
    received_minor: Exact
    corridors: Sums
    purposes: Sums


@lru_cache(maxsize=1)
def group_payments(table: PaymentTable) -> PaymentGroups:
    """Return which payments belong together; found once for a table, which never changes."""
    currencies, currency = np.unique(table.currency, return_inverse=True)
    places = currency.astype(np.intp)
    by_country = all(table.countries) and len(set(table.countries)) > 1
    names = table.countries if by_country else table.parties
    corridors, corridor = _corridors(table, tuple(currencies.tolist()), places, names)
    purposes, purpose = np.unique(
        places.astype(np.int64) << _PURPOSE_BITS | table.purpose, return_inverse=True
    )
    return PaymentGroups(
        currencies=tuple(currencies.tolist()),
        currency=places,
        is_by_country=by_country,
        corridors=corridors,
        corridor=corridor,
        purposes=tuple(
            (int(currencies[each >> _PURPOSE_BITS]), each & (1 << _PURPOSE_BITS) - 1)
            for each in purposes.tolist()
        ),
        purpose=purpose.astype(np.intp),
    )


def _corridors(
    table: PaymentTable, currencies: Sequence[int], places: Groups, names: Sequence[str]
) -> tuple[tuple[Corridor, ...], Groups]:
    """Return the greatest corridors of each currency, and in which each payment is."""
    ends = sorted(set(names))
    number_of = np.searchsorted(np.array(ends), np.array(names)).astype(np.int64)
    key = number_of[table.debtor] * len(ends) + number_of[table.creditor]
    found: list[Corridor] = []
    corridor = np.zeros(len(table), np.intp)
    for at, number in enumerate(currencies):
        mine = np.flatnonzero(places == at)
        keys, group = _numbered(key[mine], len(ends) ** 2)
        values = sum_values(group, table.amount_minor[mine], len(keys)).tolist()
        order = sorted(range(len(keys)), key=lambda each: (-values[each], each))
        told, rest = order[:CORRIDORS_MAX], order[CORRIDORS_MAX:]
        place = np.full(len(keys), len(found) + len(told), np.intp)
        place[told] = len(found) + np.arange(len(told))
        corridor[mine] = place[group]
        for each in told:
            debtor, creditor = divmod(int(keys[each]), len(ends))
            found.append(Corridor(number, ends[debtor], ends[creditor], 1))
        if rest:
            found.append(Corridor(number, None, None, len(rest)))
    return tuple(found), corridor


def _numbered(keys: Int64s, size: int) -> tuple[Int64s, Groups]:
    """Return the keys that there are, ascending, and the place of each row's key among them."""
    if size > _COUNTED_KEYS_MAX:
        there, place = np.unique(keys, return_inverse=True)
        return there, place.astype(np.intp)
    is_there = np.bincount(keys, minlength=size) > 0
    return np.flatnonzero(is_there), (np.cumsum(is_there) - 1)[keys]


def break_down(table: PaymentTable, groups: PaymentGroups, rows: slice, trial: Trial) -> Breakdown:
    """Sum a day of a trial by group.

    Args:
        table: the payments.
        groups: of the same table.
        rows: those of the day.
        trial: what came of them.
    """
    amounts, final = table.amount_minor[rows], trial.is_settled
    to_close = trial.hours.closes_us - trial.entered_us
    waited = np.where(final, trial.settled_us - trial.entered_us, to_close)
    settled_minor = np.where(final, amounts, trial.set_off_minor)
    limbs = {
        "value_minor": cut(amounts),
        "settled_minor": cut(settled_minor),
        "waiting": cut_products(amounts, np.minimum(waited, to_close)),
        "possible": cut_products(amounts, to_close),
        "waited": cut_products(np.where(final, amounts, 0), waited),
    }

    def summed(group: Groups, count: int) -> Sums:
        return Sums(
            payments=count_rows(group, count),
            settled=count_rows(group[final], count),
            **{name: sum_limbs(group, each, count) for name, each in limbs.items()},
        )

    parties, currency = len(table.parties), groups.currency[rows]
    size = len(groups.currencies) * parties
    creditor = currency * parties + table.creditor[rows]
    return Breakdown(
        senders=summed(currency * parties + table.debtor[rows], size),
        received_minor=sum_limbs(creditor, limbs["settled_minor"], size),
        corridors=summed(groups.corridor[rows], len(groups.corridors)),
        purposes=summed(groups.purpose[rows], len(groups.purposes)),
    )


def add_breakdowns(days: Sequence[Breakdown]) -> Breakdown:
    """Return the sums of several days, one at least."""
    first, *others = days
    for each in others:
        first = Breakdown(
            senders=_added(first.senders, each.senders),
            received_minor=first.received_minor + each.received_minor,
            corridors=_added(first.corridors, each.corridors),
            purposes=_added(first.purposes, each.purposes),
        )
    return first


def _added(one: Sums, other: Sums) -> Sums:
    return replace(one, **{name: getattr(one, name) + getattr(other, name) for name in _SUMS})


def part_of(sums: Sums, places: Sequence[int]) -> Part:
    """Return the figures of some groups together."""
    chosen = list(places)
    total = {name: sum(getattr(sums, name)[chosen].tolist()) for name in _SUMS}
    settled_minor = total["settled_minor"]
    return Part(
        payments=total["payments"],
        value_minor=total["value_minor"],
        settled=total["settled"],
        settled_minor=settled_minor,
        delay=ratio(total["waiting"], total["possible"]),
        mean_wait_us=ratio(total["waited"], settled_minor),
    )


_PURPOSE_BITS: Final = 32
_COUNTED_KEYS_MAX: Final = 1 << 20
_SUMS: Final = tuple(Sums.__dataclass_fields__)
