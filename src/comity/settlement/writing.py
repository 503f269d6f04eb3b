"""Events and transfers of the acts that are few: cycles, central banks, the day itself.

Kernels fill buffers; here whole columns are appended at once. Both come out in one order.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import EventKind, TransferKind
from comity.payments.commands import Outcome
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.payments.rows import EVENT_ROW, TRANSFER_ROW
from comity.settlement.returns_kernel import note_ends
from comity.settlement.tables import COUNTER_DAY, COUNTER_GROUP, Books, Output

Leg = tuple[int, int, int, TransferKind]
"""Debit account, credit account, minor units, kind."""


class Writer:
    """Collects what a batch causes, in order."""

    def __init__(self) -> None:
        self._events: list[NDArray[Any]] = []
        self._transfers: list[NDArray[Any]] = []

    def take(self, out: Output) -> None:
        """Take over what a kernel wrote."""
        self._events.append(out.events[: out.filled[0]])
        self._transfers.append(out.transfers[: out.filled[1]])

    def event(
        self,
        at_us: int,
        kind: EventKind,
        subject: int,
        *,
        after: int = 0,
        value: int = 0,
        detail: int = 0,
        reason: int = 0,
    ) -> None:
        """Write one event that concerns no single payment."""
        row = np.zeros(1, EVENT_ROW)
        row[0] = (at_us, value, subject, reason, detail, kind, -1, after, 1)
        self._events.append(row)

    def events(self, rows: NDArray[Any]) -> None:
        """Write events made elsewhere, in their order."""
        self._events.append(rows)

    def closing(self, at_us: int, posted_minor: NDArray[np.int64]) -> None:
        """Write one closing balance an account."""
        rows = np.zeros(len(posted_minor), EVENT_ROW)
        rows["at_us"] = at_us
        rows["kind"] = EventKind.CLOSING
        rows["before"] = -1
        rows["subject"] = np.arange(len(posted_minor))
        rows["value"] = posted_minor
        rows["rests"] = 1
        self._events.append(rows)

    def change_states(
        self,
        books: Books,
        at_us: int,
        payments: NDArray[np.int32],
        after: PaymentState,
        *,
        reason: NDArray[np.int16] | Reason = Reason.NONE,
        value: NDArray[np.int64] | int = 0,
        is_told: bool = True,
    ) -> NDArray[Any]:
        """Move many payments to one state, in the order given.

        Args:
            books: whose live rows change.
            at_us: when.
            payments: their numbers.
            after: the state.
            reason: why, of each or of all.
            value: see `lifecycle`, of each or of all.
            is_told: a status report tells of it; not where another message does.

        Returns:
            The events written, which the caller may still correct.
        """
        rows = self.state_events(
            books, at_us, payments, after, reason=reason, value=value, is_told=is_told
        )
        self._events.append(rows)
        return rows

    @staticmethod
    def state_events(
        books: Books,
        at_us: int,
        payments: NDArray[np.int32],
        after: PaymentState,
        *,
        reason: NDArray[np.int16] | Reason = Reason.NONE,
        value: NDArray[np.int64] | int = 0,
        is_told: bool = True,
    ) -> NDArray[Any]:
        """Move many payments to one state, and return the events for the caller to write."""
        live = books.live
        rows = np.zeros(len(payments), EVENT_ROW)
        rows["at_us"] = at_us
        rows["value"] = value
        rows["subject"] = payments
        rows["reason"] = reason
        rows["detail"] = live["agreement"][payments]
        rows["kind"] = EventKind.PAYMENT
        rows["before"] = live["state"][payments]
        rows["after"] = after
        rows["rests"] = is_told
        live["state"][payments] = after
        if after is PaymentState.QUEUED:
            # Back from a cycle it may be withdrawn again.
            live["irrevocable_us"][payments] = 0
        elif after in {PaymentState.IN_CYCLE, PaymentState.SETTLED}:
            first = payments[live["irrevocable_us"][payments] == 0]
            live["irrevocable_us"][first] = at_us
        if after is PaymentState.SETTLED:
            live["interbank_final_us"][payments] = at_us
            live["payment_final_us"][payments] = at_us
            live["value_date"][payments] = books.counters[COUNTER_DAY]
        if len(books.returns.rows):
            note_ends(books, np.array(payments, np.int32), int(after))
        return rows

    def post_group(self, books: Books, at_us: int, legs: Sequence[Leg]) -> None:
        """Post the legs as one group; checks have come before."""
        rows = np.zeros(len(legs), TRANSFER_ROW)
        for row, (debit, credit, amount, kind) in zip(rows, legs, strict=True):
            assert amount > 0, "only money that is there moves"
            row["debit"], row["credit"], row["amount_minor"], row["kind"] = (
                debit,
                credit,
                amount,
                kind,
            )
            books.balances["posted"][debit] -= amount
            books.balances["posted"][credit] += amount
        rows["at_us"] = at_us
        rows["payment"] = -1
        rows["group"] = books.counters[COUNTER_GROUP]
        rows["business_day"] = books.counters[COUNTER_DAY]
        books.counters[COUNTER_GROUP] += 1
        self._transfers.append(rows)

    def outcome(self) -> Outcome:
        """Return everything written."""
        return Outcome(_joined(self._events, EVENT_ROW), _joined(self._transfers, TRANSFER_ROW))


def _joined(tables: Sequence[NDArray[Any]], layout: np.dtype[Any]) -> NDArray[Any]:
    filled = [each for each in tables if len(each)]
    # Most batches fill one buffer, which then need not be copied. Of many the bytes are joined:
    # numpy would compare layouts field by field, for each buffer anew.
    if len(filled) == 1:
        return filled[0]
    joined = np.concatenate([np.zeros(0, np.uint8), *(each.view(np.uint8) for each in filled)])
    return joined.view(layout)
