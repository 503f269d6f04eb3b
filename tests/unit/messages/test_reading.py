import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest
from tests.unit.messages import instructions as made

from comity.identifiers import split_uetr
from comity.messages.catalogue import split_canonical
from comity.messages.reading import MessageReader
from comity.payments.codes import Definition, Priority
from comity.payments.commands import CommandBatch
from comity.payments.purposes import pack_purpose
from comity.payments.reasons import Reason


def faults(batch: CommandBatch) -> list[Reason]:
    return [Reason(int(fault)) for fault in batch.payments["fault"]]


def leaves(batch: CommandBatch, row: int = 0) -> dict[str, str]:
    return {code: text for code, text, _ in split_canonical(batch.text_of(batch.payments[row]))}


def refusal(batch: CommandBatch) -> tuple[Reason, str]:
    assert len(batch.payments) == 0
    return Reason(int(batch.messages["fault"][0])), batch.text_of(batch.messages[0]).split("\x1f")[
        5
    ]


def test_a_customer_transfer_becomes_a_row() -> None:
    batch = made.read(made.message())
    row = batch.payments[0]
    assert (row["uetr_high"], row["uetr_low"]) == split_uetr(made.uetr(1))
    assert row["amount_minor"] == 150_025
    assert row["currency"] == row["debtor_currency"] == row["instructed_currency"] == 643
    assert row["value_date"] == (datetime(2026, 5, 25) - datetime(1970, 1, 1)).days  # noqa: DTZ001
    assert (row["instructing"], row["instructed"]) == (0, 1)
    assert (row["debtor_agent"], row["creditor_agent"]) == (0, 1)
    assert row["purpose"] == pack_purpose("GDDS")
    assert row["screening_hit"] == -1
    assert row["definition"] == Definition.PACS_008
    assert row["priority"] == Priority.NORMAL
    assert row["fault"] == Reason.NONE
    assert row["message"] == row["position"] == row["trade"] == 0


def test_a_message_becomes_a_row_with_its_hash_and_arrival() -> None:
    data = made.message(wrapper=[made.header()])
    batch = made.read(data)
    row = batch.messages[0]
    words = b"".join(int(row[f"sha256_{number}"]).to_bytes(8, "little") for number in range(4))
    assert words == hashlib.sha256(data).digest()
    assert row["byte_count"] == len(data)
    assert row["arrival_us"] == datetime(2026, 5, 25, 3, 0, 30, tzinfo=UTC).timestamp() * 1_000_000
    assert (row["sender"], row["payment_count"], row["fault"]) == (0, 1, 0)
    assert batch.text_of(row) == (
        "m0.xml\x1fMSG1\x1fBIZ1\x1f2026-05-25T09:00:30+06:00\x1fpacs.008.001.08\x1f"
    )


def test_the_canonical_text_holds_every_leaf_in_document_order() -> None:
    batch = made.read(made.message())
    assert split_canonical(batch.text_of(batch.payments[0])) == [
        ("pe", "E2E1", ""),
        ("pt", "TX1", ""),
        ("pu", made.uetr(1), ""),
        ("am", "1500.25", "RUB"),
        ("dt", "2026-05-25", ""),
        ("cb", "SHAR", ""),
        ("FB", "AAAARU20", ""),
        ("TB", "BBBBKG20", ""),
        ("Dn", 'ООО "Северный путь"', ""),
        ("Dc", "Ленина", ""),
        ("Dj", "Москва", ""),
        ("Do", "RU", ""),
        ("DI", "7700000001", ""),
        ("DS", "TXID", ""),
        ("eo", "40702810000000000001", ""),
        ("AB", "AAAARU20", ""),
        ("BB", "BBBBKG20", ""),
        ("Cn", "ОсОО Ала-Тоо", ""),
        ("Cj", "Бишкек", ""),
        ("Co", "KG", ""),
        ("ko", "1010000000000001", ""),
        ("uc", "GDDS", ""),
        ("ru", "Invoice 17", ""),
    ]


