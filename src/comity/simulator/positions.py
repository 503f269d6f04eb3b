"""Who holds, or owes, what of a currency that is not its own while payments settle.

Counted where an option makes somebody stand between two currencies: central banks by what they owe
one another and hold with one another, dealers by what they have taken and paid. Banks that pay in
the currency of a payment hold it whatever the option; how they came by it is not known.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import TransferKind
from comity.payments.rows import Rows
from comity.simulator.claims import Position, Steps

Int64s = NDArray[np.int64]

_DEALT: Final = (TransferKind.DEALER_TAKES, TransferKind.VEHICLE, TransferKind.DEALER_PAYS)


def dealer_positions(
    posted: Rows,
    dealers: Mapping[int, tuple[str, int]],
    currencies: Sequence[int],
    steps: Callable[[Int64s, int, Int64s], Steps],
) -> Iterator[Position]:
    """Yield what dealers have taken less what they have paid, by currency, from nothing on.

    Args:
        posted: what moved between places that day, see `Trial.posted`.
        dealers: name and home currency of each, by number of its party.
        currencies: ISO 4217 numbers, by which places count.
        steps: makes steps of a day of instants (UTC), what there was at its beginning, and what
            there was from each instant on.
    """
    dealt = posted[np.isin(posted["kind"], _DEALT)]
    for number, (name, home) in dealers.items():
        for at, currency in enumerate(currencies):
            if currency == home:
                continue
            change = _change(dealt, number * len(currencies) + at)
            mine = np.flatnonzero(change)
            if len(mine):
                held = steps(dealt["at_us"][mine], 0, np.cumsum(change[mine]))
                yield Position(name, home, currency, held)


def _change(posted: Rows, place: int) -> Int64s:
    sign = (posted["credit"] == place).astype(np.int64) - (posted["debit"] == place)
    change: Int64s = sign * posted["amount_minor"]
    return change


def owed_positions(
    sides: Sequence[tuple[str, int]], currency: int, balance: Steps
) -> Iterator[Position]:
    """Yield the positions that a balance between two central banks makes for either.

    Args:
        sides: country and home currency of the holder, then of the keeper.
        currency: ISO 4217 number of the balance.
        balance: above zero the keeper owes the holder.
    """
    for (name, home), sign in zip(sides, (1, -1), strict=True):
        if home != currency:
            yield Position(name, home, currency, balance.mapped(sign * balance.minor))


def filled_before(balance: Steps, *, piles_up: bool) -> Steps:
    """Return what is held of money that must lie ready: what the day uses, less what is used.

    Args:
        balance: of an account without end, that begins the trial with nothing.
        piles_up: whether what stands above zero is held from day to day; only what the day uses
            beyond it has to lie ready.
    """
    held = balance.minor if piles_up else balance.minor - balance.minor[0]
    return balance.mapped(held - min(int(held.min()), 0))
