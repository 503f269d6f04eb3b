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


def request(number: int, at: str, *, by: str = "JTGZKG20", reference: str = "CXL-1") -> str:
    """Return a camt.056 that cancels the payment of `message(number)`."""
    bank = "<{0}><Agt><FinInstnId><BICFI>{1}</BICFI></FinInstnId></Agt></{0}>"
    party = "<{0}><FIId><FinInstnId><BICFI>{1}</BICFI></FinInstnId></FIId></{0}>"
    return (
        '<BizMsg><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">'
        f"{party.format('Fr', by)}{party.format('To', 'CBKGKG20')}"
        f"<BizMsgIdr>{reference}</BizMsgIdr><MsgDefIdr>camt.056.001.08</MsgDefIdr>"
        f"<CreDt>{DAY}T{at}:00+06:00</CreDt></AppHdr>"
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq>'
        f"<Assgnmt><Id>{reference}</Id>{bank.format('Assgnr', by)}"
        f"{bank.format('Assgne', 'CBKGKG20')}<CreDtTm>{DAY}T02:00:00Z</CreDtTm></Assgnmt>"
        f"<Undrlyg><TxInf><CxlId>C-{number}</CxlId><OrgnlGrpInf>"
        f"<OrgnlMsgId>TEST-{number:06d}</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId>"
        f"</OrgnlGrpInf><OrgnlTxId>TEST-{number:06d}-1</OrgnlTxId>"
        "<CxlRsnInf><Rsn><Cd>DUPL</Cd></Rsn></CxlRsnInf></TxInf></Undrlyg>"
        "</FIToFIPmtCxlReq></Document></BizMsg>"
    )


def test_a_request_to_cancel_is_answered_and_what_is_final_is_asked_back(folder: Folder) -> None:
    folder.send("0.xml", message(8, amount="450000000.00"))
    folder.send("1.xml", message(1, amount="450000000.00"))  # not covered: it waits
    folder.send("3.xml", message(3, currency="KGS", at=f"{DAY}T08:30:00+06:00"))
    folder.send("4.xml", request(1, "09:00"))
    folder.send("5.xml", request(3, "09:01", reference="CXL-2"))
    folder.send("6.xml", request(9, "09:02", reference="CXL-3"))
    folder.send("7.xml", request(1, "09:03", reference="CXL-4", by="SVRKRUM0"))
    done = folder.settled()
    assert done["messages_refused"] == 0
    answers = folder.outgoing("camt029")
    confirmed = [re.findall("<Conf>(.+?)</Conf>", text) for text in answers]
    assert sorted(confirmed) == [["CNCL"], ["PDCR"], ["RJCR"], ["RJCR"]]
    (done_one,) = [text for text in answers if "<Conf>CNCL" in text]
    assert "<OrgnlTxId>TEST-000001-1</OrgnlTxId>" in done_one
    assert done_one.count("<TxCxlSts>ACCR</TxCxlSts>") == 1
    (to_other,) = folder.out.glob(f"{DAY}/messages/SVRKRUM0/*camt029*")
    assert "<Cd>NOOR</Cd>" in to_other.read_text(encoding="utf-8")
    (asked,) = folder.out.glob(f"{DAY}/messages/SVRKRUM0/*camt056*")
    text = asked.read_text(encoding="utf-8")
    assert "<OrgnlTxId>TEST-000003-1</OrgnlTxId>" in text
    assert "<Cd>DUPL</Cd>" in text
    assert ("TEST-000001", "RJCT") not in lines(folder), "the answer alone tells of it"


