"""Synthetic business days: payments drawn, flawed, bundled and written, one day after another."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

from comity import __version__
from comity.agreements.scheme import Scheme
from comity.business_calendar import (
    is_joint_business_day,
    local_time_us,
    next_joint_business_day,
)
from comity.errors import LimitExceededError, UsageError
from comity.generation.bundles import bundle
from comity.generation.corridor import Corridor, corridor_of
from comity.generation.damages import damaged_messages
from comity.generation.flaws import put_in_flaws
from comity.generation.funding import Funding, accounts_csv
from comity.generation.parties import draw_parties
from comity.generation.profile import PROFILE_NAME, STATEMENT, Flaw
from comity.generation.rendering import DayTimes, Renderer
from comity.generation.series import SeriesRow, series_csv, series_rows
from comity.generation.traffic import DrawnDay, Traffic, draw_traffic

DAYS_MAX = 250
"""Most days of one call: a year."""

SCALE_PERMILLE_MAX = 100_000
"""A hundred times the corridor: four million payments a day."""

Progress = Callable[[int, int], None]
"""Told the number of messages written and to be written of the day."""


@dataclass(frozen=True, slots=True)
class GenerationOrder:
    """What is to be generated.

    Attributes:
        scheme: between whom, when it opens, and its calendars.
        first_day: a joint business day.
        day_count: joint business days, 1 … `DAYS_MAX`.
        seed: 0 or more; the same seed gives the same bytes.
        scale_permille: payments in thousandths of the profile's, 1 … `SCALE_PERMILLE_MAX`.
        listed_names: names of the arrangement's own lists, for payments that screening holds.
    """

    scheme: Scheme
    first_day: date
    day_count: int = 1
    seed: int = 1
    scale_permille: int = 1_000
    listed_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file of the new folder.

    Attributes:
        path: below the folder, with `/`.
        data: its bytes.
    """

    path: str
    data: bytes


def check_order(order: GenerationOrder) -> Corridor:
    """Return the corridor of an order that can be carried out.

    Raises:
        UsageError: the first day is no joint business day, or the scheme is not the profile's.
        LimitExceededError: days or scale out of range.
    """
    for limit, found, allowed in (
        ("days", order.day_count, DAYS_MAX),
        ("scale in thousandths", order.scale_permille, SCALE_PERMILLE_MAX),
    ):
        if not 1 <= found <= allowed:
            raise LimitExceededError(limit, found=found, allowed=allowed if found > 0 else 1)
    if order.seed < 0:
        raise UsageError(f"seed: found {order.seed}, expected 0 or more")
    if not is_joint_business_day(order.scheme.calendars, order.first_day):
        raise UsageError(
            f"first day: found {order.first_day}, expected a business day of every member"
        )
    return corridor_of(order.scheme)


def generate(
    order: GenerationOrder, *, progress: Progress | None = None
) -> Iterator[GeneratedFile]:
    """Yield every file that generation makes: messages, accounts, series, generation.json.

    The other parts of the arrangement are copied by whoever asked.

    Raises:
        UsageError: see `check_order`.
        LimitExceededError: the same.
    """
    corridor = check_order(order)
    funding = Funding(corridor)
    series: list[SeriesRow] = []
    summaries: list[dict[str, Any]] = []
    today = order.first_day
    for number in range(order.day_count):
        traffic, files, summary = _generate_day(order, corridor, number=number, today=today)
        for done, (name, data) in enumerate(files, start=1):
            yield GeneratedFile(f"payments/{today}/{name}", data)
            if progress is not None:
                progress(done, len(files))
        funding.add_day(traffic)
        series.extend(series_rows(traffic, today))
        summaries.append(summary)
        today = next_joint_business_day(order.scheme.calendars, today)
    accounts = accounts_csv(corridor.accounts, funding.opening_minor())
    yield GeneratedFile("accounts.csv", accounts.encode())
    yield GeneratedFile("series/all_payments.csv", series_csv(series).encode())
    yield GeneratedFile("generation.json", _description(order, summaries))


def _generate_day(
    order: GenerationOrder, corridor: Corridor, *, number: int, today: date
) -> tuple[Traffic, list[tuple[str, bytes]], dict[str, Any]]:
    after = next_joint_business_day(order.scheme.calendars, today)
    day = DrawnDay(
        seed=order.seed,
        number=number,
        scale_permille=order.scale_permille,
        is_before_holiday=_is_before_holiday(order.scheme, today),
    )
    drawn = put_in_flaws(
        corridor, draw_traffic(corridor, day), day, has_lists=bool(order.listed_names)
    )
    traffic, bundles = bundle(drawn, day)
    renderer = Renderer(
        corridor,
        traffic,
        draw_parties(traffic, day),
        times=DayTimes(
            today=today,
            after=after,
            before=today - timedelta(days=1),
            midnight_us=local_time_us(today, time(0), order.scheme.business_day.time_zone),
        ),
        listed_names=[escape(name) for name in order.listed_names],
    )
    messages = []
    for place, each in enumerate(bundles, start=1):
        name, text = renderer.message(each, place)
        messages.append((name, text.encode()))
    extra, damages = damaged_messages(messages, day)
    summary = {
        "date": today.isoformat(),
        "payments": len(traffic),
        "messages": len(messages),
        "extra_messages": damages,
        "flaws": _flaw_counts(traffic),
    }
    return traffic, messages + extra, summary


def _is_before_holiday(scheme: Scheme, today: date) -> bool:
    """Return whether tomorrow is a day off in some country and not just its weekend."""
    tomorrow = today + timedelta(days=1)
    return any(tomorrow in calendar.holidays for calendar in scheme.calendars)


def _flaw_counts(traffic: Traffic) -> dict[str, int]:
    counts = np.bincount(traffic.flaw, minlength=len(Flaw)).tolist()
    return {kind.name.lower(): counts[kind] for kind in Flaw if kind is not Flaw.NONE}


def _description(order: GenerationOrder, summaries: Sequence[dict[str, Any]]) -> bytes:
    document = {
        "synthetic": True,
        "statement": STATEMENT,
        "profile": PROFILE_NAME,
        "version": __version__,
        "numpy": np.__version__,
        "seed": order.seed,
        "scale_permille": order.scale_permille,
        "rates": (
            "copied as they are in the arrangement; none is made up for a later day, so payments"
            " in two currencies wait for a rate once the last fixing is stale"
        ),
        "days": list(summaries),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
