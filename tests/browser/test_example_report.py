"""The report of the example's real day, settled by the program and read in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.visits import LAPTOP, Visit, opened
from tests.integration.command_line import EXAMPLE, comity

from comity.reports.numbers import amount, count

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("example") / "out"
    document = comity("settle", EXAMPLE, "--out", out, "--json").document
    return out / document["business_date"] / "report.html", document


@pytest.fixture(scope="module")
def visit(settled: tuple[Path, dict[str, Any]], chromium: Path) -> Iterator[Visit]:
    with opened(settled[0], chromium) as one:
        yield one


def test_the_browser_is_silent_and_asks_for_nothing(visit: Visit) -> None:
    assert visit.said == []
    assert len(visit.asked) == 1


def test_every_chart_has_ink_and_every_table_a_row(visit: Visit) -> None:
    charts = visit.page.locator(".chart")

    assert charts.count() == int(visit.page.locator("body").get_attribute("data-drawn") or 0) == 9
    for chart in charts.all():
        assert chart.locator(".trace path, .point path").count() > 0
    for table in visit.page.locator("table").all():
        assert table.locator("tbody tr").count() > 0


def test_the_figures_are_those_of_the_document(
    visit: Visit, settled: tuple[Path, dict[str, Any]]
) -> None:
    document = settled[1]

    for row in visit.rows("By currency"):
        found = document["currencies"][row[0]]
        assert row[2:4] == [amount(found[name], row[0]) for name in ("gross_minor", "net_minor")]
    summary = {row[0]: row[1] for row in visit.rows("Summary")}
    assert summary["Settled"] == count(document["payments"]["settled"])
    assert summary["Messages that could not be read"] == count(document["messages_refused"])
    states = document["payments"]["states"]
    ended = sum(states[name] for name in ("REJECTED", "EXPIRED", "CANCELLED", "FAILED_SETTLEMENT"))
    refused = [(what, int(number)) for what, _, _, number in visit.rows("Refusals by reason")]
    assert sum(number for what, number in refused if what == "payment") == ended
    assert (
        sum(number for what, number in refused if what == "message")
        == (document["messages_refused"])
    )


def test_states_that_nothing_is_in_are_not_drawn(
    visit: Visit, settled: tuple[Path, dict[str, Any]]
) -> None:
    states = settled[1]["payments"]["states"]
    drawn = visit.page.locator("#chart-states .yaxislayer-above text").all_text_contents()

    there = [name.replace("_", " ").lower() for name, number in states.items() if number]
    assert sorted(drawn) == sorted(there)
    assert len(drawn) < len(states)


def test_times_are_local_and_the_zone_is_named(visit: Visit) -> None:
    titles = visit.page.locator(".xtitle, .x2title").all_text_contents()

    assert titles.count("local time, Asia/Bishkek") == 4
    ticks = visit.page.locator("#chart-settled-RUB .xaxislayer-above text").all_text_contents()
    assert ticks[0].startswith("08:00")
    assert {cut_off for _, _, cut_off, *_ in visit.rows("Netting cycles")} >= {"09:00", "11:00"}


def test_an_agreement_without_a_usable_rate_is_named(visit: Visit) -> None:
    said = visit.page.locator("#terms").inner_text()

    assert "kg-ru-investment-two-currencies@1 has no usable rate (CBR:2026-04-25" in said


def test_it_fits_a_laptop_and_paper(visit: Visit) -> None:
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= LAPTOP["width"]
    assert visit.spilled() == 0

    paper = visit.printed()

    assert paper.spilled == 0
    assert 5 <= paper.pages <= 10
