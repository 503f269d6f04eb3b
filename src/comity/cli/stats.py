"""`comity stats`: figures of many days that can be published, with what they mean."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import typer
from rich.console import Console

from comity.aggregates.publishing import Publication
from comity.aggregates.valuing import Valuer, exponent_of
from comity.archive import Archive, ArchiveForm, Asked, open_archive, query
from comity.archive.figures import StatsOrder, purpose_groups, stats_document
from comity.cli.printing import json_text, print_json
from comity.cli.stats_arguments import (
    DEFAULT_FEWEST,
    DEFAULT_MOST,
    Against,
    AllPayments,
    AsCsv,
    AsHtml,
    AsJson,
    By,
    ColumnNames,
    Fewest,
    Figures,
    FirstDay,
    InCurrency,
    LastDay,
    MirrorFile,
    Most,
    OutFolder,
    Publish,
    PublishedOn,
    RatesFolder,
    RoundTo,
    ShowQuery,
    SkippedNames,
    SourcePath,
    TradeFile,
    check_currency,
    check_publication,
    parse_by,
    parse_columns,
    parse_day,
    parse_figures,
)
from comity.cli.stats_tables import print_stats
from comity.disclosure import Rule
from comity.errors import UsageError
from comity.feeds.published import load_published
from comity.feeds.rates import load_rates
from comity.feeds.trade import load_trade
from comity.fx import OfficialRate
from comity.reports.bulletin import render_bulletin
from comity.reports.publication import write_whole
from comity.reports.stats_files import csv_text, stats_files
from comity.statistics import SeriesLine, read_series
from comity.storage import open_journal

_PERMILLE_A_PERCENT: Final = 10

_SHOWN: Final = {
    "invoicing": "invoicing_currency",
    "payer": "payer_currency",
    "asset": "settlement_asset",
    "party": "debtor_agent",
    "as_of": "2026-05-25",
    "unit": "currency",
    "worth": "CAST(amount_minor AS DOUBLE)",
    "debtor": "coalesce(debtor_company, debtor_agent)",
    "creditor": "coalesce(creditor_company, creditor_agent)",
}
"""What stands for what only a run knows where a query is shown without one."""


def stats(
    source: SourcePath = None,
    *,
    by: By = None,
    figure: Figures = None,
    first: FirstDay = None,
    last: LastDay = None,
    rates: RatesFolder = None,
    in_currency: InCurrency = None,
    all_payments: AllPayments = None,
    trade: TradeFile = None,
    mirror: MirrorFile = None,
    publish: Publish = False,
    fewest: Fewest = DEFAULT_FEWEST,
    most: Most = DEFAULT_MOST,
    round_to: RoundTo = None,
    against: Against = None,
    published_on: PublishedOn = None,
    column: ColumnNames = None,
    skip: SkippedNames = None,
    out: OutFolder = None,
    show_query: ShowQuery = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_html: AsHtml = False,
) -> None:
    """Turnover, growth, shares of national currencies and more, from settled payments of many days.

    Example: comity stats payments.parquet --by year,corridor --rates rates --in RUB --publish
    """
    length, groups = parse_by(by)
    if show_query is not None:
        typer.echo(query(show_query, Asked(length, groups), **_SHOWN), nl=False)
        return
    if source is None:
        raise UsageError("SOURCE: found nothing, expected settled payments, or --show-query")
    figures = parse_figures(figure)
    _check_forms(figures, as_json=as_json, as_csv=as_csv, as_html=as_html)
    check_currency(in_currency, rates)
    check_publication(fewest, most, round_to, publish=publish)
    days = (parse_day(first, "--from"), parse_day(last, "--until"))
    form = ArchiveForm(parse_columns(column), skip or (), *days)
    base_minor = (round_to or 0) * 10 ** exponent_of(in_currency or "RUB") or 1
    rule = Rule(fewest, most * _PERMILLE_A_PERCENT)
    order = StatsOrder(
        asked=Asked(length, groups),
        figures=figures,
        first=form.first,
        last=form.last,
        publication=Publication(rule, base_minor) if publish else None,
        published_on=parse_day(published_on, "--date"),
        series=_series(all_payments),
        published=() if mirror is None else load_published(mirror),
        earlier=None if against is None else _earlier(against),
        **_valued(rates, in_currency, trade),
    )
    document = _document(source, form, order, quiet=as_json or as_csv or as_html)
    if out is not None:
        _write(out, document)
    _print(document, as_json=as_json, as_csv=as_csv, as_html=as_html)


def _check_forms(figures: Sequence[str], *, as_json: bool, as_csv: bool, as_html: bool) -> None:
    if as_json + as_csv + as_html > 1:
        raise UsageError("found several of --json, --csv and --html, expected one")
    if as_csv and len(figures) != 1:
        raise UsageError("--csv: found several figures, expected one, as --figure turnover")


def _valued(rates: Path | None, in_currency: str | None, trade: Path | None) -> dict[str, Any]:
    """Return what official rates are needed for: one currency of all, and official trade."""
    known = () if rates is None else load_rates(rates)
    trades = () if trade is None else load_trade(trade)
    return {
        "valuer": None if in_currency is None else Valuer(in_currency, known),
        "trades": trades,
        "trade_valuers": _trade_valuers({one.currency for one in trades}, known),
    }


def _write(out: Path, document: dict[str, Any]) -> None:
    for path, data in stats_files(document).items():
        write_whole(out / path, data)
    write_whole(out / "stats.json", json_text(document).encode())


def _document(source: Path, form: ArchiveForm, order: StatsOrder, *, quiet: bool) -> dict[str, Any]:
    with _telling(quiet=quiet) as told:
        opened = open_archive(
            source,
            form,
            told=told,
            opens_journal=lambda path: open_journal(path, create=False),
        )
        with opened as archive:
            _register_groups(archive)
            return stats_document(archive, order, told)


def _register_groups(archive: Archive) -> None:
    """Give the queries which purpose code is in which group."""
    archive.connection.execute(
        "CREATE TABLE purpose_groups (purpose VARCHAR, purpose_group VARCHAR)"
    )
    archive.connection.executemany("INSERT INTO purpose_groups VALUES (?, ?)", purpose_groups())


def _print(document: dict[str, Any], *, as_json: bool, as_csv: bool, as_html: bool) -> None:
    if as_json:
        print_json(document)
    elif as_csv:
        (name,) = (one for one in document["tables"] if one not in {"trade", "mirror"})
        typer.echo(csv_text(document["tables"][name]), nl=False)
    elif as_html:
        typer.echo(render_bulletin(document).decode(), nl=False)
    else:
        print_stats(document)


def _series(path: Path | None) -> tuple[SeriesLine, ...]:
    if path is None:
        return ()
    return read_series(path.read_text(encoding="utf-8"), name=str(path))


def _trade_valuers(codes: set[str], known: tuple[OfficialRate, ...]) -> tuple[Valuer, ...]:
    return tuple(Valuer(code, known) for code in sorted(codes))


def _earlier(path: Path) -> dict[str, Any]:
    """Return an earlier publication.

    Raises:
        UsageError: it is none.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"--against: {path}: {error}, expected a stats.json") from error
    if not isinstance(found, dict) or not {"head", "tables", "source"} <= found.keys():
        raise UsageError(f"--against: {path}: found other JSON, expected a stats.json")
    return found


@contextmanager
def _telling(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Say on standard error what is being done, where somebody looks."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda words: None
        return
    with console.status("Reading") as status:
        yield status.update
