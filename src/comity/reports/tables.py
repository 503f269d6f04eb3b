"""The tables of the day's report: exact figures as text, ready to be set."""

from comity.agreements.terms import SettlementMode
from comity.fx import PUBLISHERS, OfficialRate, RateFound
from comity.payments.codes import ResolutionKind
from comity.reports.cycle_tables import (
    clock,
    conversions_table,
    cycles_table,
    draws_table,
    effects_table,
    pairs_table,
)
from comity.reports.dealer_tables import dealers_table
from comity.reports.doubt_tables import doubts_table
from comity.reports.figures import DayFigures
from comity.reports.numbers import amount, count, percent, rounded
from comity.reports.order_tables import orders_table
from comity.reports.return_tables import returns_table
from comity.reports.table import Table
from comity.statements.daybook import BookAccount, DayBook
from comity.statements.exchange import agreed_rates
from comity.statements.reconciliation import AccountProof
from comity.statistics.resolutions import MultilateralResolution
from comity.statistics.series import AllPayments
from comity.statistics.shares import all_payments_value, national_part
from comity.statistics.valuation import Valuation

_MODES = {
    SettlementMode.GROSS: "gross",
    SettlementMode.CYCLE: "cycles",
    SettlementMode.BOTH: "gross and cycles",
}
RESOLUTIONS_SHOWN_MAX = 200
"""Resolutions in the report; on entry there may be thousands a day."""
_RESOLUTIONS = {
    ResolutionKind.GREATEST: "greatest: no other choice that is allowed settles more of any queue",
    ResolutionKind.MAXIMAL: "maximal: no queue could have gone further by itself",
    ResolutionKind.OPTIMAL: "chosen out of order: no other choice is worth more",
    ResolutionKind.BOUNDED: "chosen out of order: the best found; none is worth more than",
}
PARTICIPANT_KINDS = frozenset(
    {"settlement", "loro", "collateral", "guarantee_fund", "drawn", "recourse"}
)
"""Kinds of account that a bank or a partner central bank holds."""


def day_tables(figures: DayFigures) -> dict[str, Table]:
    """Return the tables by the place they have in the report."""
    return {
        "summary": _summary(figures),
        "currencies": _currencies(figures),
        "proof": _proof(figures),
        "cycles": cycles_table(figures),
        "draws": draws_table(figures),
        "effects": effects_table(figures),
        "pairs": pairs_table(figures),
        "conversions": conversions_table(figures),
        "resolutions": _resolutions(figures),
        "trades": _trades(figures),
        "doubts": doubts_table(figures),
        "orders": orders_table(figures),
        "dealers": dealers_table(figures),
        "turnover": _turnover(figures),
        "returns": returns_table(figures),
        "shares": _shares(figures),
        "rates": _rates(figures),
        "agreements": _agreements(figures.book),
        "refusals": _refusals(figures),
        "balances": _balances(figures, participants=True),
        "scheme_accounts": _balances(figures, participants=False),
    }


def _summary(figures: DayFigures) -> Table:
    book = figures.book
    rows = [
        ("Payments received that day", count(int(book.received_today.sum()))),
        ("Carried over from before", count(int((~book.received_today).sum()))),
        ("Settled", count(sum(one.payments for one in figures.positions))),
        ("Repeated, answered again", count(book.duplicates)),
        ("Messages that could not be read", count(book.messages_refused)),
        ("Transfers posted", count(len(book.transfers))),
        ("Held, whoever they concern", count(_held(figures))),
    ]
    rows += [
        (f"Active companies, {name or 'country unknown'}", count(n))
        for name, n in figures.companies.items()
    ]
    return Table("Summary", "", ("Figure", "#Number"), tuple(rows))


def _currencies(figures: DayFigures) -> Table:
    queues = {one.currency: one for one in figures.queues}
    rows = []
    for one in figures.positions:
        queue = queues.get(one.currency)
        rows.append(
            (
                one.currency,
                count(one.payments),
                amount(one.gross_minor, one.currency),
                amount(one.net_minor, one.currency),
                percent(one.netting_ratio),
                count(queue.payments_peak) if queue else "0",
                amount(queue.amount_peak_minor if queue else 0, one.currency),
            )
        )
    return Table(
        "By currency",
        "Gross: sum of settled payments. Net: sum over banks of what each sent beyond what it"
        " received, over the whole day. Ratio: 1 − net ÷ gross. Amounts in major units.",
        ("Currency", "#Payments", "#Gross", "#Net", "#Ratio", "#Queue peak", "#Queue peak, value"),
        tuple(rows),
    )


def _proof(figures: DayFigures) -> Table:
    proof, book = figures.proof, figures.book
    rows = (
        (
            "Money conserved",
            "every currency sums to zero over all accounts",
            _holds(proof.money_conserved),
        ),
        (
            "Positions zero",
            "net positions of each cycle, both sides of each clearing pair",
            _holds(proof.positions_zero),
        ),
        (
            "Journal verified",
            "the hash chain and what it rebuilds agree with the books",
            _holds(proof.journal_verified),
        ),
        (
            "Statements reconciled",
            f"opening + movements = closing on {count(len(book.accounts))} accounts",
            _holds(proof.statements_reconciled),
        ),
    )
    return Table("Proof", "", ("Claim", "What was checked", "Result"), rows)


