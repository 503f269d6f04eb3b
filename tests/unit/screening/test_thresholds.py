"""The figures screening decides by: read strictly, and none that would find equals alone."""

from importlib import resources

import pytest

from comity.screening.thresholds import Thresholds, default_thresholds, read_thresholds

TEXT = (resources.files("comity.screening") / "thresholds.toml").read_text(encoding="utf-8")


def test_the_thresholds_that_come_with_comity_can_be_read() -> None:
    assert default_thresholds() == read_thresholds(TEXT)
    assert isinstance(default_thresholds(), Thresholds)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name_score_min = 740", "name_score_min = 1001", "name_score_min: found 1001"),
        ("name_score_min = 740", "name_score_min = 960", "expected 500 to 950"),
        ("name_score_min = 740", "name_score_min = 0.7", "name_score_min: found 0.7"),
        ("name_score_min = 740", "name_score_min = true", "name_score_min: found True"),
        ("listed_share = 500", "listed_share = 1000", "listed_share: found 1000"),
        ("text_gap_max = 2", "", "text_gap_max: missing or unknown"),
        ("text_gap_max = 2", "text_gap_max = 2\nscreening = 0", "screening: missing or unknown"),
        ("[0, 0, 0, 0, 1, 2]", "[0, -1]", "edits_by_length: found -1"),
    ],
)
def test_a_wrong_figure_is_refused_by_name(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        read_thresholds(TEXT.replace(old, new))
