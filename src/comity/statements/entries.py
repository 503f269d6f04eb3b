"""Entries of accounts: one a transfer, gross with its payment, net with its cycle's payments.

The transfers of the day are put in order by account once, as columns. Lines are made one at a
time while a statement is written: a day of a million payments never stands in memory as
objects.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.messages.writing import EntryDetail, EntryLine, Exchange, ListedPayments
from comity.money import currency_by_number
from comity.payments.codes import TransferKind
from comity.statements.cycles import Cycle, cycles_of
from comity.statements.daybook import BookAccount, DayBook
from comity.statements.exchange import agreed_rate, rate_text
from comity.statements.references import DayReferences

CHUNK: Final = 4096
"""Transfers whose columns are turned into Python values at a time."""


_NET_KINDS: Final = frozenset({TransferKind.CYCLE, TransferKind.BILATERAL_NET, TransferKind.LORO})
"""What moves net positions, behind which payments stand; draws have none."""


class EntryBook:
    """The entries of one day, by account."""

    def __init__(self, book: DayBook) -> None:
        self.book = book
        transfers = book.transfers
        sides = np.stack([transfers["debit"], transfers["credit"]], axis=1).reshape(-1)
        order = np.argsort(sides, kind="stable")
        self._transfers: NDArray[np.int64] = order // 2
        self._starts = np.searchsorted(sides[order], np.arange(len(book.accounts) + 1))
        self._rows = book.rows_of(transfers["payment"])
        self._cycle_of = _cycles_by_group(book)
        self._dependents = _dependents(book)
        self._rates: dict[tuple[int, str, str], str | None] = {}
        self._references = DayReferences(book)
        self._kept: dict[tuple[int, int], ListedPayments] = {}
        self._kept_for = -1

    def count(self, account: int) -> int:
        """Return the number of entries of an account."""
        return int(self._starts[account + 1] - self._starts[account])

    def transfers_of(self, account: int) -> NDArray[np.int64]:
        """Return the places in `transfers` of what moved on an account, in order."""
        return self._transfers[self._starts[account] : self._starts[account + 1]]

    def entries(self, account: int) -> Iterator[EntryLine]:
        """Yield the entries of an account, in the order in which they were booked."""
        return self._lines(account, self.transfers_of(account))

    def net_entries(self, account: int) -> Iterator[EntryLine]:
        """Yield the entries of an account that netting cycles made, in order."""
        places = self.transfers_of(account)
        groups = np.array(sorted(self._cycle_of), np.int64)
        return self._lines(account, places[np.isin(self.book.transfers["group"][places], groups)])

    def entries_of_kinds(
        self, account: int, kinds: Collection[TransferKind]
    ) -> Iterator[EntryLine]:
        """Yield the entries of an account of the given kinds, in order."""
        places = self.transfers_of(account)
        wanted = np.array(sorted(kinds), np.int64)
        return self._lines(account, places[np.isin(self.book.transfers["kind"][places], wanted)])

    def _lines(self, account: int, places: NDArray[np.int64]) -> Iterator[EntryLine]:
        for start in range(0, len(places), CHUNK):
            yield from self._chunk(self.book.accounts[account], places[start : start + CHUNK])

    def _chunk(self, account: BookAccount, places: NDArray[np.int64]) -> Iterator[EntryLine]:
        transfers, rows = self.book.transfers[places], self._rows[places]
        credit = transfers["credit"] == account.number
        assert bool(np.all(credit | (transfers["debit"] == account.number))), "its own transfers"
        gross = iter(self._stated(rows[rows >= 0], credit[rows >= 0]))
        others = np.where(credit, transfers["debit"], transfers["credit"])
        day = self.book.business_date
        columns = (
            places,
            rows,
            credit,
            others,
            transfers["group"],
            transfers["amount_minor"],
            transfers["at_us"],
            transfers["kind"],
        )
        for place, row, is_credit, other, group, amount_minor, at_us, kind in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            cycle = self._cycle_of.get(group) if row < 0 else None
            details: Sequence[EntryDetail] | ListedPayments = ()
            exchange = None
            if row >= 0:
                payment = next(gross)
                details = (payment,)
                exchange = self._exchange(row, payment, account.currency)
            elif cycle is not None and kind in _NET_KINDS:
                details = self._listed(account, self.book.accounts[other], cycle)
            yield EntryLine(
                reference=f"{day.year:04d}{day.month:02d}{day.day:02d}-{place:09d}",
                amount_minor=amount_minor,
                currency=account.currency,
                credit=is_credit,
                booked_us=at_us,
                value_date=day,
                kind=TransferKind(kind),
                details=details,
                cycle=None if cycle is None else cycle.name,
                exchange=exchange,
            )

    def _stated(self, rows: NDArray[np.int64], credit: NDArray[np.bool_]) -> Iterator[EntryDetail]:
        """Yield the payments of the rows as an account sees them."""
        payments = self.book.payments
        numbers = payments["currency"][rows]
        codes = {int(n): currency_by_number(int(n)).code for n in np.unique(numbers)}
        columns = (payments["amount_minor"][rows], numbers, credit)
        for references, message_id, amount_minor, number, is_credit in zip(
            self._references.of_rows(rows),
            self._references.message_ids(rows),
            *(column.tolist() for column in columns),
            strict=True,
        ):
            uetr, end_to_end_id, tx_id, debtor, creditor, return_id, return_reason = references
            yield EntryDetail(
                uetr,
                end_to_end_id,
                tx_id,
                message_id,
                amount_minor,
                codes[number],
                debtor,
                creditor,
                is_credit,
                return_id,
                return_reason,
            )

    def _listed(self, account: BookAccount, other: BookAccount, cycle: Cycle) -> ListedPayments:
        """Return the payments of a net entry; kept while entries of the same account are made.

        The statement repeats the lists of notifications, and keeping them all would be the day.
        """
        if self._kept_for != account.number:
            self._kept.clear()
            self._kept_for = account.number
        key = (other.number, cycle.group)
        if key not in self._kept:
            self._kept[key] = self._cycle_payments(account, other, cycle)
        return self._kept[key]

    def _cycle_payments(
        self, account: BookAccount, other: BookAccount, cycle: Cycle
    ) -> ListedPayments:
        """Return the payments of a cycle whose net moved between two accounts.

        The `cycle` account passes everything through, `own` mirrors the loro accounts; both
        state the payments of the account on the other side.
        """
        turned = account.kind in {"cycle", "own"}
        parties = self._dependents.get((other if turned else account).name, ())
        payments = self.book.payments
        pays = np.isin(payments["debtor_agent"][cycle.settled], parties)
        is_paid = np.isin(payments["creditor_agent"][cycle.settled], parties)
        # A payment between two banks of one account changes nothing there and is left out.
        listed = pays != is_paid
        rows, credit = cycle.settled[listed], is_paid[listed] != turned
        return ListedPayments(
            len(rows), lambda start, stop: self._stated(rows[start:stop], credit[start:stop])
        )

    def _exchange(self, row: int, payment: EntryDetail, code: str) -> Exchange | None:
        """Return how a booking in `code` came from a payment in another currency.

        A return may be converted at the rate of another day, so it has its two amounts and no rate.
        """
        instructed = payment.currency
        if instructed == code or payment.return_id:
            return None
        agreement = int(self.book.agreements[row])
        if agreement < 0:
            return None
        if self.book.scheme.agreements[agreement].has_dealers:
            return self._dealt(row, payment, code)
        key = (agreement, code, instructed)
        if key not in self._rates:
            terms = self.book.scheme.agreements[agreement]
            found = agreed_rate(self.book, terms, base=code, quote=instructed)
            self._rates[key] = None if found is None else rate_text(found.conversion)
        rate = self._rates[key]
        if rate is None:
            return None
        return Exchange(rate, code, instructed, payment.amount_minor)

    def _dealt(self, row: int, payment: EntryDetail, code: str) -> Exchange | None:
        """Return at which price a payer's booking was dealt; between dealers none is stated."""
        book = self.book
        route = -1 if book.routes is None else int(book.routes[row])
        own = currency_by_number(int(book.payments["debtor_currency"][row])).code
        if route < 0 or code != own:
            return None
        return Exchange(
            rate_text(book.prices[route].inverse), code, payment.currency, payment.amount_minor
        )


