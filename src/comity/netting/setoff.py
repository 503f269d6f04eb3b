"""Set-off of obligations: as much as possible cleared at once, exactly, with its proof.

What a party pays by set-off never exceeds what it receives by it and its liquidity, if it has put
in any; nobody's net position changes. The result says beside the amounts why no greater one exists
(`potentials`), and `findings_against` checks that without the solver. Problem, theorem, proof and
limits are in `docs/setoff-method.md`.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.errors import LimitExceededError, RejectedError
from comity.money import BALANCE_MINOR_MAX
from comity.netting import setoff_proof_kernel as proof
from comity.netting.setoff_components_kernel import clear_by_components, clear_with_liquidity
from comity.netting.setoff_edges_kernel import merge_rows, share_out, sum_within

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

OBLIGATIONS_MINOR_MAX: Final = BALANCE_MINOR_MAX
"""Greatest sum of all obligations, and of all liquidity, of one set-off: minor units."""

PARTIES_MAX: Final = 100_000_000
"""Most parties of one set-off."""

OBLIGATIONS_MAX: Final = 500_000_000
"""Most single obligations of one set-off; with two arcs a party they must be numbered in 31 bits,
a direction taking one."""

POTENTIAL_MAX: Final = 10**18
"""Greatest potential, either way, that a proof may use; the solver's are below the parties."""


class SetOffError(RejectedError):
    """What was given is no set of obligations, or a result that does not belong to it."""


class Obligations(NamedTuple):
    """Merged and canonical: sorted by (debtor, creditor), one edge a pair.

    Attributes:
        debtors: party numbers, 0 … party_count − 1.
        creditors: party numbers, never the debtor's own.
        amounts_minor: above zero; their sum is at most OBLIGATIONS_MINOR_MAX.
        party_count: how many parties there are, with obligations or without.
    """

    debtors: Int32s
    creditors: Int32s
    amounts_minor: Int64s
    party_count: int


class SetOff(NamedTuple):
    """What is cleared, and the proof that no more can be.

    Attributes:
        cleared_minor: by edge.
        potentials: by party, a level from 0 up; with liquidity one more, last, for its node.
            What is left of an edge leads at least one level up, what is cleared at most one.
        drawn_minor: by party, liquidity that flows in; zeros without liquidity.
        returned_minor: by party, what it has received and not used; zeros without liquidity.
    """

    cleared_minor: Int64s
    potentials: Int64s
    drawn_minor: Int64s
    returned_minor: Int64s


def merge_obligations(
    debtors: NDArray[np.integer[Any]],
    creditors: NDArray[np.integer[Any]],
    amounts_minor: NDArray[np.integer[Any]],
    party_count: int,
) -> tuple[Obligations, Int64s]:
    """Merge single obligations into one edge a pair, in canonical order.

    Never modifies its arguments.

    Args:
        debtors: party number by obligation, 0 … party_count − 1.
        creditors: party number by obligation, another than the debtor's.
        amounts_minor: by obligation, above zero.
        party_count: at most PARTIES_MAX.

    Returns:
        The edges, and the edge of each single obligation.

    Raises:
        SetOffError: columns of different length; a party out of range; somebody's obligation to
            itself; an amount that is not above zero. The first such row is named, counted from 0.
        LimitExceededError: a named limit of this module, the sum's among them.
    """
    rows = len(amounts_minor)
    _limit("parties of a set-off", party_count, PARTIES_MAX)
    _limit("obligations of a set-off", rows, OBLIGATIONS_MAX)
    if not len(debtors) == len(creditors) == rows:
        raise SetOffError(
            f"columns of {len(debtors)}, {len(creditors)} and {rows} rows, expected equal lengths"
        )
    for name, column in (("debtor", debtors), ("creditor", creditors)):
        _refuse_rows((column < 0) | (column >= party_count), f"{name} is no party number", column)
    _refuse_rows(debtors == creditors, "the debtor is its own creditor", debtors)
    _refuse_rows(amounts_minor <= 0, "the amount is not above zero", amounts_minor)
    amounts = _int64s(amounts_minor)
    _limit_sum("sum of obligations in minor units", amounts)
    first, second, sums, edge_of = merge_rows(
        _int32s(debtors), _int32s(creditors), amounts, party_count
    )
    return Obligations(first, second, sums, party_count), edge_of


