"""Net positions: what remains of many payments when only differences are paid."""

from comity.netting.bilateral import (
    BilateralPositions,
    greatest_netting_share,
    net_bilaterally,
    sum_bilateral_nets,
)
from comity.netting.cover import CoverResult, Guarantee, cover_one
from comity.netting.positions import net_multilaterally

__all__ = [
    "BilateralPositions",
    "CoverResult",
    "Guarantee",
    "cover_one",
    "greatest_netting_share",
    "net_bilaterally",
    "net_multilaterally",
    "sum_bilateral_nets",
]
