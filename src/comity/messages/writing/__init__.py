"""Messages that leave comity, as text templates: the same values give the same bytes.

Every function returns a whole message, header and document in one wrapper. How many lines a
message may hold is a limit of `comity.messages.definitions`; the caller writes several.
"""

from comity.messages.writing.account_report import (
    AccountReference,
    Balance,
    EntryLine,
    Exchange,
    Page,
    write_notification,
    write_statement,
)
from comity.messages.writing.agent_requests import (
    AskedLine,
    as_asked,
    write_settlement_request,
    write_status_request,
)
from comity.messages.writing.cancellation import (
    RequestLine,
    ResolutionLine,
    write_cancellation_request,
    write_resolution,
)
from comity.messages.writing.details import EntryDetail, ListedPayments
from comity.messages.writing.envelope import Envelope
from comity.messages.writing.forwarded import with_credited_amount, write_forwarded
from comity.messages.writing.receipt import ReceiptLine, write_receipt
from comity.messages.writing.rejection import write_rejection
from comity.messages.writing.status_report import StatusLine, write_status_report
from comity.messages.writing.told import references_of

__all__ = [
    "AccountReference",
    "AskedLine",
    "Balance",
    "EntryDetail",
    "EntryLine",
    "Envelope",
    "Exchange",
    "ListedPayments",
    "Page",
    "ReceiptLine",
    "RequestLine",
    "ResolutionLine",
    "StatusLine",
    "as_asked",
    "references_of",
    "with_credited_amount",
    "write_cancellation_request",
    "write_forwarded",
    "write_notification",
    "write_receipt",
    "write_rejection",
    "write_resolution",
    "write_settlement_request",
    "write_statement",
    "write_status_report",
    "write_status_request",
]
