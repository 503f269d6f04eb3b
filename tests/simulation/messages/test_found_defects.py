"""What attacks on the reader found; docs/regressions.md has a line for each."""

import re

import pytest
from tests.simulation.messages.test_reader_against_oracle import (
    JUDGE,
    differences,
    match_identifier,
    new_reader,
)
from tests.unit.messages import instructions as made

from comity.messages import MessageReader
from comity.payments.reasons import Reason

FALSE = made.transaction(9, IntrBkSttlmAmt='<IntrBkSttlmAmt Ccy="RUB">666.00</IntrBkSttlmAmt>')
DEEP = ("<a>" * 8 + "<Document>", "</Document>" + "</a>" * 8)


def prefixed_document(*transactions: str, count: int) -> str:
    plain = made.document(*transactions, group=made.group_header(count))
    return re.sub(r"<(/?)", r"<\1p:", plain).replace("xmlns=", "xmlns:p=")


def assert_read_alike(data: bytes, reader: MessageReader | None = None) -> Reason:
    expected = JUDGE.verdict("m.xml", data)
    assert differences(reader or new_reader(), data, expected) == []
    return expected.reason


@pytest.mark.parametrize("count", [1, 3, 5])
def test_transactions_of_a_document_that_is_not_the_validated_one_are_never_read(
    count: int,
) -> None:
    true = prefixed_document(made.transaction(1), count=count)
    data = f"<W>{DEEP[0]}{FALSE * count}{DEEP[1]}{true}</W>".encode()
    reason = assert_read_alike(data)
    assert reason is Reason.NONE
    assert all(b"666.00" not in text for text in new_reader().read("m", data).payment_texts)


def test_a_transaction_that_looks_like_another_s_end_does_not_break_the_reader() -> None:
    two = made.document(
        made.transaction(1), made.transaction(2).replace("<CdtTrfTxInf>", "<CdtTrfTxInf >")
    )
    rest = "<CdtTrfTxInf >x</CdtTrfTxInf><CdtTrfTxInf>y</CdtTrfTxInf>"
    assert assert_read_alike(f"<W>{two}{rest}</W>".encode()) is Reason.NONE


@pytest.mark.parametrize("count", [1, 4, 130])
@pytest.mark.parametrize("text", ["a> ", "a>", "> >", ">>", "> ", "a>\nb"])
def test_a_raw_greater_than_sign_keeps_the_blanks_behind_it(text: str, count: int) -> None:
    remittance = f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf>"
    every = [made.transaction(number, RmtInf=remittance) for number in range(count)]
    plain = [made.transaction(number) for number in range(count)]
    for transactions in (every, [*plain, *every]):
        data = made.message(*transactions)
        for written in (data, data.replace(b"<PmtId>", b"\n  <PmtId>")):
            assert assert_read_alike(written) is Reason.NONE


def test_a_text_of_tag_ends_is_not_looked_through_from_each_of_its_characters() -> None:
    bad = f"<CdtTrfTxInf><x>{'>' * 2_000_000}<y>1</y></x></CdtTrfTxInf>"
    data = made.message(made.transaction(1), bad, bad)
    assert assert_read_alike(data) is Reason.SCHEMA_INVALID


def test_a_last_text_of_another_form_does_not_let_all_before_it_try_again() -> None:
    names = ["Dept", "SubDept", "StrtNm", "BldgNb", "BldgNm", "Flr", "PstBx", "Room", "PstCd",
             "TwnNm", "TwnLctnNm", "DstrctNm", "CtrySubDvsn"]  # fmt: skip
    lines = "".join(f"<{name}>1</{name}>" for name in names)
    party = f"<Nm>u</Nm><PstlAdr>{lines}<Ctry>RU</Ctry></PstlAdr>"
    parts = {"UltmtDbtr": f"<UltmtDbtr>{party}</UltmtDbtr>", "Dbtr": f"<Dbtr>{party}</Dbtr>"}
    good = [made.transaction(number, **parts) for number in range(130)]
    reader = new_reader()
    assert assert_read_alike(made.message(*good), reader) is Reason.NONE
    bad = good[0].replace("Invoice 17", "x" * 141)
    assert assert_read_alike(made.message(*good, bad), reader) is Reason.SCHEMA_INVALID


