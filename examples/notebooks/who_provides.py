"""Who provides the liquidity, and does that follow from what it sends?"""

# %% Two options at one level of money
from datetime import time
from fractions import Fraction
from pathlib import Path

from comity.feeds.payments import load_payments
from comity.simulator import (
    OPTIONS,
    Hours,
    Plan,
    Sampling,
    compare,
    compare_document,
    result_tables,
)

FILE = Path(__file__).parents[1] / "compare" / "two-weeks.csv"
HALF = Fraction(1, 2)

payments = load_payments(FILE)
options = tuple(OPTIONS[name] for name in ("gross", "net-multilateral"))
plan = Plan(options, (HALF,), Hours(time(9), time(17)), detailed_at=HALF)
results = compare(payments, plan)
document = compare_document(payments, results, Sampling(seed=1, resamples=10_000, level=HALF))

# %% Relative provision: share of the liquidity used less share of the value sent
participants = result_tables(document, results)["participants"].to_columns()
print(f"{'option':<18}{'participant':<12}{'sent, RUB':>14}{'used, RUB':>14}{'provides':>10}")
for option, name, sent_minor, used_minor, provision in zip(
    participants["option"],
    participants["participant"],
    participants["sent_minor"],
    participants["liquidity_used_minor"],
    participants["relative_provision"],
    strict=True,
):
    print(
        f"{option:<18}{name:<12}{sent_minor // 100:>14,}{used_minor // 100:>14,}{provision:>+10.1%}"
    )

# %% How concentrated it is
for option in document["options"]:
    gini, hhi = option["concentration"]["RUB"], option["concentration_hhi"]["RUB"]
    equal = 1 / float(hhi)
    print(f"\n{option['name']}: Gini {float(gini):.3f}; as if {equal:.1f} equal ones provided it")
