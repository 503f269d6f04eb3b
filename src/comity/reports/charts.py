"""The charts of the day's report, as plotly figures in plain JSON values.

Only what is drawn becomes a float: the figures beside the charts are exact. Names that users
gave are escaped, because plotly reads a little markup in labels.
"""

import html
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from comity.business_calendar import format_us
from comity.reports.chart_parts import (
    BAR_PIXELS,
    Chart,
    chart_layout,
    legend_above,
    value_axis,
)
from comity.reports.numbers import Scale, count, percent, scale_for
from comity.reports.palette import (
    MECHANISMS,
    MUTED,
    NET,
    RECEIVED,
    SENT,
    currency_colour,
    state_colour,
)
from comity.statements.daybook import DayBook
from comity.statistics.day import GROUP_NAMES
from comity.statistics.exact import share
from comity.statistics.positions import CurrencyPositions
from comity.statistics.profile import STEPS, QueueProfile, SettledProfile, step_ends_us
from comity.statistics.turnover import TurnoverLine
from comity.statistics.valuation import Valuation

WHOLE_TICKS_MAX = 5
"""Up to this number a chart of payments has a tick for each, so that none stands at a half."""


def settled_chart(book: DayBook, profiles: Sequence[SettledProfile]) -> Chart:
    """Return the value settled so far through the day, stacked by mechanism."""
    code = profiles[0].currency
    scale = scale_for(sum(int(one.settled_minor[-1]) for one in profiles), code)
    times = _local_times(book)
    traces = []
    for one in profiles:
        name, colour = MECHANISMS[one.mechanism]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": name,
                "x": times,
                "y": [_scaled(value, scale) for value in [0, *one.settled_minor.tolist()]],
                "stackgroup": "all",
                "line": {"color": colour, "width": 1.2, "shape": "hv"},
                "fillcolor": colour + "b3",
                "hovertemplate": "%{y:,.2f} " + scale.unit,
            }
        )
    layout = chart_layout(x=_time_axis(book), y=value_axis(scale.unit))
    layout["hovermode"] = "x unified"
    layout["legend"] = legend_above()
    return Chart(
        id=f"chart-settled-{code}",
        title=f"Value settled through the day, {code}",
        note=f"Cumulative, {scale.unit}, by mechanism.",
        height=300,
        wide=False,
        figure={"data": traces, "layout": layout},
    )


def queue_chart(book: DayBook, profile: QueueProfile) -> Chart:
    """Return what waited in the queues: value above, number of payments below."""
    scale = scale_for(profile.amount_peak_minor, profile.currency)
    times = _local_times(book)[1:]
    shared = {"type": "scatter", "mode": "lines", "x": times, "fill": "tozeroy"}
    values = [_scaled(value, scale) for value in profile.amount_minor.tolist()]
    traces = [
        {
            **shared,
            "name": "Value waiting",
            "y": values,
            "line": {"color": "#d55e00", "width": 1.2, "shape": "hv"},
            "fillcolor": "#d55e0033",
            "hovertemplate": "%{y:,.2f} " + scale.unit,
        },
        {
            **shared,
            "name": "Payments waiting",
            "y": profile.payments.tolist(),
            "yaxis": "y2",
            "line": {"color": "#33638d", "width": 1.2, "shape": "hv"},
            "fillcolor": "#33638d33",
            "hovertemplate": "%{y:,} payments",
        },
    ]
    layout = chart_layout(
        x={**_time_axis(book), "anchor": "y2"},
        y={**value_axis(scale.unit), "domain": [0.56, 1], "nticks": 5},
    )
    layout["yaxis2"] = {**value_axis("payments"), "domain": [0, 0.44], "nticks": 5}
    if profile.payments_peak <= WHOLE_TICKS_MAX:
        layout["yaxis2"]["dtick"] = 1
    layout["hovermode"] = "x unified"
    layout["showlegend"] = False
    return Chart(
        id=f"chart-queue-{profile.currency}",
        title=f"Waiting in the queue, {profile.currency}",
        note=f"Greatest value (above) and number (below) in each step of {_step_text(book)}.",
        height=320,
        wide=False,
        figure={"data": traces, "layout": layout},
    )


