"""Profiles of payments that come with comity, as TOML files in the package."""

from importlib import resources
from typing import Final

from comity.errors import UsageError

BUILTIN_PROFILES: Final = (
    "core-periphery",
    "kyrgyzstan-russia",
    "random",
    "scale-free",
    "six-currencies",
)
"""Their names, sorted."""


def builtin_profile_data(name: str) -> bytes:
    """Return the TOML of a profile.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in BUILTIN_PROFILES:
        expected = ", ".join(BUILTIN_PROFILES)
        raise UsageError(f"profile: found {name!r}, expected one of {expected}, or FILE.toml")
    folder = resources.files("comity.generation") / "payment_profiles"
    return (folder / f"{name}.toml").read_bytes()
