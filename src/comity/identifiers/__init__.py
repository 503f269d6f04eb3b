"""Identifiers of institutions and payments: syntax and meaning, no directory.

A directory of who takes part is data of the arrangement; here is only what can be said of an
identifier by looking at it.
"""

from comity.identifiers.bic import BIC_PATTERN, is_bic, normalise_bic
from comity.identifiers.countries import is_country
from comity.identifiers.uetr import UETR_PATTERN, format_uetr, is_uetr, split_uetr

__all__ = [
    "BIC_PATTERN",
    "UETR_PATTERN",
    "format_uetr",
    "is_bic",
    "is_country",
    "is_uetr",
    "normalise_bic",
    "split_uetr",
]
