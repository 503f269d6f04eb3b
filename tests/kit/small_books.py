"""A small day settled into a journal: payments of every mechanism, a refusal and a hold."""

from itertools import accumulate

from tests.kit.batches import Payment, batch_of, clock
from tests.kit.schemes import DAY, KG_BANK, KG_SMALL, RATE, RU_BANK, RU_SMALL, small_scheme

from comity.agreements.document import encode
from comity.agreements.scheme import scheme_to_document
from comity.payments.codes import ControlKind
from comity.payments.commands import CommandBatch, Control
from comity.service.committing import Ledger, rebuild
from comity.service.ports import Journal
from comity.settlement.schedule import plan_day

BATCHES = (
    (
        Payment(KG_BANK, RU_BANK, 300_00),
        Payment(RU_SMALL, KG_BANK, 100_00, currency="RUB"),
        Payment(KG_SMALL, RU_BANK, 200_00, purpose="XXXX"),
    ),
    (
        Payment(RU_BANK, KG_SMALL, 50_00, at="09:00"),
        Payment(KG_BANK, RU_SMALL, 5_000_00, at="09:00"),
        Payment(KG_BANK, RU_BANK, 10_00, at="09:00", hit=3),
    ),
    (
        Payment(RU_BANK, KG_BANK, 20_00, at="10:00", purpose="GIFT"),
        Payment(
            *(KG_BANK, RU_BANK, 10_00),
            at="10:00",
            currency="RUB",
            debtor_currency="KGS",
            purpose="LOAN",
        ),
        Payment(KG_SMALL, RU_BANK, 10_00, at="10:01"),
    ),
)


def settle_small_day(journal: Journal) -> Ledger:
    """Settle the day in five commits, or those that the journal does not hold yet."""
    ledger = rebuild(journal)
    done = ledger.head.sequence if ledger.head else 0
    for batch in small_day()[done:]:
        ledger.commit(batch)
    return ledger


def small_day() -> tuple[CommandBatch, ...]:
    """Return the day's batches: the opening, three of payments, the close."""
    scheme = small_scheme()
    plan = plan_day(scheme, DAY)
    controls = (
        Control(ControlKind.ADOPT_SCHEME, 0, {"scheme": scheme_to_document(scheme)}),
        Control(ControlKind.ADOPT_RATES, 0, {"rates": [encode(RATE)]}),
        Control(ControlKind.ADOPT_LISTS, 0, {"versions": ["none"]}),
        Control(ControlKind.OPEN_DAY, plan["opens_us"], {**plan, "screened": {}}),
    )
    firsts = accumulate(map(len, BATCHES), initial=0)
    return (
        CommandBatch(controls=controls),
        *(
            batch_of(scheme, batch, first=first)
            for batch, first in zip(BATCHES, firsts, strict=False)
        ),
        CommandBatch(controls=(Control(ControlKind.ADVANCE, clock("18:15"), {}),)),
    )
