"""The charts of a comparison, as plotly figures in plain JSON values."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from comity.payments.codes import Mechanism
from comity.reports.chart_parts import BAR_PIXELS, Chart, chart_layout, legend_above, value_axis
from comity.reports.compare_style import (
    LEGEND_ROW_PIXELS,
    Shown,
    as_percent,
    legend_pixels,
    names_of,
    option_line,
    option_marker,
)
from comity.reports.numbers import scale_for
from comity.reports.palette import MECHANISMS

_PALE: Final = 0.35
"""Opacity of a sign at which not everything settled."""


def frontier_chart(document: Mapping[str, Any], shown: Shown) -> Chart:
    """Return liquidity against delay: one line an option, one point a level of money.

    Args:
        document: of the comparison, or its part of all currencies together.
        shown: which currency.
    """
    code, days = shown.code, shown.days
    points = [one for one in document["frontier"] if one["currency"] == code]
    most = max((one["liquidity_used_minor"] for one in points), default=0)
    scale = scale_for(most // days, code)
    minor_per_unit = scale.minor_per_unit * days
    traces, names = [], names_of(document)
    for number, option in enumerate(names):
        own = [one for one in points if one["option"] == option]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": option,
                "x": [one["liquidity_used_minor"] / minor_per_unit for one in own],
                "y": [as_percent(one["delay_indicator"]) for one in own],
                "customdata": [
                    [as_percent(one["settled_value_share"]), as_percent(one["level"])]
                    for one in own
                ],
                "line": option_line(number, 1.4),
                "marker": option_marker(number),
                # So and not by an opacity a point, which the legend would take of the first.
                "selectedpoints": [at for at, one in enumerate(own) if _is_whole(one)],
                "unselected": {"marker": {"opacity": _PALE}},
                "hovertemplate": "%{x:,.2f} " + scale.unit + ", delay %{y:.1f} %<br>settled"
                " %{customdata[0]:.1f} %, money at %{customdata[1]:.0f} %",
            }
        )
    money = value_axis(f"liquidity used, {scale.unit} a day") | {"rangemode": "normal"}
    layout = chart_layout(x=money, y=value_axis("delay, %"))
    layout["legend"] = legend_above()
    legend = legend_pixels(names, is_wide=True)
    layout["margin"]["t"] = legend + 8
    return Chart(
        id=f"chart-frontier-{code if shown.name == code else 'all'}",
        title=f"Liquidity against delay, {shown.name}",
        note="One sign a level of money, mean of all days. Nearer to the lower left is better,"
        " where no less is settled. Pale: something was never settled; point at it to see how"
        " much was.",
        height=400 + legend,
        wide=True,
        figure={"data": traces, "layout": layout},
    )


def _is_whole(point: Mapping[str, Any]) -> bool:
    """Whether everything settled."""
    share = point["settled_value_share"]
    return share is None or Fraction(share) == 1


def mechanism_chart(document: Mapping[str, Any], code: str) -> Chart:
    """Return what settled by which mechanism, one bar an option."""
    options = document["options"]
    greatest = max((sum(one["mechanisms_minor"][code].values()) for one in options), default=0)
    scale = scale_for(greatest, code)
    traces = []
    for mechanism, (name, colour) in MECHANISMS.items():
        values = [
            one["mechanisms_minor"][code].get(Mechanism(mechanism).name, 0) for one in options
        ]
        if any(values):
            traces.append(_bars(name, colour, names_of(document), values, scale.minor_per_unit))
    set_off = [one["mechanisms_minor"][code].get("SET_OFF", 0) for one in options]
    if any(set_off):
        labels = names_of(document)
        traces.append(_bars("Set off", "#5b6675", labels, set_off, scale.minor_per_unit))
    unsettled = [one["unsettled_value_minor"][code] for one in options]
    if any(unsettled):
        traces.append(
            _bars("Not settled", "#9b4a3c", names_of(document), unsettled, scale.minor_per_unit)
        )
    layout = chart_layout(
        x=value_axis(scale.unit),
        y={"automargin": True, "type": "category", "autorange": "reversed"},
    )
    layout |= {"barmode": "stack", "bargap": 0.3, "legend": legend_above()}
    layout["margin"]["t"] = LEGEND_ROW_PIXELS * len(traces) + 8
    return Chart(
        id=f"chart-mechanisms-{code}",
        title=f"How payments settled, {code}",
        note="By value, over all days.",
        height=120 + BAR_PIXELS * max(len(options), 2) + LEGEND_ROW_PIXELS * len(traces),
        wide=False,
        figure={"data": traces, "layout": layout},
    )


def _bars(
    name: str, colour: str, labels: Sequence[str], values: Sequence[int], divisor: int
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": list(labels),
        "x": [value / divisor for value in values],
        "marker": {"color": colour},
        "hovertemplate": "%{y}: %{x:,.2f}",
    }
