"""Does a finding hang on the very minute? Options on payments as sent, and on shifted ones."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from comity.reports.compare_style import Shown
from comity.reports.numbers import percent, rounded, scale_for
from comity.reports.table import Table

TURNED_SHOWN: Final = 5
_MEASURES: Final = {
    "delay_indicator": "delay",
    "liquidity_used_minor": "liquidity used",
    "settled_value_share": "value settled",
}


def sensitivity_table(document: Mapping[str, Any], shown: Shown) -> Table:
    """Return the figures of each option side by side.

    Args:
        document: of the comparison, or its part of all currencies together.
        shown: which currency.
    """
    found = document["sensitivity"]
    rows = [one for one in found["options"] if one["currency"] == shown.code]
    most = max(max(one["liquidity_used_minor"].values()) for one in rows)
    scale = scale_for(most // shown.days, shown.code)

    def money(minor: int) -> str:
        return rounded(Fraction(minor, shown.days * scale.minor_per_unit), 2)

    return Table(
        f"As sent, and sent at other times, {shown.name}",
        f"{percent(Fraction(found['share']), 0)} of the payments sent up to"
        f" {found['most_minutes']} minutes earlier or later, the same ones for every option."
        f" Liquidity used in {scale.unit}, mean of a day.",
        (
            "Option",
            "#Settled",
            "#shifted",
            "#Liquidity",
            "#shifted",
            "#Delay",
            "#shifted",
        ),
        tuple(
            (
                one["option"],
                *(_share(one["settled_value_share"][side]) for side in _SIDES),
                *(money(one["liquidity_used_minor"][side]) for side in _SIDES),
                *(_share(one["delay_indicator"][side]) for side in _SIDES),
            )
            for one in rows
        ),
    )


_SIDES: Final = ("as_sent", "shifted")


def _share(text: str | None) -> str:
    return percent(None if text is None else Fraction(text))


def sensitivity_in_words(document: Mapping[str, Any], shown: Shown) -> str:
    """Return whether options change places when payments are sent at other times."""
    found = document["sensitivity"]
    turned = [one for one in found["turned"] if one["currency"] == shown.code]
    begin = (
        f"{shown.where}, with {percent(Fraction(found['share']), 0)} of the payments sent up to"
        f" {found['most_minutes']} minutes earlier or later,"
    )
    if not turned:
        return f"{begin} no two options change places in liquidity, delay or value settled."
    places = [
        f"{one['one']} and {one['other']} in {_MEASURES[one['measure']]}"
        for one in turned[:TURNED_SHOWN]
    ]
    more = len(turned) - len(places)
    if more:
        places.append(f"{more} more")
    *first, last = places
    listed = f"{'; '.join(first)}; and {last}" if first else last
    return f"{begin} options change places: {listed}. What these figures say of them is no finding."
