"""The shortfall waterfall of a netting set, calculated: who draws what, what is rolled back.

The layers are data of the agreement, drawn in their order: a debtor's own balance, its reserved
collateral, its credit line, and a fund to which several contribute. Where they do not suffice,
some payments are taken out once and the rest is calculated anew, or the set is aborted. Nothing
here moves money; which payments are taken out is decided by whoever calls.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.errors import UsageError
from comity.money import BALANCE_MINOR_MAX
from comity.netting.positions import net_multilaterally

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]

_HALF = 32
"""Bits of half an amount: sums of halves fit 64 bits."""

ChooseKept = Callable[[Int64s], Bools]
"""Given what each party can pay from, say by payment which may stay in the set."""


class LayerSource(StrEnum):
    """Where the money of a layer comes from."""

    OWN_BALANCE = "own_balance"  # the debtor's settlement account
    COLLATERAL = "collateral"  # reserved by the debtor for this
    CREDIT_LINE = "credit_line"  # lent to the debtor, with interest from then on
    GUARANTEE_FUND = "guarantee_fund"  # paid in by several, each party's share its own


class ShortfallOutcome(StrEnum):
    """How the waterfall ends."""

    COVERED = "covered"  # all payments settle
    ROLLED = "rolled"  # some payments are taken out, the rest settles
    ABORTED = "aborted"  # nothing settles


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of the waterfall.

    Attributes:
        source: where its money comes from.
        available_minor: by party, zero or more: what the party itself can draw; of a guarantee
            fund what the party has paid in, which any debtor can draw.
        may_draw: by party, who can draw on a guarantee fund; None: any debtor.
    """

    source: LayerSource
    available_minor: Int64s
    may_draw: Bools | None = None


@dataclass(frozen=True, slots=True)
class FundPayment:
    """What one contributor's share of a fund pays for one debtor, in minor units."""

    debtor: int
    contributor: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ShortfallResult:
    """What the waterfall comes to.

    Attributes:
        outcome: how it ends.
        kept: by payment, whether it settles.
        old_positions_minor: net position of each party with all payments.
        positions_minor: with the kept ones; all zero where nothing settles.
        drawn_minor: by layer and party, what a debtor draws; all zero where nothing settles.
        charged_minor: by layer and party, whose money that is: the debtor's own, or of a guarantee
            fund the contributors'.
        uncovered_minor: by party, what it could not cover with all payments in the set.
        fund_payments: whose share of a fund pays for whom, in the order in which it does.
    """

    outcome: ShortfallOutcome
    kept: Bools
    old_positions_minor: Int64s
    positions_minor: Int64s
    drawn_minor: Int64s
    charged_minor: Int64s
    uncovered_minor: Int64s
    fund_payments: tuple[FundPayment, ...] = ()

    @property
    def recourse_minor(self) -> Int64s:
        """Return by party what others have paid for it, less what it has paid for others.

        Above zero it owes them; below zero it is owed. The sum over all parties is zero.
        """
        owed: Int64s = (self.drawn_minor - self.charged_minor).sum(axis=0)
        return owed

    @property
    def changes_minor(self) -> Int64s:
        """Return by party its new position less its old one: what taking payments out does."""
        return self.positions_minor - self.old_positions_minor


def settle_shortfall(
    payers: Int32s,
    payees: Int32s,
    amounts_minor: Int64s,
    layers: Sequence[Layer],
    *,
    choose_kept: ChooseKept | None = None,
) -> ShortfallResult:
    """Calculate how a netting set settles whose debtors may lack cover; changes no argument.

    Each debtor draws from the layers in their order. From a guarantee fund debtors are served in
    ascending order of what they lack, of equals the lower party first, so that as many as possible
    are covered; its own contribution is used before others', which bear the rest in proportion.

    Where a debtor remains uncovered, `choose_kept` is called once, with what each party can pay
    from: its own layers and what the fund has just allotted to it. It should answer with the
    greatest feasible prefixes of each payer's payments: then what is taken out is the least that a
    first-in-first-out order allows. The waterfall is calculated anew for what is kept; from a
    fund nobody then draws more than was allotted to it.

    Args:
        payers: party number of each payment's payer.
        payees: party number of each payment's payee.
        amounts_minor: amounts above zero; what one party sends, and what it receives, must fit
            `BALANCE_MINOR_MAX`.
        layers: at least one, in the order of drawing, with as many parties each.
        choose_kept: which payments may stay; without it, or if it keeps none, the set is aborted.

    Raises:
        UsageError: columns or layers that do not fit one another, an amount out of its range, or
            an answer of `choose_kept` that leaves a debtor uncovered.
    """
    opened = open_shortfall(payers, payees, amounts_minor, layers)
    if opened.is_covered:
        return opened.settle(np.ones(len(amounts_minor), np.bool_))
    if choose_kept is None:
        return opened.settle(np.zeros(len(amounts_minor), np.bool_))
    return opened.settle(_kept_of(choose_kept, opened.means_minor, len(amounts_minor)))


