"""Days with dealers, from files or the journal to statements, document, report and proof."""

import json
from collections.abc import Callable
from decimal import Decimal
from importlib.resources import files
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console
from tests.integration.command_line import comity, message, new_folder
from tests.kit.batches import Payment, batch_of, clock
from tests.kit.dealing import agreement_file, over_vehicle, quote, with_dealers, with_dealing
from tests.kit.schemes import (
    DAY,
    KG_BANK,
    KG_SMALL,
    RATE,
    RU_BANK,
    RU_SMALL,
    small_scheme,
)

from comity.agreements import Scheme
from comity.agreements.document import encode
from comity.agreements.scheme import scheme_to_document
from comity.arrangement.dealing_files import QUOTE_COLUMNS
from comity.cli.settle_tables import print_day
from comity.payments.codes import ControlKind
from comity.payments.commands import CommandBatch, Control
from comity.reports import render_day_report
from comity.service import assemble_daybook, prove_day, verify_journal
from comity.service.committing import rebuild
from comity.settlement.schedule import plan_day
from comity.statements.daybook import DayBook, DayProof
from comity.statistics import settle_document
from comity.statistics.dealers import dealer_lines
from comity.storage import MemoryJournal

TUITION = Payment(KG_SMALL, RU_SMALL, 100_00, "08:00", "RUB", "KGS", "EDUC")


def settled(scheme: Scheme, *lines: str) -> tuple[DayBook, DayProof]:
    """Settle a day with a payment of tuition at the quotes of some lines."""
    plan = plan_day(scheme, DAY)
    found = [encode(quote(line.split(), DAY)) for line in lines]
    controls = (
        Control(ControlKind.ADOPT_SCHEME, 0, {"scheme": scheme_to_document(scheme)}),
        Control(ControlKind.ADOPT_RATES, 0, {"rates": [encode(RATE)]}),
        Control(ControlKind.ADOPT_QUOTES, 0, {"quotes": found}),
        Control(ControlKind.ADOPT_LISTS, 0, {"versions": ["none"]}),
        Control(ControlKind.OPEN_DAY, plan["opens_us"], {**plan, "screened": {}}),
    )
    ledger = rebuild(MemoryJournal())
    ledger.commit(CommandBatch(controls=controls))
    ledger.commit(batch_of(scheme, [TUITION]))
    ledger.commit(CommandBatch(controls=(Control(ControlKind.ADVANCE, clock("18:15"), {}),)))
    book = assemble_daybook(ledger, DAY)
    return book, prove_day(book, verify_journal(ledger.journal))


def direct_day() -> tuple[DayBook, DayProof]:
    scheme = with_dealing(
        with_dealers(small_scheme()), fixings=("NBKR",), away_max_percent=Decimal(5)
    )
    return settled(scheme, f"{KG_BANK} RUB/KGS sell 1.25", f"{RU_BANK} RUB/KGS sell 12.5")


def vehicle_day() -> tuple[DayBook, DayProof]:
    scheme = over_vehicle(with_dealers(small_scheme()), opening=100_00)
    return settled(scheme, f"{KG_BANK} USD/KGS sell 87.50", f"{RU_BANK} USD/RUB buy 71.30")


DAYS: dict[str, Callable[[], tuple[DayBook, DayProof]]] = {
    "direct": direct_day,
    "vehicle": vehicle_day,
}


@pytest.mark.parametrize("kind", DAYS)
def test_the_day_is_proved_and_told_everywhere(kind: str) -> None:
    book, proof = DAYS[kind]()
    assert proof.holds
    document = settle_document(book, proof)
    schema = json.loads(files("comity").joinpath("schemas/settle.schema.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    assert document["payments"]["mechanisms"]["DEALER"] == 1
    assert document["dealing"]["payments"] == 1
    assert document["dealing"]["over_vehicle"] == (kind == "vehicle")
    printed = StringIO()
    print_day(Console(file=printed, width=120), document, book)
    assert "through dealers" in printed.getvalue()
    assert "Dealers" in printed.getvalue()
    assert b"settled through dealers" in render_day_report(book, proof)


def test_what_a_dealer_made_of_it_is_measured_against_the_official_rate() -> None:
    book, proof = direct_day()
    soms, roubles = dealer_lines(book)
    # 125.00 taken, and at the official rate of 1.2263 it would have been 122.63.
    assert (soms.taken_minor, soms.paid_out_minor, soms.result_minor) == (125_00, 0, 2_37)
    assert (roubles.paid_out_minor, roubles.position_minor) == (100_00, -100_00)
    assert roubles.result_minor is None
    document = settle_document(book, proof)["dealing"]
    assert document["quotes_held_back"] == 1
    assert document["dealers"][0]["spread"] == "0.019326"


def test_over_a_vehicle_nothing_national_is_settled_in() -> None:
    book, proof = vehicle_day()
    share = settle_document(book, proof)["national_currency_share"]
    assert (share["customer_leg"], share["settlement_asset"]) == ("1.000000", "0.000000")


def test_a_folder_with_quotes_settles_and_its_database_proves_without_it(tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    (folder.path / "agreements" / "dealt.toml").write_text(
        agreement_file(code="GOVT", dealer="SVRKRUM0"), encoding="utf-8"
    )
    (folder.path / "quotes").mkdir()
    line = "dealt,SVRKRUM0,sell,RUB,KGS,1.25,,2026-05-25,07:00,17:00,"
    text = f"{','.join(QUOTE_COLUMNS)}\n{line}\n{line.replace('2026-05-25', '2026-05-26')}\n"
    (folder.path / "quotes" / "may.csv").write_text(text, encoding="utf-8")
    purpose = "<Purp><Cd>GOVT</Cd></Purp>"
    folder.send("1.xml", message(purpose=purpose, account_currency="KGS", priority="NORM"))
    document = folder.settled("--date", "2026-05-25")
    assert document["payments"]["mechanisms"]["DEALER"] == 1
    (status,) = folder.outgoing("pacs002")
    assert "<TxSts>ACSC</TxSts>" in status
    # The payer's bank is told what was taken, and that 1 KGS bought 0.8 RUB.
    told = [data for name, data in folder.results().items() if "JTGZKG20" in name and "-N0" in name]
    assert [b"<XchgRate>0.8</XchgRate>" in each for each in told] == [True]
    (folder.path / "quotes" / "may.csv").unlink()
    proved = comity("verify", folder.database)
    assert proved.code == 0, proved.words
