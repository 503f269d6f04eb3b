"""One normal form for the identifiers of parties: passport, tax and registration numbers, LEI, BIC.

Whoever typed it, the same number gives the same key: spaces, dots and dashes go, letters become
capital Latin ones. Check digits are not verified, for a list may hold a mistyped number.
"""

import re
from unicodedata import normalize

from anyascii import anyascii

from comity.screening.lookalikes import latin_lookalikes

IDENTIFIER_CHARACTERS_MIN = 5
"""Shortest key that is compared: a shorter number without its issuer names nobody."""

_NUMBER_SIGN = re.compile(r"(?:NO)+(?=[0-9])")
_OTHER = re.compile(r"[^0-9A-Z]+")


def normalise_identifier(text: str) -> str:
    """Return capital Latin letters and digits only, without a leading `No` or `№`.

    Normalising a normal form changes nothing.
    """
    if not text.isascii():
        text = normalize("NFKC", text.replace("°", "o"))
        text = anyascii(latin_lookalikes(text))
    key = _OTHER.sub("", text.upper())
    sign = _NUMBER_SIGN.match(key)
    return key[sign.end() :] if sign else key
