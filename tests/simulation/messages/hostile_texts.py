"""Texts for the leaves of hostile messages: usual ones and odd ones, by the leaf's name."""

from functools import cache

BICS = ("AAAARU20", "AAAARU20XXX", "BBBBKG20", "CCCCKG20", "CCCCKG20XXX", "DDDDRU20ABC")
ODD_BICS = ("ZZZZKG20", "DDDDRU20", "AAAARU20AAA", "aaaaru20", "AAAARU2", "AAAARU20 ")
AMOUNTS = ("1", "0.01", "1500.25", "100", "7.5", "12345678.90", "9999999999999.99")
ODD_AMOUNTS = (
    *("0", "0.00", "00.1", "+1", "-1", "1e3", ".5", "5.", "1,5", "1 0", " 1", "1 ", "0.00001"),
    *("10000000000000", "10000000000000.00", "9" * 18, "9" * 19, "1.123456", "1.001", "٣", "NaN"),
    "99999999999999999.9",
)
DATES = ("2026-05-25", "2024-02-29", "2026-12-31", "1970-01-01", "0001-01-01", "9999-12-31")
ODD_DATES = (
    *("2026-02-29", "2026-02-30", "2026-04-31", "2026-00-01", "2026-13-01", "2026-01-00"),
    *("0000-01-01", "-2026-01-01", "12026-01-01", "2026-5-1", "2026-05-25Z", " 2026-05-25"),
    *("2026-05-25\n", "1900-02-29", "2000-02-29", "2026-05-25+03:00", "２０26-05-25"),
)
TIMES = (
    *("2026-05-25T09:00:00+03:00", "2026-05-25T09:00:00.123456789Z", "2024-02-29T23:59:59-11:30"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-05-25T00:00:00.5Z"),
)
ODD_TIMES = (
    *("2026-05-25T09:00:00", "2026-05-25T24:00:00Z", "2026-05-25T23:59:60Z", "2026-05-25"),
    *("2026-05-25T09:00:00+14:01", "2026-05-25T09:00:00+15:00", "2026-02-29T09:00:00Z"),
    *("2026-05-25T09:00:00.1234567890Z", " 2026-05-25T09:00:00Z ", "2026-05-25T09:00:00+03"),
    *("2026-05-25T09:60:00Z", "0000-01-01T00:00:00Z", "2026-05-25T09:00:00-13:59"),
    *("2026-05-25T09:00:00+13:60", "2026-05-25T09:00:00-14:00", "2026-05-25 09:00:00Z"),
)
REFERENCES = ("A", "TX 1", "x" * 34, "~!/?", "a-b.c")
ODD_REFERENCES = (
    "",
    " A",
    "A ",
    "A  B",
    "x" * 36,
    "é",
    "A\tB",
    "A&amp;B",
    "A&lt;B",
    "A>B",
    "A&#65;B",
)
NAMES = ("ОсОО Ала-Тоо", "HIT Ltd", "ООО &quot;С&quot;", "Ünïted &amp; Co", " x ", "y")
SHORT_TEXTS = {
    "Nm",
    "TwnNm",
    "Ustrd",
    "AdrLine",
    "StrtNm",
    "Flr",
    "PstCd",
    "Issr",
    "Inf",
    "AddtlInf",
    "InstrInf",
}
ODD_NAMES = (
    *(" ", "\t", "&#32;", "\u00a0", "\u2003 ", "\u200b", "я" * 140, "я" * 141, "x" * 141),
    *("&amp;" * 140, "&lt;" * 141, "a]]&gt;b", "a> ", "a>", "> >", ">>", ">", " x ", "a\u0301"),
    *("\u202eabc", "\ufeffx", "\U0001f600", "\U0010ffff", "\ufffd", "\x7f", "\x85", "\u2028"),
    *("&#xA;x", "&#13;x", "x\r", "x\ry\r\nz", "&#x1F600;", "&#038;lt;", "&apos;", "'\""),
)
CODES = {
    "SttlmPrty": ("URGT", "HIGH", "NORM", "LOW"),
    "InstrPrty": ("HIGH", "NORM", "URGT"),
    "ChrgBr": ("SHAR", "DEBT", "SHARE", ""),
    "Cd": ("GDDS", "STDY", "0000", "gdds", "GDD", "GDDSS", "AC04", "NARR", "HIGH", "URGT"),
    "Prtry": ("FRST", "LAST", "OWN", "frst"),
    "Ctry": ("KG", "RU", "kg", "KGZ"),
    "Ccy": ("KGS", "RUB", "JPY", "ZZZ", "rub"),
    "UETR": (
        "0aa00000-1111-5222-8333-000000000001",
        "0AA00000-1111-4222-8333-000000000001",
        "0aa00000-1111-4222-c333-000000000001",
        "0aa00000111142228333000000000001",
    ),
    "NbOfTxs": ("1", "2", "01", "0", "9999999", "10000000", " 1"),
    "SttlmMtd": ("CLRG", "INDA", "INGA", "COVE"),
    "BtchBookg": ("true", "1", "TRUE", " 0 "),
    "PssblDplct": ("false", "0", "no"),
    "MsgDefIdr": (
        *("pacs.008.001.08", "pacs.009.001.08", "pacs.008.001.09", "pacs.004.001.09"),
        *("camt.056.001.08", "camt.007.001.08", "pacs.002.001.10"),
    ),
    "OrgnlMsgNmId": ("pacs.008.001.08", "pacs.009.001.08", "pacs.004.001.09", "pacs.003.001.08"),
    "TxSts": ("ACSP", "ACSC", "RJCT", "PDNG"),
    "OrgnlInstrId": ("PVP1", "PVP000000009", "PVP", "PVP1234567890", "pvp1", "A"),
    "GrpCxl": ("true", "1", "false"),
}


def texts_of(name: str, *, odd: bool) -> tuple[str, ...]:
    """Return texts for a leaf, by its name."""
    name = "UETR" if name == "OrgnlUETR" else name
    if name in CODES:
        return CODES[name]
    usual: tuple[str, ...] = NAMES
    strange: tuple[str, ...] = ODD_NAMES
    if name in {"BICFI", "AnyBIC"}:
        usual, strange = BICS, ODD_BICS
    elif name.endswith("Amt") or name == "CtrlSum":
        usual, strange = AMOUNTS, ODD_AMOUNTS
    elif name.endswith("Dt") and name != "CreDt":
        usual, strange = DATES, ODD_DATES
    elif name in {"CreDt", "CreDtTm", "AccptncDtTm", "OrgnlCreDtTm", "FrDtTm", "ToDtTm"}:
        usual, strange = TIMES, ODD_TIMES
    elif name.endswith("Id") or name in {"Ref", "BizMsgIdr"}:
        usual, strange = REFERENCES, ODD_REFERENCES
    return strange if odd else usual


@cache
def is_free(name: str) -> bool:
    """Return whether every usual text will do for a leaf of this name."""
    return name not in {*CODES, "OrgnlUETR"} and (
        texts_of(name, odd=False) is not NAMES or name in SHORT_TEXTS
    )
