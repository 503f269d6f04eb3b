"""Setting off what a file holds: one numbering, one result whatever the order, and its proof."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import ProofFailedError
from comity.netting.setoff import SetOff
from comity.service import setting_off
from comity.service.setting_off import (
    LiquidityList,
    ObligationList,
    SetOffDone,
    check_set_off,
    set_off,
)

Row = tuple[str, str, str, int]
WITNESS: list[Row] = [
    ("1", "A", "B", 10),
    ("2", "B", "A", 8),
    ("3", "B", "C", 10),
    ("4", "C", "A", 10),
]
ROWS = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE"), st.integers(1, 9)), max_size=14
).map(lambda rows: [(f"{place}", *row) for place, row in enumerate(rows) if row[0] != row[1]])


def listed(rows: list[Row], *, with_ids: bool = True) -> ObligationList:
    parties = tuple(sorted({name for row in rows for name in row[1:3]}))
    return ObligationList(
        name="o.csv",
        sha256="f" * 64,
        parties=parties,
        debtors=np.array([parties.index(row[1]) for row in rows], np.int32),
        creditors=np.array([parties.index(row[2]) for row in rows], np.int32),
        amounts_minor=np.array([row[3] for row in rows], np.int64),
        lines=np.arange(2, 2 + len(rows), dtype=np.int32),
        ids=[row[0] for row in rows] if with_ids else None,
    )


def held(**amounts: int) -> LiquidityList:
    parties = tuple(sorted(amounts))
    values = np.array([amounts[name] for name in parties], np.int64)
    return LiquidityList("l.csv", "e" * 64, parties, values)


def cleared_by_id(done: SetOffDone) -> dict[str, int]:
    assert done.obligations.ids is not None
    return dict(zip(done.obligations.ids, done.cleared_minor.tolist(), strict=True))


def test_the_witness_clears_thirty() -> None:
    done = set_off(listed(WITNESS))
    assert cleared_by_id(done) == {"1": 10, "2": 0, "3": 10, "4": 10}
    assert done.positions.net_internal_debt_minor == 8
    assert check_set_off(done.certificate, listed(WITNESS)).findings == []


def test_liquidity_of_the_net_debts_clears_everything() -> None:
    done = set_off(listed(WITNESS), held(B=8))
    assert done.cleared_minor.tolist() == [10, 8, 10, 10]
    assert done.positions.drawn_minor.tolist() == [0, 8, 0]
    assert done.positions.returned_minor.tolist() == [8, 0, 0]


def test_parties_of_the_liquidity_alone_are_numbered_with_the_others() -> None:
    done = set_off(listed(WITNESS), held(AA=5, B=1, Z=7))
    assert done.given.parties == ("A", "AA", "B", "C", "Z")
    assert done.positions.liquidity_minor.tolist() == [0, 5, 1, 0, 7]
    assert done.positions.drawn_minor.tolist() == [0, 0, 1, 0, 0]
    assert done.obligations.debtors.tolist() == [0, 2, 2, 3]
    assert int(done.cleared_minor.sum()) == 31


def test_obligations_of_one_pair_share_pro_rata_the_lowest_id_first() -> None:
    rows: list[Row] = [
        ("z", "A", "B", 5),
        ("b", "A", "B", 5),
        ("a", "A", "B", 5),
        ("x", "B", "A", 8),
    ]
    assert cleared_by_id(set_off(listed(rows))) == {"a": 3, "b": 3, "z": 2, "x": 8}
    by_line = set_off(listed(rows, with_ids=False))
    assert by_line.cleared_minor.tolist() == [3, 3, 2, 8]


def test_no_obligations_clear_nothing() -> None:
    done = set_off(listed([]))
    assert (len(done.cleared_minor), done.positions.net_internal_debt_minor) == (0, 0)
    assert check_set_off(done.certificate, listed([])).cleared_minor == 0


@given(ROWS, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_file_changes_nothing_where_there_are_ids(
    rows: list[Row], random: Random, funded: bool
) -> None:
    liquidity = held(A=3, B=4, C=0) if funded else None
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (set_off(listed(each), liquidity) for each in (rows, shuffled))
    assert first.certificate == second.certificate
    assert cleared_by_id(first) == cleared_by_id(second)


@given(ROWS, st.booleans())
def test_nobody_pays_more_than_it_receives_and_draws_and_sums_agree(
    rows: list[Row], funded: bool
) -> None:
    done = set_off(listed(rows), held(A=3, B=4, F=2) if funded else None)
    found, rest = done.positions, done.obligations.amounts_minor - done.cleared_minor
    assert (done.cleared_minor >= 0).all()
    assert (rest >= 0).all()
    paid = found.cleared_to_pay_minor + found.returned_minor
    assert (paid == found.cleared_to_receive_minor + found.drawn_minor).all()
    assert (found.drawn_minor <= found.liquidity_minor).all()
    assert found.remaining_to_pay_minor.sum() == rest.sum()
    assert found.remaining_to_receive_minor.sum() == rest.sum()
    assert (np.minimum(found.drawn_minor, found.returned_minor) == 0).all()


def test_a_result_that_is_not_proved_is_never_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object) -> SetOff:
        nothing = np.zeros(3, np.int64)
        return SetOff(np.array([8, 8, 0, 0]), nothing, nothing, nothing)

    monkeypatch.setattr(setting_off, "maximise_setoff", wrong)
    with pytest.raises(ProofFailedError, match="could not be proved: not wholly cleared"):
        set_off(listed(WITNESS))


def test_a_check_says_what_it_looked_at() -> None:
    done = set_off(listed(WITNESS))
    found = check_set_off(done.certificate, listed([*WITNESS, ("5", "C", "B", 1)]))
    assert (found.obligation_count, found.cleared_minor) == (5, None)
    assert found.findings[0].startswith("the certificate is of other obligations")