def test_what_the_group_header_says_is_filled_in_in_its_place() -> None:
    group = made.group_header(
        IntrBkSttlmDt="<IntrBkSttlmDt>2026-05-26</IntrBkSttlmDt>",
        PmtTpInf="<PmtTpInf><InstrPrty>HIGH</InstrPrty></PmtTpInf>",
        InstgAgt=made.agent("InstgAgt", made.PAYER),
        InstdAgt=made.agent("InstdAgt", made.PAYEE),
    )
    bare = made.transaction(IntrBkSttlmDt="", InstgAgt="", InstdAgt="")
    batch = made.read(made.message(bare, group=group))
    codes = [code for code, _, _ in split_canonical(batch.text_of(batch.payments[0]))]
    assert codes[:9] == ["pe", "pt", "pu", "tp", "am", "dt", "cb", "FB", "TB"]
    assert batch.payments["priority"][0] == Priority.HIGH
    assert batch.payments["value_date"][0] == batch.payments["value_date"][0]


def test_the_header_names_the_instructing_agent_where_nobody_else_does() -> None:
    data = made.message(made.transaction(InstgAgt=""), wrapper=[made.header()])
    assert leaves(made.read(data))["FB"] == "AAAARU20"


@pytest.mark.parametrize(
    ("group", "own", "words"),
    [
        ("IntrBkSttlmDt", "<IntrBkSttlmDt>2026-05-25</IntrBkSttlmDt>", "2026-05-26"),
        ("InstgAgt", made.agent("InstgAgt", made.PAYER), "AAAARU20"),
    ],
)
def test_header_and_transaction_that_contradict_are_refused(
    group: str, own: str, words: str
) -> None:
    offered = own.replace("2026-05-25", "2026-05-26").replace(made.PAYER, "CCCCKG20")
    data = made.message(group=made.group_header(**{group: offered}))
    reason, found = refusal(made.read(data))
    assert reason == Reason.SCHEMA_INVALID
    assert words in found
    alike = made.message(group=made.group_header(**{group: own}))
    assert faults(made.read(alike)) == [Reason.NONE]


@pytest.mark.parametrize("missing", ["IntrBkSttlmDt", "InstgAgt", "InstdAgt"])
def test_date_and_agents_stand_in_the_header_or_the_transaction(missing: str) -> None:
    reason, words = refusal(made.read(made.message(made.transaction(**{missing: ""}))))
    assert reason == Reason.SCHEMA_INVALID
    assert f"transaction 1: {missing}: found neither" in words


def test_a_message_has_one_currency() -> None:
    other = made.transaction(2, IntrBkSttlmAmt='<IntrBkSttlmAmt Ccy="KGS">1</IntrBkSttlmAmt>')
    reason, words = refusal(made.read(made.message(made.transaction(), other)))
    assert reason == Reason.SCHEMA_INVALID
    assert "transaction 2: IntrBkSttlmAmt: found KGS after RUB" in words


@pytest.mark.parametrize(
    ("parts", "priority"),
    [
        ({"SttlmPrty": "<SttlmPrty>URGT</SttlmPrty>"}, Priority.URGENT),
        ({"SttlmPrty": "<SttlmPrty>HIGH</SttlmPrty>"}, Priority.HIGH),
        ({"SttlmPrty": "<SttlmPrty>NORM</SttlmPrty>"}, Priority.NORMAL),
        ({"PmtTpInf": "<PmtTpInf><InstrPrty>HIGH</InstrPrty></PmtTpInf>"}, Priority.HIGH),
        (
            {
                "PmtTpInf": "<PmtTpInf><InstrPrty>HIGH</InstrPrty></PmtTpInf>",
                "SttlmPrty": "<SttlmPrty>NORM</SttlmPrty>",
            },
            Priority.NORMAL,
        ),
    ],
)
def test_priority_is_the_settlement_priority_else_the_instruction_priority(
    parts: dict[str, str], priority: Priority
) -> None:
    assert made.read(made.message(made.transaction(**parts))).payments["priority"][0] == priority


