"""Reader of the consolidated list of the United Nations Security Council (XML).

The whole list is read or none of it: an element that is not known here could hold a name, so it
is a fault, as is an entry without a name or number. See docs/formats/lists.md.
"""

import re
from collections.abc import Iterator

from lxml import etree

from comity.errors import Fault
from comity.feeds.lists_files import (
    REPLACEMENT_CHARACTER,
    FaultLog,
    ListFile,
    decode_line,
    files_sha256,
)
from comity.feeds.rates_xml import line_of, parse_rate_xml
from comity.identifiers.cells import shown
from comity.screening import (
    EVERYBODY,
    Effect,
    EntryKind,
    Watchlist,
    WatchlistEntry,
    normalise_name,
)

PUBLISHER = "UN"
LIST_NAME = "UN consolidated list"

BINDS = (EVERYBODY,)
"""All members carry out the decisions of the Security Council (Charter, article 25)."""

_ROOT = "CONSOLIDATED_LIST"
_GROUPS = {
    "INDIVIDUALS": ("INDIVIDUAL", EntryKind.INDIVIDUAL),
    "ENTITIES": ("ENTITY", EntryKind.ENTITY),
}
_NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_SINGLE = (
    *_NAME_PARTS,
    "DATAID",
    "REFERENCE_NUMBER",
    "UN_LIST_TYPE",
    "COMMENTS1",
    "NAME_ORIGINAL_SCRIPT",
)
_WITHOUT_NAMES = (
    *("VERSIONNUM", "LISTED_ON", "GENDER", "SUBMITTED_BY", "DELISTED_ON", "SORT_KEY"),
    *("SORT_KEY_LAST_MOD", "TITLE", "DESIGNATION", "NATIONALITY", "NATIONALITY2"),
    *("LIST_TYPE", "LAST_DAY_UPDATED"),
)
_DETAILS = ("ALIAS", "ADDRESS", "DATE_OF_BIRTH", "PLACE_OF_BIRTH", "DOCUMENT")
_ALIAS_FIELDS = frozenset(
    {"QUALITY", "ALIAS_NAME", "NOTE", "DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH"}
)
_DOCUMENT_FIELDS = frozenset(
    {"TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2", "NUMBER", "ISSUING_COUNTRY", "COUNTRY_OF_ISSUE"}
    | {"CITY_OF_ISSUE", "DATE_OF_ISSUE", "NOTE"}
)
_WEAK_QUALITY = "low"

_SCRIPT_NOTE = re.compile(r"\bscript:\s*(?P<name>.+)")
_BRACKETED = re.compile(r"\([^()]*\)?")
_NUMBER_LABEL = re.compile(r"(?i)\b(?:numbers?|no)\b[.:\s]*|[:№]\s*|N°\s*")
_LEADING_WORDS = re.compile(r"^(?:[^\W\d_]{3,}[\s,-]+)+(?=(?:\S{1,2}\s)?\S*\d)")
_IMO = re.compile(r"IMO\)?\s*(?:[Nn]umber|[Nn]o\.?)?\s*:?\s*(?P<number>\d{7})\b")


def read_un_list(file: ListFile) -> Watchlist:
    """Return the list of the file; its version is the publisher's date of generation.

    Raises:
        InputFaultsError: with every fault found, each with its line and record.
    """
    log = FaultLog(file)
    root = _parse(file, log)
    version = (root.get("dateGenerated") or "").strip()
    if not version:
        log.add(
            line=line_of(root), field="dateGenerated", found="nothing", expected="the date and time"
        )
    reader = _EntryReader(file.name, log)
    entries = tuple(reader.read_all(root))
    if not entries and not log.faults:
        log.add(line=line_of(root), field="", found="no entry", expected="at least one")
    log.raise_if_any()
    return Watchlist(
        publisher=PUBLISHER,
        name=LIST_NAME,
        version=version,
        sha256=files_sha256((file,)),
        entries=entries,
        warnings=tuple(reader.warnings),
        binds=BINDS,
        effect=Effect.FREEZE,
    )


def _parse(file: ListFile, log: FaultLog) -> etree._Element:
    """Return the root of the document; nothing in the file can make the parser look elsewhere."""
    for number, line in file.lines():
        decode_line(line, number=number, log=log)
    log.raise_if_any()
    root = parse_rate_xml(file.name, file.data)
    encoding = root.getroottree().docinfo.encoding
    if encoding is not None and encoding.upper() != "UTF-8":
        log.add(line=1, field="encoding", found=encoding, expected="UTF-8")
    if root.tag != _ROOT:
        log.add(line=line_of(root), field="", found=shown(str(root.tag)), expected=_ROOT)
    log.raise_if_any()
    return root


