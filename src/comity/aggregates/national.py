"""Which currency is a country's own, on a day.

A code of ISO 4217 begins with the country's code of ISO 3166-1, so that the letters say it;
countries without a code of their own stand in a table. Countries that came to the euro later are
told by day.
"""

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

_EURO: Final = """
    AT 1999-01-01 BE 1999-01-01 DE 1999-01-01 ES 1999-01-01 FI 1999-01-01 FR 1999-01-01
    IE 1999-01-01 IT 1999-01-01 LU 1999-01-01 NL 1999-01-01 PT 1999-01-01 GR 2001-01-01
    SI 2007-01-01 CY 2008-01-01 MT 2008-01-01 SK 2009-01-01 EE 2011-01-01 LV 2014-01-01
    LT 2015-01-01 HR 2023-01-01 BG 2026-01-01
"""
"""Members of the euro area and since when, as the European Central Bank lists them."""

_SHARED: Final = {
    "XOF": "BJ BF CI GW ML NE SN TG",
    "XAF": "CM CF CG GA GQ TD",
    "XCD": "AG DM GD KN LC VC",
    "EUR": "AD MC SM VA ME XK",
    "USD": "EC SV TL MH FM PW",
    "CHF": "LI",
    "AUD": "KI NR TV",
}
"""Currencies of several countries, and countries that use another's, by ISO 4217."""

_EURO_SINCE: Final = MappingProxyType(
    dict(zip(_EURO.split()[::2], map(date.fromisoformat, _EURO.split()[1::2]), strict=True))
)
_OTHERS: Final = MappingProxyType(
    {country: code for code, countries in _SHARED.items() for country in countries.split()}
)


def is_national(code: str, countries: Sequence[str], day: date) -> bool:
    """Return whether a currency is that of one of the countries on a day."""
    return any(_is_own(code, country, day) for country in countries)


def _is_own(code: str, country: str, day: date) -> bool:
    since = _EURO_SINCE.get(country)
    if since is not None and day >= since:
        return code == "EUR"
    return code == _OTHERS.get(country) or code.startswith(country)
