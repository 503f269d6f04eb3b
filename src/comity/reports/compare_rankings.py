"""The tables of a comparison's report: options side by side, differences, pairs of countries."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from comity.reports.compare_flow_charts import KINDS
from comity.reports.compare_style import Shown
from comity.reports.numbers import MINUS, Scale, amount, count, percent, rounded, scale_for
from comity.reports.table import Table

PAIRS_SHOWN: Final = 20
_MINUTE_US: Final = 60_000_000


def ranking_table(document: Mapping[str, Any], shown: Shown) -> Table:
    """Return the options side by side at one level of money, with the intervals of differences.

    Args:
        document: of the comparison, or its part of all currencies together.
        shown: which currency, and at which level.
    """
    code, days = shown.code, shown.days
    options = document["options"]
    scale = scale_for(max(one["liquidity_used_minor"][code] for one in options) // days, code)
    rows = tuple(
        (
            one["name"],
            _share(one["settled_value_share"][code]),
            _scaled(Fraction(one["liquidity_used_minor"][code], days), scale),
            _money_interval(one, code, scale),
            _share(one["delay_indicator"][code]),
            _delay_interval(one, code),
            _scaled(Fraction(one["unsettled_value_minor"][code], days), scale),
            _scaled(Fraction(one["credit_exposure_value_days"][code]) / days, scale),
            _scaled(Fraction(one["fx_exposure_value_hours"][code]) / days, scale),
            verdict(document, code, shown.level, one["name"]),
        )
        for one in options
    )
    baseline = options[0]["name"]
    return Table(
        f"Side by side, {shown.name}",
        f"Amounts in {scale.unit}, mean of a day. In brackets: 95 % interval of the difference from"
        f" {baseline}, marked * where it stands after correction for the number of options. Delay:"
        " 0 % all settled on entry, 100 % nothing before the close. Credit: what members gave one"
        " another, times days. Risk: bought amounts not final while the sold leg was bound, times"
        " hours. Unbeaten: no other option is better in liquidity, delay and credit at once and"
        " settles no less. Partly: not beaten, but it settles less than another one.",
        (
            "Option",
            "#Settled",
            "#Liquidity",
            "#[less or more]",
            "#Delay",
            "#[points]",
            "#Unsettled",
            "#Credit",
            "#Risk",
            "Unbeaten",
        ),
        rows,
    )


def unbeaten(document: Mapping[str, Any], code: str, level: str) -> set[str]:
    """Return the options that none beats at a level of money."""
    return {
        one["option"]
        for one in document["frontier"]
        if (one["currency"], one["level"]) == (code, level) and one["is_on_frontier"]
    }


def short_of_most(document: Mapping[str, Any], code: str) -> set[str]:
    """Return the options that settle less of the value than another one."""
    settled = {
        one["name"]: Fraction(one["settled_value_share"][code] or 0) for one in document["options"]
    }
    return {name for name, share in settled.items() if share < max(settled.values())}


def verdict(document: Mapping[str, Any], code: str, level: str, name: str) -> str:
    """Return whether an option is unbeaten: yes, no, or partly, where it settles less."""
    if name not in unbeaten(document, code, level):
        return "no"
    return "partly" if name in short_of_most(document, code) else "yes"


def interval_of(option: Mapping[str, Any], code: str, measure: str) -> Mapping[str, Any] | None:
    """Return the interval of an option's difference from the baseline; None without one."""
    for one in option["intervals"]:
        if (one["currency"], one["measure"]) == (code, measure):
            found: Mapping[str, Any] | None = one["interval"]
            return found
    return None


def _money_interval(option: Mapping[str, Any], code: str, scale: Scale) -> str:
    found = interval_of(option, code, "liquidity_used_minor")
    return _between(found, Fraction(1, scale.minor_per_unit))


def _delay_interval(option: Mapping[str, Any], code: str) -> str:
    return _between(interval_of(option, code, "delay_indicator"), Fraction(1, _PER_POINT))


def _between(found: Mapping[str, Any] | None, unit: Fraction) -> str:
    if found is None:
        return "–"
    low, high = (_signed(Fraction(found[name]) * unit) for name in ("low", "high"))
    return f"[{low} … {high}]" + ("*" if found["stands"] else "")


def _signed(value: Fraction) -> str:
    text = rounded(value, 2)
    return text if text.startswith(MINUS) or not Fraction(value) else f"+{text}"


def _scaled(minor: Fraction, scale: Scale) -> str:
    return "0" if not minor else rounded(minor / scale.minor_per_unit, 2)


def _share(text: str | None) -> str:
    return percent(None if text is None else Fraction(text))


