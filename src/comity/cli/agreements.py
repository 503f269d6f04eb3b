"""`comity agreements`: what the agreements of a folder cover, or every fault in its files."""

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.agreements import (
    Agreement,
    AmountLimits,
    CycleNetting,
    DealingTerms,
    LiquiditySaving,
    PaymentVersusPayment,
    Release,
    Scheme,
    SettlementMode,
)
from comity.agreements.coverage import Coverage
from comity.agreements.surplus_terms import SurplusTerms
from comity.arrangement import folder_notes, load_scheme
from comity.cli.agreement_acts import print_status, register_acts, status_rows
from comity.cli.agreement_coverage import asked_coverage, coverage_document, print_coverage
from comity.cli.agreement_diff import amendments_document, find_version, print_amendments
from comity.cli.agreement_drill import drill_document, drilled, print_drill
from comity.cli.agreement_package import package_document, package_view, print_package
from comity.errors import Fault, InputFaultsError
from comity.money import currency, format_amount_minor

app = typer.Typer(name="agreements", help="Framework agreements of an arrangement folder.")

register_acts(app)

_WIDTH_WITHOUT_TERMINAL: Final = 160
_AGREEMENT_COLUMNS: Final = (
    "Agreement",
    "Between",
    "In force",
    "Purposes",
    "Payments in",
    "Settles",
    "Cut-offs",
    "Limits",
)
_MODES: Final = {
    SettlementMode.GROSS: "gross",
    SettlementMode.CYCLE: "in cycles",
    SettlementMode.BOTH: "gross and in cycles",
}
_FAULT_COLUMNS: Final = ("File", "Line", "Field", "Found", "Expected")


@app.callback()
def agreements() -> None:
    """Framework agreements of an arrangement folder."""


