"""The day's trades of payment versus payment: which found both legs, and what became of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.money import currency_by_number
from comity.payments.codes import EventKind, PairState
from comity.statistics.day import Day

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trades:
    """Trades in the same two currencies of which at least one leg was accepted that day.

    Each ended that day, settled, released to the next one, or expired, or is in doubt at its close;
    the sums agree.

    Attributes:
        currencies: ISO 4217 codes, in order of the alphabet.
        begun: trades.
        matched: of those, with both legs.
        settled: of those, in one moment.
        released: not settled by the close, to be judged anew on the next day.
        expired: ended without settling, withdrawn ones included.
        in_doubt: asked of an outside agent, which has not said whether it has settled its leg.
        settled_minor: what the settled ones moved in each of the currencies, minor units.
    """

    currencies: tuple[str, str]
    begun: int
    matched: int
    settled: int
    released: int
    expired: int
    in_doubt: int
    settled_minor: tuple[int, int]


def trades(day: Day) -> tuple[Trades, ...]:
    """Return the day's trades by their two currencies, in order of the codes."""
    events = day.events[day.events["kind"] == EventKind.PAIR]
    begun = events[events["after"] == PairState.UNMATCHED]
    if not len(begun):
        return ()
    first = day.payments[day.rows_of(begun["value"].astype(np.int64))]
    codes = np.column_stack([first["currency"], first["counter_currency"]])
    amounts = np.column_stack([first["amount_minor"], first["counter_minor"]])
    ended = {state: _is_in(events, begun, state) for state in PairState}
    ended[PairState.BOTH_RESERVED] &= np.isin(begun["subject"], [one.pair for one in day.doubts])
    kinds, kind_of = np.unique(np.sort(codes, axis=1), axis=0, return_inverse=True)
    found = [
        _trades(numbers, codes, amounts, {state: ended[state] & (kind_of == at) for state in ended})
        for at, numbers in enumerate(kinds.tolist())
    ]
    return tuple(sorted(found, key=lambda one: one.currencies))


def _is_in(events: NDArray[Any], begun: NDArray[Any], state: PairState) -> NDArray[np.bool_]:
    """Return by pair that was begun whether it came to a state that day."""
    return np.isin(begun["subject"], events["subject"][events["after"] == state])


def _trades(
    numbers: list[int],
    codes: NDArray[np.int16],
    amounts: Int64s,
    came_to: dict[PairState, NDArray[np.bool_]],
) -> Trades:
    """Return the trades of two currencies, by ISO 4217 number; `came_to` knows only these."""
    settled = came_to[PairState.SETTLED]
    sums = {
        currency_by_number(number).code: sum(amounts[settled][codes[settled] == number].tolist())
        for number in numbers
    }
    (one, paid), (other, returned) = sorted(sums.items())
    return Trades(
        currencies=(one, other),
        begun=int(np.count_nonzero(came_to[PairState.UNMATCHED])),
        matched=int(np.count_nonzero(came_to[PairState.MATCHED])),
        settled=int(np.count_nonzero(settled)),
        released=int(np.count_nonzero(came_to[PairState.RELEASED])),
        expired=int(np.count_nonzero(came_to[PairState.EXPIRED])),
        in_doubt=int(np.count_nonzero(came_to[PairState.BOTH_RESERVED])),
        settled_minor=(paid, returned),
    )


def trade_documents(found: tuple[Trades, ...]) -> list[dict[str, Any]]:
    """Return trades as JSON values."""
    return [
        {
            "currencies": list(one.currencies),
            "begun": one.begun,
            "matched": one.matched,
            "settled": one.settled,
            "released": one.released,
            "expired": one.expired,
            "in_doubt": one.in_doubt,
            "settled_minor": dict(zip(one.currencies, one.settled_minor, strict=True)),
        }
        for one in found
    ]
