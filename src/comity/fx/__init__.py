"""Official exchange rates: exact, dated, with their publisher; which one holds, and converting.

How a central bank prints its rates is `comity.feeds`; whose fixing an agreement names, and by
which rule, is the agreement's.
"""

from comity.fx.choice import (
    JUMP_PERCENT_MAX,
    PUBLISHED_DURING_THE_DAY,
    RateAnswer,
    RateChoice,
    RateChoiceError,
    RateFound,
    RateMissing,
    RateQuarantined,
    RateRule,
    RateStale,
    choose_rate,
)
from comity.fx.conversion import (
    Conversion,
    convert_minor,
    convert_minor_with_residue,
    minor_conversion,
)
from comity.fx.guards import (
    GuardedFixing,
    Jump,
    find_jump,
    guard_fixings,
    review_rates,
    suspected_mistake,
)
from comity.fx.history import RateHistory, rate_history
from comity.fx.official import PUBLISHERS, OfficialRate, format_ratio
from comity.fx.valuing import (
    OWN_CENTRAL_BANK,
    VALUING_JUMP_PERCENT,
    VALUING_STALE_AFTER_DAYS,
    choose_valuing_rate,
    minor_value,
)

__all__ = [
    "JUMP_PERCENT_MAX",
    "OWN_CENTRAL_BANK",
    "PUBLISHED_DURING_THE_DAY",
    "PUBLISHERS",
    "VALUING_JUMP_PERCENT",
    "VALUING_STALE_AFTER_DAYS",
    "Conversion",
    "GuardedFixing",
    "Jump",
    "OfficialRate",
    "RateAnswer",
    "RateChoice",
    "RateChoiceError",
    "RateFound",
    "RateHistory",
    "RateMissing",
    "RateQuarantined",
    "RateRule",
    "RateStale",
    "choose_rate",
    "choose_valuing_rate",
    "convert_minor",
    "convert_minor_with_residue",
    "find_jump",
    "format_ratio",
    "guard_fixings",
    "minor_conversion",
    "minor_value",
    "rate_history",
    "review_rates",
    "suspected_mistake",
]
