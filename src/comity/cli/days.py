"""Days as people type them."""

from datetime import date

from comity.errors import UsageError


def parse_day(option: str, text: str) -> date:
    """Return the day of an option.

    Raises:
        UsageError: the text is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: found {text!r}, expected a day as 2026-01-31") from None
