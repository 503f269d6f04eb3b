"""The reader of OFAC's list: pairs of files, records, aliases, refusals."""

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.errors import Fault, InputFaultsError
from comity.feeds.lists_files import ListFile
from comity.feeds.lists_ofac import read_ofac_list
from comity.screening import EntryKind, Screener, Watchlist, normalise_name

FIXTURES = Path(__file__).parents[2] / "fixtures" / "lists" / "both"
SDN = (FIXTURES / "sdn.csv").read_bytes()
ALT = (FIXTURES / "alt.csv").read_bytes()


def read(sdn: bytes = SDN, alt: bytes = ALT) -> Watchlist:
    return read_ofac_list(ListFile("sdn.csv", sdn), ListFile("alt.csv", alt))


def faults_of(sdn: bytes = SDN, alt: bytes = ALT) -> tuple[Fault, ...]:
    with pytest.raises(InputFaultsError) as refused:
        read(sdn, alt)
    return refused.value.faults


def test_entries_are_read_with_their_aliases_numbers_and_remarks() -> None:
    person, bank, vessel = read().entries
    assert person.names == ("VYMYSLOV, Fyodor Yur'yevich", "VYMYSLOV, Fedor", "KRYLATY")
    assert person.weak_names == ("KRYLATY",)
    assert person.identifiers == (
        ("passport", "AB1234567"),
        ("passport", "7 1234567"),
        ("tax_id", "770000000009"),
    )
    assert person.remark.startswith("DOB 01 Jan 1970; Passport")
    assert bank.names == ("BANK VYMYSEL, OOO", 'VYMYSEL-INVEST "PLUS"')
    assert ("bic", "VYMYRU20") in bank.identifiers
    assert [entry.kind for entry in read().entries] == [
        EntryKind.INDIVIDUAL,
        EntryKind.ENTITY,
        EntryKind.VESSEL,
    ]
    assert vessel.identifiers == (("imo", "9999981"), ("call_sign", "UZX99"))
    assert (vessel.reference, vessel.programme, vessel.record) == ("900003", "INVENTED", 3)


def test_hash_and_version_are_those_of_both_files() -> None:
    watchlist = read()
    assert watchlist.sha256 == hashlib.sha256(SDN + ALT).hexdigest()
    assert watchlist.version == watchlist.sha256[:16]


def test_the_end_of_file_sign_may_be_there_or_not() -> None:
    assert SDN.endswith(b"\x1a")
    assert read(SDN.removesuffix(b"\x1a")).entries == read().entries
    assert read(SDN.replace(b"\n", b"\r\n"), ALT + b"\x1a\r\n").entries == read().entries


@pytest.mark.parametrize(
    ("sdn", "line", "fault"),
    [
        (b"", 0, "no entry"),
        (SDN.replace(b'"PRIDUMKA"', b'"PRI\xc4UMKA"'), 3, "byte 0xc4"),
        (SDN.replace(b'"PRIDUMKA"', b'"PRI\x00DUMKA"'), 3, "U+0000"),
        (SDN.replace(b'"PRIDUMKA"', b'"PRI\x1aDUMKA"'), 3, "U+001A"),
        (SDN.replace(b'"PRIDUMKA"', b'"PRIDUMKA'), 3, "quotes"),
        (SDN.replace(b'"PRIDUMKA"', b'"PRI"DUMKA'), 3, "quotes"),
        (SDN.replace(b'"PRIDUMKA"', b'"PRI\nDUMKA"'), 3, "quotes"),
        (SDN.replace(b'"PRIDUMKA"', b'"PRIDUMKA","X"'), 3, "13 columns in record 3"),
        (SDN.replace(b',"PRIDUMKA"', b""), 3, "11 columns in record 3"),
        (SDN.replace(b'"PRIDUMKA"', b"-0- "), 3, "no name, in record 3"),
        (SDN.replace(b'"PRIDUMKA"', b'" "'), 3, "no name, in record 3"),
        (SDN.replace(b'"PRIDUMKA"', b'"--"'), 3, "no name, in record 3"),
        (SDN.replace(b"PRIDUMKA", "PRI\ufffdUMKA".encode()), 3, "no name, in record 3"),
        (SDN.replace(b"900003", b"900001"), 3, "900001 of line 1 again"),
        (SDN.replace(b"900003", b"X"), 3, "'X'"),
        (SDN.replace(b"900003", "９".encode()), 3, "a whole number"),
        (SDN.replace(b"vessel", b"planet"), 3, "'planet'"),
        (SDN.replace(b"900003", b"\n900003"), 3, "0 columns"),
    ],
)
def test_a_record_that_cannot_be_read_stops_the_load_with_its_line(
    sdn: bytes, line: int, fault: str
) -> None:
    faults = faults_of(sdn=sdn, alt=b"" if sdn == b"" else ALT)
    assert faults[0].file == "sdn.csv"
    assert faults[0].line == line
    assert fault in str(faults[0])


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (b"900002,", b"900009,", "ent_num"),
        (b'"fka"', b'"maybe"', "alt_type"),
        (b'"VYMYSLOV, Fedor"', b"-0- ", "alt_name"),
        (b'"aka",', b"", ""),
    ],
)
def test_an_alias_that_cannot_be_read_stops_the_load(old: bytes, new: bytes, field: str) -> None:
    [fault] = faults_of(alt=ALT.replace(old, new))
    assert (fault.file, fault.field) == ("alt.csv", field)


def test_the_faults_of_both_files_are_reported_at_once() -> None:
    faults = faults_of(SDN.replace(b"vessel", b"planet"), ALT.replace(b'"fka"', b'"maybe"'))
    assert [fault.file for fault in faults] == ["sdn.csv", "alt.csv"]


def raw_rows(path: Path) -> Iterator[list[str]]:
    yield from csv.reader(io.StringIO(path.read_bytes().decode("ascii"), newline=""))


def test_the_published_list_is_read_without_loss(reference: Path) -> None:
    folder = reference / "sanctions"
    watchlist = read((folder / "sdn.csv").read_bytes(), (folder / "alt.csv").read_bytes())
    sdn, alt = list(raw_rows(folder / "sdn.csv")), list(raw_rows(folder / "alt.csv"))
    assert len(watchlist.entries) == len(sdn) > 7_000
    named = {(entry.reference, name) for entry in watchlist.entries for name in entry.names}
    assert {(row[0], " ".join(row[1].split())) for row in sdn} <= named
    assert {(row[0], " ".join(row[3].split())) for row in alt} <= named
    names = sum(len(entry.names) - len(entry.weak_names) for entry in watchlist.entries)
    assert names == len({(row[0], row[1]) for row in sdn} | {(row[0], row[3]) for row in alt})
    kinds = [kind for entry in watchlist.entries for kind, _ in entry.identifiers]
    assert kinds.count("bic") == sum(row[11].count("SWIFT/BIC") for row in sdn)
    assert kinds.count("bik") == sum(row[11].count("BIK (RU)") for row in sdn)


def test_every_published_name_and_number_hits_its_own_entry(reference: Path) -> None:
    folder = reference / "sanctions"
    watchlist = read((folder / "sdn.csv").read_bytes(), (folder / "alt.csv").read_bytes())
    screener = Screener([watchlist])
    for entry in watchlist.entries:
        for name in entry.names:
            assert normalise_name(name)
            assert entry in [hit.entry for hit in screener.screen_party([name], [])]
        for kind, value in entry.identifiers:
            hits = screener.screen_party([], [value])
            assert entry in [hit.entry for hit in hits] or (kind != "bic" and len(value) < 8)
