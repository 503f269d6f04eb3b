"""A scheme from its folder, or every fault of the first level that has any."""

# ruff: noqa: E501 — in the tables below one case is one line.

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from tests.unit.arrangement.small_folder import SMALL, append, edit, faults_of

from comity.agreements import (
    AccountKind,
    LiquiditySaving,
    PositionLimitKind,
    QueueThreshold,
    Release,
    SettlementMode,
    Tier,
)
from comity.arrangement import load_scheme

ARRANGEMENT, PARTICIPANTS, ACCOUNTS = "arrangement.toml", "participants.csv", "accounts.csv"
GOODS, SERVICES = "agreements/goods.toml", "agreements/services.toml"
EDUCATION, KG = "agreements/education.toml", "calendars/KG.toml"


def test_every_field_of_the_small_arrangement_is_read() -> None:
    scheme = load_scheme(SMALL)
    assert scheme.synthetic
    assert scheme.batch_payments_max == 20
    assert (scheme.business_day.opens, scheme.business_day.closes) == (time(7), time(18, 15))
    assert scheme.empty_lists_approved_by == ("Aigul Testova", "Boris Primerov")
    assert [member.agent for member in scheme.members] == ["CBKGKG20", "CBRURU20"]
    lesny = scheme.participants[0]
    assert (lesny.bic, lesny.tier) == ("LESNRU20", Tier.INDIRECT)
    assert lesny.name == "Lesnoy Bank, Novinsk (invented)"
    loro = next(each for each in scheme.accounts if each.limit_minor == 20_000_000)
    assert (loro.kind, loro.opening_balance_minor) == (AccountKind.LORO, 80_000_000)
    assert [each.limit_minor for each in scheme.accounts].count(None) == 2
    calendar = scheme.calendars[1]
    assert calendar.weekend == {5, 6}
    assert calendar.is_business_day(date(2026, 5, 30))
    education, goods, remittances, services = scheme.agreements
    assert education.conversion is not None
    assert education.conversion.jump_percent == Decimal(5)
    assert goods.limits[0].day_max_minor == 300_000_000
    assert remittances.settlement.mode is SettlementMode.BOTH
    assert services.cycles[1].settles == time(15, 30)


def test_liquidity_saving_is_read_where_it_is_agreed(small: Path) -> None:
    append(small, GOODS, "\n[liquidity_saving]\nmultilateral_every = 15\n")
    goods = load_scheme(small).agreements[1]
    assert goods.liquidity_saving == LiquiditySaving(0, 15)
    append(small, GOODS, "bilateral_depth = 10\n")
    assert load_scheme(small).agreements[1].liquidity_saving == LiquiditySaving(10, 15)
    append(small, GOODS, 'release = "bypass"\n')
    saving = load_scheme(small).agreements[1].liquidity_saving
    assert saving == LiquiditySaving(10, 15, Release.BYPASS)
    append(small, GOODS, "multilateral_on_entry = true\n")
    saving = load_scheme(small).agreements[1].liquidity_saving
    assert saving == LiquiditySaving(10, 15, Release.BYPASS, multilateral_on_entry=True)


def test_thresholds_are_read_in_each_currency(small: Path) -> None:
    append(small, GOODS, '\n[liquidity_saving.multilateral_threshold]\nRUB = "5.00"\nKGS = "1"\n')
    saving = LiquiditySaving(
        0,
        None,
        multilateral_threshold=(QueueThreshold("KGS", 100), QueueThreshold("RUB", 500)),
    )
    assert load_scheme(small).agreements[1].liquidity_saving == saving


