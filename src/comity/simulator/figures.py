"""Every figure of a comparison as a table: one row an option, level of money, day and currency."""

from collections.abc import Iterator
from typing import Final

from comity.business_calendar import days_to_date
from comity.money import currency_by_number
from comity.simulator.comparing import Results
from comity.simulator.document import share_text, whole_number

FIGURE_COLUMNS: Final = (
    "option",
    "level",
    "date",
    "currency",
    "lower_bound_minor",
    "upper_bound_minor",
    "liquidity_available_minor",
    "liquidity_used_minor",
    "payments",
    "value_minor",
    "settled",
    "settled_value_minor",
    "delay_indicator",
    "mean_wait_us",
    "queue_average_minor",
    "age_max_us",
    "transfers",
    "moved_minor",
    "fx_exposure_value_hours",
    "credit_exposure_value_days",
    "credit_peak_minor",
    "cover_one_minor",
    "open_position_value_hours",
    "open_position_peak_minor",
    "revaluation_loss_minor",
)
"""Columns of `figures.csv`; amounts in minor units, an empty cell where there is no figure."""


def figure_rows(results: Results) -> Iterator[tuple[str | int | None, ...]]:
    """Yield the rows in order of option, level, day and currency."""
    for one in results.results:
        for found in one.measures.currencies:
            bounds = results.bounds[one.day][found.currency]
            risk = one.measures.risk[found.currency]
            yield (
                one.option,
                share_text(one.level),
                days_to_date(one.day).isoformat(),
                currency_by_number(found.currency).code,
                int(bounds.lower_minor.sum()),
                int(bounds.upper_minor.sum()),
                found.available_minor,
                found.liquidity_used_minor,
                found.payments,
                found.value_minor,
                found.settled,
                found.settled_minor,
                share_text(found.delay),
                whole_number(found.mean_wait_us),
                whole_number(found.queue_average_minor),
                found.age_max_us,
                found.transfers,
                found.moved_minor,
                share_text(one.measures.fx_exposure[found.currency]),
                share_text(one.measures.credit[found.currency].exposure_minor_days),
                one.measures.credit[found.currency].peak_minor,
                0 if risk.cover_one is None else risk.cover_one[1],
                share_text(risk.position_minor_hours),
                risk.position_peak_minor,
                whole_number(risk.loss_minor),
            )
