"""Net positions, set-off and choice: what remains of many payments, and which can settle."""

from comity.netting.bilateral import (
    BilateralPositions,
    greatest_netting_share,
    net_bilaterally,
    sum_bilateral_nets,
)
from comity.netting.conversion import convert_positions
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
from comity.netting.shortfall import (
    FundPayment,
    Layer,
    LayerSource,
    OpenShortfall,
    ShortfallOutcome,
    ShortfallResult,
    open_shortfall,
    settle_shortfall,
    split_in_proportion,
)

__all__ = [
    "SELECTION_PAYMENTS_MAX",
    "BilateralPositions",
    "CoverResult",
    "FundPayment",
    "Guarantee",
    "Layer",
    "LayerSource",
    "Obligations",
    "OpenShortfall",
    "SeedRefusedError",
    "Selection",
    "SelectionBudget",
    "SelectionStop",
    "SetOff",
    "SetOffError",
    "SharedLimit",
    "ShortfallOutcome",
    "ShortfallResult",
    "allocate_cleared",
    "convert_positions",
    "cover_one",
    "findings_against",
    "greatest_netting_share",
    "maximise_setoff",
    "merge_obligations",
    "net_bilaterally",
    "net_multilaterally",
    "open_shortfall",
    "select_payments",
    "settle_shortfall",
    "split_in_proportion",
    "sum_bilateral_nets",
]
