"""What a batch must be before anything changes: every refusal of a command stands here.

`read_batch` looks at the commands in their order and foresees only what later commands depend on:
whether a scheme is known and a day is open, and until when. What it returns can be carried out;
after it nothing is refused any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from comity.agreements.document import DocumentError, decode
from comity.agreements.quotes import QUOTES_MAX, Quote
from comity.agreements.rules_dealing import find_quote_violations
from comity.agreements.rules_scheme import find_violations
from comity.agreements.scheme import Scheme, scheme_from_document
from comity.business_calendar import days_to_date
from comity.errors import Fault, InputFaultsError, LimitExceededError, RejectedError
from comity.fx import OfficialRate
from comity.money import AMOUNT_MINOR_MAX, BALANCE_MINOR_MAX
from comity.payments.codes import ControlKind, Definition, OrderKind, Priority, QueuePlace
from comity.payments.commands import CommandBatch, Control
from comity.payments.rows import MESSAGE_ROW, ORDER_ROW, PAYMENT_ROW, QUOTED_ROW, TIMES_ROW, Rows
from comity.settlement.asset_rates import choose_asset_rates
from comity.settlement.case_decisions import CaseError, Decision, read_decision
from comity.settlement.cases import check_decision, may_be_held
from comity.settlement.day_plan import DayPlan, read_plan
from comity.settlement.dealing_tables import ROUTES_MAX, count_routes
from comity.settlement.preparation import arrival_times
from comity.settlement.rules import choose_rates, unsettled_choices
from comity.settlement.selecting import SelectionDueError, read_selection
from comity.settlement.selection_choices import SelectionChoice, choices_from_documents
from comity.settlement.selection_times import selection_times
from comity.settlement.state import State

COUNT_MAX = 2**31 - 1
"""Payments, messages, and orders, that one journal can number."""
TIME_US_MAX = 2**60
"""Latest time that may be asked for, UTC microseconds: far beyond the year 9999."""
NUMBERED_MAX = 2**15 - 1
"""Participants, and agreements, that a scheme can number."""


@dataclass(frozen=True, slots=True)
class Rescreening:
    """Payments that wait and that lists now hit, ascending."""

    payments: tuple[int, ...]


Order = (
    Scheme
    | tuple[OfficialRate, ...]
    | tuple[str, ...]
    | tuple[Quote, ...]
    | tuple[SelectionChoice, ...]
    | DayPlan
    | Decision
    | Rescreening
    | None
)
"""What a control carries: a scheme, rates, list versions, quotes, choices, a day, an act on a case,
payments to be held, or nothing."""


class DayNotOpenError(RejectedError):
    """Payments came while no business day is open."""


class DayOrderError(RejectedError):
    """A day cannot be opened: one is open, or it is not after the last closed one."""


class SchemeAdoptionError(RejectedError):
    """A command needs a scheme and there is none, or brings a second one."""


class BatchShapeError(RejectedError):
    """The tables of a batch do not fit one another."""


@dataclass(slots=True)
class _Outlook:
    """What the state will be when the next command of the batch is looked at."""

    scheme: Scheme | None
    rates: tuple[OfficialRate, ...]
    now_us: int
    opens_us: int
    closes_us: int
    business_day: int
    closed_day: int
    selections: tuple[int, ...]

    @property
    def is_open(self) -> bool:
        return self.business_day > self.closed_day

    def reach(self, at_us: int, *, inclusive: bool) -> None:
        """Foresee whether the day has closed by itself when a time is reached."""
        if self.is_open and self.selections and at_us > self.selections[0]:
            raise SelectionDueError(
                f"found a command of {at_us}, expected first the selection due at"
                f" {self.selections[0]} (microseconds UTC)"
            )
        if self.is_open and (self.closes_us < at_us or (inclusive and self.closes_us == at_us)):
            self.closed_day = self.business_day
            self.now_us = max(self.now_us, self.closes_us)
        self.now_us = max(self.now_us, at_us)


def read_batch(state: State, batch: CommandBatch) -> tuple[Order, ...]:
    """Return what the controls of a batch carry; never changes the state.

    Raises:
        RejectedError: the batch cannot be carried out; one of the subclasses says why.
    """
    outlook = _Outlook(
        scheme=state.scheme,
        rates=state.rates,
        now_us=state.now_us,
        opens_us=state.opens_us,
        closes_us=state.closes_us,
        business_day=state.business_day,
        closed_day=state.closed_day,
        selections=tuple(state.selections),
    )
    orders: list[Order] = []
    for control in batch.controls:
        outlook.reach(control.at_us, inclusive=False)
        if control.kind is ControlKind.SELECT:
            orders.append(_read_selection(state, outlook, batch))
        elif control.kind is ControlKind.DECIDE_CASE:
            _check_alone(state, batch)
            decision = read_decision(control.body, today=state.business_day)
            check_decision(state, decision)
            orders.append(decision)
        elif control.kind is ControlKind.RESCREEN:
            _check_alone(state, batch)
            orders.append(_read_rescreening(state, control))
        else:
            orders.append(_read_control(outlook, control))
    _check_shape(batch)
    _check_counts(state, batch)
    if len(batch.messages):
        _check_times(outlook, batch)
    return tuple(orders)


def _read_control(outlook: _Outlook, control: Control) -> Order:
    match control.kind:
        case ControlKind.ADOPT_SCHEME:
            return _read_scheme(outlook, control.body)
        case ControlKind.ADOPT_RATES:
            outlook.rates = decode(tuple[OfficialRate, ...], control.body.get("rates"), "rates")
            return outlook.rates
        case ControlKind.ADOPT_LISTS:
            versions: tuple[str, ...] = decode(
                tuple[str, ...], control.body.get("versions"), "versions"
            )
            return versions
        case ControlKind.ADOPT_QUOTES:
            return _read_quotes(outlook, control.body)
        case ControlKind.OPEN_DAY:
            return _read_day(outlook, control.body)
        case ControlKind.ADVANCE:
            outlook.reach(control.at_us, inclusive=True)
            return None
        case ControlKind.SELECT | ControlKind.DECIDE_CASE | ControlKind.RESCREEN:
            raise AssertionError("these are read by themselves")
        case _:
            assert_never(control.kind)


def _read_selection(
    state: State, outlook: _Outlook, batch: CommandBatch
) -> tuple[SelectionChoice, ...]:
    """Return choices; they stand alone in their batch, so that they are checked on what is."""
    (first, *others), at_us = batch.controls, batch.controls[0].at_us
    if first.kind is not ControlKind.SELECT or others or len(batch.messages):
        raise BatchShapeError("found a selection beside others, expected it alone in its batch")
    due_us = outlook.selections[0] if outlook.selections else 0
    if not outlook.is_open or at_us != due_us:
        raise SelectionDueError(f"found a selection of {at_us}, expected one of {due_us or 'none'}")
    if state.agenda[0].at_us < at_us:
        raise SelectionDueError(f"found a selection of {at_us}, expected time to pass before it")
    choices = choices_from_documents(first.body.get("choices"))
    return read_selection(state, at_us, choices)


def _check_alone(state: State, batch: CommandBatch) -> None:
    """Refuse what is checked on the state as it is, beside others or at another time than now.

    A change of lists may stand before what they now hit.
    """
    if not state.is_open:
        raise DayNotOpenError(
            "no business day is open: begin the next one and stop it (comity settle --until), so"
            " that what is closed stays as it was"
        )
    *others, last = batch.controls
    before = {one.kind for one in others} - {ControlKind.ADOPT_LISTS}
    if last.kind not in {ControlKind.DECIDE_CASE, ControlKind.RESCREEN} or before:
        raise BatchShapeError(f"found {last.kind.name} beside others, expected it last and alone")
    if len(batch.messages):
        raise BatchShapeError(f"found {last.kind.name} beside messages, expected it alone")
    if any(one.at_us != state.now_us for one in batch.controls):
        raise BatchShapeError(
            f"found {last.kind.name} at {last.at_us}, expected the time the books have come to,"
            f" {state.now_us} (microseconds UTC)"
        )


def _read_rescreening(state: State, control: Control) -> Rescreening:
    found: tuple[int, ...] = decode(tuple[int, ...], control.body.get("payments"), "payments")
    if list(found) != sorted(set(found)):
        raise DocumentError("payments", found="a repetition or disorder", expected="ascending")
    may = np.flatnonzero(may_be_held(state)).tolist() if state.books is not None else []
    wrong = sorted(set(found) - set(may))
    if wrong:
        raise CaseError(f"payment {wrong[0]}: found nothing that waits, expected one that does")
    return Rescreening(found)


def _read_scheme(outlook: _Outlook, body: Mapping[str, Any]) -> Scheme:
    document = body.get("scheme")
    if not isinstance(document, dict):
        raise DocumentError("scheme", found=document, expected="an object")
    scheme = scheme_from_document(document)
    faults = [
        Fault("", 0, ".".join(map(str, each.path)), each.found, each.expected)
        for each in find_violations(scheme)
    ]
    faults += unsettled_choices(scheme)
    if faults:
        raise InputFaultsError(faults)
    _check_scheme_size(scheme)
    if outlook.scheme is not None:
        _check_amendment(outlook, outlook.scheme, scheme)
    outlook.scheme = scheme
    return scheme


def _check_amendment(outlook: _Outlook, known: Scheme, scheme: Scheme) -> None:
    """Let a second scheme in where only last days of agreements differ, between two days."""
    if not known.differs_in_last_days_alone(scheme):
        raise SchemeAdoptionError(
            f"found a second scheme: these books were opened for {known.name!r}; expected the same"
            " but for the last days of agreements, or a new database for another one"
        )
    if outlook.is_open:
        raise SchemeAdoptionError(
            "found other last days of agreements while a day is open, expected them before the"
            " next one opens"
        )


def _read_quotes(outlook: _Outlook, body: Mapping[str, Any]) -> tuple[Quote, ...]:
    if outlook.scheme is None:
        raise SchemeAdoptionError("found quotes, expected a scheme to be adopted first")
    if outlook.is_open:
        raise DayOrderError(
            f"found quotes while {days_to_date(outlook.business_day)} is open: they come before a"
            " day is opened, each with the times of that day at which it holds"
        )
    quotes: tuple[Quote, ...] = decode(tuple[Quote, ...], body.get("quotes"), "quotes")
    for name, found, allowed in (
        ("quotes_max", len(quotes), QUOTES_MAX),
        ("routes_max", count_routes(outlook.scheme, quotes), ROUTES_MAX),
    ):
        if found > allowed:
            raise LimitExceededError(name, found=found, allowed=allowed)
    names = {id(quote): f"quotes[{number}]" for number, quote in enumerate(quotes)}
    faults = [
        Fault("", 0, f"{names[id(each.subject)]}.{each.path[0]}", each.found, each.expected)
        for each in find_quote_violations(outlook.scheme, quotes)
    ]
    if faults:
        raise InputFaultsError(faults)
    return quotes


def _check_scheme_size(scheme: Scheme) -> None:
    for name, found in (
        ("participants_max", len(scheme.participants) + len(scheme.members)),
        ("agreements_max", len(scheme.agreements)),
    ):
        if found > NUMBERED_MAX:
            raise LimitExceededError(name, found=found, allowed=NUMBERED_MAX)
    for keeper in scheme.keepers:
        accounts = [each for each in scheme.accounts if each.currency == keeper.currency]
        sums = sum(each.opening_balance_minor for each in accounts)
        reserved = (each.reserved_urgent_minor + each.reserved_high_minor for each in accounts)
        for found in (sums, *(each.limit_minor or 0 for each in accounts), *reserved):
            if found > BALANCE_MINOR_MAX:
                raise LimitExceededError(
                    "balance_minor_max", found=found, allowed=BALANCE_MINOR_MAX
                )


def _read_day(outlook: _Outlook, body: Mapping[str, Any]) -> DayPlan:
    if outlook.scheme is None:
        raise SchemeAdoptionError("found a day to be opened, expected a scheme to be adopted first")
    agreements = outlook.scheme.agreements
    plan = read_plan(body, conversions=[each.has_conversion for each in agreements])
    if outlook.is_open:
        raise DayOrderError(
            f"found {days_to_date(plan.date)} to be opened while"
            f" {days_to_date(outlook.business_day)} is open: it closes first"
        )
    if plan.date <= outlook.closed_day or plan.opens_us < outlook.now_us:
        raise DayOrderError(
            f"found {days_to_date(plan.date)} to be opened, expected a day after"
            f" {days_to_date(outlook.closed_day)} that has not begun"
        )
    # Whether a rate can be chosen is asked before anything changes; the answer itself is not used.
    choose_rates(outlook.scheme, outlook.rates, days_to_date(plan.date))
    choose_asset_rates(outlook.scheme, outlook.rates, days_to_date(plan.date))
    outlook.business_day = plan.date
    outlook.opens_us, outlook.closes_us = plan.opens_us, plan.closes_us
    outlook.selections = selection_times(outlook.scheme, plan)
    return plan


def _check_shape(batch: CommandBatch) -> None:
    messages, payments = batch.messages, batch.payments
    if messages.dtype != MESSAGE_ROW or payments.dtype != PAYMENT_ROW:
        raise BatchShapeError("found tables of another layout, expected MESSAGE_ROW, PAYMENT_ROW")
    classes = payments["priority"]
    if len(classes) and not 0 <= int(classes.min()) <= int(classes.max()) < len(Priority):
        raise BatchShapeError(
            f"payments.priority: found {classes.min()} to {classes.max()},"
            f" expected classes from 0 to {len(Priority) - 1}"
        )
    _check_places("payments", payments, len(messages))
    _check_orders(batch)
    _check_asked_times(batch)
    _check_quoted(batch)


def _check_places(name: str, rows: Rows, messages: int) -> None:
    places = rows["message"]
    if len(places) and (
        int(places[0]) < 0 or int(places[-1]) >= messages or bool((places[1:] < places[:-1]).any())
    ):
        raise BatchShapeError(
            f"{name}.message: found rows out of order or without a message, expected ascending"
            f" places from 0 to {messages - 1}"
        )


def _check_orders(batch: CommandBatch) -> None:
    """Refuse orders of another layout, of an unknown kind, or beside payments in one message."""
    orders = batch.orders
    if orders.dtype != ORDER_ROW:
        raise BatchShapeError("found a table of another layout, expected ORDER_ROW")
    if not len(orders):
        # Nearly always: to look for messages with both would sort every payment's.
        return
    _check_places("orders", orders, len(batch.messages))
    for name, known in (
        ("kind", tuple(OrderKind)),
        ("priority", (-1, *Priority)),
        ("place", tuple(QueuePlace)),
    ):
        wrong = orders[name][~np.isin(orders[name], known)]
        if len(wrong):
            raise BatchShapeError(
                f"orders.{name}: found {wrong[0]}, expected one of {[int(one) for one in known]}"
            )
    both = np.intersect1d(orders["message"], batch.payments["message"])
    if len(both):
        raise BatchShapeError(
            f"orders.message: found message {both[0]} with payments, expected one or the other"
        )


def _check_asked_times(batch: CommandBatch) -> None:
    """Refuse times of another layout, beyond what is counted, or not one row a payment."""
    times = batch.times
    if times.dtype != TIMES_ROW:
        raise BatchShapeError("found a table of another layout, expected TIMES_ROW")
    _check_ascending("times", times["payment"], len(batch.payments))
    for name in ("from_us", "till_us", "reject_us"):
        wrong = times[name][(times[name] < 0) | (times[name] > TIME_US_MAX)]
        if len(wrong):
            raise BatchShapeError(
                f"times.{name}: found {wrong[0]}, expected 0 to {TIME_US_MAX} microseconds"
            )


def _check_quoted(batch: CommandBatch) -> None:
    """Refuse quotations of another layout, beyond what is counted, or not one row a return."""
    quoted = batch.quoted
    if quoted.dtype != QUOTED_ROW:
        raise BatchShapeError("found a table of another layout, expected QUOTED_ROW")
    if not len(quoted):
        return
    _check_ascending("quoted", quoted["payment"], len(batch.payments))
    wrong = quoted["amount_minor"][
        (quoted["amount_minor"] < -1) | (quoted["amount_minor"] > AMOUNT_MINOR_MAX)
    ]
    if len(wrong):
        raise BatchShapeError(
            f"quoted.amount_minor: found {wrong[0]}, expected -1 to {AMOUNT_MINOR_MAX} minor units"
        )
    others = batch.payments["definition"][quoted["payment"]] != Definition.PACS_004
    if others.any():
        raise BatchShapeError(
            f"quoted.payment: found payment {quoted['payment'][others][0]}, expected returns only"
        )


def _check_ascending(table: str, places: NDArray[np.int32], count: int) -> None:
    """Refuse places in the table of payments that are out of order, repeated or beyond it."""
    if len(places) and (
        int(places[0]) < 0 or int(places[-1]) >= count or bool((places[1:] <= places[:-1]).any())
    ):
        raise BatchShapeError(
            f"{table}.payment: found rows out of order or without a payment, expected ascending"
            f" places from 0 to {count - 1}, each once"
        )


def _check_counts(state: State, batch: CommandBatch) -> None:
    for name, found in (
        ("payments_max", state.payment_count + len(batch.payments)),
        ("messages_max", state.message_count + len(batch.messages)),
        ("orders_max", state.order_count + len(batch.orders)),
    ):
        if found > COUNT_MAX:
            raise LimitExceededError(name, found=found, allowed=COUNT_MAX)


def _check_times(outlook: _Outlook, batch: CommandBatch) -> None:
    if not outlook.is_open:
        raise DayNotOpenError("no business day is open: the first command of a day opens it")
    floor_us = max(outlook.now_us, outlook.opens_us)
    last_us = int(arrival_times(batch.messages, floor_us)[-1])
    outlook.reach(min(last_us, outlook.closes_us), inclusive=False)
    if last_us > outlook.closes_us:
        raise DayNotOpenError("a message arrived after the close: it belongs to the next day")
