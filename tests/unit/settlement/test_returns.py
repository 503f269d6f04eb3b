"""Returns: checked against their originals, counted against them, converted as they were."""

from dataclasses import replace
from datetime import date, time, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.batches import Driver, Payment, batch_of
from tests.kit.schemes import DAY, KG_BANK, RATE, RU_BANK, RU_SMALL, small_scheme, with_terms

from comity.agreements import (
    Agreement,
    AmountLimits,
    CreditPayee,
    PaysIn,
    ReturnsAt,
    Scheme,
    SettlementAsset,
)
from comity.payments.codes import Definition, EventKind, Mechanism
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement import apply, new_state
from comity.settlement.refusal import BatchShapeError
from comity.settlement.tables import LIVE_ROW

TUESDAY = DAY + timedelta(days=1)
WEDNESDAY = TUESDAY + timedelta(days=1)
RETURN = Definition.PACS_004
PAYER_KGS = "settlement:AAAAKG20@CBKGKG20:KGS"
PAYEE_KGS = "settlement:CCCCRUM0@CBKGKG20:KGS"
PAYEE_RUB = "settlement:CCCCRUM0@CBRURUM0:RUB"


def back(amount: int, at: str = "09:00", uetr: int = 1, **changes: object) -> Payment:
    """Return a return by the Russian bank to the Kyrgyz one."""
    payment = Payment(RU_BANK, KG_BANK, amount, at, purpose="AC04", definition=RETURN, uetr=uetr)
    return replace(payment, **changes)  # type: ignore[arg-type]  # a test names real fields


def reasons_of(driver: Driver) -> list[Reason]:
    """Return the reason of every payment's latest step."""
    found: dict[int, Reason] = {}
    for outcome in driver.outcomes:
        for event in outcome.events[outcome.events["kind"] == EventKind.PAYMENT]:
            found[int(event["subject"])] = Reason(int(event["reason"]))
    return [found[number] for number in sorted(found)]


def investment(scheme: Scheme, **changes: object) -> Scheme:
    """Return the scheme with the conversion terms of its two-currency agreement changed."""

    def changed(one: Agreement) -> Agreement:
        if one.conversion is None:
            return one
        terms = replace(one.conversion, **changes)  # type: ignore[arg-type]
        return replace(one, conversion=terms)

    return replace(scheme, agreements=tuple(map(changed, scheme.agreements)))


def settling_next_day(scheme: Scheme) -> Scheme:
    """Return the scheme with what its central banks owe settled on the next day."""

    def changed(one: Agreement) -> Agreement:
        terms = one.central_bank_settlement
        if terms is None:
            return one
        return replace(one, central_bank_settlement=replace(terms, day_offset=1))

    return replace(scheme, agreements=tuple(map(changed, scheme.agreements)))


def test_the_original_stays_as_it_is_to_the_byte() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00))
    before = driver.state.known_books().live[0].tobytes()
    driver.send(back(60_00))
    assert driver.states() == [PaymentState.SETTLED] * 2
    assert driver.state.known_books().live[0].tobytes() == before
    assert len(before) == LIVE_ROW.itemsize
    assert driver.balance(PAYER_KGS) == 1_000_00


def test_an_event_says_what_is_returned_and_which_agreement_judges() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00, purpose="GIFT"))
    driver.advance("12:00")
    outcome = driver.send(back(10_00, "12:30"))
    (event,) = outcome.events[outcome.events["kind"] == EventKind.RETURN]
    agreements = [one.id for one in driver.scheme.agreements]
    assert (event["subject"], event["value"]) == (1, 0)
    assert event["detail"] == agreements.index("remittances")


