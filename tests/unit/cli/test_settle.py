"""`comity settle`: its tables for people, its places, and what an unproved day does not send."""

import pytest
from tests.integration.command_line import DAY, Folder, comity, message, new_folder

from comity.cli.settle_tables import REFUSED_MESSAGES_SHOWN, _notes, _percent
from comity.service import proving


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    made = new_folder(tmp_path_factory.mktemp("settle"))
    made.send("1.xml", message())
    return made


def test_results_lie_where_the_user_says(folder: Folder) -> None:
    database = folder.path.parent / "elsewhere" / "my.db"
    ran = comity("settle", folder.path, "--database", database, "--out", folder.out)
    assert ran.code == 0
    assert database.is_file()
    day = folder.out / DAY
    assert {path.name for path in day.iterdir()} == {
        "report.html",
        "settle.json",
        "statements",
        "messages",
    }
    for path in (database, day / "report.html", day / "statements"):
        assert str(path) in ran.out


def test_results_lie_in_the_folder_where_the_user_says_nothing(folder: Folder) -> None:
    assert comity("settle", folder.path).code == 0
    assert (folder.path / "out" / "comity.db").is_file()
    assert (folder.path / "out" / DAY / "report.html").is_file()


def test_json_is_the_whole_of_what_is_printed_and_what_is_written(folder: Folder) -> None:
    ran = folder.settle("--json")
    assert ran.err == ""
    assert ran.document["changed"] is True
    assert (folder.out / DAY / "settle.json").read_text(encoding="utf-8") == ran.out


def test_a_day_that_is_not_proved_sends_nothing_and_ends_with_3(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "_is_money_conserved", lambda book: False)
    ran = folder.settle()
    assert ran.code == 3
    assert "NO" in ran.words
    assert not (folder.out / DAY / "messages").exists()
    assert not (folder.out / DAY / "statements").exists()
    assert (folder.out / DAY / "report.html").is_file()


def test_states_that_nobody_is_in_are_left_out(folder: Folder) -> None:
    words = folder.settle().words
    assert "Settled 1" in words
    assert "Rejected" not in words


def test_many_refused_messages_are_counted(folder: Folder) -> None:
    for number in range(REFUSED_MESSAGES_SHOWN + 3):
        folder.send(f"bad-{number:02d}.xml", "<x/>")
    words = folder.settle("--date", DAY).words
    assert "bad-11.xml" in words
    assert "bad-12.xml" not in words
    assert "and 3 more" in words


def test_a_file_name_is_shown_as_it_is(folder: Folder) -> None:
    folder.send("[bold]x[/bold].xml", "<x/>")
    assert "payments/[bold]x[/bold].xml" in folder.settle("--date", DAY).words


@pytest.mark.parametrize(
    ("text", "shown"),
    [("0.970007", "97.00 %"), ("1.000000", "100.00 %"), ("0.000000", "0.00 %"), (None, "–")],
)
def test_a_share_is_shown_in_percent(text: str | None, shown: str) -> None:
    assert _percent(text) == shown


def test_a_share_always_says_what_it_is_a_share_of() -> None:
    found = {
        "source": None,
        "note": "the series of all payments has no period around this day",
        "valuation_currency": "KGS",
        "unvalued_currencies": ["CNY"],
        "coverage": "1.000000",
    }
    lines = " ".join(_notes(found))
    assert "Within the scheme" in lines
    assert "The series of all payments has no period" in lines
    assert "in no share: CNY" in lines
    source = {
        "publisher": "Bank",
        "period_start": "2026-01-01",
        "period_end": "2026-12-31",
        "business_days": 240,
    }
    lines = " ".join(_notes({**found, "source": source, "coverage": "0.250000"}))
    assert "Of all payments between the countries" in lines
    assert "an average of 240 days" in lines
    assert "Coverage: 25.00 %" in lines
