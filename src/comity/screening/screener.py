"""Screening: do the parties of a payment stand on a list, and if so, why.

The answer for the engine is a number (the index of an entry, or none), for a person a `Hit` with
a sentence. Answers are kept by the text asked for and, for names, by the normalised name, since
most payments name parties seen before.
Whether an empty screener may be used is for the caller to decide: see `Screener.is_empty`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from comity.screening.matching import Match, Matcher, MatchKind
from comity.screening.names import comparable_words
from comity.screening.scored_matching import ScoredMatcher
from comity.screening.thresholds import FULL
from comity.screening.watchlists import Watchlist, WatchlistEntry

NO_HIT = -1
"""What the fast look-ups return where no entry matches."""

ANSWERS_CACHED_MAX = 262_144
"""Most names, and most identifiers, whose answer is kept; all are forgotten when it is reached."""

ANSWER_CACHED_CHARACTERS_MAX = 512
"""Longest text whose answer is kept; a longer one is matched each time."""

_KIND_WORDS = {
    MatchKind.NAME: "the name",
    MatchKind.NAME_REORDERED: "the words of the name, in another order,",
    MatchKind.IDENTIFIER: "the identifier",
    MatchKind.BIC: "the institution's BIC",
    MatchKind.NAME_ALIKE: "the name",
    MatchKind.NAME_CUT: "the name, cut off,",
    MatchKind.TEXT: "the free text",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One listed entry that a party may be.

    Attributes:
        entry: the listed entry.
        matched: the entry's name or identifier, as published.
        kind: what matched.
        score_per_mille: 0 … 1000; 1000 is an exact match.
        explanation: a sentence for the person who decides; never for the parties of the payment.
    """

    entry: WatchlistEntry
    matched: str
    kind: MatchKind
    score_per_mille: int
    explanation: str


@dataclass(frozen=True, slots=True)
class PartyText:
    """What screening reads of one party of a payment.

    Attributes:
        role: what the party is in the payment, such as `debtor` or `creditor_agent`.
        names: every name given for it.
        identifiers: its BIC, LEI and every other identifier given for it.
        texts: free texts, of the payment rather than of a party.
    """

    role: str
    names: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartyHit:
    """A hit and the role of the party it concerns."""

    role: str
    hit: Hit


class Screener:
    """Screens names and identifiers against the lists it was made with.

    Not for use by several threads at once. The lists never change: a new version of a list needs
    a new screener, and `list_versions` says which versions gave an answer.

    Attributes:
        entries: the entries of all lists, in the order of the lists; answers index into it.
        watchlists: the lists themselves.
        list_versions: label of each list, to be stored with every answer.
    """

    def __init__(
        self,
        watchlists: Iterable[Watchlist],
        build_matcher: Callable[[Sequence[WatchlistEntry]], Matcher] = ScoredMatcher,
    ) -> None:
        lists = tuple(watchlists)
        self.entries: tuple[WatchlistEntry, ...] = tuple(
            entry for watchlist in lists for entry in watchlist.entries
        )
        self.watchlists = lists
        self.list_versions: tuple[str, ...] = tuple(watchlist.label for watchlist in lists)
        self._matcher = build_matcher(self.entries)
        self._name_answers: dict[str, int] = {}
        self._normal_answers: dict[str, int] = {}
        self._identifier_answers: dict[str, int] = {}

    @property
    def is_empty(self) -> bool:
        """Whether no entry stands on any list, so that nothing can ever be hit."""
        return not self.entries

    def match_name(self, name: str) -> int:
        """Return the index into `entries` of the best match of a name, or `NO_HIT`."""
        answer = self._name_answers.get(name)
        if answer is None:
            answer = self._match_new_name(name)
            _keep(self._name_answers, name, answer)
        return answer

    def match_identifier(self, identifier: str) -> int:
        """Return the index into `entries` of the best match of an identifier, or `NO_HIT`."""
        answer = self._identifier_answers.get(identifier)
        if answer is None:
            answer = _first(self._matcher.match_identifier(identifier))
            _keep(self._identifier_answers, identifier, answer)
        return answer

    def match_text(self, text: str) -> int:
        """Return the index into `entries` of the best match within a free text, or `NO_HIT`."""
        return _first(self._matcher.match_text(text))

    def screen_party(
        self, names: Iterable[str], identifiers: Iterable[str], texts: Iterable[str] = ()
    ) -> tuple[Hit, ...]:
        """Return every hit of one party: names first, then identifiers, then texts, as given."""
        hits: list[Hit] = []
        for name in names:
            hits += [self._hit(name, match) for match in self._matcher.match_name(name)]
        for identifier in identifiers:
            matches = self._matcher.match_identifier(identifier)
            hits += [self._hit(identifier, match) for match in matches]
        for text in texts:
            hits += [self._hit(text, match) for match in self._matcher.match_text(text)]
        return tuple(hits)

    def _match_new_name(self, name: str) -> int:
        """Match a name not seen before; it may be another spelling of one that was."""
        normal = " ".join(comparable_words(name))
        answer = self._normal_answers.get(normal)
        if answer is None:
            answer = _first(self._matcher.match_name(name))
            _keep(self._normal_answers, normal, answer)
        return answer

    def _hit(self, given: str, match: Match) -> Hit:
        entry = self.entries[match.entry_index]
        return Hit(
            entry=entry,
            matched=match.matched,
            kind=match.kind,
            score_per_mille=match.score_per_mille,
            explanation=_explanation(given, match, entry),
        )


def screen_payment(screener: Screener, parties: Iterable[PartyText]) -> int:
    """Return the index into `screener.entries` of the first hit of a payment, or `NO_HIT`.

    Parties are taken in the order given, each with its names first, then its identifiers, then
    its texts.
    """
    for party in parties:
        for name in party.names:
            if (answer := screener.match_name(name)) != NO_HIT:
                return answer
        for identifier in party.identifiers:
            if (answer := screener.match_identifier(identifier)) != NO_HIT:
                return answer
        for text in party.texts:
            if (answer := screener.match_text(text)) != NO_HIT:
                return answer
    return NO_HIT


def explain(screener: Screener, parties: Iterable[PartyText]) -> tuple[PartyHit, ...]:
    """Return every hit of a payment with its sentence, in the order `screen_payment` looks."""
    return tuple(
        PartyHit(party.role, hit)
        for party in parties
        for hit in screener.screen_party(party.names, party.identifiers, party.texts)
    )


def _first(matches: tuple[Match, ...]) -> int:
    return matches[0].entry_index if matches else NO_HIT


def _keep(answers: dict[str, int], text: str, answer: int) -> None:
    if len(text) > ANSWER_CACHED_CHARACTERS_MAX:
        return
    if len(answers) >= ANSWERS_CACHED_MAX:
        answers.clear()
    answers[text] = answer


def _explanation(given: str, match: Match, entry: WatchlistEntry) -> str:
    weak = " (an alias its publisher calls weak)" if match.matched in entry.weak_names else ""
    verb = "equals" if match.score_per_mille == FULL else "holds"
    if match.kind in {MatchKind.NAME_ALIKE, MatchKind.NAME_CUT}:
        verb = f"is alike by {match.score_per_mille} of {FULL} to"
    details = f" ({match.details})" if match.details else ""
    return (
        f"{_KIND_WORDS[match.kind]} {given!r} {verb} {match.matched!r}{weak} of {entry.kind} "
        f"{entry.reference} on the {entry.list_name}, programme {entry.programme or 'not stated'}"
        f"{details}"
    )
