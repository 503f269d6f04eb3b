"""Repetitions: messages and payments whose keys were used before.

Keys: a message by its sender and identifier; a payment by its reference (sender, message and
transaction identifier) and by its UETR with definition and both agents. A return has a reference
only: it goes under the UETR of its original, as do others that return parts of it. The rules, in
order:

1. A message that repeats an earlier one byte for byte makes no payments: each of its rows is
   answered by the payment that answered it the first time.
2. A message that uses an earlier one's key for other bytes is refused row by row.
3. A payment that uses the reference or the UETR of another one with other content is refused.
4. A payment with a key that belongs to a payment of the same content repeats that payment.
5. A refused payment takes those of its keys that were free, so that the same refused instruction
   sent again gets the same answer. Not the UETR of one whose sender is not its instructing bank:
   nobody may use up another bank's keys.

Two equal rows of one batch are treated as if they had come in two. Hashes only point to suspects;
what decides is the key itself.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.ledger import HashColumn, mix_key
from comity.payments.codes import Definition
from comity.payments.commands import CommandBatch
from comity.payments.reasons import Reason
from comity.settlement.state import State

Rows = NDArray[Any]
Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]
Key = tuple[int, ...]

_UETR_FIELDS = ("uetr_high", "uetr_low", "definition", "instructing", "instructed")
_REFERENCE_FIELDS = ("reference_high", "reference_low")
_BODY_FIELDS = ("body_high", "body_low")
_SHA_FIELDS = ("sha256_0", "sha256_1", "sha256_2", "sha256_3")
_MESSAGE_KEY_FIELDS = ("key_high", "key_low")


class Findings(NamedTuple):
    """What is known of each payment of a batch, and of each message."""

    payment: Int64s  # its number, -1 for a repetition
    owner: Int64s  # the payment that it repeats or whose key it uses, -1 none
    clash: Int64s  # reason of an AM05, 0 none
    alarm: Bools  # the key's owner came from another sender
    originals: Int64s  # by message: the message that it repeats, -1 none
    is_clash: Bools  # by message: its key was used for other bytes


def find_repetitions(state: State, batch: CommandBatch) -> Findings:
    """Number a batch's payments, find those that were there before, and remember the keys."""
    originals, is_clash = _find_repeated_messages(state, batch.messages)
    search = _Search.begin(state, batch)
    suspect = search.references.repeated() | state.reference_keys.contains(search.references)
    suspect |= search.uetrs.repeated() | state.uetr_keys.contains(search.uetrs)
    suspect |= ((originals >= 0) | is_clash)[batch.payments["message"]]
    for row in np.flatnonzero(suspect).tolist():
        message = int(batch.payments[row]["message"])
        answer = -1
        if originals[message] >= 0:
            answer = _answer_before(search, row, int(originals[message]))
        if answer >= 0:
            search.repeat(row, answer)
        else:
            search.decide(row, is_clash=bool(is_clash[message]) or originals[message] >= 0)
    return search.finish(originals, is_clash)


def holders_of_uetrs(state: State, rows: Rows) -> Int64s:
    """Return by row the payment that holds its UETR, definition and both agents; -1 none.

    Args:
        state: which knows the keys of all payments taken over.
        rows: `PAYMENT_ROW` table.
    """
    stored = state.known_books().rows
    found = np.full(len(rows), -1, np.int64)
    hashes = HashColumn.of(*(rows[name] for name in _UETR_FIELDS))
    for row in np.flatnonzero(state.uetr_keys.contains(hashes)).tolist():
        key = _values(rows[row], _UETR_FIELDS)
        for number in state.uetr_keys.candidates(int(hashes.by_row[row])):
            if _values(stored[number], _UETR_FIELDS) == key:
                found[row] = number
    return found


def _find_repeated_messages(state: State, messages: Rows) -> tuple[Int64s, Bools]:
    """Return by message the number of the one it repeats (-1 none), and whether its key clashes.

    A refused message has no key and is neither.
    """
    readable = messages["fault"] == 0
    hashes = HashColumn.of(*(messages[name] for name in _MESSAGE_KEY_FIELDS))
    originals = np.full(len(messages), -1, np.int64)
    is_clash = np.zeros(len(messages), np.bool_)
    here: dict[Key, list[int]] = {}
    suspects = (state.message_keys.contains(hashes) | hashes.repeated()) & readable
    for at in np.flatnonzero(suspects).tolist():
        key = _values(messages[at], _MESSAGE_KEY_FIELDS)
        earlier = [
            (number, state.messages[number])
            for number in state.message_keys.candidates(int(hashes.by_row[at]))
            if _values(state.messages[number], _MESSAGE_KEY_FIELDS) == key
        ]
        earlier += [(state.message_count + one, messages[one]) for one in here.get(key, [])]
        content = _values(messages[at], _SHA_FIELDS)
        same = [number for number, row in earlier if _values(row, _SHA_FIELDS) == content]
        if same:
            originals[at] = same[0]
            continue
        is_clash[at] = bool(earlier)
        here.setdefault(key, []).append(at)
    numbers = state.message_count + np.arange(len(messages), dtype=np.int64)
    state.message_keys.add(hashes, numbers, readable & (originals < 0))
    return originals, is_clash


