"""The kernels that judge cells: numbers for texts, amounts, plain texts; each against Python."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.feeds.csv_kernel import (
    NOT_A_NUMBER,
    are_plain,
    gather_texts,
    number_texts,
    read_amounts,
)

TEXTS = st.lists(st.text(alphabet="abЖ", max_size=3))


def laid_out(texts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    encoded = [text.encode() for text in texts]
    lengths = np.array([len(one) for one in encoded], np.int32)
    starts = (np.cumsum(lengths) - lengths).astype(np.int32)
    return np.frombuffer(b"".join(encoded) + b".", np.uint8), starts, lengths


@given(TEXTS, st.sampled_from([0, 1, 2**64 - 1]))
def test_equal_texts_get_one_number_in_the_order_in_which_they_come(
    texts: list[str], seed: int
) -> None:
    numbers, firsts = number_texts(*laid_out(texts), np.uint64(seed))
    order = list(dict.fromkeys(texts))
    assert numbers.tolist() == [order.index(text) for text in texts]
    assert firsts.tolist() == [texts.index(text) for text in order]


def test_the_table_of_texts_grows_with_them() -> None:
    texts = [f"{number % 7_001}" for number in range(20_000)]
    numbers, firsts = number_texts(*laid_out(texts), np.uint64(1))
    assert numbers.tolist() == [number % 7_001 for number in range(20_000)]
    assert firsts.tolist() == list(range(7_001))


@given(st.lists(st.text(alphabet="019 -+._e٣", max_size=20)))
def test_an_amount_is_one_to_eighteen_digits(texts: list[str]) -> None:
    expected = [
        int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else NOT_A_NUMBER
        for text in texts
    ]
    assert read_amounts(*laid_out(texts)).tolist() == expected


@given(st.lists(st.text(alphabet="a ~é\t\x7f", max_size=6)))
def test_a_plain_text_is_visible_ascii_without_spaces_around_it(texts: list[str]) -> None:
    expected = [
        0 < len(text) <= 5 and text.isascii() and text.isprintable() and text == text.strip()
        for text in texts
    ]
    assert are_plain(*laid_out(texts), 5).tolist() == expected


@given(TEXTS)
def test_texts_are_gathered_with_a_line_feed_behind_each(texts: list[str]) -> None:
    expected = "".join(f"{text}\n" for text in texts)
    assert gather_texts(*laid_out(texts)).tobytes().decode() == expected
