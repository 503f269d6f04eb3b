"""A batch and its outcome come back from their bytes exactly, and nothing else does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.payments.codes import ControlKind
from comity.payments.commands import CommandBatch, Control, Outcome
from comity.payments.narrow_columns import PayloadError
from comity.payments.packing import pack_payload, unpack_payload
from comity.payments.rows import (
    EVENT_ROW,
    MESSAGE_ROW,
    ORDER_ROW,
    PAYMENT_ROW,
    QUOTED_ROW,
    TIMES_ROW,
    TRANSFER_ROW,
    Rows,
)


def _rows(layout: "np.dtype[np.void]", data: bytes) -> Rows:
    whole = len(data) // layout.itemsize * layout.itemsize
    return np.frombuffer(data[:whole], layout)


@given(
    text=st.binary(max_size=64),
    noise=st.binary(max_size=3 * PAYMENT_ROW.itemsize),
    body=st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8), max_size=4),
)
def test_what_is_packed_comes_back(text: bytes, noise: bytes, body: dict[str, int | str]) -> None:
    batch = CommandBatch(
        controls=(Control(ControlKind.ADVANCE, 17, body),),
        messages=_rows(MESSAGE_ROW, noise),
        payments=_rows(PAYMENT_ROW, noise),
        orders=_rows(ORDER_ROW, noise),
        times=_rows(TIMES_ROW, noise),
        quoted=_rows(QUOTED_ROW, noise),
        text=text,
    )
    outcome = Outcome(_rows(EVENT_ROW, noise), _rows(TRANSFER_ROW, noise))
    found = unpack_payload(pack_payload(batch, outcome))
    assert found.batch.controls == batch.controls
    assert found.batch.text == text
    assert found.batch.messages.tobytes() == batch.messages.tobytes()
    assert found.batch.payments.tobytes() == batch.payments.tobytes()
    assert found.batch.times.tobytes() == batch.times.tobytes()
    assert found.batch.quoted.tobytes() == batch.quoted.tobytes()
    assert found.batch.orders.tobytes() == batch.orders.tobytes()
    assert found.outcome.events.tobytes() == outcome.events.tobytes()
    assert found.outcome.transfers.tobytes() == outcome.transfers.tobytes()


def test_packing_again_gives_the_same_bytes() -> None:
    data = pack_payload(
        CommandBatch(controls=(Control(ControlKind.OPEN_DAY, 5, {"b": 1, "a": [2]}),)), Outcome()
    )
    found = unpack_payload(data)
    assert pack_payload(found.batch, found.outcome) == data


@pytest.mark.parametrize("cut", [0, 7, 8, 40, 56, -1])
def test_a_cut_payload_is_refused(cut: int) -> None:
    batch = CommandBatch(controls=(Control(ControlKind.ADVANCE, 1, {}),), text=b"abc")
    data = pack_payload(batch, Outcome())
    with pytest.raises(PayloadError):
        unpack_payload(data[:cut])


def test_bytes_of_another_kind_are_refused() -> None:
    with pytest.raises(PayloadError, match="not a comity record"):
        unpack_payload(b"SQLite format 3\x00" + bytes(100))


def test_the_form_of_an_earlier_version_is_refused() -> None:
    data = bytearray(pack_payload(CommandBatch(), Outcome()))
    data[7] = 1
    with pytest.raises(PayloadError, match="not a comity record"):
        unpack_payload(bytes(data))


def test_a_boundary_moved_between_text_and_table_is_refused() -> None:
    data = bytearray(pack_payload(CommandBatch(text=b"x" * 116), Outcome()))
    # The text's 116 bytes are called messages, and the empty table behind them likewise.
    data[16:32] = (0).to_bytes(8, "little") + (124).to_bytes(8, "little")
    with pytest.raises(PayloadError, match="table: found"):
        unpack_payload(bytes(data))


@given(place=st.integers(0, 400), mask=st.integers(1, 255))
def test_a_damaged_payload_is_refused_or_says_something_else(place: int, mask: int) -> None:
    payments = np.zeros(3, PAYMENT_ROW)
    payments["amount_minor"] = [5, 7, 300]
    whole = pack_payload(
        CommandBatch(
            controls=(Control(ControlKind.ADVANCE, 1, {"a": "б"}),), payments=payments, text=b"abc"
        ),
        Outcome(),
    )
    data = bytearray(whole)
    data[place % len(data)] ^= mask
    try:
        found = unpack_payload(bytes(data))
    except PayloadError:
        return
    assert pack_payload(found.batch, found.outcome) != whole
