"""What is wrong with a file of payments: the first faults by line, and how many more there are."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.errors import Fault, InputFaultsError
from comity.identifiers.cells import shown

Bools = NDArray[np.bool_]
Int64s = NDArray[np.int64]

FAULTS_SHOWN_MAX: Final = 20
"""Faults of one file that are listed; the rest are counted."""


class PaymentFaults:
    """The faults of one file.

    A million wrong rows cost no more than twenty: of those that one check finds, only the first
    are put into words.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._faults: list[Fault] = []
        self._count = 0

    @property
    def count(self) -> int:
        """How many faults there are."""
        return self._count

    def add(self, line: int, column: str, found: str, expected: str) -> None:
        """Note a fault; line 0 is the file as a whole."""
        self._faults.append(Fault(self._name, line, column, found, expected))
        self._count += 1

    def add_rows(
        self, wrong: Bools, lines: Int64s, column: str, say: Callable[[int], tuple[str, str]]
    ) -> None:
        """Note a fault for each wrong row.

        Args:
            wrong: by row, in the order of the file.
            lines: by row, where it stands in the file; ascending.
            column: in which the fault is.
            say: what was found in a row and what was expected.
        """
        rows = np.flatnonzero(wrong)
        for row in rows[:FAULTS_SHOWN_MAX].tolist():
            self.add(int(lines[row]), column, *say(row))
        self._count += max(len(rows) - FAULTS_SHOWN_MAX, 0)

    def raise_if_any(self) -> None:
        """Refuse the file if a fault was found.

        Raises:
            InputFaultsError: the first FAULTS_SHOWN_MAX faults by line, and how many more.
        """
        if not self._count:
            return
        listed = sorted(self._faults, key=lambda fault: fault.line)[:FAULTS_SHOWN_MAX]
        more = self._count - len(listed)
        if more:
            found = f"{more:,} more faults" if more > 1 else "1 more fault"
            listed.append(Fault(self._name, 0, "", found, "none; mend these and run again"))
        raise InputFaultsError(listed)


def shown_cell(text: str) -> str:
    """Return a cell quoted for a fault, `nothing` where it is empty."""
    return shown(text) if text else "nothing"
