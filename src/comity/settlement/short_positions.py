"""Short positions as tables: who may be short, and what each currency is worth on a day.

The unit is the scheme's unit of valuation, at the official rates by which the day is valued.
"""

from fractions import Fraction

import numpy as np

from comity.money import currency_by_number
from comity.settlement.selection_values import minor_values
from comity.settlement.short_kernel import value_accounts
from comity.settlement.state import State
from comity.settlement.tables import SHORT_ROW, Books, Rows

_NUMBERS_END = 1 << 31


def open_shorts(state: State) -> None:
    """Value the currencies for a day, and note how each bank opens.

    A currency without a usable rate covers nothing, and nobody becomes shorter of it.
    """
    books = state.known_books()
    if not len(books.shorts.most_minor):
        return
    scheme, worth = state.known_scheme(), books.shorts.worth
    haircuts = {one.currency: Fraction(one.percent) / 100 for one in scheme.haircuts}
    values = minor_values(state)
    worth[:] = 0
    worth["value_per"] = worth["long_per"] = 1
    for index, number in enumerate(state.known_chart().currencies):
        if index in values:
            haircut = haircuts.get(currency_by_number(number).code, Fraction(0))
            _set(worth, index, values[index], haircut)
    books.shorts.opened[:] = value_banks(books)


def _set(worth: Rows, index: int, value: Fraction, haircut: Fraction) -> None:
    for name, part, up in (
        ("value", value, True),
        ("long", value * (1 - haircut), False),
        ("short", value * (1 + haircut), True),
    ):
        worth[index][f"{name}_of"], worth[index][f"{name}_per"] = cautious_ratio(part, up=up)


def cautious_ratio(value: Fraction, *, up: bool) -> tuple[int, int]:
    """Return a ratio as two numbers below 2^31: the same one, or the next one up or down.

    Args:
        value: 0 or more; above 2^30 it counts as that much.
        up: whether it may only be rounded up.
    """
    of, per = value.as_integer_ratio()
    if of < _NUMBERS_END and per < _NUMBERS_END:
        return of, per
    value = min(value, Fraction(_NUMBERS_END // 2))
    per = min(
        _NUMBERS_END - 1, (_NUMBERS_END - 2) // max(1, -(-value.numerator // value.denominator))
    )
    part = value * per
    return (-(-part.numerator // part.denominator) if up else int(part)), per


def value_banks(books: Books) -> Rows:
    """Return SHORT_ROW of each participant as its accounts stand; zeros of those not tested."""
    found = np.zeros(len(books.shorts.most_minor), SHORT_ROW)
    value_accounts(books, found)
    return found
