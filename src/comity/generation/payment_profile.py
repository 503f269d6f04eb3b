"""What payments of many days are drawn from: the fields of a profile, each with its unit.

A profile is a TOML file; `payment_profile_reading` reads one, docs/payment-profiles.md describes
it. Shares are thousandths and amounts US cents, so that a profile holds no float.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

COUNTRIES_MAX: Final = 40
PARTIES_MAX: Final = 2_000
"""Of all countries; a network is drawn from the table of all pairs."""
CORRIDORS_MAX: Final = 1_000
PURPOSES_MAX: Final = 40
SOURCES_MAX: Final = 100
PAYMENTS_A_DAY_MAX: Final = 5_000_000
"""After growth and season too."""
TRADES_NAME: Final = "fx-trades"
"""How statistics name legs of trades; no purpose of a profile."""
MONTHS: Final = 12
WEEKDAYS: Final = 7
PERMILLE: Final = 1_000
HOLIDAYS_MAX: Final = 100
"""Of a year."""


class NetworkKind(StrEnum):
    """Who pays whom."""

    SCALE_FREE = "scale-free"  # few parties with very many partners
    CORE_PERIPHERY = "core-periphery"  # a dense core, and others that deal through it
    RANDOM = "random"  # each pair as likely as any other


class Direction(StrEnum):
    """Which way through a corridor most payments of a purpose go."""

    FORWARD = "forward"  # as the corridor is written, by its imbalance
    BACK = "back"  # against it, by the same imbalance
    BOTH = "both"  # as many one way as the other


class Totals(StrEnum):
    """Whether the value of a purpose on a day is given or comes out."""

    DRAWN = "drawn"  # the sum of amounts drawn alone: a heavy tail moves it
    FIXED = "fixed"  # payments times their mean, to the US cent: amounts are scaled to it


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure of the profile comes from.

    Attributes:
        figure: what is said.
        said_by: by whom and when; or `assumed`.
        used_for: the fields that follow from it.
    """

    figure: str
    said_by: str
    used_for: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country and its parties.

    Attributes:
        code: ISO 3166-1 alpha-2.
        currency: ISO 4217.
        parties: how many.
        size_sigma_permille: standard deviation of the logarithm of their sizes, in thousandths.
    """

    code: str
    currency: str
    parties: int
    size_sigma_permille: int


@dataclass(frozen=True, slots=True)
class TableCurrency:
    """A currency of payments.

    Attributes:
        code: ISO 4217.
        minor_per_usd_cent_permille: minor units for a US cent, in thousandths: it sets the scale
            of amounts, and no payment settles at it.
        weight: how often it is taken between two countries, against the other one's.
    """

    code: str
    minor_per_usd_cent_permille: int
    weight: int


@dataclass(frozen=True, slots=True)
class PaymentCorridor:
    """Two countries that pay each other, or one whose parties do.

    Attributes:
        payer: country that pays where the payment goes forward. Within one country, forward is
            from the larger party to the smaller.
        payee: the other.
        weight: share of payments, against the other corridors.
        imbalance_permille: payments with the main direction of a purpose for 1,000 against it.
    """

    payer: str
    payee: str
    weight: int
    imbalance_permille: int


@dataclass(frozen=True, slots=True)
class PaymentPurpose:
    """Payments for one purpose.

    Attributes:
        name: as statistics list it.
        codes: ISO external purpose codes with their weights.
        weight: share of payments, against the other purposes.
        mean_usd_cents: of an amount.
        sigma_permille: standard deviation of the logarithm of amounts, in thousandths.
        direction: which way most go.
        imbalance_permille: instead of the corridor's, where it is not −1.
        national_permille: instead of the profile's, where it is not −1.
        months_permille: by month, times the profile's; thousandths.
        before_holidays_permille: likewise, times the profile's.
    """

    name: str
    codes: tuple[tuple[str, int], ...]
    weight: int
    mean_usd_cents: int
    sigma_permille: int
    direction: Direction
    imbalance_permille: int
    national_permille: int
    months_permille: tuple[int, ...]
    before_holidays_permille: int


@dataclass(frozen=True, slots=True)
class Network:
    """How pairs of parties that pay each other are drawn.

    Attributes:
        kind: the model.
        partners_permille: expected partners of a party, in thousandths; scale-free and random.
        exponent_permille: of the tail of the number of partners, in thousandths; scale-free.
        core_permille: share of each country's parties in the core, the largest; core-periphery.
        core_core_permille: share of the pairs within the core that are linked.
        core_periphery_permille: share of those between core and periphery.
        periphery_periphery_permille: share of those within the periphery.
        reciprocity_permille: share of links whose reverse is a link too.
    """

    kind: NetworkKind
    partners_permille: int
    exponent_permille: int
    core_permille: int
    core_core_permille: int
    core_periphery_permille: int
    periphery_periphery_permille: int
    reciprocity_permille: int


@dataclass(frozen=True, slots=True)
class Volume:
    """How many payments a day has.

    Attributes:
        payments_a_day: on the base date, with every season at 1,000.
        base_date: from which growth counts; also the first day unless another is named.
        growth_permille_a_year: more payments a year later, in thousandths.
        months_permille: by month, January first; thousandths.
        weekdays_permille: by weekday, Monday first; thousandths. On days with 0 nothing is paid.
        holidays: month and day of those of every year, sorted; nothing is paid on them.
        before_holidays_permille: on the last day with payments before a holiday, times the other
            factors; thousandths.
        totals: whether the value of each purpose on a day is fixed.
    """

    payments_a_day: int
    base_date: date
    growth_permille_a_year: int
    months_permille: tuple[int, ...]
    weekdays_permille: tuple[int, ...]
    holidays: tuple[tuple[int, int], ...]
    before_holidays_permille: int
    totals: Totals


@dataclass(frozen=True, slots=True)
class Clocktimes:
    """When payments come.

    Attributes:
        opens_ms: the first moment, milliseconds since midnight.
        closes_ms: every payment comes before.
        morning_permille: first parameter of a beta distribution, in thousandths; below 1,000 the
            day begins busy.
        evening_permille: second; below 1,000 it ends busy.
        deadline_permille: share of payments with a `till`, in thousandths.
        deadline_minutes: from the payment to its `till`, at most until the close.
    """

    opens_ms: int
    closes_ms: int
    morning_permille: int
    evening_permille: int
    deadline_permille: int
    deadline_minutes: int


@dataclass(frozen=True, slots=True)
class PaymentProfile:
    """All that payments are drawn from, but the seed.

    Attributes:
        name: short, as in `--profile`.
        title: one line for people.
        statement: what the payments are; it says that they are synthetic.
        sources: of its figures.
        volume: payments by day.
        times: within a day.
        countries: with their parties.
        currencies: of the countries, and the third one.
        third_currency: of payments in no member's currency.
        national_permille: share of payments in the currency of one of the two countries.
        urgent_permille: share of payments with priority URGT.
        fx_permille: share of payments that are legs of trades.
        fx_mean_usd_cents: of a trade.
        fx_sigma_permille: standard deviation of the logarithm of trades, in thousandths.
        network: who pays whom.
        corridors: between which countries.
        purposes: what for.
    """

    name: str
    title: str
    statement: str
    sources: tuple[Source, ...]
    volume: Volume
    times: Clocktimes
    countries: tuple[Country, ...]
    currencies: tuple[TableCurrency, ...]
    third_currency: str
    national_permille: int
    urgent_permille: int
    fx_permille: int
    fx_mean_usd_cents: int
    fx_sigma_permille: int
    network: Network
    corridors: tuple[PaymentCorridor, ...]
    purposes: tuple[PaymentPurpose, ...]
