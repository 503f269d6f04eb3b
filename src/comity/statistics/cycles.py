"""Netting cycles as the document of `--json` has them: what was calculated, and how they ended."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

from comity.payments.codes import CycleState, DrawnFrom, ResolutionKind
from comity.statistics.exact import decimal_text


class CoverLine(Protocol):
    """Whether a cycle could settle without its largest debtor; see `comity.statements.Cover`."""

    @property
    def group(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def debit_minor(self) -> int: ...  # noqa: D102
    @property
    def survivors_short_minor(self) -> int: ...  # noqa: D102
    @property
    def fund_minor(self) -> int: ...  # noqa: D102
    @property
    def uncovered_minor(self) -> int: ...  # noqa: D102
    @property
    def currency(self) -> str: ...  # noqa: D102
    @property
    def is_covered(self) -> bool: ...  # noqa: D102


class DrawLine(Protocol):
    """An amount of one participant; `comity.statements.cycles.Draw` fulfils it."""

    @property
    def participant(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> DrawnFrom | None: ...  # noqa: D102
    @property
    def amount_minor(self) -> int: ...  # noqa: D102


class EffectLine(Protocol):
    """Two positions of one participant; `comity.statements.cycles.Effect` fulfils it."""

    @property
    def participant(self) -> str: ...  # noqa: D102
    @property
    def old_minor(self) -> int: ...  # noqa: D102
    @property
    def new_minor(self) -> int: ...  # noqa: D102


class ConvertedLine(Protocol):
    """A slot paid in one asset; `comity.statements.cycles.Converted` fulfils it."""

    @property
    def asset(self) -> str: ...  # noqa: D102
    @property
    def rates(self) -> Sequence[tuple[str, Fraction]]: ...  # noqa: D102
    @property
    def positions(self) -> Sequence[tuple[str, int]]: ...  # noqa: D102
    @property
    def net_minor(self) -> int: ...  # noqa: D102


class PairLine(Protocol):
    """A pair of a bilateral cycle; `comity.statements.cycles.PairSettled` fulfils it."""

    @property
    def debtor(self) -> str: ...  # noqa: D102
    @property
    def creditor(self) -> str: ...  # noqa: D102
    @property
    def net_minor(self) -> int: ...  # noqa: D102


class CycleLine(Protocol):
    """One netting cycle; `comity.statements.Cycle` fulfils it."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def number(self) -> int: ...  # noqa: D102
    @property
    def slot(self) -> int: ...  # noqa: D102
    @property
    def currency(self) -> str: ...  # noqa: D102
    @property
    def state(self) -> CycleState: ...  # noqa: D102
    @property
    def members(self) -> Any: ...  # noqa: D102
    @property
    def gross_minor(self) -> int: ...  # noqa: D102
    @property
    def bilateral_net_minor(self) -> int: ...  # noqa: D102
    @property
    def multilateral_net_minor(self) -> int: ...  # noqa: D102
    @property
    def efficiency(self) -> Fraction | None: ...  # noqa: D102
    @property
    def net_minor(self) -> int: ...  # noqa: D102
    @property
    def members_sha256(self) -> str: ...  # noqa: D102
    @property
    def cover(self) -> CoverLine | None: ...  # noqa: D102
    @property
    def converted(self) -> ConvertedLine | None: ...  # noqa: D102
    @property
    def paid_in(self) -> str | None: ...  # noqa: D102
    @property
    def pairs(self) -> Sequence[PairLine]: ...  # noqa: D102
    @property
    def settled(self) -> Any: ...  # noqa: D102
    @property
    def lacked(self) -> Sequence[DrawLine]: ...  # noqa: D102
    @property
    def choice(self) -> ResolutionKind | None: ...  # noqa: D102
    @property
    def effects(self) -> Sequence[EffectLine]: ...  # noqa: D102
    @property
    def draws(self) -> Sequence[DrawLine]: ...  # noqa: D102
    @property
    def charged(self) -> Sequence[DrawLine]: ...  # noqa: D102


def cycle_documents(cycles: Sequence[CycleLine]) -> list[dict[str, Any]]:
    """Return one object a cycle, in the order given; only JSON values, no floats."""
    return [
        {
            "name": one.name,
            "slot": one.slot,
            "currency": one.currency,
            "state": one.state.name,
            "payments": len(one.members),
            "gross_minor": one.gross_minor,
            "bilateral_net_minor": one.bilateral_net_minor,
            "multilateral_net_minor": one.multilateral_net_minor,
            "efficiency": decimal_text(one.efficiency),
            "settled_net_minor": one.net_minor,
            "members_sha256": one.members_sha256 or None,
            "cover_one": _cover(one.cover),
            "settled_payments": len(one.settled),
            "lacked": _amounts(one.lacked),
            "choice": None if one.choice is None else one.choice.name,
            "effects": [
                {
                    "participant": each.participant,
                    "old_minor": each.old_minor,
                    "new_minor": each.new_minor,
                }
                for each in one.effects
            ],
            "draws": [
                {"source": each.source.name, **amounts}
                for each, amounts in zip(one.draws, _amounts(one.draws), strict=True)
                if each.source is not None
            ],
            "charged": _amounts(one.charged),
            "pairs": [
                {"debtor": each.debtor, "creditor": each.creditor, "net_minor": each.net_minor}
                for each in one.pairs
            ],
            "paid_in": one.paid_in,
            "converted": _converted(one.converted),
        }
        for one in cycles
    ]


def _converted(found: ConvertedLine | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "asset": found.asset,
        "net_minor": found.net_minor,
        "rates": [
            {"currency": code, "numerator": rate.numerator, "denominator": rate.denominator}
            for code, rate in found.rates
        ],
        "positions": [
            {"participant": bic, "position_minor": amount} for bic, amount in found.positions
        ],
    }


def _amounts(lines: Sequence[DrawLine]) -> list[dict[str, Any]]:
    return [{"participant": one.participant, "amount_minor": one.amount_minor} for one in lines]


def _cover(found: CoverLine | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "group": list(found.group),
        "currency": found.currency,
        "debit_minor": found.debit_minor,
        "survivors_short_minor": found.survivors_short_minor,
        "fund_minor": found.fund_minor,
        "uncovered_minor": found.uncovered_minor,
        "covered": found.is_covered,
    }
