"""Whole days as text: accounts and payments above, what becomes of them beside and below.

A file is made of sections; `#` starts a remark. Amounts are in major units, times in Bishkek.

    agreement goods unsettled_at_close=roll
    accounts                                  opening balances; all others are zero
      settlement:AAAAKG20@CBKGKG20:KGS  100.00 reserved_urgent=20.00 reserved_high=10.00
    waterfall own_balance collateral then=roll    of all agreements with cycles
    resources                                 what stands behind positions in cycles
      collateral:AAAAKG20:KGS  20.00
    day 2026-05-25
    payments                                  time, payer, payee, amount, purpose, options
      08:00 AAAAKG20 CCCCRUM0 60.00 KGS GDDS high -> SETTLED 08:00
      08:05 AAAAKG20 CCCCRUM0 60.00 KGS GDDS      -> EXPIRED NO_COVER_BY_CLOSE
    balances                                  at the close; those not named are not looked at
      settlement:AAAAKG20@CBKGKG20:KGS  40.00
    transfers                                 every one of the day, in order
      PAYMENT settlement:AAAAKG20@CBKGKG20:KGS settlement:CCCCRUM0@CBKGKG20:KGS 60.00
    states                                    of payments of earlier days, by number from 1
      2 SETTLED

A vehicle currency, in which both central banks hold accounts, and rates are told before the days:

    short AAAAKG20 100.00 RUB KGS:50.00       may be short of so much, valued together, and of each
    haircut KGS 10                            percent

    vehicle USD
    rate 2026-05-25 USD 87.5000 KGS           and so on for as many days as need one

A payment's sender may withdraw it, or all of its message, by the number of its line, counted from
the first day; what it is answered stands beside, in order:

      09:00 AAAAKG20 cancel 2           -> PENDING DONE
      09:05 AAAAKG20 cancel-message 7   -> REFUSED NO_ORIGINAL

or change it; the other bank is named too:

      09:10 AAAAKG20 change 2 CCCCRUM0 urgent|high|normal|first|last|not-before=…|reject=… -> DONE

A payment may ask for times: `not-before=10:00`, `till=11:00`, `reject=12:00`. A payment that is
expected to be `OVERDUE` was warned of at its till time: that stands behind everything else.

Where another system settles a currency of the trades in goods, its settlement agent answers what it
was asked about a leg, by the number of its line; what it was asked is told of the whole day:

    outside RUB
      09:05 CBRURUM0 reserved|settled|refused 2 -> DONE
    asked
      09:00 RESERVE 2

Dealers pay for tuition (EDUC) in two currencies, AAAAKG20 and CCCCRUM0 both ways; `over=USD` lets
the two deal over a vehicle, whose agent has hours and holidays. A quote belongs to its day:

    dealers requote=2 away=5 spreads named=BBBBKG20:CCCCRUM0 over=USD    each word only if wanted
    sponsored DDDDRUM0 RUB CCCCRUM0           its account is with a correspondent instead
    hours 09:00 12:00
    holiday US 2026-05-25
    quote AAAAKG20 RUB/KGS sell 1.2300 from=08:00 until=12:00 max=500.00
    dealing                                   what was written of quotes, deals and dealers
      held_back 2 AWAY
      payment 1 at quote 1 100.00
      AAAAKG20 RESULT 0.37 KGS

Options: `urgent`, `high`, `interbank`, `hit`, `from=KGS` (the payer's own currency),
`date=2026-05-26`, `ref=7`, `uetr=7`, `body=7` (the same number is the same key), `trade=7:80.00RUB`
(a leg of trade 7 that wants 80.00 RUB in return, where `agreement goods legs=yes`), `returns=2` (a
return of the second payment that was sent; its purpose is the reason for which it is returned).
`SETTLED 08:00 17:00` also says when it was final between the banks, `SETTLED 08:00 open` that it
was not yet.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.kit.batches import Driver, Order, Payment, Sent
from tests.kit.dealing import over_vehicle, quote, with_dealers, with_dealing, with_hours
from tests.kit.schemes import (
    CARRIED,
    RATE,
    small_scheme,
    with_asset,
    with_netting,
    with_outside,
    with_sponsor,
    with_vehicle,
    with_waterfall,
)

from comity.agreements import (
    CarriedBalanceTerms,
    InterestBooked,
    NamedDealer,
    Quote,
    QuoteForm,
)
from comity.agreements.netting_terms import (
    AfterShortfall,
    CycleNetting,
    Repaid,
    ResourceKind,
    ResourceTerms,
    ShortfallLayer,
    ShortfallTerms,
)
from comity.agreements.position_limits import Haircut, PositionLimit, PositionLimitKind
from comity.agreements.scheme import Scheme
from comity.agreements.surplus_terms import SurplusLimit, SurplusTerms
from comity.agreements.terms import (
    Agreement,
    CreditPayee,
    CycleShortfall,
    LiquiditySaving,
    PaymentVersusPayment,
    PaysIn,
    QueueThreshold,
    Release,
    ReturnsAt,
    SettlementAsset,
    UnsettledAtClose,
)
from comity.fx import OfficialRate
from comity.money import DayCount, InterestRounding, currency_by_number
from comity.payments.codes import (
    AgentRequest,
    DealerFigure,
    Definition,
    EventKind,
    OrderKind,
    Priority,
    QueuePlace,
    QuoteFault,
    TransferKind,
)
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason
from comity.settlement.orders import FROM_AGENT
from comity.settlement.tables import PAIRS_MADE

_CHOICES = {
    "unsettled_at_close": UnsettledAtClose,
    "cycle_shortfall": CycleShortfall,
    "asset": SettlementAsset,
    "asset_currency": str,
    "credit_payee": CreditPayee,
    "credit_line_minor": int,
}
_SURPLUS_CHOICES: dict[str, Callable[[SurplusTerms, str], SurplusTerms]] = {
    "surplus_spent_first": lambda terms, value: replace(terms, spent_first=value == "yes"),
    "surplus_most": lambda terms, value: replace(
        terms,
        limits=(
            *terms.limits,
            SurplusLimit(value.partition(":")[0], minor(value.partition(":")[2])),
        ),
    ),
}
_CARRIED_CHOICES: dict[str, Callable[[str], Any]] = {
    "first_settlement": date.fromisoformat,
    "every_weeks": int,
    "settlement_dates": lambda text: tuple(map(date.fromisoformat, text.split(","))),
    "interest_percent": Decimal,
    "day_count": DayCount,
    "interest_rounding": InterestRounding,
    "interest_booked": InterestBooked,
}
assert set(_CARRIED_CHOICES) == {one.name for one in fields(CarriedBalanceTerms)}


def _thresholds(text: str) -> tuple[QueueThreshold, ...]:
    """Return the thresholds of a text such as `KGS:50.00`."""
    code, _, amount = text.partition(":")
    return (QueueThreshold(code, minor(amount)),)


_SAVINGS: dict[str, Callable[[str], Any]] = {
    "bilateral_depth": int,
    "multilateral_every": int,
    "selection_every": int,
    "multilateral_on_entry": "yes".__eq__,
    "multilateral_threshold": _thresholds,
    "release": Release,
}
_ORDERS = {
    "cancel": OrderKind.CANCEL,
    "cancel-message": OrderKind.CANCEL_MESSAGE,
    "change": OrderKind.MODIFY,
    "reserved": OrderKind.AGENT_RESERVED,
    "settled": OrderKind.AGENT_SETTLED,
    "refused": OrderKind.AGENT_REFUSED,
}
_OVERDUE = "OVERDUE"
_LEG_CHOICES: dict[str, Callable[[str], Any]] = {
    "match_within": int,
    "answer_within": int,
    "expires_at": time.fromisoformat,
}
_ARROW = "->"
_SECTIONS = frozenset(
    {"accounts", "resources", "payments", "balances", "states", "transfers", "dealing", "asked"}
)
_SAME_DAY = date.min
_BISHKEK_HOURS = 6


@dataclass
class Day:
    """One day of a text: what is sent and what is expected of it."""

    date: date
    payments: list[tuple[Sent, str]] = field(default_factory=list)
    balances: dict[str, int] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    transfers: list[str] | None = None
    quotes: list[Quote] = field(default_factory=list)
    events: list[str] | None = None
    asked: list[str] | None = None


@dataclass
class Story:
    """A text read: the scheme it plays in, the rates, and its days."""

    scheme: Scheme
    rates: list[OfficialRate] = field(default_factory=lambda: [RATE])
    days: list[Day] = field(default_factory=list)


def read_story(path: Path) -> Story:
    """Return the story a file tells."""
    story = Story(small_scheme(0))
    section = ""
    for line in _lines(path):
        word, *rest = line.split()
        match word:
            case "agreement":
                story.scheme = _with_choice(story.scheme, rest[0], rest[1:])
            case "day":
                story.days.append(Day(date.fromisoformat(rest[0])))
            case "quote":
                story.days[-1].quotes.append(quote(rest, story.days[-1].date))
            case "rate":
                story.rates.append(_rate(*rest))
            case _ if word in _SCHEME_CHANGES:
                story.scheme = _SCHEME_CHANGES[word](story.scheme, rest)
            case _ if word in _SECTIONS:
                section = word
                _begin(story, section)
            case _:
                _read_line(story, section, line)
    return story


def _begin(story: Story, section: str) -> None:
    """Expect nothing in a section that is complete: what is not in it must not happen."""
    if section == "transfers":
        story.days[-1].transfers = []
    elif section == "dealing":
        story.days[-1].events = []
    elif section == "asked":
        story.days[-1].asked = []


def play(story: Story) -> Iterator[tuple[str, str, str]]:
    """Yield for each expectation what it is about, what was found and what was expected."""
    driver = Driver(story.scheme, rates=tuple(story.rates))
    for day in story.days:
        driver.quotes = tuple(day.quotes)
        driver.start(day.date)
        sent: list[tuple[Callable[[Driver, int, str], str], int, str]] = []
        begun = len(driver.outcomes) - 1
        for written, expected in day.payments:
            driver.select_due(written.at, day.date)
            payments, orders = driver.state.payment_count, driver.state.order_count
            if isinstance(written, Order):
                driver.send_on(day.date, to_pair(driver, written))
                sent.append((_answers, orders, expected))
                continue
            asked = day.date if written.value_date == _SAME_DAY else written.value_date
            driver.send_on(day.date, replace(written, value_date=asked))
            number = payments if driver.state.payment_count > payments else -1
            sent.append((describe, number, expected))
        driver.select_due("18:15", day.date)
        driver.close(day.date)
        for line, (said_of, number, expected) in enumerate(sent, start=1):
            yield f"{day.date} line {line}", said_of(driver, number, expected), expected
        for name, minor in day.balances.items():
            yield f"{day.date} {name}", major(driver.balance(name)), major(minor)
        if day.transfers is not None:
            found = _transfers(driver, begun)
            yield f"{day.date} transfers", "\n".join(found), "\n".join(day.transfers)
        if day.events is not None:
            found = dealing_events(driver, begun)
            yield f"{day.date} dealing", "\n".join(found), "\n".join(day.events)
        if day.asked is not None:
            found = _requests(driver, begun)
            yield f"{day.date} asked", "\n".join(found), "\n".join(day.asked)
        for number, expected in day.states.items():
            yield f"{day.date} state {number}", describe(driver, number - 1, expected), expected


def to_pair(driver: Driver, order: Order) -> Order:
    """Return an answer of a settlement agent with the number of the pair that it is about."""
    if order.kind not in FROM_AGENT:
        return order
    books = driver.state.known_books()
    lines = books.rows["uetr_low"][: driver.state.payment_count].tolist()
    pairs, leg = books.pairs, lines.index(order.original)
    rows = pairs.rows[: pairs.counts[PAIRS_MADE]]
    (numbers,) = ((rows["first"] == leg) | (rows["second"] == leg)).nonzero()
    number = int(numbers[-1]) if len(numbers) else len(rows)
    return replace(order, original=number, uetr=order.uetr or order.original)


def _requests(driver: Driver, begun: int) -> list[str]:
    """Return what settlement agents were asked since an outcome, as a text says it."""
    lines = driver.state.known_books().rows["uetr_low"]
    return [
        f"{_clock(event['at_us'])} {AgentRequest(event['after']).name} {lines[event['value']]}"
        for outcome in driver.outcomes[begun:]
        for event in outcome.events
        if event["kind"] == EventKind.AGENT_ASKED
    ]


def _answers(driver: Driver, number: int, _: str) -> str:
    return " ".join(driver.answers_to(number))


def describe(driver: Driver, number: int, expected: str) -> str:
    """Return what became of a payment, in as many words as are expected."""
    if number < 0:
        return "REPEATED"
    row: Any = driver.state.known_books().live[number]
    words = [PaymentState(row["state"]).name]
    detail = expected.split()[1:]
    if detail and ":" in detail[0]:
        words.append(_clock(row["payment_final_us"]))
        if len(detail) > 1 and detail[1] != _OVERDUE:
            words.append(_clock(row["interbank_final_us"]))
    elif detail and detail != [_OVERDUE]:
        words.append(last_reason(driver, number).name)
    if detail[-1:] == [_OVERDUE] and is_overdue(driver, number):
        words.append(_OVERDUE)
    return " ".join(words)


def is_overdue(driver: Driver, number: int) -> bool:
    """Return whether a payment still waited at its till time."""
    return any(
        ((one.events["kind"] == EventKind.OVERDUE) & (one.events["subject"] == number)).any()
        for one in driver.outcomes
    )


def _clock(at_us: int) -> str:
    if not at_us:
        return "open"
    instant = datetime.fromtimestamp(int(at_us) // 1_000_000, UTC)
    return f"{instant + timedelta(hours=_BISHKEK_HOURS):%H:%M}"


def _transfers(driver: Driver, begun: int) -> list[str]:
    """Return what was posted since an outcome, without opening balances, as a text says it."""
    accounts = driver.state.known_chart().accounts
    return [
        f"{TransferKind(row['kind']).name} {accounts[row['debit']].name}"
        f" {accounts[row['credit']].name} {major(int(row['amount_minor']))}"
        for outcome in driver.outcomes[begun:]
        for row in outcome.transfers
        if row["kind"] != TransferKind.OPENING
    ]


def dealing_events(driver: Driver, begun: int) -> list[str]:
    """Return what was written of quotes, deals and dealers since an outcome, as a text says it."""
    found = []
    participants = driver.state.known_chart().participants
    for outcome in driver.outcomes[begun:]:
        for event in outcome.events:
            number, value = int(event["subject"]), major(int(event["value"]))
            if event["kind"] == EventKind.DEAL:
                found.append(f"payment {number + 1} at quote {int(event['detail']) + 1} {value}")
            elif event["kind"] == EventKind.QUOTE_HELD_BACK:
                found.append(f"held_back {number + 1} {QuoteFault(event['after']).name}")
            elif event["kind"] == EventKind.DEALER_FIGURE:
                code = currency_by_number(int(event["detail"])).code
                figure = DealerFigure(event["after"]).name
                found.append(f"{participants[number]} {figure} {value} {code}")
    return found


def _rate(day: str, base: str, value: str, quote: str) -> OfficialRate:
    ratio = Fraction(value)
    return replace(
        RATE,
        base=base,
        quote=quote,
        numerator=ratio.numerator,
        denominator=ratio.denominator,
        effective_on=date.fromisoformat(day),
        value=value,
    )


def last_reason(driver: Driver, number: int) -> Reason:
    """Return the reason of a payment's latest step."""
    for outcome in reversed(driver.outcomes):
        events = outcome.events
        steps = events[(events["kind"] == EventKind.PAYMENT) & (events["subject"] == number)]
        if len(steps):
            return Reason(int(steps[-1]["reason"]))
    return Reason.NONE


