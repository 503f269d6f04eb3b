"""Payments through dealers: what is refused, what a batch's size must not change, what is exact."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests.kit.batches import Driver, Payment, batch_of, clock
from tests.kit.dealing import over_vehicle, quote, with_dealers, with_dealing, with_named
from tests.kit.schemes import (
    DAY,
    KG_BANK,
    KG_SMALL,
    RATE,
    RU_BANK,
    RU_SMALL,
    small_scheme,
)

from comity.agreements import ParticipantStatus, Quote, Scheme
from comity.agreements.document import encode
from comity.errors import InputFaultsError, InvariantError, LimitExceededError, RejectedError
from comity.payments.codes import ControlKind, EventKind, QuoteFault
from comity.payments.commands import CommandBatch, Control
from comity.payments.lifecycle import State as PaymentState
from comity.settlement import apply, dealing_tables
from comity.settlement.dealing_tables import judge_quotes
from comity.settlement.invariants import check_books, no_queue_could_move
from comity.settlement.invariants_dealers import deals_are_as_quoted
from comity.settlement.refusal import DayOrderError, SchemeAdoptionError

TUESDAY = date(2026, 5, 26)
TWO_WAYS = (f"{KG_BANK} RUB/KGS sell 1.23", f"{KG_BANK} RUB/KGS buy 1.22")


def quotes(*lines: str, day: date = DAY) -> tuple[Quote, ...]:
    return tuple(quote(line.split(), day) for line in lines)


def dealt(payer: str, payee: str, amount: int, at: str = "08:00", **changes: Any) -> Payment:
    """Return a payment of tuition to Russia, or with `currency` KGS to the Kyrgyz Republic."""
    code = changes.pop("currency", "RUB")
    own = "KGS" if code == "RUB" else "RUB"
    return Payment(payer, payee, amount, at, code, own, "EDUC", **changes)


def driver_with(scheme: Scheme, *lines: str) -> Driver:
    driver = Driver(with_dealers(scheme))
    driver.quotes = quotes(*lines)
    return driver.start()


def kinds_of(driver: Driver, kind: EventKind) -> Any:
    events = np.concatenate([one.events for one in driver.outcomes])
    return events[events["kind"] == kind]


def adoption(found: tuple[Quote, ...]) -> CommandBatch:
    body = {"quotes": [encode(one) for one in found]}
    return CommandBatch(controls=(Control(ControlKind.ADOPT_QUOTES, clock("18:15"), body),))


# --- what is refused ---------------------------------------------------------------------------


def test_quotes_before_a_scheme_are_refused() -> None:
    driver = Driver(with_dealers(small_scheme()))
    with pytest.raises(SchemeAdoptionError, match="found quotes"):
        apply(driver.state, adoption(quotes(*TWO_WAYS)))


def test_quotes_while_a_day_is_open_are_refused_and_change_nothing() -> None:
    driver = driver_with(small_scheme(), TWO_WAYS[0])
    body = {"quotes": [encode(one) for one in quotes(*TWO_WAYS)]}
    late = CommandBatch(controls=(Control(ControlKind.ADOPT_QUOTES, clock("09:00"), body),))
    with pytest.raises(DayOrderError, match="found quotes while 2026-05-25 is open"):
        apply(driver.state, late)
    assert len(driver.state.quotes) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agreement": "goods"}, "quotes[0].agreement"),
        ({"dealer": KG_SMALL}, "quotes[0].dealer"),
        ({"base": "USD"}, "quotes[0].quote"),
        ({"until_us": 0}, "quotes[0].until"),
        ({"numerator": 0}, "quotes[0].price"),
        ({"numerator": None, "denominator": None}, "quotes[0].price"),
        ({"spread_percent": Decimal(1)}, "quotes[0].price"),
        ({"amount_max_minor": 0}, "quotes[0].amount_max"),
        (
            {"numerator": None, "denominator": None, "spread_percent": Decimal(1)},
            "quotes[0].price",
        ),
        (
            {"numerator": None, "denominator": None, "spread_percent": Decimal(100)},
            "quotes[0].spread_percent",
        ),
    ],
)
def test_a_quote_that_does_not_fit_is_refused_by_its_field(
    changes: dict[str, Any], field: str
) -> None:
    driver = driver_with(small_scheme(), TWO_WAYS[0])
    driver.close()
    wrong = replace(quotes(TWO_WAYS[0])[0], **changes)
    with pytest.raises(InputFaultsError) as caught:
        apply(driver.state, adoption((wrong,)))
    assert field in [fault.field for fault in caught.value.faults]
    assert driver.state.quotes == quotes(TWO_WAYS[0])


def test_more_routes_than_can_be_numbered_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = driver_with(small_scheme(), TWO_WAYS[0])
    driver.close()
    monkeypatch.setattr("comity.settlement.refusal.ROUTES_MAX", 1)
    with pytest.raises(LimitExceededError, match="routes_max"):
        apply(driver.state, adoption(quotes(*TWO_WAYS)))


def test_over_a_vehicle_routes_are_counted_as_pairs_of_quotes() -> None:
    scheme = over_vehicle(with_dealers(small_scheme()))
    found = quotes(
        f"{KG_BANK} USD/KGS sell 87.5", f"{KG_BANK} USD/KGS sell 87.6", f"{RU_BANK} USD/RUB buy 71"
    )
    assert dealing_tables.count_routes(scheme, found) == 2


def test_an_amount_that_costs_nothing_is_refused_and_one_that_costs_a_unit_settles() -> None:
    driver = driver_with(small_scheme(), f"{KG_BANK} RUB/KGS sell 0.5")
    driver.send(dealt(KG_SMALL, RU_BANK, 1), dealt(KG_SMALL, RU_BANK, 2))
    assert driver.states() == [PaymentState.REJECTED, PaymentState.SETTLED]


def test_a_payment_in_one_currency_is_not_dealt() -> None:
    driver = driver_with(small_scheme(), *TWO_WAYS)
    driver.send(Payment(KG_SMALL, RU_BANK, 1_00, purpose="EDUC", currency="KGS"))
    assert driver.states() == [PaymentState.REJECTED]


# --- which quotes hold -------------------------------------------------------------------------


def fault_of(scheme: Scheme, *lines: str) -> list[QuoteFault | None]:
    judged = judge_quotes(scheme, quotes(*lines), (RATE,), DAY)
    return [one.fault for one in judged]


def guarded(percent: str = "5") -> Scheme:
    return with_dealing(
        with_dealers(small_scheme()), fixings=("NBKR",), away_max_percent=Decimal(percent)
    )


def test_a_quote_as_far_from_the_official_rate_as_agreed_holds_and_one_further_does_not() -> None:
    # 1.2263 and 5 % are 1.287615.
    line = f"{KG_BANK} RUB/KGS sell"
    assert fault_of(guarded(), f"{line} 1.287615", f"{line} 1.287616") == [None, QuoteFault.AWAY]


def test_a_quote_without_an_official_rate_is_held_back_where_one_is_agreed() -> None:
    judged = judge_quotes(guarded(), quotes(TWO_WAYS[0]), (), DAY)
    assert judged[0].fault is QuoteFault.NO_OFFICIAL_RATE
    assert fault_of(with_dealers(small_scheme()), TWO_WAYS[0]) == [None]


def test_a_dealer_that_may_not_pay_does_not_deal() -> None:
    scheme = with_dealers(small_scheme())
    banks = tuple(
        replace(one, status=ParticipantStatus.RESTRICTED) if one.bic == KG_BANK else one
        for one in scheme.participants
    )
    found = fault_of(replace(scheme, participants=banks), TWO_WAYS[0])
    assert found == [QuoteFault.DEALER_NOT_ACTIVE]


def test_quotes_of_an_agreement_that_is_not_in_force_are_held_back() -> None:
    scheme = with_dealers(small_scheme())
    later = replace(scheme.agreements[-1], valid_from=date(2026, 6, 1))
    scheme = replace(scheme, agreements=(*scheme.agreements[:-1], later))
    assert later.dealing is None or fault_of(scheme, TWO_WAYS[0]) == [QuoteFault.NOT_IN_FORCE]


def test_inverted_quotes_are_held_back_only_while_both_hold() -> None:
    crossed = (f"{KG_BANK} RUB/KGS sell 1.22 until=10:00", f"{KG_BANK} RUB/KGS buy 1.23")
    scheme = with_dealers(small_scheme())
    assert fault_of(scheme, *crossed) == [QuoteFault.INVERTED] * 2
    assert fault_of(scheme, crossed[0], f"{crossed[1]} from=10:00") == [None, None]


def test_a_price_beyond_what_can_be_counted_is_held_back() -> None:
    scheme = with_dealers(small_scheme())
    line = f"{KG_BANK} RUB/KGS sell"
    assert fault_of(scheme, f"{line} 4000", f"{line} 4001") == [None, QuoteFault.NOT_COUNTABLE]


def test_a_spread_is_taken_from_the_price_whichever_way_it_is_quoted() -> None:
    sell, buy = quotes(f"{KG_BANK} RUB/KGS sell 2%", f"{KG_BANK} RUB/KGS buy 2%")
    official = Fraction(12263, 10000)
    assert sell.cost(official) == official * Fraction(102, 100)
    # It buys at 2 % below, and takes so many more roubles for a som.
    assert buy.cost(1 / official) == 1 / (official * Fraction(98, 100))


# --- what is exact -----------------------------------------------------------------------------


def random_day(seed: int, count: int) -> list[Payment]:
    random = np.random.default_rng(seed)
    kyrgyz, russian = (KG_BANK, KG_SMALL), (RU_BANK, RU_SMALL)
    payments, minute = [], 7 * 60
    for _ in range(count):
        minute = min(minute + int(random.integers(0, 12)), 18 * 60)
        at = f"{minute // 60:02}:{minute % 60:02}"
        there = bool(random.integers(2))
        pair = [str(random.choice(kyrgyz)), str(random.choice(russian))]
        payer, payee = pair if there else pair[::-1]
        amount = int(random.integers(1, 40_00))
        if random.integers(3):
            payments.append(dealt(payer, payee, amount, at, currency="RUB" if there else "KGS"))
        else:
            payments.append(Payment(payer, payee, amount, at, str(random.choice(["KGS", "RUB"]))))
    return payments


DAYS: tuple[tuple[Callable[[Scheme], Scheme], tuple[str, ...]], ...] = (
    (
        lambda scheme: with_named(with_dealers(scheme), KG_SMALL, RU_BANK),
        (
            *TWO_WAYS,
            f"{RU_BANK} RUB/KGS sell 1.2250 from=09:00 until=10:00 max=50.00",
            f"{RU_BANK} RUB/KGS sell 1.2400",
            f"{RU_BANK} RUB/KGS buy 1.2150 max=60.00",
        ),
    ),
    (
        lambda scheme: over_vehicle(with_dealers(scheme), opening=3_00),
        (
            f"{KG_BANK} USD/KGS sell 87.50",
            f"{KG_BANK} USD/KGS buy 87.00 from=08:00",
            f"{RU_BANK} USD/RUB buy 71.30 until=11:00",
            f"{RU_BANK} USD/RUB buy 71.10 max=500.00",
            f"{RU_BANK} USD/RUB sell 71.50",
        ),
    ),
)


@pytest.mark.parametrize("way", range(len(DAYS)))
@pytest.mark.parametrize("seed", range(6))
def test_a_batch_of_many_causes_what_many_batches_of_one_cause(seed: int, way: int) -> None:
    change, lines = DAYS[way]
    payments, runs = random_day(seed, 60), []
    for is_whole in (True, False):
        driver = Driver(change(small_scheme(60_00)))
        driver.quotes = quotes(*lines)
        driver.start()
        if is_whole:
            driver.run(batch_of(driver.scheme, payments))
        else:
            for payment in payments:
                driver.send(payment)
        driver.close()
        runs.append(b"".join(one.events.tobytes() for one in driver.outcomes))
        runs[-1] += b"".join(one.transfers.tobytes() for one in driver.outcomes)
        assert len(kinds_of(driver, EventKind.DEAL)) > 5
    assert runs[0] == runs[1]


@pytest.mark.parametrize("seed", range(4))
def test_what_payers_pay_is_the_quote_times_the_amount_rounded_once(seed: int) -> None:
    driver = driver_with(small_scheme(10**9), *TWO_WAYS)
    driver.run(batch_of(driver.scheme, random_day(seed, 80)))
    books = driver.state.known_books()
    costs = (Fraction(123, 100), 1 / Fraction(122, 100))
    deals = kinds_of(driver, EventKind.DEAL)
    assert len(deals) > 20
    for deal in deals:
        live = books.live[deal["subject"]]
        assert int(deal["value"]) == books.rows[deal["subject"]]["amount_minor"]
        assert live["debit_minor"] == round(int(deal["value"]) * costs[deal["detail"]])


def test_a_day_of_deals_replays_from_its_commands_alone() -> None:
    driver = driver_with(small_scheme(60_00), *TWO_WAYS)
    for payment in random_day(3, 40):
        driver.send(payment)
    driver.close()
    again = Driver(driver.scheme)
    for batch, outcome in zip(driver.batches, driver.outcomes, strict=True):
        found = apply(again.state, batch)
        assert found.events.tobytes() == outcome.events.tobytes()
        assert found.transfers.tobytes() == outcome.transfers.tobytes()


def test_a_payment_stays_bound_to_its_quote_although_a_cheaper_one_begins() -> None:
    scheme = small_scheme(0)
    driver = driver_with(
        scheme, f"{KG_BANK} RUB/KGS sell 1.23", f"{RU_BANK} RUB/KGS sell 1.22 from=09:00"
    )
    driver.send(dealt(KG_SMALL, RU_SMALL, 100_00))
    books = driver.state.known_books()
    # Routes stand in order of price, the cheaper one first: it does not hold yet.
    assert (int(books.live["route"][0]), int(books.live["debit_minor"][0])) == (1, 123_00)
    driver.advance("09:30")
    assert (int(books.live["route"][0]), int(books.live["debit_minor"][0])) == (1, 123_00)


def test_turning_quotes_try_nobody_where_no_payment_through_dealers_waits() -> None:
    driver = driver_with(small_scheme(0), f"{KG_BANK} RUB/KGS sell 1.23 until=09:00")
    driver.send(Payment(KG_SMALL, RU_BANK, 1_00))
    driver.advance("09:00")
    assert driver.states() == [PaymentState.QUEUED]


# --- damage ------------------------------------------------------------------------------------


def cost_more(driver: Driver) -> None:
    driver.state.known_books().live["debit_minor"][0] += 1


def count_more(driver: Driver) -> None:
    driver.state.known_books().dealing.quotes["paid_minor"][0] += 1


def leave_less(driver: Driver) -> None:
    driver.state.known_books().dealing.quotes["left_minor"][0] -= 1


def overdraw(driver: Driver) -> None:
    driver.state.known_books().dealing.quotes["left_minor"][0] = -1


@pytest.mark.parametrize(
    ("damage", "number"),
    [(cost_more, "I14"), (count_more, "I6"), (leave_less, "I6"), (overdraw, "I4")],
)
def test_damage_to_deals_is_seen(damage: Callable[[Driver], None], number: str) -> None:
    driver = driver_with(small_scheme(), f"{TWO_WAYS[0]} max=50.00")
    driver.send(dealt(KG_SMALL, RU_BANK, 10_00))
    deals_are_as_quoted(driver.state)
    damage(driver)
    with pytest.raises(InvariantError) as caught:
        deals_are_as_quoted(driver.state)
    assert caught.value.invariant == number


def test_a_payment_that_could_be_dealt_and_waits_is_seen() -> None:
    driver = driver_with(small_scheme(0), TWO_WAYS[0])
    driver.send(dealt(KG_SMALL, RU_SMALL, 10_00))
    check_books(driver.state)
    books, names = driver.state.known_books(), driver.state.known_chart().number_of
    for name in (f"settlement:{KG_SMALL}@CBKGKG20:KGS", f"settlement:{KG_BANK}@CBRURUM0:RUB"):
        books.balances["posted"][names[name]] += 100_00
        agent = name.partition("@")[2]
        books.balances["posted"][names[f"agent:{agent}"]] -= 100_00
    with pytest.raises(InvariantError, match="has cover"):
        no_queue_could_move(driver.state)


def test_a_quote_that_is_no_record_is_refused() -> None:
    driver = driver_with(small_scheme())
    driver.close()
    batch = CommandBatch(
        controls=(Control(ControlKind.ADOPT_QUOTES, clock("18:15"), {"quotes": [1]}),)
    )
    with pytest.raises(RejectedError, match=r"quotes\[0\]"):
        apply(driver.state, batch)
    driver.quotes = quotes(TWO_WAYS[0], day=TUESDAY)
    driver.start(TUESDAY)
    assert driver.state.quotes == driver.quotes
