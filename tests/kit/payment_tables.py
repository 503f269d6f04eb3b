"""Tables of payments for the simulator, written as a few lines or drawn at random."""

import hashlib
from datetime import date
from random import Random

import numpy as np

from comity.business_calendar import date_to_days
from comity.money import currency
from comity.payments.codes import Priority
from comity.simulator.payment_table import PaymentTable

DAY = date(2026, 1, 5)
_MINUTE_US = 60_000_000


def table_of(*lines: str, day: date = DAY) -> PaymentTable:
    """Return payments such as `09:00 A B 80.00 RUB high link=1 from=10:00`, in order of time."""
    words = [line.split() for line in lines]
    parties = tuple(sorted({name for one in words for name in one[1:3]}))
    place = {name: at for at, name in enumerate(parties)}
    count = len(words)
    said = [dict(each.partition("=")[::2] for each in one[5:]) for one in words]
    priorities = [
        next((found for found in Priority if found.name.lower() in one), Priority.NORMAL)
        for one in said
    ]

    def clock(text: str) -> int:
        hours, minutes = text.split(":")
        return (int(hours) * 60 + int(minutes)) * _MINUTE_US

    return PaymentTable(
        parties=parties,
        day=np.full(count, date_to_days(day), np.int32),
        time_us=np.array([clock(one[0]) for one in words], np.int64),
        debtor=np.array([place[one[1]] for one in words], np.int32),
        creditor=np.array([place[one[2]] for one in words], np.int32),
        currency=np.array([currency(one[4]).number for one in words], np.int16),
        amount_minor=np.array([round(float(one[3]) * 100) for one in words], np.int64),
        priority=np.array(priorities, np.int8),
        purpose=np.zeros(count, np.int32),
        from_us=np.array([clock(one["from"]) if "from" in one else -1 for one in said], np.int64),
        till_us=np.array([clock(one["till"]) if "till" in one else -1 for one in said], np.int64),
        link=np.array([int(one.get("link", -1)) for one in said], np.int64),
        line=np.arange(count, dtype=np.int64) + 2,
        hash=hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    )


def random_table(seed: int, count: int, parties: int = 6, days: int = 1) -> PaymentTable:
    """Return random payments in one currency between 08:00 and 17:00 of each day."""
    dice = Random(seed)
    rows = []
    for day in range(days):
        for _ in range(count):
            payer, payee = dice.sample(range(parties), 2)
            time_us = dice.randrange(8 * 60, 17 * 60) * _MINUTE_US
            rows.append((day, time_us, payer, payee, dice.randrange(1, 100_00)))
    rows.sort(key=lambda one: one[:2])
    columns = [list(one) for one in zip(*rows, strict=True)]
    none = np.full(len(rows), -1, np.int64)
    return PaymentTable(
        parties=tuple(f"Bank {number:02}" for number in range(parties)),
        day=np.array(columns[0], np.int32) + date_to_days(DAY),
        time_us=np.array(columns[1], np.int64),
        debtor=np.array(columns[2], np.int32),
        creditor=np.array(columns[3], np.int32),
        currency=np.full(len(rows), currency("RUB").number, np.int16),
        amount_minor=np.array(columns[4], np.int64),
        priority=np.array([dice.choice(tuple(Priority)) for _ in rows], np.int8),
        purpose=np.zeros(len(rows), np.int32),
        from_us=none,
        till_us=none.copy(),
        link=none.copy(),
        line=np.arange(len(rows), dtype=np.int64) + 2,
        hash=hashlib.sha256(f"{seed} {count} {parties} {days}".encode()).hexdigest(),
    )
