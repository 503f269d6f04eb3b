"""A profile of payments read from TOML: whole and right, or refused with all its faults."""

import tomllib
from typing import Final

from comity.errors import Fault, InputFaultsError
from comity.generation.payment_profile import (
    CORRIDORS_MAX,
    COUNTRIES_MAX,
    HOLIDAYS_MAX,
    MONTHS,
    PARTIES_MAX,
    PAYMENTS_A_DAY_MAX,
    PERMILLE,
    PURPOSES_MAX,
    SOURCES_MAX,
    TRADES_NAME,
    WEEKDAYS,
    Clocktimes,
    Country,
    Direction,
    Network,
    NetworkKind,
    PaymentCorridor,
    PaymentProfile,
    PaymentPurpose,
    Source,
    TableCurrency,
    Totals,
    Volume,
)
from comity.generation.profile_fields import Fields
from comity.identifiers import is_country
from comity.money import CURRENCIES
from comity.payments.purposes import is_purpose

_WEIGHT_MAX: Final = 1_000_000_000
_FACTOR_MAX: Final = 10_000
_IMBALANCE_MAX: Final = 1_000_000
_SIGMA_MAX: Final = 3_000
_MEAN_MAX: Final = 100_000_000_000
_RATE_MAX: Final = 1_000_000_000
_UNSET: Final = -1
_PROFILE_BYTES_MAX: Final = 1 << 20


