"""Requests to cancel payments, from bytes to rows: which payment is meant, and what is refused."""

import pytest
from tests.unit.messages import instructions as made

from comity.messages.definitions import MESSAGE_ORDERS_MAX
from comity.messages.orders import split_order_text
from comity.payments.codes import Definition, OrderKind, Priority, QueuePlace
from comity.payments.reasons import Reason

OWN_HEADER = made.header(MsgDefIdr="<MsgDefIdr>camt.056.001.08</MsgDefIdr>")


def test_a_request_names_its_payment_by_the_keys_that_the_payment_has() -> None:
    sent = made.message(made.transaction(1), made.transaction(2))
    batch = made.read(sent, made.cancellation_request(made.cancellation(2)))
    (order,), payment = batch.orders, batch.payments[1]
    for name in ("reference_high", "reference_low", "uetr_high", "uetr_low", "value_date"):
        assert order[name] == payment[name], name
    assert order["amount_scaled"] == 150_025_000
    assert order["currency"] == payment["currency"]
    assert (order["kind"], order["definition"]) == (OrderKind.CANCEL, Definition.PACS_008)
    assert (order["message"], order["position"], order["priority"]) == (1, 0, -1)
    message = batch.messages[1]
    assert (message["definition"], message["payment_count"]) == (Definition.CAMT_056, 0)
    assert (message["sender"], message["fault"]) == (0, Reason.NONE)


def test_a_payment_without_tx_id_is_named_by_its_end_to_end_id() -> None:
    sent = made.message(made.transaction(PmtId=made.identification(1, tx_id="")))
    batch = made.read(sent, made.cancellation_request(made.cancellation(OrgnlTxId="")))
    assert batch.orders[0]["reference_low"] == batch.payments[0]["reference_low"]


def of_return(**parts: str) -> str:
    """Return a request to cancel the return of `payment_return(1)`, by who sent it."""
    group = made.original_group("MSG1").replace("pacs.008.001.08", "pacs.004.001.09")
    elements = {"OrgnlGrpInf": group, "OrgnlTxId": "<OrgnlTxId>RTR1</OrgnlTxId>", **parts}
    return made.cancellation(1, **elements)


RETURNING_HEADER = made.header(
    MsgDefIdr="<MsgDefIdr>camt.056.001.08</MsgDefIdr>",
    Fr=f"<Fr>{made.agent('FIId', made.PAYEE)}</Fr>",
)


def test_a_return_is_named_by_its_own_reference_and_its_originals_uetr() -> None:
    sent = made.message(made.payment_return(), definition="pacs.004.001.09")
    request = made.cancellation_request(of_return(), head=RETURNING_HEADER, assigner=made.PAYEE)
    batch = made.read(sent, request)
    (order,), (payment,) = batch.orders, batch.payments
    for name in ("reference_high", "reference_low", "uetr_high", "uetr_low", "value_date"):
        assert order[name] == payment[name], name
    assert order["amount_scaled"] == 150_025_000
    assert order["definition"] == payment["definition"] == Definition.PACS_004
    said = split_order_text(batch.text_of(order))
    assert (said["original_definition_id"], said["tx_id"]) == ("pacs.004.001.09", "RTR1")


def test_a_whole_message_of_returns_is_named_by_its_key() -> None:
    sent = made.message(made.payment_return(), definition="pacs.004.001.09")
    whole = made.cancel_message().replace("pacs.008.001.08", "pacs.004.001.09")
    request = made.cancellation_request(whole, head=RETURNING_HEADER, assigner=made.PAYEE)
    batch = made.read(sent, request)
    assert batch.orders[0]["reference_high"] == batch.messages[0]["key_high"]
    assert batch.orders[0]["definition"] == Definition.PACS_004


