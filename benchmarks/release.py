"""Release rules over a day in memory, without events: the kernels that decide who settles next.

The day: 50 participants whose sizes fall as rank^−0.8; payer and payee drawn by size, never the
same; amounts log-normal (median 2,981 minor units, sigma 1.5); times even over nine hours, by the
microsecond; all normal. Each opens with half a per cent of what it sends, which makes much wait, or
in the rows marked *tight* with a twentieth of a per cent, under which strict FIFO ends in gridlock.
The generator is seeded, so every run replays the same payments.

Beside it PSSimPy, a public simulator in Python, on the same payments in an environment of its own
(`alternatives`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks import alternatives
from benchmarks.measuring import Order, Sample, Stopwatch
from comity.queueing import DayColumns, Liquidity, Replay, replay_day

PARTICIPANTS = 50
LARGE = 10_000_000
SEED = 7
OPENING_PER_MILLION = 5_000
TIGHT_PER_MILLION = 500

_HOURS_US = 9 * 3600 * 1_000_000
_MINUTE_US = 60 * 1_000_000
_QUARTER_US = 15 * _MINUTE_US
_WARM_UP = 1_000
_REPEATS = 21


@dataclass(frozen=True, slots=True)
class Trial:
    """One row: a rule and how much money there is.

    Attributes:
        name: as shown.
        rule: key of `comity.queueing.RULES`.
        per_million: opening balance in millionths of what a participant sends.
        every_us: time between two resolutions of gridlock.
    """

    name: str
    rule: str
    per_million: int = OPENING_PER_MILLION
    every_us: int = _MINUTE_US


TRIALS = (
    Trial("release: strict FIFO", "fifo"),
    Trial("release: bypass", "bypass"),
    Trial("release: bypass, tight", "bypass", TIGHT_PER_MILLION),
    Trial("release: FIFO, bilateral offset", "offset"),
    Trial("release: and multilateral every minute", "multilateral"),
    Trial("release: the same, tight", "multilateral", TIGHT_PER_MILLION),
)


def release(order: Order) -> list[Sample]:
    """Replay one day under every rule."""
    return _replays(TRIALS, order.size)


def release_large(order: Order) -> list[Sample]:
    """Replay a larger day in strict order."""
    return _replays((Trial("release: strict FIFO, large", "fifo"),), order.size)


def release_beside_pssimpy(order: Order) -> list[Sample]:
    """Replay a day by the minute here and by PSSimPy, both with windows of a quarter of an hour."""
    day, sent = release_day(order.size, participants=alternatives.PARTICIPANTS)
    minutes = day.at_us // _MINUTE_US
    day = DayColumns(minutes * _MINUTE_US, day.payer, day.payee, day.amount_minor)
    opening = sent * alternatives.OPENING_PER_CENT // 100
    theirs = alternatives.run_pssimpy(order.folder, day, minutes, opening)
    samples = []
    for name, rule in (("strict FIFO", "fifo"), ("multilateral every 15 min", "multilateral")):
        ours = _repeated(
            Trial(f"PSSimPy's day: {name}", rule, every_us=_QUARTER_US), day, Liquidity(opening)
        )
        # By CPU time: theirs runs for seconds, in which other load delays it far more than ours.
        ratio = round(1000 * theirs.cpu_seconds / ours.cpu_seconds)
        key = "times_pssimpy" if rule == "fifo" else "times_pssimpy_resolving"
        ours.per_mille[key] = ratio
        samples.append(ours)
    return [theirs, *samples]


def release_day(
    count: int, participants: int = PARTICIPANTS, *, across: bool = False
) -> tuple[DayColumns, NDArray[np.int64]]:
    """Return the day described above and what each participant sends in it.

    Args:
        count: of payments.
        participants: how many there are.
        across: whether even participants pay odd ones only, and odd ones even ones.
    """
    random = np.random.default_rng(SEED)
    sizes = 1 / np.arange(1, participants + 1) ** 0.8
    sizes /= sizes.sum()
    payer = random.choice(participants, count, p=sizes)
    payee = random.choice(participants, count, p=sizes)
    step = 2 if across else participants
    while (same := payer % step == payee % step).any():
        payee[same] = random.choice(participants, int(same.sum()), p=sizes)
    amounts = np.maximum(1, np.round(random.lognormal(8, 1.5, count))).astype(np.int64)
    at_us = np.sort(random.integers(0, _HOURS_US, count))
    sent = np.zeros(participants, np.int64)
    np.add.at(sent, payer, amounts)
    return DayColumns(at_us, payer.astype(np.int32), payee.astype(np.int32), amounts), sent


def _replays(trials: tuple[Trial, ...], size: int) -> list[Sample]:
    day, sent = release_day(size)
    few, sent_by_few = release_day(_WARM_UP)
    samples = []
    for trial in trials:
        _replay(trial, few, Liquidity(sent_by_few // _WARM_UP))
        liquidity = Liquidity(sent * trial.per_million // 1_000_000)
        watch = Stopwatch()
        found = _replay(trial, day, liquidity)
        sample = watch.sample(trial.name, "payments", size)
        sample.per_mille["settled"] = _settled_per_mille(found)
        samples.append(sample)
    return samples


def _repeated(trial: Trial, day: DayColumns, liquidity: Liquidity) -> Sample:
    """Measure a replay so short that one alone says little: the median of several."""
    found = _replay(trial, day, liquidity)
    samples = []
    for _ in range(_REPEATS):
        watch = Stopwatch()
        _replay(trial, day, liquidity)
        samples.append(watch.sample(trial.name, "payments", len(day.at_us)))
    median = sorted(samples, key=lambda one: one.cpu_seconds)[_REPEATS // 2]
    median.per_mille["settled"] = _settled_per_mille(found)
    return median


def _replay(trial: Trial, day: DayColumns, liquidity: Liquidity) -> Replay:
    return replay_day(day, liquidity, trial.rule, resolve_every_us=trial.every_us)


def _settled_per_mille(found: Replay) -> int:
    return 1000 * int((found.settled_us >= 0).sum()) // max(1, len(found.settled_us))
