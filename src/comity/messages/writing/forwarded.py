"""The settled instruction, on its way to the bank it was meant for: pacs.008, pacs.009, pacs.004.

The transaction is built from its canonical text and nothing else, so references, parties and
remittance data are those of the sender; only the settlement date is the one it settled on, and the
times that were asked for are left out.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from comity.errors import LimitExceededError, UsageError
from comity.messages.catalogue import (
    CURRENCY,
    FIELD,
    LEAF_BY_CODE,
    ORDER,
    RETURN_ID,
    VALUE,
    split_canonical,
)
from comity.messages.definitions import (
    DEFINITION_ID,
    FORWARDED_PAYMENTS_MAX,
    PACS_004,
    READ,
    RETURN,
    TRANSFER,
)
from comity.messages.skeleton import SETTLED
from comity.messages.writing.envelope import Envelope, business_message, message_identification
from comity.messages.writing.markup import amount, amount_text
from comity.money import currency, parse_amount_minor
from comity.payments.codes import Definition

_SETTLEMENT_DATE: Final = "dt"
_RETURNED, _RETURNED_INSTRUCTED, _RATE = "os", "ob", "xr"
_MARKS: Final = tuple(f"{FIELD}{code}{VALUE}" for code in SETTLED)
_TOTAL_NAME: Final = {PACS_004: "TtlRtrdIntrBkSttlmAmt"}
_SHAPES_MAX: Final = 4_096
_SETTLEMENT_TERMS: Final = f"{FIELD}s"
_TIMES: Final = re.compile(f"{FIELD}s[tfr]{VALUE}[^{FIELD}]*")
_LEAF: Final = re.compile(f"{FIELD}([^{VALUE}]*){VALUE}")


def write_forwarded(
    envelope: Envelope,
    definition: Definition,
    transactions: Sequence[str],
    settlement_date: date,
) -> bytes:
    """Return the settled transactions as one message of the definition they came in.

    Args:
        envelope: from the settlement system to the instructed agent.
        definition: of all the transactions.
        transactions: canonical texts, 1 … `FORWARDED_PAYMENTS_MAX`, all in one currency.
        settlement_date: the day they settled on.

    Raises:
        LimitExceededError: too many transactions for one message.
        UsageError: none, or of several currencies.
    """
    count = len(transactions)
    if count > FORWARDED_PAYMENTS_MAX:
        raise LimitExceededError(
            "FORWARDED_PAYMENTS_MAX", found=count, allowed=FORWARDED_PAYMENTS_MAX
        )
    code, total_minor = _total(transactions)
    definition_id = DEFINITION_ID[definition]
    header = (
        f"{message_identification(envelope)}<NbOfTxs>{count}</NbOfTxs>"
        f"{amount(_TOTAL_NAME.get(definition_id, 'TtlIntrBkSttlmAmt'), total_minor, code)}"
        "<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf>"
    )
    rebuilt = "".join(transaction_xml(one, settlement_date) for one in transactions)
    name = READ[definition_id]
    return business_message(
        envelope, definition_id, f"<{name}><GrpHdr>{header}</GrpHdr>{rebuilt}</{name}>"
    )


def with_credited_amount(canonical: str, minor: int, code: str) -> str:
    """Return a return with the amount it credits as its settlement amount.

    What its sender paid stands beside it as RtrdInstdAmt; a rate or an instructed amount that the
    sender stated, which would be of other amounts, is left out.

    Args:
        canonical: text of a return.
        minor: what is credited, minor units.
        code: in this currency.
    """
    fields = {
        leaf: (value, currency_of)
        for leaf, value, currency_of in split_canonical(canonical)
        if leaf in {_RETURNED, _RETURNED_INSTRUCTED, _RATE}
    }
    kept = []
    for field in canonical.split(FIELD)[1:]:
        leaf = field.partition(VALUE)[0]
        if leaf == _RETURNED:
            kept.append(f"{leaf}{VALUE}{amount_text(minor, code)}{CURRENCY}{code}")
        elif leaf not in fields:
            kept.append(field)
    value, currency_of = fields[_RETURNED]
    kept.append(f"{_RETURNED_INSTRUCTED}{VALUE}{value}{CURRENCY}{currency_of}")
    kept.sort(key=lambda one: ORDER[one.partition(VALUE)[0]])
    return "".join(f"{FIELD}{one}" for one in kept)


def transaction_xml(canonical: str, settlement_date: date | None = None) -> str:
    """Return `CdtTrfTxInf`, of a return `TxInf`, from a canonical text.

    Args:
        canonical: text of a payment row.
        settlement_date: replaces IntrBkSttlmDt, None to leave it as it is.
    """
    if "&" in canonical or "<" in canonical or ">" in canonical:
        # Only texts hold these characters.
        canonical = canonical.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "\r" in canonical:
        canonical = canonical.replace("\r", "&#13;")
    if settlement_date is not None and _SETTLEMENT_TERMS in canonical:
        # The times were asked of this system, on another day maybe, and are spent.
        canonical = _TIMES.sub("", canonical)
    parts = _LEAF.split(canonical)
    codes, texts = tuple(parts[1::2]), parts[2::2]
    markup, amounts, date_place = _shape(codes)
    for place in amounts:
        value, _, code = texts[place].partition(CURRENCY)
        texts[place] = f'{code}">{value}'
    if settlement_date is not None and date_place is not None:
        texts[date_place] = settlement_date.isoformat()
    pieces = [""] * (2 * len(texts) + 1)
    pieces[0::2], pieces[1::2] = markup, texts
    return "".join(pieces)


class _Shape(NamedTuple):
    """The markup of a transaction with certain leaves.

    Attributes:
        markup: what stands before, between and after the texts; one more than there are texts.
        amounts: places of the texts that are amounts, whose currency is an attribute.
        date_place: place of the settlement date, None where it is not stated.
    """

    markup: tuple[str, ...]
    amounts: tuple[int, ...]
    date_place: int | None


@lru_cache(maxsize=_SHAPES_MAX)
def _shape(codes: tuple[str, ...]) -> _Shape:
    """Return the markup around the texts of these leaves, in this order."""
    markup: list[str] = []
    name = RETURN if RETURN_ID in codes else TRANSFER
    above: tuple[str, ...] = (name,)
    before = f"<{name}>"
    for code in codes:
        leaf = LEAF_BY_CODE[code]
        path = (name, *leaf.path)
        before += _steps(above, path[:-1])
        markup.append(f'{before}<{path[-1]} Ccy="' if leaf.is_amount else f"{before}<{path[-1]}>")
        before, above = f"</{path[-1]}>", path[:-1]
    markup.append(before + _steps(above, ()))
    return _Shape(
        tuple(markup),
        tuple(place for place, code in enumerate(codes) if LEAF_BY_CODE[code].is_amount),
        codes.index(_SETTLEMENT_DATE) if _SETTLEMENT_DATE in codes else None,
    )


def _steps(above: tuple[str, ...], below: tuple[str, ...]) -> str:
    """Return the tags that lead from one container to another."""
    shared = 0
    while shared < min(len(above), len(below)) and above[shared] == below[shared]:
        shared += 1
    closing = "".join(f"</{name}>" for name in reversed(above[shared:]))
    return closing + "".join(f"<{name}>" for name in below[shared:])


def _total(transactions: Sequence[str]) -> tuple[str, int]:
    total_minor, codes = 0, set()
    for text in transactions:
        mark = next(one for one in _MARKS if one in text)
        stated = text[text.index(mark) + len(mark) :].partition(FIELD)[0]
        value, _, code = stated.partition(CURRENCY)
        total_minor += parse_amount_minor(value, currency(code).exponent)
        codes.add(code)
    if len(codes) != 1:
        raise UsageError(
            f"forwarded transactions: found the currencies {sorted(codes)}, expected exactly one; "
            "write a message for each currency"
        )
    return codes.pop(), total_minor
