"""What would be owed to whom if a member or a bank left now: claims, debts, what is in hand.

A drill, not an act: nothing is booked. Debts are what stands on accounts between it and others;
what central banks owe one another for payments in two currencies stands on clearing accounts, of
which each side is the other's mirror. Payments that are not final are told by their state: they are
owed to nobody yet, and what becomes of them is for the agreements to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from comity.errors import UsageError
from comity.ledger import Account, AccountKind
from comity.payments.lifecycle import State as PaymentState
from comity.settlement import State

_BETWEEN: Final = frozenset(
    {AccountKind.SETTLEMENT, AccountKind.LORO, AccountKind.CLEARING, AccountKind.INTEREST}
)
_UP_FOR_OTHERS: Final = frozenset(
    {AccountKind.COLLATERAL, AccountKind.GUARANTEE_FUND, AccountKind.DRAWN}
)
_IN_HAND: Final = (
    PaymentState.HELD_SCREENING,
    PaymentState.HELD_REVIEW,
    PaymentState.WAREHOUSED,
    PaymentState.ACCEPTED,
    PaymentState.QUEUED,
    PaymentState.RESERVED,
    PaymentState.IN_CYCLE,
    PaymentState.FROZEN,
)


@dataclass(frozen=True, slots=True)
class Debt:
    """What one would owe another.

    Attributes:
        debtor: BIC of who owes.
        creditor: BIC of whom.
        currency: ISO 4217 number.
        amount_minor: above zero.
        account: on which it stands.
        kind: of that account.
    """

    debtor: str
    creditor: str
    currency: int
    amount_minor: int
    account: str
    kind: AccountKind


@dataclass(frozen=True, slots=True)
class InHand:
    """Payments that are not final, from it or to it.

    Attributes:
        is_from: whether it pays them.
        state: in which they are.
        currency: ISO 4217 number of the interbank settlement amount.
        payments: how many.
        amount_minor: and their value.
    """

    is_from: bool
    state: PaymentState
    currency: int
    payments: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ExitDrill:
    """The drill of one who leaves.

    Attributes:
        who: BICs that leave: a bank; or a central bank and all banks of its country.
        debts: between them and others, in order of accounts; not those among themselves.
        in_hand: payments of theirs with others that are not final.
    """

    who: tuple[str, ...]
    debts: tuple[Debt, ...]
    in_hand: tuple[InHand, ...]

    def net_minor(self) -> dict[int, int]:
        """Return by currency what others would owe them, less what they would owe."""
        found: dict[int, int] = {}
        for each in self.debts:
            sign = -1 if each.debtor in self.who else 1
            found[each.currency] = found.get(each.currency, 0) + sign * each.amount_minor
        return found


def drill_exit(state: State, leaver: str) -> ExitDrill:
    """Return what would be owed to whom if somebody left with the books as they stand.

    Args:
        state: of a database that was founded.
        leaver: BIC of a bank, or the country of a member.

    Raises:
        UsageError: neither is in the scheme.
    """
    who = frozenset(_leavers(state, leaver))
    return ExitDrill(
        tuple(sorted(who)), tuple(_debts(state, who)), tuple(_payments_in_hand(state, who))
    )


def _leavers(state: State, leaver: str) -> Iterator[str]:
    scheme = state.known_scheme()
    member = scheme.member_of_country(leaver)
    banks = [each.bic for each in scheme.participants]
    if member is not None:
        yield member.agent
        yield from (each.bic for each in scheme.participants if each.country == leaver)
    elif leaver in banks:
        yield leaver
    else:
        countries = ", ".join(each.country for each in scheme.members)
        raise UsageError(
            f"leaver: found {leaver!r}, expected a member ({countries}) or the BIC of a bank:"
            f" {', '.join(banks)}"
        )


def _debts(state: State, who: frozenset[str]) -> Iterator[Debt]:
    posted = state.known_books().balances["posted"]
    for account in state.known_chart().accounts:
        balance = int(posted[account.number])
        if not balance or (account.owner in who) == (account.agent in who):
            continue
        if account.kind in _BETWEEN or account.kind in _UP_FOR_OTHERS:
            if _is_mirror(account, who):
                continue
            # Above zero the keeper owes the holder; below, the holder owes.
            debtor, creditor = account.agent, account.owner
            if balance < 0:
                debtor, creditor = creditor, debtor
            yield Debt(debtor, creditor, account.currency, abs(balance), account.name, account.kind)


def _is_mirror(account: Account, who: frozenset[str]) -> bool:
    """Whether the same debt stands on the leaver's own account of the pair as well."""
    is_pair = account.kind in {AccountKind.CLEARING, AccountKind.INTEREST}
    return is_pair and account.owner not in who


def _payments_in_hand(state: State, who: frozenset[str]) -> Iterator[InHand]:
    chart, books = state.known_chart(), state.known_books()
    rows = books.rows[: state.payment_count]
    live = books.live[: state.payment_count]
    leaves = np.array([name in who for name in chart.participants])
    payer, payee = leaves[rows["debtor_agent"]], leaves[rows["creditor_agent"]]
    for is_from, mine in ((True, payer & ~payee), (False, payee & ~payer)):
        for one in _IN_HAND:
            chosen = rows[mine & (live["state"] == one)]
            for number in np.unique(chosen["currency"]).tolist():
                amounts = chosen["amount_minor"][chosen["currency"] == number]
                yield InHand(is_from, one, int(number), len(amounts), sum(amounts.tolist()))
