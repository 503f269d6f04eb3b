"""Queues of waiting payments: who is next, and in what order the waiting are tried."""

from comity.queueing.fifo import (
    NOBODY,
    QUEUE_ROW,
    append,
    follow_links,
    is_next,
    new_queues,
    remove_behind,
    remove_head,
)
from comity.queueing.gridlock import (
    UNLIMITED_MINOR,
    Answer,
    BilateralLimits,
    Resolution,
    SharedAccounts,
    pair_legs,
    queue_payments,
    resolve_gridlock,
    set_limits,
)
from comity.queueing.gridlock_kernel import list_waiting
from comity.queueing.gridlock_tables import NO_PARTNER, OUTSIDE, PARTNER_ABSENT, Limits, Queued
from comity.queueing.priority_kernel import PriorityClass
from comity.queueing.replay import (
    RULES,
    ReleaseRule,
    Replay,
    SettledBy,
    replay_day,
)
from comity.queueing.replay_input import ColumnError, DayColumns, Liquidity

__all__ = [
    "NOBODY",
    "NO_PARTNER",
    "OUTSIDE",
    "PARTNER_ABSENT",
    "QUEUE_ROW",
    "RULES",
    "UNLIMITED_MINOR",
    "Answer",
    "BilateralLimits",
    "ColumnError",
    "DayColumns",
    "Limits",
    "Liquidity",
    "PriorityClass",
    "Queued",
    "ReleaseRule",
    "Replay",
    "Resolution",
    "SettledBy",
    "SharedAccounts",
    "append",
    "follow_links",
    "is_next",
    "list_waiting",
    "new_queues",
    "pair_legs",
    "queue_payments",
    "remove_behind",
    "remove_head",
    "replay_day",
    "resolve_gridlock",
    "set_limits",
]
