"""A day of messages settled by the service, and the same payments tried by the simulator.

The scheme is written here and not by the simulator; both start from the same balances. In the end
every payment has the same state, mechanism and time, and every account the same balance.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import time
from random import Random

import numpy as np
import pytest
from tests.kit.schemes import (
    DAY,
    KG_CENTRAL,
    RU_CENTRAL,
    account,
    agreement,
    small_scheme,
)

from comity.agreements import (
    AccountTerms,
    CycleNetting,
    LiquiditySaving,
    PaymentVersusPayment,
    Scheme,
    Tier,
)
from comity.agreements.membership import Participant, ParticipantStatus
from comity.agreements.scheme import BusinessDayTerms
from comity.agreements.terms import CutOffs, CycleTerms, Release, SettlementMode
from comity.ledger import AccountKind
from comity.payments.codes import Mechanism
from comity.payments.lifecycle import State as PaymentState
from comity.payments.purposes import PurposeGroup
from comity.screening import Screener
from comity.service import Inputs, settle_day
from comity.service.committing import Ledger, rebuild
from comity.simulator.hours import Hours
from comity.simulator.journalled_payments import Acceptances, payments_of_journal
from comity.simulator.options import OPTIONS
from comity.simulator.payment_table import PaymentTable
from comity.simulator.staging import stage_option
from comity.simulator.trial import Trial, run_trial
from comity.storage.memory import MemoryJournal

ZONE = "Asia/Bishkek"
BANKS = tuple(f"{letter * 4}{country}20" for letter in "ABC" for country in ("KG", "RU"))
CODES = ("KGS", "RUB")
NUMBERS = (417, 643)
HOURS = Hours(time(8), time(18))
PAYMENTS = 160
OPENING, OPENING_OF_CYCLES = 40_00, 600_00  # so that some find cover, and where it can be not all
# At equal distances from 08:00 to 17:58, when the last one is cut off.
FOUR_CYCLES = tuple(
    CycleTerms(time(*cut_off), time(*settles))
    for cut_off, settles in (
        ((10, 29), (10, 30)),
        ((12, 59), (13, 0)),
        ((15, 28), (15, 29)),
        ((17, 58), (17, 59)),
    )
)
OFFSETTING = LiquiditySaving(bilateral_depth=10, multilateral_every=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the agreement under which an option settles says of it, in the test's own words."""

    mode: SettlementMode = SettlementMode.GROSS
    netting: CycleNetting = CycleNetting.MULTILATERAL
    cycles: tuple[CycleTerms, ...] = ()
    saving: LiquiditySaving | None = None
    links: bool = False


TERMS = {
    "gross": Terms(),
    "gross-bypass": Terms(saving=LiquiditySaving(0, None, Release.BYPASS)),
    "gross-offset": Terms(saving=OFFSETTING),
    "net-bilateral": Terms(SettlementMode.CYCLE, CycleNetting.BILATERAL, FOUR_CYCLES),
    "net-multilateral": Terms(SettlementMode.CYCLE, cycles=FOUR_CYCLES),
    "hybrid": Terms(SettlementMode.BOTH, cycles=FOUR_CYCLES, saving=OFFSETTING),
    "pvp": Terms(saving=OFFSETTING, links=True),
}
REACHED = {
    "gross": {Mechanism.GROSS},
    "gross-bypass": {Mechanism.GROSS},
    "gross-offset": {Mechanism.GROSS, Mechanism.BILATERAL, Mechanism.MULTILATERAL},
    "net-bilateral": {Mechanism.BILATERAL_CYCLE},
    "net-multilateral": {Mechanism.CYCLE},
    "hybrid": {Mechanism.GROSS, Mechanism.CYCLE},
    "pvp": {Mechanism.GROSS, Mechanism.PVP, Mechanism.MULTILATERAL},
}
"""Mechanisms by which some payment must settle, so that sameness says something."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as the service takes it."""

    path: str
    data: bytes

    def read(self) -> bytes:
        return self.data

    def digest(self) -> tuple[bytes, int]:
        return hashlib.sha256(self.data).digest(), len(self.data)


def scheme_of(terms: Terms, opening: int) -> Scheme:
    """Return six banks with an account in each currency, and one agreement."""
    trade = agreement("trade", (PurposeGroup.GOODS,), terms.mode)
    trade = replace(
        trade,
        codes=("FREX",),
        settlement=replace(trade.settlement, netting=terms.netting),
        cycles=terms.cycles,
        cut_offs=CutOffs(ZONE, time(17, 59), time(17, 59)),
        liquidity_saving=terms.saving,
        payment_versus_payment=PaymentVersusPayment(None, None) if terms.links else None,
        domestic=True,
    )
    return small_scheme(
        participants=tuple(
            Participant(bic, bic, bic[4:6], Tier.DIRECT, ParticipantStatus.ACTIVE) for bic in BANKS
        ),
        accounts=tuple(accounts(opening)),
        agreements=(trade,),
        business_day=BusinessDayTerms(ZONE, HOURS.opens, HOURS.closes),
        batch_payments_max=7,
    )


