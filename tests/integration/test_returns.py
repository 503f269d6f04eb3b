"""A settled payment returned from its XML to the statements, over days and broken-off runs."""

import re
from datetime import date

import pytest
from tests.integration.command_line import (
    DAY,
    Folder,
    cancellation,
    comity,
    message,
    new_folder,
    payment_return,
)

from comity.service import assemble_daybook
from comity.service.committing import rebuild
from comity.statistics.shares import national_currency_share
from comity.statistics.turnover import turnover
from comity.storage import open_journal

TUESDAY = "2026-05-26"


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return new_folder(tmp_path_factory.mktemp("returns"))


def statuses(folder: Folder) -> dict[str, tuple[str, str]]:
    """Return (TxSts, reason) of the last status told of each reference."""
    text = "".join(folder.outgoing("pacs002"))
    found = re.findall(
        "<OrgnlTxId>(.+?)</OrgnlTxId>.+?<TxSts>(.+?)</TxSts>(.*?)</TxInfAndSts>", text
    )
    return {
        reference: (status, "".join(re.findall("<(?:Cd|Prtry)>(.+?)<", rest)[:1]))
        for reference, status, rest in found
    }


def statements(folder: Folder, bic: str) -> str:
    paths = sorted(folder.out.rglob("*.xml"))
    texts = [path.read_text(encoding="utf-8") for path in paths if bic in str(path)]
    return "".join(text for text in texts if "camt.053" in text)


def test_a_return_goes_from_its_message_to_the_statements_of_both_banks(folder: Folder) -> None:
    original = message(1)
    folder.send("1.xml", original)
    folder.send("2.xml", payment_return(1, original, amount="400.00"))
    folder.send("3.xml", payment_return(2, original, amount="600.01", at=f"{DAY}T09:10:00+06:00"))
    document = folder.settled()

    assert document["payments"]["settled"] == 2
    assert document["payments"]["returns"] == 1
    assert document["currencies"]["RUB"]["gross_minor"] == 1_400_00
    assert document["currencies"]["RUB"]["returned_minor"] == 400_00
    assert all(document["proof"].values())
    told = statuses(folder)
    assert told["BACK-000001-1"] == ("ACSC", "")
    assert told["BACK-000002-1"] == ("RJCT", "AM09")
    assert told["TEST-000001-1"] == ("ACSC", "")

    (forwarded,) = folder.outgoing("pacs004")
    assert "<RtrId>BACK-000001-1</RtrId>" in forwarded
    assert '<RtrdIntrBkSttlmAmt Ccy="RUB">400.00</RtrdIntrBkSttlmAmt>' in forwarded
    assert '<TtlRtrdIntrBkSttlmAmt Ccy="RUB">400.00</TtlRtrdIntrBkSttlmAmt>' in forwarded
    for bic in ("JTGZKG20", "SVRKRUM0"):
        text = statements(folder, bic)
        named = (
            "<Refs><MsgId>BACK-000001</MsgId><InstrId>BACK-000001-1</InstrId>"
            "<EndToEndId>TEST-000001</EndToEndId>"
            "<UETR>00000000-0000-4000-8000-000000000001</UETR><TxId>TEST-000001-1</TxId></Refs>"
        )
        assert named in text
        assert "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>" in text
    report = next(folder.out.rglob("*.html")).read_text(encoding="utf-8")
    assert "Returned in all" in report
    assert comity("verify", folder.database).code == 0


def test_the_message_it_was_forwarded_in_may_be_quoted(folder: Folder) -> None:
    original = message(1)
    folder.send("1.xml", original)
    folder.settled()
    (forwarded,) = folder.outgoing("pacs008")
    (message_id,) = re.findall("<MsgId>(.+?)</MsgId>", forwarded)
    at = f"{TUESDAY}T09:00:00+06:00"
    folder.send("2.xml", payment_return(1, original, said=message_id, at=at))
    folder.send("3.xml", payment_return(2, original, said="ANOTHER", at=at))
    document = folder.settled()
    assert (document["business_date"], document["payments"]["settled"]) == (TUESDAY, 1)
    assert statuses(folder)["BACK-000002-1"] == ("RJCT", "RTRF")
    assert comity("verify", folder.database).code == 0


def test_what_it_says_of_its_original_is_held_against_it(folder: Folder) -> None:
    original = message(1)
    folder.send("1.xml", original)
    said = {
        1: '<OrgnlIntrBkSttlmAmt Ccy="RUB">1000.01</OrgnlIntrBkSttlmAmt>',
        2: '<OrgnlIntrBkSttlmAmt Ccy="KGS">1000.00</OrgnlIntrBkSttlmAmt>',
        3: "<OrgnlIntrBkSttlmDt>2026-05-22</OrgnlIntrBkSttlmDt>",
        4: '<OrgnlIntrBkSttlmAmt Ccy="RUB">1000.00</OrgnlIntrBkSttlmAmt>'
        f"<OrgnlIntrBkSttlmDt>{DAY}</OrgnlIntrBkSttlmDt>",
    }
    for number, words in said.items():
        text = payment_return(number, original, at=f"{DAY}T09:1{number}:00+06:00")
        quoting = text.replace("<RtrdIntrBkSttlmAmt", f"{words}<RtrdIntrBkSttlmAmt", 1)
        assert quoting != text
        folder.send(f"{number}-back.xml", quoting)
    document = folder.settled()
    assert document["payments"]["returns"] == 1
    told = statuses(folder)
    assert [told[f"BACK-00000{number}-1"] for number in said] == [
        ("RJCT", "AM09"),
        ("RJCT", "AM09"),
        ("RJCT", "DT01"),
        ("ACSC", ""),
    ]


