"""What holds for every batch: how it is cut does not matter, and a refused one changes nothing."""

import copy
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from tests.kit.batches import Driver, Payment, batch_of, clock
from tests.kit.days import last_reason
from tests.kit.schemes import DAY, KG_BANK, KG_CENTRAL, KG_SMALL, RU_BANK, RU_SMALL, small_scheme

from comity.agreements.document import DocumentError
from comity.agreements.scheme import Scheme, scheme_to_document
from comity.agreements.terms import CreditPayee
from comity.errors import InputFaultsError, LimitExceededError, RejectedError
from comity.money import AMOUNT_MINOR_MAX, BALANCE_MINOR_MAX
from comity.payments.codes import ControlKind, Definition, Priority
from comity.payments.commands import CommandBatch, Control
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.payments.rows import no_rows
from comity.settlement import State, apply, new_state
from comity.settlement.refusal import (
    BatchShapeError,
    DayNotOpenError,
    DayOrderError,
    SchemeAdoptionError,
)
from comity.settlement.schedule import plan_day
from comity.settlement.tables import COUNTER_EXPOSURE, Books

TUESDAY = date(2026, 5, 26)
PURPOSES = ("GDDS", "GIFT", "SCVE", "LOAN", "TAXS")


def random_payments(seed: int, count: int) -> list[Payment]:
    """Return payments over the whole day, of every kind, some repeated and some refused."""
    dice = random.Random(seed)
    payments = []
    for minute in sorted(dice.randrange(420, 1090) for _ in range(count)):
        kyrgyz, russian = dice.choice((KG_BANK, KG_SMALL)), dice.choice((RU_BANK, RU_SMALL))
        payer, payee = (kyrgyz, russian) if dice.random() < 0.5 else (russian, kyrgyz)
        purpose, code = dice.choice(PURPOSES), dice.choice(("KGS", "RUB"))
        home = "KGS" if payer == kyrgyz else "RUB"
        key = dice.randrange(1, 40) if dice.random() < 0.2 else -1
        payments.append(
            Payment(
                payer,
                payee,
                dice.randrange(1, 90_00),
                f"{minute // 60:02}:{minute % 60:02}",
                code,
                debtor_currency=home if purpose == "LOAN" else "",
                purpose=purpose,
                priority=dice.choice(tuple(Priority)),
                value_date=dice.choice((DAY, DAY, DAY, TUESDAY)),
                definition=dice.choice((Definition.PACS_008, Definition.PACS_009)),
                hit=0 if dice.random() < 0.02 else -1,
                reference=key,
                uetr=key,
                body=key if dice.random() < 0.7 else -1,
            )
        )
    return payments


def events_of(driver: Driver) -> bytes:
    """Return everything a driver's batches caused, in one piece."""
    events = b"".join(one.events.tobytes() for one in driver.outcomes)
    return events + b"|" + b"".join(one.transfers.tobytes() for one in driver.outcomes)


@pytest.mark.parametrize("seed", range(12))
def test_a_batch_of_many_causes_what_many_batches_of_one_cause(seed: int) -> None:
    payments = random_payments(seed, 60)
    whole = Driver(small_scheme(100_00)).start()
    parts = Driver(small_scheme(100_00)).start()
    whole.run(batch_of(whole.scheme, payments))
    for payment in payments:
        parts.send(payment)
    for driver in (whole, parts):
        driver.close()
        driver.start(TUESDAY).close(TUESDAY)
    assert events_of(whole) == events_of(parts)
    assert whole.states() == parts.states()


def test_the_same_commands_cause_the_same_bytes() -> None:
    runs = []
    for _ in range(2):
        driver = Driver(small_scheme(100_00)).start()
        driver.run(batch_of(driver.scheme, random_payments(1, 80)))
        driver.close()
        runs.append(events_of(driver))
    assert runs[0] == runs[1]


def test_a_batch_is_never_changed() -> None:
    driver = Driver(small_scheme()).start()
    batch = batch_of(driver.scheme, random_payments(2, 30))
    before = batch.payments.tobytes() + batch.messages.tobytes()
    batch.payments.flags.writeable = batch.messages.flags.writeable = False
    driver.run(batch)
    assert batch.payments.tobytes() + batch.messages.tobytes() == before


def test_every_step_of_a_payment_is_the_last_of_one_command_or_does_not_rest() -> None:
    driver = Driver(small_scheme(100_00)).start()
    for payment in random_payments(3, 80):
        events = driver.send(payment).events
        steps = events[events["kind"] == 1]
        for number in np.unique(steps["subject"]):
            of_one = steps[steps["subject"] == number]
            for instant in np.unique(of_one["at_us"]):
                rests = of_one[of_one["at_us"] == instant]["rests"].tolist()
                assert rests == [0] * (len(rests) - 1) + [1]


# --- refused batches ---------------------------------------------------------------------------


