"""From the transactions of one message to packed rows and canonical texts.

This is the hot path: one match, a handful of dictionary look-ups and two digests for a
transaction; no element and no object of it is made. Which fault wins when a transaction has
several is part of the contract, see `_first_fault`.
"""

import binascii
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar

from comity.identifiers import normalise_bic
from comity.messages.counter_terms import NO_COUNTER, read_counter
from comity.messages.definitions import DEFINITION_ID
from comity.messages.digests import digest
from comity.messages.group_header import BusinessHeader, GroupHeader
from comity.messages.leaf_types import LeafPatterns, leaf_patterns
from comity.messages.original_reference import read_original, read_quoted
from comity.messages.refusal import MessageRefusedError
from comity.messages.skeleton import (
    TEXT,
    Inherited,
    Plan,
    UnusualMarkupError,
    make_plan,
    unescape,
)
from comity.messages.timestamps import DAY_US, parse_date_days, parse_time_of_day_us
from comity.money import AMOUNT_MINOR_MAX, CURRENCIES
from comity.payments.codes import Definition, Priority
from comity.payments.purposes import PURPOSE_MISSING, pack_purpose
from comity.payments.reasons import Reason
from comity.payments.rows import PAYMENT_ROW

REMEMBERED_MAX: Final = 200_000
"""Most answers a look-up keeps before it starts afresh: bounds memory, not what can be read."""

PLANS_MAX: Final = 4_096
"""Most plans a reader keeps before it starts afresh."""

TERMS_MAX: Final = 1_000
"""Most different terms a plan keeps before it starts afresh."""

NO_HIT: Final = -1
UNKNOWN: Final = -1

# The columns that go together are packed once: banks 16 bytes, purpose and currencies 10, and the
# last ones 2 and 18 bytes.
_ROW: Final = struct.Struct("<16s16s16sqq4i16si10sh2s18s")
_BANKS: Final = struct.Struct("<4i")
_CURRENCY_COLUMNS: Final = struct.Struct("<i3h")
_LAST_COLUMNS: Final = struct.Struct("<2b")
assert _ROW.size == PAYMENT_ROW.itemsize, "the packed row is the layout of PAYMENT_ROW"

_POWERS: Final[tuple[int, ...]] = tuple(10**power for power in range(6))
_DECIMALS_MAX: Final = 5
_TOO_MANY_DECIMALS: Final = -1
_NO_CURRENCY: Final = (0, _DECIMALS_MAX)
_CURRENCIES: Final = {code: (one.number, one.exponent) for code, one in CURRENCIES.items()}
_SEPARATOR: Final = b"\x1f"
_NEEDED: Final = ("IntrBkSttlmDt", "", "InstgAgt", "InstdAgt")
_INSTRUCTED: Final = 3
_REASON: Final = 7
_NARRATIVE: Final = b"NARR"
_UNKNOWN_BANK: Final = (
    Reason.UNKNOWN_INSTRUCTING_AGENT,
    Reason.UNKNOWN_INSTRUCTED_AGENT,
    Reason.UNKNOWN_DEBTOR_AGENT,
    Reason.UNKNOWN_CREDITOR_AGENT,
)
_PRIORITIES: Final = {b"URGT": Priority.URGENT, b"HIGH": Priority.HIGH}

Answer = TypeVar("Answer")


class Remembered(dict[bytes, Answer], Generic[Answer]):
    """Answers by text, each asked for once; starts afresh when there are too many."""

    def __init__(self, ask: Callable[[str], Answer]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, text: bytes) -> Answer:
        """Ask, and remember the answer."""
        if len(self) >= REMEMBERED_MAX:
            self.clear()
        answer = self[text] = self._ask(text.decode())
        return answer


class LookUps:
    """What is known outside a message: participants, lists, and readings of short texts."""

    def __init__(
        self,
        directory: Mapping[str, int],
        *,
        match_name: Callable[[str], int],
        match_identifier: Callable[[str], int],
        match_text: Callable[[str], int],
        confirm_hit: Callable[[str], int] | None = None,
    ) -> None:
        numbers = {normalise_bic(bic): number for bic, number in directory.items()}
        self.participants = Remembered(lambda bic: numbers.get(normalise_bic(bic), UNKNOWN))
        self.institutions = Remembered(lambda bic: normalise_bic(bic).encode())
        self.days = Remembered(parse_date_days)
        self.times = Remembered(parse_time_of_day_us)
        self.purposes = Remembered(lambda code: pack_purpose(code) if code else PURPOSE_MISSING)
        self.names = Remembered(lambda name: match_name(_not_blank(name)))
        self.identifiers = Remembered(match_identifier)
        self.free_texts = Remembered(match_text)
        self.confirm_hit = confirm_hit
        self.currencies = Remembered(lambda code: _CURRENCIES.get(code, _NO_CURRENCY)[0])