@app.command("check")
def check(
    folder: Annotated[Path, typer.Argument(help="An arrangement folder.")],
    *,
    from_day: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DAY",
            help="First day of the proof; if not set, of the youngest version.",
        ),
    ] = None,
    until_day: Annotated[
        str | None,
        typer.Option("--until", metavar="DAY", help="Last day of the proof; a year on if not set."),
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="Exit code 2 also where a payment has no one rule.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Show what each agreement covers, and prove that each payment has exactly one rule.

    Payments between countries that any version ever bound, in currencies and for purposes that any
    version ever named, are asked about; those that none judges on a day are told.

    Exit code 2 where something is wrong: every fault is named, with file and line.

    Example: comity agreements check examples/kyrgyzstan-russia --from 2026-06-01
    """
    try:
        scheme = load_scheme(folder)
        notes = folder_notes(folder)
    except InputFaultsError as error:
        _report_faults(error.faults, as_json=as_json)
        raise typer.Exit(error.exit_code) from error
    coverage = asked_coverage(scheme, from_day, until_day)
    if as_json:
        _echo_json(check_document(scheme, notes, coverage))
    else:
        console = _console()
        _print_agreements(console, scheme)
        print_coverage(console, coverage)
        for note in notes:
            console.print(Text(f"not read: {note} is no part of an arrangement"))
    if complete and not coverage.is_proven:
        raise typer.Exit(InputFaultsError.exit_code)


@app.command("diff")
def diff(
    folder: Annotated[Path, typer.Argument(help="An arrangement folder.")],
    before: Annotated[
        str, typer.Argument(help="The version compared with: id@version, or a draft's file .toml.")
    ],
    after: Annotated[str, typer.Argument(help="The version asked about, likewise.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Say in plain words what one version changes against another, term by term.

    Example: comity agreements diff examples/kyrgyzstan-russia kg-ru-goods@1 draft.toml
    """
    scheme = load_scheme(folder)
    one, other = find_version(scheme, before), find_version(scheme, after)
    if as_json:
        _echo_json(amendments_document(one, other))
    else:
        print_amendments(_console(), one, other)


@app.command("drill")
def drill(
    database: Annotated[Path, typer.Argument(help="A comity database file.")],
    leaver: Annotated[str, typer.Argument(help="Country of a member, or BIC of a bank.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Say what would be owed to whom if a member, or a bank, left with the books as they stand.

    Example: comity agreements drill out/comity.db KG
    """
    found, day, head = drilled(database, leaver)
    if as_json:
        _echo_json(drill_document(found, day, head))
    else:
        print_drill(_console(), found, day)


@app.command("package")
def package(
    folder: Annotated[Path, typer.Argument(help="An arrangement folder with a package.toml.")],
    *,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DAY", help="Day asked about; of the last act if not set."),
    ] = None,
    soon: Annotated[
        int, typer.Option("--soon", min=0, metavar="DAYS", help="What lapses within so many days.")
    ] = 90,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show what was agreed together: what each part covers, who signed, what lapses or is missing.

    Example: comity agreements package examples/kyrgyzstan-russia --on 2026-11-01
    """
    view = package_view(folder, on)
    if as_json:
        _echo_json(package_document(view, soon))
    else:
        print_package(_console(), view, soon)


@app.command("status")
def status(
    folder: Annotated[Path, typer.Argument(help="An arrangement folder.")],
    *,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DAY", help="Day asked about; of the last act if not set."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show what each version is on a day: who signed it, who has not, until when it binds.

    Example: comity agreements status examples/kyrgyzstan-russia --on 2026-12-15
    """
    rows = status_rows(folder, on)
    if as_json:
        _echo_json({"agreements": rows})
    else:
        print_status(_console(), rows)


def check_document(scheme: Scheme, notes: tuple[str, ...], coverage: Coverage) -> dict[str, object]:
    """Return what `--json` prints without faults; `schemas/agreements_check.schema.json`."""
    return {
        "ok": True,
        "name": scheme.name,
        "synthetic": scheme.synthetic,
        "members": len(scheme.members),
        "participants": len(scheme.participants),
        "accounts": len(scheme.accounts),
        "agreements": [_agreement_document(each) for each in scheme.agreements],
        "coverage": coverage_document(coverage),
        "notes": list(notes),
        "faults": [],
    }


def faults_document(faults: tuple[Fault, ...]) -> dict[str, object]:
    """Return what `--json` prints where there are faults; the same schema."""
    return {
        "ok": False,
        "faults": [
            {
                "file": fault.file,
                "line": fault.line,
                "field": fault.field,
                "found": fault.found,
                "expected": fault.expected,
            }
            for fault in faults
        ],
    }


def fault_table(faults: tuple[Fault, ...]) -> Table:
    """Return faults as a table for people, one row a fault."""
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    table = _table(count, _FAULT_COLUMNS)
    for fault in faults:
        line = str(fault.line) if fault.line else ""
        _add_row(table, (fault.file, line, fault.field, fault.found, fault.expected))
    return table


def _report_faults(faults: tuple[Fault, ...], *, as_json: bool) -> None:
    if as_json:
        _echo_json(faults_document(faults))
    else:
        _console().print(fault_table(faults))


def _agreement_document(agreement: Agreement) -> dict[str, Any]:
    terms, until = agreement.settlement, agreement.valid_until
    return {
        "key": agreement.key,
        "title": agreement.title,
        "parties": list(agreement.parties),
        "domestic": agreement.domestic,
        "valid_from": agreement.valid_from.isoformat(),
        "valid_until": None if until is None else until.isoformat(),
        "purposes": [str(group) for group in agreement.purposes],
        "codes": list(agreement.codes),
        "currencies": list(agreement.currencies),
        "has_conversion": agreement.has_conversion,
        "fixing": None if agreement.conversion is None else agreement.conversion.fixing,
        "mode": str(terms.mode),
        "tier": str(terms.tier),
        "asset": str(terms.asset),
        "netting_pool": terms.netting_pool,
        "time_zone": agreement.cut_offs.time_zone,
        "customer_cut_off": f"{agreement.cut_offs.customer:%H:%M}",
        "interbank_cut_off": f"{agreement.cut_offs.interbank:%H:%M}",
        "cycles": [
            {"cut_off": f"{cycle.cut_off:%H:%M}", "settles": f"{cycle.settles:%H:%M}"}
            for cycle in agreement.cycles
        ],
        "netting": str(terms.netting),
        "shortfall": None
        if agreement.shortfall is None
        else {
            "layers": [str(layer) for layer in agreement.shortfall.layers],
            "then": str(agreement.shortfall.then),
            "repaid": str(agreement.shortfall.repaid),
        },
        "payment_versus_payment": _legs_document(agreement.payment_versus_payment),
        "dealing": _dealing_document(agreement.dealing),
        "surplus": _surplus_document(agreement.surplus),
        "limits": [
            {
                "currency": limits.currency,
                "payment_max_minor": limits.payment_max_minor,
                "day_max_minor": limits.day_max_minor,
            }
            for limits in agreement.limits
        ],
        "liquidity_saving": None
        if agreement.liquidity_saving is None
        else {
            "bilateral_depth": agreement.liquidity_saving.bilateral_depth,
            "multilateral_every": agreement.liquidity_saving.multilateral_every,
            "release": agreement.liquidity_saving.release,
            "selection_every": agreement.liquidity_saving.selection_every,
            "multilateral_on_entry": agreement.liquidity_saving.multilateral_on_entry,
            "multilateral_threshold": [
                {"currency": each.currency, "from_minor": each.from_minor}
                for each in agreement.liquidity_saving.multilateral_threshold
            ],
        },
    }


def _legs_document(terms: PaymentVersusPayment | None) -> dict[str, object] | None:
    if terms is None:
        return None
    at = terms.expires_at
    return {
        "match_within": terms.match_within,
        "expires_at": None if at is None else f"{at:%H:%M}",
        "answer_within": terms.answer_within,
    }


def _surplus_document(terms: SurplusTerms | None) -> dict[str, object] | None:
    if terms is None:
        return None
    return {
        "spent_first": terms.spent_first,
        "limits": [
            {"currency": one.currency, "most_minor": one.most_minor} for one in terms.limits
        ],
    }


def _dealing_document(terms: DealingTerms | None) -> dict[str, object] | None:
    if terms is None:
        return None
    return {
        "dealers": [
            {"participant": one.participant, "pays_out": list(one.pays_out)}
            for one in terms.dealers
        ],
        "quotes": str(terms.quotes),
        "fixings": list(terms.fixings),
        "vehicle": terms.vehicle,
    }


def _print_agreements(console: Console, scheme: Scheme) -> None:
    table = _table(scheme.name, _AGREEMENT_COLUMNS)
    for agreement in scheme.agreements:
        _add_row(table, _agreement_cells(agreement))
    console.print(table)
    console.print(
        f"members: {len(scheme.members)}, participants: {len(scheme.participants)},"
        f" accounts: {len(scheme.accounts)}, agreement versions: {len(scheme.agreements)}"
    )


def _agreement_cells(agreement: Agreement) -> tuple[str, ...]:
    until = "open-ended" if agreement.valid_until is None else f"until {agreement.valid_until}"
    cut_offs = agreement.cut_offs
    return (
        f"{agreement.key}\n{agreement.title}",
        " – ".join(agreement.parties),
        f"{agreement.valid_from}\n{until}",
        "\n".join((*agreement.purposes, *agreement.codes)),
        _payments(agreement),
        _settles(agreement),
        f"customer {cut_offs.customer:%H:%M}\ninterbank {cut_offs.interbank:%H:%M}"
        f"\n{cut_offs.time_zone}",
        "\n".join(_limit_lines(agreement.limits)) or "none",
    )


def _payments(agreement: Agreement) -> str:
    if agreement.dealing is not None:
        return f"{' and '.join(agreement.currencies)},\nat quotes of dealers"
    if agreement.conversion is None:
        return " or ".join(agreement.currencies)
    return f"{' and '.join(agreement.currencies)},\nat the fixing of {agreement.conversion.fixing}"


def _surplus(terms: SurplusTerms | None) -> str:
    """Return in words what a surplus is used for, on a line of its own."""
    if terms is None:
        return ""
    said = ["spent first"] if terms.spent_first else []
    said += [
        f"at most {format_amount_minor(one.most_minor, currency(one.currency).exponent)}"
        f" {one.currency}"
        for one in terms.limits
    ]
    return f"\nsurplus {', '.join(said)}"


def _settles(agreement: Agreement) -> str:
    banks = agreement.central_bank_settlement
    if banks is not None:
        day = "same day" if banks.day_offset == 0 else "next joint business day"
        surplus = _surplus(agreement.surplus)
        return f"between central banks\n{banks.settles:%H:%M} {day}{surplus}"
    if agreement.dealing is not None:
        return _deals(agreement.dealing)
    cycles = ", ".join(f"{cycle.settles:%H:%M}" for cycle in agreement.cycles)
    said = [f"{_MODES[agreement.settlement.mode]}, between banks"]
    if cycles:
        bilateral = agreement.settlement.netting is CycleNetting.BILATERAL
        said.append(f"cycles {cycles}{', pair by pair' if bilateral else ''}")
    if agreement.shortfall is not None:
        layers = ", ".join(agreement.shortfall.layers).replace("_", " ")
        said.append(f"from {layers}, then {agreement.shortfall.then}")
    if agreement.payment_versus_payment is not None:
        said.append("two currencies, both or none")
        said += [f"{code} at its settlement agent" for code in agreement.outside_currencies]
    if agreement.liquidity_saving is not None:
        said += _saves(agreement.liquidity_saving)
    return "\n".join(said)


def _saves(saving: LiquiditySaving) -> list[str]:
    """Return line by line how payments that wait settle against one another."""
    said = []
    if saving.release is Release.BYPASS:
        said.append("may be overtaken")
    if saving.bilateral_depth:
        said.append(f"offset against the first {saving.bilateral_depth}")
    if saving.multilateral_every is not None:
        said.append(f"resolved every {saving.multilateral_every} min")
    if saving.selection_every is not None:
        said.append(f"chosen without order every {saving.selection_every} min")
    if saving.multilateral_on_entry:
        said.append("resolved on entry")
    for each in saving.multilateral_threshold:
        exponent = currency(each.currency).exponent
        amount = format_amount_minor(each.from_minor, exponent)
        said.append(f"resolved on entry from {amount} {each.currency}")
    return said


def _deals(terms: DealingTerms) -> str:
    over = "" if terms.vehicle is None else f" over {terms.vehicle}"
    said = [f"through dealers{over}", ", ".join(one.participant for one in terms.dealers)]
    if terms.fixings:
        said.append(f"held against {' or '.join(terms.fixings)}")
    return "\n".join(said)


def _limit_lines(limits: tuple[AmountLimits, ...]) -> list[str]:
    lines = []
    for each in limits:
        exponent = currency(each.currency).exponent
        for said, minor in (("payment", each.payment_max_minor), ("day", each.day_max_minor)):
            if minor is not None:
                lines.append(f"{said} {format_amount_minor(minor, exponent)} {each.currency}")
    return lines


def _table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=Text(title), show_lines=True)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _add_row(table: Table, cells: tuple[str, ...]) -> None:
    # Plain text, because a file may hold what rich would read as markup.
    table.add_row(*(Text(cell) for cell in cells))


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH_WITHOUT_TERMINAL)


def _echo_json(document: dict[str, object]) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
