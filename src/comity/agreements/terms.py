"""The terms of one version of a framework agreement between countries.

Each choice an agreement makes is an enumeration here, spelt as the agreement's file spells it.
Whether terms fit together, and fit the scheme they belong to, is for `comity.agreements.rules`.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from comity.agreements.carried_balance import CarriedBalanceTerms
from comity.agreements.dealing_terms import DealingTerms
from comity.agreements.netting_terms import CycleConversion, CycleNetting, ShortfallTerms
from comity.agreements.surplus_terms import SurplusTerms
from comity.fx import RateChoice, RateRule
from comity.payments.purposes import PURPOSE_CODES, PurposeGroup, purposes_of


class SettlementMode(StrEnum):
    """By which mechanism payments settle."""

    GROSS = "gross"  # one by one, queued while there is no cover
    CYCLE = "cycle"  # in netting cycles
    BOTH = "both"  # urgent and high priority gross, the rest in cycles

    @property
    def has_cycles(self) -> bool:
        """Whether some payments wait for a netting cycle."""
        return self is not SettlementMode.GROSS


class SettlementTier(StrEnum):
    """Between whom the scheme settles."""

    PARTICIPANT = "participant"  # between banks, each payment in one currency
    CENTRAL_BANK = "central_bank"  # payer and payee in two currencies, central banks settle
    DEALER = "dealer"  # in two currencies, the payee's bought from a dealer at its quote


class SettlementAsset(StrEnum):
    """What central banks settle their obligation in."""

    OWN_CURRENCIES = "own_currencies"  # each in its own central-bank money
    NAMED_CURRENCY = "named_currency"  # one currency the agreement names
    CARRIED_BALANCE = "carried_balance"  # a balance carried on, within a credit line


class CreditPayee(StrEnum):
    """When the payee of a payment in two currencies is credited."""

    AFTER_SETTLEMENT = "after_settlement"  # once the central banks have settled
    ON_ACCEPTANCE = "on_acceptance"  # at once, within the credit line


class UnsettledAtClose(StrEnum):
    """What becomes of a payment still queued when the day closes."""

    EXPIRE = "expire"  # it ends unsettled
    ROLL = "roll"  # it waits for the next business day


class Release(StrEnum):
    """Who may go of those that wait for cover."""

    FIFO = "fifo"  # nobody overtakes: what stands behind waits with it
    BYPASS = "bypass"  # whoever stands behind and is covered may go first


class AfterCutOff(StrEnum):
    """What becomes of a payment that comes after its cut-off."""

    ROLL = "roll"  # it gets the next business day as its value date
    REJECT = "reject"  # it is refused


class CycleShortfall(StrEnum):
    """What becomes of payments a cycle cannot settle for lack of cover."""

    ROLL = "roll"  # they wait for the next cycle
    REJECT = "reject"  # they fail


class LedgerIs(StrEnum):
    """What a posting in this ledger is in law, for one currency."""

    AGENT_BOOK = "agent_book"  # the settlement agent's own book
    PROTECTED_OMNIBUS = "protected_omnibus"  # a book over one protected account at the agent
    INSTRUCTION_ONLY = "instruction_only"  # an instruction the agent has yet to carry out


class FinalityEvent(StrEnum):
    """What makes a settlement final in law, for one currency."""

    POSTING = "posting"  # the posting in this ledger
    AGENT_CONFIRMATION = "agent_confirmation"  # the settlement agent's confirmation


class ReturnsAt(StrEnum):
    """At which rate what was paid in two currencies is returned."""

    ORIGINAL_RATE = "original_rate"  # the debtor gets back what was debited, to the unit
    CURRENT_FIXING = "current_fixing"  # what the returned amount is worth at the day's fixing


class PaysIn(StrEnum):
    """In whose currency the central bank that owes pays."""

    CREDITOR_CURRENCY = "creditor_currency"  # of the one that is owed
    DEBTOR_CURRENCY = "debtor_currency"  # its own


@dataclass(frozen=True, slots=True)
class SettlementTerms:
    """How payments under an agreement settle.

    Attributes:
        mode: gross, in cycles, or both.
        tier: between banks, between central banks, or through dealers.
        asset: what central banks settle in.
        asset_currency: ISO 4217 code, only with a named currency; or of what a carried balance
            is settled in, where that is not the parties' own currencies.
        credit_line_minor: minor units of the clearing unit, only with a carried balance or where
            the payee is credited on acceptance.
        credit_payee: when the payee is credited.
        unsettled_at_close: what becomes of what is queued at the close.
        after_cut_off: what becomes of what comes too late.
        netting_pool: agreements of one pool net together; None without cycles.
        cycle_shortfall: what becomes of what a cycle cannot cover.
        netting: between whom a cycle's payments are set off.
    """

    mode: SettlementMode
    tier: SettlementTier
    asset: SettlementAsset
    asset_currency: str | None
    credit_line_minor: int | None
    credit_payee: CreditPayee
    unsettled_at_close: UnsettledAtClose
    after_cut_off: AfterCutOff
    netting_pool: str | None
    cycle_shortfall: CycleShortfall
    netting: CycleNetting = CycleNetting.MULTILATERAL


@dataclass(frozen=True, slots=True)
class QueueThreshold:
    """From which sum of waiting payments on a currency is resolved whenever one enters.

    Attributes:
        currency: ISO 4217 code.
        from_minor: minor units, above zero.
    """

    currency: str
    from_minor: int


@dataclass(frozen=True, slots=True)
class LiquiditySaving:
    """How gross payments that wait for cover may settle against one another.

    Attributes:
        bilateral_depth: with how many of the counterparty's first queued payments one that comes
            without cover is tried; 0 with none.
        multilateral_every: minutes, counted from the opening, between two multilateral
            resolutions of what is queued; None without.
        release: whether a payment may be overtaken while it waits.
        multilateral_on_entry: whether there is one whenever a payment is queued, or somebody who
            waits is paid, and it could settle something.
        selection_every: minutes, counted from the opening, between two choices of what is
            queued without the order of queues; None without.
        multilateral_threshold: the same, but only while so much waits; in order of currency.
    """

    bilateral_depth: int
    multilateral_every: int | None
    release: Release = Release.FIFO
    multilateral_on_entry: bool = False
    multilateral_threshold: tuple[QueueThreshold, ...] = ()
    selection_every: int | None = None

    def __post_init__(self) -> None:
        """Put the thresholds into canonical order."""
        ordered = tuple(sorted(self.multilateral_threshold, key=lambda each: each.currency))
        object.__setattr__(self, "multilateral_threshold", ordered)


@dataclass(frozen=True, slots=True)
class PaymentVersusPayment:
    """That two payments in two currencies may be the legs of one trade, and how long they wait.

    Attributes:
        match_within: minutes after its acceptance within which the other leg of a leg must have
            come; None: any time of the day.
        expires_at: local time at which what has not settled ends; None: the close, which treats it
            as whatever else is not settled.
        answer_within: minutes within which the settlement agent of a currency that is settled
            outside must have answered a request; None: any time of the day.
    """

    match_within: int | None
    expires_at: time | None
    answer_within: int | None = None


@dataclass(frozen=True, slots=True)
class CycleTerms:
    """One netting cycle of the day; local times in the agreement's time zone.

    Attributes:
        cut_off: payments accepted up to then are in the cycle.
        settles: when its positions are settled.
    """

    cut_off: time
    settles: time


@dataclass(frozen=True, slots=True)
class CutOffs:
    """Until when payments are taken for the same day.

    Attributes:
        time_zone: IANA name, of every time of the agreement.
        customer: for customer credit transfers (pacs.008).
        interbank: for transfers between banks (pacs.009).
    """

    time_zone: str
    customer: time
    interbank: time


@dataclass(frozen=True, slots=True)
class FinalityTerms:
    """What finality rests on in one currency: a fact of law that the agreement states.

    Attributes:
        currency: ISO 4217 code.
        ledger_is: what a posting is.
        event: what makes it final.
    """

    currency: str
    ledger_is: LedgerIs
    event: FinalityEvent

    @property
    def is_outside(self) -> bool:
        """Whether payments are settled in another system, and final once its agent says so."""
        return (
            self.ledger_is is LedgerIs.INSTRUCTION_ONLY
            and self.event is FinalityEvent.AGENT_CONFIRMATION
        )


@dataclass(frozen=True, slots=True)
class ConversionTerms:
    """Whose fixing converts a payment in two currencies, and which one.

    Attributes:
        fixing: code of the publisher, such as `NBKR`.
        rule: which of its fixings.
        stale_after_days: a fixing older than this many days is not used.
        jump_percent: a change against the fixing before above this is quarantined, > 0.
        margin_percent: held above the last fixing until the payment is converted, ≥ 0.
        fixed_at: local time at which held payments are converted.
        returns_at: at which rate a return is converted.
    """

    fixing: str
    rule: RateRule
    stale_after_days: int
    jump_percent: Decimal
    margin_percent: Decimal
    fixed_at: time
    returns_at: ReturnsAt = ReturnsAt.ORIGINAL_RATE

    @property
    def choice(self) -> RateChoice:
        """The terms in the form `comity.fx.choose_rate` takes them."""
        return RateChoice(self.fixing, self.rule, self.stale_after_days, self.jump_percent)


@dataclass(frozen=True, slots=True)
class CentralBankSettlement:
    """How and when two central banks settle what they owe each other.

    Attributes:
        settles: local time.
        day_offset: joint business days after the payments' day: 0 or 1.
        pays_in: in whose currency.
        clearing_unit: ISO 4217 code of the currency in which the obligation is counted.
    """

    settles: time
    day_offset: int
    pays_in: PaysIn
    clearing_unit: str


@dataclass(frozen=True, slots=True)
class AmountLimits:
    """Ceilings on payments under one agreement in one currency.

    Attributes:
        currency: ISO 4217 code.
        payment_max_minor: greatest amount of one payment, minor units; None without ceiling.
        day_max_minor: greatest sum of one business day, minor units; None without ceiling.
    """

    currency: str
    payment_max_minor: int | None
    day_max_minor: int | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of a framework agreement.

    Parties, purposes, codes, currencies, finality and limits are sets: however they were
    given, they stand in canonical order. Cycles stand as given.

    Attributes:
        id: name of the agreement, the same in all its versions.
        version: 1 or more.
        title: as people write it.
        parties: ISO 3166-1 alpha-2 codes.
        valid_from: first day in force.
        valid_until: last day in force, inclusive; None for open-ended.
        purposes: groups of purposes covered.
        codes: single purpose codes covered besides.
        currencies: ISO 4217 codes.
        settlement: how payments settle.
        cycles: netting cycles of a day, in order of time.
        cut_offs: until when payments are taken.
        finality: one for each currency.
        conversion: only at central-bank tier.
        central_bank_settlement: only at central-bank tier.
        limits: at most one for each currency.
        liquidity_saving: how queued payments settle against one another; None where each waits
            for its own cover.
        carried_balance: interest and settlement days of a carried balance; None where it is
            carried without either.
        shortfall: what the debtors of a cycle draw when they cannot pay; None where a cycle that is
            not covered by their balances does not settle.
        cycle_conversion: whose rates convert positions in cycles into the named currency in which
            they are paid; None where each currency is paid in itself.
        payment_versus_payment: that payments between two banks may be the legs of a trade, both
            of which settle or neither; None where they may not.
        dealing: only at dealer tier.
        surplus: what becomes of what one central bank holds with the other; None where it piles up.
        domestic: that payments between two banks of one party are covered too; only at participant
            tier.
    """

    id: str
    version: int
    title: str
    parties: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    purposes: tuple[PurposeGroup, ...]
    codes: tuple[str, ...]
    currencies: tuple[str, ...]
    settlement: SettlementTerms
    cycles: tuple[CycleTerms, ...]
    cut_offs: CutOffs
    finality: tuple[FinalityTerms, ...]
    conversion: ConversionTerms | None
    central_bank_settlement: CentralBankSettlement | None
    limits: tuple[AmountLimits, ...]
    liquidity_saving: LiquiditySaving | None = None
    carried_balance: CarriedBalanceTerms | None = None
    shortfall: ShortfallTerms | None = None
    cycle_conversion: CycleConversion | None = None
    payment_versus_payment: PaymentVersusPayment | None = None
    dealing: DealingTerms | None = None
    domestic: bool = False
    surplus: SurplusTerms | None = None

    def __post_init__(self) -> None:
        """Put the sets into canonical order, so that equal terms are equal agreements."""
        order = tuple(PurposeGroup)
        for field, canonical in (
            ("parties", tuple(sorted(self.parties))),
            ("purposes", tuple(sorted(self.purposes, key=order.index))),
            ("codes", tuple(sorted(self.codes))),
            ("currencies", tuple(sorted(self.currencies))),
            ("finality", tuple(sorted(self.finality, key=lambda each: each.currency))),
            ("limits", tuple(sorted(self.limits, key=lambda each: each.currency))),
        ):
            object.__setattr__(self, field, canonical)

    @property
    def key(self) -> str:
        """Name of this version, `id@version`; a payment stores it as what judged it."""
        return f"{self.id}@{self.version}"

    @property
    def has_conversion(self) -> bool:
        """Whether payments in two currencies are converted at a fixing, between central banks."""
        return self.settlement.tier is SettlementTier.CENTRAL_BANK

    @property
    def has_dealers(self) -> bool:
        """Whether the payee's currency is bought from a dealer."""
        return self.settlement.tier is SettlementTier.DEALER

    @property
    def has_two_currencies(self) -> bool:
        """Whether it covers payments in two currencies (else: in one)."""
        return self.has_conversion or self.has_dealers

    @property
    def outside_currencies(self) -> tuple[str, ...]:
        """Currencies that are settled in other systems, at their settlement agents."""
        return tuple(each.currency for each in self.finality if each.is_outside)

    @property
    def purpose_codes(self) -> tuple[str, ...]:
        """Every purpose code covered, by group or singly, sorted."""
        covered = frozenset(purposes_of(self.purposes)) | frozenset(self.codes)
        return tuple(code for code in PURPOSE_CODES if code in covered)

    def is_in_force(self, day: date) -> bool:
        """Return whether the version is in force on a day; both ends are inclusive."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
