"""How many netting cycles a day?"""

# %% One option, five numbers of cycles
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
    with_cycles,
)

FILE = Path(__file__).parents[1] / "compare" / "two-weeks.csv"
ALL = Fraction(1)

payments = load_payments(FILE)
netted = OPTIONS["net-multilateral"]
plan = Plan(
    options=(OPTIONS["gross"],),
    levels=(ALL,),
    hours=Hours(time(9), time(17)),
    detailed_at=ALL,
    side=tuple(with_cycles(netted, count) for count in (1, 2, 4, 8, 24)),
)
results = compare(payments, plan)
document = compare_document(payments, results, Sampling(seed=1, resamples=10_000, level=ALL))

# %% More cycles: less waiting, and less that cancels out
cycles = result_tables(document, results)["cycles"].to_columns()
print(f"{'cycles':>6}{'used, RUB':>14}{'moved, RUB':>14}{'delay':>8}{'mean wait, min':>16}")
for count, used_minor, moved_minor, delay, wait_us in zip(
    cycles["cycles"],
    cycles["liquidity_used_minor"],
    cycles["moved_minor"],
    cycles["delay_indicator"],
    cycles["mean_wait_us"],
    strict=True,
):
    print(
        f"{count:>6}{used_minor // 100:>14,}{moved_minor // 100:>14,}{delay:>8.1%}"
        f"{wait_us // 60_000_000:>16}"
    )

# %% The least that any number of cycles can do with: netting each day as a whole
flows = document["flows"]["RUB"]
print(f"\nnetting ratio of a day: {float(flows['netting_ratio']):.1%}")
print(f"what remains to pay: {flows['net_minor'] // 100:,} RUB")
