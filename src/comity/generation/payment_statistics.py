"""What generated payments came to be: counted from them, not from the profile."""

import hashlib
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity import __version__
from comity.generation.payment_days import PaymentDay, PaymentPlan
from comity.generation.payment_profile import PERMILLE, TRADES_NAME

Ints = NDArray[np.int64]

_LOW_BITS = 24
_LOW = (1 << _LOW_BITS) - 1


class PaymentTally:
    """Sums over days, in whole numbers of any size."""

    def __init__(self, plan: PaymentPlan) -> None:
        self._plan = plan
        self._currencies = _Sums(len(plan.profile.currencies))
        self._purposes = _Sums(len(plan.profile.purposes) + 1)
        self._corridors = _Sums(2 * len(plan.profile.corridors))
        self._national = _Sums(2)
        self._urgent = self._trades = 0
        count = len(plan.network.parties)
        self._linked = np.zeros((count, count), np.bool_)
        self._days: list[dict[str, Any]] = []

    def add(self, day: date, drawn: PaymentDay) -> None:
        """Count the payments of a day."""
        home = self._plan.home
        national = (drawn.currency == home[drawn.debtor]) | (drawn.currency == home[drawn.creditor])
        self._currencies.add(drawn.currency, drawn.amount_minor)
        self._purposes.add(drawn.purpose, drawn.usd_cents)
        self._corridors.add(2 * drawn.corridor + ~drawn.is_forward, drawn.usd_cents)
        self._national.add(national.astype(np.int64), drawn.usd_cents)
        self._urgent += int(drawn.is_urgent.sum())
        self._trades += int((drawn.trade >= 0).sum()) // 2
        self._linked[drawn.debtor, drawn.creditor] = True
        self._days.append({"date": day.isoformat(), "payments": len(drawn)})

    def document(self) -> dict[str, Any]:
        """Return what was counted, for JSON; values of several currencies are in US cents."""
        profile = self._plan.profile
        payments = sum(self._national.counts)
        links = int(self._linked.sum())
        both = int((self._linked & self._linked.T).sum())
        used = self._linked.any(axis=0) | self._linked.any(axis=1)
        names = [*(each.name for each in profile.purposes), TRADES_NAME]
        return {
            "payments": payments,
            "value_usd_cents": sum(self._national.values),
            "parties": int(used.sum()),
            "links": links,
            "reciprocity_permille": _permille(both, links),
            "national_permille_of_payments": _permille(self._national.counts[1], payments),
            "national_permille_of_value": _permille(
                self._national.values[1], sum(self._national.values)
            ),
            "urgent_permille": _permille(self._urgent, payments),
            "fx_trades": self._trades,
            "currencies": [
                {"currency": each.code, "payments": count, "value_minor": value}
                for each, count, value in zip(
                    profile.currencies,
                    self._currencies.counts,
                    self._currencies.values,
                    strict=True,
                )
            ],
            "purposes": [
                {"purpose": name, "payments": count, "value_usd_cents": value}
                for name, count, value in zip(
                    names, self._purposes.counts, self._purposes.values, strict=True
                )
            ],
            "corridors": [self._corridor(at) for at in range(len(profile.corridors))],
            "days": self._days,
        }

    def _corridor(self, at: int) -> dict[str, Any]:
        corridor = self._plan.profile.corridors[at]
        counts = self._corridors.counts[2 * at : 2 * at + 2]
        values = self._corridors.values[2 * at : 2 * at + 2]
        return {
            "payer": corridor.payer,
            "payee": corridor.payee,
            "payments_forward": counts[0],
            "payments_back": counts[1],
            "value_forward_usd_cents": values[0],
            "value_back_usd_cents": values[1],
            "imbalance_permille_of_payments": _permille(counts[0], counts[1]),
            "imbalance_permille_of_value": _permille(values[0], values[1]),
        }


def generation_document(
    plan: PaymentPlan, profile_data: bytes, tally: PaymentTally, *, pyarrow: str
) -> dict[str, Any]:
    """Return the description that stands beside generated payments.

    Args:
        plan: what they were drawn from.
        profile_data: bytes of the profile.
        tally: of all days.
        pyarrow: version of what wrote the file.
    """
    profile = plan.profile
    return {
        "synthetic": True,
        "statement": profile.statement,
        "profile": profile.name,
        "profile_sha256": hashlib.sha256(profile_data).hexdigest(),
        "seed": plan.seed,
        "payments_a_day": profile.volume.payments_a_day,
        "network": str(profile.network.kind),
        "version": __version__,
        "numpy": np.__version__,
        "pyarrow": pyarrow,
        "realised": tally.document(),
    }


class _Sums:
    """Counts and sums by group."""

    def __init__(self, size: int) -> None:
        self.counts = [0] * size
        self.values = [0] * size

    def add(self, groups: Ints, values: Ints) -> None:
        """Add values; each is split in two, so that no sum of a day passes 64 bits."""
        size = len(self.counts)
        high, low = np.zeros(size, np.int64), np.zeros(size, np.int64)
        np.add.at(high, groups, values >> _LOW_BITS)
        np.add.at(low, groups, values & _LOW)
        counts = np.bincount(groups, minlength=size)
        for at in range(size):
            self.counts[at] += int(counts[at])
            self.values[at] += (int(high[at]) << _LOW_BITS) + int(low[at])


def _permille(part: int, whole: int) -> int | None:
    """Return thousandths, rounded half up; None of nothing."""
    return (2 * part * PERMILLE + whole) // (2 * whole) if whole else None
