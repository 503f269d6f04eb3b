"""Cover one: can a netting set settle if the group that owes most does not pay?

A party and its affiliates fail together. The rule follows the notion of CPMI-IOSCO, Principles for
financial market infrastructures (2012), principle 7 (liquidity risk): resources should suffice to
settle though the participant and its affiliates with the largest aggregate payment obligation
default. Affiliates' credits are not set against their debits: each owes by itself. And what the
failed group supplies, or whoever guarantees for it, to anybody's benefit, is not there: who has to
stand in for the failed has nothing left to give.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.errors import UsageError

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Guarantee:
    """What one party, or somebody on its behalf, stands in for another's debit with.

    Attributes:
        guarantor: number of the party that supplies it.
        beneficiary: number of the party whose debit it covers.
        amount_minor: zero or more, set aside apart from the guarantor's own resources.
    """

    guarantor: int
    beneficiary: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class CoverResult:
    """What happens to a netting set if the group with the largest debit fails.

    Attributes:
        group: the group that fails; None where nobody owes.
        debit_minor: what the group's members owe, their credits not deducted.
        survivors_short_minor: what survivors owe beyond their own resources and the guarantees
            that are left.
        fund_minor: what is left of the shared fund.
        uncovered_minor: what nobody covers then, zero or more.
    """

    group: int | None
    debit_minor: int
    survivors_short_minor: int
    fund_minor: int
    uncovered_minor: int

    @property
    def is_covered(self) -> bool:
        """Return whether the set settles in full without the failed group."""
        return self.uncovered_minor == 0


def cover_one(
    positions_minor: Int64s,
    resources_minor: Int64s,
    groups: Int64s,
    *,
    guarantees: Sequence[Guarantee] = (),
    fund_shares_minor: Int64s | None = None,
) -> CoverResult:
    """Return whether a netting set settles if the group with the largest debit fails.

    The failed group's debits do not come in. Each survivor pays its debit from its own resources,
    then from the guarantees in its favour; the shared fund covers what is still missing. Guarantees
    and fund shares of the failed group, and of whoever guarantees for one of its members, do not
    count. Of groups with equal debits the one that leaves more uncovered counts, then the one with
    the lower number. Never modifies the arguments.

    Args:
        positions_minor: net position of each party, below zero where it owes; they sum to zero.
        resources_minor: what each party can pay from, zero or more.
        groups: number of each party's group of affiliates; a party on its own has its own number.
        guarantees: for named beneficiaries; several may name one pair, they add up.
        fund_shares_minor: what each party has paid into the shared fund; nobody, if left out.

    Raises:
        UsageError: columns of unequal length, positions that do not sum to zero, an amount below
            zero or a party that is not there.
    """
    parties = len(positions_minor)
    shares = [0] * parties if fund_shares_minor is None else fund_shares_minor.tolist()
    _check(positions_minor.tolist(), resources_minor.tolist(), groups.tolist(), shares)
    _check_guarantees(guarantees, parties)
    debits: dict[int, int] = {}
    for group, position in zip(groups.tolist(), positions_minor.tolist(), strict=True):
        if position < 0:
            debits[group] = debits.get(group, 0) - position
    if not debits:
        return CoverResult(None, 0, 0, sum(shares), 0)
    largest = max(debits.values())
    candidates = [
        _without(group, largest, _Set(positions_minor, resources_minor, groups, guarantees, shares))
        for group in sorted(debits)
        if debits[group] == largest
    ]
    # `max` keeps the first of equals, and the groups stand in ascending order.
    return max(candidates, key=lambda result: result.uncovered_minor)


@dataclass(frozen=True, slots=True)
class _Set:
    """A netting set and everything that stands behind it."""

    positions_minor: Int64s
    resources_minor: Int64s
    groups: Int64s
    guarantees: Sequence[Guarantee]
    shares: list[int]


def _without(group: int, debit_minor: int, netting_set: _Set) -> CoverResult:
    """Return what happens if one group fails."""
    fails = (netting_set.groups == group).tolist()
    gives = [not failed for failed in fails]
    for one in netting_set.guarantees:
        if fails[one.beneficiary]:
            gives[one.guarantor] = False
    means = [int(own) for own in netting_set.resources_minor]
    for one in netting_set.guarantees:
        if gives[one.guarantor]:
            means[one.beneficiary] += one.amount_minor
    short = sum(
        max(0, -int(position) - mean)
        for position, mean, failed in zip(netting_set.positions_minor, means, fails, strict=True)
        if not failed
    )
    fund = sum(share for share, stands in zip(netting_set.shares, gives, strict=True) if stands)
    return CoverResult(
        group=group,
        debit_minor=debit_minor,
        survivors_short_minor=short,
        fund_minor=fund,
        uncovered_minor=max(0, debit_minor + short - fund),
    )


def _check(
    positions: list[int], resources: list[int], groups: list[int], shares: list[int]
) -> None:
    if not len(positions) == len(resources) == len(groups) == len(shares):
        raise UsageError(
            f"found {len(positions)} positions, {len(resources)} resources, {len(groups)} groups "
            f"and {len(shares)} fund shares, expected one of each for every party"
        )
    if sum(positions) != 0:
        raise UsageError(f"found positions that sum to {sum(positions)}, expected 0")
    if any(amount < 0 for amount in [*resources, *shares]):
        raise UsageError("found resources or a fund share below zero, expected zero or more")


def _check_guarantees(guarantees: Sequence[Guarantee], parties: int) -> None:
    for one in guarantees:
        if not (0 <= one.guarantor < parties and 0 <= one.beneficiary < parties):
            raise UsageError(f"found {one}, expected parties from 0 to {parties - 1}")
        if one.amount_minor < 0:
            raise UsageError(f"found {one}, expected an amount of zero or more")
