"""The report's tables of netting cycles: what they came to, who drew what, whom it cost."""

from comity.business_calendar import format_us
from comity.payments.codes import DrawnFrom
from comity.reports.figures import DayFigures
from comity.reports.numbers import amount, count, percent
from comity.reports.table import Table
from comity.statements.cycles import Cycle
from comity.statements.daybook import DayBook

_SOURCES = {
    DrawnFrom.COLLATERAL: "its collateral",
    DrawnFrom.CREDIT_LINE: "its credit line",
    DrawnFrom.GUARANTEE_FUND: "the guarantee fund",
}


def cycles_table(figures: DayFigures) -> Table:
    """Return the day's cycles."""
    rows = tuple(
        (
            one.name,
            one.currency,
            clock(figures.book, one.cut_off_us),
            clock(figures.book, one.ended_us),
            count(len(one.members)),
            amount(one.gross_minor, one.currency),
            amount(one.net_minor, one.currency) if len(one.settled) else "–",
            percent(one.netting_ratio),
            one.state.name.lower(),
            *_cover(one),
        )
        for one in figures.cycles
    )
    return Table(
        "Netting cycles",
        "Net: what the net debtors paid in; banks that share a settlement account net there first."
        " Partial: some payments were taken out, the rest settled. Without the largest debtor:"
        " whether the cycle could settle if the group of affiliates that owes most did not pay,"
        " found before it settled; what nobody covers then."
        f" Amounts in major units, times in {figures.book.scheme.business_day.time_zone}.",
        (
            "Cycle",
            "Currency",
            "#Cut-off",
            "#Ended",
            "#Payments",
            "#Gross",
            "#Net",
            "#Ratio",
            "State",
            "Largest debtor",
            "#Without it",
        ),
        rows,
        "No cycle was cut off that day.",
    )


def draws_table(figures: DayFigures) -> Table:
    """Return what debtors lacked and drew, and whose shares of the fund paid for it."""
    rows = []
    for one in figures.cycles:
        told = [
            *((each, "lacked") for each in one.lacked),
            *((each, f"drew on {_SOURCES[each.source]}") for each in one.draws if each.source),
            *((each, "paid from its share of the fund") for each in one.charged),
        ]
        rows += [
            (one.name, each.participant, words, amount(each.amount_minor, one.currency))
            for each, words in told
        ]
    return Table(
        "What debtors of cycles drew",
        "Lacked: what no layer of the waterfall covered while all payments were in. Major units.",
        ("Cycle", "Participant", "What", "#Amount"),
        tuple(rows),
        "Every debtor paid from its own balance.",
    )


def effects_table(figures: DayFigures) -> Table:
    """Return what taking payments out of cycles did to everybody's position."""
    rows = tuple(
        (
            one.name,
            each.participant,
            amount(each.old_minor, one.currency),
            amount(each.new_minor, one.currency),
            amount(each.new_minor - each.old_minor, one.currency),
        )
        for one in figures.cycles
        for each in one.effects
    )
    return Table(
        "Positions with and without what was taken out",
        "Below zero: it owes. Taken out is the least that the order of each payer's payments"
        " allows. Major units.",
        ("Cycle", "Participant", "#With all payments", "#Settled", "#Change"),
        rows,
        "No payment was taken out of a cycle.",
    )


def conversions_table(figures: DayFigures) -> Table:
    """Return what was owed and paid in one asset for all currencies of a slot."""
    rows = tuple(
        (one.name, bic, amount(position, told.asset), told.asset)
        for one in figures.cycles
        if (told := one.converted) is not None
        for bic, position in told.positions
    )
    rates = "; ".join(
        f"{one.name}, {told.asset} for 1 {code}: {rate}"
        for one in figures.cycles
        if (told := one.converted) is not None
        for code, rate in told.rates
    )
    return Table(
        "Positions paid in one asset",
        "All currencies of a slot, named by its first cycle. Below zero: it owes. Major units."
        + (f" Rates, exact, in minor units: {rates}." if rates else ""),
        ("Cycle", "Participant", "#Position", "Asset"),
        rows,
        "Each currency was paid in itself.",
    )


def pairs_table(figures: DayFigures) -> Table:
    """Return the pairs that settled in cycles that settle pair by pair."""
    rows = tuple(
        (
            one.name,
            each.debtor,
            each.creditor,
            amount(each.net_minor, one.currency),
            count(len(each.rows)),
        )
        for one in figures.cycles
        for each in one.pairs
    )
    return Table(
        "Pairs that settled in bilateral cycles",
        "In the order in which they settled. Major units.",
        ("Cycle", "Debtor", "Creditor", "#Net", "#Payments"),
        rows,
        "No cycle settled pair by pair.",
    )


def _cover(cycle: Cycle) -> tuple[str, str]:
    """Return who owes most, and what is missing without it."""
    found = cycle.cover
    if found is None:
        return "–", "–"
    missing = f"{amount(found.uncovered_minor, found.currency)} missing"
    return ", ".join(found.group), "covered" if found.is_covered else missing


def clock(book: DayBook, at_us: int) -> str:
    """Return a time of the day in the scheme's zone, a dash for none."""
    return format_us(at_us, book.scheme.business_day.time_zone)[11:16] if at_us else "–"
