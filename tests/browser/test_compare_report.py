"""The report of a comparison in a real browser: all drawn, silent, offline, fit for any width."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.browser.visits import Visit, opened
from tests.integration.command_line import comity

from comity.reports.compare_report import render_comparison

pytestmark = pytest.mark.slow

LAPTOP, PHONE = 1280, 390
BANKS = ("ALFAKG22", "BISHKG22", "MOSKRU2P", "NEVARU2P", "ALMAKZKA")
OPTIONS = ("gross", "gross-offset", "net-bilateral", "net-multilateral", "pvp")
COLUMNS = ("date", "time", "debtor", "creditor", "currency", "amount", "purpose", "link")


def payments() -> str:
    """Return payments of eleven days in two currencies, with purposes and trades."""
    dice, text = Random(3), io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for day in range(11):
        date = f"2026-05-{4 + day:02}"
        for minute in sorted(dice.randrange(9 * 60, 16 * 60) for _ in range(25)):
            payer, payee = dice.sample(BANKS, 2)
            purpose = dice.choice(("GDDS", "DEPD", "EDUC", ""))
            amount = f"{dice.randrange(1_000, 90_000)}.00"
            at = f"{minute // 60:02}:{minute % 60:02}"
            writer.writerow((date, at, payer, payee, "RUB", amount, purpose, ""))
        writer.writerow((date, "16:10", *BANKS[:3:2], "RUB", "500.00", "", f"t{day}"))
        writer.writerow((date, "16:40", *BANKS[2::-2], "KGS", "600.00", "", f"t{day}"))
    return text.getvalue()


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("compared")
    (folder / "pays.csv").write_text(payments(), encoding="utf-8")
    asked = [word for name in OPTIONS for word in ("--option", name)]
    words = ("--liquidity", "0,0.5,1", "--jobs", "1", "--json")
    ran = comity("compare", folder / "pays.csv", "--out", folder / "out", *asked, *words)
    assert ran.code == 0, ran.words
    return folder / "out" / "report.html", ran.document


@pytest.fixture(scope="module")
def visit(compared: tuple[Path, dict[str, Any]], chromium: Path) -> Iterator[Visit]:
    with opened(compared[0], chromium) as one:
        one.page.set_viewport_size({"width": LAPTOP, "height": 800})
        yield one


def test_the_browser_is_silent_and_asks_for_nothing_but_the_page(visit: Visit) -> None:
    assert visit.said == []
    assert [url.rsplit("/", 1)[-1] for url in visit.asked] == ["report.html"]
    assert visit.asked[0].startswith("file:")


def test_every_chart_is_drawn_with_ink_on_it(visit: Visit) -> None:
    charts = visit.page.locator(".chart")
    drawn = int(visit.page.locator("body").get_attribute("data-drawn") or 0)
    assert charts.count() == drawn
    found = {chart.get_attribute("id") for chart in charts.all()}
    sorts = ("frontier", "throughput", "queue", "money", "mechanisms", "cycles", "participants")
    assert {f"chart-{name}-RUB" for name in (*sorts, "counter-flows", "netting")} <= found
    assert "chart-exposure-KGS" in found
    for chart in charts.all():
        assert chart.locator(".trace path, .point path").count() > 0


def test_the_ranking_holds_the_figures_of_the_document(
    visit: Visit, compared: tuple[Path, dict[str, Any]]
) -> None:
    document = compared[1]
    rows = visit.rows("Side by side, RUB")
    assert [row[0] for row in rows] == list(OPTIONS)
    for row, option in zip(rows, document["options"], strict=True):
        assert row[1].startswith(f"{100 * float(option['settled_value_share']['RUB']):.1f}")
    assert all(row[3].startswith("[") for row in rows[1:]), "an interval of each difference"
    for summary in visit.page.locator(".lead summary").all():
        summary.click()
    said = visit.page.locator(".lead").inner_text()
    assert all(f"{name} takes" in said for name in OPTIONS)
    assert len(visit.page.locator("#assumed li").all()) == len(document["assumed"])


def test_figures_of_payments_sent_at_other_times_stand_beside(
    visit: Visit, compared: tuple[Path, dict[str, Any]]
) -> None:
    rows = visit.rows("As sent, and sent at other times, RUB")
    found = [one for one in compared[1]["sensitivity"]["options"] if one["currency"] == "RUB"]
    assert [row[0] for row in rows] == [one["option"] for one in found]
    for row, one in zip(rows, found, strict=True):
        for cell, side in zip(row[5:7], ("as_sent", "shifted"), strict=True):
            assert cell.startswith(f"{100 * float(one['delay_indicator'][side]):.1f}")


def test_counter_flows_are_told_with_what_they_add(visit: Visit) -> None:
    said = visit.page.locator("#flows").inner_text()
    assert "payments for one purpose that flow against those of another add" in said
    assert {row[0] for row in visit.rows("There and back, RUB")} <= {"KG", "KZ", "RU"}


@pytest.mark.parametrize("width", [LAPTOP, PHONE])
def test_nothing_has_to_be_scrolled_sideways(visit: Visit, width: int) -> None:
    browser = visit.page.context.browser
    assert browser is not None
    page = browser.new_page()
    try:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(visit.asked[0])
        page.wait_for_selector("body[data-drawn]", timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        clipped = page.evaluate(
            "[...document.querySelectorAll('.table-card .scroll')]"
            ".filter(one => one.scrollWidth > one.clientWidth + 1).length"
        )
        assert clipped == 0
    finally:
        page.close()


def crowded(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with sixteen options, three for one, and thirty banks, six for one."""
    many: dict[str, Any] = json.loads(json.dumps(document))
    names = [one["name"] for one in document["options"]]
    renamed = [f"{name}-{copy}" for copy in "abcd" for name in names][:16]
    source = dict(zip(renamed, names * 4, strict=False))
    by_name = {one["name"]: one for one in document["options"]}
    many["options"] = [{**by_name[source[name]], "name": name} for name in renamed]
    many["frontier"] = [
        {**one, "option": name}
        for name in renamed
        for one in document["frontier"]
        if one["option"] == source[name]
    ]
    many = json.loads(json.dumps(many))
    for option in many["options"]:
        for parts in option["breakdowns"].values():
            parts["participants"] = [
                {**one, "participant": f"{one['participant']}{copy}"}
                for one in parts["participants"]
                for copy in range(6)
            ]
    return many


