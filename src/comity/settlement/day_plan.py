"""The plan of a business day, as the command that opens it carries it.

Every time is an instant in UTC and every date a number: which zone and which calendar they came
from is no longer said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comity.agreements.document import DocumentError, decode

_DATE_MAX = 1_000_000
"""Days since 1970-01-01 that are still a date; the year 4707."""

_RESOLVES_EVERY_US_MIN = 1_000_000
"""A second: what falls due is listed for the whole day."""


@dataclass(frozen=True, slots=True)
class AgreementDay:
    """What one agreement's day looks like.

    Attributes:
        is_open: all its parties work that day.
        customer_us: cut-off of customer credit transfers.
        interbank_us: cut-off of transfers between banks.
        next_day: next day all its parties work, days since 1970-01-01.
        cycles: cut-off and settlement of each netting cycle.
        fixed_us: the fixing of two currencies, 0 without.
        settles_us: the settlement between central banks, 0 without.
        resolves_every_us: from the opening, time between two multilateral resolutions, 0 without.
        vehicle_us: from when until when the agent of its dealers' vehicle currency works; none
            without a vehicle, or where that agent rests.
        legs_expire_us: when what has not settled of payment versus payment ends, 0 at the close.
        asset_is_open: whoever keeps the accounts in what central banks settle in works that day.
    """

    is_open: bool
    customer_us: int
    interbank_us: int
    next_day: int
    cycles: tuple[tuple[int, ...], ...]
    fixed_us: int
    settles_us: int
    resolves_every_us: int
    legs_expire_us: int
    asset_is_open: bool
    vehicle_us: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A business day.

    Attributes:
        date: days since 1970-01-01.
        opens_us: nothing is settled before.
        closes_us: nothing is settled after.
        agreements: one entry an agreement of the scheme, in its order.
        screened: list entry hit by the number (as text) of each warehoused payment that a list
            now holds back.
    """

    date: int
    opens_us: int
    closes_us: int
    agreements: tuple[AgreementDay, ...]
    screened: Mapping[str, int]


def read_plan(body: Mapping[str, object], *, conversions: Sequence[bool]) -> DayPlan:
    """Return the plan of an opening command.

    Args:
        body: JSON values.
        conversions: for each agreement of the scheme whether it is about two currencies.

    Raises:
        DocumentError: it is not a plan, or its times cannot all be kept.
    """
    plan = decode(DayPlan, dict(body))
    assert isinstance(plan, DayPlan), "the decoder returns the type it was asked for"
    if not 0 < plan.date < _DATE_MAX:
        raise DocumentError("date", found=plan.date, expected="days since 1970-01-01")
    if not 0 < plan.opens_us < plan.closes_us:
        raise DocumentError("closes_us", found=plan.closes_us, expected="a time after opens_us")
    if len(plan.agreements) != len(conversions):
        expected = f"{len(conversions)} entries, one an agreement"
        raise DocumentError("agreements", found=len(plan.agreements), expected=expected)
    for at, (entry, converts) in enumerate(zip(plan.agreements, conversions, strict=True)):
        _check_entry(plan, entry, f"agreements[{at}]", converts=converts)
    return plan


def _check_entry(plan: DayPlan, entry: AgreementDay, path: str, *, converts: bool) -> None:
    if not plan.date < entry.next_day < _DATE_MAX:
        raise DocumentError(f"{path}.next_day", found=entry.next_day, expected="a later day")
    if not entry.is_open:
        return
    if entry.resolves_every_us and entry.resolves_every_us < _RESOLVES_EVERY_US_MIN:
        expected = f"0, or {_RESOLVES_EVERY_US_MIN} or more"
        raise DocumentError(
            f"{path}.resolves_every_us", found=entry.resolves_every_us, expected=expected
        )
    for cycle in entry.cycles:
        if len(cycle) != 2 or cycle[0] > cycle[1]:
            expected = "a cut-off and a settlement not before it"
            raise DocumentError(f"{path}.cycles", found=cycle, expected=expected)
    for hours in entry.vehicle_us:
        if len(hours) != 2 or hours[0] >= hours[1]:
            expected = "a beginning and an end after it"
            raise DocumentError(f"{path}.vehicle_us", found=hours, expected=expected)
    times = [entry.customer_us, entry.interbank_us]
    times += [each for cycle in entry.cycles for each in cycle]
    times += [entry.fixed_us, entry.settles_us] if converts else []
    times += [entry.legs_expire_us] if entry.legs_expire_us else []
    for each in times:
        # What falls due after the close would never be done.
        if not plan.opens_us <= each <= plan.closes_us:
            raise DocumentError(path, found=each, expected="times between opens_us and closes_us")
