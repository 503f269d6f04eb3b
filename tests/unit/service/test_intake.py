"""Which messages belong to a day, in which order, and what may not change behind it."""

import hashlib
from dataclasses import dataclass

import pytest
from tests.integration.command_line import message

from comity.errors import InputFaultsError
from comity.service.intake import (
    Arrived,
    TakenMessages,
    check_same_start,
    check_unchanged,
    messages_until,
    order_messages,
)


@dataclass(frozen=True)
class Source:
    path: str
    data: bytes = b""

    def read(self) -> bytes:
        return self.data

    def digest(self) -> tuple[bytes, int]:
        return hashlib.sha256(self.data).digest(), len(self.data)


def arrived(path: str, at_us: int, data: bytes = b"") -> Arrived:
    return Arrived(Source(path, data), at_us)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_messages_are_ordered_by_arrival_whatever_their_offset() -> None:
    early = message(1, at="2026-05-25T09:00:00+06:00").encode()
    late = message(2, at="2026-05-25T07:00:00+03:00").encode()
    found = order_messages([Source("a", late), Source("b", early), Source("c", b"rubbish")])
    assert [one.source.path for one in found] == ["c", "b", "a"]
    assert found[0].arrival_us == 0


def test_equal_arrivals_keep_the_order_of_their_paths() -> None:
    data = message(1).encode()
    found = order_messages([Source(path, data) for path in ("a", "b", "c")])
    assert [one.source.path for one in found] == ["a", "b", "c"]


def test_a_day_takes_what_arrived_up_to_its_close() -> None:
    every = [arrived("x", 0), arrived("a", 9), arrived("b", 10), arrived("c", 11)]
    assert [one.source.path for one in messages_until(every, 10)] == ["x", "a", "b"]


@pytest.mark.parametrize("at_us", [-5, 1, 10])
def test_a_message_that_appears_behind_a_close_is_refused(at_us: int) -> None:
    with pytest.raises(InputFaultsError, match="added after its business day was closed"):
        check_unchanged([arrived("new.xml", at_us)], TakenMessages(), closed_until_us=10)


@pytest.mark.parametrize("at_us", [0, 11])
def test_a_message_of_a_later_day_or_of_no_readable_day_may_appear(at_us: int) -> None:
    check_unchanged([arrived("new.xml", at_us)], TakenMessages(), closed_until_us=10)
    check_unchanged([arrived("old.xml", -5)], TakenMessages(), closed_until_us=0)
    assert True, "nothing was raised"


def test_every_changed_message_is_named() -> None:
    taken = TakenMessages(sha256={"a": sha(b"a"), "b": sha(b"b"), "c": sha(b"c")})
    every = [arrived("a", 1, b"a"), arrived("b", 1, b"B"), arrived("c", 1, b"C")]
    with pytest.raises(InputFaultsError) as caught:
        check_unchanged(every, taken, closed_until_us=0)
    assert [fault.file for fault in caught.value.faults] == ["b", "c"]


@pytest.mark.parametrize(
    ("day", "found"), [(["x", "a"], "x as message 1"), (["a"], "no message as message 2")]
)
def test_a_day_goes_on_only_behind_what_it_began_with(day: list[str], found: str) -> None:
    every = [arrived(path, 1) for path in day]
    with pytest.raises(InputFaultsError, match=found):
        check_same_start(every, ["a", "b"])
    check_same_start([arrived("a", 1), arrived("b", 2), arrived("c", 3)], ["a", "b"])
