"""The proof of a day's statements."""

from dataclasses import replace

from tests.unit.statements.day_builder import build_day

from comity.statements.reconciliation import is_reconciled, reconcile


def test_opening_and_movements_make_the_closing_of_every_account() -> None:
    proofs = reconcile(build_day())

    assert is_reconciled(proofs)
    assert [proof.account.number for proof in proofs] == list(range(len(proofs)))
    assert any(proof.debits_minor and proof.credits_minor for proof in proofs)


def test_all_accounts_of_a_currency_close_at_zero_together() -> None:
    proofs = reconcile(build_day())

    for currency in ("KGS", "RUB"):
        assert sum(p.closing_minor for p in proofs if p.account.currency == currency) == 0


def test_one_minor_unit_too_much_is_found_on_its_account() -> None:
    book = build_day()
    closing = book.closing_minor.copy()
    closing[5] += 1

    proofs = reconcile(replace(book, closing_minor=closing))

    assert not is_reconciled(proofs)
    assert [(p.account.number, p.difference_minor) for p in proofs if not p.holds] == [(5, 1)]


def test_a_movement_left_out_is_found_on_both_its_accounts() -> None:
    book = build_day()
    lost = book.transfers[0]

    proofs = reconcile(replace(book, transfers=book.transfers[1:]))

    unproved = {p.account.number: p.difference_minor for p in proofs if not p.holds}
    amount = int(lost["amount_minor"])
    assert unproved == {int(lost["debit"]): -amount, int(lost["credit"]): amount}
