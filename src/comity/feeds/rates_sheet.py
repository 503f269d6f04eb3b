"""One file of official rates while it is being read: its rates, and everything wrong in it.

A reader of one publisher's format hands over what is printed, as text; here the text becomes an
exact ratio or a fault. So every publisher's numbers pass the same checks, and a file is accepted
whole or refused with all its faults.
"""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from comity.errors import Fault, InputFaultsError
from comity.fx import OfficialRate
from comity.money import BULLION_CODES, CURRENCIES, HISTORIC_CURRENCIES

RATE_FILE_BYTES_MAX: Final = 16 * 1024 * 1024
"""Longest rate file; the whole history of the longest series is about half of it."""

NOMINAL_MAX: Final = 1_000_000
"""Greatest number of units a value is printed for; publishers use powers of ten only."""

VALID_DAYS_MAX: Final = 31
"""Longest validity a publisher may give a rate, in days."""

_WHOLE_DIGITS_MAX = 9
_DECIMALS_MAX = 10
_FIRST_YEAR, _LAST_YEAR = 1991, 2100
_SHOWN_MAX = 60
# Stands for a date that could not be read; the sheet then has a fault and delivers nothing.
_NO_DAY = date.min

_CODE = re.compile(r"[A-Z]{3}")
_NOMINAL = re.compile(r"1(?:0{0,6})")
_DAYS = re.compile(r"[1-9][0-9]?")
_NUMBERS: Final = {
    mark: re.compile(
        rf"([0-9]{{1,{_WHOLE_DIGITS_MAX}}})(?:{re.escape(mark)}([0-9]{{1,{_DECIMALS_MAX}}}))?"
    )
    for mark in (",", ".")
}
_DOTTED_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MIDNIGHT = "T00:00:00"


@dataclass(frozen=True, slots=True)
class PrintedRate:
    """One rate as it stands in a file, nothing converted.

    Attributes:
        code: of the foreign currency.
        nominal: how many units the value is for.
        value: the value, with the publisher's decimal mark.
        line: 1-based line in the file, or 0 where the format has none.
        place: what to look for in the file, such as `Valute KGS`.
    """

    code: str
    nominal: str
    value: str
    line: int
    place: str


