"""The cycles of a day, read back from its journal."""

from dataclasses import replace

import numpy as np
from tests.unit.statements.day_builder import build_day

from comity.payments.codes import CycleState, EventKind, TransferKind
from comity.statements.cycles import cycles_of


def test_a_cycle_has_the_payments_of_its_currency_cut_off_with_it() -> None:
    book = build_day()
    cycles = cycles_of(book)

    assert [cycle.currency for cycle in cycles] == ["KGS", "RUB", "KGS", "RUB"]
    for cycle in cycles:
        assert set(book.irrevocable_us[cycle.members].tolist()) == {cycle.cut_off_us}
        assert set(book.interbank_final_us[cycle.members].tolist()) == {cycle.ended_us}


def test_the_net_of_a_cycle_is_what_its_transfers_paid_in() -> None:
    book = build_day()
    for cycle in cycles_of(book):
        moves = book.transfers[
            (book.transfers["group"] == cycle.group)
            & (book.transfers["kind"] == TransferKind.CYCLE)
        ]
        passing = f"cycle:{cycle.currency}"
        paid_in = [m for m in moves if book.accounts[int(m["credit"])].name == passing]
        assert sum(int(move["amount_minor"]) for move in paid_in) == cycle.net_minor
        assert 0 < cycle.net_minor < cycle.gross_minor


def test_a_cycle_that_was_rolled_has_neither_net_nor_ratio() -> None:
    book = build_day()
    events = book.events.copy()
    settled = (events["kind"] == EventKind.CYCLE) & (events["after"] == CycleState.SETTLED)
    events["after"][np.flatnonzero(settled)[0]] = CycleState.ROLLED

    first = cycles_of(replace(book, events=events))[0]

    assert first.state is CycleState.ROLLED
    assert (first.net_minor, first.netting_ratio, first.group) == (0, None, -1)


def test_a_day_without_cycles_has_none() -> None:
    book = build_day()
    events = book.events[book.events["kind"] != EventKind.CYCLE]

    assert cycles_of(replace(book, events=events)) == ()
