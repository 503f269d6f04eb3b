import re
from datetime import date
from pathlib import Path

import pytest
from lxml import etree
from tests.contract.messages.guideline_instances import TEXTS, Guideline
from tests.contract.messages.schemas import assert_official
from tests.unit.messages import instructions as made

from comity.messages import writing
from comity.messages.catalogue import split_canonical
from comity.messages.definitions import DEFINITION_ID, NAMESPACE, READ, TRANSACTION
from comity.messages.guideline_schemas import GuidelineSchemas
from comity.messages.orders import ORDER_FIELDS
from comity.messages.writing.forwarded import transaction_xml
from comity.payments.codes import Definition, OrderStatus, TransferKind
from comity.payments.lifecycle import State
from comity.payments.reasons import Reason

NOW_US = 1_779_700_000_123_456
DAY = date(2026, 5, 25)
ENVELOPE = writing.Envelope("CBKGKG20", "AAAARU20XXX", "OUT-1", NOW_US)
ACCOUNT = writing.AccountReference(
    "clearing:kg-ru-goods:CBKGKG20:CBRFRU20:RUB", "RUB", "AAAARU20", "CBRFRU20"
)
READABLE = ("pacs.008.001.08", "pacs.009.001.08", "pacs.004.001.09")
ORDERED = ("camt.056.001.08", "camt.007.001.08", "pacs.002.001.10")
DEFINITIONS = (*READABLE, "head.001.001.02", *ORDERED)
GUIDELINES = {name: Guideline(name) for name in DEFINITIONS}
SEEDS = range(40)
SAID = {
    "payment": {"order_id": "C-1", "case_id": "CASE-1", "case_creator": "AAAARU20", "tx_id": "TX1"},
    "nothing": {
        "original_message_id": "MSG1",
        "original_definition_id": "pacs.009.001.08",
        "end_to_end_id": "E2E1",
        "uetr": made.uetr(1),
    },
    "message": {
        "order_id": "C-1",
        "case_id": "CASE-1",
        "case_creator": "AAAARU20",
        "original_message_id": "MSG1",
        "original_definition_id": "pacs.008.001.08",
    },
}
DATED = "<IntrBkSttlmDt>2026-05-25</IntrBkSttlmDt>"


def with_namespace(text: str, definition_id: str) -> bytes:
    return re.sub(r"^<(\w+)>", rf'<\1 xmlns="{NAMESPACE}{definition_id}">', text).encode()


@pytest.mark.parametrize("definition_id", GUIDELINES)
def test_what_the_guideline_accepts_is_officially_valid(
    reference: Path, definition_id: str
) -> None:
    schemas = GuidelineSchemas()
    for seed in SEEDS:
        text = GUIDELINES[definition_id].message(seed)
        root = assert_official(reference, with_namespace(text, definition_id))
        assert schemas.fault_of(root, definition_id) is None


@pytest.mark.parametrize("definition_id", GUIDELINES)
def test_every_type_of_text_is_tried(definition_id: str) -> None:
    guideline = GUIDELINES[definition_id]
    listed = {name for name in guideline.simple_types() if name not in TEXTS}
    assert all("enumeration" in etree.tostring(guideline.types[name]).decode() for name in listed)


@pytest.mark.parametrize("definition_id", READABLE)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_guideline_accepts_is_read_and_written_back(definition_id: str, seed: int) -> None:
    text = GUIDELINES[definition_id].message(seed)
    # What a schema cannot say: date and agents somewhere, one currency, no contradiction.
    head, tail = text.split("<SttlmInf>")
    head = re.sub("<IntrBkSttlmDt>[^<]*</IntrBkSttlmDt>", "", head) + DATED
    tail = re.sub("<IntrBkSttlmDt>[^<]*</IntrBkSttlmDt>", "", tail)
    tail = re.sub("(?s)</SttlmInf>.*</GrpHdr>", "</SttlmInf></GrpHdr>", tail)
    tail = re.sub("(?s)<(Instg|Instd)Agt>.*?</(Instg|Instd)Agt>", "", tail)
    agents = made.agent("InstgAgt", made.PAYER) + made.agent("InstdAgt", made.PAYEE)
    text = f"{head}<SttlmInf>{tail}".replace("</GrpHdr>", f"{agents}</GrpHdr>", 1)
    text = re.sub(' Ccy="[A-Z]{3}"', ' Ccy="RUB"', text)
    batch = made.read(with_namespace(text, definition_id))
    assert batch.text_of(batch.messages[0]).split("\x1f")[5] == ""
    name = TRANSACTION[definition_id]
    bodies = re.findall(f"<{name}>.*?</{name}>", text, re.DOTALL)
    for row, body in zip(batch.payments, bodies, strict=True):
        canonical = batch.text_of(row)
        inherited = {"dt", "FB", "TB"}
        leaves = [one for one in split_canonical(canonical) if one[0] not in inherited]
        assert len(leaves) == len(re.findall(">[^<]+</", body))
        rebuilt = transaction_xml(canonical)
        for added in (DATED, agents):
            rebuilt = rebuilt.replace(added, "")
        assert rebuilt == body


