"""Message definitions, their namespaces, and the limits of what is read and written."""

from typing import Final

from comity.payments.codes import Definition

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"
"""Every ISO 20022 namespace is this and the definition's identifier."""

HEADER: Final = "head.001.001.02"
PACS_008: Final = "pacs.008.001.08"
PACS_009: Final = "pacs.009.001.08"
PACS_004: Final = "pacs.004.001.09"
PACS_002: Final = "pacs.002.001.10"
CAMT_053: Final = "camt.053.001.08"
CAMT_054: Final = "camt.054.001.08"
ADMI_002: Final = "admi.002.001.01"
CAMT_056: Final = "camt.056.001.08"
CAMT_007: Final = "camt.007.001.08"
CAMT_025: Final = "camt.025.001.08"
CAMT_029: Final = "camt.029.001.09"
PACS_028: Final = "pacs.028.001.03"

READ: Final = {PACS_008: "FIToFICstmrCdtTrf", PACS_009: "FICdtTrf", PACS_004: "PmtRtr"}
"""Definitions of payments that are read, and the message element of each."""

ORDERED: Final = {
    CAMT_056: "FIToFIPmtCxlReq",
    CAMT_007: "ModfyTx",
    PACS_002: "FIToFIPmtStsRpt",
}
"""Definitions of orders, and of agents' answers, that are read; the message element of each."""

TRANSFER: Final = "CdtTrfTxInf"
RETURN: Final = "TxInf"
TRANSACTION: Final = {PACS_008: TRANSFER, PACS_009: TRANSFER, PACS_004: RETURN}
"""Element of one transaction, by definition."""

GROUP_HEADER_TYPE: Final = {
    PACS_008: "GroupHeader",
    PACS_009: "GroupHeader",
    PACS_004: "ReturnGroupHeader",
}
"""Type of the group header in the usage guideline, by definition."""

DEFINITION_ID: Final = {
    Definition.PACS_008: PACS_008,
    Definition.PACS_009: PACS_009,
    Definition.PACS_009_COV: PACS_009,
    Definition.PACS_004: PACS_004,
    Definition.CAMT_056: CAMT_056,
    Definition.CAMT_007: CAMT_007,
    Definition.PACS_002: PACS_002,
}
"""Identifier of the message definition a payment or an order came in."""

MESSAGE_BYTES_MAX: Final = 20_000_000
"""Longest message that is parsed, in bytes."""

ELEMENTS_MAX: Final = 1_200_000
"""Most elements of a message: bounds the memory of its tree, some 300 bytes an element."""

ATTRIBUTES_MAX: Final = 100_000
"""Most attributes of a message: a transaction has four at most, one for each amount."""

NAMES_MAX: Final = 1_000
"""Most different names of elements, attributes and namespaces in a message: the guideline has some
250, and the parser keeps every name it ever met."""

MESSAGE_PAYMENTS_MAX: Final = 20_000
"""Most transactions of one message that is read."""

MESSAGE_ORDERS_MAX: Final = 1_000
"""Most orders of one message that is read."""

ORDER_LINES_MAX: Final = 2_000
"""Most orders that one answer tells of."""

FORWARDED_PAYMENTS_MAX: Final = 2_000
"""Most transactions forwarded in one message: the longest a transaction can be is some 9 kB."""

STATUS_LINES_MAX: Final = 10_000
"""Most transactions one pacs.002 tells of: 20 MB hold about 14,000."""

ENTRIES_MAX: Final = 10_000
"""Most entries of one camt.053 or camt.054."""

ENTRY_DETAILS_MAX: Final = 20_000
"""Most payments listed below one entry."""
