"""`comity options`: the ways of organising settlement that `comity compare` knows."""

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from comity.cli.compare_tables import option_table
from comity.cli.printing import print_json
from comity.errors import UsageError
from comity.simulator.document import option_document
from comity.simulator.options import (
    CYCLES_MAX,
    OPTIONS,
    Option,
    option_text,
    parse_option,
    with_cycles,
)

OPTION_FILE_BYTES_MAX: Final = 2**16
_SUFFIX: Final = ".toml"

options_app = typer.Typer(name="options", help="Ways of organising settlement that are compared.")


@options_app.callback()
def options() -> None:
    """Ways of organising settlement that are compared."""


@options_app.command("list")
def list_options(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the options that `comity compare --option` knows."""
    if as_json:
        print_json([option_document(one) for one in OPTIONS.values()])
        return
    Console(highlight=False).print(option_table(tuple(OPTIONS.values())))


@options_app.command("show")
def show_option(
    name: Annotated[str, typer.Argument(help="Such as gross-offset, or a file of your own.")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print every field as JSON, not the file.")
    ] = False,
) -> None:
    """Print the file of an option: save it, edit it, and give it to `comity compare --option`.

    Example: comity options show net-multilateral > ours.toml
    """
    found = find_option(name, "NAME")
    if as_json:
        print_json(option_document(found))
        return
    base = name.partition(":")[0]
    typer.echo(option_text(base) if base in OPTIONS else _read(Path(name)), nl=False)


def find_option(text: str, place: str = "--option") -> Option:
    """Return the option that was asked for: by name, by name and cycles, or by its file.

    Raises:
        UsageError: there is none, or the file does not describe one.
    """
    if text.endswith(_SUFFIX):
        return parse_option(_read(Path(text)), text)
    name, mark, cycles = text.partition(":")
    found = OPTIONS.get(name)
    if found is None:
        names = ", ".join(OPTIONS)
        raise UsageError(f"{place}: found {name!r}, expected a file *{_SUFFIX}, or one of {names}")
    if not mark:
        return found
    if not found.cycles:
        raise UsageError(f"{place}: found {text!r}, expected no cycles: {name} has none")
    if not cycles.isascii() or not cycles.isdigit() or not 1 <= int(cycles) <= CYCLES_MAX:
        raise UsageError(f"{place}: found {text!r}, expected 1 to {CYCLES_MAX} cycles")
    return with_cycles(found, int(cycles))


def _read(path: Path) -> str:
    data = path.read_bytes()
    if len(data) > OPTION_FILE_BYTES_MAX:
        raise UsageError(
            f"{path}: found {len(data)} bytes, expected at most {OPTION_FILE_BYTES_MAX}"
        )
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: found bytes that are not UTF-8, expected TOML") from error