@pytest.mark.parametrize("definition_id", READABLE)
def test_bytes_and_tree_give_the_same_rows(definition_id: str) -> None:
    reader = made.reader()
    name, each = READ[definition_id], TRANSACTION[definition_id]
    transactions = [
        re.sub(' Ccy="[A-Z]{3}"', ' Ccy="RUB"', one)
        for seed in SEEDS
        for one in re.findall(f"(?s)<{each}>.*?</{each}>", GUIDELINES[definition_id].message(seed))
    ]
    agents = made.agent("InstgAgt", made.PAYER) + made.agent("InstdAgt", made.PAYEE)
    clean = [
        re.sub("(?s)<(InstgAgt|InstdAgt|IntrBkSttlmDt)>.*?</\\1>", "", one) for one in transactions
    ]
    header = made.group_header(3 * len(clean), IntrBkSttlmDt=DATED, InstgAgt=agents)
    text = f"<Document><{name}>{header}{''.join(one * 3 for one in clean)}</{name}></Document>"
    data = with_namespace(text, definition_id)
    one, two = reader.read("m.xml", data), reader.read("m.xml", data + b"<!-- -->")
    assert one.fault is Reason.NONE, one.text
    assert len(one.payment_texts) == 3 * len(clean)
    assert (one.payments, one.payment_texts) == (two.payments, two.payment_texts)


def canonical(*transactions: str, definition: str = "pacs.008.001.08") -> list[str]:
    batch = made.read(made.message(*transactions, definition=definition))
    return [batch.text_of(row) for row in batch.payments]


@pytest.mark.parametrize(
    "definition",
    [Definition.PACS_008, Definition.PACS_009, Definition.PACS_009_COV, Definition.PACS_004],
)
def test_forwarded_payments_are_officially_valid(reference: Path, definition: Definition) -> None:
    transaction = {
        Definition.PACS_008: made.transaction(),
        Definition.PACS_009: made.bank_transaction(),
        Definition.PACS_009_COV: made.bank_transaction(UndrlygCstmrCdtTrf=made.underlying()),
        Definition.PACS_004: made.payment_return(),
    }[definition]
    sent = canonical(transaction, definition=DEFINITION_ID[definition])
    assert_official(reference, writing.write_forwarded(ENVELOPE, definition, sent * 2, DAY))


@pytest.mark.parametrize("state", [state for state in State if state is not State.NONE])
@pytest.mark.parametrize("moved", [None, DAY])
def test_status_reports_are_officially_valid(
    reference: Path, state: State, moved: date | None
) -> None:
    (text,) = canonical(made.transaction())
    (returned,) = canonical(made.payment_return(), definition="pacs.004.001.09")
    lines = [
        writing.StatusLine(returned, "MSG2", Definition.PACS_004, state),
        *(
            writing.StatusLine(text, "MSG1", Definition.PACS_008, state, reason, moved, at_us)
            for reason in Reason
            for at_us in (None, NOW_US)
        ),
    ]
    assert_official(reference, writing.write_status_report(ENVELOPE, lines))


NEVER_TOLD = {Reason.NONE, Reason.SCREENING_HIT, Reason.FROZEN_BY_LIST}
"""Reasons of no rejection: what lists hold or freeze is told to nobody."""


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("words", ["", "line 7: found <x> & \x00" + "y" * 500])
def test_rejections_are_officially_valid(reference: Path, reason: Reason, words: str) -> None:
    if reason not in NEVER_TOLD:
        data = writing.write_rejection(ENVELOPE, words[:40], reason, words)
        assert_official(reference, data)


def entries() -> list[writing.EntryLine]:
    detail = writing.EntryDetail(
        made.uetr(1), "E2E1", "TX1", "MSG1", 150_025, "RUB", "ООО Путь", "ОсОО Ала-Тоо & Ко"
    )
    bare = writing.EntryDetail(made.uetr(2), "E2E2", "", "MSG1", 1, "RUB", credit=False)
    returned = detail._replace(return_id="RTR & 1", return_reason="AC04")
    return [
        writing.EntryLine(
            reference=f"E-{kind.name}",
            amount_minor=150_025,
            currency="RUB",
            credit=kind.value % 2 == 0,
            booked_us=NOW_US,
            value_date=DAY,
            kind=kind,
            details=[detail, bare, returned] if kind.value % 3 else [],
            cycle="cycle-1" if kind is TransferKind.CYCLE else None,
            exchange=writing.Exchange("1.123456789012345", "RUB", "KGS", 168_540)
            if kind is TransferKind.TAKE_IN
            else None,
        )
        for kind in TransferKind
    ]


