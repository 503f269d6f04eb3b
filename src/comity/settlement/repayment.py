"""Giving back what was drawn in netting cycles: at the close, from the debtor's own account.

A debtor pays from what it has itself, never from its account's limit: first what others have paid
for it (to their shares of the guarantee fund, in proportion to what each is owed), then its own
share of the fund, its credit line, its collateral. What is left is carried over and tried again at
the next close. Interest on a line is nothing this module knows: it accrues on the balance of the
`drawn` account.
"""

from collections.abc import Iterator

from comity.agreements.netting_terms import Repaid, ResourceKind
from comity.netting import split_in_proportion
from comity.payments.codes import DrawnFrom, EventKind, TransferKind
from comity.settlement.chart import NO_ACCOUNT
from comity.settlement.resources import Resources, resources_of
from comity.settlement.state import State
from comity.settlement.writing import Leg, Writer

_ORDER = (DrawnFrom.GUARANTEE_FUND, DrawnFrom.CREDIT_LINE, DrawnFrom.COLLATERAL)
_PLAIN = {
    DrawnFrom.CREDIT_LINE: (ResourceKind.CREDIT_LINE, TransferKind.CREDIT_REPAID),
    DrawnFrom.COLLATERAL: (ResourceKind.COLLATERAL, TransferKind.COLLATERAL_RESTORED),
}


def repay(state: State, writer: Writer, at_us: int) -> None:
    """Give back what was drawn as far as debtors' own money goes, in order of participant."""
    if not any(any(owed.values()) for owed in state.drawn.values()) or not _is_at_close(state):
        return
    books, chart, resources = state.known_books(), state.known_chart(), resources_of(state)
    for settlement, mine in resources.items():
        owed = state.drawn.get(settlement, {})
        for source in _ORDER:
            row = books.balances[settlement]
            own = max(0, int(row["posted"]) - int(row["held"]))
            amount = min(owed.get(source, 0), own)
            if not amount:
                continue
            legs = list(_legs(state, mine, resources, source, amount))
            writer.post_group(books, at_us, legs)
            owed[source] -= amount
            writer.event(
                at_us,
                EventKind.REPAYMENT,
                mine.participant,
                after=source,
                value=amount,
                detail=chart.accounts[settlement].currency,
            )


def _is_at_close(state: State) -> bool:
    """Return whether the scheme's waterfalls give back at the close; they all say the same."""
    terms = (one.shortfall for one in state.known_scheme().agreements)
    return any(one is not None and one.repaid is Repaid.AT_CLOSE for one in terms)


def _legs(
    state: State,
    mine: Resources,
    resources: dict[int, Resources],
    source: DrawnFrom,
    amount: int,
) -> Iterator[Leg]:
    """Yield the transfers that give back an amount of one source."""
    if source in _PLAIN:
        kind, transfer = _PLAIN[source]
        yield mine.settlement, mine.account_of(kind), amount, transfer
        return
    posted = state.known_books().balances["posted"]
    to_others = min(amount, max(0, -int(posted[mine.recourse])))
    code = state.known_chart().accounts[mine.settlement].currency
    creditors = [
        one
        for one in resources.values()
        if one.recourse != NO_ACCOUNT
        and state.known_chart().accounts[one.recourse].currency == code
        and posted[one.recourse] > 0
    ]
    shares = [int(posted[one.recourse]) for one in creditors]
    for one, part in zip(creditors, split_in_proportion(to_others, shares), strict=True):
        if part:
            fund = one.account_of(ResourceKind.GUARANTEE_FUND)
            yield mine.settlement, fund, part, TransferKind.FUND_RESTORED
            yield one.recourse, mine.recourse, part, TransferKind.RECOURSE
    if amount > to_others:
        own = mine.account_of(ResourceKind.GUARANTEE_FUND)
        yield mine.settlement, own, amount - to_others, TransferKind.FUND_RESTORED
