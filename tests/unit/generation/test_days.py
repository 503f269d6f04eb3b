"""Generated days: repeatable to the byte, calibrated, flawed at the rates the profile names."""

import csv
import io
import json
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from comity.agreements.scheme import Scheme
from comity.arrangement import load_scheme
from comity.errors import LimitExceededError, UsageError
from comity.generation import GenerationOrder, check_order, generate, write_files
from comity.messages.guideline_schemas import GuidelineSchemas
from comity.messages.interchange import open_interchange, safe_parser
from comity.messages.refusal import MessageRefusedError
from comity.payments.purposes import purpose_group

EXAMPLE = Path(__file__).parents[3] / "examples" / "kyrgyzstan-russia"
DAY = date(2026, 5, 25)
LISTED = ("Артемий Синтетов", "NIGDEEV & CO")


@cache
def scheme() -> Scheme:
    return load_scheme(EXAMPLE)


def order(**changes: object) -> GenerationOrder:
    values = {"scale_permille": 20, "listed_names": LISTED} | changes
    return GenerationOrder(scheme=scheme(), first_day=DAY, **values)  # type: ignore[arg-type]  # a test names what it changes


def files(**changes: object) -> dict[str, bytes]:
    return {each.path: each.data for each in generate(order(**changes))}


@cache
def small_day() -> dict[str, bytes]:
    return files()


@cache
def messages() -> dict[str, bytes]:
    """Give the messages of the small day that are not damaged."""
    return {
        path: data
        for path, data in small_day().items()
        if path.startswith("payments/") and "_" not in path
    }