def _answer_before(search: "_Search", row: int, message: int) -> int:
    """Return the payment that answered a row when its message came the first time, -1 none."""
    is_here = message >= search.state.message_count
    rows, span = search.rows_of(message, is_here=is_here)
    found = np.flatnonzero(rows["position"] == search.batch.payments[row]["position"]) + span.start
    if len(found):
        return search.payment_of(int(found[0])) if is_here else int(found[0])
    # It made no payment then, because it repeated one whose keys are its own.
    return search.same_body(row, search.owners(row))


@dataclass(slots=True)
class _Search:
    """The rows of a batch, and which payment, of the journal or of this batch, holds a key."""

    state: State
    batch: CommandBatch
    references: HashColumn
    uetrs: HashColumn
    skipped: Bools
    owner: Int64s
    clash: Int64s
    alarm: Bools
    reference_free: Bools
    uetr_free: Bools
    here: dict[tuple[tuple[str, ...], Key], int] = field(default_factory=dict)
    row_of: dict[int, int] = field(default_factory=dict)
    spans: dict[int, range] = field(default_factory=dict)
    skipped_count: int = 0

    @classmethod
    def begin(cls, state: State, batch: CommandBatch) -> "_Search":
        rows = batch.payments
        count = len(rows)
        return cls(
            state=state,
            batch=batch,
            references=HashColumn.of(*(rows[name] for name in _REFERENCE_FIELDS)),
            uetrs=HashColumn.of(*(rows[name] for name in _UETR_FIELDS)),
            skipped=np.zeros(count, np.bool_),
            owner=np.full(count, -1, np.int64),
            clash=np.zeros(count, np.int64),
            alarm=np.zeros(count, np.bool_),
            reference_free=np.ones(count, np.bool_),
            uetr_free=(rows["fault"] != Reason.SENDER_MISMATCH)
            & (rows["definition"] != Definition.PACS_004),
        )

    def repeat(self, row: int, owner: int) -> None:
        """Note that a row makes no payment: `owner` answers it."""
        assert owner >= 0, "a repetition repeats something"
        self.owner[row] = owner
        self.skipped[row] = True
        self.skipped_count += 1

    def decide(self, row: int, *, is_clash: bool) -> None:
        """Find out whether a row repeats a payment, clashes with one, or is a new one."""
        by_reference, by_uetr = owners = self.owners(row)
        if is_clash or self._is_other(row, by_reference):
            self.clash[row] = Reason.DUPLICATE_REFERENCE
            self.owner[row] = by_reference if by_reference >= 0 else by_uetr
        elif self._is_other(row, by_uetr):
            self.clash[row] = Reason.DUPLICATE_UETR
            self.owner[row] = by_uetr
            self.alarm[row] = self._sender_of(by_uetr) != self._sender_of_row(row)
        elif max(owners) >= 0:
            self.repeat(row, self.same_body(row, owners))
            return
        self._register(row, by_reference < 0, by_uetr < 0)

    def owners(self, row: int) -> tuple[int, int]:
        """Return the payments that hold the row's reference and UETR keys, -1 none."""
        return (
            self._owner(row, _REFERENCE_FIELDS, self.references),
            self._owner(row, _UETR_FIELDS, self.uetrs),
        )

    def same_body(self, row: int, owners: tuple[int, int]) -> int:
        """Return the first owner whose content is the row's, -1 none."""
        return next((one for one in owners if one >= 0 and not self._is_other(row, one)), -1)

    def payment_of(self, row: int) -> int:
        """Return the payment that answers an earlier row of the batch."""
        if self.skipped[row]:
            return int(self.owner[row])
        return self.state.payment_count + row - int(self.skipped[:row].sum())

    def rows_of(self, message: int, *, is_here: bool) -> tuple[Rows, range]:
        """Return the rows a message brought, and their places in the batch or their numbers."""
        state = self.state
        rows, wanted = state.known_books().rows[: state.payment_count], message
        if is_here:
            rows, wanted = self.batch.payments, message - state.message_count
        if message not in self.spans:
            ends = np.searchsorted(rows["message"], [wanted, wanted + 1]).tolist()
            self.spans[message] = range(*ends)
        span = self.spans[message]
        return rows[span.start : span.stop], span

    def finish(self, originals: Int64s, is_clash: Bools) -> Findings:
        """Return the findings and remember the keys that the batch took."""
        payment: Int64s = self.state.payment_count + np.cumsum(~self.skipped) - 1
        state, kept = self.state, ~self.skipped
        state.reference_keys.add(self.references, payment, kept & self.reference_free)
        state.uetr_keys.add(self.uetrs, payment, kept & self.uetr_free)
        numbered = np.where(kept, payment, np.int64(-1))
        return Findings(numbered, self.owner, self.clash, self.alarm, originals, is_clash)

    def _owner(self, row: int, fields: tuple[str, ...], hashes: HashColumn) -> int:
        key = _values(self.batch.payments[row], fields)
        here = self.here.get((fields, key))
        if here is not None:
            return here
        is_reference = fields is _REFERENCE_FIELDS
        runs = self.state.reference_keys if is_reference else self.state.uetr_keys
        stored = self.state.known_books().rows
        for number in runs.candidates(int(hashes.by_row[row])):
            if _values(stored[number], fields) == key:
                return number
        return -1

    def _is_other(self, row: int, owner: int) -> bool:
        """Return whether a key has an owner whose content is not the row's."""
        if owner < 0:
            return False
        found = _values(self._instruction(owner), _BODY_FIELDS)
        return found != _values(self.batch.payments[row], _BODY_FIELDS)

    def _instruction(self, number: int) -> Any:
        row = self.row_of.get(number)
        return self.state.known_books().rows[number] if row is None else self.batch.payments[row]

    def _sender_of(self, number: int) -> int:
        row = self.row_of.get(number)
        if row is not None:
            return self._sender_of_row(row)
        return int(self.state.messages[int(self._instruction(number)["message"])]["sender"])

    def _sender_of_row(self, row: int) -> int:
        return int(self.batch.messages[int(self.batch.payments[row]["message"])]["sender"])

    def _register(self, row: int, is_reference_free: bool, is_uetr_free: bool) -> None:
        """Note that a row becomes a payment and takes the keys that were free."""
        number = self.state.payment_count + row - self.skipped_count
        self.row_of[number] = row
        self.reference_free[row] &= is_reference_free
        self.uetr_free[row] &= is_uetr_free
        key_of = self.batch.payments[row]
        if self.reference_free[row]:
            self.here[_REFERENCE_FIELDS, _values(key_of, _REFERENCE_FIELDS)] = number
        if self.uetr_free[row]:
            self.here[_UETR_FIELDS, _values(key_of, _UETR_FIELDS)] = number


