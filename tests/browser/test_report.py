"""The day's report in a real browser: drawn, silent, offline, fit for a laptop and for paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.visits import LAPTOP, Visit, opened
from tests.unit.statements.day_builder import build_day

from comity.reports.day_report import render_day_report
from comity.statements.daybook import DayProof

pytestmark = pytest.mark.slow

PROOF = DayProof(
    money_conserved=True, positions_zero=True, journal_verified=True, statements_reconciled=True
)


@pytest.fixture(scope="module")
def visit(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    file = tmp_path_factory.mktemp("report") / "day.html"
    file.write_bytes(render_day_report(build_day(), PROOF))
    with opened(file, chromium) as one:
        yield one


def test_the_browser_has_nothing_to_complain_about(visit: Visit) -> None:
    assert visit.said == []


def test_the_page_asks_for_nothing_but_itself(visit: Visit) -> None:
    assert [url.rsplit("/", 1)[-1] for url in visit.asked] == ["day.html"]
    assert visit.asked[0].startswith("file:")


def test_every_chart_is_drawn_with_ink_on_it(visit: Visit) -> None:
    charts = visit.page.locator(".chart")
    drawn = int(visit.page.locator("body").get_attribute("data-drawn") or 0)

    assert charts.count() == drawn == 9
    for place in range(drawn):
        box = charts.nth(place).locator("svg.main-svg").first.bounding_box()
        assert box is not None
        assert box["width"] > 300
        assert box["height"] > 100
        assert charts.nth(place).locator(".trace path, .point path").count() > 0


def test_the_text_is_there_and_names_with_markup_are_text(visit: Visit) -> None:
    page = visit.page

    assert page.locator("h1").inner_text() == "Monday, 27 April 2026"
    assert "4 of 4" in page.locator(".headlines").inner_text()
    assert "Talas <Test> & Partners" in page.locator("#accounts").inner_text()
    assert page.locator("#accounts test").count() == 0


def test_the_page_fits_a_laptop_without_scrolling_sideways(visit: Visit) -> None:
    wide = visit.page.evaluate("document.documentElement.scrollWidth")
    headlines = visit.page.locator(".headlines").bounding_box()
    clipped = visit.page.evaluate(
        "[...document.querySelectorAll('.headline *, .table-card .scroll')]"
        ".filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth).length"
    )

    assert wide <= LAPTOP["width"]
    assert headlines is not None
    assert headlines["y"] + headlines["height"] < LAPTOP["height"]
    assert clipped == 0


def test_on_paper_no_chart_is_wider_than_its_card(visit: Visit) -> None:
    paper = visit.printed()

    assert paper.spilled == 0
    assert 4 <= paper.pages <= 9
