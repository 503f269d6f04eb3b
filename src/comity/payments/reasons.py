"""Why a payment or message was refused, waits, or was changed: one table.

The outward codes are ISO 20022 ExternalStatusReason1Code; `Prtry` ones are comity's own and
never leave in the `Cd` element. Numbers are part of the journal's format: append, never reuse.
"""

from dataclasses import dataclass
from enum import IntEnum


class Reason(IntEnum):
    """Number of a reason in the journal."""

    NONE = 0
    UNKNOWN_DEBTOR_AGENT = 1
    UNKNOWN_CREDITOR_AGENT = 2
    UNKNOWN_INSTRUCTING_AGENT = 3
    UNKNOWN_INSTRUCTED_AGENT = 4
    PARTICIPANT_NOT_ACTIVE = 5
    CURRENCY_UNKNOWN = 6
    CURRENCY_NOT_ALLOWED = 7
    AMOUNT_ZERO = 8
    AMOUNT_TOO_LARGE = 9
    AMOUNT_DECIMALS = 10
    DATE_PAST = 11
    PURPOSE_MISSING = 12
    PURPOSE_NOT_COVERED = 13
    NO_AGREEMENT = 14
    AGREEMENT_NOT_IN_FORCE = 15
    DUPLICATE_REFERENCE = 16
    NO_COVER = 17
    RATE_MISSING = 18
    RECEIVED_LATE = 19
    ROLLED_LATE = 20
    NOT_SETTLED_BY_CLOSE = 21
    CYCLE_FAILED = 22
    WAITS_FOR_CYCLE = 23
    DEBTOR_CURRENCY_FOREIGN = 24
    AGREED_LIMIT = 25
    SCREENING_HIT = 26
    COUNT_MISMATCH = 27
    SUM_MISMATCH = 28
    SENDER_MISMATCH = 29
    NO_ACCOUNT = 30
    ADDRESS_MISSING = 31
    ROLLED_AT_CLOSE = 32
    DUPLICATE_UETR = 33
    SYSTEM_LIMIT = 34
    NO_COVER_BY_CLOSE = 35
    # Payment versus payment.
    COUNTER_INVALID = 76
    PVP_NOT_AGREED = 77
    PVP_CONTRADICTED = 78
    PVP_TRADE_USED = 79
    PVP_UNMATCHED = 80
    PVP_WAITS = 81
    PVP_TIMED_OUT = 82
    PVP_REFUSED_OUTSIDE = 83
    # Times that the sender asks for, and orders of the sender.
    AWAITS_FROM_TIME = 84
    TIMES_CONTRADICTORY = 85
    REJECT_TIME_PASSED = 86
    TIME_PAST_CLOSE = 87
    NOT_SETTLED_BY_REJECT_TIME = 88
    NO_ORIGINAL = 89
    ALREADY_ENDED = 90
    ALREADY_RETURNED = 91
    SETTLED_MEANWHILE = 92
    TIMES_OF_A_LEG = 93
    CANCELLED_BY_SENDER = 94
    NOT_CHANGEABLE = 95
    # Returns.
    RETURN_ORIGINAL_UNKNOWN = 96
    RETURN_CONTRADICTED = 97
    RETURN_NOT_SETTLED = 98
    RETURN_PARTIES = 99
    RETURN_CURRENCY = 100
    RETURN_EXCEEDS = 101
    RETURN_REASON_UNKNOWN = 102
    RETURN_TOO_SMALL = 103
    # Reasons of whole messages, answered by admi.002.
    NOT_UTF8 = 40
    MALFORMED_XML = 41
    DOCTYPE_PRESENT = 42
    UNKNOWN_NAMESPACE = 43
    MESSAGE_TOO_LARGE = 44
    SCHEMA_INVALID = 45
    NO_DOCUMENT = 46
    HEADER_MISMATCH = 47
    SENDER_LIMIT = 58
    SENDER_LIMIT_BY_CLOSE = 59
    NET_DEBIT_CAP = 60
    NET_DEBIT_CAP_BY_CLOSE = 61
    CREDIT_LINE_USED = 70
    CREDIT_LINE_USED_BY_CLOSE = 71
    # Payments that buy their currency from a dealer.
    NO_QUOTE = 106
    QUOTE_LAPSED = 107
    DEALER_NO_COVER = 108
    VEHICLE_CLOSED = 109
    NO_QUOTE_BY_CLOSE = 110
    DEALER_NO_COVER_BY_CLOSE = 111
    RETURN_OF_DEALT = 112
    # Payment versus payment with a leg at an outside system.
    PVP_AGENT_SILENT = 113
    PVP_IN_DOUBT = 114
    SETTLED_OUTSIDE = 115
    ANSWER_CONTRADICTS = 116
    # Returns that say something else of their originals than those said.
    RETURN_AMOUNT_CONTRADICTED = 117
    RETURN_DATE_CONTRADICTED = 118
    RETURN_FINAL = 119
    # Screening cases.
    FROZEN_BY_LIST = 120
    REFUSED_BY_LIST = 121


