"""The life of agreement versions: who proposed, signed, suspended and ended which text, and when.

A register is a list of acts that only grows. Every act takes two people: one asks, another one
seconds it, and only then it counts. What a version is on a day follows from the acts alone:

    DRAFT → PROPOSED → RATIFIED by each party → IN_FORCE ⇄ SUSPENDED → TERMINATED

An act takes effect on a day that is not before it. A proposed text never changes: its hash stands
in every act on it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from comity.agreements.document import encode
from comity.agreements.terms import Agreement
from comity.errors import RejectedError

_DAY = timedelta(days=1)


class RegisterError(RejectedError):
    """An act that cannot be entered, or a register that is not one."""


class ActKind(StrEnum):
    """What is done to a version."""

    PROPOSE = "propose"  # the parties have this text before them; from here on it is fixed
    RATIFY = "ratify"  # one party is bound
    SUSPEND = "suspend"  # nothing new from a day on, until resumed
    RESUME = "resume"  # in force again, from the day of the act on
    TERMINATE = "terminate"  # nothing new behind a last day; what is in settles


class Stage(StrEnum):
    """What a version is on a day."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    RATIFIED = "ratified"  # by every party; its first day is still to come
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"  # behind its last day, as its text says
    TERMINATED = "terminated"  # behind its last day, as the parties said later


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a register.

    Attributes:
        number: 1, 2, 3 …
        day: on which it was done.
        kind: what.
        version: `id@version`.
        party: country that ratifies; None with every other kind.
        effective: first day without it, or last day with it; of `suspend` and `terminate`, and
            only then.
        actor: who did it.
        seconds: number of the act that this one seconds; None of one that asks.
        text: SHA-256 of the version's canonical text.
        reason: in words; may be empty.
    """

    number: int
    day: date
    kind: ActKind
    version: str
    party: str | None
    effective: date | None
    actor: str
    seconds: int | None
    text: str
    reason: str = ""

    @property
    def asked(self) -> tuple[object, ...]:
        """What it is about; an act and its second are about the same."""
        return self.kind, self.version, self.party, self.effective

    def __str__(self) -> str:
        """Name it in a sentence."""
        party = "" if self.party is None else f" by {self.party}"
        effective = "" if self.effective is None else f" with {self.effective}"
        return f"act {self.number} ({self.kind} {self.version}{party}{effective})"


@dataclass(slots=True)
class Standing:
    """What the acts up to now say of one version.

    Attributes:
        proposed: when, None of a draft.
        ratified: by party when it was bound.
        suspended_from: first day without it; None unless it is suspended.
        terminated_with: last day; None where its own text says it.
        text: hash of what was proposed.
        waiting: acts that nobody has seconded.
    """

    proposed: date | None = None
    ratified: dict[str, date] = field(default_factory=dict)
    suspended_from: date | None = None
    terminated_with: date | None = None
    text: str = ""
    waiting: list[Act] = field(default_factory=list)

    def missing(self, agreement: Agreement) -> tuple[str, ...]:
        """Return the parties that have not signed."""
        return tuple(party for party in agreement.parties if party not in self.ratified)

    def stage(self, agreement: Agreement, day: date) -> Stage:
        """Return what the version is on a day."""
        if self.proposed is None:
            return Stage.DRAFT
        if self.missing(agreement):
            return Stage.PROPOSED
        ended = self.terminated_with
        if ended is not None and day > ended:
            return Stage.TERMINATED
        if agreement.valid_until is not None and day > agreement.valid_until:
            return Stage.LAPSED
        if self.suspended_from is not None and day >= self.suspended_from:
            return Stage.SUSPENDED
        return Stage.IN_FORCE if day >= agreement.valid_from else Stage.RATIFIED

    def last_day(self, agreement: Agreement) -> date | None:
        """Return until when payments are taken under it, as things stand; None open-ended."""
        ends = [agreement.valid_until, self.terminated_with]
        if self.suspended_from is not None:
            ends.append(self.suspended_from - _DAY)
        return min((day for day in ends if day is not None), default=None)


def signed_by_text(agreement: Agreement) -> Standing:
    """Return how a version stands where there is no register: in force as its text says."""
    return Standing(agreement.valid_from, dict.fromkeys(agreement.parties, agreement.valid_from))


def text_hash(agreement: Agreement) -> str:
    """Return the SHA-256 of a version's canonical text: equal terms, equal hash."""
    text = json.dumps(encode(agreement), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_register(acts: Sequence[Act], agreements: Mapping[str, Agreement]) -> dict[str, Standing]:
    """Return by version what the acts say of it; versions without an act are drafts.

    Args:
        acts: in their order.
        agreements: versions by key, as their files are now.

    Raises:
        RegisterError: an act that could not have been entered, or a text that has changed.
    """
    standings = {key: Standing() for key in agreements}
    for place, act in enumerate(acts):
        _enter(standings, acts[:place], act, agreements)
    return standings


def ask_or_second(acts: Sequence[Act], agreements: Mapping[str, Agreement], wanted: Act) -> Act:
    """Return an act as it is to be entered: as the second of one that waits, or as a new one.

    Args:
        acts: entered so far.
        agreements: versions by key.
        wanted: what somebody does; its number, its text and what it seconds are filled in.

    Raises:
        RegisterError: it cannot be entered.
    """
    standings = read_register(acts, agreements)
    agreement = agreements.get(wanted.version)
    if agreement is None:
        known = ", ".join(agreements)
        raise RegisterError(f"version: found {wanted.version!r}, expected one of {known}")
    waiting = standings[wanted.version].waiting
    asked = next((each for each in waiting if each.asked == wanted.asked), None)
    act = replace(
        wanted,
        number=len(acts) + 1,
        seconds=None if asked is None else asked.number,
        text=text_hash(agreement),
    )
    _enter(standings, acts, act, agreements)
    return act


def apply_register(
    agreements: Sequence[Agreement], standings: Mapping[str, Standing]
) -> tuple[Agreement, ...]:
    """Return the versions that bind, each until the last day on which it does as things stand.

    One that not every party has ratified, or that ended before its first day, is left out.
    """
    found = []
    for each in agreements:
        standing = standings[each.key]
        if standing.proposed is None or standing.missing(each):
            continue
        last = standing.last_day(each)
        if last is None or last >= each.valid_from:
            found.append(replace(each, valid_until=last))
    return tuple(found)


def _enter(
    standings: dict[str, Standing],
    before: Sequence[Act],
    act: Act,
    agreements: Mapping[str, Agreement],
) -> None:
    """Check an act against what stands, and let it count if it is seconded."""
    if act.version not in agreements:
        raise RegisterError(f"{act}: found no such version, expected its file in agreements/")
    agreement, standing = agreements[act.version], standings[act.version]
    if before and act.day < before[-1].day:
        raise RegisterError(
            f"{act}: found day {act.day}, expected {before[-1].day} or a later one: acts are"
            " entered in the order in which they are done"
        )
    _check_text(act, agreement, standing)
    _check_form(act, agreement)
    _check_stage(act, agreement, standing)
    if act.seconds is None:
        if any(each.asked == act.asked for each in standing.waiting):
            raise RegisterError(f"{act}: found it asked for already, expected a second person")
        standing.waiting.append(act)
        return
    first = next((each for each in standing.waiting if each.number == act.seconds), None)
    if first is None or first.asked != act.asked:
        raise RegisterError(f"{act}: found no act {act.seconds} of the same that waits")
    if first.actor == act.actor:
        raise RegisterError(
            f"{act}: found {act.actor!r} twice, expected a second person: that name asked for it"
        )
    standing.waiting.remove(first)
    _count(act, standing)


def _check_text(act: Act, agreement: Agreement, standing: Standing) -> None:
    known = standing.text or act.text
    if act.text != known or text_hash(agreement) != act.text:
        raise RegisterError(
            f"{act}: found another text of {act.version} than was proposed, expected the same: a"
            " proposed version never changes; write the change as a new version"
        )


def _check_form(act: Act, agreement: Agreement) -> None:
    if (act.party is not None) != (act.kind is ActKind.RATIFY):
        raise RegisterError(f"{act}: found party {act.party}, expected one exactly with ratify")
    if act.party is not None and act.party not in agreement.parties:
        listed = ", ".join(agreement.parties)
        raise RegisterError(f"{act}: found {act.party}, expected one of its parties: {listed}")
    has_day = act.kind in {ActKind.SUSPEND, ActKind.TERMINATE}
    if (act.effective is not None) != has_day:
        raise RegisterError(
            f"{act}: found effective day {act.effective}, expected one exactly with suspend and"
            " terminate"
        )
    if act.effective is not None and act.effective < act.day:
        raise RegisterError(
            f"{act}: found it effective on {act.effective}, expected {act.day} or a later day:"
            " what was in force stays judged by it"
        )
    if not act.actor.strip():
        raise RegisterError(f"{act}: found no actor, expected a name")


def _check_stage(act: Act, agreement: Agreement, standing: Standing) -> None:
    """Refuse an act that the version's life does not know at this point."""
    bound = standing.proposed is not None and not standing.missing(agreement)
    ended = standing.terminated_with is not None
    problem, expected = "", ""
    match act.kind:
        case ActKind.PROPOSE if standing.proposed is not None:
            problem, expected = f"it proposed on {standing.proposed}", "a draft"
        case ActKind.RATIFY if standing.proposed is None:
            problem, expected = "a draft", "it proposed first"
        case ActKind.RATIFY if act.party in standing.ratified:
            signed = standing.ratified[act.party or ""]
            problem, expected = f"{act.party} bound since {signed}", "a party that has not signed"
        case ActKind.SUSPEND | ActKind.RESUME | ActKind.TERMINATE if not bound:
            left = ", ".join(standing.missing(agreement))
            problem, expected = f"not ratified by {left}", "a version that binds"
        case ActKind.SUSPEND | ActKind.RESUME | ActKind.TERMINATE if ended:
            problem, expected = (
                f"it ended with {standing.terminated_with}",
                "one that has not ended",
            )
        case ActKind.SUSPEND if standing.suspended_from is not None:
            problem = f"it suspended from {standing.suspended_from}"
            expected = "one that is not suspended"
        case ActKind.RESUME if standing.suspended_from is None:
            problem, expected = "it not suspended", "one that is"
        case _:
            return
    raise RegisterError(f"{act}: found {problem}, expected {expected}")


def _count(act: Act, standing: Standing) -> None:
    match act.kind:
        case ActKind.PROPOSE:
            standing.proposed, standing.text = act.day, act.text
        case ActKind.RATIFY:
            assert act.party is not None, "checked with its form"
            standing.ratified[act.party] = act.day
        case ActKind.SUSPEND:
            standing.suspended_from = act.effective
        case ActKind.RESUME:
            standing.suspended_from = None
        case ActKind.TERMINATE:
            standing.terminated_with = act.effective
