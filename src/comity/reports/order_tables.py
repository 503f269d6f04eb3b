"""What senders ordered that day, as a table of the report."""

from dataclasses import asdict

from comity.reports.figures import DayFigures
from comity.reports.numbers import count
from comity.reports.table import Table

_WORDS = {
    "withdrawn": "Payments cancelled by their senders",
    "cancellations_pending": "Cancellations that wait until a payment is not locked or held",
    "cancellations_forwarded": "Cancellations of final payments, passed on to the other bank",
    "cancellations_refused": "Cancellations not carried out",
    "changed": "Changes of priority, place in the queue, or times",
    "changes_refused": "Changes not carried out",
    "agent_answers": "Answers of settlement agents about legs they settle outside",
    "agent_answers_refused": "Answers that contradict what was asked or has been done",
    "overdue": "Payments that still waited when their sender wanted them settled",
}


def orders_table(figures: DayFigures) -> Table:
    """Return what came of the orders; what nobody ordered has no row."""
    found = asdict(figures.orders)
    rows = tuple((words, count(found[name])) for name, words in _WORDS.items() if found[name])
    return Table(
        "Orders of senders",
        "What banks asked to be done with payments of their own that wait, by its last answer.",
        ("What", "#Number"),
        rows,
        "No orders that day.",
    )
