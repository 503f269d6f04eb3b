"""A comparison told in plain words, with its figures filled in."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from comity.reports.compare_rankings import short_of_most, unbeaten
from comity.reports.compare_style import Shown
from comity.reports.numbers import count, in_words, percent, rounded


def compared_in_words(document: Mapping[str, Any]) -> list[str]:
    """Return a paragraph on what was compared, and what was found: of all together if it can."""
    days, names = document["days"], [one["name"] for one in document["options"]]
    whole = (
        f"{count(document['payments'])} payments between {count(document['parties'])} parties on"
        f" {count(len(days))} day{'s' if len(days) > 1 else ''} were settled in {len(names)} ways"
        f" by the live engine, each with the same money:"
        f" {percent(Fraction(document['level']), 0)} of the way from the least that could ever do"
        " (all settled at once at the end) to the most that is ever needed (each at once)."
    )
    shown = currencies_shown(document, paid_currencies(document))
    if document["total"] is not None:
        shown = shown[:1]
    return [whole, *(found_in_words(*each) for each in shown)]


def currencies_shown(
    document: Mapping[str, Any], codes: Sequence[str]
) -> list[tuple[Mapping[str, Any], Shown]]:
    """Return what is shown of each currency, before them of all together where that was found."""
    days, level, total = len(document["days"]), document["level"], document["total"]
    found = [(document, Shown(code, days, level, code)) for code in codes]
    if total is not None:
        code = total["currency"]
        found.insert(0, (total, Shown(code, days, level, f"all currencies in {code}")))
    return found


def paid_currencies(document: Mapping[str, Any]) -> list[str]:
    """Return the currencies in which there are payments, in the order of the document."""
    return [code for code in document["bounds"] if document["flows"].get(code)]


def found_in_words(document: Mapping[str, Any], shown: Shown) -> str:
    """Return what was found in one currency, or of all together valued in one.

    Args:
        document: of the comparison, or its part of all currencies together.
        shown: which currency.
    """
    code, days = shown.code, shown.days
    bounds = document["bounds"][code]
    lower, upper = (round(Fraction(bounds[name], days)) for name in ("lower_minor", "upper_minor"))
    used = {
        one["name"]: round(Fraction(one["liquidity_used_minor"][code], days))
        for one in document["options"]
    }
    settled = {
        one["name"]: Fraction(one["settled_value_share"][code] or 0) for one in document["options"]
    }
    most = max(settled.values())
    best = [name for name, share in settled.items() if share == most]
    least = min(best, key=lambda name: used[name])
    said = [
        f"{shown.where} a day's bounds are {in_words(lower, code)} and {in_words(upper, code)}.",
        f"Most value, {percent(most)}, was settled by {_listed(best, settled)};",
        f"the least money for it was used by {least}: {in_words(used[least], code)} a day.",
    ]
    better: dict[str, list[str]] = {}
    for one in document["dominance"]:
        if one["currency"] == code and not one["equal_at"]:
            better.setdefault(one["worse"], []).append(one["better"])
    if better:
        worse = [
            f"{name} is in nothing better than {_listed(by, ())}" for name, by in better.items()
        ]
        said.append(f"At every level of money {'; '.join(worse)}.")
    return " ".join(said)


def _listed(names: Sequence[str], among: Collection[str]) -> str:
    """Return names in a row, or that all of several are meant."""
    if 1 < len(names) == len(among):
        return "all of them"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def options_in_words(document: Mapping[str, Any], shown: Shown) -> list[str]:
    """Return a sentence an option: what it takes in liquidity, delay and credit, and what stays."""
    return [_cost(one, shown.code, shown.days) for one in document["options"]]


def _cost(option: Mapping[str, Any], code: str, days: int) -> str:
    used = round(Fraction(option["liquidity_used_minor"][code], days))
    said = [f"takes {in_words(used, code)} of liquidity a day"]
    if option["delay_indicator"][code] is not None:
        said.append(
            f"lets value wait {percent(Fraction(option['delay_indicator'][code]))} of the time to"
            f" the close ({_minutes(option['mean_wait_us'][code])} on average)"
        )
    credit = option["credit_peak_minor"][code]
    said.append(f"credit of {in_words(credit, code)} at its peak" if credit else "no credit")
    unsettled = round(Fraction(option["unsettled_value_minor"][code], days))
    words = (
        f"{option['name']} {', '.join(said[:-1])} and {'takes' if credit else 'needs'} {said[-1]}"
    )
    return words + (f"; {in_words(unsettled, code)} a day is left unsettled." if unsettled else ".")


def unbeaten_in_words(document: Mapping[str, Any], shown: Shown) -> str:
    """Return which options no other beats, at the level at which they are held side by side."""
    code = shown.code
    names = [one["name"] for one in document["options"]]
    best = unbeaten(document, code, shown.level)
    short = short_of_most(document, code)
    whole = [name for name in names if name in best and name not in short]
    partly = [name for name in names if name in best and name in short]
    beaten = [name for name in names if name not in best]
    said = f"{shown.where} {_listed(whole, ())} {'is' if len(whole) == 1 else 'are'} unbeaten"
    if beaten:
        said += (
            f"; for {_listed(beaten, ())} another option is no worse in liquidity, delay and"
            " credit, better in one of them, and settles no less"
        )
    if partly:
        said += f". Not beaten either, but settling less than others: {_listed(partly, ())}"
    return said + "."


def _minutes(us: int | None) -> str:
    return "nothing settled" if us is None else f"{rounded(Fraction(us, _MINUTE_US))} minutes"


def sureness_in_words(document: Mapping[str, Any]) -> str:
    """Return how sure the differences are, and where it is said what is assumed."""
    days, paired = len(document["days"]), document["paired"]
    assumed = "What is taken for granted stands at the end; none of it is a forecast."
    if not paired:
        return assumed
    if not any(one["interval"] for one in paired):
        return (
            f"{count(days)} day{'s' if days > 1 else ''} cannot tell a difference from chance: for"
            f" intervals it takes 10. {assumed}"
        )
    stand = sum(one["interval"]["stands"] for one in paired)
    return (
        f"On {count(days)} days, {count(stand)} of {count(len(paired))} differences from"
        f" {document['options'][0]['name']} are more than chance at 95 %, corrected for the number"
        f" of options; the table gives the interval of each. {assumed}"
    )


def flows_in_words(document: Mapping[str, Any], code: str) -> str:
    """Return what netting could save at most, and what counter-flows add to it."""
    flows = document["flows"][code]
    whole, apart = (
        Fraction(flows[name] or 0) for name in ("netting_ratio", "netting_ratio_purposes_apart")
    )
    said = (
        f"In {code}, netting each day among all participants would save {percent(whole)} of the"
        " value moved, whatever the option."
    )
    if len(flows["purposes"]) > 1:
        said += (
            f" Netted purpose by purpose it would be {percent(apart)}: payments for one purpose"
            f" that flow against those of another add {percent(whole - apart)}."
        )
    if flows["pairs"]:
        first = flows["pairs"][0]
        said += (
            f" Between {first['one']} and {first['other']}, the greatest pair, at most"
            f" {percent(Fraction(first['bound'] or 0))} can be netted"
        )
        more = len(first["purposes"]) > 1
        alone = percent(Fraction(first["bound_purposes_apart"] or 0))
        said += f", and {alone} with each purpose by itself." if more else "."
    return said


_MINUTE_US: Final = 60_000_000
