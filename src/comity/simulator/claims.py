"""What stands on an account through a day: lent to whom, or held in whose currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from comity.ledger import AccountKind
from comity.queueing.measures import sum_of_products

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """An amount through a day.

    Attributes:
        at_us: when it changed, since midnight, ascending; the first entry is the day's beginning.
        minor: what it was from then on.
        until_us: when the next day began, or the trial ended.
    """

    at_us: Int64s
    minor: Int64s
    until_us: int

    @property
    def minor_us(self) -> int:
        """Amount × time, minor units × microseconds."""
        ends = np.append(self.at_us[1:], self.until_us)
        return sum_of_products(self.minor, np.maximum(ends - self.at_us, 0))

    def mapped(self, minor: Int64s) -> "Steps":
        """Return other amounts at the same times."""
        return Steps(self.at_us, minor, self.until_us)


def added_up(parts: Sequence[Steps]) -> tuple[Int64s, Int64s]:
    """Return when the sum of several changed, and what it was after everything of that moment."""
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    at_us = np.concatenate([one.at_us for one in parts])
    change = np.concatenate([np.diff(one.minor, prepend=0) for one in parts])
    order = np.argsort(at_us, kind="stable")
    running, at_us = np.cumsum(change[order]), at_us[order]
    is_last = np.append(np.diff(at_us) != 0, True)
    return at_us[is_last], running[is_last]


def peak_of(parts: Sequence[Steps]) -> int:
    """Return the greatest sum of several, after everything of one moment; 0 of nothing."""
    return int(added_up(parts)[1].max(initial=0))


class Lending(StrEnum):
    """What of a balance is credit."""

    EITHER_WAY = "either_way"  # whoever owes it
    HELD = "held"  # what stands above zero
    DRAWN = "drawn"  # what stands below zero


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """What one owed another through a day, on an account on which credit is given.

    Attributes:
        currency: ISO 4217 number.
        kind: what account it is.
        holder: whose account it is: name of a party, or country of a central bank.
        keeper: who keeps it, likewise.
        balance: above zero the keeper owes the holder, below the holder owes.
        lending: what of it is credit.
    """

    currency: int
    kind: AccountKind
    holder: str
    keeper: str
    balance: Steps
    lending: Lending

    @property
    def owed(self) -> Steps:
        """What was owed, ≥ 0, whoever owed it."""
        return self.balance.mapped(self.owed_by_holder.minor + self.owed_by_keeper.minor)

    @property
    def owed_by_holder(self) -> Steps:
        """What the holder owed, ≥ 0."""
        if self.lending is Lending.HELD:
            return self.balance.mapped(np.zeros_like(self.balance.minor))
        return self.balance.mapped(np.maximum(-self.balance.minor, 0))

    @property
    def owed_by_keeper(self) -> Steps:
        """What the keeper owed, ≥ 0."""
        if self.lending is Lending.DRAWN:
            return self.balance.mapped(np.zeros_like(self.balance.minor))
        return self.balance.mapped(np.maximum(self.balance.minor, 0))


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """What one held, or owed, through a day of a currency that is not its own.

    Attributes:
        holder: name of a dealer, or country of a central bank.
        home: ISO 4217 number of its own currency, in which it loses when rates move.
        currency: of the other.
        held: above zero held, below zero owed.
    """

    holder: str
    home: int
    currency: int
    held: Steps

    @property
    def open(self) -> Steps:
        """The position without its sign."""
        return self.held.mapped(np.abs(self.held.minor))
