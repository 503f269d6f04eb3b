"""Batches of payments made by hand, and a driver that runs them through the engine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time

import numpy as np
from tests.kit.schemes import DAY, RATE, ZONE

from comity.agreements.document import encode
from comity.agreements.quotes import Quote
from comity.agreements.scheme import Scheme, scheme_to_document
from comity.business_calendar import date_to_days, local_time_us
from comity.fx import OfficialRate
from comity.money import currency
from comity.payments.codes import (
    ControlKind,
    Definition,
    EventKind,
    OrderKind,
    OrderStatus,
    Priority,
    QueuePlace,
)
from comity.payments.commands import CommandBatch, Control, Outcome
from comity.payments.lifecycle import State as PaymentState
from comity.payments.purposes import pack_purpose
from comity.payments.reasons import Reason
from comity.payments.rows import MESSAGE_ROW, ORDER_ROW, PAYMENT_ROW, QUOTED_ROW, TIMES_ROW, Rows
from comity.service.selecting import SolverChooser, decide
from comity.settlement import State, apply, new_state
from comity.settlement.chart import draw_chart
from comity.settlement.invariants import check_books
from comity.settlement.schedule import plan_day


@dataclass(frozen=True)
class Payment:
    """A payment as a test writes it; amounts in minor units, `at` as `HH:MM` in Bishkek.

    Of a return `uetr` is its original's, `purpose` the reason for it, and `quoted`, if any, the
    reference that it says its original had, beside amount and date. Banks send
    for themselves where nobody is named.
    """

    payer: str
    payee: str
    amount: int
    at: str = "08:00"
    currency: str = "KGS"
    debtor_currency: str = ""
    purpose: str = "GDDS"
    priority: Priority = Priority.NORMAL
    value_date: date = DAY
    definition: Definition = Definition.PACS_008
    hit: int = -1
    fault: int = 0
    reference: int = -1
    uetr: int = -1
    body: int = -1
    from_at: str = ""
    till_at: str = ""
    reject_at: str = ""
    trade: int = 0
    counter: tuple[str, int] = ("", 0)  # currency and minor units that a leg wants in return
    quoted: int = 0
    quoted_amount: tuple[int, str] = (0, "")
    quoted_date: date | None = None
    instructing: str = ""
    instructed: str = ""


@dataclass(frozen=True)
class Order:
    """What a bank orders as a test writes it; payments are named by the number of their keys."""

    by: str
    original: int
    at: str = "08:00"
    kind: OrderKind = OrderKind.CANCEL
    uetr: int = 0
    amount_scaled: int = -1
    value_date: date | None = None
    definition: int = -1
    key: int = -1
    content: int = -1
    payee: str = ""
    priority: int = -1
    place: QueuePlace = QueuePlace.UNCHANGED
    from_at: str = ""
    reject_at: str = ""


Sent = Payment | Order
"""What stands in one message of a test."""


@dataclass
class Driver:
    """Runs a scheme's day in the engine and checks every invariant after each step."""

    scheme: Scheme
    rates: tuple[OfficialRate, ...] = (RATE,)
    state: State = field(default_factory=new_state)
    outcomes: list[Outcome] = field(default_factory=list)
    batches: list[CommandBatch] = field(default_factory=list)
    sent: int = 0
    quotes: tuple[Quote, ...] = ()

    def start(self, day: date = DAY, screened: dict[str, int] | None = None) -> "Driver":
        """Adopt the scheme (the first time) and open a day."""
        controls = []
        if self.state.scheme is None:
            body = {"scheme": scheme_to_document(self.scheme)}
            controls = [
                Control(ControlKind.ADOPT_SCHEME, 0, body),
                Control(ControlKind.ADOPT_RATES, 0, {"rates": [encode(one) for one in self.rates]}),
                Control(ControlKind.ADOPT_LISTS, 0, {"versions": ["none"]}),
            ]
        if self.state.quotes != self.quotes:
            quotes = [encode(one) for one in self.quotes]
            controls.append(Control(ControlKind.ADOPT_QUOTES, 0, {"quotes": quotes}))
        plan = plan_day(self.scheme, day)
        opening = Control(
            ControlKind.OPEN_DAY, plan["opens_us"], {**plan, "screened": screened or {}}
        )
        self.run(CommandBatch(controls=(*controls, opening)))
        return self

    def run(self, batch: CommandBatch) -> Outcome:
        """Apply a batch and check the invariants."""
        outcome = apply(self.state, batch)
        check_books(self.state)
        self.batches.append(batch)
        self.outcomes.append(outcome)
        return outcome

    def send(self, *sent: Sent) -> Outcome:
        """Send payments and orders, each in a message of its own."""
        return self.send_on(DAY, *sent)

    def send_on(self, day: date, *sent: Sent) -> Outcome:
        """Send payments and orders on a later day than the first, each in its own message."""
        batch = batch_of(self.scheme, sent, first=self.sent, day=day)
        self.sent += len(sent)
        return self.run(batch)

    def select_due(self, before: str, day: date = DAY) -> None:
        """Have the solver choose at each selection that is due before `HH:MM`."""
        while self.state.selections and self.state.selections[0] < clock(before, day):
            at_us = self.state.selections[0]
            if self.state.now_us < at_us:
                self.run(CommandBatch(controls=(Control(ControlKind.ADVANCE, at_us, {}),)))
            self.run(CommandBatch(controls=(decide(self.state, SolverChooser()),)))

    def answers_to(self, order: int) -> list[str]:
        """Return what has been answered to an order, by its number: status, and reason if any."""
        found = []
        for outcome in self.outcomes:
            for event in outcome.events[outcome.events["kind"] == EventKind.ORDER]:
                if event["subject"] == order:
                    reason = Reason(int(event["reason"]))
                    said = f" {reason.name}" if reason else ""
                    found.append(f"{OrderStatus(event['after']).name}{said}")
        return found

    def advance(self, at: str, day: date = DAY) -> Outcome:
        """Let time pass up to and including `HH:MM`."""
        return self.run(CommandBatch(controls=(Control(ControlKind.ADVANCE, clock(at, day), {}),)))

    def close(self, day: date = DAY) -> Outcome:
        """Let the day end."""
        return self.advance("18:15", day)

    def states(self) -> list[PaymentState]:
        """Return the state of every payment by number."""
        books = self.state.known_books()
        return [PaymentState(one) for one in books.live["state"][: self.state.payment_count]]

    def balance(self, name: str) -> int:
        """Return an account's booked balance."""
        number = self.state.known_chart().number_of[name]
        return int(self.state.known_books().balances["posted"][number])

    def held(self, name: str) -> int:
        """Return what is held on an account."""
        number = self.state.known_chart().number_of[name]
        return int(self.state.known_books().balances["held"][number])


