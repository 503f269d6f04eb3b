"""Days of payments tried under one option, with everything that can be measured of them."""

from dataclasses import replace
from datetime import time
from fractions import Fraction
from random import Random

import numpy as np
from tests.kit.payment_tables import random_table

from comity.payments.purposes import pack_purpose
from comity.simulator.hours import Hours
from comity.simulator.options import Option
from comity.simulator.payment_table import PaymentTable
from comity.simulator.staging import currencies_needed, stage_option
from comity.simulator.trial import Trial, run_trial

HOURS = Hours(time(8), time(18))
PURPOSES = ("GDDS", "SUPP", "DEPD", "EDUC", "OTHR")
COUNTRIES = ("KG", "RU", "KZ", "UZ")


def trial_of(
    table: PaymentTable, option: Option, money: list[int] | Fraction, hours: Hours = HOURS
) -> Trial:
    """Return what came of the payments of one day; money as α or by party and currency."""
    stage = stage_option(option, table, hours, currencies_needed(table, [option]))
    opening = np.array(money, np.int64) if isinstance(money, list) else money
    (trial,) = run_trial(stage, [int(table.day[0])], opening)
    return trial


def with_purposes(table: PaymentTable, *codes: str) -> PaymentTable:
    """Return the payments with these purposes, an empty one for none."""
    packed = [pack_purpose(code) if code else 0 for code in codes]
    return replace(table, purpose=np.array(packed, np.int32))


def random_flows(
    seed: int, count: int, days: int = 1, *, with_countries: bool = True
) -> PaymentTable:
    """Return random payments with purposes, and parties of four countries."""
    dice = Random(seed)
    table = random_table(seed, count, days=days)
    codes = [dice.choice(("", *PURPOSES)) for _ in range(len(table))]
    countries = tuple(COUNTRIES[at % len(COUNTRIES)] for at in range(len(table.parties)))
    return with_purposes(replace(table, countries=countries if with_countries else ()), *codes)
