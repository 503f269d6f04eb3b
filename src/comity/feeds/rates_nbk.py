"""Rates of the National Bank of Kazakhstan: a feed in UTF-8 whose `description` is the value.

`title` is the currency and `quant` the number of units: 1, 10, 100 or more. Decimals have a point.
"""

from lxml import etree

from comity.feeds.rates_sheet import PrintedRate, RateSheet
from comity.feeds.rates_xml import line_of, required_text
from comity.fx import OfficialRate

ROOT = "rates"


def read_nbk(name: str, root: etree._Element) -> tuple[OfficialRate, ...]:
    """Return the rates of a file of the National Bank of Kazakhstan.

    Args:
        name: name of the file.
        root: its root element, `rates`.

    Raises:
        InputFaultsError: with every fault in the file.
    """
    sheet = RateSheet("NBK", source=name, own="KZT", decimal_mark=".")
    day = sheet.dotted_date(
        required_text(sheet, root, "date", place="rates"), line=line_of(root), field="rates: date"
    )
    for item in root.findall("item"):
        code = required_text(sheet, item, "title", place="item")
        place = f"item {code}"
        nominal = required_text(sheet, item, "quant", place=place)
        value = required_text(sheet, item, "description", place=place)
        sheet.publish(PrintedRate(code, nominal, value, line_of(item), place), effective_on=day)
    return sheet.rates()
