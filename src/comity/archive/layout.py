"""The columns of an archive of settled payments; docs/formats/payment-archive.md."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from comity.identifiers import is_country
from comity.money import CURRENCIES, HISTORIC_CURRENCIES
from comity.payments.purposes import is_purpose

AMOUNT_MAX: Final = 999_999_999_999_999
"""Greatest amount of one payment, minor units, as everywhere in comity."""


class Sort(StrEnum):
    """What the cells of a column are."""

    DATE = "a date as 2026-05-25, 1970-01-01 to 2199-12-31"
    MOMENT = "a moment in UTC as 2026-05-25 09:00:00"
    CURRENCY = "a code of ISO 4217, active or historic"
    COUNTRY = "two capital letters as KG"
    PURPOSE = "a purpose code of ISO 20022 as GDDS, or nothing"
    KIND = "payment or return"
    AMOUNT = "a whole number of minor units, 1 to 999,999,999,999,999"
    FEE = "a whole number of minor units, 0 to 999,999,999,999,999, or nothing"
    NAME = "text without blanks around it, or nothing"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        sort: what its cells are.
        means: what they say.
        is_required: whether an archive must have it.
        may_be_empty: whether a cell may.
    """

    sort: Sort
    means: str
    is_required: bool = False
    may_be_empty: bool = False


COLUMNS: Final = {
    "date": Column(Sort.DATE, "business day on which the payment became final", True),
    "currency": Column(Sort.CURRENCY, "currency of the interbank settlement amount", True),
    "amount_minor": Column(Sort.AMOUNT, "interbank settlement amount, minor units", True),
    "kind": Column(Sort.KIND, "payment, or return of an earlier one"),
    "debtor_country": Column(Sort.COUNTRY, "country of the debtor's bank"),
    "creditor_country": Column(Sort.COUNTRY, "country of the creditor's bank"),
    "purpose": Column(Sort.PURPOSE, "purpose code of ISO 20022", may_be_empty=True),
    "invoicing_currency": Column(
        Sort.CURRENCY, "currency of the invoice; empty: that of the payment", may_be_empty=True
    ),
    "payer_currency": Column(
        Sort.CURRENCY, "currency the payer paid in; empty: that of the payment", may_be_empty=True
    ),
    "settlement_asset": Column(
        Sort.CURRENCY,
        "currency in which banks or central banks settled; empty: that of the payment",
        may_be_empty=True,
    ),
    "debtor_agent": Column(Sort.NAME, "the debtor's bank, a BIC say"),
    "creditor_agent": Column(Sort.NAME, "the creditor's bank"),
    "debtor_company": Column(
        Sort.NAME, "identifier of the paying organisation; empty: a person", may_be_empty=True
    ),
    "creditor_company": Column(
        Sort.NAME, "identifier of the organisation paid; empty: a person", may_be_empty=True
    ),
    "accepted_at": Column(Sort.MOMENT, "when the payment was accepted for settlement"),
    "settled_at": Column(Sort.MOMENT, "when it became final"),
    "reconciled_at": Column(
        Sort.MOMENT, "when it was reconciled; empty: not yet", may_be_empty=True
    ),
    "fee_minor": Column(
        Sort.FEE, "fee of the payer and payee together, in its currency", may_be_empty=True
    ),
}
"""Every column, in the order in which comity writes them."""

REQUIRED: Final = tuple(name for name, column in COLUMNS.items() if column.is_required)

FALLBACKS: Final = ("invoicing_currency", "payer_currency", "settlement_asset")
"""Columns whose empty cells mean the payment's own currency."""

OF_FEW_VALUES: Final = frozenset({Sort.CURRENCY, Sort.COUNTRY, Sort.PURPOSE, Sort.KIND})
"""Sorts of which all different values are looked at, not each row."""


def is_right(sort: Sort, text: str) -> bool:
    """Return whether a text may stand in a column of few values."""
    match sort:
        case Sort.CURRENCY:
            return text in CURRENCIES or text in HISTORIC_CURRENCIES
        case Sort.COUNTRY:
            return is_country(text)
        case Sort.PURPOSE:
            return is_purpose(text)
        case Sort.KIND:
            return text in {"payment", "return"}
        case _:
            raise AssertionError(f"{sort}: each row is looked at")
