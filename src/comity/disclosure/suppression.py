"""Which cells must not be published so that nobody's figure can be computed from the others.

First those that are unsafe by themselves: too few parties behind them, or one that is nearly all of
it. Then so many others that no unsafe cell can be found from sums, not even within a margin: for
each of them the least and the greatest value that fits what is published must lie at least
`protection` of its own value away on either side. That is a linear program, with everything
measured in units of the cell, so that its coefficients are 0 and 1 and its bounds of one size.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from comity.disclosure.cells import Name, Sum, System
from comity.netting.selection import quiet_solver

PROTECTION: Final = Fraction(1, 10)
"""How far from its value an unsafe cell's bounds must lie, as a part of it."""

_SURE: Final = Fraction(1, 1_000)
"""By how much more than PROTECTION the program is asked for: its own error is far below."""

_FAR: Final = 1e6
"""How many times the cell another one may be thought to move: beyond it nothing is learnt."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a cell is unsafe by itself.

    Attributes:
        fewest: parties that must stand behind it, on the side that has fewer.
        most_permille: thousandths of it that may be one party's.
    """

    fewest: int = 3
    most_permille: int = 850

    def is_unsafe(self, parties: int, largest_permille: int) -> bool:
        """Return whether a cell with a payment in it must not be published."""
        return parties < self.fewest or largest_permille > self.most_permille


def suppress(
    system: System, unsafe: Collection[Name], withheld_too: Collection[Name] = ()
) -> frozenset[Name]:
    """Return every cell to withhold: the unsafe ones and those that would give them away.

    Cells are added one at a time: to the first unsafe cell that is not protected, the cheapest
    published cell of a sum that it stands in (directly, or through cells withheld already). What
    proves not to have been needed is published again, the greatest first.

    Args:
        system: cells with their values.
        unsafe: names of cells; those of value 0 are safe, for nobody stands behind them.
        withheld_too: cells that another measure of the same cells withholds already.
    """
    primary = frozenset(name for name in unsafe if system.values[name])
    given = primary | frozenset(withheld_too)
    withheld = set(given)
    for name in _ordered(primary):
        while not is_protected(system, withheld, name):
            added = _cheapest(system, withheld, name)
            if added is None:
                break  # everything that is linked with it is withheld already
            withheld.add(added)
    for name in sorted(withheld - given, key=lambda one: (-system.values[one], str(one))):
        rest = withheld - {name}
        if all(is_protected(system, rest, one) for one in _ordered(primary)):
            withheld = rest
    return frozenset(withheld)


def is_protected(system: System, withheld: Collection[Name], name: Name) -> bool:
    """Return whether the published cells leave an unsafe cell's value open on both sides.

    Args:
        system: cells with their values.
        withheld: cells that are not published.
        name: one of them.
    """
    reach = float(PROTECTION + _SURE)
    down, up = bounds_of(system, withheld, name)
    return down <= -reach and up >= reach


def bounds_of(system: System, withheld: Collection[Name], name: Name) -> tuple[float, float]:
    """Return how far a withheld cell may lie below and above its value, in parts of it.

    A reader knows every published cell, every sum, and that no cell is below zero.
    """
    import highspy  # noqa: PLC0415 — a quarter of a second that no other command pays

    names = _ordered(withheld)
    place = {one: at for at, one in enumerate(names)}
    unit = Fraction(system.values[name])
    if not unit:
        return 0.0, 0.0
    model = quiet_solver()
    model.setOptionValue("threads", 1)
    for one in names:
        model.addVar(max(float(-system.values[one] / unit), -_FAR), _FAR)
    for each in system.sums:
        weights = _weights(each, place)
        if weights:
            columns = np.array(list(weights), np.int32)
            values = np.array(list(weights.values()), np.float64)
            model.addRow(0.0, 0.0, len(weights), columns, values)
    model.changeColCost(place[name], 1.0)
    found = []
    for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
        model.changeObjectiveSense(sense)
        model.run()
        assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal, "zero always fits"
        found.append(float(model.getInfo().objective_function_value))
    return found[0], found[1]


def _weights(each: Sum, place: Mapping[Name, int]) -> dict[int, float]:
    found = {place[part]: 1.0 for part in each.parts if part in place}
    if each.total in place:
        found[place[each.total]] = -1.0
    return found


def _cheapest(system: System, withheld: Collection[Name], name: Name) -> Name | None:
    """Return the cell of the least value above 0 that stands in a sum with what is linked."""
    linked, grown = {name}, True
    while grown:
        grown = False
        for each in system.sums:
            members = {each.total, *each.parts}
            if members & linked:
                hidden = {one for one in members if one in withheld} - linked
                grown = grown or bool(hidden)
                linked |= hidden
    near = {
        one
        for each in system.sums
        if {each.total, *each.parts} & linked
        for one in each.parts
        if one not in withheld and system.values[one]
    }
    # A total goes last: what it sums over would lose its sense.
    totals = {each.total for each in system.sums} - set(withheld)
    chosen = near or {
        one
        for each in system.sums
        if {each.total, *each.parts} & linked
        for one in (each.total,)
        if one in totals and system.values[one]
    }
    return min(chosen, key=lambda one: (system.values[one], str(one)), default=None)


def _ordered(names: Collection[Name]) -> list[Name]:
    return sorted(names, key=str)
