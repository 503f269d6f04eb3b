"""The leaves of a credit transfer or a return, each with its published code, in document order.

The canonical text of a transaction is its leaves, one after another: `FIELD`, the leaf's code,
`VALUE`, the text, and for an amount `CURRENCY` and its currency. Because the usage guideline lets
no container repeat, the codes alone give the tree back. Codes are part of the journal's format:
new leaves get new codes, no code is ever given another meaning. Party and bank leaves are made of
a letter for who it is and a letter for what is said of him; `x` before it means the customer's
transfer underlying a cover payment, `v` the chain of a return.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

FIELD: Final = "\x1f"
"""Stands before every leaf code; XML 1.0 allows none of these three characters in a text."""

VALUE: Final = "\x1e"
"""Stands between the code and the text."""

CURRENCY: Final = "\x1d"
"""Stands between the text of an amount and its currency."""


class Screened(Enum):
    """What screening looks for in a leaf."""

    NOTHING = "nothing"
    NAME = "name"
    IDENTIFIER = "identifier"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Leaf:
    """An element that holds a text.

    Attributes:
        code: two or three characters, unique, never given another meaning.
        path: element names below `CdtTrfTxInf`, of a return below `TxInf`.
        screened: whether it names or identifies a party, or is free text that may.
        is_amount: whether it bears the attribute `Ccy`.
    """

    code: str
    path: tuple[str, ...]
    screened: Screened = Screened.NOTHING
    is_amount: bool = False


_ADDRESS = (
    "a Dept/b SubDept/c StrtNm/d BldgNb/e BldgNm/f Flr/g PstBx/h Room/i PstCd/j TwnNm/"
    "k TwnLctnNm/l DstrctNm/m CtrySubDvsn/o Ctry/p~ AdrLine"
)
# A suffix marked with a star names, one with a plus sign identifies, one with a tilde is free text.
_PARTY_BEFORE_ADDRESS = ("n* Nm",)
_PARTY_AFTER_ADDRESS = (
    "B+ Id OrgId AnyBIC",
    "L+ Id OrgId LEI",
    "I+ Id OrgId Othr Id",
    "S Id OrgId Othr SchmeNm Cd",
    "T Id OrgId Othr SchmeNm Prtry",
    "U Id OrgId Othr Issr",
    "V Id PrvtId DtAndPlcOfBirth BirthDt",
    "W Id PrvtId DtAndPlcOfBirth PrvcOfBirth",
    "X Id PrvtId DtAndPlcOfBirth CityOfBirth",
    "Y Id PrvtId DtAndPlcOfBirth CtryOfBirth",
    "P+ Id PrvtId Othr Id",
    "Q Id PrvtId Othr SchmeNm Cd",
    "R Id PrvtId Othr SchmeNm Prtry",
    "Z Id PrvtId Othr Issr",
    "r CtryOfRes",
)
_AGENT_BEFORE_ADDRESS = (
    "B+ FinInstnId BICFI",
    "C FinInstnId ClrSysMmbId ClrSysId Cd",
    "D FinInstnId ClrSysMmbId ClrSysId Prtry",
    "M+ FinInstnId ClrSysMmbId MmbId",
    "L+ FinInstnId LEI",
    "n* FinInstnId Nm",
)
_ACCOUNT = (
    "i Id IBAN",
    "o Id Othr Id",
    "s Id Othr SchmeNm Cd",
    "p Id Othr SchmeNm Prtry",
    "u Id Othr Issr",
    "t Tp Cd",
    "w Tp Prtry",
    "c Ccy",
    "n* Nm",
)
_PAYMENT_TYPE = (
    "tp PmtTpInf InstrPrty",
    "tc PmtTpInf ClrChanl",
    "ts PmtTpInf SvcLvl Cd",
    "tS PmtTpInf SvcLvl Prtry",
    "tl PmtTpInf LclInstrm Cd",
    "tL PmtTpInf LclInstrm Prtry",
    "tg PmtTpInf CtgyPurp Cd",
    "tG PmtTpInf CtgyPurp Prtry",
)
_TIMES = ("st SttlmTmReq TillTm", "sf SttlmTmReq FrTm", "sr SttlmTmReq RjctTm")
_REMITTANCE = (
    "ru~ RmtInf Ustrd",
    "rd RmtInf Strd RfrdDocInf Tp CdOrPrtry Cd",
    "rn RmtInf Strd RfrdDocInf Nb",
    "rt RmtInf Strd RfrdDocInf RltdDt",
    "rc RmtInf Strd CdtrRefInf Ref",
    "ra~ RmtInf Strd AddtlRmtInf",
)


def _leaf(line: str, *, prefix: str = "", above: tuple[str, ...] = ()) -> Leaf:
    code, *path = line.split()
    kinds = {"*": Screened.NAME, "+": Screened.IDENTIFIER, "~": Screened.TEXT}
    screened = kinds.get(code[-1], Screened.NOTHING)
    return Leaf(prefix + code.rstrip("*+~"), (*above, *path), screened)


def _address(prefix: str, above: tuple[str, ...]) -> Iterator[Leaf]:
    for line in _ADDRESS.split("/"):
        yield _leaf(line, prefix=prefix, above=(*above, "PstlAdr"))


def _party(prefix: str, *above: str) -> Iterator[Leaf]:
    for line in _PARTY_BEFORE_ADDRESS:
        yield _leaf(line, prefix=prefix, above=above)
    yield from _address(prefix, above)
    for line in _PARTY_AFTER_ADDRESS:
        yield _leaf(line, prefix=prefix, above=above)


def _agent(prefix: str, *above: str) -> Iterator[Leaf]:
    for line in _AGENT_BEFORE_ADDRESS:
        yield _leaf(line, prefix=prefix, above=above)
    yield from _address(prefix, (*above, "FinInstnId"))


def _account(prefix: str, *above: str) -> Iterator[Leaf]:
    for line in _ACCOUNT:
        yield _leaf(line, prefix=prefix, above=above)


def _lines(*lines: str, prefix: str = "", above: tuple[str, ...] = ()) -> Iterator[Leaf]:
    for line in lines:
        yield _leaf(line, prefix=prefix, above=above)


def _amount(code: str, *path: str) -> Leaf:
    return Leaf(code, path, is_amount=True)


def _original() -> Iterator[Leaf]:
    yield from _lines(
        "oi RtrId",
        "om OrgnlGrpInf OrgnlMsgId",
        "on OrgnlGrpInf OrgnlMsgNmId",
        "oc OrgnlGrpInf OrgnlCreDtTm",
        "ov OrgnlInstrId",
        "oe OrgnlEndToEndId",
        "ot OrgnlTxId",
        "ou OrgnlUETR",
        "or OrgnlClrSysRef",
    )
    yield _amount("oa", "OrgnlIntrBkSttlmAmt")
    yield from _lines("od OrgnlIntrBkSttlmDt")


def _terms() -> Iterator[Leaf]:
    yield from _lines(
        "pi PmtId InstrId",
        "pe PmtId EndToEndId",
        "pt PmtId TxId",
        "pu PmtId UETR",
        "pc PmtId ClrSysRef",
        *_PAYMENT_TYPE,
    )
    yield _amount("am", "IntrBkSttlmAmt")
    yield _amount("os", "RtrdIntrBkSttlmAmt")
    yield from _lines("dt IntrBkSttlmDt", "sp SttlmPrty", *_TIMES, "ad AccptncDtTm")
    yield _amount("ia", "InstdAmt")
    yield _amount("ob", "RtrdInstdAmt")
    yield from _lines("xr XchgRate", "cb ChrgBr")
    yield _amount("ca", "ChrgsInf", "Amt")
    yield from _agent("H", "ChrgsInf", "Agt")


def _chain() -> Iterator[Leaf]:
    yield from _agent("P", "PrvsInstgAgt1")
    yield from _agent("F", "InstgAgt")
    yield from _agent("T", "InstdAgt")
    yield from _agent("M", "IntrmyAgt1")
    yield from _party("U", "UltmtDbtr")
    yield from _agent("1", "UltmtDbtr")
    yield from _party("I", "InitgPty")
    yield from _party("D", "Dbtr")
    yield from _agent("2", "Dbtr")
    yield from _account("e", "DbtrAcct")
    yield from _agent("A", "DbtrAgt")
    yield from _account("q", "DbtrAgtAcct")
    yield from _agent("B", "CdtrAgt")
    yield from _account("j", "CdtrAgtAcct")
    yield from _party("C", "Cdtr")
    yield from _agent("3", "Cdtr")
    yield from _account("k", "CdtrAcct")
    yield from _party("Y", "UltmtCdtr")
    yield from _agent("4", "UltmtCdtr")


def _return_chain() -> Iterator[Leaf]:
    above = "RtrChain"
    yield from _party("vU", above, "UltmtDbtr", "Pty")
    yield from _agent("v1", above, "UltmtDbtr", "Agt")
    yield from _party("vD", above, "Dbtr", "Pty")
    yield from _agent("v2", above, "Dbtr", "Agt")
    yield from _party("vI", above, "InitgPty", "Pty")
    yield from _agent("vA", above, "DbtrAgt")
    yield from _agent("vP", above, "PrvsInstgAgt1")
    yield from _agent("vM", above, "IntrmyAgt1")
    yield from _agent("vB", above, "CdtrAgt")
    yield from _party("vC", above, "Cdtr", "Pty")
    yield from _agent("v3", above, "Cdtr", "Agt")
    yield from _party("vY", above, "UltmtCdtr", "Pty")
    yield from _agent("v4", above, "UltmtCdtr", "Agt")
    yield from _party("vO", "RtrRsnInf", "Orgtr")
    yield from _lines("vr RtrRsnInf Rsn Cd", "vt~ RtrRsnInf AddtlInf")


def _purpose() -> Iterator[Leaf]:
    yield from _lines(
        "nc~ InstrForCdtrAgt InstrInf",
        "nn~ InstrForNxtAgt InstrInf",
        "uc Purp Cd",
        "gt RgltryRptg Dtls Tp",
        "gy RgltryRptg Dtls Ctry",
        "gc RgltryRptg Dtls Cd",
        "gi~ RgltryRptg Dtls Inf",
        *_REMITTANCE,
    )


def _underlying() -> Iterator[Leaf]:
    above = "UndrlygCstmrCdtTrf"
    yield from _party("xU", above, "UltmtDbtr")
    yield from _party("xI", above, "InitgPty")
    yield from _party("xD", above, "Dbtr")
    yield from _account("xe", above, "DbtrAcct")
    yield from _agent("xA", above, "DbtrAgt")
    yield from _account("xq", above, "DbtrAgtAcct")
    yield from _agent("xM", above, "IntrmyAgt1")
    yield from _agent("xB", above, "CdtrAgt")
    yield from _account("xj", above, "CdtrAgtAcct")
    yield from _party("xC", above, "Cdtr")
    yield from _account("xk", above, "CdtrAcct")
    yield from _party("xY", above, "UltmtCdtr")
    yield from _lines(*_REMITTANCE, prefix="x", above=(above,))
    yield _amount("xia", above, "InstdAmt")


LEAVES: Final[tuple[Leaf, ...]] = (
    *_original(),
    *_terms(),
    *_chain(),
    *_return_chain(),
    *_purpose(),
    *_underlying(),
)
"""Every leaf the guideline knows, in document order of all message definitions."""

LEAF_BY_PATH: Final[dict[tuple[str, ...], Leaf]] = {leaf.path: leaf for leaf in LEAVES}
LEAF_BY_CODE: Final[dict[str, Leaf]] = {leaf.code: leaf for leaf in LEAVES}
ORDER: Final[dict[str, int]] = {leaf.code: number for number, leaf in enumerate(LEAVES)}
"""Place of a leaf code in document order."""

RETURN_ID: Final = "oi"
"""The leaf that a return has and a credit transfer has not: what its sender calls it."""

UNDERLYING: Final = "UndrlygCstmrCdtTrf"
"""The container that makes a pacs.009 a cover payment."""


def split_canonical(text: str) -> list[tuple[str, str, str]]:
    """Return (leaf code, text, currency or empty) of every leaf of a canonical text, in order."""
    leaves = []
    for field in text.split(FIELD)[1:]:
        code, _, value = field.partition(VALUE)
        value, _, currency = value.partition(CURRENCY)
        leaves.append((code, value, currency))
    return leaves
