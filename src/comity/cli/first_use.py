"""Saying that kernels are being compiled: once an installation, so that the wait is understood.

numba tells of every compilation before it begins; of kernels that it finds in its cache it tells
nothing. So whoever runs a command a second time reads nothing here.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba.core import event

_COMPILING = "numba:compile"
_WORDS = "Compiling kernels once for this installation; this takes a minute or two …\n"


@contextmanager
def compilation_told() -> Iterator[None]:
    """Say on standard error when the first kernel has to be compiled, in one line.

    A display that is shown on standard error at that moment stays below the line.
    """
    teller = _Teller()
    event.register(_COMPILING, teller)  # type: ignore[no-untyped-call]  # numba says nothing
    try:
        yield
    finally:
        event.unregister(_COMPILING, teller)  # type: ignore[no-untyped-call]  # the same


class _Teller(event.Listener):
    """Hears of compilations and tells of the first."""

    def __init__(self) -> None:
        self._has_told = False

    def on_start(self, event: Any) -> None:
        if not self._has_told:
            self._has_told = True
            sys.stderr.write(_WORDS)
            sys.stderr.flush()

    def on_end(self, event: Any) -> None:
        """Nothing is said at the end: the command goes on."""
