"""The certificate of a set-off: with the obligations at hand it proves that nothing clears more.

It is a JSON document of fixed layout, one member a line. It names the exact input by its hashes,
says what is cleared of each edge, and carries a potential for each party, from which optimality
follows in one pass without any solver (docs/formats/setoff.md says how). Its last member is the
SHA-256 of every line before it. Who holds the file of obligations can check all of it.
"""

import hashlib
import json
import re
import struct
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.errors import RejectedError
from comity.netting.setoff import Obligations, SetOff, findings_against

Int64s = NDArray[np.int64]

FORMAT: Final = "comity set-off certificate"
"""What the first member of every certificate says."""

VERSION: Final = 1
"""Of the layout, and of what a certificate proves."""

METHOD: Final = "maximum set-off as a minimum-cost flow, proved by node potentials"
"""How the result was found; the proof does not depend on it."""

_INPUT_DOMAIN = b"comity set-off input 1\0"
_COUNTS = struct.Struct("<qqqq")
_NO_LIQUIDITY = -1
_LAST_MEMBER = re.compile(rb'"sha256":"([0-9a-f]{64})"\n}\n')
_LAST_MEMBER_BYTES = len('"sha256":""\n}\n') + 64
_FIGURES = (
    "cleared_by_edge_minor",
    "potentials",
    "drawn_by_party_minor",
    "returned_by_party_minor",
)
_FIGURES_OF_LIQUIDITY = _FIGURES[2:]


class NotACertificateError(RejectedError):
    """What was given does not end as a certificate does, so there is nothing to check.

    Attributes:
        found: what stands at the end.
        expected: what should.
    """

    def __init__(self) -> None:
        self.found = "no SHA-256 in its last lines"
        self.expected = "a certificate that `comity setoff` wrote"
        super().__init__(f"found {self.found}, expected {self.expected}")


@dataclass(frozen=True, slots=True)
class SetOffInput:
    """All that a set-off is decided by, and the files it came from.

    Attributes:
        parties: names in order of their bytes in UTF-8, without line ends; number = place.
        obligations: merged, by debtor and creditor.
        liquidity_minor: by party, none where no liquidity was given.
        file_sha256: of the file of single obligations, hexadecimal.
        liquidity_file_sha256: of the file of liquidity, none where none was given.
    """

    parties: tuple[str, ...]
    obligations: Obligations
    liquidity_minor: Int64s | None
    file_sha256: str
    liquidity_file_sha256: str | None


class Checked(NamedTuple):
    """How a certificate stands to an input.

    Attributes:
        findings: what keeps it from proving the set-off of that input; empty where it does.
        cleared_minor: what is cleared, and nothing clears more; none where there are findings.
    """

    findings: list[str]
    cleared_minor: int | None


def input_sha256(given: SetOffInput) -> str:
    """Return the SHA-256 of parties, edges, amounts and liquidity, hexadecimal.

    Covered are a domain, four counts (parties, edges, bytes of the names, and parties with
    liquidity or −1), the names with a line feed behind each, and the columns as little-endian
    integers: debtors and creditors of 4 bytes, amounts and liquidity of 8.
    """
    edges, liquidity = given.obligations, given.liquidity_minor
    names = "".join(f"{name}\n" for name in given.parties).encode()
    held = _NO_LIQUIDITY if liquidity is None else len(liquidity)
    digest = hashlib.sha256(_INPUT_DOMAIN)
    digest.update(_COUNTS.pack(len(given.parties), len(edges.amounts_minor), len(names), held))
    digest.update(names)
    for column, kind in (
        (edges.debtors, "<i4"),
        (edges.creditors, "<i4"),
        (edges.amounts_minor, "<i8"),
        (liquidity, "<i8"),
    ):
        if column is not None:
            digest.update(np.ascontiguousarray(column, kind).data)
    return digest.hexdigest()


def write_certificate(given: SetOffInput, setoff: SetOff) -> bytes:
    """Return the certificate of a set-off; what it claims is not checked here."""
    return _rendered(_members(given, int(setoff.cleared_minor.sum())), _figures(given, setoff))


def certificate_sha256(data: bytes) -> str:
    """Return the hash that a certificate states of itself.

    Raises:
        NotACertificateError: it does not end as a certificate does.
    """
    found = _LAST_MEMBER.fullmatch(data[-_LAST_MEMBER_BYTES:])
    if found is None:
        raise NotACertificateError
    return found[1].decode()


def check_certificate(data: bytes, given: SetOffInput) -> Checked:
    """Check whether a certificate proves the set-off of this input to be the greatest.

    Checked in this order, and only as far as what came before holds: its own hash, its layout,
    the input that it names, its sums, and at last that the flow is feasible and optimal.

    Raises:
        NotACertificateError: it does not end as a certificate does.
    """
    stated = certificate_sha256(data)
    found = hashlib.sha256(data[:-_LAST_MEMBER_BYTES]).hexdigest()
    if found != stated:
        changed = (
            f"the certificate was changed: its content has the SHA-256 {found},"
            f" its last line says {stated}"
        )
        return Checked([changed], None)
    try:
        members, figures = _parsed(data)
    except _LayoutError as error:
        return Checked([f"the certificate is not as one is written: {error}"], None)
    findings = _other_input(members, given) or _other_figures(members, figures, given)
    if not findings:
        setoff = _setoff(figures, len(given.parties))
        findings = findings_against(given.obligations, given.liquidity_minor, setoff)
    return Checked(findings, None if findings else members["cleared_minor"])


class _LayoutError(Exception):
    """Where the layout is broken: found and expected."""


