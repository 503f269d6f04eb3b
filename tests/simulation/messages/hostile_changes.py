"""Odd ways to change a message: its texts, its elements, its bytes, and what stands around it."""

import re
from collections.abc import Callable
from random import Random

from tests.simulation.messages.hostile_texts import CODES, ODD_NAMES, is_free, texts_of

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
BROKEN = (
    *(
        b"\xff",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xed\xb2\x80",
        b"\xf4\x90\x80\x80",
        b"\xc3",
        b"\x00",
    ),
    *(
        b"\x01",
        b"\x1f",
        b"\x1e",
        b"\x1d",
        b"\xef\xbf\xbe",
        b"\xef\xbf\xbf",
        b"\xe0\x80\xaf",
        b"]]>",
    ),
    *(
        b"&",
        b"&x;",
        b"&#0;",
        b"&#x1F;",
        b"&#xD800;",
        b"&#xFFFF;",
        b"&#x110000;",
        b"<",
        b"&lt",
        b"\x80",
    ),
)
ATTRIBUTES = (
    *(' x="1"', ' Ccy="RUB"', " Ccy='RUB'", ' Ccy = "RUB" ', ' Ccy="&#82;UB"', ' Ccy="ru"', " "),
    *("\n", f' {XSI} xsi:nil="true"', f' {XSI} xsi:nil="false"', f' {XSI} xsi:type="Text140"', "/"),
    *(f' {XSI} xsi:schemaLocation="a b"', ' xml:lang="ru"', ' xml:space="preserve"', ' xmlns="u"'),
    *(' xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"', ' xmlns:p="u"', ' xmlns=""'),
    *(' xml:id="a"', ' id="a"', ' a:b="c"', ' xmlns:xsi="u"', f' {XSI} xsi:type="Transaction"'),
)
ENCODINGS = (b"utf-8", b"UTF8", b"UTF-7", b"windows-1251", b"UTF-16", b"EBCDIC-CP-US")
BEHIND = (b"<!-- c -->", b"<?p i?>", b"\n \r\n", b"x", b"<a/>", b"\x00")
OPENED = (b"<%b >", b"<%b\n>")
CLOSED = (b"</%b >", b"</%b>t", b"</%b><!-- -->")
CONTAINERS = (
    *("IntrBkSttlmDt", "InstgAgt", "InstdAgt", "PmtTpInf", "DbtrAcct", "Purp"),
    *("OrgnlGrpInf", "RtrChain", "RtrRsnInf", "CxlRsnInf", "Case", "Prty", "PrcgVldtyTm"),
)
LEAF = re.compile(r"<([A-Za-z]+)((?: Ccy=\"[A-Z]{3}\")?)>([^<]*)</\1>")
TAG = re.compile(rb"<[A-Za-z][^<>]*?(?=/?>)")
Bytes = Callable[[Random, bytes], bytes]


def prefixed(text: str) -> str:
    return re.sub(r"<(/?)(?=[A-Za-z])", r"<\1p:", text)


def laid_out(random: Random, text: str) -> str:
    """Return the text with blanks between its tags, as some systems write it."""
    match random.randrange(7):
        case 0:
            return text.replace("><", ">\n  <")
        case 1:
            return text.replace("><", ">\r\n<")
        case 2:
            return re.sub("><", lambda _: random.choice((">\n<", "><", ">\t <")), text)
        case 3:
            return re.sub("(</(?:CdtTrf)?TxInf>)<", "\\1\r\n<", text)
        case _:
            return text


def a_leaf(random: Random, text: str, is_wanted: Callable[[str], bool]) -> re.Match[str] | None:
    """Return the next wanted leaf behind a random place."""
    leaves = LEAF.finditer(text, random.randrange(len(text) + 1))
    return next((leaf for leaf in leaves if is_wanted(leaf[1])), None)


def with_other_text(random: Random, text: str, *, odd: bool) -> str:
    leaf = a_leaf(random, text, lambda name: odd or is_free(name))
    if leaf is None:
        return text
    chosen = random.choice(texts_of(leaf[1], odd=odd))
    return text[: leaf.start(3)] + chosen + text[leaf.end(3) :]


def with_odd_text(random: Random, text: str) -> str:
    return with_other_text(random, text, odd=True)


def with_odd_name(random: Random, text: str) -> str:
    leaf = a_leaf(random, text, {"Nm", "Ustrd", "AdrLine", "TwnNm"}.__contains__)
    if leaf is None:
        return text
    return text[: leaf.start(3)] + random.choice(ODD_NAMES) + text[leaf.end(3) :]


def with_text_written_otherwise(random: Random, text: str) -> str:
    """Write the same text in another way, or cut it by what a parser drops."""
    leaf = a_leaf(random, text, lambda name: name not in CODES or name.endswith("UETR"))
    if leaf is None:
        return text
    cut = random.randint(0, len(leaf[3]))
    first, rest = leaf[3][:cut], leaf[3][cut:]
    written = random.choice((
        f"{first}<!-- c -->{rest}",
        f"{first}<?p i?>{rest}",
        f"<![CDATA[{leaf[3]}]]>",
        f"{first}<![CDATA[{rest}]]>",
        f"{first}<![CDATA[]]>{rest}",
        "".join(f"&#{ord(one)};" for one in leaf[3]),
        f"{first}" + "".join(f"&#x{ord(one):X};" for one in rest),
        f"{first}<b/>{rest}",
        f" {leaf[3]}",
        f"{leaf[3]}\n",
        f"{first}]]>{rest}",
        f"{first}>{rest}",
    ))  # fmt: skip
    return text[: leaf.start(3)] + written + text[leaf.end(3) :]


