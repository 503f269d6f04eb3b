"""Texts of payments and messages are found in the journal, whatever record they came in."""

from dataclasses import replace

import numpy as np
import pytest
from tests.kit.small_books import small_day

from comity.ledger import Record
from comity.payments.commands import CommandBatch
from comity.service.committing import Ledger, rebuild
from comity.service.texts import PaymentTexts
from comity.storage import MemoryJournal


def with_texts(batch: CommandBatch, name: str) -> CommandBatch:
    """Return a batch whose messages and payments say which they are, with letters of two bytes."""
    text = b""
    tables = []
    for kind, rows in (("сообщение", batch.messages), ("платёж", batch.payments)):
        told = rows.copy()
        for at in range(len(told)):
            data = f"{kind} {name}.{at}".encode()
            told[at]["text_start"], told[at]["text_length"] = len(text), len(data)
            text += data
        tables.append(told)
    return replace(batch, messages=tables[0], payments=tables[1], text=text)


@pytest.fixture
def ledger() -> Ledger:
    """Give the ledger of a day whose payments have texts."""
    ledger = rebuild(MemoryJournal())
    for number, batch in enumerate(small_day()):
        ledger.commit(with_texts(batch, str(number)))
    return ledger


def test_each_payment_and_message_has_its_own_text(ledger: Ledger) -> None:
    texts = PaymentTexts(ledger)
    expected = [f"{batch}.{at}" for batch in (1, 2, 3) for at in range(3)]
    numbers = np.random.default_rng(1).permutation(len(expected)).tolist()
    for number in numbers:
        assert texts.text_of(number) == f"платёж {expected[number]}"
        assert texts.message_text_of(number) == f"сообщение {expected[number]}"


def test_records_without_payments_shift_nothing(ledger: Ledger) -> None:
    counts = [record.payment_count for record in _records(ledger)]
    assert counts == [0, 3, 3, 3, 0]
    assert PaymentTexts(ledger).text_of(8) == "платёж 3.2"


def _records(ledger: Ledger) -> list[Record]:
    return list(ledger.journal.records())
