"""Statements of an account and notifications of single bookings: camt.053 and camt.054."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from comity.errors import LimitExceededError
from comity.messages.definitions import CAMT_053, CAMT_054, ENTRIES_MAX, ENTRY_DETAILS_MAX
from comity.messages.timestamps import format_time
from comity.messages.writing.details import (
    SIDE,
    EntryDetail,
    ListedPayments,
    details_markup,
)
from comity.messages.writing.envelope import (
    REFERENCE_MAX,
    Envelope,
    business_message,
    message_identification,
)
from comity.messages.writing.markup import (
    amount,
    amount_text,
    container,
    cut,
    day,
    escape,
    leaf,
)
from comity.payments.codes import TransferKind

_ACCOUNT_MAX: Final = 34
_ACCOUNT_NAME_MAX: Final = 70
_RATE_DIGITS_MAX: Final = 11
_RATE_DECIMALS_MAX: Final = 10
_TIMES_KEPT: Final = 4_096
_RATES_KEPT: Final = 256
_ISSUER: Final = "COMITY"


@dataclass(frozen=True, slots=True)
class AccountReference:
    """The account a report is about.

    Attributes:
        name: of the account in the books, such as `settlement:AAAARU20@CBRFRU20:RUB`.
        currency: ISO 4217 code.
        owner_bic: who holds it.
        servicer_bic: who keeps it.
    """

    name: str
    currency: str
    owner_bic: str
    servicer_bic: str


class Balance(NamedTuple):
    """A balance at the beginning or end of a day.

    Attributes:
        kind: OPBD opening booked, CLBD closing booked, CLAV closing available.
        amount_minor: below zero for a debit balance.
        day: business day.
    """

    kind: str
    amount_minor: int
    day: date


class Exchange(NamedTuple):
    """How the booked amount came from another currency.

    Attributes:
        rate: units of the target currency for one of the source currency, as decimal text; written
            with at most 11 digits.
        source: currency of the booking.
        target: currency of the instruction.
        instructed_minor: what was instructed, in the target currency.
    """

    rate: str
    source: str
    target: str
    instructed_minor: int


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One booking.

    Attributes:
        reference: of the booking, up to 35 characters.
        amount_minor: above zero; `credit` says which way.
        currency: of the account.
        credit: whether the balance rose.
        booked_us: UTC microseconds.
        value_date: business day it counts from.
        kind: why money moved.
        details: the payments behind it, up to `ENTRY_DETAILS_MAX` where it is written.
        cycle: identifier of the netting cycle of a net entry, None otherwise.
        exchange: how it came from another currency, None if it did not.
    """

    reference: str
    amount_minor: int
    currency: str
    credit: bool
    booked_us: int
    value_date: date
    kind: TransferKind
    details: Sequence[EntryDetail] | ListedPayments = ()
    cycle: str | None = None
    exchange: Exchange | None = None


class Page(NamedTuple):
    """Place of a message among those that make one statement."""

    number: int = 1
    is_last: bool = True


ONLY_PAGE: Final = Page()
"""A statement that fits into one message."""


def write_notification(
    envelope: Envelope, account: AccountReference, entries: Sequence[EntryLine]
) -> bytes:
    """Return a camt.054 of 1 … `ENTRIES_MAX` bookings of one account.

    Raises:
        LimitExceededError: too many entries or details for one message.
    """
    body = container(
        "BkToCstmrDbtCdtNtfctn",
        container("GrpHdr", message_identification(envelope)),
        container(
            "Ntfctn",
            leaf("Id", envelope.message_id),
            leaf("CreDtTm", format_time(envelope.created_us)),
            _account(account),
            _entries(entries),
        ),
    )
    return business_message(envelope, CAMT_054, body)


def write_statement(
    envelope: Envelope,
    account: AccountReference,
    *,
    balances: Sequence[Balance],
    entries: Sequence[EntryLine],
    period_us: tuple[int, int],
    page: Page = ONLY_PAGE,
) -> bytes:
    """Return a camt.053 of one account and period.

    Args:
        envelope: from the settlement system to the account's owner.
        account: what the statement is about.
        balances: opening and closing balance at least.
        entries: bookings in order, up to `ENTRIES_MAX` a page.
        period_us: first and last moment, UTC microseconds.
        page: of a statement that is longer than one message.

    Raises:
        LimitExceededError: too many entries or details for one message.
    """
    first_us, last_us = period_us
    body = container(
        "BkToCstmrStmt",
        container("GrpHdr", message_identification(envelope)),
        container(
            "Stmt",
            leaf("Id", envelope.message_id),
            container(
                "StmtPgntn",
                leaf("PgNb", str(page.number)),
                leaf("LastPgInd", "true" if page.is_last else "false"),
            ),
            leaf("CreDtTm", format_time(envelope.created_us)),
            container(
                "FrToDt",
                leaf("FrDtTm", format_time(first_us)),
                leaf("ToDtTm", format_time(last_us)),
            ),
            _account(account),
            *(_balance(one, account.currency) for one in balances),
            _summary(entries, account.currency),
            _entries(entries),
        ),
    )
    return business_message(envelope, CAMT_053, body)


