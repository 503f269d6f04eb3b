"""Opening balances: enough for most, little for those that live on what comes in."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from comity.arrangement import load_scheme
from comity.generation.corridor import Corridor, corridor_of
from comity.generation.funding import OPENING_MINOR_MIN, Funding
from comity.generation.profile import CURRENCIES
from comity.generation.traffic import DrawnDay, draw_traffic

EXAMPLE = Path(__file__).parents[3] / "examples" / "kyrgyzstan-russia"


@cache
def corridor() -> Corridor:
    return corridor_of(load_scheme(EXAMPLE))


@cache
def funded(days: int) -> tuple[Funding, NDArray[np.int64]]:
    funding = Funding(corridor())
    for number in range(days):
        day = DrawnDay(seed=1, number=number, scale_permille=100, is_before_holiday=False)
        funding.add_day(draw_traffic(corridor(), day))
    return funding, funding.opening_minor()


def tight_accounts() -> NDArray[np.int64]:
    return corridor().account[corridor().is_tight]


def test_most_accounts_open_with_what_they_pay_in_a_day() -> None:
    funding, opening_minor = funded(1)
    [(paid, _)] = funding.days
    others = np.setdiff1d(np.arange(len(paid)), tight_accounts())
    assert np.all(opening_minor[others] >= paid[others] - 1_000)


def test_banks_that_live_on_what_comes_in_open_with_a_small_part_of_it() -> None:
    funding, opening_minor = funded(1)
    [(paid, received)] = funding.days
    tight = [at for at in tight_accounts() if paid[at] * 0.06 > OPENING_MINOR_MIN]
    assert tight
    assert np.all(opening_minor[tight] < paid[tight] // 10)
    assert np.all(received[tight] > 0)


def test_a_correspondent_is_funded_for_the_banks_it_sponsors() -> None:
    funding, _ = funded(1)
    [(paid, _)] = funding.days
    bics = [bank.bic for bank in corridor().banks]
    rub = CURRENCIES.index("RUB")
    sponsored, sponsor = bics.index("CHKLKG20"), bics.index("SVRKRUM0")
    assert corridor().upper[sponsored, rub] == corridor().account[sponsor, rub]
    assert paid[corridor().account[sponsor, rub]] > paid[corridor().account[sponsored, rub]]


def test_who_loses_money_day_by_day_opens_with_more_for_more_days() -> None:
    _, one = funded(1)
    _, five = funded(5)
    operator = [bank.is_operator for bank in corridor().banks].index(True)
    account = corridor().account[operator, CURRENCIES.index("RUB")]
    assert five[account] > 3 * one[account]
    assert np.all(five >= one)