def positions_chart(book: DayBook, positions: CurrencyPositions) -> Chart:
    """Return what each bank sent and received, and what remains after netting the day."""
    names = {one.bic: one.name for one in book.scheme.participants}
    names |= {one.agent: f"settlement agent of {one.name}" for one in book.scheme.members}
    sent, received = positions.sent_minor.tolist(), positions.received_minor.tolist()
    active = [n for n in range(len(sent)) if sent[n] or received[n]]
    active.sort(key=lambda n: (received[n] - sent[n], book.participants[n]))
    scale = scale_for(max([*sent, *received], default=0), positions.currency)
    labels = [html.escape(book.participants[n], quote=False) for n in active]
    shared = {
        "type": "bar",
        "orientation": "h",
        "y": labels,
        "customdata": [
            html.escape(names.get(book.participants[n], ""), quote=False) for n in active
        ],
    }
    traces = [
        _position_bars(shared, "Sent", [-sent[n] for n in active], scale, SENT),
        _position_bars(shared, "Received", [received[n] for n in active], scale, RECEIVED),
        {
            **_position_bars(
                shared, "Net after netting", [received[n] - sent[n] for n in active], scale, NET
            ),
            "width": 0.3,
        },
    ]
    layout = chart_layout(
        x={**value_axis(f"{scale.unit}; to the left owed, to the right due"), "zeroline": True},
        y={"automargin": True, "type": "category"},
    )
    layout |= {"barmode": "overlay", "bargap": 0.28, "legend": legend_above()}
    return Chart(
        id=f"chart-positions-{positions.currency}",
        title=f"Positions before and after netting, {positions.currency}",
        note="Pale: sent and received, gross. Dark: what would remain, were the whole day netted.",
        height=110 + BAR_PIXELS * max(len(active), 2),
        wide=False,
        figure={"data": traces, "layout": layout},
    )


def _position_bars(
    shared: dict[str, Any], name: str, values: list[int], scale: Scale, colour: str
) -> dict[str, Any]:
    return {
        **shared,
        "name": name,
        "x": [_scaled(value, scale) for value in values],
        "marker": {"color": colour},
        "hovertemplate": "%{customdata}<br>%{x:,.2f} " + scale.unit,
    }


def purpose_chart(lines: Sequence[TurnoverLine], values: Valuation) -> Chart:
    """Return the settled value by purpose, stacked by currency."""
    codes = sorted({line.currency for line in lines})
    worth: dict[tuple[str, str], Fraction] = {}
    for line in lines:
        key = (line.group, line.currency)
        worth[key] = worth.get(key, Fraction(0)) + values.value(line.amount_minor, line.currency)
    whole = sum(worth.values(), Fraction(0))
    groups = [name for name in GROUP_NAMES if any(key[0] == name for key in worth)]
    sums = {
        name: sum((worth.get((name, c), Fraction(0)) for c in codes), Fraction(0))
        for name in groups
    }
    groups.sort(key=lambda name: (sums[name], name))
    percents = [f"{name} · {percent(share(sums[name], whole))}" for name in groups]
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": f"settled in {code}",
            "y": percents,
            "x": [_percent_of(worth.get((name, code), Fraction(0)), whole) for name in groups],
            "marker": {"color": currency_colour(code, codes)},
            "hovertemplate": "%{x:.1f} % of all settled value",
        }
        for code in codes
    ]
    layout = chart_layout(
        x=value_axis("% of settled value"), y={"automargin": True, "type": "category"}
    )
    layout |= {"barmode": "stack", "bargap": 0.35, "legend": legend_above()}
    return Chart(
        id="chart-purposes",
        title="Shares by purpose and currency",
        note=f"Share of the value settled, valued in {values.currency} by the rates listed below.",
        height=110 + BAR_PIXELS * max(len(groups), 2),
        wide=False,
        figure={"data": traces, "layout": layout},
    )


