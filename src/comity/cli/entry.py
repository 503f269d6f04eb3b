"""Where the program starts: before anything can load numba, and never without assertions."""

import sys

from comity.errors import EXIT_REJECTED
from comity.kernel_cache import use_kernel_cache
from comity.memory_policy import keep_freed_memory


def main() -> None:
    """Run `comity`; exit codes are 0 done, 2 bad input, 3 a proof failed, 4 unavailable."""
    if not __debug__:
        # Assertions state what must hold before money moves; `python -O` strips them.
        sys.stderr.write("refused: found python -O, expected assertions: run without -O\n")
        sys.exit(EXIT_REJECTED)
    use_kernel_cache()
    keep_freed_memory()
    # numba and numpy read what was set when they are imported, so the commands are loaded only now.
    from comity.cli.program import run  # noqa: PLC0415

    run()
