"""Terms of dealing from an agreement's file, and `quotes/*.csv`: at which prices dealers deal.

The layouts are documented in `docs/formats/agreements.md` and `docs/formats/quotes.md`.
"""

import re
from fractions import Fraction
from pathlib import Path
from typing import Final

from comity.agreements import (
    Dealer,
    DealingTerms,
    NamedDealer,
    Quote,
    QuoteForm,
    QuoteSide,
    Scheme,
    find_quote_violations,
)
from comity.arrangement.csv_rows import CsvFile, RowReader, parse_csv
from comity.arrangement.folder import QUOTES_FOLDER, list_scheme_files, read_scheme_file
from comity.arrangement.netting_files import STALE_AFTER_DAYS_MAX
from comity.arrangement.scheme_files import Place, Places
from comity.arrangement.toml_tables import TableReader
from comity.business_calendar import local_time_us
from comity.errors import Fault, InputFaultsError
from comity.fx import JUMP_PERCENT_MAX, PUBLISHERS, RateRule
from comity.money import CURRENCIES

QUOTE_COLUMNS: Final = (
    *("agreement", "dealer", "side", "base", "quote", "price", "spread_percent"),
    *("date", "from", "until", "amount_max"),
)
_NUMBER: Final = r"[0-9]{1,12}(?:\.[0-9]{1,12})?"
_PRICE: Final = re.compile(rf"({_NUMBER})(?:/({_NUMBER}))?", re.ASCII)
_PUBLISHERS: Final = " | ".join(PUBLISHERS)


def read_dealing(table: TableReader | None) -> DealingTerms | None:
    """Read `[dealing]`, which may be absent."""
    if table is None:
        return None
    has_rate = table.has("fixings")
    terms = DealingTerms(
        dealers=tuple(_dealer(each) for each in table.tables("dealers")),
        named=tuple(_named(each) for each in table.tables("named")),
        quotes=table.choice("quotes", QuoteForm),
        fixings=table.texts("fixings", _publisher, _PUBLISHERS, is_optional=True),
        rule=table.choice("rule", RateRule, None if has_rate else RateRule.EFFECTIVE_ON_VALUE_DATE),
        stale_after_days=table.integer(
            "stale_after_days",
            minimum=0,
            maximum=STALE_AFTER_DAYS_MAX,
            default=None if has_rate else 0,
        ),
        jump_percent=table.percent("jump_percent") if has_rate else JUMP_PERCENT_MAX,
        away_max_percent=table.percent("away_max_percent")
        if table.has("away_max_percent")
        else None,
        requote_max_percent=table.percent("requote_max_percent"),
        vehicle=table.currency("vehicle") if table.has("vehicle") else None,
    )
    if not 0 < terms.jump_percent <= JUMP_PERCENT_MAX:
        expected = f"more than 0 and at most {JUMP_PERCENT_MAX}"
        table.refuse("jump_percent", str(terms.jump_percent), expected)
    table.close()
    return terms


def _dealer(table: TableReader) -> Dealer:
    dealer = Dealer(
        participant=table.bic("participant"),
        pays_out=table.texts("pays_out", _currency, "an active currency code of ISO 4217"),
    )
    table.close()
    return dealer


def _named(table: TableReader) -> NamedDealer:
    named = NamedDealer(table.bic("participant"), table.bic("dealer"))
    table.close()
    return named


def _publisher(text: str) -> str | None:
    return text if text in PUBLISHERS else None


def _currency(text: str) -> str | None:
    return text if text in CURRENCIES else None


def load_quotes(folder: Path, scheme: Scheme) -> tuple[Quote, ...]:
    """Return the quotes of an arrangement folder, in canonical order; none where it has none.

    Args:
        folder: the arrangement folder.
        scheme: read from it.

    Raises:
        InputFaultsError: with every fault of every file: of single fields, and if there are none,
            of quotes that do not fit the scheme.
    """
    files: list[CsvFile] = []
    faults: list[Fault] = []
    places, found = Places(), []
    for name in list_scheme_files(folder).below(QUOTES_FOLDER):
        try:
            files.append(parse_csv(name, read_scheme_file(folder, name), QUOTE_COLUMNS))
        except InputFaultsError as error:
            faults.extend(error.faults)
    for file in files:
        found += _read_quotes(file, scheme, places)
        faults.extend(file.faults)
    if not faults:
        faults.extend(
            places.fault_of(violation, None) for violation in find_quote_violations(scheme, found)
        )
    if faults:
        raise InputFaultsError(sorted(faults, key=lambda fault: (fault.file, fault.line)))
    return tuple(sorted(found, key=lambda each: each.order))


def _read_quotes(file: CsvFile, scheme: Scheme, places: Places) -> list[Quote]:
    """Read the quotes of one file; its faults gather in `file.faults`."""
    quotes = []
    for row in file.rows:
        reader = RowReader(file, row)
        quote = _quote(reader, scheme)
        places.note(quote, Place(file, line=row.line))
        quotes.append(quote)
    return quotes


def _quote(reader: RowReader, scheme: Scheme) -> Quote:
    agreement, day = reader.name("agreement"), reader.day("date")
    zone = _zone_of(scheme, agreement)
    side = reader.choice("side", QuoteSide)
    base, quote = reader.currency("base"), reader.currency("quote")
    price = _price(reader)
    has_spread = reader.value("spread_percent") is not None
    has_maximum = reader.value("amount_max") is not None
    paid_out = base if side is QuoteSide.SELL else quote
    return Quote(
        agreement=agreement,
        dealer=reader.bic("dealer"),
        base=base,
        quote=quote,
        side=side,
        numerator=None if price is None else price.numerator,
        denominator=None if price is None else price.denominator,
        spread_percent=reader.percent("spread_percent") if has_spread else None,
        from_us=local_time_us(day, reader.time("from"), zone),
        until_us=local_time_us(day, reader.time("until"), zone),
        amount_max_minor=reader.amount_minor("amount_max", paid_out, minimum=1)
        if has_maximum
        else None,
    )


def _price(reader: RowReader) -> Fraction | None:
    """Read a price, a decimal number or a ratio of two; None where there is none."""
    found = reader.value("price")
    if found is None:
        return None
    matched = _PRICE.fullmatch(str(found))
    below = Fraction(matched[2] or 1) if matched else Fraction(0)
    price = Fraction(matched[1]) / below if matched and below else Fraction(0)
    if not price:
        expected = 'a price above zero, like "1.2263" or "12263/10000"'
        reader.refuse("price", f"{found!r:.60}", expected)
        return Fraction(1)
    return price


def _zone_of(scheme: Scheme, agreement: str) -> str:
    """Return the time zone of an agreement; of an unknown one, which is refused later, any."""
    zones = [each.cut_offs.time_zone for each in scheme.agreements if each.id == agreement]
    return zones[-1] if zones else "UTC"
