"""Who waits, listed again and again: only what came since the last list is followed by its links.

Each link is likely to be far away in memory, and a resolution of gridlock every minute lists the
same payments hundreds of times. New payments stand at the end of their class and those that
leave are mostly the first, so that of each class the last list has a part that still stands, and
`Queues.taken` says which. A class of which another has left is followed from its beginning.
"""

import numpy as np

from comity.numba_kernel import Number, constant, inner_kernel
from comity.queueing.priority_kernel import (
    CLASSES,
    DISTURBED,
    NOBODY,
    Queues,
    last_before,
)

_NOBODY = constant(NOBODY)
_DISTURBED = constant(DISTURBED)
_FIRST_CLASS = constant(0)


@inner_kernel
def still_listed(
    queues: Queues, queue: Number, priority: Number, start: Number, end: Number
) -> Number:
    """Return where, in the list before, the part of a class begins that still stands; or its end.

    To be asked once for each list: the count of those who leave begins anew.

    Args:
        queues: as they are.
        queue: its number.
        priority: the class.
        start: where the class began in the list before.
        end: where it ended there.
    """
    place = queue * CLASSES + priority
    taken = np.int64(queues.taken[place])
    queues.taken[place] = 0
    if taken == _DISTURBED or taken > end - start:
        return end
    return start + taken


@inner_kernel
def first_of_class(queues: Queues, queue: Number, priority: Number) -> Number:
    """Return the first payment of a class, NOBODY where there is none."""
    if queues.last[queue * CLASSES + priority] < 0:
        return _NOBODY
    before: Number = _NOBODY
    if priority > _FIRST_CLASS:
        before = last_before(queues, queue, priority - 1)
    return np.int64(queues.head[queue]) if before < 0 else np.int64(queues.link[before])


@inner_kernel
def next_of_class(queues: Queues, queue: Number, priority: Number, payment: Number) -> Number:
    """Return who stands behind a payment in its class, NOBODY behind the last."""
    if queues.last[queue * CLASSES + priority] == payment:
        return _NOBODY
    return np.int64(queues.link[payment])
