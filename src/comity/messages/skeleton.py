"""Transactions as markup and texts: one plan for all transactions built alike.

Bank systems write the transactions of a message with the same elements over and over; only the
texts differ. So a transaction's bytes are split once into markup and texts, the markup (its
skeleton) is looked up, and the plan found there says which text stands where. A skeleton is
analysed the first time it is met. Bytes are read only where they can mean but one thing;
`split_raw` says when.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any, Final

from lxml import etree

from comity.messages.catalogue import (
    CURRENCY,
    FIELD,
    LEAF_BY_CODE,
    LEAF_BY_PATH,
    ORDER,
    RETURN_ID,
    UNDERLYING,
    VALUE,
    Leaf,
    Screened,
)
from comity.messages.definitions import PACS_004, READ, RETURN, TRANSFER
from comity.messages.interchange import contains, local_name
from comity.messages.leaf_types import LeafPatterns, compiled
from comity.messages.refusal import MessageRefusedError
from comity.payments.reasons import Reason

TEXT: Final = re.compile(rb">([^<>]+)</")
"""Splits a transaction into markup, text, markup, …, markup. A text with a raw `>` is unusual: were
it matched, one of nothing else would be looked through again from each of its characters."""

_RETURNS: Final = f"<{READ[PACS_004]}>".encode()
_TOKEN: Final = re.compile(rb'<(/?)([A-Za-z0-9]+)(?: Ccy="([A-Z]{3})")?>|(\x00)')
_DOCUMENT: Final = re.compile(rb"<Document[ \t\r\n>]")
_ANY_DOCUMENT: Final = re.compile(rb"[<:]Document[ \t\r\n/>]")
_BLANKS: Final = re.compile(rb">[ \t\n]+<")
_USES_TO_COMPILE: Final = 100
"""A pattern takes milliseconds to compile and saves microseconds a transaction."""

_NAMED: Final = {b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'", b"amp": b"&"}


class UnusualMarkupError(Exception):
    """Markup that means the same may be written otherwise; the caller then rewrites it."""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A file split at its transactions.

    Attributes:
        before: bytes up to the first transaction.
        bodies: what stands inside each transaction's element.
        after: bytes behind the last transaction.
        name: of that element.
    """

    before: bytes
    bodies: list[bytes]
    after: bytes
    name: bytes = TRANSFER.encode()

    def with_only(self, body: bytes) -> bytes:
        """Return the file with this one transaction."""
        return b"%b<%b>%b</%b>%b" % (self.before, self.name, body, self.name, self.after)


def split_raw(data: bytes) -> RawMessage | None:
    """Split a file at its transactions, None where its bytes could mean something else.

    They cannot when nothing but tags, texts and references stands in the file (no comment, CDATA
    section, instruction or declaration), the first plain transaction tag stands in a plain
    `Document`, no other element anywhere bears that name (one deep in a wrapper would not be the
    one that is validated), and only white space separates the transactions. Whoever parses the
    file still has to see that its document holds as many transactions.

    Args:
        data: bytes that passed `checked_bytes`.
    """
    start = data.find(b"?>") + 2 if data.startswith(b"<?xml") else 0
    if contains(data, b"<!") or (data.find(b"?", start) >= 0 and data.find(b"<?", start) >= 0):
        return None
    name = (RETURN if _RETURNS in data else TRANSFER).encode()
    before, *bodies = data.split(b"<%b>" % name)
    if not bodies or b"</Document" in before or not _DOCUMENT.search(before):
        return None
    # Two occurrences are the tags of the one document.
    if data.count(b"Document") != 2 and len(_ANY_DOCUMENT.findall(data)) != 1:
        return None
    closing = b"</%b>" % name
    end = bodies[-1].rfind(closing) + len(closing)
    after, bodies[-1] = bodies[-1][end:], bodies[-1][:end]
    if b"\r" in data:
        # XML reads either line end as one newline.
        bodies = [body.replace(b"\r\n", b"\n").replace(b"\r", b"\n") for body in bodies]
    if not all(body.endswith(closing) for body in bodies):
        bodies = [body.rstrip(b" \t\n") for body in bodies]
        if not all(body.endswith(closing) for body in bodies):
            return None
    return RawMessage(before, [body[: -len(closing)] for body in bodies], after, name)


