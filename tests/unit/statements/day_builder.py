"""Builds a synthetic settled day: small enough for a test, with every kind of entry in it.

The day is booked here by hand rather than by the engine, so that statements, statistics and
reports are tested against books they did not make. Covers: gross (some after a wait in the
queue, some through a correspondent), two netting cycles, two currencies at central-bank tier,
and payments held, warehoused, refused, expired.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

import numpy as np

from comity.agreements.membership import (
    AccountKind,
    AccountTerms,
    Member,
    Participant,
    ParticipantStatus,
    Tier,
)
from comity.agreements.scheme import BusinessDayTerms, Scheme
from comity.agreements.terms import (
    AfterCutOff,
    Agreement,
    CentralBankSettlement,
    ConversionTerms,
    CreditPayee,
    CutOffs,
    CycleShortfall,
    CycleTerms,
    FinalityEvent,
    FinalityTerms,
    LedgerIs,
    PaysIn,
    SettlementAsset,
    SettlementMode,
    SettlementTerms,
    SettlementTier,
    UnsettledAtClose,
)
from comity.business_calendar import Calendar, local_time_us
from comity.fx import OfficialRate, RateRule
from comity.identifiers import format_uetr
from comity.ledger import fold_transfers
from comity.messages.catalogue import FIELD, VALUE
from comity.payments.codes import CycleState, EventKind, Mechanism, TransferKind
from comity.payments.lifecycle import State
from comity.payments.purposes import PurposeGroup, pack_purpose
from comity.payments.reasons import Reason
from comity.payments.rows import EVENT_ROW, MESSAGE_ROW, PAYMENT_ROW, TRANSFER_ROW
from comity.statements.daybook import BookAccount, DayBook

DAY = date(2026, 4, 27)
ZONE = "Asia/Bishkek"
KGS, RUB = 417, 643
SECOND_US = 1_000_000
KG_RATE = Fraction(864125, 1_000_000)
"""1 KGS = 0.864125 RUB, Bank of Russia, in force on the day."""

KG_BANKS = (
    ("ALABKG20", "Ala-Too Test Bank"),
    ("CHUYKG20", "Chüy Test Bank"),
    ("ISSYKG20", "Issyk-Köl Test Bank"),
    ("NARYKG20", "Naryn Test Bank"),
    ("OSHBKG20", "Osh Test Bank"),
    ("TALAKG20", "Talas <Test> & Partners"),
)
RU_BANKS = (
    ("DONARU20", "Донской тестовый банк"),
    ("KAMARU20", "Камский тестовый банк"),
    ("LENARU20", "Ленский тестовый банк"),
    ("NEVARU20", "Невский тестовый банк"),
    ("OBLARU20", "Обский тестовый банк"),
    ("VOLGRU20", "Волжский тестовый банк"),
)
KG_AGENT, RU_AGENT = "CBKGKG20", "CBRURU20"
SPONSORED = {"TALAKG20": "NEVARU20", "OSHBKG20": "NEVARU20"}
"""Banks without an account in RUB, and their correspondents."""

ORGANISATIONS = 120


def build_scheme() -> Scheme:
    """Return two members, six banks each, an agreement for goods and one for remittances."""
    members = (
        Member("KG", "Kyrgyz Republic", "KGS", KG_AGENT, ZONE),
        Member("RU", "Russian Federation", "RUB", RU_AGENT, "Europe/Moscow"),
    )
    participants = tuple(
        Participant(
            bic,
            name,
            bic[4:6],
            Tier.INDIRECT if bic in SPONSORED else Tier.DIRECT,
            ParticipantStatus.ACTIVE,
        )
        for bic, name in (*KG_BANKS, *RU_BANKS)
    )
    return Scheme(
        name="Kyrgyzstan–Russia settlement arrangement (synthetic example)",
        synthetic=True,
        members=members,
        participants=participants,
        accounts=tuple(_accounts()),
        agreements=(
            _agreement("kg-ru-goods", "Agreement on payments for goods", PurposeGroup.GOODS),
            _agreement("kg-ru-people", "Agreement on remittances", PurposeGroup.REMITTANCES),
        ),
        calendars=tuple(
            Calendar(code, frozenset({5, 6}), {}, {}, date(2026, 1, 1), date(2026, 12, 31))
            for code in ("KG", "RU")
        ),
        business_day=BusinessDayTerms(ZONE, time(7, 0), time(18, 15)),
        batch_payments_max=2000,
        valuation_currency="RUB",
        empty_lists_approved_by=(),
    )


def _accounts() -> Iterator[AccountTerms]:
    for bic, _ in (*KG_BANKS, *RU_BANKS):
        yield AccountTerms(bic, "KGS", AccountKind.SETTLEMENT, KG_AGENT, 4_000_000_00, 0)
        if bic in SPONSORED:
            yield AccountTerms(bic, "RUB", AccountKind.LORO, SPONSORED[bic], 9_000_000_00, 0)
        else:
            yield AccountTerms(bic, "RUB", AccountKind.SETTLEMENT, RU_AGENT, 9_000_000_00, 0)
    yield AccountTerms(RU_AGENT, "KGS", AccountKind.SETTLEMENT, KG_AGENT, 50_000_000_00, 0)


def _agreement(name: str, title: str, group: PurposeGroup) -> Agreement:
    between_central_banks = group is PurposeGroup.REMITTANCES
    return Agreement(
        id=name,
        version=1,
        title=title,
        parties=("KG", "RU"),
        valid_from=date(2026, 1, 1),
        valid_until=None,
        purposes=(group,),
        codes=(),
        currencies=("KGS", "RUB"),
        settlement=SettlementTerms(
            mode=SettlementMode.GROSS if between_central_banks else SettlementMode.BOTH,
            tier=SettlementTier.CENTRAL_BANK
            if between_central_banks
            else SettlementTier.PARTICIPANT,
            asset=SettlementAsset.OWN_CURRENCIES,
            asset_currency=None,
            credit_line_minor=None,
            credit_payee=CreditPayee.AFTER_SETTLEMENT,
            unsettled_at_close=UnsettledAtClose.EXPIRE,
            after_cut_off=AfterCutOff.ROLL,
            netting_pool=None if between_central_banks else "main",
            cycle_shortfall=CycleShortfall.ROLL,
        ),
        cycles=()
        if between_central_banks
        else (
            CycleTerms(time(11, 0), time(11, 30)),
            CycleTerms(time(15, 0), time(15, 30)),
        ),
        cut_offs=CutOffs(ZONE, time(16, 0), time(17, 0)),
        finality=tuple(
            FinalityTerms(code, LedgerIs.AGENT_BOOK, FinalityEvent.POSTING)
            for code in ("KGS", "RUB")
        ),
        conversion=ConversionTerms(
            "CBR",
            RateRule.EFFECTIVE_ON_VALUE_DATE,
            5,
            Decimal(10),
            Decimal(1),
            time(15, 30),
        )
        if between_central_banks
        else None,
        central_bank_settlement=CentralBankSettlement(
            time(17, 0), 0, PaysIn.CREDITOR_CURRENCY, "KGS"
        )
        if between_central_banks
        else None,
        limits=(),
    )


def official_rates() -> tuple[OfficialRate, ...]:
    """Return the Bank of Russia's fixing of the day."""
    return (
        OfficialRate(
            publisher="CBR",
            base="KGS",
            quote="RUB",
            numerator=KG_RATE.numerator,
            denominator=KG_RATE.denominator,
            effective_on=date(2026, 4, 25),
            valid_days=1,
            nominal="100",
            value="86,4125",
            source="cbr-2026-04-25.xml",
        ),
    )


