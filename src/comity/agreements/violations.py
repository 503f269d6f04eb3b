"""What is wrong with terms that are each well formed, said without knowing any file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Violation:
    """One rule that a scheme or an agreement breaks.

    Attributes:
        subject: the record that breaks it: the very object, so that a reader of files can say
            where it came from.
        path: the field below the record, by the names files use; a limit is named by its
            currency, a cycle by its position. Empty for the record as a whole.
        found: what stands there.
        expected: what should, and where it helps, what to do.
    """

    subject: object
    path: tuple[str | int, ...]
    found: str
    expected: str

    def __str__(self) -> str:
        """Return `field: found …, expected …`."""
        return f"{'.'.join(map(str, self.path))}: found {self.found}, expected {self.expected}"