def test_a_reason_to_be_told_in_words_needs_words(folder: Folder) -> None:
    original = message(1)
    folder.send("1.xml", original)
    folder.send("2.xml", payment_return(1, original, reason="NARR"))
    document = folder.settled()
    assert document["payments"]["returns"] == 0
    (rejection,) = folder.outgoing("admi002")
    assert "AddtlInf: found no words beside the reason NARR" in rejection


def test_a_return_that_waits_is_withdrawn_by_the_bank_that_sent_it(folder: Folder) -> None:
    original = message(1)
    folder.send("1.xml", original)
    waiting = payment_return(1, original, at=f"{DAY}T09:00:00+06:00", value_date=TUESDAY)
    folder.send("2.xml", waiting)
    at = f"{DAY}T09:05:00+06:00"
    folder.send("3.xml", cancellation(1, waiting, at=at, by="JTGZKG20"))
    folder.send("4.xml", cancellation(2, waiting, at=at))
    again = payment_return(2, original, at=f"{DAY}T09:10:00+06:00")
    folder.send("5.xml", again)
    folder.send("6.xml", cancellation(3, again, at=f"{DAY}T09:15:00+06:00"))
    document = folder.settled()
    assert document["payments"]["returns"] == 1
    assert statuses(folder)["BACK-000002-1"] == ("ACSC", "")
    answers = {re.findall("<CxlStsId>(.+?)<", text)[0]: text for text in folder.outgoing("camt029")}
    refused, done, final = (answers[f"CXL-00000{number}"] for number in (1, 2, 3))
    assert "<Conf>RJCR</Conf>" in refused
    assert "<Cd>NOOR</Cd>" in refused
    assert "<Conf>CNCL</Conf>" in done
    assert (
        "<OrgnlMsgId>BACK-000001</OrgnlMsgId><OrgnlMsgNmId>pacs.004.001.09</OrgnlMsgNmId>"
        "</OrgnlGrpInf><OrgnlEndToEndId>TEST-000001</OrgnlEndToEndId>"
        "<OrgnlTxId>BACK-000001-1</OrgnlTxId>"
    ) in done
    assert "<Prtry>FINL</Prtry>" in final
    assert not folder.outgoing("camt056")
    assert comity("verify", folder.database).code == 0


def test_two_currencies_come_back_to_the_unit_and_are_told_in_what_is_credited(
    folder: Folder,
) -> None:
    original = message(1, account_currency="KGS", priority="NORM")
    folder.send("1.xml", original)
    folder.send("2.xml", payment_return(1, original, at=f"{TUESDAY}T09:00:00+06:00"))
    assert folder.settled()["payments"]["settled"] == 1
    document = folder.settled()
    assert document["payments"]["returns"] == 1, document
    (forwarded,) = folder.outgoing("pacs004")
    assert '<RtrdIntrBkSttlmAmt Ccy="KGS">1226.30</RtrdIntrBkSttlmAmt>' in forwarded
    assert '<RtrdInstdAmt Ccy="RUB">1000.00</RtrdInstdAmt>' in forwarded
    assert comity("verify", folder.database).code == 0


def test_settling_again_tells_the_same(folder: Folder) -> None:
    original = message(1)
    folder.send("1.xml", original)
    folder.send("2.xml", payment_return(1, original))
    folder.settled()
    before = folder.results()
    assert folder.settled("--date", DAY)["changed"] is False
    assert folder.results() == before


def test_turnover_is_taken_back_on_the_day_of_the_return(folder: Folder) -> None:
    original = message(1)
    folder.send("1.xml", original)
    folder.send(
        "2.xml", payment_return(1, original, amount="400.00", at=f"{TUESDAY}T09:00:00+06:00")
    )
    folder.settled()
    folder.settled()
    ledger = rebuild(open_journal(folder.database, create=False))
    monday, tuesday = (assemble_daybook(ledger, date.fromisoformat(day)) for day in (DAY, TUESDAY))
    (paid,), (returned,) = turnover(monday), turnover(tuesday)
    assert (paid.payments, paid.net_minor) == (1, 1_000_00)
    assert (returned.payments, returned.returns, returned.net_minor) == (0, 1, -400_00)
    assert (returned.debtor_country, returned.creditor_country) == ("KG", "RU")
    assert returned.group == paid.group == "goods"
    assert national_currency_share(tuesday).scheme_value == 0
    assert tuesday.returns.returned_minor.tolist() == [400_00]
    assert tuesday.returns.originals["amount_minor"].tolist() == [1_000_00]
    assert not len(monday.returns.rows)
