"""Rates of the National Bank of Tajikistan: the tags of the Bank of Russia, not its conventions.

Decimals have a point, the date is ISO 8601, and the identifier of a currency is its ISO number
without leading zeros, save that the rouble still has 810. Asked for a day it does not have, the
publisher answers with another one and says so nowhere but in the date: whoever fetches a file
should give `expected_on` to `read_rate_file`.
"""

from lxml import etree

from comity.feeds.rates_sheet import PrintedRate, RateSheet, iso_number
from comity.feeds.rates_xml import children_named, line_of, required_text
from comity.fx import OfficialRate

_ROUBLE_BEFORE_1998 = "810"


def read_nbt(name: str, root: etree._Element) -> tuple[OfficialRate, ...]:
    """Return the rates of a file of the National Bank of Tajikistan.

    Args:
        name: name of the file.
        root: its root element, `ValCurs`.

    Raises:
        InputFaultsError: with every fault in the file.
    """
    sheet = RateSheet("NBT", source=name, own="TJS", decimal_mark=".")
    day = sheet.iso_date(root.get("Date"), line=line_of(root), field="ValCurs@Date")
    for valute in children_named(sheet, root, "Valute"):
        sheet.publish(_read_valute(sheet, valute), effective_on=day)
    return sheet.rates()


def _read_valute(sheet: RateSheet, valute: etree._Element) -> PrintedRate:
    line = line_of(valute)
    code = required_text(sheet, valute, "CharCode", place="Valute")
    place = f"Valute {code}"
    identifier = valute.get("ID", "")
    expected = iso_number(code)
    allowed = {str(expected), _ROUBLE_BEFORE_1998} if code == "RUB" else {str(expected)}
    if expected is not None and identifier.lstrip("0") not in allowed:
        sheet.fault(
            line, f"{place}@ID", found=repr(identifier), expected=" or ".join(sorted(allowed))
        )
    nominal = required_text(sheet, valute, "Nominal", place=place)
    value = required_text(sheet, valute, "Value", place=place)
    return PrintedRate(code, nominal, value, line, place)
