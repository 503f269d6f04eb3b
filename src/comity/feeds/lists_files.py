"""What every list adapter needs of a published file: its name, its bytes, its faults with lines.

Sanctions lists come from outside and decide what may be paid, so a file is read strictly: within
a size, as UTF-8, and every fault that can be found is reported before anything is used.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comity.errors import Fault, InputFaultsError

LIST_BYTES_MAX = 64 * 1024 * 1024
"""Largest file of a list; the published ones have 2 to 6 MB."""

FAULTS_MAX = 1_000
"""Most faults reported of one file; reading stops there, with a last fault that says so."""

REPLACEMENT_CHARACTER = "\ufffd"
"""Stands in a text where its writer lost a character."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class ListFile:
    """One published file as it lies in the folder.

    Attributes:
        name: path as the user would name it.
        data: its bytes, unchanged.
    """

    name: str
    data: bytes

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield each line with its number from 1, without its end of line or byte order mark."""
        data = self.data.removeprefix(_BYTE_ORDER_MARK)
        for number, line in enumerate(data.split(b"\n"), start=1):
            yield number, line.removesuffix(b"\r")


class FaultLog:
    """The faults of one file, in the order found."""

    def __init__(self, file: ListFile) -> None:
        self._name = file.name
        self.faults: list[Fault] = []
        self._check_size(len(file.data))

    def add(self, *, line: int, field: str, found: str, expected: str) -> None:
        """Add a fault.

        Raises:
            InputFaultsError: more than `FAULTS_MAX` were found.
        """
        self.faults.append(Fault(self._name, line, field, found, expected))
        if len(self.faults) >= FAULTS_MAX:
            more = Fault(self._name, line, "", f"{FAULTS_MAX} faults", "a list of this format")
            raise InputFaultsError([*self.faults, more])

    def raise_if_any(self) -> None:
        """Refuse the file if a fault was found.

        Raises:
            InputFaultsError: with every fault found so far.
        """
        if self.faults:
            raise InputFaultsError(self.faults)

    def _check_size(self, size_bytes: int) -> None:
        if size_bytes > LIST_BYTES_MAX:
            self.add(
                line=0, field="", found=f"{size_bytes} bytes", expected=f"at most {LIST_BYTES_MAX}"
            )
            self.raise_if_any()


def decode_line(line: bytes, *, number: int, log: FaultLog) -> str | None:
    """Return the text of a line, or none and a fault if it is not UTF-8 or holds controls."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        log.add(
            line=number,
            field="",
            found=f"byte 0x{line[error.start]:02x} at position {error.start + 1}",
            expected="UTF-8; ask the publisher, or convert the file and check the names",
        )
        return None
    control = next((sign for sign in text if sign < " " and sign != "\t"), None)
    if control is None:
        return text
    log.add(
        line=number,
        field="",
        found=f"control character U+{ord(control):04X}",
        expected="text without control characters",
    )
    return None


def files_sha256(files: Iterable[ListFile]) -> str:
    """Return the hexadecimal hash over the bytes of the files, one after the other."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.data)
    return digest.hexdigest()