def maximise_setoff(obligations: Obligations, liquidity_minor: Int64s | None = None) -> SetOff:
    """Clear the greatest sum of obligations that can be cleared at once.

    Where several results are equally great, one of them is taken, always the same: the one to
    which the documented solver comes from edges in canonical order. Never modifies its arguments.

    Args:
        obligations: as `merge_obligations` returns them.
        liquidity_minor: by party, zero or more: what it may pay beyond what it receives. None for
            a set-off in which nobody pays anything; then each strongly connected component is
            decided by itself.

    Raises:
        SetOffError: edges are not canonical, or liquidity is not by party, or below zero.
        LimitExceededError: obligations or liquidity sum to more than OBLIGATIONS_MINOR_MAX.
    """
    debtors, creditors, amounts, party_count = _checked(obligations)
    if liquidity_minor is None:
        cleared, potentials = clear_by_components(debtors, creditors, amounts, party_count)
        nothing = np.zeros(party_count, np.int64)
        return SetOff(cleared, potentials, nothing, nothing.copy())
    liquidity = _checked_liquidity(liquidity_minor, party_count)
    return SetOff(*clear_with_liquidity(debtors, creditors, amounts, liquidity))


def findings_against(
    obligations: Obligations, liquidity_minor: Int64s | None, setoff: SetOff
) -> list[str]:
    """Return what speaks against a result being possible and the greatest; nothing: it is proved.

    One pass over the edges in whole numbers, without any solver. Any result that passes is a
    greatest one, whoever found it.

    Args:
        obligations: as `merge_obligations` returns them.
        liquidity_minor: as for `maximise_setoff`.
        setoff: from any source.

    Raises:
        SetOffError: obligations or liquidity are not what `maximise_setoff` takes.
        LimitExceededError: they sum to more than OBLIGATIONS_MINOR_MAX.
    """
    debtors, creditors, amounts, party_count = _checked(obligations)
    has_node = liquidity_minor is not None
    if liquidity_minor is None:
        liquidity_minor = np.zeros(party_count, np.int64)
    liquidity = _checked_liquidity(liquidity_minor, party_count)
    found = _findings_of_shape(setoff, (len(amounts), party_count + has_node, party_count))
    if found:
        return found
    cleared, potentials, drawn, returned = (_int64s(column) for column in setoff)
    faults = proof.find_faults(
        (debtors, creditors, amounts), liquidity, cleared, potentials, (drawn, returned)
    )
    return [
        f"{_FINDINGS[kind]}: {count} times, first {_NUMBERED[kind]} {first}"
        for kind, (count, first) in enumerate(zip(*faults, strict=True))
        if count
    ]


def allocate_cleared(edge_of: Int64s, amounts_minor: Int64s, cleared_minor: Int64s) -> Int64s:
    """Return what is cleared of each single obligation.

    Obligations of one edge share pro rata; the units that rounding down leaves go to the largest
    remainders, of equal ones to the lowest row number. No obligation gets more than its amount.
    Never modifies its arguments.

    Args:
        edge_of: by obligation, as `merge_obligations` returns it.
        amounts_minor: by obligation, above zero.
        cleared_minor: by edge.

    Raises:
        SetOffError: an edge that does not exist; an amount not above zero; more cleared of an edge
            than its obligations sum to, or less than nothing.
        LimitExceededError: obligations sum to more than OBLIGATIONS_MINOR_MAX.
    """
    if len(edge_of) != len(amounts_minor):
        raise SetOffError(
            f"columns of {len(edge_of)} and {len(amounts_minor)} rows, expected equal lengths"
        )
    _refuse_rows((edge_of < 0) | (edge_of >= len(cleared_minor)), "no such edge", edge_of)
    _refuse_rows(amounts_minor <= 0, "the amount is not above zero", amounts_minor)
    amounts = _int64s(amounts_minor)
    _limit_sum("sum of obligations in minor units", amounts)
    totals = np.zeros(len(cleared_minor), np.int64)
    np.add.at(totals, edge_of, amounts)
    wrong = np.flatnonzero((cleared_minor < 0) | (cleared_minor > totals))
    if len(wrong):
        edge = int(wrong[0])
        raise SetOffError(
            f"edge {edge}: found {cleared_minor[edge]} cleared, expected 0 to {totals[edge]}"
        )
    edge_of = _int64s(edge_of)
    shares, rests, left_over = share_out(edge_of, amounts, _int64s(cleared_minor), totals)
    rows = np.flatnonzero(left_over[edge_of])
    rows = rows[np.lexsort((-rests[rows], edge_of[rows]))]
    first_of_edge = np.searchsorted(edge_of[rows], edge_of[rows])
    rank = np.arange(len(rows)) - first_of_edge
    shares[rows[rank < left_over[edge_of[rows]]]] += 1
    return shares


