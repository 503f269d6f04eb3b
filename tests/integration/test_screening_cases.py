"""Held payments through the command line: two people, the day gone on with, lists that change."""

import json
import re
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.integration.command_line import DAY, Folder, Ran, comity, message, new_folder

from comity.errors import StorageError
from comity.storage import SqliteJournal

pytestmark = pytest.mark.slow

LISTED = "АРТЕМИЙ СИНТЕТОВ"
ALIKE = "Артемий Синтетав"
TUESDAY = "2026-05-26"
ACCOUNT = "10800000000005860060"


def checked(name: str, ran: Ran) -> Any:
    """Return a document that its schema allows."""
    assert ran.code == 0, ran.words
    schema = json.loads(files("comity").joinpath(f"schemas/{name}.schema.json").read_text("utf-8"))
    jsonschema.validate(ran.document, schema)
    return ran.document


def screening(folder: Folder, command: str, *words: object) -> Ran:
    return comity(
        "screening", command, folder.path, *words, "--database", folder.database, "--json"
    )


def cases(folder: Folder) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = checked("screening_cases", screening(folder, "cases"))["cases"]
    return found


def act(folder: Folder, case: int, verdict: str, actor: str, *options: object) -> str:
    words = (case, verdict, "--actor", actor, "--reason", "as seen in the passport", *options)
    state = checked("screening_decide", screening(folder, "decide", *words))["state"]
    return str(state)


def both(folder: Folder, case: int, verdict: str, *options: object) -> None:
    assert act(folder, case, verdict, "Anna Askarova", *options) == "OPEN"
    assert act(folder, case, verdict, "Boris Bakirov", *options) == verdict


def settled_until(folder: Folder, at: str, *options: object) -> Any:
    return checked("settle_until", folder.settle("--until", at, "--json", *options))


@pytest.fixture
def held(folder: Folder) -> Folder:
    """A day that has come to noon with one payment held, and one to come in the afternoon."""
    folder.send("1.xml", message(1, creditor=ALIKE))
    folder.send("2.xml", message(2, at=f"{DAY}T14:00:00+06:00"))
    found = settled_until(folder, "12:00")
    assert (found["payments"], found["held"], found["changed"]) == (1, 1, True)
    assert found["until"] == f"{DAY}T06:00:00Z"
    return folder


def proved(folder: Folder) -> None:
    ran = comity("verify", folder.database, "--json")
    assert ran.code == 0, ran.words
    assert ran.document["ok"]
    assert ran.document["was_rerun"]


def test_a_day_is_stopped_decided_and_gone_on_with_by_the_same_command(held: Folder) -> None:
    [case] = cases(held)
    assert case["hits"][0]["kind"] == "name_alike"
    assert case["hits"][0]["path"] == "Cdtr/Nm"
    assert "SYi.001" in case["hits"][0]["original"]
    assert case["demanded"] == "freeze"
    both(held, case["case"], "FALSE_POSITIVE")
    assert cases(held) == []
    document = held.settled()
    assert document["changed"]
    assert document["payments"]["states"]["SETTLED"] == 2
    proved(held)
    assert held.settled() == {**document, "changed": False}


def test_the_case_shows_what_people_have_said(held: Folder) -> None:
    act(held, 0, "TRUE_MATCH", "Anna Askarova")
    shown = checked("screening_show", screening(held, "show", 0))
    assert [(one["actor"], one["verdict"], one["effect"]) for one in shown["acts"]] == [
        ("Anna Askarova", "TRUE_MATCH", "freeze")
    ]
    assert shown["acts"][0]["reason"] == "as seen in the passport"
    table = comity("screening", "show", held.path, 0, "--database", held.database)
    assert "Anna Askarova: TRUE_MATCH, freeze: as seen in the passport" in table.words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((0, "TRUE_MATCH", "--actor", "anna askarova", "--reason", "x"), "expected another person"),
        ((0, "FALSE_POSITIVE", "--actor", "B", "--reason", "x"), "proposed TRUE_MATCH"),
        ((0, "TRUE_MATCH", "--actor", "B", "--reason", "x", "--effect", "report"), "demands it"),
        ((7, "TRUE_MATCH", "--actor", "B", "--reason", "x"), "found no such case"),
        ((0, "LET_GO", "--actor", "B", "--reason", "x"), "VERDICT: found 'LET_GO'"),
        ((0, "TRUE_MATCH", "--actor", "", "--reason", "x"), "actor"),
    ],
)
def test_an_act_that_does_not_follow_is_refused(
    held: Folder, words: tuple[object, ...], said: str
) -> None:
    act(held, 0, "TRUE_MATCH", "Anna Askarova")
    ran = screening(held, "decide", *words)
    assert ran.code == 2
    assert said in ran.words
    [case] = cases(held)
    assert len(case["acts"]) == 1


