"""Keeps freed memory in the process, so that the next batch does not fetch it page by page again.

The columns of a batch are a few megabytes, made and freed with every batch. glibc gives blocks of
that size back to the system, and on a virtual machine touching a page for the first time can cost
more than all that is computed on it. A huge page, which numpy asks for, costs six times as much a
byte there, and is cleared as a whole for the first row in it. Whoever starts the program calls
`keep_freed_memory` before numpy is imported. Without glibc it is slower, and nothing else changes.
"""

import ctypes
import os

# Numbers by which glibc's malloc.h calls what can be set.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3

_BYTES = {
    _MMAP_THRESHOLD: 2**26,  # blocks below come from the heap, whose memory is kept
    _TRIM_THRESHOLD: 2**31 - 1,  # free memory at the heap's end above which it is given back
    _TOP_PAD: 2**28,  # step in which the heap grows; what is not touched takes no memory
}
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",  # no threads that would idle
    "OMP_NUM_THREADS": "1",
    "NUMPY_MADVISE_HUGEPAGE": "0",
}


def keep_freed_memory() -> bool:
    """Tell the C library to keep freed memory, and numpy to take small pages and no threads.

    What the environment sets stays as it is, and so does a malloc that it tunes.

    Returns:
        Whether the C library took every setting.
    """
    for variable, value in _ENVIRONMENT.items():
        os.environ.setdefault(variable, value)
    if any(name.startswith(("MALLOC_", "GLIBC_TUNABLES")) for name in os.environ):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False  # not Linux, or another C library: musl has no mallopt
    taken = [mallopt(setting, size) for setting, size in _BYTES.items()]
    return all(taken)
