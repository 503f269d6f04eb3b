"""What is out of the ordinary among a day's payments, at the rates the profile names.

A flaw here is one payment's; what is wrong with whole messages is put in by `damages`.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from comity.generation.corridor import Corridor
from comity.generation.profile import FLAWS_PER_10_000, FLOWS, Flaw, PartyKind
from comity.generation.streams import Stream
from comity.generation.traffic import DrawnDay, Traffic
from comity.payments.codes import Definition

LATE_FIRST_MS = 16 * 3_600_000 + 60_000
LATE_LAST_MS = 16 * 3_600_000 + 50 * 60_000
"""Between these local times customers' payments are late, but the day is still open."""

UNCOVERED_FIRST_MS = 15 * 3_600_000 + 35 * 60_000
UNCOVERED_LAST_MS = 15 * 3_600_000 + 50 * 60_000
"""Late in the day, because what waits behind such a payment waits with it."""

UNCOVERED_MINOR_MAX = 49_000_000_000
"""Below the ceiling for one payment of the example's agreement on goods."""


def put_in_flaws(
    corridor: Corridor, traffic: Traffic, day: DrawnDay, *, has_lists: bool
) -> Traffic:
    """Return the traffic with flaws in some customers' payments; the argument is not changed.

    Args:
        corridor: the banks.
        traffic: payments without flaw.
        day: whose stream decides which payments are hit.
        has_lists: whether there are listed names to give to a payee.
    """
    stream = day.stream(Stream.FLAWS)
    flaw = np.zeros(len(traffic), np.int64)
    free = stream.permutation(np.flatnonzero(traffic.definition == Definition.PACS_008))
    used = 0
    for kind, per_10_000 in FLAWS_PER_10_000.items():
        if kind is Flaw.WITHOUT_COVER or (kind is Flaw.LISTED_NAME and not has_lists):
            continue
        count = max(1, len(traffic) * per_10_000 // 10_000)
        flaw[free[used : used + count]] = kind
        used += count
    _choose_without_cover(corridor, traffic, flaw)
    late = np.flatnonzero(flaw == Flaw.AFTER_CUT_OFF)
    at_ms = traffic.at_ms.copy()
    at_ms[late] = stream.integers(LATE_FIRST_MS, LATE_LAST_MS, len(late))
    uncovered = np.flatnonzero(flaw == Flaw.WITHOUT_COVER)
    at_ms[uncovered] = stream.integers(UNCOVERED_FIRST_MS, UNCOVERED_LAST_MS, len(uncovered))
    amount_minor = traffic.amount_minor.copy()
    amount_minor[flaw == Flaw.AMOUNT_ZERO] = 0
    amount_minor[uncovered] = UNCOVERED_MINOR_MAX - np.arange(len(uncovered)) * 1_234_567
    flawed = replace(
        traffic,
        flaw=flaw,
        at_ms=at_ms,
        amount_minor=amount_minor,
        high=traffic.high | (flaw == Flaw.WITHOUT_COVER),
    )
    return _reuse_uetrs(flawed)


def _choose_without_cover(corridor: Corridor, traffic: Traffic, flaw: NDArray[np.int64]) -> None:
    """Mark payments for goods of the smallest bank that lives on what comes in; changes `flaw`."""
    candidates = np.flatnonzero(
        corridor.is_tight[traffic.payer, traffic.debit_currency]
        & ~traffic.is_two_currency
        & (traffic.definition == Definition.PACS_008)
        & np.array([flow.payer is PartyKind.COMPANY for flow in FLOWS])[traffic.flow]
        & (flaw == Flaw.NONE)
    )
    sizes = np.array([bank.size for bank in corridor.banks])[traffic.payer[candidates]]
    count = max(1, len(traffic) * FLAWS_PER_10_000[Flaw.WITHOUT_COVER] // 10_000)
    flaw[candidates[np.argsort(sizes, kind="stable")[:count]]] = Flaw.WITHOUT_COVER


def _reuse_uetrs(traffic: Traffic) -> Traffic:
    """Give each payment marked so the UETR of an unmarked one between the same banks."""
    uetr_high, uetr_low = traffic.uetr_high.copy(), traffic.uetr_low.copy()
    flaw = traffic.flaw.copy()
    for row in np.flatnonzero(flaw == Flaw.REUSED_UETR):
        same = np.flatnonzero(
            (traffic.payer == traffic.payer[row])
            & (traffic.payee == traffic.payee[row])
            & (traffic.definition == Definition.PACS_008)
            & (traffic.flaw == Flaw.NONE)
        )
        if len(same) == 0:
            flaw[row] = Flaw.NONE
            continue
        uetr_high[row], uetr_low[row] = uetr_high[same[0]], uetr_low[same[0]]
    return replace(traffic, flaw=flaw, uetr_high=uetr_high, uetr_low=uetr_low)
