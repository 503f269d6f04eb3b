"""Every kernel is compiled for exactly one combination of types."""

import importlib
import os
import pkgutil
import random
import subprocess
import sys
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from tests.kit.batches import Driver, Order, Payment
from tests.kit.dealing import over_vehicle, quote, with_dealers
from tests.kit.schemes import (
    DAY,
    KG_BANK,
    RU_BANK,
    RU_CENTRAL,
    RU_SMALL,
    small_scheme,
    with_asset,
    with_liquidity_saving,
    with_netting,
    with_outside,
    with_waterfall,
)
from tests.unit.settlement.test_engine import TUESDAY, random_payments
from tests.unit.settlement.test_legs_machine import Rules, random_day, settle
from tests.unit.settlement.test_short_positions import random_day as random_short_day
from tests.unit.settlement.test_short_positions import short_scheme

import comity.settlement
from comity import ledger, netting, queueing
from comity.agreements import (
    AfterShortfall,
    CycleNetting,
    LiquiditySaving,
    PaymentVersusPayment,
    PositionLimit,
    PositionLimitKind,
    Release,
    ResourceKind,
    ResourceTerms,
    ShortfallLayer,
    ShortfallTerms,
    UnsettledAtClose,
)
from comity.payments.codes import Definition, OrderKind, Priority, QueuePlace
from comity.settlement.pair_table import make_pair_room

ROOT = Path(__file__).resolve().parents[3]
COUNTING = """
from tests.unit.settlement.test_kernels import signature_counts, use_everything
use_everything()
for name, count in sorted(signature_counts().items()):
    print(name, count)
"""


def use_everything() -> None:
    """Run days on which every kernel has something to do."""
    give_back()
    settle_in_a_ring(LiquiditySaving(0, 15))
    deal_over_a_vehicle()
    settle_in_a_ring(LiquiditySaving(0, None, multilateral_on_entry=True))
    settle_trades()
    settle_outside()
    settle_short()
    obey_orders(LiquiditySaving(0, None, Release.BYPASS))
    limits = (
        PositionLimit(PositionLimitKind.BILATERAL, KG_BANK, "KGS", RU_BANK, 60_00),
        PositionLimit(PositionLimitKind.NET_DEBIT_CAP, KG_BANK, "KGS", None, 20_00, pool="main"),
    )
    scheme = small_scheme(50_00, position_limits=limits)
    scheme = with_liquidity_saving(scheme, "goods", LiquiditySaving(10, 15))
    driver = Driver(scheme).start()
    for payment in random_payments(5, 120):
        driver.send(payment)
    driver.close()
    driver.start(TUESDAY)
    driver.send_on(
        TUESDAY,
        Payment(KG_BANK, RU_SMALL, 60_00, value_date=TUESDAY),
        Payment(KG_BANK, RU_BANK, 60_00, value_date=TUESDAY, priority=Priority.HIGH),
    )
    driver.close(TUESDAY)
    ledger.fold_transfers(len(driver.state.known_books().balances), driver.outcomes[0].transfers)


def settle_cycles_in_every_way() -> None:
    """Let cycles lack cover, draw, roll a part, settle in pairs and in one asset."""
    terms = ShortfallTerms(tuple(ShortfallLayer), AfterShortfall.ROLL)
    fund = (ResourceTerms(KG_BANK, "KGS", ResourceKind.GUARANTEE_FUND, 10_00),)
    scheme = replace(small_scheme(10_00), resources=fund)
    for each in (
        with_waterfall(scheme, terms),
        with_netting(scheme, CycleNetting.BILATERAL),
        with_asset(scheme, "KGS"),
    ):
        driver = Driver(each).start()
        for payment in random_payments(5, 60):
            driver.send(payment)
        driver.close()


def give_back() -> None:
    """Return a payment, and let another one expire where returns have to be asked for."""
    driver = Driver(small_scheme()).start()
    back = Payment(RU_BANK, KG_BANK, 60_00, purpose="AC04", definition=Definition.PACS_004, uetr=1)
    driver.send(Payment(KG_BANK, RU_BANK, 60_00), back, Payment(KG_BANK, RU_BANK, 9_000_00))
    driver.close()


