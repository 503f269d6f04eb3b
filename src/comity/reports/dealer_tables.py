"""The report's table of dealers: what each took, paid out and made of it."""

from comity.reports.figures import DayFigures
from comity.reports.numbers import amount, count, percent
from comity.reports.table import Table
from comity.statistics.dealers import conversions, dealer_lines


def dealers_table(figures: DayFigures) -> Table:
    """Return the day's dealers, one row a currency."""
    found = conversions(figures.book)
    rows = tuple(
        (
            one.participant,
            one.currency,
            amount(one.taken_minor, one.currency),
            amount(one.paid_out_minor, one.currency),
            amount(one.position_minor, one.currency),
            "–" if one.result_minor is None else amount(one.result_minor, one.currency),
            percent(one.spread),
        )
        for one in dealer_lines(figures.book)
    )
    return Table(
        "Dealers",
        f"{count(found.payments)} payments settled through dealers,"
        f" {count(found.over_vehicle)} of them over a vehicle currency;"
        f" {count(found.quotes_held_back)} quotes were held back. Position: taken less paid out."
        " Result: what the dealer took beyond the official rate of the pair. Spread: the result as"
        " a part of what the official rate says. Major units.",
        ("Dealer", "Currency", "#Taken", "#Paid out", "#Position", "#Result", "#Spread"),
        rows,
        "No payment went through a dealer.",
    )
