"""The reader of the UN list: what it reads, and that it refuses whatever it cannot read."""

import hashlib
import re
from pathlib import Path

import pytest

from comity.errors import InputFaultsError
from comity.feeds.lists_files import FAULTS_MAX, LIST_BYTES_MAX, ListFile
from comity.feeds.lists_un import document_numbers, read_un_list
from comity.screening import EntryKind, Screener

FIXTURE = Path(__file__).parents[2] / "fixtures" / "lists" / "both" / "un.xml"
GOOD = FIXTURE.read_bytes()


def faults_of(data: bytes) -> list[tuple[int, str]]:
    with pytest.raises(InputFaultsError) as refused:
        read_un_list(ListFile("un.xml", data))
    return [(fault.line, str(fault)) for fault in refused.value.faults]


def replaced(old: str, new: str) -> bytes:
    assert old.encode() in GOOD
    return GOOD.replace(old.encode(), new.encode(), 1)


def line_with(text: str, data: bytes = GOOD) -> int:
    return data[: data.index(text.encode())].count(b"\n") + 1


def test_every_name_and_identifier_of_an_individual_is_read() -> None:
    entry = read_un_list(ListFile("un.xml", GOOD)).entries[0]
    assert entry.names == (
        "ORLAN TEMIRKHANOV BEKOVICH SHCHUKIN",
        "Орлан Темирханов Бекович Щукин",
        "Orlan the Younger; Orlan Tolkunov",
        "Орлан Толкунов",
        "Sary Burkut (SB)",
    )
    assert entry.weak_names == ("Sary Burkut (SB)",)
    assert entry.kind is EntryKind.INDIVIDUAL
    assert (entry.reference, entry.programme, entry.record) == ("XXi.001", "Invented", 1)
    assert ("passport", "AC 7654321") in entry.identifiers
    assert ("national_id", "2-01-01-00001-11") in entry.identifiers
    assert ("national_id", "5550001") in entry.identifiers
    assert ("imo", "9999993") in entry.identifiers
    assert entry.remark.startswith("An invented person")


def test_the_version_is_the_date_of_generation_and_the_hash_that_of_the_file() -> None:
    watchlist = read_un_list(ListFile("un.xml", GOOD))
    assert watchlist.version == "2026-05-20T00:00:00.000Z"
    assert watchlist.sha256 == hashlib.sha256(GOOD).hexdigest()
    assert [entry.kind for entry in watchlist.entries] == ["individual", "entity"]


def test_a_name_that_the_publisher_damaged_is_reported_and_its_entry_stays() -> None:
    watchlist = read_un_list(ListFile("un.xml", GOOD))
    assert watchlist.entries[1].names == ("KARAKUSH FOUNDATION", "Каракуш-Трейд")
    [warning] = watchlist.warnings
    assert warning.line == line_with("<ENTITY>")
    assert "record 2 (XXe.001)" in str(warning)


def test_an_entry_of_whose_names_nothing_can_be_compared_stops_the_load() -> None:
    data = replaced("KARAKUSH FOUNDATION", "—").replace("Каракуш-Трейд".encode(), b"")
    assert "no readable name in record 2" in faults_of(data)[0][1]


