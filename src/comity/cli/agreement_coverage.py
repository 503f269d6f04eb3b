"""What `comity agreements check` says of gaps: which payments no version judges, and until when."""

from datetime import timedelta
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.agreements import Scheme
from comity.agreements.coverage import (
    Coverage,
    Judged,
    codes_of,
    prove_coverage,
    purposes_in_words,
    relations_of,
)
from comity.cli.days import parse_day
from comity.errors import UsageError

_YEAR: Final = timedelta(days=365)


def asked_coverage(scheme: Scheme, from_text: str | None, until_text: str | None) -> Coverage:
    """Prove what the versions of a scheme cover over the days that were asked about.

    Args:
        scheme: with at least one agreement version.
        from_text: first day as typed; that of the youngest version where none was.
        until_text: last day as typed; a year on where none was.

    Raises:
        UsageError: no day, or the last one before the first.
    """
    youngest = max(each.valid_from for each in scheme.agreements)
    from_day = youngest if from_text is None else parse_day("--from", from_text)
    until_day = from_day + _YEAR if until_text is None else parse_day("--until", until_text)
    if until_day < from_day:
        raise UsageError(f"--until: found {until_day}, expected {from_day} or a later day")
    versions = scheme.agreements
    return prove_coverage(versions, relations_of(versions), codes_of(versions), from_day, until_day)


def coverage_document(coverage: Coverage) -> dict[str, Any]:
    """Return the part `coverage` of the JSON document."""
    return {
        "from": coverage.from_day.isoformat(),
        "until": coverage.until_day.isoformat(),
        "purposes": len(coverage.codes),
        "cases": coverage.cases,
        "judged_once": coverage.once,
        "is_proven": coverage.is_proven,
        "gaps": [_judged_document(each) for each in coverage.gaps],
        "doubled": [
            {**_judged_document(each), "agreements": list(each.keys)} for each in coverage.doubled
        ],
    }


def print_coverage(console: Console, coverage: Coverage) -> None:
    """Print in words what is proven, and a table of what is not."""
    span = f"from {coverage.from_day} to {coverage.until_day}"
    if coverage.is_proven:
        console.print(
            Text(
                f"proven: {span} each of {coverage.cases:,} cases (who pays whom, in what, what"
                " for, on which day) is judged by exactly one version"
            )
        )
        return
    table = Table(title=Text(f"Not judged by exactly one version, {span}"))
    for column in ("Between, in", "What for", "From", "Until", "Judged by"):
        table.add_column(column, overflow="fold")
    for each in (*coverage.gaps, *coverage.doubled):
        cells = (
            str(each.relation),
            purposes_in_words(each.codes),
            each.from_day.isoformat(),
            each.until_day.isoformat(),
            ", ".join(each.keys) or "none: refused",
        )
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
    left = coverage.cases - coverage.once
    console.print(Text(f"{left:,} of {coverage.cases:,} cases; all others have exactly one rule"))


def _judged_document(each: Judged) -> dict[str, Any]:
    return {
        "countries": list(each.relation.countries),
        "currencies": list(each.relation.currencies),
        "purposes": purposes_in_words(each.codes),
        "codes": list(each.codes),
        "from": each.from_day.isoformat(),
        "until": each.until_day.isoformat(),
    }
