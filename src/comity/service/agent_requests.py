"""What settlement agents are asked because of a record: whom, what, and about which leg."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import assert_never

import numpy as np

from comity.messages.agent_answers import asked_reference
from comity.messages.orders import ORDER_FIELDS
from comity.messages.writing import (
    AskedLine,
    Envelope,
    RequestLine,
    as_asked,
    references_of,
    write_cancellation_request,
    write_forwarded,
    write_settlement_request,
    write_status_request,
)
from comity.payments.codes import AgentRequest, Definition
from comity.payments.rows import Rows
from comity.service.outbox import agents_asked
from comity.service.texts import PaymentTexts
from comity.settlement import State

_GIVEN_UP = "AGNT"
"""ISO 20022 ExternalCancellationReason1Code: the decision of an agent; here of the system."""


def lines_of(
    state: State, texts: PaymentTexts, asked: Rows, request: AgentRequest, day: date
) -> Iterator[tuple[int, AskedLine]]:
    """Yield the agent and the leg of each request of one kind on a day, in order of the events."""
    asked = asked[asked["after"] == request]
    transactions = texts.texts_of(asked["value"].astype(np.int64))
    for event, agent, transaction in zip(
        asked, agents_asked(state, asked), transactions, strict=True
    ):
        named = as_asked(transaction, asked_reference(int(event["subject"])), day)
        yield agent, AskedLine(named, int(event["at_us"]))


def write_agent_request(
    envelope: Envelope, request: AgentRequest, lines: Sequence[AskedLine], day: date
) -> bytes:
    """Return the message by which an agent is asked about legs, all in its currency."""
    match request:
        case AgentRequest.RESERVE:
            transactions = [line.transaction for line in lines]
            return write_forwarded(envelope, Definition.PACS_009, transactions, day)
        case AgentRequest.SETTLE:
            return write_settlement_request(envelope, lines)
        case AgentRequest.RELEASE:
            return write_cancellation_request(envelope, [_withdrawal(line) for line in lines])
        case AgentRequest.REPORT:
            return write_status_request(envelope, lines)
        case _:
            assert_never(request)


def _withdrawal(line: AskedLine) -> RequestLine:
    reference, *_ = references_of(line.transaction)
    said = dict.fromkeys(ORDER_FIELDS, "") | {"order_id": reference, "reason_code": _GIVEN_UP}
    return RequestLine(said, line.transaction)
