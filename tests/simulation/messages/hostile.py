"""Seeded messages between right and wrong: valid ones of many shapes, then changed in odd ways.

`Messages.one(random)` gives the bytes of one file. Shapes of transactions come from a small pool,
so that a reader that lives through many messages meets the same markup again and again.
"""

import re
from collections.abc import Callable
from functools import cache
from itertools import product
from random import Random

from tests.contract.messages.guideline_instances import Guideline
from tests.unit.messages import instructions as made

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
BICS = ("AAAARU20", "AAAARU20XXX", "BBBBKG20", "CCCCKG20", "CCCCKG20XXX", "DDDDRU20ABC")
ODD_BICS = ("ZZZZKG20", "DDDDRU20", "AAAARU20AAA", "aaaaru20", "AAAARU2", "AAAARU20 ")
AMOUNTS = ("1", "0.01", "1500.25", "100", "7.5", "12345678.90", "9999999999999.99")
ODD_AMOUNTS = (
    *("0", "0.00", "00.1", "+1", "-1", "1e3", ".5", "5.", "1,5", "1 0", " 1", "1 ", "0.00001"),
    *("10000000000000", "10000000000000.00", "9" * 18, "9" * 19, "1.123456", "1.001", "٣", "NaN"),
    "99999999999999999.9",
)
DATES = ("2026-05-25", "2024-02-29", "2026-12-31", "1970-01-01", "0001-01-01", "9999-12-31")
ODD_DATES = (
    *("2026-02-29", "2026-02-30", "2026-04-31", "2026-00-01", "2026-13-01", "2026-01-00"),
    *("0000-01-01", "-2026-01-01", "12026-01-01", "2026-5-1", "2026-05-25Z", " 2026-05-25"),
    *("2026-05-25\n", "1900-02-29", "2000-02-29", "2026-05-25+03:00", "２０26-05-25"),
)
TIMES = (
    *("2026-05-25T09:00:00+03:00", "2026-05-25T09:00:00.123456789Z", "2024-02-29T23:59:59-11:30"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-05-25T00:00:00.5Z"),
)
ODD_TIMES = (
    *("2026-05-25T09:00:00", "2026-05-25T24:00:00Z", "2026-05-25T23:59:60Z", "2026-05-25"),
    *("2026-05-25T09:00:00+14:01", "2026-05-25T09:00:00+15:00", "2026-02-29T09:00:00Z"),
    *("2026-05-25T09:00:00.1234567890Z", " 2026-05-25T09:00:00Z ", "2026-05-25T09:00:00+03"),
    *("2026-05-25T09:60:00Z", "0000-01-01T00:00:00Z", "2026-05-25T09:00:00-13:59"),
    *("2026-05-25T09:00:00+13:60", "2026-05-25T09:00:00-14:00", "2026-05-25 09:00:00Z"),
)
REFERENCES = ("A", "TX 1", "x" * 34, "~!/?", "a-b.c")
ODD_REFERENCES = (
    "",
    " A",
    "A ",
    "A  B",
    "x" * 36,
    "é",
    "A\tB",
    "A&amp;B",
    "A&lt;B",
    "A>B",
    "A&#65;B",
)
NAMES = ("ОсОО Ала-Тоо", "HIT Ltd", "ООО &quot;С&quot;", "Ünïted &amp; Co", " x ", "y")
SHORT_TEXTS = {
    "Nm",
    "TwnNm",
    "Ustrd",
    "AdrLine",
    "StrtNm",
    "Flr",
    "PstCd",
    "Issr",
    "Inf",
    "InstrInf",
}
ODD_NAMES = (
    *(" ", "\t", "&#32;", "\u00a0", "\u2003 ", "\u200b", "я" * 140, "я" * 141, "x" * 141),
    *("&amp;" * 140, "&lt;" * 141, "a]]&gt;b", "a> ", "a>", "> >", ">>", ">", " x ", "a\u0301"),
    *("\u202eabc", "\ufeffx", "\U0001f600", "\U0010ffff", "\ufffd", "\x7f", "\x85", "\u2028"),
    *("&#xA;x", "&#13;x", "x\r", "x\ry\r\nz", "&#x1F600;", "&#038;lt;", "&apos;", "'\""),
)
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
CODES = {
    "SttlmPrty": ("URGT", "HIGH", "NORM", "LOW"),
    "InstrPrty": ("HIGH", "NORM", "URGT"),
    "ChrgBr": ("SHAR", "DEBT", "SHARE", ""),
    "Cd": ("GDDS", "STDY", "0000", "gdds", "GDD", "GDDSS"),
    "Ctry": ("KG", "RU", "kg", "KGZ"),
    "Ccy": ("KGS", "RUB", "JPY", "ZZZ", "rub"),
    "UETR": (
        "0aa00000-1111-5222-8333-000000000001",
        "0AA00000-1111-4222-8333-000000000001",
        "0aa00000-1111-4222-c333-000000000001",
        "0aa00000111142228333000000000001",
    ),
    "NbOfTxs": ("1", "2", "01", "0", "9999999", "10000000", " 1"),
    "SttlmMtd": ("CLRG", "INDA", "INGA", "COVE"),
    "BtchBookg": ("true", "1", "TRUE", " 0 "),
    "PssblDplct": ("false", "0", "no"),
    "MsgDefIdr": ("pacs.008.001.08", "pacs.009.001.08", "pacs.008.001.09"),
}
ATTRIBUTES = (
    *(' x="1"', ' Ccy="RUB"', " Ccy='RUB'", ' Ccy = "RUB" ', ' Ccy="&#82;UB"', ' Ccy="ru"', " "),
    *("\n", f' {XSI} xsi:nil="true"', f' {XSI} xsi:nil="false"', f' {XSI} xsi:type="Text140"', "/"),
    *(f' {XSI} xsi:schemaLocation="a b"', ' xml:lang="ru"', ' xml:space="preserve"', ' xmlns="u"'),
    *(' xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"', ' xmlns:p="u"', ' xmlns=""'),
    *(' xml:id="a"', ' id="a"', ' a:b="c"', ' xmlns:xsi="u"', f' {XSI} xsi:type="Transaction"'),
)
LONG_SHAPE = 3_000
ENCODINGS = (b"utf-8", b"UTF8", b"UTF-7", b"windows-1251", b"UTF-16", b"EBCDIC-CP-US")
BEHIND = (b"<!-- c -->", b"<?p i?>", b"\n \r\n", b"x", b"<a/>", b"\x00")
OPENED = (b"<CdtTrfTxInf >", b"<CdtTrfTxInf\n>")
CLOSED = (b"</CdtTrfTxInf >", b"</CdtTrfTxInf>t", b"</CdtTrfTxInf><!-- -->")
LEAF = re.compile(r"<([A-Za-z]+)((?: Ccy=\"[A-Z]{3}\")?)>([^<]*)</\1>")
TAG = re.compile(rb"<[A-Za-z][^<>]*?(?=/?>)")
Bytes = Callable[[Random, bytes], bytes]


def texts_of(name: str, *, odd: bool) -> tuple[str, ...]:
    """Return texts for a leaf, by its name."""
    if name in CODES:
        return CODES[name]
    usual: tuple[str, ...] = NAMES
    strange: tuple[str, ...] = ODD_NAMES
    if name in {"BICFI", "AnyBIC"}:
        usual, strange = BICS, ODD_BICS
    elif name.endswith("Amt") or name == "CtrlSum":
        usual, strange = AMOUNTS, ODD_AMOUNTS
    elif name.endswith("Dt") and name != "CreDt":
        usual, strange = DATES, ODD_DATES
    elif name in {"CreDt", "CreDtTm", "AccptncDtTm"}:
        usual, strange = TIMES, ODD_TIMES
    elif name.endswith("Id") or name in {"Ref", "BizMsgIdr"}:
        usual, strange = REFERENCES, ODD_REFERENCES
    return strange if odd else usual


@cache
def is_free(name: str) -> bool:
    """Return whether every usual text will do for a leaf of this name."""
    return name not in CODES and (texts_of(name, odd=False) is not NAMES or name in SHORT_TEXTS)


class Messages:
    """A pool of shapes and what is made of them."""

    def __init__(self, seed: int, shapes: int = 24) -> None:
        random = Random(seed)
        self.shapes: dict[tuple[str, frozenset[str]], list[str]] = {}
        for number in range(shapes):
            for definition in ("pacs.008.001.08", "pacs.009.001.08"):
                text = Guideline(definition).message(random.randrange(2**32) + number)
                for one in re.findall(r"<CdtTrfTxInf>.*?</CdtTrfTxInf>", text, re.DOTALL):
                    self._keep(definition, one)
        for dates, priority in product(("", "<IntrBkSttlmDt>2026-05-25</IntrBkSttlmDt>"), (0, 1)):
            urgent = "<SttlmPrty>HIGH</SttlmPrty>" * priority
            one = made.transaction(1, IntrBkSttlmDt=dates, SttlmPrty=urgent)
            self._keep("pacs.008.001.08", one)
            cover = made.underlying() * priority
            bank = made.bank_transaction(1, IntrBkSttlmDt=dates, UndrlygCstmrCdtTrf=cover)
            self._keep("pacs.009.001.08", bank)

    def _keep(self, definition: str, shape: str) -> None:
        above = re.split("<(?:UndrlygCstmrCdtTrf|Dbtr)>", shape)[0]
        names = ("IntrBkSttlmDt", "InstgAgt", "InstdAgt", "PmtTpInf")
        said = frozenset(name for name in names if f"<{name}>" in above)
        self.shapes.setdefault((definition, said), []).append(shape)

    def one(self, random: Random) -> bytes:
        """Return a message: a quarter of them as they should be, the others changed."""
        parts = self._parts(random)
        for _ in range(random.choice((0, 1, 1, 2))):
            index = random.randrange(len(parts))
            parts[index] = random.choice(TEXT_CHANGES)(random, parts[index])
        data = self._assembled(random, parts)
        for _ in range(random.choice((0, 0, 0, 1, 1, 2))):
            data = random.choice(BYTE_CHANGES)(random, data)
        return data

    def _parts(self, random: Random) -> list[str]:
        """Return group header and transactions; the definition is told by the first shape."""
        self._definition, said = key = random.choice(list(self.shapes))
        currency = random.choice(("RUB", "RUB", "KGS", "JPY", "ZZZ", "BHD"))
        count = random.choice((1, 1, 2, 3, 3, 4, 5, random.choice((1, 1, 2, 12, 120))))
        pool = [random.choice(self.shapes[key]) for _ in range(random.choice((1, 1, 2, 3)))]
        if len(pool[0]) > LONG_SHAPE:
            count = min(count, 5)
        own = [self._transaction(random, random.choice(pool), currency) for _ in range(count)]
        parts = {
            "IntrBkSttlmDt": "<IntrBkSttlmDt>2026-05-25</IntrBkSttlmDt>",
            "InstgAgt": made.agent("InstgAgt", random.choice(BICS[:2])),
            "InstdAgt": made.agent("InstdAgt", random.choice(BICS)),
            "PmtTpInf": "<PmtTpInf><InstrPrty>HIGH</InstrPrty></PmtTpInf>" * random.randint(0, 1),
        }
        alike = random.random() < 0.04
        kept = {name: "" if name in said and not alike else text for name, text in parts.items()}
        if alike or random.random() < 0.05:
            kept["InstgAgt"] = "".join(
                re.findall("<InstgAgt>.*?</InstgAgt>", own[0], re.DOTALL)[:1]
            )
        if random.random() < 0.3:
            kept["InstgAgt"] = ""
        self._has_sender = bool(kept["InstgAgt"]) or "InstgAgt" in said
        amounts = re.findall(r"<IntrBkSttlmAmt[^>]*>([0-9.]*)<", "".join(own))
        total = "" if random.random() < 0.6 else _sum(amounts)
        kept["CtrlSum"] = f"<CtrlSum>{total}</CtrlSum>" if total else ""
        if total and random.random() < 0.5:
            kept["TtlIntrBkSttlmAmt"] = (
                f'<TtlIntrBkSttlmAmt Ccy="{currency}">{total}</TtlIntrBkSttlmAmt>'
            )
        return [made.group_header(count, **kept), *own]

    def _transaction(self, random: Random, shape: str, currency: str) -> str:
        shape = re.sub(
            r'<IntrBkSttlmAmt Ccy="[A-Z]*">[^<]*',
            lambda _: f'<IntrBkSttlmAmt Ccy="{currency}">{random.choice(AMOUNTS)}',
            shape,
        )
        shape = re.sub("(?<=<UETR>)[^<]*", made.uetr(random.randrange(2**40)), shape)
        for _ in range(random.randint(0, 3)):
            shape = with_other_text(random, shape, odd=False)
        return shape

    def _assembled(self, random: Random, parts: list[str]) -> bytes:
        name = "FIToFICstmrCdtTrf" if "008.001" in self._definition else "FICdtTrf"
        body = f"<{name}>{''.join(parts)}</{name}>"
        space = f"urn:iso:std:iso:20022:tech:xsd:{self._definition}"
        document = f'<Document xmlns="{space}">{body}</Document>'
        if random.random() < 0.05:
            document = prefixed(f"<Document>{body}</Document>").replace(
                "<p:Document", f'<p:Document xmlns:p="{space}"', 1
            )
        if random.random() < (0.5 if self._has_sender else 0.95):
            document = self._wrapped(random, document)
        declaration = random.choice(('<?xml version="1.0" encoding="UTF-8"?>\n', "", "\ufeff"))
        return laid_out(random, declaration + document).encode("utf-8", "surrogatepass")

    def _wrapped(self, random: Random, document: str) -> str:
        head = made.header(MsgDefIdr=f"<MsgDefIdr>{self._definition}</MsgDefIdr>")
        for _ in range(random.choice((0, 0, 0, 1, 2))):
            head = with_other_text(random, head, odd=random.random() < 0.2)
        match random.randrange(24):
            case 0:
                return f"<W>{document}{head}</W>"
            case 1:
                depth = random.randint(1, 8)
                return "<a>" * depth + head + document + "</a>" * depth
            case 2:
                return f"<W>{head}{document}{document}</W>"
            case 3:
                # A document too deep to be looked for must not be taken for the one that is found.
                false = re.search("<CdtTrfTxInf>.*</CdtTrfTxInf>", document, re.DOTALL)
                inner = false[0].replace(">1", ">6") if false else ""
                deep = "<a>" * 8 + f"<Document>{inner}</Document>" + "</a>" * 8
                true = re.sub('xmlns="', 'xmlns:p="', prefixed(document), count=1)
                return f"<W>{deep}{true if random.random() < 0.7 else document}</W>"
            case 4:
                junk = random.choice(
                    ("<CdtTrfTxInf>x</CdtTrfTxInf>", "<x>y</x>", "<Document/>", "t")
                )
                sides = [junk, ""] if random.random() < 0.5 else ["", junk]
                return f"<W>{sides[0]}{head}{document}{sides[1]}</W>"
            case 5:
                return f"<W><h>{head}</h><d>{document}</d></W>"
            case 6:
                return f"<W>{head}{head}{document}</W>"
            case _:
                return f'<W xmlns="urn:w">{head}{document}</W>'


def _sum(amounts: list[str]) -> str:
    minor = sum(int(whole or 0) * 100 + int((cents + "00")[:2]) for whole, _, cents in
                (one.partition(".") for one in amounts))  # fmt: skip
    return f"{minor // 100}.{minor % 100:02d}"


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
            return re.sub("</CdtTrfTxInf><", "</CdtTrfTxInf>\r\n<", text)
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
    leaf = a_leaf(random, text, lambda name: name not in CODES or name == "UETR")
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
    """Give, take or repeat a container that the group header and transactions may share."""
    name = random.choice(("IntrBkSttlmDt", "InstgAgt", "InstdAgt", "PmtTpInf", "DbtrAcct", "Purp"))
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
    opened, closed = random.choice(OPENED), random.choice(CLOSED)
    times = random.choice((-1, 1))
    standalone = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
    false = b"<CdtTrfTxInf >x</CdtTrfTxInf><CdtTrfTxInf>y</CdtTrfTxInf></W>"
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
        lambda: data.replace(b"<CdtTrfTxInf>", opened, times),
        lambda: data.replace(b"</CdtTrfTxInf>", closed, times),
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
