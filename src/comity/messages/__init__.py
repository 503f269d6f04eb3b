"""ISO 20022 messages: from bytes to columns, and from columns to bytes.

Nothing here opens a file or reads a clock. What a message means for the books is decided by
`comity.settlement`; here is only what can be said by looking at it, the directory and the lists.
"""

from comity.messages.arrival import read_arrival
from comity.messages.batch import BatchBuilder
from comity.messages.catalogue import split_canonical
from comity.messages.reading import MessageReader, ReadMessage

__all__ = ["BatchBuilder", "MessageReader", "ReadMessage", "read_arrival", "split_canonical"]
