"""Which payments exactly one agreement version judges, which none, and which several.

A payment between two countries, in one currency or in two, for a purpose, on a day: for each such
case there must be one rule. Versions change on few days, so every case of a span of days is told by
those between two changes; what is said of them is said of each day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, groupby

from comity.agreements.terms import Agreement
from comity.payments.purposes import PurposeGroup, purposes_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Relation:
    """Between whom and in what payments are asked about.

    Attributes:
        countries: two, sorted; payments go both ways.
        currencies: one, or for payments in two currencies both, sorted.
    """

    countries: tuple[str, str]
    currencies: tuple[str, ...]

    def __str__(self) -> str:
        """Say it as people do, such as `KG–RU in KGS and RUB`."""
        return f"{'–'.join(self.countries)} in {' and '.join(self.currencies)}"


@dataclass(frozen=True, slots=True)
class Judged:
    """Cases that the same agreement versions judge.

    Attributes:
        relation: between whom and in what.
        codes: purpose codes, sorted.
        from_day: first day.
        until_day: last day, inclusive.
        keys: `id@version` of the versions; none where there is a gap.
    """

    relation: Relation
    codes: tuple[str, ...]
    from_day: date
    until_day: date
    keys: tuple[str, ...]

    @property
    def cases(self) -> int:
        """How many cases: purposes × days, of either direction."""
        return 2 * len(self.codes) * ((self.until_day - self.from_day).days + 1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was asked, and the answer.

    Attributes:
        from_day: first day asked about.
        until_day: last day, inclusive.
        relations: asked about.
        codes: purpose codes asked about.
        once: cases that exactly one version judges.
        cases: all of them.
        gaps: cases that none judges.
        doubled: cases that several do.
    """

    from_day: date
    until_day: date
    relations: tuple[Relation, ...]
    codes: tuple[str, ...]
    once: int
    cases: int
    gaps: tuple[Judged, ...]
    doubled: tuple[Judged, ...]

    @property
    def is_proven(self) -> bool:
        """Whether every case has exactly one rule."""
        return self.once == self.cases


def prove_coverage(
    agreements: Sequence[Agreement],
    relations: Sequence[Relation],
    codes: Sequence[str],
    from_day: date,
    until_day: date,
) -> Coverage:
    """Find for every case by how many versions it is judged.

    Args:
        agreements: versions, of any ids.
        relations: between whom and in what.
        codes: purpose codes.
        from_day: first day.
        until_day: last day, inclusive; not before the first.
    """
    assert from_day <= until_day, "a span of days has a day"
    found = [
        each
        for relation in relations
        for each in _of_relation(agreements, relation, frozenset(codes), from_day, until_day)
    ]
    return Coverage(
        from_day,
        until_day,
        tuple(relations),
        tuple(sorted(codes)),
        sum(each.cases for each in found if len(each.keys) == 1),
        sum(each.cases for each in found),
        tuple(each for each in found if not each.keys),
        tuple(each for each in found if len(each.keys) > 1),
    )


def _of_relation(
    agreements: Sequence[Agreement],
    relation: Relation,
    codes: frozenset[str],
    from_day: date,
    until_day: date,
) -> Iterator[Judged]:
    """Yield the cases of a relation, those of one answer together, in order of days."""
    bound = [each for each in agreements if _binds(each, relation)]
    covered = {each.key: codes.intersection(each.purpose_codes) for each in bound}
    rows: list[Judged] = []
    for first, last in _spans(bound, from_day, until_day):
        now = [each.key for each in bound if each.is_in_force(first)]
        keys_of = {code: tuple(key for key in now if code in covered[key]) for code in codes}
        ordered = sorted(codes, key=lambda code: (keys_of[code], code))
        for keys, same in groupby(ordered, key=keys_of.__getitem__):
            rows.append(Judged(relation, tuple(same), first, last, keys))
    rows.sort(key=lambda each: (each.keys, each.codes, each.from_day))
    for _, alike in groupby(rows, key=lambda each: (each.keys, each.codes)):
        yield from _joined(list(alike))


def _joined(rows: Sequence[Judged]) -> Iterator[Judged]:
    """Yield spans of one answer that touch as one."""
    first = rows[0]
    for each in rows[1:]:
        if each.from_day - first.until_day > _DAY:
            yield first
            first = each
        else:
            first = Judged(first.relation, first.codes, first.from_day, each.until_day, first.keys)
    yield first


def _binds(agreement: Agreement, relation: Relation) -> bool:
    return (
        agreement.has_two_currencies == (len(relation.currencies) > 1)
        and frozenset(relation.countries) <= frozenset(agreement.parties)
        and frozenset(relation.currencies) <= frozenset(agreement.currencies)
    )


def _spans(
    agreements: Sequence[Agreement], from_day: date, until_day: date
) -> Iterator[tuple[date, date]]:
    """Yield first and last day of each span in which nothing comes into force or lapses."""
    starts = {each.valid_from for each in agreements}
    ends = {each.valid_until for each in agreements if each.valid_until is not None}
    starts |= {day + _DAY for day in ends if day < until_day}
    ordered = [from_day, *sorted(day for day in starts if from_day < day <= until_day)]
    for first, following in zip(ordered, [*ordered[1:], until_day + _DAY], strict=True):
        yield first, following - _DAY


def relations_of(agreements: Sequence[Agreement]) -> tuple[Relation, ...]:
    """Return everything between whom and in what any of the versions was ever about.

    Two countries that no version binds both are in none, nor a currency that none names for them.
    """
    found = {
        Relation(pair, currencies)
        for each in agreements
        for pair in combinations(each.parties, 2)
        for currencies in (
            [each.currencies] if each.has_two_currencies else [(one,) for one in each.currencies]
        )
    }
    return tuple(
        sorted(found, key=lambda one: (one.countries, len(one.currencies), one.currencies))
    )


def codes_of(agreements: Sequence[Agreement]) -> tuple[str, ...]:
    """Return every purpose code that any of the versions covers, sorted."""
    return tuple(sorted({code for each in agreements for code in each.purpose_codes}))


def purposes_in_words(codes: Sequence[str], shown: int = 4) -> str:
    """Return purposes as people name them: whole groups, then single codes, then how many more."""
    left, said = set(codes), []
    for group in PurposeGroup:
        of_group = purposes_of([group])
        if left.issuperset(of_group):
            said.append(str(group))
            left -= set(of_group)
    single = sorted(left)
    said += single[:shown]
    if len(single) > shown:
        said.append(f"{len(single) - shown} other codes")
    return ", ".join(said)
