"""Trades whose roubles another system settles, from messages to what its agent is asked."""

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from tests.contract.messages.schemas import assert_official
from tests.integration.command_line import DAY, Folder, Ran, comity, new_folder

from comity.service.committing import rebuild
from comity.storage import open_journal

TUESDAY = "2026-05-26"
KYRGYZ, RUSSIAN, AGENT = "JTGZKG20", "SVRKRUM0", "CBRURUM0"
HEADER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Envelope>'
    '<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">'
    "<Fr><FIId><FinInstnId><BICFI>{by}</BICFI></FinInstnId></FIId></Fr>"
    "<To><FIId><FinInstnId><BICFI>CBKGKG20</BICFI></FinInstnId></FIId></To>"
    "<BizMsgIdr>{reference}</BizMsgIdr><MsgDefIdr>{definition}</MsgDefIdr>"
    "<CreDt>{at}</CreDt></AppHdr>"
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{definition}">{body}</Document></Envelope>'
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return an arrangement with one agreement, on trades, and roubles settled outside."""
    found = new_folder(tmp_path)
    for path in (found.path / "agreements").glob("*.toml"):
        if "interbank-trades" not in path.name:
            path.unlink()
            continue
        text = path.read_text(encoding="utf-8")
        old = '[finality.RUB]\nledger_is = "agent_book"\nevent = "posting"'
        new = '[finality.RUB]\nledger_is = "instruction_only"\nevent = "agent_confirmation"'
        assert old in text
        text = text.replace(old, new)
        path.write_text(text.replace("match_within = 60", "answer_within = 30\nmatch_within = 60"))
    accounts = found.path / "accounts.csv"
    lines = [
        re.sub(
            r",RUB,settlement,CBRURUM0,[0-9.]+,0", ",RUB,settlement,CBRURUM0,0.00,unlimited", one
        )
        for one in accounts.read_text(encoding="utf-8").splitlines()
        if ",RUB,loro," not in one
    ]
    accounts.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return found


def message(by: str, reference: str, at: str, definition: str, body: str) -> str:
    return HEADER.format(by=by, reference=reference, definition=definition, at=at, body=body)


def leg(number: int, banks: tuple[str, str], paid: str, wanted: str, at: str) -> str:
    """Return a leg of trade FX-1 … that pays `100.00 KGS`, say, and wants `RUB80.00`."""
    payer, payee = banks
    amount, code = paid.split()
    reference = f"LEG-{number}"

    def bank(name: str, bic: str) -> str:
        return f"<{name}><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></{name}>"

    body = (
        f"<FICdtTrf><GrpHdr><MsgId>{reference}</MsgId><CreDtTm>{at}</CreDtTm><NbOfTxs>1</NbOfTxs>"
        "<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr><CdtTrfTxInf><PmtId>"
        f"<InstrId>OWN-{number}</InstrId><EndToEndId>E2E-{number}</EndToEndId>"
        f"<TxId>TX-{number}</TxId><UETR>00000000-0000-4000-8000-{number:012d}</UETR></PmtId>"
        f'<IntrBkSttlmAmt Ccy="{code}">{amount}</IntrBkSttlmAmt>'
        f"<IntrBkSttlmDt>{at[:10]}</IntrBkSttlmDt>"
        f"{bank('InstgAgt', payer)}{bank('InstdAgt', payee)}"
        f"{bank('Dbtr', payer)}{bank('Cdtr', payee)}"
        f"<InstrForNxtAgt><InstrInf>/PVP/FX-{(number + 1) // 2}/{wanted}</InstrInf>"
        "</InstrForNxtAgt><Purp><Cd>FREX</Cd></Purp></CdtTrfTxInf></FICdtTrf>"
    )
    return message(payer, reference, at, "pacs.009.001.08", body)


def answer(asked_as: str, number: int, status: str, at: str, *, by: str = AGENT) -> str:
    """Return what the agent says of the leg with a number."""
    name = f"ANSWER-{status}-{number}"
    body = (
        f"<FIToFIPmtStsRpt><GrpHdr><MsgId>{name}</MsgId><CreDtTm>{at}</CreDtTm></GrpHdr>"
        f"<TxInfAndSts><OrgnlInstrId>{asked_as}</OrgnlInstrId>"
        f"<OrgnlUETR>00000000-0000-4000-8000-{number:012d}</OrgnlUETR>"
        f"<TxSts>{status}</TxSts></TxInfAndSts></FIToFIPmtStsRpt>"
    )
    return message(by, name, at, "pacs.002.001.10", body)


def send_trade(folder: Folder, first: int = 1) -> None:
    """Send both legs of a trade, of 100.00 KGS versus 80.00 RUB, at 08:00 and 08:10."""
    banks = KYRGYZ, RUSSIAN
    soms = leg(first, banks, "100.00 KGS", "RUB80.00", f"{DAY}T08:00:00+06:00")
    roubles = leg(first + 1, banks[::-1], "80.00 RUB", "KGS100.00", f"{DAY}T08:10:00+06:00")
    folder.send(f"leg-{first}.xml", soms)
    folder.send(f"leg-{first + 1}.xml", roubles)


def settled_on(folder: Folder, day: str) -> Ran:
    ran = comity("settle", folder.path, "--out", folder.out, "--date", day, "--json")
    assert ran.code == 0, ran.words
    return ran


def test_a_trade_settles_when_the_agent_says_so(folder: Folder) -> None:
    send_trade(folder)
    folder.send("reserved.xml", answer("PVP0", 2, "ACSP", f"{DAY}T08:20:00+06:00"))
    folder.send("settled.xml", answer("PVP0", 2, "ACSC", f"{DAY}T08:30:00+06:00"))
    document = folder.settled()

    assert document["payments"]["settled"] == 2
    assert document["payments"]["mechanisms"]["PVP"] == 2
    (trade,) = document["trades"]
    assert (trade["settled"], trade["in_doubt"]) == (1, 0)
    assert document["in_doubt"] == []
    assert all(document["proof"].values())
    (reserve,), (settle,) = folder.outgoing("reserve"), folder.outgoing("settle-")
    assert f"<BICFI>{AGENT}</BICFI></FinInstnId></FIId></To>" in reserve
    assert "<InstrId>PVP0</InstrId><EndToEndId>E2E-2</EndToEndId><TxId>TX-2</TxId>" in reserve
    assert '<IntrBkSttlmAmt Ccy="RUB">80.00</IntrBkSttlmAmt>' in reserve
    assert "<InstrInf>/PVP/FX-1/KGS100.00</InstrInf>" in reserve
    assert "<UETR>00000000-0000-4000-8000-000000000002</UETR>" in settle
    assert "<FrDtTm>" in settle
    assert len(folder.outgoing("pacs009")) == 2, "both legs go on to the banks that are paid"
    assert not folder.outgoing("camt029"), "an agent's answer is not answered"
    statuses = re.findall("<TxSts>(.+?)</TxSts>", "".join(folder.outgoing("pacs002")))
    assert statuses.count("ACSC") == 2
    assert comity("verify", folder.database).code == 0


def test_an_agent_that_does_not_reserve_in_time_is_told_to_forget_it(folder: Folder) -> None:
    send_trade(folder)
    document = folder.settled()
    (trade,) = document["trades"]
    assert (trade["settled"], trade["expired"]) == (0, 1)
    (release,) = folder.outgoing("release")
    assert "<CxlId>PVP0</CxlId>" in release
    assert "<OrgnlInstrId>PVP0</OrgnlInstrId>" in release
    assert "<Cd>AGNT</Cd>" in release
    told = "".join(folder.outgoing("pacs002"))
    assert told.count("<TxSts>RJCT</TxSts>") == 2
    assert "<Cd>AB03</Cd>" in told


def test_a_trade_in_doubt_is_listed_until_the_agent_answers(folder: Folder) -> None:
    send_trade(folder)
    folder.send("reserved.xml", answer("PVP0", 2, "ACSP", f"{DAY}T08:20:00+06:00"))
    document = json.loads(settled_on(folder, DAY).out)
    schema = json.loads(files("comity").joinpath("schemas/settle.schema.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    (doubt,) = document["in_doubt"]
    assert doubt["asked_as"] == "PVP0"
    assert (doubt["agent"], doubt["payer"], doubt["payee"]) == (AGENT, RUSSIAN, KYRGYZ)
    assert (doubt["currency"], doubt["amount_minor"]) == ("RUB", 80_00)
    assert (doubt["held_currency"], doubt["held_minor"]) == ("KGS", 100_00)
    assert document["trades"][0]["in_doubt"] == 1
    (asked,) = folder.outgoing("report")
    assert "<FIToFIPmtStsReq>" in asked
    assert "<OrgnlInstrId>PVP0</OrgnlInstrId>" in asked
    report = next((folder.out / DAY).rglob("*.html")).read_text(encoding="utf-8")
    assert "Trades in doubt" in report
    shown = comity("settle", folder.path, "--out", folder.out, "--date", DAY)
    assert "Trades in doubt" in shown.words

    folder.send("settled.xml", answer("PVP0", 2, "ACSC", f"{TUESDAY}T09:00:00+06:00"))
    document = json.loads(settled_on(folder, TUESDAY).out)
    assert document["in_doubt"] == []
    assert document["payments"]["mechanisms"]["PVP"] == 2
    assert comity("verify", folder.database).code == 0
    again = json.loads(settled_on(folder, DAY).out)
    assert len(again["in_doubt"]) == 1, "a day's list is that of its close"


def test_what_an_agent_is_asked_is_officially_valid(folder: Folder, reference: Path) -> None:
    send_trade(folder)
    send_trade(folder, 3)
    folder.send("reserved.xml", answer("PVP0", 2, "ACSP", f"{DAY}T08:20:00+06:00"))
    folder.settled()
    asked = sorted(folder.out.glob(f"*/messages/{AGENT}/*.xml"))
    kinds = {path.name.split("-")[2] for path in asked}
    assert {"reserve", "settle", "release", "report"} <= kinds
    for path in asked:
        assert_official(reference, path.read_bytes())


@pytest.mark.parametrize(
    ("said", "at", "by"),
    [
        (("PVP7", 2), "08:20", AGENT),
        (("PVP0", 1), "08:20", AGENT),
        (("PVP0", 2), "08:20", RUSSIAN),
        (("PVP0", 2), "08:05", AGENT),
    ],
    ids=["another number", "another UETR", "not the agent", "before it was asked"],
)
def test_an_answer_about_nothing_that_was_asked_changes_nothing(
    folder: Folder, said: tuple[str, int], at: str, by: str
) -> None:
    send_trade(folder)
    folder.send("settled.xml", answer(*said, "ACSC", f"{DAY}T{at}:00+06:00", by=by))
    document = folder.settled()
    assert document["payments"]["settled"] == 0
    assert document["orders"]["agent_answers_refused"] == 1
    state = rebuild(open_journal(folder.database)).state
    ((_, reason),) = state.answers.values()
    assert reason.name == "NO_ORIGINAL"


def test_an_answer_that_the_schema_does_not_know_is_refused_with_words(folder: Folder) -> None:
    send_trade(folder)
    folder.send("odd.xml", answer("PVP0", 2, "PDNG", f"{DAY}T08:20:00+06:00"))
    document = folder.settled()
    assert document["messages_refused"] == 1
    (refused,) = folder.outgoing("admi002")
    assert "TxSts" in refused
