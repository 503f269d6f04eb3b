from collections.abc import Callable
from datetime import date

import pytest
from lxml import etree
from tests.unit.messages import instructions as made

from comity.errors import LimitExceededError, UsageError
from comity.messages import definitions, writing
from comity.messages.catalogue import split_canonical
from comity.messages.writing.account_report import account_identifier, rate_text
from comity.messages.writing.forwarded import transaction_xml
from comity.messages.writing.markup import WRITTEN_MINOR_MAX, amount
from comity.payments.codes import Definition, TransferKind
from comity.payments.lifecycle import State
from comity.payments.reasons import Reason

NOW_US = 1_779_700_000_000_000
DAY = date(2026, 5, 25)
ENVELOPE = writing.Envelope("CBKGKG20", "AAAARU20", "OUT-1", NOW_US)
ACCOUNT = writing.AccountReference(
    "settlement:AAAARU20@CBRFRU20:RUB", "RUB", "AAAARU20", "CBRFRU20"
)


def texts_of(data: bytes) -> list[tuple[str, str]]:
    root = etree.fromstring(data)
    return [(etree.QName(one).localname, one.text or "") for one in root.iter() if not len(one)]


def canonical(*transactions: str, definition: str = "pacs.008.001.08") -> list[str]:
    batch = made.read(made.message(*transactions, definition=definition))
    return [batch.text_of(row) for row in batch.payments]


def line(state: State, reason: Reason = Reason.NONE, new_date: date | None = None) -> bytes:
    (text,) = canonical(made.transaction())
    status = writing.StatusLine(
        text, "MSG1", Definition.PACS_008, state, reason, new_date, at_us=NOW_US
    )
    return writing.write_status_report(ENVELOPE, [status])


def entry(**changes: object) -> writing.EntryLine:
    values: dict[str, object] = {
        "reference": "E-1",
        "amount_minor": 150_025,
        "currency": "RUB",
        "credit": True,
        "booked_us": NOW_US,
        "value_date": DAY,
        "kind": TransferKind.PAYMENT,
    }
    return writing.EntryLine(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        made.transaction(),
        made.transaction(
            Dbtr="<Dbtr><Nm>A &amp; B &lt;C&gt; ]]&gt; \ue000</Nm></Dbtr>",
            InstdAmt='<InstdAmt Ccy="USD">7.1</InstdAmt>',
            RmtInf="<RmtInf><Ustrd>one</Ustrd><Ustrd>two &amp; 'three'</Ustrd></RmtInf>",
        ),
    ],
    ids=["plain", "escaped and repeated"],
)
def test_a_canonical_text_gives_the_transaction_back(text: str) -> None:
    (one,) = canonical(text)
    rebuilt = transaction_xml(one)
    assert canonical(rebuilt) == [one]
    plain = text.replace("&quot;", '"')
    assert rebuilt == plain


def test_a_forwarded_payment_reads_as_it_was_sent_on_its_settlement_date() -> None:
    sent = canonical(made.transaction(), made.transaction(2))
    data = writing.write_forwarded(ENVELOPE, Definition.PACS_008, sent, date(2026, 5, 26))
    batch = made.read(data)
    assert batch.messages["fault"][0] == Reason.NONE
    for row, before in zip(batch.payments, sent, strict=True):
        after = batch.text_of(row)
        assert after == before.replace("2026-05-25", "2026-05-26")
    assert ("TtlIntrBkSttlmAmt", "3000.50") in texts_of(data)


def test_what_a_bank_forwards_is_addressed_by_its_header_to_the_receiver() -> None:
    data = writing.write_forwarded(
        ENVELOPE, Definition.PACS_008, canonical(made.transaction()), DAY
    )
    root = etree.fromstring(data)
    assert [etree.QName(child).localname for child in root] == ["AppHdr", "Document"]
    texts = dict(texts_of(data))
    assert texts["MsgDefIdr"] == "pacs.008.001.08"
    assert texts["BizMsgIdr"] == texts["MsgId"] == "OUT-1"
    assert texts["CreDt"] == "2026-05-25T09:06:40Z"


def test_cover_payments_are_forwarded_with_what_they_cover() -> None:
    cover = made.bank_transaction(UndrlygCstmrCdtTrf=made.underlying())
    sent = canonical(cover, definition="pacs.009.001.08")
    batch = made.read(writing.write_forwarded(ENVELOPE, Definition.PACS_009_COV, sent, DAY))
    assert [batch.text_of(row) for row in batch.payments] == sent
    assert batch.payments["definition"][0] == Definition.PACS_009_COV


