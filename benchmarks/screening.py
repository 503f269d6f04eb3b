"""Screening by itself: what it finds, what it holds for nothing, how fast, how much memory.

The lists are those of the United Nations and OFAC where the reference folder has them, else as many
invented entries. True names written otherwise and ordinary names come from `screening_names`, by
seeds that were not looked at when the thresholds were chosen (seeds 1 to 9 were).
"""

import random
from collections.abc import Iterable, Iterator
from itertools import islice

from benchmarks.files import REFERENCE
from benchmarks.measuring import Order, Sample, Stopwatch
from benchmarks.screening_names import (
    KINDS,
    Written,
    invented_entries,
    misspell,
    ordinary_names,
    write_otherwise,
)
from comity.feeds.lists import load_lists
from comity.screening import NO_HIT, PartyText, Screener, Watchlist, screen_payment

LISTED = 8_000
ORDINARY = 10_000
_WRITTEN_SEED = 20_260_227
_ORDINARY_SEED = 4_711
_NEW_SEED = 1_729


def screening(order: Order) -> list[Sample]:
    """Measure loading, recall by kind, false hits, and payments whose every name is new.

    The order's size is the number of true names written otherwise, and of payments.
    """
    watch = Stopwatch()
    screener = Screener(_lists())
    entries = screener.entries
    # The kernel is loaded with the first name; a process does so once.
    screener.match_name("Никто Никакович Никаков")
    samples = [watch.sample("screening: lists loaded and indexed", "entries", len(entries))]
    samples += _true_names(screener, order.size)
    samples.append(_ordinary(screener))
    samples.append(_new_payments(screener, order.size))
    return samples


def _lists() -> tuple[Watchlist, ...]:
    published = REFERENCE / "sanctions"
    if published.is_dir():
        return load_lists(published)
    return (Watchlist("-", "Invented list", "1", "0" * 64, invented_entries(LISTED, 1)),)


def _is_found(screener: Screener, one: Written) -> bool:
    """Return whether the very entry is among the hits, not just any other."""
    hits = screener.screen_party([one.name], [])
    wanted = screener.entries[one.entry_index]
    return any(hit.entry is wanted for hit in hits)


def _true_names(screener: Screener, count: int) -> list[Sample]:
    """Look for all, kind by kind: the whole first, then its parts."""
    written = list(write_otherwise(screener.entries, count, _WRITTEN_SEED))
    whole, found, parts = Stopwatch(), 0, []
    for kind in KINDS:
        names = [one for one in written if one.kind == kind]
        watch = Stopwatch()
        hits = sum(_is_found(screener, one) for one in names)
        found += hits
        share = 1000 * hits // len(names)
        name = f"screening: … {kind}"
        parts.append(watch.sample(name, "names", len(names), recall_of_kind=share))
    recall = 1000 * found // len(written)
    return [whole.sample("screening: true names", "names", len(written), recall=recall), *parts]


def _ordinary(screener: Screener) -> Sample:
    names = list(ordinary_names(ORDINARY, _ORDINARY_SEED))
    watch = Stopwatch()
    hits = sum(screener.match_name(name) != NO_HIT for name in names)
    return watch.sample(
        "screening: ordinary names", "names", ORDINARY, false_hits=1000 * hits // ORDINARY
    )


def _distinct(names: Iterable[str]) -> Iterator[str]:
    seen = set()
    for name in names:
        if name not in seen:
            seen.add(name)
            yield name


def _new_payments(screener: Screener, count: int) -> Sample:
    """Screen payments of which no name, number or text was seen before."""
    draw = random.Random(_NEW_SEED)
    new = _distinct(misspell(name, draw) for name in ordinary_names(100 * count, _NEW_SEED))
    payments = []
    for number, (payer, payee) in enumerate(islice(zip(new, new, strict=False), count)):
        remittance = f"Оплата по договору {number}/26 от {number % 28 + 1}.05.2026 за товар"
        payments.append(
            (
                PartyText("debtor", (payer,), (f"00{number:010d}",), (remittance,)),
                PartyText("creditor", (payee,), (f"01{number:010d}",)),
                PartyText("debtor_agent", (), ("AAAARU2X",)),
                PartyText("creditor_agent", (), ("BBBBKG2X",)),
            )
        )
    watch = Stopwatch()
    for parties in payments:
        screen_payment(screener, parties)
    return watch.sample("screening: payments, every name new", "payments", len(payments))
