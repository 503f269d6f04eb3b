"""The business day: opening with its agenda, what falls due, and the close with its proof.

The times of the day come with the opening command, in UTC; nothing here knows a time zone. What
falls due is done in order of time, at one time in the order cut-offs, settlements of cycles,
fixings, settlements of central banks, quotes that begin or lapse, close.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from comity.business_calendar import days_to_date
from comity.money import BALANCE_MINOR_MAX, currency
from comity.payments.codes import DayPhase, EventKind
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.queueing import clear, empty_queues
from comity.settlement import carried_balances, central_banks, cycles, resolution, times
from comity.settlement.admitting import admit_messages
from comity.settlement.agenda import ACT_ORDER, in_order
from comity.settlement.asset_rates import asset_ratios, choose_asset_rates
from comity.settlement.cover_kernel import find_reasons
from comity.settlement.credit_lines import have_room, is_carried
from comity.settlement.day_plan import AgreementDay, DayPlan
from comity.settlement.dealing import open_dealing, report_dealers, turn_quotes, turning_times
from comity.settlement.invariants import check_books
from comity.settlement.legs import end_open_pairs, expire_legs, plan_legs, time_out_legs
from comity.settlement.limits import clear_caps, open_limits
from comity.settlement.orders import conclude_pending
from comity.settlement.outside_legs import count_promises, let_go_at_close, time_out_agents
from comity.settlement.preparation import prepare_again
from comity.settlement.repayment import repay
from comity.settlement.returning import credited_minor
from comity.settlement.rules import choose_rates, fill_rates, open_entries, open_rules, pool_numbers
from comity.settlement.selection_times import selection_times
from comity.settlement.short_positions import open_shorts
from comity.settlement.state import Cycle, DueItem, State, listed_payments, queued_payments
from comity.settlement.tables import COUNTER_DAY, COUNTER_EXPOSURE, COUNTER_OPENED
from comity.settlement.times import take_times_again
from comity.settlement.writing import Writer

Act = Callable[[State, Writer, int, int], None]

_BY_CLOSE = {
    Reason.SENDER_LIMIT: Reason.SENDER_LIMIT_BY_CLOSE,
    Reason.NO_QUOTE: Reason.NO_QUOTE_BY_CLOSE,
    Reason.QUOTE_LAPSED: Reason.NO_QUOTE_BY_CLOSE,
    Reason.DEALER_NO_COVER: Reason.DEALER_NO_COVER_BY_CLOSE,
    Reason.VEHICLE_CLOSED: Reason.NOT_SETTLED_BY_CLOSE,
    Reason.SYSTEM_LIMIT: Reason.NOT_SETTLED_BY_CLOSE,
}
"""Why a payment in a queue expires, by what it waits for at the close, besides cover and lines."""


def open_day(state: State, writer: Writer, at_us: int, plan: DayPlan) -> None:
    """Open a day and judge again what has waited for it."""
    books, scheme = state.known_books(), state.known_scheme()
    state.business_day = plan.date
    state.opens_us, state.closes_us = plan.opens_us, plan.closes_us
    books.counters[COUNTER_DAY] = plan.date
    books.counters[COUNTER_OPENED] = plan.opens_us
    open_rules(books, plan.agreements)
    day = days_to_date(plan.date)
    open_entries(books, scheme, day)
    open_limits(books)
    count_promises(state)
    state.rates_chosen = fill_rates(books, scheme, choose_rates(scheme, state.rates, day))
    open_shorts(state)
    state.asset_rates = asset_ratios(scheme, choose_asset_rates(scheme, state.rates, day))
    state.assets_open = tuple(each.asset_is_open for each in plan.agreements)
    _count_exposure(state)
    writer.event(at_us, EventKind.DAY, plan.date, after=DayPhase.OPENED)
    open_dealing(state, writer, at_us, plan)
    state.selections = list(selection_times(scheme, plan))
    state.agenda = _plan_agenda(state, plan.agreements, day)
    _readmit_due(state, writer, at_us, plan.screened)


def _count_exposure(state: State) -> None:
    """Start each currency's exposure with its greatest balance and what is still to be paid out.

    Every accepted payment adds its amount, so that no balance and no sum can ever pass it: the
    kernels compare with it and never have to look for an overflow.
    """
    books, chart = state.known_books(), state.known_chart()
    exposure = [0] * len(chart.currencies)
    for account in chart.accounts:
        at = chart.currencies.index(account.currency)
        exposure[at] = max(exposure[at], abs(int(books.balances["posted"][account.number])))
    live = books.live[: state.payment_count]
    is_due = (live["state"] == PaymentState.RESERVED) | is_carried(live)
    reserved, amounts = live[is_due], credited_minor(state, np.flatnonzero(is_due))
    for at in range(len(chart.currencies)):
        paid = reserved["debit_minor"][reserved["payer"] % len(exposure) == at]
        owed = amounts[reserved["payee"] % len(exposure) == at]
        exposure[at] += _exact_sum(paid) + _exact_sum(owed)
    for one in state.known_scheme().resources:
        # What is paid back to a fund or put up again may come to all that stood there at first.
        at = chart.currencies.index(currency(one.currency).number)
        exposure[at] += one.amount_minor
    books.counters[COUNTER_EXPOSURE:] = np.minimum(exposure, np.int64(BALANCE_MINOR_MAX))


def _exact_sum(amounts: NDArray[np.int64]) -> int:
    return sum(amounts.tolist())


def _plan_agenda(state: State, plan: Sequence[AgreementDay], day: date) -> list[DueItem]:
    """Return what falls due today.

    There is one cycle for each pool, currency and pair of times, and one resolution at each time.
    """
    scheme, chart = state.known_scheme(), state.known_chart()
    pools = pool_numbers(scheme)
    due = [DueItem(state.closes_us, "close", 0)]
    slots: set[tuple[int, int, int, int]] = set()
    resolutions: set[int] = set()
    for number, (agreement, entry) in enumerate(zip(scheme.agreements, plan, strict=True)):
        if not entry.is_open:
            continue
        if agreement.has_conversion:
            # Also when it is no longer in force: what was taken in before is still to be settled.
            due.append(DueItem(entry.fixed_us, "fixing", number))
            due.append(DueItem(entry.settles_us, "central_banks", number))
        if not agreement.is_in_force(day):
            continue
        if entry.resolves_every_us:
            first_us = state.opens_us + entry.resolves_every_us
            resolutions.update(range(first_us, state.closes_us, entry.resolves_every_us))
        for cut_off_us, settles_us in entry.cycles:
            pool = pools[agreement.settlement.netting_pool or ""]
            for at in range(len(chart.currencies)):
                if state.known_books().terms[number, at]["covered"]:
                    slots.add((cut_off_us, settles_us, pool, at))
    due.extend(DueItem(at_us, "resolution", 0) for at_us in resolutions)
    due += plan_legs(state, plan, day)
    due.extend(DueItem(at_us, "quotes", 0) for at_us in turning_times(state))
    due += _plan_cycles(state, slots)
    return in_order(due)


def _plan_cycles(state: State, slots: Collection[tuple[int, int, int, int]]) -> list[DueItem]:
    """Number the day's cycles; those of one pool and pair of times settle in one act."""
    due: list[DueItem] = []
    first_of: dict[tuple[int, int, int], int] = {}
    state.cycles = {}
    for cut_off_us, settles_us, pool, at in sorted(slots):
        number = state.cycle_count
        slot = first_of.setdefault((cut_off_us, settles_us, pool), number)
        state.cycles[number] = Cycle(number, pool, at, slot)
        due.append(DueItem(cut_off_us, "cut_off", number))
        if slot == number:
            due.append(DueItem(settles_us, "cycle", slot))
        state.cycle_count += 1
    return due


