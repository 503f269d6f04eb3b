"""Archives of settled payments, and the queries by which figures are made of them."""

from comity.archive.asking import BREAKDOWNS, BY_MAX, QUERIES, Asked, query, query_text
from comity.archive.judging import judge
from comity.archive.layout import COLUMNS
from comity.archive.opening import Archive, ArchiveForm, open_archive

__all__ = [
    "BREAKDOWNS",
    "BY_MAX",
    "COLUMNS",
    "QUERIES",
    "Archive",
    "ArchiveForm",
    "Asked",
    "judge",
    "open_archive",
    "query",
    "query_text",
]
