"""The engine over a day in memory: every check, event and transfer, but no journal and no disk.

The traffic is that of `release`, between participants of two countries, so that an agreement
covers it; each payment is a message of its own that comes at its own microsecond, in batches as
large as the example's. What settles, and when, must be what `replay_day` says of the same payments.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.columns import BATCH, DAY, random_payments, scheme_of_columns
from benchmarks.measuring import Order, Sample, Stopwatch
from benchmarks.release import OPENING_PER_MILLION, PARTICIPANTS, TIGHT_PER_MILLION, release_day
from comity.agreements.scheme import Scheme, scheme_to_document
from comity.agreements.terms import LiquiditySaving
from comity.payments.codes import ControlKind
from comity.payments.commands import CommandBatch, Control
from comity.payments.lifecycle import State as PaymentState
from comity.payments.rows import MESSAGE_ROW, Rows
from comity.queueing import DayColumns, Liquidity, replay_day
from comity.settlement.engine import apply, new_state
from comity.settlement.schedule import plan_day
from comity.settlement.state import State

_WARM_UP = 2_000
_WARM_UP_PER_MILLION = 50_000  # so that of few payments some settle by every mechanism
_MINUTE_US = 60_000_000
_OPEN_US = 10 * 3_600 * 1_000_000  # an hour longer than payments come
_PER_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Trial:
    """One row: a rule and how much money there is.

    Attributes:
        name: as shown.
        saving: what the agreement says of waiting payments, None strict order only.
        per_million: opening balance in millionths of what a participant sends.
    """

    name: str
    saving: LiquiditySaving | None
    per_million: int = OPENING_PER_MILLION


_EVERY_MINUTE = LiquiditySaving(bilateral_depth=1, multilateral_every=1)

TRIALS = (
    Trial("engine: strict FIFO", None),
    Trial("engine: strict FIFO, all have cover", None, _PER_MILLION),
    Trial("engine: and multilateral every minute", _EVERY_MINUTE),
    Trial("engine: the same, tight", _EVERY_MINUTE, TIGHT_PER_MILLION),
)


def engine(order: Order) -> list[Sample]:
    """Apply one day under every rule."""
    samples = []
    for trial in TRIALS:
        _apply(replace(trial, per_million=_WARM_UP_PER_MILLION), _WARM_UP)
        samples.append(_apply(trial, order.size))
    return samples


def _apply(trial: Trial, count: int) -> Sample:
    day, sent = release_day(count, across=True)
    opening = sent * trial.per_million // _PER_MILLION
    scheme, numbers = _scheme(opening, trial.saving)
    state, opens_us = _opened(scheme)
    # Resolutions count from the opening here and from the first payment in a replay.
    day.at_us[0] = 0
    day = replace(day, at_us=opens_us + day.at_us)
    rows = random_payments(count)
    rows["amount_minor"] = day.amount_minor
    rows["debtor_agent"] = rows["instructing"] = numbers[day.payer]
    rows["creditor_agent"] = rows["instructed"] = numbers[day.payee]
    batches = (
        *_batches(rows, day.at_us),
        CommandBatch(controls=(Control(ControlKind.ADVANCE, int(day.at_us[-1]) + _MINUTE_US, {}),)),
    )
    watch = Stopwatch()
    for batch in batches:
        apply(state, batch)
    sample = watch.sample(trial.name, "payments", count)
    live = state.known_books().live[:count]
    _check_replay(trial, live, day, opening)
    sample.per_mille["settled"] = 1000 * int((live["state"] == PaymentState.SETTLED).sum()) // count
    return sample


def _scheme(opening: NDArray[np.int64], saving: LiquiditySaving | None) -> tuple[Scheme, Any]:
    """Return the columns' scheme with fewer banks, and the number of each in order of size.

    Even ones belong to one country and odd ones to the other.
    """
    whole = scheme_of_columns()
    half = len(whole.participants) // 2
    banks = [whole.participants[n // 2 + half * (n % 2)] for n in range(PARTICIPANTS)]
    held = dict(zip((one.bic for one in banks), opening.tolist(), strict=True))
    scheme = replace(
        whole,
        participants=tuple(banks),
        accounts=tuple(
            replace(one, opening_balance_minor=held[one.participant])
            for one in whole.accounts
            if one.participant in held
        ),
        agreements=(replace(whole.agreements[0], liquidity_saving=saving),),
    )
    place = {one.bic: number for number, one in enumerate(scheme.participants)}
    return scheme, np.array([place[one.bic] for one in banks], np.int32)


def _opened(scheme: Scheme) -> tuple[State, int]:
    """Return the state after the opening of a day, and when that was."""
    plan = plan_day(scheme, DAY)
    opens_us = int(plan["opens_us"])
    plan["closes_us"] = opens_us + _OPEN_US
    for agreement in plan["agreements"]:
        agreement["customer_us"] = agreement["interbank_us"] = plan["closes_us"]
    adopt = Control(ControlKind.ADOPT_SCHEME, opens_us, {"scheme": scheme_to_document(scheme)})
    opening = Control(ControlKind.OPEN_DAY, opens_us, {**plan, "screened": {}})
    state = new_state()
    apply(state, CommandBatch(controls=(adopt, opening)))
    return state, opens_us


def _batches(rows: Rows, at_us: NDArray[np.int64]) -> Iterator[CommandBatch]:
    for start in range(0, len(rows), BATCH):
        payments = rows[start : start + BATCH].copy()
        count = len(payments)
        messages = np.zeros(count, MESSAGE_ROW)
        messages["arrival_us"] = at_us[start : start + count]
        messages["key_low"] = messages["sha256_0"] = 1 + start + np.arange(count)
        messages["payment_count"] = 1
        payments["message"] = np.arange(count)
        yield CommandBatch(messages=messages, payments=payments)


def _check_replay(trial: Trial, live: Rows, day: DayColumns, opening: NDArray[np.int64]) -> None:
    """Hold what settled, and when, against the replay of the same day."""
    rule = "fifo" if trial.saving is None else "multilateral"
    found = replay_day(day, Liquidity(opening), rule, resolve_every_us=_MINUTE_US)
    settled = np.where(live["state"] == PaymentState.SETTLED, live["payment_final_us"], -1)
    assert np.array_equal(settled, found.settled_us), "engine and replay settle alike"