def is_plain(data: bytes) -> bool:
    """Return whether a file is UTF-8 and free of what XML allows in no text."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    last = b"\xef" in data and (b"\xef\xbf\xbe" in data or b"\xef\xbf\xbf" in data)
    return not last and not (b"]" in data and b"]]>" in data)


def without_blanks(bodies: Sequence[bytes]) -> list[bytes]:
    """Return the transactions without white space between tags.

    A leaf of nothing but white space becomes empty by it, which `make_plan` then calls unusual.
    """
    return [_BLANKS.sub(b"><", body).strip() for body in bodies]


def rewritten_transactions(message: etree._Element) -> list[bytes]:
    """Return each transaction written anew from the tree, in the one form plans are made of.

    Raises:
        MessageRefusedError: an attribute other than `Ccy` stands inside a transaction.
    """
    transactions = islice(message, 1, None)
    return ["".join(map(_rewritten, one)).encode() for one in transactions]


def _rewritten(element: etree._Element) -> str:
    name, attributes = (
        local_name(element),
        {str(key): str(value) for key, value in element.attrib.items()},
    )
    currency = attributes.pop("Ccy", None)
    if attributes:
        raise MessageRefusedError(
            Reason.SCHEMA_INVALID,
            f"line {element.sourceline}: element {name} bears {sorted(attributes)[0][:100]!r}, "
            "expected no attribute but Ccy",
        )
    opening = f'<{name} Ccy="{currency}">' if currency else f"<{name}>"
    if len(element):
        return f"{opening}{''.join(map(_rewritten, element))}</{name}>"
    text = element.text or ""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{opening}{escaped}</{name}>"


def unescape(text: bytes) -> bytes:
    """Return well-formed text with XML's own references replaced by what they stand for."""
    first, *referring = text.split(b"&")
    pieces = [first]
    for part in referring:
        name, _, after = part.partition(b";")
        pieces += (_NAMED.get(name) or _numbered(name), after)
    return b"".join(pieces)