REFUSED: dict[str, tuple[Payment, Reason]] = {
    "nothing of this UETR": (back(1_00, uetr=99), Reason.RETURN_ORIGINAL_UNKNOWN),
    "of the payer's own": (
        Payment(KG_BANK, RU_BANK, 1_00, "09:00", purpose="AC04", definition=RETURN, uetr=1),
        Reason.RETURN_ORIGINAL_UNKNOWN,
    ),
    "another reference": (back(1_00, quoted=2), Reason.RETURN_CONTRADICTED),
    "another amount": (back(1_00, quoted_amount=(1_00, "KGS")), Reason.RETURN_AMOUNT_CONTRADICTED),
    "another amount's currency": (
        back(60_00, quoted_amount=(60_00, "RUB")),
        Reason.RETURN_AMOUNT_CONTRADICTED,
    ),
    "an amount that no payment has": (
        back(1_00, quoted_amount=(-1, "KGS")),
        Reason.RETURN_AMOUNT_CONTRADICTED,
    ),
    "another date": (back(1_00, quoted_date=TUESDAY), Reason.RETURN_DATE_CONTRADICTED),
    "a date that no payment has": (
        back(1_00, quoted_date=date(1969, 12, 31)),
        Reason.RETURN_DATE_CONTRADICTED,
    ),
    "not settled": (back(1_00, uetr=2), Reason.RETURN_NOT_SETTLED),
    "of another bank's money": (
        back(1_00, payer=RU_SMALL, instructing=RU_BANK),
        Reason.RETURN_PARTIES,
    ),
    "to another bank": (
        back(1_00, payee="BBBBKG20", instructed=KG_BANK),
        Reason.RETURN_PARTIES,
    ),
    "another currency": (back(1_00, currency="RUB"), Reason.RETURN_CURRENCY),
    "too much": (back(60_01), Reason.RETURN_EXCEEDS),
    "a purpose for a reason": (back(1_00, purpose="GDDS"), Reason.RETURN_REASON_UNKNOWN),
    "no reason": (back(1_00, purpose=""), Reason.RETURN_REASON_UNKNOWN),
    "nothing": (back(0), Reason.AMOUNT_ZERO),
    "of yesterday": (back(1_00, value_date=date(2026, 5, 22)), Reason.DATE_PAST),
    "too late": (back(1_00, "17:01"), Reason.ROLLED_LATE),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_returned_moves_nothing(what: str) -> None:
    payment, reason = REFUSED[what]
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00), Payment(KG_BANK, RU_BANK, 9_000_00))
    outcome = driver.send(payment)
    assert reasons_of(driver)[2] is reason
    assert not len(outcome.transfers)
    assert driver.balance(PAYER_KGS) == 940_00


def test_the_reference_it_quotes_may_be_the_originals() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00), back(60_00, quoted=1))
    assert driver.states() == [PaymentState.SETTLED] * 2


def test_amount_and_date_that_it_quotes_may_be_the_originals() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 60_00),
        back(20_00, quoted_amount=(60_00, "KGS")),
        back(20_00, quoted_date=DAY),
        back(20_00, quoted_amount=(60_00, "KGS"), quoted_date=DAY, quoted=1),
    )
    assert driver.states() == [PaymentState.SETTLED] * 4


def quoting(day: date, number: int) -> Payment:
    return back(1_00, value_date=TUESDAY, quoted_date=day, reference=number, body=number)


def test_a_date_may_be_the_one_sent_or_the_one_it_was_moved_to() -> None:
    late = Payment(KG_BANK, RU_BANK, 60_00, "17:30")
    driver = Driver(small_scheme()).start()
    driver.send(late)
    driver.close()
    driver.start(TUESDAY)
    driver.send_on(TUESDAY, *map(quoting, (DAY, TUESDAY, WEDNESDAY), (50, 51, 52)))
    assert driver.states()[1:] == [PaymentState.SETTLED] * 2 + [PaymentState.REJECTED]
    assert reasons_of(driver)[3] is Reason.RETURN_DATE_CONTRADICTED


def test_a_date_may_be_that_of_the_day_on_which_reserved_money_was_paid_out() -> None:
    driver = Driver(settling_next_day(small_scheme(900_00))).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 60_00, currency="RUB", debtor_currency="KGS", purpose="LOAN")
    )
    driver.close()
    assert driver.states() == [PaymentState.RESERVED]
    driver.start(TUESDAY).close(TUESDAY)
    assert driver.states() == [PaymentState.SETTLED]
    driver.start(WEDNESDAY)
    days = (DAY, TUESDAY, WEDNESDAY)
    returns = [
        replace(quoting(day, 50 + number), value_date=WEDNESDAY, currency="RUB")
        for number, day in enumerate(days)
    ]
    driver.send_on(WEDNESDAY, *returns)
    assert [one == PaymentState.REJECTED for one in driver.states()] == [False] * 3 + [True]
    assert reasons_of(driver)[3] is Reason.RETURN_DATE_CONTRADICTED


