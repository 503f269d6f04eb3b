"""Which listed names may be alike to a given one: a bound on the score, quick, and never too low.

Words have numbers in alphabetical order. Each listed name stands in the postings of so many of its
heaviest words that one without any of them could not reach the least score.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.numba_kernel import Number, constant, inner_kernel, outer_kernel

GIVEN_WORDS_MAX = 24
"""Most words of a given name that are compared: a bit each in a mask."""

_FULL = constant(1000)
_ONE = constant(1)

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


class NameTable(NamedTuple):
    """Listed names as numbers; weights are whole numbers, shares per mille.

    Attributes:
        posting_start: by word, where its names begin in `posting`; one more entry for the end.
        posting: numbers of names.
        word_weight: by word.
        word_start: by name, where its words begin in `word`; one more entry for the end.
        word: numbers of words, of those of two letters or more.
        total: by name the weight of all its words.
        alone: by name the weight of its letters that stand alone.
        needed: by name, per mille of weight that words in the postings must reach together.
        gain, touched: room for one entry a name; `gain` all -1 between calls.
        best, mask: room for one entry a word; all 0 between calls.
    """

    posting_start: Int32s
    posting: Int32s
    word_weight: Int64s
    word_start: Int32s
    word: Int32s
    total: Int64s
    alone: Int64s
    needed: Int64s
    gain: Int64s
    touched: Int32s
    best: Int64s
    mask: Int64s


class GivenName(NamedTuple):
    """A given name as numbers.

    Attributes:
        near_start: by given word, where the words near it begin; one more entry for the end.
        near: numbers of listed words.
        likeness: by place in `near`, per mille.
        weight: by given word; 0 for one that a listed word may be found for in `begun`.
        begun: pairs of bounds of listed words that a short given word begins.
        begun_likeness: by pair the most that one of these may be alike, per mille.
        has_short: 1 where a given word is so short that it leads to none it may begin, else 0.
    """

    near_start: Int32s
    near: Int32s
    likeness: Int64s
    weight: Int64s
    begun: Int32s
    begun_likeness: Int64s
    has_short: int


@outer_kernel
def find_candidates(
    names: NameTable, given: GivenName, share: Number, score_min: Number, found: Int32s
) -> Number:
    """Write the names that may reach a score to `found`, in no order, and return how many.

    Args:
        names: whose work columns are used and left as they were.
        given: the name.
        share: how much of the score is the listed side's, per mille.
        score_min: the least score, per mille.
        found: room for every name.
    """
    touched = np.int64(0)
    for one in range(len(given.near_start) - 1):
        for at in range(given.near_start[one], given.near_start[one + 1]):
            word, likeness = given.near[at], given.likeness[at]
            names.best[word] = max(names.best[word], likeness)
            names.mask[word] |= _ONE << np.int64(one)
            gain = likeness * names.word_weight[word]
            for place in range(names.posting_start[word], names.posting_start[word + 1]):
                name = names.posting[place]
                if names.gain[name] < 0:
                    names.gain[name] = 0
                    names.touched[touched] = name
                    touched += 1
                names.gain[name] += gain
    count = np.int64(0)
    for at in range(touched):
        name = names.touched[at]
        is_enough = given.has_short or names.gain[name] >= names.needed[name]
        names.gain[name] = -1
        if is_enough and _bound(names, given, share, np.int64(name)) >= score_min * _FULL:
            found[count] = name
            count += 1
    for at in range(len(given.near)):
        names.best[given.near[at]] = 0
        names.mask[given.near[at]] = 0
    return count


@inner_kernel
def _bound(names: NameTable, given: GivenName, share: Number, name: Number) -> Number:
    """Return what the score cannot pass, per million.

    Each listed word counts as its best, however often the given one is needed; all that is found
    counts in full for the given name; a listed letter that stands alone counts as found.
    """
    reached = names.alone[name] * _FULL
    matched = names.alone[name]
    mask = np.int64(0)
    for at in range(names.word_start[name], names.word_start[name + 1]):
        word = names.word[at]
        best = names.best[word]
        for pair in range(len(given.begun_likeness)):
            if given.begun[2 * pair] <= word < given.begun[2 * pair + 1]:
                best = max(best, given.begun_likeness[pair])
        if best > 0:
            reached += best * names.word_weight[word]
            matched += names.word_weight[word]
            mask |= names.mask[word]
    if matched == 0:
        return np.int64(0)
    only_given = np.int64(0)
    for one in range(len(given.weight)):
        if mask & (_ONE << np.int64(one)) == 0:
            only_given += given.weight[one]
    share_listed = reached // names.total[name]
    share_given = _FULL * matched // (matched + only_given)
    return np.int64(share * share_listed + (_FULL - share) * share_given)
