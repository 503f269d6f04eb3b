"""The program as its users run it, in this process; and folders and messages to run it on."""

import contextlib
import io
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from comity.cli.program import run

EXAMPLE = Path(__file__).parents[2] / "examples" / "kyrgyzstan-russia"
DAY = "2026-05-25"
COMPILING = "Compiling kernels once for this installation"
OWN_PARTS = ("arrangement.toml", "participants.csv", "accounts.csv", "agreements", "calendars")


@dataclass(frozen=True)
class Ran:
    """How a command ended; `words` is what it said, with line breaks and frames taken out."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        text = self.out + self.err
        for frame in "│┃┏┓┗┛┡┩┠┨─━┬┴╇┳┻├┤┼┌┐└┘╭╮╰╯":
            text = text.replace(frame, " ")
        return " ".join(text.split())

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


def comity(*words: object, columns: int = 400) -> Ran:
    """Run a command line through `run`, as the installed program does.

    Whether kernels have to be compiled depends on the tests before: nothing is said of it here.
    """
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        mock.patch("sys.argv", ["comity", *map(str, words)]),
        mock.patch("comity.cli.program.compilation_told", contextlib.nullcontext),
        mock.patch.dict("os.environ", {"COLUMNS": str(columns), "NO_COLOR": "1"}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            run()
        except SystemExit as end:
            code = int(end.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


def without_notice(err: str) -> str:
    """Return standard error without the line that tells of kernels being compiled."""
    lines = err.splitlines(keepends=True)
    return "".join(one for one in lines if not one.startswith(COMPILING))


@dataclass(frozen=True)
class Folder:
    """An arrangement folder of a test, with the example's scheme and rates and no payments."""

    path: Path

    def settle(self, *options: object) -> Ran:
        return comity("settle", self.path, "--out", self.out, *options)

    def settled(self, *options: object) -> dict[str, Any]:
        """Settle and return the document; the command must have ended well."""
        ran = self.settle("--json", *options)
        assert ran.code == 0, ran.words
        return ran.document

    def send(self, name: str, data: str | bytes) -> Path:
        path = self.path / "payments" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    @property
    def out(self) -> Path:
        return self.path.parent / "out"

    @property
    def database(self) -> Path:
        return self.out / "comity.db"

    def results(self) -> dict[str, bytes]:
        """Return every file of the results but the database, by its path."""
        paths = (path for path in self.out.rglob("*") if path.is_file())
        return {
            str(path.relative_to(self.out)): path.read_bytes()
            for path in paths
            if not path.name.startswith("comity.db")
        }

    def outgoing(self, kind: str) -> list[str]:
        """Return the outgoing messages whose names contain a word, in order."""
        paths = sorted(self.out.glob(f"*/messages/*/*{kind}*.xml"))
        return [path.read_text(encoding="utf-8") for path in paths]


def new_folder(parent: Path) -> Folder:
    folder = parent / "arrangement"
    folder.mkdir(parents=True)
    for name in (*OWN_PARTS, "rates", "lists"):
        source = EXAMPLE / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, folder / name)
    return Folder(folder)


def message(number: int = 1, **changes: str) -> str:
    """Return a payment for goods of 1,000.00 RUB that settles gross on arrival, with changes.

    Args:
        number: makes references and UETR differ.
        changes: `at` (with offset), `amount`, `currency`, `purpose`, `value_date`, `payer`,
            `payee` (banks), `creditor` (name), `account_currency`, `priority`, `uetr`,
            `reference`.
    """
    terms = {
        "at": f"{DAY}T08:00:00+06:00",
        "amount": "1000.00",
        "currency": "RUB",
        "purpose": "<Purp><Cd>GDDS</Cd></Purp>",
        "value_date": "",
        "payer": "JTGZKG20",
        "payee": "SVRKRUM0",
        "creditor": "ООО «Северный Караван»",
        "account_currency": "",
        "priority": "HIGH",
        "uetr": f"00000000-0000-4000-8000-{number:012d}",
        "reference": f"TEST-{number:06d}",
    }
    unknown = changes.keys() - terms.keys()
    assert not unknown, unknown
    terms.update(changes)
    terms["value_date"] = terms["value_date"] or terms["at"][:10]
    if terms["account_currency"]:
        terms["account_currency"] = f"<Ccy>{terms['account_currency']}</Ccy>"
    return _MESSAGE.format(**terms)


