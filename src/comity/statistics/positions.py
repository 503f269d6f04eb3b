"""What each bank sent and received in each currency, and how far netting would reduce it.

Gross is what settled; net is what remains to be paid when each bank pays only the excess of
what it sent over what it received, over the whole day. The ratio says what netting all of it
at once would have saved; a cycle's own saving stands in the table of cycles.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from comity.money import currency_by_number
from comity.payments.codes import Definition
from comity.statistics.day import Day, settled
from comity.statistics.exact import share


@dataclass(frozen=True, slots=True)
class CurrencyPositions:
    """One currency's settled payments, by bank; minor units.

    Attributes:
        currency: ISO 4217 code.
        payments: number of settled payments.
        sent_minor: by participant number, as debtor's bank.
        received_minor: by participant number, as creditor's bank.
        returned_minor: part of what was sent that returns earlier payments.
    """

    currency: str
    payments: int
    sent_minor: NDArray[np.int64]
    received_minor: NDArray[np.int64]
    returned_minor: int = 0

    @property
    def gross_minor(self) -> int:
        """Sum of all settled payments."""
        return int(self.sent_minor.sum())

    @property
    def net_minor(self) -> int:
        """Sum over banks of what each sent in excess of what it received."""
        return int(np.maximum(self.sent_minor - self.received_minor, 0).sum())

    @property
    def netting_ratio(self) -> Fraction | None:
        """1 − net ÷ gross, or None where nothing settled."""
        remaining = share(self.net_minor, self.gross_minor)
        return None if remaining is None else 1 - remaining


def positions(day: Day) -> tuple[CurrencyPositions, ...]:
    """Return the positions of every currency of a member or of a settled payment, by code."""
    rows = day.payments[settled(day)]
    codes = {currency_by_number(int(number)).code for number in np.unique(rows["currency"])}
    codes |= {member.currency for member in day.scheme.members}
    numbers = {currency_by_number(int(n)).code: int(n) for n in np.unique(rows["currency"])}
    found = []
    for code in sorted(codes):
        chosen = rows[rows["currency"] == numbers.get(code, -1)]
        sent = np.zeros(len(day.participants), np.int64)
        received = np.zeros(len(day.participants), np.int64)
        np.add.at(sent, chosen["debtor_agent"], chosen["amount_minor"])
        np.add.at(received, chosen["creditor_agent"], chosen["amount_minor"])
        returns = chosen[chosen["definition"] == Definition.PACS_004]
        returned = int(returns["amount_minor"].sum())
        found.append(CurrencyPositions(code, len(chosen), sent, received, returned))
    return tuple(found)
