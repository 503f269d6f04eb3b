"""The invariant of returns, I18: nothing comes back more than once.

Everything is added up anew from the returns themselves and what has become of them.
"""

from typing import Any

from comity.errors import InvariantError
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.state import State
from comity.settlement.tables import RETURN_NOT_COUNTED, RETURN_SETTLED

_SETTLED = frozenset(
    {
        PaymentState.SETTLED,
        PaymentState.CREDITED,
        PaymentState.CREDIT_HELD,
        PaymentState.BLOCKED,
    }
)
_FAILED = frozenset(
    {
        PaymentState.REJECTED,
        PaymentState.EXPIRED,
        PaymentState.CANCELLED,
        PaymentState.FAILED_SETTLEMENT,
    }
)
_UNDER_WAY = frozenset(
    {
        PaymentState.WAREHOUSED,
        PaymentState.ACCEPTED,
        PaymentState.QUEUED,
        PaymentState.RESERVED,
        PaymentState.IN_CYCLE,
    }
)


def returns_never_exceed_originals(state: State) -> None:
    """I18: what returns give back or are about to is counted, and never more than there is.

    In two currencies at the original's rate the whole amount gives back the whole debit.
    """
    returns = state.known_books().returns
    returned = [0] * len(returns.originals)
    credited = [0] * len(returns.originals)
    for one in returns.rows:
        _check_counted(state, one)
        if one["counted"] != RETURN_NOT_COUNTED:
            _check_way(state, one)
            returned[one["case"]] += int(_instruction(state, one["payment"])["amount_minor"])
            credited[one["case"]] += int(one["credit_minor"])
    for case, original in enumerate(returns.originals):
        found = (int(original["returned_minor"]), int(original["credited_minor"]))
        if found != (returned[case], credited[case]):
            raise InvariantError(
                "I18",
                f"of payment {original['original']} {found} are counted as returned and credited,"
                f" its returns make {(returned[case], credited[case])}",
            )
        _check_original(state, int(original["original"]), *found)


def _check_counted(state: State, one: Any) -> None:
    """A return is counted exactly while it can settle, or has."""
    now = PaymentState(int(state.known_books().live["state"][one["payment"]]))
    counted = int(one["counted"])
    is_right = (
        (now not in _SETTLED or counted == RETURN_SETTLED)
        and (now not in _FAILED or counted == RETURN_NOT_COUNTED)
        and (now not in _UNDER_WAY or counted not in {RETURN_NOT_COUNTED, RETURN_SETTLED})
    )
    if not is_right:
        raise InvariantError("I18", f"return {one['payment']} is {now.name}, counted as {counted}")


def _check_way(state: State, one: Any) -> None:
    """A return that counts goes from whom its original paid to whom it was paid by."""
    there, back = (_instruction(state, one[name]) for name in ("original", "payment"))
    if there["currency"] != back["currency"]:
        raise InvariantError("I18", f"return {one['payment']} is in another currency")
    banks = (int(there["creditor_agent"]), int(there["debtor_agent"]))
    if banks != (int(back["debtor_agent"]), int(back["creditor_agent"])):
        raise InvariantError("I18", f"return {one['payment']} goes another way than it came")
    if there["message"] > back["message"]:
        raise InvariantError("I18", f"return {one['payment']} came before its original")


def _check_original(state: State, number: int, returned: int, credited: int) -> None:
    """Of a settled payment no more than its amount goes back; of any other one nothing."""
    books = state.known_books()
    live, amount = books.live[number], int(books.rows["amount_minor"][number])
    if returned and PaymentState(int(live["state"])) not in _SETTLED:
        raise InvariantError("I18", f"payment {number} has returns and is not settled")
    if not 0 <= returned <= amount:
        raise InvariantError("I18", f"of payment {number} over {amount} {returned} are returned")
    rule = books.rules[live["agreement"]]
    if not (rule["converts"] and rule["returns_at_original"]):
        return
    debit = int(live["debit_minor"])
    if credited < 0 or credited > debit or (returned == amount and credited != debit):
        raise InvariantError(
            "I18",
            f"of payment {number} over {amount} for {debit} {returned} are returned for {credited}",
        )


def _instruction(state: State, number: int) -> Any:
    return state.known_books().rows[number]
