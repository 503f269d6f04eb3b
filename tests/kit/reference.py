"""A second, slow engine for gross payments of one currency: plain Python, no shared code.

It knows only what an economist would write down: accounts, strict queues with two classes, and
trying every queue again until nothing moves. Tests compare the engine's answers with it.
"""

from dataclasses import dataclass, field


@dataclass
class Waiting:
    """A payment that waits: its number, whom it pays and how much."""

    number: int
    payee: str
    amount: int
    is_high: bool


@dataclass
class PlainBank:
    """Banks with one account each, and the payments that wait for money on it."""

    money: dict[str, int]
    limits: dict[str, int]
    queues: dict[str, list[Waiting]] = field(default_factory=dict)
    settled: list[int] = field(default_factory=list)

    def pay(self, payment: Waiting, payer: str) -> None:
        """Take a payment in and settle whatever can settle."""
        queue = self.queues.setdefault(payer, [])
        place = len(queue)
        while place > 0 and payment.is_high and not queue[place - 1].is_high:
            place -= 1
        queue.insert(place, payment)
        moved = True
        while moved:
            moved = any(self._try_first(name) for name in sorted(self.queues))

    def _try_first(self, payer: str) -> bool:
        queue = self.queues[payer]
        if not queue or self.money[payer] + self.limits[payer] < queue[0].amount:
            return False
        first = queue.pop(0)
        self.money[payer] -= first.amount
        self.money[first.payee] += first.amount
        self.settled.append(first.number)
        return True

    def left(self) -> list[int]:
        """Return the numbers of the payments that wait."""
        return sorted(one.number for queue in self.queues.values() for one in queue)
