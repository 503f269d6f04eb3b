"""The certificate: what it binds, what it proves, and that nothing in it can be changed."""

import hashlib
import json
import re
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.netting.certificate import (
    NotACertificateError,
    SetOffInput,
    certificate_sha256,
    check_certificate,
    input_sha256,
    write_certificate,
)
from comity.netting.setoff import maximise_setoff, merge_obligations

WITNESS = [(0, 1, 10), (1, 0, 8), (1, 2, 10), (2, 0, 10)]
Document = dict[str, Any]


def input_of(
    rows: list[tuple[int, int, int]], liquidity: list[int] | None = None, count: int = 3
) -> SetOffInput:
    columns = [np.array(column) for column in zip(*rows, strict=True)] or [np.empty(0, int)] * 3
    obligations, _ = merge_obligations(columns[0], columns[1], columns[2], count)
    return SetOffInput(
        parties=tuple(chr(ord("A") + number) for number in range(count)),
        obligations=obligations,
        liquidity_minor=None if liquidity is None else np.array(liquidity, np.int64),
        file_sha256="f" * 64,
        liquidity_file_sha256=None if liquidity is None else "e" * 64,
    )


def certified(given_input: SetOffInput) -> bytes:
    setoff = maximise_setoff(given_input.obligations, given_input.liquidity_minor)
    return write_certificate(given_input, setoff)


BARE = input_of(WITNESS)
FUNDED = input_of(WITNESS, [0, 3, 5])
CERTIFICATE = certified(BARE)
FUNDED_CERTIFICATE = certified(FUNDED)


def rehashed(data: bytes) -> bytes:
    """Return a changed certificate whose own hash is made to fit."""
    body, _, _ = data.rpartition(b'"sha256":"')
    return body + f'"sha256":"{hashlib.sha256(body).hexdigest()}"\n}}\n'.encode()


def changed(data: bytes, change: Callable[[Document], None]) -> bytes:
    """Return the certificate written anew, as its layout wants it, after a change."""
    document = json.loads(data)
    change(document)
    lines = (
        f'"{name}":{json.dumps(value, separators=(",", ":"))},\n'
        for name, value in document.items()
        if name != "sha256"
    )
    return rehashed(("{\n" + "".join(lines) + '"sha256":"').encode())


def findings(data: bytes, given_input: SetOffInput = BARE) -> list[str]:
    checked = check_certificate(data, given_input)
    assert (checked.cleared_minor is None) == bool(checked.findings)
    return checked.findings


def test_a_certificate_proves_its_set_off() -> None:
    assert check_certificate(CERTIFICATE, BARE) == ([], 30)
    assert check_certificate(FUNDED_CERTIFICATE, FUNDED) == ([], 33)


def test_the_layout_is_fixed_one_member_a_line() -> None:
    head, tail = CERTIFICATE.decode().split('"input_sha256"')
    assert head == (
        '{\n"format":"comity set-off certificate",\n"version":1,\n"method":"maximum set-off as a'
        ' minimum-cost flow, proved by node potentials",\n"file_sha256":"' + "f" * 64 + '",\n'
        '"liquidity_file_sha256":null,\n'
    )
    assert re.sub("[0-9a-f]{64}", "#", tail) == (
        ':"#",\n"parties":3,\n"edges":4,\n"obligations_minor":38,\n"liquidity_minor":null,\n'
        '"cleared_minor":30,\n"cleared_by_edge_minor":[10,0,10,10],\n"potentials":[1,0,0],\n'
        '"drawn_by_party_minor":null,\n"returned_by_party_minor":null,\n"sha256":"#"\n}\n'
    )


def test_its_own_hash_is_that_of_all_lines_but_the_last_two() -> None:
    lines = CERTIFICATE.splitlines(keepends=True)
    assert certificate_sha256(CERTIFICATE) == hashlib.sha256(b"".join(lines[:-2])).hexdigest()


def test_the_hash_of_the_input_can_be_made_from_its_description() -> None:
    names = b"A\nB\nC\n"
    edges = [(0, 1, 10), (1, 0, 8), (1, 2, 10), (2, 0, 10)]
    described = b"comity set-off input 1\0" + struct.pack("<qqqq", 3, 4, len(names), 3) + names
    for place in (0, 1):
        described += struct.pack("<4i", *(edge[place] for edge in edges))
    described += struct.pack("<4q", *(edge[2] for edge in edges)) + struct.pack("<3q", 0, 3, 5)
    assert input_sha256(FUNDED) == hashlib.sha256(described).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        replace(BARE, parties=("A", "B", "D")),
        input_of([*WITNESS[:3], (2, 0, 11)]),
        input_of([*WITNESS[:3], (2, 1, 10)]),
        input_of(WITNESS, [0, 0, 0]),
        input_of(WITNESS, count=4),
    ],
)
def test_the_hash_of_the_input_binds_parties_edges_amounts_and_liquidity(
    other: SetOffInput,
) -> None:
    assert input_sha256(other) != input_sha256(BARE)
    assert findings(CERTIFICATE, other)


