"""comity settles payments between countries in their own currencies."""

__version__ = "0.1.0"
