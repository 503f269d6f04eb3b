"""Settling from any source of messages, with the journal in memory."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from tests.integration.command_line import EXAMPLE, message

from comity.agreements.register import Act, ActKind
from comity.agreements.scheme import scheme_to_document
from comity.arrangement import load_scheme
from comity.errors import UsageError
from comity.feeds.lists import load_lists
from comity.feeds.rates import load_rates
from comity.messages.definitions import MESSAGE_BYTES_MAX
from comity.payments.codes import ControlKind
from comity.payments.commands import CommandBatch, Control
from comity.payments.lifecycle import State as PaymentState
from comity.payments.packing import unpack_payload
from comity.payments.reasons import Reason
from comity.screening import Screener
from comity.service import Inputs, Settled, settle_day, verify_journal
from comity.service.settling import EmptyListsError, SchemeChangedError
from comity.settlement import apply, new_state
from comity.settlement.refusal import SchemeAdoptionError
from comity.settlement.schedule import plan_day
from comity.storage import MemoryJournal

DAY = date(2026, 5, 25)


@dataclass(frozen=True)
class Source:
    path: str
    data: bytes

    def read(self) -> bytes:
        return self.data[: MESSAGE_BYTES_MAX + 1]

    def digest(self) -> tuple[bytes, int]:
        return hashlib.sha256(self.data).digest(), len(self.data)


@pytest.fixture(scope="module")
def arrangement() -> Inputs:
    return Inputs(
        scheme=load_scheme(EXAMPLE),
        rates=load_rates(EXAMPLE / "rates"),
        screener=Screener(load_lists(EXAMPLE / "lists")),
        messages=(),
    )


def sending(arrangement: Inputs, *texts: str) -> Inputs:
    sources = tuple(Source(f"{at}.xml", text.encode()) for at, text in enumerate(texts))
    return replace(arrangement, messages=sources)


def test_progress_is_told_to_the_end(arrangement: Inputs) -> None:
    told: list[tuple[int, int]] = []
    small = replace(arrangement, scheme=replace(arrangement.scheme, batch_payments_max=2))
    inputs = sending(small, *map(message, range(5)))
    settle_day(MemoryJournal(), inputs, progress=lambda done, of: told.append((done, of)))
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_batches_close_behind_the_message_that_reaches_the_limit(arrangement: Inputs) -> None:
    small = replace(arrangement, scheme=replace(arrangement.scheme, batch_payments_max=2))
    journal = MemoryJournal()
    settle_day(journal, sending(small, *map(message, range(5))))
    assert [record.payment_count for record in journal.records()] == [0, 2, 2, 1, 0]


def test_messages_without_payments_close_batches_too(arrangement: Inputs) -> None:
    small = replace(arrangement, scheme=replace(arrangement.scheme, batch_payments_max=2))
    journal = MemoryJournal()
    settle_day(journal, sending(small, *["rubbish"] * 5), day=DAY)
    counts = [len(unpack_payload(one.payload).batch.messages) for one in journal.records()]
    assert counts == [0, 2, 2, 1, 0]


def test_a_message_that_is_too_long_is_recorded_with_all_its_bytes(arrangement: Inputs) -> None:
    data = message().encode() + b" " * (MESSAGE_BYTES_MAX + 5)
    journal = MemoryJournal()
    settle_day(journal, replace(arrangement, messages=(Source("long.xml", data),)), day=DAY)
    (row,) = [
        row for one in journal.records() for row in unpack_payload(one.payload).batch.messages
    ]
    assert row["fault"] == Reason.MESSAGE_TOO_LARGE
    assert row["byte_count"] == len(data)
    assert int(row["sha256_0"]).to_bytes(8, "little") == hashlib.sha256(data).digest()[:8]


def test_one_person_cannot_approve_empty_lists_twice(arrangement: Inputs) -> None:
    scheme = replace(arrangement.scheme, empty_lists_approved_by=("A. Anvarova", "A. Anvarova"))
    inputs = replace(arrangement, scheme=scheme, screener=Screener(()))
    with pytest.raises(EmptyListsError, match="two different names"):
        settle_day(MemoryJournal(), inputs)


def test_a_database_keeps_its_scheme(arrangement: Inputs) -> None:
    journal = MemoryJournal()
    settle_day(journal, sending(arrangement, message()))
    other = replace(arrangement, scheme=replace(arrangement.scheme, name="another"))
    with pytest.raises(SchemeChangedError):
        settle_day(journal, other)


def test_without_anything_to_do_nothing_is_written(arrangement: Inputs) -> None:
    journal = MemoryJournal()
    done = settle_day(journal, arrangement)
    assert (done.business_date, done.changed, journal.head()) == (None, False, None)


def test_a_day_named_without_messages_is_settled_empty_and_no_earlier_one_after_it(
    arrangement: Inputs,
) -> None:
    journal = MemoryJournal()
    done = settle_day(journal, arrangement, day=date(2026, 5, 26))
    assert (done.business_date, done.changed) == (date(2026, 5, 26), True)
    with pytest.raises(UsageError, match="no day can be settled behind it"):
        settle_day(journal, arrangement, day=DAY)


def ended(arrangement: Inputs, key: str, last: date) -> Inputs:
    """Return the same with one version ending on another day."""
    agreements = tuple(
        replace(each, valid_until=last) if each.key == key else each
        for each in arrangement.scheme.agreements
    )
    return replace(arrangement, scheme=replace(arrangement.scheme, agreements=agreements))


def states_of(done: Settled) -> list[PaymentState]:
    state = done.ledger.state
    return [PaymentState(each) for each in state.known_books().live["state"][: state.payment_count]]


def test_an_agreement_may_end_sooner_and_go_on_again_between_two_days(arrangement: Inputs) -> None:
    """Monday it takes payments, on Tuesday it has ended, on Thursday it goes on."""
    journal = MemoryJournal()
    tuesday, thursday = DAY + timedelta(days=1), DAY + timedelta(days=3)
    letters = [message(1)]
    settle_day(journal, sending(arrangement, *letters))
    without = ended(arrangement, "kg-ru-goods@1", DAY)
    letters.append(message(2, at=f"{tuesday}T08:00:00+06:00"))
    done = settle_day(journal, sending(without, *letters))
    assert states_of(done) == [PaymentState.SETTLED, PaymentState.REJECTED]
    letters.append(message(3, at=f"{thursday}T08:00:00+06:00"))
    done = settle_day(journal, sending(arrangement, *letters))
    assert states_of(done)[2] is PaymentState.SETTLED
    assert verify_journal(journal).ok
    kinds = [
        control.kind
        for one in journal.records()
        for control in unpack_payload(one.payload).batch.controls
    ]
    assert kinds.count(ControlKind.ADOPT_SCHEME) == 3


def test_the_acts_behind_a_change_stand_in_the_journal(arrangement: Inputs) -> None:
    act = Act(1, DAY, ActKind.PROPOSE, "kg-ru-goods@1", None, None, "A. First", None, "0" * 64)
    journal = MemoryJournal()
    settle_day(journal, replace(sending(arrangement, message()), acts=(act,)))
    (body,) = (
        control.body
        for one in journal.records()
        for control in unpack_payload(one.payload).batch.controls
        if control.kind is ControlKind.ADOPT_SCHEME
    )
    assert [(each["actor"], each["kind"]) for each in body["acts"]] == [("A. First", "propose")]


def test_last_days_do_not_change_while_a_day_is_open(arrangement: Inputs) -> None:
    state = new_state()
    plan = plan_day(arrangement.scheme, DAY)
    adopt = Control(ControlKind.ADOPT_SCHEME, 0, {"scheme": scheme_to_document(arrangement.scheme)})
    opening = Control(ControlKind.OPEN_DAY, plan["opens_us"], {**plan, "screened": {}})
    apply(state, CommandBatch(controls=(adopt, opening)))
    other = ended(arrangement, "kg-ru-goods@1", DAY).scheme
    again = Control(
        ControlKind.ADOPT_SCHEME, plan["opens_us"], {"scheme": scheme_to_document(other)}
    )
    with pytest.raises(SchemeAdoptionError, match="while a day is open, expected them before"):
        apply(state, CommandBatch(controls=(again,)))
