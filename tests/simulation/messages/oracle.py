"""What docs/formats/messages.md says of a message, done plainly: tree, schema, one recursive walk.

Slow and simple on purpose, and written apart from the reader: it shares with it the guideline's
schema files and the table of leaf codes, nothing else. `Oracle.verdict` is what the reader must
say of the same bytes.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path
from typing import Any

from lxml import etree
from tests.simulation.messages.oracle_document import (
    ANSWER,
    BODIES,
    CANCELLATION,
    HEAD,
    MODIFICATION,
    ORDERS,
    PAYMENTS_MAX,
    URN,
    Refusal,
    found,
    parsed,
    space_of,
)
from tests.simulation.messages.oracle_leaves import (
    INSTRUCTED,
    INSTRUCTING,
    Leaf,
    bank,
    columns,
    days_of,
    leaves,
    microseconds,
    short,
    times_of,
    words,
)
from tests.simulation.messages.oracle_orders import check_count, orders_of
from tests.simulation.messages.oracle_returns import (
    REASON,
    RETURNS,
    agents_of,
    check_narrative,
    original_of,
    quoted_of,
)

import comity.messages
from comity.messages.catalogue import LEAVES
from comity.money import CURRENCIES
from comity.payments.codes import Definition, Priority
from comity.payments.reasons import Reason

SHARED = ("PmtTpInf", "IntrBkSttlmDt", "InstgAgt", "InstdAgt")
CODE = {leaf.path: leaf.code for leaf in LEAVES}
PLACE = {name: place for place, name in enumerate(dict.fromkeys(leaf.path[0] for leaf in LEAVES))}
SCHEMAS = Path(comity.messages.__file__).parent / "guideline"
AMOUNT_MAX = 10**15 - 1
UNKNOWN_EXPONENT = 5


@dataclass
class Verdict:
    """Reason of the message and, where there is none, its rows by column name."""

    reason: Reason = Reason.NONE
    message: dict[str, int] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    rows: list[dict[str, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    times: list[tuple[int, int, int, int]] = field(default_factory=list)
    quoted: list[tuple[int, int, int, int]] = field(default_factory=list)
    orders: list[dict[str, int]] = field(default_factory=list)
    order_texts: list[str] = field(default_factory=list)


class Oracle:
    """Judges messages as a reader with the same directory and the same lists must."""

    def __init__(
        self,
        directory: Mapping[str, int],
        match_name: Callable[[str], int],
        match_identifier: Callable[[str], int],
        match_text: Callable[[str], int],
    ) -> None:
        self.numbers = {short(bic): number for bic, number in directory.items()}
        self.match_name, self.match_identifier = match_name, match_identifier
        self.match_text = match_text
        self.schemas = {
            one: etree.XMLSchema(etree.parse(SCHEMAS / f"{one}.xsd")) for one in (HEAD, *BODIES)
        }

    def verdict(self, path: str, data: bytes) -> Verdict:
        try:
            return self._accepted(path, parsed(data))
        except Refusal as refusal:
            return Verdict(refusal.reason)

    def _accepted(self, path: str, root: etree._Element) -> Verdict:
        header, document = found(root)
        definition = space_of(document).removeprefix(URN)
        head = {} if header is None else self._header(header, definition)
        if definition in ORDERS:
            return self._ordered(path, head, document, definition)
        if any(len(child) > PAYMENTS_MAX for child in document):
            raise Refusal(Reason.MESSAGE_TOO_LARGE)
        self._check(document, definition)
        group, *transactions = document[0]
        stated = {path: (text, currency) for path, text, currency in leaves(group)}
        created = stated[("CreDtTm",)][0]
        created_us = microseconds(created)
        own = [filled(one, group, head.get("sender", "")) for one in transactions]
        currencies = {currency for one in own for path, _, currency in one if path in AMOUNTS}
        if len(currencies) != 1:
            raise Refusal(Reason.SCHEMA_INVALID)
        first = {path: text for path, text, _ in own[0]}
        group_sender = short(stated.get((*INSTRUCTING,), ("",))[0])
        sender = head.get("sender") or group_sender or short(first[INSTRUCTING])
        identity = stated[("MsgId",)][0]
        rows = [
            self._row(one, position, (head.get("sender", ""), identity), definition)
            for position, one in enumerate(own)
        ]
        fault = fault_of_all(stated, own)
        for row in rows:
            row["fault"] = fault or row["fault"]
        high, low = words(sender, head.get("identifier") or identity)
        message = {
            "key_high": high,
            "key_low": low,
            "arrival_us": head["us"] if head else created_us,
            "sender": self.numbers.get(sender, -1),
            "definition": rows[0]["definition"],
        }
        written = (head.get("identifier", ""), head.get("created") or created)
        fields = (path, identity, *written, definition, "")
        texts = [canonical(one) for one in own]
        asked = [times for at, one in enumerate(own) for times in times_of(one, at)]
        quoted = [said for at, one in enumerate(own) for said in quoted_of(one, at)]
        return Verdict(Reason.NONE, message, fields, rows, texts, asked, quoted)

    def _ordered(
        self, path: str, head: dict[str, Any], document: etree._Element, definition: str
    ) -> Verdict:
        if not head:
            raise Refusal(Reason.HEADER_MISMATCH)
        check_count(document, definition)
        self._check(document, definition)
        identity, rows, texts = orders_of(document[0], definition, head["sender"], self.numbers)
        high, low = words(head["sender"], head["identifier"])
        message = {
            "key_high": high,
            "key_low": low,
            "arrival_us": head["us"],
            "sender": self.numbers.get(head["sender"], -1),
            "definition": ORDERED[definition],
        }
        fields = (path, identity, head["identifier"], head["created"], definition, "")
        return Verdict(Reason.NONE, message, fields, orders=rows, order_texts=texts)

    def _check(self, element: etree._Element, definition: str) -> None:
        if not self.schemas[definition].validate(element):
            raise Refusal(Reason.SCHEMA_INVALID)

    def _header(self, header: etree._Element, definition: str) -> dict[str, Any]:
        self._check(header, HEAD)
        said = {path: text for path, text, _ in leaves(header)}
        if said[("MsgDefIdr",)] != definition:
            raise Refusal(Reason.HEADER_MISMATCH)
        sender = next(
            text for path, text in said.items() if path[0] == "Fr" and path[-1] in BIC_LEAVES
        )
        created, identifier = said[("CreDt",)], said[("BizMsgIdr",)]
        return {
            "sender": short(sender),
            "identifier": identifier,
            "created": created,
            "us": microseconds(created),
        }

    def _row(
        self, own: Sequence[Leaf], position: int, said: tuple[str, str], definition: str
    ) -> dict[str, int]:
        text = {path: text for path, text, _ in reversed(own)}
        currency = {path: currency for path, _, currency in own}
        header_sender, identity = said
        instructing = short(text[INSTRUCTING])
        amount = next(one for one in AMOUNTS if one in text)
        settled = currency[amount]
        is_return = definition == RETURNS
        kind = kind_of(own, definition)
        banks = agents_of(text) if is_return else transfer_agents_of(text)
        agents = [self.numbers.get(short(one), -1) for one in banks]
        payer = text.get(("DbtrAcct", "Ccy"), settled)
        invoiced = currency.get(("InstdAmt",), settled)
        numbers = [CURRENCIES[one].number if one in CURRENCIES else 0
                   for one in (settled, payer, invoiced)]  # fmt: skip
        counter, is_counter_wrong = NO_COUNTER, False
        if is_return:
            check_narrative(own)
            counter = original_of(text)
        elif kind is Definition.PACS_009 and COUNTER in text:
            counter, is_counter_wrong = counter_of(text[COUNTER], settled)
        minor, fault = amount_of(text[amount], settled)
        faults = {
            Reason.SENDER_MISMATCH: (header_sender or instructing) != instructing,
            Reason.UNKNOWN_INSTRUCTING_AGENT: agents[0] < 0,
            Reason.UNKNOWN_INSTRUCTED_AGENT: agents[1] < 0,
            Reason.UNKNOWN_DEBTOR_AGENT: agents[2] < 0,
            Reason.UNKNOWN_CREDITOR_AGENT: agents[3] < 0,
            Reason.CURRENCY_UNKNOWN: not all(numbers),
            fault: bool(fault),
            Reason.COUNTER_INVALID: is_counter_wrong,
        }
        uetr = uuid.UUID(text[("OrgnlUETR",) if is_return else ("PmtId", "UETR")]).int
        priority = text.get(("SttlmPrty",), text.get(("PmtTpInf", "InstrPrty"), ""))
        why = text.get(REASON if is_return else ("Purp", "Cd"), "")
        return {
            **dict(zip(("uetr_high", "uetr_low"), divmod(uetr, 2**64), strict=True)),
            **columns("reference", words(header_sender or instructing, identity, reference(text))),
            **columns("body", words(canonical(own))),
            "amount_minor": minor,
            "text_length": len(canonical(own).encode()),
            "value_date": days_of(text[("IntrBkSttlmDt",)]),
            "position": position,
            **dict(zip(AGENT_COLUMNS, agents, strict=True)),
            "screening_hit": self._screened(own),
            "purpose": int.from_bytes(why.encode(), "big"),
            **dict(zip(CURRENCY_COLUMNS, numbers, strict=True)),
            "fault": next((reason for reason, is_so in faults.items() if is_so), Reason.NONE),
            "definition": kind,
            **counter,
            "priority": PRIORITIES.get(priority, Priority.NORMAL),
        }

    def _screened(self, own: Sequence[Leaf]) -> int:
        names = [text for path, text, _ in own if path[-1] == "Nm"]
        if not all(name.strip() for name in names):
            raise Refusal(Reason.SCHEMA_INVALID)
        identifiers = [text for path, text, _ in own if identifies(path)]
        texts = [text for path, text, _ in own if path[-1] in FREE_TEXTS or path[-2:] == REPORTED]
        hits = [*map(self.match_name, names), *map(self.match_identifier, identifiers)]
        hits += map(self.match_text, texts)
        return next((hit for hit in hits if hit >= 0), -1)


AMOUNTS = (("IntrBkSttlmAmt",), ("RtrdIntrBkSttlmAmt",))
COUNTER = ("InstrForNxtAgt", "InstrInf")
NO_COUNTER = {"counter_currency": 0, "counter_minor": 0, "trade": 0}
FREE_TEXTS = {"Ustrd", "AddtlRmtInf", "AdrLine", "InstrInf", "AddtlInf"}
REPORTED = ("Dtls", "Inf")
BIC_LEAVES = {"BICFI", "AnyBIC"}
TOTALS = ("CtrlSum", "TtlIntrBkSttlmAmt", "TtlRtrdIntrBkSttlmAmt")
TRANSFERRED = {
    "pacs.008.001.08": Definition.PACS_008,
    "pacs.009.001.08": Definition.PACS_009,
    RETURNS: Definition.PACS_004,
}
ORDERED = {
    CANCELLATION: Definition.CAMT_056,
    MODIFICATION: Definition.CAMT_007,
    ANSWER: Definition.PACS_002,
}
PRIORITIES = {"URGT": Priority.URGENT, "HIGH": Priority.HIGH}
AGENT_COLUMNS = ("instructing", "instructed", "debtor_agent", "creditor_agent")
CURRENCY_COLUMNS = ("currency", "debtor_currency", "instructed_currency")


def identifies(path: tuple[str, ...]) -> bool:
    others = {("OrgId", "Othr", "Id"), ("PrvtId", "Othr", "Id")}
    return path[-1] in BIC_LEAVES | {"LEI", "MmbId"} or path[-3:] in others


def kind_of(own: Sequence[Leaf], definition: str) -> Definition:
    if any(path[0] == "UndrlygCstmrCdtTrf" for path, _, _ in own):
        return Definition.PACS_009_COV
    return TRANSFERRED[definition]


def transfer_agents_of(text: Mapping[tuple[str, ...], str]) -> list[str]:
    """Return the BICs of instructing, instructed, debtor's and creditor's agent of a transfer."""
    debtor, creditor = (
        text[bank(f"{one}Agt") if bank(f"{one}Agt") in text else bank(one)]
        for one in ("Dbtr", "Cdtr")
    )
    return [text[INSTRUCTING], text[INSTRUCTED], debtor, creditor]


def reference(text: Mapping[tuple[str, ...], str]) -> str:
    names = (("RtrId",), ("PmtId", "TxId"), ("PmtId", "EndToEndId"))
    return next(text[name] for name in names if name in text)


def amount_of(text: str, currency: str) -> tuple[int, Reason]:
    """Return an amount in minor units, 0 where it has a fault, and the fault."""
    exponent = CURRENCIES[currency].exponent if currency in CURRENCIES else UNKNOWN_EXPONENT
    minor = Fraction(text) * 10**exponent
    if len(text.partition(".")[2]) > exponent:
        return 0, Reason.AMOUNT_DECIMALS
    if minor > AMOUNT_MAX:
        return 0, Reason.AMOUNT_TOO_LARGE
    return int(minor), Reason.NONE if minor else Reason.AMOUNT_ZERO


def counter_of(line: str, settled: str) -> tuple[dict[str, int], bool]:
    """Return the columns of what a leg wants in return, and whether they are wrong."""
    _, _, trade, wanted = line.split("/")
    code, quantity = wanted[:3], wanted[3:]
    exponent = CURRENCIES[code].exponent if code in CURRENCIES else 0
    minor = Fraction(quantity) * 10**exponent
    is_wrong = (
        code not in CURRENCIES
        or code == settled
        or len(quantity.partition(".")[2]) > exponent
        or not 0 < minor <= AMOUNT_MAX
    )
    key = blake2b(trade.encode(), digest_size=8).digest()
    columns = {
        "counter_currency": CURRENCIES[code].number if code in CURRENCIES else 0,
        "counter_minor": 0 if is_wrong else int(minor),
        "trade": int.from_bytes(key, "little"),
    }
    return columns, is_wrong


def canonical(own: Sequence[Leaf]) -> str:
    return "".join(
        f"\x1f{CODE[path]}\x1e{text}" + (f"\x1d{currency}" if currency else "")
        for path, text, currency in own
    )


def filled(transaction: etree._Element, group: etree._Element, sender: str) -> list[Leaf]:
    """Return the leaves of a transaction with what the group header says for all."""
    for one in transaction.iterdescendants():
        if set(one.attrib) - {"Ccy"}:
            raise Refusal(Reason.SCHEMA_INVALID)
    own, shared = list(leaves(transaction)), list(leaves(group))
    for name in SHARED:
        here, above = ([leaf for leaf in side if leaf[0][0] == name] for side in (own, shared))
        if here and above and here != above:
            raise Refusal(Reason.SCHEMA_INVALID)
        own += [] if here else above
    if sender and not any(path == INSTRUCTING for path, _, _ in own):
        own.append((INSTRUCTING, sender, ""))
    if not {"IntrBkSttlmDt", "InstgAgt", "InstdAgt"} <= {path[0] for path, _, _ in own}:
        raise Refusal(Reason.SCHEMA_INVALID)
    return sorted(own, key=lambda leaf: PLACE[leaf[0][0]])


def fault_of_all(stated: Mapping[tuple[str, ...], tuple[str, str]], own: list[list[Leaf]]) -> int:
    """Return the fault of every row: the count differs, or a total."""
    if int(stated[("NbOfTxs",)][0]) != len(own):
        return Reason.COUNT_MISMATCH
    amounts = [leaf for one in own for leaf in one if leaf[0] in AMOUNTS]
    sums = [stated[(name,)] for name in TOTALS if (name,) in stated]
    total = sum(Fraction(text) for _, text, _ in amounts)
    if any(
        Fraction(text) != total or currency not in {"", amounts[0][2]} for text, currency in sums
    ):
        return Reason.SUM_MISMATCH
    return Reason.NONE
