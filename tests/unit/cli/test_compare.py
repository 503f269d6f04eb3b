"""The command on files: what it prints, leaves, refuses."""

import csv
import hashlib
import io
import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from tests.integration.command_line import comity

from comity.simulator.options import OPTIONS, Option
from comity.simulator.tables import COLUMNS

EXAMPLES = Path(__file__).parents[3] / "examples" / "compare"
RATES = EXAMPLES.parent / "kyrgyzstan-russia" / "rates"
SCHEMA = json.loads(files("comity").joinpath("schemas/compare.schema.json").read_text("utf-8"))
RING = """time,debtor,creditor,currency,amount,link
08:00,A,B,RUB,80.00,
09:00,B,C,RUB,80.00,
10:00,C,A,RUB,80.00,
11:00,A,B,RUB,20.00,
"""
TRADE = """time,debtor,creditor,currency,amount,link
09:00,A,B,RUB,80.00,1
11:00,B,A,KGS,100.00,1
"""


def is_for_anybody(option: Option) -> bool:
    return not option.links and not option.has_two_currencies


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    path = tmp_path / "ring.csv"
    path.write_text(RING, encoding="utf-8")
    return path


def test_the_document_follows_its_schema_and_says_what_was_found(ring: Path) -> None:
    ran = comity("compare", ring, "--json", "--liquidity", "0,1", "--at", "1")
    assert ran.code == 0, ran.words
    document = ran.document
    jsonschema.validate(document, SCHEMA)
    assert document["bounds"] == {"RUB": {"upper_minor": 80_00, "lower_minor": 20_00}}
    assert document["hours"] == {"opens": "08:00", "closes": "12:00"}
    gross, *_ = document["options"]
    assert gross["name"] == "gross"
    assert gross["settled_value_share"] == {"RUB": "1.000000"}
    assert gross["liquidity_used_minor"] == {"RUB": 80_00}
    assert gross["delay_indicator"] == {"RUB": "0.000000"}
    offset = next(
        one
        for one in document["frontier"]
        if (one["option"], one["level"]) == ("gross-offset", "0.000000")
    )
    assert (offset["liquidity_used_minor"], offset["settled_value_share"]) == (20_00, "1.000000")
    strict = next(
        one
        for one in document["frontier"]
        if (one["option"], one["level"]) == ("gross", "0.000000")
    )
    assert strict["settled_value_share"] == "0.000000"
    assert all(one["interval"] is None for one in document["paired"])


def test_what_it_leaves_is_the_same_again(ring: Path) -> None:
    comity("compare", ring)
    folder = ring.parent / "out" / "ring"
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    tables = {f"{name}.{kind}" for name in COLUMNS for kind in ("csv", "parquet")}
    assert set(first) == {"report.html", "compare.json", "manifest.json", *tables}
    rows = list(csv.DictReader(io.StringIO(first["figures.csv"].decode())))
    options = {row["option"] for row in rows}
    assert options == {one.name for one in OPTIONS.values() if is_for_anybody(one)}
    assert len(rows) == 5 * len(options)
    assert (rows[0]["option"], rows[0]["level"], rows[0]["lower_bound_minor"]) == (
        "gross",
        "0.000000",
        "2000",
    )
    assert rows[4]["settled_value_minor"] == rows[4]["value_minor"] == "26000"
    comity("compare", ring)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    manifest = json.loads(first["manifest.json"])
    assert manifest["hashes"] == json.loads(first["compare.json"])["hashes"]
    for one in manifest["files"]:
        data = first[one["file"]]
        assert (one["bytes"], one["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert {one["file"] for one in manifest["files"]} == set(first) - {"manifest.json"}
    page = first["report.html"].decode()
    assert "What would each way of settling cost?" in page
    assert "http://" not in page.partition("<script>")[0]


def test_the_example_has_intervals_and_a_ranking_for_people(tmp_path: Path) -> None:
    ran = comity(
        *("compare", EXAMPLES / "two-weeks.csv", "--out", tmp_path),
        *("--option", "gross", "--option", "net-multilateral", "--liquidity", "0.5"),
    )
    assert ran.code == 0, ran.words
    assert "3 600 payments between 8 parties on 12 days" in ran.words.replace("\u202f", " ")
    assert "net-multilateral" in ran.words
    assert "differences stand" in ran.words
    assert "report.html" in ran.words


def test_trades_are_compared_with_and_without_the_link(tmp_path: Path) -> None:
    path = tmp_path / "trade.csv"
    path.write_text(TRADE, encoding="utf-8")
    ran = comity(
        *("compare", path, "--json", "--option", "gross", "--option", "pvp"),
        *("--liquidity", "1", "--at", "1"),
    )
    gross, versus = ran.document["options"]
    assert gross["fx_exposure_value_hours"] == {"KGS": "20000.000000", "RUB": "0.000000"}
    assert versus["fx_exposure_value_hours"] == {"KGS": "0.000000", "RUB": "0.000000"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--option", "gross"), []),
        (("--option", "gross", "--cycles", "3,1"), [1, 3]),
        (("--option", "net-multilateral"), [1, 2, 4, 8, 24]),
        (("--option", "net-multilateral", "--cycles", "0"), []),
        (("--option", "net-multilateral:3", "--cycles", "3,6"), [3, 6]),
    ],
)
def test_other_numbers_of_cycles_are_tried_beside(
    ring: Path, words: tuple[str, ...], expected: list[int]
) -> None:
    ran = comity("compare", ring, "--json", *words)
    assert ran.code == 0, ran.words
    assert [one["cycles"] for one in ran.document["cycles"]] == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("--option", "fastest"),
            "--option: found 'fastest', expected a file *.toml, or one of correspondent",
        ),
        (("--option", "gross:4"), "expected no cycles: gross has none"),
        (("--option", "net-multilateral:25"), "expected 1 to 24 cycles"),
        (("--option", "gross", "--option", "gross"), "expected each once"),
        (("--option", "pvp"), "found payments in one currency"),
        (("--liquidity", "0,2"), "--liquidity: found '2', expected numbers from 0 to 1"),
        (("--at", "0.3"), "--at: found 0.3, expected one of --liquidity: 0, 0.25, 0.5, 0.75, 1"),
        (("--opens", "9 o'clock"), '--opens: found "9 o\'clock", expected HH:MM'),
        (("--opens", "12:00", "--closes", "11:00"), "--closes: found 11:00"),
        (("--opens", "09:00"), "payments come from 08:00 to 11:00"),
        (("--column", "debtor"), "--column: found 'debtor'"),
        (("--cycles", "1,25"), "--cycles: found '1,25', expected such as 1,2,8, at most 24"),
        (("--cycles", "few"), "--cycles: found 'few'"),
        (("--time-zone", "Mars/Base"), "--time-zone: found 'Mars/Base'"),
    ],
)
def test_what_cannot_be_done_is_refused(ring: Path, words: tuple[str, ...], expected: str) -> None:
    ran = comity("compare", ring, *words)
    assert ran.code == 2
    assert expected in ran.words
    assert not (ring.parent / "out").exists()


