"""Screening payments by their canonical texts: again when lists change, and in full for people.

A warehoused payment is screened on its settlement date with the lists of that day; whatever waits
is screened when a list changes. Results go into commands, so that the journal holds what was
decided by which lists. Trusted are only parties that two people have found to be good, at their own
account and until a day, and payments that they have cleared of the very entries.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from comity.messages.catalogue import LEAF_BY_CODE, Screened, split_canonical
from comity.payments.codes import ControlKind
from comity.payments.commands import CommandBatch, Control
from comity.payments.lifecycle import State as PaymentState
from comity.screening import NO_HIT, Hit, Screener, normalise_name
from comity.service.committing import Ledger
from comity.service.texts import PaymentTexts
from comity.settlement import State
from comity.settlement.case_decisions import GoodParty, ListedEntry
from comity.settlement.cases import may_be_held

_ACCOUNTS = {"Dn": ("ei", "eo"), "Cn": ("ki", "ko")}
"""Names of a debtor and of a creditor, and where their accounts stand: IBAN, or another number."""


class LeafHit(NamedTuple):
    """A hit, the element it was found in, and the good party that it would be."""

    path: str
    hit: Hit
    party: GoodParty | None


def good_on(state: State, day: int) -> frozenset[GoodParty]:
    """Return the parties that are trusted on a day, days since 1970-01-01."""
    return frozenset(party for party, until in state.good_parties.items() if until >= day)


def screen_again(ledger: Ledger, screener: Screener, day: int) -> dict[str, int]:
    """Return the hits of payments due on a day: list entry number by payment number as text."""
    state = ledger.state
    if state.books is None:
        return {}
    live = state.books.live[: state.payment_count]
    due = np.flatnonzero((live["state"] == PaymentState.WAREHOUSED) & (live["value_date"] <= day))
    hits = ((number, hit) for number, hit in _screened(ledger, screener, due.tolist(), day))
    return {str(number): hit for number, hit in hits if hit != NO_HIT}


def rescreen(ledger: Ledger, screener: Screener) -> tuple[int, ...]:
    """Take over lists that have changed, and hold whatever waits and is hit by them.

    Returns:
        The payments that are held now and were not before, ascending.
    """
    state = ledger.state
    if state.books is None:
        return ()
    waiting = np.flatnonzero(may_be_held(state)).tolist()
    found = _screened(ledger, screener, waiting, state.business_day)
    held = tuple(number for number, hit in found if hit != NO_HIT)
    controls = []
    if state.list_versions != screener.list_versions:
        approved = list(state.known_scheme().empty_lists_approved_by)
        body = {"versions": list(screener.list_versions), "empty_approved_by": approved}
        controls.append(Control(ControlKind.ADOPT_LISTS, state.now_us, body))
    if held:
        controls.append(Control(ControlKind.RESCREEN, state.now_us, {"payments": list(held)}))
    if controls:
        ledger.commit(CommandBatch(controls=tuple(controls)))
    return held


def screen_text(
    screener: Screener,
    text: str,
    good: Collection[GoodParty] = (),
    cleared_of: Collection[ListedEntry] = (),
) -> int:
    """Return the first list entry that a canonical transaction hits, NO_HIT none.

    Args:
        screener: over the lists.
        text: the canonical transaction.
        good: parties that are trusted, each for one entry.
        cleared_of: entries that the payment has been found not to concern.
    """
    if not good and not cleared_of:
        return _first_hit(screener, text)
    for _, hit, party in hits_of(screener, text):
        entry = ListedEntry(hit.entry.list_name, hit.entry.reference)
        if party not in good and entry not in cleared_of:
            return screener.entries.index(hit.entry)
    return NO_HIT


def hits_of(screener: Screener, text: str) -> Iterator[LeafHit]:
    """Yield every hit of a canonical transaction with its explanation, in document order."""
    leaves = split_canonical(text)
    values = {code: value for code, value, _ in leaves}
    for code, value, _ in leaves:
        leaf = LEAF_BY_CODE[code]
        match leaf.screened:
            case Screened.NAME:
                hits = screener.screen_party((value,), ())
            case Screened.IDENTIFIER:
                hits = screener.screen_party((), (value,))
            case Screened.TEXT:
                hits = screener.screen_party((), (), (value,))
            case _:
                continue
        account = next(filter(None, (values.get(one, "") for one in _ACCOUNTS.get(code, ()))), "")
        for hit in hits:
            party = None
            if account:
                entry = hit.entry
                name = normalise_name(value)
                party = GoodParty(name, account, entry.list_name, entry.reference)
            yield LeafHit("/".join(leaf.path), hit, party)


def _screened(
    ledger: Ledger, screener: Screener, numbers: list[int], day: int
) -> Iterator[tuple[int, int]]:
    state, texts = ledger.state, PaymentTexts(ledger)
    good = good_on(state, day)
    for number in numbers:
        cleared_of = state.cleared_of.get(number, ())
        yield number, screen_text(screener, texts.text_of(number), good, cleared_of)


def _first_hit(screener: Screener, text: str) -> int:
    for code, value, _ in split_canonical(text):
        match LEAF_BY_CODE[code].screened:
            case Screened.NAME:
                hit = screener.match_name(value)
            case Screened.IDENTIFIER:
                hit = screener.match_identifier(value)
            case Screened.TEXT:
                hit = screener.match_text(value)
            case _:
                continue
        if hit != NO_HIT:
            return hit
    return NO_HIT
