"""Days with every kind of netting cycle, from the journal to statements, document and report."""

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from io import StringIO
from typing import Any

import jsonschema
import pytest
from rich.console import Console
from tests.kit.batches import Payment, batch_of, clock
from tests.kit.schemes import (
    DAY,
    KG_BANK,
    KG_CENTRAL,
    KG_SMALL,
    RATE,
    RU_BANK,
    small_scheme,
    with_asset,
    with_netting,
    with_waterfall,
)

from comity.agreements import (
    AfterShortfall,
    CycleNetting,
    Repaid,
    ResourceKind,
    ResourceTerms,
    Scheme,
    ShortfallLayer,
    ShortfallTerms,
)
from comity.agreements.document import encode
from comity.agreements.scheme import scheme_to_document
from comity.cli.settle_tables import print_day
from comity.payments.codes import ControlKind, CycleState, DrawnFrom, ResolutionKind, TransferKind
from comity.payments.commands import CommandBatch, Control
from comity.reports import render_day_report
from comity.service import assemble_daybook, prove_day, verify_journal
from comity.service.committing import rebuild
from comity.settlement.schedule import plan_day
from comity.statements import EntryBook, account_statement, cycles_of
from comity.statements.cycles import Draw, Effect
from comity.statements.daybook import DayBook, DayProof
from comity.statistics import settle_document
from comity.storage import MemoryJournal

LAYERS = tuple(ShortfallLayer)


def gift(payer: str, payee: str, amount: int, **changes: Any) -> Payment:
    return Payment(payer, payee, amount, purpose="GIFT", **changes)


def settled(scheme: Scheme, *payments: Payment) -> tuple[DayBook, DayProof]:
    """Settle a day into a journal, and return what it left behind and what is proved of it."""
    plan = plan_day(scheme, DAY)
    controls = (
        Control(ControlKind.ADOPT_SCHEME, 0, {"scheme": scheme_to_document(scheme)}),
        Control(ControlKind.ADOPT_RATES, 0, {"rates": [encode(RATE)]}),
        Control(ControlKind.ADOPT_LISTS, 0, {"versions": ["none"]}),
        Control(ControlKind.OPEN_DAY, plan["opens_us"], {**plan, "screened": {}}),
    )
    ledger = rebuild(MemoryJournal())
    ledger.commit(CommandBatch(controls=controls))
    ledger.commit(batch_of(scheme, payments))
    ledger.commit(CommandBatch(controls=(Control(ControlKind.ADVANCE, clock("18:15"), {}),)))
    book = assemble_daybook(ledger, DAY)
    return book, prove_day(book, verify_journal(ledger.journal))


def waterfall_day() -> tuple[DayBook, DayProof]:
    terms = ShortfallTerms(LAYERS, AfterShortfall.ROLL, Repaid.CARRIED_OVER)
    resources = (
        ResourceTerms(KG_BANK, "KGS", ResourceKind.COLLATERAL, 5_00),
        ResourceTerms(KG_SMALL, "KGS", ResourceKind.GUARANTEE_FUND, 10_00),
    )
    scheme = replace(with_waterfall(small_scheme(0), terms), resources=resources)
    return settled(
        scheme,
        gift(KG_BANK, RU_BANK, 12_00),
        gift(KG_BANK, RU_BANK, 20_00),
        gift(RU_BANK, KG_SMALL, 1_00),
    )


def bilateral_day() -> tuple[DayBook, DayProof]:
    scheme = with_netting(small_scheme(10_00), CycleNetting.BILATERAL)
    return settled(
        scheme,
        gift(KG_BANK, RU_BANK, 12_00),
        gift(RU_BANK, KG_BANK, 5_00),
        gift(RU_BANK, KG_SMALL, 50_00),
    )


def converted_day() -> tuple[DayBook, DayProof]:
    return settled(
        with_asset(small_scheme(50_00), "KGS"),
        gift(KG_BANK, RU_BANK, 30_00),
        gift(RU_BANK, KG_BANK, 10_00, currency="RUB"),
    )


DAYS: dict[str, Callable[[], tuple[DayBook, DayProof]]] = {
    "waterfall": waterfall_day,
    "bilateral": bilateral_day,
    "converted": converted_day,
}


