"""Random days with dealers, step by step: after each step the books prove."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.kit.batches import Driver, Payment
from tests.kit.dealing import over_vehicle, quote, with_dealers, with_dealing, with_named
from tests.kit.schemes import (
    DAY,
    KG_BANK,
    KG_CENTRAL,
    KG_SMALL,
    RU_BANK,
    RU_SMALL,
    small_scheme,
    with_liquidity_saving,
    with_reservations,
    with_sponsor,
)

from comity.agreements import (
    LiquiditySaving,
    PositionLimit,
    PositionLimitKind,
    Quote,
    Release,
    Scheme,
    UnsettledAtClose,
)
from comity.payments.codes import EventKind, Mechanism, Priority
from comity.payments.commands import Outcome
from comity.payments.lifecycle import State as PaymentState

KYRGYZ, RUSSIAN = (KG_BANK, KG_SMALL, KG_CENTRAL), (RU_BANK, RU_SMALL)
LAST_MINUTE = 18 * 60 + 15
DIRECT = ("RUB/KGS", Decimal("1.2263"))
OVER_USD = {KG_BANK: ("USD/KGS", Decimal("87.5")), RU_BANK: ("USD/RUB", Decimal("71.3"))}
WAYS: tuple[tuple[bool, Callable[[Scheme], Scheme]], ...] = (
    (False, with_dealers),
    (False, lambda scheme: with_named(with_dealers(scheme), KG_SMALL, RU_BANK)),
    (
        False,
        lambda scheme: with_dealers(scheme, unsettled_at_close=UnsettledAtClose.ROLL),
    ),
    (
        False,
        lambda scheme: with_sponsor(
            with_sponsor(with_dealers(scheme), KG_SMALL, "KGS", KG_BANK), RU_SMALL, "RUB", RU_BANK
        ),
    ),
    (True, lambda scheme: over_vehicle(with_dealers(scheme), opening=2_00)),
)
LIMITS = (
    PositionLimit(PositionLimitKind.BILATERAL, KG_BANK, "RUB", RU_SMALL, 20_00),
    PositionLimit(PositionLimitKind.MULTILATERAL, RU_BANK, "RUB", None, 60_00),
    PositionLimit(PositionLimitKind.MULTILATERAL, KG_SMALL, "KGS", None, 90_00),
)
SAVINGS = (
    None,
    LiquiditySaving(0, None, Release.BYPASS),
    LiquiditySaving(2, 30),
    LiquiditySaving(0, None, multilateral_on_entry=True),
)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def spoken_quotes(draw: st.DrawFn) -> tuple[str, str, str, int, int, str]:
    """Return dealer, side, what is added to the rate in basis points, times and a maximum."""
    begins = draw(st.integers(7 * 60, 17 * 60))
    return (
        draw(st.sampled_from([KG_BANK, RU_BANK])),
        draw(st.sampled_from(["sell", "buy"])),
        str(draw(st.integers(-50, 300))),
        begins,
        begins + draw(st.integers(1, 300)),
        draw(st.sampled_from(["", "", " max=20.00", " max=90.00"])),
    )


class DealtDays(RuleBasedStateMachine):
    """Sends payments in one currency and through dealers, lets time pass, opens and closes days."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = Driver(small_scheme(0))
        self.day = DAY
        self.minute = 7 * 60
        self.is_over = False
        self.frozen: dict[int, bytes] = {}

    @initialize(
        way=st.sampled_from(WAYS),
        limits=st.sampled_from([(), LIMITS]),
        opening=st.sampled_from([0, 30_00, 500_00]),
        saving=st.sampled_from(SAVINGS),
        reserved=st.sampled_from([(0, 0), (5_00, 5_00)]),
        requote=st.sampled_from(["0", "1", "50"]),
        spoken=st.lists(spoken_quotes(), max_size=6),
    )
    def open_books(  # noqa: PLR0917  # hypothesis gives arguments by name
        self,
        way: tuple[bool, Callable[[Scheme], Scheme]],
        limits: tuple[PositionLimit, ...],
        opening: int,
        saving: LiquiditySaving | None,
        reserved: tuple[int, int],
        requote: str,
        spoken: list[tuple[str, str, str, int, int, str]],
    ) -> None:
        self.is_over, change = way
        scheme = with_reservations(small_scheme(opening, position_limits=limits), *reserved)
        scheme = with_dealing(change(scheme), requote_max_percent=Decimal(requote))
        self.driver = Driver(with_liquidity_saving(scheme, "goods", saving))
        self.driver.quotes = self.quotes_of(spoken)
        self.driver.start(self.day)

    def quotes_of(self, spoken: list[tuple[str, str, str, int, int, str]]) -> tuple[Quote, ...]:
        found = []
        for dealer, side, points, begins, ends, most in spoken:
            pair, rate = OVER_USD[dealer] if self.is_over else DIRECT
            sign = 1 if side == "sell" else -1
            price = rate * (1 + sign * Decimal(points) / 10_000)
            hours = f"from={clock(begins)} until={clock(min(ends, LAST_MINUTE))}{most}"
            found.append(quote(f"{dealer} {pair} {side} {price} {hours}".split(), self.day))
        return tuple(found)

    def follow(self, outcome: Outcome) -> None:
        """Check that what moves is settled with it, and never again."""
        live = self.driver.state.known_books().live
        moved = {int(one) for one in outcome.transfers["payment"] if one >= 0}
        assert moved.isdisjoint(self.frozen), "what is final never moves again"
        for number, row in self.frozen.items():
            assert live[number].tobytes() == row
        for number in moved:
            assert live[number]["state"] == PaymentState.SETTLED
            self.frozen[number] = live[number].tobytes()
        deals = outcome.events[outcome.events["kind"] == EventKind.DEAL]["subject"]
        assert moved.issuperset(deals.tolist())
        assert (live[deals]["mechanism"] == Mechanism.DEALER).all()

    @property
    def is_open(self) -> bool:
        return self.driver.state.is_open

    @precondition(lambda self: self.is_open)
    @rule(
        banks=st.tuples(st.sampled_from(KYRGYZ), st.sampled_from(RUSSIAN), st.booleans()),
        amount=st.integers(1, 60_00),
        is_dealt=st.sampled_from([True, True, False]),
        code=st.sampled_from(["KGS", "RUB"]),
        priority=st.sampled_from(Priority),
        later=st.integers(0, 60),
    )
    def send(  # noqa: PLR0917  # hypothesis gives arguments by name
        self,
        banks: tuple[str, str, bool],
        amount: int,
        is_dealt: bool,  # hypothesis gives arguments by name
        code: str,
        priority: Priority,
        later: int,
    ) -> None:
        self.minute = min(self.minute + later, LAST_MINUTE)
        payer, payee = (banks[0], banks[1]) if banks[2] else (banks[1], banks[0])
        home, other = ("KGS", "RUB") if payer in KYRGYZ else ("RUB", "KGS")
        payment = Payment(
            payer,
            payee,
            amount,
            clock(self.minute),
            other if is_dealt else code,
            debtor_currency=home if is_dealt else "",
            purpose="EDUC" if is_dealt else "GDDS",
            priority=priority,
            value_date=self.day,
        )
        self.follow(self.driver.send_on(self.day, payment))

    @precondition(lambda self: self.is_open)
    @rule(later=st.integers(1, 240))
    def let_time_pass(self, later: int) -> None:
        self.minute = min(self.minute + later, LAST_MINUTE)
        self.follow(self.driver.advance(clock(self.minute), self.day))

    @precondition(lambda self: not self.is_open)
    @rule(spoken=st.lists(spoken_quotes(), max_size=6))
    def open_day(self, spoken: list[tuple[str, str, str, int, int, str]]) -> None:
        self.day += timedelta(days=1 if self.day.weekday() < 4 else 3)
        if self.day < date(2026, 12, 20):
            self.minute = 7 * 60
            self.driver.quotes = self.quotes_of(spoken)
            self.driver.start(self.day)


TestDealtDays = DealtDays.TestCase
TestDealtDays.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
