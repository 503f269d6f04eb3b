"""The operator's report as a file."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.unit.statements.day_builder import DAY, build_day

from comity.messages.catalogue import FIELD, VALUE
from comity.payments.codes import EventKind, ResolutionKind
from comity.payments.lifecycle import State
from comity.payments.rows import EVENT_ROW, TRANSFER_ROW
from comity.reports.day_report import render_day_report
from comity.reports.tables import RESOLUTIONS_SHOWN_MAX
from comity.statements.daybook import DayBook, DayProof
from comity.statistics.series import SeriesLine

PROOF = DayProof(
    money_conserved=True, positions_zero=True, journal_verified=True, statements_reconciled=True
)
ATTACK = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
LINKING = {"src", "href", "action", "srcset", "poster", "data", "formaction"}


class Page(HTMLParser):
    """Collects what a test asks about: elements with attributes, and text by element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.words: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)
        elif self._inside != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """Everything a reader sees, with plain spaces."""
        return re.sub(r"\s+", " ", " ".join(self.words))


def page_of(book: DayBook, proof: DayProof = PROOF) -> Page:
    return Page(render_day_report(book, proof).decode())


def without_anything(book: DayBook) -> DayBook:
    """Return a day on which nothing happened."""
    return replace(
        book,
        payments=book.payments[:0],
        events=np.zeros(0, EVENT_ROW),
        transfers=np.zeros(0, TRANSFER_ROW),
        closing_minor=book.opening_minor,
        **{
            name: getattr(book, name)[:0]
            for name in (
                "numbers",
                "states",
                "mechanisms",
                "agreements",
                "debited_minor",
                "entered_us",
                "irrevocable_us",
                "interbank_final_us",
                "payment_final_us",
                "received_today",
            )
        },
    )


@pytest.fixture(scope="module")
def page() -> Page:
    return page_of(build_day())


def test_the_same_day_gives_the_same_bytes() -> None:
    assert render_day_report(build_day(), PROOF) == render_day_report(build_day(), PROOF)


def test_the_page_refers_to_nothing_outside_itself(page: Page) -> None:
    links = [
        (tag, name, value)
        for tag, attributes in page.elements
        for name, value in attributes.items()
        if name in LINKING
    ]

    assert links == [("link", "href", "data:,")]


def test_the_content_policy_forbids_every_request(page: Page) -> None:
    (policy,) = [
        attributes["content"]
        for tag, attributes in page.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]

    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy
    assert "connect-src" not in policy


def test_the_headline_figures_and_the_proof_are_in_the_text(page: Page) -> None:
    book = build_day()
    settled = int(np.count_nonzero(book.states == State.SETTLED))

    assert "Monday, 27 April 2026" in page.text
    assert "4 of 4" in page.text
    assert (
        f"Of 3 000 payments received that day, {settled // 1000} {settled % 1000:03} settled"
        in (page.text)
    )
    assert "100 KGS = 86,4125 RUB" in page.text
    assert "Bank of Russia" in page.text
    assert book.head in page.text
    for heading in ("Agreements in force", "Refusals by reason", "Netting cycles", "Balances"):
        assert heading in page.text


def test_every_chart_has_its_place_and_a_unit_on_each_value_axis(page: Page) -> None:
    charts = chart_data(page)
    places = {attributes.get("id") for _, attributes in page.elements}

    assert len(charts) == 9
    assert set(charts) <= places
    for name, figure in charts.items():
        for key, axis in figure["layout"].items():
            if key.startswith("xaxis") or (key.startswith("yaxis") and "type" not in axis):
                assert axis["title"]["text"], (name, key)


def test_names_with_markup_stay_text(page: Page) -> None:
    assert "Talas <Test> & Partners" in page.text
    assert not any("Test" in tag for tag, _ in page.elements)


def test_an_attack_in_every_name_runs_nowhere() -> None:
    book = build_day(300)
    scheme = replace(
        book.scheme,
        name=ATTACK,
        members=tuple(replace(one, name=ATTACK) for one in book.scheme.members),
        participants=tuple(replace(one, name=ATTACK) for one in book.scheme.participants),
        agreements=tuple(replace(one, title=ATTACK) for one in book.scheme.agreements),
    )
    rates = tuple(replace(one, source=ATTACK, value=ATTACK) for one in book.rates)
    text = render_day_report(replace(book, scheme=scheme, rates=rates), PROOF).decode()
    found = Page(text)

    assert ATTACK not in text
    assert ATTACK in " ".join(found.words)
    assert not any(tag == "img" or "onerror" in attributes for tag, attributes in found.elements)
    assert sum(tag == "script" for tag, _ in found.elements) == 3
    assert "<img" not in json.dumps(chart_data(found))


