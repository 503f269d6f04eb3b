"""A day's payments as the engine takes them from banks."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.payments.codes import Definition
from comity.payments.commands import CommandBatch
from comity.payments.purposes import pack_purpose
from comity.payments.rows import MESSAGE_ROW, PAYMENT_ROW, TIMES_ROW, Rows
from comity.simulator.payment_table import PaymentTable
from comity.simulator.staging import Stage
from comity.simulator.trial_scheme import Setting

Int64s = NDArray[np.int64]

BATCH_PAYMENTS: Final = 16_384
_NO_PURPOSE: Final = pack_purpose("OTHR")


def day_batches(stage: Stage, rows: slice, midnight_us: int, first: int) -> Iterator[CommandBatch]:
    """Yield a day's payments; those of one moment come in one message, which is never cut.

    Args:
        stage: the option, set up for the payments.
        rows: those of the day.
        midnight_us: of the day, UTC.
        first: payments that the engine has had before.
    """
    times = stage.table.time_us[rows]
    is_new = np.diff(times, prepend=-1) > 0
    begins, message_of = np.flatnonzero(is_new), np.cumsum(is_new) - 1
    payments = _payments(stage, rows, first)
    start = 0
    while start < len(times):
        at = int(np.searchsorted(begins, min(start + BATCH_PAYMENTS, len(times))))
        end = int(begins[at]) if at < len(begins) else len(times)
        one, last = int(message_of[start]), int(message_of[end - 1])
        messages = np.zeros(last - one + 1, MESSAGE_ROW)
        messages["arrival_us"] = midnight_us + times[begins[one : last + 1]]
        messages["key_low"] = messages["sha256_0"] = first + np.arange(one, last + 1) + 1
        messages["payment_count"] = np.bincount(message_of[start:end] - one)
        part = payments[start:end]
        part["message"] = message_of[start:end] - one
        asked = _times(stage.table, slice(rows.start + start, rows.start + end), midnight_us)
        yield CommandBatch(messages=messages, payments=part, times=asked)
        start = end


def funding_batch(change: Int64s, setting: Setting, at_us: int, first: int) -> CommandBatch | None:
    """Return the payments by which a bank that is no party brings accounts to their level.

    Args:
        change: `[party, currency]` what each account is to get, below zero what it gives back.
        setting: of the trial; its treasury stands behind the parties.
        at_us: when, UTC.
        first: payments that the engine has had before.
    """
    party, at = np.nonzero(change)
    if not len(party):
        return None
    amounts = change[party, at]
    treasury = len(setting.countries)
    rows = _numbered(len(party), first)
    numbers = np.array(setting.currencies)[at]
    _fill(
        rows,
        np.where(amounts > 0, treasury, party),
        np.where(amounts > 0, party, treasury),
        numbers,
        np.abs(amounts),
    )
    rows["debtor_currency"] = numbers
    rows["purpose"] = _NO_PURPOSE
    rows["value_date"] = at_us // _DAY_US
    messages = np.zeros(1, MESSAGE_ROW)
    messages["arrival_us"] = at_us
    messages["key_low"] = messages["sha256_0"] = first + 1
    messages["payment_count"] = len(rows)
    return CommandBatch(messages=messages, payments=rows)


def _payments(stage: Stage, rows: slice, first: int) -> Rows:
    table, crossing = stage.table, stage.crossing
    payments = _numbered(rows.stop - rows.start, first)
    got = crossing.gets[rows]
    _fill(payments, table.debtor[rows], table.creditor[rows], got, crossing.got_minor[rows])
    payments["debtor_currency"] = crossing.pays[rows]
    payments["value_date"] = table.day[rows]
    purpose = table.purpose[rows]
    payments["purpose"] = np.where(purpose == 0, np.int32(_NO_PURPOSE), purpose)
    payments["priority"] = table.priority[rows]
    if stage.option.links:
        _link(payments, table.link[rows])
    return payments


def _numbered(count: int, first: int) -> Rows:
    payments = np.zeros(count, PAYMENT_ROW)
    number = first + np.arange(count, dtype=np.uint64) + 1
    for name in ("uetr_low", "reference_low", "body_low"):
        payments[name] = number
    payments["definition"] = Definition.PACS_009
    payments["screening_hit"] = -1
    return payments


def _fill(
    payments: Rows,
    debtor: NDArray[np.int32] | Int64s,
    creditor: NDArray[np.int32] | Int64s,
    number: NDArray[np.int16] | Int64s,
    amount_minor: Int64s,
) -> None:
    for name in ("instructing", "debtor_agent"):
        payments[name] = debtor
    for name in ("instructed", "creditor_agent"):
        payments[name] = creditor
    for name in ("currency", "instructed_currency"):
        payments[name] = number
    payments["amount_minor"] = amount_minor


def _link(payments: Rows, link: Int64s) -> None:
    """Let the two payments of each link want one another."""
    legs = np.flatnonzero(link >= 0)
    one, other = legs[np.argsort(link[legs], kind="stable")].reshape(-1, 2).T
    for mine, theirs in ((one, other), (other, one)):
        payments["trade"][mine] = link[mine] + 1
        payments["counter_currency"][mine] = payments["currency"][theirs]
        payments["counter_minor"][mine] = payments["amount_minor"][theirs]


def _times(table: PaymentTable, rows: slice, midnight_us: int) -> Rows:
    """Return what the payments of a batch ask of time."""
    from_us, till_us = table.from_us[rows], table.till_us[rows]
    asking = np.flatnonzero((from_us >= 0) | (till_us >= 0))
    times = np.zeros(len(asking), TIMES_ROW)
    for name, column in (("from_us", from_us[asking]), ("till_us", till_us[asking])):
        times[name] = np.where(column >= 0, midnight_us + column, 0)
    times["payment"] = asking
    return times


_DAY_US: Final = 86_400_000_000
