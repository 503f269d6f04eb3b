"""Orders and returns for the small day: what banks ask of payments that its messages hold.

Of every ten messages one is asked to be withdrawn, one gets another class, one is returned in
part, and of one a return is sent for the next day and withdrawn again; each time it is the first
payment of the message.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.unit.messages import instructions as made

TOMORROW = "2026-05-26"
SHORTLY = timedelta(seconds=30)
AFTER_THE_CYCLES = datetime.fromisoformat("2026-05-25T15:45:00+06:00")
EVERY = 10


@dataclass(frozen=True, slots=True)
class Meant:
    """The first payment of a message, by what an order or a return says of it."""

    message_id: str
    definition: str
    at: datetime
    payer: str
    payee: str
    end_to_end_id: str
    tx_id: str
    uetr: str
    amount: str
    currency: str


def add_orders(folder: Path) -> None:
    """Write orders and returns beside the day's payments."""
    (day,) = (folder / "payments").iterdir()
    regular = sorted(path for path in day.iterdir() if re.fullmatch(r".*-\d{6}\.xml", path.name))
    for number, path in enumerate(regular):
        found = read_first(path.read_text(encoding="utf-8"))
        if found is None:
            continue
        for kind, data in enumerate(asked_of(number, found)):
            (day / f"order-{number:06d}-{kind}.xml").write_bytes(data)


def read_first(text: str) -> Meant | None:
    """Return the first payment of a message, None where it has none of the usual form."""
    banks = [
        re.search(f"<{name}><FinInstnId><BICFI>([^<]+)<", text) for name in ("InstgAgt", "InstdAgt")
    ]
    names = ("MsgId", "MsgDefIdr", "CreDt", "EndToEndId", "TxId", "UETR")
    texts = [re.search(f"<{name}>([^<]+)<", text) for name in names]
    amount = re.search('<IntrBkSttlmAmt Ccy="([A-Z]{3})">([^<]+)<', text)
    found = [one[1] for one in (*texts, *banks) if one is not None]
    if amount is None or len(found) < len(names) + len(banks):
        return None
    message_id, definition, at, end_to_end_id, tx_id, uetr, payer, payee = found
    return Meant(
        message_id,
        definition,
        datetime.fromisoformat(at),
        payer,
        payee,
        end_to_end_id,
        tx_id,
        uetr,
        amount[2],
        amount[1],
    )


def asked_of(number: int, one: Meant) -> list[bytes]:
    """Return the messages that the number of a message brings with it."""
    soon, later = one.at + SHORTLY, max(one.at + SHORTLY, AFTER_THE_CYCLES)
    match number % EVERY:
        case 1:
            return [cancellation(number, one, soon)]
        case 2:
            return [modification(number, one, soon)]
        case 3:
            return [payment_return(number, one, later, "2026-05-25")]
        case 4:
            return [
                payment_return(number, one, later, TOMORROW),
                cancellation_of_return(number, one, later + SHORTLY),
            ]
        case _:
            return []


def header(number: int, definition: str, sender: str, at: datetime, kind: str) -> str:
    """Return a header of a sender; `kind` makes identifiers of one number differ."""
    return made.header(
        Fr=f"<Fr>{made.agent('FIId', sender)}</Fr>",
        BizMsgIdr=f"<BizMsgIdr>{kind}-{number:06d}</BizMsgIdr>",
        MsgDefIdr=f"<MsgDefIdr>{definition}</MsgDefIdr>",
        CreDt=f"<CreDt>{at.isoformat()}</CreDt>",
    )