def costs_table(document: Mapping[str, Any], shown: Shown) -> Table:
    """Return how long payments waited, what was moved, and how liquidity was shared."""
    code, options = shown.code, document["options"]
    scale = scale_for(max(one["moved_minor"][code] for one in options) // shown.days, code)
    rows = tuple(
        (
            one["name"],
            _minutes(one["mean_wait_us"][code]),
            _minutes(one["waited_us"][code]["p95"]),
            _minutes(one["age_max_us"][code]),
            _scaled(Fraction(one["queue_average_minor"][code] or 0), scale),
            count(one["queue_peak"][code]),
            _scaled(Fraction(one["queue_peak_minor"][code]), scale),
            count(one["transfers"][code] // shown.days),
            _scaled(Fraction(one["moved_minor"][code], shown.days), scale),
            _times(one["turnover_ratio"][code]),
            _share(one["concentration"][code]),
            _share(one["concentration_hhi"][code]),
        )
        for one in options
    )
    return Table(
        f"Waiting, moving, sharing, {code}",
        f"Waits in minutes, weighted by value; the longest counts to the close. Amounts in"
        f" {scale.unit}: what waited on average, the most that waited on the worst day, what was"
        " moved a day. Turnover: value settled for each unit of liquidity used. Gini and"
        " HHI: how much of the liquidity used comes from few.",
        (
            "Option",
            "#Mean wait",
            "#95 % at most",
            "#Longest",
            "#Waiting",
            "#Most",
            "#Its value",
            "#Transfers",
            "#Moved",
            "#Turnover",
            "#Gini",
            "#HHI",
        ),
        rows,
    )


def _times(text: str | None) -> str:
    return "–" if text is None else rounded(Fraction(text))


def _minutes(us: int | None) -> str:
    return "–" if us is None else f"{us / _MINUTE_US:.1f}"


_MEASURES = {
    "delay_indicator": "Delay, percentage points",
    "liquidity_used_minor": "Liquidity used",
    "settled_value_minor": "Value settled",
}
_PER_POINT = 10_000


def differences_table(document: Mapping[str, Any]) -> Table:
    """Return every difference from the baseline with its interval."""
    rows = tuple(
        (
            one["option"],
            one["currency"],
            _MEASURES[one["measure"]],
            _figure(one, one["mean_difference"]),
            "too few days" if not one["interval"] else _from_to(one),
            "–" if not one["interval"] else "yes" if one["interval"]["stands"] else "no",
        )
        for one in document["paired"]
    )
    baseline = document["options"][0]["name"]
    return Table(
        "Differences a day",
        f"Each option less {baseline}, on the same days with the same money. 95 % intervals by"
        " resampling blocks of days on a circle; a difference stands where its p-value, corrected"
        " for the number of options by Holm, is not above 5 %. None under 10 days. Major units.",
        ("Option", "Currency", "Measure", "#Mean difference", "#95 % interval", "Stands"),
        rows,
        "One option alone: nothing to hold it against.",
    )


def _from_to(one: Mapping[str, Any]) -> str:
    interval = one["interval"]
    return f"{_figure(one, interval['low'])} … {_figure(one, interval['high'])}"


def _figure(one: Mapping[str, Any], text: str) -> str:
    """Return a difference as people read it: points of delay, or major units."""
    value = Fraction(text)
    if one["measure"] == "delay_indicator":
        return rounded(value / _PER_POINT, 3)
    return amount(round(value), one["currency"])


def options_table(document: Mapping[str, Any]) -> Table:
    """Return what happens in each option."""
    rows = tuple(
        (one["name"], one["title"], one["words"], str(one["cycles"]) if one["cycles"] else "–")
        for one in document["options"]
    )
    return Table("The options", "", ("Name", "Title", "What happens", "#Cycles a day"), rows)


def flows_table(document: Mapping[str, Any], code: str) -> Table:
    """Return the greatest pairs with what netting between the two could save."""
    flows = document["flows"][code]
    pairs, by_purpose = flows["pairs"][:PAIRS_SHOWN], len(flows["purposes"]) > 1
    rows = tuple(_pair(one, code, by_purpose=by_purpose) for one in pairs)
    left = flows["pairs_left_out"] + len(flows["pairs"]) - len(pairs)
    more = f" {count(left)} smaller ones are not shown." if left else ""
    each = ", with each purpose netted alone, and with all together" if by_purpose else ""
    return Table(
        f"There and back, {code}",
        "Over all days, major units. What netting between the two could save at most, each day by"
        f" itself: 1 − |X − M| ÷ (X + M){each}.{more}",
        ("One", "Other", "#There", "#Back", "Purposes", "#Apart", "#Together")
        if by_purpose
        else ("One", "Other", "#There", "#Back", "#At most"),
        rows,
        "Nothing was paid between two of them.",
    )


def _pair(one: Mapping[str, Any], code: str, *, by_purpose: bool) -> tuple[str, ...]:
    ways = (amount(one["there_minor"], code), amount(one["back_minor"], code))
    cells = (one["one"], one["other"], *ways)
    if not by_purpose:
        return (*cells, _share(one["bound"]))
    purposes = ", ".join(KINDS[each["kind"]][0].lower() for each in one["purposes"])
    return (*cells, purposes, _share(one["bound_purposes_apart"]), _share(one["bound"]))
