"""The day as statistics see it: which columns they read, and how those become names.

Statistics and statements stand side by side and do not import one another; what statistics need
of the day book is stated here as a protocol, which `comity.statements.DayBook` fulfils.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from comity.agreements.scheme import Scheme
from comity.fx import OfficialRate
from comity.payments.codes import Definition
from comity.payments.lifecycle import State
from comity.payments.purposes import (
    PURPOSE_GROUP_ORDER,
    PURPOSE_GROUPS,
    PURPOSE_NUMBERS,
)
from comity.payments.rows import Rows

SETTLED_STATES = (State.SETTLED, State.CREDITED, State.CREDIT_HELD, State.BLOCKED)
"""States in which a payment is final between the banks; what follows concerns the creditor."""

GROUP_OTHER = "other"
"""Name of the group of payments whose purpose code belongs to no group, or is missing."""

GROUP_NAMES = (*(str(group) for group in PURPOSE_GROUP_ORDER), GROUP_OTHER)
"""Names of purpose groups by the numbers of `group_numbers`."""


class DayReturns(Protocol):
    """The returns of a day and the payments they return; columns of equal length."""

    @property
    def rows(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def originals(self) -> Rows: ...  # noqa: D102


class DayDoubt(Protocol):
    """A trade of which only a settlement agent knows whether it has settled."""

    @property
    def pair(self) -> int: ...  # noqa: D102
    @property
    def agent(self) -> str: ...  # noqa: D102
    @property
    def asked_us(self) -> int: ...  # noqa: D102
    @property
    def outside(self) -> int: ...  # noqa: D102
    @property
    def inside(self) -> int: ...  # noqa: D102


class Day(Protocol):
    """What statistics read of a day book; the meaning of each column is stated there."""

    @property
    def scheme(self) -> Scheme: ...  # noqa: D102
    @property
    def business_date(self) -> date: ...  # noqa: D102
    @property
    def opens_us(self) -> int: ...  # noqa: D102
    @property
    def closes_us(self) -> int: ...  # noqa: D102
    @property
    def rates(self) -> tuple[OfficialRate, ...]: ...  # noqa: D102
    @property
    def payments(self) -> Rows: ...  # noqa: D102
    @property
    def numbers(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def states(self) -> NDArray[np.int8]: ...  # noqa: D102
    @property
    def mechanisms(self) -> NDArray[np.int8]: ...  # noqa: D102
    @property
    def agreements(self) -> NDArray[np.int16]: ...  # noqa: D102
    @property
    def interbank_final_us(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def received_today(self) -> NDArray[np.bool_]: ...  # noqa: D102
    @property
    def texts_of(self) -> Callable[[NDArray[np.int64]], Iterator[str]]: ...  # noqa: D102
    def rows_of(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def duplicates(self) -> int: ...  # noqa: D102
    @property
    def messages_refused(self) -> int: ...  # noqa: D102
    @property
    def events(self) -> Rows: ...  # noqa: D102
    @property
    def participants(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def doubts(self) -> Sequence[DayDoubt]: ...  # noqa: D102
    @property
    def head(self) -> str: ...  # noqa: D102
    @property
    def returns(self) -> DayReturns: ...  # noqa: D102


def settled(day: Day) -> NDArray[np.bool_]:
    """Return, by row of `payments`, whether the payment settled that day."""
    return np.isin(day.states, SETTLED_STATES)


def turned_over(day: Day) -> NDArray[np.bool_]:
    """Return, by row of `payments`, whether it settled that day and is no return."""
    found: NDArray[np.bool_] = settled(day) & (day.payments["definition"] != Definition.PACS_004)
    return found


def settled_returns(day: Day) -> tuple[Rows, Rows]:
    """Return the returns that settled that day, and beside each of them what it returned."""
    chosen = settled(day)[day.returns.rows]
    return day.payments[day.returns.rows[chosen]], day.returns.originals[chosen]


def countries(day: Day) -> tuple[str, ...]:
    """Return the country of each participant number, empty where the scheme knows none."""
    known = {one.bic: one.country for one in day.scheme.participants}
    known.update({one.agent: one.country for one in day.scheme.members})
    return tuple(known.get(bic, "") for bic in day.participants)


def group_numbers(purposes: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the index into `GROUP_NAMES` of each packed purpose code."""
    places = np.minimum(np.searchsorted(PURPOSE_NUMBERS, purposes), len(PURPOSE_NUMBERS) - 1)
    groups = np.where(PURPOSE_NUMBERS[places] == purposes, PURPOSE_GROUPS[places], -1)
    return np.where(groups < 0, len(PURPOSE_GROUP_ORDER), groups).astype(np.int64)
