"""What a trial cost: liquidity, delay, credit, risk, by formulas of `docs/metrics.md`.

Money is summed exactly, by currency; ratios are fractions, None where there is nothing to divide
by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import Mechanism
from comity.queueing import DayColumns, LiquidityBounds, liquidity_bounds
from comity.queueing.measures import order_by_number, sum_of_products
from comity.simulator.credit import CreditMeasures, measure_credit
from comity.simulator.payment_table import PaymentTable
from comity.simulator.risk import RiskMeasures, measure_risk
from comity.simulator.staging import Stage
from comity.simulator.trial import Trial, own_money

Bools = NDArray[np.bool_]
Int64s = NDArray[np.int64]

PERCENTILES = (50, 95, 99)
DECILES = 10


@dataclass(frozen=True, slots=True, eq=False)
class CurrencyMeasures:
    """The figures of one currency and one day.

    Attributes:
        currency: ISO 4217 number.
        payments: how many came.
        value_minor: what they came to.
        settled: how many became final.
        settled_minor: and their value.
        used_minor: peak liquidity used, by holder (parties, then central banks): how far below its
            opening a balance ever was.
        available_minor: what lay on the accounts at the opening, all together.
        delay: the delay indicator, 0 … 1.
        waited_us: how long those that settled waited, weighted by value: percentiles as in
            `PERCENTILES`.
        mean_wait_us: the mean, weighted by value.
        queue_average_minor: value that waited, averaged from the first payment to the close.
        age_max_us: longest wait, to the close where a payment did not settle.
        throughput: share of the value settled by each tenth of the time from opening to close.
        mechanisms: value settled by each mechanism.
        set_off_minor: value that was set off.
        transfers: movements between accounts.
        moved_minor: and what they moved.
    """

    currency: int
    payments: int
    value_minor: int
    settled: int
    settled_minor: int
    used_minor: Int64s
    available_minor: int
    delay: Fraction | None
    waited_us: tuple[int, ...]
    mean_wait_us: Fraction | None
    queue_average_minor: Fraction | None
    age_max_us: int
    throughput: tuple[Fraction, ...]
    mechanisms: dict[Mechanism, int]
    set_off_minor: int
    transfers: int
    moved_minor: int

    @property
    def liquidity_used_minor(self) -> int:
        """Peak liquidity used, over all parties."""
        return int(self.used_minor.sum())

    @property
    def unsettled_minor(self) -> int:
        """Value that never became final."""
        return self.value_minor - self.settled_minor

    @property
    def usage(self) -> Fraction | None:
        """What was used of what lay on the accounts; more than 1 where there was credit."""
        return ratio(self.liquidity_used_minor, self.available_minor)

    @property
    def turnover_ratio(self) -> Fraction | None:
        """Value settled for each unit of liquidity used."""
        return ratio(self.settled_minor, self.liquidity_used_minor)


@dataclass(frozen=True, slots=True, eq=False)
class TrialMeasures:
    """The figures of a trial.

    Attributes:
        currencies: one for each currency of the payments, in order of number.
        fx_exposure: value-hours of settlement risk by currency of the bought leg, minor units ×
            hours: what a party waited for after its own leg was irrevocable.
        credit: what was lent and charged, by currency.
        risk: what was at risk, by currency.
    """

    currencies: tuple[CurrencyMeasures, ...]
    fx_exposure: dict[int, Fraction]
    credit: dict[int, CreditMeasures]
    risk: dict[int, RiskMeasures]


def bounds_of(
    table: PaymentTable, rows: slice, currencies: Sequence[int] = ()
) -> dict[int, LiquidityBounds]:
    """Return by currency between what liquidity a day settles gross, by party.

    The upper bound is taken after each payment in the order of the table.

    Args:
        table: the payments.
        rows: those of the day.
        currencies: ISO 4217 numbers; those of the table where none are given.
    """
    found = {}
    for number in currencies or np.unique(table.currency).tolist():
        chosen = np.flatnonzero(table.currency[rows] == number) + rows.start
        columns = DayColumns(
            at_us=table.time_us[chosen],
            payer=table.debtor[chosen],
            payee=table.creditor[chosen],
            amount_minor=table.amount_minor[chosen],
        )
        found[number] = liquidity_bounds(columns, len(table.parties))
    return found


def measure_trial(stage: Stage, rows: slice, trial: Trial) -> TrialMeasures:
    """Return the figures of a day of a trial.

    Args:
        stage: that was tried.
        rows: the day's payments.
        trial: what came of them.
    """
    table = stage.table
    return TrialMeasures(
        currencies=tuple(
            _measure(table, rows, trial, at, number) for at, number in enumerate(trial.currencies)
        ),
        fx_exposure=_fx_exposure(table, rows, trial),
        credit=measure_credit(stage, rows, trial),
        risk=measure_risk(stage, rows, trial),
    )


def _measure(
    table: PaymentTable, rows: slice, trial: Trial, at: int, number: int
) -> CurrencyMeasures:
    chosen = table.currency[rows] == number
    amounts = table.amount_minor[rows][chosen]
    entered, settled_us = trial.entered_us[chosen], trial.settled_us[chosen]
    final = trial.is_settled[chosen]
    closes_us = trial.hours.closes_us
    waited = np.where(final, settled_us, closes_us) - entered
    waiting = sum_of_products(amounts, np.minimum(waited, closes_us - entered))
    width = len(trial.currencies)
    moved = trial.posted[(trial.posted["debit"] % width == at) & (trial.posted["debit"] >= 0)]
    set_off = trial.set_off_minor[chosen]
    value = int(amounts.sum())
    # What was set off of a payment whose rest never settled is settled all the same.
    settled = int(amounts[final].sum()) + int(set_off[~final].sum())
    first_us = int(entered.min(initial=closes_us))
    mechanisms = trial.mechanism[chosen][final]
    return CurrencyMeasures(
        currency=number,
        payments=len(amounts),
        value_minor=value,
        settled=int(np.count_nonzero(final)),
        settled_minor=settled,
        used_minor=_used(trial, at),
        available_minor=int(trial.opening_minor[at::width].sum()),
        delay=ratio(waiting, sum_of_products(amounts, closes_us - entered)),
        waited_us=_percentiles(waited[final], amounts[final]),
        mean_wait_us=ratio(sum_of_products(amounts[final], waited[final]), settled),
        queue_average_minor=ratio(waiting, closes_us - first_us),
        age_max_us=int(waited.max(initial=0)),
        throughput=_throughput(trial, settled_us[final], amounts[final], value),
        mechanisms={
            Mechanism(one): int((amounts - set_off)[final][mechanisms == one].sum())
            for one in np.unique(mechanisms).tolist()
            if one != Mechanism.NONE
        },
        set_off_minor=int(set_off.sum()),
        transfers=len(moved),
        moved_minor=int(moved["amount_minor"].sum()),
    )


def _used(trial: Trial, at: int) -> Int64s:
    """Return by party how far below its opening its balance ever was, after any whole group.

    Where banks may be short, only its own money: what is below zero is credit.
    """
    width = len(trial.currencies)
    parties = len(trial.opening_minor) // width
    posted = trial.posted
    amounts = posted["amount_minor"]
    places = np.stack([posted["debit"], posted["credit"]], axis=1).ravel()
    mine = np.flatnonzero((places >= 0) & (places % width == at))
    party = places[mine] // width
    # Transfers stand in order of their groups; so does each party's part of them.
    order = order_by_number(party, parties)
    change = np.stack([-amounts, amounts], axis=1).ravel()[mine]
    groups = posted["group"][mine // 2]
    party, change, groups = party[order], change[order], groups[order]
    if not len(party):
        return np.zeros(parties, np.int64)
    running = np.cumsum(change)
    is_last = np.append((np.diff(party) != 0) | (np.diff(groups) != 0), True)
    starts = np.searchsorted(party, np.arange(parties))
    before = np.concatenate([[0], running])[starts]
    lowest = np.zeros(parties, np.int64)
    np.minimum.at(lowest, party[is_last], running[is_last] - before[party[is_last]])
    return own_money(trial, at, -lowest)


def _percentiles(waited: Int64s, amounts: Int64s) -> tuple[int, ...]:
    """Return the least wait that so many percent of the value waited at most."""
    if not len(waited):
        return (0,) * len(PERCENTILES)
    order = np.argsort(waited, kind="stable")
    reached = np.cumsum(amounts[order])
    total = int(reached[-1])
    places = [int(np.searchsorted(reached, -(-total * each // 100))) for each in PERCENTILES]
    return tuple(int(waited[order[place]]) for place in places)


def _throughput(
    trial: Trial, settled_us: Int64s, amounts: Int64s, value: int
) -> tuple[Fraction, ...]:
    """Return what share of all value had settled by each tenth of the day."""
    opens_us, closes_us = trial.hours.opens_us, trial.hours.closes_us
    found = []
    for tenth in range(1, DECILES + 1):
        until = opens_us + (closes_us - opens_us) * tenth // DECILES
        share = ratio(int(amounts[settled_us <= until].sum()), value)
        found.append(share if share is not None else Fraction(0))
    return tuple(found)


def _fx_exposure(table: PaymentTable, rows: slice, trial: Trial) -> dict[int, Fraction]:
    """Return by currency of the bought leg its amount × the time it came after the sold one.

    The time runs from when the sold leg was irrevocable to when the bought one was final, to the
    close where it never was (BIS definition of settlement risk). Where both legs settle together
    or not at all there is none: neither binds its payer before the other is final.
    """
    exposure: dict[int, Fraction] = dict.fromkeys(trial.currencies, Fraction(0))
    link = table.link[rows]
    legs = np.flatnonzero(link >= 0)
    if trial.option.links or not len(legs):
        return exposure
    one, other = legs[np.argsort(link[legs], kind="stable")].reshape(-1, 2).T
    for sold, bought in ((one, other), (other, one)):
        bound = trial.irrevocable_us[sold]
        ends = np.where(trial.is_settled[bought], trial.settled_us[bought], trial.hours.closes_us)
        waited = np.where(bound >= 0, np.maximum(ends - bound, 0), 0)
        amounts = table.amount_minor[rows][bought]
        for number in trial.currencies:
            chosen = table.currency[rows][bought] == number
            found = sum_of_products(amounts[chosen], waited[chosen])
            exposure[number] += Fraction(found, _HOUR_US)
    return exposure


def ratio(part: int, whole: int) -> Fraction | None:
    """Return a share, None of nothing."""
    return Fraction(part, whole) if whole else None


_HOUR_US = 3_600_000_000
