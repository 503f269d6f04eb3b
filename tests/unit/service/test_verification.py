"""What `verify` finds in a journal that someone has changed, or the disk has."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import pytest
from tests.kit.small_books import BATCHES, settle_small_day

from comity.ledger import GENESIS_HASH, Record, record_hash
from comity.payments.codes import EventKind
from comity.payments.commands import CommandBatch, Outcome
from comity.payments.lifecycle import State
from comity.payments.packing import Payload, pack_payload, unpack_payload
from comity.payments.rows import Rows
from comity.service import verify_journal
from comity.service.verification import Verification
from comity.storage import MemoryJournal, open_journal
from comity.storage.schema import TRIGGERS

RECORDS = 2 + len(BATCHES)


class Tamperer:
    """Someone with the file and time: triggers are no hindrance, hashes are made anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.connection = apsw.Connection(str(path))
        for trigger in TRIGGERS:
            self.connection.execute(f"DROP TRIGGER {trigger.split()[2]}")

    def execute(self, statement: str) -> None:
        """Change something; a change of nothing would prove nothing."""
        before = self.connection.total_changes()
        self.connection.execute("PRAGMA ignore_check_constraints=ON").fetchall()
        self.connection.execute(statement)
        assert self.connection.total_changes() > before, "nothing was changed"

    def records(self) -> list[Record]:
        """Return the records."""
        rows: list[Any] = self.connection.execute(
            "SELECT * FROM batch ORDER BY sequence"
        ).fetchall()
        return [Record(*row) for row in rows]

    def store(self, records: list[Record]) -> None:
        """Put these records in the place of all."""
        self.connection.execute("DELETE FROM batch")
        for record in records:
            values = [getattr(record, name) for name in Record.__slots__]
            self.connection.execute(
                f"INSERT INTO batch VALUES ({','.join('?' * len(values))})", values
            )

    def change(self, number: int, changed: Callable[[Payload], Payload], *, hashes: str) -> None:
        """Change the content of a record; `hashes` says which are made anew: none, own, all."""
        records = self.records()
        old = records[number - 1]
        payload = changed(unpack_payload(old.payload))
        records[number - 1] = replace(
            old,
            event_count=len(payload.outcome.events),
            payload=pack_payload(payload.batch, payload.outcome),
        )
        self.store(rehashed(records, number, hashes))

    def rehash(self, records: list[Record]) -> None:
        """Chain records anew, and let the anchor name the new head."""
        self.store(rehashed(records, 1, "all"))

    def result(self) -> Verification:
        """Put the triggers back and verify."""
        for trigger in TRIGGERS:
            self.connection.execute(trigger)
        self.connection.close()
        journal = open_journal(self._path)
        try:
            return verify_journal(journal)
        finally:
            journal.close()


def rehashed(records: list[Record], first: int, hashes: str) -> list[Record]:
    """Return the records with hashes made anew: of none, of the `first` only, or of all."""
    chained: list[Record] = []
    for record in records:
        one = record
        if hashes == "all":
            previous = chained[-1] if chained else None
            start = previous.first_event + previous.event_count if previous else 0
            before = previous.hash if previous else GENESIS_HASH
            one = replace(one, previous_hash=before, first_event=start)
        if hashes == "all" or (hashes == "own" and one.sequence == first):
            one = replace(one, hash=record_hash(one))
        chained.append(one)
    return chained


@pytest.fixture
def tamperer(tmp_path: Path) -> Iterator[Tamperer]:
    """Give someone at the file of a settled day."""
    path = tmp_path / "comity.db"
    journal = open_journal(path)
    settle_small_day(journal)
    journal.close()
    tamperer = Tamperer(path)
    yield tamperer
    tamperer.connection.close()


def test_an_untouched_journal_proves(tamperer: Tamperer) -> None:
    found = tamperer.result()
    assert (found.findings, found.notes, found.was_rerun) == ([], [], True)
    assert (found.batches, found.payments) == (RECORDS, sum(map(len, BATCHES)))


def test_an_empty_journal_proves_with_nothing_in_it() -> None:
    found = verify_journal(MemoryJournal())
    assert (found.ok, found.batches, found.payments, found.head) == (True, 0, 0, "")


