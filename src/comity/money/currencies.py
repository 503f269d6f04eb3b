"""The currencies of ISO 4217, with their numbers and exponents.

`CURRENCIES` holds what a payment may be made in, as of the list published on 2026-01-01. Codes
that central banks still print although no payment can carry them stand apart: currencies that
are no longer legal tender (`HISTORIC_CURRENCIES`) and metals (`BULLION_CODES`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from comity.errors import RejectedError

_TWO_DECIMALS = """
    AED 784 AFN 971 ALL 008 AMD 051 AOA 973 ARS 032 AUD 036 AWG 533 AZN 944 BAM 977 BBD 052
    BDT 050 BMD 060 BND 096 BOB 068 BOV 984 BRL 986 BSD 044 BTN 064 BWP 072 BYN 933 BZD 084
    CAD 124 CDF 976 CHE 947 CHF 756 CHW 948 CNY 156 COP 170 COU 970 CRC 188 CUP 192 CVE 132
    CZK 203 DKK 208 DOP 214 DZD 012 EGP 818 ERN 232 ETB 230 EUR 978 FJD 242 FKP 238 GBP 826
    GEL 981 GHS 936 GIP 292 GMD 270 GTQ 320 GYD 328 HKD 344 HNL 340 HTG 332 HUF 348 IDR 360
    ILS 376 INR 356 IRR 364 JMD 388 KES 404 KGS 417 KHR 116 KPW 408 KYD 136 KZT 398 LAK 418
    LBP 422 LKR 144 LRD 430 LSL 426 MAD 504 MDL 498 MGA 969 MKD 807 MMK 104 MNT 496 MOP 446
    MRU 929 MUR 480 MVR 462 MWK 454 MXN 484 MXV 979 MYR 458 MZN 943 NAD 516 NGN 566 NIO 558
    NOK 578 NPR 524 NZD 554 PAB 590 PEN 604 PGK 598 PHP 608 PKR 586 PLN 985 QAR 634 RON 946
    RSD 941 RUB 643 SAR 682 SBD 090 SCR 690 SDG 938 SEK 752 SGD 702 SHP 654 SLE 925 SOS 706
    SRD 968 SSP 728 STN 930 SVC 222 SYP 760 SZL 748 THB 764 TJS 972 TMT 934 TOP 776 TRY 949
    TTD 780 TWD 901 TZS 834 UAH 980 USD 840 USN 997 UYU 858 UZS 860 VED 926 VES 928 WST 882
    XAD 396 XCD 951 XCG 532 YER 886 ZAR 710 ZMW 967 ZWG 924
"""
_NO_DECIMALS = """
    BIF 108 CLP 152 DJF 262 GNF 324 ISK 352 JPY 392 KMF 174 KRW 410 PYG 600 RWF 646 UGX 800
    UYI 940 VND 704 VUV 548 XAF 950 XOF 952 XPF 953
"""
_THREE_DECIMALS = "BHD 048 IQD 368 JOD 400 KWD 414 LYD 434 OMR 512 TND 788"
_FOUR_DECIMALS = "CLF 990 UYW 927"
# ISO 4217 gives these units of account no minor unit; two decimals are this product's choice.
_UNITS_OF_ACCOUNT = "XDR 960 XSU 994 XUA 965"
_UNITS_OF_ACCOUNT_EXPONENT = 2

_HISTORIC = """
    AZM 031 2006-01-01 AZN
    BGN 975 2026-01-01 EUR
    BYB 112 2000-01-01 BYR
    BYR 974 2016-07-01 BYN
    CSD 891 2006-10-25 RSD
    CYP 196 2008-01-01 EUR
    EEK 233 2011-01-01 EUR
    GEK 268 1995-10-02 GEL
    HRK 191 2023-01-01 EUR
    LTL 440 2015-01-01 EUR
    LVL 428 2014-01-01 EUR
    MTL 470 2008-01-01 EUR
    ROL 642 2005-07-01 RON
    RUR 810 1998-01-01 RUB
    SIT 705 2007-01-01 EUR
    SKK 703 2009-01-01 EUR
    TJR 762 2000-10-30 TJS
    TMM 795 2009-01-01 TMT
    TRL 792 2005-01-01 TRY
    UAK 804 1996-09-02 UAH
    XEU 954 1999-01-01 EUR
"""


class UnknownCurrencyError(RejectedError):
    """No currency of ISO 4217 has this code or number.

    Attributes:
        found: the code or number as it was given.
    """

    def __init__(self, found: str) -> None:
        super().__init__(f"currency: found {found!r}, expected an active code of ISO 4217")
        self.found = found


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency in which a payment can be made.

    Attributes:
        code: three capital letters of ISO 4217.
        number: its three digits as an integer; columns hold this.
        exponent: decimals of the major unit: 2 where 100 minor units make one major unit.
    """

    code: str
    number: int
    exponent: int

    def __str__(self) -> str:
        """Return the code, as the field writes a currency."""
        return self.code


@dataclass(frozen=True, slots=True)
class HistoricCurrency:
    """A code that was legal tender and is still met in published rates.

    Attributes:
        code: three capital letters of ISO 4217.
        number: its three digits as an integer.
        replaced_on: first day of the currency that took its place.
        replaced_by: code of that currency.
    """

    code: str
    number: int
    replaced_on: date
    replaced_by: str


def currency(code: str) -> Currency:
    """Return the currency with this code.

    Raises:
        UnknownCurrencyError: the code is not that of an active currency; upper case is required.
    """
    found = CURRENCIES.get(code)
    if found is None:
        raise UnknownCurrencyError(code)
    return found


def currency_by_number(number: int) -> Currency:
    """Return the currency with this ISO 4217 number.

    Raises:
        UnknownCurrencyError: no active currency has the number.
    """
    found = _BY_NUMBER.get(number)
    if found is None:
        raise UnknownCurrencyError(f"{number:03}")
    return found


def _table(text: str, *, exponent: int) -> dict[str, Currency]:
    words = text.split()
    return {
        code: Currency(code, int(digits), exponent)
        for code, digits in zip(words[::2], words[1::2], strict=True)
    }


def _all_currencies() -> Mapping[str, Currency]:
    found = {
        **_table(_NO_DECIMALS, exponent=0),
        **_table(_TWO_DECIMALS, exponent=2),
        **_table(_THREE_DECIMALS, exponent=3),
        **_table(_FOUR_DECIMALS, exponent=4),
        **_table(_UNITS_OF_ACCOUNT, exponent=_UNITS_OF_ACCOUNT_EXPONENT),
    }
    return MappingProxyType(dict(sorted(found.items())))


def _all_historic() -> Mapping[str, HistoricCurrency]:
    rows = (line.split() for line in _HISTORIC.strip().splitlines())
    return MappingProxyType(
        {
            code: HistoricCurrency(code, int(digits), date.fromisoformat(day), successor)
            for code, digits, day, successor in rows
        }
    )


CURRENCIES: Mapping[str, Currency] = _all_currencies()
"""Every currency a payment may name, by code, sorted."""

HISTORIC_CURRENCIES: Mapping[str, HistoricCurrency] = _all_historic()
"""Codes of this region and of Europe that are no longer legal tender, by code."""

BULLION_CODES: Mapping[str, int] = MappingProxyType(
    {"XAG": 961, "XAU": 959, "XPD": 964, "XPT": 962}
)
"""Metals that central banks quote beside currencies: code → ISO 4217 number."""

_BY_NUMBER: Mapping[int, Currency] = {each.number: each for each in CURRENCIES.values()}
