"""What every account opens with, so that most payments settle and some have to wait.

A bank is given a share of what it will pay on its busiest day, and on top of that what it loses
over the days before. Banks that live on what comes in get a small share: their urgent payments
queue until money arrives.
"""

import csv
import io
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from comity.agreements.membership import AccountTerms
from comity.generation.corridor import NO_ACCOUNT, Corridor
from comity.generation.profile import (
    CURRENCIES,
    FUNDING_PERMILLE,
    MINOR_PER_USD_CENT_PERMILLE,
    TIGHT_FUNDING_PERMILLE,
    Flaw,
)
from comity.generation.traffic import Traffic

OPENING_MINOR_MIN = 100_000_000
"""One million: what even an idle account holds."""

_ROUND_MINOR = 10_000_000
_HOLD_PERMILLE = 1_030  # payments in two currencies are held above the last fixing


@dataclass(slots=True)
class Funding:
    """Adds up what accounts pay and get, day by day.

    Attributes:
        corridor: the banks.
        days: (paid, received) minor units by account, one pair a day.
    """

    corridor: Corridor
    days: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = field(default_factory=list)

    def add_day(self, traffic: Traffic) -> None:
        """Take the payments of one more day into account."""
        paid = np.zeros(len(self.corridor.accounts), np.int64)
        received = np.zeros_like(paid)
        counted = np.isin(traffic.flaw, (Flaw.NONE, Flaw.FUTURE_DATED, Flaw.AFTER_CUT_OFF))
        rows = traffic.taken(np.flatnonzero(counted))
        debit_minor = _debit_minor(rows)
        for side, bank, currency, minor in (
            (paid, rows.payer, rows.debit_currency, debit_minor),
            (received, rows.payee, rows.currency, rows.amount_minor),
        ):
            own = self.corridor.account[bank, currency]
            upper = self.corridor.upper[bank, currency]
            np.add.at(side, own, minor)
            np.add.at(side, upper, np.where(upper != own, minor, 0))
        two = rows.is_two_currency
        central = self.corridor.central_bank[rows.currency[two]]
        kept = central != NO_ACCOUNT
        np.add.at(paid, central[kept], rows.amount_minor[two][kept])
        self.days.append((paid, received))

    def opening_minor(self) -> NDArray[np.int64]:
        """Return the opening balance of every account, minor units."""
        share = self._share_permille()
        needed = np.full(len(self.corridor.accounts), OPENING_MINOR_MIN, np.int64)
        lost = np.zeros_like(needed)
        for paid, received in self.days:
            needed = np.maximum(needed, np.maximum(lost, 0) + paid // 1_000 * share)
            lost += paid - received
        return (needed + _ROUND_MINOR - 1) // _ROUND_MINOR * _ROUND_MINOR

    def _share_permille(self) -> NDArray[np.int64]:
        share = np.full(len(self.corridor.accounts), FUNDING_PERMILLE, np.int64)
        tight = self.corridor.account[self.corridor.is_tight]
        share[tight] = TIGHT_FUNDING_PERMILLE
        return share


def accounts_csv(accounts: tuple[AccountTerms, ...], opening_minor: NDArray[np.int64]) -> str:
    """Return accounts.csv with the balances; both currencies have two decimals."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["participant", "currency", "kind", "agent", "opening_balance", "limit"])
    for account, minor in zip(accounts, opening_minor.tolist(), strict=True):
        limit = "unlimited" if account.limit_minor is None else _decimal(account.limit_minor)
        rows.writerow(
            [
                account.participant,
                account.currency,
                account.kind.value,
                account.agent,
                _decimal(minor),
                limit,
            ]
        )
    return out.getvalue()


def _debit_minor(rows: Traffic) -> NDArray[np.int64]:
    per_cent = np.array([MINOR_PER_USD_CENT_PERMILLE[code] for code in CURRENCIES], np.int64)
    converted = rows.amount_minor * per_cent[rows.debit_currency] // per_cent[rows.currency]
    held = converted * _HOLD_PERMILLE // 1_000
    return np.where(rows.is_two_currency, held, rows.amount_minor)


def _decimal(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
