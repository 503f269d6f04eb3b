"""Makes two-weeks.csv: synthetic payments between eight invented banks, the same bytes every time.

Run it from this folder: python make_payments.py
"""

import random
from datetime import date, timedelta
from pathlib import Path

BANKS = ("Alatoo", "Bayou", "Chuy", "Dolon", "Ember", "Fergana", "Gulbaar", "Humo")
SIZES = (8, 5, 4, 3, 2, 2, 1, 1)
DAYS, A_DAY = 12, 300


def main() -> None:
    """Write the file."""
    dice = random.Random(7)  # noqa: S311 no secret
    day = date(2026, 1, 12)
    with Path("two-weeks.csv").open("w", encoding="utf-8", newline="\n") as out:
        out.write("date,time,debtor,creditor,currency,amount,priority\n")
        for _ in range(DAYS):
            for at in sorted(int(dice.triangular(0, 480, 150)) for _ in range(A_DAY)):
                payer, payee = dice.choices(BANKS, SIZES, k=2)
                while payee == payer:
                    payee = dice.choice(BANKS)
                minor = max(1, round(dice.lognormvariate(12.0, 1.4)))
                urgent = "HIGH" if dice.random() < 0.1 else "NORM"
                clock = f"{9 + at // 60:02}:{at % 60:02}"
                money = f"{minor // 100}.{minor % 100:02}"
                out.write(f"{day},{clock},{payer},{payee},RUB,{money},{urgent}\n")
            day += timedelta(days=3 if day.weekday() == 4 else 1)


if __name__ == "__main__":
    main()
