"""The tree of errors: what each limb promises to callers and to the command line."""

import pytest

from comity import errors
from comity.errors import (
    EXIT_DONE,
    EXIT_PROOF_FAILED,
    EXIT_REJECTED,
    EXIT_UNAVAILABLE,
    ComityError,
    CurrencyMismatchError,
    Fault,
    InputFaultsError,
    InvariantError,
    LimitExceededError,
    ProofFailedError,
    RejectedError,
    StorageError,
    UnavailableError,
    UsageError,
)

CLASSES = [
    found
    for found in vars(errors).values()
    if isinstance(found, type) and issubclass(found, ComityError)
]


def test_the_exit_codes_are_those_the_readme_promises() -> None:
    assert (EXIT_DONE, EXIT_REJECTED, EXIT_PROOF_FAILED, EXIT_UNAVAILABLE) == (0, 2, 3, 4)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RejectedError, EXIT_REJECTED),
        (UsageError, EXIT_REJECTED),
        (CurrencyMismatchError, EXIT_REJECTED),
        (LimitExceededError, EXIT_REJECTED),
        (InputFaultsError, EXIT_REJECTED),
        (UnavailableError, EXIT_UNAVAILABLE),
        (StorageError, EXIT_UNAVAILABLE),
        (ProofFailedError, EXIT_PROOF_FAILED),
        (InvariantError, EXIT_PROOF_FAILED),
    ],
)
def test_each_limb_has_its_own_exit_code(error: type[ComityError], code: int) -> None:
    assert error.exit_code == code


@pytest.mark.parametrize("error", CLASSES, ids=lambda found: found.__name__)
def test_every_error_hangs_on_exactly_one_limb(error: type[ComityError]) -> None:
    limbs = {RejectedError, UnavailableError, ProofFailedError}
    assert len(limbs.intersection(error.__mro__)) == (0 if error is ComityError else 1)


@pytest.mark.parametrize("error", CLASSES, ids=lambda found: found.__name__)
def test_the_tree_in_the_docstring_names_every_error(error: type[ComityError]) -> None:
    assert error.__name__ in (errors.__doc__ or "")


def test_a_crossed_limit_says_which_and_by_how_much() -> None:
    error = LimitExceededError("batch payments", found=2_001, allowed=2_000)
    assert str(error) == "batch payments: found 2001, allowed 2000"
    assert (error.limit, error.found, error.allowed) == ("batch payments", 2_001, 2_000)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (
            Fault("accounts.csv", 7, "limit", "'ten'", "an amount in major units"),
            "accounts.csv:7: limit: found 'ten', expected an amount in major units",
        ),
        (
            Fault("rates/a.xml", 0, "", "no rate", "at least one"),
            "rates/a.xml: found no rate, expected at least one",
        ),
        (Fault("", 0, "--date", "31 June", "a date"), "--date: found 31 June, expected a date"),
    ],
)
def test_a_fault_leaves_out_the_place_it_does_not_have(fault: Fault, text: str) -> None:
    assert str(fault) == text


def test_faults_are_told_all_at_once_and_in_order() -> None:
    first = Fault("a.toml", 1, "id", "nothing", "a name")
    second = Fault("b.toml", 2, "version", "0", "1 or more")
    error = InputFaultsError([first, second])
    assert error.faults == (first, second)
    assert str(error).splitlines() == ["2 faults", f"  {first}", f"  {second}"]
    assert str(InputFaultsError([first])).startswith("1 fault\n")


def test_an_error_without_a_fault_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError, match="explains nothing"):
        InputFaultsError([])


def test_a_broken_invariant_is_named_by_its_number() -> None:
    error = InvariantError("I1", "RUB sums to 3")
    assert error.invariant == "I1"
    assert str(error) == "I1: RUB sums to 3"