def test_currencies_of_account_and_invoice_have_columns() -> None:
    row = made.read(
        made.message(
            made.transaction(
                IntrBkSttlmAmt='<IntrBkSttlmAmt Ccy="KGS">100.5</IntrBkSttlmAmt>',
                InstdAmt='<InstdAmt Ccy="USD">1.15</InstdAmt>',
                DbtrAcct="<DbtrAcct><Id><IBAN>KG00123456</IBAN></Id><Ccy>RUB</Ccy></DbtrAcct>",
            )
        )
    ).payments[0]
    assert (row["currency"], row["debtor_currency"], row["instructed_currency"]) == (417, 643, 840)
    assert row["amount_minor"] == 10_050


def test_banks_pay_one_another_for_themselves_or_as_cover() -> None:
    core = made.bank_transaction()
    cover = made.bank_transaction(2, UndrlygCstmrCdtTrf=made.underlying())
    batch = made.read(made.message(core, cover, definition="pacs.009.001.08"))
    assert list(batch.payments["definition"]) == [Definition.PACS_009, Definition.PACS_009_COV]
    assert list(batch.payments["debtor_agent"]) == [0, 0]
    assert list(batch.payments["creditor_agent"]) == [1, 1]
    assert leaves(batch, 1)["xDn"] == 'ООО "Северный путь"'


def test_head_office_branch_codes_name_the_same_bank() -> None:
    batch = made.read(
        made.message(
            made.transaction(
                InstdAgt=made.agent("InstdAgt", "CCCCKG20"),
                CdtrAgt=made.agent("CdtrAgt", "CCCCKG20XXX"),
                DbtrAgt=made.agent("DbtrAgt", "DDDDRU20ABC"),
            )
        )
    )
    row = batch.payments[0]
    assert (row["instructed"], row["creditor_agent"], row["debtor_agent"]) == (2, 2, 3)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"InstgAgt": made.agent("InstgAgt", "ZZZZRU20")}, Reason.UNKNOWN_INSTRUCTING_AGENT),
        ({"InstdAgt": made.agent("InstdAgt", "ZZZZRU20")}, Reason.UNKNOWN_INSTRUCTED_AGENT),
        ({"DbtrAgt": made.agent("DbtrAgt", "ZZZZRU20")}, Reason.UNKNOWN_DEBTOR_AGENT),
        ({"CdtrAgt": made.agent("CdtrAgt", "ZZZZRU20")}, Reason.UNKNOWN_CREDITOR_AGENT),
        (
            {
                "DbtrAcct": "<DbtrAcct><Id><IBAN>KG001</IBAN></Id><Ccy>QQQ</Ccy></DbtrAcct>",
                "IntrBkSttlmAmt": '<IntrBkSttlmAmt Ccy="RUB">0</IntrBkSttlmAmt>',
            },
            Reason.CURRENCY_UNKNOWN,
        ),
        ({"InstdAmt": '<InstdAmt Ccy="QQQ">1</InstdAmt>'}, Reason.CURRENCY_UNKNOWN),
    ],
)
def test_one_bad_transaction_is_answered_and_the_others_go_on(
    parts: dict[str, str], reason: Reason
) -> None:
    batch = made.read(made.message(made.transaction(1, **parts), made.transaction(2)))
    assert faults(batch) == [reason, Reason.NONE]