def payment_return(number: int, original: str, **changes: str) -> str:
    """Return a return (pacs.004) of a payment that `message` made, with changes.

    Args:
        number: makes its references differ.
        original: the message it returns the payment of.
        changes: `at`, `amount`, `currency`, `value_date`, `reason`, `said` (OrgnlMsgId).
    """
    (uetr,), (message_id,) = (
        re.findall(f"<{name}>(.+?)</{name}>", original) for name in ("UETR", "MsgId")
    )
    banks = [
        re.findall(f"<{name}><FinInstnId><BICFI>(.+?)<", original)[0]
        for name in ("InstdAgt", "InstgAgt")
    ]
    at = changes.get("at", f"{DAY}T09:00:00+06:00")
    return _RETURN.format(
        reference=f"BACK-{number:06d}",
        at=at,
        value_date=changes.get("value_date", at[:10]),
        amount=changes.get("amount", "1000.00"),
        currency=changes.get("currency", "RUB"),
        reason=changes.get("reason", "AC04"),
        said=changes.get("said", message_id),
        original=message_id,
        uetr=uetr,
        payer=banks[0],
        payee=banks[1],
    )


def cancellation(number: int, meant: str, *, at: str, by: str = "") -> str:
    """Return a request (camt.056) to cancel the payment or the return of a message.

    Args:
        number: makes its references differ.
        meant: message that `message` or `payment_return` made.
        at: when it comes, with offset.
        by: bank that asks; the one that sent the message unless given.
    """
    names = ("MsgId", "MsgDefIdr", "(?:RtrId|TxId)")
    found = {name: re.findall(f"<{name}>(.+?)</", meant)[0] for name in names}
    (sender,) = re.findall("<InstgAgt><FinInstnId><BICFI>(.+?)<", meant)
    return _CANCELLATION.format(
        reference=f"CXL-{number:06d}",
        at=at,
        by=by or sender,
        message_id=found["MsgId"],
        definition=found["MsgDefIdr"],
        tx_id=found["(?:RtrId|TxId)"],
    )


def _agent(name: str, bic: str) -> str:
    return f"<{name}><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></{name}>"


def _header_party(name: str, bic: str) -> str:
    return f"<{name}><FIId><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></FIId></{name}>"


_MESSAGE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Envelope>'
    '<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">'
    + _header_party("Fr", "{payer}")
    + _header_party("To", "CBKGKG20")
    + "<BizMsgIdr>{reference}</BizMsgIdr><MsgDefIdr>pacs.008.001.08</MsgDefIdr>"
    "<CreDt>{at}</CreDt></AppHdr>\n"
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>'
    "<GrpHdr><MsgId>{reference}</MsgId><CreDtTm>{at}</CreDtTm><NbOfTxs>1</NbOfTxs>"
    "<IntrBkSttlmDt>{value_date}</IntrBkSttlmDt>"
    "<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>\n"
    "<CdtTrfTxInf><PmtId><InstrId>{reference}-1</InstrId><EndToEndId>{reference}</EndToEndId>"
    "<TxId>{reference}-1</TxId><UETR>{uetr}</UETR></PmtId>"
    '<IntrBkSttlmAmt Ccy="{currency}">{amount}</IntrBkSttlmAmt><SttlmPrty>{priority}</SttlmPrty>'
    "<ChrgBr>SHAR</ChrgBr>"
    + _agent("InstgAgt", "{payer}")
    + _agent("InstdAgt", "{payee}")
    + "<Dbtr><Nm>ОсОО «Бийик Жол»</Nm><PstlAdr><TwnNm>Бишкек</TwnNm><Ctry>KG</Ctry></PstlAdr>"
    "</Dbtr><DbtrAcct><Id><Othr><Id>40702000000004125799</Id></Othr></Id>{account_currency}"
    "</DbtrAcct>"
    + _agent("DbtrAgt", "{payer}")
    + _agent("CdtrAgt", "{payee}")
    + "<Cdtr><Nm>{creditor}</Nm><PstlAdr><TwnNm>Москва</TwnNm><Ctry>RU</Ctry></PstlAdr></Cdtr>"
    "<CdtrAcct><Id><Othr><Id>10800000000005860060</Id></Othr></Id></CdtrAcct>{purpose}"
    "</CdtTrfTxInf></FIToFICstmrCdtTrf></Document></Envelope>\n"
)

