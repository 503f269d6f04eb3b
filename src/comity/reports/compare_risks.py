"""What each option puts at risk, and what it charges: the credit, the positions, the prices."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from comity.reports.compare_style import Shown
from comity.reports.numbers import Scale, rounded, scale_for
from comity.reports.table import Table


def risks_table(document: Mapping[str, Any], shown: Shown) -> Table:
    """Return what members owe and hold under each option, what that may cost, what it does cost.

    Args:
        document: of the comparison, or its part of all currencies together.
        shown: which currency.
    """
    code, options = shown.code, document["options"]
    rows = [_figures(one, shown) for one in options]
    scale = scale_for(round(max((each or 0 for row in rows for each in row[2:]), default=0)), code)
    return Table(
        f"Credit, positions, charges, {shown.name}",
        f"Amounts in {scale.unit}. Credit: the most that members owed one another at one moment."
        " Cover one: the most that a single member did, which is lacking if it fails. Open: what"
        " central banks and dealers hold or owe of currencies not their own, the greatest, and"
        " times hours, mean of a day. Loss: on the greatest, if official rates move by what 99 %"
        " of their moves in the rates given do not pass; a dash where fewer than 20 moves are"
        " known. Charged: spreads, fees and interest, mean of a day.",
        (
            "Option",
            "Owes most",
            "#Cover one",
            "#Credit",
            "#Open",
            "#Open, hours",
            "#Loss",
            "#Charged",
        ),
        tuple(
            (name, member, *(_scaled(each, scale) for each in rest)) for name, member, *rest in rows
        ),
    )


def _figures(one: Mapping[str, Any], shown: Shown) -> tuple[Any, ...]:
    code, days = shown.code, shown.days
    most, charged = one["cover_one"][code], one["charged_minor"][code]
    loss = one["revaluation_loss_minor"][code]
    return (
        one["name"],
        "–" if most is None else most["member"],
        Fraction(0 if most is None else most["owed_minor"]),
        Fraction(one["credit_peak_minor"][code]),
        Fraction(one["open_position_peak_minor"][code]),
        Fraction(one["open_position_value_hours"][code]) / days,
        None if loss is None else Fraction(loss),
        sum((Fraction(each) for each in charged.values()), Fraction(0)) / days,
    )


def _scaled(minor: Fraction | None, scale: Scale) -> str:
    if minor is None:
        return "–"
    return "0" if not minor else rounded(minor / scale.minor_per_unit, 2)
