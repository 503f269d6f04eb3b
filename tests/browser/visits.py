"""A report opened in a headless browser, with everything that can be seen of it from outside."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

LAPTOP = {"width": 1366, "height": 768}
PAPER_PIXELS = 703
"""Width of A4 between the report's margins, in CSS pixels."""

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_SPILLED_CHARTS = (
    "[...document.querySelectorAll('.chart')].filter(one =>"
    " one.querySelector('svg').getBoundingClientRect().width >"
    " one.getBoundingClientRect().width + 1).length"
)
_SPILLED_TABLES = (
    "[...document.querySelectorAll('.table-card')].filter(one =>"
    " one.querySelector('table') &&"
    " one.querySelector('table').getBoundingClientRect().right >"
    " one.getBoundingClientRect().right).length"
)


@dataclass(frozen=True)
class Paper:
    """The report on A4: how many charts and tables are wider than their card, and its pages."""

    spilled: int
    pages: int


class Visit:
    """The report opened once, with everything the browser said and asked for."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-drawn]", timeout=60_000)

    def spilled(self) -> int:
        """Return how many charts and tables are wider than their card."""
        return int(self.page.evaluate(_SPILLED_CHARTS)) + int(self.page.evaluate(_SPILLED_TABLES))

    def printed(self) -> Paper:
        """Return what can be seen of the report on paper."""
        page = self.page
        page.emulate_media(media="print")
        page.set_viewport_size({"width": PAPER_PIXELS, "height": 1000})
        try:
            spilled = self.spilled()
            paper = page.pdf(prefer_css_page_size=True)
        finally:
            page.emulate_media(media="screen")
            page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]  # a plain dict will do
        assert paper.startswith(b"%PDF")
        return Paper(spilled, paper.count(b"/Type /Page\n"))

    def rows(self, title: str) -> list[list[str]]:
        """Return the cells of the table with a title, row by row."""
        card = self.page.locator(".table-card", has=self.page.get_by_role("heading", name=title))
        return [row.locator("td").all_inner_texts() for row in card.locator("tbody tr").all()]


@contextmanager
def opened(file: Path, chromium: Path) -> Iterator[Visit]:
    """Open a report on a laptop's screen."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(chromium), args=list(_QUIET))
        page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]  # a plain dict will do
        yield Visit(page, file)
        browser.close()
