"""Whether the terms of dealing fit one agreement, its scheme, and the quotes that are brought."""

from collections.abc import Iterator, Sequence

from comity.agreements.dealing_terms import DealingTerms, QuoteForm
from comity.agreements.quotes import Quote
from comity.agreements.scheme import Scheme
from comity.agreements.terms import Agreement, SettlementAsset, SettlementTier
from comity.agreements.violations import Violation
from comity.money import AMOUNT_MINOR_MAX

_SPREAD_PERCENT_MAX = 100


def find_dealing_violations(agreement: Agreement) -> Iterator[Violation]:
    """Yield every rule that an agreement's dealing breaks by itself."""
    terms = agreement.dealing
    if agreement.settlement.tier is not SettlementTier.DEALER:
        if terms is not None:
            found = f"this table at {agreement.settlement.tier} tier"
            yield Violation(agreement, ("dealing",), found, "it only with tier = dealer; remove it")
        return
    yield from _other_terms(agreement)
    if terms is None:
        yield Violation(agreement, ("dealing",), "nothing", "this table with tier = dealer")
        return
    yield from _dealers(agreement, terms)
    yield from _named(agreement, terms)
    yield from _official_rate(agreement, terms)


def _other_terms(agreement: Agreement) -> Iterator[Violation]:
    for field, values in (("parties", agreement.parties), ("currencies", agreement.currencies)):
        if len(values) != 2:
            found = ", ".join(values) or "none"
            yield Violation(agreement, (field,), found, "exactly two with tier = dealer")
    if agreement.settlement.mode.has_cycles:
        yield Violation(
            agreement,
            ("settlement", "mode"),
            agreement.settlement.mode,
            "gross with tier = dealer: each payment is dealt by itself",
        )
    if agreement.settlement.asset is not SettlementAsset.OWN_CURRENCIES:
        yield Violation(
            agreement,
            ("settlement", "asset"),
            agreement.settlement.asset,
            "own_currencies with tier = dealer: the central banks owe one another nothing",
        )
    for field, table in (
        ("conversion", agreement.conversion),
        ("central_bank_settlement", agreement.central_bank_settlement),
    ):
        if table is not None:
            found = "this table at dealer tier"
            expected = "it only with tier = central_bank; remove it"
            yield Violation(agreement, (field,), found, expected)


def _dealers(agreement: Agreement, terms: DealingTerms) -> Iterator[Violation]:
    path = ("dealing", "dealers")
    if not terms.dealers:
        yield Violation(agreement, path, "none", "at least one [[dealing.dealers]]")
    if terms.vehicle in agreement.currencies:
        yield Violation(
            agreement,
            ("dealing", "vehicle"),
            str(terms.vehicle),
            "a currency of neither party; or none, where one dealer deals in both",
        )
    dealt = dealt_currencies(agreement)
    seen: set[str] = set()
    for one in terms.dealers:
        if one.participant in seen:
            yield Violation(agreement, path, f"{one.participant} again", "each dealer once")
        seen.add(one.participant)
        wrong = [code for code in one.pays_out if code not in dealt]
        if wrong or not one.pays_out or len(set(one.pays_out)) < len(one.pays_out):
            found = f"{one.participant} paying out {', '.join(one.pays_out) or 'nothing'}"
            yield Violation(agreement, path, found, f"some of {', '.join(dealt)}, each once")


def _named(agreement: Agreement, terms: DealingTerms) -> Iterator[Violation]:
    seen: set[str] = set()
    for one in terms.named:
        if one.participant in seen:
            found = f"a dealer of {one.participant} again"
            yield Violation(agreement, ("dealing", "named"), found, "one dealer for each bank")
        seen.add(one.participant)
        if terms.dealer(one.dealer) is None:
            known = ", ".join(each.participant for each in terms.dealers)
            expected = f"one of the agreement's dealers: {known}"
            yield Violation(agreement, ("dealing", "named"), one.dealer, expected)


def _official_rate(agreement: Agreement, terms: DealingTerms) -> Iterator[Violation]:
    if terms.quotes is QuoteForm.AROUND_FIXING and not terms.fixings:
        expected = "at least one publisher with quotes = around_fixing"
        yield Violation(agreement, ("dealing", "fixings"), "none", expected)
    if bool(terms.fixings) != (terms.away_max_percent is not None):
        found = "nothing" if terms.away_max_percent is None else str(terms.away_max_percent)
        expected = "a percentage where there are fixings to hold quotes against, and only then"
        yield Violation(agreement, ("dealing", "away_max_percent"), found, expected)
    for field, percent, is_right in (
        ("away_max_percent", terms.away_max_percent, "more than 0"),
        ("requote_max_percent", terms.requote_max_percent, "0 or more"),
    ):
        if percent is None:
            continue
        is_low = percent <= 0 if field == "away_max_percent" else percent < 0
        if not percent.is_finite() or is_low:
            yield Violation(agreement, ("dealing", field), str(percent), is_right)


def dealt_currencies(agreement: Agreement) -> tuple[str, ...]:
    """Return what is dealt in under an agreement: its currencies, and the vehicle."""
    terms = agreement.dealing
    vehicle = () if terms is None or terms.vehicle is None else (terms.vehicle,)
    return (*agreement.currencies, *vehicle)


