"""Agreements as columns for the kernels, and what of them is not settled yet.

Everything is looked up by the agreement's place in the scheme; what depends on the day (times,
rates) is filled in when a day is opened.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import numpy as np

from comity.agreements.membership import AccountKind
from comity.agreements.scheme import Scheme
from comity.agreements.terms import (
    AfterCutOff,
    Agreement,
    CreditPayee,
    CycleShortfall,
    FinalityEvent,
    LedgerIs,
    Release,
    ReturnsAt,
    SettlementAsset,
    SettlementMode,
    UnsettledAtClose,
)
from comity.business_calendar import date_to_days
from comity.errors import Fault
from comity.fx import Conversion, OfficialRate, RateAnswer, RateFound, choose_rate, minor_conversion
from comity.money import AMOUNT_MINOR_MAX, BALANCE_MINOR_MAX, currency
from comity.payments.purposes import PURPOSE_CODES
from comity.settlement.chart import NO_ACCOUNT, Chart, clearing_name, intermediary_name, sides_of
from comity.settlement.day_plan import AgreementDay
from comity.settlement.tables import (
    CONVERTS_AT_FIXING,
    CONVERTS_BY_DEALER,
    COUNTER_RESOLVE,
    COUNTER_RESOLVES_ON_ENTRY,
    MODE_BOTH,
    MODE_CYCLE,
    MODE_GROSS,
    NEVER_MINOR,
    RULE_ROW,
    SIDE_ROW,
    TERM_ROW,
    Books,
    Bools,
    Rows,
)

_MODES = {
    SettlementMode.GROSS: MODE_GROSS,
    SettlementMode.CYCLE: MODE_CYCLE,
    SettlementMode.BOTH: MODE_BOTH,
}
_FOR_EVER = np.iinfo(np.int32).max
_RATIO_MAX = 4000
"""A conversion may multiply minor units by at most this, so that 10^15 still fits 64 bits."""


def unsettled_choices(scheme: Scheme) -> tuple[Fault, ...]:
    """Return a fault for every choice of an agreement that the engine does not settle.

    The terms are valid and documented; refusing them here keeps a payment from being settled
    in another way than its agreement says.
    """
    faults = []
    for one in scheme.agreements:
        terms = one.settlement
        choices: list[tuple[str, object, object]] = []
        if not one.has_two_currencies:
            choices += [
                *(
                    [("settlement.asset", terms.asset, SettlementAsset.OWN_CURRENCIES)]
                    if one.cycle_conversion is None
                    else []
                ),
                ("settlement.credit_payee", terms.credit_payee, CreditPayee.AFTER_SETTLEMENT),
            ]
        for each in one.finality:
            if each.is_outside and one.payment_versus_payment is not None:
                continue
            prefix = f"finality.{each.currency}"
            if each.ledger_is is LedgerIs.INSTRUCTION_ONLY:
                choices.append((f"{prefix}.ledger_is", each.ledger_is, LedgerIs.AGENT_BOOK))
            choices.append((f"{prefix}.event", each.event, FinalityEvent.POSTING))
        faults += [
            Fault(one.key, 0, field, str(found), f"{expected}: the engine settles no other yet")
            for field, found, expected in choices
            if found is not expected
        ]
        if one.has_conversion:
            faults += _unsettled_between_central_banks(scheme, one)
    return tuple(faults)


def _unsettled_between_central_banks(scheme: Scheme, agreement: Agreement) -> list[Fault]:
    """Return what keeps two central banks from settling: who they are, margin, accounts."""
    parties = [each for each in scheme.members if each.country in agreement.parties]
    if len(parties) != 2 or agreement.conversion is None:
        found = ", ".join(agreement.parties)
        expected = "exactly two members, and a conversion, with tier = central_bank"
        return [Fault(agreement.key, 0, "parties", found, expected)]
    faults = []
    margin = agreement.conversion.margin_percent
    if not margin.is_finite() or margin < 0:
        # What is held must cover what is taken in at the fixing.
        field = "conversion.margin_percent"
        faults.append(Fault(agreement.key, 0, field, str(margin), "0 or more"))
    if not _settles_in_own(agreement):
        return faults
    held = {
        (each.participant, each.agent)
        for each in scheme.accounts
        if each.kind is AccountKind.SETTLEMENT
    }
    for keeper, holder in ((parties[0], parties[1]), (parties[1], parties[0])):
        if (holder.agent, keeper.agent) not in held:
            found = f"no account of {holder.agent} in {keeper.currency}"
            expected = f"a settlement account of {holder.agent} with {keeper.agent}"
            faults.append(Fault(agreement.key, 0, "settlement.tier", found, expected))
    return faults


def _settles_in_own(agreement: Agreement) -> bool:
    """Return whether two central banks pay each other over accounts with one another."""
    carried = agreement.settlement.asset is SettlementAsset.CARRIED_BALANCE
    if carried and agreement.carried_balance is None:
        return False
    return agreement.settlement.asset_currency is None


def draw_rules(scheme: Scheme, chart: Chart) -> Rows:
    """Return one row an agreement; no day is open."""
    pools = pool_numbers(scheme)
    rules = np.zeros(len(scheme.agreements), RULE_ROW)
    for rule, one in zip(rules, scheme.agreements, strict=True):
        terms = one.settlement
        rule["valid_from"] = date_to_days(one.valid_from)
        rule["pool"] = pools.get(terms.netting_pool or "", -1)
        rule["mode"] = _MODES[terms.mode]
        rule["converts"] = CONVERTS_AT_FIXING if one.has_conversion else 0
        if one.has_dealers:
            rule["converts"] = CONVERTS_BY_DEALER
        rule["late_rolls"] = terms.after_cut_off is AfterCutOff.ROLL
        rule["close_rolls"] = terms.unsettled_at_close is UnsettledAtClose.ROLL
        rule["shortfall_rolls"] = terms.cycle_shortfall is CycleShortfall.ROLL
        if one.liquidity_saving is not None:
            rule["offset_depth"] = one.liquidity_saving.bilateral_depth
            rule["bypassed"] = one.liquidity_saving.release is Release.BYPASS
        rule["links_legs"] = one.payment_versus_payment is not None
        rule["domestic"] = one.domestic
        rule["outside"] = -1
        if one.payment_versus_payment is not None:
            for code in one.outside_currencies:
                rule["outside"] = chart.currencies.index(currency(code).number)
        rule["currency_a"], rule["line"] = -1, -1
        if terms.credit_line_minor is not None:
            rule["line"] = terms.credit_line_minor
        rule["credits_at_once"] = terms.credit_payee is CreditPayee.ON_ACCEPTANCE
        rule["pays_before"] = (
            rule["credits_at_once"] or terms.asset is SettlementAsset.CARRIED_BALANCE
        )
        if one.conversion is not None:
            rule["returns_at_original"] = one.conversion.returns_at is ReturnsAt.ORIGINAL_RATE
        if one.has_two_currencies:
            pair = [each.currency for each, _ in sides_of(scheme, one)]
            rule["currency_a"] = chart.currencies.index(currency(pair[0]).number)
            if one.central_bank_settlement is not None:
                rule["clearing_unit"] = pair.index(one.central_bank_settlement.clearing_unit)
    set_last_days(rules, scheme)
    return rules


def set_last_days(rules: Rows, scheme: Scheme) -> None:
    """Say until when payments are taken under each agreement."""
    for rule, one in zip(rules, scheme.agreements, strict=True):
        until = one.valid_until
        rule["valid_until"] = _FOR_EVER if until is None else date_to_days(until)


def draw_memberships(scheme: Scheme) -> Bools:
    """Return which members are party to which agreement: `[agreement, member]`."""
    countries = [one.country for one in scheme.members]
    return _table(countries, [frozenset(one.parties) for one in scheme.agreements])


def draw_purposes(scheme: Scheme) -> Bools:
    """Return which purposes each agreement covers: `[agreement, place in PURPOSE_NUMBERS]`."""
    return _table(PURPOSE_CODES, [frozenset(one.purpose_codes) for one in scheme.agreements])


def draw_terms(scheme: Scheme, chart: Chart) -> Rows:
    """Return currencies covered and ceilings: `[agreement, currency]`."""
    terms = np.zeros((len(scheme.agreements), len(chart.currencies)), TERM_ROW)
    terms["payment_max"], terms["day_max"] = AMOUNT_MINOR_MAX, BALANCE_MINOR_MAX
    terms["resolves_from"] = NEVER_MINOR
    for row, agreement in zip(terms, scheme.agreements, strict=True):
        for code, least in _resolves_from(agreement).items():
            row[chart.currencies.index(currency(code).number)]["resolves_from"] = least
        for code in agreement.currencies:
            row[chart.currencies.index(currency(code).number)]["covered"] = 1
        for limit in agreement.limits:
            cell = row[chart.currencies.index(currency(limit.currency).number)]
            if limit.payment_max_minor is not None:
                cell["payment_max"] = limit.payment_max_minor
            if limit.day_max_minor is not None:
                cell["day_max"] = limit.day_max_minor
    return terms


def _resolves_from(agreement: Agreement) -> dict[str, int]:
    """Return by currency from which sum on what waits is resolved on entry."""
    saving = agreement.liquidity_saving
    if saving is None:
        return {}
    if saving.multilateral_on_entry:
        return dict.fromkeys(agreement.currencies, 0)
    return {each.currency: each.from_minor for each in saving.multilateral_threshold}


def draw_sides(scheme: Scheme, chart: Chart) -> Rows:
    """Return accounts and (as yet no) rates of two-currency agreements: `[agreement, side]`."""
    sides = np.ones((len(scheme.agreements), 2), SIDE_ROW)
    sides["intermediary"] = sides["clearing"] = NO_ACCOUNT
    sides["rate_found"] = 0
    for row, agreement in zip(sides, scheme.agreements, strict=True):
        if agreement.has_conversion:
            for cell, (one, other) in zip(row, sides_of(scheme, agreement), strict=True):
                name = clearing_name(agreement.id, one.agent, other.agent)
                cell["clearing"] = chart.number_of[name]
                cell["intermediary"] = chart.number_of[intermediary_name(one.agent)]
    return sides


def open_entries(books: Books, scheme: Scheme, day: date) -> None:
    """Set from which sum on each currency is resolved on entry today, while nothing waits.

    Of agreements in force the one that resolves from the least counts: their payments share queues.
    """
    books.entries["from_minor"] = NEVER_MINOR
    books.entries["waiting_minor"] = books.entries["wanted"] = 0
    books.waiting[:] = 0
    for rule, terms, agreement in zip(books.rules, books.terms, scheme.agreements, strict=True):
        if rule["is_open"] and agreement.is_in_force(day):
            least = np.minimum(books.entries["from_minor"], terms["resolves_from"])
            books.entries["from_minor"] = least
    books.counters[COUNTER_RESOLVES_ON_ENTRY] = (books.entries["from_minor"] != NEVER_MINOR).any()
    books.counters[COUNTER_RESOLVE] = 0


def pool_numbers(scheme: Scheme) -> dict[str, int]:
    """Return the number of each netting pool by name."""
    names = {one.settlement.netting_pool for one in scheme.agreements}
    return {name: at for at, name in enumerate(sorted(name for name in names if name))}


def open_rules(books: Books, plan: Sequence[AgreementDay]) -> None:
    """Set the day's times; `plan` has one entry an agreement."""
    books.terms["day_used"] = 0
    books.rules["fixed"] = 0
    for rule, entry in zip(books.rules, plan, strict=True):
        for name in ("is_open", "customer_us", "interbank_us", "next_day", "resolves_every_us"):
            rule[name] = getattr(entry, name)


