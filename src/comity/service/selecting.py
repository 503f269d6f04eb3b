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
from comity.settlement.selecting import SelectionProblem, problems


@dataclass(frozen=True, slots=True)
class SolverChooser:
    """A chooser that searches with the solver of `comity.netting`.

    Attributes:
        budget: for each currency each time.
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
            limits=problem.limits,
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
        choices = [
            _document(problem, chooser.choose(problem)) for problem in problems(ledger.state, at_us)
        ]
        control = Control(ControlKind.SELECT, at_us, {"choices": choices})
        ledger.commit(CommandBatch(controls=(control,)))


def _document(problem: SelectionProblem, found: Selection) -> dict[str, object]:
    return {
        "currency": problem.currency,
        "payments": problem.payments[found.selected].tolist(),
        "bound_minor": found.bound_minor,
        "nodes": found.nodes,
        "stopped_by": str(found.stopped_by),
    }