def test_a_journal_in_memory_proves_as_one_on_disk_does() -> None:
    journal = MemoryJournal()
    head = settle_small_day(journal).head
    found = verify_journal(journal)
    assert head is not None
    assert (found.findings, found.head) == ([], head.hash.hex())


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE batch SET payload = zeroblob(9) WHERE sequence = 3", "record 3: its content"),
        ("UPDATE batch SET at_us = at_us + 1 WHERE sequence = 2", "record 2: its content"),
        ("UPDATE batch SET business_day = 0 WHERE sequence = 5", "record 5: its content"),
        ("UPDATE batch SET engine_version = '0' WHERE sequence = 5", "record 5: its content"),
        ("UPDATE batch SET hash = zeroblob(32) WHERE sequence = 4", "record 4: its content"),
        ("DELETE FROM batch WHERE sequence = 3", "record 4: follows record 2: a gap"),
        ("DELETE FROM batch WHERE sequence = 1", "record 2: follows record 0: a gap"),
        ("DELETE FROM batch WHERE sequence = 5", "rows that no record made"),
        (
            "UPDATE transfer SET amount_minor = 1 WHERE sequence = 12",
            "transfer rows",
        ),
        ("UPDATE transfer SET debit = credit, credit = debit WHERE sequence = 12", "transfer rows"),
        ("UPDATE transfer SET payment = 7 WHERE sequence = 12", "transfer rows"),
        ("DELETE FROM transfer WHERE sequence = 12", "transfer rows"),
        ("INSERT INTO transfer VALUES (99, 0, 1, 0, 0, 1, 2, 2, 0)", "rows that no record made"),
        (
            "UPDATE account SET posted_minor = 1 WHERE number = 1",
            "account 1: stored",
        ),
        ("UPDATE account SET held_minor = 1 WHERE number = 1", "with 1 held, the engine gives"),
        ("UPDATE account SET limit_minor = 7 WHERE limit_minor = 0", "chart of accounts"),
        ("UPDATE account SET owner = 'X' WHERE number = 1", "chart of accounts"),
        ("UPDATE account SET name = 'X' WHERE number = 1", "chart of accounts"),
        ("UPDATE account_batch SET debits_minor = debits_minor + 1 WHERE batch = 2", "movements"),
        ("UPDATE account_batch SET posted_minor = 0 WHERE batch = 2", "movements"),
        ("UPDATE account_batch SET held_minor = held_minor + 1 WHERE batch = 2", "movements"),
        ("DELETE FROM account_batch WHERE batch = 2", "stored movements None"),
        ("UPDATE account_batch SET batch = 9 WHERE batch = 2", "movements"),
        ("DELETE FROM outbox WHERE batch = 2 AND place = 0", "stored outbox"),
        ("UPDATE outbox SET facts = facts + 1 WHERE batch = 2", "stored outbox"),
        (
            "UPDATE closing SET posted_minor = 1 WHERE account = 1",
            "closing balances",
        ),
        ("DELETE FROM closing", "closing balances"),
        ("UPDATE closing SET business_day = 1", "closing balances"),
        ("UPDATE anchor SET hash = zeroblob(32)", "stored anchors"),
        ("DELETE FROM anchor", "stored anchors"),
        ("INSERT INTO anchor VALUES (1, 1, x'00')", "stored anchors"),
    ],
)
def test_a_changed_row_is_found_and_named(tamperer: Tamperer, statement: str, finding: str) -> None:
    tamperer.execute(statement)
    _finds(tamperer, finding)


def test_swapped_records_are_found(tamperer: Tamperer) -> None:
    records = tamperer.records()
    records[2], records[3] = (
        replace(records[3], sequence=records[2].sequence),
        replace(records[2], sequence=records[3].sequence),
    )
    tamperer.store(records)
    _finds(tamperer, "record 3: does not name the hash of the record before it")