def find_by_reference(state: State, order: Any) -> int:
    """Return the payment that holds the reference an order names, -1 none."""
    hashes = mix_key(*(np.array([order[name]]) for name in _REFERENCE_FIELDS))
    wanted = _values(order, _REFERENCE_FIELDS)
    rows = state.known_books().rows
    for number in state.reference_keys.candidates(int(hashes[0])):
        if _values(rows[number], _REFERENCE_FIELDS) == wanted:
            return number
    return -1


def find_by_uetr(state: State, order: Any, sender: int) -> list[int]:
    """Return the payments of a sender to the bank and with the UETR that an order names."""
    rows = state.known_books().rows
    found = []
    for definition in Definition:
        wanted = (
            int(order["uetr_high"]),
            int(order["uetr_low"]),
            int(definition),
            sender,
            int(order["instructed"]),
        )
        hashes = mix_key(*(np.array([part]) for part in wanted))
        for number in state.uetr_keys.candidates(int(hashes[0])):
            if _values(rows[number], _UETR_FIELDS) == wanted:
                found.append(number)
    return found


def find_message(state: State, order: Any) -> int:
    """Return the message that holds the key an order names as reference, -1 none."""
    hashes = mix_key(*(np.array([order[name]]) for name in _REFERENCE_FIELDS))
    wanted = _values(order, _REFERENCE_FIELDS)
    for number in state.message_keys.candidates(int(hashes[0])):
        if _values(state.messages[number], _MESSAGE_KEY_FIELDS) == wanted:
            return number
    return -1


def _values(row: Any, fields: tuple[str, ...]) -> Key:
    return tuple(int(row[name]) for name in fields)
