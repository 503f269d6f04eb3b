"""Stores behind the journal port: SQLite on disk, and one that lives in memory."""

from comity.storage.memory import MemoryJournal
from comity.storage.sqlite import SqliteJournal, open_journal

__all__ = ["MemoryJournal", "SqliteJournal", "open_journal"]
