"""What a synthetic day between Kyrgyzstan and Russia is made of: every assumption, in one place.

The totals are public figures quoted in `docs/generation.md`; how they are spread over payments,
currencies and hours is assumed, and each assumption is a named number here. Nothing in this
module draws a number or knows a bank.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from comity.payments.purposes import FAMILY_REMITTANCE_CODE, TUITION_CODE

PROFILE_NAME: Final = "kyrgyzstan-russia"
STATEMENT: Final = (
    "Synthetic: banks, companies, people and payments are invented. Calibrated to public totals:"
    " trade of $4.1 bn a year over 250 business days, remittances to Kyrgyzstan of $2.6 bn a year"
    " (some 35,000 a day), 1,800 Russian companies, 97 % of all payments in the two currencies."
)
"""What every generated folder says about itself."""

COUNTRIES: Final = ("KG", "RU")
CURRENCIES: Final = ("KGS", "RUB")
"""Currency of each of `COUNTRIES`."""

MINOR_PER_USD_CENT_PERMILLE: Final = {"KGS": 87_450, "RUB": 71_312}
"""Minor units for 1,000 US cents: the National Bank's fixing of 24.05.2026 (87.4500 som for a
dollar, 1.2263 som for a rouble). Only amounts are drawn with it; no payment settles at it."""

COMPANIES: Final = {"KG": 1_200, "RU": 1_800}
"""Active companies; 1,800 Russian ones is the public figure, the other is assumed."""

REMITTANCE_OPERATORS: Final = frozenset({"RDGARUM0"})
"""Banks that send remittances in bulk and cover part of them with pacs.009."""

OPERATOR_WEIGHT: Final = 8
"""How many times its own size an operator counts among the payers of remittances."""


class PartyKind(StrEnum):
    """Who pays or is paid."""

    COMPANY = "company"
    PERSON = "person"
    SCHOOL = "school"  # university or college
    BANK = "bank"  # for itself


class BatchClass(IntEnum):
    """How a bank bundles payments into messages; one message holds one class."""

    CORPORATE = 0
    BULK = 1
    TREASURY = 2


MESSAGE_SIZE_MEAN: Final = {
    BatchClass.CORPORATE: 5,
    BatchClass.BULK: 110,
    BatchClass.TREASURY: 1,
}
"""Payments in a message, on average; lognormal, so that most are small and some are large."""

MESSAGE_SIZE_MAX: Final = 1_000
MESSAGES_PER_DAY_MIN: Final = 220
"""A day of fewer messages is bundled less; a scenario with 200 messages must be spread out."""

PAYMENTS_PER_DAY_MIN: Final = 260
"""However small the scale, a day has this many payments before flaws are put in."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Payments of one kind in one direction.

    Attributes:
        name: as the summary lists it.
        payer_country: where the payer's bank is; the payee's bank is in the other country.
        payments_per_day: at scale 1.
        usd_cents_per_day: their sum.
        sigma_permille: standard deviation of the logarithm of amounts, in thousandths.
        purposes: ISO external purpose codes with their weights.
        payer: kind of debtor.
        payee: kind of creditor.
        payer_currency_permille: share in the currency of the payer's country.
        two_currency_permille: of those in the payee's currency, share debited in the payer's.
        high_permille: share with settlement priority HIGH.
        batch: how they are bundled.
        cover_permille: share of an operator's payments sent as pacs.009 COV.
    """

    name: str
    payer_country: str
    payments_per_day: int
    usd_cents_per_day: int
    sigma_permille: int
    purposes: tuple[tuple[str, int], ...]
    payer: PartyKind
    payee: PartyKind
    payer_currency_permille: int
    two_currency_permille: int
    high_permille: int
    batch: BatchClass = BatchClass.CORPORATE
    cover_permille: int = 0


_GOODS = (("GDDS", 70), ("SUPP", 15), ("GDSV", 10), ("AGRT", 5))
_SERVICES = (("SCVE", 60), ("RENT", 10), ("INSU", 10), ("LICF", 12), ("BUSB", 8))
_REMITTANCES = ((FAMILY_REMITTANCE_CODE, 80), ("GIFT", 12), ("SALA", 8))
_INVESTMENT = (("DIVD", 35), ("LOAN", 35), ("INTE", 20), ("INVS", 10))

FLOWS: Final = (
    Flow(
        name="goods paid to Russia",  # $3.0 bn a year
        payer_country="KG",
        payments_per_day=2_100,
        usd_cents_per_day=1_200_000_000,
        sigma_permille=1_500,
        purposes=_GOODS,
        payer=PartyKind.COMPANY,
        payee=PartyKind.COMPANY,
        payer_currency_permille=124,
        two_currency_permille=80,
        high_permille=250,
    ),
    Flow(
        name="goods paid to Kyrgyzstan",  # $1.1 bn a year
        payer_country="RU",
        payments_per_day=800,
        usd_cents_per_day=440_000_000,
        sigma_permille=1_500,
        purposes=_GOODS,
        payer=PartyKind.COMPANY,
        payee=PartyKind.COMPANY,
        payer_currency_permille=876,
        two_currency_permille=500,
        high_permille=250,
    ),
    Flow(
        name="remittances to Kyrgyzstan",  # $2.6 bn a year, mean about $300
        payer_country="RU",
        payments_per_day=35_000,
        usd_cents_per_day=1_040_000_000,
        sigma_permille=900,
        purposes=_REMITTANCES,
        payer=PartyKind.PERSON,
        payee=PartyKind.PERSON,
        payer_currency_permille=820,
        two_currency_permille=1_000,
        high_permille=0,
        batch=BatchClass.BULK,
        cover_permille=300,
    ),
    Flow(
        name="remittances to Russia",
        payer_country="KG",
        payments_per_day=700,
        usd_cents_per_day=30_000_000,
        sigma_permille=900,
        purposes=_REMITTANCES,
        payer=PartyKind.PERSON,
        payee=PartyKind.PERSON,
        payer_currency_permille=100,
        two_currency_permille=300,
        high_permille=0,
    ),
    Flow(
        name="tuition paid to Russia",
        payer_country="KG",
        payments_per_day=450,
        usd_cents_per_day=36_000_000,
        sigma_permille=500,
        purposes=((TUITION_CODE, 90), ("STDY", 10)),
        payer=PartyKind.PERSON,
        payee=PartyKind.SCHOOL,
        payer_currency_permille=0,
        two_currency_permille=250,
        high_permille=0,
    ),
    Flow(
        name="services paid to Russia",
        payer_country="KG",
        payments_per_day=500,
        usd_cents_per_day=45_000_000,
        sigma_permille=1_100,
        purposes=_SERVICES,
        payer=PartyKind.COMPANY,
        payee=PartyKind.COMPANY,
        payer_currency_permille=100,
        two_currency_permille=100,
        high_permille=100,
    ),
    Flow(
        name="services paid to Kyrgyzstan",
        payer_country="RU",
        payments_per_day=300,
        usd_cents_per_day=30_000_000,
        sigma_permille=1_100,
        purposes=_SERVICES,
        payer=PartyKind.COMPANY,
        payee=PartyKind.COMPANY,
        payer_currency_permille=880,
        two_currency_permille=300,
        high_permille=100,
    ),
    Flow(
        name="income of Russian investors",
        payer_country="KG",
        payments_per_day=60,
        usd_cents_per_day=40_000_000,
        sigma_permille=1_200,
        purposes=_INVESTMENT,
        payer=PartyKind.COMPANY,
        payee=PartyKind.COMPANY,
        payer_currency_permille=100,
        two_currency_permille=50,
        high_permille=300,
    ),
    Flow(
        name="investment in Kyrgyzstan",
        payer_country="RU",
        payments_per_day=60,
        usd_cents_per_day=50_000_000,
        sigma_permille=1_200,
        purposes=_INVESTMENT,
        payer=PartyKind.COMPANY,
        payee=PartyKind.COMPANY,
        payer_currency_permille=900,
        two_currency_permille=300,
        high_permille=300,
    ),
    Flow(
        name="treasury payments to Russia",
        payer_country="KG",
        payments_per_day=15,
        usd_cents_per_day=75_000_000,
        sigma_permille=500,
        purposes=(("TREA", 1),),
        payer=PartyKind.BANK,
        payee=PartyKind.BANK,
        payer_currency_permille=300,
        two_currency_permille=0,
        high_permille=500,
        batch=BatchClass.TREASURY,
    ),
    Flow(
        name="treasury payments to Kyrgyzstan",
        payer_country="RU",
        payments_per_day=15,
        usd_cents_per_day=75_000_000,
        sigma_permille=500,
        purposes=(("TREA", 1),),
        payer=PartyKind.BANK,
        payee=PartyKind.BANK,
        payer_currency_permille=700,
        two_currency_permille=0,
        high_permille=500,
        batch=BatchClass.TREASURY,
    ),
)
"""All payments of a day within the scheme; together 40,000."""

PURPOSES: Final = tuple(sorted({code for flow in FLOWS for code, _ in flow.purposes}))
"""Every purpose code a generated payment may bear."""

BEFORE_HOLIDAY_PERMILLE: Final = 1_200
"""Remittances on the last business day before a holiday, in thousandths of an ordinary day."""

OTHER_CURRENCIES_PERMILLE: Final = (("USD", 22), ("EUR", 5), ("CNY", 3))
"""Of the value of all payments between the countries, what does not pass through the scheme:
3 % in other currencies, so that the national currencies make 97 %."""


class Flaw(IntEnum):
    """What is out of the ordinary in one payment."""

    NONE = 0
    FUTURE_DATED = 1  # settlement date is the next joint business day
    AFTER_CUT_OFF = 2
    PAST_DATE = 3
    AMOUNT_ZERO = 4
    TOO_MANY_DECIMALS = 5
    UNKNOWN_BIC = 6
    CURRENCY_NOT_COVERED = 7  # a real currency no agreement covers
    CURRENCY_UNKNOWN = 8  # letters that are no currency
    PURPOSE_MISSING = 9
    PURPOSE_NOT_COVERED = 10
    LISTED_NAME = 11  # the payee bears a name of the arrangement's own lists
    REUSED_UETR = 12  # the UETR of another payment between the same banks
    WITHOUT_COVER = 13  # more than the payer's bank can ever have that day


FLAWS_PER_10_000: Final = {
    Flaw.FUTURE_DATED: 40,
    Flaw.AFTER_CUT_OFF: 60,
    Flaw.PAST_DATE: 3,
    Flaw.AMOUNT_ZERO: 2,
    Flaw.TOO_MANY_DECIMALS: 2,
    Flaw.UNKNOWN_BIC: 4,
    Flaw.CURRENCY_NOT_COVERED: 3,
    Flaw.CURRENCY_UNKNOWN: 1,
    Flaw.PURPOSE_MISSING: 4,
    Flaw.PURPOSE_NOT_COVERED: 3,
    Flaw.LISTED_NAME: 2,
    Flaw.REUSED_UETR: 1,
    Flaw.WITHOUT_COVER: 1,
}
"""Payments of each kind in 10,000; at least one of each a day."""


class Damage(IntEnum):
    """What is wrong with a whole message; each is an extra file."""

    EXACT_DUPLICATE = 0  # the same bytes under another name
    SAME_REFERENCE = 1  # the same reference with another body
    MALFORMED = 2
    DOCTYPE = 3
    UNKNOWN_NAMESPACE = 4
    SCHEMA_INVALID = 5  # a payment without UETR
    NOT_UTF8 = 6


DAMAGES_PER_1_000: Final = {
    Damage.EXACT_DUPLICATE: 8,
    Damage.SAME_REFERENCE: 3,
    Damage.MALFORMED: 2,
    Damage.DOCTYPE: 1,
    Damage.UNKNOWN_NAMESPACE: 1,
    Damage.SCHEMA_INVALID: 2,
    Damage.NOT_UTF8: 1,
}
"""Extra files of each kind for 1,000 messages; at least one of each a day."""

FUNDING_PERMILLE: Final = 1_000
"""What a bank opens with, in thousandths of what it will pay on the busiest day."""

TIGHT_FUNDING_PERMILLE: Final = 60
"""The same for banks that live on what comes in: their urgent payments queue."""
