"""Screening of the parties and texts of payments against sanctions lists: equal, and alike.

Pure: lists come in as records, texts come in, hits go out. See docs/screening.md.
"""

from comity.screening.identifier_keys import IDENTIFIER_CHARACTERS_MIN, normalise_identifier
from comity.screening.matching import ExactMatcher, Match, Matcher, MatchKind
from comity.screening.names import normalise_name
from comity.screening.scored_matching import ScoredMatcher
from comity.screening.screener import (
    NO_HIT,
    Hit,
    PartyHit,
    PartyText,
    Screener,
    explain,
    screen_payment,
)
from comity.screening.watchlists import EVERYBODY, Effect, EntryKind, Watchlist, WatchlistEntry

__all__ = [
    "EVERYBODY",
    "IDENTIFIER_CHARACTERS_MIN",
    "NO_HIT",
    "Effect",
    "EntryKind",
    "ExactMatcher",
    "Hit",
    "Match",
    "MatchKind",
    "Matcher",
    "PartyHit",
    "PartyText",
    "ScoredMatcher",
    "Screener",
    "Watchlist",
    "WatchlistEntry",
    "explain",
    "normalise_identifier",
    "normalise_name",
    "screen_payment",
]
