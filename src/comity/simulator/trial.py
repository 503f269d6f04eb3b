"""One option tried on days of payments, by the live engine under a virtual clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from comity.agreements import Member
from comity.agreements.document import encode
from comity.agreements.quotes import Quote, QuoteSide
from comity.agreements.scheme import scheme_to_document
from comity.business_calendar import days_to_date
from comity.ledger import Account, AccountKind
from comity.money import currency
from comity.payments.codes import ControlKind, TransferKind
from comity.payments.commands import CommandBatch, Control
from comity.payments.lifecycle import State as PaymentState
from comity.payments.rows import TRANSFER_ROW, Rows
from comity.settlement import apply, new_state
from comity.settlement.schedule import plan_day
from comity.simulator.claims import Claim, Lending, Position, Steps
from comity.simulator.hours import Hours
from comity.simulator.options import Option
from comity.simulator.positions import dealer_positions, filled_before, owed_positions
from comity.simulator.setoffs import Remainders, set_off_day
from comity.simulator.staging import Money, Stage, stage_option
from comity.simulator.trial_rows import day_batches, funding_batch
from comity.simulator.trial_scheme import Setting, trial_scheme

Bools = NDArray[np.bool_]
Int64s = NDArray[np.int64]

_NOBODY: Final = -1
_AFTER_DAYS: Final = 2
"""Days without payments behind the last, so that what settles a day later still does."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What came of a day's payments under an option; columns by payment unless said otherwise.

    Attributes:
        option: how they settled.
        hours: of the day.
        currencies: ISO 4217 numbers, by which `place` counts.
        holders: names of those that hold accounts behind the parties: central banks.
        entered_us: when each came, since midnight of its day.
        settled_us: when it was final, −1 where it never was.
        irrevocable_us: from when its sender could not withdraw it any more, −1 never.
        mechanism: `Mechanism`.
        state: `lifecycle.State` when everything was over.
        opening_minor: by place (holder × currencies + currency).
        posted: `TRANSFER_ROW` columns of what moved between places that day: group, payer, payee,
            amount, kind; −1 for accounts that are nobody's place.
        debited_minor: what the payer paid, minor units of its own currency where there are two;
            0 where it has not.
        set_off_minor: what was set off of it before it was paid, which is final too.
        claims: what was owed on accounts on which credit is given.
        positions: what was held or owed of currencies not one's own.
    """

    option: Option
    hours: Hours
    currencies: tuple[int, ...]
    entered_us: Int64s
    settled_us: Int64s
    irrevocable_us: Int64s
    mechanism: NDArray[np.int8]
    state: NDArray[np.int8]
    opening_minor: Int64s
    posted: Rows
    debited_minor: Int64s
    set_off_minor: Int64s
    holders: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    positions: tuple[Position, ...] = ()

    @property
    def is_settled(self) -> Bools:
        """Which payments became final."""
        found: Bools = self.state == PaymentState.SETTLED
        return found


def own_money(trial: Trial, at: int, used_minor: Int64s) -> Int64s:
    """Return what of used money was the holders' own: where they may be short, no more than that.

    Args:
        trial: what was tried.
        at: which of its currencies.
        used_minor: by holder.
    """
    if trial.option.short_positions is None:
        return used_minor
    found: Int64s = np.minimum(used_minor, trial.opening_minor[at :: len(trial.currencies)])
    return found


def run_trial(stage: Stage, days: Sequence[int], money: Money) -> tuple[Trial, ...]:
    """Settle days of payments by the live engine, one behind another.

    On each day after the first every account is brought to that day's level at the opening: by
    payments of a bank that is no party, which are in no figure.

    Args:
        stage: the option, set up for the payments.
        days: of the table, ascending.
        money: α between the option's own bounds; None for credit without end; or of a single day
            `[party, currency]` what each account opens with, minor units.

    Returns:
        One trial a day; what settles on a later day stands with the day on which it came.
    """
    if stage.option.setoffs:
        return run_with_setoffs(stage, days, money)
    rows = dict(stage.table.days())
    bounds = {day: stage.bounds(rows[day]) for day in days}
    openings = {day: stage.opening(bounds[day], money) for day in days}
    setting = stage.setting(days, bounds[days[0]], openings[days[0]])
    horizon = _Horizon(stage, setting)
    for day in days:
        horizon.open_day(day)
        wanted = openings[day]
        if day != days[0] and wanted is not None:
            horizon.fund(wanted)
        horizon.settle(rows[day])
        horizon.close_day()
    if len(days) > 1:
        for day in range(days[-1] + 1, days[-1] + 1 + _AFTER_DAYS):
            horizon.open_day(day)
            horizon.close_day()
    return tuple(horizon.trial(number, rows[day]) for number, day in enumerate(days))


def run_with_setoffs(stage: Stage, days: Sequence[int], money: Money) -> tuple[Trial, ...]:
    """Set off each day's payments at equal distances, and settle what is left of them, gross."""
    rows = dict(stage.table.days())
    return tuple(_with_setoffs(stage, day, rows[day], money) for day in days)


