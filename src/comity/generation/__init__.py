"""Synthetic business days of a corridor: payments as banks would send them, calibrated and flawed.

For demonstrations, benchmarks and tests. The profile (`profile`) states every assumption; the
same seed gives the same bytes. Nothing generated is real, and every folder says so.
"""

from comity.generation.days import (
    DAYS_MAX,
    SCALE_PERMILLE_MAX,
    GeneratedFile,
    GenerationOrder,
    Progress,
    check_order,
    generate,
)
from comity.generation.writing import write_files

__all__ = [
    "DAYS_MAX",
    "SCALE_PERMILLE_MAX",
    "GeneratedFile",
    "GenerationOrder",
    "Progress",
    "check_order",
    "generate",
    "write_files",
]
