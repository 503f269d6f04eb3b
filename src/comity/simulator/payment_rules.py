"""What cells of a payment may hold, told for texts that stand once each."""

from datetime import date
from typing import Final

from comity.identifiers.cells import shown
from comity.money import AMOUNT_MINOR_MAX, CURRENCIES, format_amount_minor
from comity.payments.codes import Priority
from comity.payments.purposes import is_purpose
from comity.simulator.payment_faults import shown_cell
from comity.simulator.payment_format import DATE_MAX, DATE_MIN
from comity.simulator.payment_kernel import NEGATIVE, NOT_A_NUMBER, TOO_LARGE, TOO_MANY_DECIMALS

PRIORITIES: Final = {
    "URGT": Priority.URGENT,
    "HIGH": Priority.HIGH,
    "NORM": Priority.NORMAL,
    "urgent": Priority.URGENT,
    "high": Priority.HIGH,
    "normal": Priority.NORMAL,
    "": Priority.NORMAL,
}
"""What a column of priorities may hold; none given is normal."""

CLOCK_EXPECTED: Final = "HH:MM, HH:MM:SS or with up to 6 decimals of a second"
MOMENT_EXPECTED: Final = f"{CLOCK_EXPECTED}, and before it, if wanted, YYYY-MM-DD and T or a blank"
DATE_EXPECTED: Final = f"a date from {DATE_MIN} to {DATE_MAX}, written YYYY-MM-DD"

Found = tuple[str, str]
"""What was found, and what was expected."""


def currency_fault(text: str) -> Found | None:
    """Return what is wrong with a currency."""
    if text in CURRENCIES:
        return None
    return shown_cell(text), "an active code of ISO 4217, as EUR"


def priority_fault(text: str) -> Found | None:
    """Return what is wrong with a priority."""
    if text in PRIORITIES:
        return None
    return shown(text), "URGT, HIGH or NORM (or urgent, high, normal), or nothing for normal"


def purpose_fault(text: str) -> Found | None:
    """Return what is wrong with a purpose."""
    if not text or is_purpose(text):
        return None
    return shown(text), "a code of ISO 20022's ExternalPurpose1Code, as GDDS, or nothing"


def amount_fault(text: str, code: int, currency: str, *, in_minor: bool) -> Found:
    """Return what is wrong with an amount that the kernels refused.

    Args:
        text: the cell.
        code: zero, or one of the codes of `payment_kernel`.
        currency: code of ISO 4217; not always one that there is.
        in_minor: whether minor units are expected.
    """
    known = CURRENCIES.get(currency)
    exponent = known.exponent if known and not in_minor else 0
    if not text or code == NOT_A_NUMBER:
        after = "" if in_minor else ", and where needed a point and more digits"
        return shown_cell(text), f"digits{after}; no signs, blanks or separators of thousands"
    if code == NEGATIVE:
        expected = "more than zero; a payment the other way has debtor and creditor exchanged"
        return shown(text), expected
    if code == TOO_MANY_DECIMALS:
        count = len(text.partition(".")[2])
        found = f"{shown(text)} with {count} decimal{'s' * (count != 1)}"
        if in_minor:
            return found, "whole minor units"
        return found, f"at most {exponent}, as {currency} has"
    if code == TOO_LARGE:
        most = format_amount_minor(AMOUNT_MINOR_MAX, exponent)
        return shown(text), f"at most {most}, which is {AMOUNT_MINOR_MAX} minor units"
    return shown(text), "more than zero; take the line out"


def day_text(day: int) -> str:
    """Return a day since 1970-01-01 as YYYY-MM-DD."""
    return date.fromordinal(DATE_MIN.toordinal() + day).isoformat()
