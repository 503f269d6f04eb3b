"""Tables of the SQLite store, and the settings it is opened with; see `docs/storage.md`.

The journal (`batch`) is the truth; transfers and balances are written in the same transaction so
that people and other programs can read them, and can be rebuilt and compared. Nothing that was
booked can be changed or deleted: triggers refuse it, on top of code that never tries.
"""

FORMAT = 1
"""Version of the tables, kept in `PRAGMA user_version`."""

APPLICATION_ID = 0x434D5459
"""`CMTY`, kept in `PRAGMA application_id`: what kind of file this is."""

SETTINGS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA wal_autocheckpoint=4000",
    "PRAGMA cache_size=-65536",
)
"""WAL with FULL survives a power cut at every write; NORMAL loses acknowledged commits.

Without recursive triggers a row that is replaced would not be seen as deleted.
"""

TABLES = (
    """
    CREATE TABLE account (
        number       INTEGER PRIMARY KEY,
        name         TEXT NOT NULL UNIQUE,
        kind         TEXT NOT NULL,
        currency     INTEGER NOT NULL,
        owner        TEXT NOT NULL,
        agent        TEXT NOT NULL,
        limit_minor  INTEGER,
        posted_minor INTEGER NOT NULL DEFAULT 0,
        held_minor   INTEGER NOT NULL DEFAULT 0 CHECK (held_minor >= 0),
        CHECK (limit_minor IS NULL OR posted_minor - held_minor >= -limit_minor)
    ) STRICT
    """,
    """
    CREATE TABLE batch (
        sequence       INTEGER PRIMARY KEY,
        first_event    INTEGER NOT NULL,
        event_count    INTEGER NOT NULL,
        first_transfer INTEGER NOT NULL,
        transfer_count INTEGER NOT NULL,
        first_payment  INTEGER NOT NULL,
        payment_count  INTEGER NOT NULL,
        at_us          INTEGER NOT NULL,
        business_day   INTEGER NOT NULL,
        engine_version TEXT NOT NULL,
        previous_hash  BLOB NOT NULL,
        hash           BLOB NOT NULL UNIQUE,
        payload        BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE transfer (
        sequence     INTEGER PRIMARY KEY,
        at_us        INTEGER NOT NULL,
        amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
        payment      INTEGER NOT NULL,
        group_id     INTEGER NOT NULL,
        debit        INTEGER NOT NULL,
        credit       INTEGER NOT NULL,
        kind         INTEGER NOT NULL,
        business_day INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE account_batch (
        account       INTEGER NOT NULL REFERENCES account,
        batch         INTEGER NOT NULL REFERENCES batch,
        debits_minor  INTEGER NOT NULL,
        credits_minor INTEGER NOT NULL,
        posted_minor  INTEGER NOT NULL,
        held_minor    INTEGER NOT NULL,
        PRIMARY KEY (account, batch)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX account_batch_by_batch ON account_batch (batch)",
    """
    CREATE TABLE outbox (
        batch     INTEGER NOT NULL REFERENCES batch,
        place     INTEGER NOT NULL,
        recipient TEXT NOT NULL,
        kind      TEXT NOT NULL,
        facts     INTEGER NOT NULL CHECK (facts > 0),
        PRIMARY KEY (batch, place)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE closing (
        business_day INTEGER NOT NULL,
        account      INTEGER NOT NULL REFERENCES account,
        posted_minor INTEGER NOT NULL,
        PRIMARY KEY (business_day, account)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE anchor (
        business_day INTEGER PRIMARY KEY,
        batch        INTEGER NOT NULL UNIQUE REFERENCES batch,
        hash         BLOB NOT NULL
    ) STRICT
    """,
)

_KEPT_FOR_EVER = ("batch", "transfer", "account_batch", "outbox", "closing", "anchor")

TRIGGERS = (
    *(
        f"CREATE TRIGGER {table}_is_kept_{act.lower()} BEFORE {act} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table} rows are never changed or deleted'); END"
        for table in _KEPT_FOR_EVER
        for act in ("UPDATE", "DELETE")
    ),
    "CREATE TRIGGER batch_follows BEFORE INSERT ON batch"
    " WHEN NEW.sequence <> 1 + (SELECT coalesce(max(sequence), 0) FROM batch)"
    " BEGIN SELECT RAISE(ABORT, 'batch rows follow one another without a gap'); END",
    "CREATE TRIGGER account_is_kept_update BEFORE UPDATE OF"
    " number, name, kind, currency, owner, agent, limit_minor ON account"
    " BEGIN SELECT RAISE(ABORT, 'only the balances of an account change'); END",
    "CREATE TRIGGER account_is_kept_delete BEFORE DELETE ON account"
    " BEGIN SELECT RAISE(ABORT, 'account rows are never deleted'); END",
)
