"""Moves of an official rate, and the one that ninety-nine in a hundred do not pass."""

from datetime import date, timedelta
from fractions import Fraction

from comity.fx import OfficialRate, rate_history

FIRST = date(2026, 1, 1)


def rates(*values: int, publisher: str = "NBKR", pair: str = "RUB/KGS") -> list[OfficialRate]:
    """Return a fixing a day: so many hundredths of the quote currency."""
    base, quote = pair.split("/")
    found = []
    for number, value in enumerate(values):
        ratio = Fraction(value, 100)
        found.append(
            OfficialRate(
                publisher,
                base,
                quote,
                ratio.numerator,
                ratio.denominator,
                FIRST + timedelta(days=number),
                1,
                "1",
                str(value),
                "made up",
            )
        )
    return found


def test_moves_are_told_without_their_sign_in_order_of_days() -> None:
    found = rate_history(reversed(rates(100, 110, 99)), "RUB", "KGS")
    assert found is not None
    assert (found.publisher, found.moves) == ("NBKR", (Fraction(1, 10), Fraction(1, 10)))


def test_a_pair_published_the_other_way_round_is_turned() -> None:
    found = rate_history(rates(100, 125), "KGS", "RUB")
    assert found is not None
    assert found.moves == (Fraction(1, 5),)  # one som was a rouble, then 0.8


def test_fewer_than_twenty_moves_say_nothing() -> None:
    nineteen, twenty = (rate_history(rates(*range(100, 100 + n)), "RUB", "KGS") for n in (20, 21))
    assert nineteen is not None
    assert twenty is not None
    assert (len(nineteen.moves), nineteen.worst_move) == (19, None)
    # Of 20 the rank ⌈19.8⌉ = 20 is the greatest: from 100 to 101.
    assert (len(twenty.moves), twenty.worst_move) == (20, Fraction(1, 100))


def test_of_two_hundred_moves_the_three_greatest_are_one_in_a_hundred_and_the_rank_itself() -> None:
    values = [100] * 201
    for day, value in ((50, 104), (90, 103), (130, 102)):
        values[day] = value
    found = rate_history(rates(*values), "RUB", "KGS")
    assert found is not None
    # Rank ⌈198⌉ of 200, two stand behind it: up and down are 4, 3.85, 3, 2.91, 2, 1.96 %.
    assert found.worst_move == Fraction(3, 100)


def test_the_longest_history_speaks_and_a_slipped_nominal_makes_no_move() -> None:
    known = [*rates(100, 101, pair="RUB/KGS", publisher="CBR"), *rates(100, 1000, 102)]
    found = rate_history(known, "RUB", "KGS")
    assert found is not None
    # 1000 is held back, and 102 is compared with 100: one move each, CBR comes first.
    assert (found.publisher, found.moves) == ("CBR", (Fraction(1, 100),))
    longer = rate_history([*known, *rates(100, 1000, 102, 102)[3:]], "RUB", "KGS")
    assert longer is not None
    assert (longer.publisher, longer.moves) == ("NBKR", (Fraction(1, 50), Fraction(0)))


def test_a_pair_that_nobody_publishes_has_no_history() -> None:
    assert rate_history(rates(100, 101), "USD", "KGS") is None