class Kinds(dict[bytes, Plan]):
    """Plans by skeleton, and the plan that was used last: the next message mostly begins alike."""

    def __init__(self) -> None:
        super().__init__()
        self.latest: Plan | None = None


class Plans:
    """Plans by definition and by what the group header offers, then by skeleton.

    Every plan kept here is of a transaction that its schema has passed.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, tuple[tuple[str, bool], ...]], Kinds] = {}
        self._patterns: dict[str, LeafPatterns] = {}

    def for_message(self, definition_id: str, inherited: Sequence[Inherited]) -> Kinds:
        """Return the plans of messages whose group header offers the same leaves."""
        if sum(map(len, self._kept.values())) >= PLANS_MAX:
            self._kept.clear()
        offered = tuple((one.code, one.binding) for one in inherited)
        kinds = self._kept.get((definition_id, offered))
        if kinds is None:
            kinds = self._kept[definition_id, offered] = Kinds()
        return kinds

    def patterns(self, definition_id: str) -> LeafPatterns:
        """Return the plain forms of the leaves of a definition."""
        if definition_id not in self._patterns:
            self._patterns[definition_id] = leaf_patterns(definition_id)
        return self._patterns[definition_id]


@dataclass(slots=True)
class Extracted:
    """Rows and texts of one message; places in the batch are filled in by the batch.

    Attributes:
        packed: one `PAYMENT_ROW` a transaction.
        texts: canonical texts, in the same order.
        quantities: settlement amounts as written, for the sum.
        times: of transactions that ask for times: place, and from, till, reject as in
            `TIMES_ROW`.
        quoted: of returns that say anything of their original's amount or date: place, and the
            columns of `read_quoted`.
        minor_sum: sum of the amounts in minor units.
        sum_is_exact: no amount was left out of that sum.
        exponent: decimals of the message's currency.
        currency: the one currency of the message.
    """

    packed: list[bytes] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    quantities: list[bytes] = field(default_factory=list)
    times: list[tuple[int, int, int, int]] = field(default_factory=list)
    quoted: list[tuple[int, int, int, int]] = field(default_factory=list)
    minor_sum: int = 0
    sum_is_exact: bool = True
    exponent: int = _DECIMALS_MAX
    currency: str = ""


def _not_blank(name: str) -> str:
    if not name.strip():
        raise MessageRefusedError(
            Reason.SCHEMA_INVALID, "Nm: found nothing but white space, expected a name"
        )
    return name


def amount_minor(text: bytes, exponent: int) -> int:
    """Return a schema-valid amount in minor units, −1 when it has too many decimals.

    The same reading as `comity.money.parse_amount_minor`, without its checks of the syntax, which
    the schema has made, and of the range, which the caller makes.
    """
    whole, _, decimals = text.partition(b".")
    missing = exponent - len(decimals)
    if missing < 0:
        return _TOO_MANY_DECIMALS
    return int(whole + decimals) * _POWERS[missing]


class Terms(NamedTuple):
    """What payments of one plan and the same terms have in common; made once for all of them.

    Attributes:
        institution: instructing agent without a head office's branch code.
        fault: the most fundamental fault of banks and currencies, 0 none.
        days: settlement date.
        banks: packed columns instructing to creditor_agent.
        currencies: packed columns purpose to instructed_currency.
        last: packed columns definition and priority.
    """

    institution: bytes
    fault: int
    days: int
    banks: bytes
    currencies: bytes
    last: bytes


class MessageExtraction:
    """Reads the transactions of one message."""

    def __init__(
        self,
        look_ups: LookUps,
        plans: Plans,
        *,
        definition: Definition,
        header: BusinessHeader | None,
        group: GroupHeader,
    ) -> None:
        offered = group.inherited
        if header is not None and not group.instructing:
            offered = (*offered, Inherited("FB", header.sender.encode(), binding=False))
        self._look_ups = look_ups
        self._inherited = offered
        self._plans = plans.for_message(DEFINITION_ID[definition], offered)
        self._patterns = plans.patterns(DEFINITION_ID[definition])
        self._definition = definition
        self._sender = header.sender.encode() if header is not None else None
        self._message_id = group.message_id.encode()
        self._tail = (*(one.text for one in offered), b"")

    def extract(
        self, bodies: Sequence[bytes], confirm: Callable[[bytes], object] | None = None
    ) -> Extracted:
        """Return rows and texts of all transactions.

        Args:
            bodies: what stands inside each transaction's element.
            confirm: passes one transaction through parser and schema, for transactions that have
                not been there; every one of them must then have the plain form. None when the
                schema has passed them all.

        Raises:
            UnusualMarkupError: the bytes must be rewritten or parsed first.
            MessageRefusedError: a rule of the guideline that a schema cannot say is broken.
        """
        result = Extracted()
        tail = self._tail
        plan: Plan | None = None
        latest = self._plans.latest
        for position, body in enumerate(bodies):
            # Most transactions are built like the one before.
            match = (
                latest.pattern.fullmatch(body) if latest is not None and latest.pattern else None
            )
            if latest is None or match is None:
                latest, texts = self._split(body, confirm)
            else:
                texts = match.groups()
            if latest is not plan:
                plan = latest
                self._check_currency(result, plan, position)
            if b"&" in body:
                # No text holds the separator, which is no XML character.
                texts = tuple(unescape(_SEPARATOR.join(texts)).split(_SEPARATOR))
            self._add(result, plan, texts + tail, position)
        self._plans.latest = latest
        return result

    def _split(
        self, body: bytes, confirm: Callable[[bytes], object] | None
    ) -> tuple[Plan, tuple[bytes, ...]]:
        parts = TEXT.split(body)
        skeleton = b">\x00</".join(parts[::2])
        plan = self._plans.get(skeleton)
        if plan is None:
            # What no plan can be made of need not be parsed alone.
            plan = make_plan(skeleton, self._inherited, self._patterns)
            if confirm is not None:
                confirm(body)
            self._plans[skeleton] = plan
        texts = tuple(parts[1::2])
        if confirm is not None and not plan.has_plain_form(texts):
            raise UnusualMarkupError
        plan.count_use()
        return plan, texts

    def _check_currency(self, result: Extracted, plan: Plan, position: int) -> None:
        if not result.currency:
            result.currency = plan.currency
            result.exponent = _CURRENCIES.get(plan.currency, _NO_CURRENCY)[1]
        if plan.currency != result.currency:
            name = "IntrBkSttlmAmt" if plan.original is None else "RtrdIntrBkSttlmAmt"
            _refuse(
                position,
                f"{name}: found {plan.currency} after {result.currency}, "
                "expected one currency a message",
            )

    def _add(self, result: Extracted, plan: Plan, texts: Sequence[bytes], position: int) -> None:
        uetr, reference, quantity = plan.roles(texts)
        key = plan.terms(texts)
        terms = plan.terms_met.get(key)
        if terms is None:
            terms = self._make_terms(plan, key, position)
            if len(plan.terms_met) >= TERMS_MAX:
                plan.terms_met.clear()
            plan.terms_met[key] = terms
        if plan.agreeing:
            _check_agreement(plan, texts, position)
        institution, fault, days, banks, currencies, last = terms
        amount = amount_minor(quantity, result.exponent)
        sender = self._sender or institution
        if fault or sender != institution or not 0 < amount <= AMOUNT_MINOR_MAX:
            fault = _first_fault(fault, sender_agrees=sender == institution, amount_minor=amount)
            if not 0 <= amount <= AMOUNT_MINOR_MAX:
                amount, result.sum_is_exact = 0, False
        if plan.times is not None and days > 1:  # An older date is refused whatever its times.
            result.times.append((position, *self._times(plan.times, texts, days)))
        counter = NO_COUNTER
        if plan.original is not None:
            message_id, transaction_id, amount_then, day_then = plan.original(texts)
            returned_to = self._look_ups.institutions[key[_INSTRUCTED]]
            counter = read_original(returned_to, message_id, transaction_id)
            result.quoted += read_quoted(position, amount_then, plan.original_currency, day_then)
            _check_narrative(plan, texts, key[_REASON], position)
        elif plan.instruction is not None and self._definition is Definition.PACS_009:
            counter, is_wrong = read_counter(texts[plan.instruction], result.currency)
            fault = fault or is_wrong
        canonical = plan.canonical(texts)
        result.texts.append(canonical)
        result.quantities.append(quantity)
        result.minor_sum += amount
        result.packed.append(
            _ROW.pack(
                binascii.unhexlify(uetr.replace(b"-", b"")),
                digest(_SEPARATOR.join((sender, self._message_id, reference))),
                digest(canonical),
                amount,
                0,
                len(canonical),
                days,
                0,
                position,
                banks,
                self._screen(plan, texts, canonical),
                currencies,
                fault,
                last,
                counter,
            )
        )

    def _make_terms(self, plan: Plan, key: tuple[bytes, ...], position: int) -> Terms:
        value_date, urgency, *agents, debtor_currency, purpose = key
        for text, name in zip(key, _NEEDED, strict=False):
            if not text and name:
                _refuse(position, f"{name}: found neither here nor in the group header")
        look = self._look_ups
        banks = [look.participants[agent] for agent in agents]
        currency = look.currencies[plan.currency.encode()]
        payer = look.currencies[debtor_currency] if debtor_currency else currency
        invoiced = look.currencies[plan.instructed_currency.encode()]
        definition = Definition.PACS_009_COV if plan.is_cover else self._definition
        priority = _PRIORITIES.get(urgency, Priority.NORMAL)
        return Terms(
            institution=look.institutions[agents[0]],
            fault=_terms_fault(banks, currencies_known=bool(currency and payer and invoiced)),
            days=look.days[value_date],
            banks=_BANKS.pack(*banks),
            currencies=_CURRENCY_COLUMNS.pack(look.purposes[purpose], currency, payer, invoiced),
            last=_LAST_COLUMNS.pack(definition, priority),
        )

    def _times(
        self, places: tuple[int, int, int], texts: Sequence[bytes], days: int
    ) -> tuple[int, int, int]:
        """Return from, till and reject time of a settlement date, each 0 where there is none."""
        of_day = self._look_ups.times
        from_us, till_us, reject_us = (
            days * DAY_US + of_day[texts[place]] if texts[place] else 0 for place in places
        )
        return from_us, till_us, reject_us

    def _screen(self, plan: Plan, texts: Sequence[bytes], canonical: bytes) -> int:
        """Return the first hit that is confirmed, if hits are to be."""
        hit = self._first_hit(plan, texts)
        confirm = self._look_ups.confirm_hit
        return hit if hit == NO_HIT or confirm is None else confirm(canonical.decode())

    def _first_hit(self, plan: Plan, texts: Sequence[bytes]) -> int:
        """Return the first hit, names in document order before identifiers, then free texts."""
        names, identifiers = self._look_ups.names, self._look_ups.identifiers
        # Every name is looked up, for a blank one is refused whatever stands before it.
        for hit in [names[texts[index]] for index in plan.names]:
            if hit >= 0:
                return hit
        for index in plan.identifiers:
            if (hit := identifiers[texts[index]]) >= 0:
                return hit
        free_texts = self._look_ups.free_texts
        for index in plan.free_texts:
            if (hit := free_texts[texts[index]]) >= 0:
                return hit
        return NO_HIT


def _check_agreement(plan: Plan, texts: Sequence[bytes], position: int) -> None:
    for own, offered in plan.agreeing:
        if texts[own] != texts[offered]:
            _refuse(
                position,
                f"found {texts[own].decode()!r} here and {texts[offered].decode()!r} in the "
                "group header; expected it once or alike",
            )


def _check_narrative(plan: Plan, texts: Sequence[bytes], reason: bytes, position: int) -> None:
    """Refuse a return whose reason says that it is told in words, and that has none."""
    if reason == _NARRATIVE and not any(texts[one].decode().strip() for one in plan.information):
        _refuse(position, "AddtlInf: found no words beside the reason NARR, which stands for them")


def _terms_fault(banks: Sequence[int], *, currencies_known: bool) -> Reason:
    """Return the most fundamental fault of banks and currencies.

    Args:
        banks: instructing, instructed, debtor's and creditor's agent by number, −1 unknown.
        currencies_known: all currencies are those of ISO 4217.
    """
    unknown = (reason for bank, reason in zip(banks, _UNKNOWN_BANK, strict=True) if bank < 0)
    return next(unknown, Reason.NONE if currencies_known else Reason.CURRENCY_UNKNOWN)


def _first_fault(terms_fault: int, *, sender_agrees: bool, amount_minor: int) -> int:
    """Return the fault that is answered: sender, banks, currencies, decimals, zero, too large."""
    if not sender_agrees:
        return Reason.SENDER_MISMATCH
    if terms_fault:
        return terms_fault
    if amount_minor < 0:
        return Reason.AMOUNT_DECIMALS
    return Reason.AMOUNT_TOO_LARGE if amount_minor else Reason.AMOUNT_ZERO


def _refuse(position: int, words: str) -> None:
    raise MessageRefusedError(Reason.SCHEMA_INVALID, f"transaction {position + 1}: {words}")


def sums_agree(extracted: Extracted, group: GroupHeader) -> bool:
    """Return whether the group header's totals, where given, are the sum of the transactions."""
    if group.total and group.total_currency != extracted.currency:
        return False
    stated = [text.encode() for text in (group.total, group.control_sum) if text]
    if not stated:
        return True
    if extracted.sum_is_exact:
        found = extracted.minor_sum * _POWERS[_DECIMALS_MAX - extracted.exponent]
    else:
        found = sum(amount_minor(text, _DECIMALS_MAX) for text in extracted.quantities)
    return all(amount_minor(text, _DECIMALS_MAX) == found for text in stated)
