"""A batch made ready for the kernel: repetitions found, codes turned into indexes.

Everything here concerns a row by itself, so it is done for all rows at once; only rows whose
keys were seen before are looked at one by one.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.ledger import KeyRuns, mix_key
from comity.payments.commands import CommandBatch
from comity.payments.purposes import PURPOSE_NUMBERS
from comity.payments.reasons import Reason
from comity.settlement.admission import Arrivals
from comity.settlement.state import State, append_messages, make_room

Rows = NDArray[Any]

_UETR_FIELDS = ("uetr_high", "uetr_low", "definition", "instructing", "instructed")
_REFERENCE_FIELDS = ("reference_high", "reference_low")
_BODY_FIELDS = ("body_high", "body_low")
_SHA_FIELDS = ("sha256_0", "sha256_1", "sha256_2", "sha256_3")
_MESSAGE_KEY_FIELDS = ("key_high", "key_low")


def prepare(state: State, batch: CommandBatch) -> Arrivals:
    """Number the batch's messages and payments, find repetitions, and take the rows over."""
    messages, rows = batch.messages, batch.payments
    books = make_room(state, len(rows))
    repeated, clashing = _find_repeated_messages(state, messages)
    payment, owner, clash, alarm = _find_repetitions(state, rows, repeated, clashing)
    kept = payment >= 0
    first, count = state.payment_count, int(kept.sum())
    books.rows[first : first + count] = rows[kept]
    books.rows["message"][first : first + count] += state.message_count
    state.payment_count += count
    number = state.message_count + np.arange(len(messages), dtype=np.int64)
    append_messages(state, messages)
    arrivals_us = np.maximum(messages["arrival_us"], max(state.now_us, state.opens_us))
    return Arrivals(
        message_first=np.searchsorted(rows["message"], np.arange(len(messages) + 1)).astype(
            np.int64
        ),
        message_at_us=np.maximum.accumulate(arrivals_us),
        message_number=number,
        message_fault=messages["fault"].astype(np.int64),
        payment=payment,
        owner=owner,
        clash=clash,
        alarm=alarm,
        currency=_currency_index(state, rows["currency"]),
        debtor_currency=_currency_index(state, rows["debtor_currency"]),
        purpose=_purpose_index(rows["purpose"]),
    )


def prepare_again(state: State, payments: NDArray[np.int32], hits: NDArray[np.int32]) -> Arrivals:
    """Prepare payments that are judged again; `hits` are new screening results, -1 none."""
    rows = state.known_books().rows[payments]
    nothing = np.zeros(0, np.int64)
    return Arrivals(
        message_first=nothing,
        message_at_us=nothing,
        message_number=nothing,
        message_fault=nothing,
        payment=payments.astype(np.int64),
        owner=hits.astype(np.int64),
        clash=np.zeros(len(rows), np.int64),
        alarm=np.zeros(len(rows), np.bool_),
        currency=_currency_index(state, rows["currency"]),
        debtor_currency=_currency_index(state, rows["debtor_currency"]),
        purpose=_purpose_index(rows["purpose"]),
    )


def _currency_index(state: State, numbers: NDArray[np.int16]) -> NDArray[np.int16]:
    known = np.array(state.known_chart().currencies, np.int16)
    index = np.full(1000, -1, np.int16)
    index[known] = np.arange(len(known), dtype=np.int16)
    return index[numbers]


