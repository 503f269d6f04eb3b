"""A comparison told in plain words, with its figures filled in."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from comity.reports.numbers import count, in_words, percent


def compared_in_words(document: Mapping[str, Any]) -> list[str]:
    """Return a paragraph on what was compared, and one for each currency on what was found."""
    days, names = document["days"], [one["name"] for one in document["options"]]
    whole = (
        f"{count(document['payments'])} payments between {count(document['parties'])} parties on"
        f" {count(len(days))} day{'s' if len(days) > 1 else ''} were settled in {len(names)} ways"
        f" by the live engine, each with the same money:"
        f" {percent(Fraction(document['level']), 0)} of the way from the least that could ever do"
        " (all settled at once at the end) to the most that is ever needed (each at once)."
    )
    return [whole, *(_found(document, code) for code in document["bounds"])]


def _found(document: Mapping[str, Any], code: str) -> str:
    bounds = document["bounds"][code]
    lower, upper = bounds["lower_minor"], bounds["upper_minor"]
    used = {one["name"]: one["liquidity_used_minor"][code] for one in document["options"]}
    settled = {
        one["name"]: Fraction(one["settled_value_share"][code] or 0) for one in document["options"]
    }
    most = max(settled.values())
    best = [name for name, share in settled.items() if share == most]
    least = min(best, key=lambda name: used[name])
    said = [
        f"In {code} the bounds are {in_words(lower, code)} and {in_words(upper, code)}.",
        f"Most value, {percent(most)}, was settled by {_listed(best, settled)};",
        f"the least money for it was used by {least}: {in_words(used[least], code)}.",
    ]
    worse = [
        f"{one['worse']} is no better than {one['better']} in anything"
        for one in document["dominance"]
        if one["currency"] == code and not one["equal_at"]
    ]
    if worse:
        said.append(f"At every level of money {_listed(worse, ())}.")
    return " ".join(said)


def _listed(names: Sequence[str], among: Collection[str]) -> str:
    """Return names in a row, or that all of several are meant."""
    if 1 < len(names) == len(among):
        return "all of them"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
