"""What the failure of one member would leave unpaid, and what a move of rates would cost.

Formulas are in docs/metrics.md. Both figures are of a trial, and say what would have to be borne on
top of it: in the trial itself nobody fails, and rates are those of the day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from comity.payments.codes import TransferKind
from comity.simulator.claims import Position, Steps, added_up, peak_of
from comity.simulator.staging import Stage
from comity.simulator.trial import Trial

_HOUR_US: Final = 3_600_000_000
_DAY_US: Final = 24 * _HOUR_US
_OF_CYCLES: Final = (TransferKind.CYCLE, TransferKind.BILATERAL_NET)


@dataclass(frozen=True, slots=True)
class RiskMeasures:
    """What was at risk in one currency on one day.

    Attributes:
        owed_by: the most that each member owed at one moment, in cycles and on accounts with
            credit; those that ever owed. Central banks go by their country.
        position_minor_hours: open positions × time, minor units × hours, nights and rests too.
        position_peak_minor: the greatest open position, all holders together.
        loss_minor: what holders would lose on the greatest position of each, if its rate moved by
            what 99 % of moves do not pass; None where rates are too few to say.
    """

    owed_by: dict[str, int]
    position_minor_hours: Fraction
    position_peak_minor: int
    loss_minor: Fraction | None

    @property
    def cover_one(self) -> tuple[str, int] | None:
        """The member that owed most, and how much; None where nobody ever did."""
        return max(self.owed_by.items(), key=lambda one: one[1], default=None)


NO_RISK: Final = RiskMeasures({}, Fraction(0), 0, Fraction(0))


def measure_risk(stage: Stage, rows: slice, trial: Trial) -> dict[int, RiskMeasures]:
    """Return by currency what was at risk on a day."""
    found, midnight_us = {}, int(stage.table.day[rows.start]) * _DAY_US
    for at, number in enumerate(trial.currencies):
        positions = _by_holder([one for one in trial.positions if one.currency == number])
        opened = [one.open for one in positions]
        found[number] = RiskMeasures(
            dict(_owed_by(stage, trial, at, midnight_us)),
            Fraction(sum(one.minor_us for one in opened), _HOUR_US),
            peak_of(opened),
            _loss(stage, positions),
        )
    return found


def _owed_by(stage: Stage, trial: Trial, at: int, midnight_us: int) -> Iterator[tuple[str, int]]:
    """Yield each member that owed, in order of names, with the most it did at one moment."""
    owed: dict[str, list[Steps]] = {}
    for claim in trial.claims:
        if claim.currency == trial.currencies[at]:
            owed.setdefault(claim.holder, []).append(claim.owed_by_holder)
            owed.setdefault(claim.keeper, []).append(claim.owed_by_keeper)
    cycles = _debits_in_cycles(stage, trial, at)
    for name in sorted(owed.keys() | cycles.keys()):
        at_us, running = added_up(owed.get(name, []))
        most = int(running.max(initial=0))
        for settled_us, debit in cycles.get(name, {}).items():
            before = int(np.searchsorted(at_us, settled_us - midnight_us)) - 1
            most = max(most, debit + (int(running[before]) if before >= 0 else 0))
        if most:
            yield name, most


def _debits_in_cycles(stage: Stage, trial: Trial, at: int) -> dict[str, dict[int, int]]:
    """Return by member what it paid in cycles, by when they settled, UTC."""
    posted, width = trial.posted, len(trial.currencies)
    is_mine = np.isin(posted["kind"], _OF_CYCLES) & (posted["debit"] >= 0)
    rows = posted[is_mine & (posted["debit"] % width == at)]
    found: dict[str, dict[int, int]] = {}
    columns = (rows[name].tolist() for name in ("debit", "at_us", "amount_minor"))
    for place, settled_us, amount in zip(*columns, strict=True):
        debits = found.setdefault(stage.table.parties[place // width], {})
        debits[settled_us] = debits.get(settled_us, 0) + amount
    return found


def _by_holder(positions: Sequence[Position]) -> list[Position]:
    """Return one position in a currency for each holder: what it holds here it may owe there."""
    parts: dict[tuple[str, int, int], list[Steps]] = {}
    for one in positions:
        parts.setdefault((one.holder, one.home, one.currency), []).append(one.held)
    return [
        Position(*whose, Steps(*added_up(held), held[0].until_us)) for whose, held in parts.items()
    ]


def _loss(stage: Stage, positions: Sequence[Position]) -> Fraction | None:
    loss = Fraction(0)
    for one in positions:
        most = int(one.open.minor.max())
        move = stage.worst_moves.get((one.currency, one.home))
        if most and move is None:
            return None
        loss += most * (move or Fraction(0))
    return loss
