"""One agreement version from its file; the layout is documented in `docs/formats/agreements.md`."""

from typing import Final

from comity.agreements import (
    AfterCutOff,
    Agreement,
    AmountLimits,
    CentralBankSettlement,
    ConversionTerms,
    CreditPayee,
    CutOffs,
    CycleNetting,
    CycleShortfall,
    CycleTerms,
    FinalityEvent,
    FinalityTerms,
    LedgerIs,
    LiquiditySaving,
    PaysIn,
    QueueThreshold,
    Release,
    ReturnsAt,
    SettlementAsset,
    SettlementMode,
    SettlementTerms,
    SettlementTier,
    UnsettledAtClose,
    find_term_violations,
)
from comity.arrangement.carried_balance_files import read_carried_balance
from comity.arrangement.dealing_files import read_dealing
from comity.arrangement.leg_files import MINUTES_OF_DAY, read_payment_versus_payment
from comity.arrangement.netting_files import (
    STALE_AFTER_DAYS_MAX,
    read_cycle_conversion,
    read_shortfall,
)
from comity.arrangement.scheme_files import Place, Places
from comity.arrangement.surplus_files import read_surplus
from comity.arrangement.toml_lines import TomlPath
from comity.arrangement.toml_tables import TableReader, TomlFile
from comity.fx import JUMP_PERCENT_MAX, PUBLISHERS, RateRule
from comity.identifiers import is_country
from comity.money import CURRENCIES
from comity.payments.purposes import PurposeGroup, is_purpose

VERSION_MAX: Final = 1_000_000
MARGIN_PERCENT_MAX: Final = 100
BILATERAL_DEPTH_MAX: Final = 100


def read_agreement(file: TomlFile, places: Places) -> Agreement:
    """Read an agreement version.

    Its faults gather in `file.faults`: those of single fields, and if there are none, those of
    fields that contradict one another.
    """
    reader = TableReader(file)
    limits = reader.tables("limits")
    surplus = reader.optional_table("surplus")
    agreement = Agreement(
        id=reader.name("id"),
        version=reader.integer("version", minimum=1, maximum=VERSION_MAX),
        title=reader.text("title"),
        parties=reader.texts("parties", _country, "a country code of two capital letters"),
        valid_from=reader.day("valid_from"),
        valid_until=reader.optional_day("valid_until"),
        purposes=reader.texts("purposes", _group, " | ".join(PurposeGroup), is_optional=True),
        codes=reader.texts(
            "codes", _code, "a code of the ISO set ExternalPurpose1Code", is_optional=True
        ),
        currencies=reader.texts("currencies", _currency, "an active currency code of ISO 4217"),
        settlement=_settlement(reader),
        cycles=tuple(_cycle(table) for table in reader.tables("cycles")),
        cut_offs=_cut_offs(reader.table("cut_offs")),
        finality=tuple(_finality(name, each) for name, each in reader.named_tables("finality")),
        conversion=_conversion(reader.optional_table("conversion")),
        central_bank_settlement=_central_banks(reader.optional_table("central_bank_settlement")),
        limits=tuple(_limits(table) for table in limits),
        liquidity_saving=_liquidity_saving(reader),
        carried_balance=read_carried_balance(reader.optional_table("carried_balance")),
        shortfall=read_shortfall(reader.optional_table("shortfall")),
        cycle_conversion=read_cycle_conversion(reader.optional_table("cycle_conversion")),
        payment_versus_payment=read_payment_versus_payment(
            reader.optional_table("payment_versus_payment")
        ),
        dealing=read_dealing(reader.optional_table("dealing")),
        domestic=reader.has("domestic") and reader.boolean("domestic"),
        surplus=read_surplus(surplus),
    )
    reader.close()
    places.note(agreement, Place(file, renamed=_limit_paths(limits, surplus)))
    if not file.faults:
        file.faults.extend(
            places.fault_of(violation, file) for violation in find_term_violations(agreement)
        )
    return agreement


def _limit_paths(
    limits: tuple[TableReader, ...], surplus: TableReader | None
) -> dict[TomlPath, TomlPath]:
    """Return where each limit stands: files count limits, everybody else names their currency."""
    paths: dict[TomlPath, TomlPath] = {}
    of_surplus = () if surplus is None else surplus.tables("limits")
    for within, tables in ((("limits",), limits), (("surplus", "limits"), of_surplus)):
        for table in tables:
            code = table.value("currency")
            if isinstance(code, str):
                paths[*within, code] = table.path
    return paths


def _settlement(reader: TableReader) -> SettlementTerms:
    table = reader.table("settlement")
    terms = SettlementTerms(
        mode=table.choice("mode", SettlementMode),
        tier=table.choice("tier", SettlementTier),
        asset=table.choice("asset", SettlementAsset, SettlementAsset.OWN_CURRENCIES),
        asset_currency=table.currency("asset_currency") if table.has("asset_currency") else None,
        credit_line_minor=_credit_line(reader, table),
        credit_payee=table.choice("credit_payee", CreditPayee, CreditPayee.AFTER_SETTLEMENT),
        unsettled_at_close=table.choice("unsettled_at_close", UnsettledAtClose),
        after_cut_off=table.choice("after_cut_off", AfterCutOff),
        netting_pool=table.name("netting_pool") if table.has("netting_pool") else None,
        cycle_shortfall=table.choice("cycle_shortfall", CycleShortfall, CycleShortfall.ROLL),
        netting=table.choice("netting", CycleNetting, CycleNetting.MULTILATERAL),
    )
    table.close()
    return terms


