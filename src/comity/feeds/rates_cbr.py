"""Rates of the Bank of Russia: `ValCurs` in windows-1251 with a decimal comma.

The date is the first day the rates are in force. `VunitRate`, the value of one unit, is absent
in older files; the rate is always `Value / Nominal`, and where both are printed they must agree,
which catches a slipped nominal within the file itself.
"""

import re
from decimal import Decimal
from fractions import Fraction

from lxml import etree

from comity.feeds.rates_sheet import PrintedRate, RateSheet, iso_number
from comity.feeds.rates_xml import children_named, line_of, optional_text, required_text
from comity.fx import OfficialRate

ROOT = "ValCurs"
_IDENTIFIER = re.compile(r"R[0-9]{5}[A-Z]?")
# The publisher writes very small values as `5,39256E-05`.
_UNIT_RATE = re.compile(r"[0-9]{1,9}(?:,[0-9]{1,20})?(?:E-[0-9]{1,2})?")
_TOLERANCE = Fraction(1, 10**6)
"""How far VunitRate may be from Value / Nominal, because it is rounded when printed."""


def read_cbr(name: str, root: etree._Element) -> tuple[OfficialRate, ...]:
    """Return the rates of a file of the Bank of Russia.

    Args:
        name: name of the file.
        root: its root element, `ValCurs`.

    Raises:
        InputFaultsError: with every fault in the file.
    """
    sheet = RateSheet("CBR", source=name, own="RUB", decimal_mark=",")
    day = sheet.dotted_date(root.get("Date"), line=line_of(root), field="ValCurs@Date")
    for valute in children_named(sheet, root, "Valute"):
        printed = _read_valute(sheet, valute)
        sheet.publish(printed, effective_on=day)
        _check_unit_rate(sheet, valute, printed)
    return sheet.rates()


def _read_valute(sheet: RateSheet, valute: etree._Element) -> PrintedRate:
    line = line_of(valute)
    code = required_text(sheet, valute, "CharCode", place="Valute")
    place = f"Valute {code}"
    identifier = valute.get("ID", "")
    if not _IDENTIFIER.fullmatch(identifier):
        sheet.fault(line, f"{place}@ID", found=repr(identifier), expected="such as R01370")
    number = required_text(sheet, valute, "NumCode", place=place)
    expected = iso_number(code)
    if expected is not None and number != f"{expected:03}":
        sheet.fault(line, f"{place}: NumCode", found=repr(number), expected=f"{expected:03}")
    nominal = required_text(sheet, valute, "Nominal", place=place)
    value = required_text(sheet, valute, "Value", place=place)
    return PrintedRate(code, nominal, value, line, place)


def _check_unit_rate(sheet: RateSheet, valute: etree._Element, printed: PrintedRate) -> None:
    text = optional_text(sheet, valute, "VunitRate", place=printed.place)
    if text is None:
        return
    field = f"{printed.place}: VunitRate"
    if not _UNIT_RATE.fullmatch(text):
        sheet.fault(printed.line, field, found=repr(text), expected="a number such as 0,864125")
        return
    unit_rate = Fraction(Decimal(text.replace(",", ".")))
    try:
        ratio = Fraction(printed.value.replace(",", ".")) / int(printed.nominal)
    except (ValueError, ZeroDivisionError):
        # The faults of Value and Nominal themselves are recorded already.
        return
    if abs(unit_rate - ratio) > ratio * _TOLERANCE:
        sheet.fault(
            printed.line,
            field,
            found=text,
            expected=f"Value / Nominal = {printed.value} / {printed.nominal}",
        )
