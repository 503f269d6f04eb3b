"""Random trades with a leg outside, whose agent answers late, twice, wrongly or never."""

import random
from dataclasses import dataclass, replace
from datetime import date, time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.batches import Driver, Order
from tests.kit.schemes import (
    small_scheme,
    with_liquidity_saving,
    with_outside,
    with_reservations,
)
from tests.unit.settlement.test_legs_machine import LIMITS, SAVINGS, random_day

from comity.agreements import LiquiditySaving, PaymentVersusPayment, Scheme, UnsettledAtClose
from comity.payments.codes import (
    AgentRequest,
    EventKind,
    Mechanism,
    OrderKind,
    OrderStatus,
    PairState,
)
from comity.payments.commands import CommandBatch
from comity.settlement import apply, new_state
from comity.settlement.invariants_pairs import pairs_of_state
from comity.settlement.orders import FROM_AGENT

DAYS = (date(2026, 5, 25), date(2026, 5, 26), date(2026, 5, 27))
AGENT = "CBRURUM0"


@dataclass(frozen=True)
class Rules:
    """What random days settle by."""

    opening: int
    saving: LiquiditySaving | None
    reserved: tuple[int, int]
    is_limited: bool
    terms: PaymentVersusPayment
    at_close: UnsettledAtClose


def random_rules(dice: random.Random) -> Rules:
    return Rules(
        opening=dice.choice((0, 20_00, 90_00)),
        saving=dice.choice(SAVINGS),
        reserved=dice.choice(((0, 0), (0, 0), (5_00, 5_00))),
        is_limited=dice.random() < 0.3,
        terms=PaymentVersusPayment(
            dice.choice((None, 20, 90)),
            dice.choice((None, time(13), time(16))),
            dice.choice((None, 15, 60)),
        ),
        at_close=dice.choice(tuple(UnsettledAtClose)),
    )


def scheme_of(rules: Rules) -> Scheme:
    limits = LIMITS[:1] if rules.is_limited else ()
    scheme = with_outside(small_scheme(rules.opening, position_limits=limits), "RUB")
    scheme = with_liquidity_saving(scheme, "goods", rules.saving)
    (goods,) = scheme.agreements
    goods = replace(
        goods,
        payment_versus_payment=rules.terms,
        settlement=replace(goods.settlement, unsettled_at_close=rules.at_close),
    )
    scheme = replace(scheme, agreements=(goods,))
    return replace(
        scheme,
        accounts=tuple(
            one if one.limit_minor is None else reserving
            for one, reserving in zip(
                scheme.accounts,
                with_reservations(scheme, *rules.reserved).accounts,
                strict=True,
            )
        ),
    )


def play(dice: random.Random, rules: Rules) -> Driver:
    """Play three days: legs, payments, cancellations, and an agent who knows all that it was asked.

    The driver checks every invariant after each message.
    """
    driver = Driver(scheme_of(rules))
    settled: set[int] = set()
    falls_silent = dice.random() < 0.3
    for day in DAYS:
        driver.start(day)
        answers = 1 if falls_silent and day == DAYS[-1] else 3
        for drawn in random_day(dice, 20):
            payment = replace(drawn, purpose="GDDS", value_date=day)
            driver.send_on(day, payment)
            for at in range(dice.randrange(0, answers)):
                minute = int(payment.at[3:]) + at
                if minute < 60:
                    _speak(dice, driver, day, f"{payment.at[:3]}{minute:02}", settled)
        driver.close(day)
    return driver


def _speak(dice: random.Random, driver: Driver, day: date, at: str, settled: set[int]) -> None:
    """Let the agent answer something it was asked, or a bank withdraw a payment of its own."""
    books = driver.state.known_books()
    asked = np.concatenate([one.events for one in driver.outcomes])
    asked = asked[asked["kind"] == EventKind.AGENT_ASKED]
    if not len(asked) or dice.random() < 0.2:
        number = dice.randrange(driver.state.payment_count)
        row = books.rows[number]
        by = driver.state.known_chart().participants[int(row["instructing"])]
        driver.send_on(day, Order(by, int(row["reference_low"]), at))
        return
    event = asked[dice.randrange(len(asked))]
    pair, line = int(event["subject"]), int(books.rows["uetr_low"][event["value"]])
    requests = set(asked["after"][asked["subject"] == pair].tolist())
    kinds = [OrderKind.AGENT_RESERVED, OrderKind.AGENT_REFUSED]
    if AgentRequest.SETTLE in requests:
        # An agent that was not told to forget it may have settled; it never says both.
        kinds = [OrderKind.AGENT_SETTLED] if pair in settled else [*kinds, OrderKind.AGENT_SETTLED]
    kind = dice.choice(kinds)
    if kind is OrderKind.AGENT_SETTLED:
        settled.add(pair)
    driver.send_on(day, Order(AGENT, pair, at, kind, uetr=line))


