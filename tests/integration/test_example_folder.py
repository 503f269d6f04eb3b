"""The example folder: its parts load, its messages are valid, and each ends as its README says."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from lxml import etree
from tests.kit.batches import Driver

from comity.agreements.scheme import Scheme
from comity.arrangement import load_scheme
from comity.feeds.lists import load_lists
from comity.feeds.rates import load_rates
from comity.identifiers import is_bic
from comity.messages.arrival import read_arrival
from comity.messages.batch import BatchBuilder
from comity.messages.reading import MessageReader
from comity.payments.codes import EventKind, TransferKind
from comity.payments.lifecycle import State
from comity.payments.reasons import REASONS, Reason
from comity.screening.screener import Screener
from comity.settlement.chart import draw_chart

EXAMPLE = Path(__file__).parents[2] / "examples" / "kyrgyzstan-russia"
DAY = date(2026, 5, 25)
ROW = re.compile(r"\| `(?P<file>[0-9a-z-]+\.xml)` \| .+ \| (?P<outcome>.+) \|")


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(EXAMPLE)


@pytest.fixture(scope="module")
def settled(scheme: Scheme) -> tuple[Driver, tuple[str, ...]]:
    """Settle the example's day; give the driver and the files in the order they arrived."""
    screener = Screener(load_lists(EXAMPLE / "lists"))
    directory = draw_chart(scheme).directory
    reader = MessageReader(
        directory, screener.match_name, screener.match_identifier, screener.match_text
    )
    driver = Driver(scheme=scheme, rates=load_rates(EXAMPLE / "rates")).start(DAY)
    files = {path.name: path.read_bytes() for path in (EXAMPLE / "payments").iterdir()}
    order = sorted(files, key=lambda name: (read_arrival(files[name]) or 0, name.encode()))
    builder = BatchBuilder(reader)
    for name in order:
        builder.add(f"payments/{name}", files[name])
    driver.run(builder.take())
    driver.close(DAY)
    return driver, tuple(order)


def expected() -> dict[str, list[str]]:
    """Return the outcomes of each file's payments as the README's table says them."""
    outcomes = {}
    for line in (EXAMPLE / "README.md").read_text(encoding="utf-8").splitlines():
        row = ROW.fullmatch(line)
        if row is not None:
            outcomes[row["file"]] = list(_repeated(row["outcome"]))
    return outcomes


def _repeated(text: str) -> Iterator[str]:
    for part in text.split(", "):
        outcome, _, times = part.partition(" ×")
        yield from [outcome] * int(times or "1")


def found(driver: Driver, order: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the same from the engine's events."""
    last: dict[int, str] = {}
    refused: dict[int, str] = {}
    duplicates = set()
    counts: list[int] = []
    events = [event for outcome in driver.outcomes for event in outcome.events]
    for event in events:
        code = REASONS[Reason(event["reason"])].code if event["reason"] else ""
        subject = int(event["subject"])
        match EventKind(event["kind"]):
            case EventKind.PAYMENT:
                last[subject] = f"{State(event['after']).name} {code}".strip()
            case EventKind.MESSAGE:
                refused[subject] = code
                counts.append(0)
            case EventKind.DUPLICATE:
                duplicates.add(int(event["value"]))
            case _:
                pass
    received = [
        (event["kind"], int(event["subject"]), int(event["after"]))
        for event in events
        if event["kind"] in (EventKind.MESSAGE, EventKind.PAYMENT)
    ]
    ordered = set(driver.state.orders["message"].tolist())
    by_message: dict[int, list[str]] = defaultdict(list)
    message = -1
    for kind, subject, after in received:
        if kind == EventKind.MESSAGE:
            message = subject
        elif after == State.RECEIVED:
            by_message[message].append(last[subject])
    whole = {number: [f"refused {code}"] for number, code in refused.items() if code}
    whole |= {number: ["order"] for number in ordered}
    whole |= {number: ["duplicate"] for number in duplicates if not by_message[number]}
    return {name: whole.get(number) or by_message[number] for number, name in enumerate(order)}


def test_every_message_ends_as_the_readme_says(settled: tuple[Driver, tuple[str, ...]]) -> None:
    assert found(*settled) == expected()


def test_the_readme_speaks_of_every_message_file() -> None:
    assert sorted(expected()) == sorted(path.name for path in (EXAMPLE / "payments").iterdir())
    assert len(expected()) >= 24


def test_what_is_debited_in_the_other_currency_is_the_amount_at_the_fixing(
    settled: tuple[Driver, tuple[str, ...]],
) -> None:
    taken = sorted(
        int(transfer["amount_minor"])
        for outcome in settled[0].outcomes
        for transfer in outcome.transfers
        if transfer["kind"] == TransferKind.TAKE_IN
    )
    fixing = Fraction("1.2263")
    assert taken == [round(5_000_000 / fixing), round(200_000_000 * fixing)]
    assert taken == [4_077_306, 245_260_000]


def test_the_example_has_six_banks_a_side_with_test_bics(scheme: Scheme) -> None:
    for country in ("KG", "RU"):
        banks = [each for each in scheme.participants if each.country == country]
        assert len(banks) >= 6
        assert all(is_bic(bank.bic) and bank.bic[7] == "0" for bank in banks)
        assert {"direct", "indirect"} <= {bank.tier.value for bank in banks}
    assert all(member.agent[7] == "0" for member in scheme.members)
    assert scheme.synthetic


def test_the_rates_are_the_ones_that_were_published() -> None:
    rates = {rate.rate_id: rate for rate in load_rates(EXAMPLE / "rates")}
    rouble = rates["NBKR:2026-05-24:RUB/KGS"]
    assert Fraction(rouble.numerator, rouble.denominator) == Fraction("1.2263")
    som = rates["CBR:2026-04-25:KGS/RUB"]
    assert Fraction(som.numerator, som.denominator) == Fraction("86.4125") / 100


def test_the_rates_are_those_of_the_publishers_own_files(reference: Path) -> None:
    published = {rate.rate_id: rate for rate in load_rates(reference / "rates")}
    for rate in load_rates(EXAMPLE / "rates"):
        theirs = published[rate.rate_id]
        assert (rate.numerator, rate.denominator, rate.effective_on) == (
            theirs.numerator,
            theirs.denominator,
            theirs.effective_on,
        )


def test_messages_that_are_read_are_valid_under_the_official_schemas(
    reference: Path, settled: tuple[Driver, tuple[str, ...]]
) -> None:
    refused = {name for name, ends in found(*settled).items() if ends[0].startswith("refused")}
    schemas: dict[str, etree.XMLSchema] = {}
    for path in sorted((EXAMPLE / "payments").iterdir()):
        if path.name in refused:
            continue
        for element in etree.parse(path).iter("{*}AppHdr", "{*}Document"):
            name = etree.QName(element).namespace.rpartition(":")[2]
            if name not in schemas:
                schemas[name] = etree.XMLSchema(file=reference / f"iso20022/xsd/{name}.xsd")
            assert schemas[name].validate(element), f"{path.name}: {schemas[name].error_log}"