def test_an_act_that_is_not_durable_has_not_been(
    held: Folder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    act(held, 0, "FALSE_POSITIVE", "Anna Askarova")
    untroubled = shutil.copytree(held.path.parent, tmp_path / "copy", dirs_exist_ok=True)
    append = SqliteJournal.append

    def fail(*_: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(SqliteJournal, "append", fail)
    words = (0, "FALSE_POSITIVE", "--actor", "Boris Bakirov", "--reason", "as seen in the passport")
    assert screening(held, "decide", *words).code == 4
    monkeypatch.setattr(SqliteJournal, "append", append)
    [case] = cases(held)
    assert [one["actor"] for one in case["acts"]] == ["Anna Askarova"]
    other = Folder(untroubled / held.path.name)
    for one in (held, other):
        assert act(one, 0, "FALSE_POSITIVE", "Boris Bakirov") == "FALSE_POSITIVE"
    assert held.settled()["head"] == other.settled()["head"]


def test_a_frozen_payment_and_a_held_one_are_told_of_in_the_same_bytes(tmp_path: Path) -> None:
    told = []
    for name in ("held", "frozen"):
        folder = new_folder(tmp_path / name)
        folder.send("1.xml", message(1, creditor=LISTED))
        settled_until(folder, "12:00")
        if name == "frozen":
            both(folder, 0, "TRUE_MATCH")
        folder.settled()
        proved(folder)
        sent = {
            path: re.sub(rb"R\d{7}", b"R", data)
            for path, data in folder.results().items()
            if "/messages/JTGZKG20/" in path and b"TEST-000001" in data
        }
        told.append(sorted(sent.values()))
    assert told[0] == told[1]
    assert told[0]


def test_what_is_told_of_a_held_payment_is_what_is_told_of_one_that_waits(folder: Folder) -> None:
    # An ordinary one names what it waits for; but for that, every byte is the same.
    folder.send("1.xml", message(1, creditor=LISTED))
    folder.send("2.xml", message(2, amount="500000000.00"))
    folder.send("3.xml", message(3, amount="500000000.00"))
    settled_until(folder, "12:00")
    folder.settled()
    reports = "".join(folder.outgoing("pacs002"))
    lines = re.findall("<TxInfAndSts>.*?</TxInfAndSts>", reports, flags=re.DOTALL)
    held = [one for one in lines if "TEST-000001" in one]
    waiting = [one for one in lines if "TEST-000003" in one and "PDNG" in one]
    plain = re.sub("<StsRsnInf>.*?</StsRsnInf>", "", waiting[0])
    plain = plain.replace("TEST-000003", "TEST-000001").replace("000000000003", "000000000001")
    assert held == [plain]


def test_lists_that_change_during_the_day_hold_what_waits(folder: Folder) -> None:
    folder.send("1.xml", message(1, creditor="Трифон Выдумкин", value_date=TUESDAY))
    folder.send("2.xml", message(2, creditor="Пётр Обычный", value_date=TUESDAY))
    assert settled_until(folder, "12:00")["held"] == 0
    [listed] = folder.path.glob("lists/*.xml")
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text.replace("Артемий Синтетов", "Трифон Выдумкин"), encoding="utf-8")
    ran = screening(folder, "decide", 0, "TRUE_MATCH", "--actor", "A", "--reason", "x")
    assert ran.code == 2
    assert "lists/: found other versions" in ran.words
    assert settled_until(folder, "13:00")["held"] == 1
    assert [one["case"] for one in cases(folder)] == [0]
    assert checked("screening_rescreen", screening(folder, "rescreen"))["held"] == []
    assert folder.settled()["payments"]["states"]["HELD_SCREENING"] == 1
    proved(folder)


def test_a_payment_that_was_let_go_is_not_held_again_on_its_date(folder: Folder) -> None:
    folder.send("1.xml", message(1, creditor=LISTED, value_date=TUESDAY))
    settled_until(folder, "12:00")
    both(folder, 0, "FALSE_POSITIVE")
    folder.settled()
    document = folder.settled("--date", TUESDAY)
    assert document["payments"]["states"]["SETTLED"] == 1
    proved(folder)


def test_a_good_party_is_trusted_at_its_account_until_its_day(folder: Folder) -> None:
    folder.send("1.xml", message(1, creditor=LISTED))
    settled_until(folder, "12:00")
    both(folder, 0, "FALSE_POSITIVE", "--good-until", TUESDAY)
    folder.settled()
    for number, day, account in (
        (2, TUESDAY, ACCOUNT),
        (3, TUESDAY, "999"),
        (4, "2026-05-28", ACCOUNT),
    ):
        text = message(number, creditor=LISTED, at=f"{day}T08:00:00+06:00")
        folder.send(f"{number}.xml", text.replace(ACCOUNT, account))
    folder.settled("--date", TUESDAY)
    assert [one["case"] for one in cases(folder)] == [2], "the same name at another account"
    folder.settled("--date", "2026-05-28")
    assert [one["case"] for one in cases(folder)] == [2, 3], "its day has passed"
    proved(folder)


def test_a_time_that_has_passed_changes_nothing_and_a_wrong_one_is_refused(held: Folder) -> None:
    assert settled_until(held, "11:00")["changed"] is False
    ran = held.settle("--until", "noon")
    assert ran.code == 2
    assert "--until: found 'noon', expected a time as HH:MM" in ran.words
    assert "stays open" in held.settle("--until", "12:30").words
