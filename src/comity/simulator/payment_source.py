"""A file of payments as it lies in memory: columns of pyarrow, and where each row stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class PaymentSource:
    """The columns that are read, by comity's names for them.

    Attributes:
        name: path as the user named it.
        columns: `pyarrow.ChunkedArray`, all of one length.
        lines: by row, the number of its line or, in a file without lines, of the row; ascending.
    """

    name: str
    columns: Mapping[str, Any]
    lines: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.lines)

    def cell(self, column: str, row: int) -> str:
        """Return one cell as text, the empty text for none."""
        value = self.columns[column][row].as_py()
        if isinstance(value, Decimal):
            # How many zeros stand at the end is the whole column's.
            text = f"{value:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        return "" if value is None else str(value)
