"""Hostile and broken XML in place of a rate file."""

from pathlib import Path

import pytest

from comity.errors import InputFaultsError
from comity.feeds.rates import read_rate_file
from comity.feeds.rates_xml import parse_rate_xml

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rates"
NBT = (FIXTURES / "nbt_invented.xml").read_bytes()
DECLARATION = b'<?xml version="1.0" encoding="utf-8" ?>\n'


def fault_of(data: bytes) -> str:
    with pytest.raises(InputFaultsError) as caught:
        read_rate_file("file.xml", data)
    return str(caught.value.faults[0])


def with_doctype(doctype: str, *, reference: str = "") -> bytes:
    body = NBT.removeprefix(DECLARATION).replace(b"0.1250", reference.encode() or b"0.1250")
    return DECLARATION + doctype.encode() + body


BOMB = (
    '<!DOCTYPE ValCurs [<!ENTITY a "1111111111">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in ("ab", "bc", "cd", "de", "ef"))
    + "]>"
)


@pytest.mark.parametrize(
    ("doctype", "reference"),
    [
        ("<!DOCTYPE ValCurs>", ""),
        ('<!DOCTYPE ValCurs [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "&x;"),
        ('<!DOCTYPE ValCurs SYSTEM "http://example.invalid/x.dtd">', ""),
        (BOMB, "&f;"),
    ],
)
def test_a_document_type_is_refused_before_anything_is_parsed(doctype: str, reference: str) -> None:
    fault = fault_of(with_doctype(doctype, reference=reference))
    assert fault == "file.xml:2: DOCTYPE: found a document type, expected none"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "koi8-r", "iso-8859-1", "ebcdic-cp-us"])
def test_an_encoding_no_publisher_uses_is_refused(encoding: str) -> None:
    fault = fault_of(NBT.replace(b"utf-8", encoding.encode()))
    assert fault == f"file.xml:1: encoding: found {encoding}, expected utf-8 or windows-1251"


def test_an_encoding_declared_out_of_sight_is_refused_all_the_same() -> None:
    hidden = b'<?xml version="1.0"' + b" " * 5000 + b'encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>'
    assert "found utf-7" in fault_of(hidden)
    assert "found ?" in fault_of(NBT.replace(b'"utf-8"', b'"' + b"u" * 100 + b'"'))


def test_text_the_parser_would_take_for_another_encoding_is_refused() -> None:
    text = '<?xml version="1.0" encoding="cp037"?><!DOCTYPE a><a/>'
    with pytest.raises(InputFaultsError):
        parse_rate_xml("file.xml", text.encode("cp037"))


def test_sixteen_bit_text_is_refused_although_a_parser_would_guess_it() -> None:
    text = '<?xml version="1.0"?><!DOCTYPE a><ValCurs Date="2099-01-05"/>'
    assert "expected" in fault_of(text.encode("utf-16"))
    assert "found zero bytes" in fault_of(text.encode("utf-16-le"))


@pytest.mark.parametrize(
    "data",
    [
        b"<ValCurs",
        b"<ValCurs></Valcurs>",
        NBT[:-10],
        NBT.replace(b"Russian", b"Russian & Co"),
        NBT.replace(b"Ruble", b"\xff\xfe"),
        NBT + b"<more/>",
        b"<a>" * 100_000,
    ],
)
def test_broken_xml_is_refused_with_its_line(data: bytes) -> None:
    fault = fault_of(data)
    assert fault.startswith("file.xml:")
    assert fault.endswith("expected well-formed XML")


def test_an_undefined_entity_is_not_dropped() -> None:
    assert "XML: found Entity 'x' not defined" in fault_of(NBT.replace(b"0.1250", b"0.12&x;50"))


def test_a_byte_order_mark_is_no_fault() -> None:
    assert len(read_rate_file("file.xml", b"\xef\xbb\xbf" + NBT)) == 3


def test_a_comment_does_not_cut_a_number_short() -> None:
    [rate, *_] = read_rate_file("file.xml", NBT.replace(b"0.1250", b"0.12<!-- x -->50"))
    assert rate.value == "0.1250"


def test_elements_inside_a_number_are_a_fault() -> None:
    assert "found elements, expected text only" in fault_of(
        NBT.replace(b"0.1250", b"0.12<b>5</b>0")
    )


def test_a_repeated_element_is_a_fault() -> None:
    data = NBT.replace(b"<Value>0.1250</Value>", b"<Value>0.1250</Value><Value>9</Value>")
    assert "Valute RUB: found 2 of Value, expected 1" in fault_of(data)


def test_a_missing_element_is_a_fault_with_the_line_of_its_parent() -> None:
    data = NBT.replace(b"<Value>0.1250</Value>", b"")
    assert fault_of(data) == "file.xml:3: Valute RUB: found no Value, expected one"


def test_an_unexpected_element_is_a_fault_and_not_skipped() -> None:
    data = NBT.replace(b"</ValCurs>", b"<Valuta/></ValCurs>")
    assert "ValCurs: found Valuta, expected Valute" in fault_of(data)
