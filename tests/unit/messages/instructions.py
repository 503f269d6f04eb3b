"""Messages that banks send, written for the tests: one place says what a valid one looks like."""

from collections.abc import Mapping, Sequence

from comity.messages.batch import BatchBuilder
from comity.messages.definitions import READ
from comity.messages.reading import MessageReader
from comity.payments.commands import CommandBatch

DIRECTORY: Mapping[str, int] = {"AAAARU20": 0, "BBBBKG20": 1, "CCCCKG20XXX": 2, "DDDDRU20ABC": 3}
PAYER, PAYEE = "AAAARU20", "BBBBKG20"

DEBTOR = (
    "<Nm>ООО &quot;Северный путь&quot;</Nm><PstlAdr><StrtNm>Ленина</StrtNm><TwnNm>Москва</TwnNm>"
    "<Ctry>RU</Ctry></PstlAdr><Id><OrgId><Othr><Id>7700000001</Id><SchmeNm><Cd>TXID</Cd></SchmeNm>"
    "</Othr></OrgId></Id>"
)
CREDITOR = "<Nm>ОсОО Ала-Тоо</Nm><PstlAdr><TwnNm>Бишкек</TwnNm><Ctry>KG</Ctry></PstlAdr>"


def uetr(number: int) -> str:
    """Return a UETR that differs for every number."""
    return f"0aa00000-1111-4222-8333-{number:012x}"


def agent(name: str, bic: str) -> str:
    """Return a bank by BIC."""
    return f"<{name}><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></{name}>"


def identification(number: int = 1, tx_id: str | None = None) -> str:
    """Return PmtId; without a TxId for the empty text."""
    tx_id = f"TX{number}" if tx_id is None else tx_id
    transaction = f"<TxId>{tx_id}</TxId>" if tx_id else ""
    references = f"<EndToEndId>E2E{number}</EndToEndId>{transaction}<UETR>{uetr(number)}</UETR>"
    return f"<PmtId>{references}</PmtId>"


def transaction(number: int = 1, /, **parts: str) -> str:
    """Return a customer credit transfer of 1500.25 RUB; `parts` replaces elements by name."""
    elements = {
        "PmtId": identification(number),
        "PmtTpInf": "",
        "IntrBkSttlmAmt": '<IntrBkSttlmAmt Ccy="RUB">1500.25</IntrBkSttlmAmt>',
        "IntrBkSttlmDt": "<IntrBkSttlmDt>2026-05-25</IntrBkSttlmDt>",
        "SttlmPrty": "",
        "SttlmTmReq": "",
        "InstdAmt": "",
        "ChrgBr": "<ChrgBr>SHAR</ChrgBr>",
        "InstgAgt": agent("InstgAgt", PAYER),
        "InstdAgt": agent("InstdAgt", PAYEE),
        "UltmtDbtr": "",
        "InitgPty": "",
        "Dbtr": f"<Dbtr>{DEBTOR}</Dbtr>",
        "DbtrAcct": "<DbtrAcct><Id><Othr><Id>40702810000000000001</Id></Othr></Id></DbtrAcct>",
        "DbtrAgt": agent("DbtrAgt", PAYER),
        "CdtrAgt": agent("CdtrAgt", PAYEE),
        "Cdtr": f"<Cdtr>{CREDITOR}</Cdtr>",
        "CdtrAcct": "<CdtrAcct><Id><Othr><Id>1010000000000001</Id></Othr></Id></CdtrAcct>",
        "UltmtCdtr": "",
        "Purp": "<Purp><Cd>GDDS</Cd></Purp>",
        "RmtInf": "<RmtInf><Ustrd>Invoice 17</Ustrd></RmtInf>",
    }
    return _container("CdtTrfTxInf", elements, parts)


def bank_transaction(number: int = 1, /, **parts: str) -> str:
    """Return a financial institution credit transfer; `parts` replaces elements by name."""
    elements = {
        "PmtId": identification(number),
        "IntrBkSttlmAmt": '<IntrBkSttlmAmt Ccy="KGS">900.00</IntrBkSttlmAmt>',
        "IntrBkSttlmDt": "<IntrBkSttlmDt>2026-05-25</IntrBkSttlmDt>",
        "InstgAgt": agent("InstgAgt", PAYER),
        "InstdAgt": agent("InstdAgt", PAYEE),
        "Dbtr": agent("Dbtr", PAYER),
        "DbtrAgt": "",
        "CdtrAgt": "",
        "Cdtr": agent("Cdtr", PAYEE),
        "Purp": "",
        "RmtInf": "",
        "UndrlygCstmrCdtTrf": "",
    }
    return _container("CdtTrfTxInf", elements, parts)


