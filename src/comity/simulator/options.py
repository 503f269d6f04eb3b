"""Ways of organising settlement, each a small file of an agreement's parameters.

An option says how payments settle; between whom, in which currencies and with how much money is
said by the payments and the liquidity of a trial. Amounts of an option are therefore relative: to
an average day, to an upper bound. `builtin_options/` holds the files of those that come with
comity; docs/options.md lists every field.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from comity.agreements import CycleNetting, LiquiditySaving, PaysIn, SettlementAsset
from comity.agreements.document import DocumentError, decode
from comity.agreements.terms import CreditPayee, SettlementMode, UnsettledAtClose
from comity.errors import UsageError
from comity.money import CURRENCIES

CYCLES_MAX: Final = 24
NAME_CHARACTERS_MAX: Final = 40
WEEKS_MAX: Final = 52
BANKS_MAX: Final = 20
PERCENT_MAX: Final = Decimal(100)
DAYS_MAX: Final = Decimal(1000)


@dataclass(frozen=True, slots=True)
class CentralBanks:
    """Payer and payee each in its own currency; the two central banks settle the difference.

    Attributes:
        asset: what central banks settle in.
        asset_currency: ISO 4217 code, exactly with a named currency.
        pays_in: in whose currency the one that owes pays, with own currencies.
        day_offset: business days after the payments' day: 0 or 1.
        settles_at: part of the time from opening to close after which they settle, 0 … 1.
        credit_payee: when payees are credited.
        credit_days: the credit line, as days of what the busier direction pays on average; exactly
            with a carried balance or payees credited on acceptance.
        every_weeks: between settlements of a carried balance.
        interest_percent: a year, on a carried balance or a swap line.
        swap_line: that each central bank lends the other the money in which it settles; else it
            holds that money beforehand.
        spends_surplus: that the one that owes pays first out of what it holds with its partner;
            only where it pays in its own currency.
        surplus_days: how much either may hold with the other, as days of what the busier direction
            pays on average; what would go beyond is paid in the creditor's currency. None without
            end, and only where the one that owes pays in its own currency.
    """

    asset: SettlementAsset = SettlementAsset.OWN_CURRENCIES
    asset_currency: str | None = None
    pays_in: PaysIn = PaysIn.CREDITOR_CURRENCY
    day_offset: int = 0
    settles_at: Decimal = Decimal(1)
    credit_payee: CreditPayee = CreditPayee.AFTER_SETTLEMENT
    credit_days: Decimal | None = None
    every_weeks: int | None = None
    interest_percent: Decimal = Decimal(0)
    swap_line: bool = False
    spends_surplus: bool = False
    surplus_days: Decimal | None = None

    @property
    def has_surplus(self) -> bool:
        """Whether what one owes piles up with it, in its own currency."""
        is_own = self.asset is SettlementAsset.OWN_CURRENCIES
        return is_own and self.pays_in is PaysIn.DEBTOR_CURRENCY

    @property
    def credits_before(self) -> bool:
        """Whether payees are paid before the central banks have settled."""
        return (
            self.asset is SettlementAsset.CARRIED_BALANCE
            or self.credit_payee is CreditPayee.ON_ACCEPTANCE
        )

    @property
    def keeps_partners_money(self) -> bool:
        """Whether one holds with the other what it was paid there, or has drawn what it paid."""
        is_own = self.asset is SettlementAsset.OWN_CURRENCIES
        return self.has_surplus or (is_own and self.swap_line)


@dataclass(frozen=True, slots=True)
class Dealers:
    """Payer and payee each in its own currency; appointed banks sell one for the other.

    Attributes:
        in_each_country: how many banks of each country are appointed, those that pay most.
        spread_percent: how far from the official rate they quote, to their favour.
        vehicle: ISO 4217 code of the currency over which two of them meet; None where one takes
            the payer's currency and pays the payee's.
        vehicle_from: part of the time from opening to close from which the agent of the vehicle
            currency works.
        vehicle_until: until which.
    """

    in_each_country: int
    spread_percent: Decimal
    vehicle: str | None = None
    vehicle_from: Decimal = Decimal(0)
    vehicle_until: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Correspondents:
    """A star: few banks hold accounts of central-bank money, all others hold accounts with them.

    Attributes:
        banks: how many correspondents there are in a currency, those that pay most in it; of the
            currency's own country where countries are known.
        overdraft: what others may overdraw there, as part of their upper bound.
        fee_percent: of a payment's value, for each correspondent it passes.
    """

    banks: int
    overdraft: Decimal = Decimal(0)
    fee_percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ShortPositions:
    """Banks may be short of a currency while what they have of others covers it.

    Attributes:
        each: how short of one currency, as part of the bank's own upper bound in it.
        together: of all currencies, as part of its own upper bounds, valued together.
        haircut_percent: how much less a currency counts where it covers, and more where it is
            short; not that in which all are valued.
    """

    each: Decimal
    together: Decimal
    haircut_percent: Decimal


@dataclass(frozen=True, slots=True)
class Option:
    """One way of organising settlement.

    Attributes:
        name: under which it is asked for.
        title: as people write it.
        words: what happens to a payment, in one sentence.
        mode: one by one, in cycles, or urgent and high ones one by one and the rest in cycles.
        netting: of cycles.
        cycles: netting cycles of a day, 1 … `CYCLES_MAX`; 0 exactly where mode is gross.
        saving: how payments that wait settle against one another; None where each waits for its
            own cover.
        links: that payments with a link are legs of a trade, and settle both or none.
        setoffs: how often a day obligations are set off exactly, at equal distances; what is left
            of each is then paid by itself. 0 never.
        unsettled_at_close: what becomes of what still waits.
        correspondents: that most banks pay through few others.
        central_banks: that payments between countries go through central banks.
        dealers: that they go through dealers.
        short_positions: that accounts may be below zero; only with links, and one by one.
    """

    name: str
    title: str
    words: str
    mode: SettlementMode = SettlementMode.GROSS
    netting: CycleNetting = CycleNetting.MULTILATERAL
    cycles: int = 0
    saving: LiquiditySaving | None = None
    links: bool = False
    setoffs: int = 0
    unsettled_at_close: UnsettledAtClose = UnsettledAtClose.EXPIRE
    correspondents: Correspondents | None = None
    central_banks: CentralBanks | None = None
    dealers: Dealers | None = None
    short_positions: ShortPositions | None = None

    def __post_init__(self) -> None:
        """Check that cycles are there exactly where payments are netted."""
        assert 0 <= self.cycles <= CYCLES_MAX, "a day has at most as many cycles"
        assert self.mode.has_cycles == (self.cycles > 0), "cycles, and only where there is netting"

    @property
    def has_two_currencies(self) -> bool:
        """Whether payer and payee of different countries each use their own currency."""
        return self.central_banks is not None or self.dealers is not None

    @property
    def pays_late(self) -> bool:
        """Whether payees of two currencies are paid at a settlement and not as payments come."""
        banks = self.central_banks
        return banks is not None and banks.credit_payee is CreditPayee.AFTER_SETTLEMENT

    @property
    def other_currency(self) -> str | None:
        """The currency it needs whatever the payments are in."""
        if self.central_banks is not None:
            return self.central_banks.asset_currency
        return None if self.dealers is None else self.dealers.vehicle

    @property
    def carries_over(self) -> bool:
        """Whether a day depends on the day before, so that days are tried one behind another."""
        return self.central_banks is not None or self.unsettled_at_close is UnsettledAtClose.ROLL


def with_cycles(option: Option, cycles: int) -> Option:
    """Return the option with another number of cycles, named for it."""
    return replace(option, name=f"{option.name}:{cycles}", cycles=cycles)


def parse_option(text: str, source: str) -> Option:
    """Return the option that a file describes.

    Args:
        text: TOML.
        source: name of the file, for errors.

    Raises:
        UsageError: it is no TOML, or describes no option; it says which field.
    """
    try:
        found = decode(Option, _flat(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{source}: found no TOML ({error}), expected an option's file") from error
    except DocumentError as error:
        raise UsageError(f"{source}: {error}") from error
    except AssertionError:
        expected = f"1 to {CYCLES_MAX} with mode cycle or both, and only then"
        raise UsageError(f"{source}: cycles: found another number, expected {expected}") from None
    assert isinstance(found, Option), "the decoder returns the type it was asked for"
    for place, said, expected in _faults(found):
        raise UsageError(f"{source}: {place}: found {said}, expected {expected}")
    return found


def _flat(document: dict[str, object]) -> dict[str, object]:
    """Give the fields of `saving` that a file may leave out."""
    saving = document.get("saving")
    if isinstance(saving, dict):
        given = {"bilateral_depth": 0, "multilateral_every": None}
        document = {**document, "saving": {**given, **saving}}
    return document


def _faults(option: Option) -> list[tuple[str, object, str]]:
    """Return what no trial could use: place, what was found, what was expected."""
    ways = [option.correspondents, option.central_banks, option.dealers]
    rules: list[tuple[bool, str, object, str]] = [
        (
            0 < len(option.name) <= NAME_CHARACTERS_MAX and ":" not in option.name,
            "name",
            option.name,
            f"1 to {NAME_CHARACTERS_MAX} characters without a colon",
        ),
        (
            sum(one is not None for one in ways) <= 1,
            "correspondents, central_banks, dealers",
            "more than one",
            "at most one of the three",
        ),
        (
            not option.has_two_currencies or (not option.cycles and option.saving is None),
            "mode",
            option.mode,
            "gross without saving where payments go through central banks or dealers",
        ),
        (0 <= option.setoffs <= CYCLES_MAX, "setoffs", option.setoffs, f"0 to {CYCLES_MAX}"),
        (
            not option.setoffs or not (option.cycles or option.links or option.has_two_currencies),
            "setoffs",
            option.setoffs,
            "0 with cycles, links, central banks or dealers",
        ),
    ]
    rules += _bank_rules(option.central_banks)
    rules += _dealer_rules(option.dealers)
    rules += _correspondent_rules(option.correspondents)
    rules += _short_rules(option)
    return [(place, found, expected) for holds, place, found, expected in rules if not holds]


def _bank_rules(banks: CentralBanks | None) -> list[tuple[bool, str, object, str]]:
    if banks is None:
        return []
    named = banks.asset is SettlementAsset.NAMED_CURRENCY
    carried = banks.asset is SettlementAsset.CARRIED_BALANCE
    code, days, weeks = banks.asset_currency, banks.credit_days, banks.every_weeks
    at = "central_banks."
    return [
        (
            (code is not None) == named and (code is None or code in CURRENCIES),
            f"{at}asset_currency",
            code,
            "a code of ISO 4217 with asset = named_currency, and only then",
        ),
        (banks.day_offset in {0, 1}, f"{at}day_offset", banks.day_offset, "0 or 1"),
        (0 <= banks.settles_at <= 1, f"{at}settles_at", banks.settles_at, "0 to 1"),
        (
            (days is not None) == banks.credits_before and (days is None or 0 < days <= DAYS_MAX),
            f"{at}credit_days",
            days,
            f"more than 0 to {DAYS_MAX}, with a carried balance or payees credited on acceptance,"
            " and only then",
        ),
        (
            (weeks is not None) == carried and (weeks is None or 1 <= weeks <= WEEKS_MAX),
            f"{at}every_weeks",
            weeks,
            f"1 to {WEEKS_MAX} with asset = carried_balance, and only then",
        ),
        (
            banks.has_surplus or (not banks.spends_surplus and banks.surplus_days is None),
            f"{at}spends_surplus, surplus_days",
            "one of the two",
            "them only with asset = own_currencies and pays_in = debtor_currency",
        ),
        (
            banks.surplus_days is None or 0 <= banks.surplus_days <= DAYS_MAX,
            f"{at}surplus_days",
            banks.surplus_days,
            f"0 to {DAYS_MAX}",
        ),
        (
            0 <= banks.interest_percent <= PERCENT_MAX,
            f"{at}interest_percent",
            banks.interest_percent,
            f"0 to {PERCENT_MAX}",
        ),
    ]


def _dealer_rules(dealers: Dealers | None) -> list[tuple[bool, str, object, str]]:
    if dealers is None:
        return []
    at = "dealers."
    return [
        (
            1 <= dealers.in_each_country <= BANKS_MAX,
            f"{at}in_each_country",
            dealers.in_each_country,
            f"1 to {BANKS_MAX}",
        ),
        (
            0 <= dealers.spread_percent < PERCENT_MAX,
            f"{at}spread_percent",
            dealers.spread_percent,
            f"0 to less than {PERCENT_MAX}",
        ),
        (
            dealers.vehicle is None or dealers.vehicle in CURRENCIES,
            f"{at}vehicle",
            dealers.vehicle,
            "a code of ISO 4217",
        ),
        (
            0 <= dealers.vehicle_from < dealers.vehicle_until <= 1,
            f"{at}vehicle_from",
            dealers.vehicle_from,
            "0 to less than vehicle_until, which is at most 1",
        ),
    ]


def _correspondent_rules(star: Correspondents | None) -> list[tuple[bool, str, object, str]]:
    if star is None:
        return []
    at = "correspondents."
    return [
        (1 <= star.banks <= BANKS_MAX, f"{at}banks", star.banks, f"1 to {BANKS_MAX}"),
        (0 <= star.overdraft <= 1, f"{at}overdraft", star.overdraft, "0 to 1"),
        (
            0 <= star.fee_percent <= PERCENT_MAX,
            f"{at}fee_percent",
            star.fee_percent,
            f"0 to {PERCENT_MAX}",
        ),
    ]


_NO_SAVING: Final = LiquiditySaving(0, None)


def _short_rules(option: Option) -> list[tuple[bool, str, object, str]]:
    terms, at = option.short_positions, "short_positions."
    if terms is None:
        return []
    others = (option.correspondents, option.central_banks, option.dealers)
    alone = option.links and not option.cycles and not option.setoffs
    saving = option.saving or _NO_SAVING
    alone &= saving == replace(_NO_SAVING, release=saving.release)
    return [
        (
            alone and all(one is None for one in others),
            "short_positions",
            "with other ways of settling",
            "it with links = true and mode = gross, of saving only release, and nothing else",
        ),
        (0 <= terms.each <= 1, f"{at}each", terms.each, "0 to 1"),
        (0 <= terms.together <= 1, f"{at}together", terms.together, "0 to 1"),
        (
            0 <= terms.haircut_percent < PERCENT_MAX,
            f"{at}haircut_percent",
            terms.haircut_percent,
            f"0 to less than {PERCENT_MAX}",
        ),
    ]


@cache
def option_text(name: str) -> str:
    """Return the file of an option that comes with comity.

    Raises:
        KeyError: there is none of that name.
    """
    if name not in _ORDER:
        raise KeyError(name)
    place = files("comity.simulator") / "builtin_options" / f"{name}.toml"
    return place.read_text(encoding="utf-8")


_ORDER: Final = (
    "correspondent",
    "special-vostro",
    "dealers",
    "gross",
    "gross-bypass",
    "gross-offset",
    "net-bilateral",
    "net-multilateral",
    "net-central-bank",
    "clearing-union",
    "vehicle",
    "swap-line",
    "pvp",
    "pvp-net",
    "hybrid",
    "setoff",
)

OPTIONS: Final[Mapping[str, Option]] = MappingProxyType(
    {name: parse_option(option_text(name), f"{name}.toml") for name in _ORDER}
)
"""Options that come with comity by name, in the order in which they are shown."""