def _resolutions(figures: DayFigures) -> Table:
    """Return the resolutions, of a great many those of most payments, in order of time."""
    shown = figures.resolutions
    if len(shown) > RESOLUTIONS_SHOWN_MAX:
        most = sorted(shown, key=lambda one: -one.payments)[:RESOLUTIONS_SHOWN_MAX]
        shown = tuple(sorted(most, key=lambda one: one.at_us))
    left_out = len(figures.resolutions) - len(shown)
    rows = tuple(
        (
            clock(figures.book, one.at_us),
            one.currency,
            count(one.payments),
            amount(one.value_minor, one.currency),
            _known_of(one),
        )
        for one in shown
    )
    return Table(
        "Multilateral resolutions",
        "Payments that waited and settled together, as one, out of what they paid one another:"
        " the first of their queues, or chosen out of order where that is agreed."
        f" Amounts in major units, times in {figures.book.scheme.business_day.time_zone}."
        + (f" {count(left_out)} more of fewer payments are left out." if left_out else ""),
        ("At", "Currency", "#Payments", "#Value", "What is known of the choice"),
        rows,
        "No payments settled together that day.",
    )


def _trades(figures: DayFigures) -> Table:
    rows = tuple(
        (
            " versus ".join(one.currencies),
            count(one.begun),
            count(one.matched),
            count(one.settled),
            count(one.released),
            count(one.expired),
            count(one.in_doubt),
            *map(amount, one.settled_minor, one.currencies),
        )
        for one in figures.trades
    )
    return Table(
        "Payment versus payment",
        "Trades in two currencies, both legs of which settle in one moment or neither does."
        " Amounts are what the settled ones moved, in major units.",
        (
            "Trades",
            "#Begun",
            "#With both legs",
            "#Settled",
            "#To the next day",
            "#Expired",
            "#In doubt",
            "#First currency",
            "#Second currency",
        ),
        rows,
        "No trades that day.",
    )


def _known_of(one: MultilateralResolution) -> str:
    said, bound = _RESOLUTIONS[one.kind], one.bound
    several = bound is not None and len(bound.currencies) > 1
    if bound is not None and one.kind is ResolutionKind.BOUNDED:
        said = f"{said} {amount(bound.bound_minor, bound.unit)}"
        if several:
            worth = amount(bound.worth_minor, bound.unit)
            said += f" {bound.unit}, and this one {worth} {bound.unit}"
    return f"{said}; over {', '.join(bound.currencies)} at once" if bound and several else said


def _turnover(figures: DayFigures) -> Table:
    rows = tuple(
        (
            f"{one.debtor_country} → {one.creditor_country}",
            one.currency,
            one.group,
            count(one.payments),
            amount(one.amount_minor, one.currency),
            amount(one.returned_minor, one.currency),
            amount(one.net_minor, one.currency),
        )
        for one in figures.turnover
    )
    return Table(
        "Turnover",
        "Settled payments by corridor (payer's country → payee's), currency and purpose, and what"
        " was returned of such payments, of this day or an earlier one. Amounts in major units.",
        ("Corridor", "Currency", "Purpose", "#Payments", "#Amount", "#Returned", "#Net"),
        rows,
        "Nothing settled that day.",
    )


def _shares(figures: DayFigures) -> Table:
    found = figures.share
    code = found.valuation.currency
    within = found.within_scheme()
    looks_at = (
        ("Invoicing", "currency of the instructed amount", found.invoicing),
        ("Customer leg", "currency of the payer's account", found.customer_leg),
        ("Settlement asset", "currency banks or central banks settled in", found.settlement_asset),
    )
    rows = [
        (name, what, percent(inside, 2), percent(of_all, 2) if found.source else "–")
        for (name, what, of_all), inside in zip(looks_at, within, strict=True)
    ]
    if found.source:
        worth = f"{rounded(found.scheme_value, 2)} {code} settled in the scheme"
        rows.append(("Coverage", worth, "–", percent(found.coverage, 2)))
    rows += [
        (
            f"By {one.publisher}'s own count",
            f"{one.definition}: {_counted(one, found.valuation, code)}",
            "–",
            percent(national_part(one, found.valuation, figures.book), 2),
        )
        for one in ([found.source] if found.source else []) + list(found.beside)
    ]
    note = (
        f"By value, in {code} at the rates listed below. Settled here:"
        f" {rounded(found.scheme_value, 2)} {code}."
    )
    if found.source is not None:
        note += (
            f" All payments between the countries: {rounded(found.denominator_value, 2)} {code},"
            f" as {found.source.publisher} counts them."
        )
    if found.note:
        note += f" {found.note.capitalize()}."
    if found.valuation.unvalued:
        note += (
            f" Without a usable rate, and so not counted: {', '.join(found.valuation.unvalued)}."
        )
    return Table(
        "Share of national currencies",
        note,
        ("Definition", "Looks at", "#Of what settled here", "#Of all payments"),
        tuple(rows),
    )