@dataclass(frozen=True, slots=True)
class ReasonText:
    """How a reason reads outward.

    Attributes:
        code: ISO external code, or comity's own where `proprietary`.
        text: what was found and what to do, for people.
        proprietary: the code goes into `Prtry`.
    """

    code: str
    text: str
    proprietary: bool = False


REASONS: dict[Reason, ReasonText] = {
    Reason.NONE: ReasonText("", ""),
    Reason.UNKNOWN_DEBTOR_AGENT: ReasonText(
        "DNOR", "the debtor's bank is not in the directory of participants"
    ),
    Reason.UNKNOWN_CREDITOR_AGENT: ReasonText(
        "CNOR", "the creditor's bank is not in the directory of participants"
    ),
    Reason.UNKNOWN_INSTRUCTING_AGENT: ReasonText(
        "DNOR", "the instructing bank is not in the directory of participants"
    ),
    Reason.UNKNOWN_INSTRUCTED_AGENT: ReasonText(
        "CNOR", "the instructed bank is not in the directory of participants"
    ),
    Reason.PARTICIPANT_NOT_ACTIVE: ReasonText(
        "AG01", "a bank of this payment is restricted or suspended"
    ),
    Reason.CURRENCY_UNKNOWN: ReasonText("AM11", "the currency is not an ISO 4217 currency"),
    Reason.CURRENCY_NOT_ALLOWED: ReasonText(
        "AM03", "no agreement between these countries covers the currency"
    ),
    Reason.AMOUNT_ZERO: ReasonText("AM01", "the amount is zero"),
    Reason.AMOUNT_TOO_LARGE: ReasonText(
        "AM02", "the amount is above the greatest one allowed for a payment"
    ),
    Reason.AMOUNT_DECIMALS: ReasonText(
        "AM12", "the amount has more decimals than the currency has minor units"
    ),
    Reason.DATE_PAST: ReasonText("DT01", "the settlement date lies in the past"),
    Reason.PURPOSE_MISSING: ReasonText(
        "FF07", "the purpose is missing or not an ISO external purpose code"
    ),
    Reason.PURPOSE_NOT_COVERED: ReasonText("RR04", "no agreement in force covers the purpose"),
    Reason.NO_AGREEMENT: ReasonText("AG03", "no agreement exists between these countries"),
    Reason.AGREEMENT_NOT_IN_FORCE: ReasonText(
        "AG03", "the agreement is not in force on the settlement date"
    ),
    Reason.DUPLICATE_REFERENCE: ReasonText(
        "AM05", "the same reference was used before for another payment"
    ),
    Reason.NO_COVER: ReasonText("AM04", "the paying account has no cover"),
    Reason.RATE_MISSING: ReasonText(
        "RATE", "the official rate is missing, stale or in quarantine", proprietary=True
    ),
    Reason.RECEIVED_LATE: ReasonText("TM01", "received after the cut-off"),
    Reason.ROLLED_LATE: ReasonText(
        "TM01", "received after the cut-off; moved to the next business day"
    ),
    Reason.NOT_SETTLED_BY_CLOSE: ReasonText("AB03", "not settled by the close of the business day"),
    Reason.CYCLE_FAILED: ReasonText("ED05", "the netting cycle could not be settled"),
    Reason.WAITS_FOR_CYCLE: ReasonText("CYCL", "inside a netting cycle", proprietary=True),
    Reason.DEBTOR_CURRENCY_FOREIGN: ReasonText(
        "AM03", "the debtor's account must be in the currency of the debtor bank's country"
    ),
    Reason.AGREED_LIMIT: ReasonText("AM14", "the day's limit of the agreement is used up"),
    Reason.SCREENING_HIT: ReasonText("", "a party matches a sanctions list"),
    Reason.FROZEN_BY_LIST: ReasonText("", "a party is on a sanctions list that freezes"),
    Reason.REFUSED_BY_LIST: ReasonText("RR04", "it cannot be carried out for regulatory reasons"),
    Reason.COUNT_MISMATCH: ReasonText("AM19", "NbOfTxs differs from the number of transactions"),
    Reason.SUM_MISMATCH: ReasonText(
        "AM10", "TtlIntrBkSttlmAmt differs from the sum of the transactions"
    ),
    Reason.SENDER_MISMATCH: ReasonText(
        "DNOR", "the header's sender and the instructing agent differ"
    ),
    Reason.NO_ACCOUNT: ReasonText(
        "AG01", "a bank of this payment holds no account in the currency"
    ),
    Reason.ADDRESS_MISSING: ReasonText("BE01", "a structured address needs town and country"),
    Reason.ROLLED_AT_CLOSE: ReasonText(
        "AB03", "not settled by the close; moved to the next business day"
    ),
    Reason.DUPLICATE_UETR: ReasonText("AM05", "the UETR was used before for another payment"),
    Reason.SYSTEM_LIMIT: ReasonText(
        "AM13", "the sum of the day's payments is above the greatest one the system counts"
    ),
    Reason.NO_COVER_BY_CLOSE: ReasonText(
        "AM04", "the paying account had no cover by the close of the business day"
    ),
    Reason.COUNTER_INVALID: ReasonText(
        "AM12",
        "what is wanted in return must be above zero and countable, in another ISO 4217 currency",
    ),
    Reason.PVP_NOT_AGREED: ReasonText(
        "AG03", "no agreement settles these two currencies payment versus payment"
    ),
    Reason.PVP_CONTRADICTED: ReasonText(
        "AM09", "the other leg of the trade waits with other currencies, amounts or agreement"
    ),
    Reason.PVP_TRADE_USED: ReasonText("AM05", "the trade has this leg already"),
    Reason.PVP_UNMATCHED: ReasonText(
        "PVPW", "waits for the other leg of its trade", proprietary=True
    ),
    Reason.PVP_WAITS: ReasonText(
        "PVPW", "waits until both legs of its trade can be paid at once", proprietary=True
    ),
    Reason.PVP_TIMED_OUT: ReasonText(
        "AB03", "the trade was not matched and settled within the agreed time"
    ),
    Reason.PVP_REFUSED_OUTSIDE: ReasonText(
        "ED05", "the settlement agent of one of the currencies did not settle its leg"
    ),
    Reason.PVP_AGENT_SILENT: ReasonText(
        "AB03", "the settlement agent of one of the currencies did not answer in time"
    ),
    Reason.PVP_IN_DOUBT: ReasonText(
        "PVPD",
        "whether the leg outside was settled is not known: nothing is released until it is",
        proprietary=True,
    ),
    Reason.SETTLED_OUTSIDE: ReasonText(
        "AG03", "the currency is settled in another system: here only as a leg of a trade"
    ),
    Reason.ANSWER_CONTRADICTS: ReasonText(
        "ANSC", "the answer contradicts what has become of the trade", proprietary=True
    ),
    Reason.RETURN_ORIGINAL_UNKNOWN: ReasonText(
        "RTNO",
        "no payment with this UETR came before from the bank that the return goes to",
        proprietary=True,
    ),
    Reason.RETURN_CONTRADICTED: ReasonText(
        "RTRF",
        "OrgnlMsgId and OrgnlTxId (else OrgnlEndToEndId) are not those of the payment of this UETR",
        proprietary=True,
    ),
    Reason.RETURN_AMOUNT_CONTRADICTED: ReasonText(
        "AM09", "OrgnlIntrBkSttlmAmt is not the amount and currency of the payment of this UETR"
    ),
    Reason.RETURN_DATE_CONTRADICTED: ReasonText(
        "DT01", "OrgnlIntrBkSttlmDt is neither the date the payment was sent with nor its last one"
    ),
    Reason.RETURN_FINAL: ReasonText(
        "FINL", "the return is final, and a return is not returned in its turn", proprietary=True
    ),
    Reason.RETURN_NOT_SETTLED: ReasonText(
        "RTNF",
        "the payment to be returned is not settled; before that its cancellation is asked for",
        proprietary=True,
    ),
    Reason.RETURN_PARTIES: ReasonText(
        "AGNT", "only the creditor's bank returns a payment, and only to the debtor's bank"
    ),
    Reason.RETURN_CURRENCY: ReasonText(
        "CURR", "a payment is returned in the currency of its settlement amount"
    ),
    Reason.RETURN_EXCEEDS: ReasonText(
        "AM09", "with the returns before it this returns more than the payment's amount"
    ),
    Reason.RETURN_REASON_UNKNOWN: ReasonText(
        "RTRN", "the reason is not an ISO external return reason code", proprietary=True
    ),
    Reason.RETURN_TOO_SMALL: ReasonText(
        "AM06", "the amount gives back nothing at the rate at which it is converted"
    ),
    Reason.SENDER_LIMIT: ReasonText(
        "AM23", "the limit on what the debtor's bank sends net within a day is used up"
    ),
    Reason.SENDER_LIMIT_BY_CLOSE: ReasonText(
        "AM23",
        "the limit on what the debtor's bank sends net within a day was used up by the close",
    ),
    Reason.NET_DEBIT_CAP: ReasonText(
        "AM23", "the cap on what the debtor's bank owes in the netting cycle is used up"
    ),
    Reason.NET_DEBIT_CAP_BY_CLOSE: ReasonText(
        "AM23", "the cap on what the debtor's bank owes in netting cycles left no room by the close"
    ),
    Reason.CREDIT_LINE_USED: ReasonText(
        "AM23", "the credit line between the two central banks is used up"
    ),
    Reason.CREDIT_LINE_USED_BY_CLOSE: ReasonText(
        "AM23", "the credit line between the two central banks was used up by the close of the day"
    ),
    Reason.AWAITS_FROM_TIME: ReasonText(
        "FRTM", "waits for the time from which its sender lets it settle", proprietary=True
    ),
    Reason.TIMES_CONTRADICTORY: ReasonText(
        "DT01", "the times asked for contradict one another: expected from < till <= reject"
    ),
    Reason.REJECT_TIME_PASSED: ReasonText(
        "TM01", "received at or after the time at which it was to be given back"
    ),
    Reason.TIME_PAST_CLOSE: ReasonText(
        "DT01", "a time asked for is not before the close of the business day"
    ),
    Reason.NOT_SETTLED_BY_REJECT_TIME: ReasonText(
        "AB03", "not settled by the time at which its sender wanted it back"
    ),
    Reason.TIMES_OF_A_LEG: ReasonText(
        "DT01", "a leg of payment versus payment takes no times: those of its agreement count"
    ),
    Reason.NO_ORIGINAL: ReasonText(
        "NOOR", "no payment of the sender has these references, amount and date"
    ),
    Reason.ALREADY_ENDED: ReasonText(
        "ENDD", "the payment has ended without settlement", proprietary=True
    ),
    Reason.ALREADY_RETURNED: ReasonText("ARDT", "the payment has been returned"),
    Reason.SETTLED_MEANWHILE: ReasonText(
        "FINL", "the payment was locked, and has become final", proprietary=True
    ),
    Reason.NOT_CHANGEABLE: ReasonText(
        "NOTQ", "the payment does not stand where this could be changed", proprietary=True
    ),
    Reason.CANCELLED_BY_SENDER: ReasonText("DS02", "withdrawn at the order of its sender"),
    Reason.NO_QUOTE: ReasonText(
        "QUOT", "no dealer quotes a price for the amount at this time", proprietary=True
    ),
    Reason.QUOTE_LAPSED: ReasonText(
        "QUOT",
        "the quote has lapsed, and every other one is above what the payer accepts",
        proprietary=True,
    ),
    Reason.DEALER_NO_COVER: ReasonText(
        "DEAL", "waits for a dealer to be able to pay", proprietary=True
    ),
    Reason.VEHICLE_CLOSED: ReasonText(
        "VEHC", "the settlement agent of the vehicle currency does not work now", proprietary=True
    ),
    Reason.NO_QUOTE_BY_CLOSE: ReasonText(
        "AB03", "no dealer quoted a price that the payer accepts by the close of the business day"
    ),
    Reason.DEALER_NO_COVER_BY_CLOSE: ReasonText(
        "AB03", "no dealer could pay by the close of the business day"
    ),
    Reason.RETURN_OF_DEALT: ReasonText(
        "AG01", "what was bought from a dealer goes back as a payment through dealers of its own"
    ),
    Reason.NOT_UTF8: ReasonText("UTF8", "the message is not UTF-8", proprietary=True),
    Reason.MALFORMED_XML: ReasonText(
        "XMLF", "the message is not well-formed XML", proprietary=True
    ),
    Reason.DOCTYPE_PRESENT: ReasonText(
        "DOCT", "a document type declaration is not allowed", proprietary=True
    ),
    Reason.UNKNOWN_NAMESPACE: ReasonText(
        "NMSP", "the message definition is not one that is read here", proprietary=True
    ),
    Reason.MESSAGE_TOO_LARGE: ReasonText(
        "SIZE", "the message is larger than allowed", proprietary=True
    ),
    Reason.SCHEMA_INVALID: ReasonText(
        "XSDV", "the message does not follow the usage guideline's schema", proprietary=True
    ),
    Reason.NO_DOCUMENT: ReasonText("NDOC", "there is no ISO 20022 Document", proprietary=True),
    Reason.HEADER_MISMATCH: ReasonText(
        "HEAD", "header and document contradict one another", proprietary=True
    ),
}
"""Outward code and text of every reason."""
