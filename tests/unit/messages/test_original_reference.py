"""What a return says of its original, in the columns of its row."""

import numpy as np
import pytest
from tests.unit.messages import instructions as made

from comity.messages.original_reference import NOT_STATED, read_original
from comity.payments.codes import Definition, Priority
from comity.payments.purposes import pack_purpose
from comity.payments.reasons import Reason

PACS_004 = "pacs.004.001.09"
ORIGINAL = ("counter_minor", "trade")
REFERENCE = ("reference_high", "reference_low")


def row_of(*returns: str, **keywords: str) -> np.void:
    batch = made.read(made.message(*returns, definition=PACS_004, **keywords))
    assert batch.messages["fault"][0] == Reason.NONE, batch.text_of(batch.messages[0])
    return batch.payments[0]  # type: ignore[no-any-return]


def words(row: np.void, names: tuple[str, str]) -> list[int]:
    return [int(row[name]) % 2**64 for name in names]


def test_a_return_goes_back_between_the_two_banks_under_its_originals_uetr() -> None:
    row = row_of(made.payment_return())
    original = made.read(made.message(made.transaction())).payments[0]
    assert row["definition"] == Definition.PACS_004
    assert (row["debtor_agent"], row["creditor_agent"]) == (1, 0)
    assert (row["instructing"], row["instructed"]) == (1, 0)
    assert row["amount_minor"] == 1500_25
    assert row["purpose"] == pack_purpose("AC04")
    assert (row["uetr_high"], row["uetr_low"]) == (original["uetr_high"], original["uetr_low"])
    assert row["debtor_currency"] == row["currency"] == original["currency"]
    assert words(row, REFERENCE) != words(original, REFERENCE)


def test_what_it_says_of_the_original_is_the_reference_of_the_original() -> None:
    original = made.read(made.message(made.transaction())).payments[0]
    assert words(row_of(made.payment_return()), ORIGINAL) == words(original, REFERENCE)


def test_without_a_transaction_reference_the_end_to_end_reference_counts() -> None:
    sent = made.transaction(1, PmtId=made.identification(1, tx_id=""))
    original = made.read(made.message(sent)).payments[0]
    row = row_of(made.payment_return(1, OrgnlTxId=""))
    assert words(row, ORIGINAL) == words(original, REFERENCE)


def test_without_the_original_message_only_the_uetr_is_held_against_it() -> None:
    assert words(row_of(made.payment_return(1, OrgnlGrpInf="")), ORIGINAL) == [0, 0]


@pytest.mark.parametrize(
    ("message_id", "is_stated"),
    [
        (b"R0000012-P0003-pacs008RUB-0001", False),
        (b"R0000012-P0003-pacs009cKGS-0012", False),
        (b"R0000012-P0003-pacs002-0001", True),
        (b"MSG1", True),
        (b"", False),
    ],
)
def test_the_message_it_was_forwarded_in_stands_in_no_row(
    message_id: bytes, *, is_stated: bool
) -> None:
    assert (read_original(b"AAAARU20", message_id, b"TX1") != NOT_STATED) is is_stated


def quoted(number: int = 1, **parts: str) -> str:
    """Return a return that says what its original's amount and date were; `parts` replaces."""
    said = {
        "OrgnlIntrBkSttlmAmt": '<OrgnlIntrBkSttlmAmt Ccy="RUB">1500.25</OrgnlIntrBkSttlmAmt>',
        "OrgnlIntrBkSttlmDt": "<OrgnlIntrBkSttlmDt>2026-05-25</OrgnlIntrBkSttlmDt>",
    }
    return made.payment_return(number, **{**said, **parts})


def test_what_it_says_of_the_originals_amount_and_date_has_a_row_of_its_own() -> None:
    original = made.read(made.message(made.transaction())).payments[0]
    silent, loud = made.payment_return(1), quoted(2)
    plain = made.message(made.transaction(7), made.transaction(8))
    batch = made.read(plain, made.message(silent, loud, silent, loud, definition=PACS_004))
    assert batch.quoted["payment"].tolist() == [3, 5]
    for name in ("amount_minor", "value_date", "currency"):
        assert (batch.quoted[name] == original[name]).all(), name


@pytest.mark.parametrize(
    ("amount", "minor", "number"),
    [
        ('Ccy="RUB">1500.25000', 1500_25, 643),
        ('Ccy="RUB">1500.251', -1, 643),
        ('Ccy="RUB">0.00', -1, 643),
        ('Ccy="RUB">9999999999999.99', 999_999_999_999_999, 643),
        ('Ccy="RUB">10000000000000', -1, 643),
        ('Ccy="JPY">7.0', 7, 392),
        ('Ccy="ZZZ">1500.25', -1, 0),
    ],
)
def test_an_amount_that_no_payment_has_is_told_from_none(
    amount: str, minor: int, number: int
) -> None:
    element = f"<OrgnlIntrBkSttlmAmt {amount}</OrgnlIntrBkSttlmAmt>"
    parts = {"OrgnlIntrBkSttlmAmt": element, "OrgnlIntrBkSttlmDt": ""}
    (row,) = made.read(made.message(quoted(1, **parts), definition=PACS_004)).quoted
    assert (row["amount_minor"], row["currency"], row["value_date"]) == (minor, number, 0)