def _counted(one: AllPayments, values: Valuation, code: str) -> str:
    value = f"{rounded(all_payments_value(one, values), 2)} {code}"
    if one.period_start == one.period_end:
        return f"{value} on {one.period_start}"
    days = f"{one.business_days} business day{'' if one.business_days == 1 else 's'}"
    return f"{value} a day ({one.period_start} to {one.period_end}, {days})"


def _rates(figures: DayFigures) -> Table:
    used: dict[str, tuple[OfficialRate, list[str]]] = {}
    for found in figures.share.valuation.rates.values():
        used.setdefault(found.rate_id, (found.rate, []))[1].append("valuation")
    missing = []
    for name, answer in agreed_rates(figures.book):
        if isinstance(answer, RateFound):
            used.setdefault(answer.rate_id, (answer.rate, []))[1].append(name)
        else:
            missing.append(f"{name} has no usable rate ({answer.explanation})")
    rows = tuple(
        (
            PUBLISHERS[rate.publisher],
            f"{rate.nominal} {rate.base} = {rate.value} {rate.quote}",
            rate.effective_on.isoformat(),
            ", ".join(dict.fromkeys(uses)),
            rate.source,
            rate.rate_id,
        )
        for rate, uses in (used[key] for key in sorted(used))
    )
    return Table(
        "Official rates used",
        " ".join(
            [
                "As published; the date is the first day the rate is in force.",
                *(f"{one}." for one in missing),
            ]
        ),
        ("Publisher", "Rate", "In force", "Used for", "File", "Identifier"),
        rows,
        "No rate was needed.",
    )


def _agreements(book: DayBook) -> Table:
    rows = tuple(
        (
            one.key,
            one.title,
            " · ".join(one.parties),
            ", ".join([*one.purposes, *one.codes]),
            ", ".join(one.currencies),
            _MODES[one.settlement.mode],
            str(one.settlement.tier).replace("_", " "),
            str(one.valid_until or "open"),
        )
        for one in book.scheme.agreements_in_force(book.business_date)
    )
    return Table(
        "Agreements in force",
        "Each judged payment keeps the version that judged it. Gross: one by one at once; cycles:"
        " netted at the cut-offs; with both, urgent payments go gross.",
        ("Version", "Title", "Parties", "Purposes", "Currencies", "Mode", "Tier", "Valid until"),
        rows,
        "No agreement was in force that day.",
    )


def _refusals(figures: DayFigures) -> Table:
    # Payments before messages, the most frequent first.
    chosen = sorted(figures.refusals, key=lambda one: one.what != "payment")
    rows = tuple((one.what, one.code, one.text, count(one.count)) for one in chosen)
    return Table(
        "Refusals by reason",
        "Payments that ended without settlement and messages that could not be read.",
        ("What", "Code", "Reason", "#Number"),
        rows,
        "Nothing was refused.",
    )


def _balances(figures: DayFigures, *, participants: bool) -> Table:
    names = {one.bic: one.name for one in figures.book.scheme.participants}
    names |= _agents(figures.book)
    chosen = [
        one for one in figures.accounts if (one.account.kind in PARTICIPANT_KINDS) is participants
    ]
    chosen.sort(key=lambda one: (one.account.currency, one.account.name))
    return Table(
        "Balances of participants" if participants else "Accounts of the scheme itself",
        "Major units. Limit: how far below zero the balance may go; drawn: how far it went.",
        (
            "Holder",
            "Account",
            "Currency",
            "#Opening",
            "#Out",
            "#In",
            "#Closing",
            "#Limit",
            "#Drawn",
        ),
        tuple((_holder(one.account, names), _named(one.account), *_balance(one)) for one in chosen),
    )


def _agents(book: DayBook) -> dict[str, str]:
    return {one.agent: f"Settlement agent, {one.name}" for one in book.scheme.keepers}


def _holder(account: BookAccount, names: dict[str, str]) -> str:
    name = names.get(account.owner)
    return account.owner if name is None else f"{name}, {account.owner}"


def _named(account: BookAccount) -> str:
    """Return a participant's account as its kind and who keeps it, any other by its name."""
    if account.kind in PARTICIPANT_KINDS:
        return f"{account.kind} at {account.agent}"
    return account.name


def _balance(one: AccountProof) -> tuple[str, ...]:
    account, code = one.account, one.account.currency
    limit = "none"
    if account.limit_minor != 0:
        limit = "unlimited" if account.limit_minor is None else amount(account.limit_minor, code)
    return (
        code,
        amount(one.opening_minor, code),
        amount(one.debits_minor, code),
        amount(one.credits_minor, code),
        amount(one.closing_minor, code),
        limit,
        "" if account.limit_minor is None else amount(one.peak_drawn_minor, code),
    )


def _held(figures: DayFigures) -> int:
    return figures.states["HELD_SCREENING"] + figures.states["HELD_REVIEW"]


def _holds(fact: bool) -> str:
    return "holds" if fact else "FAILED"