def accounts(opening: int) -> list[AccountTerms]:
    """Return the banks' accounts, none as full as another, and those of the central banks."""
    found = [
        account(bic, code, agent, opening * (1 + at) * (1 + place))
        for at, bic in enumerate(BANKS)
        for place, (code, agent) in enumerate(zip(CODES, (KG_CENTRAL, RU_CENTRAL), strict=True))
    ]
    return [
        *found,
        account(RU_CENTRAL, "KGS", KG_CENTRAL, 0),
        account(KG_CENTRAL, "RUB", RU_CENTRAL, 0),
    ]


def letters_of(seed: int, *, with_trades: bool) -> list[Letter]:
    """Return a random day of messages from banks, in order of time, one payment each."""
    dice = Random(seed)
    seconds = sorted(dice.sample(range(3_600 * 8, 3_600 * 17 + 3_000), PAYMENTS))
    found: list[Letter] = []
    while len(found) < PAYMENTS:
        number = len(found)
        payer, payee = dice.sample(BANKS, 2)
        code, amount = dice.choice(CODES), dice.choice((5, 20, 60, 150, 400)) * 100
        high = dice.random() < 0.3
        if with_trades and number < PAYMENTS - 1 and dice.random() < 0.25:
            other, wanted = next(one for one in CODES if one != code), amount * 2
            legs = (code, amount), (other, wanted)
            found += [
                letter(seconds[number], number, (payer, payee), legs),
                letter(seconds[number + 1], number + 1, (payee, payer), legs[::-1]),
            ]
        else:
            one = ((code, amount), None)
            found.append(letter(seconds[number], number, (payer, payee), one, high=high))
    return found