@pytest.mark.parametrize("first", range(0, 24, 6))
def test_every_invariant_holds_whatever_the_agent_says(first: int) -> None:
    for seed in range(first, first + 6):
        dice = random.Random(seed)
        driver = play(dice, random_rules(dice))
        for waits in (PairState.UNMATCHED, PairState.MATCHED):
            assert not len(pairs_of_state(driver.state, waits)), "no pair outlives its day"
        _check_requests(driver)


def _check_requests(driver: Driver) -> None:
    """Check that an agent is asked in order, and that only its word settles or releases."""
    said: dict[int, list[str]] = {}
    for event in np.concatenate([one.events for one in driver.outcomes]):
        number = int(event["subject"])
        if event["kind"] == EventKind.AGENT_ASKED:
            said.setdefault(number, []).append(AgentRequest(event["after"]).name)
        elif event["kind"] == EventKind.PAIR and number in said:
            said[number].append(f"-{PairState(event['after']).name}")
    allowed = {
        "RESERVE -BOTH_RESERVED SETTLE -SETTLED",
        "RESERVE -BOTH_RESERVED SETTLE -EXPIRED",
        "RESERVE -BOTH_RESERVED SETTLE -BOTH_RESERVED REPORT -SETTLED",
        "RESERVE -BOTH_RESERVED SETTLE -BOTH_RESERVED REPORT -EXPIRED",
        "RESERVE -BOTH_RESERVED SETTLE -BOTH_RESERVED REPORT",
        "RESERVE -SETTLED",
        "RESERVE -EXPIRED",
        "RESERVE RELEASE -EXPIRED",
        "RESERVE RELEASE -RELEASED",
    }
    for number, words in said.items():
        assert " ".join(words) in allowed, f"pair {number}: {words}"


def test_every_way_a_trade_may_end_is_met() -> None:
    ends: set[tuple[PairState, bool]] = set()
    answers: set[tuple[OrderKind, OrderStatus]] = set()
    mechanisms: set[int] = set()
    for seed in range(60):
        dice = random.Random(seed)
        state = play(dice, random_rules(dice)).state
        pairs = state.known_books().pairs
        rows = pairs.rows[: pairs.counts[0]]
        ends |= {
            (PairState(one["state"]), bool(one["in_doubt"])) for one in rows[rows["agent_us"] > 0]
        }
        answers |= {
            (OrderKind(state.orders[number]["kind"]), status)
            for (number, _), (status, _) in state.answers.items()
        }
        settled = pairs_of_state(state, PairState.SETTLED)["first"]
        mechanisms |= set(state.known_books().live["mechanism"][settled].tolist())
    assert ends == {
        (PairState.BOTH_RESERVED, True),
        (PairState.SETTLED, False),
        (PairState.SETTLED, True),
        (PairState.EXPIRED, False),
        (PairState.EXPIRED, True),
        (PairState.RELEASED, False),
    }
    assert mechanisms == {Mechanism.PVP}
    for kind in FROM_AGENT:
        assert (kind, OrderStatus.DONE) in answers


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(1_000, 100_000), cuts=st.lists(st.integers(1, 200), max_size=5))
def test_batches_of_any_size_cause_the_same_events(seed: int, cuts: list[int]) -> None:
    dice = random.Random(seed)
    one_by_one = play(dice, random_rules(dice))
    again = new_state()
    outcomes = [apply(again, batch) for batch in _merged(one_by_one.batches, sorted(cuts))]
    for column in ("events", "transfers"):
        found = b"".join(getattr(one, column).tobytes() for one in outcomes)
        expected = b"".join(getattr(one, column).tobytes() for one in one_by_one.outcomes)
        assert found == expected


def _merged(batches: list[CommandBatch], cuts: list[int]) -> list[CommandBatch]:
    """Return the same messages in batches that end at controls and at these places."""
    merged: list[CommandBatch] = []
    held: list[CommandBatch] = []

    def flush() -> None:
        if held:
            merged.append(_joined(held))
            held.clear()

    for place, batch in enumerate(batches):
        if batch.controls or place in cuts:
            flush()
        if batch.controls:
            merged.append(batch)
        else:
            held.append(batch)
    flush()
    return merged


def _joined(batches: list[CommandBatch]) -> CommandBatch:
    """Return one batch of many without controls."""
    tables: dict[str, list[np.ndarray]] = {name: [] for name in ("messages", "payments", "orders")}
    for place, batch in enumerate(batches):
        for name, rows in tables.items():
            table = getattr(batch, name).copy()
            if name != "messages":
                table["message"] += place
            rows.append(table)
    times = []
    payments = 0
    for batch in batches:
        table = batch.times.copy()
        table["payment"] += payments
        payments += len(batch.payments)
        times.append(table)
    joined_tables = {name: np.concatenate(rows) for name, rows in tables.items()}
    return CommandBatch(
        messages=joined_tables["messages"],
        payments=joined_tables["payments"],
        orders=joined_tables["orders"],
        times=np.concatenate(times),
    )
