"""Entries of accounts: one a transfer, gross with its payment, net with its cycle's payments.

The transfers of the day are put in order by account once, as columns. Lines are made one at a
time while a statement is written: a day of a million payments never stands in memory as
objects.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.identifiers import format_uetr
from comity.messages.writing import EntryDetail, EntryLine, Exchange
from comity.money import currency_by_number
from comity.payments.codes import TransferKind
from comity.statements.cycles import Cycle, cycles_of
from comity.statements.daybook import BookAccount, DayBook
from comity.statements.exchange import agreed_rate, rate_text
from comity.statements.references import references_of


class EntryBook:
    """The entries of one day, by account."""

    def __init__(self, book: DayBook) -> None:
        self.book = book
        transfers = book.transfers
        sides = np.stack([transfers["debit"], transfers["credit"]], axis=1).reshape(-1)
        order = np.argsort(sides, kind="stable")
        self._transfers: NDArray[np.int64] = order // 2
        self._starts = np.searchsorted(sides[order], np.arange(len(book.accounts) + 1))
        self._row_of = {number: row for row, number in enumerate(book.numbers.tolist())}
        self._cycle_of = {cycle.group: cycle for cycle in cycles_of(book) if cycle.group >= 0}
        self._dependents = _dependents(book)
        self._rates: dict[tuple[int, str, str], str | None] = {}

    def count(self, account: int) -> int:
        """Return the number of entries of an account."""
        return int(self._starts[account + 1] - self._starts[account])

    def transfers_of(self, account: int) -> NDArray[np.int64]:
        """Return the places in `transfers` of what moved on an account, in order."""
        return self._transfers[self._starts[account] : self._starts[account + 1]]

    def entries(self, account: int) -> Iterator[EntryLine]:
        """Yield the entries of an account, in the order in which they were booked."""
        for place in self.transfers_of(account).tolist():
            yield self.entry(account, place)

    def entry(self, account: int, place: int) -> EntryLine:
        """Return one transfer as the account sees it.

        Args:
            account: number of the account; one of the two the transfer moves money between.
            place: place of the transfer in `DayBook.transfers`.
        """
        transfer = self.book.transfers[place]
        assert account in {int(transfer["debit"]), int(transfer["credit"])}
        credit = int(transfer["credit"]) == account
        row = self._row_of.get(int(transfer["payment"]), -1)
        cycle = self._cycle_of.get(int(transfer["group"])) if row < 0 else None
        details: tuple[EntryDetail, ...] = ()
        if row >= 0:
            details = (self._stated(row, credit=credit),)
        elif cycle is not None:
            details = self._cycle_payments(self.book.accounts[account], transfer, cycle)
        return EntryLine(
            reference=f"{self.book.business_date:%Y%m%d}-{place:09d}",
            amount_minor=int(transfer["amount_minor"]),
            currency=self.book.accounts[account].currency,
            credit=credit,
            booked_us=int(transfer["at_us"]),
            value_date=self.book.business_date,
            kind=TransferKind(int(transfer["kind"])),
            details=details,
            cycle=None if cycle is None else cycle.name,
            exchange=self._exchange(row, self.book.accounts[account].currency),
        )

    def _stated(self, row: int, *, credit: bool) -> EntryDetail:
        payment = self.book.payments[row]
        found = references_of(self.book.text_of(row))
        return EntryDetail(
            uetr=format_uetr(int(payment["uetr_high"]), int(payment["uetr_low"])),
            end_to_end_id=found.end_to_end_id,
            tx_id=found.tx_id,
            message_id="",
            amount_minor=int(payment["amount_minor"]),
            currency=currency_by_number(int(payment["currency"])).code,
            credit=credit,
            debtor=found.debtor,
            creditor=found.creditor,
        )

    def _cycle_payments(
        self, account: BookAccount, transfer: Any, cycle: Cycle
    ) -> tuple[EntryDetail, ...]:
        """Return the payments of a cycle whose net is this transfer.

        The `cycle` account passes everything through, `own` mirrors the loro accounts; both
        state the payments of the account on the other side.
        """
        pair = (int(transfer["debit"]), int(transfer["credit"]))
        other = self.book.accounts[pair[0] if pair[1] == account.number else pair[1]]
        whose = other if account.kind in {"cycle", "own"} else account
        parties = self._dependents.get(whose.name, ())
        rows = self.book.payments[cycle.members]
        pays = np.isin(rows["debtor_agent"], parties)
        is_paid = np.isin(rows["creditor_agent"], parties)
        turned = whose is other
        # A payment between two banks of one account changes nothing there and is left out.
        return tuple(
            self._stated(row, credit=paid is not turned)
            for row, paid, listed in zip(
                cycle.members.tolist(), is_paid.tolist(), (pays != is_paid).tolist(), strict=True
            )
            if listed
        )

    def _exchange(self, row: int, code: str) -> Exchange | None:
        """Return how a booking in `code` came from a payment in another currency."""
        if row < 0:
            return None
        payment = self.book.payments[row]
        instructed = currency_by_number(int(payment["currency"])).code
        agreement = int(self.book.agreements[row])
        if instructed == code or agreement < 0:
            return None
        key = (agreement, code, instructed)
        if key not in self._rates:
            terms = self.book.scheme.agreements[agreement]
            found = agreed_rate(self.book, terms, base=code, quote=instructed)
            self._rates[key] = None if found is None else rate_text(found)
        rate = self._rates[key]
        if rate is None:
            return None
        return Exchange(rate, code, instructed, int(payment["amount_minor"]))


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