def test_a_blank_name_is_refused_behind_a_name_that_is_hit() -> None:
    one = made.transaction(1, Dbtr="<Dbtr><Nm>HIT Ltd</Nm></Dbtr>", Cdtr="<Cdtr><Nm> </Nm></Cdtr>")
    assert assert_read_alike(made.message(one)) is Reason.SCHEMA_INVALID


def test_a_second_byte_order_mark_is_a_character_before_the_first_element() -> None:
    mark = b"\xef\xbb\xbf"
    assert assert_read_alike(mark + made.message()) is Reason.NONE
    assert assert_read_alike(mark * 2 + made.message()) is Reason.MALFORMED_XML
    body = made.message().split(b"\n", 1)[1]
    other = b'<?xml version="1.0" encoding="windows-1251"?>' + body
    assert assert_read_alike(mark * 2 + other) is Reason.MALFORMED_XML


BANK = "<InstdAgt><FinInstnId><BICFI>BBBBKG20</BICFI>{}</FinInstnId></InstdAgt>"
ADDRESS = "<PstlAdr><TwnNm>Bishkek</TwnNm><Ctry>KG</Ctry>{}</PstlAdr>"
LINES = ADDRESS.format("<AdrLine>1</AdrLine><AdrLine>2</AdrLine>")


@pytest.mark.parametrize(
    ("above", "here", "reason"),
    [
        (LINES, LINES, Reason.NONE),
        (LINES, ADDRESS.format("<AdrLine>2</AdrLine><AdrLine>1</AdrLine>"), Reason.SCHEMA_INVALID),
        (LINES, ADDRESS.format("<AdrLine>1</AdrLine>"), Reason.SCHEMA_INVALID),
        ("", "", Reason.NONE),
        ("<Nm>B</Nm>", "", Reason.SCHEMA_INVALID),
        ("", "<Nm>B</Nm>", Reason.SCHEMA_INVALID),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_what_stands_twice_is_compared_whole(
    above: str, here: str, reason: Reason, count: int
) -> None:
    group = made.group_header(count, InstdAgt=BANK.format(above))
    every = [made.transaction(number, InstdAgt=BANK.format(here)) for number in range(count)]
    assert assert_read_alike(made.message(*every, group=group)) is reason


def test_a_hit_of_an_identifier_gives_way_to_one_of_a_name() -> None:
    assert match_identifier("CCCCKG20") == 9
    bank = made.agent("CdtrAgt", "CCCCKG20")
    hit = made.transaction(1, CdtrAgt=bank, Cdtr="<Cdtr><Nm>HIT</Nm></Cdtr>")
    assert assert_read_alike(made.message(hit, made.transaction(2, CdtrAgt=bank))) is Reason.NONE


def test_a_message_without_one_right_text_is_refused_for_its_first() -> None:
    parts = {
        "IntrBkSttlmAmt": '<IntrBkSttlmAmt Ccy="rub">x</IntrBkSttlmAmt>',
        "ChrgBr": "<ChrgBr>x</ChrgBr>",
        "Dbtr": "<Dbtr><Nm/></Dbtr>",
        "Purp": "<Purp><Cd>x</Cd></Purp>",
    }
    data = made.message(*[made.transaction(1, **parts)] * 15_000)
    assert assert_read_alike(data) is Reason.SCHEMA_INVALID


def test_the_schema_sees_every_part_of_a_long_message() -> None:
    good = [made.transaction(number) for number in range(250)]
    for place in (0, 99, 100, 101, 199, 200, 249):
        for bad in ("<CdtTrfTxInf/>", good[0].replace("SHAR", "SHARE"), made.group_header(1)):
            data = made.message(*good[:place], bad, *good[place:]) + b"<!-- parsed whole -->"
            assert assert_read_alike(data) is Reason.SCHEMA_INVALID
    assert assert_read_alike(made.message(*good) + b"<!-- -->") is Reason.NONE


def test_kinds_of_transactions_are_not_parsed_with_a_long_wrapper_each() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    every = [
        made.transaction(1, InstdAmt=f'<InstdAmt Ccy="A{one}{two}">1</InstdAmt>')
        for one in letters
        for two in letters
    ]
    body = made.document(*every)
    data = f"<W>{body}<j>{'x' * 9_000_000}</j></W>".encode()
    assert assert_read_alike(data) is Reason.NONE
