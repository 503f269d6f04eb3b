"""Settling one business day: found, open, take the messages in order, close.

Every step ends in a commit, and the next one starts from what the journal holds; so a run that
was killed anywhere is simply run again. Batches close by count from the start of the day, after
the message that reaches it: a second run cuts where the first would have.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from comity.agreements.document import encode
from comity.agreements.scheme import Scheme, scheme_to_document
from comity.business_calendar import date_to_days, days_to_date
from comity.errors import InputFaultsError, RejectedError, UsageError
from comity.fx import OfficialRate
from comity.messages import BatchBuilder, MessageReader
from comity.payments.codes import ControlKind
from comity.payments.commands import CommandBatch, Control
from comity.payments.lifecycle import State as PaymentState
from comity.screening import Screener
from comity.service.committing import Ledger, rebuild
from comity.service.intake import (
    Arrived,
    TakenMessages,
    check_same_start,
    check_unchanged,
    messages_until,
    order_messages,
)
from comity.service.ports import Journal, MessageSource
from comity.service.rescreening import screen_again
from comity.service.schedule import is_business_day, plan_day
from comity.settlement.chart import draw_chart
from comity.settlement.rules import unsettled_choices

SEARCH_DAYS_MAX = 400
"""How far ahead the next business day with something to do is looked for."""

Progress = Callable[[int, int], None]


class EmptyListsError(RejectedError):
    """There is no sanctions list, and two people have not approved settling without one."""


class SchemeChangedError(RejectedError):
    """The folder's scheme is not the one the database was founded with."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything of an arrangement folder that a day is settled from.

    Attributes:
        scheme: members, participants, accounts, agreements, calendars.
        rates: official rates as published.
        screener: over the lists in use.
        messages: every message file, in any order.
    """

    scheme: Scheme
    rates: tuple[OfficialRate, ...]
    screener: Screener
    messages: Sequence[MessageSource]


@dataclass(frozen=True, slots=True)
class Settled:
    """What `settle_day` did.

    Attributes:
        ledger: journal and state after the day.
        business_date: the day settled or found closed; None where there was nothing to do.
        changed: whether anything was committed.
    """

    ledger: Ledger
    business_date: date | None
    changed: bool


def settle_day(
    journal: Journal,
    inputs: Inputs,
    *,
    day: date | None = None,
    progress: Progress = lambda done, total: None,
) -> Settled:
    """Settle one business day, or finish one that was begun.

    Args:
        journal: where everything goes; may hold days before, or half of this one.
        inputs: the arrangement.
        day: the day; None takes the earliest joint business day that is not closed and has a
            message or a warehoused payment.
        progress: told how many of the day's messages have been taken, and of how many.

    Raises:
        InputFaultsError: a message was added or changed after its day was closed, or the scheme
            makes choices that are not settled.
        UsageError: the day is not a business day, or not the next one.
        EmptyListsError: there is no list and no approval of that.
        SchemeChangedError: the scheme is not the database's.
        StorageError: the store refused; run again.
        ProofFailedError: the books do not prove.
    """
    _check_inputs(inputs)
    taken = TakenMessages()
    ledger = rebuild(journal, taken.note)
    _check_scheme(ledger, inputs)
    arrived = order_messages(inputs.messages)
    check_unchanged(arrived, taken, closed_until_us=_closed_until_us(ledger))
    chosen = _choose_day(ledger, inputs, arrived, taken, day)
    if chosen is None or _is_closed(ledger, chosen):
        return Settled(ledger, chosen or _last_closed(ledger), changed=False)
    begun = ledger.state.is_open
    if not begun:
        _open(ledger, inputs, chosen)
    waiting = messages_until(arrived, ledger.state.closes_us)
    of_day = _not_taken_before(waiting, taken, begun=begun)
    _take(ledger, inputs, of_day[len(taken.of_open_day) if begun else 0 :], progress)
    closes_us = ledger.state.closes_us
    ledger.commit(CommandBatch(controls=(Control(ControlKind.ADVANCE, closes_us, {}),)))
    return Settled(ledger, chosen, changed=True)


def _check_inputs(inputs: Inputs) -> None:
    faults = unsettled_choices(inputs.scheme)
    if faults:
        raise InputFaultsError(faults)
    approvals = frozenset(inputs.scheme.empty_lists_approved_by)
    if inputs.screener.is_empty and len(approvals) < 2:
        raise EmptyListsError(
            f"lists/: found no entry and {len(approvals)} approval(s) of that, expected a list, or"
            " two different names in arrangement.toml, screening.empty_lists_approved_by"
        )


def _check_scheme(ledger: Ledger, inputs: Inputs) -> None:
    known = ledger.state.scheme
    if known is not None and known != inputs.scheme:
        raise SchemeChangedError(
            f"found another scheme than the database was founded with ({known.name}); expected"
            " the same members, participants, accounts, agreements and calendars: put the folder"
            " back, or settle into a new database"
        )


def _closed_until_us(ledger: Ledger) -> int:
    state = ledger.state
    if not state.closed_day:
        return 0
    day = plan_day(state.known_scheme(), days_to_date(state.closed_day))
    return int(day["closes_us"])


def _is_closed(ledger: Ledger, day: date) -> bool:
    return date_to_days(day) <= ledger.state.closed_day


def _last_closed(ledger: Ledger) -> date | None:
    return days_to_date(ledger.state.closed_day) if ledger.state.closed_day else None


def _choose_day(
    ledger: Ledger,
    inputs: Inputs,
    arrived: Sequence[Arrived],
    taken: TakenMessages,
    asked: date | None,
) -> date | None:
    if ledger.state.is_open:
        begun = days_to_date(ledger.state.business_day)
        if asked not in {None, begun}:
            raise UsageError(f"--date: found {asked}, expected {begun}: that day is begun and open")
        return begun
    if asked is not None:
        if not _is_closed(ledger, asked) and not is_business_day(inputs.scheme, asked):
            raise UsageError(f"--date: found {asked}, expected a joint business day")
        return asked
    return _next_day(ledger, inputs, arrived, taken)


def _next_day(
    ledger: Ledger, inputs: Inputs, arrived: Sequence[Arrived], taken: TakenMessages
) -> date | None:
    """Return the earliest open business day with a message or a payment that waits for it."""
    open_messages = [one for one in arrived if one.source.path not in taken.sha256]
    due = _earliest_warehoused(ledger)
    times = [one.arrival_us for one in open_messages if one.arrival_us]
    if not open_messages and due is None:
        return None
    starts = [] if due is None else [due]
    if times:
        starts.append(min(times) // 86_400_000_000)
    elif open_messages:
        raise UsageError("no message has a readable arrival: name the day with --date")
    day = days_to_date(max(min(starts) - 1, ledger.state.closed_day + 1, 1))
    first_us = min(times, default=None)
    for _ in range(SEARCH_DAYS_MAX):
        if is_business_day(inputs.scheme, day):
            has_message = (
                first_us is not None and plan_day(inputs.scheme, day)["closes_us"] >= first_us
            )
            if has_message or (due is not None and date_to_days(day) >= due):
                return day
        day += timedelta(days=1)
    raise UsageError(f"found no joint business day within {SEARCH_DAYS_MAX} days: see calendars/")


def _earliest_warehoused(ledger: Ledger) -> int | None:
    """Return the earliest day a payment waits for, counting those held by central banks."""
    state = ledger.state
    if state.books is None:
        return None
    live = state.books.live[: state.payment_count]
    days = live["value_date"][live["state"] == PaymentState.WAREHOUSED]
    reserved = live["taken_day"][live["state"] == PaymentState.RESERVED] + 1
    waiting = np.concatenate([days, reserved])
    return int(waiting.min()) if len(waiting) else None


def _open(ledger: Ledger, inputs: Inputs, day: date) -> None:
    """Found the books if they are new, take over rates and lists, open the day: one commit."""
    plan = plan_day(inputs.scheme, day)
    if ledger.state.is_open is False and date_to_days(day) <= ledger.state.closed_day:
        raise UsageError(f"--date: found {day}, expected a day after the last closed one")
    at_us = int(plan["opens_us"])
    controls = []
    if ledger.state.scheme is None:
        scheme = scheme_to_document(inputs.scheme)
        controls.append(Control(ControlKind.ADOPT_SCHEME, at_us, {"scheme": scheme}))
    if ledger.state.rates != inputs.rates:
        rates = [encode(one) for one in inputs.rates]
        controls.append(Control(ControlKind.ADOPT_RATES, at_us, {"rates": rates}))
    versions = inputs.screener.list_versions
    if ledger.state.list_versions != versions or ledger.state.scheme is None:
        approved = list(inputs.scheme.empty_lists_approved_by)
        lists = {"versions": list(versions), "empty_approved_by": approved}
        controls.append(Control(ControlKind.ADOPT_LISTS, at_us, lists))
    screened = screen_again(ledger, inputs.screener, date_to_days(day))
    controls.append(Control(ControlKind.OPEN_DAY, at_us, {**plan, "screened": screened}))
    ledger.commit(CommandBatch(controls=tuple(controls)))


def _not_taken_before(
    waiting: Sequence[Arrived], taken: TakenMessages, *, begun: bool
) -> tuple[Arrived, ...]:
    """Return the open day's messages: all that no earlier day has taken."""
    today = frozenset(taken.of_open_day) if begun else frozenset()
    of_day = tuple(
        one for one in waiting if one.source.path not in taken.sha256 or one.source.path in today
    )
    if begun:
        check_same_start(of_day, taken.of_open_day)
    return of_day


def _take(ledger: Ledger, inputs: Inputs, messages: Sequence[Arrived], progress: Progress) -> None:
    directory = draw_chart(inputs.scheme).directory
    screener = inputs.screener
    reader = MessageReader(directory, screener.match_name, screener.match_identifier)
    builder = BatchBuilder(reader)
    limit = inputs.scheme.batch_payments_max
    collected = 0
    for done, one in enumerate(messages, 1):
        builder.add(one.source.path, one.source.read())
        collected += 1
        if builder.payment_count >= limit or collected >= limit:
            ledger.commit(builder.take())
            collected = 0
            progress(done, len(messages))
    if collected:
        ledger.commit(builder.take())
    progress(len(messages), len(messages))
