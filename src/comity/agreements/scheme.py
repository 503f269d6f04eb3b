"""A scheme: everything fixed before a business day starts.

Members, participants, accounts, agreements, calendars and the day itself, in canonical order,
so that the same folder always gives the same scheme and the same bytes in the journal. Rates,
lists and payments change from day to day and stand outside.
"""

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, Final

from comity.agreements.document import DocumentError, decode, encode
from comity.agreements.membership import (
    AccountKind,
    AccountTerms,
    Member,
    Participant,
    VehicleCurrency,
)
from comity.agreements.netting_terms import ResourceTerms
from comity.agreements.position_limits import Haircut, PositionLimit
from comity.agreements.terms import Agreement
from comity.business_calendar import Calendar

SCHEME_FORMAT: Final = 1
"""Version of the JSON form; a later one reads every earlier one."""

_ACCOUNT_KINDS = tuple(AccountKind)


@dataclass(frozen=True, slots=True)
class BusinessDayTerms:
    """When the scheme is open.

    Attributes:
        time_zone: IANA name of `opens` and `closes`.
        opens: local time at which settlement starts.
        closes: local time at which the day is proved and closed, the same day.
    """

    time_zone: str
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Scheme:
    """What settles between whom, under which agreements.

    The parts stand in canonical order however they were given: members and calendars by
    country, participants by BIC, accounts by currency, kind (settlement first), keeper and
    holder, agreements by id and version.

    Attributes:
        name: as people write it.
        synthetic: whether banks and payments are invented; every report says so.
        members: the countries.
        participants: the banks; settlement agents are not among them.
        accounts: one a holder and currency.
        agreements: every version known, in force or not.
        calendars: one a member.
        business_day: when the scheme is open.
        batch_payments_max: payments in one batch of the journal at most.
        valuation_currency: ISO 4217 code in which shares and totals are counted.
        empty_lists_approved_by: who approved settling without any sanctions list.
        position_limits: what participants may send net within a day, and be short of.
        haircuts: by currency, of what covers short positions; none where it is not said.
        vehicles: currencies of no member in which central banks settle, by currency.
        resources: what stands behind positions in netting cycles, in order of currency,
            participant and kind.
    """

    name: str
    synthetic: bool
    members: tuple[Member, ...]
    participants: tuple[Participant, ...]
    accounts: tuple[AccountTerms, ...]
    agreements: tuple[Agreement, ...]
    calendars: tuple[Calendar, ...]
    business_day: BusinessDayTerms
    batch_payments_max: int
    valuation_currency: str
    empty_lists_approved_by: tuple[str, ...]
    vehicles: tuple[VehicleCurrency, ...] = ()
    resources: tuple[ResourceTerms, ...] = ()
    position_limits: tuple[PositionLimit, ...] = ()
    haircuts: tuple[Haircut, ...] = ()

    def __post_init__(self) -> None:
        """Put every part into canonical order."""
        for field, canonical in (
            ("members", tuple(sorted(self.members, key=lambda each: each.country))),
            ("participants", tuple(sorted(self.participants, key=lambda each: each.bic))),
            ("accounts", tuple(sorted(self.accounts, key=_account_order))),
            ("agreements", tuple(sorted(self.agreements, key=lambda at: (at.id, at.version)))),
            ("calendars", tuple(sorted(self.calendars, key=lambda each: each.country))),
            ("empty_lists_approved_by", tuple(sorted(self.empty_lists_approved_by))),
            (
                "position_limits",
                tuple(sorted(self.position_limits, key=lambda each: each.order)),
            ),
            ("haircuts", tuple(sorted(self.haircuts, key=lambda each: each.currency))),
            ("vehicles", tuple(sorted(self.vehicles, key=lambda each: each.currency))),
            ("resources", tuple(sorted(self.resources, key=_resource_order))),
        ):
            object.__setattr__(self, field, canonical)

    def member_of_country(self, country: str) -> Member | None:
        """Return the member a country is, None where it is none."""
        return next((each for each in self.members if each.country == country), None)

    def member_of_currency(self, currency: str) -> Member | None:
        """Return the member whose currency it is, None where it is nobody's."""
        return next((each for each in self.members if each.currency == currency), None)

    @property
    def keepers(self) -> tuple[Member | VehicleCurrency, ...]:
        """Everyone whose settlement agent keeps accounts: members, then vehicle currencies."""
        return (*self.members, *self.vehicles)

    def keeper_of_currency(self, currency: str) -> Member | VehicleCurrency | None:
        """Return whose settlement agent keeps accounts in a currency, None where nobody's does."""
        return next((each for each in self.keepers if each.currency == currency), None)

    def differs_in_last_days_alone(self, other: "Scheme") -> bool:
        """Return whether another scheme says the same but for the last days of its agreements."""
        return self._without_last_days() == other._without_last_days()

    def _without_last_days(self) -> "Scheme":
        endless = tuple(replace(each, valid_until=None) for each in self.agreements)
        return replace(self, agreements=endless)

    def agreements_in_force(self, day: date) -> tuple[Agreement, ...]:
        """Return the agreement versions in force on a day, by id and version."""
        return tuple(each for each in self.agreements if each.is_in_force(day))


def scheme_to_document(scheme: Scheme) -> dict[str, Any]:
    """Return the JSON form of a scheme: equal schemes give equal documents, key by key."""
    return {"format": SCHEME_FORMAT, **encode(scheme)}


def scheme_from_document(document: dict[str, Any]) -> Scheme:
    """Return the scheme of a document; the exact reverse of `scheme_to_document`.

    Raises:
        DocumentError: the document is of another format, or not a scheme's.
    """
    found = document.get("format")
    if found != SCHEME_FORMAT:
        raise DocumentError("format", found=found, expected=str(SCHEME_FORMAT))
    body = {name: part for name, part in document.items() if name != "format"}
    scheme = decode(Scheme, body)
    assert isinstance(scheme, Scheme), "the decoder returns the type it was asked for"
    return scheme


def _resource_order(resource: ResourceTerms) -> tuple[str, str, str]:
    return resource.currency, resource.participant, resource.kind


def _account_order(account: AccountTerms) -> tuple[str, int, str, str]:
    kind = _ACCOUNT_KINDS.index(account.kind)
    return account.currency, kind, account.agent, account.participant
