"""Set-off of obligations: what is read, what is cleared, what is proved and who is told.

Parties are known by name and numbered in the order of their names' bytes in UTF-8, so that the same
obligations have the same numbers whatever file they come in.
"""

from collections.abc import Sequence

from dataclasses import dataclass
import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class ObligationList:
    """Obligations as they were given, one a row; parties are numbered in order of their names.

    Attributes:
        name: of the file, without its folder.
        sha256: of the file's bytes, hexadecimal.
        parties: names by number, in order of their bytes in UTF-8.
        debtors: by row, number of who owes.
        creditors: by row, number of who is owed.
        amounts_minor: by row, above zero; their sum is at most BALANCE_MINOR_MAX.
        lines: by row, 1-based line of the file.
        ids: by row, each once; none where the file has no such column.
    """

    name: str
    sha256: str
    parties: tuple[str, ...]
    debtors: Int32s
    creditors: Int32s
    amounts_minor: Int64s
    lines: Int32s
    ids: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class LiquidityList:
    """What parties can pay with beyond what they are owed.

    Attributes:
        name: of the file, without its folder.
        sha256: of the file's bytes, hexadecimal.
        parties: names in order of their bytes in UTF-8, each once.
        amounts_minor: by party, zero or more; their sum is at most BALANCE_MINOR_MAX.
    """

    name: str
    sha256: str
    parties: tuple[str, ...]
    amounts_minor: Int64s
