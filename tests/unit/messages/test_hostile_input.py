import re
from pathlib import Path
from random import Random

import pytest
from tests.unit.messages import instructions as made

from comity.messages.arrival import read_arrival
from comity.messages.definitions import ELEMENTS_MAX, MESSAGE_BYTES_MAX, MESSAGE_PAYMENTS_MAX
from comity.messages.interchange import WRAPPERS_MAX
from comity.payments.reasons import Reason

GOOD = made.message()
READER = made.reader()
DECLARATION, BODY = GOOD.split(b"\n", 1)


def answer(data: bytes) -> Reason:
    """Return the fault of the message; a refused one has words, no payment and no key."""
    batch = made.read(data, by=READER)
    row = batch.messages[0]
    reason = Reason(int(row["fault"]))
    if reason is not Reason.NONE:
        assert len(batch.payments) == row["payment_count"] == 0
        assert row["key_high"] == row["key_low"] == 0
        assert batch.text_of(row).split("\x1f")[5]
    assert row["byte_count"] == len(data)
    return reason


def with_doctype(subset: bytes, reference: bytes = b"") -> bytes:
    body = BODY.replace(b"Invoice 17", reference or b"Invoice 17")
    return DECLARATION + b"\n<!DOCTYPE Document " + subset + b">" + body