@pytest.mark.parametrize("kind", DAYS)
def test_the_day_is_proved_and_told_everywhere(kind: str) -> None:
    book, proof = DAYS[kind]()

    assert proof.holds
    document = settle_document(book, proof, cycles=cycles_of(book))
    schema = json.loads(files("comity").joinpath("schemas/settle.schema.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    printed = StringIO()
    print_day(Console(file=printed, width=120), document, book)
    assert "If the largest debtor fails" in printed.getvalue()
    assert b"Netting cycles" in render_day_report(book, proof)


def test_a_waterfall_is_read_back_with_everybody_it_concerns() -> None:
    book, proof = waterfall_day()
    one = cycles_of(book)[0]

    assert one.state is CycleState.PARTIAL
    assert len(one.settled) == 2
    assert one.choice is ResolutionKind.GREATEST
    assert one.lacked == (Draw(KG_BANK, None, 17_00),)
    assert one.draws == (
        Draw(KG_BANK, DrawnFrom.COLLATERAL, 5_00),
        Draw(KG_BANK, DrawnFrom.GUARANTEE_FUND, 7_00),
    )
    assert one.charged == (Draw(KG_SMALL, None, 7_00),)
    assert one.effects == (
        Effect(KG_BANK, -32_00, -12_00),
        Effect(KG_SMALL, 1_00, 1_00),
        Effect(RU_BANK, 31_00, 11_00),
    )
    report = render_day_report(book, proof)
    assert b"drew on the guarantee fund" in report
    assert b"Positions with and without what was taken out" in report


def test_draws_are_entries_of_their_own_and_only_the_net_lists_payments() -> None:
    book, _ = waterfall_day()
    number = {one.name: one.number for one in book.accounts}
    entries = EntryBook(book)

    lines = list(entries.entries(number[f"settlement:{KG_BANK}@{KG_CENTRAL}:KGS"]))
    assert [(line.kind, line.credit, line.amount_minor, len(line.details)) for line in lines] == [
        (TransferKind.COLLATERAL_DRAWN, True, 5_00, 0),
        (TransferKind.FUND_DRAWN, True, 7_00, 0),
        (TransferKind.CYCLE, False, 12_00, 1),
    ]
    assert {line.cycle for line in lines} == {"CYCLE-0"}
    for kind in ("collateral", "recourse"):
        account = number[f"{kind}:{KG_BANK}@{KG_CENTRAL}:KGS"]
        (statement,) = account_statement(entries, account)
        assert statement.receiver == KG_BANK
        assert b"BkToCstmrStmt" in statement.data


def test_a_bilateral_cycle_has_an_entry_a_pair_with_the_payments_behind_it() -> None:
    book, proof = bilateral_day()
    one = cycles_of(book)[0]

    assert one.state is CycleState.PARTIAL
    assert [(pair.debtor, pair.creditor, pair.net_minor) for pair in one.pairs] == [
        (KG_BANK, RU_BANK, 7_00)
    ]
    number = {each.name: each.number for each in book.accounts}
    (line,) = EntryBook(book).entries(number[f"settlement:{RU_BANK}@{KG_CENTRAL}:KGS"])
    assert (line.kind, line.amount_minor, len(line.details)) == (
        TransferKind.BILATERAL_NET,
        7_00,
        2,
    )
    assert b"Pairs that settled in bilateral cycles" in render_day_report(book, proof)


def test_a_converted_slot_has_one_entry_in_its_asset_with_the_payments_of_all_currencies() -> None:
    book, proof = converted_day()
    soms, roubles = cycles_of(book)[:2]

    assert (soms.paid_in, roubles.paid_in) == ("KGS", "KGS")
    assert soms.converted is not None
    assert roubles.converted is None
    assert soms.converted.positions == ((KG_BANK, -17_74), (RU_BANK, 17_74))
    assert soms.converted.net_minor == 17_74
    assert soms.cover is not None
    assert soms.cover.debit_minor == 17_74
    assert (soms.netting_ratio, roubles.cover) == (None, None)
    number = {each.name: each.number for each in book.accounts}
    (line,) = EntryBook(book).entries(number[f"settlement:{KG_BANK}@{KG_CENTRAL}:KGS"])
    assert (line.currency, line.amount_minor, len(line.details)) == ("KGS", 17_74, 2)
    assert b"Positions paid in one asset" in render_day_report(book, proof)