@pytest.mark.parametrize("cut", [1, 2, 4])
def test_a_date_is_judged_alike_in_batches_of_any_size(cut: int) -> None:
    driver = Driver(small_scheme()).start()
    sent = [Payment(KG_BANK, RU_BANK, 60_00, "17:30"), *map(quoting, (DAY, TUESDAY), (50, 51))]
    sent = [replace(one, at="17:31", value_date=DAY) if one.quoted_date else one for one in sent]
    for start in range(0, len(sent), cut):
        driver.send(*sent[start : start + cut])
    assert driver.states() == [PaymentState.WAREHOUSED] + [PaymentState.REJECTED] * 2
    assert reasons_of(driver)[1:] == [Reason.RETURN_NOT_SETTLED] * 2


def test_quotations_that_there_cannot_be_are_refused_before_anything_changes() -> None:
    driver = Driver(small_scheme(0)).start()
    batch = batch_of(driver.scheme, [Payment(KG_BANK, RU_BANK, 1), back(1, quoted_date=DAY)])
    for name, value, words in (
        ("payment", 2, "quoted.payment: found rows out of order"),
        ("payment", -1, "quoted.payment: found rows out of order"),
        ("payment", 0, "quoted.payment: found payment 0, expected returns only"),
        ("amount_minor", -2, "quoted.amount_minor: found -2"),
        ("amount_minor", 10**15, "quoted.amount_minor: found 1000000000000000"),
    ):
        spoilt = batch.quoted.copy()
        spoilt[name] = value
        with pytest.raises(BatchShapeError, match=words):
            apply(driver.state, replace(batch, quoted=spoilt))
    assert driver.state.payment_count == 0


def test_the_checks_come_in_their_order() -> None:
    wrong = back(
        9_999_99,
        payer=RU_SMALL,
        instructing=RU_BANK,
        currency="RUB",
        purpose="",
        uetr=2,
        quoted=7,
        quoted_amount=(1, "RUB"),
        quoted_date=TUESDAY,
    )
    mended = [
        ({"quoted": 2}, Reason.RETURN_CONTRADICTED),
        ({"quoted_amount": (9_000_00, "KGS")}, Reason.RETURN_AMOUNT_CONTRADICTED),
        ({"quoted_date": DAY, "quoted_amount": (0, "")}, Reason.RETURN_DATE_CONTRADICTED),
        ({"uetr": 1, "quoted": 0}, Reason.RETURN_NOT_SETTLED),
        ({"payer": RU_BANK}, Reason.RETURN_PARTIES),
        ({"currency": "KGS"}, Reason.RETURN_CURRENCY),
        ({"amount": 60_00}, Reason.RETURN_EXCEEDS),
        ({"purpose": "AC04"}, Reason.RETURN_REASON_UNKNOWN),
    ]
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00), Payment(KG_BANK, RU_BANK, 9_000_00))
    for changes, reason in mended:
        driver.send(wrong)
        assert reasons_of(driver)[-1] is reason
        wrong = replace(wrong, **changes)  # type: ignore[arg-type]
    driver.send(wrong)
    assert driver.states()[-1] is PaymentState.SETTLED


def test_a_cover_and_what_it_covers_are_told_apart_by_the_reference() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 60_00, uetr=7),
        Payment(KG_BANK, RU_BANK, 30_00, uetr=7, definition=Definition.PACS_009_COV),
        back(1_00, uetr=7),
        back(2_00, uetr=7, quoted=2),
        back(4_00, uetr=7, quoted=1),
    )
    returns = driver.state.known_books().returns
    assert returns.rows["original"].tolist() == [0, 1, 0]
    assert returns.originals["returned_minor"].tolist() == [5_00, 2_00]


def test_a_return_of_what_comes_later_in_its_batch_is_unknown() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(back(1_00, "08:00", uetr=2), Payment(KG_BANK, RU_BANK, 60_00, "08:00", uetr=2))
    assert reasons_of(driver)[0] is Reason.RETURN_ORIGINAL_UNKNOWN
    assert driver.states()[1] is PaymentState.SETTLED


def test_several_returns_go_under_one_uetr_and_one_sent_twice_is_answered_again() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 60_00),
        back(20_00, reference=50, body=50),
        back(20_00, reference=51, body=51),
        back(20_00, reference=50, body=50),
        back(5_00, reference=50, body=52),
    )
    assert driver.state.payment_count == 4
    assert reasons_of(driver)[3] is Reason.DUPLICATE_REFERENCE
    assert driver.state.known_books().returns.originals["returned_minor"].tolist() == [40_00]


