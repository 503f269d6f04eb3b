"""Cycles whose positions are paid in one settlement asset, converted at the day's official rates.

All currencies of a slot are converted together and paid in the asset's currency, in one group: no
other money moves, and all their payments become final with it. Without a rate for one of the
currencies, while the asset's agent rests, or if one debtor is not covered, nothing settles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.agreements.terms import Agreement, SettlementAsset, SettlementTier
from comity.business_calendar import days_to_date
from comity.fx import RateFound, choose_rate, minor_conversion
from comity.ledger import covers
from comity.money import BALANCE_MINOR_MAX, currency, currency_by_number
from comity.netting import CoverResult, convert_positions, cover_one
from comity.payments.codes import CycleFigure, EventKind, TransferKind
from comity.payments.reasons import Reason
from comity.settlement.chart import NO_ACCOUNT, agent_name, cycle_name
from comity.settlement.cycle_figures import cover_figures, group_numbers, positions
from comity.settlement.resources import free_minor
from comity.settlement.state import Cycle, State
from comity.settlement.tables import COUNTER_EXPOSURE, COUNTER_GROUP
from comity.settlement.writing import Leg, Writer

Int64s = NDArray[np.int64]


@dataclass(slots=True)
class Converted:
    """The positions of a slot in its asset.

    Attributes:
        asset: currency index.
        rates: by currency index: minor units of the asset for one minor unit.
        positions_minor: by participant; they sum to zero.
    """

    asset: int
    rates: dict[int, Fraction]
    positions_minor: Int64s


def converting_agreement(state: State, cycle: Cycle) -> int:
    """Return the number of the agreement by which a cycle with members is converted, −1 none.

    All agreements of one pool convert alike.
    """
    number = int(state.known_books().live["agreement"][cycle.members[0]])
    return number if _converts(state.known_scheme().agreements[number]) else -1


def _converts(agreement: Agreement) -> bool:
    terms = agreement.settlement
    return (
        terms.tier is SettlementTier.PARTICIPANT and terms.asset is SettlementAsset.NAMED_CURRENCY
    )


def convert(state: State, cycles: Sequence[Cycle], agreement: int) -> Converted | Reason:
    """Return the positions of a slot's cycles in their asset, or why they cannot be converted."""
    terms = state.known_scheme().agreements[agreement]
    assert terms.cycle_conversion is not None, "checked when the scheme was adopted"
    assert terms.settlement.asset_currency is not None, "checked when the scheme was adopted"
    code = terms.settlement.asset_currency
    chart = state.known_chart()
    asset = chart.currencies.index(currency(code).number)
    if not state.assets_open[agreement]:
        return Reason.NO_COVER
    rates = {
        cycle.currency: _rate(
            state, terms, currency_by_number(chart.currencies[cycle.currency]).code, code
        )
        for cycle in cycles
    }
    found = {at: rate for at, rate in rates.items() if rate is not None}
    if len(found) < len(rates):
        return Reason.RATE_MISSING
    nets = [positions(state, cycle) for cycle in cycles]
    reach = sum(
        int(np.abs(net).max()) * found[cycle.currency]
        for net, cycle in zip(nets, cycles, strict=True)
    )
    if reach > BALANCE_MINOR_MAX:
        return Reason.NO_COVER
    converted = convert_positions(nets, [found[cycle.currency] for cycle in cycles])
    return Converted(asset, found, converted)


def _rate(state: State, agreement: Agreement, code: str, asset: str) -> Fraction | None:
    """Return minor units of the asset for one of a currency; None where the rule finds none."""
    if code == asset:
        return Fraction(1)
    terms = agreement.cycle_conversion
    assert terms is not None, "checked by the caller"
    day = days_to_date(state.business_day)
    answer = choose_rate(state.rates, choice=terms.choice, base=code, quote=asset, on=day)
    if not isinstance(answer, RateFound):
        return None
    minor = minor_conversion(
        answer.conversion, from_currency=currency(code), to_currency=currency(asset)
    )
    rate = Fraction(minor.numerator, minor.denominator)
    return rate if max(rate.as_integer_ratio()) <= BALANCE_MINOR_MAX else None


