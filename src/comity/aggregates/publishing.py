"""Figures made fit to publish: what is unsafe is withheld, what is left is rounded and adds up."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from comity.aggregates.imbalances import ImbalanceLine
from comity.aggregates.periods import Length, Period, period_of
from comity.aggregates.shares import ShareLine
from comity.aggregates.turnover import ALL, Group, Key, Sums, TurnoverLine, whole
from comity.disclosure import Rule, System, round_parts, round_table, suppress, table_sums
from comity.statistics.exact import share

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Publication:
    """How figures are made fit to publish.

    Attributes:
        rule: which cells are unsafe by themselves.
        base_minor: amounts are rounded to multiples of it; 1 leaves them.
    """

    rule: Rule
    base_minor: int = 1


def unsafe_cells(
    rows: Iterable[Sequence[Any]], groups: int, length: Length, rule: Rule
) -> frozenset[Key]:
    """Return the cells that are unsafe by themselves, from the answer to `contributors.sql`.

    Args:
        rows: first day of the period, `groups` names (None for a margin), unit, side, parties,
            worth, that of the largest party.
        groups: how many breakdowns.
        length: of periods.
        rule: that decides.
    """
    found: set[Key] = set()
    for day, *rest in rows:
        names, (unit, _, parties, worth, largest) = rest[:groups], rest[groups:]
        permille = int(largest * 1_000 / worth) if worth else 0
        if rule.is_unsafe(parties, permille):
            group = tuple(ALL if name is None else str(name) for name in names)
            found.add((period_of(day, length), group, unit))
    return frozenset(found)


def withheld_cells(cells: Mapping[Key, Sums], unsafe: Collection[Key]) -> frozenset[Key]:
    """Return every cell to withhold so that neither amount nor number can be computed."""
    tables: dict[tuple[Period, str], dict[Group, Sums]] = {}
    for (period, group, unit), sums in cells.items():
        tables.setdefault((period, unit), {})[group] = sums
    found: set[Key] = set()
    for (period, unit), table in tables.items():
        mine = [group for group in table if (period, group, unit) in unsafe]
        if mine:
            found.update((period, group, unit) for group in _withheld(table, mine))
    return frozenset(found)


def _withheld(table: Mapping[Group, Sums], unsafe: Sequence[Group]) -> frozenset[Any]:
    sums = table_sums(sorted(table))
    withheld: frozenset[Any] = frozenset()
    measures: tuple[dict[Hashable, Fraction | int], ...] = (
        {group: cell.payments for group, cell in table.items()},
        {group: cell.amount or Fraction(0) for group, cell in table.items()},
    )
    for values in measures:
        withheld = suppress(System(values, sums), unsafe, withheld)
    return withheld


def rounded_cells(cells: Mapping[Key, Sums], base_minor: int) -> dict[Key, Sums]:
    """Return cells with amounts rounded so that those of each period still add up.

    What was returned is rounded by itself; a margin without a known sum has none.
    """
    found = dict(cells)
    tables: dict[tuple[Period, str], list[Group]] = {}
    for period, group, unit in cells:
        if ALL not in group and group:
            tables.setdefault((period, unit), []).append(group)
    for key in cells:
        if not key[1]:
            found[key] = _with_amount(cells[key], _nearest(cells[key].amount, base_minor))
    for (period, unit), groups in tables.items():
        amounts = {group: cells[period, group, unit].amount for group in groups}
        if any(amount is None for amount in amounts.values()):
            # Without its parts a margin cannot be rounded so that it is their sum.
            for key in cells:
                if key[0] == period and key[2] == unit:
                    found[key] = _with_amount(cells[key], None)
            continue
        exact = {group: whole(amount) or 0 for group, amount in amounts.items()}
        for group, amount in _rounded(exact, base_minor).items():
            key = (period, group, unit)
            found[key] = _with_amount(cells[key], amount)
    return found


def _rounded(exact: Mapping[Group, int], base: int) -> dict[Group, int]:
    if len(next(iter(exact))) == 1:
        parts = round_parts({group[0]: value for group, value in exact.items()}, base)
        return {(name,): value for name, value in parts.items()}
    return round_table(exact, base)


def _with_amount(sums: Sums, amount: int | None) -> Sums:
    return replace(sums, amount=None if amount is None else Fraction(amount))


def _nearest(value: Fraction | None, base: int) -> int | None:
    units = whole(None if value is None else value / base)
    return None if units is None else units * base


def published_turnover(
    lines: Iterable[TurnoverLine], withheld: Collection[Key]
) -> tuple[TurnoverLine, ...]:
    """Return the lines with nothing of the cells to withhold, nor of what would tell of them.

    A group of which some period is withheld is not compared with other periods: that something was
    the highest since a withheld month would bound that month. Returns are not
    published: they are few, and often one party's.
    """
    broken = {(group, unit) for _, group, unit in withheld}
    found = []
    for line in lines:
        if line.key in withheld:
            found.append(line.withheld())
            continue
        kept = line.without_comparisons() if (line.group, line.unit) in broken else line
        found.append(replace(kept, returns=None, returned_minor=None))
    return tuple(found)


def published_shares(
    lines: Iterable[ShareLine], unsafe: Collection[tuple[Period, str]]
) -> tuple[ShareLine, ...]:
    """Return the shares of everything together, in whole thousandths and without amounts.

    An amount would stand beside the turnover of the same period and bound what is withheld there.

    Args:
        lines: all shares.
        unsafe: period and definition where few parties stand behind one of the two parts.
    """
    found = []
    for line in lines:
        if any(name != ALL for name in line.group):
            continue
        is_withheld = (line.period, line.definition) in unsafe
        found.append(
            replace(
                line,
                by_number=None if is_withheld else _thousandths(line.by_number),
                by_value=None if is_withheld else _thousandths(line.by_value),
                coverage=None if is_withheld else _thousandths(line.coverage),
                national_minor=None,
                denominator_minor=None,
                is_withheld=is_withheld,
            )
        )
    return tuple(found)


def _thousandths(value: Fraction | None) -> Fraction | None:
    parts = whole(None if value is None else value * 1_000)
    return None if parts is None else Fraction(parts, 1_000)


def published_costs(rows: Iterable[Row], unsafe: Collection[tuple[str, str]]) -> list[Row]:
    """Return what payments cost without numbers and amounts, and without unsafe cells.

    Args:
        rows: of the table, as JSON values.
        unsafe: label of the period and currency of cells that are unsafe by themselves.
    """
    found = []
    for row in rows:
        is_withheld = (row["period"], row["currency"]) in unsafe
        nothing = dict.fromkeys(("payments", "payments_with_fee", "fee_minor"))
        if is_withheld:
            nothing |= dict.fromkeys(("fee_share", "coverage"))
        found.append({**row, **nothing, "is_withheld": is_withheld})
    return found


def published_times(rows: Iterable[Row], unsafe: Collection[tuple[str, str]]) -> list[Row]:
    """Return speed and reconciliation without numbers, and without periods that are unsafe.

    Args:
        rows: of the table, as JSON values.
        unsafe: label of the period and currency of cells that are unsafe by themselves.
    """
    periods = {period for period, _ in unsafe}
    found = []
    for row in rows:
        is_withheld = row["period"] in periods
        nothing: Row = {"payments": None}
        if is_withheld:
            nothing |= dict.fromkeys(("within_hour", "within_day", "reconciled_same_day"))
        found.append({**row, **nothing, "is_withheld": is_withheld})
    return found


def published_imbalances(
    lines: Iterable[ImbalanceLine], safe: Collection[Key], base_minor: int
) -> tuple[ImbalanceLine, ...]:
    """Return the imbalances of which both directions are published as corridors.

    Args:
        lines: all of them.
        safe: cells of corridors that are published.
        base_minor: amounts are rounded to multiples of it.
    """
    found = []
    for line in lines:
        corridors = (f"{line.one}-{line.other}", f"{line.other}-{line.one}")
        amounts = (line.to_other_minor, line.to_one_minor)
        hidden = any(
            amount and (line.period, (corridor,), line.unit) not in safe
            for corridor, amount in zip(corridors, amounts, strict=True)
        )
        there, back = (
            None if hidden or amount is None else _nearest(Fraction(amount), base_minor)
            for amount in amounts
        )
        ratio = None
        if there is not None and back is not None and min(there, back) >= 0:
            ratio = share(abs(there - back), there + back)
        found.append(
            replace(
                line,
                to_other_minor=there,
                to_one_minor=back,
                imbalance=ratio,
                netting_bound=None if ratio is None else 1 - ratio,
                is_withheld=hidden,
            )
        )
    return tuple(found)
