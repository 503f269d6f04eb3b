"""Statistical disclosure control: what to withhold, and rounding that adds up."""

from comity.disclosure.cells import MARGIN, Sum, System, table_sums, with_margins
from comity.disclosure.rounding import round_parts, round_table
from comity.disclosure.suppression import PROTECTION, Rule, bounds_of, is_protected, suppress

__all__ = [
    "MARGIN",
    "PROTECTION",
    "Rule",
    "Sum",
    "System",
    "bounds_of",
    "is_protected",
    "round_parts",
    "round_table",
    "suppress",
    "table_sums",
    "with_margins",
]
