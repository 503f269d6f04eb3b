"""What a person says of a screening case, as the command carries it, and what is refused of it.

Nobody decides alone: a first act proposes, a second one, of another person, confirms exactly what
was proposed. Only to escalate needs one, since it lets nothing go. Names of lists and what a list
demands come with the command, so that running it again needs no list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from comity.agreements.document import DocumentError, decode
from comity.business_calendar import days_to_date
from comity.errors import RejectedError
from comity.payments.codes import CaseState

ACTOR_CHARACTERS_MAX = 70
REASON_CHARACTERS_MAX = 1_000
GOOD_DAYS_MAX = 366
"""Longest time that a good party is trusted without being looked at again."""

GOOD_PARTIES_MAX = 64
"""Most pairs of a party and an entry that one decision names."""


class CaseError(RejectedError):
    """An act on a screening case cannot be carried out; nothing was changed."""


class Demand(StrEnum):
    """What follows from a true match; `nothing` goes with every other verdict."""

    NOTHING = ""
    FREEZE = "freeze"
    REJECT = "reject"
    REPORT = "report"


@dataclass(frozen=True, slots=True, order=True)
class GoodParty:
    """A party that is known not to be the listed one it is taken for.

    Attributes:
        name: normal form of its name.
        account: its account, so that a namesake elsewhere is not trusted.
        list_name: of the list.
        reference: of the entry.
    """

    name: str
    account: str
    list_name: str
    reference: str


@dataclass(frozen=True, slots=True, order=True)
class ListedEntry:
    """An entry of a list, by the publisher's number."""

    list_name: str
    reference: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One act of one person.

    Attributes:
        payment: number of the payment that is held.
        verdict: name of a `CaseState`, not OPEN.
        effect: what follows from a true match, empty for every other verdict.
        actor: who acts.
        reason: why, in that person's words.
        good_until: until when the parties named are good, days since 1970-01-01; 0 for not.
        good: parties that are not the listed ones; none without `good_until`.
        entries: that were hit, ascending; what is cleared is cleared of these alone.
        evidence: why, as it was shown, for the record alone.
    """

    payment: int
    verdict: str
    effect: str
    actor: str
    reason: str
    good_until: int
    good: tuple[GoodParty, ...]
    entries: tuple[ListedEntry, ...]
    evidence: tuple[str, ...]

    @property
    def state(self) -> CaseState:
        """What the case becomes if this is what is decided."""
        return CaseState[self.verdict]

    @property
    def substance(self) -> tuple[object, ...]:
        """What both people must say alike."""
        return self.verdict, self.effect, self.good_until, self.good, self.entries


@dataclass(frozen=True, slots=True)
class Act:
    """An act that was taken down: when, by whom, what, why."""

    at_us: int
    decision: Decision


@dataclass(slots=True)
class Case:
    """What people have said of one held payment.

    Attributes:
        acts: all of them, in order.
        is_escalated: whether others are asked.
        proposal: what waits to be confirmed by another person.
    """

    acts: list[Act]
    is_escalated: bool = False
    proposal: Decision | None = None


def read_decision(body: Mapping[str, Any], *, today: int) -> Decision:
    """Return the act that a command carries.

    Args:
        body: JSON values.
        today: the last business day begun, days since 1970-01-01.

    Raises:
        DocumentError: it is none, or says what cannot be.
    """
    decision = decode(Decision, dict(body))
    assert isinstance(decision, Decision), "the decoder returns the type it was asked for"
    verdicts = [one.name for one in CaseState if one is not CaseState.OPEN]
    if decision.verdict not in verdicts:
        raise DocumentError("verdict", found=decision.verdict, expected=" or ".join(verdicts))
    is_match = decision.state is CaseState.TRUE_MATCH
    demands = [one.value for one in Demand if (one is not Demand.NOTHING) == is_match]
    if decision.effect not in demands:
        expected = f"{' or '.join(map(repr, demands))} with {decision.verdict}"
        raise DocumentError("effect", found=decision.effect, expected=expected)
    for name, longest in (("actor", ACTOR_CHARACTERS_MAX), ("reason", REASON_CHARACTERS_MAX)):
        text = getattr(decision, name)
        if not text.strip() or len(text) > longest or text != text.strip():
            expected = f"1 to {longest} characters without blanks around them"
            raise DocumentError(name, found=text, expected=expected)
    _check_good(decision, today)
    return decision


def _check_good(decision: Decision, today: int) -> None:
    is_cleared = decision.state is CaseState.FALSE_POSITIVE
    if bool(decision.good_until) != bool(decision.good) or (decision.good and not is_cleared):
        expected = "parties and a day together, with FALSE_POSITIVE, or neither"
        raise DocumentError("good", found=len(decision.good), expected=expected)
    if len(decision.good) > GOOD_PARTIES_MAX:
        raise DocumentError("good", found=len(decision.good), expected=f"{GOOD_PARTIES_MAX}")
    if any(not (one.name and one.account) for one in decision.good):
        raise DocumentError("good", found="a party without account", expected="name and account")
    if decision.good and not today < decision.good_until <= today + GOOD_DAYS_MAX:
        first, last = days_to_date(today + 1), days_to_date(today + GOOD_DAYS_MAX)
        found = decision.good_until
        raise DocumentError("good_until", found=found, expected=f"a day from {first} to {last}")


def check_act(case: Case | None, decision: Decision) -> None:
    """Refuse an act that does not follow from those before.

    Raises:
        CaseError: it is the same person's, or another verdict than was proposed.
    """
    if case is None or decision.state is CaseState.ESCALATED:
        if case is not None and case.is_escalated:
            raise CaseError(
                f"payment {decision.payment}: found it escalated already, expected a decision"
            )
        return
    proposal = case.proposal
    if proposal is None:
        return
    if proposal.actor.casefold() == decision.actor.casefold():
        raise CaseError(
            f"payment {decision.payment}: found both acts of {decision.actor!r}, expected another"
            " person to confirm what one proposes"
        )
    if proposal.substance != decision.substance:
        raise CaseError(
            f"payment {decision.payment}: found {_words(decision)} where {proposal.actor!r}"
            f" proposed {_words(proposal)}; expected the same, or ESCALATED"
        )


def _words(decision: Decision) -> str:
    words = decision.verdict
    if decision.effect:
        words += f" with {decision.effect}"
    words += f" on {len(decision.entries)} listed entries"
    if decision.good_until:
        words += f", good until {days_to_date(decision.good_until)}"
    return words
