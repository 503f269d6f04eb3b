"""Settling one business day: found, open, take the messages in order, close.

Every step ends in a commit, and the next one starts from what the journal holds; so a run that
was killed anywhere is simply run again. Batches close by count from the start of the day, after
the message that reaches it: a second run cuts where the first would have.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from comity.agreements.document import encode
from comity.agreements.quotes import Quote
from comity.agreements.register import Act
from comity.agreements.scheme import Scheme, scheme_to_document
from comity.business_calendar import date_to_days, days_to_date, local_time_us
from comity.errors import InputFaultsError, RejectedError
from comity.fx import OfficialRate
from comity.messages import BatchBuilder, MessageReader
from comity.messages.definitions import MESSAGE_BYTES_MAX
from comity.messages.reading import ReadMessage
from comity.payments.codes import ControlKind
from comity.payments.commands import CommandBatch, Control
from comity.screening import Screener
from comity.service.committing import Ledger, rebuild
from comity.service.due_days import choose_day
from comity.service.intake import (
    Arrived,
    TakenMessages,
    check_same_start,
    check_unchanged,
    messages_until,
    order_messages,
)
from comity.service.ports import Chooser, Journal, MessageSource
from comity.service.rescreening import good_on, rescreen, screen_again, screen_text
from comity.service.selecting import SolverChooser, select_due
from comity.settlement.chart import draw_chart
from comity.settlement.rules import unsettled_choices
from comity.settlement.schedule import plan_day

Progress = Callable[[int, int], None]


class EmptyListsError(RejectedError):
    """There is no sanctions list, and two people have not approved settling without one."""


class SchemeChangedError(RejectedError):
    """The folder's scheme is not the one the database was founded with."""


class SourcesChangedError(RejectedError):
    """Rates or quotes are not the ones the day that is still open was begun with."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything of an arrangement folder that a day is settled from.

    Attributes:
        scheme: members, participants, accounts, agreements, calendars.
        rates: official rates as published.
        screener: over the lists in use.
        messages: every message file, in the order of their paths in bytes.
        quotes: of dealers, for any days, in order.
        acts: of the register of agreements, in order; none where there is no register.
    """

    scheme: Scheme
    rates: tuple[OfficialRate, ...]
    screener: Screener
    messages: Sequence[MessageSource]
    quotes: tuple[Quote, ...] = ()
    acts: tuple[Act, ...] = ()


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
    chooser: Chooser | None = None,
    until: time | None = None,
) -> Settled:
    """Settle one business day, or finish one that was begun; or go on with it up to a time.

    Args:
        journal: where everything goes; may hold days before, or half of this one.
        inputs: the arrangement.
        day: the day; None takes the earliest joint business day that is not closed and has a
            message or a warehoused payment.
        progress: told how many of the day's messages have been taken, and of how many.
        chooser: who chooses out of order where an agreement asks for it; None asks the solver.
        until: local time of the scheme up to which the day goes on and then stays open; None, or
            a time at or behind the close, closes it. A time that has passed changes nothing.

    Raises:
        InputFaultsError: a message was added or changed after its day was closed, or the scheme
            makes choices that are not settled.
        UsageError: the day is not a business day, or not the next one.
        EmptyListsError: there is no list and no approval of that.
        SchemeChangedError: the scheme is not the database's.
        SourcesChangedError: rates or quotes are not those the open day was begun with.
        StorageError: the store refused; run again.
        ProofFailedError: the books do not prove.
    """
    _check_inputs(inputs)
    taken = TakenMessages()
    ledger = rebuild(journal, taken.note)
    _check_scheme(ledger, inputs)
    arrived = order_messages(inputs.messages)
    check_unchanged(arrived, taken, closed_until_us=_closed_until_us(ledger))
    chosen = choose_day(ledger, inputs.scheme, arrived=arrived, taken=taken, asked=day)
    before = ledger.head
    if chosen is None or date_to_days(chosen) <= ledger.state.closed_day:
        return Settled(ledger, chosen or _last_closed(ledger), changed=False)
    begun = ledger.state.is_open
    if begun:
        _check_sources(ledger, inputs)
        if ledger.state.list_versions != inputs.screener.list_versions:
            rescreen(ledger, inputs.screener)
    else:
        _open(ledger, inputs, chosen)
    until_us = _until_us(ledger, chosen, until)
    waiting = messages_until(arrived, until_us)
    of_day = _not_taken_before(waiting, taken, begun=begun)
    asked = chooser or SolverChooser()
    _take(ledger, inputs, of_day[len(taken.of_open_day) if begun else 0 :], progress, asked)
    # A message may have come at that very time; what is due then is done behind it.
    agenda = ledger.state.agenda
    if ledger.state.now_us < until_us or (agenda and agenda[0].at_us <= until_us):
        select_due(ledger, asked, until_us)
        ledger.commit(CommandBatch(controls=(Control(ControlKind.ADVANCE, until_us, {}),)))
    return Settled(ledger, chosen, changed=ledger.head is not before)


