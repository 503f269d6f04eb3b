"""The charts of a comparison, as plotly figures in plain JSON values."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from comity.payments.codes import Mechanism
from comity.reports.chart_parts import BAR_PIXELS, Chart, chart_layout, legend_above, value_axis
from comity.reports.numbers import scale_for
from comity.reports.palette import MECHANISMS

_COLOURS: Final = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#8c6d31",
    "#7f3c8d",
)
_SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "pentagon")
_PERCENT: Final = 100


def frontier_chart(document: Mapping[str, Any], code: str) -> Chart:
    """Return liquidity against delay: one line an option, one point a level of money."""
    points = [one for one in document["frontier"] if one["currency"] == code]
    scale = scale_for(max((one["liquidity_used_minor"] for one in points), default=0), code)
    traces = []
    for number, option in enumerate(_names(document)):
        own = [one for one in points if one["option"] == option]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": option,
                "x": [one["liquidity_used_minor"] / scale.minor_per_unit for one in own],
                "y": [_percent(one["delay_indicator"]) for one in own],
                "customdata": [
                    [_percent(one["settled_value_share"]), _percent(one["level"])] for one in own
                ],
                "line": {"color": _COLOURS[number % len(_COLOURS)], "width": 1.4},
                "marker": {"symbol": _SYMBOLS[number % len(_SYMBOLS)], "size": 8},
                "hovertemplate": "%{x:,.2f} " + scale.unit + ", delay %{y:.1f} %<br>settled"
                " %{customdata[0]:.1f} %, money at %{customdata[1]:.0f} %",
            }
        )
    money = value_axis(f"liquidity used, {scale.unit}") | {"rangemode": "normal"}
    layout = chart_layout(x=money, y=value_axis("delay, %"))
    layout["legend"] = legend_above()
    return Chart(
        id=f"chart-frontier-{code}",
        title=f"Liquidity against delay, {code}",
        note="Nearer to the lower left is better, where no less is settled: point at one to see.",
        height=420,
        wide=True,
        figure={"data": traces, "layout": layout},
    )


def throughput_chart(document: Mapping[str, Any], code: str) -> Chart:
    """Return the share of value settled by each tenth of the day, one line an option."""
    traces = []
    for number, one in enumerate(document["options"]):
        shares = [0.0, *(_percent(share) for share in one["throughput"][code])]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": one["name"],
                "x": [tenth * 10 for tenth in range(len(shares))],
                "y": shares,
                "line": {"color": _COLOURS[number % len(_COLOURS)], "width": 1.6, "shape": "hv"},
                "hovertemplate": "%{y:.1f} % by %{x} % of the day",
            }
        )
    layout = chart_layout(x=value_axis("% of the time from opening to close"), y=value_axis("%"))
    layout["yaxis"]["range"] = [0, 102]
    layout["legend"] = legend_above()
    return Chart(
        id=f"chart-throughput-{code}",
        title=f"Value settled through the day, {code}",
        note="Share of all value that had settled by then, over all days.",
        height=340,
        wide=False,
        figure={"data": traces, "layout": layout},
    )


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
            traces.append(_bars(name, colour, _names(document), values, scale.minor_per_unit))
    unsettled = [one["unsettled_value_minor"][code] for one in options]
    if any(unsettled):
        traces.append(
            _bars("Not settled", "#9b4a3c", _names(document), unsettled, scale.minor_per_unit)
        )
    layout = chart_layout(
        x=value_axis(scale.unit),
        y={"automargin": True, "type": "category", "autorange": "reversed"},
    )
    layout |= {"barmode": "stack", "bargap": 0.3, "legend": legend_above()}
    return Chart(
        id=f"chart-mechanisms-{code}",
        title=f"How payments settled, {code}",
        note="By value, over all days.",
        height=140 + BAR_PIXELS * max(len(options), 2),
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
        "hovertemplate": "%{x:,.2f}",
    }


def _names(document: Mapping[str, Any]) -> list[str]:
    return [one["name"] for one in document["options"]]


def _percent(text: str | None) -> float:
    return 0.0 if text is None else float(Fraction(text) * _PERCENT)