@pytest.mark.parametrize(
    ("currency", "amount", "reason", "minor"),
    [
        ("RUB", "0", Reason.AMOUNT_ZERO, 0),
        ("RUB", "0.00", Reason.AMOUNT_ZERO, 0),
        ("RUB", "1.005", Reason.AMOUNT_DECIMALS, 0),
        ("RUB", "1.000", Reason.AMOUNT_DECIMALS, 0),
        ("JPY", "1.0", Reason.AMOUNT_DECIMALS, 0),
        ("KWD", "1.005", Reason.NONE, 1_005),
        ("JPY", "999999999999999", Reason.NONE, 999_999_999_999_999),
        ("JPY", "1000000000000000", Reason.AMOUNT_TOO_LARGE, 0),
        ("RUB", "9999999999999.99", Reason.NONE, 999_999_999_999_999),
        ("RUB", "10000000000000.00", Reason.AMOUNT_TOO_LARGE, 0),
        ("RUB", "999999999999999999", Reason.AMOUNT_TOO_LARGE, 0),
        ("QQQ", "1", Reason.CURRENCY_UNKNOWN, 100_000),
        ("XXX", "1", Reason.CURRENCY_UNKNOWN, 100_000),
    ],
)
def test_amounts_at_the_edges(currency: str, amount: str, reason: Reason, minor: int) -> None:
    element = f'<IntrBkSttlmAmt Ccy="{currency}">{amount}</IntrBkSttlmAmt>'
    batch = made.read(made.message(made.transaction(IntrBkSttlmAmt=element)))
    assert faults(batch) == [reason]
    if reason is not Reason.CURRENCY_UNKNOWN:
        assert batch.payments["amount_minor"][0] == minor


@pytest.mark.parametrize(
    "amount",
    ["-1", "+1", "1e3", "1_000", "١٠٠", "007", "00.5", ".5", "1.", " 1", "1 ", "NaN", "INF", "1,5",
     "1.123456", "1234567890123456789", "", "0x10", "-0", "１"],
)  # fmt: skip
def test_what_is_no_amount_is_refused_by_the_schema(amount: str) -> None:
    element = f'<IntrBkSttlmAmt Ccy="RUB">{amount}</IntrBkSttlmAmt>'
    reason, _ = refusal(made.read(made.message(made.transaction(IntrBkSttlmAmt=element))))
    assert reason == Reason.SCHEMA_INVALID


def test_a_sender_that_is_not_the_instructing_agent_is_answered() -> None:
    other = made.transaction(2, InstgAgt=made.agent("InstgAgt", "CCCCKG20"))
    batch = made.read(made.message(made.transaction(), other, wrapper=[made.header()]))
    assert faults(batch) == [Reason.NONE, Reason.SENDER_MISMATCH]


def test_a_wrong_count_refuses_all_transactions() -> None:
    data = made.message(made.transaction(), made.transaction(2), group=made.group_header(3))
    assert faults(made.read(data)) == [Reason.COUNT_MISMATCH] * 2


@pytest.mark.parametrize(
    ("total", "reason"),
    [
        ('<TtlIntrBkSttlmAmt Ccy="RUB">3000.5</TtlIntrBkSttlmAmt>', Reason.NONE),
        ('<TtlIntrBkSttlmAmt Ccy="RUB">3000.50000</TtlIntrBkSttlmAmt>', Reason.NONE),
        ('<TtlIntrBkSttlmAmt Ccy="RUB">3000.51</TtlIntrBkSttlmAmt>', Reason.SUM_MISMATCH),
        ('<TtlIntrBkSttlmAmt Ccy="KGS">3000.50</TtlIntrBkSttlmAmt>', Reason.SUM_MISMATCH),
    ],
)
def test_a_wrong_total_refuses_all_transactions(total: str, reason: Reason) -> None:
    group = made.group_header(2, TtlIntrBkSttlmAmt=total)
    data = made.message(made.transaction(), made.transaction(2), group=group)
    assert faults(made.read(data)) == [reason] * 2


