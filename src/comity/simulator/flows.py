"""What a day's payments would leave to pay if they were netted, whatever the option.

How far netting can go is decided by what flows back. A pair of countries between which goods flow
one way nets little; money sent home by families the other way may restore the balance. So every
figure is given with each purpose netted by itself, and with all of them together. Each day is
netted by itself; sums are over days.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.payments.purposes import PURPOSE_GROUP_ORDER, PURPOSE_GROUPS, PURPOSE_NUMBERS
from comity.simulator.breakdowns import PaymentGroups, group_payments
from comity.simulator.group_sums import Exact, Groups, count_rows, sum_values
from comity.simulator.measures import ratio
from comity.simulator.payment_table import PaymentTable

OTHER: Final = "other"
"""Codes that stand in no group."""
UNSTATED: Final = "unstated"
"""Payments that state no purpose."""
PURPOSE_KINDS: Final = (*PURPOSE_GROUP_ORDER, OTHER, UNSTATED)
PAIRS_MAX: Final = 100
"""Pairs of a currency that are told one by one: those of the greatest value."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What was paid for one kind of purpose.

    Attributes:
        kind: one of `PURPOSE_KINDS`.
        payments: how many.
        value_minor: what they come to.
        net_minor: what parties would have to pay if these payments alone were netted.
    """

    kind: str
    payments: int
    value_minor: int
    net_minor: int

    @property
    def netting_ratio(self) -> Fraction | None:
        """Share of the value that netting would save."""
        return _saved(self.net_minor, self.value_minor)


@dataclass(frozen=True, slots=True)
class PairFlow:
    """What two countries, or two parties, paid each other.

    Attributes:
        kind: one of `PURPOSE_KINDS`; empty for all of them.
        there_minor: from the first to the second.
        back_minor: from the second to the first.
        unbalanced_minor: the difference of the two, of each day by itself, without its sign.
    """

    kind: str
    there_minor: int
    back_minor: int
    unbalanced_minor: int

    @property
    def bound(self) -> Fraction | None:
        """The most that netting between the two saves, 1 − |X − M| ÷ (X + M)."""
        return _saved(self.unbalanced_minor, self.there_minor + self.back_minor)


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair with its counter-flows.

    Attributes:
        one: country or party, first in the alphabet.
        other: the second.
        total: of all purposes together.
        purposes: each by itself, those that there are.
    """

    one: str
    other: str
    total: PairFlow
    purposes: tuple[PairFlow, ...]

    @property
    def bound_apart(self) -> Fraction | None:
        """The most that netting saves where each purpose is netted by itself."""
        apart = sum(each.unbalanced_minor for each in self.purposes)
        return _saved(apart, self.total.there_minor + self.total.back_minor)


@dataclass(frozen=True, slots=True)
class Flows:
    """The flows of one currency.

    Attributes:
        currency: ISO 4217 number.
        is_by_country: whether pairs are of countries.
        value_minor: of all payments.
        net_minor: what parties would have to pay if each day were netted as a whole.
        purposes: each netted by itself, those that there are.
        pairs: the greatest first.
        pairs_left_out: how many are not told.
        left_out_minor: and what was paid between them.
        sent_minor: value that each party sent.
    """

    currency: int
    is_by_country: bool
    value_minor: int
    net_minor: int
    purposes: tuple[Flow, ...]
    pairs: tuple[Pair, ...]
    pairs_left_out: int
    left_out_minor: int
    sent_minor: tuple[int, ...]

    @property
    def netting_ratio(self) -> Fraction | None:
        """Share of the value that netting everything of a day at once would save."""
        return _saved(self.net_minor, self.value_minor)

    @property
    def netting_ratio_apart(self) -> Fraction | None:
        """The same where each purpose is netted by itself."""
        return _saved(sum(each.net_minor for each in self.purposes), self.value_minor)


def flows_of(table: PaymentTable) -> tuple[Flows, ...]:
    """Return the flows of a table by currency, in order of number."""
    groups = group_payments(table)
    kinds = kinds_of(table.purpose)
    names = table.countries if groups.is_by_country else table.parties
    return tuple(
        _flows(table, groups, np.flatnonzero(groups.currency == at), kinds, names)
        for at in range(len(groups.currencies))
    )


def kinds_of(purpose: NDArray[np.int32]) -> Groups:
    """Return the place of each packed purpose in `PURPOSE_KINDS`."""
    at = np.minimum(np.searchsorted(PURPOSE_NUMBERS, purpose), len(PURPOSE_NUMBERS) - 1)
    known = (PURPOSE_NUMBERS[at] == purpose) & (PURPOSE_GROUPS[at] >= 0)
    found = np.where(known, PURPOSE_GROUPS[at], PURPOSE_KINDS.index(OTHER))
    kinds: Groups = np.where(purpose == 0, PURPOSE_KINDS.index(UNSTATED), found).astype(np.intp)
    return kinds


