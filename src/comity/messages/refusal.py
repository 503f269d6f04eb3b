"""Refusal of a whole message: why it cannot be read, for the admi.002 that answers it."""

from comity.errors import RejectedError
from comity.payments.reasons import Reason


class MessageRefusedError(RejectedError):
    """A message is not read at all; it is atomic up to its schema.

    Attributes:
        reason: one of the reasons of whole messages.
        words: what was found and what was expected.
    """

    def __init__(self, reason: Reason, words: str) -> None:
        super().__init__(f"{reason.name}: {words}")
        self.reason = reason
        self.words = words
