"""Selections of a day: decided once, journalled, and never decided again."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.integration.command_line import EXAMPLE, message
from tests.kit.schemes import with_liquidity_saving
from tests.unit.service.test_settling import DAY, Source

from comity.agreements import LiquiditySaving
from comity.arrangement import load_scheme
from comity.feeds.lists import load_lists
from comity.feeds.rates import load_rates
from comity.netting import Selection
from comity.payments.codes import ControlKind
from comity.payments.packing import unpack_payload
from comity.screening import Screener
from comity.service import Inputs, settle_day, verify_journal
from comity.service.ports import Entry
from comity.service.selecting import SolverChooser
from comity.settlement.selection_problems import SelectionProblem
from comity.storage import MemoryJournal


@dataclass
class Counting:
    """A chooser that counts how often it was asked."""

    asked: list[int] = field(default_factory=list)

    def choose(self, problem: SelectionProblem) -> Selection:
        """Ask the solver."""
        self.asked.append(len(problem.payments))
        return SolverChooser().choose(problem)


class PowerCutError(Exception):
    """The store is gone."""


class Failing(MemoryJournal):
    """A journal that fails once, before its given record."""

    def __init__(self, records: int) -> None:
        super().__init__()
        self.left = records

    def append(self, entry: Entry) -> None:
        """Append, or fail."""
        if self.left == 0:
            self.left = -1
            raise PowerCutError
        self.left -= 1
        super().append(entry)


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    """Return a day of two large payments that wait for one another, and others between."""
    scheme = load_scheme(EXAMPLE)
    goods = next(one.id for one in scheme.agreements if "goods" in one.id)
    scheme = with_liquidity_saving(scheme, goods, LiquiditySaving(0, None, selection_every=120))
    accounts = (replace(one, opening_balance_minor=5_000_00) for one in scheme.accounts)
    scheme = replace(scheme, batch_payments_max=3, accounts=tuple(accounts))
    there, back = ("JTGZKG20", "SVRKRUM0"), ("SVRKRUM0", "JTGZKG20")
    texts = [
        message(at, amount=amount, payer=payer, payee=payee, at=f"{DAY}T{hour}:00+06:00")
        for at, (amount, (payer, payee), hour) in enumerate(
            [
                ("400000000.00", there, "08:00"),
                ("1000.00", there, "08:10"),
                ("400000000.00", back, "08:20"),
                ("1000.00", back, "09:30"),
                ("1000.00", there, "13:30"),
            ]
        )
    ]
    return Inputs(
        scheme=scheme,
        rates=load_rates(EXAMPLE / "rates"),
        screener=Screener(load_lists(EXAMPLE / "lists")),
        messages=tuple(Source(f"{at}.xml", text.encode()) for at, text in enumerate(texts)),
    )


def controls_of(journal: MemoryJournal) -> list[Any]:
    records = journal.records()
    return [one for each in records for one in unpack_payload(each.payload).batch.controls]


def test_every_selection_of_the_day_is_a_decision_and_the_journal_proves(inputs: Inputs) -> None:
    journal, chooser = MemoryJournal(), Counting()
    settle_day(journal, inputs, day=DAY, chooser=chooser)
    selected = [one for one in controls_of(journal) if one.kind is ControlKind.SELECT]
    assert len(selected) == 5, "every two hours from 07:00 to 18:15"
    assert min(chooser.asked) > 0
    assert verify_journal(journal).findings == []


def test_running_again_asks_nobody(inputs: Inputs) -> None:
    journal, chooser = MemoryJournal(), Counting()
    settle_day(journal, inputs, day=DAY)
    settle_day(journal, inputs, day=DAY, chooser=chooser)
    assert chooser.asked == []


def test_a_day_that_was_broken_off_anywhere_ends_in_the_same_journal(inputs: Inputs) -> None:
    whole = MemoryJournal()
    settle_day(whole, inputs, day=DAY)
    hashes = [one.hash for one in whole.records()]
    for done in range(len(hashes)):
        journal = Failing(done)
        with pytest.raises(PowerCutError):
            settle_day(journal, inputs, day=DAY)
        settle_day(journal, inputs, day=DAY)
        assert [one.hash for one in journal.records()] == hashes