def test_a_message_forwards_one_currency() -> None:
    other = made.transaction(2, IntrBkSttlmAmt='<IntrBkSttlmAmt Ccy="KGS">1</IntrBkSttlmAmt>')
    sent = [*canonical(made.transaction()), *canonical(other)]
    with pytest.raises(UsageError, match=r"\['KGS', 'RUB'\]"):
        writing.write_forwarded(ENVELOPE, Definition.PACS_008, sent, DAY)
    with pytest.raises(UsageError, match="exactly one"):
        writing.write_forwarded(ENVELOPE, Definition.PACS_008, [], DAY)


def test_too_much_for_one_message_is_refused_by_the_name_of_the_limit() -> None:
    (text,) = canonical(made.transaction())
    many = [text] * (definitions.FORWARDED_PAYMENTS_MAX + 1)
    with pytest.raises(LimitExceededError, match="FORWARDED_PAYMENTS_MAX"):
        writing.write_forwarded(ENVELOPE, Definition.PACS_008, many, DAY)
    with pytest.raises(LimitExceededError, match="STATUS_LINES_MAX"):
        writing.write_status_report(ENVELOPE, [])
    with pytest.raises(LimitExceededError, match="ENTRIES_MAX"):
        writing.write_notification(ENVELOPE, ACCOUNT, [entry()] * (definitions.ENTRIES_MAX + 1))
    with pytest.raises(LimitExceededError, match="REFERENCE_MAX"):
        writing.Envelope("CBKGKG20", "AAAARU20", "X" * 36, NOW_US)
    with pytest.raises(UsageError, match="message_id"):
        writing.Envelope("CBKGKG20", "AAAARU20", " ", NOW_US)


@pytest.mark.parametrize(
    ("state", "reason", "status", "code"),
    [
        (State.SETTLED, Reason.NONE, "ACSC", None),
        (State.ACCEPTED, Reason.NONE, "ACCP", None),
        (State.QUEUED, Reason.NO_COVER, "PDNG", ("Cd", "AM04")),
        (State.QUEUED, Reason.RATE_MISSING, "PDNG", ("Prtry", "RATE")),
        (State.IN_CYCLE, Reason.WAITS_FOR_CYCLE, "ACSP", ("Prtry", "CYCL")),
        (State.REJECTED, Reason.PURPOSE_NOT_COVERED, "RJCT", ("Cd", "RR04")),
        (State.EXPIRED, Reason.NOT_SETTLED_BY_CLOSE, "RJCT", ("Cd", "AB03")),
    ],
)
def test_a_status_report_tells_state_and_reason(
    state: State, reason: Reason, status: str, code: tuple[str, str] | None
) -> None:
    texts = texts_of(line(state, reason))
    assert ("TxSts", status) in texts
    codes = [pair for pair in texts if pair[0] in {"Cd", "Prtry"}]
    assert codes == ([] if code is None else [code])
    assert {"OrgnlEndToEndId", "OrgnlTxId", "OrgnlUETR", "OrgnlMsgId"} <= {
        name for name, _ in texts
    }


def test_a_moved_date_is_told_as_a_change() -> None:
    texts = texts_of(line(State.WAREHOUSED, Reason.ROLLED_LATE, date(2026, 5, 26)))
    assert ("TxSts", "ACWC") in texts
    assert ("Dt", "2026-05-26") in texts
    assert ("Dt", "2026-05-26") not in texts_of(
        line(State.REJECTED, Reason.RECEIVED_LATE, date(2026, 5, 26))
    )


def test_nobody_is_tipped_off() -> None:
    held = {
        line(state, reason, new_date)
        for state in (State.HELD_SCREENING, State.HELD_REVIEW, State.FROZEN)
        for reason in (Reason.NONE, Reason.SCREENING_HIT, Reason.NO_COVER)
        for new_date in (None, date(2026, 5, 26))
    }
    assert len(held) == 1
    (data,) = held
    assert b"<TxSts>PDNG</TxSts>" in data
    assert b"StsRsnInf" not in data


def test_the_same_values_give_the_same_bytes() -> None:
    assert line(State.SETTLED) == line(State.SETTLED)


def test_a_rejection_says_what_was_found_in_the_place_there_is() -> None:
    data = writing.write_rejection(
        ENVELOPE, "", Reason.SCHEMA_INVALID, "line 3: \x00\x1f <Nm> " + "x" * 400
    )
    texts = dict(texts_of(data))
    assert texts["Ref"] == "NOTPROVIDED"
    assert texts["RjctgPtyRsn"] == "XSDV"
    assert len(texts["RsnDesc"]) == 350
    assert "<Nm>" in texts["RsnDesc"]


