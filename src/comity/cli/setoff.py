"""`comity setoff`: clear obligations against one another, with a proof; or check such a proof."""

import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from comity.cli.setoff_tables import print_check, print_set_off
from comity.errors import EXIT_PROOF_FAILED, Fault, InputFaultsError, UsageError
from comity.feeds.obligations import load_obligations
from comity.netting.certificate import NotACertificateError, certificate_sha256, input_sha256
from comity.reports.setoff_files import is_result_place, setoff_document, write_setoff
from comity.service.setting_off import CertificateCheck, check_set_off, set_off

DEFAULT_OUT: Final = "out"
"""Folder beside the file; it takes results in a folder that is named as the file is."""

CERTIFICATE_BYTES_MAX: Final = 2**30
"""Largest certificate; one of ten million edges has about a tenth of it."""


def setoff(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The obligations.")],
    *,
    liquidity: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="What parties can draw beyond what they are owed."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for results; else `out/FILE` beside the file.")
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="CERTIFICATE", help="Only check this certificate against the file; no solver."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Clear as much as possible of what parties owe one another, and prove that no more can be.

    FILE.csv has the columns debtor, creditor and amount (whole minor units of one currency), and
    if wanted id; the file of liquidity has party and amount. Leaves a certificate, what was
    cleared of each obligation, positions and a notice for each party. Exit codes: 0 done,
    2 bad input, 3 a proof failed, 4 unavailable.

    Example: comity setoff examples/setoff/obligations.csv --out build/setoff

    Check it: comity setoff --check build/setoff/certificate.json examples/setoff/obligations.csv
    """
    if check is None:
        _set_off(file, liquidity, out or file.parent / DEFAULT_OUT / file.stem, as_json=as_json)
        return
    if out is not None:
        raise UsageError(
            "--out: found beside --check, expected one of them; a check writes no file"
        )
    _check(check, file, liquidity, as_json=as_json)


def check_document(found: CertificateCheck, certificate: bytes) -> dict[str, Any]:
    """Return what `setoff --check --json` prints; see schemas/setoff_check.schema.json."""
    given = found.given
    return {
        "certificate_verified": not found.findings,
        "findings": found.findings,
        "obligations": found.obligation_count,
        "edges": len(given.obligations.amounts_minor),
        "parties": len(given.parties),
        "obligations_minor": int(given.obligations.amounts_minor.sum()),
        "cleared_minor": found.cleared_minor,
        "file_sha256": given.file_sha256,
        "liquidity_file_sha256": given.liquidity_file_sha256,
        "input_sha256": input_sha256(given),
        "certificate_sha256": certificate_sha256(certificate),
    }


def _set_off(file: Path, liquidity: Path | None, folder: Path, *, as_json: bool) -> None:
    _refuse_place(folder, file, liquidity)
    with _progress() as told:
        told("Reading")
        obligations, held = load_obligations(file, liquidity)
        told(f"Setting off {len(obligations.lines):,} obligations")
        done = set_off(obligations, held)
        told("Writing results")
        document = setoff_document(done)
        write_setoff(folder, done, document)
    if as_json:
        _echo({**document, "folder": str(folder)})
    else:
        words = [str(file), *(["--liquidity", str(liquidity)] if liquidity else [])]
        console = Console(highlight=False)
        print_set_off(console, done, document, folder=folder, files=shlex.join(words))


def _check(path: Path, file: Path, liquidity: Path | None, *, as_json: bool) -> None:
    certificate = _certificate(path)
    with _progress() as told:
        told("Checking the certificate")
        obligations, held = load_obligations(file, liquidity)
        found = check_set_off(certificate, obligations, held)
    document = check_document(found, certificate)
    if as_json:
        _echo(document)
    else:
        print_check(Console(highlight=False, soft_wrap=True), document, path)
    if found.findings:
        raise typer.Exit(EXIT_PROOF_FAILED)


def _certificate(path: Path) -> bytes:
    """Read a certificate, of which no more can be said yet than that it ends as one does."""
    if not path.is_file():
        raise UsageError(f"{path}: found no such file, expected a certificate of `comity setoff`")
    if path.stat().st_size > CERTIFICATE_BYTES_MAX:
        found = f"{path.stat().st_size:,} bytes"
        raise UsageError(f"{path}: found {found}, expected at most {CERTIFICATE_BYTES_MAX:,}")
    data = path.read_bytes()
    try:
        certificate_sha256(data)
    except NotACertificateError as error:
        fault = Fault(str(path), 0, "", error.found, error.expected)
        raise InputFaultsError([fault]) from error
    return data


def _refuse_place(folder: Path, *files: Path | None) -> None:
    """Refuse a place for results where one of them would take the place of what is read."""
    for place in (folder, *folder.parents):
        if place.exists() and not place.is_dir():
            raise UsageError(f"--out: found a file at {place}, expected a folder or nothing")
    for file in files:
        if file is not None and is_result_place(folder, file):
            raise UsageError(
                f"--out: found {file} where a result would be written over it, expected another"
                " folder"
            )


def _echo(document: dict[str, Any]) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Give a function that shows on a terminal what is being done; nothing of it stays."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield status.update
