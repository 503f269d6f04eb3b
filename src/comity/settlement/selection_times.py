"""When choices without the order of queues fall due: agreed minutes, counted from the opening."""

from comity.agreements.scheme import Scheme
from comity.business_calendar import days_to_date
from comity.settlement.day_plan import DayPlan

_MINUTE_US = 60_000_000


def selection_times(scheme: Scheme, plan: DayPlan) -> tuple[int, ...]:
    """Return when selections fall due on a day, in order; the agreements say how often."""
    found: set[int] = set()
    for every, entry in zip(every_us(scheme, plan.date), plan.agreements, strict=True):
        if every and entry.is_open:
            found.update(range(plan.opens_us + every, plan.closes_us, every))
    return tuple(sorted(found))


def every_us(scheme: Scheme, business_day: int) -> tuple[int, ...]:
    """Return by agreement the time between two selections, 0 without or where not in force."""
    day = days_to_date(business_day)
    return tuple(
        _MINUTE_US * ((one.liquidity_saving and one.liquidity_saving.selection_every) or 0)
        if one.is_in_force(day)
        else 0
        for one in scheme.agreements
    )
