"""What stands behind a participant's positions in netting cycles, on accounts of its own.

Collateral and contributions to the guarantee fund are money that has been paid in; a credit line is
what may be drawn on an account that goes below zero by it. Who has drawn from the fund beyond its
own contribution owes the others on its `recourse` account; these accounts sum to zero.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.agreements.netting_terms import CycleNetting, ResourceKind, ShortfallTerms
from comity.money import BALANCE_MINOR_MAX
from comity.settlement.chart import NO_ACCOUNT, recourse_name, resource_name, settlement_name
from comity.settlement.state import Cycle, State
from comity.settlement.tables import Books

Int64s = NDArray[np.int64]


@dataclass(slots=True)
class Resources:
    """What one participant has in one currency.

    Attributes:
        participant: its number.
        settlement: its settlement account.
        recourse: account of what it owes others, or they owe it; NO_ACCOUNT without a fund.
        accounts: account of each kind it has.
        amounts_minor: what it has put up, or may draw, of each kind.
    """

    participant: int
    settlement: int
    recourse: int
    accounts: dict[ResourceKind, int]
    amounts_minor: dict[ResourceKind, int]

    def account_of(self, kind: ResourceKind) -> int:
        """Return the account of a kind, NO_ACCOUNT where it has none."""
        return self.accounts.get(kind, NO_ACCOUNT)


def resources_of(state: State) -> dict[int, Resources]:
    """Return the resources of a scheme by settlement account, in order of participant.

    Whoever holds a settlement account in a currency with a guarantee fund is there, for it may
    draw from the fund.
    """
    scheme, chart = state.known_scheme(), state.known_chart()
    found: dict[int, Resources] = {}
    if not scheme.resources:
        return found
    for terms in scheme.accounts:
        name = settlement_name(terms.participant, terms.agent, terms.currency)
        settlement = chart.number_of.get(name, NO_ACCOUNT)
        if settlement == NO_ACCOUNT:
            continue
        recourse = recourse_name(terms.participant, terms.agent, terms.currency)
        found[settlement] = Resources(
            participant=chart.directory[terms.participant],
            settlement=settlement,
            recourse=chart.number_of.get(recourse, NO_ACCOUNT),
            accounts={},
            amounts_minor={},
        )
    for one in scheme.resources:
        agent = next(each.agent for each in scheme.members if each.currency == one.currency)
        mine = found[chart.number_of[settlement_name(one.participant, agent, one.currency)]]
        name = resource_name(one.kind, one.participant, agent, one.currency)
        mine.accounts[one.kind] = chart.number_of[name]
        mine.amounts_minor[one.kind] = one.amount_minor
    return dict(sorted(found.items(), key=lambda item: (item[1].participant, item[0])))


def is_bilateral(state: State, cycle: Cycle) -> bool:
    """Return whether a cycle with members settles pair by pair, as its pool has agreed."""
    agreement = int(state.known_books().live["agreement"][cycle.members[0]])
    terms = state.known_scheme().agreements[agreement].settlement
    return terms.netting is CycleNetting.BILATERAL


def shortfall_terms(state: State, cycle: Cycle) -> ShortfallTerms | None:
    """Return the waterfall of the pool of a cycle with members; its agreements have the same."""
    agreement = int(state.known_books().live["agreement"][cycle.members[0]])
    return state.known_scheme().agreements[agreement].shortfall


def free_minor(books: Books, account: int) -> int:
    """Return what an account has left to pay from; all that is counted where it has no limit."""
    if account == NO_ACCOUNT:
        return 0
    row = books.balances[account]
    if row["unlimited"]:
        return BALANCE_MINOR_MAX
    return max(0, int(row["posted"]) - int(row["held"]) + int(row["limit"]))
