"""Queues of waiting payments: who is next, and in what order the waiting are tried."""

from comity.queueing.fifo import (
    NOBODY,
    QUEUE_ROW,
    append,
    follow_links,
    is_next,
    new_queues,
    remove_head,
)

__all__ = ["NOBODY", "QUEUE_ROW", "append", "follow_links", "is_next", "new_queues", "remove_head"]