def facts(state: State) -> tuple[Any, ...]:
    """Return everything of a state that could change, in comparable form."""
    books = state.books
    tables = () if books is None else _bytes_of(books[: Books._fields.index("live")])
    rows = () if books is None else (books.live[: state.payment_count].tobytes(),)
    counters = () if books is None else (books.counters.tobytes(), *_bytes_of(books.queues[:3]))
    scalars = tuple(
        copy.deepcopy(getattr(state, name))
        for name in (
            "payment_count",
            "message_count",
            "now_us",
            "business_day",
            "closed_day",
            "opens_us",
            "closes_us",
            "cycle_count",
            "rates",
            "list_versions",
        )
    )
    keys = (len(state.reference_keys), len(state.uetr_keys), len(state.message_keys))
    return tables + rows + counters + scalars + keys + (repr(state.agenda), state.scheme is None)


def _bytes_of(columns: Iterable[Any]) -> tuple[bytes, ...]:
    return tuple(each.tobytes() for each in columns)


def opening(scheme: Scheme, day: date, **changes: object) -> Control:
    plan = plan_day(scheme, day)
    body = {**plan, "screened": {}, **changes}
    return Control(ControlKind.OPEN_DAY, plan["opens_us"], body)


def adoption(scheme: Scheme) -> Control:
    return Control(ControlKind.ADOPT_SCHEME, 0, {"scheme": scheme_to_document(scheme)})


def advance(at: str) -> Control:
    return Control(ControlKind.ADVANCE, clock(at), {})


def with_agreement(name: str, change: Callable[[Any], Any]) -> Scheme:
    scheme = small_scheme()
    agreements = tuple(change(one) if one.id == name else one for one in scheme.agreements)
    return replace(scheme, agreements=agreements)


def on_acceptance(agreement: Any) -> Any:
    settlement = replace(agreement.settlement, credit_payee=CreditPayee.ON_ACCEPTANCE)
    return replace(agreement, settlement=settlement)


def below_zero(agreement: Any) -> Any:
    return replace(agreement, conversion=replace(agreement.conversion, margin_percent=Decimal(-1)))


def without_partner_accounts() -> Scheme:
    scheme = small_scheme()
    kept = tuple(one for one in scheme.accounts if one.participant != KG_CENTRAL)
    return replace(scheme, accounts=kept)


REFUSED: dict[str, tuple[type[RejectedError], Callable[[Driver], CommandBatch]]] = {
    "payments before a day is open": (
        DayNotOpenError,
        lambda d: batch_of(d.scheme, [Payment(KG_BANK, RU_BANK, 1, "18:16")]),
    ),
    "a message after the close among others in time": (
        DayNotOpenError,
        lambda d: batch_of(
            d.scheme, [Payment(KG_BANK, RU_BANK, 1), Payment(KG_BANK, RU_BANK, 1, "18:16")]
        ),
    ),
    "payments in the batch that closes the day": (
        DayNotOpenError,
        lambda d: replace(
            batch_of(d.scheme, [Payment(KG_BANK, RU_BANK, 1)]), controls=(advance("18:15"),)
        ),
    ),
    "a second day while one is open": (
        DayOrderError,
        lambda d: CommandBatch(controls=(opening(d.scheme, DAY),)),
    ),
    "the same day again": (
        DayOrderError,
        lambda d: CommandBatch(controls=(advance("18:15"), opening(d.scheme, DAY))),
    ),
    "a plan for other agreements": (
        DocumentError,
        lambda d: CommandBatch(
            controls=(advance("18:15"), opening(d.scheme, TUESDAY, agreements=[]))
        ),
    ),
    "a plan without its date": (
        DocumentError,
        lambda d: CommandBatch(controls=(Control(ControlKind.OPEN_DAY, clock("19:00"), {}),)),
    ),
    "a plan that closes before it opens": (
        DocumentError,
        lambda d: CommandBatch(
            controls=(advance("18:15"), opening(d.scheme, TUESDAY, closes_us=1))
        ),
    ),
    "a second scheme": (
        SchemeAdoptionError,
        lambda d: CommandBatch(controls=(adoption(d.scheme),)),
    ),
    "rates that are none": (
        DocumentError,
        lambda d: CommandBatch(controls=(Control(ControlKind.ADOPT_RATES, 0, {"rates": [1]}),)),
    ),
    "lists that are none": (
        DocumentError,
        lambda d: CommandBatch(controls=(Control(ControlKind.ADOPT_LISTS, 0, {}),)),
    ),
    "payments without a message": (
        BatchShapeError,
        lambda d: CommandBatch(
            payments=batch_of(d.scheme, [Payment(KG_BANK, RU_BANK, 1)]).payments
        ),
    ),
    "payments out of order": (
        BatchShapeError,
        lambda d: reversed_rows(batch_of(d.scheme, [Payment(KG_BANK, RU_BANK, 1)] * 2)),
    ),
    "a priority class that there is not": (
        BatchShapeError,
        lambda d: with_priority(batch_of(d.scheme, [Payment(KG_BANK, RU_BANK, 1)]), 3),
    ),
}


