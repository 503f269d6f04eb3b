"""The program: its commands, and how errors end it."""

import sys

import typer
from rich.console import Console

from comity import __version__
from comity.cli import agreements, generate, rates, settle, verify
from comity.errors import ComityError, InputFaultsError

program = typer.Typer(
    name="comity",
    help="Settle payments between countries in their own currencies.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
program.add_typer(agreements.app)
program.add_typer(rates.app)
program.command("generate")(generate.generate_folder)
program.command("settle")(settle.settle)
program.command("verify")(verify.verify)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"comity {__version__}")
        raise typer.Exit


@program.callback()
def comity(
    *,
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Settle payments between countries in their own currencies."""


def main() -> None:
    """Run the program; exit codes are 0 done, 2 bad input, 3 a proof failed, 4 unavailable."""
    try:
        program()
    except ComityError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except OSError as error:
        Console(stderr=True).print(f"[bold red]unavailable[/]: {error}", highlight=False)
        sys.exit(4)


def _tell(error: ComityError) -> None:
    console = Console(stderr=True, highlight=False)
    if isinstance(error, InputFaultsError):
        console.print(agreements.fault_table(error.faults))
    else:
        console.print(f"[bold red]{_kind(error)}[/]: ", end="")
        console.print(str(error), markup=False)


def _kind(error: ComityError) -> str:
    return {2: "refused", 3: "proof failed", 4: "unavailable"}[error.exit_code]
