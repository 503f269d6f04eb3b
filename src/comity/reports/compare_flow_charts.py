"""Charts of a comparison across options: who provides, how many cycles, what flows back."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from comity.reports.chart_parts import BAR_PIXELS, Chart, chart_layout, legend_above, value_axis
from comity.reports.compare_style import (
    as_percent,
    legend_pixels,
    option_line,
    option_marker,
)
from comity.reports.numbers import count, percent, scale_for
from comity.reports.palette import GRID, MUTED

PARTICIPANTS_SHOWN: Final = 20
PAIRS_SHOWN: Final = 10

KINDS: Final = {
    "goods": ("Goods", "#0072b2"),
    "services": ("Services", "#56b4e9"),
    "education": ("Education", "#cc79a7"),
    "remittances": ("Remittances", "#e69f00"),
    "investment": ("Investment", "#7f3c8d"),
    "government": ("Government", "#8c6d31"),
    "other": ("Other purposes", "#5b6675"),
    "unstated": ("No purpose given", "#b8c4d6"),
}
"""Name and colour of each kind of purpose."""


def participants_chart(document: Mapping[str, Any], code: str) -> Chart | None:
    """Return what each participant used: one sign an option; None where nothing was used."""
    used = {one["name"]: _used(one, code) for one in document["options"]}
    most: dict[str, int] = {}
    for found in used.values():
        for name, minor in found.items():
            most[name] = max(most.get(name, 0), minor)
    order = sorted((name for name in most if most[name]), key=lambda name: (-most[name], name))
    if not order:
        return None
    shown, others = order[:PARTICIPANTS_SHOWN], order[PARTICIPANTS_SHOWN:]
    rest = f"{count(len(others))} others together"
    labels = [*shown, rest] if others else shown
    rows = {
        option: [found.get(name, 0) for name in shown]
        + ([sum(found.get(name, 0) for name in others)] if others else [])
        for option, found in used.items()
    }
    days = len(document["days"])
    scale = scale_for(max(max(row) for row in rows.values()) // days, code)
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": option,
            "y": labels,
            "x": [round(minor / days / scale.minor_per_unit, 4) for minor in row],
            "marker": option_marker(number),
            "hovertemplate": "%{y}: %{x:,.2f} " + scale.unit,
        }
        for number, (option, row) in enumerate(rows.items())
    ]
    layout = chart_layout(x=value_axis(f"{scale.unit} a day"), y=_names_axis())
    _with_legend(layout, list(rows))
    return Chart(
        id=f"chart-participants-{code}",
        title=f"Who provides the liquidity, {code}",
        note="Peak liquidity used by each participant, the greatest first"
        + (f", mean of {days} days." if days > 1 else "."),
        height=110 + 24 * len(labels) + legend_pixels(list(rows), is_wide=True),
        wide=True,
        figure={"data": traces, "layout": layout},
    )


def _used(option: Mapping[str, Any], code: str) -> dict[str, int]:
    parts = option["breakdowns"][code]["participants"]
    return {one["participant"]: one["liquidity_used_minor"] for one in parts}


def cycles_chart(document: Mapping[str, Any], code: str) -> Chart | None:
    """Return liquidity and delay by number of cycles; None where no two numbers were tried."""
    rows = [one for one in document["cycles"] if one["currency"] == code]
    families = list(dict.fromkeys(one["family"] for one in rows))
    if not any(one["liquidity_used_minor"] for one in rows):
        return None
    days = len(document["days"])
    scale = scale_for(max(one["liquidity_used_minor"] for one in rows) // days, code)
    traces = []
    for number, family in enumerate(families):
        own = [one for one in rows if one["family"] == family]
        used = [one["liquidity_used_minor"] / days / scale.minor_per_unit for one in own]
        delays = [as_percent(one["delay_indicator"]) for one in own]
        for place, values, unit in (("", used, scale.unit), ("2", delays, "% delay")):
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines+markers",
                    "name": family,
                    "legendgroup": family,
                    "showlegend": not place,
                    "x": [str(one["cycles"]) for one in own],
                    "y": [round(value, 4) for value in values],
                    "xaxis": f"x{place}",
                    "yaxis": f"y{place}",
                    "line": option_line(number),
                    "marker": option_marker(number),
                    "hovertemplate": "%{x} cycles: %{y:,.2f} " + unit,
                }
            )
    counts = {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": [str(each) for each in sorted({one["cycles"] for one in rows})],
        "title": {"text": "cycles a day", "font": {"size": 13, "color": MUTED}},
        "gridcolor": GRID,
    }
    layout = chart_layout(
        x={**counts, "domain": [0, 0.46]}, y=value_axis(f"liquidity used, {scale.unit} a day")
    )
    layout["xaxis2"] = {**counts, "domain": [0.56, 1], "anchor": "y2"}
    layout["yaxis2"] = {**value_axis("delay, %"), "anchor": "x2", "zeroline": False}
    _with_legend(layout, families)
    layout["showlegend"] = len(families) > 1
    return Chart(
        id=f"chart-cycles-{code}",
        title=f"What the number of cycles does, {code}",
        note=f"{', '.join(families)}: liquidity used on the left, delay on the right.",
        height=300,
        wide=True,
        figure={"data": traces, "layout": layout},
    )


def counter_flows_chart(document: Mapping[str, Any], code: str) -> Chart | None:
    """Return what the greatest pairs paid each other by purpose; None where there is no pair."""
    flows = document["flows"].get(code)
    if flows is None or not flows["pairs"]:
        return None
    pairs = flows["pairs"][:PAIRS_SHOWN]
    scale = scale_for(max(max(one["there_minor"], one["back_minor"]) for one in pairs), code)
    labels = [f"{one['one']} – {one['other']}" for one in pairs]
    traces = []
    for kind, (name, colour) in KINDS.items():
        for axis, way in (("x", "back_minor"), ("x2", "there_minor")):
            values = [_of_kind(one, kind, way) / scale.minor_per_unit for one in pairs]
            if not any(_of_kind(one, kind, each) for one in pairs for each in _WAYS):
                continue
            traces.append(
                {
                    "type": "bar",
                    "orientation": "h",
                    "name": name,
                    "legendgroup": kind,
                    "showlegend": axis == "x2",
                    "y": labels,
                    "x": [round(value, 4) for value in values],
                    "xaxis": axis,
                    "marker": {"color": colour},
                    "hovertemplate": "%{y}: %{x:,.2f} " + scale.unit,
                }
            )
    greatest = max(max(one["there_minor"], one["back_minor"]) for one in pairs)
    reach = 1.04 * greatest / scale.minor_per_unit
    back, there = value_axis("← back"), value_axis("there →")
    layout = chart_layout(x={**back, "domain": [0, 0.49], "range": [reach, 0]}, y=_names_axis())
    layout["xaxis2"] = {**there, "domain": [0.51, 1], "range": [0, reach], "zeroline": False}
    layout |= {"barmode": "stack", "bargap": 0.35}
    kinds = [name for name, _ in KINDS.values() if any(one["name"] == name for one in traces)]
    _with_legend(layout, kinds)
    layout["showlegend"] = kinds != [KINDS["unstated"][0]]
    between = f"{flows['between']} of the greatest value" if len(flows["pairs"]) > 1 else "pair"
    return Chart(
        id=f"chart-counter-flows-{code}",
        title=f"What flows there and back, {code}",
        note=f"Between the {between}, all days, by purpose, {scale.unit}; there is from the first"
        " named to the second. The more alike both sides are, the more netting can save.",
        height=120 + BAR_PIXELS * max(len(pairs), 3) + legend_pixels(kinds, is_wide=True),
        wide=True,
        figure={"data": traces, "layout": layout},
    )


_WAYS: Final = ("there_minor", "back_minor")


def _of_kind(pair: Mapping[str, Any], kind: str, way: str) -> int:
    return sum(one[way] for one in pair["purposes"] if one["kind"] == kind)


def netting_chart(document: Mapping[str, Any], code: str) -> Chart | None:
    """Return what netting could save of each purpose and of all together; None for one alone."""
    flows = document["flows"].get(code)
    if flows is None or len(flows["purposes"]) < 2:
        return None
    rows: list[tuple[str, str | None, str]] = [
        (KINDS[one["kind"]][0], one["netting_ratio"], KINDS[one["kind"]][1])
        for one in flows["purposes"]
    ]
    rows.append(("All, each by itself", flows["netting_ratio_purposes_apart"], "#5b6675"))
    rows.append(("All together", flows["netting_ratio"], "#0b3c5d"))
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": [name for name, _, _ in rows],
        "x": [round(as_percent(share), 2) for _, share, _ in rows],
        "text": [percent(None if share is None else Fraction(share), 0) for _, share, _ in rows],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [colour for _, _, colour in rows]},
        "hovertemplate": "%{y}: %{x:.1f} %",
    }
    layout = chart_layout(x=value_axis("% of the value"), y=_names_axis())
    layout["xaxis"]["range"] = [0, 108]
    layout |= {"bargap": 0.3, "showlegend": False}
    return Chart(
        id=f"chart-netting-{code}",
        title=f"What netting could save, {code}",
        note="Share of the value that netting each day at once among all participants would save.",
        height=90 + BAR_PIXELS * len(rows),
        wide=False,
        figure={"data": [trace], "layout": layout},
    )


def _names_axis() -> dict[str, Any]:
    return {
        "automargin": True,
        "type": "category",
        "autorange": "reversed",
        "ticklabelposition": "outside",
        "ticks": "",
        # Else plotly leaves out every other name where there is little room.
        "tickmode": "linear",
        "dtick": 1,
    }


def _with_legend(layout: dict[str, Any], names: Sequence[str]) -> None:
    layout["legend"] = legend_above()
    layout["margin"]["t"] = legend_pixels(names, is_wide=True) + 8
