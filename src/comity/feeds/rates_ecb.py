"""Rates of the European Central Bank, which quotes the other way round: 1 EUR = so much foreign.

Two forms are read: the data portal's CSV, which holds many days, and the reference rates in XML,
of one day or many. All other publishers here quote foreign units in their own currency.
"""

import csv
import io

from lxml import etree

from comity.errors import Fault, InputFaultsError
from comity.feeds.rates_sheet import PrintedRate, RateSheet
from comity.feeds.rates_xml import children_named, line_of
from comity.fx import OfficialRate

ROOT = "{http://www.gesmes.org/xml/2002-08-01}Envelope"
CSV_COLUMNS = ("CURRENCY", "TIME_PERIOD", "OBS_VALUE")
"""Columns without which a CSV file is not one of the European Central Bank."""

_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
_NOMINAL = "1"
# Columns that are absent in short exports; where present they must say that this is the daily
# reference rate against the euro and not a monthly mean or an effective exchange rate.
_FIXED_COLUMNS = {"FREQ": "D", "CURRENCY_DENOM": "EUR", "EXR_TYPE": "SP00", "EXR_SUFFIX": "A"}
# The portal's mark for a day without a fixing: a holiday, or a currency not quoted then.
_NO_OBSERVATION = frozenset({"H", "M"})


def read_ecb_xml(name: str, root: etree._Element) -> tuple[OfficialRate, ...]:
    """Return the reference rates of a file in XML.

    Args:
        name: name of the file.
        root: its root element, the envelope.

    Raises:
        InputFaultsError: with every fault in the file.
    """
    sheet = _sheet(name)
    for outer in root.findall(_CUBE):
        for day_cube in children_named(sheet, outer, _CUBE):
            line = line_of(day_cube)
            day = sheet.iso_date(day_cube.get("time"), line=line, field="Cube@time")
            for cube in children_named(sheet, day_cube, _CUBE):
                code, value = cube.get("currency", ""), cube.get("rate", "")
                printed = PrintedRate(code, _NOMINAL, value, line_of(cube), f"Cube {code}")
                sheet.publish(printed, effective_on=day)
    return sheet.rates()


def read_ecb_csv(name: str, data: bytes) -> tuple[OfficialRate, ...]:
    """Return the reference rates of a CSV file of the data portal.

    Args:
        name: name of the file.
        data: its bytes, in UTF-8.

    Raises:
        InputFaultsError: with every fault in the file.
    """
    sheet = _sheet(name)
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        header = next(reader)
        for fields in reader:
            _read_row(sheet, header, fields, line=reader.line_num)
    except (UnicodeDecodeError, csv.Error) as error:
        fault = Fault(name, 0, "CSV", str(error), "CSV in UTF-8")
        raise InputFaultsError([fault]) from error
    return sheet.rates()


def _sheet(name: str) -> RateSheet:
    return RateSheet("ECB", source=name, own="EUR", decimal_mark=".", own_is_base=True)


def _read_row(sheet: RateSheet, header: list[str], fields: list[str], *, line: int) -> None:
    if len(fields) != len(header):
        sheet.fault(
            line, "", found=f"{len(fields)} fields", expected=f"{len(header)}, as in the header"
        )
        return
    row = dict(zip(header, fields, strict=True))
    for column, expected in _FIXED_COLUMNS.items():
        if row.get(column, expected) != expected:
            sheet.fault(line, column, found=repr(row[column]), expected=expected)
    code, value = row["CURRENCY"], row["OBS_VALUE"]
    if value in {"", "NaN"} and row.get("OBS_STATUS") in _NO_OBSERVATION:
        return
    day = sheet.iso_date(row["TIME_PERIOD"], line=line, field="TIME_PERIOD")
    sheet.publish(PrintedRate(code, _NOMINAL, value, line, f"row {code}"), effective_on=day)
