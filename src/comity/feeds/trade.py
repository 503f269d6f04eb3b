"""Official trade in goods: SDMX-CSV of the IMF's or another agency's, or columns of UN Comtrade.

Which of the two a file is, its header says. Taken are whole values of all goods together; a file of
many commodities is to be cut down to its total first.
"""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Final

from comity.aggregates.outside import Trade
from comity.aggregates.periods import Length, Period
from comity.errors import Fault, InputFaultsError
from comity.feeds.named_rows import NamedRows, decimal_number, some_text
from comity.identifiers import is_country
from comity.money import CURRENCIES

SDMX_COLUMNS: Final = (
    "REF_AREA",
    "COUNTERPART_AREA",
    "FLOW",
    "TIME_PERIOD",
    "OBS_VALUE",
    "UNIT_MEASURE",
    "UNIT_MULT",
)
"""Columns of SDMX-CSV 1.0 or 2.0 that are read; DATAFLOW or STRUCTURE_ID names the publisher."""

COMTRADE_COLUMNS: Final = ("period", "reporterISO", "partnerISO", "flowCode", "primaryValue")
"""Columns of a UN Comtrade download that are read; values are US dollars."""

COMTRADE_TOTAL: Final = "TOTAL"
COMTRADE: Final = "UN Comtrade"

_ALPHA_3: Final = """
    ARM AM AUT AT AZE AZ BEL BE BGR BG BLR BY BRA BR CAN CA CHE CH CHN CN CZE CZ DEU DE DNK DK
    EGY EG ESP ES EST EE FIN FI FRA FR GBR GB GEO GE GRC GR HKG HK HUN HU IDN ID IND IN IRN IR
    ISR IL ITA IT JPN JP KAZ KZ KGZ KG KOR KR LTU LT LVA LV MDA MD MEX MX MNG MN MYS MY NLD NL
    NOR NO PAK PK POL PL PRT PT ROU RO RUS RU SAU SA SGP SG SRB RS SVK SK SVN SI SWE SE THA TH
    TJK TJ TKM TM TUR TR UKR UA ARE AE USA US UZB UZ VNM VN ZAF ZA
"""
ALPHA_3: Final[Mapping[str, str]] = MappingProxyType(
    dict(zip(_ALPHA_3.split()[::2], _ALPHA_3.split()[1::2], strict=True))
)
"""Codes of ISO 3166-1 alpha-3 that are read, by which Comtrade names countries."""

_EXPORTS: Final = frozenset({"X", "EXPORT", "EXPORTS"})
_IMPORTS: Final = frozenset({"M", "IMPORT", "IMPORTS"})
_MULTIPLIERS: Final = range(13)


def load_trade(path: Path) -> tuple[Trade, ...]:
    """Read a file of official trade.

    Raises:
        UsageError: there is no such file.
        InputFaultsError: it is neither format, or every fault of it.
    """
    rows = NamedRows(path)
    if set(SDMX_COLUMNS) <= set(rows.header):
        found = tuple(one for _ in rows if (one := _sdmx(rows)) is not None)
    elif set(COMTRADE_COLUMNS) <= set(rows.header):
        found = tuple(one for _ in rows if (one := _comtrade(rows)) is not None)
    else:
        expected = f"the columns {', '.join(SDMX_COLUMNS)}, or {', '.join(COMTRADE_COLUMNS)}"
        listed = ", ".join(rows.header) or "nothing"
        raise InputFaultsError([Fault(str(path), 1, "", listed, expected)])
    rows.finish()
    return found


def _sdmx(rows: NamedRows) -> Trade | None:
    areas = [rows.take(one, _country, "a country as KG or KGZ") for one in SDMX_COLUMNS[:2]]
    is_export = rows.take("FLOW", _is_export, "X for exports or M for imports")
    period = rows.take("TIME_PERIOD", parse_period, "a period as 2025, 2025-Q1 or 2025-03")
    value = rows.take("OBS_VALUE", decimal_number, "a decimal number with a point")
    code = rows.take("UNIT_MEASURE", _currency, "a currency of ISO 4217")
    scale = rows.take("UNIT_MULT", _scale, "a power of ten, 0 to 12")
    publisher = rows.text("DATAFLOW") or rows.text("STRUCTURE_ID") or "SDMX"
    reporter, partner = areas
    if not (reporter and partner and period and code) or None in {is_export, value, scale}:
        return None
    assert value is not None, "looked at above"
    assert scale is not None, "likewise"
    pair = (reporter, partner) if is_export else (partner, reporter)
    return Trade(period, reporter, *pair, code, value * scale, publisher)


def _comtrade(rows: NamedRows) -> Trade | None:
    if "cmdCode" in rows.header and rows.text("cmdCode") != COMTRADE_TOTAL:
        rows.note("cmdCode", repr(rows.text("cmdCode")), "TOTAL: all goods together")
        return None
    areas = [rows.take(one, _country, "a country as KGZ") for one in ("reporterISO", "partnerISO")]
    is_export = rows.take("flowCode", _is_export, "X for exports or M for imports")
    period = rows.take("period", parse_period, "a period as 2025 or 202503")
    value = rows.take("primaryValue", decimal_number, "a decimal number with a point")
    reporter, partner = areas
    if not (reporter and partner and period) or is_export is None or value is None:
        return None
    pair = (reporter, partner) if is_export else (partner, reporter)
    return Trade(period, reporter, *pair, "USD", value, COMTRADE)


def parse_period(text: str) -> Period:
    """Return the period of `2025`, `2025-Q1`, `2025-03`, `2025-M03` or `202503`.

    Raises:
        ValueError: it is none of them.
    """
    match = re.fullmatch(r"(\d{4})(?:-?Q([1-4])|-?M?(0[1-9]|1[0-2]))?", text)
    if match is None:
        raise ValueError(text)
    year, quarter, month = match.groups()
    if quarter:
        return Period(date(int(year), int(quarter) * 3 - 2, 1), Length.QUARTER)
    if month:
        return Period(date(int(year), int(month), 1), Length.MONTH)
    return Period(date(int(year), 1, 1), Length.YEAR)


def _country(text: str) -> str:
    found = ALPHA_3.get(text, text)
    if not is_country(found):
        raise ValueError(text)
    return found


def _is_export(text: str) -> bool:
    if text.upper() in _EXPORTS:
        return True
    if text.upper() in _IMPORTS:
        return False
    raise ValueError(text)


def _currency(text: str) -> str:
    if text not in CURRENCIES:
        raise ValueError(some_text(text))
    return text


def _scale(text: str) -> Fraction:
    if int(text or "0") not in _MULTIPLIERS:
        raise ValueError(text)
    return Fraction(10 ** int(text or "0"))
