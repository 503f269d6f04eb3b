"""Bad input through the command line: each gets its answer, and the rest of the day goes on."""

import os
import re
import resource
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.integration.command_line import DAY, Folder, comity, message

pytestmark = pytest.mark.slow

GOOD = message(900, at=f"{DAY}T12:00:00+06:00")
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><Envelope>&i;</Envelope>"
)
FIRST = message(1)
REFUSED: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "XMLF"),
    "malformed": (FIRST[:-40], "XMLF"),
    "two roots": (FIRST + "<more/>", "XMLF"),
    "doctype": (FIRST.replace("<Envelope>", "<!DOCTYPE Envelope><Envelope>"), "DOCT"),
    "entity bomb": (ENTITIES, "DOCT"),
    "outside entity": (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>',
        "DOCT",
    ),
    "undeclared entity": (FIRST.replace("Бийик", "&b;"), "XMLF"),
    "declared windows-1251": (
        FIRST.replace('encoding="UTF-8"', 'encoding="windows-1251"').encode("cp1251"),
        "UTF8",
    ),
    "undeclared windows-1251": (FIRST.encode("cp1251"), "UTF8"),
    "UTF-16": (FIRST.encode("utf-16"), "UTF8"),
    "wrong schema": (FIRST.replace("<ChrgBr>SHAR</ChrgBr>", "<ChrgBr>HALF</ChrgBr>"), "XSDV"),
    "negative amount": (message(1, amount="-5.00"), "XSDV"),
    "amount in words": (message(1, amount="five"), "XSDV"),
    "unknown definition": (FIRST.replace("pacs.008.001.08", "pacs.008.001.99"), "NMSP"),
    "no document": ("<Envelope/>", "NDOC"),
    "header of another": (
        FIRST.replace("<MsgDefIdr>pacs.008", "<MsgDefIdr>pacs.009"),
        "HEAD",
    ),
}
REJECTED: dict[str, tuple[str, str]] = {
    "three decimals": (message(1, amount="1000.125"), "AM12"),
    "zero": (message(1, amount="0.00"), "AM01"),
    "unknown payee's bank": (message(1, payee="NEMORUM0"), "CNOR"),
    "unknown payer's bank": (message(1, payer="NEMOKG20"), "DNOR"),
    "suspended bank": (message(1, payee="STVRRUM0"), "AG01"),
    "unknown currency": (message(1, currency="XQQ"), "AM11"),
    "ineligible currency": (message(1, currency="USD"), "AM03"),
    "purpose missing": (message(1, purpose=""), "FF07"),
    "purpose unknown": (message(1, purpose="<Purp><Cd>XYZZ</Cd></Purp>"), "FF07"),
    "purpose not covered": (message(1, purpose="<Purp><Cd>OTHR</Cd></Purp>"), "RR04"),
    "date in the past": (message(1, value_date="2026-05-22"), "DT01"),
    "agreement expired": (message(1, purpose="<Purp><Cd>TAXS</Cd></Purp>"), "AG03"),
    "above the ceiling": (message(1, amount="500000000.01"), "AM02"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_message_that_cannot_be_read_is_refused_and_the_day_goes_on(
    folder: Folder, name: str
) -> None:
    data, code = REFUSED[name]
    folder.send("bad.xml", data)
    folder.send("good.xml", GOOD)
    done = folder.settled("--date", DAY)
    assert done["messages_refused"] == 1
    assert (done["payments"]["received"], done["payments"]["settled"]) == (1, 1)
    (answer,) = folder.outgoing("admi002")
    assert f"<RjctgPtyRsn>{code}</RjctgPtyRsn>" in answer
    shown = folder.settle("--date", DAY).words
    assert f"{code} payments/bad.xml" in shown


@pytest.mark.parametrize("name", REJECTED)
def test_a_payment_that_cannot_be_settled_is_rejected_with_its_code(
    folder: Folder, name: str
) -> None:
    data, code = REJECTED[name]
    folder.send("bad.xml", data)
    folder.send("good.xml", GOOD)
    done = folder.settled()
    states = done["payments"]["states"]
    assert (states["REJECTED"], states["SETTLED"], done["messages_refused"]) == (1, 1, 0)
    if "unknown payer" not in name:
        answers = "".join(folder.outgoing("pacs002"))
        assert answers.count("<TxSts>RJCT</TxSts>") == 1
        assert f"<Cd>{code}</Cd>" in answers
    assert re.search(rf"\b{code} 1 ", folder.settle("--date", DAY).words)


def test_a_message_of_100_megabytes_is_refused_without_being_read_into_memory(
    folder: Folder,
) -> None:
    path = folder.send("huge.xml", FIRST)
    with path.open("r+b") as stream:
        stream.truncate(100_000_000)
    folder.send("good.xml", GOOD)
    done = folder.settled("--date", DAY)
    assert (done["messages_refused"], done["payments"]["settled"]) == (1, 1)
    assert "<RjctgPtyRsn>SIZE</RjctgPtyRsn>" in folder.outgoing("admi002")[0]
    with path.open("r+b") as stream:
        stream.seek(99_999_999)
        stream.write(b"x")
    ran = folder.settle("--date", DAY)
    assert ran.code == 2, "bytes behind the limit are part of what was taken"
    assert "payments/huge.xml" in ran.words


def test_a_message_just_within_the_limit_is_read_whole(folder: Folder) -> None:
    # The parser takes at most 10 MB of text in one piece, so the blanks stand in several.
    missing = 20_000_000 - len(FIRST.encode())
    for number, (size, is_read) in enumerate(((missing, True), (missing + 1, False))):
        pads = [" " * (size // 3), " " * (size // 3), " " * (size - size // 3 * 2)]
        text = FIRST.replace("</AppHdr>", f"</AppHdr>{pads[0]}")
        text = text.replace("</Document>", f"</Document>{pads[1]}") + pads[2]
        folder.send("long.xml", text)
        done = folder.settled("--date", DAY, "--database", folder.path.parent / f"{number}.db")
        assert done["payments"]["settled"] == is_read
        assert done["messages_refused"] == (not is_read)


def test_files_of_the_same_bytes_are_one_message(folder: Folder) -> None:
    for name in ("a.xml", "b.xml", "deep/down/c.xml"):
        folder.send(name, FIRST)
    done = folder.settled()
    assert (done["payments"]["received"], done["duplicates"]) == (1, 2)
    answers = "".join(folder.outgoing("pacs002"))
    assert answers.count("<TxSts>ACSC</TxSts>") == 3, "each is answered, with the same answer"


def test_a_rejected_payment_sent_again_is_answered_with_its_reason(folder: Folder) -> None:
    data = message(1, amount="0.00")
    folder.send("a.xml", data)
    folder.send("b.xml", data)
    assert folder.settled()["duplicates"] == 1
    lines = re.findall(r"<TxSts>.*?</StsRsnInf>", "".join(folder.outgoing("pacs002")))
    assert len(lines) == 2
    assert lines[0] == lines[1]
    assert "<Cd>AM01</Cd>" in lines[0]


def two_currencies(number: int = 1) -> str:
    return message(number, account_currency="KGS", at=f"{DAY}T08:00:00+06:00")


def remove_rates(rates: Path) -> None:
    shutil.rmtree(rates)


def age_rates(rates: Path) -> None:
    path = rates / "nbkr-daily-2026-05-24.xml"
    path.write_bytes(path.read_bytes().replace(b"24.05.2026", b"20.05.2026"))


def jump_rates(rates: Path) -> None:
    """Add the fixing of the day, a hundred times the one before: the nominal was forgotten."""
    text = (rates / "nbkr-daily-2026-05-24.xml").read_bytes()
    jumped = text.replace(b"24.05.2026", b"25.05.2026").replace(b"1,2263", b"122,6300")
    (rates / "nbkr-daily-2026-05-25.xml").write_bytes(jumped)


@pytest.mark.parametrize("change", [remove_rates, age_rates, jump_rates])
def test_without_a_usable_rate_a_payment_waits_and_expires_and_others_settle(
    folder: Folder, change: Callable[[Path], None]
) -> None:
    change(folder.path / "rates")
    folder.send("two.xml", two_currencies())
    folder.send("one.xml", GOOD)
    states = folder.settled()["payments"]["states"]
    assert (states["EXPIRED"], states["SETTLED"]) == (1, 1)
    answers = "".join(folder.outgoing("pacs002"))
    assert answers.index("<Prtry>RATE</Prtry>") < answers.index("<Cd>AB03</Cd>")


def test_a_rate_that_jumps_is_said_to_be_in_quarantine(folder: Folder) -> None:
    jump_rates(folder.path / "rates")
    shown = comity("rates", "show", folder.path).words
    assert "NBKR" in shown
    assert "nominal" in shown.lower()


def test_an_unreadable_rate_file_is_refused_with_all_faults(folder: Folder) -> None:
    folder.send("good.xml", GOOD)
    (folder.path / "rates" / "a.xml").write_text("not a rate file")
    (folder.path / "rates" / "b.xml").write_text("<CurrencyRates/>")
    (folder.path / "series").mkdir()
    (folder.path / "series" / "all_payments.csv").write_bytes(b"\xff")
    ran = folder.settle()
    assert ran.code == 2
    for name in ("rates/a.xml", "rates/b.xml", "series/all_payments.csv"):
        assert name in ran.words
    assert not folder.out.exists(), "nothing is made of a folder that cannot be read"


def test_a_file_that_is_no_message_file_is_refused_by_name(folder: Folder) -> None:
    folder.send("good.xml", GOOD)
    folder.send("notes.txt", "notes")
    outside = folder.path.parent / "outside.xml"
    outside.write_text(FIRST)
    (folder.path / "payments" / "link.xml").symlink_to(outside)
    (folder.path / "payments" / "gone.xml").symlink_to(folder.path / "nothing.xml")
    os.mkfifo(folder.path / "payments" / "pipe.xml")
    ran = folder.settle()
    assert ran.code == 2
    for name in ("notes.txt", "link.xml", "gone.xml", "pipe.xml"):
        assert f"payments/{name}" in ran.words
    assert "a link out of the folder" in ran.words


def test_a_directory_named_like_a_message_is_gone_into(folder: Folder) -> None:
    folder.send("day.xml/good.xml", GOOD)
    assert folder.settled()["payments"]["settled"] == 1


def test_file_names_need_not_be_text(folder: Folder) -> None:
    payments = folder.path / "payments"
    payments.mkdir()
    names = (b"\xff\xfe.xml", b"new\nline.xml", b"back\\slash.xml", b"unit\x1fseparator.xml")
    for number, name in enumerate(names):
        Path(os.fsdecode(os.fsencode(payments) + b"/" + name)).write_text(message(number))
    (payments / "bad.xml").write_text("not a message")
    first = folder.settled("--date", DAY)
    assert (first["payments"]["settled"], first["messages_refused"]) == (4, 1)
    assert folder.settled("--date", DAY)["changed"] is False
    assert folder.settle("--date", DAY).code == 0


def test_messages_of_one_instant_are_taken_in_the_order_of_their_paths_in_bytes(
    folder: Folder,
) -> None:
    names = ("Б.xml", "a.xml", "Z.xml", "a/b.xml", "a-b.xml")
    for number, name in enumerate(names):
        folder.send(name, message(number))
    folder.settled()
    answers = "".join(folder.outgoing("pacs002"))
    found = re.findall(r"<OrgnlMsgId>(TEST-\d+)</OrgnlMsgId>", answers)
    expected = sorted(range(len(names)), key=lambda number: f"payments/{names[number]}".encode())
    assert list(dict.fromkeys(found)) == [f"TEST-{number:06d}" for number in expected]


def test_a_database_of_another_kind_is_refused(folder: Folder) -> None:
    folder.send("good.xml", GOOD)
    other = folder.path.parent / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    ran = folder.settle("--database", other)
    assert ran.code == 2
    assert "not a comity database" in ran.words


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ran = comity("settle", tmp_path / "nowhere")
    assert ran.code == 2
    assert "found no such folder" in ran.words


def test_results_that_cannot_be_written_are_unavailable_and_come_later(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.send("good.xml", GOOD)

    def refuse(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patched:
        patched.setattr("comity.cli.settle.write_whole", refuse)
        ran = folder.settle()
    assert ran.code == 4
    assert "unavailable" in ran.words
    assert "No space left" in ran.words
    again = folder.settled("--date", DAY)
    assert again["changed"] is False
    assert folder.outgoing("pacs002")


def test_memory_stays_far_below_the_bytes_of_a_folder_of_huge_files(folder: Folder) -> None:
    """Five files of 100 MB; the peak of this process may not grow by even one of them."""
    for number in range(5):
        path = folder.send(f"huge-{number}.xml", message(number))
        with path.open("r+b") as stream:
            stream.truncate(100_000_000)
    folder.send("good.xml", GOOD)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert folder.settled("--date", DAY)["messages_refused"] == 5
    grown_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kilobytes < 90_000
