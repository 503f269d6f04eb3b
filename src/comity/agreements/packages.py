"""A package: agreements under one joint statement, what they are to cover, and how they stand.

Each agreement of a package is signed, ends and is amended by itself. What the parties meant is the
whole: that whoever pays whom, for what they named, finds one rule. A package says what was meant,
and its view what is so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from comity.agreements.coverage import Coverage, Relation, prove_coverage
from comity.agreements.register import Stage, Standing
from comity.agreements.terms import Agreement
from comity.payments.purposes import PurposeGroup, purposes_of


@dataclass(frozen=True, slots=True)
class Package:
    """What was agreed together.

    Attributes:
        title: of the joint statement.
        signed_on: its day.
        agreements: ids.
        countries: between all of which it is to hold.
        currencies: in each of which payments are to find a rule.
        purposes: groups of purposes, likewise.
        from_day: first day.
        until_day: last day, inclusive.
    """

    title: str
    signed_on: date
    agreements: tuple[str, ...]
    countries: tuple[str, ...]
    currencies: tuple[str, ...]
    purposes: tuple[PurposeGroup, ...]
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class Part:
    """How one agreement of a package stands on a day.

    Attributes:
        version: the one that binds, or is nearest to it: the youngest that is in force, else the
            youngest of all.
        stage: what it is on the day.
        signed: parties that are bound.
        missing: parties that are not.
        last_day: until when it takes payments; None without an end.
        lapses_in: calendar days from the day to that; None where it is not in force, or has no end.
    """

    version: Agreement
    stage: Stage
    signed: tuple[str, ...]
    missing: tuple[str, ...]
    last_day: date | None
    lapses_in: int | None


@dataclass(frozen=True, slots=True)
class PackageView:
    """A package on a day.

    Attributes:
        package: what was agreed.
        on: the day.
        parts: one an agreement, in the order of the package.
        coverage: which of the payments that it is to cover have exactly one rule, from versions
            that bind as things stand.
    """

    package: Package
    on: date
    parts: tuple[Part, ...]
    coverage: Coverage

    @property
    def unsigned(self) -> tuple[Part, ...]:
        """Parts that some party has not signed."""
        return tuple(each for each in self.parts if each.missing)

    def lapsing(self, within_days: int) -> tuple[Part, ...]:
        """Return the parts in force that lapse within so many days."""
        return tuple(
            each
            for each in self.parts
            if each.lapses_in is not None and each.lapses_in <= within_days
        )


def view_package(
    package: Package,
    versions: Sequence[Agreement],
    standings: Mapping[str, Standing],
    bound: Sequence[Agreement],
    on: date,
) -> PackageView:
    """Return how a package stands on a day.

    Args:
        package: whose agreements all have a version.
        versions: every version there is, drafts too.
        standings: by key, see `register.read_register`.
        bound: the versions that bind, each until its last day as things stand.
        on: the day.
    """
    parts = tuple(
        _part([each for each in versions if each.id == name], standings, on)
        for name in package.agreements
    )
    ours = [each for each in bound if each.id in package.agreements]
    coverage = prove_coverage(
        ours,
        [
            Relation((one, other), (currency,))
            for one, other in combinations(sorted(package.countries), 2)
            for currency in package.currencies
        ],
        purposes_of(package.purposes),
        max(package.from_day, on),
        max(package.until_day, on),
    )
    return PackageView(package, on, parts, coverage)


def _part(versions: Sequence[Agreement], standings: Mapping[str, Standing], on: date) -> Part:
    in_force = [each for each in versions if standings[each.key].stage(each, on) is Stage.IN_FORCE]
    version = max(in_force or versions, key=lambda each: each.version)
    standing = standings[version.key]
    last = standing.last_day(version)
    missing = standing.missing(version)
    return Part(
        version,
        standing.stage(version, on),
        tuple(party for party in version.parties if party not in missing),
        missing,
        last,
        (last - on).days if in_force and last is not None else None,
    )
