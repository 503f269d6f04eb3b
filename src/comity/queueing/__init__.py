"""Queues of waiting payments: who is next, and in what order the waiting are tried."""

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
from comity.queueing.offset_kernel import Search, behind, find_offset
from comity.queueing.priority_kernel import (
    CLASSES,
    NOBODY,
    Payments,
    Queues,
    follow_links,
    insert,
    last_before,
    new_queues_by_class,
    remove_after,
)
from comity.queueing.replay import (
    RULES,
    ReleaseRule,
    Replay,
    SettledBy,
    replay_day,
)
from comity.queueing.replay_input import ColumnError, DayColumns, Liquidity

__all__ = [
    "CLASSES",
    "NOBODY",
    "NO_PARTNER",
    "OUTSIDE",
    "PARTNER_ABSENT",
    "RULES",
    "UNLIMITED_MINOR",
    "Answer",
    "BilateralLimits",
    "ColumnError",
    "DayColumns",
    "Limits",
    "Liquidity",
    "Payments",
    "Queued",
    "Queues",
    "ReleaseRule",
    "Replay",
    "Resolution",
    "Search",
    "SettledBy",
    "SharedAccounts",
    "behind",
    "find_offset",
    "follow_links",
    "insert",
    "last_before",
    "list_waiting",
    "new_queues_by_class",
    "pair_legs",
    "queue_payments",
    "remove_after",
    "replay_day",
    "resolve_gridlock",
    "set_limits",
]
