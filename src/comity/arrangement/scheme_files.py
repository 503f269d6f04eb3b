"""The records of a scheme from its files, each with the place it came from.

`arrangement.toml`, `participants.csv`, `accounts.csv` and `calendars/*.toml`; agreements have a
module of their own. The layout of every file is documented in `docs/formats/arrangement.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from comity.agreements import (
    AccountKind,
    AccountTerms,
    AgentHours,
    BusinessDayTerms,
    Haircut,
    Member,
    Participant,
    ParticipantStatus,
    PositionLimit,
    PositionLimitKind,
    Tier,
    VehicleCurrency,
    Violation,
)
from comity.arrangement.csv_rows import CsvFile, RowReader
from comity.arrangement.fields import (
    DATE_MAX,
    DATE_MIN,
    TEXT_CHARACTERS_MAX,
    is_plain_text,
)
from comity.arrangement.toml_lines import TomlPath
from comity.arrangement.toml_tables import TableReader, TomlFile, shown_path
from comity.business_calendar import Calendar
from comity.errors import Fault

PARTICIPANT_COLUMNS: Final = ("bic", "name", "country", "tier", "status")
PARTICIPANT_OPTIONAL: Final = ("group",)
ACCOUNT_COLUMNS: Final = (
    "participant",
    "currency",
    "kind",
    "agent",
    "opening_balance",
    "limit",
)
RESERVATION_COLUMNS: Final = ("reserved_urgent", "reserved_high")
"""Columns that may stand behind those of `accounts.csv`."""
LIMIT_COLUMNS: Final = ("kind", "participant", "currency", "counterparty", "amount")
LIMIT_OPTIONAL: Final = ("pool",)
UNLIMITED: Final = "unlimited"
"""What stands in `limit` where an account has none."""

BATCH_PAYMENTS_MAX: Final = 2_000
"""Payments in one batch of the journal, where the arrangement does not say."""

BATCH_PAYMENTS_BOUND: Final = 1_000_000
"""The most an arrangement may say."""

_WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record came from.

    Attributes:
        file: the file.
        path: the table below a TOML file.
        line: the row of a CSV file, 0 in a TOML file.
        renamed: paths of records that have a name below paths that have a position.
    """

    file: TomlFile | CsvFile
    path: TomlPath = ()
    line: int = 0
    renamed: Mapping[TomlPath, TomlPath] = field(default_factory=dict)


class Places:
    """The place of every record read, by the identity of the record."""

    def __init__(self) -> None:
        """Know no record yet."""
        self._places: dict[int, tuple[object, Place]] = {}

    def note(self, record: object, place: Place) -> None:
        """Remember where a record came from; it is kept alive, so that its identity stays."""
        self._places[id(record)] = (record, place)

    def note_as(self, record: object, other: object) -> None:
        """Remember of a record that it came from where another one did, if that is known."""
        _, place = self._places.get(id(other), (None, None))
        if place is not None:
            self.note(record, place)

    def fault_of(self, violation: Violation, otherwise: TomlFile | None) -> Fault:
        """Return a violation as a fault in the file its subject came from.

        Args:
            violation: what is wrong.
            otherwise: the file of a subject that no single place names; None where each has one.
        """
        _, place = self._places.get(id(violation.subject), (None, None))
        if place is None:
            assert otherwise is not None, "every record was noted"
            place = Place(otherwise)
        if isinstance(place.file, CsvFile):
            named = shown_path(violation.path)
            return Fault(place.file.name, place.line, named, violation.found, violation.expected)
        path = violation.path
        for length in range(len(path), 0, -1):
            if path[:length] in place.renamed:
                path = (*place.renamed[path[:length]], *path[length:])
                break
        return place.file.fault_at((*place.path, *path), violation.found, violation.expected)


