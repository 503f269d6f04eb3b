"""Whether a currency that is settled in another system fits its agreement and the scheme.

There this ledger only says what is to be settled, and mirrors what the settlement agent confirms.
It is for payment versus payment: the leg in such a currency settles with the one that is held here.
"""

from collections.abc import Iterator

from comity.agreements.membership import AccountKind
from comity.agreements.scheme import Scheme
from comity.agreements.terms import Agreement, SettlementMode
from comity.agreements.violations import Violation

_LEGS = "payment_versus_payment"
_CURRENCIES = 2


def find_outside_violations(agreement: Agreement) -> Iterator[Violation]:
    """Yield every rule of settlement outside that an agreement with linked legs breaks by itself.

    What is settled outside without linked legs is for the engine to refuse.
    """
    terms, outside = agreement.payment_versus_payment, agreement.outside_currencies
    if terms is None:
        return
    if not outside:
        if terms.answer_within is not None:
            yield Violation(
                agreement,
                (_LEGS, "answer_within"),
                f"{terms.answer_within} minutes and no currency that is settled outside",
                "ledger_is = instruction_only with event = agent_confirmation in one [finality.…];"
                " or remove it",
            )
        return
    if len(agreement.currencies) != _CURRENCIES or len(outside) != 1:
        yield Violation(
            agreement,
            ("finality", outside[0], "ledger_is"),
            f"instruction_only for {_listed(outside)} of {_listed(agreement.currencies)}",
            "two currencies, one of them settled here: its leg is held until the other is settled",
        )
    if agreement.settlement.mode is not SettlementMode.GROSS:
        yield Violation(
            agreement,
            ("settlement", "mode"),
            f"{agreement.settlement.mode} with {outside[0]} settled outside",
            "gross: no cycle here settles what another system settles",
        )


def find_outside_fit_violations(scheme: Scheme) -> Iterator[Violation]:
    """Yield what contradicts that a currency is settled outside: agreements, accounts, limits."""
    outside = {
        code: agreement
        for agreement in reversed(scheme.agreements)
        if agreement.payment_versus_payment is not None
        for code in agreement.outside_currencies
    }
    for agreement in scheme.agreements:
        yield from _contradicting_terms(agreement, outside)
    for account in scheme.accounts:
        if account.currency not in outside:
            continue
        is_mirror = account.limit_minor is None and account.opening_balance_minor == 0
        if account.kind is not AccountKind.SETTLEMENT or not is_mirror:
            yield Violation(
                account,
                ("limit",),
                f"a {account.kind} account, balance and limit of its own, in {account.currency}",
                f"kind = settlement, opening_balance = 0, limit = unlimited: {account.currency} is"
                " settled outside, and here only what the agent confirms is booked",
            )
    for limit in scheme.position_limits:
        if limit.currency in outside:
            yield Violation(
                limit,
                ("currency",),
                limit.currency,
                f"a currency that is settled here; in {limit.currency} the agent limits",
            )


def _contradicting_terms(
    agreement: Agreement, outside: dict[str, Agreement]
) -> Iterator[Violation]:
    """Yield where an agreement would settle here what another says is settled outside."""
    for code in agreement.currencies:
        if code in outside and code not in agreement.outside_currencies:
            yield Violation(
                agreement,
                ("finality", code, "ledger_is"),
                f"{code} settled here, and outside by {outside[code].key}",
                "one answer in all agreements: where a currency is settled is no matter of choice",
            )
    vehicle = agreement.dealing.vehicle if agreement.dealing is not None else None
    for path, named in (
        (("settlement", "asset_currency"), agreement.settlement.asset_currency),
        (("dealing", "vehicle"), vehicle),
    ):
        if named in outside:
            yield Violation(
                agreement,
                path,
                f"{named}, settled outside by {outside[named].key}",
                "a currency that is settled here",
            )


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(codes)
