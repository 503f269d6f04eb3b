"""Whatever stands in the files, the answer is a scheme or a list of faults."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.arrangement.small_folder import SMALL, copy_small

from comity.agreements import Scheme, find_violations, scheme_from_document, scheme_to_document
from comity.arrangement import load_scheme
from comity.errors import Fault, InputFaultsError

NAMES = sorted(
    path.relative_to(SMALL).as_posix()
    for path in SMALL.rglob("*")
    if path.suffix in {".toml", ".csv"}
)
TOKENS = st.sampled_from(
    sorted(
        {
            token
            for name in NAMES
            for line in (SMALL / name).read_text(encoding="utf-8").splitlines()
            for token in (line, *line.replace(",", " , ").split())
        }
    )
)
ODDITIES = st.sampled_from(
    ["", "\0", "\r", '"', "'''", '"""', "[", "]]", "{ a.b = 1, c = {} }", "[[x]]", "= =", "#", ",",
     "inf", "nan", "-0", "0xffffffffffffffffffff", "1e400", "1979-05-27T07:32:00Z", "07:32:00",
     "\u202e", "\ufeff", "é" * 200, "9" * 400, "a." * 40 + "b = 1", "true", "[]",
     "[[[]]]", "x" * 200]
)  # fmt: skip
TEXTS = TOKENS | ODDITIES | st.text(max_size=12)


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a file and new content for it that is near the old one."""
    name = draw(st.sampled_from(NAMES))
    lines = (SMALL / name).read_text(encoding="utf-8").splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1)) if lines else 0
        match draw(st.sampled_from(["delete", "copy", "swap", "insert", "token", "cut"])):
            case "delete":
                lines[at : at + 1] = []
            case "copy":
                lines[at:at] = lines[draw(st.integers(0, len(lines) or 1)) :][:1]
            case "swap":
                lines[at : at + 2] = lines[at : at + 2][::-1]
            case "insert":
                lines.insert(at, draw(TEXTS) + "\n")
            case "token":
                words = "".join(lines[at : at + 1]).split(draw(st.sampled_from([" ", ",", '"'])))
                words[draw(st.integers(0, len(words) - 1))] = draw(TEXTS)
                lines[at : at + 1] = [draw(st.sampled_from([" ", ",", '"'])).join(words)]
            case _:
                lines[at:] = [line[: draw(st.integers(0, 20))] for line in lines[at : at + 1]]
    data = "".join(lines).encode("utf-8", "surrogatepass")
    return name, data + draw(st.sampled_from([b"", b"", b"", b"\xff", b"\x00"]))


@pytest.mark.slow
@settings(max_examples=300)
@given(st.lists(mutations(), min_size=1, max_size=2))
def test_a_changed_file_gives_a_sound_scheme_or_faults_and_nothing_else(
    changes: list[tuple[str, bytes]],
) -> None:
    with tempfile.TemporaryDirectory() as target:
        folder = copy_small(Path(target))
        for name, data in changes:
            (folder / name).write_bytes(data)
        outcome = load_or_faults(folder)
    if isinstance(outcome, Scheme):
        assert find_violations(outcome) == ()
        document = json.loads(json.dumps(scheme_to_document(outcome)))
        assert scheme_from_document(document) == outcome
        return
    assert outcome
    assert all(fault.file and fault.found and fault.expected for fault in outcome)
    "".join(map(str, outcome)).encode("utf-8")


def load_or_faults(folder: Path) -> Scheme | tuple[Fault, ...]:
    """Return the scheme of a folder, or its faults; any other error is a failure."""
    try:
        return load_scheme(folder)
    except InputFaultsError as error:
        return error.faults
