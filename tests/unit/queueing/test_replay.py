"""The table of rules."""

from pathlib import Path

from comity.queueing import RULES, ReleaseRule

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "queueing.md"


def test_every_rule_has_a_line_in_the_guide_and_a_summary_of_its_own() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for name, rule in RULES.items():
        assert isinstance(rule, ReleaseRule)
        assert f"\n| `{name}` | " in text, name
    assert len({rule.summary for rule in RULES.values()}) == len(RULES)
