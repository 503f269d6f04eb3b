"""How alike two words of names are, per mille: misspelt, with other vowels, cut off, an initial.

Words are those of the normal form (`comity.screening.names`). Edits are those of optimal string
alignment, in which two neighbouring letters that changed places are one edit; rapidfuzz counts
them. The likeness is the same in both directions, except that only a given word may be cut off.
"""

from functools import lru_cache

from rapidfuzz.distance import OSA

from comity.screening.thresholds import FULL, Thresholds

DIFFERENT = 0
"""Two words that are not alike at all."""

_VOWELS = str.maketrans("", "", "aeiou")
_SOUNDS = str.maketrans({"z": "s"})
_SKELETON_LETTERS_MIN = 2
_VOWELS_ONE_MORE_MIN = 5
_SKELETONS_KEPT_MAX = 65_536


@lru_cache(maxsize=_SKELETONS_KEPT_MAX)
def skeleton_of(word: str) -> str:
    """Return the consonants of a word, empty where there are too few to tell words apart.

    Romanisations of Arabic names differ in their vowels: Husayn, Hussein, Hosein.
    """
    bare = word.translate(_VOWELS).translate(_SOUNDS)
    skeleton = "".join(letter for at, letter in enumerate(bare) if bare[at - 1 : at] != letter)
    return skeleton if len(skeleton) >= _SKELETON_LETTERS_MIN and len(word) > 2 else ""


def word_likeness(given: str, listed: str, limits: Thresholds) -> int:
    """Return how alike a given word is to a listed one, 0 … 1000; 0 below the threshold."""
    if len(given) == 1 or len(listed) == 1:
        if given == listed:
            return FULL
        return limits.initial_similarity if given[:1] == listed[:1] else DIFFERENT
    return likeness_by_edits(given, listed, int(OSA.distance(given, listed)), limits)


def likeness_by_edits(given: str, listed: str, edits: int, limits: Thresholds) -> int:
    """Return the same of two words of two letters or more whose edits are counted already."""
    if edits == 0:
        return FULL
    likeness = DIFFERENT
    longest = max(len(given), len(listed))
    edits_max = limits.edits_max(longest)
    if edits <= edits_max + (longest >= _VOWELS_ONE_MORE_MIN):
        # With the consonants the same an edit costs less, and in no short word one more counts.
        skeleton = skeleton_of(given)
        if skeleton != "" and skeleton == skeleton_of(listed):
            likeness = FULL - edits * limits.vowel_edit_cost // longest
        elif edits <= edits_max:
            likeness = FULL - edits * FULL // longest
    if listed.startswith(given) and len(given) >= limits.cut_letters_min:
        cut_off = FULL - limits.cut_cost * (len(listed) - len(given)) // len(listed)
        likeness = max(likeness, cut_off)
    return likeness if likeness >= limits.word_similarity_min else DIFFERENT