def read_profile(file: str, data: bytes) -> PaymentProfile:
    """Return the profile in the bytes of a TOML file.

    Args:
        file: as faults name it.
        data: its bytes, UTF-8.

    Raises:
        InputFaultsError: with every fault, by key.
    """
    if len(data) > _PROFILE_BYTES_MAX:
        found = f"{len(data):,} bytes"
        raise InputFaultsError([Fault(file, 0, "", found, f"at most {_PROFILE_BYTES_MAX:,}")])
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        fault = Fault(file, 0, "", f"byte {error.start + 1} that is not UTF-8", "UTF-8")
        raise InputFaultsError([fault]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputFaultsError([Fault(file, 0, "", str(error), "TOML")]) from None
    faults: list[Fault] = []
    top = Fields(file, "", table, faults)
    profile = _profile(top)
    if not faults:
        _check_together(top, profile)
    if faults:
        raise InputFaultsError(faults)
    return profile


def _profile(top: Fields) -> PaymentProfile:
    fx = top.table("fx_trades", optional=True)
    fx_permille = fx.whole("share_permille", 0, PERMILLE) if fx else 0
    fx_mean = fx.whole("mean_usd_cents", 1, _MEAN_MAX) if fx else 1
    fx_sigma = fx.whole("sigma_permille", 0, _SIGMA_MAX) if fx else 0
    if fx:
        fx.close()
    profile = PaymentProfile(
        name=top.name("name"),
        title=top.text("title"),
        statement=top.text("statement"),
        sources=tuple(map(_source, top.tables("sources", SOURCES_MAX))),
        volume=_volume(top),
        times=_times(top),
        countries=tuple(map(_country, top.tables("countries", COUNTRIES_MAX))),
        currencies=tuple(map(_currency, top.tables("currencies", COUNTRIES_MAX + 1))),
        third_currency=top.text("third_currency"),
        national_permille=top.whole("national_permille", 0, PERMILLE),
        urgent_permille=top.whole("urgent_permille", 0, PERMILLE),
        fx_permille=fx_permille,
        fx_mean_usd_cents=fx_mean,
        fx_sigma_permille=fx_sigma,
        network=_network(top),
        corridors=tuple(map(_corridor, top.tables("corridors", CORRIDORS_MAX))),
        purposes=tuple(map(_purpose, top.tables("purposes", PURPOSES_MAX))),
    )
    top.close()
    return profile


def _source(fields: Fields) -> Source:
    found = Source(fields.text("figure"), fields.text("said_by"), fields.text("used_for"))
    fields.close()
    return found


def _volume(top: Fields) -> Volume:
    fields = top.table("volume") or Fields("", "", {}, [])
    found = Volume(
        payments_a_day=fields.whole("payments_a_day", 1, PAYMENTS_A_DAY_MAX),
        base_date=fields.day("base_date"),
        growth_permille_a_year=fields.whole("growth_permille_a_year", -900, 5_000),
        months_permille=fields.wholes("months_permille", MONTHS, _FACTOR_MAX),
        weekdays_permille=fields.wholes("weekdays_permille", WEEKDAYS, _FACTOR_MAX),
        holidays=fields.days_of_year("holidays", HOLIDAYS_MAX),
        before_holidays_permille=fields.whole("before_holidays_permille", 1, _FACTOR_MAX, PERMILLE),
        totals=Totals(
            fields.choice("totals", [str(each) for each in Totals], default=str(Totals.DRAWN))
        ),
    )
    fields.close()
    return found


def _times(top: Fields) -> Clocktimes:
    fields = top.table("times") or Fields("", "", {}, [])
    found = Clocktimes(
        opens_ms=fields.clock_ms("opens"),
        closes_ms=fields.clock_ms("closes"),
        morning_permille=fields.whole("morning_permille", 100, 10_000),
        evening_permille=fields.whole("evening_permille", 100, 10_000),
        deadline_permille=fields.whole("deadline_permille", 0, PERMILLE, 0),
        deadline_minutes=fields.whole("deadline_minutes", 1, 1_440, 60),
    )
    fields.close()
    return found


def _country(fields: Fields) -> Country:
    code, money = fields.text("code"), fields.text("currency")
    if not is_country(code):
        fields.reject("code", code, "a country code of ISO 3166-1, as KG")
    _require_currency(fields, "currency", money)
    found = Country(
        code=code,
        currency=money,
        parties=fields.whole("parties", 1, PARTIES_MAX),
        size_sigma_permille=fields.whole("size_sigma_permille", 0, _SIGMA_MAX),
    )
    fields.close()
    return found


def _currency(fields: Fields) -> TableCurrency:
    code = fields.text("code")
    _require_currency(fields, "code", code)
    found = TableCurrency(
        code=code,
        minor_per_usd_cent_permille=fields.whole("minor_per_usd_cent_permille", 1, _RATE_MAX),
        weight=fields.whole("weight", 1, _WEIGHT_MAX, 1),
    )
    fields.close()
    return found


def _require_currency(fields: Fields, key: str, code: str) -> None:
    if code not in CURRENCIES:
        fields.reject(key, code, "an active code of ISO 4217")


def _network(top: Fields) -> Network:
    """Read the fields of the kind; those of another kind are unknown keys."""
    fields = top.table("network") or Fields("", "", {}, [])
    kind = NetworkKind(fields.choice("kind", [str(each) for each in NetworkKind]))
    blocks = kind is NetworkKind.CORE_PERIPHERY
    tail = kind is NetworkKind.SCALE_FREE
    found = Network(
        kind=kind,
        partners_permille=0 if blocks else fields.whole("partners_permille", 100, 1_000_000),
        exponent_permille=fields.whole("exponent_permille", 2_050, 10_000) if tail else 0,
        core_permille=fields.whole("core_permille", 1, PERMILLE) if blocks else 0,
        core_core_permille=fields.whole("core_core_permille", 0, PERMILLE) if blocks else 0,
        core_periphery_permille=(
            fields.whole("core_periphery_permille", 0, PERMILLE) if blocks else 0
        ),
        periphery_periphery_permille=(
            fields.whole("periphery_periphery_permille", 0, PERMILLE) if blocks else 0
        ),
        reciprocity_permille=fields.whole("reciprocity_permille", 0, PERMILLE),
    )
    fields.close()
    return found


def _corridor(fields: Fields) -> PaymentCorridor:
    found = PaymentCorridor(
        payer=fields.text("payer"),
        payee=fields.text("payee"),
        weight=fields.whole("weight", 1, _WEIGHT_MAX),
        imbalance_permille=fields.whole("imbalance_permille", 0, _IMBALANCE_MAX),
    )
    fields.close()
    return found


def _purpose(fields: Fields) -> PaymentPurpose:
    codes = fields.weights("codes", _WEIGHT_MAX)
    for code, _ in codes:
        if not is_purpose(code):
            fields.reject("codes", code, "codes of ISO 20022's ExternalPurpose1Code")
    found = PaymentPurpose(
        name=fields.name("name"),
        codes=codes,
        weight=fields.whole("weight", 1, _WEIGHT_MAX),
        mean_usd_cents=fields.whole("mean_usd_cents", 1, _MEAN_MAX),
        sigma_permille=fields.whole("sigma_permille", 0, _SIGMA_MAX),
        direction=Direction(fields.choice("direction", [str(each) for each in Direction])),
        imbalance_permille=fields.whole("imbalance_permille", 0, _IMBALANCE_MAX, _UNSET),
        national_permille=fields.whole("national_permille", 0, PERMILLE, _UNSET),
        months_permille=fields.wholes("months_permille", MONTHS, _FACTOR_MAX, (PERMILLE,) * MONTHS),
        before_holidays_permille=fields.whole("before_holidays_permille", 0, _FACTOR_MAX, PERMILLE),
    )
    fields.close()
    return found


def _check_together(top: Fields, profile: PaymentProfile) -> None:
    """Refuse what is right by itself and wrong together."""
    if "synthetic" not in profile.statement.casefold():
        top.reject("statement", profile.statement, "a text that says that payments are synthetic")
    if profile.times.opens_ms >= profile.times.closes_ms:
        top.reject("times.closes", "no time after opens", "a close after the opening")
    _require_once(top, "countries", [each.code for each in profile.countries])
    _require_once(top, "currencies", [each.code for each in profile.currencies])
    _require_once(top, "purposes", [each.name for each in profile.purposes])
    if any(each.name == TRADES_NAME for each in profile.purposes):
        top.reject("purposes", TRADES_NAME, "another name: this one is that of trades")
    pairs = [" and ".join(sorted((each.payer, each.payee))) for each in profile.corridors]
    _require_once(top, "corridors", pairs)
    parties = sum(each.parties for each in profile.countries)
    if not 2 <= parties <= PARTIES_MAX:
        top.reject("countries", parties, f"2 to {PARTIES_MAX:,} parties of all countries together")
    _check_currencies(top, profile)
    _check_corridors(top, profile)


def _require_once(top: Fields, key: str, names: list[str]) -> None:
    for name in sorted({each for each in names if names.count(each) > 1}):
        top.reject(key, f"{name} more than once", "each once")


def _check_currencies(top: Fields, profile: PaymentProfile) -> None:
    listed = {each.code for each in profile.currencies}
    used = {each.currency for each in profile.countries} | {profile.third_currency}
    for code in sorted(used - listed):
        top.reject("currencies", f"no {code}", "every currency of a country, and the third one")
    for code in sorted(listed - used):
        top.reject("currencies", f"{code}, which nobody uses", "no other currency")
    if profile.third_currency in {each.currency for each in profile.countries}:
        expected = "a currency of none of the countries"
        top.reject("third_currency", profile.third_currency, expected)


def _check_corridors(top: Fields, profile: PaymentProfile) -> None:
    by_code = {each.code: each for each in profile.countries}
    crossing = False
    for at, corridor in enumerate(profile.corridors, start=1):
        place = f"corridors[{at}]."
        for key in ("payer", "payee"):
            code = getattr(corridor, key)
            if code not in by_code:
                top.reject(place + key, code, "one of the countries")
        payer, payee = by_code.get(corridor.payer), by_code.get(corridor.payee)
        if payer is None or payee is None:
            continue
        if payer is payee and payer.parties == 1:
            top.reject(place + "payee", corridor.payee, "a country with two parties, or another")
        crossing |= payer.currency != payee.currency
    if profile.fx_permille and not crossing:
        expected = "a corridor between two currencies, or no [fx_trades]"
        top.reject("corridors", "none between two currencies", expected)