def test_a_return_in_a_cycle_settles_with_it() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00, purpose="GIFT"))
    driver.send(back(60_00, "11:40"))
    assert driver.states() == [PaymentState.SETTLED, PaymentState.ACCEPTED]
    driver.advance("15:30")
    assert driver.states() == [PaymentState.SETTLED] * 2
    assert driver.state.known_books().live["mechanism"][1] == Mechanism.CYCLE


def test_one_that_is_screened_out_counts_once_it_is_judged() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00), back(60_00, hit=3))
    assert driver.states()[1] is PaymentState.HELD_SCREENING
    assert driver.state.known_books().returns.originals["returned_minor"].tolist() == [0]


def lapsing(scheme: Scheme, name: str) -> Scheme:
    """Return the scheme with an agreement whose last day is the first one of the test."""
    return replace(
        scheme,
        agreements=tuple(
            replace(one, valid_until=DAY) if one.id == name else one for one in scheme.agreements
        ),
    )


@pytest.mark.parametrize(("name", "purpose"), [("goods", "GDDS"), ("remittances", "GIFT")])
def test_what_settled_under_a_lapsed_agreement_is_returned_under_it(
    name: str, purpose: str
) -> None:
    driver = Driver(lapsing(small_scheme(), name)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00, purpose=purpose))
    driver.close()
    driver.start(TUESDAY)
    driver.send_on(
        TUESDAY,
        back(60_00, value_date=TUESDAY),
        Payment(KG_BANK, RU_BANK, 1_00, "09:01", purpose=purpose, value_date=TUESDAY),
    )
    assert driver.states()[:2] == [PaymentState.SETTLED] * 2
    assert reasons_of(driver)[2] is Reason.AGREEMENT_NOT_IN_FORCE
    assert driver.state.known_books().live["mechanism"][1] == Mechanism.GROSS
    driver.close(TUESDAY)


def with_day_max(scheme: Scheme, minor: int) -> Scheme:
    """Return the scheme with a ceiling on all goods of a day in soms."""
    limits = (AmountLimits("KGS", None, minor),)
    return replace(
        scheme,
        agreements=tuple(
            replace(one, limits=limits) if one.id == "goods" else one for one in scheme.agreements
        ),
    )


def test_a_settled_return_gives_the_day_back_what_its_original_took() -> None:
    driver = Driver(with_day_max(small_scheme(), 100_00)).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 80_00),
        Payment(KG_BANK, RU_BANK, 30_00),
        back(10_00, "08:10"),
        Payment(KG_BANK, RU_BANK, 30_00, "08:20"),
        Payment(KG_BANK, RU_BANK, 1, "08:21"),
    )
    found = [one is PaymentState.SETTLED for one in driver.states()]
    assert found == [True, False, True, True, False]
    assert reasons_of(driver)[1] is reasons_of(driver)[4] is Reason.AGREED_LIMIT


def test_on_a_later_day_there_is_nothing_to_give_back() -> None:
    driver = Driver(with_day_max(small_scheme(), 100_00)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 100_00))
    driver.close()
    driver.start(TUESDAY)
    driver.send_on(
        TUESDAY,
        back(100_00, value_date=TUESDAY),
        Payment(KG_BANK, RU_BANK, 100_01, "09:01", value_date=TUESDAY),
        Payment(KG_BANK, RU_BANK, 100_00, "09:02", value_date=TUESDAY),
    )
    assert reasons_of(driver)[2] is Reason.AGREED_LIMIT
    assert driver.states()[3] is PaymentState.SETTLED


def two_way(amount: int) -> Payment:
    """Return a payment of roubles out of an account in soms."""
    return Payment(KG_BANK, RU_BANK, amount, currency="RUB", debtor_currency="KGS", purpose="LOAN")


def returned_in(driver: Driver) -> tuple[int, int]:
    """Return what has been returned of the first original, and for how much of its debit."""
    (original,) = driver.state.known_books().returns.originals
    return int(original["returned_minor"]), int(original["credited_minor"])