def with_elements_moved(random: Random, text: str) -> str:
    """Remove, repeat, exchange or rename an element."""
    found = list(LEAF.finditer(text))
    if len(found) < 2:
        return text
    one, other = sorted(random.sample(found, 2), key=lambda leaf: leaf.start())
    before, after = text[: one.start()], text[one.end() :]
    match random.randrange(6):
        case 0:
            return before + after
        case 1:
            return before + one[0] * 2 + after
        case 2:
            between = text[one.end() : other.start()]
            return before + other[0] + between + one[0] + text[other.end() :]
        case 3:
            return before + one[0].replace(one[1], random.choice(("Nm", "Cd", "Id", "X"))) + after
        case 4:
            return before + prefixed(one[0]) + after
        case _:
            return before + f"<{one[1]}/>" + after


def with_another_container(random: Random, text: str) -> str:
    """Take or repeat a container, of those that the group header may share among others."""
    name = random.choice([one for one in CONTAINERS if f"<{one}>" in text] or CONTAINERS)
    found = re.search(f"<{name}>.*?</{name}>", text, re.DOTALL)
    if found is None:
        return text
    return text.replace(found[0], random.choice(("", found[0] * 2)), 1)


def with_attribute(random: Random, text: str) -> str:
    found = list(re.finditer(r"<[A-Za-z]+(?: Ccy=\"[A-Z]+\")?(?=>)", text))
    end = random.choice(found).end() if found else 0
    return text[:end] + (random.choice(ATTRIBUTES) if found else "") + text[end:]


def with_another_currency(random: Random, text: str) -> str:
    currency = random.choice(("RUB", "KGS", "JPY", "ZZZ", "XXX", "XAU"))
    return re.sub('(?<=Ccy=")[A-Z]{3}', currency, text, count=random.choice((0, 1)))


def with_bytes_changed(random: Random, data: bytes) -> bytes:
    start = random.randrange(len(data) + 1)
    end = min(len(data), start + random.choice((0, 1, 1, 2, 8, 40)))
    match random.randrange(5):
        case 0:
            return data[:start] + random.randbytes(end - start) + data[end:]
        case 1:
            return data[:start] + data[end:]
        case 2:
            return data[:end] + data[start:end] + data[end:]
        case 3:
            return data[:start] + bytes([random.randrange(256)]) + data[start:]
        case _:
            return data[:start] + random.choice(BROKEN) + data[end:]


def with_broken_text(random: Random, data: bytes) -> bytes:
    found = [one.end() for one in re.finditer(rb"<[A-Za-z]+[^<>]*>(?=[^<])", data)]
    start = random.choice(found) if found else 0
    return data[:start] + random.choice(BROKEN) + data[start:]


def with_tag_changed(random: Random, data: bytes) -> bytes:
    """Change a tag anywhere, those of the wrapper and the document among them."""
    found = list(TAG.finditer(data))
    if not found:
        return data
    # The first tags are the rare ones: wrapper, header, document, message.
    tag = random.choice(found[:8] if random.random() < 0.5 else found)
    added = random.choice(ATTRIBUTES).encode()
    return data[: tag.end()] + added + data[tag.end() :]


def with_other_framing(random: Random, data: bytes) -> bytes:
    """Change the encoding, its declaration, or what stands before and behind the root."""
    declared = rb"<\?xml[^>]*\?>"
    encoding = random.choice(ENCODINGS)
    name = b"TxInf" if b"<TxInf>" in data else b"CdtTrfTxInf"
    opened, closed = random.choice(OPENED) % name, random.choice(CLOSED) % name
    times = random.choice((-1, 1))
    standalone = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
    false = b"<%b >x</%b><%b>y</%b></W>" % ((name,) * 4)
    changes: tuple[Callable[[], bytes], ...] = (
        lambda: b"\xef\xbb\xbf" + data,
        lambda: b"\xef\xbb\xbf\xef\xbb\xbf" + data,
        lambda: data.decode("utf-8", "replace").encode("utf-16"),
        lambda: re.sub(b"UTF-8", encoding, data, count=1),
        lambda: re.sub(declared, standalone, data),
        lambda: re.sub(declared, b'<?xml version="1.1" encoding="UTF-8"?>', data),
        lambda: re.sub(declared, b'<?xml version="1.0" encoding="ISO-8859-1"?>', data),
        lambda: b"<!-- c -->" + data,
        lambda: data + random.choice(BEHIND),
        lambda: re.sub(b"<W>", b"<!DOCTYPE W><W>", data, count=1),
        lambda: data.replace(b"<%b>" % name, opened, times),
        lambda: data.replace(b"</%b>" % name, closed, times),
        lambda: data.replace(b"\n", b"\r\n"),
        lambda: data.replace(b"</W>", false),
    )
    return random.choice(changes)()


TEXT_CHANGES: tuple[Callable[[Random, str], str], ...] = (
    with_odd_text,
    with_odd_text,
    with_odd_name,
    with_text_written_otherwise,
    with_text_written_otherwise,
    with_elements_moved,
    with_another_container,
    with_attribute,
    with_another_currency,
)
BYTE_CHANGES: tuple[Bytes, ...] = (
    with_bytes_changed,
    with_broken_text,
    with_tag_changed,
    with_other_framing,
)