def payment_return(number: int = 1, /, **parts: str) -> str:
    """Return a return of the 1500.25 RUB of `transaction(number)`; `parts` replaces elements."""
    elements = {
        "RtrId": f"<RtrId>RTR{number}</RtrId>",
        "OrgnlGrpInf": original_group("MSG1"),
        "OrgnlEndToEndId": f"<OrgnlEndToEndId>E2E{number}</OrgnlEndToEndId>",
        "OrgnlTxId": f"<OrgnlTxId>TX{number}</OrgnlTxId>",
        "OrgnlUETR": f"<OrgnlUETR>{uetr(number)}</OrgnlUETR>",
        "OrgnlIntrBkSttlmAmt": "",
        "OrgnlIntrBkSttlmDt": "",
        "RtrdIntrBkSttlmAmt": '<RtrdIntrBkSttlmAmt Ccy="RUB">1500.25</RtrdIntrBkSttlmAmt>',
        "IntrBkSttlmDt": "<IntrBkSttlmDt>2026-05-25</IntrBkSttlmDt>",
        "SttlmPrty": "",
        "InstgAgt": agent("InstgAgt", PAYEE),
        "InstdAgt": agent("InstdAgt", PAYER),
        "RtrChain": return_chain(),
        "RtrRsnInf": "<RtrRsnInf><Rsn><Cd>AC04</Cd></Rsn></RtrRsnInf>",
    }
    return _container("TxInf", elements, parts)


def original_group(message_id: str) -> str:
    """Return what a return says of the message its original came in."""
    return (
        f"<OrgnlGrpInf><OrgnlMsgId>{message_id}</OrgnlMsgId>"
        "<OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf>"
    )


def return_chain(agents: str = "") -> str:
    """Return the chain of a return: the creditor pays back to the debtor."""
    return (
        f"<RtrChain><Dbtr><Pty>{CREDITOR}</Pty></Dbtr>{agents}"
        f"<Cdtr><Pty>{DEBTOR}</Pty></Cdtr></RtrChain>"
    )


def underlying() -> str:
    """Return the customer's transfer that a cover payment covers."""
    return (
        f"<UndrlygCstmrCdtTrf><Dbtr>{DEBTOR}</Dbtr>{agent('DbtrAgt', PAYER)}"
        f"{agent('CdtrAgt', PAYEE)}<Cdtr>{CREDITOR}</Cdtr></UndrlygCstmrCdtTrf>"
    )


def group_header(count: int = 1, /, **parts: str) -> str:
    """Return a group header; `parts` replaces elements by name."""
    elements = {
        "MsgId": "<MsgId>MSG1</MsgId>",
        "CreDtTm": "<CreDtTm>2026-05-25T09:00:00+03:00</CreDtTm>",
        "NbOfTxs": f"<NbOfTxs>{count}</NbOfTxs>",
        "CtrlSum": "",
        "TtlIntrBkSttlmAmt": "",
        "TtlRtrdIntrBkSttlmAmt": "",
        "IntrBkSttlmDt": "",
        "SttlmInf": "<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf>",
        "PmtTpInf": "",
        "InstgAgt": "",
        "InstdAgt": "",
    }
    return _container("GrpHdr", elements, parts)


def document(
    *transactions: str, group: str | None = None, definition: str = "pacs.008.001.08"
) -> str:
    """Return a Document of one of the definitions that are read."""
    name = READ[definition]
    group = group_header(len(transactions)) if group is None else group
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{definition}"><{name}>{group}'
        f"{''.join(transactions)}</{name}></Document>"
    )


def header(**parts: str) -> str:
    """Return a business header; `parts` replaces elements by name."""
    elements = {
        "Fr": f"<Fr>{agent('FIId', PAYER)}</Fr>",
        "To": f"<To>{agent('FIId', 'CBKGKG20')}</To>",
        "BizMsgIdr": "<BizMsgIdr>BIZ1</BizMsgIdr>",
        "MsgDefIdr": "<MsgDefIdr>pacs.008.001.08</MsgDefIdr>",
        "CreDt": "<CreDt>2026-05-25T09:00:30+06:00</CreDt>",
    }
    elements.update(parts)
    inner = "".join(elements.values())
    return f'<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">{inner}</AppHdr>'


