"""The netting cycles of a day, read back from its events and transfers.

A payment's event says which cycle it entered; the event of a cut-off says the currency. The
transfers that settle a cycle are one group, posted at the time of its settlement.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.money import currency_by_number
from comity.payments.codes import (
    CycleFigure,
    CycleState,
    DrawnFrom,
    EventKind,
    ResolutionKind,
    TransferKind,
)
from comity.payments.lifecycle import State
from comity.statements.daybook import DayBook


@dataclass(frozen=True, slots=True)
class Cover:
    """What was found before a cycle settled: can it settle if the largest debtor fails?

    Attributes:
        group: BICs of the affiliates that fail together: those that owe most.
        debit_minor: what they owe.
        survivors_short_minor: what the others then lack beyond their own resources.
        fund_minor: what is then left of the guarantee fund.
        uncovered_minor: what nobody covers then.
        currency: ISO 4217 code of all amounts: the cycle's, or the asset it is paid in.
    """

    group: tuple[str, ...]
    debit_minor: int
    survivors_short_minor: int
    fund_minor: int
    uncovered_minor: int
    currency: str

    @property
    def is_covered(self) -> bool:
        """Whether the cycle could settle without them."""
        return self.uncovered_minor == 0


@dataclass(frozen=True, slots=True)
class Draw:
    """What one participant draws, pays into the fund's use, or lacks, in a cycle.

    Attributes:
        participant: its BIC.
        source: what it comes from; None where that is not the point.
        amount_minor: above zero.
    """

    participant: str
    source: DrawnFrom | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What taking payments out of a cycle does to one participant's net position."""

    participant: str
    old_minor: int
    new_minor: int


@dataclass(frozen=True, slots=True, eq=False)
class PairSettled:
    """A pair of participants that settled in a bilateral cycle.

    Attributes:
        debtor: BIC of the one that owed the net.
        creditor: BIC of the other.
        net_minor: what was paid, zero or more.
        rows: rows of `DayBook.payments` behind it.
        group: transfer group of the net, −1 where it is zero.
    """

    debtor: str
    creditor: str
    net_minor: int
    rows: NDArray[np.int64]
    group: int


@dataclass(frozen=True, slots=True, eq=False)
class Converted:
    """The positions of all currencies of a slot, paid in one asset.

    Attributes:
        asset: ISO 4217 code.
        rates: ISO 4217 code, and minor units of the asset for one minor unit of it.
        positions: BIC and position in minor units of the asset; they sum to zero.
        net_minor: what was paid in; 0 where the slot did not settle.
        rows: rows of `DayBook.payments` that settled by it.
        group: transfer group, −1 none.
    """

    asset: str
    rates: tuple[tuple[str, Fraction], ...]
    positions: tuple[tuple[str, int], ...]
    net_minor: int
    rows: NDArray[np.int64]
    group: int


