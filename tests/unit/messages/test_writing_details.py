"""Lists of payments below an entry."""

from collections.abc import Iterator

import pytest

from comity.messages.writing import EntryDetail, ListedPayments
from comity.messages.writing.details import details_markup


def detail(number: int, **changes: object) -> EntryDetail:
    values: dict[str, object] = {
        "uetr": f"U{number}",
        "end_to_end_id": f"E{number}",
        "tx_id": f"T{number}",
        "message_id": "M",
        "amount_minor": 100 * number,
        "currency": "RUB",
        "debtor": "A & B",
        "creditor": "Нева  ООО",
        "credit": number % 2 == 0,
    }
    return EntryDetail(**{**values, **changes})  # type: ignore[arg-type]  # the test's own values


def test_a_payment_is_written_whole_escaped_and_in_order() -> None:
    assert details_markup([detail(1)], entry_credit=True) == (
        "<TxDtls><Refs><MsgId>M</MsgId><EndToEndId>E1</EndToEndId><UETR>U1</UETR><TxId>T1</TxId>"
        '</Refs><Amt Ccy="RUB">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>'
        "A &amp; B</Nm></Pty></Dbtr><Cdtr><Pty><Nm>Нева ООО</Nm></Pty></Cdtr></RltdPties></TxDtls>"
    )


@pytest.mark.parametrize(
    "field", ["uetr", "end_to_end_id", "tx_id", "message_id", "debtor", "creditor"]
)
def test_every_text_is_escaped(field: str) -> None:
    written = details_markup([detail(1, **{field: "<x>&\x00"})], entry_credit=True)

    assert "&lt;x&gt;&amp;?" in written


def test_what_is_absent_leaves_no_element_behind() -> None:
    bare = EntryDetail("", "", "", "", 1, "RUB")

    assert details_markup([bare], entry_credit=True) == (
        '<TxDtls><Amt Ccy="RUB">0.01</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>'
    )


def test_a_name_of_blanks_only_is_no_name() -> None:
    assert "Dbtr" not in details_markup([detail(1, debtor="  ")], entry_credit=True)


def test_a_list_is_written_once_and_as_its_payments_are() -> None:
    made = []

    def make(start: int, stop: int) -> Iterator[EntryDetail]:
        made.append((start, stop))
        return (detail(number) for number in range(start, stop))

    listed = ListedPayments(5, make)

    assert listed.markup() == details_markup(list(listed), entry_credit=True)
    assert listed.markup() == listed.markup()
    assert made == [(0, 5), (0, 5)]


def test_parts_of_a_list_are_together_the_list() -> None:
    listed = ListedPayments(5, lambda start, stop: map(detail, range(start, stop)))
    parts = [listed.part(start, start + 2) for start in (0, 2, 4)]

    assert [len(part) for part in parts] == [2, 2, 1]
    assert [one.uetr for part in parts for one in part] == [one.uetr for one in listed]
    assert [one.uetr for one in listed.part(1, 4).part(1, 9)] == ["U2", "U3"]
