"""What every chart is made of: its frame, its axes, its place on the page."""

from dataclasses import dataclass
from typing import Any

from comity.reports.palette import GRID, INK, MUTED

FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
BAR_PIXELS = 30
"""Height of one bar of a chart whose length follows its rows."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart with what stands around it.

    Attributes:
        id: identifier of its element.
        title: what it shows, in a few words.
        note: how to read it; unit and definition.
        height: pixels on the screen.
        wide: takes the whole width of the page.
        figure: data and layout for plotly.
    """

    id: str
    title: str
    note: str
    height: int
    wide: bool
    figure: dict[str, Any]


def chart_layout(*, x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    """Return the layout that all charts share, with these axes."""
    plain = {"gridcolor": GRID, "linecolor": GRID, "zerolinecolor": MUTED, "zeroline": False}
    return {
        "font": {"family": FONT, "size": 14, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 62, "r": 14, "t": 34, "b": 44},
        "separators": ".\u202f",
        "xaxis": {**plain, **x},
        "yaxis": {**plain, **y},
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": GRID, "font": {"color": INK}},
    }


def value_axis(unit: str) -> dict[str, Any]:
    """Return an axis of amounts from zero, named by its unit."""
    return {
        "title": {"text": unit, "font": {"size": 13, "color": MUTED}, "standoff": 8},
        "tickformat": ",",
        "gridcolor": GRID,
        "rangemode": "tozero",
        # Never at the right: the last number would move it, and by that itself, without end.
        "automargin": "left+bottom",
    }


def legend_above() -> dict[str, Any]:
    """Return a legend that stands above the chart."""
    return {
        "orientation": "h",
        "x": 0,
        "y": 1.0,
        "xanchor": "left",
        "yanchor": "bottom",
        "traceorder": "normal",
        "font": {"size": 13},
        # All of it, never a part with a bar to scroll: the page gives the chart the room.
        "maxheight": 1,
    }
