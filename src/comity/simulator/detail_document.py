"""Breakdowns, series, counter-flows and cycle counts as JSON values, for `document.py`."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from comity.money import currency_by_number
from comity.payments.codes import Priority
from comity.payments.purposes import purpose_group, unpack_purpose
from comity.simulator.breakdowns import Part, PaymentGroups, Sums, group_payments, part_of
from comity.simulator.comparing import DayResult, Results, sum_over_days
from comity.simulator.concentration import gini, hhi
from comity.simulator.details import SET_OFF, ClassWaits, TrialDetails, add_details
from comity.simulator.flows import Flows, Pair, PairFlow, flows_of
from comity.simulator.measures import PERCENTILES, CurrencyMeasures, ratio
from comity.simulator.options import Option
from comity.simulator.payment_table import PaymentTable
from comity.simulator.series import SERIES, Series, grid_us
from comity.statistics.exact import decimal_text

_NOTHING: Final = Part(0, 0, 0, 0, None, None)


def detail_document(table: PaymentTable, results: Results) -> dict[str, Any]:
    """Return what stands beside the options: the points of series, flows, cycle counts."""
    return {
        "grid_us": grid_us(results.plan.hours).tolist(),
        "flows": {currency_by_number(one.currency).code: _flows(one) for one in flows_of(table)},
        "cycles": list(_cycles(results)),
    }


def option_details(table: PaymentTable, days: Sequence[DayResult]) -> dict[str, Any]:
    """Return what an option's details come to over days, by currency.

    Args:
        table: the payments.
        days: of one option at the level at which details are taken.
    """
    taken = [one.details for one in days if one.details is not None]
    assert len(taken) == len(days), "details are taken at this level"
    whole = add_details(taken)
    codes = {number: currency_by_number(number).code for number in whole.series}
    costs = {number: sum_over_days(days, number) for number in codes}
    return {
        "breakdowns": {
            code: _breakdown(table, whole, costs[number], at)
            for at, (number, code) in enumerate(codes.items())
        },
        "series": {code: _series(whole.series[number]) for number, code in codes.items()},
        "queue_peak": {code: whole.series[number].queue_peak for number, code in codes.items()},
        "queue_peak_minor": {
            code: whole.series[number].queue_peak_minor for number, code in codes.items()
        },
        "mechanisms_share": {
            code: _mechanisms(whole.mechanisms[number], costs[number])
            for number, code in codes.items()
        },
        "waited_us_by_priority": {
            code: {one.name.lower(): _waits(each) for one, each in _by_class(whole, number)}
            for number, code in codes.items()
        },
        "concentration_hhi": {
            code: decimal_text(hhi(costs[number].used_minor.tolist()))
            for number, code in codes.items()
        },
    }


def _by_class(whole: TrialDetails, number: int) -> list[tuple[Priority, ClassWaits]]:
    return list(whole.waits[number].items())


def _waits(one: ClassWaits) -> dict[str, Any]:
    shown = zip((f"p{each}" for each in PERCENTILES), one.waited_us, strict=True)
    return {"payments": one.payments, "settled": one.settled, **dict(shown)}


def _mechanisms(counts: Mapping[str, int], whole: CurrencyMeasures) -> dict[str, Any]:
    values = {one.name: minor for one, minor in whole.mechanisms.items()}
    if whole.set_off_minor:
        values[SET_OFF] = whole.set_off_minor
    values["UNSETTLED"] = whole.unsettled_minor
    numbers = {**counts, "UNSETTLED": whole.payments - whole.settled}
    return {
        name: {
            "payments": numbers.get(name, 0),
            "by_number": decimal_text(ratio(numbers.get(name, 0), whole.payments)),
            "by_value": decimal_text(ratio(values.get(name, 0), whole.value_minor)),
        }
        for name in sorted({*values, *numbers})
        if values.get(name) or numbers.get(name)
    }


def _series(one: Series) -> dict[str, list[int]]:
    return {name: getattr(one, name).tolist() for name in SERIES}


def _breakdown(
    table: PaymentTable, whole: TrialDetails, cost: CurrencyMeasures, at: int
) -> dict[str, Any]:
    groups = group_payments(table)
    found = whole.breakdown
    mine = [place for place, one in enumerate(groups.purposes) if one[0] == cost.currency]
    return {
        "total": _part(part_of(found.purposes, mine)),
        "corridors_between": "countries" if groups.is_by_country else "parties",
        "corridors": [
            {
                "debtor": one.debtor,
                "creditor": one.creditor,
                "corridors": one.corridors,
                **_part(part_of(found.corridors, [place])),
            }
            for place, one in enumerate(groups.corridors)
            if one.currency == cost.currency
        ],
        "purposes": [_purpose(groups, found.purposes, place) for place in mine],
        "participants": list(_participants(table, whole, cost, at)),
    }


def _part(one: Part) -> dict[str, Any]:
    return {
        "payments": one.payments,
        "value_minor": one.value_minor,
        "settled": one.settled,
        "settled_value_minor": one.settled_minor,
        "unsettled": one.unsettled,
        "unsettled_value_minor": one.unsettled_minor,
        "delay_indicator": decimal_text(one.delay),
        "mean_wait_us": None if one.mean_wait_us is None else round(one.mean_wait_us),
    }


def _purpose(groups: PaymentGroups, sums: Sums, place: int) -> dict[str, Any]:
    code = unpack_purpose(groups.purposes[place][1]) or None
    group = None if code is None else purpose_group(code)
    return {
        "purpose": code,
        "group": None if group is None else str(group),
        **_part(part_of(sums, [place])),
    }


def _participants(
    table: PaymentTable, whole: TrialDetails, cost: CurrencyMeasures, at: int
) -> Sequence[dict[str, Any]]:
    """Return each party and holder that sends, receives or holds anything in a currency."""
    groups, found = group_payments(table), whole.breakdown
    parties = len(table.parties)
    is_paid = cost.currency in groups.currencies
    first = groups.currencies.index(cost.currency) * parties if is_paid else 0
    used, available = cost.used_minor.tolist(), whole.available_minor[:, at].tolist()
    names = (*table.parties, *whole.holders)
    countries = (*table.countries, *("" for _ in whole.holders))
    used_total, sent_total = sum(used), cost.settled_minor
    rows = []
    for place, name in enumerate(names):
        sends = is_paid and place < parties
        part = part_of(found.senders, [first + place]) if sends else _NOTHING
        received = found.received_minor[first + place] if sends else 0
        if not (part.payments or received or used[place] or available[place]):
            continue
        shares = ratio(used[place], used_total), ratio(part.settled_minor, sent_total)
        rows.append(
            {
                "participant": name,
                "country": countries[place] or None,
                **_part(part),
                "sent_minor": part.settled_minor,
                "received_minor": received,
                "liquidity_available_minor": available[place],
                "liquidity_used_minor": used[place],
                "relative_provision": decimal_text(_difference(*shares)),
            }
        )
    return rows


def _difference(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one - other


def _flows(one: Flows) -> dict[str, Any]:
    return {
        "between": "countries" if one.is_by_country else "parties",
        "value_minor": one.value_minor,
        "net_minor": one.net_minor,
        "netting_ratio": decimal_text(one.netting_ratio),
        "netting_ratio_purposes_apart": decimal_text(one.netting_ratio_apart),
        "sent_gini": decimal_text(gini(one.sent_minor)),
        "sent_hhi": decimal_text(hhi(one.sent_minor)),
        "purposes": [
            {
                "kind": each.kind,
                "payments": each.payments,
                "value_minor": each.value_minor,
                "net_minor": each.net_minor,
                "netting_ratio": decimal_text(each.netting_ratio),
            }
            for each in one.purposes
        ],
        "pairs": [_pair(each) for each in one.pairs],
        "pairs_left_out": one.pairs_left_out,
        "left_out_minor": one.left_out_minor,
    }


def _pair(one: Pair) -> dict[str, Any]:
    return {
        "one": one.one,
        "other": one.other,
        **_both_ways(one.total),
        "bound_purposes_apart": decimal_text(one.bound_apart),
        "purposes": [{"kind": each.kind, **_both_ways(each)} for each in one.purposes],
    }


def _both_ways(one: PairFlow) -> dict[str, Any]:
    return {
        "there_minor": one.there_minor,
        "back_minor": one.back_minor,
        "bound": decimal_text(one.bound),
    }


def _cycles(results: Results) -> Sequence[dict[str, Any]]:
    """Return what each number of cycles cost, where several of one option were tried."""
    families: dict[str, list[Option]] = {}
    for one in results.plan.every_option:
        if one.cycles:
            families.setdefault(one.name.partition(":")[0], []).append(one)
    level = results.plan.detailed_at
    return [
        _count(family, one, currency_by_number(cost.currency).code, cost)
        for family, members in families.items()
        if len(members) > 1 and level is not None
        for one in sorted(members, key=lambda each: each.cycles)
        for days in [results.of(one.name, level)]
        for cost in [sum_over_days(days, each.currency) for each in days[0].measures.currencies]
    ]


def _count(family: str, option: Option, code: str, cost: CurrencyMeasures) -> dict[str, Any]:
    return {
        "family": family,
        "option": option.name,
        "cycles": option.cycles,
        "currency": code,
        "settled_value_share": decimal_text(ratio(cost.settled_minor, cost.value_minor)),
        "unsettled_value_minor": cost.unsettled_minor,
        "liquidity_used_minor": cost.liquidity_used_minor,
        "delay_indicator": decimal_text(cost.delay),
        "mean_wait_us": None if cost.mean_wait_us is None else round(cost.mean_wait_us),
        "moved_minor": cost.moved_minor,
    }
