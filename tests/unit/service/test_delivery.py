"""What is told to whom, made from the journal, the same bytes each time."""

import re

import pytest
from tests.integration.command_line import DAY, Folder, message, new_folder

TUESDAY, THURSDAY = "2026-05-26", "2026-05-28"


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return new_folder(tmp_path_factory.mktemp("delivery"))


def lines(folder: Folder, day: str = DAY) -> list[tuple[str, str]]:
    """Return (MsgId, TxSts) of every status told on a day, in order."""
    paths = sorted(folder.out.glob(f"{day}/messages/*/*pacs002*.xml"))
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    return re.findall("<OrgnlMsgId>(.+?)</OrgnlMsgId>.+?<TxSts>(.+?)</TxSts>", text)


def test_a_repetition_gets_the_answer_that_stood_when_it_came(folder: Folder) -> None:
    data = message(1, value_date=THURSDAY)
    folder.send("1.xml", data)
    folder.send("2.xml", data)
    folder.settled()
    expected = [("TEST-000001", "ACCP")] * 2
    assert lines(folder) == expected
    folder.settled()
    assert lines(folder, THURSDAY)[-1] == ("TEST-000001", "ACSC")
    folder.settled("--date", DAY)
    assert lines(folder) == expected, "what became of it since is not told again"


def test_a_repetition_on_a_later_day_gets_the_answer_of_the_earlier_one(folder: Folder) -> None:
    """The same instruction in a new message on the next day: its payment has settled long ago."""
    folder.send("1.xml", message(1))
    folder.settled()
    again = message(1).replace(f"<CreDt>{DAY}", f"<CreDt>{TUESDAY}")
    folder.send("2.xml", again.replace("<BizMsgIdr>TEST", "<BizMsgIdr>AGAIN"))
    done = folder.settled()
    assert (done["business_date"], done["duplicates"]) == (TUESDAY, 1)
    assert lines(folder, TUESDAY) == [("TEST-000001", "ACSC")]


def test_a_date_that_was_moved_is_told(folder: Folder) -> None:
    folder.send(
        "1.xml", message(1, at=f"{DAY}T16:30:00+06:00", purpose="<Purp><Cd>SCVE</Cd></Purp>")
    )
    folder.settled()
    (status,) = folder.outgoing("pacs002")
    assert "<TxSts>ACWC</TxSts><StsRsnInf><Rsn><Cd>TM01</Cd>" in status
    assert f"<FctvIntrBkSttlmDt><Dt>{TUESDAY}</Dt></FctvIntrBkSttlmDt>" in status


def test_instructions_are_forwarded_by_currency_and_definition(folder: Folder) -> None:
    folder.send("1.xml", message(1))
    folder.send("2.xml", message(2))
    folder.send("3.xml", message(3, currency="KGS"))
    folder.settled()
    counts = sorted(text.count("<CdtTrfTxInf>") for text in folder.outgoing("pacs008"))
    assert counts == [1, 2]


def test_what_is_refused_is_answered_to_its_sender_or_else_to_the_operator(
    folder: Folder,
) -> None:
    folder.send("known.xml", message(1, amount="-1.00"))
    folder.send("unknown.xml", "rubbish")
    folder.settled("--date", DAY)
    (known,) = folder.out.glob(f"{DAY}/messages/JTGZKG20/*admi002*")
    (unknown,) = folder.out.glob(f"{DAY}/messages/CBKGKG20/*admi002*")
    assert "<Ref>TEST-000001</Ref>" in known.read_text(encoding="utf-8")
    text = unknown.read_text(encoding="utf-8")
    assert "<Ref>NOTPROVIDED</Ref>" in text
    assert "payments/unknown.xml" in text, "the operator finds it by its file"


def test_long_lists_are_told_in_several_messages(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.service.delivery.STATUS_LINES_MAX", 2)
    monkeypatch.setattr("comity.service.delivery.FORWARDED_PAYMENTS_MAX", 2)
    for number in range(5):
        folder.send(f"{number}.xml", message(number))
    folder.settled()
    assert [text.count("<TxSts>") for text in folder.outgoing("pacs002")] == [2, 2, 1]
    assert [text.count("<CdtTrfTxInf>") for text in folder.outgoing("pacs008")] == [2, 2, 1]