@pytest.mark.parametrize(
    ("line", "field", "found"),
    [
        ("multilateral_every = 0", "liquidity_saving.multilateral_every", "0"),
        ("multilateral_every = 1441", "liquidity_saving.multilateral_every", "1441"),
        ("bilateral_depth = 101", "liquidity_saving.bilateral_depth", "101"),
        ("bilateral_depth = -1", "liquidity_saving.bilateral_depth", "-1"),
        ('release = "lifo"', "liquidity_saving.release", "'lifo'"),
        ("depth = 1", "liquidity_saving.depth", "an unknown field"),
        ("multilateral_on_entry = 1", "liquidity_saving.multilateral_on_entry", "1"),
        (
            'multilateral_threshold = { USD = "1" }',
            "liquidity_saving.multilateral_threshold.USD",
            "an unknown field",
        ),
        (
            'multilateral_threshold = { KGS = "0" }',
            "liquidity_saving.multilateral_threshold.KGS",
            "'0'",
        ),
        (
            'multilateral_on_entry = true\nmultilateral_threshold = { KGS = "1" }',
            "liquidity_saving.multilateral_threshold",
            "it with multilateral_on_entry",
        ),
    ],
)
def test_liquidity_saving_out_of_bounds_is_named(
    small: Path, line: str, field: str, found: str
) -> None:
    append(small, GOODS, f"\n[liquidity_saving]\n{line}\n")
    faults = faults_of(small)
    assert [(fault.field, fault.found) for fault in faults] == [(field, found)]


def with_columns(small: Path, names: str, *cells: str) -> None:
    """Add columns to `accounts.csv`; the first account gets the cells, the others zeros."""
    first, *rows = (small / ACCOUNTS).read_text(encoding="utf-8").splitlines()
    zeros = ",".join("0" for _ in cells)
    rows = [f"{row},{','.join(cells) if at == 0 else zeros}" for at, row in enumerate(rows)]
    text = "\n".join([f"{first},{names}", *rows]) + "\n"
    (small / ACCOUNTS).write_text(text, encoding="utf-8")


def test_reservations_are_read_where_their_columns_are(small: Path) -> None:
    with_columns(small, "reserved_urgent,reserved_high", "100.00", "20.50")
    reserved = {
        (a.reserved_urgent_minor, a.reserved_high_minor) for a in load_scheme(small).accounts
    }
    assert reserved == {(100_00, 20_50), (0, 0)}


def test_one_kind_of_reservation_may_stand_alone(small: Path) -> None:
    with_columns(small, "reserved_high", "20.50")
    reserved = {
        (a.reserved_urgent_minor, a.reserved_high_minor) for a in load_scheme(small).accounts
    }
    assert reserved == {(0, 20_50), (0, 0)}


@pytest.mark.parametrize("names", ["reserved_high,reserved_urgent", "reserved", "reserved_high,x"])
def test_other_columns_behind_those_of_accounts_are_refused(small: Path, names: str) -> None:
    with_columns(small, names, *("0" for _ in names.split(",")))
    (fault,) = faults_of(small)
    assert (fault.file, fault.line) == (ACCOUNTS, 1)
    assert fault.expected.endswith("behind it any of reserved_urgent,reserved_high, in this order")


@pytest.mark.parametrize("cell", ["-1.00", "1.001", "", "much"])
def test_what_is_no_amount_reserves_nothing(small: Path, cell: str) -> None:
    with_columns(small, "reserved_urgent", cell)
    (fault,) = faults_of(small)
    assert (fault.line, fault.field) == (2, "reserved_urgent")


def test_an_account_without_limit_reserves_nothing(small: Path) -> None:
    rows = (small / ACCOUNTS).read_text(encoding="utf-8").splitlines()
    text = "\n".join(
        f"{row},{'reserved_urgent' if at == 0 else '1.00' if 'unlimited' in row else '0'}"
        for at, row in enumerate(rows)
    )
    (small / ACCOUNTS).write_text(text, encoding="utf-8")
    faults = faults_of(small)
    assert {(fault.file, fault.field) for fault in faults} == {(ACCOUNTS, "reserved_urgent")}
    assert {fault.found for fault in faults} == {"an amount where limit = unlimited"}