def test_a_whole_message_is_named_by_its_key() -> None:
    head = made.header(BizMsgIdr="<BizMsgIdr>MSG1</BizMsgIdr>")
    sent = made.message(made.transaction(), wrapper=[head])
    batch = made.read(sent, made.cancellation_request(made.cancel_message()))
    assert batch.orders[0]["reference_high"] == batch.messages[0]["key_high"]
    assert batch.orders[0]["kind"] == OrderKind.CANCEL_MESSAGE


def test_what_is_not_said_is_marked_so() -> None:
    silent = made.cancellation(OrgnlUETR="", OrgnlIntrBkSttlmAmt="", OrgnlIntrBkSttlmDt="")
    (order,) = made.read(made.cancellation_request(silent)).orders
    unsaid = [order[name] for name in ("uetr_high", "uetr_low", "value_date", "currency")]
    assert unsaid == [0, 0, 0, 0]
    assert (order["amount_scaled"], order["instructed"]) == (-1, -1)


def test_a_request_keeps_what_its_answer_says() -> None:
    case = f"<Case><Id>CASE-9</Id><Cretr>{made.agent('Agt', made.PAYER + 'XXX')}</Cretr></Case>"
    reason = "<CxlRsnInf><Rsn><Prtry>OWN &amp; 1</Prtry></Rsn><AddtlInf>x</AddtlInf></CxlRsnInf>"
    batch = made.read(made.cancellation_request(made.cancellation(Case=case, CxlRsnInf=reason)))
    assert split_order_text(batch.text_of(batch.orders[0])) == {
        "message_id": "CXL1",
        "order_id": "C-1",
        "case_id": "CASE-9",
        "case_creator": made.PAYER,
        "original_message_id": "MSG1",
        "original_definition_id": "pacs.008.001.08",
        "instruction_id": "",
        "end_to_end_id": "E2E1",
        "tx_id": "TX1",
        "uetr": made.uetr(1),
        "reason_code": "",
        "reason_own": "OWN & 1",
        "information": "x",
    }