def _until_us(ledger: Ledger, day: date, until: time | None) -> int:
    """Return up to when the open day goes on: never behind its close, or before what was done."""
    state = ledger.state
    if until is None:
        return state.closes_us
    asked_us = local_time_us(day, until, state.known_scheme().business_day.time_zone)
    return max(min(asked_us, state.closes_us), state.now_us)


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
    if known is None or known == inputs.scheme:
        return
    if not known.differs_in_last_days_alone(inputs.scheme):
        raise SchemeChangedError(
            f"found another scheme than the database was founded with ({known.name}); expected"
            " the same members, participants, accounts, agreements and calendars (an agreement may"
            " only end sooner or later): put the folder back, or settle into a new database"
        )
    if ledger.state.is_open:
        raise SchemeChangedError(
            f"found other last days of agreements than {days_to_date(ledger.state.business_day)}"
            " was begun with, expected the same until that day is closed: settle it with the"
            " register as it was, and bring in the new acts for the next day"
        )


def _check_sources(ledger: Ledger, inputs: Inputs) -> None:
    """Refuse to go on with a day by other rates or quotes than were journalled for it.

    Lists bind from when they are published: other ones are taken over, and what waits is screened.
    """
    state = ledger.state
    for folder, known, found in (
        ("rates/", state.rates, inputs.rates),
        ("quotes/", state.quotes, _quotes_of(inputs, state.opens_us, state.closes_us)),
    ):
        if known != found:
            raise SourcesChangedError(
                f"{folder}: found other content than {days_to_date(state.business_day)} was begun"
                " with, expected the same until that day is closed: put the files back, run again,"
                " and bring in the new ones for the next day"
            )


def _closed_until_us(ledger: Ledger) -> int:
    state = ledger.state
    if not state.closed_day:
        return 0
    day = plan_day(state.known_scheme(), days_to_date(state.closed_day))
    return int(day["closes_us"])


def _last_closed(ledger: Ledger) -> date | None:
    return days_to_date(ledger.state.closed_day) if ledger.state.closed_day else None


def _open(ledger: Ledger, inputs: Inputs, day: date) -> None:
    """Found the books if they are new, take over rates, quotes and lists, open the day at once."""
    plan = plan_day(inputs.scheme, day)
    at_us = int(plan["opens_us"])
    controls = []
    if ledger.state.scheme != inputs.scheme:
        body: dict[str, Any] = {"scheme": scheme_to_document(inputs.scheme)}
        if inputs.acts:
            body["acts"] = [encode(act) for act in inputs.acts]
        controls.append(Control(ControlKind.ADOPT_SCHEME, at_us, body))
    if ledger.state.rates != inputs.rates:
        rates = [encode(one) for one in inputs.rates]
        controls.append(Control(ControlKind.ADOPT_RATES, at_us, {"rates": rates}))
    quotes = _quotes_of(inputs, at_us, int(plan["closes_us"]))
    if ledger.state.quotes != quotes:
        body = {"quotes": [encode(one) for one in quotes]}
        controls.append(Control(ControlKind.ADOPT_QUOTES, at_us, body))
    versions = inputs.screener.list_versions
    have_changed = ledger.state.list_versions != versions
    if have_changed or ledger.state.scheme is None:
        approved = list(inputs.scheme.empty_lists_approved_by)
        lists = {"versions": list(versions), "empty_approved_by": approved}
        controls.append(Control(ControlKind.ADOPT_LISTS, at_us, lists))
    screened = screen_again(ledger, inputs.screener, date_to_days(day))
    controls.append(Control(ControlKind.OPEN_DAY, at_us, {**plan, "screened": screened}))
    ledger.commit(CommandBatch(controls=tuple(controls)))
    if have_changed:
        # What is not due today waits on, and lists may hit it now.
        rescreen(ledger, inputs.screener)


def _quotes_of(inputs: Inputs, opens_us: int, closes_us: int) -> tuple[Quote, ...]:
    """Return the quotes that hold at some time of a day."""
    return tuple(
        one for one in inputs.quotes if one.from_us < closes_us and one.until_us > opens_us
    )


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


def _take(
    ledger: Ledger,
    inputs: Inputs,
    messages: Sequence[Arrived],
    progress: Progress,
    chooser: Chooser,
) -> None:
    directory = draw_chart(inputs.scheme).directory
    screener = inputs.screener
    good = good_on(ledger.state, ledger.state.business_day)
    reader = MessageReader(
        directory,
        screener.match_name,
        screener.match_identifier,
        screener.match_text,
        (lambda text: screen_text(screener, text, good)) if good else None,
    )
    builder = BatchBuilder(reader)
    limit = inputs.scheme.batch_payments_max
    collected = 0
    for done, one in enumerate(messages, 1):
        if ledger.state.selections and ledger.state.selections[0] < one.arrival_us:
            # A selection comes after what arrived up to its time, so the batch ends there.
            if collected:
                ledger.commit(builder.take())
                collected = 0
            select_due(ledger, chooser, one.arrival_us)
        builder.add_read(_read(reader, one.source))
        collected += 1
        if builder.payment_count >= limit or collected >= limit:
            ledger.commit(builder.take())
            collected = 0
            progress(done, len(messages))
    if collected:
        ledger.commit(builder.take())
    progress(len(messages), len(messages))


def _read(reader: MessageReader, source: MessageSource) -> ReadMessage:
    """Read a message; one that is too long is not held in memory, but all its bytes are hashed."""
    data = source.read()
    message = reader.read(source.path, data)
    if len(data) <= MESSAGE_BYTES_MAX:
        return message
    sha256, byte_count = source.digest()
    return replace(message, sha256=sha256, byte_count=byte_count)
