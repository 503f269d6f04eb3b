"""From columns in memory to settled, journalled, chained and durable; and back from the journal.

One currency, gross, 100 accounts with money enough, random UETRs, references and bodies. Every
payment gets its events and its transfer row; keys, record, balances, outbox and sync are inside.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.measuring import Order, Sample, Stopwatch
from comity.agreements.membership import AccountKind, AccountTerms, Participant
from comity.agreements.scheme import Scheme, scheme_to_document
from comity.agreements.terms import SettlementMode
from comity.arrangement import load_scheme
from comity.business_calendar import date_to_days
from comity.payments.codes import ControlKind, Priority
from comity.payments.commands import CommandBatch, Control
from comity.payments.lifecycle import State as PaymentState
from comity.payments.purposes import pack_purpose
from comity.payments.rows import MESSAGE_ROW, PAYMENT_ROW, Rows
from comity.service import verify_journal
from comity.service.committing import Ledger, rebuild
from comity.settlement.schedule import plan_day
from comity.storage import MemoryJournal, open_journal

BATCH = 16_000
BANKS = 50  # on each side, with one account each
DAY = date(2026, 5, 25)
OPENING_MINOR = 10**14
AMOUNT_MINOR_MAX = 10**7
SEED = 1
WARM_UP = 200

_EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "kyrgyzstan-russia"
_FIFTH = 5


def columns_to_durable(order: Order) -> list[Sample]:
    """Commit the payments batch by batch and leave the database behind."""
    batches = tuple(_batches(random_payments(order.size)))
    warm_up()
    path = order.folder / "columns.db"
    for one in order.folder.glob("columns.db*"):
        one.unlink()
    journal = open_journal(path)
    ledger = _founded(rebuild(journal))
    taken = []
    watch = Stopwatch()
    for batch in batches:
        start = time.perf_counter()
        ledger.commit(batch)
        taken.append(time.perf_counter() - start)
    fifth = max(1, len(taken) // _FIFTH)
    flat = round(1000 * sum(taken[:fifth]) / sum(taken[-fifth:]))
    sample = watch.sample("columns to durable", "payments", order.size, last_fifth=flat)
    journal.close()
    _check_settled(ledger, order.size)
    return [sample]


def resume(order: Order) -> list[Sample]:
    """Read the journal again, as `settle` does when it starts on a database that has payments."""
    warm_up()
    journal = open_journal(order.folder / "columns.db", create=False)
    watch = Stopwatch()
    ledger = rebuild(journal)
    sample = watch.sample("resume from the journal", "payments", order.size)
    journal.close()
    _check_settled(ledger, order.size)
    return [sample]


def verify(order: Order) -> list[Sample]:
    """Prove the journal, as `verify` and the end of `settle` do."""
    warm_up()
    journal = open_journal(order.folder / "columns.db", create=False)
    watch = Stopwatch()
    verification = verify_journal(journal)
    sample = watch.sample("verify the journal", "payments", order.size)
    journal.close()
    assert verification.ok, verification.findings
    return [sample]


def warm_up() -> None:
    """Load every kernel of the path from its cache, or compile it."""
    ledger = _founded(rebuild(MemoryJournal()))
    for batch in _batches(random_payments(WARM_UP), WARM_UP // 2):
        ledger.commit(batch)


def scheme_of_columns() -> Scheme:
    """Return the example's scheme with one gross agreement, and 100 banks with an account each."""
    example = load_scheme(_EXAMPLE)
    one = next(each for each in example.agreements if each.id == "kg-ru-goods")
    pattern = example.participants[0]
    banks = tuple(
        replace(
            pattern, bic=f"{country}{chr(65 + n // 26)}{chr(65 + n % 26)}{code}", country=code[:2]
        )
        for country, code in (("AA", "KG20"), ("BB", "RUM0"))
        for n in range(BANKS)
    )
    settlement = replace(one.settlement, mode=SettlementMode.GROSS, netting_pool=None)
    gross = replace(one, settlement=settlement, cycles=(), limits=())
    return replace(
        example,
        participants=banks,
        accounts=tuple(map(_account, banks)),
        agreements=(gross,),
    )


def _account(bank: Participant) -> AccountTerms:
    return AccountTerms(
        participant=bank.bic,
        currency="KGS",
        kind=AccountKind.SETTLEMENT,
        agent="CBKGKG20",
        opening_balance_minor=OPENING_MINOR,
        limit_minor=0,
    )


def _founded(ledger: Ledger) -> Ledger:
    """Adopt the scheme and open the day."""
    scheme = scheme_of_columns()
    plan = plan_day(scheme, DAY)
    at_us = plan["opens_us"]
    adopt = Control(ControlKind.ADOPT_SCHEME, at_us, {"scheme": scheme_to_document(scheme)})
    opening = Control(ControlKind.OPEN_DAY, at_us, {**plan, "screened": {}})
    ledger.commit(CommandBatch(controls=(adopt, opening)))
    return ledger


def random_payments(count: int) -> Rows:
    """Return random payments between the two countries' banks, no two alike."""
    random = np.random.default_rng(SEED)
    rows = np.zeros(count, PAYMENT_ROW)
    for name in ("uetr", "reference", "body"):
        for half in ("high", "low"):
            rows[f"{name}_{half}"] = random.integers(0, 2**63, count, np.uint64)
    rows["amount_minor"] = random.integers(1, AMOUNT_MINOR_MAX, count)
    eastward = random.integers(0, 2, count) == 1
    one, other = random.integers(0, BANKS, count), random.integers(BANKS, 2 * BANKS, count)
    rows["debtor_agent"] = rows["instructing"] = np.where(eastward, one, other)
    rows["creditor_agent"] = rows["instructed"] = np.where(eastward, other, one)
    for name in ("currency", "debtor_currency", "instructed_currency"):
        rows[name] = 417
    rows["purpose"] = pack_purpose("GDDS")
    rows["value_date"] = date_to_days(DAY)
    rows["screening_hit"] = -1
    rows["priority"] = Priority.NORMAL
    return rows


def _batches(rows: Rows, size: int = BATCH) -> Iterator[CommandBatch]:
    """Yield the payments as messages of their own, one a batch."""
    for number, start in enumerate(range(0, len(rows), size), 1):
        message = np.zeros(1, MESSAGE_ROW)
        message["key_low"] = message["sha256_0"] = number
        message["payment_count"] = len(rows[start : start + size])
        yield CommandBatch(messages=message, payments=rows[start : start + size])


def _check_settled(ledger: Ledger, count: int) -> None:
    states = ledger.state.known_books().live["state"][:count]
    assert (states == PaymentState.SETTLED).all(), "every payment has cover and settles"
