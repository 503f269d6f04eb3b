"""Every error comity raises on purpose, as one tree.

ComityError
├── RejectedError            the request is wrong: repeating it cannot help
│   ├── InputFaultsError     user data has faults; carries the whole list of them
│   ├── CurrencyMismatchError
│   ├── UsageError           a command line or a call that cannot be carried out
│   └── LimitExceededError   a named limit of the product was crossed
├── UnavailableError         the same request may succeed later
│   └── StorageError         the disk or the database refused (full, locked, failing)
└── ProofFailedError         a proof over the books failed: stop, keep the evidence
    └── InvariantError       one invariant of docs/invariants.md does not hold

Packages add their own leaves below these limbs. `exit_code` is what the command line
returns for the error; the numbers are documented in the README.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

EXIT_DONE = 0
EXIT_REJECTED = 2
EXIT_PROOF_FAILED = 3
EXIT_UNAVAILABLE = 4


class ComityError(Exception):
    """The root: an error that comity foresaw and can explain."""

    exit_code: ClassVar[int] = EXIT_REJECTED


class RejectedError(ComityError):
    """The request itself is wrong; the same request will fail again."""


class UsageError(RejectedError):
    """A command or call cannot be carried out as it was given."""


class CurrencyMismatchError(RejectedError):
    """Two amounts of different currencies met in one operation."""


class LimitExceededError(RejectedError):
    """A named limit of the product was crossed.

    Attributes:
        limit: name of the limit, as in the documentation.
        found: the value that crossed it.
        allowed: the greatest (or least) value allowed.
    """

    def __init__(self, limit: str, *, found: int, allowed: int) -> None:
        super().__init__(f"{limit}: found {found}, allowed {allowed}")
        self.limit = limit
        self.found = found
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in what a user gave us.

    Attributes:
        file: path as the user would name it; empty where there is no file.
        line: 1-based line, or 0 where the format has no lines.
        field: the field or element, empty for the file as a whole.
        found: what stands there.
        expected: what should stand there, and where it helps, what to do.
    """

    file: str
    line: int
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        """Return `file:line: field: found …, expected …`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        parts = [part for part in (place, self.field) if part]
        return f"{': '.join(parts)}: found {self.found}, expected {self.expected}"


class InputFaultsError(RejectedError):
    """User data has faults; `faults` holds every one that could be found at this level."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        assert faults, "an error without a fault explains nothing"
        self.faults = tuple(faults)
        count = len(self.faults)
        head = "1 fault" if count == 1 else f"{count} faults"
        super().__init__("\n".join([head, *(f"  {fault}" for fault in self.faults)]))


class UnavailableError(ComityError):
    """The same request may succeed later: nothing is wrong with it."""

    exit_code: ClassVar[int] = EXIT_UNAVAILABLE


class StorageError(UnavailableError):
    """The disk or the database refused; what was acknowledged before is safe."""


class ProofFailedError(ComityError):
    """A proof over the books failed; nothing may be settled on them before it is explained."""

    exit_code: ClassVar[int] = EXIT_PROOF_FAILED


class InvariantError(ProofFailedError):
    """An invariant of docs/invariants.md does not hold.

    Attributes:
        invariant: its number, such as `I1`.
    """

    def __init__(self, invariant: str, what: str) -> None:
        super().__init__(f"{invariant}: {what}")
        self.invariant = invariant