def _flows(
    table: PaymentTable,
    groups: PaymentGroups,
    mine: NDArray[np.intp],
    kinds: Groups,
    names: Sequence[str],
) -> Flows:
    kind, amounts = kinds[mine], table.amount_minor[mine]
    days = tuple(_days(table.day[mine]))
    nets, whole = np.full(_KINDS, 0, object), 0
    for rows in days:
        net = _positions(table, mine[rows], kind[rows])
        nets = nets + np.maximum(net, 0).sum(axis=1)
        whole += int(np.maximum(net.sum(axis=0), 0).sum())
    counts, values = count_rows(kind, _KINDS), sum_values(kind, amounts, _KINDS)
    pairs, left_out, left_out_minor = _pairs(table, mine, kind, days, names)
    return Flows(
        currency=int(table.currency[mine[0]]),
        is_by_country=groups.is_by_country,
        value_minor=sum(values.tolist()),
        net_minor=whole,
        purposes=tuple(
            Flow(str(PURPOSE_KINDS[each]), counts[each], values[each], nets[each])
            for each in range(_KINDS)
            if counts[each]
        ),
        pairs=pairs,
        pairs_left_out=left_out,
        left_out_minor=left_out_minor,
        sent_minor=tuple(
            sum_values(table.debtor[mine].astype(np.intp), amounts, len(table.parties)).tolist()
        ),
    )


def _days(day: NDArray[np.int32]) -> Iterator[slice]:
    """Yield where the rows of each day are; they stand in order of days."""
    starts = np.flatnonzero(np.diff(day, prepend=day[0] - 1))
    for start, end in zip(starts, np.append(starts[1:], len(day)), strict=True):
        yield slice(int(start), int(end))


def _positions(table: PaymentTable, rows: NDArray[np.intp], kind: Groups) -> Exact:
    """Return what each party sent less what it received, `[kind, party]`."""
    parties, amounts = len(table.parties), table.amount_minor[rows]
    sent, received = (
        sum_values(kind * parties + column[rows], amounts, _KINDS * parties)
        for column in (table.debtor, table.creditor)
    )
    net: Exact = (sent - received).reshape(_KINDS, parties)
    return net


def _pairs(
    table: PaymentTable,
    mine: NDArray[np.intp],
    kind: Groups,
    days: Sequence[slice],
    names: Sequence[str],
) -> tuple[tuple[Pair, ...], int, int]:
    """Return the greatest pairs, how many others there are, and what these come to."""
    ends = sorted(set(names))
    number_of = np.searchsorted(np.array(ends), np.array(names)).astype(np.int64)
    payer, payee = number_of[table.debtor[mine]], number_of[table.creditor[mine]]
    amounts = table.amount_minor[mine]
    between = np.flatnonzero(payer != payee)
    low, high = np.minimum(payer, payee), np.maximum(payer, payee)
    keys, group = np.unique(low[between] * len(ends) + high[between], return_inverse=True)
    values = sum_values(group.astype(np.intp), amounts[between], len(keys)).tolist()
    order = sorted(range(len(keys)), key=lambda each: (-values[each], each))
    told, rest = order[:PAIRS_MAX], order[PAIRS_MAX:]
    place = np.full(len(keys), -1, np.intp)
    place[told] = np.arange(len(told))
    pair = np.full(len(mine), -1, np.intp)
    pair[between] = place[group]
    shape = (len(told), _KINDS, 2)
    slot = (pair * _KINDS + kind) * 2 + (payer > payee)
    total, unbalanced = np.full(shape, 0, object), np.full(shape[:2], 0, object)
    whole = np.full(len(told), 0, object)
    for rows in days:
        here = pair[rows] >= 0
        found = sum_values(slot[rows][here], amounts[rows][here], int(np.prod(shape)))
        both = found.reshape(shape)
        total = total + both
        difference = both[:, :, 0] - both[:, :, 1]
        unbalanced = unbalanced + np.abs(difference)
        whole = whole + np.abs(difference.sum(axis=1))
    pairs = tuple(
        _pair(ends, int(keys[each]), total[at], unbalanced[at], whole[at])
        for at, each in enumerate(told)
    )
    return pairs, len(rest), sum(values[each] for each in rest)


def _pair(ends: Sequence[str], key: int, total: Exact, unbalanced: Exact, whole: int) -> Pair:
    one, other = divmod(key, len(ends))
    there, back = total.sum(axis=0)
    return Pair(
        ends[one],
        ends[other],
        PairFlow("", there, back, whole),
        tuple(
            PairFlow(str(PURPOSE_KINDS[each]), total[each, 0], total[each, 1], unbalanced[each])
            for each in range(_KINDS)
            if total[each].any()
        ),
    )


def _saved(left_minor: int, value_minor: int) -> Fraction | None:
    left = ratio(left_minor, value_minor)
    return None if left is None else 1 - left


_KINDS: Final = len(PURPOSE_KINDS)
