"""What a set of payments leaves between two central banks, and the transfers that settle it.

Each intermediary account has taken in its own currency from payers and pays it out to payees. What
it has too much or lacks follows from the payments alone; what one central bank owes the other is
their sum in the clearing unit. A central bank settles its own side on its own books; between the
two only the asset moves.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.agreements.membership import Member
from comity.agreements.surplus_terms import SurplusTerms
from comity.agreements.terms import PaysIn
from comity.ledger import covers
from comity.money import BALANCE_MINOR_MAX
from comity.payments.codes import TransferKind
from comity.settlement.chart import (
    agent_name,
    interest_name,
    revaluation_name,
    rounding_name,
    settlement_name,
    sides_of,
)
from comity.settlement.returning import credited_minor
from comity.settlement.state import State
from comity.settlement.surpluses import split_debt
from comity.settlement.tables import COUNTER_EXPOSURE, Books
from comity.settlement.writing import Leg

Int32s = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Obligation:
    """What payments under one agreement leave between its two central banks.

    Attributes:
        agreement: its number.
        net_minor: minor units of the clearing unit, above zero when side 0 owes side 1.
        surplus_minor: by side, what its intermediary has too much once every payee is paid, minor
            units of its own currency; below zero what it lacks.
        interest_minor: accrued and booked on that, as `net_minor`.
    """

    agreement: int
    net_minor: int
    surplus_minor: tuple[int, int]
    interest_minor: int = 0

    @property
    def total_minor(self) -> int:
        """What side 0 owes side 1 in all, minor units of the clearing unit."""
        return self.net_minor + self.interest_minor

    @property
    def debtor(self) -> int:
        """The side that owes; 0 where nobody does."""
        return 0 if self.total_minor >= 0 else 1


def count_obligation(
    state: State, agreement: int, members: Int32s, interest_minor: int = 0
) -> Obligation:
    """Return what payments taken in, whether paid out or not, leave between the central banks."""
    books = state.known_books()
    side = _sides_of(books, agreement, members)
    amounts, debits = credited_minor(state, members), books.live["debit_minor"][members]
    unit = int(books.rules[agreement]["clearing_unit"])
    owed = np.where(side == unit, debits, amounts)
    surplus = [
        int(debits[side == one].sum()) - int(amounts[side == 1 - one].sum()) for one in (0, 1)
    ]
    net = int(owed[side == 0].sum()) - int(owed[side == 1].sum())
    return Obligation(agreement, net, (surplus[0], surplus[1]), interest_minor)


def _sides_of(books: Books, agreement: int, members: Int32s) -> NDArray[np.int64]:
    """Return each member's payer side, 0 or 1."""
    width = books.terms.shape[1]
    own = books.live["payer"][members] % width == books.rules[agreement]["currency_a"]
    return np.where(own, 0, 1)


def discharge_legs(state: State, owed: Obligation) -> list[Leg]:
    """Return the transfers that take back what was owed, and its interest."""
    clearing = state.known_books().sides["clearing"][owed.agreement]
    kind = TransferKind.DISCHARGE
    legs = _moved(int(clearing[1]), int(clearing[0]), owed.net_minor, kind)
    if owed.interest_minor:
        one, other = interest_accounts(state, owed.agreement)
        legs += _moved(other, one, owed.interest_minor, kind)
    return legs


def interest_accounts(state: State, agreement: int) -> tuple[int, int]:
    """Return the accounts of interest accrued by side."""
    scheme, chart = state.known_scheme(), state.known_chart()
    terms = scheme.agreements[agreement]
    names = [interest_name(terms.id, a.agent, b.agent) for a, b in sides_of(scheme, terms)]
    return chart.number_of[names[0]], chart.number_of[names[1]]


def own_currency_legs(state: State, owed: Obligation) -> list[Leg]:
    """Return the transfers by which central banks settle in their own currencies.

    Both amounts follow from payments converted at one rate, so that no conversion can lose a
    unit: the intermediary that lacks is filled by the debtor, the one with a surplus is emptied.
    Where the agreement says what a surplus is used for, both are done in part in either currency.
    """
    terms = state.known_scheme().agreements[owed.agreement].surplus
    if terms is not None and min(owed.surplus_minor) < 0 < max(owed.surplus_minor):
        return _split_legs(state, owed, terms)
    legs: list[Leg] = []
    for side, surplus in enumerate(owed.surplus_minor):
        account = _intermediary(state, owed.agreement, side)
        if _is_residue(owed):
            name, kind = rounding_name(_sides(state, owed)[side][0].agent), TransferKind.ROUNDING
        else:
            name = _filled_from(state, owed, side, is_paid_in=surplus < 0)
            kind = TransferKind.CENTRAL_BANKS
        legs += _moved(account, _number(state, name), surplus, kind)
    return legs


