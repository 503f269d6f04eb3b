from hypothesis import given
from hypothesis import strategies as st

from comity.messages.extraction import REMEMBERED_MAX, Remembered, amount_minor
from comity.money import AMOUNT_MINOR_MAX, AmountError, parse_amount_minor

AMOUNTS = st.from_regex(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,5})?", fullmatch=True)


@given(AMOUNTS, st.sampled_from([0, 2, 3, 4]))
def test_amounts_are_read_as_money_reads_them(text: str, exponent: int) -> None:
    found = amount_minor(text.encode(), exponent)
    try:
        expected = parse_amount_minor(text, exponent)
    except AmountError as fault:
        if fault.reason == "decimals":
            assert found == -1
        else:
            assert found > AMOUNT_MINOR_MAX
    else:
        assert found == expected


def test_answers_are_asked_for_once_and_forgotten_when_there_are_too_many() -> None:
    asked: list[str] = []

    def ask(text: str) -> int:
        asked.append(text)
        return len(text)

    answers = Remembered(ask)
    assert answers[b"ab"] == answers[b"ab"] == 2
    assert asked == ["ab"]
    for number in range(REMEMBERED_MAX):
        assert answers[b"%d" % number] > 0
    assert len(answers) <= REMEMBERED_MAX
