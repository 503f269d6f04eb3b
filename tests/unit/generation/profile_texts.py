"""Built-in profiles with something changed, for tests."""

import tomllib
from dataclasses import replace
from typing import Any

from comity.generation.builtin_profiles import builtin_profile_data
from comity.generation.payment_profile import PaymentProfile
from comity.generation.payment_profile_reading import read_profile


def builtin(name: str) -> PaymentProfile:
    return read_profile(name, builtin_profile_data(name))


def table(name: str = "six-currencies") -> dict[str, Any]:
    return tomllib.loads(builtin_profile_data(name).decode())


def with_network(profile: PaymentProfile, **changes: Any) -> PaymentProfile:
    return replace(profile, network=replace(profile.network, **changes))


def with_volume(profile: PaymentProfile, **changes: Any) -> PaymentProfile:
    return replace(profile, volume=replace(profile.volume, **changes))


def with_imbalance(profile: PaymentProfile, permille: int) -> PaymentProfile:
    corridors = tuple(replace(each, imbalance_permille=permille) for each in profile.corridors)
    return replace(profile, corridors=corridors)
