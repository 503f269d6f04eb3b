"""What a netting cycle draws when a debtor's balance does not suffice, and what is taken out.

The waterfall is calculated by `comity.netting` on the accounts a cycle moves: settlement accounts,
and those of sponsored banks at their correspondents. Where it does not suffice and the agreement
says so, the greatest beginnings of all payers' payments that are covered stay in: one choice by
`comity.queueing.resolve_gridlock` for all currencies of a slot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.agreements.netting_terms import (
    AfterShortfall,
    ResourceKind,
    ShortfallLayer,
    ShortfallTerms,
)
from comity.netting import Layer, LayerSource, OpenShortfall, ShortfallResult, open_shortfall
from comity.payments.codes import CycleFigure, DrawnFrom, EventKind, ResolutionKind, TransferKind
from comity.queueing import (
    UNLIMITED_MINOR,
    Answer,
    SharedAccounts,
    pair_legs,
    queue_payments,
    resolve_gridlock,
    set_limits,
)
from comity.settlement.cycle_figures import positions
from comity.settlement.resources import Resources, free_minor, resources_of
from comity.settlement.state import Cycle, State
from comity.settlement.tables import Books
from comity.settlement.writing import Leg, Writer

Bools = NDArray[np.bool_]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

_DRAWN_FROM = {
    ShortfallLayer.COLLATERAL: DrawnFrom.COLLATERAL,
    ShortfallLayer.CREDIT_LINE: DrawnFrom.CREDIT_LINE,
    ShortfallLayer.GUARANTEE_FUND: DrawnFrom.GUARANTEE_FUND,
}
_KINDS = {
    DrawnFrom.COLLATERAL: TransferKind.COLLATERAL_DRAWN,
    DrawnFrom.CREDIT_LINE: TransferKind.CREDIT_DRAWN,
}
_CHOICES = {Answer.GREATEST: ResolutionKind.GREATEST, Answer.MAXIMAL: ResolutionKind.MAXIMAL}


@dataclass(slots=True)
class Waterfall:
    """One cycle that its debtors' balances do not cover.

    Attributes:
        cycle: the cycle.
        terms: what its pool has agreed on.
        opened: its waterfall, gone through with all payments; parties are account numbers.
        payment_of: by leg of that, place of its payment among the members.
        kept: by member, whether it stays.
        result: what is drawn then.
        choice: how good the choice is known to be; None where nothing was chosen.
    """

    cycle: Cycle
    terms: ShortfallTerms
    opened: OpenShortfall
    payment_of: Int64s
    kept: Bools
    result: ShortfallResult
    choice: ResolutionKind | None = None


def draw(
    state: State,
    short: Sequence[tuple[Cycle, ShortfallTerms]],
    links: Int32s | None = None,
) -> list[Waterfall]:
    """Return what each of a slot's uncovered cycles draws and keeps; changes no balance.

    What cannot be covered is chosen for all of them in one call, so that links between payments
    in two currencies are kept: both legs settle, or neither.

    Args:
        state: as it stands.
        short: the cycles, each with its waterfall; also covered ones that have linked legs.
        links: by payment number the other leg, below zero none; None where nothing is linked.
    """
    found = [_open(state, cycle, terms) for cycle, terms in short]
    open_ones = [one for one in found if not one.opened.is_covered or _has_links(one.cycle, links)]
    rolling = [one for one in open_ones if one.terms.then is AfterShortfall.ROLL]
    if rolling:
        _choose(state, rolling, links)
    for one in open_ones:
        one.result = one.opened.settle(one.kept[one.payment_of])
    return found


def _has_links(cycle: Cycle, links: Int32s | None) -> bool:
    return links is not None and bool((links[cycle.members] >= 0).any())


def draw_legs(state: State, one: Waterfall) -> list[Leg]:
    """Return the transfers of what a cycle draws, layer by layer, and note it as drawn."""
    resources = resources_of(state)
    legs: list[Leg] = []
    for layer, drawn in zip(one.terms.layers, one.result.drawn_minor, strict=True):
        if layer is ShortfallLayer.OWN_BALANCE:
            continue
        source = _DRAWN_FROM[layer]
        for settlement in np.flatnonzero(drawn).tolist():
            mine = resources[settlement]
            amount = int(drawn[settlement])
            owed = state.drawn.setdefault(settlement, {})
            owed[source] = owed.get(source, 0) + amount
            if source in _KINDS:
                account = mine.account_of(ResourceKind(layer))
                legs.append((account, settlement, amount, _KINDS[source]))
    for paid in one.result.fund_payments:
        debtor, contributor = resources[paid.debtor], resources[paid.contributor]
        fund = contributor.account_of(ResourceKind.GUARANTEE_FUND)
        legs.append((fund, debtor.settlement, paid.amount_minor, TransferKind.FUND_DRAWN))
        if debtor is not contributor:
            pair = debtor.recourse, contributor.recourse
            legs.append((*pair, paid.amount_minor, TransferKind.RECOURSE))
    return legs


def write_effect(state: State, writer: Writer, at_us: int, one: Waterfall) -> None:
    """Write who lacked what, everybody's new position if that helped, and what is drawn."""
    number, chart = one.cycle.number, state.known_chart()

    def figure(kind: CycleFigure, value: int, detail: int = 0) -> None:
        writer.event(at_us, EventKind.CYCLE_FIGURE, number, after=kind, value=value, detail=detail)

    lacked = one.result.uncovered_minor
    for account in np.flatnonzero(lacked).tolist():
        owner = chart.directory[chart.accounts[account].owner]
        figure(CycleFigure.LACKED, int(lacked[account]), owner)
    if one.choice is not None and one.kept.any() and not one.kept.all():
        figure(CycleFigure.CHOICE, one.choice)
        old, new = positions(state, one.cycle), positions(state, kept_part(one))
        for participant in np.flatnonzero((old != 0) | (new != 0)).tolist():
            figure(CycleFigure.NEW_POSITION, int(new[participant]), participant)
    resources = resources_of(state)
    for layer, drawn in zip(one.terms.layers, one.result.drawn_minor, strict=True):
        for account in np.flatnonzero(drawn).tolist():
            if layer is not ShortfallLayer.OWN_BALANCE:
                writer.event(
                    at_us,
                    EventKind.DRAW,
                    number,
                    after=_DRAWN_FROM[layer],
                    value=int(drawn[account]),
                    detail=resources[account].participant,
                )
    for account, paid in _charges(one.result):
        figure(CycleFigure.CHARGED, paid, resources[account].participant)


