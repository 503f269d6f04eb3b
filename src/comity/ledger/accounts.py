"""Accounts and their balances as columns.

An account has one currency, so a balance inside the ledger is a plain integer of minor units.
`posted` is what has been booked, `held` what is earmarked out of it; held money counts against
the limit in every check, so that nothing can be promised twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]


class AccountKind(StrEnum):
    """What an account is for; see `docs/architecture.md`, "How a payment books"."""

    SETTLEMENT = "settlement"  # a bank's or partner central bank's account at an agent
    AGENT = "agent"  # the agent's own side: mirror of pay-ins and pay-outs
    LORO = "loro"  # a sponsored bank's account at its correspondent
    OWN = "own"  # the correspondent's own funds that mirror its loro accounts
    INTERMEDIARY = "intermediary"  # taken in or to be paid out by a central bank for the scheme
    CLEARING = "clearing"  # what one central bank owes another; a pair sums to zero
    INTEREST = "interest"  # accrued on what one central bank owes another; a pair sums to zero
    REVALUATION = "revaluation"  # what rates moved between fixing and settlement
    CYCLE = "cycle"  # passes net positions through; zero between cycles
    ROUNDING = "rounding"  # residues, shown, never lost
    COLLATERAL = "collateral"  # put up by a participant for what it may owe in cycles
    GUARANTEE_FUND = "guarantee_fund"  # a participant's contribution to what covers all
    DRAWN = "drawn"  # a participant's credit line: below zero by what is drawn
    BLOCKED = "blocked"  # money of payments whose party is on a list that freezes
    RECOURSE = "recourse"  # what participants owe one another for draws on the fund; sums to zero


COMMERCIAL_BANK_KINDS = frozenset({AccountKind.LORO, AccountKind.OWN})
"""Kinds that hold commercial-bank money; all others hold central-bank money."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the chart.

    Attributes:
        number: its place in every column.
        name: unique, readable, such as `settlement:NOMAKG20@CBKGKG20:KGS`.
        currency: ISO 4217 number.
        owner: BIC of the holder.
        agent: BIC of the institution that keeps the account.
        limit_minor: how far below zero the available balance may go; None is unlimited.
    """

    number: int
    name: str
    kind: AccountKind
    currency: int
    owner: str
    agent: str
    limit_minor: int | None

    @property
    def is_central_bank_money(self) -> bool:
        """Whether the balance is a claim on a central bank."""
        return self.kind not in COMMERCIAL_BANK_KINDS


BALANCE_ROW = np.dtype(
    [
        ("posted", "<i8"),  # minor units; a debit lowers, a credit raises
        ("held", "<i8"),  # minor units earmarked, never below zero
        ("limit", "<i8"),  # minor units below zero allowed; ignored where unlimited
        ("unlimited", "<i8"),  # 1 where there is no limit
    ]
)
"""One account's balance, by account number; changed in place by the settlement kernels."""


def balances_of(accounts: Sequence[Account]) -> NDArray[Any]:
    """Return zero balances for a chart of accounts."""
    balances = np.zeros(len(accounts), BALANCE_ROW)
    balances["limit"] = [one.limit_minor or 0 for one in accounts]
    balances["unlimited"] = [one.limit_minor is None for one in accounts]
    return balances


@numba.njit(cache=True)
def covers(balances: NDArray[Any], account: int | np.int64, amount_minor: int | np.int64) -> bool:
    """Return whether the account can pay the amount without passing its limit."""
    balance = balances[account]
    if balance.unlimited:
        return True
    return bool(balance.posted - balance.held + balance.limit >= amount_minor)


def fold_transfers(account_count: int, transfers: NDArray[Any]) -> tuple[Int64s, Int64s]:
    """Return the sums of debits and of credits per account, from transfer rows.

    Args:
        account_count: length of the results.
        transfers: rows with `debit`, `credit` and `amount_minor`.
    """
    debited = np.zeros(account_count, np.int64)
    credited = np.zeros(account_count, np.int64)
    _fold(transfers["debit"], transfers["credit"], transfers["amount_minor"], debited, credited)
    return debited, credited


@numba.njit(cache=True)
def _fold(
    debit: NDArray[np.int32],
    credit: NDArray[np.int32],
    amount: Int64s,
    debited: Int64s,
    credited: Int64s,
) -> None:
    for i in range(len(amount)):
        debited[debit[i]] += amount[i]
        credited[credit[i]] += amount[i]