def currency_chart(lines: Sequence[TurnoverLine], values: Valuation) -> Chart:
    """Return each corridor's settled value by currency, in parts of the whole."""
    codes = sorted({line.currency for line in lines})
    worth: dict[tuple[str, str], Fraction] = {}
    for line in lines:
        key = (f"{line.debtor_country} → {line.creditor_country}", line.currency)
        worth[key] = worth.get(key, Fraction(0)) + values.value(line.amount_minor, line.currency)
    corridors = sorted({key[0] for key in worth}, reverse=True)
    traces = []
    for code in codes:
        parts = [_part(worth, corridor, code, codes) for corridor in corridors]
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": f"settled in {code}",
                "y": [html.escape(corridor, quote=False) for corridor in corridors],
                "x": [_percent_of(part, Fraction(1)) for part in parts],
                "text": [percent(part, 0) if part >= Fraction(1, 20) else "" for part in parts],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "marker": {"color": currency_colour(code, codes)},
                "hovertemplate": "%{x:.1f} % of the corridor's value",
            }
        )
    layout = chart_layout(
        x={**value_axis("% of the corridor's settled value"), "range": [0, 100]},
        y={"automargin": True, "type": "category"},
    )
    layout |= {"barmode": "stack", "bargap": 0.45, "legend": legend_above()}
    return Chart(
        id="chart-currencies",
        title="Currencies of each corridor",
        note="From the payer's country to the payee's; shares of the corridor's settled value.",
        height=120 + 44 * max(len(corridors), 2),
        wide=False,
        figure={"data": traces, "layout": layout},
    )


def states_chart(states: dict[str, int]) -> Chart:
    """Return the number of payments in each state at the close."""
    shown = [(name, number) for name, number in states.items() if number][::-1]
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": [name.replace("_", " ").lower() for name, _ in shown],
        "x": [number for _, number in shown],
        "text": [count(number) for _, number in shown],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [state_colour(name) for name, _ in shown]},
        "hovertemplate": "%{x:,} payments<extra></extra>",
    }
    layout = chart_layout(x=value_axis("payments"), y={"automargin": True, "type": "category"})
    layout |= {"bargap": 0.35, "showlegend": False}
    layout["margin"] = {**layout["margin"], "r": 56, "t": 8}
    return Chart(
        id="chart-states",
        title="States at the close",
        note="Payments by state; green settled, orange waiting, red ended without settlement.",
        height=70 + BAR_PIXELS * max(len(shown), 2),
        wide=False,
        figure={"data": [trace], "layout": layout},
    )


def _part(
    worth: dict[tuple[str, str], Fraction], corridor: str, code: str, codes: Sequence[str]
) -> Fraction:
    whole = sum((worth.get((corridor, each), Fraction(0)) for each in codes), Fraction(0))
    return share(worth.get((corridor, code), Fraction(0)), whole) or Fraction(0)


def _percent_of(part: Fraction, whole: Fraction) -> float:
    """Return a percentage to draw."""
    return round(float(100 * part / whole), 3) if whole else 0.0


def _scaled(minor: int, scale: Scale) -> float:
    """Return an amount to draw, in the chart's unit."""
    return round(minor / scale.minor_per_unit, 6)


def _step_text(book: DayBook) -> str:
    seconds = (book.closes_us - book.opens_us) // STEPS // 1_000_000
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} minutes" if rest == 0 else f"{seconds} seconds"


def _local_times(book: DayBook) -> list[str]:
    """Return the opening and the end of each step, local, as plotly reads them."""
    return [_local(book, at_us) for at_us in (book.opens_us, *step_ends_us(book).tolist())]


def _local(book: DayBook, at_us: int) -> str:
    return format_us(at_us, book.scheme.business_day.time_zone)[:19]


def _time_axis(book: DayBook) -> dict[str, Any]:
    zone = html.escape(book.scheme.business_day.time_zone, quote=False)
    return {
        "type": "date",
        "tickformat": "%H:%M",
        "hoverformat": "%H:%M",
        "range": [_local(book, book.opens_us), _local(book, book.closes_us)],
        "title": {"text": f"local time, {zone}", "font": {"size": 13, "color": MUTED}},
    }