def obey_orders(saving: LiquiditySaving) -> None:
    """Withdraw, change and time payments in queues, in cycles and under caps."""
    cap = PositionLimit(PositionLimitKind.NET_DEBIT_CAP, KG_BANK, "KGS", None, 5_00, pool="main")
    scheme = with_liquidity_saving(small_scheme(0, position_limits=(cap,)), "goods", saving)
    driver = Driver(scheme).start()
    driver.send(
        Payment(KG_BANK, RU_BANK, 6_00),
        Payment(KG_BANK, RU_BANK, 7_00, reject_at="09:00"),
        Payment(KG_BANK, RU_BANK, 8_00, from_at="08:30", till_at="08:40"),
        Payment(KG_BANK, RU_BANK, 4_00, purpose="GIFT"),
        Payment(KG_BANK, RU_BANK, 4_00, purpose="SCVE"),
    )
    changed = Order(KG_BANK, 1, "08:50", OrderKind.MODIFY, payee=RU_BANK)
    driver.send(
        replace(changed, place=QueuePlace.FRONT),
        replace(changed, original=5, priority=Priority.HIGH),
        Order(KG_BANK, 1, "09:10"),
        Order(KG_BANK, 4, "09:10"),
    )
    driver.close()


def deal_over_a_vehicle() -> None:
    """Let a payment be dealt by two dealers, and another wait for them until the close."""
    driver = Driver(over_vehicle(with_dealers(small_scheme(10_000_00)), opening=1_00))
    lines = (f"{KG_BANK} USD/KGS sell 87.50 from=09:00", f"{RU_BANK} USD/RUB buy 71.30 max=90.00")
    driver.quotes = tuple(quote(line.split(), DAY) for line in lines)
    driver.start()
    for _ in range(2):
        driver.send(Payment(KG_BANK, RU_SMALL, 70_00, "08:00", "RUB", "KGS", "EDUC"))
    driver.close()


def settle_in_a_ring(saving: LiquiditySaving) -> None:
    """Let payments wait that only a multilateral resolution settles."""
    driver = Driver(with_liquidity_saving(small_scheme(0), "goods", saving)).start()
    driver.send(Payment(KG_BANK, RU_BANK, 60_00))
    driver.send(Payment(RU_BANK, KG_BANK, 60_00))
    driver.close()


def settle_trades() -> None:
    """Let legs settle at once, from queues and in a resolution, and time out."""
    rules = Rules(
        opening=20_00,
        saving=LiquiditySaving(2, 30, Release.BYPASS),
        reserved=(0, 0),
        limits=(),
        waterfall=None,
        terms=PaymentVersusPayment(20, time(16)),
        at_close=UnsettledAtClose.EXPIRE,
    )
    settle(rules, random_day(random.Random(3), 80))
    make_pair_room(settle(rules, []).state, 10_000)


def settle_outside() -> None:
    """Let an agent outside reserve and settle one leg, and refuse another."""
    driver = Driver(with_outside(small_scheme(20_00), "RUB")).start()
    for trade in (1, 2):
        one = Payment(
            *(KG_BANK, RU_BANK, 5_00),
            trade=trade,
            counter=("RUB", 5_00),
            definition=Definition.PACS_009,
        )
        counter = ("KGS", 5_00)
        back = replace(one, payer=RU_BANK, payee=KG_BANK, currency="RUB", counter=counter)
        driver.send(one, back)
    for pair, kind in (
        (0, OrderKind.AGENT_RESERVED),
        (0, OrderKind.AGENT_SETTLED),
        (1, OrderKind.AGENT_REFUSED),
    ):
        driver.send(Order(RU_CENTRAL, pair, kind=kind, uetr=2 * pair + 2))
    driver.close()


def settle_short() -> None:
    """Let banks go short, in trades and by single payments."""
    scheme = short_scheme(10_00, 100_00, 200_00, 8, UnsettledAtClose.EXPIRE)
    driver = Driver(scheme).start()
    for payment in random_short_day(random.Random(3), 30, 1):
        driver.send(payment)
    driver.close()


def signature_counts() -> dict[str, int]:
    """Return for each kernel how many combinations of types it was compiled for so far."""
    found = {}
    for package in (comity.settlement, ledger, netting, queueing):
        for module in pkgutil.iter_modules(package.__path__):
            loaded = importlib.import_module(f"{package.__name__}.{module.name}")
            for name, value in vars(loaded).items():
                signatures = getattr(value, "signatures", None)
                if signatures is not None:
                    found[f"{loaded.__name__}.{name}"] = len(signatures)
    return found


@pytest.mark.slow
def test_every_kernel_is_compiled_exactly_once(tmp_path: Path) -> None:
    # In a fresh process with an empty cache: one that is read from it shows no inner kernels.
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    ran = subprocess.run(
        [sys.executable, "-c", COUNTING],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    counts = dict(line.split() for line in ran.stdout.splitlines())
    assert len(counts) > 40
    # What the engine does not call is at most compiled by its own tests.
    of_engine = ("comity.settlement", "comity.ledger", "comity.queueing.fifo")
    wrong = {
        name: count
        for name, count in counts.items()
        if count not in ({"1"} if name.startswith(of_engine) else {"0", "1"})
    }
    assert wrong == {}
