"""Credit between those who settle, and what a way of settling costs besides liquidity and delay.

Netting between central banks and accounts with correspondents do not save money for nothing: they
put credit in its place. What is owed is taken from the accounts on which it stands.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from comity.queueing.measures import sum_of_products
from comity.simulator.claims import peak_of
from comity.simulator.staging import Stage
from comity.simulator.trial import Trial
from comity.simulator.trial_scheme import NO_CORRESPONDENT

_DAY_US: Final = 86_400_000_000
_YEAR_DAYS: Final = 360  # ACT/360


@dataclass(frozen=True, slots=True)
class CreditMeasures:
    """What was lent and what was charged in one currency on one day.

    Attributes:
        exposure_minor_days: what was owed × how long, minor units × days, nights and rests too.
        peak_minor: the most that was owed at one moment.
        at_close_minor: what was still owed at the end of the day.
        conversions: payments for which a dealer's price was paid.
        spread_minor: what payers paid more than at the official rate, in their currency.
        fees_minor: of correspondents.
        interest_minor: on what was lent, at the option's rate.
    """

    exposure_minor_days: Fraction
    peak_minor: int
    at_close_minor: int
    conversions: int
    spread_minor: int
    fees_minor: Fraction
    interest_minor: Fraction

    @property
    def charged_minor(self) -> Fraction:
        """Everything that was charged."""
        return self.spread_minor + self.fees_minor + self.interest_minor


NO_CREDIT: Final = CreditMeasures(Fraction(0), 0, 0, 0, 0, Fraction(0), Fraction(0))


def measure_credit(stage: Stage, rows: slice, trial: Trial) -> dict[int, CreditMeasures]:
    """Return by currency what was lent and charged on a day."""
    found = {}
    for at, number in enumerate(trial.currencies):
        claims = [one for one in trial.claims if one.currency == number]
        owed = [one.owed for one in claims]
        exposure = Fraction(sum(one.minor_us for one in owed), _DAY_US)
        conversions, spread = _spread(stage, rows, trial, number)
        found[number] = CreditMeasures(
            exposure,
            peak_of(owed),
            sum(int(one.minor[-1]) for one in owed),
            conversions,
            spread,
            _fees(stage, rows, trial, at),
            exposure * _interest_rate(stage) / _YEAR_DAYS,
        )
    return found


def _interest_rate(stage: Stage) -> Fraction:
    banks = stage.option.central_banks
    return Fraction(0) if banks is None else Fraction(banks.interest_percent) / 100


def _spread(stage: Stage, rows: slice, trial: Trial, number: int) -> tuple[int, int]:
    """Return how many payments were converted by dealers, and what that cost their payers."""
    if stage.option.dealers is None:
        return 0, 0
    crossing = stage.crossing
    chosen = crossing.is_crossed[rows] & trial.is_settled & (crossing.pays[rows] == number)
    paid = trial.debited_minor[chosen] - crossing.paid_minor[rows][chosen]
    return int(np.count_nonzero(chosen)), int(paid.sum())


def _fees(stage: Stage, rows: slice, trial: Trial, at: int) -> Fraction:
    """Return what correspondents charge: a part of the value, for each of them passed."""
    star = stage.option.correspondents
    if star is None:
        return Fraction(0)
    table, keeper = stage.table, stage.correspondents[:, at]
    chosen = (table.currency[rows] == trial.currencies[at]) & trial.is_settled
    of_payer, of_payee = (keeper[side[rows][chosen]] for side in (table.debtor, table.creditor))
    passed = (of_payer != NO_CORRESPONDENT).astype(np.int64)
    passed += (of_payee != NO_CORRESPONDENT) & (of_payee != of_payer)
    value = sum_of_products(table.amount_minor[rows][chosen], passed)
    return value * Fraction(star.fee_percent) / 100