@pytest.mark.parametrize("at", ReturnsAt)
@pytest.mark.parametrize("unit", ["KGS", "RUB"])
@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"credit_payee": CreditPayee.ON_ACCEPTANCE, "credit_line_minor": 1_000_00},
        {"asset": SettlementAsset.CARRIED_BALANCE, "credit_line_minor": 1_000_00},
    ],
    ids=["after", "at once", "carried"],
)
def test_two_currencies_go_back_through_the_central_banks(
    at: ReturnsAt, unit: str, terms: dict[str, object]
) -> None:
    scheme = investment(with_terms(small_scheme(), "investment", **terms), returns_at=at)
    scheme = replace(
        scheme,
        agreements=tuple(
            replace(one, central_bank_settlement=replace(central, clearing_unit=unit))
            if (central := one.central_bank_settlement)
            else one
            for one in scheme.agreements
        ),
    )
    later = replace(RATE, numerator=5, denominator=4, effective_on=TUESDAY, value="1,2500")
    driver = Driver(scheme, rates=(replace(RATE, effective_on=DAY), later)).start()
    driver.send(two_way(100_00))
    driver.close()
    assert driver.balance(PAYER_KGS) == 1_000_00 - 122_63
    assert driver.balance(PAYEE_RUB) == 1_100_00
    driver.start(TUESDAY)
    driver.send_on(TUESDAY, back(100_00, currency="RUB", value_date=TUESDAY))
    driver.close(TUESDAY)
    assert driver.states() == [PaymentState.SETTLED] * 2
    assert driver.balance(PAYEE_RUB) == 1_000_00
    credited = 122_63 if at is ReturnsAt.ORIGINAL_RATE else 125_00
    assert driver.balance(PAYER_KGS) == 1_000_00 - 122_63 + credited
    assert driver.balance("rounding:CBKGKG20") == driver.balance("rounding:CBRURUM0") == 0


@settings(max_examples=60, deadline=None)
@given(
    amount=st.integers(1, 3_000),
    rate=st.fractions(Fraction(1, 50), Fraction(50), max_denominator=10_000),
    cuts=st.lists(st.integers(0, 3_000), max_size=6),
    pays_in=st.sampled_from(PaysIn),
)
def test_all_parts_together_give_exactly_the_debit_back(
    amount: int, rate: Fraction, cuts: list[int], pays_in: PaysIn
) -> None:
    scheme = small_scheme(10_000_00)
    scheme = replace(
        scheme,
        agreements=tuple(
            replace(one, central_bank_settlement=replace(central, pays_in=pays_in))
            if (central := one.central_bank_settlement)
            else one
            for one in scheme.agreements
        ),
    )
    numerator, denominator = rate.as_integer_ratio()
    driver = Driver(
        scheme,
        rates=(replace(RATE, numerator=numerator, denominator=denominator, effective_on=DAY),),
    ).start()
    driver.send(two_way(amount))
    driver.close()
    if driver.states()[0] is not PaymentState.SETTLED:
        return  # converted it is nothing
    debit = int(driver.state.known_books().live["debit_minor"][0])
    driver.start(TUESDAY)
    bounds = sorted({0, amount, *(cut for cut in cuts if cut < amount)})
    parts = [high - low for low, high in pairwise(bounds)]
    for part in parts:
        driver.send_on(TUESDAY, back(part, currency="RUB", value_date=TUESDAY))
    # A part too small to give anything back is refused; what is left then goes back at once.
    left = amount - returned_in(driver)[0]
    if left:
        driver.send_on(TUESDAY, back(left, "09:01", currency="RUB", value_date=TUESDAY))
    driver.close(TUESDAY)
    returned, credited = returned_in(driver)
    if returned == amount:
        assert credited == debit
        assert driver.balance(PAYER_KGS) == 10_000_00
        assert driver.balance(PAYEE_RUB) == 10_000_00
    else:
        assert reasons_of(driver)[-1] is Reason.RETURN_TOO_SMALL
        assert credited == debit


def test_a_part_that_fails_leaves_its_units_to_the_others() -> None:
    # 7 roubles' kopecks for 9 tyiyn: 3 + 4 would be 4 + 5; the first fails, so 7 at once is 9.
    rate = replace(RATE, numerator=9, denominator=7, effective_on=DAY)
    driver = Driver(small_scheme(), rates=(rate,)).start()
    driver.send(two_way(7))
    driver.close()
    driver.start(TUESDAY)
    driver.send_on(TUESDAY, Payment(RU_BANK, KG_BANK, 1_000_06, currency="RUB", value_date=TUESDAY))
    driver.send_on(TUESDAY, back(3, currency="RUB", value_date=TUESDAY))
    assert driver.states()[2] is PaymentState.QUEUED
    assert returned_in(driver) == (3, 4)
    driver.close(TUESDAY)
    assert driver.states()[2] is PaymentState.EXPIRED
    assert returned_in(driver) == (0, 0)


