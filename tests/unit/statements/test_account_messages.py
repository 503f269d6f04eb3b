"""Statements and notifications as messages."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from lxml import etree
from tests.unit.statements.day_builder import build_day

from comity.payments.codes import TransferKind
from comity.statements import account_messages as module
from comity.statements.account_messages import account_statement, notifications
from comity.statements.daybook import BookAccount, DayBook
from comity.statements.entries import EntryBook

BANK = "settlement:NEVARU20@CBRURU20:RUB"
ENTRY = "//*[local-name()='Ntry']"
DETAIL = "//*[local-name()='TxDtls']"
CYCLES = f"{ENTRY}[.//*[local-name()='Btch']]"


@pytest.fixture(scope="module")
def book() -> DayBook:
    return build_day()


@pytest.fixture(scope="module")
def entries(book: DayBook) -> EntryBook:
    return EntryBook(book)


BALANCE = "//*[local-name()='Bal']"


def account(book: DayBook, name: str = BANK) -> BookAccount:
    return next(one for one in book.accounts if one.name == name)


def found(data: bytes, path: str) -> list[etree._Element]:
    result = etree.fromstring(data).xpath(path)
    assert isinstance(result, list)
    return [one for one in result if isinstance(one, etree._Element)]


def signed(element: etree._Element) -> Decimal:
    """Return the signed amount of a balance, an entry or a payment in it."""
    texts = {etree.QName(child).localname: child.text or "" for child in element}
    return Decimal(texts["Amt"]) * (1 if texts["CdtDbtInd"] == "CRDT" else -1)


def test_opening_and_entries_of_a_written_statement_make_its_closing(
    book: DayBook, entries: EntryBook
) -> None:
    for one in book.accounts:
        (message,) = account_statement(entries, one.number)
        opening, closing, available = (signed(b) for b in found(message.data, BALANCE))
        moved = sum((signed(entry) for entry in found(message.data, ENTRY)), Decimal(0))
        assert opening + moved == closing == available, one.name
        assert message.receiver == one.owner


def test_what_is_held_for_payments_under_way_is_booked_but_not_available(book: DayBook) -> None:
    bank = account(book)
    held = np.zeros(len(book.accounts), np.int64)
    held[bank.number] = 12_345

    (message,) = account_statement(EntryBook(replace(book, held_minor=held)), bank.number)

    _, closing, available = (signed(b) for b in found(message.data, BALANCE))
    assert closing - available == Decimal("123.45")
    codes = found(message.data, f"{BALANCE}/*[local-name()='Tp']//*[local-name()='Cd']")
    assert [code.text for code in codes] == ["OPBD", "CLBD", "CLAV"]


def test_a_net_entry_names_its_cycle_and_lists_its_payments(
    book: DayBook, entries: EntryBook
) -> None:
    (message,) = account_statement(entries, account(book).number)
    nets = found(message.data, CYCLES)

    assert len(nets) == 2
    for net in nets:
        listed = net.xpath(".//*[local-name()='TxDtls']")
        assert isinstance(listed, list)
        payments = [one for one in listed if isinstance(one, etree._Element)]
        assert len(payments) > 50
        assert sum((signed(one) for one in payments), Decimal(0)) == signed(net)


def test_every_message_about_accounts_has_its_own_identifier(
    book: DayBook, entries: EntryBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE_PAYMENTS_MAX", 40)
    messages = [
        message
        for one in book.accounts
        for make in (account_statement, notifications)
        for message in make(entries, one.number)
    ]

    identifiers = [message.message_id for message in messages]
    assert len(set(identifiers)) == len(identifiers) > len(book.accounts)
    assert max(map(len, identifiers)) <= 35


def test_a_statement_too_long_for_a_message_goes_on_on_the_next_page(
    book: DayBook, entries: EntryBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = account(book).number
    (whole,) = account_statement(entries, number)
    monkeypatch.setattr(module, "PAGE_PAYMENTS_MAX", 50)

    messages = list(account_statement(entries, number))
    pages = [m.data for m in messages if m.message_id.split("-")[2].startswith("S")]

    last = [[flag.text for flag in found(p, "//*[local-name()='LastPgInd']")] for p in pages]
    assert len(pages) > 2
    assert last == [["false"]] * (len(pages) - 1) + [["true"]]
    together = [signed(entry) for page in pages for entry in found(page, ENTRY)]
    assert together == [signed(entry) for entry in found(whole.data, ENTRY)]
    assert all(len(found(page, DETAIL)) <= 50 for page in pages)


def test_a_list_too_long_for_a_page_follows_in_parts_under_the_same_reference(
    book: DayBook, entries: EntryBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = account(book).number
    net = next(entry for entry in entries.entries(number) if entry.cycle)
    monkeypatch.setattr(module, "PAGE_PAYMENTS_MAX", 50)

    parts = [
        message.data
        for message in account_statement(entries, number)
        if f"-L{net.reference.rpartition('-')[2]}" in message.message_id
    ]

    listed = [found(part, f"{DETAIL}//*[local-name()='UETR']") for part in parts]
    assert len(parts) == -(-len(net.details) // 50)
    assert [one.text for part in listed for one in part] == [each.uetr for each in net.details]
    for part in parts:
        (reference,) = found(part, "//*[local-name()='NtryRef']")
        assert reference.text == net.reference


def test_a_payer_is_notified_of_the_exchange(book: DayBook, entries: EntryBook) -> None:
    bank = account(book, "settlement:DONARU20@CBRURU20:RUB")
    taken = [e for e in entries.entries(bank.number) if e.kind is TransferKind.TAKE_IN]

    (message,) = notifications(entries, bank.number, {TransferKind.TAKE_IN})

    rates = found(message.data, "//*[local-name()='XchgRate']")
    assert [rate.text for rate in rates] == ["1.1572399826"] * len(taken)


def test_nothing_to_tell_is_no_notification(book: DayBook, entries: EntryBook) -> None:
    rounding = account(book, "rounding:CBKGKG20")

    assert list(notifications(entries, rounding.number)) == []
    (statement,) = account_statement(entries, rounding.number)
    assert found(statement.data, ENTRY) == []


@pytest.mark.parametrize(("make", "name"), [(account_statement, "053"), (notifications, "054")])
def test_what_is_written_is_valid_under_the_official_schema(
    book: DayBook, entries: EntryBook, reference: Path, make: object, name: str
) -> None:
    assert callable(make)
    (file,) = (reference / "iso20022").rglob(f"camt.{name}.001.08.xsd")
    schema = etree.XMLSchema(etree.parse(str(file)))
    for one in book.accounts:
        for message in make(entries, one.number):
            (document,) = found(message.data, "//*[local-name()='Document']")
            schema.assertValid(document)
