import re

import pytest

from comity.messages.catalogue import LEAF_BY_PATH
from comity.messages.leaf_types import leaf_patterns


@pytest.mark.parametrize("definition_id", ["pacs.008.001.08", "pacs.009.001.08"])
def test_every_leaf_but_times_has_a_plain_form(definition_id: str) -> None:
    patterns = leaf_patterns(definition_id)
    assert set(patterns) <= set(LEAF_BY_PATH)
    assert ("AccptncDtTm",) not in patterns
    assert ("PmtId", "UETR") in patterns
    assert ("Dbtr", "PstlAdr", "TwnNm") in patterns or definition_id == "pacs.009.001.08"


@pytest.mark.parametrize(
    ("path", "text", "plain"),
    [
        ("IntrBkSttlmAmt", "1500.25", True),
        ("IntrBkSttlmAmt", "01", False),
        ("IntrBkSttlmAmt", "-1", False),
        ("IntrBkSttlmDt", "2026-12-31", True),
        ("IntrBkSttlmDt", "2024-02-29", False),
        ("IntrBkSttlmDt", "2026-06-31", False),
        ("ChrgBr", "SHAR", True),
        ("ChrgBr", "shar", False),
        ("RmtInf/Ustrd", "я" * 140, True),
        ("RmtInf/Ustrd", "я" * 141, False),
        ("RmtInf/Ustrd", "&amp;" * 140, True),
        ("RmtInf/Ustrd", "&amp;" * 141, False),
        ("RmtInf/Ustrd", "&#65;", False),
        ("RmtInf/Ustrd", "a\x01", False),
        ("RmtInf/Ustrd", "", False),
        ("PmtId/EndToEndId", "A-1 B", True),
        ("PmtId/EndToEndId", "A  B", False),
        ("PmtId/EndToEndId", "A" * 36, False),
    ],
)
def test_a_form_is_plain_and_within_its_type(path: str, text: str, *, plain: bool) -> None:
    pattern = leaf_patterns("pacs.008.001.08")[tuple(path.split("/"))].encode("latin-1")
    assert (re.fullmatch(pattern, text.encode()) is not None) is plain
