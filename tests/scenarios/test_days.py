"""Every day told in `days/*.txt` ends as it says."""

from pathlib import Path

import pytest
from tests.kit.days import play, read_story

DAYS = sorted((Path(__file__).parent / "days").glob("*.txt"))


@pytest.mark.parametrize("path", DAYS, ids=lambda path: path.stem)
def test_a_day_ends_as_its_text_says(path: Path) -> None:
    wrong = [
        f"{what}: found {found}, expected {expected}"
        for what, found, expected in play(read_story(path))
        if found != expected
    ]
    assert not wrong, "\n".join([path.name, *wrong])


def test_there_are_days_to_be_played() -> None:
    assert len(DAYS) >= 10