_RETURN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Envelope>'
    '<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">'
    + _header_party("Fr", "{payer}")
    + _header_party("To", "CBKGKG20")
    + "<BizMsgIdr>{reference}</BizMsgIdr><MsgDefIdr>pacs.004.001.09</MsgDefIdr>"
    "<CreDt>{at}</CreDt></AppHdr>\n"
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.004.001.09"><PmtRtr>'
    "<GrpHdr><MsgId>{reference}</MsgId><CreDtTm>{at}</CreDtTm><NbOfTxs>1</NbOfTxs>"
    "<IntrBkSttlmDt>{value_date}</IntrBkSttlmDt>"
    "<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>\n"
    "<TxInf><RtrId>{reference}-1</RtrId><OrgnlGrpInf><OrgnlMsgId>{said}</OrgnlMsgId>"
    "<OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf>"
    "<OrgnlEndToEndId>{original}</OrgnlEndToEndId><OrgnlTxId>{original}-1</OrgnlTxId>"
    '<OrgnlUETR>{uetr}</OrgnlUETR><RtrdIntrBkSttlmAmt Ccy="{currency}">{amount}'
    "</RtrdIntrBkSttlmAmt><SttlmPrty>HIGH</SttlmPrty>"
    + _agent("InstgAgt", "{payer}")
    + _agent("InstdAgt", "{payee}")
    + "<RtrChain><Dbtr><Pty><Nm>ООО «Северный Караван»</Nm></Pty></Dbtr>"
    + _agent("DbtrAgt", "{payer}")
    + _agent("CdtrAgt", "{payee}")
    + "<Cdtr><Pty><Nm>ОсОО «Бийик Жол»</Nm></Pty></Cdtr></RtrChain>"
    "<RtrRsnInf><Rsn><Cd>{reason}</Cd></Rsn></RtrRsnInf></TxInf></PmtRtr></Document></Envelope>\n"
)

_ORDER_HEADER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Envelope>'
    '<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">'
    + _header_party("Fr", "{by}")
    + _header_party("To", "CBKGKG20")
    + "<BizMsgIdr>{reference}</BizMsgIdr>"
)

_CANCELLATION = (
    _ORDER_HEADER + "<MsgDefIdr>camt.056.001.08</MsgDefIdr><CreDt>{at}</CreDt></AppHdr>\n"
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq>'
    "<Assgnmt><Id>{reference}</Id><Assgnr>"
    + _agent("Agt", "{by}")
    + "</Assgnr><Assgne>"
    + _agent("Agt", "CBKGKG20")
    + "</Assgne><CreDtTm>{at}</CreDtTm></Assgnmt><Undrlyg><TxInf><CxlId>{reference}</CxlId>"
    "<OrgnlGrpInf><OrgnlMsgId>{message_id}</OrgnlMsgId><OrgnlMsgNmId>{definition}</OrgnlMsgNmId>"
    "</OrgnlGrpInf><OrgnlTxId>{tx_id}</OrgnlTxId></TxInf></Undrlyg></FIToFIPmtCxlReq></Document>"
    "</Envelope>\n"
)
