import pytest
from tests.unit.messages import instructions as made

from comity.messages.catalogue import split_canonical
from comity.messages.counter_terms import trade_key
from comity.payments.commands import CommandBatch
from comity.payments.reasons import Reason


def leg(line: str, **parts: str) -> str:
    """Return a bank's transfer of 900.00 KGS that says what it wants in return."""
    instruction = f"<InstrForNxtAgt><InstrInf>{line}</InstrInf></InstrForNxtAgt>"
    return made.bank_transaction(**{**parts, "Purp": instruction + parts.get("Purp", "")})


def read(line: str, **parts: str) -> CommandBatch:
    return made.read(made.message(leg(line, **parts), definition="pacs.009.001.08"))


def test_a_leg_says_what_it_wants_in_return() -> None:
    batch = read("/PVP/FX-17.5/RUB1000.5")
    row = batch.payments[0]
    assert (row["counter_currency"], row["counter_minor"]) == (643, 1_000_50)
    assert row["trade"] == trade_key("FX-17.5") != trade_key("FX-17")
    assert row["fault"] == Reason.NONE


def test_the_terms_go_on_with_the_payment() -> None:
    batch = read("/PVP/FX-17.5/RUB1000.5")
    leaves = {code: text for code, text, _ in split_canonical(batch.text_of(batch.payments[0]))}
    assert leaves["nn"] == "/PVP/FX-17.5/RUB1000.5"


def test_a_payment_by_itself_wants_nothing() -> None:
    row = made.read(made.message(made.bank_transaction(), definition="pacs.009.001.08")).payments[0]
    assert (row["counter_currency"], row["counter_minor"], row["trade"]) == (0, 0, 0)


@pytest.mark.parametrize(
    "line",
    [
        "/PVP/A/RUB0.00",
        "/PVP/A/RUB1.001",  # more decimals than the currency has
        "/PVP/A/JPY0.5",
        "/PVP/A/ZZZ1",
        "/PVP/A/KGS1",  # what the leg itself pays in
        "/PVP/A/RUB10000000000000",
    ],
)
def test_what_cannot_be_wanted_in_return_is_answered_for_itself(line: str) -> None:
    row = read(line).payments[0]
    assert row["fault"] == Reason.COUNTER_INVALID
    assert row["counter_minor"] == 0


def test_a_more_fundamental_fault_comes_first() -> None:
    amount = '<IntrBkSttlmAmt Ccy="KGS">0.00</IntrBkSttlmAmt>'
    assert read("/PVP/A/RUB0", IntrBkSttlmAmt=amount).payments["fault"] == Reason.AMOUNT_ZERO


@pytest.mark.parametrize(
    "line",
    [
        "anything else",
        "/PVP/A/RUB",
        "/PVP/A/RUB01",
        "/PVP/A/RUB-1",
        "/PVP/A/rub1",
        "/PVP//RUB1",
        f"/PVP/{'A' * 36}/RUB1",
        "/PVP/A B/RUB1",
        "/PVP/A/RUB1 ",
    ],
)
def test_terms_of_another_form_are_refused_with_the_message(line: str) -> None:
    batch = read(line)
    assert len(batch.payments) == 0
    assert batch.messages["fault"][0] == Reason.SCHEMA_INVALID
    assert "InstrInf" in batch.text_of(batch.messages[0])


def test_what_covers_a_customer_transfer_is_no_leg() -> None:
    batch = read("/PVP/A/RUB1", UndrlygCstmrCdtTrf=made.underlying())
    assert batch.messages["fault"][0] == Reason.SCHEMA_INVALID


def test_an_instruction_in_a_customer_transfer_means_nothing_here() -> None:
    line = "<InstrForNxtAgt><InstrInf>/PVP/A/KGS1</InstrInf></InstrForNxtAgt>"
    row = made.read(made.message(made.transaction(Purp=line))).payments[0]
    assert (row["counter_currency"], row["trade"], row["fault"]) == (0, 0, Reason.NONE)
