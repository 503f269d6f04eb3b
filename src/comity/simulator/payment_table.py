"""Payments of any number of days as columns: what every option is tried on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.identifiers import is_bic

Int16s = NDArray[np.int16]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PaymentTable:
    """Payments in order of day and time; equal times keep the order in which they were given.

    Columns are of equal length, one value a payment.

    Attributes:
        parties: names, in order of the alphabet; columns point into them.
        day: days since 1970-01-01.
        time_us: microseconds since midnight of that day, on the clock of the payments, 0 …
            86,399,999,999.
        debtor: who pays, place in `parties`.
        creditor: who is paid, another one.
        currency: ISO 4217 number.
        amount_minor: minor units, 1 … 10^15 − 1.
        priority: `payments.codes.Priority`.
        purpose: packed as in `payments.purposes`, 0 where none is given.
        from_us: from when it may settle, since midnight; −1 from its time on.
        till_us: by when it should have settled, since midnight; −1 the close.
        link: number of the trade whose leg it is, −1 none.
        line: where it stands in its source: number of the line in a CSV file, of the row in
            others, from 1.
        hash: SHA-256 of the source, hexadecimal.
        countries: ISO 3166-1 alpha-2 code of each party, empty where it is not known; where none
            are given, those that names which are BICs tell.
    """

    parties: tuple[str, ...]
    day: Int32s
    time_us: Int64s
    debtor: Int32s
    creditor: Int32s
    currency: Int16s
    amount_minor: Int64s
    priority: NDArray[np.int8]
    purpose: Int32s
    from_us: Int64s
    till_us: Int64s
    link: Int64s
    line: Int64s
    hash: str
    countries: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return how many payments there are."""
        return len(self.day)

    def __post_init__(self) -> None:
        """Check that the columns belong together and stand in order."""
        countries = self.countries or tuple(map(_country_of, self.parties))
        object.__setattr__(self, "countries", countries)
        assert len(countries) == len(self.parties), "one country a party, or none at all"
        for name in COLUMNS:
            assert len(getattr(self, name)) == len(self.day), f"{name} is of another length"
        before = np.diff(self.day).astype(np.int64) * _DAY_US + np.diff(self.time_us)
        assert (before >= 0).all(), "payments stand in order of day and time"

    def days(self) -> Iterator[tuple[int, slice]]:
        """Yield each day that has payments, with where these stand."""
        days, starts = np.unique(self.day, return_index=True)
        ends = np.append(starts[1:], len(self.day))
        for day, start, end in zip(days.tolist(), starts.tolist(), ends.tolist(), strict=True):
            yield day, slice(start, end)


def _country_of(name: str) -> str:
    return name[_COUNTRY] if is_bic(name) else ""


_DAY_US = 86_400_000_000
_COUNTRY = slice(4, 6)  # of a BIC
COLUMNS: Final = (
    "day",
    "time_us",
    "debtor",
    "creditor",
    "currency",
    "amount_minor",
    "priority",
    "purpose",
    "from_us",
    "till_us",
    "link",
    "line",
)
"""Every column by payment, in order of declaration."""
