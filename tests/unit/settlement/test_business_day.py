"""The day around the payments: cycles without members, warehoused payments, screening again."""

from dataclasses import replace
from datetime import date

import numpy as np
from tests.kit.batches import Driver, Payment, clock
from tests.kit.days import last_reason
from tests.kit.schemes import (
    DAY,
    KG_BANK,
    KG_CENTRAL,
    RU_BANK,
    calendar,
    small_scheme,
)

from comity.business_calendar import Calendar
from comity.payments.codes import CycleState, EventKind, Mechanism, Priority
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason

TUESDAY, WEDNESDAY = date(2026, 5, 26), date(2026, 5, 27)


def cycle_steps(driver: Driver) -> list[tuple[int, CycleState]]:
    """Return the number and state of every step of a cycle, in order."""
    events = np.concatenate([one.events for one in driver.outcomes])
    steps = events[events["kind"] == EventKind.CYCLE]
    return [(int(one["subject"]), CycleState(int(one["after"]))) for one in steps]


def test_an_empty_cycle_settles_at_once() -> None:
    driver = Driver(small_scheme()).start()
    driver.advance("11:00")
    # Two currencies, one pool: two cycles.
    assert cycle_steps(driver) == [
        (0, CycleState.CUT_OFF),
        (0, CycleState.SETTLED),
        (1, CycleState.CUT_OFF),
        (1, CycleState.SETTLED),
    ]
    driver.close()
    assert {state for _, state in cycle_steps(driver)} == {CycleState.CUT_OFF, CycleState.SETTLED}


def test_a_cycle_tells_its_gross_sum_its_positions_and_its_net_sum() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 70_00, purpose="GIFT"),
        Payment(RU_BANK, KG_BANK, 20_00, purpose="GIFT"),
    )
    driver.advance("11:30")
    events = np.concatenate([one.events for one in driver.outcomes])
    of_cycle = events[(events["kind"] == EventKind.CYCLE) & (events["subject"] == 0)]
    values = dict(zip(of_cycle["after"].tolist(), of_cycle["value"].tolist(), strict=True))
    assert values[CycleState.CUT_OFF] == 2
    assert values[CycleState.CALCULATED] == 90_00
    assert values[CycleState.SETTLED] == 50_00
    positions = events[events["kind"] == EventKind.POSITION]["value"].tolist()
    assert positions == [-50_00, 50_00]


def test_both_modes_send_high_priority_gross_and_the_rest_to_a_cycle() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 1, purpose="SCVE", priority=Priority.HIGH),
        Payment(KG_BANK, RU_BANK, 1, purpose="SCVE"),
    )
    assert driver.states() == [PaymentState.SETTLED, PaymentState.ACCEPTED]
    driver.close()
    mechanisms = driver.state.known_books().live["mechanism"][:2].tolist()
    assert mechanisms == [Mechanism.GROSS, Mechanism.CYCLE]


def test_in_a_cycle_a_payment_is_irrevocable_and_back_in_the_queue_it_is_not() -> None:
    driver = Driver(small_scheme(0)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 1, purpose="GIFT"))
    live = driver.state.known_books().live
    assert live[0]["irrevocable_us"] == 0
    driver.advance("11:00")
    assert live[0]["irrevocable_us"] == clock("11:00")
    driver.advance("11:30")
    assert driver.states() == [PaymentState.QUEUED]
    assert live[0]["irrevocable_us"] == 0
    assert cycle_steps(driver)[-1] == (0, CycleState.ROLLED)


def test_a_future_payment_settles_on_its_date() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, value_date=TUESDAY))
    assert driver.states() == [PaymentState.WAREHOUSED]
    driver.close()
    driver.start(TUESDAY)
    assert driver.states() == [PaymentState.SETTLED]


def test_a_future_payment_that_a_list_now_hits_is_held() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, value_date=TUESDAY))
    driver.close()
    driver.start(TUESDAY, screened={"0": 3})
    driver.close(TUESDAY)
    assert driver.states() == [PaymentState.HELD_SCREENING]
    assert last_reason(driver, 0) is Reason.SCREENING_HIT


def test_a_future_payment_waits_over_a_holiday_of_one_party() -> None:
    free = Calendar(
        "KG",
        frozenset({5, 6}),
        {TUESDAY: "a day off"},
        {},
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    driver = Driver(small_scheme(calendars=(free, calendar("RU")))).start()
    driver.send(Payment(KG_BANK, RU_BANK, 5_00, value_date=TUESDAY))
    driver.close()
    driver.start(TUESDAY)
    driver.send_on(TUESDAY, Payment(KG_BANK, RU_BANK, 6_00, value_date=TUESDAY))
    driver.close(TUESDAY)
    assert driver.states() == [PaymentState.WAREHOUSED] * 2
    driver.start(WEDNESDAY)
    assert driver.states() == [PaymentState.SETTLED] * 2


def test_a_payment_too_late_rolls_or_is_refused_as_agreed() -> None:
    late = Payment(KG_BANK, RU_BANK, 1, at="16:01")
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 1, at="16:00"), late)
    assert driver.states() == [PaymentState.SETTLED, PaymentState.WAREHOUSED]
    books = driver.state.known_books()
    books.rules["late_rolls"] = 0
    driver.send(late)
    assert last_reason(driver, 2) is Reason.RECEIVED_LATE