def _purpose_index(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    places = np.searchsorted(PURPOSE_NUMBERS, numbers).astype(np.int32)
    places[places == len(PURPOSE_NUMBERS)] = 0
    return np.where(PURPOSE_NUMBERS[places] == numbers, places, np.int32(-1)).astype(np.int32)


def _find_repeated_messages(
    state: State, messages: Rows
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which messages repeat an earlier one byte for byte, and which only by its key.

    A refused message has no key and is neither.
    """
    readable = messages["fault"] == 0
    hashes = _hash_of(messages, _MESSAGE_KEY_FIELDS)
    repeated = np.zeros(len(messages), np.bool_)
    clashing = repeated.copy()
    suspects = np.flatnonzero((state.message_keys.contains(hashes) | _twice(hashes)) & readable)
    firsts: dict[tuple[int, ...], tuple[int, ...]] = {}
    for at in suspects.tolist():
        key, content = (
            _values(messages[at], _MESSAGE_KEY_FIELDS),
            _values(messages[at], _SHA_FIELDS),
        )
        known = firsts.get(key)
        if known is None:
            known = _known_message(state, int(hashes[at]), key)
        if known is None:
            firsts[key] = content
        else:
            repeated[at] = known == content
            clashing[at] = known != content
    new = readable & ~repeated & ~clashing
    numbers = state.message_count + np.arange(len(messages), dtype=np.int64)
    state.message_keys.add(hashes[new], numbers[new])
    return repeated, clashing


def _known_message(state: State, key_hash: int, key: tuple[int, ...]) -> tuple[int, ...] | None:
    for number in state.message_keys.candidates(key_hash):
        if _values(state.messages[number], _MESSAGE_KEY_FIELDS) == key:
            return _values(state.messages[number], _SHA_FIELDS)
    return None


def _find_repetitions(
    state: State,
    rows: Rows,
    repeated: NDArray[np.bool_],
    clashing: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return per row: its payment number or -1, the owner of its key, its AM05, the alarm.

    A row repeats a payment when one of its keys belongs to a payment with the same body; when a
    key belongs to another body it is refused. A refused row keeps those of its keys that were
    free, so that the same refused instruction sent again gets the same answer.
    """
    references, uetrs = _hash_of(rows, _REFERENCE_FIELDS), _hash_of(rows, _UETR_FIELDS)
    suspect = state.reference_keys.contains(references) | _twice(references)
    suspect |= state.uetr_keys.contains(uetrs) | _twice(uetrs)
    suspect |= (repeated | clashing)[rows["message"]]
    finder = _OwnerFinder(state, rows, references, uetrs)
    skipped = np.zeros(len(rows), np.bool_)
    owner = np.full(len(rows), -1, np.int64)
    clash = np.zeros(len(rows), np.int64)
    alarm = np.zeros(len(rows), np.bool_)
    next_number = state.payment_count
    before = 0
    for at in np.flatnonzero(suspect).tolist():
        next_number += at - before
        before = at + 1
        by_reference, by_uetr = finder.owners(at)
        same = finder.same_body(at, (by_reference, by_uetr))
        found = by_reference if by_reference >= 0 else by_uetr
        owner[at] = same if same >= 0 else found
        if repeated[rows[at]["message"]] or (same >= 0 and not clashing[rows[at]["message"]]):
            skipped[at] = True
            continue
        if by_reference >= 0 or clashing[rows[at]["message"]]:
            clash[at] = Reason.DUPLICATE_REFERENCE
        elif by_uetr >= 0:
            clash[at] = Reason.DUPLICATE_UETR
            alarm[at] = finder.sender_differs(at, by_uetr)
        finder.register(at, next_number, free=(by_reference < 0, by_uetr < 0))
        next_number += 1
    payment = state.payment_count + np.cumsum(~skipped) - 1
    payment = np.where(skipped, -1, payment).astype(np.int64)
    _register(state.reference_keys, references, payment, ~skipped & finder.reference_free)
    _register(state.uetr_keys, uetrs, payment, ~skipped & finder.uetr_free)
    return payment, owner, clash, alarm


class _OwnerFinder:
    """Finds which payment, of the journal or of this batch, already holds a key."""

    def __init__(
        self,
        state: State,
        rows: Rows,
        references: NDArray[np.uint64],
        uetrs: NDArray[np.uint64],
    ) -> None:
        self._state = state
        self._rows = rows
        self._hashes = {_REFERENCE_FIELDS: references, _UETR_FIELDS: uetrs}
        self._runs = {_REFERENCE_FIELDS: state.reference_keys, _UETR_FIELDS: state.uetr_keys}
        self._here: dict[tuple[tuple[str, ...], tuple[int, ...]], int] = {}
        self._row_of: dict[int, int] = {}
        self.reference_free = np.ones(len(rows), np.bool_)
        self.uetr_free = np.ones(len(rows), np.bool_)

    def owners(self, at: int) -> tuple[int, int]:
        """Return the payments that hold the row's reference and UETR keys, -1 none."""
        return self._owner(at, _REFERENCE_FIELDS), self._owner(at, _UETR_FIELDS)

    def _owner(self, at: int, fields: tuple[str, ...]) -> int:
        key = _values(self._rows[at], fields)
        here = self._here.get((fields, key))
        if here is not None:
            return here
        stored = self._state.known_books().rows
        for number in self._runs[fields].candidates(int(self._hashes[fields][at])):
            if _values(stored[number], fields) == key:
                return number
        return -1

    def _stored(self, number: int) -> Any:
        row = self._row_of.get(number)
        return self._state.known_books().rows[number] if row is None else self._rows[row]

    def same_body(self, at: int, owners: tuple[int, int]) -> int:
        """Return the first owner whose body is the row's, -1 none."""
        body = _values(self._rows[at], _BODY_FIELDS)
        for number in owners:
            if number >= 0 and _values(self._stored(number), _BODY_FIELDS) == body:
                return number
        return -1

    def sender_differs(self, at: int, owner: int) -> bool:
        """Return whether the row's instructing bank is not its key owner's."""
        return bool(self._stored(owner)["instructing"] != self._rows[at]["instructing"])

    def register(self, at: int, number: int, *, free: tuple[bool, bool]) -> None:
        """Note that the row becomes payment `number` and takes the keys that were free."""
        self._row_of[number] = at
        self.reference_free[at], self.uetr_free[at] = free
        for fields, is_free in zip((_REFERENCE_FIELDS, _UETR_FIELDS), free, strict=True):
            if is_free:
                self._here[fields, _values(self._rows[at], fields)] = number


def _register(
    runs: KeyRuns,
    hashes: NDArray[np.uint64],
    payment: NDArray[np.int64],
    chosen: NDArray[np.bool_],
) -> None:
    runs.add(hashes[chosen], payment[chosen])


def _hash_of(rows: Rows, fields: tuple[str, ...]) -> NDArray[np.uint64]:
    return mix_key(*(rows[name] for name in fields))


def _twice(hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which hashes stand more than once in the array."""
    found = np.zeros(len(hashes), np.bool_)
    if len(hashes) < 2:
        return found
    order = np.argsort(hashes, kind="stable")
    equal = hashes[order][1:] == hashes[order][:-1]
    found[order[1:][equal]] = True
    found[order[:-1][equal]] = True
    return found


def _values(row: Any, fields: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(int(row[name]) for name in fields)
