"""Rates of the Central Bank of Armenia: the answer to a SOAP request.

The value is for `Amount` units. `CurrentDate` is the day of the fixing and may lie before the day
that was asked for. Metals are printed among the currencies and kept under their own codes.
"""

from lxml import etree

from comity.feeds.rates_sheet import PrintedRate, RateSheet
from comity.feeds.rates_xml import children_named, line_of, required_text
from comity.fx import OfficialRate

ROOTS = (
    "{http://schemas.xmlsoap.org/soap/envelope/}Envelope",
    "{http://www.w3.org/2003/05/soap-envelope}Envelope",
)
_NAMESPACE = "{http://www.cba.am/}"
_RESULTS = ("ExchangeRatesLatestResult", "ExchangeRatesByDateResult")


def read_cba(name: str, root: etree._Element) -> tuple[OfficialRate, ...]:
    """Return the rates of an answer of the Central Bank of Armenia.

    Args:
        name: name of the file.
        root: its root element, the SOAP envelope.

    Raises:
        InputFaultsError: with every fault in the file; an envelope without rates, such as a
            SOAP fault, is one.
    """
    sheet = RateSheet("CBA", source=name, own="AMD", decimal_mark=".")
    results = [found for each in _RESULTS for found in root.iter(f"{_NAMESPACE}{each}")]
    if len(results) != 1:
        sheet.fault(
            line_of(root),
            "Envelope",
            found=f"{len(results)} results",
            expected=f"one {' or '.join(_RESULTS)}",
        )
    for result in results:
        _read_result(sheet, result)
    return sheet.rates()


def _read_result(sheet: RateSheet, result: etree._Element) -> None:
    current = required_text(sheet, result, f"{_NAMESPACE}CurrentDate", place="result")
    day = sheet.iso_date(current, line=line_of(result), field="CurrentDate")
    for rates in result.findall(f"{_NAMESPACE}Rates"):
        for row in children_named(sheet, rates, f"{_NAMESPACE}ExchangeRate"):
            code = required_text(sheet, row, f"{_NAMESPACE}ISO", place="ExchangeRate")
            place = f"ExchangeRate {code}"
            nominal = required_text(sheet, row, f"{_NAMESPACE}Amount", place=place)
            value = required_text(sheet, row, f"{_NAMESPACE}Rate", place=place)
            printed = PrintedRate(code, nominal, value, line_of(row), place)
            sheet.publish(printed, effective_on=day)
