"""The compiled twin of `multiply_divide` against Python's own integers."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.money import multiply_divide, multiply_divide_int64

INT64_MAX = 2**63 - 1
INT64_MIN = -(2**63)

EDGES = sorted(
    {
        sign * (power + step)
        for power in (0, 2**31, 2**32, 2**33, 2**62, 10**15, 4 * 10**18)
        for step in (-2, -1, 0, 1, 2)
        for sign in (-1, 1)
    }
    | {INT64_MAX, INT64_MAX - 1, INT64_MIN, INT64_MIN + 1}
)
OPERAND = st.sampled_from(EDGES) | st.integers(INT64_MIN, INT64_MAX)
DIVISOR = st.sampled_from([edge for edge in EDGES if edge > 0]) | st.integers(1, INT64_MAX)


def assert_agrees(a: int, n: int, d: int) -> None:
    expected = multiply_divide(a, n, d)
    if INT64_MIN <= expected <= INT64_MAX:
        assert multiply_divide_int64(a, n, d) == expected
    else:
        with pytest.raises(OverflowError):
            multiply_divide_int64(a, n, d)


@given(OPERAND, OPERAND, DIVISOR)
@example(INT64_MAX, INT64_MAX, INT64_MAX)
@example(INT64_MIN, INT64_MIN, INT64_MAX)
@example(INT64_MIN, 1, 1)
@example(INT64_MIN, -1, 1)
@example(INT64_MAX, 2, 2)
@example(INT64_MAX, 3, 2)
def test_it_agrees_with_python_or_says_that_the_result_does_not_fit(a: int, n: int, d: int) -> None:
    assert_agrees(a, n, d)


@given(DIVISOR, st.integers(INT64_MIN, INT64_MAX), st.integers(-2, 2))
def test_it_agrees_around_every_exact_quotient(d: int, quotient: int, step: int) -> None:
    # A product close to quotient × divisor, so that the remainder lies at one of its ends.
    a = max(INT64_MIN, min(INT64_MAX, quotient + step))
    assert_agrees(a, d, d)
    assert_agrees(a, max(1, d - 1), d)


@given(st.integers(1, INT64_MAX // 2), st.integers(-(2**31), 2**31))
def test_it_rounds_every_tie_to_the_even_neighbour(half: int, odd: int) -> None:
    assert_agrees(2 * odd + 1, half, 2 * half)


def test_every_pair_of_edges_agrees() -> None:
    for a in EDGES:
        for n in (INT64_MIN, -1, 0, 1, 10**15, INT64_MAX):
            for d in (1, 2, 3, 2**32 - 1, 2**32, 2**32 + 1, 2**62 + 1, INT64_MAX - 1, INT64_MAX):
                assert_agrees(a, n, d)


@pytest.mark.parametrize("d", [0, -1, INT64_MIN])
def test_a_divisor_that_is_not_positive_is_refused(d: int) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        multiply_divide_int64(1, 1, d)
