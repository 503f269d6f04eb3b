"""All-or-nothing choice of waiting payments, without FIFO and under limits that accounts share.

The exact method for FIFO prefixes cannot serve here: no greatest choice exists, and to find one of
the greatest value is NP-hard. So a solver of mixed-integer programs (HiGHS) searches within a
budget, from the best of several feasible starts. It works in floats, and here alone floats stand
near money; therefore nothing it says is taken on trust. What it proposes is rounded, checked and
mended in whole numbers, and falls back to the best start. `docs/selection.md` says why the bound is
one, and what to do so that a choice can be replayed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from comity.errors import RejectedError, UsageError
from comity.netting.selection_kernel import (
    Rows,
    add_what_fits,
    possible_units,
    take_away,
    use_of,
)
from comity.netting.selection_rows import Candidates, Choice, SharedLimit, make_choice

if TYPE_CHECKING:
    import highspy

Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

_SCALED_BITS = 20
"""The greatest coefficient of a row, and the greatest weight, has this many bits in the solver."""

_PRIMAL_TOLERANCE = 1e-9
_DUAL_TOLERANCE = 1e-9
_WHOLE_TOLERANCE = 1e-8
"""How far from a whole number the solver may take a payment to be chosen."""

_TINY = 1.1e-12
"""The solver drops what is smaller than 1e-12; a receipt that it dropped would be held back."""

_PRICE_BITS = 60
"""Prices are fractions of 2 to this power when the bound is proved in whole numbers."""

_SEED = 20_250
_NO_LINKS = np.zeros((0, 2), np.int64)


class SelectionStop(StrEnum):
    """Why the search ended."""

    FINISHED = "finished"  # the solver finds nothing better
    NODE_LIMIT = "node_limit"  # the budget of record is used up
    TIME_LIMIT = "time_limit"  # the safety stop; another run may end elsewhere
    FAILED = "failed"  # the solver gave no answer; the best start stands


@dataclass(frozen=True, slots=True)
class SelectionBudget:
    """How long to search.

    Attributes:
        nodes: nodes of the search tree, from 1; the budget of record, which repeats exactly.
        seconds: wall time after which the search is broken off for safety's sake, above zero.
    """

    nodes: int = 500
    seconds: int = 60

    def __post_init__(self) -> None:
        if self.nodes < 1 or self.seconds < 1:
            raise UsageError(f"budget: found {self}, expected at least one node and one second")


class SeedRefusedError(RejectedError):
    """The seed of a selection is no feasible choice.

    Attributes:
        row: number of the account, or accounts plus number of the limit, that it breaks; −1 where
            it parts payments that must stay together.
    """

    def __init__(self, row: int, what: str) -> None:
        super().__init__(f"seed: {what}; pass a choice that can settle, or none")
        self.row = row


@dataclass(frozen=True, slots=True)
class Selection:
    """Payments that settle together, in one moment.

    Attributes:
        selected: by payment.
        value_minor: sum of the selected weights; of the amounts where no weights were given.
        bound_minor: no choice is worth more.
        proved_bound_minor: the bound that is proved in whole numbers; `bound_minor` is lower where
            the solver's search tree says so.
        seed_value_minor: what the seed was worth; 0 without one.
        greedy_value_minor: what the greedy start was worth.
        stopped_by: why the search ended.
        nodes: nodes of the search tree that were looked at.
    """

    selected: Bools
    value_minor: int
    bound_minor: int
    proved_bound_minor: int
    seed_value_minor: int
    greedy_value_minor: int
    stopped_by: SelectionStop
    nodes: int

    @property
    def count(self) -> int:
        """Return how many payments are selected."""
        return int(self.selected.sum())

    @property
    def gap(self) -> Fraction:
        """Return by which share of the bound a better choice might exceed this one, 0 to 1."""
        if self.bound_minor == 0:
            return Fraction(0)
        return Fraction(self.bound_minor - self.value_minor, self.bound_minor)

    @property
    def is_optimal(self) -> bool:
        """Return whether nothing can be worth even one unit more."""
        return self.value_minor == self.bound_minor

    @property
    def is_repeatable(self) -> bool:
        """Return whether the same call on the same machine selects the same payments."""
        return self.stopped_by is not SelectionStop.TIME_LIMIT

    @property
    def remark(self) -> str:
        """Return a sentence for whoever asks why so little, or nothing, was selected."""
        if self.count:
            return ""
        found = "Nothing clears" if self.is_optimal else "Nothing that clears was found"
        return (
            f"{found}: with little or no liquidity only payments that form exact cycles can settle "
            "all-or-nothing, and exact cycles of unequal amounts are rare."
        )


def select_payments(
    payers: Int64s,
    payees: Int64s,
    amounts_minor: Int64s,
    available_minor: Int64s,
    *,
    weights: Int64s | None = None,
    limits: Sequence[SharedLimit] = (),
    links: Int64s | None = None,
    seed: Bools | None = None,
    budget: SelectionBudget | None = None,
) -> Selection:
    """Choose payments of the greatest value that can all settle in one moment.

    With all of them settled, every account that pays has at least zero available, and every limit
    holds. Never worth less than the seed, and never modifies the arguments.

    Args:
        payers: account that pays; participant and currency together are one account number.
        payees: account that is paid.
        amounts_minor: 1 to `AMOUNT_MINOR_MAX`, in the currency of the two accounts.
        available_minor: by account. One that starts below zero pays only what receipts of the same
            moment lift it to, and its receipts are not held back.
        weights: what a payment is worth, zero or more; its amount, if left out. Amounts of several
            currencies cannot be added up: give values in one numeraire.
        limits: further constraints over any payments.
        links: pairs of payments, one a row, of which both or none must be chosen (the legs of a
            PvP); pairs that share a payment join into one unit.
        seed: a feasible choice by payment, such as the greatest FIFO prefixes.
        budget: how long to search; `SelectionBudget()`, if left out.

    Raises:
        UsageError: columns that do not fit one another, or an entry outside its range.
        LimitExceededError: more than `SELECTION_PAYMENTS_MAX` payments, or a sum beyond
            `BALANCE_MINOR_MAX`.
        SeedRefusedError: a seed that breaks an account or a limit, or parts a pair.
    """
    columns = Candidates(
        payers, payees, amounts_minor, amounts_minor if weights is None else weights
    )
    choice = make_choice(columns, available_minor, limits, _NO_LINKS if links is None else links)
    search = _Search(choice, _units_of_seed(seed, choice))
    search.run(budget or SelectionBudget())
    return search.result()


def _units_of_seed(seed: Bools | None, choice: Choice) -> Bools:
    """Return the seed by unit, or the empty choice."""
    units = np.zeros(len(choice.weights), np.bool_)
    if seed is None:
        return units
    if seed.shape != choice.unit_of.shape or seed.dtype != np.bool_:
        raise UsageError(
            f"seed: found {seed.dtype} of the shape {seed.shape}, "
            f"expected bool of the shape {choice.unit_of.shape}"
        )
    units[choice.unit_of[seed]] = True
    if (units[choice.unit_of] & ~seed).any():
        payment = int(np.flatnonzero(units[choice.unit_of] & ~seed)[0])
        raise SeedRefusedError(-1, f"payment {payment} is left out and its partner chosen")
    over = use_of(choice.rows, units) - choice.rows.bounds
    if (over > 0).any():
        row = int(np.flatnonzero(over > 0)[0])
        raise SeedRefusedError(row, f"row {row} is exceeded by {over[row]}")
    return units


class _Search:
    """One search: the best choice so far, the bounds so far, and the solver's part in whole."""

    def __init__(self, choice: Choice, seeded: Bools) -> None:
        self.choice = choice
        self.possible = possible_units(choice.rows)
        self.seed_value = self.value_of(seeded)
        self.best = self._mended(seeded, choice.weights)
        greedy = self._mended(self.possible, choice.weights)
        self.greedy_value = self.value_of(greedy)
        self.proved = self.bound = self.value_of(self.possible)
        self.stopped_by = SelectionStop.FINISHED
        self.nodes = 0
        self._grain = max(1, int(np.gcd.reduce(choice.weights)))
        self._least = int(min(choice.weights[choice.weights > 0], default=0))
        self._propose(greedy)

    def result(self) -> Selection:
        """Return what was found, having proved in whole numbers that it can settle."""
        rows, value = self.choice.rows, self.value_of(self.best)
        assert (use_of(rows, self.best) <= rows.bounds).all()
        assert self.seed_value <= value <= self.proved
        return Selection(
            selected=self.best[self.choice.unit_of],
            value_minor=value,
            bound_minor=max(value, self.bound),
            proved_bound_minor=self.proved,
            seed_value_minor=self.seed_value,
            greedy_value_minor=self.greedy_value,
            stopped_by=self.stopped_by,
            nodes=self.nodes,
        )

    def value_of(self, units: Bools) -> int:
        """Return what a choice is worth; the sum of all weights fits 64 bits."""
        return int(self.choice.weights[units].sum())

    def run(self, budget: SelectionBudget) -> None:
        """Let the solver prove a bound and look for something better."""
        if self.value_of(self.best) == self.bound:
            return
        relaxed = _Program(self.choice, self.possible, is_whole=False, seconds=budget.seconds)
        self.stopped_by = relaxed.solve()
        if self.stopped_by is not SelectionStop.FINISHED:
            return
        self.proved = self._lower(
            self.proved, _prove_bound(self.choice, self.possible, relaxed.prices())
        )
        self.bound = self.proved
        self._propose(self._rounded(relaxed.shares()))
        seconds_left = budget.seconds - relaxed.seconds_used
        if self.value_of(self.best) == self.bound:
            return
        if seconds_left <= 0:
            self.stopped_by = SelectionStop.TIME_LIMIT
            return
        whole = _Program(
            self.choice, self.possible, is_whole=True, seconds=seconds_left, nodes=budget.nodes
        )
        whole.start_from(self.best)
        self.stopped_by = whole.solve()
        self.nodes = whole.nodes
        if self.stopped_by is not SelectionStop.FAILED:
            self._propose(self._rounded(whole.shares()))
            self.bound = self._lower(self.bound, whole.bound())

    def _propose(self, units: Bools) -> None:
        """Keep a choice if it is worth more than the best so far."""
        if self.value_of(units) > self.value_of(self.best):
            self.best = units

    def _lower(self, bound: int, other: int | None) -> int:
        """Return the lower of two bounds.

        Every value is a multiple of the grain, and none but zero is below the least weight.
        """
        if other is None:
            return bound
        return min(bound, other // self._grain * self._grain if other >= self._least else 0)

    def _rounded(self, shares: Floats) -> Bools:
        """Return a feasible choice near the solver's, grown in the order of its shares."""
        return self._mended(shares > 0.5, shares)

    def _mended(self, units: Bools, preferences: NDArray[Any]) -> Bools:
        """Return a feasible choice: some units taken away, then what fits added.

        What can be in no choice is not tried. The most preferred is added first; of equals the one
        of greater weight, then the first.
        """
        weights = self.choice.weights
        mended: Bools = units & self.possible
        take_away(self.choice.rows, weights, mended)
        order = np.lexsort((np.arange(len(weights)), -weights, -preferences))
        add_what_fits(self.choice.rows, order[self.possible[order]], mended)
        return mended


def _prove_bound(choice: Choice, possible: Bools, prices: Floats) -> int:
    """Return a bound that holds whatever the prices are, proved in whole numbers.

    For any prices y ≥ 0 of the rows, no choice is worth more than Σ y · bound + Σ max(0, weight −
    Σ y · coefficient): what its units are worth beyond the prices of what they take, and the
    prices of all there is (weak duality). Good prices only make it lower.
    """
    rows = choice.rows
    whole = [max(0, round(price)) for price in np.ldexp(prices, _PRICE_BITS).tolist()]
    bound = sum(price * int(of) for price, of in zip(whole, rows.bounds.tolist(), strict=True))
    costs = [0] * len(choice.weights)
    entries = zip(rows.row_units.tolist(), rows.row_coefficients.tolist(), strict=True)
    sizes = np.diff(rows.row_starts)
    for price, (unit, coefficient) in zip(
        np.repeat(np.arange(len(whole)), sizes).tolist(), entries, strict=True
    ):
        costs[unit] += whole[price] * coefficient
    for unit in np.flatnonzero(possible).tolist():
        bound += max(0, (int(choice.weights[unit]) << _PRICE_BITS) - costs[unit])
    return int(bound >> _PRICE_BITS)


class _Program:
    """A choice as the solver sees it: every number in floats, rounded so that it allows more.

    Each row is scaled by a power of two, and so are the weights, which changes no digit. Only what
    has more than 53 bits is rounded: what is taken down, what is brought up, bounds and weights up.
    So whatever is feasible in whole numbers is feasible here and worth at least as much.
    """

    def __init__(
        self,
        choice: Choice,
        possible: Bools,
        *,
        is_whole: bool,
        seconds: float,
        nodes: int | None = None,
    ) -> None:
        self._solver = quiet_solver()
        self._shifts = _row_shifts(choice.rows)
        self._weight_shift = _shift_of(int(choice.weights.max(initial=0)))
        self._weights = np.ldexp(_round_up(choice.weights), -self._weight_shift)
        self._count = len(choice.weights)
        self._most = possible.astype(np.float64)
        options: dict[str, Any] = {
            "threads": 1,
            "solver": "simplex",
            "random_seed": _SEED,
            "time_limit": float(seconds),
            "primal_feasibility_tolerance": _PRIMAL_TOLERANCE,
            "dual_feasibility_tolerance": _DUAL_TOLERANCE,
            "small_matrix_value": 1e-12,
            "mip_feasibility_tolerance": _WHOLE_TOLERANCE,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": 0.0,
        }
        if nodes is not None:
            options["mip_max_nodes"] = nodes
        for name, value in options.items():
            self._solver.setOptionValue(name, value)
        self._solver.passModel(self._model(choice.rows, is_whole=is_whole))

    def _model(self, rows: Rows, *, is_whole: bool) -> "highspy.HighsLp":
        import highspy  # noqa: PLC0415 - only a selection pays for the solver

        shifts = self._shifts
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self._count, len(rows.bounds)
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_ = self._weights
        model.col_lower_, model.col_upper_ = np.zeros(self._count), self._most
        model.row_lower_ = np.full(len(rows.bounds), -highspy.kHighsInf)
        taken = np.zeros(len(rows.bounds), np.int64)
        takes = rows.unit_coefficients > 0
        np.add.at(taken, rows.unit_rows[takes], rows.unit_coefficients[takes])
        model.row_upper_ = np.ldexp(_round_up(np.minimum(rows.bounds, taken)), -shifts)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = rows.unit_starts.astype(np.int32)
        model.a_matrix_.index_ = rows.unit_rows.astype(np.int32)
        entries = np.ldexp(-_round_up(-rows.unit_coefficients), -shifts[rows.unit_rows])
        model.a_matrix_.value_ = np.where(takes, entries, np.minimum(entries, -_TINY))
        if is_whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * self._count
        return model

    def start_from(self, units: Bools) -> None:
        """Give the solver a feasible choice to improve on."""
        self._solver.setSolution(
            self._count, np.arange(self._count, dtype=np.int32), units.astype(np.float64)
        )

    def solve(self) -> SelectionStop:
        """Search, and return why the search ended."""
        import highspy  # noqa: PLC0415 - only a selection pays for the solver

        if self._solver.run() == highspy.HighsStatus.kError:
            # Another user of the solver in this process had other threads; they are idle now.
            highspy.Highs.resetGlobalScheduler(True)
            self._solver.run()
        ends = {
            highspy.HighsModelStatus.kOptimal: SelectionStop.FINISHED,
            highspy.HighsModelStatus.kSolutionLimit: SelectionStop.NODE_LIMIT,
            highspy.HighsModelStatus.kTimeLimit: SelectionStop.TIME_LIMIT,
        }
        return ends.get(self._solver.getModelStatus(), SelectionStop.FAILED)

    @property
    def seconds_used(self) -> float:
        """Return how long the solver has run."""
        return float(self._solver.getRunTime())

    @property
    def nodes(self) -> int:
        """Return how many nodes of the search tree were looked at."""
        return max(0, int(self._solver.getInfo().mip_node_count))

    def shares(self) -> Floats:
        """Return of each unit how much the solver would choose, 0 to 1."""
        found = np.array(self._solver.getSolution().col_value, np.float64)
        return found if len(found) == self._count else np.zeros(self._count)

    def prices(self) -> Floats:
        """Return what one more of each row's bound would be worth, in the units of the rows."""
        duals = np.array(self._solver.getSolution().row_dual, np.float64)
        if len(duals) != len(self._shifts) or not np.isfinite(duals).all():
            return np.zeros(len(self._shifts))
        return np.ldexp(np.maximum(duals, 0.0), self._weight_shift - self._shifts)

    def bound(self) -> int | None:
        """Return the search tree's bound, widened by what its tolerances may hide; None if none.

        Each unit's reduced cost may be off by the dual tolerance, each of which is counted tenfold;
        what improves by less than the whole tolerance is not looked for; sums of floats lose
        their last bits.
        """
        found = float(self._solver.getInfo().mip_dual_bound)
        if not np.isfinite(found):
            return None
        allowance = 10 * _DUAL_TOLERANCE * self._count + 100 * _WHOLE_TOLERANCE
        allowance += float(self._weights.sum()) * 2.0**-40
        return int((Fraction(found) + Fraction(allowance)) * 2**self._weight_shift // 1)


def quiet_solver() -> "highspy.Highs":
    """Return a solver that prints nothing; it would print its name while it is made."""
    import highspy  # noqa: PLC0415 - only a selection pays for the solver

    class Quiet(highspy.Highs):
        """A solver told to be silent before the first call that writes."""

        def enableCallbacks(self) -> None:  # noqa: N802 - its name is the solver's
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()  # type: ignore[no-untyped-call]  # it has no types

    return Quiet()  # type: ignore[no-untyped-call]  # as above


def _row_shifts(rows: Rows) -> NDArray[np.int32]:
    """Return by row by how many bits its numbers are scaled down."""
    greatest = np.zeros(len(rows.bounds), np.int64)
    np.maximum.at(greatest, rows.unit_rows, np.abs(rows.unit_coefficients))
    return np.array([_shift_of(size) for size in greatest.tolist()], np.int32)


def _shift_of(greatest: int) -> int:
    return max(0, greatest.bit_length() - _SCALED_BITS)


def _round_up(values: Int64s) -> Floats:
    """Return the least floats that are not below the values, all within ± 2^62."""
    floats = values.astype(np.float64)
    return np.where(floats.astype(np.int64) < values, np.nextafter(floats, np.inf), floats)