def _readmit_due(state: State, writer: Writer, at_us: int, screened: Mapping[str, int]) -> None:
    """Judge warehoused payments again whose date has come.

    One whose agreement's parties do not both work today waits for the next day they do.
    `screened` has new screening hits by payment number, as text; absent means none.
    """
    books = state.known_books()
    live = books.live[: state.payment_count]
    is_due = (live["state"] == PaymentState.WAREHOUSED) & (live["value_date"] <= state.business_day)
    is_due &= books.rules["is_open"][live["agreement"]] != 0
    due = np.flatnonzero(is_due).astype(np.int32)
    if not len(due):
        return
    live["value_date"][due] = state.business_day
    hits = np.array([screened.get(str(number), -1) >= 0 for number in due.tolist()], np.bool_)
    take_times_again(state, at_us, due)
    admit_messages(state, writer, prepare_again(state, at_us, due, hits), (0, 1))


def do_due(state: State, writer: Writer, until_us: int, *, inclusive: bool) -> None:
    """Do everything on the agenda before a time, or up to and including it."""
    while state.agenda:
        item = state.agenda[0]
        if item.at_us > until_us or (item.at_us == until_us and not inclusive):
            return
        state.agenda.pop(0)
        state.now_us = max(state.now_us, item.at_us)
        ACTS[item.act](state, writer, item.at_us, item.subject)
        conclude_pending(state, writer, item.at_us)
        resolution.resolve_wanted(state, writer, item.at_us)


