"""How options look: a colour, a dash and a sign each, the same in every chart of a comparison.

The hues are those of Okabe and Ito's set for colour-blind readers (2008), darkened where a thin
line of them would be too pale. Where there are more options than hues, the dash changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

_HUES: Final = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#8c6d31",
    "#7f3c8d",
)
_DASHES: Final = ("solid", "dash", "dot")
_SYMBOLS: Final = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "cross",
    "x",
    "star",
    "pentagon",
)
_PERCENT: Final = 100
LEGEND_ROW_PIXELS: Final = 21
"""Height of a row of a legend."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a comparison is shown.

    Attributes:
        code: currency in which amounts are.
        days: over which it was taken; amounts are shown a day.
        level: of liquidity, at which options are held side by side.
        name: of the currency; or that all of them are meant, in this one.
    """

    code: str
    days: int
    level: str
    name: str

    @property
    def where(self) -> str:
        """How a sentence on it begins."""
        return f"In {self.code}" if self.name == self.code else "All together"


def option_line(number: int, width: float = 1.8) -> dict[str, Any]:
    """Return the line of the option in that place."""
    dash = _DASHES[number // len(_HUES) % len(_DASHES)]
    return {"color": _HUES[number % len(_HUES)], "width": width, "dash": dash}


def option_marker(number: int, size: int = 9) -> dict[str, Any]:
    """Return the sign of the option in that place; hollow in the second round of hues."""
    hollow = "-open" if number // len(_HUES) % 2 else ""
    return {
        "color": _HUES[number % len(_HUES)],
        "symbol": _SYMBOLS[number % len(_SYMBOLS)] + hollow,
        "size": size,
        "line": {"width": 1.5 if hollow else 0.8, "color": _outline(number)},
    }


def _outline(number: int) -> str:
    hollow = number // len(_HUES) % 2
    return _HUES[number % len(_HUES)] if hollow else "#ffffff"


def names_of(document: Mapping[str, Any]) -> list[str]:
    """Return the names of the options, in order."""
    return [one["name"] for one in document["options"]]


def as_percent(text: str | None) -> float:
    """Return a share as the number of percent that is drawn; 0 where there is none."""
    return 0.0 if text is None else float(Fraction(text) * _PERCENT)


def legend_pixels(names: Sequence[str], *, is_wide: bool) -> int:
    """Return the height that a legend of these names takes above a chart, about."""
    longest = max(map(len, names), default=0) + _LEGEND_GAP
    in_a_row = max(1, (_WIDE_ROW if is_wide else _LEGEND_ROW) // longest)
    return LEGEND_ROW_PIXELS * -(-len(names) // in_a_row)


_LEGEND_GAP: Final = 6
_LEGEND_ROW: Final = 66
_WIDE_ROW: Final = 150