def find_dealing_fit_violations(scheme: Scheme) -> Iterator[Violation]:
    """Yield every rule that the dealing of agreements breaks against their scheme."""
    banks = {bank.bic for bank in scheme.participants}
    held = {(account.participant, account.currency) for account in scheme.accounts}
    for agreement in scheme.agreements:
        terms = agreement.dealing
        if terms is None:
            continue
        if terms.vehicle is not None and scheme.keeper_of_currency(terms.vehicle) is None:
            known = ", ".join(each.currency for each in scheme.keepers)
            expected = f"the currency of a member, or a vehicle currency: {known}"
            yield Violation(agreement, ("dealing", "vehicle"), terms.vehicle, expected)
        named = {one.participant for one in terms.named}
        for bic in sorted({one.participant for one in terms.dealers} | named):
            if bic not in banks:
                expected = "a BIC of participants.csv"
                field = "named" if bic in named else "dealers"
                yield Violation(agreement, ("dealing", field), bic, expected)
        for one in terms.dealers:
            for code in one.pays_out:
                if one.participant in banks and (one.participant, code) not in held:
                    yield Violation(
                        agreement,
                        ("dealing", "dealers"),
                        f"no account of {one.participant} in {code}",
                        "an account in accounts.csv in each currency that it pays out",
                    )


def dealers_in(scheme: Scheme, code: str) -> frozenset[str]:
    """Return the dealers of agreements that have a currency as their vehicle, by BIC."""
    dealing = (one.dealing for one in scheme.agreements)
    return frozenset(
        dealer.participant
        for terms in dealing
        if terms is not None and terms.vehicle == code
        for dealer in terms.dealers
    )


def find_quote_violations(scheme: Scheme, quotes: Sequence[Quote]) -> tuple[Violation, ...]:
    """Return every rule that quotes break, in their order; each rule by the first field it needs.

    Whether a price is plausible is not asked here but on the day, against its official rate.
    """
    return tuple(violation for quote in quotes for violation in _quote_violations(scheme, quote))


def _quote_violations(scheme: Scheme, quote: Quote) -> Iterator[Violation]:
    versions = [
        each
        for each in scheme.agreements
        if each.id == quote.agreement and each.dealing is not None
    ]
    if not versions:
        known = sorted({each.id for each in scheme.agreements if each.dealing is not None})
        expected = f"an agreement with tier = dealer: {', '.join(known) or 'there is none'}"
        yield Violation(quote, ("agreement",), quote.agreement, expected)
        return
    if quote.until_us <= quote.from_us:
        yield Violation(quote, ("until",), "a time not after `from`", "a later time")
    yield from _amount_and_price(quote)
    if not any(_is_pair(each, quote) for each in versions):
        found = f"{quote.base}/{quote.quote}"
        yield Violation(quote, ("quote",), found, _expected_pair(versions[-1]))
        return
    dealers = [_dealer_of(each, quote) for each in versions]
    if not any(dealers):
        found = f"{quote.dealer} paying out {quote.pays_out}"
        expected = f"a dealer that {quote.agreement} appoints to pay it out"
        yield Violation(quote, ("dealer",), found, expected)
        return
    held = {one.currency for one in scheme.accounts if one.participant == quote.dealer}
    if quote.takes not in held:
        found = f"no account of {quote.dealer} in {quote.takes}"
        yield Violation(quote, ("dealer",), found, "an account in which it is paid")
    if not any(_is_form(each, quote) for each in versions):
        field = "spread_percent" if quote.spread_percent is None else "price"
        expected = f"it, and nothing else, where quotes = {_form_of(versions[-1])}"
        yield Violation(quote, (field,), "nothing", expected)


def _amount_and_price(quote: Quote) -> Iterator[Violation]:
    maximum = quote.amount_max_minor
    if maximum is not None and not 0 < maximum <= AMOUNT_MINOR_MAX:
        expected = f"above 0 and at most {AMOUNT_MINOR_MAX} minor units"
        yield Violation(quote, ("amount_max",), str(maximum), expected)
    has_price = quote.numerator is not None and quote.denominator is not None
    if has_price == (quote.spread_percent is not None):
        yield Violation(quote, ("price",), "both or neither", "price or spread_percent, not both")
    for part in (quote.numerator, quote.denominator):
        if part is not None and part <= 0:
            yield Violation(quote, ("price",), str(part), "above 0")
    spread = quote.spread_percent
    if spread is not None and not (spread.is_finite() and 0 <= spread < _SPREAD_PERCENT_MAX):
        expected = f"0 or more and below {_SPREAD_PERCENT_MAX}"
        yield Violation(quote, ("spread_percent",), str(spread), expected)


def _is_pair(agreement: Agreement, quote: Quote) -> bool:
    """Return whether a dealer can take the one currency and pay out the other."""
    terms, pair = agreement.dealing, {quote.base, quote.quote}
    assert terms is not None, "only agreements with dealers are asked"
    if terms.vehicle is None:
        return pair == set(agreement.currencies)
    others = pair - {terms.vehicle}
    return len(pair) == 2 and len(others) == 1 and others <= set(agreement.currencies)


def _expected_pair(agreement: Agreement) -> str:
    one, other = agreement.currencies
    terms = agreement.dealing
    assert terms is not None, "only agreements with dealers are asked"
    if terms.vehicle is None:
        return f"{one} and {other}"
    return f"{terms.vehicle} and one of {one}, {other}"


def _dealer_of(agreement: Agreement, quote: Quote) -> bool:
    assert agreement.dealing is not None, "only agreements with dealers are asked"
    dealer = agreement.dealing.dealer(quote.dealer)
    return dealer is not None and quote.pays_out in dealer.pays_out


def _is_form(agreement: Agreement, quote: Quote) -> bool:
    wanted = QuoteForm.ABSOLUTE if quote.spread_percent is None else QuoteForm.AROUND_FIXING
    return _form_of(agreement) is wanted


def _form_of(agreement: Agreement) -> QuoteForm:
    assert agreement.dealing is not None, "only agreements with dealers are asked"
    return agreement.dealing.quotes
