"""`comity profiles`: what `comity generate --profile` can draw payments from."""

import json
from typing import Annotated

import typer

from comity.generation.builtin_profiles import BUILTIN_PROFILES, builtin_profile_data
from comity.generation.payment_profile_reading import read_profile

app = typer.Typer(name="profiles", help="Profiles that synthetic payments are drawn from.")


@app.callback()
def profiles() -> None:
    """Profiles that synthetic payments are drawn from."""


@app.command("list")
def list_profiles(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """List the profiles that come with comity."""
    found = [read_profile(name, builtin_profile_data(name)) for name in BUILTIN_PROFILES]
    if as_json:
        rows = [
            {
                "name": each.name,
                "title": each.title,
                "network": str(each.network.kind),
                "payments_a_day": each.volume.payments_a_day,
            }
            for each in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max(len(each.name) for each in found)
    for each in found:
        typer.echo(f"{each.name:{width}}  {each.title}")


@app.command("show")
def show_profile(
    name: Annotated[str, typer.Argument(help="Such as six-currencies.")],
) -> None:
    """Print a profile as TOML, to copy and edit.

    Example: comity profiles show scale-free > mine.toml
    """
    typer.echo(builtin_profile_data(name).decode("utf-8"), nl=False)
