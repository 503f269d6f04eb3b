"""Random numbers that repeat: one stream for each purpose, so that one draw more moves no other."""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What numbers are drawn for; a number is never reused for another purpose."""

    AMOUNTS = 0
    BANKS = 1
    CURRENCIES = 2
    TIMES = 3
    PURPOSES = 4
    PRIORITIES = 5
    PARTIES = 6
    UETRS = 7
    FLAWS = 8
    BUNDLES = 9
    DAMAGES = 10
    NETWORK = 11
    SIZES = 12
    DIRECTIONS = 13
    DEADLINES = 14
    TRADES = 15


def random_stream(seed: int, stream: Stream, *, day: int, flow: int = 0) -> np.random.Generator:
    """Return the generator of a purpose on a day for one flow.

    Args:
        seed: the user's seed, ≥ 0.
        stream: the purpose.
        day: 0-based number of the generated day; for tables of payments, days since 1970-01-01.
        flow: position of the flow or purpose in the profile, 0 where all flows share the stream.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, stream, day, flow])))
