"""The program: its commands, and how errors end it."""

import sys

import typer
from rich.console import Console
from rich.text import Text

from comity import __version__
from comity.cli import (
    agreements,
    compare,
    generate,
    lists,
    options,
    profiles,
    rates,
    screening,
    setoff,
    settle,
    stats,
    verify,
)
from comity.cli.first_use import compilation_told
from comity.errors import (
    EXIT_PROOF_FAILED,
    EXIT_REJECTED,
    EXIT_UNAVAILABLE,
    ComityError,
    InputFaultsError,
)

program = typer.Typer(
    name="comity",
    help="Settle payments between countries in their own currencies.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
program.add_typer(agreements.app)
program.add_typer(rates.app)
program.add_typer(lists.app)
program.add_typer(options.options_app)
program.add_typer(profiles.app)
program.add_typer(screening.app)
program.command("compare")(compare.compare_options)
program.command("generate")(generate.generate_payments)
program.command("settle")(settle.settle)
program.command("setoff")(setoff.setoff)
program.command("stats")(stats.stats)
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


def run() -> None:
    """Run the program; exit codes are 0 done, 2 bad input, 3 a proof failed, 4 unavailable."""
    try:
        with compilation_told():
            program()
    except ComityError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except OSError as error:
        _print_error("unavailable", str(error))
        sys.exit(EXIT_UNAVAILABLE)


def _tell(error: ComityError) -> None:
    if isinstance(error, InputFaultsError):
        Console(stderr=True, highlight=False).print(agreements.fault_table(error.faults))
    else:
        _print_error(_KINDS[error.exit_code], str(error))


def _print_error(kind: str, words: str) -> None:
    line = Text(kind, style="bold red").append(f": {words}", style="not bold default")
    Console(stderr=True, highlight=False, soft_wrap=True).print(line)


_KINDS = {
    EXIT_REJECTED: "refused",
    EXIT_PROOF_FAILED: "proof failed",
    EXIT_UNAVAILABLE: "unavailable",
}