def test_any_changed_byte_changes_the_hash_of_a_record(tamperer: Tamperer) -> None:
    record = tamperer.records()[2]
    for place in range(0, len(record.payload), max(1, len(record.payload) // 50)):
        changed = bytearray(record.payload)
        changed[place] ^= 1
        assert record_hash(replace(record, payload=bytes(changed))) != record.hash


def with_events(payload: Payload, changed: Callable[[Rows], Rows]) -> Payload:
    """Return a payload with other events."""
    events = changed(payload.outcome.events.copy())
    return replace(payload, outcome=Outcome(events, payload.outcome.transfers))


def later(events: Rows) -> Rows:
    """Let the first event be a microsecond later."""
    events["at_us"][0] += 1
    return events


def test_a_changed_event_with_its_record_hashed_anew_breaks_the_chain_behind_it(
    tamperer: Tamperer,
) -> None:
    _of_another_engine(tamperer)  # so that running again does not find it first
    tamperer.change(3, lambda payload: with_events(payload, later), hashes="own")
    _finds(tamperer, "record 4: does not name the hash of the record before it")


def test_a_changed_event_with_everything_hashed_anew_is_found_by_running_again(
    tamperer: Tamperer,
) -> None:
    tamperer.change(3, lambda payload: with_events(payload, later), hashes="all")
    _finds(tamperer, "record 3: its commands cause other events than it holds")


def test_a_changed_command_with_everything_hashed_anew_is_found_by_running_again(
    tamperer: Tamperer,
) -> None:
    def dearer(payload: Payload) -> Payload:
        payments = payload.batch.payments.copy()
        payments["amount_minor"][0] += 1
        return replace(payload, batch=replace(payload.batch, payments=payments))

    tamperer.change(3, dearer, hashes="all")
    _finds(tamperer, "record 3: its commands cause other events than it holds")


def test_a_second_outcome_is_found_without_running_anything(tamperer: Tamperer) -> None:
    def settle_twice(events: Rows) -> Rows:
        settled = events[
            (events["kind"] == EventKind.PAYMENT) & (events["after"] == State.SETTLED)
        ][:1].copy()
        settled["before"] = State.SETTLED
        settled["after"] = State.EXPIRED
        twice: Rows = np.concatenate([events, settled])
        return twice

    tamperer.change(3, lambda payload: with_events(payload, settle_twice), hashes="all")
    _finds(tamperer, "SETTLED to EXPIRED is not allowed", "a second outcome")


def test_an_event_of_a_payment_that_there_is_not_is_found(tamperer: Tamperer) -> None:
    def of_another(events: Rows) -> Rows:
        events["subject"][events["kind"] == EventKind.PAYMENT] = 1_000_000
        return events

    tamperer.change(3, lambda payload: with_events(payload, of_another), hashes="all")
    _finds(tamperer, "record 3: an event of a payment that there is not")


@pytest.mark.parametrize(
    ("column", "value", "finding"),
    [
        ("debit", 10**6, "names an account that there is not"),
        ("debit", -1, "names an account that there is not"),
        ("amount_minor", 0, "a transfer of nothing or less"),
        ("amount_minor", -5, "a transfer of nothing or less"),
        ("amount_minor", 2**62, "could lead beyond"),
        ("group", 0, "transfer groups are not in order"),
        ("amount_minor", 1, "the stored transfer rows differ"),
    ],
)
def test_a_forged_transfer_with_everything_hashed_anew_is_found(
    tamperer: Tamperer, column: str, value: int, finding: str
) -> None:
    def forged(payload: Payload) -> Payload:
        transfers = payload.outcome.transfers.copy()
        transfers[column][0] = value
        return replace(payload, outcome=Outcome(payload.outcome.events, transfers))

    tamperer.change(2, forged, hashes="all")
    _finds(tamperer, f"record 2: .*{finding}")


MAGIC = pack_payload(CommandBatch(), Outcome())[:8]
SECTIONS = 9
"""Parts of a payload, each with its length in 64 bits behind the magic."""


@pytest.mark.parametrize(
    ("payload", "finding"),
    [
        (b"", "payload: found"),
        (MAGIC + bytes(8 * SECTIONS), "payload: found controls that cannot be read"),
        (MAGIC + b"\xff" * 8 * SECTIONS, "payload: found 80 bytes"),
    ],
    ids=["nothing", "no controls", "lengths below zero"],
)
def test_a_forged_record_that_cannot_be_read_is_a_finding_not_a_crash(
    tamperer: Tamperer, payload: bytes, finding: str
) -> None:
    records = tamperer.records()
    tamperer.rehash([*records[:2], replace(records[2], payload=payload), *records[3:]])
    _finds(tamperer, f"record 3: {finding}")


def test_forged_counts_are_found(tamperer: Tamperer) -> None:
    records = tamperer.records()
    forged = replace(records[4], payment_count=3)
    tamperer.rehash([*records[:4], forged])
    _finds(tamperer, "record 5: carries time, day and payments")


def test_a_journal_cut_short_and_hashed_anew_leaves_rows_that_no_record_made(
    tamperer: Tamperer,
) -> None:
    tamperer.rehash(tamperer.records()[:-1])
    _finds(tamperer, "rows that no record made")


def test_another_engines_journal_is_proved_without_running_it_and_says_so(
    tamperer: Tamperer,
) -> None:
    _of_another_engine(tamperer)
    found = tamperer.result()
    assert (found.findings, found.was_rerun) == ([], False)
    assert len(found.notes) == 1
    assert "re-running was skipped: written by engine 0" in found.notes[0]


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (
            "UPDATE account SET posted_minor = 1 WHERE number = 1",
            "account 1: stored",
        ),
        ("UPDATE account_batch SET credits_minor = 1 WHERE batch = 2", "movements"),
        ("UPDATE closing SET posted_minor = 7 WHERE account = 1", "closing balances"),
    ],
)
def test_another_engines_journal_is_still_added_up(
    tamperer: Tamperer, statement: str, finding: str
) -> None:
    _of_another_engine(tamperer)
    tamperer.execute(statement)
    _finds(tamperer, finding)


def _of_another_engine(tamperer: Tamperer) -> None:
    tamperer.rehash([replace(one, engine_version="0") for one in tamperer.records()])
    head = tamperer.records()[-1]
    tamperer.connection.execute("UPDATE anchor SET hash = ?", (head.hash,))


def _finds(tamperer: Tamperer, *findings: str) -> None:
    found = tamperer.result()
    assert not found.ok
    for finding in findings:
        assert any(re.search(finding, one) for one in found.findings), found.findings