@dataclass(frozen=True, slots=True)
class Cycle:
    """One netting cycle with what it did.

    Attributes:
        number: its number in the journal.
        currency: ISO 4217 code.
        state: its last state that day.
        cut_off_us: when it was cut off, UTC microseconds.
        ended_us: when it settled, rolled or was aborted; 0 not yet.
        slot: number of the first of the cycles that settle with it in one act.
        gross_minor: sum of its payments.
        bilateral_net_minor: what would be paid if each pair settled its difference.
        multilateral_net_minor: what its net debtors owe.
        members_sha256: hash of its member list, hexadecimal; empty where nobody was in it.
        cover: what was found before it settled; None where nobody owes.
        net_minor: sum of the net positions paid in; 0 where it did not settle.
        members: rows of `DayBook.payments` that were in it.
        settled: those of them that settled in it.
        lacked: what debtors lacked while all payments were in, and no layer covered.
        choice: how good the choice of what was taken out is known to be; None without one.
        effects: everybody's position before and after that; empty where nothing was taken out.
        draws: what debtors have drawn.
        charged: whose shares of the guarantee fund have paid for that.
        pairs: those that settled, in order, where the cycle settles pair by pair.
        paid_in: ISO 4217 code of the asset it is paid in together with its slot; None: in its own.
        converted: what its slot came to in that asset, where it is the first of the slot.
        group: transfer group of its net positions, −1 none.
    """

    number: int
    currency: str
    state: CycleState
    cut_off_us: int
    ended_us: int
    slot: int
    gross_minor: int
    bilateral_net_minor: int
    multilateral_net_minor: int
    members_sha256: str
    cover: Cover | None
    net_minor: int
    members: NDArray[np.int64]
    settled: NDArray[np.int64]
    lacked: tuple[Draw, ...]
    choice: ResolutionKind | None
    effects: tuple[Effect, ...]
    draws: tuple[Draw, ...]
    charged: tuple[Draw, ...]
    pairs: tuple[PairSettled, ...]
    paid_in: str | None
    converted: Converted | None
    group: int

    @property
    def name(self) -> str:
        """What statements call it, such as `CYCLE-12`."""
        return f"CYCLE-{self.number}"

    @property
    def netting_ratio(self) -> Fraction | None:
        """1 − net ÷ gross, or None where not all of it settled."""
        is_whole = self.state is CycleState.SETTLED and self.paid_in is None
        if not is_whole or self.gross_minor == 0:
            return None
        return 1 - Fraction(self.net_minor, self.gross_minor)

    @property
    def efficiency(self) -> Fraction | None:
        """Share of its gross sum that netting saves, as calculated at the cut-off."""
        if self.gross_minor == 0:
            return None
        return 1 - Fraction(self.multilateral_net_minor, self.gross_minor)


_POSTED = (CycleState.SETTLED, CycleState.PARTIAL)
_ENDS = (*_POSTED, CycleState.ROLLED, CycleState.ABORTED)


def cycles_of(book: DayBook) -> tuple[Cycle, ...]:
    """Return the cycles cut off that day, in the order of their numbers."""
    events = book.events
    steps = events[events["kind"] == EventKind.CYCLE]
    opened = steps[steps["after"] == CycleState.CUT_OFF]["subject"].tolist()
    places = {number: np.flatnonzero(steps["subject"] == number) for number in opened}
    groups = _Groups(book)
    members = _members(book)
    # In the order in which they ended: the groups of transfers are told apart by it.
    found = [
        _cycle(book, steps[places[number]], members, groups)
        for number in sorted(opened, key=lambda each: int(places[each][-1]))
    ]
    return _with_conversions(book, sorted(found, key=lambda one: one.number))


def _with_conversions(book: DayBook, cycles: list[Cycle]) -> tuple[Cycle, ...]:
    """Return the cycles, those that were paid in another asset with what their slot came to."""
    found: dict[int, Converted] = {}
    for one in cycles:
        figures = _Figures(book, one.number, one.currency)
        into = figures.rows_of(CycleFigure.CONVERTED_INTO)
        if len(into):
            rows = [each.settled for each in cycles if each.slot == one.number]
            found[one.number] = figures.converted(
                currency_by_number(int(into["detail"][0])).code, np.sort(np.concatenate(rows))
            )
    return tuple(
        replace(one, paid_in=found[one.slot].asset, converted=found.get(one.number))
        if one.slot in found
        else one
        for one in cycles
    )


