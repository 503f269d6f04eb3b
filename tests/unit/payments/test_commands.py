"""Controls come back as they were packed."""

import numpy as np
import pytest

from comity.payments.codes import ControlKind
from comity.payments.commands import CommandBatch, Control, pack_controls, unpack_controls
from comity.payments.rows import LAYOUTS, PAYMENT_ROW, no_rows


def test_controls_come_back_as_they_were_packed() -> None:
    controls = (
        Control(ControlKind.ADOPT_LISTS, 5, {"versions": ["Список", "b"], "a": None}),
        Control(ControlKind.ADVANCE, 2**62, {}),
    )
    packed = pack_controls(controls)
    assert unpack_controls(packed) == controls
    assert pack_controls(unpack_controls(packed)) == packed


def test_the_order_of_keys_does_not_change_the_bytes() -> None:
    one = Control(ControlKind.ADVANCE, 1, {"a": 1, "b": 2})
    two = Control(ControlKind.ADVANCE, 1, {"b": 2, "a": 1})
    assert pack_controls((one,)) == pack_controls((two,))


@pytest.mark.parametrize("name", LAYOUTS)
def test_rows_have_no_padding(name: str) -> None:
    layout = LAYOUTS[name]
    assert layout.itemsize == sum(layout[field].itemsize for field in layout.names or ())
    assert len(no_rows(layout)) == 0


def test_a_row_finds_its_text_in_the_batch() -> None:
    rows = np.zeros(1, PAYMENT_ROW)
    text = "первый второй".encode()
    rows["text_start"], rows["text_length"] = len("первый ".encode()), len("второй".encode())
    assert CommandBatch(payments=rows, text=text).text_of(rows[0]) == "второй"
