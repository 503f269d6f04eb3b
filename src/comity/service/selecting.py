"""Deciding which waiting payments settle out of order: ask a chooser, and journal its choice.

What a solver finds within a budget is found once. The engine is told the result as a decision,
checks it and posts it; who runs the journal again needs no solver.
"""

from dataclasses import dataclass, field

from comity.netting import SeedRefusedError, Selection, SelectionBudget, select_payments
from comity.payments.codes import ControlKind
from comity.payments.commands import CommandBatch, Control
from comity.service.committing import Ledger
from comity.service.ports import Chooser
from comity.settlement.selection_choices import SelectionChoice, choice_to_document
from comity.settlement.selection_problems import SelectionProblem, problems
from comity.settlement.state import State


@dataclass(frozen=True, slots=True)
class SolverChooser:
    """A chooser that searches with the solver of `comity.netting`.

    Attributes:
        budget: for each problem each time.
    """

    budget: SelectionBudget = field(default_factory=lambda: SelectionBudget(nodes=200, seconds=20))

    def choose(self, problem: SelectionProblem) -> Selection:
        """Return the best choice found, never worth less than the queues' greatest prefixes.

        Prefixes may draw on what is reserved for their class; a selection leaves all that is
        reserved, so that they are then no start for it.
        """
        try:
            return self._search(problem, is_seeded=True)
        except SeedRefusedError:
            return self._search(problem, is_seeded=False)

    def _search(self, problem: SelectionProblem, *, is_seeded: bool) -> Selection:
        return select_payments(
            problem.payers,
            problem.payees,
            problem.amounts_minor,
            problem.available_minor,
            weights=problem.weights,
            limits=problem.limits,
            links=problem.links,
            seed=problem.seed if is_seeded else None,
            budget=self.budget,
        )


def select_due(ledger: Ledger, chooser: Chooser, before_us: int) -> None:
    """Make every selection that falls due before a time: each a decision and a commit of its own.

    Args:
        ledger: with a day open.
        chooser: who is asked.
        before_us: what falls due at that very time is not asked for yet.
    """
    while ledger.state.selections and ledger.state.selections[0] < before_us:
        at_us = ledger.state.selections[0]
        if ledger.state.now_us < at_us:
            ledger.commit(CommandBatch(controls=(Control(ControlKind.ADVANCE, at_us, {}),)))
        ledger.commit(CommandBatch(controls=(decide(ledger.state, chooser),)))


def decide(state: State, chooser: Chooser) -> Control:
    """Return the command that settles what a chooser selects at the time that is due.

    Args:
        state: at the time of its first selection, everything before done; never changed.
        chooser: who is asked, once a problem.
    """
    at_us = state.selections[0]
    choices = [
        choice_to_document(_choice(problem, chooser.choose(problem)))
        for problem in problems(state, at_us)
    ]
    return Control(ControlKind.SELECT, at_us, {"choices": choices})


def _choice(problem: SelectionProblem, found: Selection) -> SelectionChoice:
    return SelectionChoice(
        currencies=problem.currencies,
        payments=tuple(problem.payments[found.selected].tolist()),
        bound_minor=found.bound_minor,
        nodes=found.nodes,
        stopped_by=found.stopped_by,
    )