def _credit_line(reader: TableReader, table: TableReader) -> int | None:
    """Read the credit line in the clearing unit, which another table names."""
    if not table.has("credit_line"):
        return None
    banks = reader.value("central_bank_settlement")
    unit = banks.get("clearing_unit") if isinstance(banks, dict) else None
    if not isinstance(unit, str):
        table.refuse(
            "credit_line", "an amount without a currency", "central_bank_settlement.clearing_unit"
        )
        return None
    return table.amount_minor("credit_line", unit, minimum=1)


def _cycle(table: TableReader) -> CycleTerms:
    cycle = CycleTerms(cut_off=table.time("cut_off"), settles=table.time("settles"))
    table.close()
    return cycle


def _cut_offs(table: TableReader) -> CutOffs:
    terms = CutOffs(
        time_zone=table.time_zone("time_zone"),
        customer=table.time("customer"),
        interbank=table.time("interbank"),
    )
    table.close()
    return terms


def _finality(code: str, table: TableReader) -> FinalityTerms:
    terms = FinalityTerms(
        currency=code,
        ledger_is=table.choice("ledger_is", LedgerIs),
        event=table.choice("event", FinalityEvent),
    )
    table.close()
    return terms


def _conversion(table: TableReader | None) -> ConversionTerms | None:
    if table is None:
        return None
    publishers = " | ".join(PUBLISHERS)
    fixing = table.value("fixing")
    if not isinstance(fixing, str) or fixing not in PUBLISHERS:
        table.refuse("fixing", "nothing" if fixing is None else f"{fixing!r:.60}", publishers)
    terms = ConversionTerms(
        fixing=str(fixing),
        rule=table.choice("rule", RateRule),
        stale_after_days=table.integer("stale_after_days", minimum=0, maximum=STALE_AFTER_DAYS_MAX),
        jump_percent=table.percent("jump_percent"),
        margin_percent=table.percent("margin_percent"),
        fixed_at=table.time("fixed_at"),
        returns_at=table.choice("returns_at", ReturnsAt, ReturnsAt.ORIGINAL_RATE),
    )
    if not 0 < terms.jump_percent <= JUMP_PERCENT_MAX:
        expected = f"more than 0 and at most {JUMP_PERCENT_MAX}"
        table.refuse("jump_percent", str(terms.jump_percent), expected)
    if terms.margin_percent > MARGIN_PERCENT_MAX:
        table.refuse("margin_percent", str(terms.margin_percent), f"at most {MARGIN_PERCENT_MAX}")
    table.close()
    return terms


def _central_banks(table: TableReader | None) -> CentralBankSettlement | None:
    if table is None:
        return None
    terms = CentralBankSettlement(
        settles=table.time("settles"),
        day_offset=table.integer("day_offset", minimum=0, maximum=1),
        pays_in=table.choice("pays_in", PaysIn, PaysIn.CREDITOR_CURRENCY),
        clearing_unit=table.currency("clearing_unit"),
    )
    table.close()
    return terms


def _limits(table: TableReader) -> AmountLimits:
    code = table.currency("currency")
    limits = AmountLimits(
        currency=code,
        payment_max_minor=_ceiling(table, "payment_max", code),
        day_max_minor=_ceiling(table, "day_max", code),
    )
    table.close()
    return limits


def _liquidity_saving(reader: TableReader) -> LiquiditySaving | None:
    table = reader.optional_table("liquidity_saving")
    if table is None:
        return None
    every = None
    if table.has("multilateral_every"):
        every = table.integer("multilateral_every", minimum=1, maximum=MINUTES_OF_DAY)
    terms = LiquiditySaving(
        bilateral_depth=table.integer(
            "bilateral_depth", minimum=0, maximum=BILATERAL_DEPTH_MAX, default=0
        ),
        multilateral_every=every,
        release=table.choice("release", Release, default=Release.FIFO),
        multilateral_on_entry=table.has("multilateral_on_entry")
        and table.boolean("multilateral_on_entry"),
        selection_every=table.integer("selection_every", minimum=1, maximum=MINUTES_OF_DAY)
        if table.has("selection_every")
        else None,
        multilateral_threshold=_thresholds(reader, table.optional_table("multilateral_threshold")),
    )
    table.close()
    return terms


def _thresholds(reader: TableReader, table: TableReader | None) -> tuple[QueueThreshold, ...]:
    if table is None:
        return ()
    codes = reader.value("currencies")
    thresholds = [
        QueueThreshold(code, table.amount_minor(code, code, minimum=1))
        for code in (codes if isinstance(codes, list) else ())
        if isinstance(code, str) and table.has(code)
    ]
    table.close()
    return tuple(thresholds)


def _ceiling(table: TableReader, key: str, code: str) -> int | None:
    return table.amount_minor(key, code, minimum=1) if table.has(key) else None


def _country(text: str) -> str | None:
    return text if is_country(text) else None


def _group(text: str) -> PurposeGroup | None:
    return PurposeGroup(text) if text in frozenset(PurposeGroup) else None


def _code(text: str) -> str | None:
    return text if is_purpose(text) else None


def _currency(text: str) -> str | None:
    return text if text in CURRENCIES else None
