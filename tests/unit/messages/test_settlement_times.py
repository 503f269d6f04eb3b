"""Times of settlement in messages: read to UTC on the settlement date, and not passed on."""

from datetime import date

import pytest
from tests.unit.messages import instructions as made

from comity.messages import writing
from comity.messages.batch import BatchBuilder
from comity.payments.codes import Definition
from comity.payments.reasons import Reason

MIDNIGHT_US = 1_779_667_200_000_000  # 2026-05-25
HOUR_US = 3_600_000_000


def asking(number: int = 1, **times: str) -> str:
    """Return a transaction that asks for times, named in their order."""
    said = "".join(f"<{name}>{text}</{name}>" for name, text in times.items())
    return made.transaction(number, SttlmTmReq=f"<SttlmTmReq>{said}</SttlmTmReq>")


def test_times_are_those_of_the_settlement_date_in_utc() -> None:
    data = made.message(
        made.transaction(1),
        asking(2, TillTm="10:00:00", FrTm="09:00:00Z", RjctTm="18:00:00+06:00"),
        asking(3, FrTm="02:00:00+06:00"),
        asking(4, RjctTm="23:00:00-03:30"),
    )
    for message in (data, data + b"<!-- read whole -->"):
        times = made.read(message).times
        assert times["payment"].tolist() == [1, 2, 3]
        hours = ((times["from_us"] - MIDNIGHT_US) / HOUR_US).tolist()[:2]
        assert hours == [9, -4]
        assert times["till_us"].tolist() == [MIDNIGHT_US + 10 * HOUR_US, 0, 0]
        assert (times["reject_us"][[0, 2]] - MIDNIGHT_US).tolist() == [
            12 * HOUR_US,
            26 * HOUR_US + HOUR_US // 2,
        ]


def test_times_point_to_their_payments_across_messages() -> None:
    builder = BatchBuilder(made.reader())
    for name in ("a.xml", "b.xml"):
        builder.add(name, made.message(made.transaction(1), asking(2, FrTm="09:00:00")))
    assert builder.take().times["payment"].tolist() == [1, 3]


@pytest.mark.parametrize(
    "request_",
    [
        "<CLSTm>09:00:00</CLSTm>",
        "<FrTm>9:00:00</FrTm>",
        "<FrTm>24:00:00</FrTm>",
        "<FrTm>09:00:00.5</FrTm>",
        "<FrTm>09:00:00</FrTm><TillTm>10:00:00</TillTm>",
        "",
    ],
)
def test_times_that_the_guideline_does_not_have_are_refused(request_: str) -> None:
    one = made.transaction(SttlmTmReq=f"<SttlmTmReq>{request_}</SttlmTmReq>")
    assert made.read(made.message(one)).messages[0]["fault"] == Reason.SCHEMA_INVALID


def test_times_are_not_passed_on() -> None:
    batch = made.read(made.message(asking(FrTm="09:00:00", RjctTm="10:00:00")))
    envelope = writing.Envelope("CBKGKG20", "BBBBKG20", "OUT-1", MIDNIGHT_US)
    text = batch.text_of(batch.payments[0])
    data = writing.write_forwarded(envelope, Definition.PACS_008, [text], date(2026, 5, 26))
    assert b"SttlmTmReq" not in data
    assert made.read(data).messages[0]["fault"] == Reason.NONE