def test_an_entry_whose_names_are_all_damaged_stops_the_load() -> None:
    data = replaced("KARAKUSH FOUNDATION", "KARAK\ufffd").replace(
        "-Трейд".encode(), b"\xef\xbf\xbd"
    )
    [(line, fault)] = faults_of(data)
    assert line == line_with("<ENTITY>")
    assert "no readable name in record 2" in fault


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<DATAID>9000002</DATAID>", "", "no DATAID"),
        (
            "<DATAID>9000002</DATAID>",
            "<DATAID>9000001</DATAID>",
            "DATAID 9000001 of record 1 again",
        ),
        ("XXe.001", " ", "no REFERENCE_NUMBER"),
        ("<ENTITY_ALIAS>", "<ENTITY_NICKNAME/><ENTITY_ALIAS>", "ENTITY_NICKNAME"),
        ("<ALIAS_NAME>Каракуш-", "<FIFTH_NAME>X</FIFTH_NAME><ALIAS_NAME>", "FIFTH_NAME"),
        ("KARAKUSH FOUNDATION", "KARAKUSH <B>FOUNDATION</B>", "elements inside"),
        ("<FIRST_NAME>KARA", "<FIRST_NAME>A</FIRST_NAME><FIRST_NAME>KARA", "more than once"),
        ("<ENTITIES>", "<ENTITIES><VESSEL/>", "VESSEL"),
    ],
)
def test_an_entry_that_cannot_be_read_for_sure_stops_the_load_with_its_line(
    old: str, new: str, fault: str
) -> None:
    found = faults_of(replaced(old, new))
    assert any(fault in text and line > 0 and "in record" in text for line, text in found), found


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "XML"),
        (GOOD[: len(GOOD) // 2].decode(errors="ignore").encode(), "XML"),
        (replaced("<CONSOLIDATED_LIST", "<!DOCTYPE a><CONSOLIDATED_LIST"), "DOCTYPE"),
        (replaced("<FIRST_NAME>KARAKUSH", "<FIRST_NAME>&evil;"), "XML"),
        (replaced('encoding="UTF-8"', 'encoding="windows-1251"'), "encoding"),
        (replaced('encoding="UTF-8"', 'encoding="UTF-16"'), "encoding"),
        (GOOD.decode().encode("utf-16"), "byte 0xff"),
        (b"<OTHER_LIST/>", "CONSOLIDATED_LIST"),
        (replaced(' dateGenerated="2026-05-20T00:00:00.000Z"', ""), "dateGenerated"),
        (b'<CONSOLIDATED_LIST dateGenerated="2026"><ENTITIES/></CONSOLIDATED_LIST>', "no entry"),
        (b'<CONSOLIDATED_LIST dateGenerated="2026"><PLANETS/></CONSOLIDATED_LIST>', "PLANETS"),
        (GOOD.replace("Каракуш".encode(), "Каракуш".encode("cp1251")), "UTF-8"),
        (b" " * (LIST_BYTES_MAX + 1), "bytes"),
    ],
)
def test_a_file_that_is_not_such_a_list_is_refused(data: bytes, fault: str) -> None:
    assert fault in faults_of(data)[0][1]


def test_all_faults_are_reported_at_once() -> None:
    data = replaced("XXi.001", "").replace(b"XXe.001", b"")
    assert len(faults_of(data)) == 2


def test_faults_without_end_stop_at_a_limit() -> None:
    data = GOOD.replace(b"<ENTITIES>", b"<ENTITIES>" + b"<X/>" * (FAULTS_MAX + 5))
    assert len(faults_of(data)) == FAULTS_MAX + 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("A0002987", "A0002987"),
        ("Country passport number 8208 No. 555627", "555627"),
        ("Country passport number 8208 No. 555627", "8208 No. 555627"),
        ("Diplomatic Passport D014433", "D014433"),
        ("travel document (“Booklet”) A 0139243", "A 0139243"),
        ("R00012098, Nowhere", "R00012098"),
        ("OB 0243318", "OB 0243318"),
    ],
)
def test_a_number_is_found_among_words(text: str, number: str) -> None:
    assert number in document_numbers(text)


def test_a_text_without_digits_holds_no_number() -> None:
    assert document_numbers("unknown") == ()


def test_the_published_list_is_read_without_loss(reference: Path) -> None:
    data = (reference / "sanctions" / "UN_consolidated.xml").read_bytes()
    watchlist = read_un_list(ListFile("UN_consolidated.xml", data))
    raw = data.decode()

    def published(tag: str) -> list[str]:
        texts = re.findall(rf"<{tag}>([^<]*)</{tag}>", raw)
        return [each for text in texts if (each := " ".join(text.split()).replace("&amp;", "&"))]

    assert len(watchlist.entries) == raw.count("<DATAID>")
    assert len(watchlist.entries) == raw.count("<INDIVIDUAL>") + raw.count("<ENTITY>")
    known = {name for entry in watchlist.entries for name in entry.names}
    aliases = published("ALIAS_NAME")
    assert len(aliases) > 2_000
    assert set(aliases) <= known
    damaged = [name for name in published("NAME_ORIGINAL_SCRIPT") if name not in known]
    assert len(damaged) == len(watchlist.warnings) == len(re.findall("\ufffd+", raw))
    for part in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"):
        words = {word for name in known for word in name.split()}
        assert {word for name in published(part) for word in name.split()} <= words
    documents = [number for number in published("NUMBER") if re.search(r"\d", number)]
    identifiers = {value for entry in watchlist.entries for _, value in entry.identifiers}
    assert {number.strip(" .,") for number in documents} <= identifiers


def test_every_published_name_hits_its_own_entry(reference: Path) -> None:
    data = (reference / "sanctions" / "UN_consolidated.xml").read_bytes()
    watchlist = read_un_list(ListFile("UN_consolidated.xml", data))
    screener = Screener([watchlist])
    for entry in watchlist.entries:
        for name in entry.names:
            assert entry in [hit.entry for hit in screener.screen_party([name], [])]
