"""The report of a comparison: a single HTML file that needs nothing else."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from comity.reports.compare_charts import frontier_chart, mechanism_chart, throughput_chart
from comity.reports.compare_words import compared_in_words
from comity.reports.numbers import amount, count, percent, rounded
from comity.reports.page import own_file, page_environment, plotly_script
from comity.reports.table import Table

_MINUTE_US = 60_000_000


def render_comparison(document: Mapping[str, Any], source: str) -> bytes:
    """Return the report as UTF-8 HTML; the same document gives the same bytes.

    Args:
        document: what `comity compare --json` prints.
        source: name of the file of payments.
    """
    codes = list(document["bounds"])
    charts = {
        "frontier": [frontier_chart(document, code) for code in codes],
        "throughput": [throughput_chart(document, code) for code in codes],
        "mechanisms": [mechanism_chart(document, code) for code in codes],
    }
    text = (
        page_environment()
        .get_template("compare.html.j2")
        .render(
            title=f"Options compared: {source}",
            source=source,
            document=document,
            lead=compared_in_words(document),
            charts=charts,
            chart_data={one.id: one.figure for group in charts.values() for one in group},
            rankings=[_ranking(document, code) for code in codes],
            costs=[_costs(document, code) for code in codes],
            differences=_differences(document),
            options=_options(document),
            style=Markup(own_file("day.css")),  # noqa: S704 our own file
            script=Markup(own_file("day.js")),  # noqa: S704 our own file
            plotly=Markup(plotly_script()),  # noqa: S704 as its wheel brings it
        )
    )
    return text.encode()


def _share(text: str | None) -> str:
    return percent(None if text is None else Fraction(text))


def _ranking(document: Mapping[str, Any], code: str) -> Table:
    """Return the options side by side at one level of money."""
    best = {
        one["option"]
        for one in document["frontier"]
        if (one["currency"], one["level"]) == (code, document["level"]) and one["is_on_frontier"]
    }
    rows = tuple(
        (
            one["title"],
            _share(one["settled_value_share"][code]),
            amount(one["liquidity_used_minor"][code], code),
            _share(one["delay_indicator"][code]),
            amount(one["unsettled_value_minor"][code], code),
            str(one["credit_exposure_value_days"][code]),
            amount(round(Fraction(one["fx_exposure_value_hours"][code])), code),
            "yes" if one["name"] in best else "no",
        )
        for one in document["options"]
    )
    return Table(
        f"Side by side, {code}",
        "Liquidity used: peak, over all parties and days. Delay: 0 % everything settled on entry,"
        " 100 % nothing before the close. Credit: value-days that members gave one another."
        " Settlement risk: value × hours in which one leg of a trade was bound and the other not"
        " final. No better one: no other option is better in liquidity, delay and credit at once"
        " and settles no less. Major units.",
        (
            "Option",
            "#Value settled",
            "#Liquidity used",
            "#Delay",
            "#Unsettled",
            "#Credit",
            "#Settlement risk",
            "No better one",
        ),
        rows,
    )


def _costs(document: Mapping[str, Any], code: str) -> Table:
    rows = tuple(
        (
            one["title"],
            _minutes(one["mean_wait_us"][code]),
            _minutes(one["waited_us"][code]["p95"]),
            _minutes(one["age_max_us"][code]),
            amount(one["queue_average_minor"][code] or 0, code),
            count(one["transfers"][code]),
            amount(one["moved_minor"][code], code),
            _times(one["turnover_ratio"][code]),
            _share(one["concentration"][code]),
        )
        for one in document["options"]
    )
    return Table(
        f"Waiting, moving, sharing, {code}",
        "Waits in minutes, weighted by value; the longest counts to the close. Turnover: value"
        " settled for each unit of liquidity used. Concentration: Gini coefficient of what parties"
        " used.",
        (
            "Option",
            "#Mean wait",
            "#95 % waited at most",
            "#Longest",
            "#Waiting on average",
            "#Transfers",
            "#Moved",
            "#Turnover",
            "#Concentration",
        ),
        rows,
    )


def _times(text: str | None) -> str:
    return "–" if text is None else rounded(Fraction(text))


def _minutes(us: int | None) -> str:
    return "–" if us is None else f"{us / _MINUTE_US:.1f}"


_MEASURES = {
    "delay_indicator": "Delay, percentage points",
    "liquidity_used_minor": "Liquidity used",
    "settled_value_minor": "Value settled",
}
_PER_POINT = 10_000


def _differences(document: Mapping[str, Any]) -> Table:
    rows = tuple(
        (
            one["option"],
            one["currency"],
            _MEASURES[one["measure"]],
            _figure(one, one["mean_difference"]),
            "too few days" if not one["interval"] else _between(one),
            "–" if not one["interval"] else "yes" if one["interval"]["stands"] else "no",
        )
        for one in document["paired"]
    )
    baseline = document["options"][0]["name"]
    return Table(
        "Differences a day",
        f"Each option less {baseline}, on the same days with the same money. 95 % intervals by"
        " resampling blocks of days on a circle; a difference stands where its p-value, corrected"
        " for the number of options by Holm, is not above 5 %. None under 10 days. Major units.",
        ("Option", "Currency", "Measure", "#Mean difference", "#95 % interval", "Stands"),
        rows,
        "One option alone: nothing to hold it against.",
    )


def _between(one: Mapping[str, Any]) -> str:
    interval = one["interval"]
    return f"{_figure(one, interval['low'])} … {_figure(one, interval['high'])}"


def _figure(one: Mapping[str, Any], text: str) -> str:
    """Return a difference as people read it: points of delay, or major units."""
    value = Fraction(text)
    if one["measure"] == "delay_indicator":
        return rounded(value / _PER_POINT, 3)
    return amount(round(value), one["currency"])


def _options(document: Mapping[str, Any]) -> Table:
    rows = tuple(
        (one["name"], one["title"], one["words"], str(one["cycles"]) if one["cycles"] else "–")
        for one in document["options"]
    )
    return Table("The options", "", ("Name", "Title", "What happens", "#Cycles a day"), rows)