def test_a_request_to_cancel_that_came_again_is_answered_again(folder: Folder) -> None:
    folder.send("0.xml", message(8, amount="450000000.00"))
    folder.send("1.xml", message(1, amount="450000000.00"))
    folder.send("2.xml", request(1, "09:00"))
    folder.send("3.xml", request(1, "09:00"))
    folder.send("4.xml", message(1, amount="450000000.00"))
    folder.send("5.xml", message(1, amount="450000000.00", at=f"{DAY}T10:00:00+06:00"))
    folder.settled()
    (answer,) = folder.outgoing("camt029")
    assert answer.count("<TxCxlSts>ACCR</TxCxlSts>") == 2
    assert lines(folder)[-1] == ("TEST-000001", "RJCT"), "the payment was withdrawn before"


def test_what_is_held_is_answered_as_what_is_locked_byte_for_byte(folder: Folder) -> None:
    """No tipping-off: the two answers differ in nothing but the names of their payments."""
    folder.send("1.xml", message(1, purpose="<Purp><Cd>GIFT</Cd></Purp>", priority="NORM"))
    folder.send("2.xml", message(2, creditor="OBRAZETS FANTOM SNAB LLC"))
    folder.send("3.xml", request(1, "11:10"))
    folder.send("4.xml", request(2, "11:10", reference="CXL-2"))
    folder.settled()
    (first, second), *_ = [
        re.findall("<CxlDtls>.*?</CxlDtls>", text)
        for text in folder.outgoing("camt029")
        if text.count("PDCR") > 1
    ]
    assert first.replace("000001", "000002").replace("C-1", "C-2") == second


def modification(number: int, at: str, new: str, reference: str = "MOD-1") -> str:
    """Return a camt.007 that modifies the payment of `message(number)`, of 450 million."""
    bank = "<{0}><FinInstnId><BICFI>{1}</BICFI></FinInstnId></{0}>"
    party = "<{0}><FIId><FinInstnId><BICFI>{1}</BICFI></FinInstnId></FIId></{0}>"
    return (
        '<BizMsg><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">'
        f"{party.format('Fr', 'JTGZKG20')}{party.format('To', 'CBKGKG20')}"
        f"<BizMsgIdr>{reference}</BizMsgIdr><MsgDefIdr>camt.007.001.08</MsgDefIdr>"
        f"<CreDt>{DAY}T{at}:00+06:00</CreDt></AppHdr>"
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.007.001.08"><ModfyTx>'
        f"<MsgHdr><MsgId>{reference}</MsgId></MsgHdr><Mod><PmtId><LngBizId>"
        f"<UETR>00000000-0000-4000-8000-{number:012d}</UETR>"
        f"<IntrBkSttlmAmt>450000000.00</IntrBkSttlmAmt><IntrBkSttlmDt>{DAY}</IntrBkSttlmDt>"
        f"{bank.format('InstgAgt', 'JTGZKG20')}{bank.format('InstdAgt', 'SVRKRUM0')}"
        f"</LngBizId></PmtId><NewPmtValSet>{new}</NewPmtValSet></Mod></ModfyTx></Document></BizMsg>"
    )


def test_a_request_to_modify_is_answered_by_a_receipt(folder: Folder) -> None:
    for number in (8, 1, 2):
        folder.send(f"{number}.xml", message(number, amount="450000000.00"))
    first, last = "<Prty><Prtry>FRST</Prtry></Prty>", "<Prty><Cd>URGT</Cd></Prty>"
    folder.send("a.xml", modification(2, "09:00", first))
    folder.send("b.xml", modification(1, "09:01", last, "MOD-2"))
    folder.send("c.xml", modification(7, "09:02", last, "MOD-3"))
    folder.settled()
    (text,) = folder.outgoing("camt025")
    found = re.findall("<MsgId>(MOD.+?)</MsgId>.+?<Sts><Prtry>(.+?)</Prtry>", text)
    assert found == [("MOD-1", "DONE"), ("MOD-2", "RJCT"), ("MOD-3", "RJCT")]
    assert text.count("<Prtry>NOTQ</Prtry>") == text.count("<Prtry>NOOR</Prtry>") == 1
    assert not folder.outgoing("camt029")
