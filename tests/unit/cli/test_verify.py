"""`comity verify`: what it says of sound, foreign, damaged and wrong databases."""

import json
import sqlite3
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from tests.integration.command_line import Folder, comity, message, new_folder


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = new_folder(tmp_path_factory.mktemp("verify"))
    folder.send("1.xml", message())
    assert folder.settle().code == 0
    return folder


def copy_of(settled: Folder, path: Path) -> Path:
    with sqlite3.connect(settled.database) as source, sqlite3.connect(path) as target:
        source.backup(target)
    source.close()
    target.close()
    return path


def test_a_sound_database_is_proved(settled: Folder) -> None:
    ran = comity("verify", settled.database)
    assert ran.code == 0
    assert "Proved" in ran.out
    assert "3 batches, 1 payments" in ran.out


def test_the_document_follows_its_schema(settled: Folder) -> None:
    schema = json.loads(files("comity").joinpath("schemas/verify.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = comity("verify", settled.database, "--json").document
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    assert document["ok"] is True
    assert (document["batches"], document["payments"], document["findings"]) == (3, 1, [])


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE transfer SET amount_minor = amount_minor + 1", "transfer rows differ"),
        ("UPDATE account SET posted_minor = posted_minor - 1 WHERE number = 1", "stored"),
        ("UPDATE batch SET at_us = at_us + 1 WHERE sequence = 2", "does not have the hash"),
        ("DELETE FROM batch WHERE sequence = 2", "record"),
    ],
)
def test_a_database_that_was_tampered_with_is_not_proved(
    settled: Folder, tmp_path: Path, statement: str, words: str
) -> None:
    path = copy_of(settled, tmp_path / "copy.db")
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        triggers = found.fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        for _, made in triggers:
            connection.execute(made)
    connection.close()
    ran = comity("verify", path)
    assert ran.code == 3
    assert words in ran.words


def test_a_file_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    ran = comity("verify", tmp_path / "no.db")
    assert ran.code == 2
    assert "no such file" in ran.words
    assert not (tmp_path / "no.db").exists()


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database, but long enough to look at " * 50)
    assert comity("verify", tmp_path / "text.db").code == 3