def _with_setoffs(stage: Stage, day: int, rows: slice, money: Money) -> Trial:
    left = set_off_day(stage.table, rows, stage.option.setoffs, stage.hours)
    opening = stage.opening(stage.bounds(rows), money)
    option = replace(stage.option, setoffs=0)
    inner = stage_option(option, left.table, stage.hours, stage.currencies, stage.rates)
    empty = not len(left.table)
    found = None if empty else run_trial(inner, [day], opening)[0]
    return _lifted(stage, rows, left, found, opening)


def _lifted(
    stage: Stage, rows: slice, left: Remainders, found: Trial | None, opening: Int64s | None
) -> Trial:
    """Return the trial of the remainders as one of the payments they are left of."""
    count = rows.stop - rows.start
    columns: dict[str, Any] = {
        "settled_us": left.set_off_us.copy(),
        "irrevocable_us": left.set_off_us.copy(),
        "mechanism": np.zeros(count, np.int8),
        "state": np.full(count, PaymentState.SETTLED, np.int8),
        "debited_minor": left.set_off_minor.copy(),
    }
    places = len(stage.table.parties) * len(stage.currencies)
    posted = np.zeros(0, TRANSFER_ROW)
    if found is not None:
        posted = found.posted
        for name, column in columns.items():
            column[left.of] = getattr(found, name)
        columns["debited_minor"][left.of] += left.set_off_minor[left.of]
    return Trial(
        option=stage.option,
        hours=stage.hours,
        currencies=stage.currencies,
        entered_us=stage.table.time_us[rows].copy(),
        opening_minor=np.zeros(places, np.int64) if opening is None else opening.reshape(-1),
        posted=posted,
        set_off_minor=left.set_off_minor,
        **columns,
    )


@dataclass(slots=True)
class _Day:
    """Where a day's payments and transfers begin and end."""

    midnight_us: int
    opening_minor: Int64s
    balances: Int64s
    first_payment: int = 0
    transfers: list[Rows] = field(default_factory=list)


def _payments_on(stage: Stage, days: Sequence[int]) -> int:
    chosen = set(days)
    return sum(rows.stop - rows.start for day, rows in stage.table.days() if day in chosen)


