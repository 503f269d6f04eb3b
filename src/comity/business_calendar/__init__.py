"""Business days of one country or several, and instants of time.

A day is a `datetime.date`, in columns days since 1970-01-01; an instant is microseconds UTC since
the same midnight. Nothing here reads a clock. Cut-offs and cycles, which are times of an
agreement, stand with the agreement.
"""

from comity.business_calendar.calendar import (
    Calendar,
    CalendarConflictError,
    CalendarCoverageError,
    is_joint_business_day,
    next_joint_business_day,
)
from comity.business_calendar.instants import (
    UnknownTimeZoneError,
    date_to_days,
    datetime_to_us,
    days_to_date,
    format_us,
    is_time_zone,
    local_time_us,
    us_to_datetime,
)

__all__ = [
    "Calendar",
    "CalendarConflictError",
    "CalendarCoverageError",
    "UnknownTimeZoneError",
    "date_to_days",
    "datetime_to_us",
    "days_to_date",
    "format_us",
    "is_joint_business_day",
    "is_time_zone",
    "local_time_us",
    "next_joint_business_day",
    "us_to_datetime",
]
