"""Cover to the last unit, and sums of transfers."""

import numpy as np
import pytest

from comity.ledger import Account, AccountKind, balances_of, covers, fold_transfers
from comity.payments.rows import TRANSFER_ROW


def account(kind: AccountKind = AccountKind.SETTLEMENT, limit: int | None = 0) -> Account:
    return Account(0, "one", kind, 417, "AAAAKG20", "CBKGKG20", limit)


@pytest.mark.parametrize(
    ("posted", "held", "limit", "amount", "expected"),
    [
        (10, 0, 0, 10, True),
        (10, 0, 0, 11, False),
        (10, 1, 0, 9, True),
        (10, 1, 0, 10, False),
        (0, 0, 5, 5, True),
        (-5, 0, 5, 1, False),
        (-(10**18), 0, None, 10**15, True),
    ],
)
def test_an_account_covers_what_it_has_less_what_is_held(
    posted: int, held: int, limit: int | None, amount: int, expected: bool
) -> None:
    balances = balances_of([account(limit=limit)])
    balances["posted"], balances["held"] = posted, held
    assert covers(balances, 0, amount) is expected


def test_sums_of_debits_and_credits_follow_from_transfers() -> None:
    transfers = np.zeros(3, TRANSFER_ROW)
    transfers["debit"], transfers["credit"] = [0, 1, 0], [1, 2, 2]
    transfers["amount_minor"] = [5, 3, 10**15 - 1]
    debited, credited = fold_transfers(3, transfers)
    assert debited.tolist() == [10**15 + 4, 3, 0]
    assert credited.tolist() == [0, 5, 10**15 + 2]


def test_only_loro_accounts_and_what_mirrors_them_are_commercial_bank_money() -> None:
    commercial = {kind for kind in AccountKind if not account(kind).is_central_bank_money}
    assert commercial == {AccountKind.LORO, AccountKind.OWN}