def test_who_is_held_is_nowhere_in_the_report() -> None:
    book = build_day()
    held = np.flatnonzero(book.states == State.HELD_SCREENING).tolist()
    texts = {row: f"{FIELD}Dn{VALUE}Held Person {row}{FIELD}DI{VALUE}HELD-{row}" for row in held}

    def texts_of(rows: NDArray[np.int64]) -> Iterator[str]:
        for row, text in zip(rows.tolist(), book.texts_of(rows), strict=True):
            yield texts.get(row, text)

    text = render_day_report(replace(book, texts_of=texts_of), PROOF).decode()

    assert held
    assert "Held Person" not in text
    assert "HELD-" not in text
    assert f"{len(held)} held: this report says how many, never whose." in text


def test_a_proof_that_fails_is_said_first_and_in_its_row() -> None:
    text = page_of(build_day(), replace(PROOF, positions_zero=False)).text

    assert "Proof failed" in text
    assert "FAILED" in text


def test_a_series_of_all_payments_is_named_with_its_own_share() -> None:
    line = SeriesLine(DAY, DAY, "KG", "RU", "RUB", 10**10, "Bank reporting", "all payments")

    text = Page(render_day_report(build_day(), PROOF, series=[line]).decode()).text

    assert "of all payments between the countries as Bank reporting counts them" in text
    assert "By Bank reporting's own count" in text
    assert re.search("by that count 100.0.% of all are in them, here or elsewhere", text)


def test_a_day_on_which_nothing_happened_has_a_report() -> None:
    found = page_of(without_anything(build_day()))

    assert "Of 0 payments received that day, 0 settled: nothing." in found.text
    assert "No cycle was cut off that day." in found.text
    assert set(chart_data(found)) == {"chart-states"}


def chart_data(page: Page) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(page.scripts[0])
    return data


def with_events(book: DayBook, *events: tuple[EventKind, int, int, int]) -> DayBook:
    """Return a day with further events: kind, subject, value and after, all in som."""
    rows = np.zeros(len(events), EVENT_ROW)
    rows["at_us"], rows["detail"] = book.opens_us, 417
    for at, name in enumerate(("kind", "subject", "value", "after")):
        rows[name] = [each[at] for each in events]
    return replace(book, events=np.concatenate([book.events, rows]))


def test_a_choice_out_of_order_is_shown_with_its_bound() -> None:
    found = (EventKind.SELECTION, 7, 123_00, int(ResolutionKind.BOUNDED))
    bound = (EventKind.SELECTION_BOUND, 200, 130_00, 0)
    text = page_of(with_events(build_day(), found, bound)).text
    assert "chosen out of order: the best found; none is worth more than 130.00" in text


def test_a_choice_over_two_currencies_is_shown_with_its_worth_and_bound_in_one() -> None:
    bounded = int(ResolutionKind.BOUNDED)
    book = with_events(
        build_day(),
        (EventKind.SELECTION, 7, 123_00, bounded),
        (EventKind.SELECTION, 2, 80_00, bounded),
        (EventKind.SELECTION_WORTH, 9, 150_00, 0),
        (EventKind.SELECTION_BOUND, 200, 160_00, 0),
    )
    book.events["detail"][-3:] = 643
    text = page_of(book).text
    for said in ("123.00", "80.00", "none is worth more than 160.00 RUB, and this one 150.00 RUB"):
        assert said in text
    assert text.count("over KGS, RUB at once") == 2


def test_of_very_many_resolutions_the_largest_are_shown() -> None:
    kind, greatest = EventKind.RESOLUTION, int(ResolutionKind.GREATEST)
    many = [(kind, 2, 10_00, greatest)] * RESOLUTIONS_SHOWN_MAX
    page = page_of(with_events(build_day(), *many, (kind, 999, 5_00, greatest)))
    assert "1 more of fewer payments are left out" in page.text
    assert "999" in page.text
