"""What falls due on the open day, in order of time; at one time in the order of the acts."""

from collections.abc import Iterable

from comity.settlement.state import DueItem, State

ACT_ORDER = (
    "from_times",
    "cut_off",
    "cycle",
    "resolution",
    "fixing",
    "central_banks",
    "quotes",
    "till_times",
    "reject_times",
    "time_out_legs",
    "time_out_agents",
    "expire_legs",
    "close",
)
"""In which order acts due at one time are done.

Payments whose from time has come enter as if they arrived at that time, before anything is cut off;
whether one still waits at its till or reject time is asked last.
"""


def in_order(items: Iterable[DueItem]) -> list[DueItem]:
    """Return items in the order in which they are done."""
    return sorted(items, key=lambda item: (item.at_us, ACT_ORDER.index(item.act), item.subject))


def put_on_agenda(state: State, items: Iterable[DueItem]) -> None:
    """Add items to the open day's agenda; none of them may be on it."""
    added = list(items)
    if added:
        state.agenda = in_order([*state.agenda, *added])