@pytest.mark.parametrize(
    ("day", "days"), [("1970-01-01", -1), ("0001-01-01", -1), ("1970-01-02", 1)]
)
def test_a_date_that_no_payment_has_is_told_from_none(day: str, days: int) -> None:
    element = f"<OrgnlIntrBkSttlmDt>{day}</OrgnlIntrBkSttlmDt>"
    parts = {"OrgnlIntrBkSttlmAmt": "", "OrgnlIntrBkSttlmDt": element}
    (row,) = made.read(made.message(quoted(1, **parts), definition=PACS_004)).quoted
    assert (row["amount_minor"], row["value_date"], row["currency"]) == (0, days, 0)


def narrated(words: str, number: int = 1) -> str:
    reason = f"<RtrRsnInf><Rsn><Cd>NARR</Cd></Rsn>{words}</RtrRsnInf>"
    return made.payment_return(number, RtrRsnInf=reason)


TOLD = "<AddtlInf>agreed by telephone</AddtlInf>"


@pytest.mark.parametrize("words", [TOLD, f"<AddtlInf> </AddtlInf>{TOLD}", TOLD * 2])
def test_a_reason_that_is_told_in_words_is_taken_with_them(words: str) -> None:
    assert row_of(narrated(words))["purpose"] == pack_purpose("NARR")


@pytest.mark.parametrize("words", ["", "<AddtlInf> </AddtlInf>", "<AddtlInf>\u2003</AddtlInf>"])
@pytest.mark.parametrize("before", [0, 1, 150])
def test_a_reason_that_is_told_in_words_without_any_is_refused(words: str, before: int) -> None:
    every = [narrated(TOLD if words else "", number) for number in range(before)]
    if not words:
        every = [made.payment_return(number) for number in range(before)]
    data = made.message(*every, narrated(words, 999), definition=PACS_004)
    batch = made.read(data)
    assert batch.messages["fault"][0] == Reason.SCHEMA_INVALID
    expected = f"transaction {before + 1}: AddtlInf: found no words beside the reason NARR"
    assert expected in batch.text_of(batch.messages[0])
    assert not len(batch.payments)


def test_another_reason_needs_no_words() -> None:
    reason = "<RtrRsnInf><Rsn><Cd>MS03</Cd></Rsn></RtrRsnInf>"
    assert row_of(made.payment_return(1, RtrRsnInf=reason))["purpose"] == pack_purpose("MS03")


def test_the_chain_names_the_banks_where_it_names_any() -> None:
    agents = made.agent("DbtrAgt", "CCCCKG20") + made.agent("CdtrAgt", "DDDDRU20ABC")
    row = row_of(made.payment_return(1, RtrChain=made.return_chain(agents)))
    assert (row["debtor_agent"], row["creditor_agent"]) == (2, 3)
    assert (row["instructing"], row["instructed"]) == (1, 0)


def test_urgency_and_reason_are_read() -> None:
    reason = "<RtrRsnInf><Rsn><Cd>FOCR</Cd></Rsn><AddtlInf>as asked</AddtlInf></RtrRsnInf>"
    urgent = "<SttlmPrty>URGT</SttlmPrty>"
    row = row_of(made.payment_return(1, RtrRsnInf=reason, SttlmPrty=urgent))
    assert row["priority"] == Priority.URGENT
    assert row["purpose"] == pack_purpose("FOCR")


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ({"RtrId": ""}, "RtrId"),
        ({"OrgnlUETR": ""}, "OrgnlUETR"),
        ({"RtrRsnInf": ""}, "RtrRsnInf"),
        ({"RtrRsnInf": "<RtrRsnInf><Rsn><Prtry>own</Prtry></Rsn></RtrRsnInf>"}, "Prtry"),
        ({"OrgnlGrpInf": made.original_group("M").replace("008", "003")}, "OrgnlMsgNmId"),
    ],
)
def test_a_return_that_does_not_follow_the_guideline_is_refused_whole(
    parts: dict[str, str], word: str
) -> None:
    batch = made.read(made.message(made.payment_return(1, **parts), definition=PACS_004))
    assert batch.messages["fault"][0] == Reason.SCHEMA_INVALID
    assert word in batch.text_of(batch.messages[0])


def test_the_total_of_returns_is_held_against_their_sum() -> None:
    total = '<TtlRtrdIntrBkSttlmAmt Ccy="RUB">1500.24</TtlRtrdIntrBkSttlmAmt>'
    group = made.group_header(1).replace("<SttlmInf>", f"{total}<SttlmInf>")
    assert row_of(made.payment_return(), group=group)["fault"] == Reason.SUM_MISMATCH


def test_many_returns_are_read_as_one_by_one() -> None:
    many = [made.payment_return(number) for number in range(1, 12)]
    fast = made.read(made.message(*many, definition=PACS_004))
    slow = made.read(made.message(*many, definition=PACS_004) + b"<!-- -->")
    assert fast.payments.tobytes() == slow.payments.tobytes()
    assert len(fast.payments) == 11
