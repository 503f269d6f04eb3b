"""Whether limits on what participants send fit the scheme they belong to."""

from collections.abc import Iterator

from comity.agreements.position_limits import PositionLimit, PositionLimitKind
from comity.agreements.scheme import Scheme
from comity.agreements.violations import Violation


def find_limit_violations(scheme: Scheme) -> Iterator[Violation]:
    """Yield every rule that the scheme's position limits break."""
    holders = {(each.participant, each.currency) for each in scheme.accounts}
    pools = {each.settlement.netting_pool for each in scheme.agreements} - {None}
    seen: set[tuple[str, ...]] = set()
    for one in scheme.position_limits:
        if (one.participant, one.currency) not in holders:
            yield Violation(
                one, ("participant",), one.participant, f"a holder of an account in {one.currency}"
            )
        yield from _counterparty(one, holders)
        yield from _pool(one, pools)
        if one.order in seen:
            yield Violation(one, ("kind",), f"a second {one.kind} limit", "each once")
        seen.add(one.order)


def _counterparty(one: PositionLimit, holders: set[tuple[str, str]]) -> Iterator[Violation]:
    path = ("counterparty",)
    if one.kind is not PositionLimitKind.BILATERAL:
        if one.counterparty is not None:
            yield Violation(one, path, one.counterparty, f"nothing with kind = {one.kind}")
    elif one.counterparty is None:
        yield Violation(one, path, "nothing", "a BIC with kind = bilateral")
    elif one.counterparty == one.participant:
        yield Violation(one, path, one.counterparty, "another bank than the participant")
    elif (one.counterparty, one.currency) not in holders:
        yield Violation(one, path, one.counterparty, f"a holder of an account in {one.currency}")


def _pool(one: PositionLimit, pools: set[str | None]) -> Iterator[Violation]:
    if one.kind is not PositionLimitKind.NET_DEBIT_CAP:
        if one.pool is not None:
            yield Violation(one, ("pool",), one.pool, f"nothing with kind = {one.kind}")
    elif one.pool not in pools:
        known = ", ".join(sorted(filter(None, pools))) or "none"
        yield Violation(one, ("pool",), one.pool or "nothing", f"a netting pool: {known}")
