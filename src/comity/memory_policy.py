"""Keeps freed memory in the process, so that the next batch does not fetch it page by page again.

The columns of a batch are a few megabytes, made and freed with every batch. glibc gives blocks of
that size back to the system, and on a virtual machine touching a page for the first time can cost
more than all that is computed on it. Whoever starts the program calls `keep_freed_memory` before
numpy is imported. Without glibc nothing is changed: it is slower there, and no other.
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
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


def keep_freed_memory() -> bool:
    """Tell the C library to keep freed memory, and numpy to make no threads that would idle.

    Threads that the environment sets stay as they are, and so does a malloc that it tunes.

    Returns:
        Whether the C library took every setting.
    """
    for variable in _THREADS:
        os.environ.setdefault(variable, "1")
    if any(name.startswith(("MALLOC_", "GLIBC_TUNABLES")) for name in os.environ):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False  # not Linux, or another C library: musl has no mallopt
    taken = [mallopt(setting, size) for setting, size in _BYTES.items()]
    return all(taken)