@pytest.mark.parametrize(("total", "right"), [("1.505", True), ("1.5", False)])
def test_the_total_counts_amounts_that_are_refused(total: str, right: bool) -> None:
    group = made.group_header(2, CtrlSum=f"<CtrlSum>{total}</CtrlSum>")
    bad = '<IntrBkSttlmAmt Ccy="RUB">1.005</IntrBkSttlmAmt>'
    good = '<IntrBkSttlmAmt Ccy="RUB">0.5</IntrBkSttlmAmt>'
    data = made.message(
        made.transaction(1, IntrBkSttlmAmt=bad),
        made.transaction(2, IntrBkSttlmAmt=good),
        group=group,
    )
    expected = [Reason.AMOUNT_DECIMALS, Reason.NONE] if right else [Reason.SUM_MISMATCH] * 2
    assert faults(made.read(data)) == expected


def test_screening_is_asked_once_for_each_name_and_identifier() -> None:
    asked: list[str] = []

    def match(text: str) -> int:
        asked.append(text)
        return {"Иван Петров": 7, "7700000001": 9}.get(text, -1)

    reader = MessageReader(made.DIRECTORY, match, match, match)
    hit = made.transaction(2, UltmtDbtr="<UltmtDbtr><Nm>Иван Петров</Nm></UltmtDbtr>")
    batch = made.read(made.message(made.transaction(), hit), by=reader)
    assert list(batch.payments["screening_hit"]) == [9, 7]
    assert 'ООО "Северный путь"' in asked
    assert {"AAAARU20", "BBBBKG20"} <= set(asked)
    assert len(asked) == len(set(asked))


def test_keys_depend_on_what_they_should() -> None:
    def keys(data: bytes) -> tuple[list[int], list[int], int]:
        batch = made.read(data)
        row = batch.payments[0]
        return (
            [int(row["reference_high"]), int(row["reference_low"])],
            [int(row["body_high"]), int(row["body_low"])],
            int(batch.messages["key_low"][0]),
        )

    reference, body, key = keys(made.message())
    later = made.group_header(CreDtTm="<CreDtTm>2026-05-25T10:00:00Z</CreDtTm>")
    assert keys(made.message(group=later)) == (reference, body, key)
    other = made.group_header(MsgId="<MsgId>MSG2</MsgId>")
    changed = keys(made.message(group=other))
    assert changed[1] == body
    assert (changed[0], changed[2]) != (reference, key)
    assert changed[0] != reference
    purpose = keys(made.message(made.transaction(Purp="<Purp><Cd>SCVE</Cd></Purp>")))
    assert (purpose[0], purpose[2]) == (reference, key)
    assert purpose[1] != body
    with_header = keys(made.message(wrapper=[made.header()]))
    assert with_header[:2] == (reference, body)
    assert with_header[2] != key


def test_without_a_tx_id_the_end_to_end_id_is_the_reference() -> None:
    bare = made.transaction(PmtId=made.identification(tx_id=""))
    same = made.transaction(PmtId=made.identification(tx_id="E2E1"))
    one, two = made.read(made.message(bare)), made.read(made.message(same))
    assert one.payments["reference_low"][0] == two.payments["reference_low"][0]


def test_a_batch_points_into_its_text() -> None:
    first = made.message(made.transaction(1), made.transaction(2))
    bad = b"<Document/>"
    second = made.message(made.transaction(3))
    batch = made.read(first, bad, second)
    assert list(batch.payments["message"]) == [0, 0, 2]
    assert list(batch.payments["position"]) == [0, 1, 0]
    assert [batch.text_of(row).split("\x1f")[0] for row in batch.messages] == [
        "m0.xml",
        "m1.xml",
        "m2.xml",
    ]
    assert [leaves(batch, row)["pe"] for row in range(3)] == ["E2E1", "E2E2", "E2E3"]
    assert batch.payments["text_length"].sum() + batch.messages["text_length"].sum() == len(
        batch.text
    )
    empty = made.read()
    assert len(empty.messages) == len(empty.payments) == 0