def cancellation(number: int = 1, /, **parts: str) -> str:
    """Return TxInf of a request to cancel a payment; `parts` replaces elements by name."""
    elements = {
        "CxlId": f"<CxlId>C-{number}</CxlId>",
        "Case": "",
        "OrgnlGrpInf": "<OrgnlGrpInf><OrgnlMsgId>MSG1</OrgnlMsgId>"
        "<OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf>",
        "OrgnlInstrId": "",
        "OrgnlEndToEndId": f"<OrgnlEndToEndId>E2E{number}</OrgnlEndToEndId>",
        "OrgnlTxId": f"<OrgnlTxId>TX{number}</OrgnlTxId>",
        "OrgnlUETR": f"<OrgnlUETR>{uetr(number)}</OrgnlUETR>",
        "OrgnlIntrBkSttlmAmt": '<OrgnlIntrBkSttlmAmt Ccy="RUB">1500.25</OrgnlIntrBkSttlmAmt>',
        "OrgnlIntrBkSttlmDt": "<OrgnlIntrBkSttlmDt>2026-05-25</OrgnlIntrBkSttlmDt>",
        "CxlRsnInf": "<CxlRsnInf><Rsn><Cd>DUPL</Cd></Rsn></CxlRsnInf>",
    }
    return _container("TxInf", elements, parts)


def cancel_message(original: str = "MSG1") -> str:
    """Return OrgnlGrpInfAndCxl of a request to cancel all payments of a message."""
    return (
        f"<OrgnlGrpInfAndCxl><GrpCxlId>G-1</GrpCxlId><OrgnlMsgId>{original}</OrgnlMsgId>"
        "<OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId><GrpCxl>true</GrpCxl></OrgnlGrpInfAndCxl>"
    )


def cancellation_request(*requests: str, head: str | None = None, assigner: str = PAYER) -> bytes:
    """Return a camt.056 with header; `requests` stand in Undrlyg."""
    definition = "<MsgDefIdr>camt.056.001.08</MsgDefIdr>"
    head = header(MsgDefIdr=definition) if head is None else head
    parties = "".join(
        f"<{name}>{agent('Agt', bic)}</{name}>"
        for name, bic in (("Assgnr", assigner), ("Assgne", "CBKGKG20"))
    )
    body = (
        f"<Assgnmt><Id>CXL1</Id>{parties}<CreDtTm>2026-05-25T09:00:00Z</CreDtTm></Assgnmt>"
        f"<Undrlyg>{''.join(requests or (cancellation(),))}</Undrlyg>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<BizMsg>{head}<Document'
        f' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq>{body}'
        "</FIToFIPmtCxlReq></Document></BizMsg>"
    ).encode()


def modification(number: int = 1, new: str = "<Prty><Cd>HIGH</Cd></Prty>", **parts: str) -> str:
    """Return Mod of a request to modify a payment; `parts` replaces elements by name."""
    elements = {
        "UETR": f"<UETR>{uetr(number)}</UETR>",
        "IntrBkSttlmAmt": "<IntrBkSttlmAmt>1500.25</IntrBkSttlmAmt>",
        "IntrBkSttlmDt": "<IntrBkSttlmDt>2026-05-25</IntrBkSttlmDt>",
        "InstgAgt": agent("InstgAgt", PAYER),
        "InstdAgt": agent("InstdAgt", PAYEE),
    }
    meant = _container("LngBizId", elements, parts)
    return f"<Mod><PmtId>{meant}</PmtId><NewPmtValSet>{new}</NewPmtValSet></Mod>"


def modification_request(*requests: str, head: str | None = None) -> bytes:
    """Return a camt.007 with header."""
    definition = "<MsgDefIdr>camt.007.001.08</MsgDefIdr>"
    head = header(MsgDefIdr=definition) if head is None else head
    body = f"<MsgHdr><MsgId>MOD1</MsgId></MsgHdr>{''.join(requests or (modification(),))}"
    return (
        f"<BizMsg>{head}<Document"
        ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.007.001.08">'
        f"<ModfyTx>{body}</ModfyTx></Document></BizMsg>"
    ).encode()


def message(*transactions: str, wrapper: Sequence[str] = (), **keywords: str) -> bytes:
    """Return the bytes of a message; `wrapper` is what stands before the document in a wrapper."""
    body = document(*(transactions or (transaction(),)), **keywords)
    if wrapper:
        body = f"<Envelope>{''.join(wrapper)}{body}</Envelope>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode()


def reader() -> MessageReader:
    """Return a reader with the test's directory and lists without a hit."""
    return MessageReader(DIRECTORY, lambda name: -1, lambda identifier: -1, lambda text: -1)


def read(*messages: bytes, by: MessageReader | None = None) -> CommandBatch:
    """Return the batch of the messages, named m0.xml, m1.xml, …"""
    builder = BatchBuilder(reader() if by is None else by)
    for number, data in enumerate(messages):
        builder.add(f"m{number}.xml", data)
    return builder.take()


def _container(name: str, elements: dict[str, str], parts: Mapping[str, str]) -> str:
    unknown = set(parts) - set(elements)
    assert not unknown, f"not an element of {name} here: {sorted(unknown)}"
    return f"<{name}>{''.join({**elements, **parts}.values())}</{name}>"
