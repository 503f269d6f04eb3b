"""Net positions, set-off and choice: what remains of many payments, and which can settle."""

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
from comity.netting.setoff import (
    Obligations,
    SetOff,
    SetOffError,
    allocate_cleared,
    findings_against,
    maximise_setoff,
    merge_obligations,
)

__all__ = [
    "SELECTION_PAYMENTS_MAX",
    "BilateralPositions",
    "CoverResult",
    "Guarantee",
    "Obligations",
    "SeedRefusedError",
    "Selection",
    "SelectionBudget",
    "SelectionStop",
    "SetOff",
    "SetOffError",
    "SharedLimit",
    "allocate_cleared",
    "cover_one",
    "findings_against",
    "greatest_netting_share",
    "maximise_setoff",
    "merge_obligations",
    "net_bilaterally",
    "net_multilaterally",
    "select_payments",
    "sum_bilateral_nets",
]