def write_conversion(state: State, writer: Writer, at_us: int, slot: int, found: Converted) -> None:
    """Advise everybody of what it owes or is owed in the asset, at which rates, and cover one."""
    chart = state.known_chart()
    figures = [(CycleFigure.CONVERTED_INTO, 0, chart.currencies[found.asset])]
    for at, rate in sorted(found.rates.items()):
        figures += [
            (CycleFigure.RATE_NUMERATOR, rate.numerator, chart.currencies[at]),
            (CycleFigure.RATE_DENOMINATOR, rate.denominator, chart.currencies[at]),
        ]
    for participant in np.flatnonzero(found.positions_minor).tolist():
        value = int(found.positions_minor[participant])
        figures.append((CycleFigure.CONVERTED_POSITION, value, participant))
    for figure, value, detail in [*figures, *cover_figures(_cover(state, found))]:
        writer.event(at_us, EventKind.CYCLE_FIGURE, slot, after=figure, value=value, detail=detail)


def _cover(state: State, found: Converted) -> CoverResult:
    """Return whether the slot settles in its asset if the group that owes most does not pay."""
    books, chart = state.known_books(), state.known_chart()
    owed = np.zeros(len(chart.participants), np.int64)
    means = np.zeros(len(chart.participants), np.int64)
    for participant in np.flatnonzero(found.positions_minor).tolist():
        account, _ = accounts_of(state, participant, found.asset)
        holder = participant
        if account != NO_ACCOUNT:
            holder = chart.directory[chart.accounts[account].owner]
            means[holder] = free_minor(books, account)
        owed[holder] += found.positions_minor[participant]
    return cover_one(owed, means, group_numbers(state))


def accounts_of(state: State, participant: int, asset: int) -> tuple[int, Any]:
    """Return where a participant pays the asset from, and its place.

    The agent that keeps the accounts in it has none with itself and pays in its own money.
    """
    books, chart = state.known_books(), state.known_chart()
    place = books.places[participant * len(chart.currencies) + asset]
    if place["settlement"] >= 0:
        return int(place["settlement"]), place
    code = currency_by_number(chart.currencies[asset]).code
    own = agent_name(chart.participants[participant], code)
    return chart.number_of.get(own, NO_ACCOUNT), place


def conversion_legs(state: State, found: Converted) -> list[Leg] | None:
    """Return the transfers that settle a slot in its asset; None if a debtor is not covered."""
    books, chart = state.known_books(), state.known_chart()
    through = chart.number_of[cycle_name(currency_by_number(chart.currencies[found.asset]).code)]
    owed: dict[int, int] = {}
    debited: list[Leg] = []
    credited: list[Leg] = []
    for participant in np.flatnonzero(found.positions_minor).tolist():
        amount = int(found.positions_minor[participant])
        account, place = accounts_of(state, participant, found.asset)
        if account == NO_ACCOUNT:
            return None
        owed[account] = owed.get(account, 0) + amount
        loro, own = int(place["loro"]), int(place["own"])
        if loro >= 0 and amount < 0:
            debited.append((loro, own, -amount, TransferKind.LORO))
        elif loro >= 0:
            credited.append((own, loro, amount, TransferKind.LORO))
    for account, amount in sorted(owed.items()):
        if amount < 0:
            debited.append((account, through, -amount, TransferKind.CYCLE))
        elif amount > 0:
            credited.append((through, account, amount, TransferKind.CYCLE))
    legs = debited + credited
    if all(covers(books.balances, debit, amount) for debit, _, amount, _ in legs):
        return legs
    return None


def post_conversion(
    state: State, writer: Writer, at_us: int, *, slot: int, found: Converted, legs: list[Leg]
) -> bool:
    """Post what settles a slot in its asset; return whether its sums can still be counted."""
    books = state.known_books()
    net = sum(amount for _, _, amount, kind in legs if kind is TransferKind.CYCLE) // 2
    exposure = COUNTER_EXPOSURE + found.asset
    gained = int(found.positions_minor[found.positions_minor > 0].sum())
    if int(books.counters[exposure]) + gained > BALANCE_MINOR_MAX:
        return False
    # No payment in the asset has counted what now comes to its accounts.
    books.counters[exposure] += gained
    group = int(books.counters[COUNTER_GROUP]) if legs else -1
    if legs:
        writer.post_group(books, at_us, legs)
    for figure, value in (
        (CycleFigure.CONVERTED_NET, net),
        (CycleFigure.CONVERTED_GROUP, group),
    ):
        writer.event(at_us, EventKind.CYCLE_FIGURE, slot, after=figure, value=value)
    return True