def _cycle(
    book: DayBook, steps: Any, members: dict[int, NDArray[np.int64]], groups: "_Groups"
) -> Cycle:
    cut_off, last = steps[0], steps[-1]
    number, state = int(cut_off["subject"]), CycleState(int(last["after"]))
    code = currency_by_number(int(cut_off["detail"])).code
    rows = members.get(number, np.zeros(0, np.int64))
    net_minor = int(last["value"]) if state in _POSTED else 0
    ended_us = int(last["at_us"]) if state in _ENDS else 0
    figures = _Figures(book, number, code)
    settled = rows[book.interbank_final_us[rows] == ended_us] if state in _POSTED else rows[:0]
    pairs = _pairs(book, figures, settled)
    return Cycle(
        number=number,
        currency=code,
        state=state,
        cut_off_us=int(cut_off["at_us"]),
        ended_us=ended_us,
        slot=figures.value(CycleFigure.SLOT, number),
        gross_minor=int(book.payments["amount_minor"][rows].sum()),
        bilateral_net_minor=figures.value(CycleFigure.BILATERAL_NET),
        multilateral_net_minor=figures.value(CycleFigure.MULTILATERAL_NET),
        members_sha256=figures.members_sha256(),
        cover=figures.cover(),
        net_minor=net_minor,
        members=rows,
        settled=settled,
        lacked=figures.draws(CycleFigure.LACKED),
        choice=figures.choice(),
        effects=figures.effects(),
        draws=_draws(book, number),
        charged=figures.draws(CycleFigure.CHARGED),
        pairs=pairs,
        paid_in=None,
        converted=None,
        group=groups.take(ended_us, code) if net_minor and not pairs else -1,
    )


def _members(book: DayBook) -> dict[int, NDArray[np.int64]]:
    """Return the rows that entered each cycle, by its number, in order."""
    events = book.events
    entered = events[(events["kind"] == EventKind.PAYMENT) & (events["after"] == State.IN_CYCLE)]
    rows = book.rows_of(entered["subject"].astype(np.int64))
    return {int(n): rows[entered["value"] == n] for n in np.unique(entered["value"])}


class _Figures:
    """What was calculated of one cycle at its cut-off."""

    def __init__(self, book: DayBook, number: int, code: str) -> None:
        events = book.events
        chosen = (events["kind"] == EventKind.CYCLE_FIGURE) & (events["subject"] == number)
        self._rows = events[chosen]
        self._book = book
        self._number = number
        into = self.rows_of(CycleFigure.CONVERTED_INTO)
        self._code = currency_by_number(int(into["detail"][0])).code if len(into) else code

    def value(self, figure: CycleFigure, otherwise: int = 0) -> int:
        """Return a figure of which there is one."""
        found = self._rows["value"][self._rows["after"] == figure]
        return int(found[0]) if len(found) else otherwise

    def draws(self, figure: CycleFigure) -> tuple[Draw, ...]:
        """Return one amount a participant."""
        rows = self._rows[self._rows["after"] == figure]
        return tuple(
            Draw(self._book.participants[int(row["detail"])], None, int(row["value"]))
            for row in rows
        )

    def choice(self) -> ResolutionKind | None:
        """Return how good the choice is known to be."""
        found = self.value(CycleFigure.CHOICE)
        return ResolutionKind(found) if found else None

    def effects(self) -> tuple[Effect, ...]:
        """Return what taking payments out did to each participant."""
        events = self._book.events
        chosen = (events["kind"] == EventKind.POSITION) & (events["subject"] == self._number)
        old = {int(row["detail"]): int(row["value"]) for row in events[chosen]}
        return tuple(
            Effect(
                self._book.participants[int(row["detail"])],
                old.get(int(row["detail"]), 0),
                int(row["value"]),
            )
            for row in self._rows[self._rows["after"] == CycleFigure.NEW_POSITION]
        )

    def rows_of(self, figure: CycleFigure) -> Any:
        """Return the events of a figure, in order."""
        return self._rows[self._rows["after"] == figure]

    def converted(self, asset: str, rows: NDArray[np.int64]) -> Converted:
        """Return what the slot of this cycle came to in an asset."""
        numerators = self.rows_of(CycleFigure.RATE_NUMERATOR)
        denominators = self.rows_of(CycleFigure.RATE_DENOMINATOR)
        positions = self.rows_of(CycleFigure.CONVERTED_POSITION)
        return Converted(
            asset=asset,
            rates=tuple(
                (
                    currency_by_number(int(one["detail"])).code,
                    Fraction(int(one["value"]), int(other["value"])),
                )
                for one, other in zip(numerators, denominators, strict=True)
            ),
            positions=tuple(
                (self._book.participants[int(row["detail"])], int(row["value"]))
                for row in positions
            ),
            net_minor=self.value(CycleFigure.CONVERTED_NET),
            rows=rows,
            group=self.value(CycleFigure.CONVERTED_GROUP, -1),
        )

    def members_sha256(self) -> str:
        """Return the hash of the member list, hexadecimal."""
        words = self._rows["value"][self._rows["after"] == CycleFigure.MEMBERS_HASH]
        digest: bytes = words.astype("<i8").tobytes()
        return digest.hex()

    def cover(self) -> Cover | None:
        """Return what was found of its largest debtor; None where nobody owes."""
        debtor = self._rows[self._rows["after"] == CycleFigure.COVER_GROUP]
        if not len(debtor):
            return None
        return Cover(
            group=_affiliates(self._book, int(debtor["detail"][0])),
            debit_minor=int(debtor["value"][0]),
            survivors_short_minor=self.value(CycleFigure.COVER_SURVIVORS),
            fund_minor=self.value(CycleFigure.COVER_FUND),
            uncovered_minor=self.value(CycleFigure.COVER_MISSING),
            currency=self._code,
        )


