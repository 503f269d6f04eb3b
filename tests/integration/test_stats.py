"""`comity stats` against plain reckoning: a random archive, every table told apart from the SQL."""

import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pytest
from pyarrow import csv as pyarrow_csv
from pyarrow import parquet
from tests.integration.command_line import comity

from comity.archive.layout import COLUMNS as LAYOUT

COLUMNS = tuple(LAYOUT)
NATIONAL = {"KGS", "RUB"}
Row = dict[str, Any]


def random_rows(seed: int, count: int = 700) -> list[Row]:
    """Return payments and returns of two countries from January 2024 to the middle of 2025."""
    dice = random.Random(seed)
    rows = []
    days = [0, 546, *(dice.randrange(547) for _ in range(count - 2))]
    for offset in days:
        day = date(2024, 1, 1) + timedelta(days=offset)
        one, other = dice.choice((("KG", "RU"), ("RU", "KG")))
        accepted = datetime.combine(day, time(8, dice.randrange(60)))
        settled = accepted + timedelta(minutes=dice.choice((0, 5, 60, 61, 300)))
        cells = (
            *(day, dice.choice(("RUB", "RUB", "KGS", "USD")), dice.randrange(1, 10**7)),
            *("return" if dice.random() < 0.08 else "payment", one, other),
            dice.choice(("GDDS", "EDUC", "SALA", "")),
            *(dice.choice(("", "RUB", "USD")), dice.choice(("", "KGS", "USD")), ""),
            *(f"BANK{one}{dice.randrange(3)}", f"BANK{other}{dice.randrange(3)}"),
            *(dice.choice(("", f"{one}{dice.randrange(9)}")), ""),
            *(accepted, settled, dice.choice(("", settled, settled + timedelta(days=1)))),
            dice.choice(("", dice.randrange(100))),
        )
        rows.append(dict(zip(COLUMNS, cells, strict=True)))
    return rows


