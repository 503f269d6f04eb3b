"""Random days, step by step: after each step the books prove and every payment keeps its rules."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.kit.batches import Driver, Order, Payment
from tests.kit.schemes import (
    DAY,
    KG_BANK,
    KG_CENTRAL,
    KG_SMALL,
    RU_BANK,
    RU_SMALL,
    small_scheme,
    with_asset,
    with_liquidity_saving,
    with_netting,
    with_reservations,
    with_waterfall,
)

from comity.agreements import (
    AfterShortfall,
    CycleNetting,
    LiquiditySaving,
    PositionLimit,
    PositionLimitKind,
    QueueThreshold,
    Release,
    Repaid,
    ResourceKind,
    ResourceTerms,
    Scheme,
    ShortfallLayer,
    ShortfallTerms,
)
from comity.money import currency_by_number
from comity.payments.codes import Definition, EventKind, OrderKind, Priority, QueuePlace
from comity.payments.commands import Outcome
from comity.payments.lifecycle import OUTCOMES, TRANSITIONS
from comity.payments.lifecycle import State as PaymentState
from comity.settlement.invariants import check_books

KYRGYZ, RUSSIAN = (KG_BANK, KG_SMALL, KG_CENTRAL), (RU_BANK, RU_SMALL)
LAST_MINUTE = 18 * 60 + 15
EVERY_LAYER = tuple(ShortfallLayer)
WAYS: tuple[Callable[[Scheme], Scheme], ...] = (
    lambda scheme: scheme,
    lambda scheme: with_waterfall(scheme, ShortfallTerms(EVERY_LAYER, AfterShortfall.ROLL)),
    lambda scheme: with_waterfall(
        scheme, ShortfallTerms(EVERY_LAYER, AfterShortfall.ABORT, Repaid.CARRIED_OVER)
    ),
    lambda scheme: with_waterfall(
        scheme, ShortfallTerms((EVERY_LAYER[0], EVERY_LAYER[3]), AfterShortfall.ROLL)
    ),
    lambda scheme: with_netting(scheme, CycleNetting.BILATERAL),
    lambda scheme: with_asset(scheme, "KGS"),
)
"""How cycles of the random days settle."""
RESOURCES = tuple(
    ResourceTerms(bank, code, kind, 20_00)
    for bank, code in ((KG_BANK, "KGS"), (RU_BANK, "KGS"), (RU_BANK, "RUB"), (RU_SMALL, "RUB"))
    for kind in ResourceKind
)


SENDER_LIMITS = (
    PositionLimit(PositionLimitKind.BILATERAL, KG_BANK, "KGS", RU_BANK, 30_00),
    PositionLimit(PositionLimitKind.MULTILATERAL, RU_BANK, "KGS", None, 50_00),
    PositionLimit(PositionLimitKind.MULTILATERAL, KG_SMALL, "RUB", None, 0),
    PositionLimit(PositionLimitKind.NET_DEBIT_CAP, KG_BANK, "KGS", None, 30_00, pool="main"),
    PositionLimit(PositionLimitKind.NET_DEBIT_CAP, RU_BANK, "KGS", None, 0, pool="main"),
)


class Days(RuleBasedStateMachine):
    """Sends payments, lets time pass, closes and opens days."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = Driver(small_scheme(0))
        self.day = DAY
        self.minute = 7 * 60
        self.states: dict[int, PaymentState] = {}
        self.outcomes: dict[int, PaymentState] = {}
        self.frozen: dict[int, bytes] = {}
        self.payers: dict[int, str] = {}
        self.payees: dict[int, str] = {}

    @initialize(
        cycles=st.sampled_from(WAYS),
        limits=st.sampled_from([(), (), SENDER_LIMITS]),
        opening=st.sampled_from([0, 10_00, 500_00]),
        saving=st.sampled_from(
            [
                None,
                LiquiditySaving(0, 1),
                LiquiditySaving(10, None),
                LiquiditySaving(2, 60),
                LiquiditySaving(0, None, Release.BYPASS),
                LiquiditySaving(2, 60, Release.BYPASS),
                LiquiditySaving(0, None, multilateral_on_entry=True),
                LiquiditySaving(2, 30, multilateral_threshold=(QueueThreshold("KGS", 40_00),)),
            ]
        ),
        reserved=st.sampled_from([(0, 0), (5_00, 0), (5_00, 30_00)]),
    )
    def open_books(  # hypothesis gives arguments by name
        self,
        opening: int,
        saving: LiquiditySaving | None,
        reserved: tuple[int, int],
        cycles: Callable[[Scheme], Scheme],
        limits: tuple[PositionLimit, ...],
    ) -> None:
        scheme = with_reservations(small_scheme(opening, position_limits=limits), *reserved)
        scheme = cycles(replace(scheme, resources=RESOURCES))
        self.driver = Driver(with_liquidity_saving(scheme, "goods", saving))
        self.driver.start(self.day)

    @property
    def is_open(self) -> bool:
        return self.driver.state.is_open

    def clock(self, later: int | None = 0) -> str:
        """Return a time some minutes after now as `HH:MM`, nothing for None."""
        if later is None:
            return ""
        minute = min(self.minute + later, 24 * 60 - 1)
        return f"{minute // 60:02}:{minute % 60:02}"

    @precondition(lambda self: self.is_open)
    @rule(
        banks=st.tuples(st.sampled_from(KYRGYZ), st.sampled_from(RUSSIAN), st.booleans()),
        amount=st.integers(0, 60_00),
        codes=st.tuples(st.sampled_from(["KGS", "RUB"]), st.booleans()),
        purpose=st.sampled_from(["GDDS", "GIFT", "SCVE", "LOAN", "EDUC", ""]),
        priority=st.sampled_from(Priority),
        days=st.sampled_from([-1, 0, 0, 0, 0, 1, 3]),
        key=st.sampled_from([-1, -1, -1, 1, 2, 3]),
        interbank=st.booleans(),
        later=st.integers(0, 40),
        asked=st.tuples(*[st.integers(-5, 200) | st.none()] * 3),
    )
    def send(  # noqa: PLR0917  # hypothesis gives arguments by name
        self,
        banks: tuple[str, str, bool],
        amount: int,
        codes: tuple[str, bool],
        purpose: str,
        priority: Priority,
        days: int,
        key: int,
        interbank: bool,
        later: int,
        asked: tuple[int | None, int | None, int | None],
    ) -> None:
        self.minute = min(self.minute + later, LAST_MINUTE)
        payer, payee = (banks[0], banks[1]) if banks[2] else (banks[1], banks[0])
        home = "KGS" if payer in KYRGYZ else "RUB"
        payment = Payment(
            payer,
            payee,
            amount,
            self.clock(),
            codes[0],
            debtor_currency=home if codes[1] else "",
            purpose=purpose,
            priority=priority,
            value_date=self.day + timedelta(days=days),
            definition=Definition.PACS_009 if interbank else Definition.PACS_008,
            reference=key,
            uetr=key,
            body=key,
            from_at=self.clock(asked[0]),
            till_at=self.clock(asked[1]),
            reject_at=self.clock(asked[2]),
        )
        number = self.driver.sent + 1 if key < 0 else key
        self.payers.setdefault(number, payer)
        self.payees.setdefault(number, payee)
        self.follow(self.driver.send_on(self.day, payment))

    @precondition(lambda self: self.is_open and self.states)
    @rule(
        which=st.integers(0, 10_000),
        share=st.fractions(Fraction(1, 10), Fraction(11, 10)),
        priority=st.sampled_from(Priority),
        days=st.sampled_from([0, 0, 0, 1]),
        later=st.integers(0, 40),
    )
    def give_back(
        self, which: int, share: Fraction, priority: Priority, days: int, later: int
    ) -> None:
        """Return a part of some payment, mostly of one that settled; also more than there is."""
        self.minute = min(self.minute + later, LAST_MINUTE)
        settled = [n for n, one in self.states.items() if one is PaymentState.SETTLED]
        candidates = settled or list(self.states)
        number = candidates[which % len(candidates)]
        participants = self.driver.state.known_chart().participants
        row = self.driver.state.known_books().rows[number]
        if row["creditor_agent"] < 0 or row["debtor_agent"] < 0:
            return
        payment = Payment(
            participants[row["creditor_agent"]],
            participants[row["debtor_agent"]],
            int(row["amount_minor"] * share),
            self.clock(),
            currency_by_number(int(row["currency"])).code,
            purpose="AC04",
            priority=priority,
            value_date=self.day + timedelta(days=days),
            definition=Definition.PACS_004,
            uetr=int(row["uetr_low"]),
        )
        self.follow(self.driver.send_on(self.day, payment))

    @precondition(lambda self: self.is_open)
    @rule(
        original=st.integers(1, 60),
        by=st.sampled_from([*KYRGYZ, *RUSSIAN]),
        is_own=st.booleans(),
        kind=st.sampled_from(OrderKind),
        again=st.sampled_from([(-1, -1), (-1, -1), (900, 1), (900, 2)]),
        later=st.integers(0, 40),
        new=st.tuples(
            st.sampled_from([-1, *Priority]),
            st.sampled_from(QueuePlace),
            st.none() | st.integers(-5, 200),
            st.none() | st.integers(-5, 200),
        ),
    )
    def order(  # noqa: PLR0917  # hypothesis gives arguments by name
        self,
        original: int,
        by: str,
        is_own: bool,
        kind: OrderKind,
        again: tuple[int, int],
        later: int,
        new: tuple[int, QueuePlace, int | None, int | None],
    ) -> None:
        """Withdraw or change a payment, mostly one's own, by any key that the machine uses."""
        self.minute = min(self.minute + later, LAST_MINUTE)
        if is_own:
            by = self.payers.get(original, by)
        key, content = again
        order = Order(
            by,
            original,
            self.clock(),
            kind,
            key=key,
            content=content,
            payee=self.payees.get(original, by),
            priority=new[0],
            place=new[1],
            from_at=self.clock(new[2]),
            reject_at=self.clock(new[3]),
        )
        self.follow(self.driver.send_on(self.day, order))

    @precondition(lambda self: self.is_open)
    @rule(later=st.integers(1, 240))
    def let_time_pass(self, later: int) -> None:
        self.minute = min(self.minute + later, LAST_MINUTE)
        self.follow(self.driver.advance(self.clock(), self.day))

    @precondition(lambda self: self.is_open)
    @rule()
    def close(self) -> None:
        self.minute = LAST_MINUTE
        self.follow(self.driver.close(self.day))
        assert not self.is_open

    @precondition(lambda self: not self.is_open)
    @rule(days=st.integers(1, 3))
    def open_day(self, days: int) -> None:
        self.day = min(self.day + timedelta(days=days), date(2026, 12, 20))
        if self.day.weekday() < 5 and self.day.toordinal() > self.last_day():
            self.minute = 7 * 60
            self.driver.start(self.day)
            self.follow(self.driver.outcomes[-1])

    def last_day(self) -> int:
        return date(1970, 1, 1).toordinal() + self.driver.state.closed_day

    def follow(self, outcome: Outcome) -> None:
        """Check every step against what is known of each payment, told apart from the engine."""
        events = outcome.events
        assert (np.diff(events["at_us"]) >= 0).all(), "time never goes back"
        for event in events[events["kind"] == EventKind.PAYMENT]:
            number = int(event["subject"])
            before = self.states.get(number, PaymentState.NONE)
            after = PaymentState(int(event["after"]))
            assert before == event["before"]
            assert after in TRANSITIONS[before]
            self.states[number] = after
            if after in OUTCOMES:
                assert number not in self.outcomes, "exactly one outcome, once"
                self.outcomes[number] = after
        moved = {int(one) for one in outcome.transfers["payment"] if one >= 0}
        assert moved.isdisjoint(self.frozen), "what is final never moves again"
        live = self.driver.state.known_books().live
        for number, row in self.frozen.items():
            assert live[number].tobytes() == row
        self.frozen.update({n: live[n].tobytes() for n in self.outcomes if n not in self.frozen})

    @invariant()
    def books_prove(self) -> None:
        if self.driver.state.books is not None:
            check_books(self.driver.state)
            assert [int(one) for one in self.driver.states()] == [
                int(self.states[number]) for number in range(len(self.states))
            ]


TestDays = Days.TestCase
TestDays.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