def cancellation(number: int, one: Meant, at: datetime) -> bytes:
    """Return a request to cancel a payment."""
    request = made.cancellation(
        number,
        OrgnlGrpInf=group(one.message_id, one.definition),
        OrgnlEndToEndId=f"<OrgnlEndToEndId>{one.end_to_end_id}</OrgnlEndToEndId>",
        OrgnlTxId=f"<OrgnlTxId>{one.tx_id}</OrgnlTxId>",
        OrgnlUETR=f"<OrgnlUETR>{one.uetr}</OrgnlUETR>",
        OrgnlIntrBkSttlmAmt="",
        OrgnlIntrBkSttlmDt="",
    )
    head = header(number, "camt.056.001.08", one.payer, at, "CXL")
    return made.cancellation_request(request, head=head, assigner=one.payer)


def cancellation_of_return(number: int, one: Meant, at: datetime) -> bytes:
    """Return a request to cancel the return that `payment_return` makes."""
    request = made.cancellation(
        number,
        OrgnlGrpInf=group(f"RTR-{number:06d}", "pacs.004.001.09"),
        OrgnlEndToEndId="",
        OrgnlTxId=f"<OrgnlTxId>RTR{number}</OrgnlTxId>",
        OrgnlUETR=f"<OrgnlUETR>{one.uetr}</OrgnlUETR>",
        OrgnlIntrBkSttlmAmt="",
        OrgnlIntrBkSttlmDt="",
    )
    head = header(number, "camt.056.001.08", one.payee, at, "CXL")
    return made.cancellation_request(request, head=head, assigner=one.payee)


def modification(number: int, one: Meant, at: datetime) -> bytes:
    """Return a request to give a payment another class."""
    request = made.modification(
        number,
        "<Prty><Cd>HIGH</Cd></Prty>",
        UETR=f"<UETR>{one.uetr}</UETR>",
        IntrBkSttlmAmt=f"<IntrBkSttlmAmt>{one.amount}</IntrBkSttlmAmt>",
        InstgAgt=made.agent("InstgAgt", one.payer),
        InstdAgt=made.agent("InstdAgt", one.payee),
    )
    head = header(number, "camt.007.001.08", one.payer, at, "MOD")
    return made.modification_request(request, head=head)


def payment_return(number: int, one: Meant, at: datetime, value_date: str) -> bytes:
    """Return a return of one unit of a payment, which quotes its amount and date."""
    back = made.payment_return(
        number,
        OrgnlGrpInf=group(one.message_id, one.definition),
        OrgnlEndToEndId=f"<OrgnlEndToEndId>{one.end_to_end_id}</OrgnlEndToEndId>",
        OrgnlTxId=f"<OrgnlTxId>{one.tx_id}</OrgnlTxId>",
        OrgnlUETR=f"<OrgnlUETR>{one.uetr}</OrgnlUETR>",
        OrgnlIntrBkSttlmAmt=f'<OrgnlIntrBkSttlmAmt Ccy="{one.currency}">{one.amount}'
        "</OrgnlIntrBkSttlmAmt>",
        OrgnlIntrBkSttlmDt="<OrgnlIntrBkSttlmDt>2026-05-25</OrgnlIntrBkSttlmDt>",
        RtrdIntrBkSttlmAmt=f'<RtrdIntrBkSttlmAmt Ccy="{one.currency}">1.00</RtrdIntrBkSttlmAmt>',
        IntrBkSttlmDt=f"<IntrBkSttlmDt>{value_date}</IntrBkSttlmDt>",
        InstgAgt=made.agent("InstgAgt", one.payee),
        InstdAgt=made.agent("InstdAgt", one.payer),
    )
    head = header(number, "pacs.004.001.09", one.payee, at, "RTR")
    about = made.group_header(
        1,
        MsgId=f"<MsgId>RTR-{number:06d}</MsgId>",
        CreDtTm=f"<CreDtTm>{at.isoformat()}</CreDtTm>",
    )
    return made.message(back, wrapper=[head], group=about, definition="pacs.004.001.09")


def group(message_id: str, definition: str) -> str:
    """Return the message and the definition that an order or a return names."""
    return made.original_group(message_id).replace("pacs.008.001.08", definition)
