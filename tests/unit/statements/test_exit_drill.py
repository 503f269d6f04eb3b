"""An exit drill by hand: debts on both sides of a border, each told once, and what is in hand."""

import pytest
from tests.kit.batches import Driver, Payment
from tests.kit.schemes import (
    KG_BANK,
    KG_CENTRAL,
    KG_SMALL,
    RU_BANK,
    RU_CENTRAL,
    RU_SMALL,
    small_scheme,
)

from comity.errors import UsageError
from comity.ledger import AccountKind
from comity.payments.lifecycle import State as PaymentState
from comity.statements.exit_drill import Debt, InHand, drill_exit

KGS, RUB = 417, 643


@pytest.fixture
def driver() -> Driver:
    """Return a day on which 100.00 RUB = 122.63 KGS were taken in and are not settled yet."""
    driver = Driver(small_scheme(1_000_00)).start()
    driver.send(
        Payment(
            *(KG_BANK, RU_BANK, 100_00),
            currency="RUB",
            debtor_currency="KGS",
            purpose="LOAN",
        )
    )
    driver.advance("16:30")
    return driver


def told(debts: tuple[Debt, ...]) -> set[tuple[str, str, int, int]]:
    return {(each.debtor, each.creditor, each.currency, each.amount_minor) for each in debts}


def test_a_country_that_leaves_owes_and_is_owed_across_its_border(driver: Driver) -> None:
    found = drill_exit(driver.state, "KG")
    assert found.who == tuple(sorted({KG_BANK, KG_SMALL, KG_CENTRAL}))
    assert told(found.debts) == {
        # What Russian holders have in Bishkek, and with a Kyrgyz correspondent.
        (KG_CENTRAL, RU_BANK, KGS, 1_000_00),
        (KG_CENTRAL, RU_CENTRAL, KGS, 1_000_00),
        (KG_BANK, RU_SMALL, KGS, 1_000_00),
        # What was taken in for a payee in Moscow: told once, though both sides have an account.
        (KG_CENTRAL, RU_CENTRAL, KGS, 122_63),
        # What Kyrgyz holders have in Moscow.
        (RU_CENTRAL, KG_BANK, RUB, 1_000_00),
        (RU_CENTRAL, KG_CENTRAL, RUB, 1_000_00),
        (RU_BANK, KG_SMALL, RUB, 1_000_00),
    }
    assert found.net_minor() == {KGS: -3_122_63, RUB: 3_000_00}
    assert found.in_hand == (InHand(True, PaymentState.RESERVED, RUB, 1, 100_00),)


def test_both_sides_tell_the_same_debts(driver: Driver) -> None:
    one, other = (drill_exit(driver.state, country) for country in ("KG", "RU"))
    assert told(one.debts) == told(other.debts)
    assert other.net_minor() == {number: -net for number, net in one.net_minor().items()}
    assert other.in_hand == (InHand(False, PaymentState.RESERVED, RUB, 1, 100_00),)


def test_a_bank_that_leaves_takes_its_customers_and_deposits_with_it(driver: Driver) -> None:
    found = drill_exit(driver.state, RU_BANK)
    assert found.who == (RU_BANK,)
    assert told(found.debts) == {
        (KG_CENTRAL, RU_BANK, KGS, 1_000_00),
        (RU_CENTRAL, RU_BANK, RUB, 1_000_00),
        (RU_BANK, KG_SMALL, RUB, 1_000_00),
    }
    kinds = {each.account.partition(":")[0]: each.kind for each in found.debts}
    assert kinds == {"settlement": AccountKind.SETTLEMENT, "loro": AccountKind.LORO}


def test_a_balance_below_zero_is_owed_by_its_holder(driver: Driver) -> None:
    books, chart = driver.state.known_books(), driver.state.known_chart()
    account = chart.number_of[f"settlement:{RU_BANK}@{KG_CENTRAL}:KGS"]
    books.balances["posted"][account] = -7_00
    assert (RU_BANK, KG_CENTRAL, KGS, 7_00) in told(drill_exit(driver.state, RU_BANK).debts)


def test_nothing_is_left_of_what_is_settled(driver: Driver) -> None:
    driver.close()
    found = drill_exit(driver.state, "KG")
    assert found.in_hand == ()
    assert not [each for each in found.debts if each.kind is AccountKind.CLEARING]


@pytest.mark.parametrize("leaver", ["AM", "kg", "ZZZZKG20", ""])
def test_who_is_not_in_the_scheme_is_named_with_those_who_are(driver: Driver, leaver: str) -> None:
    with pytest.raises(UsageError, match=r"expected a member \(KG, RU\) or the BIC of a bank"):
        drill_exit(driver.state, leaver)
