"""The operator's report on one business day: a single HTML file that needs nothing else.

The file holds its own style, script and charts; its content policy forbids it any request. The
same day gives the same bytes. It is for the operator and shows how many payments are held, never
whose: nothing in it may be sent to a participant.
"""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from comity.reports.chart_parts import Chart
from comity.reports.charts import (
    currency_chart,
    positions_chart,
    purpose_chart,
    queue_chart,
    settled_chart,
    states_chart,
)
from comity.reports.figures import DayFigures, figures_of
from comity.reports.page import own_file, page_environment, plotly_script
from comity.reports.table import Table  # noqa: TC001 read at run time by mypy only
from comity.reports.tables import day_tables
from comity.reports.words import Headline, day_in_words, headlines
from comity.statements.daybook import DayBook, DayProof
from comity.statistics.profile import SettledProfile  # noqa: TC001 read at run time by mypy only
from comity.statistics.series import SeriesLine


def render_day_report(
    book: DayBook, proof: DayProof, *, series: Sequence[SeriesLine] = ()
) -> bytes:
    """Return the report as UTF-8 HTML; the same arguments give the same bytes.

    Args:
        book: the day.
        proof: what was proved after the close.
        series: all payments between the countries, where such a series is there.
    """
    figures = figures_of(book, proof, series)
    text = page_environment().get_template("day.html.j2").render(_context(figures))
    return text.encode()


def _context(figures: DayFigures) -> dict[str, Any]:
    book = figures.book
    charts = _charts(figures)
    tables: dict[str, Table] = day_tables(figures)
    shown: Sequence[Headline] = headlines(figures)
    return {
        "title": f"{book.scheme.name}: {book.business_date.isoformat()}",
        "scheme": book.scheme.name,
        "synthetic": book.scheme.synthetic,
        "business_date": book.business_date.isoformat(),
        "date_in_words": _date_in_words(book),
        "holds": figures.proof.holds,
        "headlines": shown,
        "lead": day_in_words(figures),
        "charts": charts,
        "chart_data": {each.id: each.figure for group in charts.values() for each in group},
        "tables": tables,
        "head": book.head,
        "held": figures.states["HELD_SCREENING"] + figures.states["HELD_REVIEW"],
        "style": Markup(own_file("day.css")),  # noqa: S704 our own file
        "script": Markup(own_file("day.js")),  # noqa: S704 our own file
        "plotly": Markup(plotly_script()),  # noqa: S704 as its wheel brings it
    }


def _charts(figures: DayFigures) -> dict[str, list[Chart]]:
    book = figures.book
    by_currency: dict[str, list[SettledProfile]] = {}
    for profile in figures.settled:
        by_currency.setdefault(profile.currency, []).append(profile)
    shares = []
    if figures.turnover:
        shares = [
            purpose_chart(figures.turnover, figures.share.valuation),
            currency_chart(figures.turnover, figures.share.valuation),
        ]
    return {
        "settled": [settled_chart(book, profiles) for profiles in by_currency.values()],
        "queue": [queue_chart(book, profile) for profile in figures.queues],
        "positions": [positions_chart(book, one) for one in figures.positions if one.payments],
        "shares": shares,
        "states": [states_chart(figures.states)],
    }


def _date_in_words(book: DayBook) -> str:
    day = book.business_date
    return f"{day:%A}, {day.day} {day:%B %Y}"
