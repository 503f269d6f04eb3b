"""Net positions: what remains of many payments when only differences are paid."""

from comity.netting.bilateral import (
    BilateralPositions,
    greatest_netting_share,
    net_bilaterally,
    sum_bilateral_nets,
)
from comity.netting.cover import CoverResult, Guarantee, cover_one
from comity.netting.positions import net_multilaterally
from comity.netting.selection import (
    SeedRefusedError,
    Selection,
    SelectionBudget,
    SelectionStop,
    select_payments,
)
from comity.netting.selection_rows import SELECTION_PAYMENTS_MAX, SharedLimit

__all__ = [
    "SELECTION_PAYMENTS_MAX",
    "BilateralPositions",
    "CoverResult",
    "Guarantee",
    "SeedRefusedError",
    "Selection",
    "SelectionBudget",
    "SelectionStop",
    "SharedLimit",
    "cover_one",
    "greatest_netting_share",
    "net_bilaterally",
    "net_multilaterally",
    "select_payments",
    "sum_bilateral_nets",
]
