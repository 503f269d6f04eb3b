"""Short positions from files: limits and haircuts, and every fault with its file and line."""

from decimal import Decimal
from pathlib import Path

from tests.unit.arrangement.small_folder import append, faults_of

from comity.arrangement import load_scheme

HAIRCUT = '\n[[haircuts]]\ncurrency = "KGS"\npercent = "{0}"\n'
LIMIT = "kind,participant,currency,counterparty,amount\nshort_positions,{0},{1},,100.00\n"


def limit(folder: Path, participant: str, currency: str = "RUB") -> None:
    (folder / "limits.csv").write_text(LIMIT.format(participant, currency), encoding="utf-8")


def append_direct(folder: Path) -> None:
    """Let one bank hold settlement accounts in both currencies, and nobody bank with it."""
    rows = ["participant,currency,kind,agent,opening_balance,limit"]
    for code, agent in (("KGS", "CBKGKG20"), ("RUB", "CBRURU20")):
        rows += [
            f"{bank},{code},settlement,{agent},5.00,50.00" for bank in ("TOOBKG20", "RECHRU20")
        ]
        rows += [f"{bank},{code},loro,RECHRU20,5.00,0" for bank in ("SUUBKG20", "LESNRU20")]
    (folder / "accounts.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_a_haircut_is_read_and_wants_a_limit(small: Path) -> None:
    append(small, "arrangement.toml", HAIRCUT.format("2.5"))
    line = (small / "arrangement.toml").read_text(encoding="utf-8").count("\n") - 1
    (fault,) = faults_of(small)
    assert (fault.file, fault.line, fault.found) == ("arrangement.toml", line, "KGS")
    assert "no haircut without a limit of kind short_positions" in fault.expected


def test_a_percentage_out_of_range_is_named(small: Path) -> None:
    append(small, "arrangement.toml", HAIRCUT.format("100"))
    found = {(one.field, one.found, one.expected) for one in faults_of(small)}
    assert ("haircuts[1].percent", "100", "0 to below 100") in found


def test_what_would_take_money_without_the_tests_is_named_by_agreement(small: Path) -> None:
    bank = load_scheme(small).participants[0].bic
    limit(small, bank)
    append(small, "arrangement.toml", HAIRCUT.format("2.5"))
    faults = faults_of(small)
    files = {one.file for one in faults}
    assert any(each.startswith("agreements/") for each in files)
    assert all(one.line > 0 for one in faults)
    assert {"settlement.mode", "settlement.tier"} <= {one.field for one in faults}


def test_the_limit_is_in_the_unit_of_valuation(small: Path) -> None:
    scheme = load_scheme(small)
    other = next(
        one.currency for one in scheme.members if one.currency != scheme.valuation_currency
    )
    limit(small, scheme.participants[0].bic, other)
    fault = next(one for one in faults_of(small) if one.file == "limits.csv")
    assert (fault.line, fault.field, fault.found) == (2, "currency", other)
    assert fault.expected.startswith(f"{scheme.valuation_currency}, the valuation_currency")


def test_an_arrangement_with_gross_agreements_alone_may_have_them(small: Path) -> None:
    append_direct(small)
    for path in sorted((small / "agreements").iterdir()):
        text = path.read_text(encoding="utf-8")
        if 'mode = "gross"' not in text or 'tier = "participant"' not in text:
            path.unlink()
    for name in ("resources.csv", "limits.csv"):
        (small / name).unlink(missing_ok=True)
    limit(small, "TOOBKG20")
    append(small, "arrangement.toml", HAIRCUT.format("2.5"))
    loaded = load_scheme(small)
    (one,) = loaded.position_limits
    assert (one.participant, one.limit_minor) == ("TOOBKG20", 100_00)
    assert [(each.currency, each.percent) for each in loaded.haircuts] == [("KGS", Decimal("2.5"))]