def test_names_that_run_together_are_told_apart() -> None:
    split = replace(BARE, parties=("A", "BC", "D"))
    assert input_sha256(split) != input_sha256(replace(BARE, parties=("AB", "C", "D")))


def test_a_certificate_of_other_obligations_is_refused_with_both_hashes() -> None:
    other = input_of([*WITNESS[:3], (2, 0, 11)])
    (finding,) = findings(CERTIFICATE, other)
    assert finding.startswith("the certificate is of other obligations or other liquidity")
    assert input_sha256(other) in finding
    assert input_sha256(BARE) in finding


def test_liquidity_given_or_missing_is_said() -> None:
    assert findings(CERTIFICATE, FUNDED) == [
        "the certificate is of a set-off without liquidity: leave --liquidity out"
    ]
    assert findings(FUNDED_CERTIFICATE, BARE) == [
        "the certificate is of a set-off with liquidity: give its file as --liquidity"
    ]


def test_the_same_obligations_in_a_file_written_anew_are_refused_and_said_to_be_the_same() -> None:
    (finding,) = findings(CERTIFICATE, replace(BARE, file_sha256="0" * 64))
    assert finding.startswith("the file of obligations was written anew: it holds the same")
    other = replace(FUNDED, liquidity_file_sha256="0" * 64)
    (finding,) = findings(FUNDED_CERTIFICATE, other)
    assert finding.startswith("the file of liquidity was written anew")


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff" * 200, CERTIFICATE[:-1], CERTIFICATE + b"\n"])
def test_what_does_not_end_as_a_certificate_is_none(data: bytes) -> None:
    with pytest.raises(NotACertificateError, match="found no SHA-256 in its last lines"):
        check_certificate(data, BARE)


@given(st.integers(0, len(FUNDED_CERTIFICATE) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(place: int, flip: int) -> None:
    data = bytearray(FUNDED_CERTIFICATE)
    data[place] ^= flip
    try:
        assert findings(bytes(data), FUNDED)
    except NotACertificateError:
        assert place >= len(data) - len('"sha256":""\n}\n') - 64


@given(st.integers(0, len(CERTIFICATE) - 90), st.binary(max_size=3), st.integers(0, 3))
def test_bytes_changed_under_a_new_hash_are_refused_unless_they_still_prove(
    place: int, inserted: bytes, removed: int
) -> None:
    data = rehashed(CERTIFICATE[:place] + inserted + CERTIFICATE[place + removed :])
    if data == CERTIFICATE:
        return
    if not findings(data):
        old, new = json.loads(CERTIFICATE), json.loads(data)
        differing = {name for name, value in new.items() if old[name] != value}
        assert differing == {"potentials", "sha256"}, "only another proof of the same may pass"


def put(name: str, value: object) -> Callable[[Document], None]:
    return lambda document: document.__setitem__(name, value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("cleared_by_edge_minor", [10, 1, 10, 10]), "cleared_minor: found 30, expected 31"),
        (("potentials", [0, 1, 0]), "not wholly cleared although it leads less than one level"),
        (("potentials", [1, 0]), "potentials: found 2 figures, expected 3"),
        (("potentials", [2**63 - 1, -(2**63), 0]), "beyond 1000000000000000000 either way"),
        (("potentials", None), "expected a list of whole numbers"),
        (("cleared_by_edge_minor", [10, 10, 10]), "found 3 figures, expected 4"),
        (("drawn_by_party_minor", [0, 0, 0]), "found 3 figures, expected null"),
        (("obligations_minor", 39), "obligations_minor: found 39, expected 38"),
        (("parties", 4), "parties: found 4, expected 3"),
        (("parties", 3.0), "parties: found 3.0, expected 3"),
        (("version", True), "version: found True, expected 1"),
        (("potentials", [3, 0, 0]), "cleared although it leads more than one level up"),
        (("method", "by hand"), "method: found 'by hand', expected"),
        (("version", 2), "expected 'comity set-off certificate' 1"),
        (("format", "another"), "expected 'comity set-off certificate' 1"),
        (("input_sha256", "0" * 64), "other obligations or other liquidity"),
        (("input_sha256", ["\ud800"]), "expected one member a line"),
        (("file_sha256", "0" * 64), "the file of obligations was written anew"),
        (("more", 1), "expected the members"),
    ],
)
def test_a_change_under_a_new_hash_is_refused(change: tuple[str, object], words: str) -> None:
    (finding, *_) = findings(changed(CERTIFICATE, put(*change)))
    assert words in finding