def clock(at: str, day: date = DAY) -> int:
    """Return UTC microseconds of a Bishkek time `HH:MM`."""
    return local_time_us(day, time.fromisoformat(at), ZONE)


def batch_of(scheme: Scheme, sent: Sequence[Sent], first: int = 0, day: date = DAY) -> CommandBatch:
    """Return a batch with one message a payment or order; keys are made from the running number."""
    directory = draw_chart(scheme).directory
    messages = np.zeros(len(sent), MESSAGE_ROW)
    rows = np.zeros(sum(isinstance(one, Payment) for one in sent), PAYMENT_ROW)
    orders = np.zeros(len(sent) - len(rows), ORDER_ROW)
    times: list[tuple[int, int, int, int]] = []
    quoted: list[tuple[int, int, int, int]] = []
    filled = {Payment: 0, Order: 0}
    for at, one in enumerate(sent):
        number, row = first + at, filled[type(one)]
        filled[type(one)] += 1
        messages[at]["arrival_us"] = clock(one.at, day)
        messages[at]["key_low"] = number + 1
        messages[at]["sha256_0"] = number + 1
        if isinstance(one, Payment):
            messages[at]["payment_count"] = 1
            _fill(rows[row : row + 1], one, number, directory)
            rows[row]["message"] = at
            times += _times(one, row)
            quoted += _quoted(one, row)
        else:
            _fill_order(orders[row : row + 1], one, directory, day)
            orders[row]["message"] = at
            messages[at]["sender"] = directory.get(one.by, -1)
            messages[at]["key_low"] = number + 1 if one.key < 0 else one.key
            messages[at]["sha256_0"] = number + 1 if one.content < 0 else one.content
    return CommandBatch(
        messages=messages,
        payments=rows,
        orders=orders,
        times=np.array(times, TIMES_ROW),
        quoted=np.array(quoted, QUOTED_ROW),
    )


def _times(payment: Payment, row: int) -> list[tuple[int, int, int, int]]:
    asked = (payment.from_at, payment.till_at, payment.reject_at)
    from_us, till_us, reject_us = (clock(each, payment.value_date) if each else 0 for each in asked)
    return [(from_us, till_us, reject_us, row)] if any(asked) else []


def _quoted(payment: Payment, row: int) -> list[tuple[int, int, int, int]]:
    minor, code = payment.quoted_amount
    days = date_to_days(payment.quoted_date) if payment.quoted_date else 0
    return [(minor, row, days, currency(code).number if code else 0)] if minor or days else []


def _fill_order(row: Rows, order: Order, directory: dict[str, int], day: date) -> None:
    modifies = order.kind is OrderKind.MODIFY
    values = {
        "reference_low": order.original,
        "uetr_low": order.original if modifies else order.uetr,
        "amount_scaled": order.amount_scaled,
        "value_date": date_to_days(order.value_date) if order.value_date else 0,
        "instructed": directory.get(order.payee, -1) if modifies else -1,
        "definition": order.definition,
        "kind": order.kind,
        "priority": order.priority,
        "place": order.place,
        "from_us": clock(order.from_at, day) if order.from_at else 0,
        "reject_us": clock(order.reject_at, day) if order.reject_at else 0,
    }
    for name, value in values.items():
        row[name] = value


def _fill(row: Rows, payment: Payment, number: int, directory: dict[str, int]) -> None:
    payer, payee = directory.get(payment.payer, -1), directory.get(payment.payee, -1)
    values = {
        "uetr_low": number + 1 if payment.uetr < 0 else payment.uetr,
        "reference_low": number + 1 if payment.reference < 0 else payment.reference,
        "body_low": number + 1 if payment.body < 0 else payment.body,
        "amount_minor": payment.amount,
        "value_date": date_to_days(payment.value_date),
        "instructing": directory.get(payment.instructing or payment.payer, -1),
        "instructed": directory.get(payment.instructed or payment.payee, -1),
        "debtor_agent": payer,
        "creditor_agent": payee,
        "screening_hit": payment.hit,
        "purpose": pack_purpose(payment.purpose) if payment.purpose else 0,
        "currency": currency(payment.currency).number,
        "debtor_currency": currency(payment.debtor_currency or payment.currency).number,
        "instructed_currency": currency(payment.currency).number,
        "fault": payment.fault,
        "definition": payment.definition,
        "priority": payment.priority,
        "trade": payment.trade or payment.quoted,
        "counter_currency": currency(payment.counter[0]).number if payment.counter[0] else 0,
        "counter_minor": payment.counter[1],
    }
    for name, value in values.items():
        row[name] = value