def close_day(state: State, writer: Writer, at_us: int, _: int = 0) -> None:
    """Expire or roll what is left, prove the books, and close the day."""
    books = state.known_books()
    let_go_at_close(state, writer, at_us)
    _end_waiting(state, writer, at_us)
    conclude_pending(state, writer, at_us)
    report_dealers(state, writer, at_us)
    carried_balances.close_balances(state, writer, at_us)
    repay(state, writer, at_us)
    check_books(state)
    writer.closing(at_us, books.balances["posted"])
    writer.event(at_us, EventKind.DAY, state.business_day, after=DayPhase.CLOSED)
    state.closed_day = state.business_day


def _end_waiting(state: State, writer: Writer, at_us: int) -> None:
    """Roll or expire what is queued or waits for a cycle, in order of number; rolled first."""
    books = state.known_books()
    live, rules = books.live, books.rules
    states = live["state"][: state.payment_count]
    left = np.flatnonzero(
        (states == PaymentState.QUEUED) | (states == PaymentState.ACCEPTED)
    ).astype(np.int32)
    rolls = rules["close_rolls"][live["agreement"][left]].astype(np.bool_)
    rolled, expired = left[rolls], left[~rolls]
    if len(rolled):
        live["value_date"][rolled] = rules["next_day"][live["agreement"][rolled]]
        writer.change_states(
            books,
            at_us,
            rolled,
            PaymentState.WAREHOUSED,
            reason=Reason.ROLLED_AT_CLOSE,
            value=live["value_date"][rolled].astype(np.int64),
        )
    if len(expired):
        writer.change_states(
            books, at_us, expired, PaymentState.EXPIRED, reason=_reasons_of_expiry(state, expired)
        )
    end_open_pairs(state, writer, at_us)
    _empty_queues(state)


def _reasons_of_expiry(state: State, expired: NDArray[np.int32]) -> NDArray[np.int16]:
    """Return why each payment expires: for lack of what it stands in a queue for."""
    books = state.known_books()
    queued = np.zeros(state.payment_count, np.bool_)
    for queue in np.flatnonzero(books.queues.length).tolist():
        queued[queued_payments(books, queue)] = True
    reasons = np.where(queued[expired], Reason.NO_COVER_BY_CLOSE, Reason.NOT_SETTLED_BY_CLOSE)
    reasons[queued[expired] & ~have_room(state, expired)] = Reason.CREDIT_LINE_USED_BY_CLOSE
    waited_for = np.zeros(len(expired), np.int64)
    find_reasons(books, expired, waited_for)
    for reason, by_close in _BY_CLOSE.items():
        reasons[queued[expired] & (waited_for == reason)] = by_close
    for ends in books.caps.lists[books.caps.lists["head"] >= 0]:
        capped = np.isin(expired, listed_payments(books.live, ends))
        reasons[capped] = Reason.NET_DEBIT_CAP_BY_CLOSE
    reasons[books.rows["counter_currency"][expired] != 0] = Reason.PVP_TIMED_OUT
    return reasons.astype(np.int16)


def _empty_queues(state: State) -> None:
    """Forget the lists of payments that have all expired or rolled."""
    books = state.known_books()
    empty_queues(books.queues)
    clear(books.trees)
    clear_caps(books)
    books.cycle_lists["head"] = books.cycle_lists["tail"] = -1
    state.due.clear()
    books.waiting[:] = 0
    books.entries["waiting_minor"] = books.entries["wanted"] = 0


ACTS: dict[str, Act] = {
    "from_times": times.enter,
    "cut_off": cycles.cut_off,
    "cycle": cycles.settle,
    "resolution": resolution.resolve,
    "fixing": central_banks.fix,
    "central_banks": central_banks.settle,
    "quotes": turn_quotes,
    "till_times": times.warn,
    "reject_times": times.give_back,
    "time_out_legs": time_out_legs,
    "time_out_agents": time_out_agents,
    "expire_legs": expire_legs,
    "close": close_day,
}
"""What can fall due."""

assert tuple(ACTS) == ACT_ORDER, "every act has its place in the order"