def letter(
    second: int,
    number: int,
    banks: tuple[str, str],
    amounts: tuple[tuple[str, int], tuple[str, int] | None],
    *,
    high: bool = False,
) -> Letter:
    """Return a pacs.009 of a payer to a payee; with what it wants in return, a leg of a trade."""
    payer, payee = banks
    (code, minor), wants = amounts
    amount = f'Ccy="{code}">{minor // 100}.{minor % 100:02d}'
    at = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    reference = f"{payer[:4]}-{number:06d}"
    sent = f"{DAY}T{at}+06:00"
    agent = KG_CENTRAL if payer[4:6] == "KG" else RU_CENTRAL
    trade = ""
    if wants is not None:
        # Both legs name the trade by the number of the first.
        first = number - (minor > wants[1])
        said = f"/PVP/T{first:06d}/{wants[0]}{wants[1] // 100}.{wants[1] % 100:02d}"
        trade = f"<InstrForNxtAgt><InstrInf>{said}</InstrInf></InstrForNxtAgt>"
    iso = "urn:iso:std:iso:20022:tech:xsd:"
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<Envelope><AppHdr xmlns="{iso}head.001.001.02">
<Fr>{institution(payer)}</Fr><To>{institution(agent)}</To>
<BizMsgIdr>{reference}</BizMsgIdr><MsgDefIdr>pacs.009.001.08</MsgDefIdr><CreDt>{sent}</CreDt>
</AppHdr><Document xmlns="{iso}pacs.009.001.08"><FICdtTrf>
<GrpHdr><MsgId>{reference}</MsgId><CreDtTm>{sent}</CreDtTm><NbOfTxs>1</NbOfTxs>
<IntrBkSttlmDt>{DAY}</IntrBkSttlmDt><SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>
<CdtTrfTxInf><PmtId><InstrId>{reference}</InstrId><EndToEndId>E{number}</EndToEndId>
<TxId>{reference}</TxId><UETR>20260525-0000-4000-8000-{number:012d}</UETR></PmtId>
<IntrBkSttlmAmt {amount}</IntrBkSttlmAmt><SttlmPrty>{"HIGH" if high else "NORM"}</SttlmPrty>
<InstgAgt>{bank(payer)}</InstgAgt><InstdAgt>{bank(payee)}</InstdAgt>
<Dbtr>{bank(payer)}</Dbtr><Cdtr>{bank(payee)}</Cdtr>{trade}
<Purp><Cd>{"GDDS" if wants is None else "FREX"}</Cd></Purp></CdtTrfTxInf>
</FICdtTrf></Document></Envelope>
"""
    return Letter(f"payments/{at.replace(':', '-')}-{number:06d}.xml", text.encode())


def institution(bic: str) -> str:
    return f"<FIId>{bank(bic)}</FIId>"


def bank(bic: str) -> str:
    return f"<FinInstnId><BICFI>{bic}</BICFI></FinInstnId>"


def settled_by_the_service(scheme: Scheme, letters: list[Letter]) -> tuple[Ledger, PaymentTable]:
    journal = MemoryJournal()
    done = settle_day(journal, Inputs(scheme, (), Screener(()), letters), day=DAY)
    assert done.changed
    acceptances = Acceptances()
    ledger = rebuild(journal, lambda _, payload: acceptances.note(payload.outcome.events))
    found = payments_of_journal(ledger.state, acceptances, "0" * 64)
    assert found.left_out == (), "every message is a payment that is accepted"
    return ledger, found.table


def tried_by_the_simulator(option: str, table: PaymentTable, opening: int) -> Trial:
    money = np.array(
        [
            [opening * (1 + BANKS.index(name)) * (1 + place) for place in range(len(CODES))]
            for name in table.parties
        ],
        np.int64,
    )
    stage = stage_option(OPTIONS[option], table, HOURS, NUMBERS)
    (trial,) = run_trial(stage, [int(table.day[0])], money)
    return trial


@pytest.mark.parametrize("option", TERMS)
def test_the_simulator_settles_a_day_as_the_service_does(option: str) -> None:
    reached = set()
    for seed in range(4):
        reached |= settle_both_ways(option, seed)
    assert reached >= REACHED[option]
    assert Mechanism.NONE in reached or TERMS[option].cycles, "some payments found no cover"


def settle_both_ways(option: str, seed: int) -> set[Mechanism]:
    """Check that both end the same, and return by what mechanisms payments settled."""
    terms = TERMS[option]
    opening = OPENING if terms.mode is SettlementMode.GROSS else OPENING_OF_CYCLES
    scheme = scheme_of(terms, opening)
    ledger, table = settled_by_the_service(scheme, letters_of(seed, with_trades=terms.links))
    trial = tried_by_the_simulator(option, table, opening)

    live = ledger.state.known_books().live[table.line - 1]
    midnight_us = int(live["entered_us"][0]) - int(trial.entered_us[0])
    final_us = np.where(
        live["state"] == PaymentState.SETTLED, live["payment_final_us"] - midnight_us, -1
    )
    assert trial.state.tolist() == live["state"].tolist()
    assert trial.mechanism.tolist() == live["mechanism"].tolist()
    assert trial.settled_us.tolist() == final_us.tolist()
    assert closing_of_trial(trial, table) == closing_of_service(ledger)
    return {Mechanism(one) for one in np.unique(live["mechanism"]).tolist()}


def closing_of_service(ledger: Ledger) -> dict[tuple[str, int], int]:
    balances = ledger.state.known_books().balances["posted"]
    return {
        (one.owner, one.currency): int(balances[one.number])
        for one in ledger.state.known_chart().accounts
        if one.kind is AccountKind.SETTLEMENT and one.owner in BANKS
    }


def closing_of_trial(trial: Trial, table: PaymentTable) -> dict[tuple[str, int], int]:
    closing = trial.opening_minor.copy()
    np.subtract.at(closing, trial.posted["debit"], trial.posted["amount_minor"])
    np.add.at(closing, trial.posted["credit"], trial.posted["amount_minor"])
    width = len(trial.currencies)
    return {
        (name, number): int(closing[party * width + place])
        for party, name in enumerate(table.parties)
        for place, number in enumerate(trial.currencies)
    }


def test_what_came_is_what_is_compared() -> None:
    letters = letters_of(5, with_trades=True)
    scheme = scheme_of(TERMS["pvp"], 1_000_00)
    _, table = settled_by_the_service(scheme, letters)
    assert len(table) == PAYMENTS
    for row, one in enumerate(letters):
        text = one.data.decode()
        assert table.line[row] == row + 1
        payer, payee = table.parties[table.debtor[row]], table.parties[table.creditor[row]]
        assert f"<Dbtr>{bank(payer)}</Dbtr><Cdtr>{bank(payee)}</Cdtr>" in text
        code = CODES[NUMBERS.index(int(table.currency[row]))]
        minor = int(table.amount_minor[row])
        assert f'Ccy="{code}">{minor // 100}.{minor % 100:02d}<' in text
        seconds = int(table.time_us[row]) // 1_000_000
        assert f"{seconds // 3600:02d}-{seconds // 60 % 60:02d}-{seconds % 60:02d}" in one.path
        assert ("/PVP/" in text) == (table.link[row] >= 0)
    legs = np.sort(table.link[table.link >= 0])
    assert legs.tolist() == np.repeat(np.arange(len(legs) // 2), 2).tolist()
