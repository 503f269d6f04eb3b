"""Synthetic business days: payments drawn, flawed, bundled and written, one day after another."""

import json
from collections import Counter
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
from comity.generation.bundles import Bundle, bundle
from comity.generation.corridor import Corridor, corridor_of
from comity.generation.damages import damaged_message, plan_damages
from comity.generation.flaws import put_in_flaws
from comity.generation.funding import Funding, accounts_csv
from comity.generation.parties import draw_parties
from comity.generation.profile import PROFILE_NAME, STATEMENT, Damage, Flaw
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
        day = _prepare_day(order, corridor, number=number, today=today)
        for done, each in enumerate(day.files(), start=1):
            yield each
            if progress is not None:
                progress(done, day.file_count)
        funding.add_day(day.traffic)
        series.extend(series_rows(day.traffic, today))
        summaries.append(day.summary())
        today = next_joint_business_day(order.scheme.calendars, today)
    accounts = accounts_csv(corridor.accounts, funding.opening_minor())
    yield GeneratedFile("accounts.csv", accounts.encode())
    yield GeneratedFile("series/all_payments.csv", series_csv(series).encode())
    yield GeneratedFile("generation.json", _description(order, summaries))


@dataclass(frozen=True, slots=True)
class _PreparedDay:
    """A day drawn and bundled; its messages are written one at a time, as they are asked for.

    Attributes:
        today: the business day.
        traffic: its payments in the order of messages.
        bundles: its messages.
        damages: extra messages: the place of the original, and what is done to it.
        renderer: writes a message.
    """

    today: date
    traffic: Traffic
    bundles: tuple[Bundle, ...]
    damages: tuple[tuple[int, Damage], ...]
    renderer: Renderer

    @property
    def file_count(self) -> int:
        """Number of files that `files` yields."""
        return len(self.bundles) + len(self.damages)

    def files(self) -> Iterator[GeneratedFile]:
        """Yield the messages in the order they are sent, and then the extra ones."""
        for place in range(len(self.bundles)):
            yield self._file(*self._message(place))
        for place, kind in self.damages:
            name, data = self._message(place)
            yield self._file(*damaged_message(name, data, kind))

    def summary(self) -> dict[str, Any]:
        """Return what generation.json says of the day."""
        damages = Counter(kind for _, kind in self.damages)
        flaws = np.bincount(self.traffic.flaw, minlength=len(Flaw)).tolist()
        return {
            "date": self.today.isoformat(),
            "payments": len(self.traffic),
            "messages": len(self.bundles),
            "extra_messages": {kind.name.lower(): damages[kind] for kind in Damage},
            "flaws": {kind.name.lower(): flaws[kind] for kind in Flaw if kind is not Flaw.NONE},
        }

    def _message(self, place: int) -> tuple[str, bytes]:
        name, text = self.renderer.message(self.bundles[place], place + 1)
        return name, text.encode()

    def _file(self, name: str, data: bytes) -> GeneratedFile:
        return GeneratedFile(f"payments/{self.today}/{name}", data)


def _prepare_day(
    order: GenerationOrder, corridor: Corridor, *, number: int, today: date
) -> _PreparedDay:
    day = DrawnDay(
        seed=order.seed,
        number=number,
        scale_permille=order.scale_permille,
        is_before_holiday=_is_before_holiday(order.scheme, today),
    )
    has_lists = bool(order.listed_names)
    drawn = put_in_flaws(corridor, draw_traffic(corridor, day), day, has_lists=has_lists)
    traffic, bundles = bundle(drawn, day)
    zone = order.scheme.business_day.time_zone
    renderer = Renderer(
        corridor,
        traffic,
        draw_parties(traffic, day),
        times=DayTimes(
            today=today,
            after=next_joint_business_day(order.scheme.calendars, today),
            before=today - timedelta(days=1),
            midnight_us=local_time_us(today, time(0), zone),
        ),
        listed_names=[escape(name) for name in order.listed_names],
    )
    return _PreparedDay(today, traffic, bundles, plan_damages(bundles, day), renderer)


def _is_before_holiday(scheme: Scheme, today: date) -> bool:
    """Return whether tomorrow is a day off in some country and not just its weekend."""
    tomorrow = today + timedelta(days=1)
    return any(tomorrow in calendar.holidays for calendar in scheme.calendars)


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
