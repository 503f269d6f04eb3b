"""Settling again, over several days, and after the folder was changed."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from tests.integration.command_line import DAY, Folder, comity, message

from comity.errors import StorageError
from comity.storage import SqliteJournal

pytestmark = pytest.mark.slow

TUESDAY, THURSDAY = "2026-05-26", "2026-05-28"  # 27 May is a holiday in Kyrgyzstan


def tables_of(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every table of a database, sorted, read by another program than comity."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        dumped = {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for (name,) in names
        }
    connection.close()
    return dumped


def test_settling_the_same_day_again_changes_nothing_and_says_so(folder: Folder) -> None:
    folder.send("1.xml", message())
    first = folder.settled("--date", DAY)
    assert first["changed"] is True
    tables, results = tables_of(folder.database), folder.results()
    again = folder.settled("--date", DAY)
    assert again == {**first, "changed": False}
    assert tables_of(folder.database) == tables
    assert folder.results() == results
    said = folder.settle("--date", DAY)
    assert "Nothing to do: this day was closed before. Nothing was changed." in said.words


def test_without_a_date_a_folder_with_nothing_left_shows_the_last_day(folder: Folder) -> None:
    folder.send("1.xml", message())
    first = folder.settled()
    assert folder.settled() == {**first, "changed": False}


def test_a_folder_without_payments_has_nothing_to_do(folder: Folder) -> None:
    ran = folder.settle()
    assert ran.code == 0
    assert "Nothing to do" in ran.words
    assert folder.settled() == {"business_date": None, "changed": False}
    (folder.path / "payments").mkdir()
    assert folder.settled()["business_date"] is None


def test_days_are_settled_one_after_the_other(folder: Folder) -> None:
    folder.send("a.xml", message(1))
    folder.send("b.xml", message(2, at=f"{THURSDAY}T08:00:00+06:00"))
    assert folder.settled()["business_date"] == DAY
    assert folder.settled()["business_date"] == THURSDAY, (
        "nothing is due on Tuesday, and Wednesday is a holiday"
    )
    assert folder.settled()["changed"] is False


def test_a_later_day_leaves_the_results_of_an_earlier_one_as_they_were(folder: Folder) -> None:
    folder.send("1.xml", message(1, at=f"{DAY}T09:00:00+06:00", value_date=THURSDAY))
    folder.send("1-again.xml", message(1, at=f"{DAY}T09:00:00+06:00", value_date=THURSDAY))
    first = folder.settled()
    assert first["duplicates"] == 1
    results, tables = folder.results(), tables_of(folder.database)
    later = folder.settled()
    assert (later["business_date"], later["payments"]["settled"]) == (THURSDAY, 1)
    assert folder.settled("--date", DAY) == {**first, "changed": False}
    now = folder.results()
    assert {name: now[name] for name in results} == results
    assert set(tables["batch"]) <= set(tables_of(folder.database)["batch"])


def test_arrival_at_the_close_belongs_to_the_day_and_later_to_the_next(folder: Folder) -> None:
    folder.send("at.xml", message(1, at=f"{DAY}T18:15:00+06:00"))
    folder.send("after.xml", message(2, at=f"{DAY}T18:15:00.000001+06:00", value_date=TUESDAY))
    assert folder.settled()["payments"]["received"] == 1
    tuesday = folder.settled()
    assert tuesday["business_date"] == TUESDAY
    assert tuesday["payments"]["received"] == 1
    assert tuesday["payments"]["settled"] == 2, "one came late and was moved, one waited overnight"


def test_arrival_before_the_opening_counts_at_the_opening(folder: Folder) -> None:
    folder.send("night.xml", message(1, at=f"{DAY}T00:00:01+06:00"))
    folder.send("weekend.xml", message(2, at="2026-05-23T12:00:00+06:00", value_date=DAY))
    done = folder.settled()
    assert (done["business_date"], done["payments"]["settled"]) == (DAY, 2)
    status = folder.outgoing("pacs002")[0]
    assert status.count("<AccptncDtTm>2026-05-25T01:00:00Z</AccptncDtTm>") == 2


def test_a_warehoused_payment_settles_on_its_day(folder: Folder) -> None:
    folder.send("1.xml", message(value_date=THURSDAY))
    assert folder.settled()["payments"]["states"]["WAREHOUSED"] == 1
    done = folder.settled()
    assert done["business_date"] == THURSDAY
    assert done["payments"]["received"] == 0
    assert done["payments"]["states"]["SETTLED"] == done["payments"]["settled"] == 1


def test_a_list_changed_meanwhile_holds_a_warehoused_payment(folder: Folder) -> None:
    folder.send("1.xml", message(value_date=THURSDAY, creditor="Zanoza Vymyselnaya Torg"))
    assert folder.settled()["payments"]["states"]["WAREHOUSED"] == 1
    entry = '990003,"ZANOZA VYMYSELNAYA TORG",-0- ,"SYNTHETIC",' + "-0- ," * 7 + '"Invented."\n'
    with (folder.path / "lists" / "sdn-synthetic.csv").open("a") as lists:
        lists.write(entry)
    states = folder.settled()["payments"]["states"]
    assert (states["HELD_SCREENING"], states["SETTLED"]) == (1, 0)


def test_a_warehoused_payment_is_judged_again_on_its_day(folder: Folder) -> None:
    """A rate that has gone stale by the value date makes the payment wait, and then expire."""
    folder.send(
        "1.xml",
        message(value_date="2026-06-02", currency="RUB", account_currency="KGS", priority="NORM"),
    )
    assert folder.settled()["payments"]["states"]["WAREHOUSED"] == 1
    done = folder.settled()
    assert done["business_date"] == "2026-06-02"
    assert done["payments"]["states"]["EXPIRED"] == 1


def test_a_file_added_after_its_day_was_closed_is_refused_by_name(folder: Folder) -> None:
    folder.send("1.xml", message(1))
    folder.settled()
    late = folder.send("late.xml", message(2, at=f"{DAY}T09:00:00+06:00"))
    ran = folder.settle()
    assert ran.code == 2
    assert "payments/late.xml" in ran.words
    assert "a message added after its business day was closed" in ran.words
    late.unlink()
    assert folder.settle().code == 0


def test_a_file_changed_after_its_day_was_closed_is_refused_by_name(folder: Folder) -> None:
    folder.send("1.xml", message(1))
    folder.settled()
    folder.send("1.xml", message(1, amount="9999.00"))
    ran = folder.settle("--date", DAY)
    assert ran.code == 2
    assert "payments/1.xml" in ran.words
    assert "other bytes than were taken before" in ran.words


def test_an_unreadable_file_added_later_is_answered_on_the_next_day(folder: Folder) -> None:
    folder.send("1.xml", message(1))
    folder.settled()
    folder.send("garbage.xml", "not a message")
    ran = folder.settle()
    assert ran.code == 2
    assert "payments/garbage.xml: found no arrival that can be read" in ran.words
    folder.send("2.xml", message(2, at=f"{TUESDAY}T08:00:00+06:00"))
    done = folder.settled()
    assert (done["messages_refused"], done["payments"]["settled"]) == (1, 1)


def test_a_changed_scheme_is_refused(folder: Folder) -> None:
    folder.send("1.xml", message(1))
    folder.settled()
    accounts = folder.path / "accounts.csv"
    accounts.write_text(accounts.read_text().replace("900000000.00", "900000001.00"))
    ran = folder.settle()
    assert ran.code == 2
    assert "another scheme than the database was founded with" in ran.words


def begin(folder: Folder, monkeypatch: pytest.MonkeyPatch, *, commits: int) -> None:
    """Settle until the given number of commits, then fail as a full disk would."""
    append, done = SqliteJournal.append, 0

    def failing(self: SqliteJournal, *arguments: object, **named: object) -> None:
        nonlocal done
        if done == commits:
            raise StorageError("the disk is full")
        append(self, *arguments, **named)  # type: ignore[arg-type]  # passed on as they came
        done += 1

    with monkeypatch.context() as patched:
        patched.setattr(SqliteJournal, "append", failing)
        ran = folder.settle()
    assert ran.code == 4
    assert "unavailable: the disk is full" in ran.words


def small_batches(folder: Folder) -> None:
    path = folder.path / "arrangement.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("batch_payments_max = 2000", "batch_payments_max = 2"))


@pytest.mark.parametrize("commits", [0, 1, 2, 3, 4])
def test_a_day_that_was_broken_off_ends_as_an_unbroken_one(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, commits: int
) -> None:
    small_batches(folder)
    for number in range(5):
        folder.send(f"{number}.xml", message(number, at=f"{DAY}T08:0{number}:00+06:00"))
    whole = Folder(Path(shutil.copytree(folder.path, tmp_path / "whole" / "arrangement")))
    expected = whole.settled()
    begin(folder, monkeypatch, commits=commits)
    assert folder.settled() == expected
    assert tables_of(folder.database) == tables_of(whole.database)
    assert folder.results() == whole.results()


def test_a_day_that_was_broken_off_refuses_other_messages_and_rates(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_batches(folder)
    for number in range(5):
        folder.send(f"{number}.xml", message(number, at=f"{DAY}T08:0{number}:00+06:00"))
    begin(folder, monkeypatch, commits=2)
    early = folder.send("early.xml", message(9, at=f"{DAY}T07:30:00+06:00"))
    ran = folder.settle()
    assert ran.code == 2
    assert "payments/early.xml as message 1 of the day" in ran.words
    early.unlink()
    path = folder.path / "rates" / "cbr-2026-04-25.xml"
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b"4125", b"4126"))
    ran = folder.settle()
    assert ran.code == 2
    assert f"rates/: found other content than {DAY} was begun with" in ran.words
    path.write_bytes(kept)
    ran = folder.settle("--date", TUESDAY)
    assert ran.code == 2
    assert f"found {TUESDAY}, expected {DAY}: that day is begun and open" in ran.words
    folder.send("later.xml", message(10, at=f"{DAY}T17:30:00+06:00", value_date=TUESDAY))
    assert folder.settled()["payments"]["received"] == 6, "what comes behind may still come"


def test_a_day_that_was_broken_off_takes_changed_lists_over(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_batches(folder)
    for number in range(5):
        folder.send(f"{number}.xml", message(number, at=f"{DAY}T08:0{number}:00+06:00"))
    begin(folder, monkeypatch, commits=2)
    path = folder.path / "lists" / "sdn-synthetic.csv"
    path.write_bytes(path.read_bytes().replace(b"Jan 1900", b"Jan 1901"))
    assert folder.settled()["payments"]["received"] == 5
    assert comity("verify", folder.database).code == 0


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-05-24", "closed: KG (weekend); RU (weekend)"),
        ("2026-06-12", "closed: RU ("),
        ("2027-03-01", "found 2027-03-01, expected a day from"),
        ("25.05.2026", "expected a day as YYYY-MM-DD"),
    ],
)
def test_a_day_that_cannot_be_settled_is_refused(folder: Folder, day: str, words: str) -> None:
    folder.send("1.xml", message())
    ran = folder.settle("--date", day)
    assert ran.code == 2
    assert words in ran.words
    assert not folder.database.exists() or not tables_of(folder.database)["batch"]


def test_a_day_behind_the_last_closed_one_is_refused(folder: Folder) -> None:
    folder.send("1.xml", message(at=f"{TUESDAY}T08:00:00+06:00"))
    folder.settled()
    ran = folder.settle("--date", DAY)
    assert ran.code == 2
    assert f"expected a day after {TUESDAY}, the last one that is closed" in ran.words


def test_a_message_behind_the_end_of_the_calendars_is_named_as_such(folder: Folder) -> None:
    folder.send("1.xml", message(at="2027-02-01T08:00:00+06:00"))
    ran = folder.settle()
    assert ran.code == 2
    assert "calendars/: found coverage until 2026-12-31" in ran.words


def test_a_message_from_long_ago_stops_nothing(folder: Folder) -> None:
    folder.send("old.xml", message(1, at="0001-01-01T00:00:00Z"))
    folder.send("new.xml", message(2))
    done = folder.settled("--date", DAY)
    assert done["payments"]["states"]["SETTLED"] == 1
    assert done["payments"]["states"]["REJECTED"] == 1


def test_empty_lists_need_two_different_names(folder: Folder) -> None:
    folder.send("1.xml", message())
    shutil.rmtree(folder.path / "lists")
    arrangement = folder.path / "arrangement.toml"
    text = arrangement.read_text(encoding="utf-8")
    for names, code in (("[]", 2), ('["A. Anvarova"]', 2), ('["A. Anvarova", "B. Bekov"]', 0)):
        arrangement.write_text(
            text.replace("empty_lists_approved_by = []", f"empty_lists_approved_by = {names}")
        )
        ran = folder.settle()
        assert ran.code == code, ran.words
        if code:
            assert "two different names" in ran.words


def test_results_of_another_database_do_not_stay_among_those_of_this_one(folder: Folder) -> None:
    folder.send("1.xml", message(1))
    folder.send("2.xml", message(2, payer="SRCHKG20"))
    folder.settled()
    (folder.path / "payments" / "2.xml").unlink()
    assert any("SRCHKG20/R" in name for name in folder.results())
    folder.settled("--database", folder.path.parent / "other.db")
    assert not any("SRCHKG20/R" in name for name in folder.results())


def test_a_choice_the_engine_does_not_settle_yet_is_refused(folder: Folder) -> None:
    agreement = folder.path / "agreements" / "kg-ru-goods-1.toml"
    text = agreement.read_text(encoding="utf-8")
    agreement.write_text(text.replace('event = "posting"', 'event = "agent_confirmation"'))
    folder.send("1.xml", message())
    ran = folder.settle()
    assert ran.code == 2
    assert "agent_confirmation" in ran.words
