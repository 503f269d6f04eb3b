"""The transfers between central banks where a surplus is spent before it grows, or bounded.

The one that owes has too much of its own currency, S, and its partner lacks L of its own; both come
from payments at one rate. Of the L a part x is paid in the partner's currency, out of what the
debtor holds there. What is left of the debt, in proportion, is credited to the partner in the
debtor's currency: S − S · x ÷ L, rounded half to even once, and the partner issues L − x itself.
"""

from dataclasses import dataclass

from comity.money import multiply_divide


@dataclass(frozen=True, slots=True)
class Split:
    """How a debt is paid.

    Attributes:
        spent_minor: out of the debtor's money with its partner, in the partner's currency.
        credited_minor: to the partner with the debtor's central bank, in the debtor's currency.
    """

    spent_minor: int
    credited_minor: int


def split_debt(
    surplus_minor: int, lacking_minor: int, *, held_minor: int, room_minor: int | None
) -> Split:
    """Return in which money a debt is paid.

    Args:
        surplus_minor: S, above zero, minor units of the debtor's currency.
        lacking_minor: L, above zero, minor units of the creditor's.
        held_minor: what the debtor spends first of what it holds with its partner, 0 or more.
        room_minor: by how much the partner's balance may still grow, below zero where it is
            beyond its limit; None without one.

    Returns:
        The split; what it spends may be more than is held, and then has no cover.
    """
    spent = min(max(held_minor, 0), lacking_minor)
    credited = surplus_minor - multiply_divide(surplus_minor, spent, lacking_minor)
    if room_minor is None or credited <= room_minor:
        return Split(spent, credited)
    credited = max(room_minor, 0)
    # What is not credited is paid in the creditor's currency, rounded to the creditor's favour.
    return Split(lacking_minor - lacking_minor * credited // surplus_minor, credited)