def with_priority(batch: CommandBatch, priority: int) -> CommandBatch:
    batch.payments["priority"] = priority
    return batch


def reversed_rows(batch: CommandBatch) -> CommandBatch:
    return replace(batch, payments=batch.payments[::-1].copy())


@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_batch_changes_nothing(what: str) -> None:
    error, make = REFUSED[what]
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 10))
    before = facts(driver.state)
    with pytest.raises(error):
        apply(driver.state, make(driver))
    assert facts(driver.state) == before
    driver.send(Payment(KG_BANK, RU_BANK, 10))
    assert driver.states() == [PaymentState.SETTLED] * 2


@pytest.mark.parametrize(
    ("scheme", "field"),
    [
        (with_agreement("goods", on_acceptance), "settlement.credit_payee"),
        (with_agreement("investment", below_zero), "conversion.margin_percent"),
        (without_partner_accounts(), "settlement.tier"),
        (with_agreement("goods", lambda one: replace(one, parties=("KG", "KZ"))), "parties"),
    ],
)
def test_a_scheme_the_engine_cannot_settle_is_refused_with_its_faults(
    scheme: Scheme, field: str
) -> None:
    state = new_state()
    with pytest.raises(InputFaultsError) as caught:
        apply(state, CommandBatch(controls=(adoption(scheme),)))
    assert field in [fault.field for fault in caught.value.faults]
    assert state.scheme is None


def test_an_opening_sum_beyond_what_is_counted_is_refused() -> None:
    for opening_minor, is_refused in ((BALANCE_MINOR_MAX // 5, False), (BALANCE_MINOR_MAX, True)):
        state = new_state()
        batch = CommandBatch(controls=(adoption(small_scheme(opening_minor)),))
        if is_refused:
            with pytest.raises(LimitExceededError):
                apply(state, batch)
        else:
            apply(state, batch)
            assert state.known_books().balances["posted"].max() > 0


# --- limits, each to the last unit -------------------------------------------------------------


def test_the_greatest_amount_settles_and_one_more_is_refused() -> None:
    driver = Driver(small_scheme(AMOUNT_MINOR_MAX)).start()
    driver.send(Payment(KG_BANK, RU_BANK, AMOUNT_MINOR_MAX))
    driver.send(Payment(KG_BANK, RU_BANK, AMOUNT_MINOR_MAX + 1))
    assert driver.states() == [PaymentState.SETTLED, PaymentState.REJECTED]
    assert last_reason(driver, 1) is Reason.AMOUNT_TOO_LARGE


def test_what_cannot_be_counted_any_more_is_refused_payment_by_payment() -> None:
    driver = Driver(small_scheme(0)).start()
    books = driver.state.known_books()
    books.counters[COUNTER_EXPOSURE] = BALANCE_MINOR_MAX - 10
    driver.send(Payment(KG_BANK, RU_BANK, 11))
    driver.send(Payment(KG_BANK, RU_BANK, 10))
    driver.send(Payment(KG_BANK, RU_BANK, 1))
    assert last_reason(driver, 0) is Reason.SYSTEM_LIMIT
    assert driver.states()[1] is PaymentState.QUEUED
    assert last_reason(driver, 2) is Reason.SYSTEM_LIMIT


def test_a_converted_amount_is_bounded_as_well() -> None:
    driver = Driver(small_scheme(0)).start()
    loan = Payment(KG_BANK, RU_BANK, 0, currency="RUB", debtor_currency="KGS", purpose="LOAN")
    # 1 RUB = 1.2263 KGS: the greatest amount whose conversion is still one that can be paid.
    greatest = AMOUNT_MINOR_MAX * 10_000 // 12_263
    driver.send(replace(loan, amount=greatest))
    driver.send(replace(loan, amount=greatest + 1))
    assert driver.states() == [PaymentState.QUEUED, PaymentState.REJECTED]
    assert last_reason(driver, 1) is Reason.AMOUNT_TOO_LARGE


def test_an_amount_that_converts_to_nothing_is_refused() -> None:
    cheap = replace(small_scheme(10_00), valuation_currency="RUB")
    driver = Driver(cheap).start()
    books = driver.state.known_books()
    books.sides["rate_numerator"], books.sides["rate_denominator"] = 1, 1000
    loan = Payment(KG_BANK, RU_BANK, 499, currency="RUB", debtor_currency="KGS", purpose="LOAN")
    driver.send(loan)
    assert last_reason(driver, 0) is Reason.AMOUNT_ZERO


def test_messages_that_bring_nothing_are_taken() -> None:
    driver = Driver(small_scheme()).start()
    outcome = driver.run(batch_of(driver.scheme, []))
    assert len(outcome.events) == 0
    empty = batch_of(driver.scheme, [Payment(KG_BANK, RU_BANK, 1)])
    outcome = driver.run(replace(empty, payments=no_rows(empty.payments.dtype)))
    assert len(outcome.events) == 1
