"""All-or-nothing selection: the best there is, never worse than the seed, exact."""

import subprocess
import sys
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pytest
from ortools.sat.python import cp_model

from comity.errors import LimitExceededError, UsageError
from comity.netting import (
    SELECTION_PAYMENTS_MAX,
    SeedRefusedError,
    Selection,
    SelectionBudget,
    SelectionStop,
    SharedLimit,
    select_payments,
)
from comity.netting import selection as selection_module

AMOUNT_MAX = 10**15 - 1
BALANCE_MAX = 4 * 10**18


def whole(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


@dataclass
class Case:
    """Payments, accounts, limits and pairs, with a slow judge of its own."""

    payers: np.ndarray
    payees: np.ndarray
    amounts: np.ndarray
    available: np.ndarray
    weights: np.ndarray | None = None
    limits: list[SharedLimit] = field(default_factory=list)
    links: np.ndarray | None = None

    def worth(self) -> np.ndarray:
        return self.amounts if self.weights is None else self.weights

    def select(self, **options: object) -> Selection:
        return select_payments(
            self.payers,
            self.payees,
            self.amounts,
            self.available,
            weights=self.weights,
            limits=self.limits,
            links=self.links,
            **options,  # type: ignore[arg-type]
        )

    def feasible(self, masks: np.ndarray) -> np.ndarray:
        """Return by row of masks whether it may settle; the rule is that who draws must be covered.

        Written without the rows of the product: per account and limit, in its own words.
        """
        good = np.ones(len(masks), np.bool_)
        for account, available in enumerate(self.available):
            sends, receives = self.payers == account, self.payees == account
            paid = masks @ np.where(sends, self.amounts, 0)
            got = masks @ np.where(receives, self.amounts, 0)
            good &= (paid == 0) | (available + got - paid >= 0)
        for limit in self.limits:
            coefficients = np.zeros(len(self.amounts), np.int64)
            coefficients[limit.payments] = limit.coefficients
            takes = (masks & (coefficients > 0)).any(axis=1)
            good &= ~takes | (masks @ coefficients <= limit.bound)
        for one, other in [] if self.links is None else self.links:
            good &= masks[:, one] == masks[:, other]
        return good

    def optimum(self) -> int:
        """Return the greatest worth of all subsets."""
        count = len(self.amounts)
        masks = (np.arange(1 << count)[:, None] >> np.arange(count) & 1).astype(np.bool_)
        return int((masks @ self.worth())[self.feasible(masks)].max())


def random_case(seed: int, *, scale: int = 1) -> Case:
    """Return a small case; every third has a shared limit, every third a pair, some a debt."""
    rng = np.random.default_rng(seed)
    accounts, count = int(rng.integers(2, 6)), int(rng.integers(1, 11))
    payers = rng.integers(0, accounts, count)
    payees = (payers + rng.integers(1, accounts, count)) % accounts
    amounts = rng.integers(1, 20, count) * scale + rng.integers(0, scale, count)
    available = rng.integers(-3 if seed % 5 == 0 else 0, 12, accounts) * scale
    case = Case(payers, payees, amounts, available)
    if seed % 3 == 0:
        payments = np.flatnonzero(rng.random(count) < 0.7)
        low = -amounts // 2 if seed % 2 else np.zeros(count, np.int64)
        coefficients = np.where(rng.random(count) < 0.3, low, amounts)[payments]
        bound = int(rng.integers(-3 if seed % 4 == 0 else 0, 30)) * scale
        case.limits = [SharedLimit(payments, coefficients, bound)]
    if seed % 3 == 1 and count > 2:
        case.links = rng.permutation(count)[: 2 * (count // 3)].reshape(-1, 2)
    if seed % 7 == 0:
        case.weights = rng.integers(0, 9, count)
    return case


@pytest.mark.parametrize("block", range(8))
def test_no_subset_of_a_small_case_is_worth_more(block: int) -> None:
    for seed in range(block * 75, block * 75 + 75):
        case = random_case(seed)
        best = case.optimum()
        found = case.select()
        assert case.feasible(found.selected[None, :]).all(), seed
        assert int(case.worth()[found.selected].sum()) == found.value_minor
        assert found.value_minor == best, seed
        assert found.proved_bound_minor >= found.bound_minor >= best, seed
        assert found.is_optimal, seed
        assert found.gap == 0
        assert found.stopped_by is SelectionStop.FINISHED


@pytest.mark.parametrize("scale", [10**7, 10**13])
def test_great_amounts_are_chosen_as_well_as_small_ones(scale: int) -> None:
    for seed in range(60):
        case = random_case(seed, scale=scale)
        best = case.optimum()
        found = case.select()
        assert case.feasible(found.selected[None, :]).all(), seed
        assert found.value_minor == best, seed
        assert found.bound_minor >= best
        assert found.gap < Fraction(1, 10**9)


def test_amounts_of_all_magnitudes_may_stand_side_by_side() -> None:
    """From one unit to 10^15 in one row, where the solver's tolerance hides thousands of units."""
    for seed in range(120):
        rng = np.random.default_rng(seed)
        accounts, count = int(rng.integers(2, 7)), int(rng.integers(8, 13))
        payers = rng.integers(0, accounts, count)
        payees = (payers + rng.integers(1, accounts, count)) % accounts
        amounts = np.minimum(10 ** (rng.random(count) * 15), AMOUNT_MAX).astype(np.int64)
        available = (10 ** (rng.random(accounts) * 15)).astype(np.int64)
        case = Case(payers, payees, amounts, available * (rng.random(accounts) < 0.5))
        best = case.optimum()
        found = case.select()
        assert case.feasible(found.selected[None, :]).all(), seed
        assert found.value_minor <= best <= found.bound_minor <= found.proved_bound_minor, seed
        assert best - found.value_minor <= best // 10**9, seed


def test_a_second_solver_finds_the_same_value() -> None:
    rng = np.random.default_rng(11)
    for _ in range(10):
        case = queue(rng, accounts=6, count=30, liquidity=Fraction(1, 10))
        assert case.select().value_minor == by_constraints(case)


def by_constraints(case: Case) -> int:
    """Return the optimum by OR-tools' CP-SAT, which works in whole numbers."""
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in case.amounts]
    for account, available in enumerate(case.available.tolist()):
        paid = sum(int(case.amounts[i]) * chosen[i] for i in np.flatnonzero(case.payers == account))
        got = sum(int(case.amounts[i]) * chosen[i] for i in np.flatnonzero(case.payees == account))
        model.add(paid - got <= available)
    model.maximize(sum(int(a) * x for a, x in zip(case.amounts, chosen, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    return round(solver.objective_value)


def queue(rng: np.random.Generator, *, accounts: int, count: int, liquidity: Fraction) -> Case:
    """Return a queue of unequal payments between unequal accounts; liquidity is a share of sent."""
    shares = 1 / np.arange(1, accounts + 1) ** 0.8
    payers = rng.choice(accounts, count, p=shares / shares.sum())
    payees = (payers + rng.integers(1, accounts, count)) % accounts
    amounts = np.maximum(1, np.round(rng.lognormal(8, 1.5, count))).astype(np.int64)
    sent = np.zeros(accounts, np.int64)
    np.add.at(sent, payers, amounts)
    available = sent * liquidity.numerator // liquidity.denominator
    return Case(payers, payees, amounts, available)


def greatest_prefixes(case: Case) -> np.ndarray:
    """Return the greatest FIFO prefixes: from the tail of whoever is short, until nobody is."""
    chosen = np.ones(len(case.amounts), np.bool_)
    while True:
        left = case.available.copy()
        np.subtract.at(left, case.payers[chosen], case.amounts[chosen])
        np.add.at(left, case.payees[chosen], case.amounts[chosen])
        short = np.flatnonzero(left < 0)
        if not len(short):
            return chosen
        chosen[np.flatnonzero(chosen & (case.payers == short[0]))[-1]] = False


def test_fifo_is_worth_less_than_greedy_and_greedy_less_than_the_selection() -> None:
    case = queue(np.random.default_rng(2), accounts=8, count=60, liquidity=Fraction(1, 20))
    fifo = greatest_prefixes(case)
    found = case.select(seed=fifo)
    gross = int(case.amounts.sum())
    assert found.seed_value_minor == int(case.amounts[fifo].sum())
    values = (found.seed_value_minor, found.greedy_value_minor, found.value_minor)
    assert values[0] < values[1] < values[2] <= found.bound_minor
    assert [1000 * value // gross for value in values] == [44, 167, 311]


def test_two_payments_that_fit_one_by_one_do_not_pass_a_shared_ceiling_together() -> None:
    """A1 → B 10 and A2 → B 10 under a corridor's ceiling of 10: the weight decides."""
    case = Case(whole(0, 1), whole(2, 2), whole(10, 10), whole(10, 10, 0), whole(1, 2))
    case.limits = [SharedLimit(whole(0, 1), whole(10, 10), 10)]
    found = case.select()
    assert found.selected.tolist() == [False, True]
    case.limits = [SharedLimit(whole(0, 1), whole(10, 10), 20)]
    assert case.select().selected.tolist() == [True, True]


def test_a_limit_may_count_amounts_of_several_currencies_in_a_numeraire() -> None:
    """Accounts 0 and 1 are one bank's in two currencies; one unit of the second counts for 90."""
    case = Case(whole(0, 1), whole(2, 3), whole(500, 10), whole(500, 10, 0, 0), whole(500, 900))
    case.limits = [SharedLimit(whole(0, 1), whole(500, 900), 1399)]
    assert case.select().selected.tolist() == [False, True]
    case.limits = [SharedLimit(whole(0, 1), whole(500, 900), 1400)]
    assert case.select().selected.tolist() == [True, True]


def test_both_legs_of_a_pair_are_selected_or_none() -> None:
    """One leg in each currency; the second is covered only if the third payment comes in."""
    payers, payees = whole(0, 3, 4), whole(1, 2, 3)
    case = Case(payers, payees, whole(10, 7, 7), whole(10, 0, 0, 0, 7), links=whole(0, 1)[None, :])
    assert case.select().selected.tolist() == [True, True, True]
    case.available = whole(10, 0, 0, 0, 6)
    assert case.select().selected.tolist() == [False, False, False]


def test_pairs_that_share_a_payment_stay_together_all_three() -> None:
    case = Case(whole(0, 1, 2), whole(3, 3, 3), whole(1, 1, 1), whole(1, 1, 0, 0))
    case.links = np.array([[2, 1], [1, 0]])
    assert case.select().count == 0
    case.available = whole(1, 1, 1, 0)
    assert case.select().count == 3


def test_an_overdrawn_account_pays_only_what_receipts_lift_and_blocks_nobody() -> None:
    case = Case(whole(1, 0), whole(0, 2), whole(7, 2), whole(-5, 7, 0))
    assert case.select().selected.tolist() == [True, True]
    case.amounts = whole(7, 3)
    assert case.select().selected.tolist() == [True, False]
    case.amounts = whole(4, 1)
    assert case.select().selected.tolist() == [True, False]


def test_without_liquidity_only_exact_cycles_clear() -> None:
    case = Case(whole(0, 1, 2, 0), whole(1, 2, 0, 2), whole(5, 5, 5, 3), whole(0, 0, 0))
    found = case.select()
    assert found.selected.tolist() == [True, True, True, False]
    assert found.remark == ""


def test_a_selection_of_nothing_says_why() -> None:
    case = Case(whole(0, 1), whole(1, 0), whole(5, 6), whole(0, 0))
    found = case.select()
    assert (found.count, found.value_minor, found.bound_minor) == (0, 0, 0)
    assert found.is_optimal
    assert found.remark.startswith("Nothing clears: with little or no liquidity")
    assert "exact cycles of unequal amounts are rare" in found.remark


def test_a_selection_of_nothing_does_not_claim_what_is_not_proved() -> None:
    case = queue(np.random.default_rng(5), accounts=20, count=200, liquidity=Fraction(0))
    found = case.select(budget=SelectionBudget(nodes=1))
    assert found.count == 0 < found.bound_minor
    assert found.remark.startswith("Nothing that clears was found")


def test_an_empty_queue_selects_nothing_at_once() -> None:
    found = Case(whole(), whole(), whole(), whole(3, 4)).select()
    assert (found.count, found.bound_minor, found.stopped_by) == (0, 0, SelectionStop.FINISHED)


def test_a_selection_is_never_worth_less_than_its_seed() -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        case = queue(rng, accounts=6, count=60, liquidity=Fraction(1, 20))
        seed = greatest_prefixes(case)
        found = case.select(seed=seed, budget=SelectionBudget(nodes=1))
        assert found.seed_value_minor == int(case.amounts[seed].sum()) <= found.value_minor


def test_where_the_solver_gives_no_answer_the_best_start_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = queue(np.random.default_rng(4), accounts=6, count=60, liquidity=Fraction(1, 20))
    seed = greatest_prefixes(case)
    monkeypatch.setattr(selection_module._Program, "solve", lambda _: SelectionStop.FAILED)
    found = case.select(seed=seed)
    assert found.stopped_by is SelectionStop.FAILED
    assert found.value_minor >= max(found.seed_value_minor, found.greedy_value_minor)
    assert found.bound_minor >= found.value_minor


def test_what_the_solver_proposes_is_mended_where_it_cannot_settle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = queue(np.random.default_rng(5), accounts=6, count=60, liquidity=Fraction(1, 20))
    monkeypatch.setattr(selection_module._Program, "shares", lambda self: np.ones(self._count))
    found = case.select()
    assert case.feasible(found.selected[None, :]).all()
    assert found.value_minor <= found.bound_minor


@pytest.mark.parametrize("price", [0.0, 0.25, 1.0, 3.5, 1e-7])
def test_the_proved_bound_holds_whatever_prices_the_solver_returns(
    price: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        selection_module._Program, "prices", lambda self: np.full(len(self._shifts), price)
    )
    for seed in range(40):
        case = random_case(seed)
        assert case.select().proved_bound_minor >= case.optimum()


def test_the_same_call_gives_the_same_bytes() -> None:
    case = queue(np.random.default_rng(6), accounts=10, count=120, liquidity=Fraction(1, 20))
    budget = SelectionBudget(nodes=20)
    one, other = case.select(budget=budget), case.select(budget=budget)
    assert one.selected.tobytes() == other.selected.tobytes()
    assert (one.bound_minor, one.stopped_by, one.nodes) == (
        other.bound_minor,
        other.stopped_by,
        other.nodes,
    )
    assert one.is_repeatable


def test_narrow_columns_are_added_up_without_loss() -> None:
    """Each amount fits 32 bits; their sums, and the limit's, do not."""
    narrow: np.ndarray = np.full(4, 2**31 - 1, np.int32)
    numbers = np.zeros(4, np.int32)
    limit = SharedLimit(np.arange(4), narrow, 3 * (2**31 - 1))
    case = Case(numbers, numbers + 1, narrow, whole(4 * (2**31 - 1), 0), limits=[limit])
    assert case.select().value_minor == 3 * (2**31 - 1)


def test_nothing_that_was_passed_in_is_changed() -> None:
    case = random_case(3)
    seed = np.zeros(len(case.amounts), np.bool_)
    columns = (case.payers, case.payees, case.amounts, case.available, seed)
    before = [column.tobytes() for column in columns]
    case.select(seed=seed)
    assert [column.tobytes() for column in columns] == before


LOADED_LATE = """
import sys
import numpy as np
from comity.netting import select_payments
assert "highspy" not in sys.modules
ones = np.array([0, 1, 2, 0]), np.array([1, 2, 0, 2]), np.array([5, 5, 6, 3]), np.array([1, 2, 1])
assert select_payments(*ones).value_minor == 16
assert "highspy" in sys.modules
"""
AFTER_ANOTHER_USER = """
import highspy
other = highspy.Highs.__new__(highspy.Highs)
highspy._core._Highs.__init__(other)
other.setOptionValue("output_flag", False)
other.setOptionValue("threads", 3)
other.addVars(1, [0.0], [1.0])
other.changeColIntegrality(0, highspy.HighsVarType.kInteger)
assert other.run() == highspy.HighsStatus.kOk
resets = []
reset = highspy.Highs.resetGlobalScheduler
highspy.Highs.resetGlobalScheduler = lambda blocking: (resets.append(blocking), reset(blocking))
import numpy as np
from comity.netting import select_payments
ones = np.array([0, 1, 2, 0]), np.array([1, 2, 0, 2]), np.array([5, 5, 6, 3]), np.array([1, 2, 1])
assert select_payments(*ones).value_minor == 16
assert resets == [True]
"""


@pytest.mark.parametrize("program", [LOADED_LATE, AFTER_ANOTHER_USER], ids=["late", "after"])
def test_the_solver_is_loaded_late_prints_nothing_and_yields_to_no_other_user(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)


@pytest.mark.parametrize(
    ("seed", "row"),
    [([True, False, False], 0), ([False, True, False], -1)],
    ids=["uncovered", "half a pair"],
)
def test_a_seed_that_cannot_settle_is_refused(seed: list[bool], row: int) -> None:
    case = Case(whole(0, 1, 2), whole(1, 2, 0), whole(5, 1, 1), whole(4, 9, 9))
    case.links = whole(1, 2)[None, :]
    with pytest.raises(SeedRefusedError, match="pass a choice that can settle") as refused:
        case.select(seed=np.array(seed))
    assert refused.value.row == row


def test_a_seed_beyond_a_shared_limit_names_the_limits_row() -> None:
    case = Case(whole(0, 1), whole(2, 2), whole(10, 10), whole(10, 10, 0))
    case.limits = [SharedLimit(whole(0, 1), whole(10, 10), 19)]
    with pytest.raises(SeedRefusedError, match="row 3 is exceeded by 1") as refused:
        case.select(seed=np.array([True, True]))
    assert refused.value.row == 3


@pytest.mark.parametrize("seed", [np.array([True]), np.array([1, 0])])
def test_a_seed_of_another_shape_or_type_is_refused(seed: np.ndarray) -> None:
    case = Case(whole(0, 1), whole(1, 0), whole(5, 5), whole(0, 0))
    with pytest.raises(UsageError, match="seed"):
        case.select(seed=seed)


def test_amounts_up_to_the_greatest_are_taken_and_one_more_is_refused() -> None:
    case = Case(whole(0, 1), whole(1, 2), whole(AMOUNT_MAX, AMOUNT_MAX - 1), whole(1, 0, 0))
    assert case.select().count == 0
    case.available = whole(AMOUNT_MAX, 0, 0)
    assert case.select().count == 2
    case.amounts = whole(AMOUNT_MAX + 1, 1)
    with pytest.raises(UsageError, match="amounts_minor: found 1000000000000000"):
        case.select()


def test_a_difference_of_one_unit_in_the_greatest_amounts_decides() -> None:
    """Floats of the sums could not tell: 2^53 is less than ten of these payments."""
    count = 40
    payers, payees = np.zeros(count, np.int64), np.ones(count, np.int64)
    amounts = np.full(count, AMOUNT_MAX)
    case = Case(payers, payees, amounts, whole(count * AMOUNT_MAX - 1, 0))
    assert case.select().count == count - 1
    case.available = whole(count * AMOUNT_MAX, 0)
    assert case.select().count == count


def test_sums_up_to_the_greatest_balance_are_taken_and_one_more_is_refused() -> None:
    case = Case(whole(0, 0), whole(1, 1), whole(1, 1), whole(2, 0), whole(BALANCE_MAX - 1, 1))
    assert case.select().value_minor == BALANCE_MAX
    case.weights = whole(BALANCE_MAX - 1, 2)
    with pytest.raises(LimitExceededError, match="BALANCE_MINOR_MAX, absolute sum of weights"):
        case.select()
    case.weights = None
    case.limits = [SharedLimit(whole(0, 1), whole(BALANCE_MAX - 1, -1), BALANCE_MAX)]
    assert case.select().count == 2
    case.limits = [SharedLimit(whole(0, 1), whole(BALANCE_MAX - 1, -2), BALANCE_MAX)]
    with pytest.raises(LimitExceededError, match="absolute sum of a row"):
        case.select()


def test_more_payments_than_a_selection_may_have_are_refused() -> None:
    many = np.zeros(SELECTION_PAYMENTS_MAX + 1, np.int64)
    with pytest.raises(LimitExceededError, match="SELECTION_PAYMENTS_MAX"):
        Case(many, many + 1, many + 1, whole(0, 0)).select()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"payers": whole(0, 2)}, "payers: found 2, expected 0 … 1"),
        ({"payees": whole(-1, 0)}, "payees: found -1"),
        ({"payees": whole(1, 1)}, "payment 1: found the payer as payee"),
        ({"payees": whole(1)}, "payees: found 1 entries, expected 2"),
        ({"amounts": whole(0, 5)}, "amounts_minor: found 0"),
        ({"amounts": np.array([1.5, 2.5])}, "amounts_minor: found the type float64"),
        ({"weights": whole(-1, 5)}, "weights: found -1"),
        ({"links": whole(0, 1)}, "links: found the shape"),
        ({"links": whole(0, 2)[None, :]}, "links: found 2"),
        ({"limits": [SharedLimit(whole(0, 0), whole(1, 1), 0)]}, "a payment twice"),
        ({"limits": [SharedLimit(whole(0), whole(1, 1), 0)]}, "1 payments and 2 coefficients"),
        ({"limits": [SharedLimit(whole(2), whole(1), 0)]}, "limit 0, payments: found 2"),
        ({"limits": [SharedLimit(whole(1), whole(1), BALANCE_MAX + 1)]}, "limit 0, bound"),
    ],
)
def test_columns_that_do_not_fit_are_refused_by_name(
    fault: dict[str, object], message: str
) -> None:
    case = Case(whole(0, 1), whole(1, 0), whole(5, 5), whole(0, 0))
    for name, value in fault.items():
        setattr(case, name, value)
    with pytest.raises(UsageError, match=message):
        case.select()


@pytest.mark.parametrize("nothing", [{"nodes": 0}, {"seconds": 0}])
def test_a_budget_of_nothing_is_refused(nothing: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="budget"):
        SelectionBudget(**nothing)


@pytest.mark.slow
def test_a_thousand_payments_of_fifty_participants_come_within_a_hundredth_of_the_bound() -> None:
    case = queue(np.random.default_rng(5), accounts=50, count=1000, liquidity=Fraction(1, 50))
    found = case.select(seed=greatest_prefixes(case), budget=SelectionBudget(nodes=1, seconds=300))
    assert found.stopped_by is SelectionStop.NODE_LIMIT
    assert found.gap < Fraction(1, 100)
    assert case.feasible(found.selected[None, :]).all()
    assert found.seed_value_minor < found.greedy_value_minor < found.value_minor
