"""Trades in doubt at the close: what an operator has to clear up with a settlement agent."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from comity.messages.agent_answers import asked_reference
from comity.money import currency_by_number
from comity.statistics.day import Day


@dataclass(frozen=True, slots=True)
class Doubt:
    """A trade whose agent was asked to settle one leg, and has not said what became of it.

    Attributes:
        asked_as: reference under which the agent was asked; its answer bears it.
        agent: BIC.
        asked_us: when it was asked to settle, UTC microseconds.
        currency: ISO 4217 code of the leg that the agent settles.
        amount_minor: of that leg, minor units.
        held_currency: code of the other leg.
        held_minor: of that leg, held until the agent answers, minor units.
        payer: BIC of the bank that pays the leg outside, and is paid the other one.
        payee: BIC of the other bank.
    """

    asked_as: str
    agent: str
    asked_us: int
    currency: str
    amount_minor: int
    held_currency: str
    held_minor: int
    payer: str
    payee: str


def doubts(day: Day) -> tuple[Doubt, ...]:
    """Return the trades in doubt at the close, of whatever day, in the order they began."""
    found = []
    for one in day.doubts:
        places = day.rows_of(np.array([one.outside, one.inside]))
        outside, inside = day.payments[places[0]], day.payments[places[1]]
        found.append(
            Doubt(
                asked_as=asked_reference(one.pair),
                agent=one.agent,
                asked_us=one.asked_us,
                currency=currency_by_number(int(outside["currency"])).code,
                amount_minor=int(outside["amount_minor"]),
                held_currency=currency_by_number(int(inside["currency"])).code,
                held_minor=int(inside["amount_minor"]),
                payer=day.participants[int(outside["debtor_agent"])],
                payee=day.participants[int(outside["creditor_agent"])],
            )
        )
    return tuple(found)


def doubt_documents(found: tuple[Doubt, ...]) -> list[dict[str, Any]]:
    """Return trades in doubt as JSON values."""
    return [asdict(one) for one in found]
