"""The report's table of trades in doubt."""

from comity.business_calendar import format_us
from comity.reports.figures import DayFigures
from comity.reports.numbers import amount
from comity.reports.table import Table
from comity.statistics.doubts import doubts


def doubts_table(figures: DayFigures) -> Table:
    """Return the trades of which only an agent knows whether they have settled."""
    book = figures.book
    zone = book.scheme.business_day.time_zone
    rows = tuple(
        (
            one.asked_as,
            one.agent,
            format_us(one.asked_us, zone)[:16].replace("T", " "),
            f"{one.payer} to {one.payee}",
            f"{amount(one.amount_minor, one.currency)} {one.currency}",
            f"{amount(one.held_minor, one.held_currency)} {one.held_currency}",
        )
        for one in doubts(book)
    )
    return Table(
        "Trades in doubt",
        "The settlement agent was asked to settle one leg in its own system, and has not said"
        " whether it did. The other leg stays held until it answers: ask it, and have it answer"
        " under this reference. Major units.",
        ("Asked as", "Agent", "Asked to settle", "Leg outside", "#Amount", "#Held here"),
        rows,
        "No trade is in doubt.",
    )