@dataclass(frozen=True, slots=True)
class OpenShortfall:
    """A netting set whose layers have been gone through once, with all its payments.

    For callers that choose for several sets at once, because payments of one are linked with those
    of another; all others use `settle_shortfall`.
    """

    payers: Int32s
    payees: Int32s
    amounts_minor: Int64s
    layers: Sequence[Layer]
    positions_minor: Int64s
    first: "_Drawing"

    @property
    def is_covered(self) -> bool:
        """Whether every debtor is covered with all payments in the set."""
        return not self.first.uncovered_minor.any()

    @property
    def means_minor(self) -> Int64s:
        """What each party can pay from: all its own layers, and what the fund has allotted."""
        return _means(self.first, self.layers)

    def settle(self, kept: Bools) -> ShortfallResult:
        """Calculate the waterfall anew for what is kept.

        Raises:
            UsageError: a choice that leaves a debtor uncovered.
        """
        new = net_multilaterally(
            self.payers, self.payees, self.amounts_minor * kept, len(self.positions_minor)
        )
        last = self.first if kept.all() else _draw(new, self.layers, self.first.drawn_minor)
        if last.uncovered_minor.any():
            party = int(np.flatnonzero(last.uncovered_minor)[0])
            raise UsageError(
                f"choose_kept: found a choice that leaves party {party} short of "
                f"{last.uncovered_minor[party]}, expected every debtor to be covered"
            )
        if kept.all():
            outcome = ShortfallOutcome.COVERED
        else:
            outcome = ShortfallOutcome.ROLLED if kept.any() else ShortfallOutcome.ABORTED
        return _result(
            outcome, kept, old=self.positions_minor, new=new, first=self.first, last=last
        )


