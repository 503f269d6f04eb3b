"""The day book of a closed day, also when later days have been closed since."""

import pytest
from tests.integration.command_line import DAY, Folder, message, new_folder

from comity.business_calendar import days_to_date
from comity.service import assemble_daybook
from comity.service.committing import Ledger, rebuild
from comity.service.daybooks import records_of, refused_messages_of
from comity.statements.daybook import DayBook
from comity.storage import open_journal

THURSDAY = "2026-05-28"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """Two days: one payment settles, one waits for Thursday, one message is refused."""
    folder: Folder = new_folder(tmp_path_factory.mktemp("daybooks"))
    folder.send("1.xml", message(1))
    folder.send("2.xml", message(2, value_date=THURSDAY))
    folder.send("3.xml", message(3, amount="five"))
    folder.settled()
    folder.settled()
    return rebuild(open_journal(folder.database, create=False))


@pytest.fixture(scope="module")
def books(ledger: Ledger) -> tuple[DayBook, DayBook]:
    days = sorted({record.business_day for record in ledger.journal.records()})
    monday, thursday = (assemble_daybook(ledger, days_to_date(day)) for day in days)
    return monday, thursday


def test_an_earlier_day_is_seen_as_it_was(books: tuple[DayBook, DayBook]) -> None:
    monday, thursday = books
    assert (monday.business_date.isoformat(), thursday.business_date.isoformat()) == (DAY, THURSDAY)
    assert len(monday.payments) == 2
    assert monday.received_today.all()
    assert len(thursday.payments) == 1, "what settled on Monday does not live on Thursday"
    assert not thursday.received_today.any()
    assert monday.head != thursday.head


def test_a_day_opens_with_what_the_one_before_closed_with(books: tuple[DayBook, DayBook]) -> None:
    monday, thursday = books
    assert monday.closing_minor.tolist() == thursday.opening_minor.tolist()
    assert monday.opening_minor.sum() == 0
    assert (monday.opening_minor != monday.closing_minor).any()


def test_opening_balances_are_no_movement_of_the_day(books: tuple[DayBook, DayBook]) -> None:
    assert len(books[0].transfers) == len(books[1].transfers) == 1


def test_texts_are_those_of_the_payments(books: tuple[DayBook, DayBook]) -> None:
    assert "TEST-000001-1" in books[0].text_of(0)
    assert "TEST-000002-1" in books[1].text_of(0)


def test_a_payment_carried_over_knows_the_message_it_came_in(
    books: tuple[DayBook, DayBook],
) -> None:
    for book, path in zip(books, ("payments/1.xml", "payments/2.xml"), strict=True):
        assert book.message_text_of(int(book.payments["message"][0])).startswith(path)


def test_nothing_is_held_where_nothing_waits_for_cover(books: tuple[DayBook, DayBook]) -> None:
    assert not any(book.held_minor.any() for book in books)


def test_refused_messages_are_told_with_file_and_words(
    ledger: Ledger, books: tuple[DayBook, DayBook]
) -> None:
    (refused,) = refused_messages_of(ledger, books[0])
    assert refused.path == "payments/3.xml"
    assert "IntrBkSttlmAmt" in refused.words
    assert refused_messages_of(ledger, books[1]) == ()


def test_records_are_those_of_the_day(ledger: Ledger, books: tuple[DayBook, DayBook]) -> None:
    monday, thursday = (
        [record.sequence for record in records_of(ledger, book.business_date)] for book in books
    )
    assert monday == [1, 2, 3]
    assert thursday == [4, 5]