@dataclass(frozen=True, slots=True)
class SchemeHead:
    """What `arrangement.toml` says; the fields are those of `comity.agreements.Scheme`."""

    name: str
    synthetic: bool
    valuation_currency: str
    batch_payments_max: int
    business_day: BusinessDayTerms
    empty_lists_approved_by: tuple[str, ...]
    members: tuple[Member, ...]
    vehicles: tuple[VehicleCurrency, ...]
    haircuts: tuple[Haircut, ...]


def read_head(file: TomlFile, places: Places) -> SchemeHead:
    """Read `arrangement.toml`; its faults gather in `file.faults`."""
    reader = TableReader(file)
    day = reader.table("business_day")
    screening = reader.optional_table("screening")
    members = reader.tables("members")
    vehicles = reader.tables("vehicle_currencies")
    haircuts = reader.tables("haircuts")
    head = SchemeHead(
        name=reader.text("name"),
        synthetic=reader.boolean("synthetic"),
        valuation_currency=reader.currency("valuation_currency"),
        batch_payments_max=reader.integer(
            "batch_payments_max",
            minimum=1,
            maximum=BATCH_PAYMENTS_BOUND,
            default=BATCH_PAYMENTS_MAX,
        ),
        business_day=BusinessDayTerms(
            day.time_zone("time_zone"), day.time("opens"), day.time("closes")
        ),
        empty_lists_approved_by=() if screening is None else _approvers(screening),
        members=tuple(_member(each, places) for each in members),
        vehicles=tuple(_vehicle(each, places) for each in vehicles),
        haircuts=tuple(_haircut(each, places) for each in haircuts),
    )
    tables = (reader, day, *members, *vehicles, *haircuts)
    for each in (*tables, *(() if screening is None else (screening,))):
        each.close()
    return head


def _approvers(screening: TableReader) -> tuple[str, ...]:
    return screening.texts(
        "empty_lists_approved_by", _approver, "the name of a person", is_optional=True
    )


def _approver(text: str) -> str | None:
    return text if is_plain_text(text, TEXT_CHARACTERS_MAX) else None


def _member(reader: TableReader, places: Places) -> Member:
    member = Member(
        country=reader.country("country"),
        name=reader.text("name"),
        currency=reader.currency("currency"),
        agent=reader.bic("settlement_agent"),
        time_zone=reader.time_zone("time_zone"),
    )
    places.note(member, Place(reader.file, reader.path))
    return member


def _haircut(reader: TableReader, places: Places) -> Haircut:
    haircut = Haircut(reader.currency("currency"), reader.percent("percent"))
    places.note(haircut, Place(reader.file, reader.path))
    return haircut


def _vehicle(reader: TableReader, places: Places) -> VehicleCurrency:
    vehicle = VehicleCurrency(
        currency=reader.currency("currency"),
        name=reader.text("name"),
        country=reader.country("country"),
        agent=reader.bic("settlement_agent"),
        hours=_hours(reader),
    )
    places.note(vehicle, Place(reader.file, reader.path))
    return vehicle


def _hours(reader: TableReader) -> AgentHours | None:
    """Read when an agent works: all three fields, or none."""
    if not any(reader.has(key) for key in ("time_zone", "opens", "closes")):
        return None
    return AgentHours(reader.time_zone("time_zone"), reader.time("opens"), reader.time("closes"))


def read_participants(file: CsvFile, places: Places) -> tuple[Participant, ...]:
    """Read `participants.csv`; its faults gather in `file.faults`."""
    participants = []
    for row in file.rows:
        reader = RowReader(file, row)
        participant = Participant(
            bic=reader.bic("bic"),
            name=reader.text("name"),
            country=reader.country("country"),
            tier=reader.choice("tier", Tier),
            status=reader.choice("status", ParticipantStatus),
            group=reader.name("group") if reader.value("group") is not None else None,
        )
        places.note(participant, Place(file, line=row.line))
        participants.append(participant)
    return tuple(participants)