def test_a_doctype_is_refused_whatever_it_holds(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    entity = f'[<!ENTITY x SYSTEM "{secret.as_uri()}">]'.encode()
    laughs = (
        b'[<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        + b"".join(
            b'<!ENTITY %c "%b">' % (98 + level + 1, (b"&%c;" % (98 + level)) * 10)
            for level in range(12)
        )
        + b"]"
    )
    for data in (
        with_doctype(b""),
        with_doctype(entity, b"&x;"),
        with_doctype(b'SYSTEM "http://127.0.0.1:9/evil.dtd"'),
        with_doctype(b'[<!ENTITY x "internal">]', b"&x;"),
        with_doctype(laughs, b"&n;"),
        GOOD.replace(b"Invoice 17", b"<![CDATA[<!DOCTYPE x>]]>"),
    ):
        assert answer(data) is Reason.DOCTYPE_PRESENT


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.MALFORMED_XML),
        (b"\xef\xbb\xbf", Reason.MALFORMED_XML),
        (b"not xml", Reason.MALFORMED_XML),
        (GOOD[:-5], Reason.MALFORMED_XML),
        (GOOD + BODY, Reason.MALFORMED_XML),
        (GOOD.replace(b"17", b"&undefined;"), Reason.MALFORMED_XML),
        (GOOD.replace(b"17", b"\x01"), Reason.MALFORMED_XML),
        (GOOD.replace(b"17", b"&#0;"), Reason.MALFORMED_XML),
        (GOOD.replace(b"17", b"&#x1F;"), Reason.MALFORMED_XML),
        (GOOD.replace(b"17", b"1\x007"), Reason.MALFORMED_XML),
        (GOOD.replace(b"17", b"\xff"), Reason.NOT_UTF8),
        (GOOD.replace(b"17", b"\xc0\x80"), Reason.NOT_UTF8),
        (GOOD.replace(b"17", b"\xed\xa0\x80"), Reason.NOT_UTF8),
        (GOOD.decode().encode("utf-16"), Reason.NOT_UTF8),
        (GOOD.decode().encode("utf-16-le"), Reason.NOT_UTF8),
        (GOOD.decode().encode("utf-16-be"), Reason.NOT_UTF8),
        (GOOD.decode().encode("utf-32"), Reason.NOT_UTF8),
        (GOOD.replace(b"UTF-8", b"UTF-16").decode().encode("utf-16"), Reason.NOT_UTF8),
        (GOOD.replace(b"UTF-8", b"windows-1251"), Reason.NOT_UTF8),
        (GOOD.replace(b"UTF-8", b"UTF-7"), Reason.NOT_UTF8),
        (GOOD.replace(b'"UTF-8"', b"'ISO-8859-1'"), Reason.NOT_UTF8),
        (GOOD.replace(b"tech:xsd:pacs.008.001.08", b"tech:xsd:pacs.008.001.09"),
         Reason.UNKNOWN_NAMESPACE),
        (GOOD.replace(b"tech:xsd:pacs.008.001.08", b"tech:xsd:head.001.001.02"),
         Reason.UNKNOWN_NAMESPACE),
        (GOOD.replace(b"urn:iso", b"urn:not"), Reason.UNKNOWN_NAMESPACE),
        (b"<Document/>", Reason.UNKNOWN_NAMESPACE),
        (b"<Envelope/>", Reason.NO_DOCUMENT),
        (b"<E>" + BODY + BODY + b"</E>", Reason.NO_DOCUMENT),
        (b"<x>" * WRAPPERS_MAX + BODY + b"</x>" * WRAPPERS_MAX, Reason.NO_DOCUMENT),
        (GOOD.replace(b"<Purp>", b"<Prps>").replace(b"</Purp>", b"</Prps>"),
         Reason.SCHEMA_INVALID),
        (GOOD.replace(b"<Ustrd>", b"<Ustrd>x</Ustrd>" * 9 + b"<Ustrd>"), Reason.SCHEMA_INVALID),
        (GOOD.replace(b"<ChrgBr>", b"<ChrgBr>SHAR</ChrgBr><ChrgBr>"), Reason.SCHEMA_INVALID),
        (GOOD.replace(b"<UETR>", b"<UETR>X"), Reason.SCHEMA_INVALID),
        (GOOD.replace(b'Ccy="RUB"', b""), Reason.SCHEMA_INVALID),
        (GOOD.replace(b'Ccy="RUB"', b'Ccy="RUB" Ccy2="KGS"'), Reason.SCHEMA_INVALID),
        (GOOD.replace(b'Ccy="RUB"', b'Ccy="RUB" Ccy="KGS"'), Reason.MALFORMED_XML),
        (GOOD.replace(b"CLRG", b"COVE"), Reason.SCHEMA_INVALID),
        (GOOD.replace(b"<TwnNm>", b"<CtrySubDvsn>").replace(b"</TwnNm>", b"</CtrySubDvsn>"),
         Reason.SCHEMA_INVALID),
        (GOOD.replace(b"<Nm>", b"<Nm>  </Nm><Nm>"), Reason.SCHEMA_INVALID),
        (GOOD.replace("ОсОО Ала-Тоо".encode(), b" \n"), Reason.SCHEMA_INVALID),
        (GOOD.replace(b"2026-05-25</IntrBk", b"2026-02-30</IntrBk"), Reason.SCHEMA_INVALID),
        (GOOD.replace(b"T09:00:00+03:00", b"T24:00:00Z"), Reason.SCHEMA_INVALID),
    ],
    ids=lambda value: None,
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_reason(data: bytes, reason: Reason) -> None:
    assert answer(data) is reason


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (made.header(MsgDefIdr="<MsgDefIdr>pacs.009.001.08</MsgDefIdr>"), Reason.HEADER_MISMATCH),
        (made.header() + made.header(), Reason.HEADER_MISMATCH),
        (made.header(CreDt="<CreDt>2026-05-25T09:00:00</CreDt>"), Reason.SCHEMA_INVALID),
        (made.header(Fr="<Fr><OrgId/></Fr>"), Reason.SCHEMA_INVALID),
        (made.header().replace("head.001.001.02", "head.001.001.01"), Reason.UNKNOWN_NAMESPACE),
    ],
    ids=["definition", "two", "no offset", "no sender", "version"],
)
def test_a_header_must_be_right_and_fit_its_document(head: str, reason: Reason) -> None:
    assert answer(made.message(wrapper=[head])) is reason


def test_a_split_amount_is_read_whole() -> None:
    split = GOOD.replace(b"1500.25", b"15<!-- -->00<?x y?>.2<![CDATA[5]]>")
    batch = made.read(split)
    assert list(batch.payments["amount_minor"]) == [150_025]


def test_attributes_of_schema_instances_are_refused_inside_a_transaction() -> None:
    instance = b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    located = BODY.replace(b"<Document ", b"<Document " + instance + b' xsi:schemaLocation="a b" ')
    assert answer(located) is Reason.NONE
    inside = BODY.replace(b"<Purp>", b"<Purp " + instance + b' xsi:schemaLocation="a b">')
    assert answer(inside) is Reason.SCHEMA_INVALID