REWRITES: dict[str, Callable[[bytes], bytes]] = {
    "indented": lambda data: data.replace(b"><", b">\n  <"),
    "other line ends": lambda data: data.replace(b"><", b">\r\n\t<"),
    "blank in a tag": lambda data: data.replace(b"<CdtTrfTxInf>", b"<CdtTrfTxInf >"),
    "comment": lambda data: data.replace(b"<Nm>", b"<!-- who --><Nm>"),
    "character data": lambda data: data.replace(b"Invoice 17", b"<![CDATA[Invoice]]> 1<!-- -->7"),
    "instruction": lambda data: data.replace(b"Invoice 17", b"Inv<?pi x?>oice 1&#x37;"),
    "reference": lambda data: data.replace(b"Invoice 17", b"&#73;nvoice 1&#x37;"),
    "other quotes": lambda data: data.replace(b"Ccy=", b"Ccy = ").replace(b'"RUB"', b"'RUB'"),
    "prefix": lambda data: (
        data.replace(b"</", b"</p:")
        .replace(b"<Doc", b"<p:Doc")
        .replace(b"><", b"><p:")
        .replace(b"<p:/", b"</")
        .replace(b"xmlns=", b"xmlns:p=")
    ),
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "no declaration": lambda data: data.split(b"\n", 1)[1],
    "declaration in other letters": lambda data: data.replace(b'"UTF-8"', b"'utf-8'"),
    "blanks around": lambda data: data.replace(b"<Document", b"\n<Document") + b"\n \n",
}


@pytest.mark.parametrize("name", REWRITES)
def test_the_same_message_written_otherwise_gives_the_same_rows(name: str) -> None:
    data = made.message(made.transaction(), made.transaction(2, Purp=""))
    rewritten = REWRITES[name](data)
    assert rewritten != data
    one, two = made.read(data), made.read(rewritten)
    assert two.text_of(two.messages[0]) == one.text_of(one.messages[0])
    np.testing.assert_array_equal(one.payments, two.payments)
    assert one.text == two.text


@pytest.mark.parametrize("place", ["before", "behind", "deeper"])
def test_the_header_stands_anywhere_beside_the_document(place: str) -> None:
    body, head = made.document(made.transaction()), made.header()
    data = {
        "before": f"<E>{head}{body}</E>",
        "behind": f"<E>{body}{head}</E>",
        "deeper": f"<E><H>{head}</H><B><C>{body}</C></B></E>",
    }[place].encode()
    batch = made.read(data)
    assert batch.text_of(batch.messages[0]).split("\x1f")[2] == "BIZ1"
    assert faults(batch) == [Reason.NONE]


def test_a_header_may_name_its_sender_as_an_organisation() -> None:
    head = made.header(
        Fr="<Fr><OrgId><Id><OrgId><AnyBIC>AAAARU20XXX</AnyBIC></OrgId></Id></OrgId></Fr>"
    )
    batch = made.read(made.message(wrapper=[head]))
    assert faults(batch) == [Reason.NONE]
    assert batch.messages["sender"][0] == 0


def test_bytes_outside_the_document_are_never_taken_for_its_transactions() -> None:
    decoy = made.transaction(9)
    real = made.message(made.transaction(1)).split(b"\n", 1)[1]
    spaced = real.replace(b"<CdtTrfTxInf>", b"<CdtTrfTxInf >")
    for body in (real, spaced):
        for data in (
            b"<E>" + decoy.encode() + body + b"</E>",
            b"<E>" + body + decoy.encode() + b"</E>",
            b"<E><DocumentX>" + decoy.encode() + b"</DocumentX>" + body + b"</E>",
        ):
            assert leaves(made.read(data))["pe"] == "E2E1"


@pytest.mark.parametrize("between", ["", "\n  "])
def test_a_text_of_white_space_stays_as_it_is(between: str) -> None:
    blank = made.transaction(
        RmtInf="<RmtInf><Ustrd> \t</Ustrd><Ustrd>a&#13;b\r\nc</Ustrd></RmtInf>"
    )
    batch = made.read(made.message(blank).replace(b"><", f">{between}<".encode()))
    texts = [text for code, text, _ in split_canonical(batch.text_of(batch.payments[0]))]
    assert texts[-2:] == [" \t", "a\rb\nc"]
