"""Messages as text: pacs.008 and pacs.009 with their headers, from columns and ready pieces.

Written with format strings, because a day of 40,000 payments would take ten times as long as
trees. Every piece of text that goes in is XML already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Final

from comity.generation.bundles import Bundle
from comity.generation.corridor import Corridor
from comity.generation.parties import Parties, Pools, person_xml, pools
from comity.generation.profile import (
    COUNTRIES,
    CURRENCIES,
    FLOWS,
    PURPOSES,
    BatchClass,
    Flaw,
    Flow,
    PartyKind,
)
from comity.generation.traffic import Traffic
from comity.identifiers import format_uetr
from comity.payments.codes import Definition

UNKNOWN_BIC: Final = "NEMOKG20"
"""A test BIC that stands in no directory."""

_ACCOUNT_PREFIX: Final = {PartyKind.PERSON: "40817", PartyKind.SCHOOL: "40503"}
_ISO: Final = "urn:iso:std:iso:20022:tech:xsd:"
_MESSAGE: Final = {
    Definition.PACS_008: ("pacs.008.001.08", "FIToFICstmrCdtTrf"),
    Definition.PACS_009: ("pacs.009.001.08", "FICdtTrf"),
    Definition.PACS_009_COV: ("pacs.009.001.08", "FICdtTrf"),
}
_FLAWED_CURRENCY: Final[dict[int, str]] = {
    Flaw.CURRENCY_NOT_COVERED: "USD",
    Flaw.CURRENCY_UNKNOWN: "XQQ",
}


@dataclass(frozen=True, slots=True)
class DayTimes:
    """The dates a day's messages bear.

    Attributes:
        today: the business day.
        after: the next joint business day.
        before: the calendar day before.
        midnight_us: local midnight, UTC microseconds.
    """

    today: date
    after: date
    before: date
    midnight_us: int

    def sent(self, at_ms: int) -> str:
        """Return a time of the day in UTC, to the millisecond."""
        at_us = self.midnight_us + at_ms * 1_000
        whole = datetime.fromtimestamp(at_us // 1_000_000, UTC)
        return f"{whole:%Y-%m-%dT%H:%M:%S}.{at_us // 1_000 % 1_000:03d}Z"

    def value_date(self, flaw: int) -> date:
        """Return the settlement date of a payment."""
        if flaw == Flaw.FUTURE_DATED:
            return self.after
        return self.before if flaw == Flaw.PAST_DATE else self.today


class Renderer:
    """Writes the messages of one day; never modifies what it is given."""

    def __init__(
        self,
        corridor: Corridor,
        traffic: Traffic,
        parties: Parties,
        *,
        times: DayTimes,
        listed_names: Sequence[str],
    ) -> None:
        """Take the ordered traffic and its parties; `listed_names` are XML already."""
        self._corridor = corridor
        self._times = times
        self._listed_names = tuple(listed_names)
        # Plain lists: reading single numbers out of numpy arrays costs ten times as much.
        self._column: dict[str, list[int]] = {
            each.name: getattr(traffic, each.name).tolist() for each in fields(traffic)
        } | {
            "payer_party": parties.payer.tolist(),
            "payee_party": parties.payee.tolist(),
            "payer_town": parties.payer_town.tolist(),
            "payee_town": parties.payee_town.tolist(),
            "reference": parties.reference.tolist(),
        }
        self._pools: tuple[Pools, ...] = tuple(pools(country) for country in COUNTRIES)

    def message(self, bundle: Bundle, number: int) -> tuple[str, str]:
        """Return name and text of a message.

        Args:
            bundle: the rows it holds.
            number: place among the day's messages, counted from 1.
        """
        column = self._column
        first = bundle.first
        sender = self._corridor.banks[column["payer"][first]]
        flaw = column["flaw"][first]
        reference = f"{sender.bic[:4]}{self._times.today:%Y%m%d}{number:06d}"
        definition, element = _MESSAGE[Definition(column["definition"][first])]
        currency = _FLAWED_CURRENCY.get(flaw, CURRENCIES[column["currency"][first]])
        rows = range(first, first + bundle.count)
        sent = self._times.sent(bundle.at_ms)
        payments = "\n".join(
            self._payment(row, f"{reference}-{place:04d}", currency)
            for place, row in enumerate(rows, start=1)
        )
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Envelope>\n'
            f'<AppHdr xmlns="{_ISO}head.001.001.02">'
            f"<Fr><FIId><FinInstnId><BICFI>{sender.bic}</BICFI></FinInstnId></FIId></Fr>"
            f"<To><FIId><FinInstnId><BICFI>{sender.agent}</BICFI></FinInstnId></FIId></To>"
            f"<BizMsgIdr>{reference}</BizMsgIdr><MsgDefIdr>{definition}</MsgDefIdr>"
            f"<CreDt>{sent}</CreDt></AppHdr>\n"
            f'<Document xmlns="{_ISO}{definition}"><{element}>\n'
            f"<GrpHdr><MsgId>{reference}</MsgId><CreDtTm>{sent}</CreDtTm>"
            f"<NbOfTxs>{bundle.count}</NbOfTxs>{self._total(rows, currency)}"
            f"<IntrBkSttlmDt>{self._times.value_date(flaw)}</IntrBkSttlmDt>"
            f"<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>\n"
            f"{payments}\n</{element}></Document>\n</Envelope>\n"
        )
        return f"{_clock(bundle.at_ms)}-{sender.bic}-{number:06d}.xml", text

    def _total(self, rows: range, currency: str) -> str:
        """Write the sum, but not where an amount is no amount of the currency."""
        flaws = self._column["flaw"]
        if any(flaws[row] == Flaw.TOO_MANY_DECIMALS for row in rows):
            return ""
        amounts = self._column["amount_minor"]
        total = _amount(sum(amounts[row] for row in rows))
        return f'<TtlIntrBkSttlmAmt Ccy="{currency}">{total}</TtlIntrBkSttlmAmt>'

    def _payment(self, row: int, reference: str, currency: str) -> str:
        column = self._column
        flaw = column["flaw"][row]
        flow = FLOWS[column["flow"][row]]
        amount = _amount(column["amount_minor"][row])
        if flaw == Flaw.TOO_MANY_DECIMALS:
            amount += "5"
        payer = self._corridor.banks[column["payer"][row]].bic
        payee = self._corridor.banks[column["payee"][row]].bic
        if flaw == Flaw.UNKNOWN_BIC:
            payee = UNKNOWN_BIC
        customer = column["definition"][row] == Definition.PACS_008
        uetr = format_uetr(column["uetr_high"][row], column["uetr_low"][row])
        number = column["reference"][row]
        amounts = f'<IntrBkSttlmAmt Ccy="{currency}">{amount}</IntrBkSttlmAmt>'
        instructed = f'<InstdAmt Ccy="{currency}">{amount}</InstdAmt>' if customer else ""
        return (
            f"<CdtTrfTxInf><PmtId><InstrId>{reference}</InstrId>"
            f"<EndToEndId>E{number:06d}-{reference[-11:]}</EndToEndId><TxId>{reference}</TxId>"
            f"<UETR>{uetr}</UETR></PmtId>{amounts}"
            f"<SttlmPrty>{'HIGH' if column['high'][row] else 'NORM'}</SttlmPrty>"
            f"{instructed}{'<ChrgBr>SHAR</ChrgBr>' if customer else ''}"
            f"<InstgAgt>{_bank(payer)}</InstgAgt><InstdAgt>{_bank(payee)}</InstdAgt>"
            f"{self._parties(row, flow, payer, payee)}</CdtTrfTxInf>"
        )

    def _parties(self, row: int, flow: Flow, payer: str, payee: str) -> str:
        column = self._column
        purpose = self._purpose(row)
        definition = column["definition"][row]
        if definition == Definition.PACS_009:
            return f"<Dbtr>{_bank(payer)}</Dbtr><Cdtr>{_bank(payee)}</Cdtr>{purpose}"
        home = COUNTRIES.index(flow.payer_country)
        debtor = self._party(row, flow.payer, home, side="payer")
        creditor = self._party(row, flow.payee, 1 - home, side="payee")
        two = column["currency"][row] != column["debit_currency"][row]
        account_currency = f"<Ccy>{CURRENCIES[home]}</Ccy>" if two else ""
        debtor_account = _account(flow.payer, column["payer_party"][row])
        creditor_account = _account(flow.payee, column["payee_party"][row])
        customer = (
            f"<Dbtr>{debtor}</Dbtr>"
            f"<DbtrAcct>{debtor_account}{account_currency}</DbtrAcct>"
            f"<DbtrAgt>{_bank(payer)}</DbtrAgt><CdtrAgt>{_bank(payee)}</CdtrAgt>"
            f"<Cdtr>{creditor}</Cdtr><CdtrAcct>{creditor_account}</CdtrAcct>"
        )
        remittance = f"<RmtInf><Ustrd>{_subject(flow)} {column['reference'][row]}</Ustrd></RmtInf>"
        if definition == Definition.PACS_008:
            return f"{customer}{purpose}{remittance}"
        return (
            f"<Dbtr>{_bank(payer)}</Dbtr><Cdtr>{_bank(payee)}</Cdtr>{purpose}"
            f"<UndrlygCstmrCdtTrf>{customer}{remittance}</UndrlygCstmrCdtTrf>"
        )

    def _party(self, row: int, kind: PartyKind, country: int, *, side: str) -> str:
        column = self._column
        pool = self._pools[country]
        town = pool.towns[column[f"{side}_town"][row]]
        if side == "payee" and column["flaw"][row] == Flaw.LISTED_NAME:
            return person_xml(self._listed_names[row % len(self._listed_names)], town)
        number = column[f"{side}_party"][row]
        match kind:
            case PartyKind.COMPANY:
                return pool.companies[number]
            case PartyKind.SCHOOL:
                return pool.schools[number]
            case PartyKind.PERSON | PartyKind.BANK:
                return person_xml(pool.people[number], town)

    def _purpose(self, row: int) -> str:
        flaw = self._column["flaw"][row]
        if flaw == Flaw.PURPOSE_MISSING:
            return ""
        not_covered = flaw == Flaw.PURPOSE_NOT_COVERED
        code = "OTHR" if not_covered else PURPOSES[self._column["purpose"][row]]
        return f"<Purp><Cd>{code}</Cd></Purp>"


def _subject(flow: Flow) -> str:
    if flow.batch is BatchClass.BULK:
        return "Денежный перевод"
    match flow.payee:
        case PartyKind.COMPANY:
            return "Оплата по договору" if flow.payer_country == "RU" else "Payment under contract"
        case PartyKind.SCHOOL:
            return "Оплата обучения, студенческий билет"
        case PartyKind.PERSON | PartyKind.BANK:
            return "Перевод"


def _bank(bic: str) -> str:
    return f"<FinInstnId><BICFI>{bic}</BICFI></FinInstnId>"


def _account(kind: PartyKind, number: int) -> str:
    prefix = _ACCOUNT_PREFIX.get(kind, "40702")
    return f"<Id><Othr><Id>{prefix}{number:015d}</Id></Othr></Id>"


def _amount(minor: int) -> str:
    """Write minor units of a currency with two decimals, which both currencies have."""
    return f"{minor // 100}.{minor % 100:02d}"


def _clock(at_ms: int) -> str:
    seconds = at_ms // 1_000
    return f"{seconds // 3_600:02d}-{seconds // 60 % 60:02d}-{seconds % 60:02d}"