def test_notifications_are_officially_valid(reference: Path) -> None:
    assert_official(reference, writing.write_notification(ENVELOPE, ACCOUNT, entries()))


@pytest.mark.parametrize("page", [writing.Page(), writing.Page(2, is_last=False)])
@pytest.mark.parametrize("booked", [[], entries()], ids=["empty", "booked"])
def test_statements_are_officially_valid(
    reference: Path, page: writing.Page, booked: list[writing.EntryLine]
) -> None:
    balances = [
        writing.Balance("OPBD", 0, DAY),
        writing.Balance("CLBD", -(10**18) + 1, DAY),
        writing.Balance("CLAV", 10**18 - 1, DAY),
    ]
    data = writing.write_statement(
        ENVELOPE,
        ACCOUNT,
        balances=balances,
        entries=booked,
        period_us=(NOW_US - 86_400_000_000, NOW_US),
        page=page,
    )
    assert_official(reference, data)


def test_every_instruction_of_the_unit_tests_is_officially_valid(reference: Path) -> None:
    for data in (
        made.message(wrapper=[made.header()]),
        made.message(made.transaction(), made.transaction(2)),
        made.message(
            made.bank_transaction(UndrlygCstmrCdtTrf=made.underlying()),
            definition="pacs.009.001.08",
        ),
        made.message(made.payment_return(), definition="pacs.004.001.09"),
    ):
        assert_official(reference, data)
        assert made.read(data).messages["fault"][0] == Reason.NONE


def test_public_samples_are_read_or_refused_with_words(reference: Path) -> None:
    samples = sorted((reference / "iso20022/messages").glob("*.xml"))
    assert samples
    for sample in samples:
        batch = made.read(sample.read_bytes())
        assert batch.messages["fault"][0] != Reason.NONE
        assert batch.text_of(batch.messages[0]).split("\x1f")[5]


@pytest.mark.parametrize("status", OrderStatus)
@pytest.mark.parametrize("named", ["payment", "nothing", "message"])
def test_answers_to_requests_to_cancel_are_officially_valid(
    reference: Path, status: OrderStatus, named: str
) -> None:
    said = {**dict.fromkeys(ORDER_FIELDS, ""), **SAID[named]}
    reason = Reason.NO_ORIGINAL if status is OrderStatus.REFUSED else Reason.NONE
    line = writing.ResolutionLine(said, status, reason)
    if named == "payment":
        (text,) = canonical(made.transaction())
        line = line._replace(transaction=text, message_id="MSG1")
    assert_official(reference, writing.write_resolution(ENVELOPE, [line, line]))


def test_an_answer_tells_a_return_by_its_own_reference(reference: Path) -> None:
    said = {**dict.fromkeys(ORDER_FIELDS, ""), **SAID["payment"]}
    (text,) = canonical(made.payment_return(), definition="pacs.004.001.09")
    line = writing.ResolutionLine(
        said, OrderStatus.DONE, Reason.NONE, text, "BACK1", Definition.PACS_004
    )
    data = writing.write_resolution(ENVELOPE, [line])
    assert_official(reference, data)
    assert (
        "<OrgnlGrpInf><OrgnlMsgId>BACK1</OrgnlMsgId><OrgnlMsgNmId>pacs.004.001.09</OrgnlMsgNmId>"
        "</OrgnlGrpInf><OrgnlEndToEndId>E2E1</OrgnlEndToEndId><OrgnlTxId>RTR1</OrgnlTxId>"
        f"<OrgnlUETR>{made.uetr(1)}</OrgnlUETR><TxCxlSts>ACCR</TxCxlSts>"
    ) in data.decode()


@pytest.mark.parametrize("reason", [{}, {"reason_code": "DUPL"}, {"information": "zweimal & so"}])
def test_requests_that_are_passed_on_are_officially_valid(
    reference: Path, reason: dict[str, str]
) -> None:
    said = {**dict.fromkeys(ORDER_FIELDS, ""), **SAID["payment"], **reason}
    (text,) = canonical(made.transaction())
    lines = [writing.RequestLine(said, text)] * 2
    data = writing.write_cancellation_request(ENVELOPE, lines)
    assert_official(reference, data)


@pytest.mark.parametrize(
    "reason", [Reason.NONE, Reason.NO_ORIGINAL, Reason.NOT_CHANGEABLE, Reason.TIME_PAST_CLOSE]
)
def test_receipts_are_officially_valid(reference: Path, reason: Reason) -> None:
    said = {**dict.fromkeys(ORDER_FIELDS, ""), "message_id": "MOD1", "uetr": made.uetr(1)}
    status = OrderStatus.REFUSED if reason else OrderStatus.DONE
    line = writing.ReceiptLine(said, status, reason)
    assert_official(reference, writing.write_receipt(ENVELOPE, [line, line]))
