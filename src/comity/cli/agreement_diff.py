"""`comity agreements diff`: what one version changes against another, in plain words."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.agreements import Agreement, Scheme
from comity.agreements.amendments import Amendment, find_amendments
from comity.arrangement import load_agreement
from comity.errors import UsageError


def find_version(scheme: Scheme, named: str) -> Agreement:
    """Return the version that somebody named: `id@version` of the folder, or the file of a draft.

    Raises:
        UsageError: there is none of that name.
        InputFaultsError: the draft cannot be read; with file and line.
    """
    if named.endswith(".toml"):
        return load_agreement(Path(named))
    found = next((each for each in scheme.agreements if each.key == named), None)
    if found is None:
        known = ", ".join(each.key for each in scheme.agreements)
        raise UsageError(f"found {named!r}, expected a file .toml or one of {known}")
    return found


def amendments_document(before: Agreement, after: Agreement) -> dict[str, Any]:
    """Return what `--json` prints; `schemas/agreements_diff.schema.json`."""
    return {
        "before": before.key,
        "after": after.key,
        "amendments": [_amendment(each) for each in find_amendments(before, after)],
    }


def print_amendments(console: Console, before: Agreement, after: Agreement) -> None:
    """Print one line a term that differs."""
    found = find_amendments(before, after)
    if not found:
        console.print(Text(f"{after.key} says what {before.key} says"))
        return
    table = Table(title=Text(f"What {after.key} changes against {before.key}"))
    for column in ("Term", "In words"):
        table.add_column(column, overflow="fold")
    for each in found:
        table.add_row(Text(each.path), Text(each.words))
    console.print(table)


def _amendment(each: Amendment) -> dict[str, Any]:
    return {
        "path": each.path,
        "kind": str(each.kind),
        "before": each.before,
        "after": each.after,
        "words": each.words,
    }
