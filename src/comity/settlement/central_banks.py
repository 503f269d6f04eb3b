"""Payments in two currencies: the day's fixing, and the settlement between central banks.

At the fixing each payer is debited in its own currency; from then on one central bank owes the
other. When they settle, the obligations are discharged, the difference moves in the currency the
agreement names, and only then are the payees credited and the payments final. Each day's payments
are settled by themselves, the oldest first: they were converted at one rate.
"""

import numpy as np
from numpy.typing import NDArray

from comity.agreements.terms import Agreement, PaysIn
from comity.ledger import covers
from comity.payments.codes import EventKind, TransferKind
from comity.settlement.chart import agent_name, rounding_name, settlement_name, sides_of
from comity.settlement.exchange_kernel import convert_held, pay_out
from comity.settlement.releasing import (
    EVENTS_PER_RELEASE,
    TRANSFERS_PER_PAYMENT,
    release_places,
)
from comity.settlement.state import State, listed_payments
from comity.settlement.tables import Books, Output, new_output
from comity.settlement.writing import Leg, Writer

Int32s = NDArray[np.int32]


def fix(state: State, writer: Writer, at_us: int, agreement: int) -> None:
    """Convert what is held at the day's rate and take it in; what is accepted later, at once."""
    books = state.known_books()
    waiting = listed_payments(books.live, books.held_lists[agreement])
    books.rules[agreement]["fixed"] = 1
    out = _room(len(waiting))
    convert_held(books, out, at_us, waiting)
    writer.take(out)
    # Less than the hold is needed from now on, so a queue may move although no money came.
    release_places(state, writer, at_us, _waiting_places(books))


def settle(state: State, writer: Writer, at_us: int, agreement: int) -> None:
    """Let the two central banks settle, then pay out; without cover everything waits."""
    books, terms = state.known_books(), state.known_scheme().agreements[agreement]
    assert terms.central_bank_settlement is not None, "only two-currency agreements come here"
    latest = state.business_day - terms.central_bank_settlement.day_offset
    waiting = listed_payments(books.live, books.held_lists[agreement])
    taken = books.live["taken_day"][waiting]
    for day in np.unique(taken[(taken > 0) & (taken <= latest)]).tolist():
        if not _settle_day(state, writer, at_us, agreement, waiting[taken == day]):
            return


def _settle_day(state: State, writer: Writer, at_us: int, agreement: int, members: Int32s) -> bool:
    """Settle the payments taken in on one day; return whether there was cover for them."""
    books, terms = state.known_books(), state.known_scheme().agreements[agreement]
    discharge, net = _discharge(books, agreement, members)
    legs = _settlement_legs(state, terms, agreement, members)
    if not all(covers(books.balances, debit, amount) for debit, _, amount, _ in legs):
        writer.event(at_us, EventKind.CENTRAL_BANKS, agreement, after=0, value=net)
        return False
    if discharge + legs:
        writer.post_group(books, at_us, discharge + legs)
    writer.event(at_us, EventKind.CENTRAL_BANKS, agreement, after=1, value=net)
    _unlink(books, agreement, members)
    out = _room(len(members))
    pay_out(books, out, at_us, members)
    writer.take(out)
    release_places(state, writer, at_us, books.live["payee"][members])
    return True


def _waiting_places(books: Books) -> Int32s:
    return np.flatnonzero(books.queues.head >= 0).astype(np.int32)


def _room(payments: int) -> Output:
    return new_output(EVENTS_PER_RELEASE * payments, TRANSFERS_PER_PAYMENT * payments)


def _unlink(books: Books, agreement: int, members: Int32s) -> None:
    """Take the members out of the list of those that wait; the others keep their order."""
    links, ends = books.live["link"], books.held_lists[agreement]
    waiting = listed_payments(books.live, ends)
    rest = waiting[~np.isin(waiting, members)]
    links[waiting] = -1
    links[rest[:-1]] = rest[1:]
    ends["head"] = rest[0] if len(rest) else -1
    ends["tail"] = rest[-1] if len(rest) else -1


def _sides_of(books: Books, agreement: int, members: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return each member's payer side, 0 or 1."""
    width = books.terms.shape[1]
    own = books.live["payer"][members] % width == books.rules[agreement]["currency_a"]
    return np.where(own, 0, 1)


def _discharge(books: Books, agreement: int, members: NDArray[np.int32]) -> tuple[list[Leg], int]:
    """Return the transfer that takes back the net of the obligations, and that net.

    The net is above zero when side 0 owes side 1, in minor units of the clearing unit.
    """
    side = _sides_of(books, agreement, members)
    unit = int(books.rules[agreement]["clearing_unit"])
    debits, amounts = books.live["debit_minor"][members], books.rows["amount_minor"][members]
    owed = np.where(side == unit, debits, amounts)
    net = int(owed[side == 0].sum()) - int(owed[side == 1].sum())
    if net == 0:
        return [], 0
    debtor, creditor = (0, 1) if net > 0 else (1, 0)
    clearing = books.sides["clearing"][agreement]
    leg = (int(clearing[creditor]), int(clearing[debtor]), abs(net), TransferKind.DISCHARGE)
    return [leg], net


def _settlement_legs(state: State, terms: Agreement, agreement: int, members: Int32s) -> list[Leg]:
    """Return the transfers between the central banks.

    Each intermediary account has taken in its own currency from payers and must pay it out to
    payees. The one that lacks is filled by the debtor central bank, the one with a surplus is
    emptied; both amounts follow from the payments alone, so that no conversion can lose a unit.
    """
    books = state.known_books()
    side = _sides_of(books, agreement, members)
    amounts, debits = books.rows["amount_minor"][members], books.live["debit_minor"][members]
    lacking = [
        int(amounts[side == 1 - one].sum()) - int(debits[side == one].sum()) for one in (0, 1)
    ]
    # One rate, each way round: both lack, or both have too much, only by what rounding has left.
    is_residue = min(lacking) > 0 or max(lacking) < 0
    legs: list[Leg] = []
    for one, amount in enumerate(lacking):
        account = int(books.sides[agreement, one]["intermediary"])
        other = _other_end(state, terms, one, is_paid_in=amount > 0, is_residue=is_residue)
        kind = TransferKind.ROUNDING if is_residue else TransferKind.CENTRAL_BANKS
        if amount > 0:
            legs.append((other, account, amount, kind))
        elif amount < 0:
            legs.append((account, other, -amount, kind))
    return legs


def _other_end(
    state: State, terms: Agreement, side: int, *, is_paid_in: bool, is_residue: bool
) -> int:
    """Return the account from which an intermediary is filled, or into which it is emptied."""
    assert terms.central_bank_settlement is not None, "checked by the caller"
    member, partner = sides_of(state.known_scheme(), terms)[side]
    pays_own = terms.central_bank_settlement.pays_in is PaysIn.DEBTOR_CURRENCY
    if is_residue:
        name = rounding_name(member.agent)
    elif is_paid_in == pays_own:
        name = agent_name(member.agent, member.currency)
    else:
        name = settlement_name(partner.agent, member.agent, member.currency)
    return state.known_chart().number_of[name]