def _numbered(name: bytes) -> bytes:
    digits = name.decode()
    return chr(int(digits[2:], 16) if digits[1] == "x" else int(digits[1:])).encode()


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a transaction takes over from the group header where it does not say it itself.

    Attributes:
        code: leaf code.
        text: the group header's text.
        binding: the transaction must agree where it says it too; False for what comes from the
            business header, where a difference is answered, not refused.
    """

    code: str
    text: bytes
    binding: bool = True


SETTLED: Final = ("am", "os")
"""The settlement amount of a transfer, or of a return."""

ROLES: Final = (("pu", "ou"), ("pt", "pe", "oi"), SETTLED)
"""Leaves that differ from payment to payment, each by the first code that is there: UETR (of a
return, its original's), reference (TxId, else EndToEndId; RtrId), settlement amount."""

TERMS: Final = (
    ("dt",),
    ("sp", "tp"),
    ("FB",),
    ("TB",),
    ("AB", "2B", "vAB", "v2B", "FB"),
    ("BB", "3B", "vBB", "v3B", "TB"),
    ("ec",),
    ("uc", "vr"),
)
"""Leaves that payments of a message mostly share: settlement date, priority, instructing,
instructed, debtor's and creditor's agent, currency of the debtor's account, purpose. A return whose
chain names no bank goes between the instructing and the instructed one; it has a reason instead of
a purpose."""

ORIGINAL: Final = (("om",), ("ot", "oe"), ("oa",), ("od",))
"""What a return says of its original: MsgId, TxId (else EndToEndId), settlement amount and date."""


@dataclass(slots=True)
class Plan:
    """What a skeleton says about the texts of a transaction.

    All indexes point into the texts of the transaction, then the inherited texts, then an empty
    text that stands for whatever is absent.

    Attributes:
        markup: the skeleton, with a zero byte for every text.
        forms: plain forms of the texts (`comity.messages.leaf_types`); empty if one has none.
        frame: the canonical text in pieces, with an empty place after each for a text.
        ordered: picks the texts for these places.
        roles: picks the texts of `ROLES`.
        terms: picks the texts of `TERMS`.
        names: indexes of the texts screened as names.
        identifiers: indexes of the texts screened as identifiers.
        free_texts: indexes of the free texts that are screened.
        agreeing: pairs of indexes whose texts must be equal.
        currency: of the settlement amount.
        instructed_currency: of the instructed amount, else of the settlement amount.
        is_cover: whether a customer's transfer underlies it.
        instruction: index of the instruction for the next agent, None without.
        times: indexes of the times asked for: from, till and reject; None without any.
        original: picks the texts of `ORIGINAL`, None where it is no return.
        original_currency: of its original's amount, as far as a return says it.
        information: indexes of what a return adds to its reason.
        pattern: matches transactions with this skeleton and texts of plain form; its groups are
            the texts. None until it is worth compiling.
        uses: transactions that were split to find this plan.
        terms_met: what was made of the terms of earlier transactions, by their texts.
    """

    markup: bytes
    forms: "tuple[re.Pattern[bytes], ...]"
    frame: tuple[bytes, ...]
    ordered: Callable[[Sequence[bytes]], tuple[bytes, ...]]
    roles: Callable[[Sequence[bytes]], tuple[bytes, ...]]
    terms: Callable[[Sequence[bytes]], tuple[bytes, ...]]
    names: tuple[int, ...]
    identifiers: tuple[int, ...]
    free_texts: tuple[int, ...]
    agreeing: tuple[tuple[int, int], ...]
    currency: str
    instructed_currency: str
    is_cover: bool
    instruction: int | None
    times: tuple[int, int, int] | None
    original: Callable[[Sequence[bytes]], tuple[bytes, ...]] | None
    original_currency: str
    information: tuple[int, ...]
    pattern: "re.Pattern[bytes] | None" = None
    uses: int = 0
    terms_met: dict[tuple[bytes, ...], Any] = field(default_factory=dict)

    def has_plain_form(self, texts: Sequence[bytes]) -> bool:
        """Return whether all texts of a transaction have the plain form of their types."""
        return bool(self.forms) and all(map(_matches, self.forms, texts))

    def count_use(self) -> None:
        """Count a transaction; compile the pattern of a skeleton that keeps coming."""
        self.uses += 1
        if self.uses == _USES_TO_COMPILE and self.forms:
            pieces = [re.escape(piece) for piece in self.markup.split(b"\0")]
            groups = [
                b"%b(%b)" % (piece, form.pattern)
                for piece, form in zip(pieces, self.forms, strict=False)
            ]
            self.pattern = re.compile(b"".join((*groups, pieces[-1])))

    def canonical(self, texts: Sequence[bytes]) -> bytes:
        """Return the canonical text of a transaction with these texts."""
        pieces = list(self.frame)
        pieces[1::2] = self.ordered(texts)
        return b"".join(pieces)


@dataclass(frozen=True, slots=True)
class _Placed:
    leaf: Leaf
    currency: str
    index: int


def make_plan(markup: bytes, inherited: Sequence[Inherited], patterns: LeafPatterns) -> Plan:
    """Return the plan of a skeleton.

    Args:
        markup: the transaction with a zero byte for every text.
        inherited: what the group header offers, in document order.
        patterns: plain forms of the leaves of this message definition.

    Raises:
        UnusualMarkupError: something else than plain tags and texts stands there.
        MessageRefusedError: an element of the group header stands in the transaction with other
            parts.
    """
    placed = list(_placed(markup))
    containers = {one.leaf.path[0] for one in placed}
    offers = [
        _Placed(LEAF_BY_CODE[offered.code], "", len(placed) + number)
        for number, offered in enumerate(inherited)
    ]
    taken = [one for one in offers if one.leaf.path[0] not in containers]
    binding = [one for one, offered in zip(offers, inherited, strict=True) if offered.binding]
    agreeing = _agreeing(placed, [one for one in binding if one not in taken])
    absent = len(placed) + len(inherited)
    every = sorted([*placed, *taken], key=lambda one: (ORDER[one.leaf.code], one.index))
    by_code = {one.leaf.code: one for one in reversed(every)}
    amounts = [by_code[code].currency for code in SETTLED if code in by_code]
    if not amounts:
        raise UnusualMarkupError
    settled = amounts[0]
    return Plan(
        markup=markup,
        forms=_forms(placed, patterns),
        frame=_frame(every),
        ordered=_picker([one.index for one in every]),
        roles=_picker([_role_index(by_code, codes, absent) for codes in ROLES]),
        terms=_picker([_role_index(by_code, codes, absent) for codes in TERMS]),
        names=_screened(every, Screened.NAME),
        identifiers=_screened(every, Screened.IDENTIFIER),
        free_texts=_screened(every, Screened.TEXT),
        agreeing=agreeing,
        currency=settled,
        instructed_currency=by_code["ia"].currency if "ia" in by_code else settled,
        original=_picker([_role_index(by_code, codes, absent) for codes in ORIGINAL])
        if RETURN_ID in by_code
        else None,
        original_currency=by_code["oa"].currency if "oa" in by_code else "",
        information=tuple(one.index for one in every if one.leaf.code == "vt"),
        is_cover=UNDERLYING in containers,
        instruction=by_code["nn"].index if "nn" in by_code else None,
        times=_times(by_code, absent),
    )


def _times(by_code: Mapping[str, _Placed], absent: int) -> tuple[int, int, int] | None:
    found = [by_code[code].index if code in by_code else absent for code in ("sf", "st", "sr")]
    return (found[0], found[1], found[2]) if min(found) < absent else None


def _matches(form: "re.Pattern[bytes]", text: bytes) -> bool:
    return form.fullmatch(text) is not None


def _forms(placed: Sequence[_Placed], patterns: LeafPatterns) -> "tuple[re.Pattern[bytes], ...]":
    forms = [patterns.get(one.leaf.path) for one in placed]
    return tuple(compiled(form) for form in forms if form) if all(forms) else ()


def _placed(markup: bytes) -> Iterator[_Placed]:
    path: list[str] = []
    position = index = 0
    currency, before = "", ""
    while position < len(markup):
        token = _TOKEN.match(markup, position)
        if token is None:
            raise UnusualMarkupError
        position = token.end()
        closing, name, code, text = token.groups()
        if text is not None:
            if before != "open":
                raise UnusualMarkupError
            yield _Placed(_leaf_at(tuple(path)), currency, index)
            index, before = index + 1, "text"
        elif closing:
            if before == "open" or not path or path[-1] != name.decode():
                raise UnusualMarkupError
            path.pop()
            before = "close"
        else:
            path.append(name.decode())
            currency, before = (code or b"").decode(), "open"
    if path or not index:
        raise UnusualMarkupError


def _leaf_at(path: tuple[str, ...]) -> Leaf:
    leaf = LEAF_BY_PATH.get(path)
    if leaf is None:
        raise UnusualMarkupError
    return leaf


def _agreeing(placed: Sequence[_Placed], offers: Sequence[_Placed]) -> tuple[tuple[int, int], ...]:
    """Return pairs of indexes of what stands in the transaction and in the group header."""
    containers = {one.leaf.path[0] for one in offers}
    own = [one for one in placed if one.leaf.path[0] in containers]
    if [one.leaf.code for one in own] != [one.leaf.code for one in offers]:
        raise MessageRefusedError(
            Reason.SCHEMA_INVALID,
            f"{', '.join(sorted(containers))}: found with other parts in the group header than in "
            "a transaction; expected it in one of them, or alike",
        )
    return tuple((one.index, offer.index) for one, offer in zip(own, offers, strict=True))


def _frame(every: Sequence[_Placed]) -> tuple[bytes, ...]:
    pieces, after = [], ""
    for one in every:
        pieces += [f"{after}{FIELD}{one.leaf.code}{VALUE}", ""]
        after = f"{CURRENCY}{one.currency}" if one.leaf.is_amount else ""
    return tuple(piece.encode() for piece in (*pieces, after))


def _picker(indexes: Sequence[int]) -> Callable[[Sequence[bytes]], tuple[bytes, ...]]:
    picker: Any = itemgetter(*indexes)
    return picker  # type: ignore[no-any-return]


def _role_index(by_code: dict[str, _Placed], codes: Sequence[str], absent: int) -> int:
    return next((by_code[code].index for code in codes if code in by_code), absent)


def _screened(every: Sequence[_Placed], kind: Screened) -> tuple[int, ...]:
    return tuple(one.index for one in every if one.leaf.screened is kind)
