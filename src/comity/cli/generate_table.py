"""`comity generate --profile`: a file of synthetic payments of many days for `comity compare`."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import typer

from comity.errors import LimitExceededError, UsageError
from comity.generation.builtin_profiles import builtin_profile_data
from comity.generation.payment_days import PaymentPlan, table_days
from comity.generation.payment_profile import PAYMENTS_A_DAY_MAX, PaymentProfile
from comity.generation.payment_profile_reading import read_profile
from comity.generation.payment_statistics import generation_document
from comity.reports.payment_table_files import check_suffix, write_payment_table, writing_version
from comity.reports.publication import write_whole

PROFILE_SUFFIX: Final = ".toml"
SIDECAR_SUFFIX: Final = ".generation.json"


@dataclass(frozen=True, slots=True)
class TableOrder:
    """What the command line asks for.

    Attributes:
        profile: name of a built-in profile, or path of a TOML file.
        out: file to be written.
        first_day: None for the profile's own.
        day_count: days with payments.
        seed: 0 or more.
        payments_a_day: None for the profile's own.
    """

    profile: str
    out: Path
    first_day: date | None
    day_count: int
    seed: int
    payments_a_day: int | None


def generate_table(order: TableOrder, *, as_json: bool) -> None:
    """Write the file and beside it what is in it; print a summary or the document."""
    check_suffix(order.out)
    if order.out.is_dir():
        raise UsageError(f"--out: found the folder {order.out}, expected a file")
    if order.seed < 0:
        raise UsageError(f"--seed: found {order.seed}, expected 0 or more")
    data = profile_data(order.profile)
    profile = _with_volume(read_profile(order.profile, data), order.payments_a_day)
    plan = PaymentPlan(profile, order.seed)
    first = profile.volume.base_date if order.first_day is None else order.first_day
    days = table_days(plan, first, order.day_count)
    tally = write_payment_table(order.out, plan, days)
    with order.out.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    generation = {
        "file_sha256": digest,
        **generation_document(plan, data, tally, pyarrow=writing_version()),
    }
    sidecar = order.out.with_name(order.out.name + SIDECAR_SUFFIX)
    write_whole(sidecar, (_json(generation) + "\n").encode())
    if as_json:
        size = order.out.stat().st_size
        document = {"file": str(order.out), "bytes": size, "generation": generation}
        typer.echo(_json(document))
        return
    _print_summary(order, generation, sidecar)


def profile_data(name: str) -> bytes:
    """Return the TOML of a built-in profile, or of a file if the name ends so.

    Raises:
        UsageError: there is no such profile.
    """
    if not name.endswith(PROFILE_SUFFIX):
        return builtin_profile_data(name)
    path = Path(name)
    if not path.is_file():
        raise UsageError(f"--profile: found no file {name}, expected a profile in TOML")
    return path.read_bytes()


def _with_volume(profile: PaymentProfile, payments_a_day: int | None) -> PaymentProfile:
    if payments_a_day is None:
        return profile
    if not 1 <= payments_a_day <= PAYMENTS_A_DAY_MAX:
        raise LimitExceededError(
            "--payments-a-day", found=payments_a_day, allowed=PAYMENTS_A_DAY_MAX
        )
    return replace(profile, volume=replace(profile.volume, payments_a_day=payments_a_day))


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


def _print_summary(order: TableOrder, generation: dict[str, Any], sidecar: Path) -> None:
    realised = generation["realised"]
    days = realised["days"]
    typer.echo(
        f"{realised['payments']:,} payments between {realised['parties']:,} parties on"
        f" {len(days)} day(s), {days[0]['date']} to {days[-1]['date']}, seed {order.seed}:"
        f" {order.out}"
    )
    typer.echo(f"What is in it: {sidecar}")
    typer.echo(generation["statement"])
