import re

import pytest
from lxml import etree
from tests.contract.messages.guideline_instances import Guideline

from comity.messages.catalogue import LEAF_BY_PATH
from comity.messages.definitions import READ, TRANSACTION
from comity.messages.leaf_types import compiled, leaf_patterns


@pytest.mark.parametrize("definition_id", READ)
def test_every_leaf_has_a_plain_form(definition_id: str) -> None:
    patterns = leaf_patterns(definition_id)
    assert set(patterns) <= set(LEAF_BY_PATH)
    guideline = Guideline(definition_id)
    for seed in range(40):
        root = etree.fromstring(guideline.message(seed))
        name = TRANSACTION[definition_id]
        for one in root.iterfind(f".//{name}//*"):
            above = [str(each.tag) for each in one.iterancestors()]
            path = (*reversed(above[: above.index(name)]), str(one.tag))
            assert len(one) or path in patterns


@pytest.mark.parametrize(
    ("text", "in_group", "in_header"),
    [
        ("2026-05-25T09:00:00+03:00", True, True),
        ("2026-05-25T23:59:59.123456789Z", True, True),
        ("2026-05-25T09:00:00", True, False),
        ("2026-05-25T24:00:00Z", False, False),
        ("2026-05-25T09:60:00Z", False, False),
        ("2026-05-25T09:00:00+14:00", False, False),
        ("2024-02-29T09:00:00Z", False, False),
        (" 2026-05-25T09:00:00Z", False, False),
    ],
)
def test_times_have_a_plain_form(text: str, *, in_group: bool, in_header: bool) -> None:
    group = compiled(leaf_patterns("pacs.008.001.08", "GroupHeader")[("CreDtTm",)])
    header = compiled(leaf_patterns("head.001.001.02", "Header")[("CreDt",)])
    assert (group.fullmatch(text.encode()) is not None) is in_group
    assert (header.fullmatch(text.encode()) is not None) is in_header


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
