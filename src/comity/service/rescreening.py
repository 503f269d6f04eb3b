"""Screening again what has waited: lists may have changed since a payment came in.

A warehoused payment is screened on its settlement date with the lists of that day; the result
goes into the command that opens the day, so that the journal holds what was decided by which
lists.
"""

import numpy as np

from comity.messages.catalogue import LEAF_BY_CODE, Screened, split_canonical
from comity.payments.lifecycle import State as PaymentState
from comity.screening import NO_HIT, Screener
from comity.service.committing import Ledger
from comity.service.texts import PaymentTexts


def screen_again(ledger: Ledger, screener: Screener, day: int) -> dict[str, int]:
    """Return the hits of payments due on a day: list entry number by payment number as text."""
    state = ledger.state
    if state.books is None:
        return {}
    live = state.books.live[: state.payment_count]
    due = np.flatnonzero((live["state"] == PaymentState.WAREHOUSED) & (live["value_date"] <= day))
    texts = PaymentTexts(ledger)
    hits = ((number, screen_text(screener, texts.text_of(number))) for number in due.tolist())
    return {str(number): hit for number, hit in hits if hit != NO_HIT}


def screen_text(screener: Screener, text: str) -> int:
    """Return the first list entry that a canonical transaction hits, NO_HIT none."""
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