def test_ceilings_hold_to_the_last_unit_and_start_anew_each_day() -> None:
    driver = Driver(small_scheme()).start()
    terms = driver.state.known_books().terms
    terms["payment_max"], terms["day_max"] = 10, 15
    sent = [11, 10, 6, 5]
    for amount in sent:
        driver.send(Payment(KG_BANK, RU_BANK, amount))
    reasons = [last_reason(driver, number) for number in range(len(sent))]
    expected = [Reason.AMOUNT_TOO_LARGE, Reason.NONE, Reason.AGREED_LIMIT, Reason.NONE]
    assert reasons == expected
    driver.close()
    driver.start(TUESDAY)
    driver.send_on(TUESDAY, Payment(KG_BANK, RU_BANK, 10, value_date=TUESDAY))
    assert driver.states()[-1] is PaymentState.SETTLED


def test_without_a_rate_a_payment_waits_to_the_close() -> None:
    driver = Driver(small_scheme(), rates=()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 1_00, "08:00", "RUB", "KGS", "LOAN"))
    assert driver.states() == [PaymentState.QUEUED]
    assert last_reason(driver, 0) is Reason.RATE_MISSING
    driver.close()
    assert driver.states() == [PaymentState.EXPIRED]


def test_two_currency_payments_without_cover_move_at_the_fixing() -> None:
    scheme = small_scheme(0)
    accounts = tuple(
        replace(one, opening_balance_minor=122_63)
        if (one.participant, one.currency) == (KG_BANK, "KGS")
        else one
        for one in scheme.accounts
    )
    driver = Driver(replace(scheme, accounts=accounts)).start()
    # The hold is 1 % more than there is; the amount itself is just there.
    driver.send(Payment(KG_BANK, RU_BANK, 100_00, "08:00", "RUB", "KGS", "LOAN"))
    assert driver.states() == [PaymentState.QUEUED]
    driver.advance("15:30")
    assert driver.states() == [PaymentState.RESERVED]
    assert driver.balance(f"intermediary:{KG_CENTRAL}") == 122_63


def test_a_participant_that_may_not_pay_is_refused() -> None:
    driver = Driver(small_scheme()).start()
    directory = driver.state.known_chart().directory
    driver.state.known_books().parties["may_pay"][directory[KG_BANK]] = 0
    driver.send(Payment(KG_BANK, RU_BANK, 1), Payment(RU_BANK, KG_BANK, 1))
    assert last_reason(driver, 0) is Reason.PARTICIPANT_NOT_ACTIVE
    assert driver.states()[1] is PaymentState.SETTLED


def test_of_several_reasons_the_most_fundamental_is_named() -> None:
    wrong = Payment(
        "ZZZZKG20", RU_BANK, 0, currency="USD", purpose="", value_date=date(2020, 1, 1), hit=1
    )
    sequel = [
        (replace(wrong, fault=int(Reason.AMOUNT_DECIMALS)), Reason.AMOUNT_DECIMALS),
        (wrong, Reason.UNKNOWN_DEBTOR_AGENT),
        (replace(wrong, payer=KG_BANK), Reason.AMOUNT_ZERO),
        (replace(wrong, payer=KG_BANK, amount=1), Reason.DATE_PAST),
    ]
    right = replace(wrong, payer=KG_BANK, amount=10**12, value_date=DAY)
    sequel += [
        (right, Reason.SCREENING_HIT),
        (replace(right, hit=-1), Reason.CURRENCY_NOT_ALLOWED),
        (replace(right, hit=-1, currency="KGS"), Reason.PURPOSE_MISSING),
        (replace(right, hit=-1, currency="KGS", purpose="TAXS"), Reason.PURPOSE_NOT_COVERED),
        (replace(right, hit=-1, currency="KGS", purpose="GDDS"), Reason.NO_COVER),
    ]
    driver = Driver(small_scheme()).start()
    for number, (payment, expected) in enumerate(sequel):
        driver.send(payment)
        assert last_reason(driver, number) is expected, number


def test_a_purpose_of_no_agreement_is_refused() -> None:
    scheme = small_scheme()
    driver = Driver(replace(scheme, agreements=scheme.agreements[:1])).start()
    driver.send(Payment(KG_BANK, RU_BANK, 1, purpose="GIFT"))
    assert last_reason(driver, 0) is Reason.PURPOSE_NOT_COVERED
