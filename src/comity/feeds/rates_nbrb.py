"""Rates of the National Bank of the Republic of Belarus: JSON, a value for `Cur_Scale` units.

Numbers are taken as the text that stands in the file; they never pass through binary floating
point. Files of days before 2016-07-01 are in the old rouble, BYR, ten thousand to the new one.
"""

import json
from typing import NoReturn

from comity.errors import Fault, InputFaultsError
from comity.feeds.rates_sheet import PrintedRate, RateSheet
from comity.fx import OfficialRate

_CODE, _SCALE, _VALUE, _DAY = "Cur_Abbreviation", "Cur_Scale", "Cur_OfficialRate", "Date"


class _NumberText(str):
    """A JSON number as the text it is written in, told apart from a JSON string."""

    __slots__ = ()


def read_nbrb(name: str, data: bytes) -> tuple[OfficialRate, ...]:
    """Return the rates of a file of the National Bank of the Republic of Belarus.

    Args:
        name: name of the file.
        data: its bytes, in UTF-8.

    Raises:
        InputFaultsError: the file is not JSON, or with every fault in it.
    """
    sheet = RateSheet("NBRB", source=name, own="BYN", decimal_mark=".")
    document = _parse(name, data)
    if not isinstance(document, list):
        document = []
        sheet.fault(0, "", found="no list", expected="a JSON list of rates")
    for index, row in enumerate(document):
        if isinstance(row, dict):
            _read_row(sheet, row, place=f"[{index}]")
        else:
            sheet.fault(0, f"[{index}]", found=repr(row), expected="an object")
    return sheet.rates()


def _read_row(sheet: RateSheet, row: dict[str, object], *, place: str) -> None:
    code = _text(sheet, row, _CODE, place=place)
    day = sheet.iso_date(_text(sheet, row, _DAY, place=place), line=0, field=f"{place}.{_DAY}")
    nominal = _text(sheet, row, _SCALE, place=place, is_number=True)
    value = _text(sheet, row, _VALUE, place=place, is_number=True)
    sheet.publish(PrintedRate(code, nominal, value, 0, f"{place} {code}"), effective_on=day)


def _text(
    sheet: RateSheet, row: dict[str, object], key: str, *, place: str, is_number: bool = False
) -> str:
    value = row.get(key)
    if isinstance(value, str) and isinstance(value, _NumberText) is is_number:
        return str(value)
    expected = "a number" if is_number else "a string"
    found = "nothing" if key not in row else repr(value)
    sheet.fault(0, f"{place}.{key}", found=found, expected=expected)
    return ""


def _parse(name: str, data: bytes) -> object:
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            parse_float=_NumberText,
            parse_int=_NumberText,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique_keys,
        )
    except json.JSONDecodeError as error:
        fault = Fault(name, error.lineno, "JSON", error.msg, "well-formed JSON")
        raise InputFaultsError([fault]) from error
    except (ValueError, RecursionError) as error:
        fault = Fault(name, 0, "JSON", str(error), "JSON in UTF-8 with plain numbers")
        raise InputFaultsError([fault]) from error


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text}, which is no number")


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise ValueError("a key that stands twice in one object")
    return row