def open_shortfall(
    payers: Int32s, payees: Int32s, amounts_minor: Int64s, layers: Sequence[Layer]
) -> OpenShortfall:
    """Go through the layers once, with all payments; see `settle_shortfall`.

    Raises:
        UsageError: columns or layers that do not fit one another, or an amount out of its range.
    """
    _check(payers, payees, amounts_minor, layers)
    sides = payers.astype(np.int32), payees.astype(np.int32)
    amounts = amounts_minor.astype(np.int64)
    old = net_multilaterally(*sides, amounts, len(layers[0].available_minor))
    return OpenShortfall(*sides, amounts, layers, old, _draw(old, layers))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What one pass through the layers comes to; by layer and party, or by party."""

    drawn_minor: Int64s
    charged_minor: Int64s
    uncovered_minor: Int64s
    fund_payments: tuple[FundPayment, ...]


def _draw(
    positions_minor: Int64s, layers: Sequence[Layer], allotted_minor: Int64s | None = None
) -> _Drawing:
    """Go through the layers once; from a fund nobody draws more than it is allotted, if given."""
    lacking = np.maximum(0, -positions_minor)
    drawn = np.zeros((len(layers), len(lacking)), np.int64)
    charged = np.zeros_like(drawn)
    paid: list[FundPayment] = []
    for at, layer in enumerate(layers):
        if layer.source is LayerSource.GUARANTEE_FUND:
            wanted = lacking if allotted_minor is None else np.minimum(lacking, allotted_minor[at])
            if layer.may_draw is not None:
                wanted = np.where(layer.may_draw, wanted, 0)
            served = _draw_fund(wanted, layer.available_minor)
            for one in served:
                drawn[at, one.debtor] += one.amount_minor
                charged[at, one.contributor] += one.amount_minor
            paid += served
        else:
            drawn[at] = charged[at] = np.minimum(lacking, layer.available_minor)
        lacking = lacking - drawn[at]
    return _Drawing(drawn, charged, lacking, tuple(paid))


def _draw_fund(wanted: Int64s, shares: Int64s) -> list[FundPayment]:
    """Serve debtors from a fund: each debtor's own share first, then the others'."""
    left = [int(share) for share in shares]
    found: list[FundPayment] = []
    needy = [int(party) for party in np.argsort(wanted, kind="stable") if wanted[party] > 0]
    for debtor in needy:
        amount = min(int(wanted[debtor]), sum(left))
        own = min(amount, left[debtor])
        others = [0 if party == debtor else share for party, share in enumerate(left)]
        paid = split_in_proportion(amount - own, others)
        paid[debtor] = own
        for party, part in enumerate(paid):
            left[party] -= part
            if part:
                found.append(FundPayment(debtor, party, part))
    return found


def split_in_proportion(amount: int, shares: list[int]) -> list[int]:
    """Return the parts of an amount that is at most the sum of shares, by largest remainder.

    Of equal remainders the first party's goes first. No part exceeds its share: where the amount is
    below the sum, a part that is rounded up was below its share.
    """
    whole = sum(shares)
    if amount == 0:
        return [0] * len(shares)
    parts = [amount * share // whole for share in shares]
    remainders = [(-(amount * share % whole), party) for party, share in enumerate(shares)]
    for _, party in sorted(remainders)[: amount - sum(parts)]:
        parts[party] += 1
    return parts


def _means(first: _Drawing, layers: Sequence[Layer]) -> Int64s:
    """Return by party what it can pay from: all its own layers, and its allotment of funds."""
    means = [0] * len(first.uncovered_minor)
    for layer, drawn in zip(layers, first.drawn_minor, strict=True):
        is_fund = layer.source is LayerSource.GUARANTEE_FUND
        for party, amount in enumerate((drawn if is_fund else layer.available_minor).tolist()):
            means[party] = min(means[party] + amount, BALANCE_MINOR_MAX)
    return np.array(means, np.int64)


def _kept_of(choose_kept: ChooseKept, means: Int64s, count: int) -> Bools:
    kept: NDArray[Any] = choose_kept(means)
    if kept.shape != (count,) or kept.dtype != np.bool_:
        raise UsageError(
            f"choose_kept: found {kept.dtype} of the shape {kept.shape}, "
            f"expected bool of the shape {(count,)}"
        )
    return kept


def _result(
    outcome: ShortfallOutcome,
    kept: Bools,
    *,
    old: Int64s,
    new: Int64s,
    first: _Drawing,
    last: _Drawing,
) -> ShortfallResult:
    assert (last.drawn_minor.sum(axis=0) == np.maximum(0, -new)).all()
    assert (last.drawn_minor.sum(axis=1) == last.charged_minor.sum(axis=1)).all()
    return ShortfallResult(
        outcome=outcome,
        kept=kept,
        old_positions_minor=old,
        positions_minor=new,
        drawn_minor=last.drawn_minor,
        charged_minor=last.charged_minor,
        uncovered_minor=first.uncovered_minor,
        fund_payments=last.fund_payments,
    )


def _check(payers: Int32s, payees: Int32s, amounts_minor: Int64s, layers: Sequence[Layer]) -> None:
    if not len(payers) == len(payees) == len(amounts_minor):
        raise UsageError(
            f"found {len(payers)} payers, {len(payees)} payees and {len(amounts_minor)} amounts, "
            "expected one of each for every payment"
        )
    if not layers or len({len(layer.available_minor) for layer in layers}) != 1:
        raise UsageError("layers: expected at least one, each with an amount for every party")
    for at, layer in enumerate(layers):
        if layer.may_draw is not None and len(layer.may_draw) != len(layer.available_minor):
            raise UsageError(f"layer {at}: expected may_draw for every party")
    for at, layer in enumerate(layers):
        values = layer.available_minor.tolist()
        is_fund = layer.source is LayerSource.GUARANTEE_FUND
        most = sum(values) if is_fund else max(values, default=0)
        if min(values, default=0) < 0 or most > BALANCE_MINOR_MAX:
            raise UsageError(
                f"layer {at}: expected amounts of zero or more, and at most {BALANCE_MINOR_MAX}"
            )
    parties = len(layers[0].available_minor)
    if not len(payers):
        return
    if min(payers.min(), payees.min()) < 0 or max(payers.max(), payees.max()) >= parties:
        raise UsageError(f"found a party outside 0 … {parties - 1} in payers or payees")
    if amounts_minor.min() < 1 or _greatest_sum(payers, payees, amounts_minor) > BALANCE_MINOR_MAX:
        raise UsageError(
            f"amounts_minor: expected amounts above zero, and at most {BALANCE_MINOR_MAX} in all "
            "that one party sends or receives"
        )


def _greatest_sum(payers: Int32s, payees: Int32s, amounts_minor: Int64s) -> int:
    """Return the most that one party sends, or receives; exact, beyond 64 bits too."""
    greatest = 0
    for sides in (payers, payees):
        halves = []
        for half in (amounts_minor >> _HALF, amounts_minor & ((1 << _HALF) - 1)):
            sums = np.zeros(int(sides.max()) + 1, np.int64)
            np.add.at(sums, sides, half)
            halves.append(sums.tolist())
        greatest = max(
            greatest, *((high << _HALF) + low for high, low in zip(*halves, strict=True))
        )
    return greatest
