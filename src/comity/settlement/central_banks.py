"""Payments in two currencies: the day's fixing, and the settlement between central banks.

At the fixing each payer is debited in its own currency; from then on one central bank owes the
other. When they settle, the obligations are discharged, the difference moves in the currency the
agreement names, and only then are the payees credited and the payments final.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from comity.agreements.terms import Agreement, PaysIn
from comity.ledger import covers
from comity.payments.codes import EventKind, Mechanism, TransferKind
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.chart import agent_name, rounding_name, settlement_name, sides_of
from comity.settlement.posting import change_state, close_group, post, post_to, settlement_of
from comity.settlement.release import fix_and_take_in
from comity.settlement.releasing import EVENTS_PER_PAYMENT, TRANSFERS_PER_PAYMENT, release_places
from comity.settlement.state import State
from comity.settlement.tables import Books, Output, new_output
from comity.settlement.writing import Writer

Leg = tuple[int, int, int, TransferKind]

_NO = np.int64(0)
_YES = np.int64(1)
_SETTLED = np.int64(PaymentState.SETTLED)
_CENTRAL_BANK = np.int64(Mechanism.CENTRAL_BANK)
_PAY_OUT = np.int64(TransferKind.PAY_OUT)


def fix(state: State, writer: Writer, at_us: int, agreement: int) -> None:
    """Convert what is held at the day's rate and take it in; what is accepted later, at once."""
    books = state.known_books()
    waiting = _waiting(books, agreement)
    books.rules[agreement]["fixed"] = True
    out = _room(len(waiting))
    requeued = np.zeros(len(waiting), np.int32)
    fix_and_take_in(books, out, at_us, agreement, requeued)
    writer.take(out)
    release_places(state, writer, at_us, books.live["payer"][waiting])


def settle(state: State, writer: Writer, at_us: int, agreement: int) -> None:
    """Let the two central banks settle, then pay out; without cover everything waits."""
    books, terms = state.known_books(), state.known_scheme().agreements[agreement]
    assert terms.central_bank_settlement is not None, "only two-currency agreements come here"
    waiting = _waiting(books, agreement)
    latest = state.business_day - terms.central_bank_settlement.day_offset
    taken = books.live["taken_day"][waiting]
    members = waiting[(taken > 0) & (taken <= latest)]
    if not len(members):
        return
    discharge, net = _discharge(books, agreement, members)
    legs = _settlement_legs(state, terms, agreement, members)
    if not all(covers(books.balances, debit, amount) for debit, _, amount, _ in legs):
        writer.event(at_us, EventKind.CENTRAL_BANKS, agreement, after=0, value=net)
        return
    if discharge + legs:
        writer.post_group(books, at_us, discharge + legs)
    writer.event(at_us, EventKind.CENTRAL_BANKS, agreement, after=1, value=net)
    _unlink(books, agreement, waiting, members)
    out = _room(len(members))
    _pay_out(books, out, at_us, members, agreement)
    writer.take(out)
    release_places(state, writer, at_us, books.live["payee"][members])


def _room(payments: int) -> Output:
    return new_output(EVENTS_PER_PAYMENT * payments, TRANSFERS_PER_PAYMENT * payments)


def _waiting(books: Books, agreement: int) -> NDArray[np.int32]:
    found: list[int] = []
    payment = int(books.held_lists[agreement]["head"])
    while payment >= 0:
        found.append(payment)
        payment = int(books.live[payment]["link"])
    return np.array(found, np.int32)


def _unlink(
    books: Books, agreement: int, waiting: NDArray[np.int32], members: NDArray[np.int32]
) -> None:
    """Leave only those of `waiting` in the list that are not members, in order."""
    links, ends = books.live["link"], books.held_lists[agreement]
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


def _settlement_legs(
    state: State, terms: Agreement, agreement: int, members: NDArray[np.int32]
) -> list[Leg]:
    """Return the transfers between the central banks.

    Each intermediary account has taken in its own currency from payers and must pay it out to
    payees. The one that lacks is filled by the debtor central bank, the one with a surplus is
    emptied; both amounts follow from the payments alone, so that no conversion can lose a unit.
    """
    books, chart = state.known_books(), state.known_chart()
    side = _sides_of(books, agreement, members)
    amounts = books.rows["amount_minor"][members]
    debits = books.live["debit_minor"][members]
    lacking = [
        int(amounts[side == 1 - one].sum()) - int(debits[side == one].sum()) for one in (0, 1)
    ]
    assert terms.central_bank_settlement is not None, "checked by the caller"
    own = terms.central_bank_settlement.pays_in is PaysIn.DEBTOR_CURRENCY
    legs: list[Leg] = []
    for one, (member, partner) in enumerate(sides_of(state.known_scheme(), terms)):
        intermediary = int(books.sides[agreement, one]["intermediary"])
        paid_by_partner = lacking[one] > 0 and lacking[1 - one] <= 0
        account = intermediary
        if lacking[one] == 0:
            continue
        if paid_by_partner:
            source = (
                agent_name(member.agent, member.currency)
                if own
                else settlement_name(partner.agent, member.agent, member.currency)
            )
            legs.append(
                (chart.number_of[source], account, lacking[one], TransferKind.CENTRAL_BANKS)
            )
        elif lacking[one] < 0 and lacking[1 - one] >= 0:
            target = (
                settlement_name(partner.agent, member.agent, member.currency)
                if own
                else agent_name(member.agent, member.currency)
            )
            legs.append(
                (account, chart.number_of[target], -lacking[one], TransferKind.CENTRAL_BANKS)
            )
        else:
            # Both lack or both have too much: only rounding can do that, and it is shown.
            residue = chart.number_of[rounding_name(member.agent)]
            pair = (residue, account) if lacking[one] > 0 else (account, residue)
            legs.append((*pair, abs(lacking[one]), TransferKind.ROUNDING))
    return legs


@numba.njit(cache=True)
def _pay_out(
    books: Books, out: Output, at_us: int, members: NDArray[np.int32], agreement: int
) -> None:
    width = books.terms.shape[1]
    for i in range(len(members)):
        payment = np.int64(members[i])
        amount = books.rows[payment].amount_minor
        payee = np.int64(books.live[payment].payee)
        side = 0 if payee % width == books.rules[agreement].currency_a else 1
        intermediary = np.int64(books.sides[agreement, side].intermediary)
        account = settlement_of(books, payee)
        post(books, out, at_us, intermediary, account, amount, _PAY_OUT, payment)
        post_to(books, out, at_us, payee, amount, payment)
        close_group(books)
        books.live[payment].mechanism = _CENTRAL_BANK
        change_state(books, out, at_us, payment, _SETTLED, _NO, _YES, _CENTRAL_BANK)