def test_a_net_entry_names_its_cycle_and_its_payments() -> None:
    details = [
        writing.EntryDetail(made.uetr(1), "E2E1", "TX1", "MSG1", 500, "RUB", credit=True),
        writing.EntryDetail(made.uetr(2), "E2E2", "", "MSG2", 700, "RUB", credit=False),
    ]
    net = entry(kind=TransferKind.CYCLE, credit=False, details=details, cycle="cycle-3")
    texts = texts_of(writing.write_notification(ENVELOPE, ACCOUNT, [net]))
    assert [text for name, text in texts if name == "CdtDbtInd"] == ["DBIT", "CRDT", "DBIT"]
    assert ("PmtInfId", "cycle-3") in texts
    assert [text for name, text in texts if name == "UETR"] == [made.uetr(1), made.uetr(2)]


def test_a_statement_sums_its_entries() -> None:
    data = writing.write_statement(
        ENVELOPE,
        ACCOUNT,
        balances=[writing.Balance("OPBD", -100, DAY), writing.Balance("CLBD", 149_925, DAY)],
        entries=[entry()],
        period_us=(NOW_US - 1, NOW_US),
    )
    texts = texts_of(data)
    assert [text for name, text in texts if name == "Amt"] == ["1.00", "1499.25", "1500.25"]
    assert [text for name, text in texts if name == "CdtDbtInd"] == ["DBIT", "CRDT", "CRDT"]
    assert ("LastPgInd", "true") in texts
    assert [text for name, text in texts if name == "Sum"] == ["1500.25", "0.00"]


def test_an_exchange_is_told_with_its_rate() -> None:
    told = writing.Exchange("1.1234567890123", "RUB", "KGS", 168_540)
    texts = texts_of(writing.write_notification(ENVELOPE, ACCOUNT, [entry(exchange=told)]))
    assert ("XchgRate", "1.123456789") in texts
    assert ("SrcCcy", "RUB") in texts
    assert ("TrgtCcy", "KGS") in texts


@pytest.mark.parametrize(
    ("rate", "written"),
    [
        ("1", "1"),
        ("10", "10"),
        ("1.10", "1.1"),
        ("0.00000000015", "0.0000000002"),
        ("0.12345678905", "0.123456789"),
        ("12345.6789012", "12345.678901"),
        ("99999999999", "99999999999"),
    ],
)
def test_rates_fit_their_place(rate: str, written: str) -> None:
    assert rate_text(rate) == written


def test_long_account_names_keep_apart() -> None:
    short = "settlement:AAAARU20@CBRFRU20:RUB"
    assert account_identifier(short) == short
    long = ["clearing:kg-ru-goods:CBKGKG20:CBRFRU20" + end for end in ("A", "B")]
    identifiers = [account_identifier(one) for one in long]
    assert [len(one) for one in identifiers] == [34, 34]
    assert identifiers[0] != identifiers[1]


@pytest.mark.parametrize("minor", [-1, WRITTEN_MINOR_MAX + 1])
def test_there_is_no_room_for_some_amounts(minor: int) -> None:
    with pytest.raises(LimitExceededError, match="WRITTEN_MINOR_MAX"):
        amount("Amt", minor, "RUB")


def test_the_greatest_amount_has_room() -> None:
    assert amount("Amt", WRITTEN_MINOR_MAX, "RUB").endswith(">9999999999999999.99</Amt>")


WRITERS: dict[str, Callable[[], bytes]] = {
    "status": lambda: line(State.QUEUED, Reason.NO_COVER),
    "rejection": lambda: writing.write_rejection(ENVELOPE, "R", Reason.MALFORMED_XML, "line 1"),
    "notification": lambda: writing.write_notification(ENVELOPE, ACCOUNT, [entry()]),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_message_is_well_formed_and_ends_its_line(name: str) -> None:
    data = WRITERS[name]()
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<BizMsg>')
    assert data.endswith(b"</BizMsg>\n")
    etree.fromstring(data)


def test_splitting_gives_code_text_and_currency() -> None:
    assert split_canonical("\x1fpe\x1eE2E\x1fam\x1e1.00\x1dRUB") == [
        ("pe", "E2E", ""),
        ("am", "1.00", "RUB"),
    ]