def test_options_are_listed_and_their_files_can_be_copied_and_edited(
    tmp_path: Path, ring: Path
) -> None:
    assert "gross-offset" in comity("options", "list").words
    assert len(comity("options", "list", "--json").document) == len(OPTIONS) == 16
    shown = comity("options", "show", "net-multilateral:8", "--json").document
    assert (shown["name"], shown["cycles"], shown["mode"]) == ("net-multilateral:8", 8, "cycle")
    text = comity("options", "show", "net-multilateral").out
    ours = tmp_path / "ours.toml"
    ours.write_text(
        text.replace('"net-multilateral"', '"ours"').replace("cycles = 4", "cycles = 2")
    )
    ran = comity("compare", ring, "--option", ours, "--json")
    assert ran.code == 0, ran.words
    (found,) = ran.document["options"]
    assert (found["name"], found["cycles"]) == ("ours", 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name = ", "found no TOML"),
        ('name = "x"', "expected an object with name, title, words"),
        ('name="x"\ntitle="x"\nwords="x"\nmode="slow"', "mode: found 'slow', expected"),
        ('name="x"\ntitle="x"\nwords="x"\nmode="cycle"', "cycles: found another number"),
        ('name="a:b"\ntitle="x"\nwords="x"', "name: found a:b"),
        ('name="x"\ntitle="x"\nwords="x"\nsetoffs=25', "setoffs: found 25, expected 0 to 24"),
        (
            'name="x"\ntitle="x"\nwords="x"\n[central_banks]\nasset="carried_balance"',
            "central_banks.credit_days: found None, expected more than 0",
        ),
        (
            'name="x"\ntitle="x"\nwords="x"\n[correspondents]\nbanks=0',
            "correspondents.banks: found 0, expected 1 to 20",
        ),
        (
            'name="x"\ntitle="x"\nwords="x"\n[dealers]\nin_each_country=1\nspread_percent=0.5',
            "dealers.spread_percent: found 0.5, expected a text",
        ),
    ],
)
def test_a_file_that_describes_no_option_is_refused(
    tmp_path: Path, ring: Path, text: str, expected: str
) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    ran = comity("compare", ring, "--option", path)
    assert ran.code == 2
    assert "wrong.toml" in ran.words
    assert expected in ran.words


def test_countries_come_from_a_file_where_names_are_no_bics(tmp_path: Path) -> None:
    path, parties = tmp_path / "pays.csv", tmp_path / "parties.csv"
    path.write_text(
        "date,time,debtor,creditor,currency,amount\n"
        "2026-05-25,09:00,A,B,RUB,100.00\n2026-05-25,10:00,B,A,RUB,40.00\n",
        encoding="utf-8",
    )
    parties.write_text("party,country\nA,KG\nB,RU\n", encoding="utf-8")
    words = ("--option", "swap-line", "--rates", RATES, "--liquidity", "1", "--at", "1", "--json")
    refused = comity("compare", path, *words)
    assert "found 2 parties whose country is not known, such as 'A'" in refused.words
    ran = comity("compare", path, *words, "--parties", parties)
    assert ran.code == 0, ran.words
    jsonschema.validate(ran.document, SCHEMA)
    (found,) = ran.document["options"]
    assert found["settled_value_share"] == {"KGS": None, "RUB": "1.000000"}
    assert ran.document["total"]["currency"] == "RUB"
    parties.write_text("party,country\nA,KG\nC,RU\n", encoding="utf-8")
    refused = comity("compare", path, *words, "--parties", parties)
    assert refused.code == 2
    assert "a debtor or creditor of the payments, each once" in refused.words