def test_what_is_too_small_to_be_worth_anything_is_refused() -> None:
    rate = replace(RATE, numerator=1, denominator=100, effective_on=DAY)
    driver = Driver(small_scheme(), rates=(rate,)).start()
    driver.send(two_way(100_00))
    driver.close()
    driver.start(TUESDAY)
    driver.send_on(TUESDAY, back(50, currency="RUB", value_date=TUESDAY))
    driver.send_on(TUESDAY, back(51, currency="RUB", value_date=TUESDAY))
    assert reasons_of(driver)[1] is Reason.RETURN_TOO_SMALL
    assert returned_in(driver) == (51, 1)


def test_at_the_days_fixing_a_return_waits_for_a_rate() -> None:
    scheme = investment(small_scheme(), returns_at=ReturnsAt.CURRENT_FIXING)
    driver = Driver(scheme, rates=(replace(RATE, effective_on=DAY),)).start()
    driver.send(two_way(100_00))
    driver.close()
    late = DAY + timedelta(days=7)
    driver.start(late)
    driver.send_on(late, back(100_00, currency="RUB", value_date=late))
    assert reasons_of(driver)[1] is Reason.RATE_MISSING
    driver.close(late)
    assert driver.states()[1] is PaymentState.EXPIRED
    assert returned_in(driver) == (0, 0)


def test_at_the_original_rate_none_is_needed() -> None:
    driver = Driver(small_scheme(), rates=(replace(RATE, effective_on=DAY),)).start()
    driver.send(two_way(100_00))
    driver.close()
    late = DAY + timedelta(days=7)
    driver.start(late)
    driver.send_on(late, back(100_00, currency="RUB", value_date=late))
    driver.close(late)
    assert driver.states()[1] is PaymentState.SETTLED
    assert driver.balance(PAYER_KGS) == 1_000_00


def test_one_that_rolls_keeps_its_claim() -> None:
    scheme = with_terms(small_scheme(), "goods")
    driver = Driver(scheme).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00), back(60_00, value_date=TUESDAY), back(1, "09:01"))
    assert driver.states()[1:] == [PaymentState.WAREHOUSED, PaymentState.REJECTED]
    driver.close()
    driver.start(TUESDAY)
    assert driver.states()[1] is PaymentState.SETTLED
    events = np.concatenate([one.events for one in driver.outcomes])
    assert (events["kind"] == EventKind.RETURN).sum() == 1


@pytest.mark.parametrize("size", [1, 2, 5])
def test_every_size_of_batch_gives_the_same_events(size: int) -> None:
    payments = [
        Payment(KG_BANK, RU_BANK, 60_00, uetr=1),
        back(20_00, "08:10"),
        back(50_00, "08:11"),
        two_way(100_00),
        back(40_00, "08:13"),
        Payment(RU_BANK, KG_BANK, 970_00, "08:20"),
        back(1, "08:21", uetr=3),
    ]
    whole, parts = Driver(small_scheme()).start(), Driver(small_scheme()).start()
    whole.send(*payments)
    for first in range(0, len(payments), size):
        parts.send(*payments[first : first + size])
    for driver in (whole, parts):
        driver.close()
    joined = [
        b"".join(one.events.tobytes() + b"|" for one in driver.outcomes[1:]).replace(b"|", b"")
        for driver in (whole, parts)
    ]
    assert joined[0] == joined[1]


def test_the_commands_alone_give_the_same_events_again() -> None:
    driver = Driver(small_scheme()).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00), back(20_00), two_way(10_00), back(10_00, "10:00"))
    driver.close()
    state = new_state()
    again = [apply(state, batch) for batch in driver.batches]
    for one, other in zip(driver.outcomes, again, strict=True):
        assert one.events.tobytes() == other.events.tobytes()
        assert one.transfers.tobytes() == other.transfers.tobytes()


def test_its_cut_off_is_the_banks_own() -> None:
    driver = Driver(small_scheme()).start()
    assert driver.scheme.agreements[0].cut_offs.customer == time(16)
    driver.send(Payment(KG_BANK, RU_BANK, 60_00), back(60_00, "16:30"))
    assert driver.states()[1] is PaymentState.SETTLED
    assert batch_of(driver.scheme, [back(1)]).payments["definition"][0] == RETURN