_FINDINGS = {
    proof.BEYOND_EDGE: "cleared below zero or above the obligation",
    proof.CLEARED_TOO_MUCH: "cleared although it leads more than one level up",
    proof.CLEARED_TOO_LITTLE: "not wholly cleared although it leads less than one level up",
    proof.BEYOND_LIQUIDITY: "draws below zero or above its liquidity, or returns below zero",
    proof.NOT_BALANCED: "pays and returns another sum than it receives and draws",
    proof.ABOVE_LIQUIDITY_NODE: "has a potential above the liquidity node's",
    proof.DRAWN_TOO_LITTLE: "has liquidity left although its potential is below the node's",
    proof.RETURNED_TOO_MUCH: "returns something although its potential is below the node's",
}
_NUMBERED = {kind: "edge" if kind <= proof.CLEARED_TOO_LITTLE else "party" for kind in _FINDINGS}


def _findings_of_shape(setoff: SetOff, lengths: tuple[int, int, int]) -> list[str]:
    """Return why the columns of a result cannot be those of these obligations."""
    edges, potentials, parties = lengths
    expected = SetOff._fields, (edges, potentials, parties, parties), setoff
    found = [
        f"{name} has {len(column)} values, expected {length}"
        for name, length, column in zip(*expected, strict=True)
        if len(column) != length
    ]
    beyond = (setoff.potentials < -POTENTIAL_MAX) | (setoff.potentials > POTENTIAL_MAX)
    if beyond.any():
        first = int(np.flatnonzero(beyond)[0])
        found.append(f"potential of party {first} is beyond {POTENTIAL_MAX} either way")
    return found


def _checked(obligations: Obligations) -> Obligations:
    """Return the obligations as kernels take them, or refuse them."""
    debtors, creditors = _int32s(obligations.debtors), _int32s(obligations.creditors)
    amounts, count = _int64s(obligations.amounts_minor), obligations.party_count
    if not len(debtors) == len(creditors) == len(amounts):
        raise SetOffError("the columns of the obligations have different lengths")
    rises = (debtors[1:] > debtors[:-1]) | (
        (debtors[1:] == debtors[:-1]) & (creditors[1:] > creditors[:-1])
    )
    if not (
        rises.all()
        and (debtors >= 0).all()
        and (debtors < count).all()
        and (creditors >= 0).all()
        and (creditors < count).all()
        and (debtors != creditors).all()
        and (amounts > 0).all()
    ):
        raise SetOffError("the obligations are not canonical; use what merge_obligations returns")
    _limit_sum("sum of obligations in minor units", amounts)
    return Obligations(debtors, creditors, amounts, count)


def _checked_liquidity(liquidity_minor: Int64s, party_count: int) -> Int64s:
    if len(liquidity_minor) != party_count:
        raise SetOffError(f"liquidity of {len(liquidity_minor)} parties, expected {party_count}")
    _refuse_rows(liquidity_minor < 0, "liquidity is below zero", liquidity_minor)
    liquidity = _int64s(liquidity_minor)
    _limit_sum("sum of liquidity in minor units", liquidity)
    return liquidity


def _refuse_rows(wrong: NDArray[np.bool_], what: str, found: NDArray[np.integer[Any]]) -> None:
    rows = np.flatnonzero(wrong)
    if len(rows):
        raise SetOffError(f"row {rows[0]}: {what}: found {found[rows[0]]}; {len(rows)} such rows")


def _limit(name: str, found: int, allowed: int) -> None:
    if found > allowed:
        raise LimitExceededError(name, found=found, allowed=allowed)


def _limit_sum(name: str, amounts_minor: Int64s) -> None:
    if sum_within(amounts_minor, OBLIGATIONS_MINOR_MAX) < 0:
        total = sum(amounts_minor.tolist())
        raise LimitExceededError(name, found=total, allowed=OBLIGATIONS_MINOR_MAX)


# Kernels are compiled for contiguous arrays that can be written to; others would be a type of
# their own, and compile everything a second time.
def _int32s(column: NDArray[np.integer[Any]]) -> Int32s:
    return np.require(column, np.int32, ["C", "W"])


def _int64s(column: NDArray[np.integer[Any]]) -> Int64s:
    return np.require(column, np.int64, ["C", "W"])