def test_what_may_be_left_out_has_the_documented_value(small: Path) -> None:
    edit(small, ARRANGEMENT, "batch_payments_max = 20\n", "")
    edit(
        small,
        ARRANGEMENT,
        '[screening]\nempty_lists_approved_by = ["Aigul Testova", "Boris Primerov"]\n',
        "",
    )
    edit(small, GOODS, 'asset = "own_currencies"\ncredit_payee = "after_settlement"\n', "")
    edit(small, GOODS, "valid_until = 2026-12-31\n", "")
    scheme = load_scheme(small)
    assert scheme.batch_payments_max == 2_000
    assert scheme.empty_lists_approved_by == ()
    goods = scheme.agreements[1]
    original = load_scheme(SMALL).agreements[1]
    assert goods.settlement == original.settlement
    assert goods.valid_until is None


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "found"),
    [
        (GOODS, 'title = "', "title = ", 3, "Invalid value"),
        (GOODS, "version = 1", "version = 1\nversion = 2", 3, "Cannot overwrite a value"),
        (GOODS, "version = 1", f"version = {'9' * 5000}", 0, "Exceeds the limit"),
        (GOODS, "version = 1", f"version = {'[' * 5000}", 0, "values nested too deep"),
        (GOODS, "version = 1", f"version = {'[' * 40}{']' * 40}", 0, "values nested 33 deep"),
        (GOODS, "version = 1", "version = 2026-02-30", 2, "Invalid date"),
        (PARTICIPANTS, "bic,name", "name,bic", 1, "'name,bic,country,tier,status'"),
        (ACCOUNTS, ",limit\n", "\n", 1, "'participant,currency,kind,agent,opening_balance'"),
        (PARTICIPANTS, 'Novinsk (invented)"', "Novinsk", 5, "unexpected end of data"),
        (PARTICIPANTS, '"Lesnoy', '"Lesnoy" ', 5, "',' expected after"),
    ],
)
def test_a_file_that_cannot_be_parsed_is_refused_with_the_first_place(  # noqa: PLR0917 — one column a parameter
    small: Path, name: str, old: str, new: str, line: int, found: str
) -> None:
    edit(small, name, old, new)
    (fault,) = faults_of(small)
    assert (fault.file, fault.line) == (name, line)
    assert found in fault.found


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "field", "found"),
    [
        (ARRANGEMENT, "synthetic = true", "synthetic = 1", 2, "synthetic", "1"),
        (ARRANGEMENT, "synthetic = true\n", "", 1, "synthetic", "nothing"),
        (ARRANGEMENT, '"RUB"\nbatch', '"RUR"\nbatch', 3, "valuation_currency", "'RUR'"),
        (ARRANGEMENT, "max = 20", "max = 0", 4, "batch_payments_max", "0"),
        (ARRANGEMENT, "max = 20", "max = true", 4, "batch_payments_max", "true"),
        (ARRANGEMENT, "max = 20", "max = 20.0", 4, "batch_payments_max", "20.0"),
        (ARRANGEMENT, "max = 20", f"max = 0x{'f' * 9000}", 4, "batch_payments_max", "a very large integer"),
        (ARRANGEMENT, 'opens = "07:00"', 'opens = "7:00"', 8, "business_day.opens", "'7:00'"),
        (ARRANGEMENT, 'opens = "07:00"', "opens = 07:00:00", 8, "business_day.opens", "07:00:00"),
        (ARRANGEMENT, 'zone = "Asia/Bishkek"\nopens', 'zone = "../../etc"\nopens', 7, "business_day.time_zone", "'../../etc'"),
        (ARRANGEMENT, '"Boris Primerov"', '"Aigul Testova"', 12, "screening.empty_lists_approved_by[2]", "'Aigul Testova' again"),
        (ARRANGEMENT, '"Boris Primerov"', '" "', 12, "screening.empty_lists_approved_by[2]", "' '"),
        (ARRANGEMENT, "[screening]", "screening2 = 1\n[screening]", 11, "business_day.screening2", "an unknown field"),
        (ARRANGEMENT, '"CBRURU20"', '"cbruru20"', 25, "members[2].settlement_agent", "'cbruru20'"),
        (ARRANGEMENT, 'country = "RU"', 'country = "Russia"', 22, "members[2].country", "'Russia'"),
        (PARTICIPANTS, "RECHRU20", "RECHRU2", 4, "bic", "'RECHRU2'"),
        (PARTICIPANTS, "Too Bank (invented)", "", 2, "name", "nothing"),
        (PARTICIPANTS, "Too Bank (invented)", "T" * 141, 2, "name", f"'{'T' * 59}…"),
        (PARTICIPANTS, "RU,direct", "RU,Direct", 4, "tier", "'Direct'"),
        (PARTICIPANTS, "RU,indirect,active", "RU,indirect,open", 5, "status", "'open'"),
        (PARTICIPANTS, "RU,indirect,active", "RU,indirect", 5, "", "4 cells"),
        (PARTICIPANTS, "RU,indirect,active", "RU,indirect,active,", 5, "", "6 cells"),
        (ACCOUNTS, "5000000.00,0", "5000000.001,0", 2, "opening_balance", "'5000000.001'"),
        (ACCOUNTS, "5000000.00,0", "-5000000.00,0", 2, "opening_balance", "'-5000000.00'"),
        (ACCOUNTS, "5000000.00,0", "5 000 000,0", 2, "opening_balance", "'5 000 000'"),
        (ACCOUNTS, "5000000.00,0", "5000000.00,none", 2, "limit", "'none'"),
        (ACCOUNTS, "5000000.00,0", "5000000.00,", 2, "limit", "nothing"),
        (ACCOUNTS, "5000000.00,0", f"{'9' * 14}.00,0", 2, "opening_balance", f"'{'9' * 14}.00'"),
        (ACCOUNTS, "TOOBKG20,KGS,settlement", "TOOBKG20,KGS,nostro", 2, "kind", "'nostro'"),
        (KG, 'country = "KG"', 'country = "KZ"', 1, "country", "KZ"),
        (KG, 'source = "weekends, and invented days to test with"\n', "", 1, "source", "nothing"),
        (KG, '["saturday", "sunday"]', '["sat", "sunday"]', 6, "weekend[1]", "'sat'"),
        (KG, "date = 2026-05-27", "date = 2026-01-01", 13, "holidays[2].date", "2026-01-01 again"),
        (KG, "date = 2026-05-27", "date = 2027-05-27", 13, "holidays[2].date", "2027-05-27"),
        (KG, "covers_until = 2026-12-31", "covers_until = 2025-12-31", 5, "covers_until", "2025-12-31"),
        (KG, 'name = "Invented', 'name = ""\n[[working_days]]\ndate = 2026-01-01\nname = "Invented', 14, "holidays[2].name", "''"),
        (KG, "[[holidays]]\ndate = 2026-05-27", "[[working_days]]\ndate = 2026-01-01", 12, "working_days", "2026-01-01, also a holiday"),
        (KG, "covers_from = 2026-01-01", 'covers_from = "2026-01-01"', 4, "covers_from", "'2026-01-01'"),
        (KG, "covers_from = 2026-01-01", "covers_from = 2026-01-01T00:00:00", 4, "covers_from", "2026-01-01T00:00:00"),
        (KG, "covers_until = 2026-12-31", "covers_until = 2200-01-01", 5, "covers_until", "2200-01-01"),
        (GOODS, 'id = "goods"', 'id = "Goods 1"', 1, "id", "'Goods 1'"),
        (GOODS, "version = 1", "version = 0", 2, "version", "0"),
        (GOODS, '["KG", "RU"]', '["KG", "KG"]', 4, "parties[2]", "'KG' again"),
        (GOODS, '["KG", "RU"]', '"KG"', 4, "parties", "'KG'"),
        (GOODS, '["goods"]', '["goods",\n  "weapons"]', 8, "purposes[2]", "'weapons'"),
        (GOODS, '["goods"]', '["goods"]\ncodes = ["REMT"]', 8, "codes[1]", "'REMT'"),
        (GOODS, '["KGS", "RUB"]', '["KGS", "XXX"]', 8, "currencies[2]", "'XXX'"),
        (GOODS, '["KGS", "RUB"]', '["KGS", 643]', 8, "currencies[2]", "643"),
        (GOODS, 'mode = "gross"', 'mode = "net"', 11, "settlement.mode", "'net'"),
        (GOODS, "[settlement]", "[settlements]", 1, "settlement", "nothing"),
        (GOODS, "[cut_offs]", "[[cut_offs]]", 18, "cut_offs", "a list of 1"),
        (GOODS, "[[limits]]", "[limits]", 31, "limits", "a table"),
        (GOODS, '"1000000.00"', '"0.00"', 33, "limits[1].payment_max", "'0.00'"),
        (GOODS, '"1000000.00"', "1000000.00", 33, "limits[1].payment_max", "1000000.0"),
        (GOODS, '"3000000.00"', '"999999.99"', 34, "limits[1].day_max", "less than payment_max"),
        (GOODS, "valid_until = 2026-12-31", "valid_until = 2025-12-31", 6, "valid_until", "2025-12-31"),
        (GOODS, "[finality.KGS]", "[finality.KZT]", 23, "finality.KGS", "nothing"),
        (SERVICES, 'settles = "11:30"', 'settles = "11:00"', 22, "cycles[1].settles", "11:00"),
        (EDUCATION, '"NBKR"', '"FED"', 32, "conversion.fixing", "'FED'"),
        (EDUCATION, 'jump_percent = "5"', 'jump_percent = "51"', 35, "conversion.jump_percent", "51"),
        (EDUCATION, 'jump_percent = "5"', 'jump_percent = "0"', 35, "conversion.jump_percent", "0"),
        (EDUCATION, 'margin_percent = "1"', 'margin_percent = "101"', 36, "conversion.margin_percent", "101"),
        (EDUCATION, 'margin_percent = "1"', "margin_percent = 1", 36, "conversion.margin_percent", "1"),
        (EDUCATION, "day_offset = 0", "day_offset = 2", 41, "central_bank_settlement.day_offset", "2"),
        (EDUCATION, 'unit = "KGS"', 'unit = "KZT"', 43, "central_bank_settlement.clearing_unit", "KZT"),
        (EDUCATION, 'tier = "central_bank"', 'tier = "participant"', 31, "conversion", "a conversion at participant tier"),
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_named_with_its_line(  # noqa: PLR0917 — one column a parameter
    small: Path, name: str, old: str, new: str, line: int, field: str, found: str
) -> None:
    edit(small, name, old, new)
    first = next(fault for fault in faults_of(small) if fault.field == field)
    assert (first.file, first.line) == (name, line)
    assert first.found.startswith(found)
    assert first.expected


@pytest.mark.parametrize(
    ("name", "old", "new", "where", "line", "field"),
    [
        (ARRANGEMENT, 'closes = "18:15"', 'closes = "07:00"', ARRANGEMENT, 9, "business_day.closes"),
        (ARRANGEMENT, 'currency = "RUB"\nsettlement', 'currency = "KGS"\nsettlement', ARRANGEMENT, 24, "members[2].currency"),
        (PARTICIPANTS, "LESNRU20", "RECHRU20", PARTICIPANTS, 5, "bic"),
        (PARTICIPANTS, "invented),KG,indirect", "invented),KZ,indirect", PARTICIPANTS, 3, "country"),
        (ACCOUNTS, "LESNRU20,RUB,loro,RECHRU20", "LESNRU20,RUB,loro,NOWHRU20", ACCOUNTS, 8, "agent"),
        (ACCOUNTS, "TOOBKG20,KGS,settlement,CBKGKG20", "TOOBKG20,KGS,settlement,CBRURU20", ACCOUNTS, 2, "agent"),
        (ACCOUNTS, "SUUBKG20,RUB", "NOWHKG20,RUB", ACCOUNTS, 10, "participant"),
        (GOODS, '["KG", "RU"]', '["KG", "KZ"]', GOODS, 4, "parties"),
        (GOODS, 'customer = "16:00"', 'customer = "06:00"', GOODS, 20, "cut_offs.customer"),
        (GOODS, '["goods"]', '["services"]', SERVICES, 5, "valid_from"),
        (GOODS, 'id = "goods"', 'id = "services"', SERVICES, 2, "version"),
        (SERVICES, 'cut_off = "15:00"', 'cut_off = "14:00"', SERVICES, 17, "settlement.netting_pool"),
        (SERVICES, 'settles = "15:30"', 'settles = "18:15"', SERVICES, 26, "cycles[2].settles"),
        (EDUCATION, 'settles = "17:00"', 'settles = "18:30"', EDUCATION, 40, "central_bank_settlement.settles"),
    ],
)  # fmt: skip
def test_files_that_contradict_one_another_are_named_with_file_and_line(  # noqa: PLR0917 — one column a parameter
    small: Path, name: str, old: str, new: str, where: str, line: int, field: str
) -> None:
    edit(small, name, old, new)
    assert (where, line, field) in [
        (fault.file, fault.line, fault.field) for fault in faults_of(small)
    ]


def test_a_missing_calendar_is_named_at_the_member(small: Path) -> None:
    (small / KG).unlink()
    (fault,) = faults_of(small)
    assert (fault.file, fault.line, fault.field) == (ARRANGEMENT, 15, "members[1].country")
    assert fault.expected == "a file calendars/KG.toml"


def test_a_calendar_of_no_member_is_refused(small: Path) -> None:
    text = (small / KG).read_text().replace('"KG"', '"KZ"')
    (small / "calendars" / "KZ.toml").write_text(text)
    (fault,) = faults_of(small)
    assert (fault.file, fault.line, fault.field) == ("calendars/KZ.toml", 1, "country")


def test_a_limit_is_found_by_its_currency_though_files_number_limits(small: Path) -> None:
    append(small, GOODS, '\n[[limits]]\ncurrency = "KGS"\n')
    (fault,) = faults_of(small)
    assert (fault.file, fault.line, fault.field) == (GOODS, 36, "limits[2]")
    assert fault.found == "no limit"


def test_an_unknown_field_is_refused_with_those_that_are_known(small: Path) -> None:
    edit(small, GOODS, 'customer = "16:00"', 'customers = "16:00"')
    faults = faults_of(small)
    assert [(fault.line, fault.field, fault.found) for fault in faults] == [
        (18, "cut_offs.customer", "nothing"),
        (20, "cut_offs.customers", "an unknown field"),
    ]
    assert faults[1].expected == "only customer, interbank, time_zone"


def test_a_calendar_without_an_end_has_one_fault_and_not_one_a_holiday(small: Path) -> None:
    edit(small, KG, "covers_until = 2026-12-31\n", "")
    (fault,) = faults_of(small)
    assert (fault.field, fault.found) == ("covers_until", "nothing")


def test_a_missing_table_is_one_fault_and_not_one_a_field(small: Path) -> None:
    edit(
        small, GOODS, '[cut_offs]\ntime_zone = "Asia/Bishkek"\ncustomer = "16:00"\ninterbank = "17:00"', ""
    )  # fmt: skip
    (fault,) = faults_of(small)
    assert (fault.field, fault.found, fault.expected) == (
        "cut_offs", "nothing", "a table [cut_offs]",
    )  # fmt: skip


def test_a_credit_line_is_counted_in_the_clearing_unit(small: Path) -> None:
    edit(
        small, EDUCATION, 'asset = "own_currencies"', 'asset = "carried_balance"\ncredit_line = "1.5"'
    )  # fmt: skip
    assert load_scheme(small).agreements[0].settlement.credit_line_minor == 150
    edit(small, EDUCATION, 'clearing_unit = "KGS"\n', "")
    faults = faults_of(small)
    assert [fault.field for fault in faults] == [
        "settlement.credit_line",
        "central_bank_settlement.clearing_unit",
    ]


def test_faults_of_syntax_of_all_files_come_first_and_alone(small: Path) -> None:
    edit(small, GOODS, "[settlement]", "[settlement")
    edit(small, PARTICIPANTS, "bic,", "")
    (small / ACCOUNTS).unlink()
    edit(small, SERVICES, 'mode = "cycle"', 'mode = "net"')
    assert [(fault.file, fault.line) for fault in faults_of(small)] == [
        (ACCOUNTS, 0),
        (GOODS, 10),
        (PARTICIPANTS, 1),
    ]


def test_faults_of_fields_of_all_files_come_together_and_before_contradictions(
    small: Path,
) -> None:
    edit(small, SERVICES, 'mode = "cycle"', 'mode = "net"')
    edit(small, SERVICES, 'tier = "participant"', 'tier = "bank"')
    edit(small, GOODS, 'mode = "gross"', 'mode = "cycle"')
    edit(small, PARTICIPANTS, "TOOBKG20", "TOOB")
    edit(small, ACCOUNTS, "SUUBKG20,RUB", "NOWHKG20,RUB")
    assert [(fault.file, fault.line, fault.field) for fault in faults_of(small)] == [
        (GOODS, 1, "cycles"),
        (GOODS, 10, "settlement.netting_pool"),
        (SERVICES, 11, "settlement.mode"),
        (SERVICES, 12, "settlement.tier"),
        (PARTICIPANTS, 2, "bic"),
    ]


def test_a_bic_of_the_head_office_is_the_same_with_and_without_its_branch(small: Path) -> None:
    edit(small, PARTICIPANTS, "TOOBKG20", "TOOBKG20XXX")
    assert load_scheme(small) == load_scheme(SMALL)


def test_blank_lines_and_other_line_ends_are_no_fault(small: Path) -> None:
    for name in (PARTICIPANTS, GOODS):
        path = small / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n\r\n")
    assert load_scheme(small) == load_scheme(SMALL)
    edit(small, PARTICIPANTS, "RECHRU20", "RECHRU2")
    assert faults_of(small)[0].line == 4


LIMITS = "limits.csv"
HEADER = "kind,participant,currency,counterparty,amount\n"


def test_sender_limits_are_read_where_there_are_any(small: Path) -> None:
    banks = [each.participant for each in load_scheme(small).accounts if each.currency == "KGS"]
    rows = f"bilateral,{banks[0]},KGS,{banks[1]},5.00\nmultilateral,{banks[1]},KGS,,0\n"
    (small / LIMITS).write_text(HEADER + rows, encoding="utf-8")
    found = load_scheme(small).position_limits
    assert {(one.kind, one.participant, one.counterparty, one.limit_minor) for one in found} == {
        (PositionLimitKind.BILATERAL, banks[0], banks[1], 500),
        (PositionLimitKind.MULTILATERAL, banks[1], None, 0),
    }


@pytest.mark.parametrize(
    ("row", "field", "found"),
    [
        ("net_debit_cap,{0},KGS,,1,", "pool", "nothing"),
        ("net_debit_cap,{0},KGS,,1,nowhere", "pool", "nowhere"),
        ("net_debit_cap,{0},KGS,{1},1,main", "counterparty", "{1}"),
        ("multilateral,{0},KGS,,1,main", "pool", "main"),
    ],
)
def test_a_cap_names_a_netting_pool(small: Path, row: str, field: str, found: str) -> None:
    banks = [each.participant for each in load_scheme(small).accounts if each.currency == "KGS"]
    header = HEADER.replace("\n", ",pool\n")
    pools = {each.settlement.netting_pool for each in load_scheme(small).agreements} - {None}
    row = row.replace("main", str(min(pools, key=str)))
    (small / LIMITS).write_text(header + row.format(*banks) + "\n", encoding="utf-8")
    faults = [(one.file, one.field, one.found) for one in faults_of(small)]
    found = found.replace("main", str(min(pools, key=str)))
    assert faults == [(LIMITS, field, found.format(*banks))]


@pytest.mark.parametrize(
    ("row", "field", "found"),
    [
        ("corridor,{0},KGS,,1", "kind", "'corridor'"),
        ("multilateral,{0},KGS,,-1", "amount", "'-1'"),
        ("multilateral,{0},KGS,{1},1", "counterparty", "{1}"),
        ("bilateral,{0},KGS,,1", "counterparty", "nothing"),
        ("bilateral,{0},KGS,{0},1", "counterparty", "{0}"),
        ("bilateral,{0},KGS,ZZZZKG20,1", "counterparty", "ZZZZKG20"),
        ("multilateral,ZZZZKG20,KGS,,1", "participant", "ZZZZKG20"),
        ("multilateral,{0},KGS,,1\nmultilateral,{0},KGS,,2", "kind", "a second multilateral limit"),
    ],
)
def test_a_limit_that_limits_nobody_is_named(small: Path, row: str, field: str, found: str) -> None:
    banks = [each.participant for each in load_scheme(small).accounts if each.currency == "KGS"]
    (small / LIMITS).write_text(HEADER + row.format(*banks) + "\n", encoding="utf-8")
    faults = [(one.file, one.field, one.found) for one in faults_of(small)]
    assert faults == [(LIMITS, field, found.format(*banks))]
