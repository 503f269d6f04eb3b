"""Accounts, balances and the chain that makes the journal tamper-evident.

The ledger knows accounts of one currency each, whole minor units, holds and limits. What a
payment is, and why money moves, is decided above it.
"""

from comity.ledger.accounts import (
    BALANCE_ROW,
    Account,
    AccountKind,
    balances_of,
    covers,
    fold_transfers,
)
from comity.ledger.chain import GENESIS_HASH, Record, chain_record, record_hash
from comity.ledger.keys import HashColumn, KeyRuns, mix_key

__all__ = [
    "BALANCE_ROW",
    "GENESIS_HASH",
    "Account",
    "AccountKind",
    "HashColumn",
    "KeyRuns",
    "Record",
    "balances_of",
    "chain_record",
    "covers",
    "fold_transfers",
    "mix_key",
    "record_hash",
]
