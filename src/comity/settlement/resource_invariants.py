"""Invariants of what stands behind netting cycles: each draw is explained, nobody's is lost."""

from comity.agreements.netting_terms import ResourceKind
from comity.errors import InvariantError
from comity.payments.codes import DrawnFrom
from comity.settlement.chart import NO_ACCOUNT
from comity.settlement.resources import resources_of
from comity.settlement.state import State


def draws_are_explained(state: State) -> None:
    """I6: what is missing of collateral, line and fund is what was drawn and not paid back.

    A participant's share of the fund lacks what it has paid for itself and, by its recourse, for
    others; so share and recourse together lack exactly what it has drawn itself.
    """
    posted, chart = state.known_books().balances["posted"], state.known_chart()
    for settlement, mine in resources_of(state).items():
        drawn = state.drawn.get(settlement, {})
        found = dict.fromkeys(DrawnFrom, 0)
        for kind, account in mine.accounts.items():
            put_up = 0 if kind is ResourceKind.CREDIT_LINE else mine.amounts_minor[kind]
            found[_SOURCES[kind]] = put_up - int(posted[account])
        if mine.recourse != NO_ACCOUNT:
            found[DrawnFrom.GUARANTEE_FUND] -= int(posted[mine.recourse])
        for source, missing in found.items():
            if missing != drawn.get(source, 0):
                name = chart.accounts[settlement].name
                raise InvariantError(
                    "I6",
                    f"{name}: {missing} of {source.name} are missing,"
                    f" {drawn.get(source, 0)} were drawn",
                )


def recourse_sums_to_zero(state: State) -> None:
    """I8: what debtors owe for draws on the fund is what contributors are owed, per currency."""
    posted, chart = state.known_books().balances["posted"], state.known_chart()
    totals: dict[int, int] = {}
    for one in resources_of(state).values():
        if one.recourse != NO_ACCOUNT:
            code = chart.accounts[one.recourse].currency
            totals[code] = totals.get(code, 0) + int(posted[one.recourse])
    for code, total in totals.items():
        if total:
            raise InvariantError("I8", f"recourse in currency {code} sums to {total}, not to 0")


_SOURCES = {
    ResourceKind.COLLATERAL: DrawnFrom.COLLATERAL,
    ResourceKind.CREDIT_LINE: DrawnFrom.CREDIT_LINE,
    ResourceKind.GUARANTEE_FUND: DrawnFrom.GUARANTEE_FUND,
}
