"""Entries of accounts: gross, net and in two currencies."""

from dataclasses import replace

import pytest
from tests.unit.statements.day_builder import build_day

from comity.identifiers import is_uetr
from comity.payments.codes import TransferKind
from comity.statements.daybook import BookAccount, DayBook
from comity.statements.entries import EntryBook


@pytest.fixture(scope="module")
def book() -> DayBook:
    return build_day()


@pytest.fixture(scope="module")
def entries(book: DayBook) -> EntryBook:
    return EntryBook(book)


def account(book: DayBook, name: str) -> BookAccount:
    return next(one for one in book.accounts if one.name == name)


def test_every_transfer_is_an_entry_on_both_its_accounts(book: DayBook, entries: EntryBook) -> None:
    counted = sum(entries.count(one.number) for one in book.accounts)

    assert counted == 2 * len(book.transfers)


def test_entries_of_an_account_sum_to_its_movement(book: DayBook, entries: EntryBook) -> None:
    for one in book.accounts:
        moved = sum(
            entry.amount_minor if entry.credit else -entry.amount_minor
            for entry in entries.entries(one.number)
        )
        opening, closing = book.opening_minor[one.number], book.closing_minor[one.number]
        assert opening + moved == closing, one.name


def test_entries_come_in_the_order_in_which_they_were_booked(
    book: DayBook, entries: EntryBook
) -> None:
    for one in book.accounts:
        references = [entry.reference for entry in entries.entries(one.number)]
        assert references == sorted(set(references))


def test_a_gross_entry_names_its_payment(book: DayBook, entries: EntryBook) -> None:
    don_bank = account(book, "settlement:DONARU20@CBRURU20:RUB")
    gross = [e for e in entries.entries(don_bank.number) if e.kind is TransferKind.PAYMENT]

    assert gross
    for entry in gross:
        (payment,) = entry.details
        assert payment.message_id.startswith("MSG-")
        assert is_uetr(payment.uetr)
        assert payment.end_to_end_id.removeprefix("E2E-") == payment.tx_id.removeprefix("TX-")
        assert (payment.amount_minor, payment.credit) == (entry.amount_minor, entry.credit)
        assert payment.debtor == "ОсОО «Ала-Тоо» & <Co>"
        assert entry.cycle is None
        assert entry.exchange is None


def test_the_payments_of_a_net_entry_sum_to_it_on_every_account(
    book: DayBook, entries: EntryBook
) -> None:
    kinds = set()
    for one in book.accounts:
        for entry in entries.entries(one.number):
            if entry.cycle is None:
                continue
            kinds.add(one.kind)
            net = sum(p.amount_minor if p.credit else -p.amount_minor for p in entry.details)
            assert net == (entry.amount_minor if entry.credit else -entry.amount_minor), one.name
            assert len({payment.uetr for payment in entry.details}) == len(entry.details)
    assert kinds == {"settlement", "loro", "own", "cycle"}


def test_a_payer_of_another_currency_is_shown_the_official_rate(
    book: DayBook, entries: EntryBook
) -> None:
    don_bank = account(book, "settlement:DONARU20@CBRURU20:RUB")
    taken = [e for e in entries.entries(don_bank.number) if e.kind is TransferKind.TAKE_IN]

    assert taken
    for entry in taken:
        assert entry.exchange is not None
        assert (entry.exchange.rate, entry.exchange.source) == ("1.1572399826", "RUB")
        assert entry.exchange.target == "KGS"
        (payment,) = entry.details
        assert entry.exchange.instructed_minor == payment.amount_minor
        assert payment.currency == "KGS"
        assert not entry.credit


def test_an_exchange_without_its_rate_is_not_made_up(book: DayBook) -> None:
    don_bank = account(book, "settlement:DONARU20@CBRURU20:RUB")

    found = EntryBook(replace(book, rates=())).entries(don_bank.number)

    assert all(entry.exchange is None for entry in found)


def test_an_account_that_did_not_move_has_no_entry(book: DayBook, entries: EntryBook) -> None:
    rounding = account(book, "rounding:CBKGKG20")

    assert entries.count(rounding.number) == 0
    assert list(entries.entries(rounding.number)) == []


def test_net_entries_are_the_entries_of_cycles(book: DayBook, entries: EntryBook) -> None:
    for one in book.accounts:
        nets = [entry for entry in entries.entries(one.number) if entry.cycle]
        assert list(entries.net_entries(one.number)) == nets


def test_entries_are_the_same_in_chunks_of_any_size(
    book: DayBook, entries: EntryBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = account(book, "settlement:NEVARU20@CBRURU20:RUB").number
    whole = list(entries.entries(number))

    monkeypatch.setattr("comity.statements.entries.CHUNK", 7)

    assert list(entries.entries(number)) == whole
