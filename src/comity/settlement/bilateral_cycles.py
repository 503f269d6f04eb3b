"""A cycle that settles pair by pair: each pair of participants pays its net, if it is covered.

The pairs are tried in the order of their earliest payments, again and again until none settles any
more, because what one pair pays in may be what another waits for. Each pair is one transfer group;
its payments are final with it, whatever becomes of the others.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.ledger import covers
from comity.payments.codes import CycleFigure, EventKind, Mechanism, TransferKind
from comity.payments.lifecycle import State as PaymentState
from comity.payments.rows import EVENT_ROW
from comity.settlement.state import Cycle, State
from comity.settlement.tables import COUNTER_GROUP, Books
from comity.settlement.writing import Leg, Writer

Int32s = NDArray[np.int32]

NO_GROUP = -1
"""A pair whose payments make up for one another: nothing moves."""


@dataclass(slots=True)
class Pair:
    """Two participants of a cycle, or one that pays itself.

    Attributes:
        debtor: number of the participant that owes the net, or the lower one where it is zero.
        creditor: number of the other.
        net_minor: what it owes, zero or more.
        members: their payments, in order of acceptance.
    """

    debtor: int
    creditor: int
    net_minor: int
    members: Int32s


def settle_pairs(
    state: State, writer: Writer, at_us: int, cycle: Cycle
) -> tuple[Int32s, Int32s, int]:
    """Settle the pairs of a cycle that are covered.

    Returns:
        What settled, what did not (both in order of acceptance), and the sum of the nets paid.
    """
    books, width = state.known_books(), len(state.known_chart().currencies)
    waiting = pairs_of(state, cycle)
    done: list[tuple[Pair, int]] = []
    while True:
        left = []
        for pair in waiting:
            payer, payee = (
                books.places[each * width + cycle.currency] for each in (pair.debtor, pair.creditor)
            )
            legs = _legs(payer, payee, pair.net_minor)
            if not _is_covered(books, legs, payer):
                left.append(pair)
                continue
            done.append((pair, int(books.counters[COUNTER_GROUP]) if legs else NO_GROUP))
            if legs:
                writer.post_group(books, at_us, legs)
        if len(left) == len(waiting):
            break
        waiting = left
    _tell(books, writer, at_us, cycle.number, done)
    settled = books.live["state"][cycle.members] == PaymentState.SETTLED
    return cycle.members[settled], cycle.members[~settled], sum(pair.net_minor for pair, _ in done)


def pairs_of(state: State, cycle: Cycle) -> list[Pair]:
    """Return the pairs of a cycle in the order of their earliest payments."""
    live, chart = state.known_books().live, state.known_chart()
    width, count = len(chart.currencies), len(chart.participants)
    payer = live["payer"][cycle.members].astype(np.int64) // width
    payee = live["payee"][cycle.members].astype(np.int64) // width
    low, high = np.minimum(payer, payee), np.maximum(payer, payee)
    keys, first, pair_of = np.unique(low * count + high, return_index=True, return_inverse=True)
    order = np.argsort(pair_of, kind="stable")
    bounds = np.searchsorted(pair_of[order], np.arange(len(keys) + 1))
    amounts = live["debit_minor"][cycle.members]
    found = []
    for pair in np.argsort(first).tolist():
        rows = order[bounds[pair] : bounds[pair + 1]]
        one, other = int(low[rows[0]]), int(high[rows[0]])
        sent, received = amounts[rows[payer[rows] == one]], amounts[rows[payer[rows] == other]]
        net = int(sent.sum()) - int(received.sum()) if one != other else 0
        debtor, creditor = (one, other) if net >= 0 else (other, one)
        found.append(Pair(debtor, creditor, abs(net), cycle.members[rows]))
    return found


def _tell(
    books: Books, writer: Writer, at_us: int, cycle: int, done: list[tuple[Pair, int]]
) -> None:
    """Write for each pair who owed whom, by which transfer group, and then its payments' ends."""
    if not done:
        return
    members = np.concatenate([pair.members for pair, _ in done])
    counts = np.array([len(pair.members) for pair, _ in done])
    starts = np.cumsum(counts + 2) - counts - 2
    books.live["mechanism"][members] = Mechanism.BILATERAL_CYCLE
    ends = writer.state_events(
        books, at_us, members, PaymentState.SETTLED, value=int(Mechanism.BILATERAL_CYCLE)
    )
    rows = np.zeros(len(members) + 2 * len(done), EVENT_ROW)
    rows[np.repeat(starts + 2 - (np.cumsum(counts) - counts), counts) + np.arange(len(members))] = (
        ends
    )
    for offset, figure, details, values in (
        (
            0,
            CycleFigure.PAIR_DEBTOR,
            [pair.debtor for pair, _ in done],
            [p.net_minor for p, _ in done],
        ),
        (1, CycleFigure.PAIR_CREDITOR, [pair.creditor for pair, _ in done], [g for _, g in done]),
    ):
        at = starts + offset
        for name, value in (
            ("at_us", at_us),
            ("kind", EventKind.CYCLE_FIGURE),
            ("subject", cycle),
            ("after", figure),
            ("before", -1),
            ("rests", 1),
            ("detail", details),
            ("value", values),
        ):
            rows[name][at] = value
    writer.events(rows)


def _legs(payer: Any, payee: Any, net_minor: int) -> list[Leg]:
    """Return the transfers of a pair's net, through the correspondents they bank with."""
    if not net_minor:
        return []
    legs: list[Leg] = []
    if payer["loro"] >= 0:
        legs.append((int(payer["loro"]), int(payer["own"]), net_minor, TransferKind.LORO))
    if payer["settlement"] != payee["settlement"]:
        sides = int(payer["settlement"]), int(payee["settlement"])
        legs.append((*sides, net_minor, TransferKind.BILATERAL_NET))
    if payee["loro"] >= 0:
        legs.append((int(payee["own"]), int(payee["loro"]), net_minor, TransferKind.LORO))
    return legs


def _is_covered(books: Books, legs: list[Leg], payer: Any) -> bool:
    """Return whether the debtor can pay; each account is debited at most once in a pair.

    What a correspondent owes to its own customer moves no central-bank money, and must be covered
    there all the same: it could promise without end.
    """
    if payer["loro"] < 0 and [kind for *_, kind in legs] == [TransferKind.LORO]:
        return covers(books.balances, int(payer["settlement"]), legs[0][2])
    return all(covers(books.balances, debit, amount) for debit, _, amount, _ in legs)
