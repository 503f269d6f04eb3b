"""Entries for a journal, made by hand: small, valid, and each with something of everything."""

import numpy as np

from comity.ledger import Account, AccountKind, Record, chain_record
from comity.payments.rows import TRANSFER_ROW, Rows
from comity.service.ports import Closing, Entry, OutboxEntry, OutboxKind, Touched

KGS = 417
ACCOUNTS = (
    Account(0, "agent:CBKGKG20:KGS", AccountKind.AGENT, KGS, "CBKGKG20", "CBKGKG20", None),
    Account(1, "settlement:A@CBKGKG20:KGS", AccountKind.SETTLEMENT, KGS, "A", "CBKGKG20", 0),
    Account(2, "settlement:B@CBKGKG20:KGS", AccountKind.SETTLEMENT, KGS, "B", "CBKGKG20", 50),
)
DAY = 20_598


def transfers_of(*legs: tuple[int, int, int]) -> Rows:
    """Return transfers from (debit, credit, minor units), a group each."""
    rows = np.zeros(len(legs), TRANSFER_ROW)
    for at, (debit, credit, amount) in enumerate(legs):
        rows[at] = (1_000 + at, amount, at - 1, at, debit, credit, 2, DAY)
    return rows


def record_after(previous: Record | None, transfers: Rows, payload: bytes = b"payload") -> Record:
    """Return the next record, with as many payments as transfers and twice as many events."""
    count = len(transfers)
    return chain_record(
        previous,
        counts=(2 * count, count, count),
        at_us=1_000_000 + count,
        business_day=DAY,
        engine_version="test",
        payload=payload,
    )


def first_entry(payload: bytes = b"first") -> Entry:
    """Return the entry that opens the accounts and pays 100 in to A."""
    transfers = transfers_of((0, 1, 100))
    return Entry(
        record=record_after(None, transfers, payload),
        accounts=ACCOUNTS,
        transfers=transfers,
        touched=(Touched(0, 100, 0, -100, 0), Touched(1, 0, 100, 100, 0)),
        outbox=(
            OutboxEntry("A", OutboxKind.STATUS_REPORT, 2),
            OutboxEntry("B", OutboxKind.FORWARDED, 1),
        ),
    )


def second_entry(previous: Record, payload: bytes = b"second") -> Entry:
    """Return the entry that pays 30 and 20 from A to B, holds 10 of A's, and closes the day."""
    transfers = transfers_of((1, 2, 30), (1, 2, 20))
    return Entry(
        record=record_after(previous, transfers, payload),
        accounts=(),
        transfers=transfers,
        touched=(Touched(1, 50, 0, 50, 10), Touched(2, 0, 50, 50, 0)),
        outbox=(),
        closing=Closing(DAY, {0: -100, 1: 50, 2: 50}),
    )


def moving_entry(previous: Record, touched: Touched, amount: int = 1) -> Entry:
    """Return an entry of one transfer from A to B, with the movement it is said to make."""
    transfers = transfers_of((1, 2, amount))
    return Entry(record_after(previous, transfers), (), transfers, (touched,), ())