def account_identifier(name: str) -> str:
    """Return the identifier of an account in the 34 characters ISO 20022 has for it.

    A longer name keeps its beginning and gets 12 digits of its BLAKE2b digest; the whole name
    stands in `Nm` beside it.
    """
    if len(name) <= _ACCOUNT_MAX:
        return name
    digest = hashlib.blake2b(name.encode(), digest_size=6).hexdigest()
    return f"{name[: _ACCOUNT_MAX - len(digest) - 1]}~{digest}"


def _account(account: AccountReference) -> str:
    return container(
        "Acct",
        container("Id", container("Othr", leaf("Id", account_identifier(account.name)))),
        leaf("Ccy", account.currency),
        leaf("Nm", cut(account.name, _ACCOUNT_NAME_MAX)),
        container("Ownr", container("Id", container("OrgId", leaf("AnyBIC", account.owner_bic)))),
        container("Svcr", container("FinInstnId", leaf("BICFI", account.servicer_bic))),
    )


def _balance(balance: Balance, currency: str) -> str:
    return container(
        "Bal",
        container("Tp", container("CdOrPrtry", leaf("Cd", balance.kind))),
        amount("Amt", abs(balance.amount_minor), currency),
        _direction(credit=balance.amount_minor >= 0),
        container("Dt", day("Dt", balance.day)),
    )


def _direction(*, credit: bool) -> str:
    return leaf("CdtDbtInd", SIDE[credit])


def _summary(entries: Sequence[EntryLine], currency: str) -> str:
    def side(name: str, *, credit: bool) -> str:
        amounts = [one.amount_minor for one in entries if one.credit is credit]
        total = leaf("Sum", amount_text(sum(amounts), currency))
        return container(name, leaf("NbOfNtries", str(len(amounts))), total)

    return container(
        "TxsSummry",
        container("TtlNtries", leaf("NbOfNtries", str(len(entries)))),
        side("TtlCdtNtries", credit=True),
        side("TtlDbtNtries", credit=False),
    )


def _entries(entries: Sequence[EntryLine]) -> str:
    if len(entries) > ENTRIES_MAX:
        raise LimitExceededError("ENTRIES_MAX", found=len(entries), allowed=ENTRIES_MAX)
    return "".join(map(_entry, entries))


def _entry(entry: EntryLine) -> str:
    details = entry.details
    if len(details) > ENTRY_DETAILS_MAX:
        raise LimitExceededError("ENTRY_DETAILS_MAX", found=len(details), allowed=ENTRY_DETAILS_MAX)
    listed = _cycle(entry) + details_markup(details, entry_credit=entry.credit)
    return (
        f"<Ntry><NtryRef>{escape(cut(entry.reference, REFERENCE_MAX))}</NtryRef>"
        f"{amount('Amt', entry.amount_minor, entry.currency)}"
        f"<CdtDbtInd>{SIDE[entry.credit]}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><DtTm>{_time(entry.booked_us)}</DtTm></BookgDt>"
        f"<ValDt><Dt>{entry.value_date.isoformat()}</Dt></ValDt>"
        f"{_transaction_code(entry.kind, entry.credit)}{_exchange(entry)}"
        f"{listed and f'<NtryDtls>{listed}</NtryDtls>'}</Ntry>"
    )


_time = lru_cache(maxsize=_TIMES_KEPT)(format_time)


@lru_cache
def _transaction_code(kind: TransferKind, credit: bool) -> str:
    """Return BkTxCd: cross-border credit transfers in ISO's codes, the rest in our own."""
    own = container("Prtry", leaf("Cd", kind.name), leaf("Issr", _ISSUER))
    if kind is not TransferKind.PAYMENT:
        return container("BkTxCd", own)
    family = "RCDT" if credit else "ICDT"
    codes = container("Fmly", leaf("Cd", family), leaf("SubFmlyCd", "XBCT"))
    return container("BkTxCd", container("Domn", leaf("Cd", "PMNT"), codes), own)


def _exchange(entry: EntryLine) -> str:
    if entry.exchange is None:
        return ""
    told = entry.exchange
    return container(
        "AmtDtls",
        container(
            "InstdAmt",
            amount("Amt", told.instructed_minor, told.target),
            container(
                "CcyXchg",
                leaf("SrcCcy", told.source),
                leaf("TrgtCcy", told.target),
                leaf("UnitCcy", told.source),
                leaf("XchgRate", rate_text(told.rate)),
            ),
        ),
    )


@lru_cache(maxsize=_RATES_KEPT)
def rate_text(rate: str) -> str:
    """Return a rate in the 11 digits, 10 of them decimals, that ISO 20022 has room for.

    Args:
        rate: decimal text above zero; what does not fit is rounded half-even.
    """
    value = Decimal(rate)
    decimals = max(0, min(_RATE_DECIMALS_MAX, _RATE_DIGITS_MAX - max(1, value.adjusted() + 1)))
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    text = format(rounded, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _cycle(entry: EntryLine) -> str:
    if entry.cycle is None:
        return ""
    count = leaf("NbOfTxs", str(len(entry.details))) if entry.details else ""
    return container("Btch", leaf("PmtInfId", cut(entry.cycle, REFERENCE_MAX)), count)