def choose_rates(
    scheme: Scheme, rates: Sequence[OfficialRate], on: date
) -> tuple[RateAnswer | None, ...]:
    """Return by agreement what its rule finds for a day, None where nothing is converted.

    Side 1 pays at what is returned, side 0 at its exact inverse: one fixing, each way round.

    Args:
        scheme: whose agreements ask.
        rates: everything published that is known.
        on: the business day.
    """
    answers: list[RateAnswer | None] = []
    for agreement in scheme.agreements:
        answers.append(None)
        if agreement.conversion is not None:
            (first, second), _ = sides_of(scheme, agreement)
            answers[-1] = choose_rate(
                rates,
                choice=agreement.conversion.choice,
                base=first.currency,
                quote=second.currency,
                on=on,
            )
    return tuple(answers)


def fill_rates(
    books: Books, scheme: Scheme, answers: Sequence[RateAnswer | None]
) -> tuple[OfficialRate, ...]:
    """Set the day's rate of every two-currency agreement; return the rates used.

    A rate that is missing, stale or in quarantine leaves `rate_found` 0: payments wait.
    """
    chosen: dict[str, OfficialRate] = {}
    books.sides["rate_found"] = 0
    for number, (agreement, answer) in enumerate(zip(scheme.agreements, answers, strict=True)):
        if not isinstance(answer, RateFound) or agreement.conversion is None:
            continue
        margin = 1 + Fraction(agreement.conversion.margin_percent) / 100
        sides = sides_of(scheme, agreement)
        ways = (answer.conversion.inverse, answer.conversion)
        ratios = [
            _ratio(way, payer=payer.currency, payee=payee.currency)
            for way, (payer, payee) in zip(ways, sides, strict=True)
        ]
        if not all(_is_countable(ratio) and _is_countable(ratio * margin) for ratio in ratios):
            continue
        chosen[answer.rate_id] = answer.rate
        for cell, ratio in zip(books.sides[number], ratios, strict=True):
            cell["rate_found"] = 1
            cell["rate_numerator"], cell["rate_denominator"] = ratio.as_integer_ratio()
            cell["hold_numerator"], cell["hold_denominator"] = (ratio * margin).as_integer_ratio()
    return tuple(chosen[key] for key in sorted(chosen))


def _ratio(way: Conversion, *, payer: str, payee: str) -> Fraction:
    """Return what one minor unit of the payee costs the payer, in minor units."""
    minor = minor_conversion(way, from_currency=currency(payee), to_currency=currency(payer))
    return Fraction(minor.numerator, minor.denominator)


def _is_countable(ratio: Fraction) -> bool:
    """Return whether the kernels can multiply any amount by the ratio within 64 bits."""
    return ratio <= _RATIO_MAX and max(ratio.as_integer_ratio()) <= BALANCE_MINOR_MAX


def _table(columns: Sequence[str], chosen: Sequence[frozenset[str]]) -> Bools:
    rows = [[each in one for each in columns] for one in chosen]
    return np.array(rows, np.bool_).reshape(len(chosen), len(columns))
