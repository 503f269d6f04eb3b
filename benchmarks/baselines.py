"""What the machine allows for each part of the path by itself, measured in the same run.

Nothing that does more can be faster than these: rows into SQLite, SHA-256, syncs, and parsing and
validating the very files that the path reads. New memory is a cost of its own on a virtual machine
whose host gives it out page by page.
"""

import hashlib
import resource
from pathlib import Path

import apsw
import numpy as np
from lxml import etree

from benchmarks.columns import BATCH
from benchmarks.machine import SYNCS, sync_seconds
from benchmarks.measuring import Order, Sample, Stopwatch
from comity.messages.definitions import READ
from comity.messages.guideline_schemas import GuidelineSchemas
from comity.messages.interchange import safe_parser
from comity.payments.rows import TRANSFER_ROW
from comity.storage.schema import SETTINGS, TABLES
from comity.storage.sqlite import PAGE_BYTES

HASHED_MEGABYTES = 256
TOUCHED_MEGABYTES = 512
_MEGABYTE = 1_000_000
_INSERT = "INSERT INTO transfer VALUES (?,?,?,?,?,?,?,?,?)"


def rows_alone(order: Order) -> list[Sample]:
    """Insert transfer rows by `executemany`, synced batch by batch, and nothing else."""
    path = order.folder / "rows.db"
    connection = apsw.Connection(str(path))
    connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
    for statement in (*SETTINGS, *(one for one in TABLES if "TABLE transfer" in one)):
        connection.execute(statement)
    random = np.random.default_rng(1)
    width = len(TRANSFER_ROW.names or ()) + 1
    rows = random.integers(1, 10**7, (order.size, width)).tolist()
    for number, row in enumerate(rows):
        row[0] = number
    watch = Stopwatch()
    for start in range(0, len(rows), BATCH):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_INSERT, rows[start : start + BATCH])
        connection.execute("COMMIT")
    sample = watch.sample("baseline: transfer rows into SQLite", "rows", order.size)
    connection.close()
    for one in order.folder.glob("rows.db*"):
        one.unlink()
    return [sample]


def hashing(order: Order) -> list[Sample]:
    """Hash as many megabytes as the order says, a batch's payload at a time."""
    payload = bytes(2 * _MEGABYTE)
    watch = Stopwatch()
    for _ in range(order.size // 2):
        hashlib.sha256(payload).digest()
    return [watch.sample("baseline: SHA-256", "MB", order.size)]


def touching(order: Order) -> list[Sample]:
    """Touch as many megabytes of new memory as the order says, one byte a page."""
    memory = np.zeros(order.size * _MEGABYTE, np.uint8)
    watch = Stopwatch()
    memory[:: resource.getpagesize()] = 1
    return [watch.sample("baseline: first touch of memory", "MB", order.size)]


def syncing(order: Order) -> list[Sample]:
    """Append 4 KiB and sync, again and again."""
    watch = Stopwatch()
    sync_seconds(order.folder)
    return [watch.sample("baseline: append and sync", "syncs", SYNCS)]


def parsing(order: Order) -> list[Sample]:
    """Parse and validate the message files of a generated day, and nothing else."""
    paths = sorted((order.folder / "payments").rglob("*.xml"))
    schemas, parser = GuidelineSchemas(), safe_parser()
    watch = Stopwatch()
    for path in paths:
        _validate(path, schemas, parser)
    return [watch.sample("baseline: parse and validate files", "payments", order.size)]


def _validate(path: Path, schemas: GuidelineSchemas, parser: etree.XMLParser) -> None:
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError:
        return  # one of the flaws that a generated day has
    for element in root.iter("{*}Document"):
        definition = str(element.tag).partition("}")[0].rpartition(":")[2]
        if definition in READ:
            schemas.fault_of(element, definition)
