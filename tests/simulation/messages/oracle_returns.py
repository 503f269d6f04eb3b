"""What a return says, read plainly; see `oracle`."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from tests.simulation.messages.oracle_document import Refusal
from tests.simulation.messages.oracle_leaves import (
    INSTRUCTED,
    INSTRUCTING,
    Leaf,
    bank,
    days_of,
    short,
    words,
)

from comity.money import CURRENCIES
from comity.payments.reasons import Reason

Texts = Mapping[tuple[str, ...], str]

RETURNS = "pacs.004.001.09"
REASON = ("RtrRsnInf", "Rsn", "Cd")
FORWARDED = r"R\d{7,}-P\d{4,}-pacs00\d(c?)[A-Z]{3}-\d{4,}"
"""How messages are named in which the system forwards payments."""


def agents_of(text: Texts) -> list[str]:
    """Return the BICs of instructing, instructed, debtor's and creditor's agent of a return."""

    def first(*paths: tuple[str, ...]) -> str:
        return next(text[path] for path in paths if path in text)

    return [
        text[INSTRUCTING],
        text[INSTRUCTED],
        first(bank("RtrChain", "DbtrAgt"), bank("RtrChain", "Dbtr", "Agt"), INSTRUCTING),
        first(bank("RtrChain", "CdtrAgt"), bank("RtrChain", "Cdtr", "Agt"), INSTRUCTED),
    ]


def quoted_of(own: Sequence[Leaf], position: int) -> list[tuple[int, int, int, int]]:
    """Return what a return says of its original's amount and date: minor units, place, day, code.

    -1 stands for an amount or a day that no payment has.
    """
    said = {path: (text, code) for path, text, code in own}
    amount, day = said.get(("OrgnlIntrBkSttlmAmt",)), said.get(("OrgnlIntrBkSttlmDt",))
    minor, days, number = Fraction(0), 0, 0
    if amount:
        text, code = amount
        minor = Fraction(-1)
        if code in CURRENCIES:
            number = CURRENCIES[code].number
            counted = Fraction(text) * 10 ** CURRENCIES[code].exponent
            minor = counted if counted.denominator == 1 and 0 < counted < 10**15 else minor
    if day:
        days = days_of(day[0]) if days_of(day[0]) > 0 else -1
    return [(int(minor), position, days, number)] if amount or day else []


def check_narrative(own: Sequence[Leaf]) -> None:
    """Refuse a reason that is told in words, without words."""
    told = [text for path, text, _ in own if path == ("RtrRsnInf", "AddtlInf")]
    if (REASON, "NARR", "") in own and not any(one.strip() for one in told):
        raise Refusal(Reason.SCHEMA_INVALID)


def original_of(text: Texts) -> dict[str, int]:
    """Return the columns that hold the reference key of the original, as far as it is quoted."""
    message = text.get(("OrgnlGrpInf", "OrgnlMsgId"), "")
    reference = text.get(("OrgnlTxId",), text[("OrgnlEndToEndId",)])
    high = low = 0
    if message and not re.fullmatch(FORWARDED, message, re.ASCII):
        high, low = words(short(text[INSTRUCTED]), message, reference)
    signed = high - 2**64 if high >= 2**63 else high
    return {"counter_currency": 0, "counter_minor": signed, "trade": low}