def description(made: dict[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made["generation.json"])
    return found


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert files() == small_day()


def test_another_seed_gives_other_payments() -> None:
    assert files(seed=2).keys() != small_day().keys()


def test_a_day_is_the_same_however_many_days_follow_it() -> None:
    longer = files(day_count=2)
    first = f"payments/{DAY}/"
    for path in (each for each in small_day() if each.startswith(first)):
        assert longer[path] == small_day()[path]


def test_days_are_joint_business_days_one_after_another() -> None:
    made = files(day_count=4, scale_permille=1)
    days = sorted({path.split("/")[1] for path in made if path.startswith("payments/")})
    # 27 May is Kurman ait in Kyrgyzstan.
    assert days == ["2026-05-25", "2026-05-26", "2026-05-28", "2026-05-29"]


@pytest.mark.parametrize("scale_permille", [1, 20, 100])
def test_even_a_small_day_has_two_hundred_messages_spread_over_it(scale_permille: int) -> None:
    made = files(scale_permille=scale_permille)
    hours = Counter(
        path.split("/")[2][:2] for path in made if path.startswith("payments/") and "_" not in path
    )
    assert sum(hours.values()) >= 200
    assert all(hours[f"{hour:02d}"] for hour in range(7, 17))


def test_morning_and_afternoon_are_busier_than_noon() -> None:
    hours = Counter(path.split("/")[2][:2] for path in messages())
    assert hours["07"] > hours["11"]
    assert hours["15"] > hours["11"]


def test_every_readable_message_follows_the_guideline() -> None:
    schemas, parser = GuidelineSchemas(), safe_parser()
    for path, data in messages().items():
        interchange = open_interchange(data, parser)
        assert interchange.header is not None
        assert schemas.fault_of(interchange.header, "head.001.001.02") is None, path
        assert schemas.fault_of(interchange.document, interchange.definition_id) is None, path


def test_every_readable_message_is_valid_under_the_official_schemas(reference: Path) -> None:
    schemas = {
        name: etree.XMLSchema(file=reference / f"iso20022/xsd/{name}.xsd")
        for name in ("head.001.001.02", "pacs.008.001.08", "pacs.009.001.08")
    }
    for path, data in messages().items():
        interchange = open_interchange(data, safe_parser())
        assert interchange.header is not None
        schemas["head.001.001.02"].assertValid(interchange.header)
        schema = schemas[interchange.definition_id]
        assert schema.validate(interchange.document), f"{path}: {schema.error_log}"


def test_each_damaged_message_is_refused_for_its_own_damage() -> None:
    found: dict[str, str] = {}
    for path, data in small_day().items():
        if not path.startswith("payments/") or "_" not in path:
            continue
        damage = path.rpartition("_")[2].removesuffix(".xml")
        try:
            interchange = open_interchange(data, safe_parser())
            fault = GuidelineSchemas().fault_of(interchange.document, interchange.definition_id)
            found[damage] = "SCHEMA_INVALID" if fault else "READ"
        except MessageRefusedError as refused:
            found[damage] = refused.reason.name
    assert found == {
        "exact-duplicate": "READ",
        "same-reference": "READ",
        "malformed": "MALFORMED_XML",
        "doctype": "DOCTYPE_PRESENT",
        "unknown-namespace": "UNKNOWN_NAMESPACE",
        "schema-invalid": "SCHEMA_INVALID",
        "not-utf8": "NOT_UTF8",
    }


def test_a_duplicate_is_the_original_byte_for_byte_and_sorts_behind_it() -> None:
    [again] = {path for path in small_day() if "exact-duplicate" in path}
    original = again.rpartition("_")[0] + ".xml"
    assert small_day()[again] == small_day()[original]
    assert again.encode() > original.encode()


def test_every_flaw_of_the_profile_is_there() -> None:
    [day] = description(small_day())["days"]
    assert min(day["flaws"].values()) >= 1
    assert min(day["extra_messages"].values()) >= 1


def test_without_lists_no_payee_bears_a_listed_name() -> None:
    [day] = description(files(listed_names=()))["days"]
    assert day["flaws"]["listed_name"] == 0


def test_names_are_written_in_both_scripts_and_escaped() -> None:
    text = b"".join(messages().values()).decode()
    assert "ОсОО «" in text
    assert 'LLC "' in text
    assert "<Nm>Артемий Синтетов</Nm>" in text or "<Nm>NIGDEEV &amp; CO</Nm>" in text


def test_every_purpose_belongs_to_a_group_or_is_meant_not_to() -> None:
    codes = Counter(
        str(element.text)
        for data in messages().values()
        for element in open_interchange(data, safe_parser()).document.iterfind(".//{*}Purp/{*}Cd")
    )
    assert {code for code in codes if purpose_group(code) is None} == {"OTHR", "TREA"}
    assert codes["DEPD"] > codes["GDDS"] > codes["EDUC"]


def test_most_of_a_full_days_value_is_what_the_public_totals_say() -> None:
    made = files(scale_permille=1_000, listed_names=())
    [day] = description(made)["days"]
    assert day["payments"] == 40_000
    rows = list(csv.DictReader(io.StringIO(made["series/all_payments.csv"].decode())))
    som = {"KGS": 1.0, "RUB": 1.2263, "USD": 87.45, "EUR": 101.5076, "CNY": 12.8707}
    value = {"all": 0.0, "national": 0.0}
    for row in rows:
        national = row["currency"] in ("KGS", "RUB")
        value["all"] += float(row["amount"]) * som[row["currency"]]
        value["national"] += national * float(row["amount"]) * som[row["currency"]]
    assert value["national"] / value["all"] == pytest.approx(0.97, abs=0.001)
    # Trade, remittances and the rest of a day within the scheme: some $30 m.
    assert value["national"] / 87.45 == pytest.approx(30e6, rel=0.05)


def test_banks_that_live_on_what_comes_in_open_with_little() -> None:
    rows = csv.DictReader(io.StringIO(small_day()["accounts.csv"].decode()))
    opening = {(row["participant"], row["currency"]): row["opening_balance"] for row in rows}
    assert len(opening) == len(scheme().accounts)
    assert float(opening["CHKLKG20", "RUB"]) < float(opening["NRSVKG20", "RUB"]) * 5
    assert all(float(amount) > 0 for amount in opening.values())


def test_a_generated_folder_says_that_it_is_synthetic() -> None:
    found = json.loads(small_day()["generation.json"])
    assert found["synthetic"] is True
    assert "Synthetic" in found["statement"]
    assert (found["seed"], found["scale_permille"]) == (1, 20)


@pytest.mark.parametrize(
    ("changes", "limit"),
    [({"day_count": 0}, "days"), ({"day_count": 251}, "days"), ({"scale_permille": 0}, "scale")],
)
def test_days_and_scale_have_limits(changes: dict[str, int], limit: str) -> None:
    with pytest.raises(LimitExceededError, match=limit):
        check_order(order(**changes))


def test_a_first_day_on_which_someone_does_not_work_is_refused() -> None:
    with pytest.raises(UsageError, match="expected a business day of every member"):
        check_order(GenerationOrder(scheme=scheme(), first_day=date(2026, 5, 27)))


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(UsageError, match="seed"):
        check_order(order(seed=-1))


def test_writing_makes_the_folders_in_between(tmp_path: Path) -> None:
    count, size = write_files(tmp_path, generate(order(scale_permille=1)))
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert count == len(written)
    assert size == sum(path.stat().st_size for path in written)
