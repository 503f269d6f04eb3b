"""Which messages belong to a business day, and in which order they are taken.

A message belongs to the first day that closes at or after its arrival; what arrives before the
opening counts at the opening. Order is (arrival, path in bytes, place in the file). A message
whose arrival cannot be read belongs to the first day that opens after it was put there, and is
taken before all others: it will be refused anyway, and must not get lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from comity.errors import Fault, InputFaultsError
from comity.ledger import Record
from comity.messages import read_arrival
from comity.payments.packing import Payload
from comity.service.ports import MessageSource

_FIELD = "\x1f"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message with the time it counts from.

    Attributes:
        source: where its bytes are.
        arrival_us: UTC microseconds, 0 unreadable.
    """

    source: MessageSource
    arrival_us: int


@dataclass(slots=True)
class TakenMessages:
    """What the journal says of messages taken before: content by path, and order by day.

    Attributes:
        sha256: hexadecimal hash of the bytes, by path.
        of_open_day: paths taken on the day that is still open, in order.
        days: the business days the journal holds, as days since 1970-01-01, in order.
    """

    sha256: dict[str, str] = field(default_factory=dict)
    of_open_day: list[str] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    _open_day: int = 0

    def note(self, record: Record, payload: Payload) -> None:
        """Note the messages of a record; called for each record in order."""
        if record.business_day != self._open_day:
            self._open_day = record.business_day
            self.of_open_day = []
            self.days.append(record.business_day)
        for row in payload.batch.messages:
            path = payload.batch.text_of(row).partition(_FIELD)[0]
            self.sha256[path] = sha256_of(row)
            self.of_open_day.append(path)


def sha256_of(row: Any) -> str:
    """Return the hash a message row carries, hexadecimal."""
    return b"".join(int(row[f"sha256_{at}"]).to_bytes(8, "little") for at in range(4)).hex()


def order_messages(sources: Sequence[MessageSource]) -> tuple[Arrived, ...]:
    """Return all messages in the order in which they are taken.

    Args:
        sources: in the order of their paths in bytes, which decides between equal arrivals.
    """
    arrived = [Arrived(one, read_arrival(one.read()) or 0) for one in sources]
    return tuple(sorted(arrived, key=lambda one: one.arrival_us))


def messages_until(arrived: Sequence[Arrived], closes_us: int) -> tuple[Arrived, ...]:
    """Return those that arrived up to a close, in order."""
    return tuple(one for one in arrived if one.arrival_us <= closes_us)


def check_unchanged(
    arrived: Sequence[Arrived], taken: TakenMessages, *, closed_until_us: int
) -> None:
    """Refuse messages that were added or changed after their day was closed.

    Args:
        arrived: every message there is now.
        taken: what the journal holds.
        closed_until_us: close of the last closed day, 0 none.

    Raises:
        InputFaultsError: with one fault a message.
    """
    faults = list(_changed(arrived, taken, closed_until_us))
    if faults:
        raise InputFaultsError(faults)


def _changed(
    arrived: Sequence[Arrived], taken: TakenMessages, closed_until_us: int
) -> Iterator[Fault]:
    for one in arrived:
        path = one.source.path
        known = taken.sha256.get(path)
        if known is None:
            # One without a readable arrival belongs to the next day, so it may come at any time.
            if closed_until_us and one.arrival_us and one.arrival_us <= closed_until_us:
                yield Fault(
                    path,
                    0,
                    "arrival",
                    "a message added after its business day was closed",
                    "an arrival after the last close; send it again with a new header",
                )
        elif one.source.digest()[0].hex() != known:
            yield Fault(
                path,
                0,
                "content",
                "other bytes than were taken before",
                "the file as it was; send a correction as a new message in a new file",
            )


def check_same_start(day: Sequence[Arrived], taken: Sequence[str]) -> None:
    """Refuse to go on with a day whose first messages are not those already taken.

    Raises:
        InputFaultsError: naming the first that differs.
    """
    for place, path in enumerate(taken):
        found = day[place].source.path if place < len(day) else "no message"
        if found != path:
            raise InputFaultsError(
                [
                    Fault(
                        path,
                        0,
                        "order",
                        f"{found} as message {place + 1} of the day",
                        f"{path}: the day was begun with it; put the folder back as it was",
                    )
                ]
            )