def _members(given: SetOffInput, cleared_minor: int) -> dict[str, Any]:
    """Return what a certificate says before its figures, in its order."""
    edges, liquidity = given.obligations, given.liquidity_minor
    return {
        "format": FORMAT,
        "version": VERSION,
        "method": METHOD,
        "file_sha256": given.file_sha256,
        "liquidity_file_sha256": given.liquidity_file_sha256,
        "input_sha256": input_sha256(given),
        "parties": len(given.parties),
        "edges": len(edges.amounts_minor),
        "obligations_minor": int(edges.amounts_minor.sum()),
        "liquidity_minor": None if liquidity is None else int(liquidity.sum()),
        "cleared_minor": cleared_minor,
    }


def _figures(given: SetOffInput, setoff: SetOff) -> dict[str, Int64s | None]:
    """Return the figures by name; those of liquidity are none where none was given."""
    figures = dict(zip(_FIGURES, setoff, strict=True))
    if given.liquidity_minor is not None:
        return {**figures}
    return {**figures, **dict.fromkeys(_FIGURES_OF_LIQUIDITY)}


def _rendered(members: dict[str, Any], figures: dict[str, Int64s | None]) -> bytes:
    lists = {name: None if one is None else one.tolist() for name, one in figures.items()}
    lines = (f'"{name}":{_json(value)},\n' for name, value in {**members, **lists}.items())
    body = ("{\n" + "".join(lines)).encode()
    return body + f'"sha256":"{hashlib.sha256(body).hexdigest()}"\n}}\n'.encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_MEMBERS = (
    "format",
    "version",
    "method",
    "file_sha256",
    "liquidity_file_sha256",
    "input_sha256",
    "parties",
    "edges",
    "obligations_minor",
    "liquidity_minor",
    "cleared_minor",
    *_FIGURES,
    "sha256",
)


def _parsed(data: bytes) -> tuple[dict[str, Any], dict[str, Int64s | None]]:
    """Return what a certificate says before its figures, and the figures."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _LayoutError(f"found {error}, expected JSON in UTF-8") from error
    if not isinstance(document, dict) or tuple(document) != _MEMBERS:
        raise _LayoutError(f"expected the members {', '.join(_MEMBERS)}, in this order")
    if document["format"] != FORMAT or document["version"] != VERSION:
        found = f"{document['format']!r} {document['version']!r}"
        raise _LayoutError(f"found {found:.80}, expected {FORMAT!r} {VERSION}")
    del document["sha256"]
    figures = {name: _column(name, document.pop(name)) for name in _FIGURES}
    # What is written again must be the same bytes: no second spelling of anything is let through.
    try:
        is_same = _rendered(document, figures) == data
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell
        is_same = False
    if not is_same:
        raise _LayoutError("expected one member a line, whole numbers, and no other spaces")
    return document, figures


def _column(name: str, values: object) -> Int64s | None:
    """Return a list of whole numbers as an array, none for none."""
    if values is None and name in _FIGURES_OF_LIQUIDITY:
        return None
    if values == []:
        return np.empty(0, np.int64)
    try:
        column = np.array(values)
    except ValueError as error:  # lists of different lengths within
        raise _LayoutError(f"{name}: expected a list of whole numbers") from error
    if column.dtype != np.int64 or column.ndim != 1:
        raise _LayoutError(f"{name}: expected a list of whole numbers of at most 63 bits")
    return column


def _other_input(stated: dict[str, Any], given: SetOffInput) -> list[str]:
    """Return where a certificate names other files than those it is checked against."""
    expected = _members(given, 0)
    if (stated["liquidity_minor"] is None) != (given.liquidity_minor is None):
        if given.liquidity_minor is None:
            return ["the certificate is of a set-off with liquidity: give its file as --liquidity"]
        return ["the certificate is of a set-off without liquidity: leave --liquidity out"]
    if stated["input_sha256"] != expected["input_sha256"]:
        return [
            "the certificate is of other obligations or other liquidity: the SHA-256 of what the"
            f" files hold is {expected['input_sha256']}, it names {stated['input_sha256']!s:.80}"
        ]
    return [
        f"the file of {what} was written anew: it holds the same between the same parties, but its"
        f" SHA-256 is {expected[name]}, the certificate names {stated[name]!s:.80}"
        for name, what in (("file_sha256", "obligations"), ("liquidity_file_sha256", "liquidity"))
        if stated[name] != expected[name]
    ]


def _other_figures(
    stated: dict[str, Any], figures: dict[str, Int64s | None], given: SetOffInput
) -> list[str]:
    """Return counts, sums and lengths that are not those of the input or of the figures."""
    count, has_liquidity = len(given.parties), given.liquidity_minor is not None
    by_party = count if has_liquidity else None
    lengths = (len(given.obligations.amounts_minor), count + has_liquidity, by_party, by_party)
    findings = []
    for name, expected in zip(_FIGURES, lengths, strict=True):
        column = figures[name]
        found = None if column is None else len(column)
        if found != expected:
            findings.append(f"{name}: found {_counted(found)}, expected {_counted(expected)}")
    cleared = figures["cleared_by_edge_minor"]
    # Python's own integers, because figures that nobody has checked yet may sum to any size.
    cleared_minor = 0 if cleared is None else sum(cleared.tolist())
    findings.extend(
        f"{name}: found {stated[name]!r:.80}, expected {value!r}"
        for name, value in _members(given, cleared_minor).items()
        if _json(stated[name]) != _json(value)  # Python takes true and 1.0 for 1
    )
    return findings


def _counted(count: int | None) -> str:
    return "null" if count is None else f"{count} figures"


def _setoff(figures: dict[str, Int64s | None], party_count: int) -> SetOff:
    """Return the figures as a set-off; without liquidity nobody draws or returns anything."""
    columns = (figures[name] for name in _FIGURES)
    nothing = np.zeros(party_count, np.int64)
    return SetOff(*(nothing if column is None else column for column in columns))