def _cycles_by_group(book: DayBook) -> dict[int, Cycle]:
    """Return by transfer group its cycle; of one that settles pair by pair, with just the pair."""
    found: dict[int, Cycle] = {}
    for cycle in cycles_of(book):
        if cycle.group >= 0:
            found[cycle.group] = cycle
        if cycle.converted is not None and cycle.converted.group >= 0:
            rows, group = cycle.converted.rows, cycle.converted.group
            found[group] = replace(cycle, settled=rows, group=group)
        for pair in cycle.pairs:
            if pair.group >= 0:
                found[pair.group] = replace(cycle, settled=pair.rows, group=pair.group)
    return found


def _dependents(book: DayBook) -> dict[str, tuple[int, ...]]:
    """Return by account name the participants whose payments move money on it.

    A loro account serves its owner. A settlement account serves its owner and the sponsored
    banks that hold a loro account with it and no settlement account of their own.
    """
    number_of = {bic: number for number, bic in enumerate(book.participants)}
    settlement = {
        (one.owner, one.currency): one for one in book.accounts if one.kind == "settlement"
    }
    found = {one.name: [number_of[one.owner]] for one in settlement.values()}
    for one in book.accounts:
        if one.kind != "loro":
            continue
        found[one.name] = [number_of[one.owner]]
        sponsor = settlement.get((one.agent, one.currency))
        if sponsor is not None and (one.owner, one.currency) not in settlement:
            found[sponsor.name].append(number_of[one.owner])
    return {name: tuple(parties) for name, parties in found.items()}