class _EntryReader:
    """Reads the entries of one document, faults into the log, damaged names into warnings."""

    def __init__(self, file_name: str, log: FaultLog) -> None:
        self._file_name = file_name
        self._log = log
        self._record = 0
        self._records: dict[str, int] = {}
        self.warnings: list[Fault] = []

    def read_all(self, root: etree._Element) -> Iterator[WatchlistEntry]:
        for group in root:
            if group.tag not in _GROUPS:
                self._fault(group, found=shown(str(group.tag)), expected=" or ".join(_GROUPS))
                continue
            tag, kind = _GROUPS[str(group.tag)]
            for element in group:
                self._record += 1
                if element.tag != tag:
                    self._fault(element, found=shown(str(element.tag)), expected=tag)
                elif self._has_known_form(element):
                    yield from self._read(element, kind)

    def _has_known_form(self, element: etree._Element) -> bool:
        """Return whether nothing in the element could hold a name that is not looked at."""
        faults_before = len(self._log.faults)
        prefix = str(element.tag)
        plain = frozenset((*_SINGLE, *_WITHOUT_NAMES))
        details = {f"{prefix}_{detail}" for detail in _DETAILS}
        fields = {f"{prefix}_ALIAS": _ALIAS_FIELDS, f"{prefix}_DOCUMENT": _DOCUMENT_FIELDS}
        for child in element:
            tag = str(child.tag)
            if tag not in plain and tag not in details:
                self._fault(child, found=f"element {shown(tag)}", expected="a known element")
            elif tag in _SINGLE and len(child):
                self._fault(child, found="elements inside", expected=f"text in {tag}")
            for inner in child if tag in fields else ():
                if inner.tag not in fields[tag] or len(inner):
                    found = f"element {shown(str(inner.tag))}"
                    self._fault(inner, found=found, expected=f"a known text field of {tag}")
        for tag in _SINGLE:
            if len(element.findall(tag)) > 1:
                self._fault(element, found=f"{tag} more than once", expected="once")
        return len(self._log.faults) == faults_before

    def _read(self, element: etree._Element, kind: EntryKind) -> Iterator[WatchlistEntry]:
        number, reference = _text(element, "DATAID"), _text(element, "REFERENCE_NUMBER")
        names, weak_names = self._names(element)
        first = self._records.setdefault(number, self._record)
        if not (number and reference):
            self._fault(
                element, found="no DATAID or no REFERENCE_NUMBER", expected="both, not empty"
            )
        elif first != self._record:
            found = f"DATAID {number} of record {first} again"
            self._fault(element, found=found, expected="a number used once")
        elif not any(map(normalise_name, names)):
            self._fault(element, found="no readable name", expected="at least one name")
        else:
            yield WatchlistEntry(
                list_name=LIST_NAME,
                reference=reference,
                kind=kind,
                names=names,
                identifiers=tuple(dict.fromkeys(_identifiers(element))),
                programme=_text(element, "UN_LIST_TYPE"),
                weak_names=weak_names,
                record=self._record,
                original=etree.tostring(element, encoding="unicode", with_tail=False),
                remark=(element.findtext("COMMENTS1") or "").strip(),
            )

    def _names(self, element: etree._Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return every undamaged name and those that only a weak alias bears."""
        strong = [" ".join(filter(None, (_text(element, part) for part in _NAME_PARTS)))]
        strong.append(_text(element, "NAME_ORIGINAL_SCRIPT"))
        weak: list[str] = []
        for alias in element.findall(f"{element.tag}_ALIAS"):
            note = _SCRIPT_NOTE.search(_text(alias, "NOTE"))
            names = [_text(alias, "ALIAS_NAME"), note["name"] if note else ""]
            is_weak = _text(alias, "QUALITY").lower() == _WEAK_QUALITY
            (weak if is_weak else strong).extend(names)
        kept = [name for name in dict.fromkeys((*strong, *weak)) if name]
        for name in kept:
            if REPLACEMENT_CHARACTER in name:
                self._warn(element, name)
        kept = [name for name in kept if REPLACEMENT_CHARACTER not in name]
        return tuple(kept), tuple(name for name in kept if name not in strong)

    def _warn(self, element: etree._Element, name: str) -> None:
        what = f"{shown(name)} in record {self._record} ({_text(element, 'REFERENCE_NUMBER')})"
        expected = "every letter of the name; the publisher's file has lost some"
        self.warnings.append(Fault(self._file_name, line_of(element), "name", what, expected))

    def _fault(self, element: etree._Element, *, found: str, expected: str) -> None:
        self._log.add(
            line=line_of(element),
            field=str(element.tag),
            found=f"{found} in record {self._record}" if self._record else found,
            expected=expected,
        )


def _identifiers(element: etree._Element) -> Iterator[tuple[str, str]]:
    for document in element.findall(f"{element.tag}_DOCUMENT"):
        kinds = [_text(document, "TYPE_OF_DOCUMENT"), _text(document, "TYPE_OF_DOCUMENT2")]
        kind = "passport" if any("pass" in each.lower() for each in kinds) else "national_id"
        for text in (_text(document, "NUMBER"), kinds[1]):
            yield from ((kind, number) for number in document_numbers(text))
    for imo in _IMO.finditer(element.findtext("COMMENTS1") or ""):
        yield "imo", imo["number"]


def document_numbers(text: str) -> tuple[str, ...]:
    """Return the numbers that a field may mean: as written, and without the words around it.

    Numbers stand among words (`Russian passport number 8208 No. 555627`); every reading is kept.
    """
    bare = _BRACKETED.sub(" ", text).split(", ")[0]
    readings = [text, bare, _LEADING_WORDS.sub("", bare.strip())]
    readings += [bare[label.end() :] for label in _NUMBER_LABEL.finditer(bare)]
    stripped = (reading.strip(" .,") for reading in readings)
    return tuple(dict.fromkeys(each for each in stripped if any(map(str.isdigit, each))))


def _text(element: etree._Element, tag: str) -> str:
    """Return the text of a child with single spaces; empty where there is none."""
    return " ".join((element.findtext(tag) or "").split())
