"""What an account's holder is sent: the day's statement, and notifications of single bookings.

A statement has as many pages as it needs. A net entry whose list of payments is too long for a
page stands in the statement without it; the list follows in notifications that repeat the entry
under the same reference, each with a part of its payments.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.messages.definitions import ENTRIES_MAX
from comity.messages.writing import (
    AccountReference,
    Balance,
    EntryLine,
    Envelope,
    ListedPayments,
    Page,
    write_notification,
    write_statement,
)
from comity.payments.codes import TransferKind
from comity.statements.daybook import BookAccount, DayBook
from comity.statements.entries import EntryBook

PAGE_PAYMENTS_MAX: Final = 10_000
"""Most payments listed in one message: at some 1.3 kB each for the longest names, 13 MB."""

_DRAWS: Final = (
    TransferKind.COLLATERAL_DRAWN,
    TransferKind.CREDIT_DRAWN,
    TransferKind.FUND_DRAWN,
    TransferKind.RECOURSE,
)
NOTIFIED: Final = frozenset(
    {
        TransferKind.TAKE_IN,
        TransferKind.DEALER_TAKES,
        TransferKind.VEHICLE,
        TransferKind.CYCLE,
        TransferKind.BILATERAL_NET,
        *_DRAWS,
    }
)
"""Bookings told at once: the payer's side of an exchange, nets of cycles and draws for them."""

_HELD_KINDS: Final = frozenset(
    {"settlement", "loro", "collateral", "guarantee_fund", "drawn", "recourse"}
)


@dataclass(frozen=True, slots=True)
class AccountMessage:
    """One message to the holder of an account.

    Attributes:
        message_id: unique among all messages about accounts, up to 35 characters.
        receiver: BIC of the holder.
        data: the message.
    """

    message_id: str
    receiver: str
    data: bytes

    @property
    def name(self) -> str:
        """Name of the file it is delivered as."""
        return f"{self.message_id}.xml"


def day_messages(book: DayBook) -> Iterator[AccountMessage]:
    """Yield the statements and notifications of every account that a bank holds.

    Accounts of the scheme's own (agents, cycles, clearing) have no holder to be told.
    """
    entries = EntryBook(book)
    for account in book.accounts:
        if account.kind in _HELD_KINDS:
            yield from account_statement(entries, account.number)
            yield from notifications(entries, account.number)


def account_statement(entries: EntryBook, account: int) -> Iterator[AccountMessage]:
    """Yield the pages of an account's statement, then the lists that were too long for them.

    Args:
        entries: the day.
        account: number of the account.
    """
    long: list[str] = []
    pages = _pages(_without_long_lists(entries.entries(account), long))
    page = next(pages, [])
    number = 1
    while True:
        following = next(pages, None)
        yield _statement(entries, account, page, Page(number, is_last=following is None))
        if following is None:
            break
        page, number = following, number + 1
    # Made anew rather than kept: together the lists of an account may be the whole day.
    for entry in entries.net_entries(account) if long else ():
        if entry.reference in long:
            yield from _list_of(entries, account, entry)


def notifications(
    entries: EntryBook, account: int, kinds: Collection[TransferKind] = NOTIFIED
) -> Iterator[AccountMessage]:
    """Yield notifications of an account's bookings of the given kinds, in order.

    Args:
        entries: the day.
        account: number of the account.
        kinds: the bookings to be told.
    """
    chosen = entries.entries_of_kinds(account, kinds)
    for number, page in enumerate(_pages(_without_long_lists(chosen, [])), start=1):
        yield _notification(entries, account, f"N{number:05d}", page)


def _statement(
    entries: EntryBook, account: int, lines: Sequence[EntryLine], page: Page
) -> AccountMessage:
    book = entries.book
    held = book.accounts[account]
    envelope = _envelope(entries, held, f"S{page.number:05d}", book.closes_us)
    opening, closing = int(book.opening_minor[account]), int(book.closing_minor[account])
    available = closing - int(book.held_minor[account])
    data = write_statement(
        envelope,
        _reference(held),
        balances=(
            Balance("OPBD", opening, book.business_date),
            Balance("CLBD", closing, book.business_date),
            Balance("CLAV", available, book.business_date),
        ),
        entries=lines,
        period_us=(book.opens_us, book.closes_us),
        page=page,
    )
    return AccountMessage(envelope.message_id, held.owner, data)


def _list_of(entries: EntryBook, account: int, entry: EntryLine) -> Iterator[AccountMessage]:
    place = entry.reference.rpartition("-")[2]
    assert isinstance(entry.details, ListedPayments), "only net entries have long lists"
    for part, start in enumerate(range(0, len(entry.details), PAGE_PAYMENTS_MAX), start=1):
        listed = replace(entry, details=entry.details.part(start, start + PAGE_PAYMENTS_MAX))
        yield _notification(entries, account, f"L{place}-{part:03d}", [listed])


def _notification(
    entries: EntryBook, account: int, suffix: str, lines: Sequence[EntryLine]
) -> AccountMessage:
    held = entries.book.accounts[account]
    envelope = _envelope(entries, held, suffix, lines[-1].booked_us)
    data = write_notification(envelope, _reference(held), lines)
    return AccountMessage(envelope.message_id, held.owner, data)


def _envelope(entries: EntryBook, held: BookAccount, suffix: str, created_us: int) -> Envelope:
    message_id = f"{entries.book.business_date:%Y%m%d}-A{held.number:05d}-{suffix}"
    return Envelope(held.agent, held.owner, message_id, created_us)


def _reference(held: BookAccount) -> AccountReference:
    return AccountReference(held.name, held.currency, held.owner, held.agent)


def _without_long_lists(lines: Iterator[EntryLine], long: list[str]) -> Iterator[EntryLine]:
    """Yield the entries, those with a long list without it; note their references in `long`."""
    for entry in lines:
        if len(entry.details) > PAGE_PAYMENTS_MAX:
            long.append(entry.reference)
            yield replace(entry, details=())
        else:
            yield entry


def _pages(lines: Iterator[EntryLine]) -> Iterator[list[EntryLine]]:
    """Yield the entries in pages that a message has room for, none empty."""
    page: list[EntryLine] = []
    payments = 0
    for entry in lines:
        if page and (len(page) == ENTRIES_MAX or payments + len(entry.details) > PAGE_PAYMENTS_MAX):
            yield page
            page, payments = [], 0
        page.append(entry)
        payments += len(entry.details)
    if page:
        yield page