@pytest.mark.parametrize("width", [LAPTOP, PHONE])
def test_sixteen_options_are_all_named_in_every_chart(
    visit: Visit, compared: tuple[Path, dict[str, Any]], tmp_path: Path, width: int
) -> None:
    file = tmp_path / "crowded.html"
    file.write_bytes(render_comparison(crowded(compared[1]), "pays.csv"))
    browser, said = visit.page.context.browser, list[str]()
    assert browser is not None
    page = browser.new_page(viewport={"width": width, "height": 800})
    try:
        page.on("console", lambda message: said.append(message.text))
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-drawn]", timeout=60_000)
        assert said == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        bars = page.locator(".legend .scrollbar").all()
        assert all(float(bar.get_attribute("height") or 0) == 0 for bar in bars)
        chart = page.locator("#chart-participants-RUB")
        assert chart.locator(".legend .traces").count() == 16
        assert chart.locator(".ytick").count() == 21, "twenty, and the others together"
    finally:
        page.close()


def test_on_paper_no_chart_or_table_is_wider_than_its_card(visit: Visit) -> None:
    paper = visit.printed()
    assert paper.spilled == 0
    assert 4 <= paper.pages <= 20


def test_the_page_holds_no_address_but_its_own(compared: tuple[Path, dict[str, Any]]) -> None:
    data = json.loads(
        compared[0].read_text("utf-8").partition('id="chart-data">')[2].partition("</script>")[0]
    )
    assert all(figure["data"] for figure in data.values())
    assert "http" not in json.dumps(data)
