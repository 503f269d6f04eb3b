"""The day in plain words, and the numbers that stand first."""

from dataclasses import dataclass
from fractions import Fraction

from comity.payments.lifecycle import State
from comity.reports.figures import DayFigures
from comity.reports.numbers import count, in_words, percent, rounded
from comity.statistics.exact import share
from comity.statistics.outcomes import REFUSED_STATES
from comity.statistics.shares import ThreeShares, national_part

WAITING_STATES = (
    State.HELD_SCREENING,
    State.HELD_REVIEW,
    State.WAREHOUSED,
    State.ACCEPTED,
    State.QUEUED,
    State.RESERVED,
    State.IN_CYCLE,
    State.FROZEN,
)
"""States in which a payment is neither settled nor ended."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One number that stands first.

    Attributes:
        label: what it is.
        value: the number.
        unit: its unit, in small type; may be empty.
        note: one line below it.
        tone: `plain`, `good` or `bad`.
    """

    label: str
    value: str
    unit: str
    note: str
    tone: str = "plain"


def headlines(figures: DayFigures) -> list[Headline]:
    """Return the numbers that stand first."""
    received = int(figures.book.received_today.sum())
    settled = sum(one.payments for one in figures.positions)
    share_of = figures.share
    value, unit = _in_unit(share_of.scheme_value, share_of.valuation.currency)
    found = [
        Headline(
            "Payments settled",
            count(settled),
            "",
            f"{count(received)} received, {count(_waiting(figures))} waiting at the close",
        ),
        Headline("Value settled", value, unit, "all currencies, at the official rates below"),
    ]
    for one in figures.positions:
        if one.gross_minor:
            found.append(
                Headline(
                    f"Netting, {one.currency}",
                    percent(one.netting_ratio),
                    "",
                    f"{in_words(one.gross_minor, one.currency)} gross,"
                    f" {in_words(one.net_minor, one.currency)} net",
                )
            )
    found.append(
        Headline(
            "National currencies",
            percent(share_of.within_scheme().settlement_asset),
            "",
            _national_note(figures),
        )
    )
    proof = figures.proof
    found.append(
        Headline(
            "Proof",
            "4 of 4" if proof.holds else "failed",
            "hold" if proof.holds else "",
            "money, positions, journal, statements",
            "good" if proof.holds else "bad",
        )
    )
    return found


def day_in_words(figures: DayFigures) -> list[str]:
    """Return the day as a few sentences, one paragraph each."""
    return [_settled_in_words(figures), _unsettled_in_words(figures), _share_in_words(figures)]


def _settled_in_words(figures: DayFigures) -> str:
    settled = sum(one.payments for one in figures.positions)
    received = int(figures.book.received_today.sum())
    carried = len(figures.book.payments) - received
    parts = [
        f"{in_words(one.gross_minor, one.currency)} in {_payments(one.payments)}"
        for one in figures.positions
        if one.payments
    ]
    before = f" and {_payments(carried)} carried over from before" if carried else ""
    text = (
        f"Of {_payments(received)} received that day{before}, {count(settled)} settled: "
        f"{_joined(parts) or 'nothing'}."
    )
    nets = [
        f"{in_words(one.net_minor, one.currency)}"
        f" ({percent(share(one.net_minor, one.gross_minor), 0)} of it)"
        for one in figures.positions
        if one.gross_minor
    ]
    if nets:
        text += f" Had the whole day been netted at once, {_joined(nets)} would have had to move."
    return text


def _unsettled_in_words(figures: DayFigures) -> str:
    refused = sum(figures.states[state.name] for state in REFUSED_STATES)
    held = figures.states["HELD_SCREENING"] + figures.states["HELD_REVIEW"]
    text = (
        f"{_payments(refused).capitalize()} ended without settlement, "
        f"{count(_waiting(figures))} {_were(_waiting(figures))} still waiting at the close"
        f" ({count(held)} of them held)."
    )
    peaks = [
        f"{_payments(one.payments_peak)} in {one.currency}"
        for one in figures.queues
        if one.payments_peak
    ]
    if peaks:
        text += f" At the fullest moment the queues held {_joined(peaks)}."
    repeated, unread = figures.book.duplicates, figures.book.messages_refused
    return (
        f"{text} {_payments(repeated).capitalize()} repeated an earlier one and got its answer"
        f" again; {count(unread)} message{'' if unread == 1 else 's'} could not be read."
    )


def _national_note(figures: DayFigures) -> str:
    found = figures.share
    if found.source is None:
        return "of what banks settled here"
    return (
        f"of what banks settled here; {percent(found.settlement_asset)} of all between the"
        " countries"
    )


def _share_in_words(figures: DayFigures) -> str:
    found = figures.share
    text = f"Of what settled here, {_three_shares(found.within_scheme())}."
    if found.source is not None:
        text += (
            f" The scheme covers {percent(found.coverage)} of all payments between the countries as"
            f" {found.source.publisher} counts them; what settled here in national currencies is"
            f" {percent(found.settlement_asset)} of all, and by that count"
            f" {percent(national_part(found.source, found.valuation, figures.book))} of all are in"
            " them, here or elsewhere."
        )
    companies = [f"{count(number)} in {country}" for country, number in figures.companies.items()]
    if companies:
        text += f" Active companies: {_joined(companies)}."
    return text


def _three_shares(shares: ThreeShares) -> str:
    first, *others = (percent(one) for one in shares)
    if others == [first, first]:
        return (
            f"{first} was in national currencies, by invoice as well as by what customers paid with"
            " and by what banks settled in"
        )
    return (
        f"{first} was in national currencies by invoice, {others[0]} by what customers paid with"
        f" and {others[1]} by what banks settled in"
    )


def _in_unit(value: Fraction, code: str) -> tuple[str, str]:
    for size, name in ((10**9, "billion "), (10**6, "million "), (10**3, "thousand ")):
        if value >= size:
            return rounded(value / size), f"{name}{code}"
    return rounded(value), code


def _waiting(figures: DayFigures) -> int:
    return sum(figures.states[state.name] for state in WAITING_STATES)


def _payments(number: int) -> str:
    return f"{count(number)} payment{'' if number == 1 else 's'}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _joined(parts: list[str]) -> str:
    return (
        parts[0]
        if len(parts) == 1
        else " and ".join([", ".join(parts[:-1]), parts[-1]])
        if parts
        else ""
    )
