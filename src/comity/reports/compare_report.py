"""The report of a comparison: a single HTML file that needs nothing else."""

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from comity.reports.chart_parts import Chart
from comity.reports.compare_charts import frontier_chart, mechanism_chart
from comity.reports.compare_day_charts import day_chart, throughput_chart
from comity.reports.compare_flow_charts import (
    counter_flows_chart,
    cycles_chart,
    netting_chart,
    participants_chart,
)
from comity.reports.compare_rankings import (
    costs_table,
    differences_table,
    flows_table,
    options_table,
    ranking_table,
)
from comity.reports.compare_risks import risks_table
from comity.reports.compare_sensitivity import sensitivity_in_words, sensitivity_table
from comity.reports.compare_style import Shown
from comity.reports.compare_words import (
    compared_in_words,
    currencies_shown,
    flows_in_words,
    found_in_words,
    options_in_words,
    paid_currencies,
    sureness_in_words,
    unbeaten_in_words,
)
from comity.reports.page import own_file, page_environment, plotly_script
from comity.reports.table import Table


def render_comparison(document: Mapping[str, Any], source: str) -> bytes:
    """Return the report as UTF-8 HTML; the same document gives the same bytes.

    Args:
        document: what `comity compare --json` prints.
        source: name of the file of payments.
    """
    paid = paid_currencies(document)
    codes = [code for code in document["bounds"] if code in paid or _is_used(document, code)]
    charts = _charts(document, codes, paid)
    text = (
        page_environment()
        .get_template("compare.html.j2")
        .render(
            title=f"Options compared: {source}",
            source=source,
            document=document,
            lead=compared_in_words(document),
            told=[_told(*each) for each in currencies_shown(document, paid)],
            sureness=sureness_in_words(document),
            flows=[flows_in_words(document, code) for code in paid],
            charts=charts,
            chart_data={one.id: one.figure for group in charts.values() for one in group},
            rankings=[
                ranking_table(each, shown) for each, shown in currencies_shown(document, codes)
            ],
            risks=[risks_table(each, shown) for each, shown in currencies_shown(document, codes)],
            costs=[
                costs_table(each, shown)
                for each, shown in currencies_shown(document, paid)
                if each is document
            ],
            pairs=[flows_table(document, code) for code in paid],
            shifted=_shifted(document, paid),
            differences=differences_table(document),
            options=options_table(document),
            style=Markup(own_file("day.css") + own_file("compare.css")),  # noqa: S704 our own files
            script=Markup(own_file("day.js")),  # noqa: S704 our own file
            plotly=Markup(plotly_script()),  # noqa: S704 as its wheel brings it
        )
    )
    return text.encode()


def _told(document: Mapping[str, Any], shown: Shown) -> dict[str, Any]:
    """Return everything that is said of one currency, or of all together."""
    return {
        "name": shown.name,
        "found": found_in_words(document, shown),
        "options": options_in_words(document, shown),
        "verdict": unbeaten_in_words(document, shown),
    }


def _is_used(document: Mapping[str, Any], code: str) -> bool:
    """Return whether an option moves money in a currency in which nobody pays."""
    return any(one["liquidity_used_minor"][code] for one in document["options"])


def _shifted(document: Mapping[str, Any], paid: list[str]) -> list[tuple[str, Table]]:
    """Return in words and as a table what comes of payments sent at other times, if tried."""
    return [
        (sensitivity_in_words(each, shown), sensitivity_table(each, shown))
        for each, shown in currencies_shown(document, paid)
        if each["sensitivity"] is not None
    ]


def _charts(
    document: Mapping[str, Any], codes: list[str], paid: list[str]
) -> dict[str, list[Chart]]:
    """Return the charts by the part of the page in which they stand; none that would be empty."""
    return {
        "frontier": [frontier_chart(*each) for each in currencies_shown(document, paid)],
        "day": _there(
            chart
            for code in codes
            for chart in (
                throughput_chart(document, code) if code in paid else None,
                day_chart(document, code, "queue") if code in paid else None,
                day_chart(document, code, "money"),
                mechanism_chart(document, code) if code in paid else None,
                day_chart(document, code, "exposure"),
            )
        ),
        "cycles": _there(cycles_chart(document, code) for code in paid),
        "participants": _there(participants_chart(document, code) for code in codes),
        "flows": _there(
            chart
            for code in paid
            for chart in (counter_flows_chart(document, code), netting_chart(document, code))
        ),
    }


def _there(charts: Iterable[Chart | None]) -> list[Chart]:
    return [one for one in charts if one is not None]
