"""The program: commands, exit codes, and errors told in words on standard error."""

import pytest
from tests.integration.command_line import comity

from comity.cli import program
from comity.errors import (
    ComityError,
    Fault,
    InputFaultsError,
    InvariantError,
    StorageError,
    UsageError,
)


def raising(error: Exception) -> object:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (UsageError("what was wrong"), 2, "refused: what was wrong"),
        (StorageError("the disk is full"), 4, "unavailable: the disk is full"),
        (InvariantError("I1", "a sum"), 3, "proof failed: I1: a sum"),
        (PermissionError(13, "Permission denied", "x.db"), 4, "unavailable: [Errno 13]"),
        (InputFaultsError([Fault("a.toml", 3, "id", "1", "a name")]), 2, "a.toml 3 id 1 a name"),
    ],
)
def test_each_kind_of_error_has_its_exit_code_and_its_words(
    monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, words: str
) -> None:
    monkeypatch.setattr(program, "program", raising(error))
    ran = comity("settle", "x")
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.words


def test_words_in_brackets_are_shown_and_not_taken_for_markup(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(program, "program", raising(UsageError("[bold]x[/] [red]")))
    assert "refused: [bold]x[/] [red]" in comity("settle", "x").err


def test_what_was_not_foreseen_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "program", raising(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        comity("settle", "x")


def test_every_exit_code_of_an_error_has_a_word() -> None:
    def below(kind: type[ComityError]) -> set[int]:
        return {kind.exit_code}.union(*(below(one) for one in kind.__subclasses__()))

    assert below(ComityError) == {2, 3, 4}


@pytest.mark.parametrize("words", [("nonsense",), ("settle",), ("settle", "--nonsense")])
def test_a_wrong_command_line_is_refused_with_usage(words: tuple[str, ...]) -> None:
    ran = comity(*words)
    assert ran.code == 2
    assert "Usage" in ran.err


def test_help_names_every_command() -> None:
    out = comity("--help").out
    for name in ("settle", "verify", "generate", "rates", "agreements"):
        assert name in out
