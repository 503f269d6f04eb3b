"""Colours of the charts: apart for the colour-blind, and in print by their lightness.

The hues are those of Okabe and Ito's set for colour-blind readers (2008); each meaning keeps
its colour through the whole report.
"""

from collections.abc import Sequence
from typing import Final

from comity.payments.codes import Mechanism

INK: Final = "#1f2a37"
MUTED: Final = "#5b6675"
GRID: Final = "#e4e8ee"
SENT: Final = "#b8c4d6"
RECEIVED: Final = "#dfe5ee"
NET: Final = "#0b3c5d"

MECHANISMS: Final = {
    Mechanism.GROSS: ("Gross", "#0072b2"),
    Mechanism.CYCLE: ("Netting cycles", "#e69f00"),
    Mechanism.CENTRAL_BANK: ("Central banks", "#009e73"),
    Mechanism.MULTILATERAL: ("Multilateral resolution", "#cc79a7"),
    Mechanism.BILATERAL: ("Bilateral offset", "#56b4e9"),
    Mechanism.SELECTION: ("Selection out of order", "#d55e00"),
    Mechanism.BILATERAL_CYCLE: ("Cycles, pair by pair", "#f0e442"),
    Mechanism.DEALER: ("Dealers", "#8c6d31"),
    Mechanism.PVP: ("Payment versus payment", "#7f3c8d"),
}
"""Name and colour of each mechanism."""

_CURRENCIES: Final = ("#5b4b8a", "#b3a5d6", "#2a788e", "#7d8ca3", "#b9a44c", "#94443b", "#a8c686")


def currency_colour(code: str, codes: Sequence[str]) -> str:
    """Return the colour of a currency among all of the report, in their order."""
    return _CURRENCIES[codes.index(code) % len(_CURRENCIES)]


def state_colour(state: str) -> str:
    """Return the colour of a state: settled, waiting, or ended unsettled."""
    if state in {"SETTLED", "CREDITED"}:
        return "#009e73"
    if state in {"REJECTED", "EXPIRED", "CANCELLED", "FAILED_SETTLEMENT"}:
        return "#9b4a3c"
    return "#e69f00"
