"""The table of rules, and the example of the documentation."""

import doctest
from pathlib import Path

from comity.queueing import RULES, ReleaseRule

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "queueing.md"


def test_the_example_of_the_guide_runs_as_it_is_printed() -> None:
    failed, tried = doctest.testfile(str(GUIDE), module_relative=False)
    assert tried > 1
    assert failed == 0


def test_every_rule_has_a_line_in_the_guide_and_a_summary_of_its_own() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for name, rule in RULES.items():
        assert isinstance(rule, ReleaseRule)
        assert f"\n| `{name}` | " in text, name
    assert len({rule.summary for rule in RULES.values()}) == len(RULES)