def _split_legs(state: State, owed: Obligation, terms: SurplusTerms) -> list[Leg]:
    """Return the transfers where the debtor's surplus is spent first, or the creditor's bounded."""
    debtor = 0 if owed.surplus_minor[0] > 0 else 1
    member, partner = _sides(state, owed)[debtor]
    surplus, lacking = owed.surplus_minor[debtor], -owed.surplus_minor[1 - debtor]
    abroad = _number(state, settlement_name(member.agent, partner.agent, partner.currency))
    surplus_of_partner = _number(
        state, settlement_name(partner.agent, member.agent, member.currency)
    )
    balances = state.known_books().balances
    most = terms.most_minor(member.currency)
    split = split_debt(
        surplus,
        lacking,
        held_minor=_available(balances[abroad]) if terms.spent_first else 0,
        room_minor=None if most is None else most - int(balances[surplus_of_partner]["posted"]),
    )
    paid_in, taken_in = (
        _intermediary(state, owed.agreement, side) for side in (1 - debtor, debtor)
    )
    kind = TransferKind.CENTRAL_BANKS
    return [
        *_moved(abroad, paid_in, split.spent_minor, kind),
        *_moved(_own(state, partner), paid_in, lacking - split.spent_minor, kind),
        *_moved(taken_in, surplus_of_partner, split.credited_minor, kind),
        *_moved(taken_in, _own(state, member), surplus - split.credited_minor, kind),
    ]


def _available(balance: Any) -> int:
    return int(balance["posted"]) - int(balance["held"])


def named_currency_legs(state: State, owed: Obligation) -> list[Leg] | None:
    """Return the transfers by which central banks settle in the named currency.

    Each settles its own side on its own books. What is owed is converted at the day's rate,
    rounded half to even once. None where the day has no rate.
    """
    paid = asset_legs(state, owed)
    if paid is None:
        return None
    legs: list[Leg] = []
    for side, surplus in enumerate(owed.surplus_minor):
        member = _sides(state, owed)[side][0]
        name, kind = agent_name(member.agent, member.currency), TransferKind.CENTRAL_BANKS
        if _is_residue(owed):
            name, kind = rounding_name(member.agent), TransferKind.ROUNDING
        account = _intermediary(state, owed.agreement, side)
        legs += _moved(account, _number(state, name), surplus, kind)
    return legs + paid


def revalued_legs(state: State, owed: Obligation) -> list[Leg] | None:
    """Return the transfers that settle what was converted at the rates of many days.

    What is owed is worth what today's rate says. The central bank whose currency is not the
    clearing unit bears the difference, on its `revaluation:` account. None without today's rates.
    """
    named = state.known_scheme().agreements[owed.agreement].settlement.asset_currency
    paid = asset_legs(state, owed) if named is not None else []
    values = [_value_owed_to(state, owed, side, owed.net_minor) for side in (0, 1)]
    totals = [_value_owed_to(state, owed, side, owed.total_minor) for side in (0, 1)]
    if paid is None or None in values or None in totals:
        return None
    keeper = None if named is not None else _keeping_side(state, owed)
    legs: list[Leg] = []
    for side, (value, total) in enumerate(zip(values, totals, strict=True)):
        assert value is not None, "looked for above"
        assert total is not None, "looked for above"
        member, partner = _sides(state, owed)[side]
        account, own = _intermediary(state, owed.agreement, side), _own(state, member)
        source = own
        if side == keeper:
            source = _number(state, settlement_name(partner.agent, member.agent, member.currency))
            legs += _moved(source, own, total - value, TransferKind.INTEREST_PAID)
        legs += _moved(source, account, value, TransferKind.CENTRAL_BANKS)
        left = owed.surplus_minor[side] + value
        revaluation = revaluation_name(member.agent)
        if left:
            legs += _moved(account, _number(state, revaluation), left, TransferKind.REVALUATION)
    return legs + paid


