"""A fixing that looks like a mistake is never taken unseen."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.fx import OfficialRate, find_jump, guard_fixings, review_rates

FIVE = Decimal(5)
FIRST_DAY = date(2026, 5, 20)


def fixing(
    value: str | Fraction, *, day: int = 0, publisher: str = "NBKR", source: str = "a.xml"
) -> OfficialRate:
    ratio = Fraction(value)
    return OfficialRate(
        publisher=publisher,
        base="RUB",
        quote="KGS",
        numerator=ratio.numerator,
        denominator=ratio.denominator,
        effective_on=FIRST_DAY + timedelta(days=day),
        valid_days=1,
        nominal="1",
        value=str(value),
        source=source,
    )


RATIOS = st.fractions(min_value=Fraction(1, 10**6), max_value=10**6)
MOVES = st.fractions(min_value=Fraction(-4, 100), max_value=Fraction(4, 100))


@pytest.mark.parametrize(
    ("before", "now", "passes"),
    [
        ("1.2", "1.26", True),
        ("1.2", "1.2600000001", False),
        ("1.2", "1.14", True),
        ("1.2", "1.1399999999", False),
        ("1.2", "1.2", True),
    ],
)
def test_a_move_of_exactly_the_limit_passes_and_a_hair_more_does_not(
    before: str, now: str, passes: bool
) -> None:
    jump = find_jump(fixing(before), fixing(now, day=1), jump_percent=FIVE)
    assert (jump is None) is passes


@pytest.mark.parametrize(
    ("before", "now", "suspicion"),
    [
        ("1.2263", "122.63", "nominal ×100?"),
        ("1.2263", "12.3", "nominal ×10?"),
        ("1.2263", "0.01226", "nominal ÷100?"),
        ("0.0031", "3100", "nominal ×1000000?"),
        ("1.2263", "0.8154", "inversion?"),
        ("0.316", "3.16", "nominal ×10? or inversion?"),
        ("1.2263", "1.40", ""),
    ],
)
def test_a_jump_is_named_after_what_it_looks_like(before: str, now: str, suspicion: str) -> None:
    jump = find_jump(fixing(before), fixing(now, day=1), jump_percent=FIVE)
    assert jump is not None
    assert jump.suspicion == suspicion


def test_a_jump_says_what_was_found_against_what() -> None:
    jump = find_jump(fixing("1.2263"), fixing("122.63", day=1), jump_percent=FIVE)
    assert jump is not None
    assert jump.explanation == (
        "NBKR:2026-05-21:RUB/KGS: found 122.63, +9900.00 % against 1.2263 of 2026-05-20;"
        " nominal ×100?"
    )


def test_two_values_for_one_day_are_a_jump_of_any_size() -> None:
    first, second = fixing("1.2263", source="a.xml"), fixing("1.2264", source="b.xml")
    jump = find_jump(first, second, jump_percent=FIVE)
    assert jump is not None
    assert jump.suspicion == "two values for one day?"
    assert find_jump(first, fixing("1.2263", source="b.xml"), jump_percent=FIVE) is None


def test_a_mistake_printed_on_two_days_running_does_not_vouch_for_itself() -> None:
    history = [fixing("1.22"), fixing("122", day=1), fixing("122", day=2), fixing("1.23", day=3)]
    guarded = guard_fixings(history, jump_percent=FIVE)
    assert [each.jump is None for each in guarded] == [True, False, False, True]
    assert guarded[3].compared_with == history[0]


def test_a_released_fixing_becomes_the_one_to_compare_with() -> None:
    history = [fixing("1.00"), fixing("1.30", day=1), fixing("1.31", day=2)]
    released = {history[1].rate_id}
    guarded = guard_fixings(history, jump_percent=FIVE, released=released)
    assert [each.jump for each in guarded] == [None, None, None]
    assert guarded[2].compared_with == history[1]


def test_publishers_are_never_compared_with_one_another() -> None:
    rates = [fixing("1.2263"), fixing("122.63", day=1, publisher="CBR")]
    assert review_rates(rates, jump_percent=FIVE) == ()


def test_a_review_finds_every_fixing_that_would_be_held_back() -> None:
    rates = [
        fixing("1.22", day=1),
        fixing("1.21"),
        fixing("12.2", day=2),
        fixing("5", publisher="CBR"),
        fixing("5.1", publisher="CBR", day=1),
    ]
    jumps = review_rates(rates, jump_percent=FIVE)
    assert [jump.current.rate_id for jump in jumps] == ["NBKR:2026-05-22:RUB/KGS"]


@given(RATIOS, MOVES, st.integers(1, 6), st.booleans(), st.integers(1, 50))
def test_a_slipped_nominal_is_never_accepted(
    ratio: Fraction, move: Fraction, power: int, up: bool, jump_percent: int
) -> None:
    slip = Fraction(10**power) if up else Fraction(1, 10**power)
    wrong = fixing(ratio * (1 + move) * slip, day=1)
    jump = find_jump(fixing(ratio), wrong, jump_percent=Decimal(jump_percent))
    assert jump is not None
    assert f"nominal {'×' if up else '÷'}{10**power}?" in jump.suspicion


@given(RATIOS, MOVES)
def test_an_inverted_pair_is_never_accepted(ratio: Fraction, move: Fraction) -> None:
    # Of a rate within a few percent of 1 the inverse is a move that a market can make.
    assume(abs(ratio**2 * (1 + move) - 1) > Fraction(12, 100))
    inverted = 1 / (ratio * (1 + move))
    jump = find_jump(fixing(ratio), fixing(inverted, day=1), jump_percent=FIVE)
    assert jump is not None
    assert "inversion?" in jump.suspicion


@given(RATIOS, st.lists(MOVES, max_size=8))
def test_a_market_that_moves_within_the_limit_is_never_held_back(
    ratio: Fraction, moves: list[Fraction]
) -> None:
    history = [fixing(ratio)]
    for day, move in enumerate(moves, start=1):
        history.append(fixing(history[-1].ratio * (1 + move), day=day))
    assert review_rates(history, jump_percent=FIVE) == ()
