"""Charts of how the days of a comparison went, one line an option, mean of all days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.reports.chart_parts import Chart, chart_layout, legend_above, value_axis
from comity.reports.compare_style import legend_pixels, names_of, option_line
from comity.reports.numbers import scale_for

_SECOND_US: Final = 1_000_000
_DAY: Final = "2000-01-01"
"""Of no meaning: plotly takes times of a day only with a day."""


@dataclass(frozen=True, slots=True)
class _Sort:
    """One sort of chart: the series it draws, and what stands around it."""

    series: str
    title: str
    note: str


_SORTS: Final = {
    "queue": _Sort(
        "queue_minor",
        "What waits through the day",
        "Value of payments that have come and are not final; what waits for a cycle too.",
    ),
    "money": _Sort(
        "liquidity_minor",
        "Liquidity in use through the day",
        "How far accounts stand below their opening, over all of them.",
    ),
    "exposure": _Sort(
        "exposure_minor",
        "Settlement risk of trades through the day",
        "Bought amounts that are not final though the sold leg is bound.",
    ),
}


def throughput_chart(document: Mapping[str, Any], code: str) -> Chart:
    """Return the share of value settled by each point of the day."""
    totals = {
        one["name"]: one["breakdowns"][code]["total"]["value_minor"] for one in document["options"]
    }

    def shares(one: Mapping[str, Any]) -> list[float]:
        whole = totals[one["name"]] or 1
        return [100 * minor / whole for minor in one["series"][code]["settled_minor"]]

    layout = chart_layout(x=_clock_axis(), y=value_axis("% of all value"))
    layout["yaxis"]["range"] = [0, 102]
    return Chart(
        id=f"chart-throughput-{code}",
        title=f"Value settled through the day, {code}",
        note=f"Share of the value of a day that is final by then, {_days(document)}.",
        height=_height(document, is_wide=False),
        wide=False,
        figure=_lines(document, layout, shares, "%{y:.1f} % at %{x|%H:%M}", is_wide=False),
    )


def day_chart(document: Mapping[str, Any], code: str, sort: str) -> Chart | None:
    """Return how a sum went through the day; None where it was nothing all day in every option."""
    kind, days = _SORTS[sort], len(document["days"])
    greatest = max(max(one["series"][code][kind.series]) for one in document["options"])
    if not greatest:
        return None
    scale = scale_for(greatest // days, code)

    def amounts(one: Mapping[str, Any]) -> list[float]:
        return [minor / days / scale.minor_per_unit for minor in one["series"][code][kind.series]]

    layout = chart_layout(x=_clock_axis(), y=value_axis(scale.unit))
    is_wide = sort == "exposure"
    hover = "%{y:,.2f} " + scale.unit + " at %{x|%H:%M}"
    return Chart(
        id=f"chart-{sort}-{code}",
        title=f"{kind.title}, {code}",
        note=f"{kind.note} {_days(document).capitalize()}.",
        height=_height(document, is_wide=is_wide),
        wide=is_wide,
        figure=_lines(document, layout, amounts, hover, is_wide=is_wide),
    )


def _lines(
    document: Mapping[str, Any],
    layout: dict[str, Any],
    values: Callable[[Mapping[str, Any]], list[float]],
    hover: str,
    *,
    is_wide: bool,
) -> dict[str, Any]:
    at = [_at(us) for us in document["grid_us"]]
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": one["name"],
            "x": at,
            "y": [round(value, 4) for value in values(one)],
            "line": {**option_line(number), "shape": "hv"},
            "hovertemplate": hover,
        }
        for number, one in enumerate(document["options"])
    ]
    layout["legend"] = legend_above()
    layout["margin"]["t"] = legend_pixels(names_of(document), is_wide=is_wide) + 8
    layout["showlegend"] = True
    return {"data": traces, "layout": layout}


def _clock_axis() -> dict[str, Any]:
    return {"type": "date", "tickformat": "%H:%M", "hoverformat": "%H:%M", "nticks": 8}


def _at(us: int) -> str:
    seconds = us // _SECOND_US
    minutes, second = divmod(seconds, 60)
    return f"{_DAY} {minutes // 60:02}:{minutes % 60:02}:{second:02}"


def _days(document: Mapping[str, Any]) -> str:
    days = len(document["days"])
    return f"mean of {days} days" if days > 1 else "one day"


def _height(document: Mapping[str, Any], *, is_wide: bool) -> int:
    return 280 + legend_pixels(names_of(document), is_wide=is_wide)