class RateSheet:
    """Collects the rates of one file and its faults.

    Attributes:
        publisher: code of the central bank.
        source: name of the file.
    """

    def __init__(
        self, publisher: str, *, source: str, own: str, decimal_mark: str, own_is_base: bool = False
    ) -> None:
        """Begin an empty sheet.

        Args:
            publisher: code of the central bank.
            source: name of the file.
            own: the publisher's currency of today; sheets of earlier days get its predecessor.
            decimal_mark: `,` or `.`.
            own_is_base: whether a value is the price of one unit of the publisher's currency.
        """
        self.publisher = publisher
        self.source = source
        self._own = own
        self._own_is_base = own_is_base
        self._decimal_mark = decimal_mark
        self._rates: dict[tuple[str, date], OfficialRate] = {}
        self._faults: list[Fault] = []

    def fault(self, line: int, field: str, *, found: str, expected: str) -> None:
        """Record one thing that is wrong; the file will be refused."""
        shown = found if len(found) <= _SHOWN_MAX else f"{found[:_SHOWN_MAX]}…"
        self._faults.append(Fault(self.source, line, field, shown, expected))

    def dotted_date(self, text: str | None, *, line: int, field: str) -> date:
        """Read `dd.mm.yyyy`; a fault is recorded where it is anything else."""
        matched = _DOTTED_DATE.fullmatch(text or "")
        parts = (matched[3], matched[2], matched[1]) if matched else None
        return self._date(text, parts, line=line, field=field, form="dd.mm.yyyy")

    def iso_date(self, text: str | None, *, line: int, field: str) -> date:
        """Read `yyyy-mm-dd`, also with midnight behind it; else a fault is recorded."""
        matched = _ISO_DATE.fullmatch((text or "").removesuffix(_MIDNIGHT))
        parts = (matched[1], matched[2], matched[3]) if matched else None
        return self._date(text, parts, line=line, field=field, form="yyyy-mm-dd")

    def valid_days(self, text: str, *, line: int, field: str) -> int:
        """Read for how many days a rate holds; a fault is recorded where that is not sensible."""
        if _DAYS.fullmatch(text) and int(text) <= VALID_DAYS_MAX:
            return int(text)
        self.fault(line, field, found=repr(text), expected=f"days from 1 to {VALID_DAYS_MAX}")
        return 1

    def number(self, text: str, *, line: int, field: str) -> Fraction | None:
        """Read a positive decimal with the publisher's mark; None and a fault where it is not."""
        matched = _NUMBERS[self._decimal_mark].fullmatch(text)
        if matched is None:
            self.fault(
                line,
                field,
                found=repr(text),
                expected=f"a number with at most {_WHOLE_DIGITS_MAX} digits before"
                f" {self._decimal_mark!r} and {_DECIMALS_MAX} behind it",
            )
            return None
        decimals = matched[2] or ""
        number = Fraction(int(matched[1] + decimals), 10 ** len(decimals))
        if number == 0:
            self.fault(line, field, found=repr(text), expected="more than zero")
            return None
        return number

    def publish(self, printed: PrintedRate, *, effective_on: date, valid_days: int = 1) -> None:
        """Take one printed rate over, or record what is wrong with it."""
        own = self._own_on(effective_on)
        self._check_code(printed, own=own)
        nominal = self._nominal(printed)
        value = self.number(printed.value, line=printed.line, field=f"{printed.place}: value")
        if nominal is None or value is None:
            return
        ratio = value / nominal
        base, quote = (own, printed.code) if self._own_is_base else (printed.code, own)
        key = (printed.code, effective_on)
        known = self._rates.get(key)
        if known is not None and known.ratio != ratio:
            self.fault(
                printed.line,
                printed.place,
                found=f"{printed.value} for {printed.nominal} after {known.value} for"
                f" {known.nominal}",
                expected="one value a currency and day",
            )
        elif known is None and base != quote:
            self._rates[key] = OfficialRate(
                publisher=self.publisher,
                base=base,
                quote=quote,
                numerator=ratio.numerator,
                denominator=ratio.denominator,
                effective_on=effective_on,
                valid_days=valid_days,
                nominal=printed.nominal,
                value=printed.value,
                source=self.source,
            )

    def rates(self) -> tuple[OfficialRate, ...]:
        """Return every rate in the order of the file.

        Raises:
            InputFaultsError: with every fault found; also where the file holds no rate at all.
        """
        if not self._rates and not self._faults:
            self.fault(0, "", found="no rate", expected=f"at least one rate of {self.publisher}")
        if self._faults:
            raise InputFaultsError(self._faults)
        return tuple(self._rates.values())

    def _date(
        self,
        text: str | None,
        parts: tuple[str, str, str] | None,
        *,
        line: int,
        field: str,
        form: str,
    ) -> date:
        if parts is not None:
            year, month, day = (int(part) for part in parts)
            if _FIRST_YEAR <= year <= _LAST_YEAR:
                try:
                    return date(year, month, day)
                except ValueError:
                    # A day such as 31.02 has the right form; it gets the same fault as the rest.
                    pass
        found = "nothing" if text is None else repr(text)
        self.fault(
            line,
            field,
            found=found,
            expected=f"a day {form} from {_FIRST_YEAR} to {_LAST_YEAR}",
        )
        return _NO_DAY

    def _own_on(self, day: date) -> str:
        """Return the publisher's currency on a day: BYR for Belarus before 2016-07-01."""
        code = self._own
        while predecessor := _PREDECESSORS.get(code):
            if day >= HISTORIC_CURRENCIES[predecessor].replaced_on:
                break
            code = predecessor
        return code

    def _check_code(self, printed: PrintedRate, *, own: str) -> None:
        code = printed.code
        if code == own:
            self.fault(
                printed.line,
                printed.place,
                found=f"a rate of {code} against itself",
                expected=f"a currency other than the publisher's own, {own}",
            )
        elif not _CODE.fullmatch(code) or iso_number(code) is None:
            self.fault(
                printed.line,
                f"{printed.place}: currency",
                found=repr(code),
                expected="a code of ISO 4217, active or known as historic",
            )

    def _nominal(self, printed: PrintedRate) -> int | None:
        if _NOMINAL.fullmatch(printed.nominal) and int(printed.nominal) <= NOMINAL_MAX:
            return int(printed.nominal)
        self.fault(
            printed.line,
            f"{printed.place}: nominal",
            found=repr(printed.nominal),
            expected=f"1, 10, 100 … {NOMINAL_MAX}",
        )
        return None


def iso_number(code: str) -> int | None:
    """Return the ISO 4217 number of a code that may be printed in a rate file, or None.

    Active currencies, those no longer legal tender and metals are known.
    """
    if code in CURRENCIES:
        return CURRENCIES[code].number
    if code in HISTORIC_CURRENCIES:
        return HISTORIC_CURRENCIES[code].number
    return BULLION_CODES.get(code)


_PREDECESSORS: Final = {
    # Only where a whole country changed its money; the euro replaced many and has none here.
    each.replaced_by: each.code
    for each in HISTORIC_CURRENCIES.values()
    if each.replaced_by in {"BYN", "BYR", "RUB", "TJS"}
}