def test_a_member_left_out_is_missed() -> None:
    (finding,) = findings(changed(CERTIFICATE, lambda document: document.pop("edges")))
    assert "expected the members format, version, method" in finding


def moved(by_edge: list[int]) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document["cleared_by_edge_minor"] = by_edge
        document["cleared_minor"] = sum(by_edge)

    return change


@pytest.mark.parametrize(
    ("by_edge", "words"),
    [
        ([8, 8, 0, 0], "not wholly cleared although it leads less than one level up"),
        ([0, 0, 0, 0], "not wholly cleared"),
        ([9, 0, 9, 9], "not wholly cleared"),
        ([10, 8, 2, 2], "not wholly cleared"),
        ([10, 1, 10, 10], "pays and returns another sum than it receives and draws"),
        ([10, -1, 10, 10], "cleared below zero or above the obligation"),
        ([2**63 - 1, 2**63 - 1, 2**63 - 1, 2**63 - 1], "cleared below zero or above"),
    ],
)
def test_a_flow_that_is_not_the_greatest_or_not_possible_is_refused(
    by_edge: list[int], words: str
) -> None:
    assert words in " ".join(findings(changed(CERTIFICATE, moved(by_edge))))


def test_other_potentials_that_prove_the_same_are_taken() -> None:
    shifted = changed(CERTIFICATE, put("potentials", [8, 7, 7]))
    assert check_certificate(shifted, BARE) == ([], 30)


@pytest.mark.parametrize(
    "spelling",
    [
        (b"[10,0,10,10]", b"[10,0,10,10 ]"),
        (b"[10,0,10,10]", b"[10.0,0,10,10]"),
        (b"[10,0,10,10]", b"[10,-0,10,10]"),
        (b"[10,0,10,10]", b"[10,false,10,10]"),
        (b"[10,0,10,10]", b'["10",0,10,10]'),
        (b"[10,0,10,10]", b"[[10],[0],[10],[10]]"),
        (b"[10,0,10,10]", b"[[10],0,10,10]"),
        (b"[10,0,10,10]", b"[10,0,10,1e1]"),
        (b"[10,0,10,10]", b"[10,0,10,1%s]" % (b"0" * 5000)),
        (b"[10,0,10,10]", b"[10,0,10,18446744073709551615]"),
        (b"[10,0,10,10]", b"[10,0,10,NaN]"),
        (b"[1,0,0]", b"%s" % (b"[" * 100_000)),
        (b'"version":1', b'"version":1,"version":1'),
        (b"set-off certificate", b"set-off\\u0020certificate"),
        (b"null", b'"\\ud800"'),
        (b"{\n", b"[\n"),
        (b"comity", b"\xff"),
    ],
)
def test_no_second_spelling_is_taken(spelling: tuple[bytes, bytes]) -> None:
    old, new = spelling
    assert CERTIFICATE.count(old) >= 1
    (finding,) = findings(rehashed(CERTIFICATE.replace(old, new, 1)))
    assert finding.startswith("the certificate is not as one is written")


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 20)), max_size=12).map(
        lambda rows: [row for row in rows if row[0] != row[1]]
    ),
    st.none() | st.lists(st.integers(0, 15), min_size=5, max_size=5),
    st.data(),
)
def test_a_changed_figure_passes_only_if_it_clears_as_much(
    rows: list[tuple[int, int, int]], liquidity: list[int] | None, data: st.DataObject
) -> None:
    given_input = input_of(rows, liquidity, count=5)
    certificate = certified(given_input)
    best = check_certificate(certificate, given_input)
    assert best.findings == []

    def change(document: Document) -> None:
        names = ["cleared_by_edge_minor", "potentials"]
        names += [] if liquidity is None else ["drawn_by_party_minor", "returned_by_party_minor"]
        column = document[data.draw(st.sampled_from(names))]
        if column:
            column[data.draw(st.integers(0, len(column) - 1))] += data.draw(st.integers(-3, 3))
        document["cleared_minor"] = sum(document["cleared_by_edge_minor"])

    checked = check_certificate(changed(certificate, change), given_input)
    assert checked.findings or checked.cleared_minor == best.cleared_minor


def test_no_obligations_have_a_certificate_too() -> None:
    nothing = input_of([], count=0)
    assert check_certificate(certified(nothing), nothing) == ([], 0)
