"""Screening cases for people: what is held and why, and an act of one of them.

Every act is a command in the journal with who acted, what was said and what was seen; `comity
verify` runs it again like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from comity.agreements.document import encode
from comity.business_calendar import date_to_days
from comity.errors import UsageError
from comity.messages.writing.told import references_of
from comity.money import currency_by_number
from comity.payments.codes import CaseState, ControlKind
from comity.payments.commands import CommandBatch, Control
from comity.payments.lifecycle import State as PaymentState
from comity.screening import Effect, Screener
from comity.service.committing import Ledger
from comity.service.rescreening import LeafHit, hits_of
from comity.service.texts import PaymentTexts
from comity.settlement.case_decisions import Act, Decision, GoodParty, ListedEntry

_STRICTEST_FIRST = (Effect.FREEZE, Effect.REJECT, Effect.REPORT)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as people see it.

    Attributes:
        payment: number of the payment, which names the case.
        uetr: as its instruction has it.
        end_to_end_id: likewise.
        amount_minor: interbank settlement amount, minor units.
        currency: ISO 4217 code of it.
        state: OPEN or ESCALATED; undecided cases alone are shown.
        acts: what people have said, in order.
        hits: what was hit, by the lists in use.
        demanded: what the lists that bind here demand together, None where none does.
    """

    payment: int
    uetr: str
    end_to_end_id: str
    amount_minor: int
    currency: str
    state: CaseState
    acts: tuple[Act, ...]
    hits: tuple[LeafHit, ...]
    demanded: Effect | None


def list_cases(ledger: Ledger, screener: Screener) -> tuple[CaseView, ...]:
    """Return every case that is not decided, by payment."""
    state = ledger.state
    if state.books is None:
        return ()
    states = state.books.live["state"][: state.payment_count]
    held = np.flatnonzero(states == PaymentState.HELD_SCREENING).tolist()
    texts = PaymentTexts(ledger)
    return tuple(_view(ledger, screener, texts, number) for number in held)


def show_case(ledger: Ledger, screener: Screener, payment: int) -> CaseView:
    """Return one undecided case.

    Raises:
        UsageError: there is none of this number.
    """
    state = ledger.state
    is_held = (
        state.books is not None
        and 0 <= payment < state.payment_count
        and state.books.live["state"][payment] == PaymentState.HELD_SCREENING
    )
    if not is_held:
        raise UsageError(f"case {payment}: found no such case; comity screening cases lists them")
    return _view(ledger, screener, PaymentTexts(ledger), payment)


def act_on_case(
    ledger: Ledger,
    screener: Screener,
    *,
    payment: int,
    verdict: CaseState,
    actor: str,
    reason: str,
    effect: Effect | None = None,
    good_until: date | None = None,
) -> CaseState:
    """Journal an act, and return what the case is behind it.

    Raises:
        UsageError: there is no such case, lists have changed, or something must be said.
        CaseError: the act does not follow from those before.
        DocumentError: the act says what cannot be.
    """
    if ledger.state.list_versions != screener.list_versions:
        raise UsageError(
            "lists/: found other versions than the books know, expected the same: run comity"
            " screening rescreen first, so that all is decided by the lists in use"
        )
    view = show_case(ledger, screener, payment)
    decision = Decision(
        payment=payment,
        verdict=verdict.name,
        effect=_effect(view, verdict, effect),
        actor=actor.strip(),
        reason=reason.strip(),
        good_until=date_to_days(good_until) if good_until else 0,
        good=_good(view) if good_until else (),
        entries=tuple(sorted({_listed(one) for one in view.hits})),
        evidence=tuple(f"{one.path}: {one.hit.explanation}" for one in view.hits),
    )
    body = encode(decision)
    control = Control(ControlKind.DECIDE_CASE, ledger.state.now_us, body)
    ledger.commit(CommandBatch(controls=(control,)))
    case = ledger.state.cases.get(payment)
    if case is None:
        return verdict
    return CaseState.ESCALATED if case.is_escalated else CaseState.OPEN


def _listed(one: LeafHit) -> ListedEntry:
    return ListedEntry(one.hit.entry.list_name, one.hit.entry.reference)


def _effect(view: CaseView, verdict: CaseState, asked: Effect | None) -> str:
    if verdict is not CaseState.TRUE_MATCH:
        return "" if asked is None else asked.value
    found = asked or view.demanded
    if found is None:
        raise UsageError(
            "--effect: found none, expected freeze, reject or report: no list that was hit binds"
            " a member, so people say what follows"
        )
    if view.demanded is not None and _rank(found) > _rank(view.demanded):
        raise UsageError(
            f"--effect: found {found}, expected {view.demanded}: a list that binds a member"
            " demands it"
        )
    return found.value


def _rank(effect: Effect) -> int:
    return _STRICTEST_FIRST.index(effect)


def _good(view: CaseView) -> tuple[GoodParty, ...]:
    parties = sorted({one.party for one in view.hits if one.party is not None})
    if not parties:
        raise UsageError(
            "--good-until: found no debtor or creditor with an account among what was hit,"
            " expected one: a party is trusted at its own account alone"
        )
    return tuple(parties)


def _view(ledger: Ledger, screener: Screener, texts: PaymentTexts, number: int) -> CaseView:
    state, text = ledger.state, texts.text_of(number)
    row = state.known_books().rows[number]
    _, end_to_end_id, _, uetr = references_of(text)
    hits = tuple(hits_of(screener, text))
    case = state.cases.get(number)
    is_escalated = case is not None and case.is_escalated
    return CaseView(
        payment=number,
        uetr=uetr,
        end_to_end_id=end_to_end_id,
        amount_minor=int(row["amount_minor"]),
        currency=currency_by_number(int(row["currency"])).code,
        state=CaseState.ESCALATED if is_escalated else CaseState.OPEN,
        acts=tuple(case.acts) if case is not None else (),
        hits=hits,
        demanded=_demanded(screener, hits, [one.country for one in state.known_scheme().members]),
    )


def _demanded(
    screener: Screener, hits: Sequence[LeafHit], countries: Sequence[str]
) -> Effect | None:
    """Return the strictest that lists which bind a member demand, None where none does."""
    names = {one.hit.entry.list_name for one in hits}
    binding = {
        one.effect
        for one in screener.watchlists
        if one.name in names and one.is_binding_for(countries)
    }
    return next((effect for effect in _STRICTEST_FIRST if effect in binding), None)