class _Horizon:
    """One state of the engine through the days of a trial."""

    def __init__(self, stage: Stage, setting: Setting) -> None:
        self._stage = stage
        self._setting = setting
        self._scheme = trial_scheme(stage.option, setting)
        width = len(setting.currencies)
        size = len(setting.countries) * width
        self._state = new_state(_payments_on(stage, setting.days) + size * len(setting.days))
        self._days: list[_Day] = []
        opening = setting.opening_minor
        self._opening = np.zeros(size, np.int64) if opening is None else opening.reshape(-1)

    @property
    def _today(self) -> _Day:
        return self._days[-1]

    def open_day(self, day: int) -> None:
        plan = plan_day(self._scheme, days_to_date(day))
        opens_us = int(plan["opens_us"])
        controls = []
        if not self._days:
            scheme = scheme_to_document(self._scheme)
            controls.append(Control(ControlKind.ADOPT_SCHEME, opens_us, {"scheme": scheme}))
            if self._setting.rates:
                rates = [encode(one) for one in self._setting.rates]
                controls.append(Control(ControlKind.ADOPT_RATES, opens_us, {"rates": rates}))
        if self._setting.dealers:
            quotes = [encode(one) for one in self._quotes(opens_us, int(plan["closes_us"]))]
            controls.append(Control(ControlKind.ADOPT_QUOTES, opens_us, {"quotes": quotes}))
        controls.append(Control(ControlKind.OPEN_DAY, opens_us, {**plan, "screened": {}}))
        apply(self._state, CommandBatch(controls=tuple(controls)))
        balances = self._state.known_books().balances["posted"].copy()
        midnight_us = opens_us - self._setting.hours.opens_us
        self._days.append(_Day(midnight_us, self._opening, balances, self._state.payment_count))

    def fund(self, wanted: Int64s) -> None:
        """Bring every account to what it is to open with."""
        self._opening = self._today.opening_minor = wanted.reshape(-1)
        books, width = self._state.known_books(), len(self._setting.currencies)
        places = books.places[: len(self._setting.countries) * width].reshape(-1, width)
        account = np.where(places["loro"] >= 0, places["loro"], places["settlement"])
        change = np.where(account >= 0, wanted - books.balances["posted"][account], 0)
        change[sorted(self._setting.dealers)] = 0
        opens_us = self._today.midnight_us + self._setting.hours.opens_us
        batch = funding_batch(change, self._setting, opens_us, self._state.payment_count)
        if batch is not None:
            apply(self._state, batch)
        self._today.first_payment = self._state.payment_count
        self._today.balances = books.balances["posted"].copy()

    def settle(self, rows: slice) -> None:
        first = self._state.payment_count
        for batch in day_batches(self._stage, rows, self._today.midnight_us, first):
            self._today.transfers.append(apply(self._state, batch).transfers)

    def close_day(self) -> None:
        closes_us = self._today.midnight_us + self._setting.hours.closes_us
        closing = Control(ControlKind.ADVANCE, closes_us, {})
        outcome = apply(self._state, CommandBatch(controls=(closing,)))
        self._today.transfers.append(outcome.transfers)

    def trial(self, number: int, rows: slice) -> Trial:
        """Return what came of one day's payments."""
        day = self._days[number]
        count = rows.stop - rows.start
        live = self._state.known_books().live[day.first_payment : day.first_payment + count]
        final = live["state"] == PaymentState.SETTLED
        transfers = np.concatenate(day.transfers)
        holders = self._holders()
        width = len(self._setting.currencies)
        extra = np.zeros(len(holders) * width, np.int64)
        posted = self._between_places(transfers, len(holders))
        return Trial(
            option=self._stage.option,
            hours=self._setting.hours,
            currencies=self._setting.currencies,
            entered_us=self._stage.table.time_us[rows].copy(),
            settled_us=np.where(
                final, live["payment_final_us"] - day.midnight_us, np.int64(_NOBODY)
            ),
            irrevocable_us=np.where(
                live["irrevocable_us"] > 0,
                live["irrevocable_us"] - day.midnight_us,
                np.int64(_NOBODY),
            ),
            mechanism=live["mechanism"].copy(),
            state=live["state"].copy(),
            opening_minor=np.concatenate([day.opening_minor, extra]),
            posted=posted,
            debited_minor=np.where(final, live["debit_minor"], 0),
            set_off_minor=np.zeros(count, np.int64),
            holders=holders,
            claims=tuple(self._claims(number, transfers)),
            positions=tuple(self._positions(number, transfers, posted)),
        )

    def _holders(self) -> tuple[str, ...]:
        """Return the central banks whose money counts: what is drawn of a swap line is credit."""
        banks = self._stage.option.central_banks
        if banks is None or banks.swap_line:
            return ()
        return self._state.known_chart().participants[len(self._scheme.participants) :]

    def _between_places(self, transfers: Rows, holders: int) -> Rows:
        """Return the transfers with places instead of accounts; −1 is nobody's."""
        chart, width = self._state.known_chart(), len(self._setting.currencies)
        parties, banks = len(self._setting.countries), len(self._scheme.participants)
        place_of = np.full(len(chart.accounts), _NOBODY, np.int32)
        for account in chart.accounts:
            if account.kind not in {AccountKind.SETTLEMENT, AccountKind.LORO}:
                continue
            number = chart.directory[account.owner]
            if number >= banks:  # a central bank with an account at another
                number = parties + number - banks if holders else _NOBODY
            elif number >= parties:  # the bank that funds
                number = _NOBODY
            if number >= 0:
                at = self._setting.currencies.index(account.currency)
                place_of[account.number] = number * width + at
        moved = np.zeros(len(transfers), TRANSFER_ROW)
        for name in ("group", "amount_minor", "at_us", "kind"):
            moved[name] = transfers[name]
        for name in ("debit", "credit"):
            moved[name] = place_of[transfers[name]]
        kept: Rows = moved[transfers["kind"] != TransferKind.OPENING]
        return kept

    def _claims(self, number: int, transfers: Rows) -> Iterator[Claim]:
        """Yield what was owed on each account on which this option gives credit."""
        for account in self._state.known_chart().accounts:
            lending = self._lending(account)
            balance = None if lending is None else self._balance(account, number, transfers)
            if lending is not None and balance is not None:
                holder, keeper = self._name(account.owner), self._name(account.agent)
                yield Claim(account.currency, account.kind, holder, keeper, balance, lending)

    def _positions(self, number: int, transfers: Rows, posted: Rows) -> Iterator[Position]:
        """Yield what those between two currencies held or owed of one that is not their own."""
        banks, setting = self._stage.option.central_banks, self._setting
        if setting.dealers:
            names = {each: self._stage.table.parties[each] for each in sorted(setting.dealers)}
            homes = self._stage.homes
            dealers = {each: (name, homes[each]) for each, name in names.items()}
            yield from dealer_positions(
                posted, dealers, setting.currencies, partial(self._steps, number)
            )
        if banks is None:
            return
        members = {one.agent: (one.country, currency(one.currency).number) for one in self._members}
        for account in self._state.known_chart().accounts:
            is_owed = account.kind is AccountKind.CLEARING and account.owner < account.agent
            if not is_owed and not self._is_abroad(account):
                continue
            balance = self._balance(account, number, transfers)
            if balance is None:
                continue
            if not is_owed and not banks.swap_line:
                balance = filled_before(balance, piles_up=banks.has_surplus)
            sides = (members[account.owner], members[account.agent])
            yield from owed_positions(sides, account.currency, balance)

    def _balance(self, account: Account, number: int, transfers: Rows) -> Steps | None:
        """Return what stood on an account through a day, None where nothing ever did."""
        day = self._days[number]
        sign = np.where(transfers["credit"] == account.number, 1, 0)
        sign = sign - (transfers["debit"] == account.number)
        mine = np.flatnonzero(sign)
        start = int(day.balances[account.number])
        running = start + np.cumsum(sign[mine] * transfers["amount_minor"][mine])
        if not start and not running.any():
            return None
        return self._steps(number, transfers["at_us"][mine], start, running)

    def _steps(self, number: int, at_us: Int64s, start: int, running: Int64s) -> Steps:
        """Return an amount from a day's opening to the next, of the last day to its close."""
        hours, midnight_us = self._setting.hours, self._days[number].midnight_us
        is_last = number + 1 == len(self._days)
        until_us = hours.closes_us
        if not is_last:
            until_us = self._days[number + 1].midnight_us + hours.opens_us - midnight_us
        return Steps(
            np.append(np.int64(hours.opens_us), at_us - midnight_us),
            np.append(np.int64(start), running),
            until_us,
        )

    def _lending(self, account: Account) -> Lending | None:
        """Return what of an account one member or bank owes another, None where nothing is owed.

        With correspondents: every account with one, whichever way. Between central banks: what
        one owes the other while payees have been paid; what a partner has been credited in the
        debtor's own currency; what is drawn of a swap line. Where banks may be short: what they are
        short of, which the settlement agent lends.
        """
        banks = self._stage.option.central_banks
        if account.kind is AccountKind.LORO:
            return Lending.EITHER_WAY
        if self._stage.option.short_positions is not None:
            is_banks = account.kind is AccountKind.SETTLEMENT
            return Lending.DRAWN if is_banks and not self._is_abroad(account) else None
        if banks is None:
            return None
        if account.kind is AccountKind.CLEARING:
            is_lent = banks.credits_before and account.owner < account.agent
        else:
            is_lent = banks.keeps_partners_money and self._is_abroad(account)
        if not is_lent:
            return None
        if account.kind is AccountKind.CLEARING:
            return Lending.EITHER_WAY
        # Below zero stands what a central bank without a swap line has to hold there beforehand.
        return Lending.DRAWN if banks.swap_line else Lending.HELD

    def _is_abroad(self, account: Account) -> bool:
        """Whether it is the account of a central bank with another."""
        is_settlement = account.kind is AccountKind.SETTLEMENT
        return is_settlement and any(one.agent == account.owner for one in self._members)

    @property
    def _members(self) -> tuple[Member, ...]:
        return self._scheme.members

    def _name(self, bic: str) -> str:
        """Return the country of a central bank, or the name of a party."""
        for one in self._members:
            if one.agent == bic:
                return one.country
        return self._stage.table.parties[self._state.known_chart().directory[bic]]

    def _quotes(self, from_us: int, until_us: int) -> Iterator[Quote]:
        """Yield a day's quotes: each dealer both ways, around the official rate."""
        terms = self._stage.option.dealers
        assert terms is not None, "only dealers quote"
        for pair in self._setting.pairs:
            vehicle = terms.vehicle if terms.vehicle not in pair.currencies else None
            for bic, home in pair.dealers:
                base, quote = pair.currencies if vehicle is None else (vehicle, home)
                for side in QuoteSide:
                    yield Quote(
                        pair.name,
                        bic,
                        base,
                        quote,
                        side,
                        None,
                        None,
                        terms.spread_percent,
                        from_us,
                        until_us,
                        None,
                    )
