"""JSON as every command prints it."""

import json
from typing import Any

import typer


def json_text(document: Any) -> str:
    """Return a document as people and machines read it; one line end at the end."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def print_json(document: Any) -> None:
    """Print a document."""
    typer.echo(json_text(document), nl=False)