def kept_part(one: Waterfall) -> Cycle:
    """Return the cycle with only those payments that stay."""
    cycle = one.cycle
    kept = cycle.members[one.kept]
    return Cycle(cycle.number, cycle.pool, cycle.currency, cycle.slot, kept)


def _charges(result: ShortfallResult) -> list[tuple[int, int]]:
    charged: dict[int, int] = {}
    for paid in result.fund_payments:
        charged[paid.contributor] = charged.get(paid.contributor, 0) + paid.amount_minor
    return sorted(charged.items())


def _open(state: State, cycle: Cycle, terms: ShortfallTerms) -> Waterfall:
    books = state.known_books()
    debits, credited, payment_of = _account_legs(books, cycle.members)
    amounts = books.live["debit_minor"][cycle.members][payment_of]
    sent = np.zeros(len(books.balances), np.int64)
    np.add.at(sent, debits, amounts)
    layers = _layers(state, terms, np.unique(debits), sent)
    opened = open_shortfall(debits, credited, amounts, layers)
    kept = np.full(len(cycle.members), opened.is_covered, np.bool_)
    result = opened.settle(kept[payment_of])
    return Waterfall(cycle, terms, opened, payment_of, kept, result)


def _account_legs(books: Books, members: Int32s) -> tuple[Int32s, Int32s, Int64s]:
    """Return by leg the account debited, the account credited, and the place of its payment.

    The legs are those of a payment that settles by itself: out of a sponsored bank's account, from
    one settlement account to the other, and into a sponsored bank's account.
    """
    payer = books.places[books.live["payer"][members]]
    payee = books.places[books.live["payee"][members]]
    places = np.arange(len(members))
    chosen: list[tuple[Any, Any, Any]] = [
        (payer["loro"], payer["own"], payer["loro"] >= 0),
        (payer["settlement"], payee["settlement"], payer["settlement"] != payee["settlement"]),
        (payee["own"], payee["loro"], payee["loro"] >= 0),
    ]
    return (
        np.concatenate([debit[where] for debit, _, where in chosen]).astype(np.int32),
        np.concatenate([credit[where] for _, credit, where in chosen]).astype(np.int32),
        np.concatenate([places[where] for _, _, where in chosen]),
    )


def _layers(
    state: State, terms: ShortfallTerms, accounts: NDArray[Any], sent: Int64s
) -> list[Layer]:
    """Return what each account can draw from each layer.

    Nobody needs more than it sends, so an account without limit counts with that.
    """
    books, resources = state.known_books(), resources_of(state)
    layers = []
    for layer in terms.layers:
        available = np.zeros(len(books.balances), np.int64)
        if layer is ShortfallLayer.OWN_BALANCE:
            for account in accounts.tolist():
                available[account] = min(free_minor(books, account), int(sent[account]))
        else:
            for settlement, mine in _in_currency(state, resources, accounts).items():
                account = mine.account_of(ResourceKind(layer))
                available[settlement] = free_minor(books, account)
        # A sponsored bank's account at its correspondent is nothing the fund stands behind.
        holders = np.zeros(len(books.balances), np.bool_)
        holders[list(resources)] = True
        layers.append(Layer(LayerSource(layer), available, holders))
    return layers


def _in_currency(
    state: State, resources: dict[int, Resources], accounts: NDArray[Any]
) -> dict[int, Resources]:
    """Return the resources in the currency of the accounts: of all who have any."""
    chart = state.known_chart()
    codes = {chart.accounts[account].currency for account in accounts.tolist()}
    return {at: one for at, one in resources.items() if chart.accounts[at].currency in codes}


def _choose(state: State, rolling: Sequence[Waterfall], links: Int32s | None) -> None:
    """Choose what may stay of several cycles in one call; fills `kept` and `choice`."""
    books = state.known_books()
    members = np.concatenate([one.cycle.members for one in rolling])
    payers = books.live["payer"][members]
    order = np.argsort(payers, kind="stable")
    queued = members[order]
    starts = np.searchsorted(payers[order], np.arange(len(books.places) + 1))
    means = np.zeros(len(books.balances), np.int64)
    for one in rolling:
        means += one.opened.means_minor
    loro = books.places["loro"]
    own = np.where(loro >= 0, means[np.maximum(loro, 0)], UNLIMITED_MINOR)
    found = resolve_gridlock(
        queue_payments(
            (starts.astype(np.int32), queued),
            payees=books.live["payee"][queued],
            amounts_minor=books.live["debit_minor"][queued],
            partners=None if links is None else pair_legs(queued, links[queued]),
        ),
        set_limits(own, shared=SharedAccounts(books.places["settlement"], means)),
    )
    for one in rolling:
        one.kept = np.isin(one.cycle.members, found.payments)
        one.choice = _CHOICES[found.kind]