@cache
def build_day(count: int = 3000, *, seed: int = 7) -> DayBook:
    """Return the day book of a day with so many payments; the same seed gives the same day.

    Kept from test to test: nobody changes it.
    """
    return _Day(count, random.Random(seed)).book()


@dataclass
class _Day:
    count: int
    chance: random.Random
    events: list[tuple[int, ...]] = field(default_factory=list)
    transfers: list[tuple[int, ...]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _done: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.scheme = build_scheme()
        self.chart = _draw_chart(self.scheme)
        self.opens = local_time_us(DAY, time(7, 0), ZONE)
        self.closes = local_time_us(DAY, time(18, 15), ZONE)
        self.rows = np.zeros(self.count, PAYMENT_ROW)
        self.states = np.zeros(self.count, np.int8)
        self.mechanisms = np.zeros(self.count, np.int8)
        self.agreements = np.full(self.count, -1, np.int16)
        self.debited = np.zeros(self.count, np.int64)
        self.times = np.zeros((4, self.count), np.int64)
        self.group = 0
        self.agenda: list[tuple[int, int, int]] = []
        self.cycles: dict[tuple[int, int], list[int]] = {}
        self.converted: list[int] = []

    def book(self) -> DayBook:
        arrivals = sorted(
            self.opens + self.chance.randrange(int(9.9 * 3600)) * SECOND_US
            for _ in range(self.count)
        )
        for number, at_us in enumerate(arrivals):
            self._do_due(at_us)
            self._arrive(number, at_us)
        self._do_due(self.closes)
        for number in np.flatnonzero(self.states == State.QUEUED).tolist():
            self._change(self.closes, number, State.EXPIRED, Reason.NOT_SETTLED_BY_CLOSE)
        return self._bound()

    def _arrive(self, number: int, at_us: int) -> None:
        row = self.rows[number]
        banks = [KG_BANKS, RU_BANKS]
        outward = self.chance.random() < 0.6
        payer, payee = banks if outward else banks[::-1]
        row["debtor_agent"] = self._party(self.chance.choice(payer)[0])
        row["creditor_agent"] = self._party(self.chance.choice(payee)[0])
        row["instructing"], row["instructed"] = row["debtor_agent"], row["creditor_agent"]
        row["uetr_high"] = self.chance.getrandbits(64) & ~0xF000 | 0x4000
        row["uetr_low"] = 1 << 63 | number
        row["amount_minor"] = int(self.chance.lognormvariate(10.5, 1.4))
        row["currency"] = RUB if self.chance.random() < 0.8 else KGS
        row["debtor_currency"] = row["instructed_currency"] = row["currency"]
        row["value_date"], row["screening_hit"] = 20570, -1
        row["purpose"] = pack_purpose(self.chance.choice(("GDDS", "GDDS", "SCVE", "EDUC", "OTHR")))
        self.agreements[number] = 0
        if not outward and self.chance.random() < 0.35:
            row["purpose"], row["currency"] = pack_purpose("DEPD"), KGS
            row["debtor_currency"] = RUB
            self.agreements[number] = 1
        uetr = format_uetr(int(row["uetr_high"]), int(row["uetr_low"]))
        self.texts.append(canonical_text(number, self.chance.randrange(ORGANISATIONS), uetr))
        self._change(at_us, number, State.RECEIVED)
        fate = self.chance.random()
        if fate < 0.015:
            reason = self.chance.choice((Reason.PURPOSE_NOT_COVERED, Reason.AMOUNT_DECIMALS))
            self._change(at_us, number, State.REJECTED, reason)
            return
        self._change(at_us, number, State.VALIDATED)
        if fate < 0.02:
            self._change(at_us, number, State.HELD_SCREENING, Reason.SCREENING_HIT)
        elif fate < 0.03:
            self._change(at_us, number, State.WAREHOUSED)
        else:
            self._accept(number, at_us)

    def _accept(self, number: int, at_us: int) -> None:
        self._change(at_us, number, State.ACCEPTED)
        row, way = self.rows[number], self.chance.random()
        if self.agreements[number] == 1:
            self.converted.append(number)
            self._change(at_us, number, State.RESERVED)
        elif way < 0.5 and at_us < local_time_us(DAY, time(15, 0), ZONE):
            cut_off = 11 if at_us < local_time_us(DAY, time(11, 0), ZONE) else 15
            self.cycles.setdefault((cut_off, int(row["currency"])), []).append(number)
        elif way < 0.7:
            self._change(at_us, number, State.QUEUED, Reason.NO_COVER)
            if self.chance.random() < 0.93:
                self.agenda.append((at_us + self.chance.randrange(4000) * SECOND_US, 0, number))
        else:
            self._settle_gross(number, at_us)

    def _do_due(self, until_us: int) -> None:
        """Release from the queue, cut off and settle cycles, convert: in order of time."""
        due = [(at, 0, n) for at, _, n in self.agenda if at <= until_us]
        for hour, minute, act in ((11, 0, 1), (11, 30, 2), (15, 0, 1), (15, 30, 2), (17, 0, 3)):
            at_us = local_time_us(DAY, time(hour, minute), ZONE)
            if at_us <= until_us and (at_us, act) not in self._done:
                due.append((at_us, act, hour))
                self._done.add((at_us, act))
        self.agenda = [one for one in self.agenda if one[0] > until_us]
        for at_us, act, what in sorted(due):
            if act == 0:
                self._settle_gross(what, at_us)
            elif act == 3:
                self._settle_converted(at_us)
            else:
                for (hour, currency), members in sorted(self.cycles.items()):
                    if hour == what:
                        self._run_cycle(at_us, act, (hour, currency), members)

    def _settle_gross(self, number: int, at_us: int) -> None:
        row = self.rows[number]
        self._pay(at_us, number, int(row["debtor_agent"]), int(row["creditor_agent"]))
        self.group += 1
        self.mechanisms[number] = Mechanism.GROSS
        self.debited[number] = row["amount_minor"]
        self._change(at_us, number, State.SETTLED)

    def _run_cycle(self, at_us: int, act: int, key: tuple[int, int], members: list[int]) -> None:
        cycle = sorted(self.cycles).index(key)
        rows = self.rows[members]
        if act == 1:
            self._event(
                at_us,
                EventKind.CYCLE,
                cycle,
                value=len(members),
                detail=key[1],
                after=CycleState.CUT_OFF,
            )
            for number in members:
                self._change(at_us, number, State.IN_CYCLE, value=cycle)
            gross = int(rows["amount_minor"].sum())
            self._event(at_us, EventKind.CYCLE, cycle, after=CycleState.CALCULATED, value=gross)
            return
        nets = np.zeros(len(self.chart.participants), np.int64)
        np.subtract.at(nets, rows["debtor_agent"], rows["amount_minor"])
        np.add.at(nets, rows["creditor_agent"], rows["amount_minor"])
        for party in np.flatnonzero(nets).tolist():
            net = int(nets[party])
            self._event(at_us, EventKind.POSITION, cycle, value=net, detail=party)
        paid = self._pay_nets(at_us, key[1], nets)
        self.group += 1
        self._event(at_us, EventKind.CYCLE, cycle, after=CycleState.SETTLED, value=paid)
        for number in members:
            self.mechanisms[number] = Mechanism.CYCLE
            self.debited[number] = self.rows[number]["amount_minor"]
            self._change(at_us, number, State.SETTLED)

    def _pay_nets(self, at_us: int, currency: int, nets: np.ndarray[Any, Any]) -> int:
        """Post the net positions; banks that share a settlement account net there first."""
        passing = self.chart.number_of[f"cycle:{_code(currency)}"]
        owed: dict[int, int] = {}
        for party in np.flatnonzero(nets).tolist():
            net = int(nets[party])
            settlement, loro, own = self._places(party, currency)
            owed[settlement] = owed.get(settlement, 0) + net
            if loro >= 0:
                pair = (loro, own) if net < 0 else (own, loro)
                self._move(at_us, -1, *pair, abs(net), TransferKind.LORO)
        for settlement, net in sorted(owed.items(), key=lambda one: one[1] > 0):
            pair = (settlement, passing) if net < 0 else (passing, settlement)
            if net:
                self._move(at_us, -1, *pair, abs(net), TransferKind.CYCLE)
        return sum(net for net in owed.values() if net > 0)

    def _settle_converted(self, at_us: int) -> None:
        number_of = self.chart.number_of
        rubles, soms = number_of[f"intermediary:{RU_AGENT}"], number_of[f"intermediary:{KG_AGENT}"]
        owes = number_of[f"clearing:kg-ru-people:{RU_AGENT}:{KG_AGENT}"]
        owed = number_of[f"clearing:kg-ru-people:{KG_AGENT}:{RU_AGENT}"]
        taken = given = 0
        for number in self.converted:
            row = self.rows[number]
            amount = int(row["amount_minor"])
            debit = round(amount * KG_RATE)
            settlement, _, _ = self._places(int(row["debtor_agent"]), RUB)
            self._move(at_us, number, settlement, rubles, debit, TransferKind.TAKE_IN)
            self._move(at_us, number, owes, owed, amount, TransferKind.OBLIGATION)
            self.group += 1
            self.debited[number] = debit
            taken, given = taken + debit, given + amount
        held = number_of[f"settlement:{RU_AGENT}@{KG_AGENT}:KGS"]
        mirror = number_of[f"agent:{RU_AGENT}:RUB"]
        self._move(at_us, -1, owed, owes, given, TransferKind.DISCHARGE)
        self._move(at_us, -1, held, soms, given, TransferKind.CENTRAL_BANKS)
        self._move(at_us, -1, rubles, mirror, taken, TransferKind.CENTRAL_BANKS)
        self.group += 1
        for number in self.converted:
            row = self.rows[number]
            settlement, _, _ = self._places(int(row["creditor_agent"]), KGS)
            amount = int(row["amount_minor"])
            self._move(at_us, number, soms, settlement, amount, TransferKind.PAY_OUT)
            self.group += 1
            self.mechanisms[number] = Mechanism.CENTRAL_BANK
            self._change(at_us, number, State.SETTLED)

    def _pay(self, at_us: int, number: int, payer: int, payee: int) -> None:
        currency = int(self.rows[number]["currency"])
        amount = int(self.rows[number]["amount_minor"])
        debit, debit_loro, debit_own = self._places(payer, currency)
        credit, credit_loro, credit_own = self._places(payee, currency)
        if debit_loro >= 0:
            self._move(at_us, number, debit_loro, debit_own, amount, TransferKind.LORO)
        if debit != credit:
            self._move(at_us, number, debit, credit, amount, TransferKind.PAYMENT)
        if credit_loro >= 0:
            self._move(at_us, number, credit_own, credit_loro, amount, TransferKind.LORO)

    def _places(self, party: int, currency: int) -> tuple[int, int, int]:
        bic, code = self.chart.participants[party], _code(currency)
        number_of = self.chart.number_of
        agent = KG_AGENT if code == "KGS" else RU_AGENT
        if code == "RUB" and bic in SPONSORED:
            sponsor = SPONSORED[bic]
            return (
                number_of[f"settlement:{sponsor}@{agent}:RUB"],
                number_of[f"loro:{bic}@{sponsor}:RUB"],
                number_of[f"own:{sponsor}:RUB"],
            )
        return number_of[f"settlement:{bic}@{agent}:{code}"], -1, -1

    def _party(self, bic: str) -> int:
        return self.chart.participants.index(bic)

    def _move(  # noqa: PLR0917 one argument a column, called on every other line
        self, at_us: int, payment: int, debit: int, credit: int, amount: int, kind: TransferKind
    ) -> None:
        number = payment if payment < 0 else payment + 1000
        self.transfers.append((at_us, amount, number, self.group, debit, credit, kind, 20570))

    def _change(
        self, at_us: int, number: int, state: State, reason: Reason = Reason.NONE, value: int = 0
    ) -> None:
        before = State.NONE if state is State.RECEIVED else self.states[number]
        place = {State.ACCEPTED: 0, State.RESERVED: 1, State.IN_CYCLE: 1}.get(state)
        if place is not None:
            self.times[place, number] = at_us
        if state is State.SETTLED:
            self.times[1, number] = self.times[1, number] or at_us
            self.times[2:, number] = at_us
        self.states[number] = state
        detail = int(self.agreements[number])
        self.events.append(
            (at_us, value, number + 1000, reason, detail, EventKind.PAYMENT, before, state, 1)
        )

    def _event(
        self,
        at_us: int,
        kind: EventKind,
        subject: int,
        *,
        value: int = 0,
        detail: int = 0,
        after: int = -1,
    ) -> None:
        self.events.append((at_us, value, subject, 0, detail, kind, -1, after, 1))

    def _bound(self) -> DayBook:
        self.events.append(
            (self.closes, 0, 0, Reason.SCHEMA_INVALID, 0, EventKind.MESSAGE, -1, -1, 1)
        )
        transfers = np.array(self.transfers, TRANSFER_ROW)
        accounts = self.chart.accounts
        opening = self._opening(accounts)
        debited, credited = fold_transfers(len(accounts), transfers)
        return DayBook(
            scheme=self.scheme,
            business_date=DAY,
            opens_us=self.opens,
            closes_us=self.closes,
            rates=official_rates(),
            accounts=accounts,
            opening_minor=opening,
            closing_minor=opening - debited + credited,
            held_minor=np.zeros(len(opening), np.int64),
            payments=self.rows,
            numbers=np.arange(self.count, dtype=np.int64) + 1000,
            states=self.states,
            mechanisms=self.mechanisms,
            agreements=self.agreements,
            debited_minor=self.debited,
            entered_us=self.times[0],
            irrevocable_us=self.times[1],
            interbank_final_us=self.times[2],
            payment_final_us=self.times[3],
            received_today=np.ones(self.count, np.bool_),
            texts_of=lambda rows: (self.texts[row] for row in rows.tolist()),
            message_text_of="day.xml\x1fMSG-{}\x1f\x1f\x1f\x1f".format,
            messages=np.zeros(0, MESSAGE_ROW),
            duplicates=4,
            messages_refused=1,
            events=np.array(self.events, EVENT_ROW),
            transfers=transfers,
            participants=self.chart.participants,
            head="5d" * 32,
        )

    def _opening(
        self, accounts: tuple[BookAccount, ...]
    ) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        opening = np.zeros(len(accounts), np.int64)
        for terms in self.scheme.accounts:
            name = f"{terms.kind}:{terms.participant}@{terms.agent}:{terms.currency}"
            opening[self.chart.number_of[name]] = terms.opening_balance_minor
            mirror = (
                f"agent:{terms.agent}:{terms.currency}"
                if terms.kind is AccountKind.SETTLEMENT
                else f"own:{terms.agent}:{terms.currency}"
            )
            opening[self.chart.number_of[mirror]] -= terms.opening_balance_minor
        return opening


@dataclass(frozen=True)
class _Chart:
    accounts: tuple[BookAccount, ...]
    participants: tuple[str, ...]

    @cached_property
    def number_of(self) -> dict[str, int]:
        return {one.name: one.number for one in self.accounts}


def _draw_chart(scheme: Scheme) -> _Chart:
    """Return the accounts of the day, named as the product names them."""
    plan: list[tuple[str, str, str, str, str, int | None]] = []
    for member in scheme.members:
        agent, code = member.agent, member.currency
        for kind, name in (
            ("agent", f"agent:{agent}:{code}"),
            ("intermediary", f"intermediary:{agent}"),
            ("cycle", f"cycle:{code}"),
            ("rounding", f"rounding:{agent}"),
        ):
            plan.append((name, kind, code, agent, agent, None))
    for one in scheme.accounts:
        name = f"{one.kind}:{one.participant}@{one.agent}:{one.currency}"
        plan.append(
            (name, str(one.kind), one.currency, one.participant, one.agent, one.limit_minor)
        )
    for bank in sorted(set(SPONSORED.values())):
        plan.append((f"own:{bank}:RUB", "own", "RUB", bank, bank, None))
    for agent, partner in ((KG_AGENT, RU_AGENT), (RU_AGENT, KG_AGENT)):
        name = f"clearing:kg-ru-people:{agent}:{partner}"
        plan.append((name, "clearing", "KGS", agent, partner, None))
    accounts = tuple(
        BookAccount(
            number=number,
            name=name,
            kind=kind,
            currency=code,
            owner=owner,
            agent=agent,
            central_bank_money=kind not in {"loro", "own"},
            limit_minor=limit,
        )
        for number, (name, kind, code, owner, agent, limit) in enumerate(plan)
    )
    agents = tuple(member.agent for member in scheme.members)
    return _Chart(accounts, tuple(one.bic for one in scheme.participants) + agents)


def canonical_text(number: int, organisation: int, uetr: str) -> str:
    """Return the leaves of a payment that statements and statistics read."""
    fields = {
        "pe": f"E2E-{number}",
        "pt": f"TX-{number}",
        "pu": uetr,
        "Dn": "ОсОО «Ала-Тоо» & <Co>",
        "Do": "KG" if organisation % 3 else "RU",
        "DI": f"INN{organisation:06d}",
        "Cn": "ООО Нева",
        "CI": f"INN{organisation * 7 % ORGANISATIONS:06d}",
    }
    return "".join(f"{FIELD}{code}{VALUE}{value}" for code, value in fields.items())


def _code(number: int) -> str:
    return {KGS: "KGS", RUB: "RUB"}[number]