def read_accounts(file: CsvFile, places: Places) -> tuple[AccountTerms, ...]:
    """Read `accounts.csv`; its faults gather in `file.faults`."""
    accounts = []
    for row in file.rows:
        reader = RowReader(file, row)
        code = reader.currency("currency")
        unlimited = reader.value("limit") == UNLIMITED
        account = AccountTerms(
            participant=reader.bic("participant"),
            currency=code,
            kind=reader.choice("kind", AccountKind),
            agent=reader.bic("agent"),
            opening_balance_minor=reader.amount_minor("opening_balance", code),
            limit_minor=None if unlimited else reader.amount_minor("limit", code),
            **{
                f"{name}_minor": reader.amount_minor(name, code)
                for name in file.columns[len(ACCOUNT_COLUMNS) :]
            },
        )
        places.note(account, Place(file, line=row.line))
        accounts.append(account)
    return tuple(accounts)


def read_limits(file: CsvFile, places: Places) -> tuple[PositionLimit, ...]:
    """Read `limits.csv`; its faults gather in `file.faults`."""
    limits = []
    for row in file.rows:
        reader = RowReader(file, row)
        code = reader.currency("currency")
        limit = PositionLimit(
            kind=reader.choice("kind", PositionLimitKind),
            participant=reader.bic("participant"),
            currency=code,
            counterparty=reader.bic("counterparty") if reader.value("counterparty") else None,
            limit_minor=reader.amount_minor("amount", code),
            pool=reader.name("pool") if reader.value("pool") else None,
        )
        places.note(limit, Place(file, line=row.line))
        limits.append(limit)
    return tuple(limits)


def read_calendar(file: TomlFile, places: Places) -> Calendar:
    """Read one `calendars/XX.toml`; its faults gather in `file.faults`."""
    reader = TableReader(file)
    country = reader.country("country")
    stem = file.name.rpartition("/")[2].removesuffix(".toml")
    if country and stem != country:
        reader.refuse("country", country, f"{stem}, as the file is named, or a file {country}.toml")
    # Name and source are for the reader of the file; they must be there and go no further.
    reader.text("name")
    reader.source("source")
    covered = _covered(reader)
    weekend = reader.texts("weekend", _weekday, "a weekday, small letters, like sunday")
    holidays = _named_days(reader, "holidays", covered)
    working_days = _named_days(reader, "working_days", covered)
    for day in sorted(holidays.keys() & working_days.keys()):
        reader.refuse("working_days", f"{day}, also a holiday", "each day once")
    reader.close()
    if file.faults:
        return Calendar(country, frozenset(), {}, {}, date.min, date.max)
    calendar = Calendar(
        country=country,
        weekend=frozenset(weekend),
        holidays=holidays,
        working_days=working_days,
        covers_from=covered[0],
        covers_until=covered[1],
    )
    places.note(calendar, Place(file))
    return calendar


def _covered(reader: TableReader) -> tuple[date, date]:
    """Read the first and last day covered; where they are no days, nothing is held to them."""
    before = len(reader.file.faults)
    first, last = reader.day("covers_from"), reader.day("covers_until")
    if len(reader.file.faults) == before and last < first:
        reader.refuse("covers_until", str(last), f"{first} or a later day")
    return (first, last) if len(reader.file.faults) == before else (DATE_MIN, DATE_MAX)


def _weekday(text: str) -> int | None:
    return _WEEKDAYS.index(text) if text in _WEEKDAYS else None


def _named_days(reader: TableReader, key: str, covered: tuple[date, date]) -> Mapping[date, str]:
    first, last = covered
    days: dict[date, str] = {}
    for table in reader.tables(key):
        before = len(table.file.faults)
        day, name = table.day("date"), table.text("name")
        table.close()
        if len(table.file.faults) > before:
            continue
        if day in days:
            table.refuse("date", f"{day} again", "each day once")
        if not first <= day <= last:
            table.refuse("date", str(day), f"a day covered, from {first} to {last}")
        days[day] = name
    return dict(sorted(days.items()))