def asset_legs(state: State, owed: Obligation) -> list[Leg] | None:
    """Return the transfer of the named currency between the two; None where it has no rate."""
    ratio = state.asset_rates.get(owed.agreement)
    if ratio is None:
        return None
    named = state.known_scheme().agreements[owed.agreement].settlement.asset_currency
    keeper = state.known_scheme().keeper_of_currency(named or "")
    assert named is not None, "only an agreement that names a currency has a rate of it"
    assert keeper is not None, "a scheme that does not know it is refused"
    accounts = [
        _number(state, settlement_name(one.agent, keeper.agent, named))
        for one, _ in _sides(state, owed)
    ]
    amount = round(owed.total_minor * ratio)
    return _moved(accounts[0], accounts[1], amount, TransferKind.NAMED_CURRENCY)


def are_covered(books: Books, legs: list[Leg]) -> bool:
    """Return whether every account can bear the legs once all are posted."""
    change: dict[int, int] = {}
    for debit, credit, amount, _ in legs:
        change[debit] = change.get(debit, 0) - amount
        change[credit] = change.get(credit, 0) + amount
    return all(covers(books.balances, at, -by) for at, by in change.items() if by < 0)


def count_exposure(state: State, legs: list[Leg]) -> bool:
    """Raise the exposures by what moves; return False, with nothing changed, beyond what counts."""
    chart, exposure = state.known_chart(), state.known_books().counters[COUNTER_EXPOSURE:]
    raised = exposure.tolist()
    for debit, _, amount, _ in legs:
        raised[chart.currencies.index(chart.accounts[debit].currency)] += amount
    if max(raised) > BALANCE_MINOR_MAX:
        return False
    exposure[:] = raised
    return True


def _moved(source: int, target: int, amount: int, kind: TransferKind) -> list[Leg]:
    """Return the transfer of a signed amount, none of nothing."""
    if amount == 0:
        return []
    return [(source, target, amount, kind)] if amount > 0 else [(target, source, -amount, kind)]


def _is_residue(owed: Obligation) -> bool:
    """One rate, each way round: both lack, or both have too much, only by what rounding left."""
    return min(owed.surplus_minor) > 0 or max(owed.surplus_minor) < 0


def _sides(state: State, owed: Obligation) -> tuple[tuple[Member, Member], ...]:
    scheme = state.known_scheme()
    return sides_of(scheme, scheme.agreements[owed.agreement])


def _intermediary(state: State, agreement: int, side: int) -> int:
    return int(state.known_books().sides[agreement, side]["intermediary"])


def _number(state: State, name: str) -> int:
    return state.known_chart().number_of[name]


def _own(state: State, member: Member) -> int:
    return _number(state, agent_name(member.agent, member.currency))


def _filled_from(state: State, owed: Obligation, side: int, *, is_paid_in: bool) -> str:
    """Return the account from which an intermediary is filled, or into which it is emptied."""
    member, partner = _sides(state, owed)[side]
    if is_paid_in == _pays_own(state, owed):
        return agent_name(member.agent, member.currency)
    return settlement_name(partner.agent, member.agent, member.currency)


def _pays_own(state: State, owed: Obligation) -> bool:
    terms = state.known_scheme().agreements[owed.agreement].central_bank_settlement
    assert terms is not None, "only two-currency agreements come here"
    return terms.pays_in is PaysIn.DEBTOR_CURRENCY


def _keeping_side(state: State, owed: Obligation) -> int:
    """Return the side in whose currency, and so on whose books, the debtor pays."""
    return owed.debtor if _pays_own(state, owed) else 1 - owed.debtor


def _value_owed_to(state: State, owed: Obligation, side: int, net_minor: int) -> int | None:
    """Return what is owed to a side in its own currency at today's rate, below zero if it owes."""
    books = state.known_books()
    owed_minor = net_minor if side == 1 else -net_minor
    if side == int(books.rules[owed.agreement]["clearing_unit"]):
        return owed_minor
    rate = books.sides[owed.agreement, side]
    if not rate["rate_found"]:
        return None
    return round(owed_minor * Fraction(int(rate["rate_numerator"]), int(rate["rate_denominator"])))
