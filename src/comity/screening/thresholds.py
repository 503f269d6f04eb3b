"""The figures that decide what is alike; they are data, read once from `thresholds.toml`."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources

FULL = 1000
"""Per mille of what is wholly alike."""

NAME_SCORE_FLOOR = 500
NAME_SCORE_CEILING = 950
"""Between these the least score of a hit may be set: above, screening would find equals alone."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What counts as alike; each field is described in `thresholds.toml`.

    Shares, similarities, costs and scores are per mille.
    """

    name_score_min: int
    weak_name_score_min: int
    listed_share: int
    word_similarity_min: int
    single_word_similarity_min: int
    edits_by_length: tuple[int, ...]
    vowel_edit_cost: int
    cut_letters_min: int
    cut_cost: int
    initial_similarity: int
    cut_name_letters_min: int
    cut_name_share_min: int
    cut_name_score: int
    joined_name_score: int
    text_letters_min: int
    text_single_word_letters_min: int
    text_gap_max: int
    text_score: int
    text_identifier_characters_min: int

    def __post_init__(self) -> None:
        if not NAME_SCORE_FLOOR <= self.name_score_min <= NAME_SCORE_CEILING:
            raise ValueError(
                f"name_score_min: found {self.name_score_min}, expected {NAME_SCORE_FLOOR} to"
                f" {NAME_SCORE_CEILING}: above, only equal names would be held"
            )
        if not 0 < self.listed_share < FULL:
            raise ValueError(
                f"listed_share: found {self.listed_share}, expected more than 0, less than {FULL}"
            )

    def edits_max(self, length: int) -> int:
        """Return how many edits two words may differ by, the longer of which has this length."""
        return self.edits_by_length[min(length, len(self.edits_by_length) - 1)]


def read_thresholds(text: str) -> Thresholds:
    """Return the thresholds of a TOML text.

    Raises:
        ValueError: a field is missing, unknown, or not a whole number; or out of its range.
    """
    document = tomllib.loads(text)
    expected = {field.name for field in fields(Thresholds)}
    if wrong := sorted(expected ^ set(document)):
        raise ValueError(f"{wrong[0]}: missing or unknown, expected {', '.join(sorted(expected))}")
    document["edits_by_length"] = tuple(document["edits_by_length"])
    for name, value in document.items():
        for each in value if isinstance(value, tuple) else (value,):
            if type(each) is not int or each < 0:
                raise ValueError(f"{name}: found {each!r}, expected a whole number, 0 or more")
    return Thresholds(**document)


@cache
def default_thresholds() -> Thresholds:
    """Return the thresholds that come with comity."""
    file = resources.files("comity.screening") / "thresholds.toml"
    return read_thresholds(file.read_text(encoding="utf-8"))
