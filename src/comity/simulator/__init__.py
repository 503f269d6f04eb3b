"""What each way of organising settlement would cost, on payments of one's own.

The simulator settles by the live engine itself, under a virtual clock: it turns a table of payments
and an option (a few parameters of an agreement) into the commands that the engine takes from banks,
and measures what comes of them. The names here are what a notebook needs; payments are read by
`comity.feeds.payments.load_payments`.
"""

from comity.simulator.comparing import Plan, Results, compare
from comity.simulator.document import Sampling, compare_document
from comity.simulator.hours import Hours
from comity.simulator.options import OPTIONS, Option, with_cycles
from comity.simulator.tables import ResultTable, result_tables

__all__ = [
    "OPTIONS",
    "Hours",
    "Option",
    "Plan",
    "ResultTable",
    "Results",
    "Sampling",
    "compare",
    "compare_document",
    "result_tables",
    "with_cycles",
]
