"""Choices over three currencies: what links which, and what a currency without a rate does."""

from dataclasses import replace

import numpy as np
import pytest
from tests.kit.batches import Driver, Payment, clock
from tests.kit.schemes import (
    KG_BANK,
    RATE,
    RU_BANK,
    account,
    calendar,
    small_scheme,
)
from tests.unit.settlement.test_selecting_linked import HOURLY

from comity.agreements import PaymentVersusPayment, Scheme
from comity.agreements.membership import (
    AccountKind,
    Member,
    Participant,
    ParticipantStatus,
    Tier,
)
from comity.agreements.terms import FinalityEvent, FinalityTerms, LedgerIs
from comity.fx import OfficialRate
from comity.payments.codes import Definition, Mechanism
from comity.service.selecting import SolverChooser
from comity.settlement.selection_problems import problems

KZ_BANK, KZ_CENTRAL = "EEEEKZK0", "CBKZKZK0"
BANKS = (KG_BANK, KZ_BANK, RU_BANK)
CODES = ("KGS", "KZT", "RUB")
AGENTS = ("CBKGKG20", KZ_CENTRAL, "CBRURUM0")
PER_TENGE = replace(
    RATE, publisher="NBK", base="RUB", quote="KZT", numerator=6, denominator=1, value="6"
)


def three_scheme() -> Scheme:
    """Return a scheme of three countries with a bank each, that has accounts in all currencies."""
    scheme = small_scheme(0)
    goods = next(each for each in scheme.agreements if each.id == "goods")
    finality = tuple(
        FinalityTerms(code, LedgerIs.AGENT_BOOK, FinalityEvent.POSTING) for code in CODES
    )
    goods = replace(
        goods,
        parties=("KG", "KZ", "RU"),
        currencies=CODES,
        finality=finality,
        liquidity_saving=HOURLY,
        payment_versus_payment=PaymentVersusPayment(None, None),
    )
    member = Member("KZ", "Kazakhstan", "KZT", KZ_CENTRAL, "Asia/Almaty")
    active = ParticipantStatus.ACTIVE
    return replace(
        scheme,
        members=(*scheme.members, member),
        participants=tuple(
            Participant(bank, bank, bank[4:6], Tier.DIRECT, active) for bank in BANKS
        ),
        accounts=tuple(
            replace(account(bank, code, agent, 0), kind=AccountKind.SETTLEMENT)
            for code, agent in zip(CODES, AGENTS, strict=True)
            for bank in BANKS
        ),
        agreements=(goods,),
        calendars=(*scheme.calendars, calendar("KZ")),
    )


def trade(number: int, one: tuple[str, str], other: tuple[str, str]) -> tuple[Payment, ...]:
    """Return both legs of a trade: each bank pays 10.00 of its currency."""
    first = Payment(
        *(one[0], other[0], 10_00, "07:10", one[1]),
        definition=Definition.PACS_009,
        trade=number,
        counter=(other[1], 10_00),
    )
    back = replace(first, payer=other[0], payee=one[0], currency=other[1], counter=(one[1], 10_00))
    return first, back


def round_driver(*rates: OfficialRate) -> Driver:
    """Return 08:00 with three trades that wait.

    A sells KGS for KZT, E sells KZT for RUB, and C sells RUB for KGS, 10.00 of each, so that each
    pays twice in its own currency what nobody has.
    """
    driver = Driver(three_scheme(), rates=rates).start()
    driver.send(
        *trade(1, (KG_BANK, "KGS"), (KZ_BANK, "KZT")),
        *trade(2, (KZ_BANK, "KZT"), (RU_BANK, "RUB")),
        *trade(3, (RU_BANK, "RUB"), (KG_BANK, "KGS")),
    )
    driver.advance("08:00")
    return driver


def test_trades_in_a_round_join_three_currencies_into_one_problem() -> None:
    driver = round_driver(RATE, PER_TENGE)
    (problem,) = problems(driver.state, clock("08:00"))
    assert problem.currencies == (417, 398, 643)
    assert problem.links.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert SolverChooser().choose(problem).count == 0, "nobody has any money"


@pytest.mark.parametrize("rates", [(RATE, PER_TENGE), (RATE,), (PER_TENGE,), ()])
def test_a_currency_without_a_rate_is_linked_with_none(rates: tuple[OfficialRate, ...]) -> None:
    found = problems(round_driver(*rates).state, clock("08:00"))
    legs = {problem.currencies: len(problem.links) for problem in found}
    assert (
        legs
        == {
            (RATE, PER_TENGE): {(417, 398, 643): 3},
            (RATE,): {(417, 643): 1},
            (PER_TENGE,): {(398, 643): 1},
            (): {},
        }[rates]
    )


def test_three_trades_settle_at_once_with_what_pays_their_money_back() -> None:
    driver = round_driver(RATE, PER_TENGE)
    back = ((KZ_BANK, KG_BANK, "KGS"), (KG_BANK, KZ_BANK, "KZT"), (KZ_BANK, RU_BANK, "RUB"))
    more = ((RU_BANK, KG_BANK, "KGS"), (RU_BANK, KZ_BANK, "KZT"), (KG_BANK, RU_BANK, "RUB"))
    driver.send(
        *[Payment(payer, payee, 10_00, "08:00", code) for payer, payee, code in (*back, *more)]
    )
    driver.select_due("08:01")
    live = driver.state.known_books().live[: driver.state.payment_count]
    assert (live["mechanism"] == Mechanism.SELECTION).all()
    assert len(np.unique(driver.outcomes[-1].transfers["group"])) == 1
