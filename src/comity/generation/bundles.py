"""Payments put together into messages, as banks do it: corporate ones few, remittances in bulk."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.generation.profile import (
    FLOWS,
    MESSAGE_SIZE_MAX,
    MESSAGE_SIZE_MEAN,
    MESSAGES_PER_DAY_MIN,
    BatchClass,
    Flaw,
)
from comity.generation.streams import Stream
from comity.generation.traffic import DrawnDay, Traffic

_SIZE_SIGMA = 1.0  # of the logarithm of the number of payments in a message

_DATE_FLAWS = (Flaw.FUTURE_DATED, Flaw.PAST_DATE)
_CURRENCY_FLAWS = (Flaw.CURRENCY_NOT_COVERED, Flaw.CURRENCY_UNKNOWN)
_LATE_FLAWS = (Flaw.AFTER_CUT_OFF, Flaw.WITHOUT_COVER)


@dataclass(frozen=True, slots=True)
class Bundle:
    """One message: rows of the traffic that stand one behind another.

    Attributes:
        first: position of its first payment in the ordered traffic.
        count: number of its payments.
        at_ms: when it is sent: when its last payment came in.
    """

    first: int
    count: int
    at_ms: int


def bundle(traffic: Traffic, day: DrawnDay) -> tuple[Traffic, tuple[Bundle, ...]]:
    """Return the traffic in the order of messages, and the messages in the order of sending."""
    keys = _message_keys(traffic)
    order = np.lexsort((traffic.at_ms, keys))
    ordered = traffic.taken(order)
    starts = _starts(ordered, keys[order], day)
    ends = np.append(starts[1:], len(ordered))
    sent_ms = ordered.at_ms[ends - 1]
    by_time = np.lexsort((starts, sent_ms))
    return ordered, tuple(
        Bundle(first=int(starts[at]), count=int(ends[at] - starts[at]), at_ms=int(sent_ms[at]))
        for at in by_time
    )


def _message_keys(traffic: Traffic) -> NDArray[np.int64]:
    """Return a number that is the same for payments that may stand in one message.

    One sender, definition, currency and settlement date; and what comes late on purpose must
    not keep a whole message waiting.
    """
    batch = np.array([flow.batch for flow in FLOWS], np.int64)[traffic.flow]
    key = traffic.payer
    for part, size in (
        (traffic.definition, 3),
        (batch, len(BatchClass)),
        (traffic.currency, 2),
        (_marked(traffic, _DATE_FLAWS), len(Flaw)),
        (_marked(traffic, _CURRENCY_FLAWS), len(Flaw)),
        (_marked(traffic, _LATE_FLAWS), len(Flaw)),
    ):
        key = key * size + part
    return key


def _marked(traffic: Traffic, kinds: tuple[Flaw, ...]) -> NDArray[np.int64]:
    return np.where(np.isin(traffic.flaw, kinds), traffic.flaw, Flaw.NONE)


def _starts(traffic: Traffic, keys: NDArray[np.int64], day: DrawnDay) -> NDArray[np.int64]:
    """Cut into messages; smaller ones until the day has enough of them."""
    divisor = 1
    while True:
        starts = _cut(traffic, keys, day, divisor=divisor)
        if len(starts) >= min(MESSAGES_PER_DAY_MIN, len(traffic)) or divisor > MESSAGE_SIZE_MAX:
            return starts
        divisor *= 2


def _cut(
    traffic: Traffic, keys: NDArray[np.int64], day: DrawnDay, *, divisor: int
) -> NDArray[np.int64]:
    groups = np.flatnonzero(np.diff(keys, prepend=-1))
    ends = np.append(groups[1:], len(keys))
    stream = day.stream(Stream.BUNDLES)
    starts: list[NDArray[np.int64]] = []
    for first, end in zip(groups.tolist(), ends.tolist(), strict=True):
        mean = MESSAGE_SIZE_MEAN[FLOWS[traffic.flow[first]].batch] / divisor
        drawn = stream.lognormal(np.log(mean) - _SIZE_SIGMA**2 / 2, _SIZE_SIGMA, end - first)
        sizes = np.clip(np.rint(drawn), 1, MESSAGE_SIZE_MAX).astype(np.int64)
        bounds = first + np.concatenate(([0], np.cumsum(sizes)))
        starts.append(bounds[bounds < end])
    return np.concatenate(starts)