def written(rows: list[Row], path: Path) -> Path:
    """Write an archive as CSV."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def document(path: Path, *words: str) -> Row:
    """Return what the command prints, held against its schema."""
    ran = comity("stats", path, *words, "--json")
    assert ran.code == 0, ran.words
    found: Row = json.loads(ran.out)
    schema = files("comity") / "schemas" / "stats.schema.json"
    jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(found)
    return found


@pytest.fixture(scope="module", params=range(3))
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    rows = random_rows(request.param)
    path = written(rows, tmp_path_factory.mktemp("archive") / "payments.csv")
    return rows, document(path, "--by", "month")


def month(row: Row) -> str:
    return f"{row['date']:%Y-%m}"


def before_that(period: str) -> str:
    year, part = map(int, period.split("-"))
    return f"{year - 1}-12" if part == 1 else f"{year}-{part - 1:02}"


def paid(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["kind"] == "payment"]


def sums(rows: list[Row], key: Callable[[Row], Any]) -> dict[Any, int]:
    found: dict[Any, int] = defaultdict(int)
    for row in rows:
        found[key(row)] += row["amount_minor"]
    return dict(found)


def share(part: int, whole: int) -> str:
    return f"{float(round(Fraction(part, whole), 6)):.6f}"


def test_turnover_its_growth_and_records(archive: Any) -> None:
    rows, found = archive
    value = sums(paid(rows), lambda row: (month(row), row["currency"]))
    back = sums(
        [row for row in rows if row["kind"] == "return"], lambda row: (month(row), row["currency"])
    )
    number = Counter((month(row), row["currency"]) for row in paid(rows))
    told = {(row["period"], row["currency"]): row for row in found["tables"]["turnover"]["rows"]}
    assert set(told) == set(value) | set(back)
    for (period, currency), row in told.items():
        amount = value.get((period, currency), 0)
        assert row["amount_minor"] == amount
        assert row["payments"] == number[period, currency]
        assert row["returned_minor"] == back.get((period, currency), 0)
        assert row["net_minor"] == amount - row["returned_minor"]
        year, part = period.split("-")
        before = value.get((f"{int(year) - 1}-{part}", currency))
        if before is None:
            assert row["growth"] is None
        else:
            assert row["growth"] == f"{float(round(Fraction(amount, before) - 1, 6)):.6f}"
        to_date = sum(
            value.get((f"{year}-{each:02}", currency), 0) for each in range(1, int(part) + 1)
        )
        assert row["to_date_minor"] == to_date
        earlier = [
            other
            for (other, code), amounts in value.items()
            if code == currency and other < period and amounts >= amount
        ]
        latest = max(earlier, default=None)
        # Higher than the period right before is what makes it worth saying.
        assert row["highest_since"] == (None if latest == before_that(period) else latest)
        is_first = period == min(other for other, code in value if code == currency)
        assert row["is_record"] == (None if is_first else not earlier), row


def test_shares_by_three_definitions(archive: Any) -> None:
    rows, found = archive
    of = {"invoicing": "invoicing_currency", "customer_leg": "payer_currency"}
    of["settlement_asset"] = "settlement_asset"
    for row in found["tables"]["share"]["rows"]:
        mine = [one for one in paid(rows) if month(one) == row["period"]]
        national = [
            one for one in mine if (one[of[row["definition"]]] or one["currency"]) in NATIONAL
        ]
        assert row["by_number"] == share(len(national), len(mine))
        assert row["by_value"] is None  # several currencies, and no rates
    assert len(found["tables"]["share"]["rows"]) == 3 * len({month(row) for row in paid(rows)})


def test_imbalance_and_what_netting_could_save(archive: Any) -> None:
    rows, found = archive
    net: dict[Any, int] = defaultdict(int)
    for row in rows:
        sign = 1 if row["kind"] == "payment" else -1
        net[month(row), row["debtor_country"], row["currency"]] += sign * row["amount_minor"]
    told = found["tables"]["imbalance"]["rows"]
    assert told
    for row in told:
        there, back = (net[row["period"], side, row["currency"]] for side in ("KG", "RU"))
        assert (row["to_other_minor"], row["to_one_minor"]) == (there, back)
        if there >= 0 and back >= 0 and there + back:
            assert row["imbalance"] == share(abs(there - back), there + back)
            assert row["netting_bound"] == share(there + back - abs(there - back), there + back)


def test_companies_new_and_lapsed(archive: Any) -> None:
    rows, found = archive
    active: dict[Any, set[str]] = defaultdict(set)
    for row in paid(rows):
        if row["debtor_company"]:
            active[month(row), row["debtor_country"]].add(row["debtor_company"])
    periods = sorted({month(row) for row in paid(rows)})
    for row in found["tables"]["companies"]["rows"]:
        period, country = row["period"], row["country"]
        now = active[period, country]
        assert row["active"] == len(now)
        earlier = periods[: periods.index(period)]
        if not earlier:
            assert (row["new"], row["lapsed"]) == (None, None)
            continue
        known = set[str]().union(*(active[each, country] for each in earlier))
        assert row["new"] == len(now - known)
        assert row["lapsed"] == len(active[earlier[-1], country] - now)


def test_the_largest_parties_and_their_concentration(archive: Any) -> None:
    rows, found = archive
    for row in found["tables"]["concentration"]["rows"]:
        mine = [
            one
            for one in paid(rows)
            if (month(one), one["currency"]) == (row["period"], row["currency"])
            and one[row["role"]]
        ]
        by_party: dict[str, int] = defaultdict(int)
        for one in mine:
            by_party[one[row["role"]]] += one["amount_minor"]
        values = sorted(by_party.values(), reverse=True)
        total = sum(values)
        assert row["parties"] == len(values)
        assert row["largest"] == share(values[0], total)
        assert row["largest_three"] == share(sum(values[:3]), total)
        assert row["largest_five"] == share(sum(values[:5]), total)
        assert row["herfindahl"] == share(sum(each * each for each in values), total * total)


def test_ageing_first_in_first_out(archive: Any) -> None:
    rows, found = archive
    last = max(row["date"] for row in rows)
    for row in found["tables"]["ageing"]["rows"]:
        balance = 0
        receipts: dict[date, int] = defaultdict(int)
        for one in rows:
            if one["currency"] != row["currency"]:
                continue
            amount, is_theirs = one["amount_minor"], one["debtor_country"] == row["paid_by"]
            is_received = is_theirs == (one["kind"] == "payment")
            balance += amount if is_received else -amount
            receipts[one["date"]] += amount if is_received else 0
        assert row["balance_minor"] == balance > 0
        # What is received first is spent first: of what came in, the youngest still stands.
        lots, left = [], balance
        for day in sorted(receipts, reverse=True):
            lots.append((day, min(left, receipts[day])))
            left -= lots[-1][1]
        edges = [each["days_from"] for each in row["ages"]]
        ages = dict.fromkeys(edges, 0)
        for day, amount in lots:
            ages[max(edge for edge in edges if edge <= (last - day).days)] += amount
        assert sum(each["amount_minor"] for each in row["ages"]) == balance
        assert {each["days_from"]: each["amount_minor"] for each in row["ages"]} == ages


def test_speed_reconciliation_and_cost(archive: Any) -> None:
    rows, found = archive
    for row in found["tables"]["timeliness"]["rows"]:
        mine = [one for one in paid(rows) if month(one) == row["period"]]
        quick = [
            one for one in mine if one["settled_at"] - one["accepted_at"] <= timedelta(hours=1)
        ]
        matched = [
            one
            for one in mine
            if one["reconciled_at"] and one["reconciled_at"].date() == one["settled_at"].date()
        ]
        assert row["payments"] == len(mine)
        assert row["within_hour"] == share(len(quick), len(mine))
        assert row["reconciled_same_day"] == share(len(matched), len(mine))
    for row in found["tables"]["cost"]["rows"]:
        mine = [
            one
            for one in paid(rows)
            if (month(one), one["currency"]) == (row["period"], row["currency"])
        ]
        known = [one for one in mine if one["fee_minor"] != ""]
        fees = sum(one["fee_minor"] for one in known)
        assert (row["payments"], row["payments_with_fee"]) == (len(mine), len(known))
        assert row["fee_minor"] == (fees if known else None)
        if known:
            assert row["fee_share"] == share(fees, sum(one["amount_minor"] for one in known))


def test_parquet_and_csv_say_the_same_and_the_same_again(tmp_path: Path) -> None:
    path = written(random_rows(7, 120), tmp_path / "payments.csv")
    text = dict.fromkeys(("settlement_asset", "creditor_company", "purpose"), pa.string())
    as_text = pyarrow_csv.ConvertOptions(
        column_types={"fee_minor": pa.int64(), **text}, null_values=[""], strings_can_be_null=True
    )
    table = pyarrow_csv.read_csv(path, convert_options=as_text)
    parquet.write_table(table, tmp_path / "payments.parquet")
    one, again = document(path, "--by", "quarter"), document(path, "--by", "quarter")
    other = document(tmp_path / "payments.parquet", "--by", "quarter")
    assert one == again

    def figures(found: Row) -> Row:
        return {name: table["rows"] for name, table in found["tables"].items()}

    assert figures(one) == figures(other)


def test_without_a_column_its_figures_are_not_there_and_say_why(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("date,currency,amount_minor\n2026-01-05,KGS,100\n", encoding="utf-8")
    tables = document(path, "--by", "year")["tables"]
    assert tables["turnover"]["rows"][0]["amount_minor"] == 100
    for name in ("share", "imbalance", "companies", "cost"):
        assert tables[name]["rows"] == []
        assert "column" in tables[name]["not_available"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("2026-13-05,KGS,100", "date"),
        ("2026-01-05,SOM,100", "currency"),
        ("2026-01-05,KGS,1.50", "amount_minor"),
        ("2026-01-05,KGS,0", "amount_minor"),
        ("2026-01-05,KGS,-1", "amount_minor"),
    ],
)
def test_a_cell_that_cannot_be_read_stops_with_its_line(
    tmp_path: Path, line: str, field: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(f"date,currency,amount_minor\n2026-01-05,KGS,7\n{line}\n", encoding="utf-8")
    ran = comity("stats", path, "--by", "year", "--json")
    assert ran.code == 2
    said = ran.words
    assert field in said
    assert "3" in said


def test_published_tables_withhold_small_cells_and_what_gives_them_away(tmp_path: Path) -> None:
    """Two parties behind one cell: it is withheld, and so is another of its row and total."""
    found = document(
        written(random_rows(3), tmp_path / "payments.csv"),
        *("--by", "month,corridor", "--publish", "--figure", "turnover"),
    )
    rows = found["tables"]["turnover"]["rows"]
    withheld = [row for row in rows if row["is_withheld"]]
    assert withheld
    assert all(row["amount_minor"] is None and row["payments"] is None for row in withheld)
    for row in withheld:
        of_total = [
            one
            for one in rows
            if (one["period"], one["currency"]) == (row["period"], row["currency"])
        ]
        hidden = [one for one in of_total if one["is_withheld"]]
        assert len(hidden) >= 2, "one cell alone follows from its total"
