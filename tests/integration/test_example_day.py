"""The example's day through the command line: what is printed, written, told and proved."""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree
from tests.contract.messages.schemas import assert_official
from tests.integration.command_line import EXAMPLE, Folder, Ran, comity, message

from comity.payments.codes import EventKind
from comity.payments.lifecycle import STATUS_OUTWARD, State
from comity.payments.packing import unpack_payload
from comity.payments.reasons import REASONS, Reason
from comity.service import delivery
from comity.storage import open_journal

pytestmark = pytest.mark.slow

ROW = re.compile(r"\| `(?P<file>[0-9a-z-]+\.xml)` \| .+ \| (?P<outcome>.+) \|")
STATES = [state.name for state in State if state is not State.NONE]


def schema(name: str) -> dict[str, Any]:
    text = files("comity").joinpath(f"schemas/{name}.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def assert_follows(document: object, name: str) -> None:
    jsonschema.validate(document, schema(name), jsonschema.Draft202012Validator)


def outcomes() -> Counter[str]:
    """Return how many payments or messages end in which way, by the table of the README."""
    counted: Counter[str] = Counter()
    for line in (EXAMPLE / "README.md").read_text(encoding="utf-8").splitlines():
        row = ROW.fullmatch(line)
        for part in row["outcome"].split(", ") if row else ():
            outcome, _, times = part.partition(" ×")
            counted[outcome] += int(times or "1")
    return counted


def written(out: Path, pattern: str) -> list[Path]:
    return sorted(out.glob(f"2026-05-25/{pattern}"))


def test_the_day_ends_as_the_readme_says(example: tuple[Path, Ran]) -> None:
    document = example[1].document
    expected = outcomes()
    states: Counter[str] = Counter()
    for outcome, count in expected.items():
        states[outcome.split()[0]] += count
    assert document["messages_refused"] == states.pop("refused")
    assert document["duplicates"] == states.pop("duplicate")
    assert len(written(example[0], "messages/*/*camt0*.xml")) == states.pop("order")
    found = {name: count for name, count in document["payments"]["states"].items() if count}
    assert found == dict(states)


def test_the_codes_of_the_readme_go_out_in_status_reports(example: tuple[Path, Ran]) -> None:
    expected: Counter[str] = Counter()
    for outcome, count in outcomes().items():
        if outcome.startswith(("REJECTED", "EXPIRED")):
            expected[outcome.split()[1]] += count
    found: Counter[str] = Counter()
    for path in written(example[0], "messages/*/*pacs002*.xml"):
        text = path.read_text(encoding="utf-8")
        found.update(re.findall(r"<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>(\w+)</Cd>", text))
    assert found == expected


def test_the_document_is_what_the_contract_says(example: tuple[Path, Ran]) -> None:
    ran = example[1]
    assert (ran.code, ran.err) == (0, "")
    document = ran.document
    assert_follows(document, "settle")
    assert document["business_date"] == "2026-05-25"
    payments = document["payments"]
    assert list(payments["states"]) == STATES
    assert sum(payments["states"].values()) == payments["received"] == 73
    assert payments["settled"] == payments["states"]["SETTLED"]
    assert {name: count for name, count in payments["mechanisms"].items() if count} == {
        "GROSS": 14,
        "CYCLE": 14,
        "CENTRAL_BANK": 2,
        "MULTILATERAL": 4,
        "BILATERAL": 2,
        "PVP": 2,
    }
    assert document["trades"] == [
        {
            "currencies": ["KGS", "RUB"],
            "begun": 2,
            "matched": 1,
            "settled": 1,
            "released": 0,
            "expired": 1,
            "in_doubt": 0,
            "settled_minor": {"KGS": 12_263_000_00, "RUB": 10_000_000_00},
        }
    ]
    assert (document["orders"]["withdrawn"], document["orders"]["changed"]) == (1, 1)
    for money in document["currencies"].values():
        gross, net = money["gross_minor"], money["net_minor"]
        assert 0 <= net <= gross
        assert abs(Decimal(money["netting_ratio"]) - (1 - Decimal(net) / gross)) <= Decimal("5e-7")
    assert set(document["proof"].values()) == {True}
    assert re.fullmatch("[0-9a-f]{64}", document["head"])


def test_the_scheme_settles_97_percent_of_all_payments(example: tuple[Path, Ran]) -> None:
    share = example[1].document["national_currency_share"]
    assert share["denominator"] == "all payments between the countries"
    for name in ("invoicing", "customer_leg", "settlement_asset", "coverage"):
        assert Decimal("0.9695") < Decimal(share[name]) < Decimal("0.9705")


def test_the_report_names_what_settled_together(example: tuple[Path, Ran]) -> None:
    report = (example[0] / "2026-05-25" / "report.html").read_text(encoding="utf-8")
    row = report[report.index("Multilateral resolutions") :].split("</tbody>")[0]
    cells = [
        re.sub(r"<wbr>|\s", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    ]
    assert cells[:4] == ["13:30", "KGS", "4", "220800000.00"]
    assert cells[4].startswith("greatest:")


def test_verify_proves_the_database(example: tuple[Path, Ran]) -> None:
    ran = comity("verify", example[0] / "comity.db", "--json")
    assert ran.code == 0
    assert_follows(ran.document, "verify")
    day = example[1].document
    assert ran.document["ok"] is True
    assert ran.document["payments"] == day["payments"]["received"]
    assert ran.document["head"] == day["head"]
    assert ran.document["batches"] == 3, "opening, messages, close"
    assert "Proved" in comity("verify", example[0] / "comity.db").words


def test_everything_that_goes_out_is_officially_valid(
    reference: Path, example: tuple[Path, Ran]
) -> None:
    kinds: Counter[str] = Counter()
    for path in written(example[0], "*/*/*.xml"):
        root = assert_official(reference, path.read_bytes())
        assert [etree.QName(part).localname for part in root] == ["AppHdr", "Document"]
        kinds[str(etree.QName(root[1]).namespace).rpartition(":")[2]] += 1
        (receiver,) = root[0].findall("{*}To//{*}BICFI")
        assert receiver.text == path.parent.name
    assert kinds.keys() == {
        "pacs.002.001.10",
        "pacs.008.001.08",
        "pacs.009.001.08",
        "camt.025.001.08",
        "camt.029.001.09",
        "camt.053.001.08",
        "camt.054.001.08",
        "pacs.004.001.09",
        "admi.002.001.01",
    }


def test_everything_of_a_small_generated_day_is_officially_valid(
    reference: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    ran = comity("generate", EXAMPLE, "--scale", "0.01", "--seed", "3", "--out", made)
    assert ran.code == 0, ran.words
    day = comity("settle", made, "--out", tmp_path / "out", "--json")
    assert day.code == 0, day.words
    assert_follows(day.document, "settle")
    paths = written(tmp_path / "out", "*/*/*.xml")
    assert len(paths) > 100
    for path in paths:
        assert_official(reference, path.read_bytes())
    assert_reconciled(tmp_path / "out")


def decimal_of(element: etree._Element, path: str) -> Decimal:
    return Decimal(element.findtext(path) or "")


def signed(element: etree._Element) -> Decimal:
    sign = 1 if element.findtext("{*}CdtDbtInd") == "CRDT" else -1
    return sign * decimal_of(element, "{*}Amt")


def currency_of(element: etree._Element) -> str:
    return next(element.iter("{*}Amt")).get("Ccy") or ""


def assert_reconciled(out: Path) -> None:
    """Add every statement up from its text, and hold it against what the database transferred."""
    moved: dict[str, Decimal] = defaultdict(Decimal)
    closing: dict[str, Decimal] = {}
    for path in written(out, "statements/*/*-S*.xml"):
        (statement,) = etree.parse(path).iter("{*}Stmt")
        account = statement.findtext("{*}Acct/{*}Id/{*}Othr/{*}Id") or ""
        balances = {one.findtext("{*}Tp//{*}Cd"): signed(one) for one in statement.iter("{*}Bal")}
        entries = [signed(one) for one in statement.iter("{*}Ntry")]
        assert balances["OPBD"] + sum(entries) == balances["CLBD"], path
        moved[account] += sum(entries)
        closing[account] = balances["CLBD"]
        for entry in statement.iter("{*}Ntry"):
            details = list(entry.iter("{*}TxDtls"))
            # In two currencies the payment's own amount stands in the details.
            if {currency_of(one) for one in details} == {currency_of(entry)}:
                assert sum(map(signed, details)) == signed(entry), path
    posted, transferred = stored(out / "comity.db")
    assert closing == {name: posted[name] for name in closing}
    assert moved == {name: transferred[name] for name in moved}
    assert {name for name in posted if name.startswith(("settlement:", "loro:"))} == set(closing)


def stored(database: Path) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Return balances and the day's movements by account from the database's own tables."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        names = dict(connection.execute("SELECT number, name FROM account").fetchall())
        posted = dict(connection.execute("SELECT name, posted_minor FROM account").fetchall())
        rows = connection.execute(
            "SELECT debit, credit, amount_minor FROM transfer WHERE kind <> 1"
        ).fetchall()
    connection.close()
    moved: dict[str, Decimal] = defaultdict(Decimal)
    for debit, credit, minor in rows:
        moved[names[debit]] -= Decimal(minor) / 100
        moved[names[credit]] += Decimal(minor) / 100
    return {name: Decimal(minor) / 100 for name, minor in posted.items()}, moved


def test_statements_add_up_to_the_transfers(example: tuple[Path, Ran]) -> None:
    assert_reconciled(example[0])


def test_each_resting_place_is_told_once_and_each_settled_payment_forwarded_once(
    example: tuple[Path, Ran],
) -> None:
    told: Counter[str] = Counter()
    journal = open_journal(example[0] / "comity.db", create=False)
    for record in journal.records():
        events = unpack_payload(record.payload).outcome.events
        payments = events[events["kind"] == EventKind.PAYMENT]
        told.update(State(int(one)).name for one in payments[payments["rests"] == 1]["after"])
        told["repeated"] += int((events["kind"] == EventKind.DUPLICATE).sum())
    journal.close()
    sent: Counter[str] = Counter()
    for path in written(example[0], "messages/*/*pacs002*.xml"):
        sent.update(re.findall("<TxSts>(.+?)</TxSts>", path.read_text(encoding="utf-8")))
    assert sum(sent.values()) == sum(told.values())
    assert sent["ACSC"] == told["SETTLED"] + told["repeated"]
    assert sent["PDNG"] == told["HELD_SCREENING"] + told["QUEUED"]
    assert sent["RJCT"] == told["REJECTED"] + told["EXPIRED"]
    forwarded: Counter[str] = Counter()
    for path in written(example[0], "messages/*/*pacs00[489]*.xml"):
        forwarded.update(re.findall("<(?:TxId|RtrId)>(.+?)</", path.read_text(encoding="utf-8")))
    assert set(forwarded.values()) == {1}
    assert len(forwarded) == example[1].document["payments"]["settled"]


def test_references_and_remittance_text_are_forwarded_unchanged(example: tuple[Path, Ran]) -> None:
    came = (EXAMPLE / "payments" / "07-30-00-goods-gross-direct.xml").read_text(encoding="utf-8")
    went = "".join(
        path.read_text(encoding="utf-8")
        for path in written(example[0], "messages/SVRKRUM0/*pacs008*.xml")
    )
    for name in ("InstrId", "EndToEndId", "TxId", "UETR", "Ustrd"):
        (text,) = re.findall(f"<{name}>.+?</{name}>", came)
        assert text in went


def test_nothing_that_goes_out_speaks_of_lists(example: tuple[Path, Ran]) -> None:
    listed = re.compile(
        "sanction|screen|watch|\\blist|\\bhit\\b|SDN|OFAC|HELD|санкц", re.IGNORECASE
    )
    own_words = re.compile(
        "<(AddtlInf|RsnDesc|AddtlNtryInf|Cd|Prtry|BizMsgIdr|MsgId|Id)>([^<]*)</", re.IGNORECASE
    )
    for path in written(example[0], "*/*/*.xml"):
        assert not listed.search(path.name)
        for _, words in own_words.findall(path.read_text(encoding="utf-8")):
            assert not listed.search(words), path


def test_a_hit_reads_like_any_other_held_payment(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same payment is held by a list, then for review: the bytes that go out are equal."""
    folder.send("1.xml", message(1, creditor="OBRAZETS FANTOM SNAB LLC"))
    done = folder.settled()
    assert done["payments"]["states"]["HELD_SCREENING"] == 1
    (held,) = folder.outgoing("pacs002")
    assert "<TxSts>PDNG</TxSts><InstgAgt>" in held, "no reason and no time stand there"
    told_of = delivery._Answers.told_of
    for state, reason in (
        (State.HELD_REVIEW, Reason.NONE),
        (State.FROZEN, Reason.SCREENING_HIT),
        (State.HELD_REVIEW, Reason.AGREED_LIMIT),
    ):

        def other(
            self: Any, record: Any, payload: Any, state: State = state, reason: Reason = reason
        ) -> Any:
            changed = told_of(self, record, payload).copy()
            changed["after"], changed["reason"] = state, reason
            return changed

        monkeypatch.setattr(delivery._Answers, "told_of", other)
        folder.settled("--date", "2026-05-25")
        assert folder.outgoing("pacs002") == [held]
    assert STATUS_OUTWARD[State.HELD_SCREENING] == STATUS_OUTWARD[State.FROZEN] == "PDNG"
    assert REASONS[Reason.SCREENING_HIT].code == ""


@pytest.mark.parametrize(
    "words", [("--help",), ("settle", "--help"), ("verify", "--help"), ("--version",)]
)
def test_help_is_there(words: tuple[str, ...]) -> None:
    ran = comity(*words)
    assert ran.code == 0
    assert "omity" in ran.out


def test_the_tables_for_people_fit_80_and_120_columns(example: tuple[Path, Ran]) -> None:
    for width in (80, 120):
        ran = comity("settle", EXAMPLE, "--out", example[0], "--date", "2026-05-25", columns=width)
        assert ran.code == 0
        places = ran.out.rindex("Report ")
        assert all(len(line) <= width for line in ran.out[:places].splitlines())
        for words in (
            "Business day Monday 25 May 2026, 07:00 to 18:15 (Asia/Bishkek)",
            "Share of national currencies",
            "97.00 %",
            "Coverage: 97.00 %",
            "78,225,501.00",
            "Money is conserved",
            "payments/10-11-00-malformed.xml",
        ):
            assert words in ran.out