def major(minor: int) -> str:
    """Return minor units of a currency with two decimals as people write them."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02}"


def minor(text: str) -> int:
    """Return the minor units of an amount with two decimals."""
    whole, _, cents = text.replace(",", "").partition(".")
    assert len(cents) == 2, f"{text}: amounts have two decimals here"
    return int(whole + cents)


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        said = line.partition("#")[0].strip()
        if said:
            yield said


def _read_line(story: Story, section: str, line: str) -> None:
    if section == "accounts":
        name, amount, *reserved = line.split()
        story.scheme = _with_opening(story.scheme, name, minor(amount), reserved)
    elif section == "resources":
        name, amount = line.split()
        kind, bank, code = name.split(":")
        resource = ResourceTerms(bank, code, ResourceKind(kind), minor(amount))
        story.scheme = replace(story.scheme, resources=(*story.scheme.resources, resource))
    elif section == "payments":
        said, _, expected = line.partition(_ARROW)
        words = said.split()
        sent = _order(words) if words[2] in _ORDERS else _payment(words)
        story.days[-1].payments.append((sent, " ".join(expected.split())))
    elif section == "balances":
        name, amount = line.split()
        sign = -1 if amount.startswith("-") else 1
        story.days[-1].balances[name] = sign * minor(amount.lstrip("-"))
    elif section == "dealing":
        events = story.days[-1].events
        assert events is not None, "the section begins with its word"
        events.append(" ".join(line.split()))
    elif section == "asked":
        asked = story.days[-1].asked
        assert asked is not None, "the section begins with its word"
        asked.append(" ".join(line.split()))
    elif section == "transfers":
        transfers = story.days[-1].transfers
        assert transfers is not None, "the section begins with its word"
        transfers.append(" ".join(line.split()))
    else:
        number, *expected_words = line.split()
        story.days[-1].states[int(number)] = " ".join(expected_words)


def _with_dealers(scheme: Scheme, words: list[str]) -> Scheme:
    """Return the scheme with dealers, such as `spreads requote=2 over=USD`."""
    said = dict(each.partition("=")[::2] for each in words)
    scheme = with_dealers(scheme)
    changes: dict[str, Any] = {}
    if "requote" in said:
        changes["requote_max_percent"] = Decimal(said["requote"])
    if "away" in said:
        changes |= {"fixings": ("NBKR",), "away_max_percent": Decimal(said["away"])}
    if "spreads" in said:
        changes["quotes"] = QuoteForm.AROUND_FIXING
    if "named" in said:
        changes["named"] = (NamedDealer(*said["named"].split(":")),)
    scheme = with_dealing(scheme, **changes)
    return over_vehicle(scheme, said["over"]) if "over" in said else scheme


def _with_holiday(scheme: Scheme, words: list[str]) -> Scheme:
    country, day = words[0], date.fromisoformat(words[1])
    return replace(
        scheme,
        calendars=tuple(
            replace(one, holidays={**one.holidays, day: "Holiday"})
            if one.country == country
            else one
            for one in scheme.calendars
        ),
    )


def _waterfall(words: list[str]) -> ShortfallTerms:
    choices = dict(each.split("=") for each in words if "=" in each)
    return ShortfallTerms(
        layers=tuple(ShortfallLayer(each) for each in words if "=" not in each),
        then=AfterShortfall(choices["then"]),
        repaid=Repaid(choices.get("repaid", Repaid.AT_CLOSE)),
    )


def _order(words: list[str]) -> Order:
    at, by, kind, line, *rest = words
    time.fromisoformat(at)
    order = Order(by, int(line), at, _ORDERS[kind], payee=rest[0] if rest else "")
    changes: dict[str, Any] = {}
    for option in rest[1:]:
        name, _, value = option.partition("=")
        match name:
            case "urgent" | "high" | "normal":
                changes["priority"] = Priority[name.upper()]
            case "first" | "last":
                changes["place"] = QueuePlace.FRONT if name == "first" else QueuePlace.END
            case "not-before" | "reject":
                changes["from_at" if name == "not-before" else "reject_at"] = value
            case _:
                raise AssertionError(f"no change {option}")
    return replace(order, **changes)


def _payment(words: list[str]) -> Payment:
    at, payer, payee, amount, code, purpose, *options = words
    changes: dict[str, Any] = {"value_date": _SAME_DAY}
    for option in options:
        name, _, value = option.partition("=")
        match name:
            case "urgent" | "high":
                changes["priority"] = Priority[name.upper()]
            case "interbank" | "returns":
                changes |= _definition(value)
            case "hit":
                changes["hit"] = 0
            case "from":
                changes["debtor_currency"] = value
            case "date":
                changes["value_date"] = date.fromisoformat(value)
            case "not-before" | "till" | "reject":
                changes[{"not-before": "from_at"}.get(name, f"{name}_at")] = value
            case "trade":
                number, _, wanted = value.partition(":")
                changes["trade"] = int(number)
                changes["counter"] = (wanted[-3:], minor(wanted[:-3]))
                changes["definition"] = Definition.PACS_009
            case "ref" | "uetr" | "body":
                changes[{"ref": "reference"}.get(name, name)] = int(value)
            case _:
                raise AssertionError(f"no option {option}")
    time.fromisoformat(at)
    return replace(Payment(payer, payee, minor(amount), at, code, purpose=purpose), **changes)


def _definition(returned: str) -> dict[str, Any]:
    """Return what makes a payment one between banks, or a return of the one of that number."""
    if not returned:
        return {"definition": Definition.PACS_009}
    return {"definition": Definition.PACS_004, "uetr": int(returned)}


def _with_choice(scheme: Scheme, name: str, choices: list[str]) -> Scheme:
    return replace(
        scheme,
        agreements=tuple(
            _changed(one, choices) if one.id == name else one for one in scheme.agreements
        ),
    )


def _changed(agreement: Agreement, choices: list[str]) -> Agreement:
    for choice in choices:
        name, _, value = choice.partition("=")
        if name in _CHOICES:
            terms = replace(agreement.settlement, **_choice(name, value))
            agreement = replace(agreement, settlement=terms)
            continue
        if name in _SAVINGS:
            saving = agreement.liquidity_saving or LiquiditySaving(0, None)
            changes: dict[str, Any] = {name: _SAVINGS[name](value)}
            agreement = replace(agreement, liquidity_saving=replace(saving, **changes))
            continue
        if name in _SURPLUS_CHOICES:
            surplus = agreement.surplus or SurplusTerms(False, ())
            agreement = replace(agreement, surplus=_SURPLUS_CHOICES[name](surplus, value))
            continue
        if name == "domestic":
            agreement = replace(agreement, domestic=value == "yes")
            continue
        if name == "legs":
            agreement = replace(agreement, payment_versus_payment=PaymentVersusPayment(None, None))
            continue
        if name in _LEG_CHOICES:
            terms_of = agreement.payment_versus_payment or PaymentVersusPayment(None, None)
            terms_of = replace(terms_of, **{name: _LEG_CHOICES[name](value)})
            agreement = replace(agreement, payment_versus_payment=terms_of)
            continue
        if name in _CARRIED_CHOICES:
            carried = agreement.carried_balance or CARRIED
            said = {name: _CARRIED_CHOICES[name](value)}
            if name == "settlement_dates":
                said |= {"first_settlement": None, "every_weeks": None}
            agreement = replace(agreement, carried_balance=replace(carried, **said))
            continue
        agreement = _with_central_choice(agreement, name, value)
    return agreement


def _with_central_choice(agreement: Agreement, name: str, value: str) -> Agreement:
    central, conversion = agreement.central_bank_settlement, agreement.conversion
    assert central is not None, f"{name} is a choice of two currencies"
    assert conversion is not None, f"{name} is a choice of two currencies"
    if name == "returns_at":
        return replace(agreement, conversion=replace(conversion, returns_at=ReturnsAt(value)))
    choices: dict[str, Any] = {
        "day_offset": {"day_offset": int(value) if value.isdigit() else 0},
        "pays_in": {"pays_in": PaysIn(value) if name == "pays_in" else None},
    }
    return replace(agreement, central_bank_settlement=replace(central, **choices[name]))


def _choice(name: str, value: str) -> dict[str, Any]:
    return {name: _CHOICES[name](value)}


def _with_short(scheme: Scheme, words: list[str]) -> Scheme:
    """Return the scheme in which a bank may be short, as `AAAAKG20 100.00 RUB KGS:50.00 …`.

    Of all currencies together, and of each that is named; agreements that settle otherwise go, and
    the accounts of others with the bank.
    """
    participant, amount, code, *each = words
    most = {one.partition(":")[0]: minor(one.partition(":")[2]) for one in each}
    accounts = tuple(
        replace(one, limit_minor=most.get(one.currency, 0))
        if one.participant == participant
        else one
        for one in scheme.accounts
        if one.agent != participant
    )
    limit = PositionLimit(PositionLimitKind.SHORT_POSITIONS, participant, code, None, minor(amount))
    gross = tuple(one for one in scheme.agreements if one.id == "goods")
    limits = (*scheme.position_limits, limit)
    return replace(scheme, accounts=accounts, position_limits=limits, agreements=gross)


def _with_haircut(scheme: Scheme, words: list[str]) -> Scheme:
    haircut = Haircut(words[0], Decimal(words[1]))
    return replace(scheme, haircuts=(*scheme.haircuts, haircut))


def _with_limit(scheme: Scheme, words: list[str]) -> Scheme:
    """Return the scheme with a limit such as `bilateral AAAAKG20 CCCCRUM0 10.00 KGS`."""
    kind, participant, *counterparty, amount, code = words
    is_cap = kind == PositionLimitKind.NET_DEBIT_CAP
    limit = PositionLimit(
        PositionLimitKind(kind),
        participant,
        code,
        counterparty[0] if counterparty else None,
        minor(amount),
        pool="main" if is_cap else None,
    )
    return replace(scheme, position_limits=(*scheme.position_limits, limit))


_SCHEME_CHANGES: dict[str, Callable[[Scheme, list[str]], Scheme]] = {
    "waterfall": lambda scheme, words: with_waterfall(scheme, _waterfall(words)),
    "netting": lambda scheme, words: with_netting(scheme, CycleNetting(words[0])),
    "asset": lambda scheme, words: with_asset(scheme, words[0]),
    "limit": _with_limit,
    "short": _with_short,
    "haircut": _with_haircut,
    "vehicle": lambda scheme, words: with_vehicle(scheme, words[0]),
    "dealers": _with_dealers,
    "sponsored": lambda scheme, words: with_sponsor(scheme, *words),
    "hours": lambda scheme, words: with_hours(scheme, *map(time.fromisoformat, words)),
    "holiday": _with_holiday,
    "outside": lambda scheme, words: with_outside(scheme, words[0]),
}


def _with_opening(scheme: Scheme, name: str, amount: int, reserved: list[str]) -> Scheme:
    written = (each.partition("=") for each in reserved)
    changes: dict[str, Any] = {f"{field}_minor": minor(value) for field, _, value in written}

    def is_meant(account: Any) -> bool:
        parts = (account.kind, f"{account.participant}@{account.agent}", account.currency)
        return ":".join(parts) == name

    assert any(map(is_meant, scheme.accounts)), f"no account {name}"
    return replace(
        scheme,
        accounts=tuple(
            replace(one, opening_balance_minor=amount, **changes) if is_meant(one) else one
            for one in scheme.accounts
        ),
    )
