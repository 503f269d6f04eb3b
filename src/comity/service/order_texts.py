"""What is told of orders: to who gave them, and to who is asked because of them."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from comity.messages.excerpts import message_id_of
from comity.messages.orders import split_order_text
from comity.messages.writing import ReceiptLine, RequestLine, ResolutionLine
from comity.payments.codes import Definition, OrderKind, OrderStatus
from comity.payments.reasons import Reason
from comity.payments.rows import Rows
from comity.service.committing import Ledger
from comity.service.texts import PaymentTexts

CANCELLATIONS = (OrderKind.CANCEL, OrderKind.CANCEL_MESSAGE)

Told = tuple[int, int, int]
"""Receiver, and what an answer confirms; the last number is free."""


class OrderTexts:
    """Looks up what answers to orders need to say."""

    def __init__(self, ledger: Ledger, texts: PaymentTexts) -> None:
        self._texts = texts
        self._rows = ledger.state.known_books().rows
        self._orders = ledger.state.orders
        self._messages = ledger.state.messages

    def resolution_lines(self, answered: Rows) -> Iterator[tuple[Told, ResolutionLine]]:
        """Yield for each request to cancel its receiver with what is confirmed, and its line."""
        for event in answered[np.isin(answered["detail"], CANCELLATIONS)]:
            receiver = self._sender_of(event)
            if receiver < 0:
                continue
            status, payment = OrderStatus(event["after"]), int(event["value"])
            said = split_order_text(self._texts.order_text_of(int(event["subject"])))
            line = ResolutionLine(said, status, Reason(int(event["reason"])))
            if payment >= 0:
                row = self._rows[payment]
                line = line._replace(
                    transaction=self._texts.text_of(payment),
                    message_id=message_id_of(self._texts.message_text_of(int(row["message"]))),
                    definition=Definition(int(row["definition"])),
                )
            alike = OrderStatus.PENDING if status is OrderStatus.FORWARDED else status
            yield (receiver, int(alike), 0), line

    def receipt_lines(self, answered: Rows) -> Iterator[tuple[int, ReceiptLine]]:
        """Yield for each answer to a request to modify its receiver and its line."""
        for event in answered[answered["detail"] == OrderKind.MODIFY]:
            receiver = self._sender_of(event)
            if receiver < 0:
                continue
            said = split_order_text(self._texts.order_text_of(int(event["subject"])))
            status, reason = OrderStatus(event["after"]), Reason(int(event["reason"]))
            yield receiver, ReceiptLine(said, status, reason)

    def _sender_of(self, event: Any) -> int:
        return int(self._messages["sender"][self._orders["message"][event["subject"]]])

    def request_lines(self, asked: Rows) -> Iterator[tuple[int, RequestLine]]:
        """Yield for each request that is passed on its receiver and its line."""
        for event in asked:
            payment = int(event["value"])
            receiver = int(self._rows["instructed"][payment])
            if receiver < 0:
                continue
            said = split_order_text(self._texts.order_text_of(int(event["subject"])))
            # The settlement date in the text may have been moved; it is the one that was sent.
            yield receiver, RequestLine(said, next(self._texts.texts_of(np.array([payment]))))
