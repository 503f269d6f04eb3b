"""The times of a business day in UTC, as the opening command carries them.

The engine knows no time zones and no calendars: everything local becomes an instant here, once,
and is journalled.
"""

from datetime import date
from typing import Any

from comity.agreements.membership import VehicleCurrency
from comity.agreements.scheme import Scheme
from comity.agreements.terms import Agreement
from comity.business_calendar import (
    Calendar,
    date_to_days,
    is_joint_business_day,
    local_time_us,
    next_joint_business_day,
)

_MINUTE_US = 60_000_000


def plan_day(scheme: Scheme, day: date) -> dict[str, Any]:
    """Return the body of the OPEN_DAY command for a day, without screening results."""
    terms = scheme.business_day
    return {
        "date": date_to_days(day),
        "opens_us": local_time_us(day, terms.opens, terms.time_zone),
        "closes_us": local_time_us(day, terms.closes, terms.time_zone),
        "agreements": [_plan_agreement(scheme, one, day) for one in scheme.agreements],
    }


def _plan_agreement(scheme: Scheme, agreement: Agreement, day: date) -> dict[str, Any]:
    calendars = calendars_of(scheme, agreement)
    zone = agreement.cut_offs.time_zone
    conversion, central = agreement.conversion, agreement.central_bank_settlement
    saving, legs = agreement.liquidity_saving, agreement.payment_versus_payment
    return {
        "is_open": is_joint_business_day(calendars, day),
        "customer_us": local_time_us(day, agreement.cut_offs.customer, zone),
        "interbank_us": local_time_us(day, agreement.cut_offs.interbank, zone),
        "next_day": date_to_days(next_joint_business_day(calendars, day)),
        "cycles": [
            [local_time_us(day, one.cut_off, zone), local_time_us(day, one.settles, zone)]
            for one in agreement.cycles
        ],
        "fixed_us": local_time_us(day, conversion.fixed_at, zone) if conversion else 0,
        "settles_us": local_time_us(day, central.settles, zone) if central else 0,
        "resolves_every_us": _MINUTE_US * ((saving and saving.multilateral_every) or 0),
        "legs_expire_us": local_time_us(day, legs.expires_at, zone)
        if legs and legs.expires_at
        else 0,
        "asset_is_open": _is_asset_open(scheme, agreement, day),
        "vehicle_us": _vehicle_hours(scheme, agreement, day),
    }


def _vehicle_hours(scheme: Scheme, agreement: Agreement, day: date) -> list[list[int]]:
    """Return when on a day the agent of the currency works over which an agreement's dealers deal.

    A member's agent, and one whose hours nobody has said, works whenever the scheme is open.
    """
    vehicle = None if agreement.dealing is None else agreement.dealing.vehicle
    keeper = scheme.keeper_of_currency(vehicle or "")
    if keeper is None:
        return []
    calendars = tuple(one for one in scheme.calendars if one.country == keeper.country)
    if not is_joint_business_day(calendars, day):
        return []
    terms = scheme.business_day
    open_us = local_time_us(day, terms.opens, terms.time_zone)
    close_us = local_time_us(day, terms.closes, terms.time_zone)
    hours = keeper.hours if isinstance(keeper, VehicleCurrency) else None
    if hours is not None:
        open_us = max(open_us, local_time_us(day, hours.opens, hours.time_zone))
        close_us = min(close_us, local_time_us(day, hours.closes, hours.time_zone))
    return [[open_us, close_us]] if open_us < close_us else []


def _is_asset_open(scheme: Scheme, agreement: Agreement, day: date) -> bool:
    """Return whether the settlement agent of the currency an agreement names works on a day."""
    keeper = scheme.keeper_of_currency(agreement.settlement.asset_currency or "")
    if keeper is None:
        return True
    calendars = tuple(one for one in scheme.calendars if one.country == keeper.country)
    return is_joint_business_day(calendars, day)


def calendars_of(scheme: Scheme, agreement: Agreement) -> tuple[Calendar, ...]:
    """Return the calendars of an agreement's parties."""
    return tuple(one for one in scheme.calendars if one.country in agreement.parties)


def is_business_day(scheme: Scheme, day: date) -> bool:
    """Return whether at least one agreement's parties all work that day."""
    return any(is_joint_business_day(calendars_of(scheme, one), day) for one in scheme.agreements)


def closed_because(scheme: Scheme, day: date) -> str:
    """Return in words which countries do not work on a day, and why."""
    return "; ".join(
        f"{one.country} ({one.holidays.get(day, 'weekend')})"
        for one in scheme.calendars
        if not one.is_business_day(day)
    )
