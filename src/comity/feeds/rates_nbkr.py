"""Rates of the National Bank of the Kyrgyz Republic: `CurrencyRates`, decimal comma.

Two files have one form: the daily one with five currencies, and the weekly one with the others,
in which every rate says for how many days it holds.
"""

from lxml import etree

from comity.feeds.rates_sheet import PrintedRate, RateSheet
from comity.feeds.rates_xml import children_named, line_of, optional_text, required_text
from comity.fx import OfficialRate

ROOT = "CurrencyRates"
_WEEKLY = "weekly"


def read_nbkr(name: str, root: etree._Element) -> tuple[OfficialRate, ...]:
    """Return the rates of a daily or weekly file of the National Bank of the Kyrgyz Republic.

    Args:
        name: name of the file.
        root: its root element, `CurrencyRates`.

    Raises:
        InputFaultsError: with every fault in the file; a weekly rate must say how long it holds.
    """
    sheet = RateSheet("NBKR", source=name, own="KGS", decimal_mark=",")
    day = sheet.dotted_date(root.get("Date"), line=line_of(root), field="CurrencyRates@Date")
    is_weekly = root.get("Name", "").lower().startswith(_WEEKLY)
    for currency in children_named(sheet, root, "Currency"):
        code = currency.get("ISOCode", "")
        place = f"Currency {code}"
        nominal = required_text(sheet, currency, "Nominal", place=place)
        value = required_text(sheet, currency, "Value", place=place)
        printed = PrintedRate(code, nominal, value, line_of(currency), place)
        days = _valid_days(sheet, currency, is_weekly=is_weekly, place=place)
        sheet.publish(printed, effective_on=day, valid_days=days)
    return sheet.rates()


def _valid_days(sheet: RateSheet, currency: etree._Element, *, is_weekly: bool, place: str) -> int:
    text = optional_text(sheet, currency, "ValidFor", place=place)
    if text is not None:
        return sheet.valid_days(text, line=line_of(currency), field=f"{place}: ValidFor")
    if is_weekly:
        sheet.fault(line_of(currency), place, found="no ValidFor", expected="one in a weekly file")
    return 1
