"""What does each option cost on a file of payments?"""

# %% Payments, and what is compared
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
options = tuple(OPTIONS[name] for name in ("gross", "gross-offset", "net-multilateral"))
plan = Plan(options, (Fraction(0), HALF, Fraction(1)), Hours(time(9), time(17)), detailed_at=HALF)

# %% Every day is settled in every way, by the live engine
results = compare(payments, plan)
document = compare_document(payments, results, Sampling(seed=1, resamples=10_000, level=HALF))
tables = result_tables(document, results)
print(f"{len(payments)} payments on {len(results.days)} days; tables: {', '.join(tables)}")

# %% Liquidity against delay, at each level of money
frontier = tables["frontier"].to_columns()
print(f"\n{'option':<18}{'level':>6}{'used, RUB':>14}{'delay':>8}")
for option, level, used_minor, delay in zip(
    frontier["option"],
    frontier["level"],
    frontier["liquidity_used_minor"],
    frontier["delay_indicator"],
    strict=True,
):
    print(f"{option:<18}{level:>6.2f}{used_minor // 100:>14,}{delay:>8.1%}")

# %% What is more than chance
paired = tables["paired"].to_columns()
print(f"\n{'against gross, a day':<40}{'low':>12}{'high':>12}  stands")
for option, measure, low, high, stands in zip(
    paired["option"],
    paired["measure"],
    paired["low"],
    paired["high"],
    paired["stands"],
    strict=True,
):
    print(f"{option + ' ' + measure:<40}{low:>12,.0f}{high:>12,.0f}  {'yes' if stands else 'no'}")
