"""The command line: `comity`.

Every command loads its parts when it is called, so that help is quick. Errors that comity
foresaw are told in words on standard error and end with their own exit code.
"""

from comity.kernel_cache import use_kernel_cache

use_kernel_cache()

from comity.cli.program import main  # noqa: E402 — numba reads the cache folder when imported

__all__ = ["main"]