REFUSED = {
    "no header": (made.cancellation_request(head=""), Reason.HEADER_MISMATCH, "no AppHdr"),
    "a header for another message": (
        made.cancellation_request(head=made.header()),
        Reason.HEADER_MISMATCH,
        "MsgDefIdr: found 'pacs.008.001.08'",
    ),
    "another bank assigns it": (
        made.cancellation_request(assigner="BBBBKG20"),
        Reason.HEADER_MISMATCH,
        "Assgnr: found BBBBKG20, expected AAAARU20",
    ),
    "no reference": (
        made.cancellation_request(made.cancellation(OrgnlEndToEndId="", OrgnlTxId="")),
        Reason.SCHEMA_INVALID,
        "OrgnlUETR",
    ),
    "an amount without end": (
        made.cancellation_request(
            made.cancellation(
                OrgnlIntrBkSttlmAmt='<OrgnlIntrBkSttlmAmt Ccy="RUB">12345678901234'
                "</OrgnlIntrBkSttlmAmt>"
            )
        ),
        Reason.SCHEMA_INVALID,
        "OrgnlIntrBkSttlmAmt",
    ),
    "a direct debit": (
        made.cancellation_request(
            made.cancellation(
                OrgnlGrpInf=made.original_group("MSG1").replace(
                    "pacs.008.001.08", "pacs.003.001.08"
                )
            )
        ),
        Reason.SCHEMA_INVALID,
        "OrgnlMsgNmId",
    ),
    "a whole message beside one of its payments": (
        made.cancellation_request(made.cancel_message(), made.cancellation()),
        Reason.SCHEMA_INVALID,
        "TxInf",
    ),
    "too many requests": (
        made.cancellation_request(*[made.cancellation()] * (MESSAGE_ORDERS_MAX + 1)),
        Reason.MESSAGE_TOO_LARGE,
        f"found {MESSAGE_ORDERS_MAX + 1} orders",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_follow_the_guideline_is_refused_whole(what: str) -> None:
    data, reason, words = REFUSED[what]
    batch = made.read(data)
    assert batch.messages[0]["fault"] == reason
    assert not len(batch.orders)
    assert words in batch.text_of(batch.messages[0])
    assert batch.messages[0]["key_low"] == 0, "the corrected message may bear the same identifier"


def test_as_many_requests_as_are_allowed_are_read() -> None:
    requests = [made.cancellation(number) for number in range(MESSAGE_ORDERS_MAX)]
    batch = made.read(made.cancellation_request(*requests))
    assert batch.orders["position"].tolist() == list(range(MESSAGE_ORDERS_MAX))


def test_a_modification_names_its_payment_by_uetr_banks_amount_and_date() -> None:
    batch = made.read(made.message(), made.modification_request())
    (order,), (payment,) = batch.orders, batch.payments
    for name in ("uetr_high", "uetr_low", "value_date", "instructed"):
        assert order[name] == payment[name], name
    assert (order["kind"], order["amount_scaled"]) == (OrderKind.MODIFY, 150_025_000)
    assert (order["priority"], order["place"]) == (Priority.HIGH, QueuePlace.UNCHANGED)
    assert (order["from_us"], order["reject_us"], order["definition"]) == (0, 0, -1)
    assert batch.messages[1]["definition"] == Definition.CAMT_007
    said = split_order_text(batch.text_of(order))
    assert (said["message_id"], said["uetr"]) == ("MOD1", made.uetr(1))


TEN, ELEVEN = "2026-05-25T10:00:00Z", "2026-05-25T17:00:00+06:00"
TEN_US = 1_779_703_200_000_000
NEW = {
    "<Prty><Prtry>FRST</Prtry></Prty>": (-1, QueuePlace.FRONT, 0, 0),
    "<Prty><Prtry>LAST</Prtry></Prty>": (-1, QueuePlace.END, 0, 0),
    f"<PrcgVldtyTm><FrDtTm>{TEN}</FrDtTm></PrcgVldtyTm>": (-1, 0, TEN_US, 0),
    f"<PrcgVldtyTm><ToDtTm>{ELEVEN}</ToDtTm></PrcgVldtyTm>": (-1, 0, 0, TEN_US + 3_600_000_000),
    "<Prty><Cd>URGT</Cd></Prty><PrcgVldtyTm><DtTmRg>"
    f"<FrDtTm>{TEN}</FrDtTm><ToDtTm>{ELEVEN}</ToDtTm></DtTmRg></PrcgVldtyTm>": (
        Priority.URGENT,
        0,
        TEN_US,
        TEN_US + 3_600_000_000,
    ),
}


@pytest.mark.parametrize("new", NEW)
def test_a_modification_says_what_is_new(new: str) -> None:
    (order,) = made.read(made.modification_request(made.modification(1, new))).orders
    names = ("priority", "place", "from_us", "reject_us")
    assert tuple(int(order[name]) for name in names) == NEW[new]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (made.modification_request(made.modification(1, "")), Reason.SCHEMA_INVALID),
        (
            made.modification_request(made.modification(1, "<Prty><Cd>LOWW</Cd></Prty>")),
            Reason.SCHEMA_INVALID,
        ),
        (
            made.modification_request(
                made.modification(
                    1, "<PrcgVldtyTm><FrDtTm>2026-05-25T10:00:00</FrDtTm></PrcgVldtyTm>"
                )
            ),
            Reason.SCHEMA_INVALID,
        ),
        (
            made.modification_request(
                made.modification(1, InstgAgt=made.agent("InstgAgt", made.PAYEE))
            ),
            Reason.HEADER_MISMATCH,
        ),
        (
            made.modification_request(*[made.modification()] * (MESSAGE_ORDERS_MAX + 1)),
            Reason.MESSAGE_TOO_LARGE,
        ),
    ],
    ids=["nothing new", "a priority that there is not", "no offset", "another bank", "too many"],
)
def test_a_modification_that_does_not_follow_the_guideline_is_refused(
    data: bytes, reason: Reason
) -> None:
    assert made.read(data).messages[0]["fault"] == reason
