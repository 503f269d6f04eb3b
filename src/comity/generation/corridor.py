"""The banks a day is drawn for: who can pay whom in which currency, and over which accounts.

Made once from a scheme; everything drawn afterwards is a number into the arrays here.
"""

from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from comity.agreements.membership import AccountKind, AccountTerms, ParticipantStatus
from comity.agreements.scheme import Scheme
from comity.errors import UsageError
from comity.generation.profile import COUNTRIES, CURRENCIES, OPERATOR_WEIGHT, REMITTANCE_OPERATORS

NO_ACCOUNT = -1


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank that takes part in generated traffic.

    Attributes:
        bic: its BIC.
        name: as the directory writes it.
        country: 0 or 1, position in `COUNTRIES`.
        agent: BIC of the settlement agent of its country, to which it sends its messages.
        size: share of traffic, in arbitrary units > 0.
        is_operator: whether it sends remittances in bulk.
    """

    bic: str
    name: str
    country: int
    agent: str
    size: int
    is_operator: bool


@dataclass(frozen=True, slots=True)
class Corridor:
    """Banks, and by number the accounts that a payment of theirs moves.

    Attributes:
        banks: active banks, sorted by BIC.
        accounts: all accounts of the scheme in its order.
        account: `[bank, currency]` its account, `NO_ACCOUNT` for none.
        upper: `[bank, currency]` the settlement account it pays through: its own, or that of
            its correspondent.
        central_bank: `[currency]` the account that the settlement agent of the *other*
            currency holds in this one.
        is_direct: `[bank, currency]` whether `account` is a settlement account.
        is_tight: `[bank, currency]` whether the bank lives on what comes in.
    """

    banks: tuple[Bank, ...]
    accounts: tuple[AccountTerms, ...]
    account: NDArray[np.int64]
    upper: NDArray[np.int64]
    central_bank: NDArray[np.int64]
    is_direct: NDArray[np.bool_]
    is_tight: NDArray[np.bool_]

    def sizes(self, country: int, *, may: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the size of every bank of a country that may take part, 0 for the others."""
        sizes = [bank.size if bank.country == country else 0 for bank in self.banks]
        return np.where(may, np.array(sizes, np.int64), 0)


def corridor_of(scheme: Scheme) -> Corridor:
    """Return the corridor of a scheme.

    Raises:
        UsageError: the scheme is not between the countries of the profile, or a bank of one
            of them cannot pay the other.
    """
    found = {member.country: member.currency for member in scheme.members}
    if found != dict(zip(COUNTRIES, CURRENCIES, strict=True)):
        raise UsageError(
            f"members: found {found}, expected KG with KGS and RU with RUB: the profile of"
            " generated days is calibrated for these two"
        )
    banks = _banks(scheme)
    number = {(each.participant, each.currency): at for at, each in enumerate(scheme.accounts)}
    account, upper = _routes(banks, scheme.accounts, number)
    kinds = np.array([each.kind is AccountKind.SETTLEMENT for each in scheme.accounts])
    is_direct = (account != NO_ACCOUNT) & kinds[account]
    corridor = Corridor(
        banks=banks,
        accounts=scheme.accounts,
        account=account,
        upper=upper,
        central_bank=_central_bank_accounts(scheme, number),
        is_direct=is_direct,
        is_tight=_tight(banks, account, is_direct),
    )
    _require_traffic(corridor)
    return corridor


def _banks(scheme: Scheme) -> tuple[Bank, ...]:
    """Take the active banks; their size follows the money they open with at home."""
    opening = {
        (each.participant, each.currency): each.opening_balance_minor for each in scheme.accounts
    }
    banks = []
    for participant in scheme.participants:
        member = scheme.member_of_country(participant.country)
        if member is None or participant.status is not ParticipantStatus.ACTIVE:
            continue
        balance_minor = opening.get((participant.bic, member.currency), 0)
        banks.append(
            Bank(
                bic=participant.bic,
                name=participant.name,
                country=COUNTRIES.index(participant.country),
                agent=member.agent,
                size=1 + isqrt(balance_minor),
                is_operator=participant.bic in REMITTANCE_OPERATORS,
            )
        )
    return tuple(banks)


def _routes(
    banks: tuple[Bank, ...],
    accounts: tuple[AccountTerms, ...],
    number: dict[tuple[str, str], int],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    shape = (len(banks), len(CURRENCIES))
    account = np.full(shape, NO_ACCOUNT, np.int64)
    upper = np.full(shape, NO_ACCOUNT, np.int64)
    for row, bank in enumerate(banks):
        for column, currency in enumerate(CURRENCIES):
            own = number.get((bank.bic, currency), NO_ACCOUNT)
            account[row, column] = upper[row, column] = own
            if own != NO_ACCOUNT and accounts[own].kind is AccountKind.LORO:
                upper[row, column] = number[accounts[own].agent, currency]
    return account, upper


def _central_bank_accounts(scheme: Scheme, number: dict[tuple[str, str], int]) -> NDArray[np.int64]:
    agents = [member.agent for member in scheme.members]
    pairs = zip(reversed(agents), CURRENCIES, strict=True)
    return np.array([number.get(pair, NO_ACCOUNT) for pair in pairs], np.int64)


def _tight(
    banks: tuple[Bank, ...], account: NDArray[np.int64], is_direct: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Mark banks with money of their own at home and only a correspondent abroad.

    They keep little abroad and pay suppliers there from what comes in.
    """
    home = np.array([bank.country for bank in banks])
    rows = np.arange(len(banks))
    abroad = 1 - home
    kyrgyz = home == COUNTRIES.index("KG")
    tight = np.zeros(account.shape, np.bool_)
    tight[rows, abroad] = (
        kyrgyz
        & is_direct[rows, home]
        & (account[rows, abroad] != NO_ACCOUNT)
        & ~is_direct[rows, abroad]
    )
    return tight


def _require_traffic(corridor: Corridor) -> None:
    for country, name in enumerate(COUNTRIES):
        for column, currency in enumerate(CURRENCIES):
            may = corridor.account[:, column] != NO_ACCOUNT
            if not corridor.sizes(country, may=may).any():
                raise UsageError(
                    f"accounts.csv: found no active bank of {name} with an account in {currency},"
                    " expected at least one"
                )


def remittance_sizes(corridor: Corridor, sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sizes with operators counted `OPERATOR_WEIGHT` times."""
    factor = [OPERATOR_WEIGHT if bank.is_operator else 1 for bank in corridor.banks]
    return sizes * np.array(factor, np.int64)