def _pairs(
    book: DayBook, figures: "_Figures", settled: NDArray[np.int64]
) -> tuple[PairSettled, ...]:
    """Return the pairs that settled, each with its payments."""
    debtors = figures.rows_of(CycleFigure.PAIR_DEBTOR)
    creditors = figures.rows_of(CycleFigure.PAIR_CREDITOR)
    if not len(debtors):
        return ()
    width = len(book.participants)
    payers = book.payments["debtor_agent"][settled].astype(np.int64)
    payees = book.payments["creditor_agent"][settled].astype(np.int64)
    keys = np.minimum(payers, payees) * width + np.maximum(payers, payees)
    found = []
    for one, other in zip(debtors, creditors, strict=True):
        sides = sorted((int(one["detail"]), int(other["detail"])))
        found.append(
            PairSettled(
                debtor=book.participants[int(one["detail"])],
                creditor=book.participants[int(other["detail"])],
                net_minor=int(one["value"]),
                rows=settled[keys == sides[0] * width + sides[1]],
                group=int(other["value"]),
            )
        )
    return tuple(found)


def _draws(book: DayBook, number: int) -> tuple[Draw, ...]:
    events = book.events
    chosen = (events["kind"] == EventKind.DRAW) & (events["subject"] == number)
    return tuple(
        Draw(
            book.participants[int(row["detail"])],
            DrawnFrom(int(row["after"])),
            int(row["value"]),
        )
        for row in events[chosen]
    )


def _affiliates(book: DayBook, participant: int) -> tuple[str, ...]:
    """Return the BICs of a participant's group, itself where it stands alone."""
    bic = book.participants[participant]
    banks = book.scheme.participants
    group = next((one.group for one in banks if one.bic == bic), None)
    if group is None:
        return (bic,)
    return tuple(one.bic for one in banks if one.group == group)


class _Groups:
    """Groups of net transfers not yet given to a cycle, by time and currency, in order."""

    def __init__(self, book: DayBook) -> None:
        moves = book.transfers[book.transfers["kind"] == TransferKind.CYCLE]
        figures = book.events[book.events["kind"] == EventKind.CYCLE_FIGURE]
        converted = figures["value"][figures["after"] == CycleFigure.CONVERTED_GROUP]
        moves = moves[~np.isin(moves["group"], converted)]
        groups, first = np.unique(moves["group"], return_index=True)
        self._left: dict[tuple[int, str], list[int]] = {}
        for group, place in zip(groups.tolist(), first.tolist(), strict=True):
            code = book.accounts[int(moves["debit"][place])].currency
            self._left.setdefault((int(moves["at_us"][place]), code), []).append(group)

    def take(self, at_us: int, code: str) -> int:
        """Return the first group left of that time and currency, −1 where there is none."""
        left = self._left.get((at_us, code), [])
        return left.pop(0) if left else -1
