"""The command line: `comity`.

Errors that comity foresaw are told in words on standard error and end with their own exit code.
"""

from comity.cli.entry import main

__all__ = ["main"]