@pytest.mark.parametrize("depth", [300, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    assert answer(b"<a>" * depth + b"</a>" * depth) is Reason.MALFORMED_XML


TOO_MANY = (Reason.MESSAGE_TOO_LARGE, Reason.MESSAGE_TOO_LARGE)


def test_great_texts_and_many_attributes_are_refused() -> None:
    assert answer(b'<a b="' + b"x" * 11_000_000 + b'"/>') is Reason.MALFORMED_XML
    assert answer(b"<a>" + b"x" * 11_000_000 + b"</a>") in {
        Reason.MALFORMED_XML,
        Reason.NO_DOCUMENT,
    }
    for count, on_purpose, on_document in (
        (500, Reason.SCHEMA_INVALID, Reason.NONE),
        (200_000, *TOO_MANY),
    ):
        names = b" ".join(b'a%d=""' % number for number in range(count))
        assert answer(BODY.replace(b"<Purp>", b"<Purp " + names + b">")) is on_purpose
        spaces = b" ".join(b'xmlns:a%d="u%d"' % (number, number) for number in range(count))
        assert answer(BODY.replace(b"<Document ", b"<Document " + spaces + b" ")) is on_document


def test_different_names_are_limited_for_the_parser_keeps_them() -> None:
    for count, reason in ((900, Reason.NONE), (1_001, Reason.MESSAGE_TOO_LARGE)):
        names = [
            b"".join(b"<n%d/>" % number for number in range(count)),
            b"".join(b'<b xmlns="u%d"/>' % number for number in range(count)),
            b"<b " + b" ".join(b'a%d = ""' % number for number in range(count)) + b"/>",
            b"".join(b"<?p%d x?>" % number for number in range(count)),
        ]
        for one in names:
            assert answer(b"<W>" + BODY + b"<x>" + one + b"</x></W>") is reason


def test_the_longest_message_has_a_limit() -> None:
    blank = (b" " * 99_000).decode()
    long = made.message(*(made.transaction(number) + blank for number in range(198)))
    rest = b" " * (MESSAGE_BYTES_MAX - len(long))
    assert answer(long + rest) is Reason.NONE
    assert answer(long + rest + b" ") is Reason.MESSAGE_TOO_LARGE


def test_the_number_of_elements_and_transactions_has_a_limit() -> None:
    assert answer(b"<a>" + b"<b/>" * ELEMENTS_MAX + b"</a>") is Reason.MESSAGE_TOO_LARGE
    assert answer(b"<a>" + b"<b/>" * 1_000 + BODY + b"</a>") is Reason.MESSAGE_TOO_LARGE
    assert answer(b"<a>" + b"<b/>" * 900 + BODY + b"</a>") is Reason.NONE
    empty = b"<CdtTrfTxInf/>" * MESSAGE_PAYMENTS_MAX
    many = BODY.replace(b"<CdtTrfTxInf>", empty + b"<CdtTrfTxInf>")
    assert answer(many) is Reason.MESSAGE_TOO_LARGE


def test_a_refused_message_still_says_who_sent_what_and_when() -> None:
    data = made.message(wrapper=[made.header()]).replace(b"CLRG", b"COVE")
    batch = made.read(data)
    row = batch.messages[0]
    assert row["sender"] == 0
    assert row["arrival_us"] == read_arrival(data) != 0
    fields = batch.text_of(row).split("\x1f")
    assert fields[:5] == ["m0.xml", "MSG1", "BIZ1", "2026-05-25T09:00:30+06:00", "pacs.008.001.08"]
    assert "SttlmMtd" in fields[5]


def test_a_path_cannot_shift_the_fields_of_a_message() -> None:
    builder_path = "a\x1fb\udcff.xml"
    read = made.reader().read(builder_path, GOOD)
    assert read.text.decode().split("\x1f")[:2] == ["a b\\udcff.xml", "MSG1"]


def assert_parsed_alike(data: bytes) -> None:
    """Assert that bytes and tree say the same: a comment sends every transaction to the parser."""
    one, two = READER.read("m.xml", data), READER.read("m.xml", data + b"<!-- -->")
    if len(data) + len(b"<!-- -->") <= MESSAGE_BYTES_MAX:
        assert (one.fault, one.payments) == (two.fault, two.payments)
        assert one.payment_texts == two.payment_texts
        assert one.text == two.text or one.fault is not Reason.NONE


TEXTS = [
    *(" ", "&#65;", "&#x10;", "&amp;", "&nbsp;", "&", "]]>", ">", "\x7f", "\x85", "é", "\uffff"),
    *("x  y", " x", "x ", "2026-02-29", "2024-02-29", "2026-02-30", "0000-01-01", "2026-13-01"),
    *("2026-04-31", "2026-12-31", " 2026-12-31", "00", "0.", "1.5", "1.123456", "1" * 19),
    *("RUB", "rub", "GDDS", "gdds", "AAAARU20X", "SHAR", "SHARE", "URGT"),
]
REPEATED = [letter * times for letter in ("x", "я", "&lt;") for times in (34, 35, 36, 70, 140, 141)]
BAD_TEXTS = [
    *(text.encode() for text in [*TEXTS, *REPEATED, "", "\n", "\r\n", "\t"]),
    b"\xd0",
    b"\xed\xa0\x80",
]


@pytest.mark.parametrize("number", range(22))
def test_a_text_of_another_form_is_judged_by_the_schema(number: int) -> None:
    good = [made.transaction(one, SttlmPrty="<SttlmPrty>HIGH</SttlmPrty>") for one in range(4)]
    texts = re.findall(r">([^<]+)</", good[2])
    for text in BAD_TEXTS:
        pieces = good[2].split(f">{texts[number]}</", 1)
        changed = pieces[0].encode() + b">" + text + b"</" + pieces[1].encode()
        data = made.message(*good).replace(good[2].encode(), changed)
        one, two = READER.read("m.xml", data), READER.read("m.xml", data + b"<!-- -->")
        assert (one.fault, one.payments) == (two.fault, two.payments), text
        assert one.payment_texts == two.payment_texts


def mutated(random: Random, data: bytes) -> bytes:
    pieces = bytearray(data)
    for _ in range(random.randint(1, 4)):
        start = random.randrange(len(pieces) + 1)
        end = min(len(pieces), start + random.choice([0, 1, 2, 8, 40]))
        match random.randrange(4):
            case 0:
                pieces[start:end] = random.randbytes(end - start)
            case 1:
                del pieces[start:end]
            case 2:
                pieces[start:start] = pieces[start:end] or b"<"
            case _:
                pieces[start:end] = random.choice(TOKENS)
    return bytes(pieces)


TOKENS = [b"<", b">", b"</", b"&", b"&amp;", b"]]>", b"<!--", b"-->", b"<![CDATA[", b"\x00", b"0",
          b"-", b".", b" ", b"\n", b"\r", "٣".encode(), b"<CdtTrfTxInf>", b"</CdtTrfTxInf>",
          b"<Document>", b"<AppHdr>", b'Ccy="KGS"', b"<?x?>", b"9999999999999999999"]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_mutations_give_rows_or_a_refusal(seed: int) -> None:
    random = Random(seed)
    sources = [
        made.message(made.transaction(), made.transaction(2), wrapper=[made.header()]),
        GOOD.replace(b"><", b">\n<"),
        made.message(*map(made.transaction, range(4))),
        made.message(*map(made.transaction, range(4))).replace(b"><", b">\n <"),
        made.message(*map(made.bank_transaction, range(3)), definition="pacs.009.001.08"),
        made.message(
            made.bank_transaction(UndrlygCstmrCdtTrf=made.underlying()),
            definition="pacs.009.001.08",
        ),
    ]
    seen = set()
    for _ in range(500):
        data = mutated(random, random.choice(sources))
        seen.add(answer(data))
        assert_parsed_alike(data)
        arrival = read_arrival(data)
        assert arrival is None or isinstance(arrival, int)
    assert {Reason.NONE, Reason.MALFORMED_XML, Reason.SCHEMA_INVALID} <= seen
