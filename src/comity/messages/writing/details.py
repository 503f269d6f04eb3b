"""The payments listed below an entry of a statement or notification.

A net entry may stand for a great part of a day's payments, so its list is made while it is
written, and the markup of a list that several messages repeat is made once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from comity.messages.writing.markup import amount_text, cut, escape, is_plain, leaf

SIDE: Final = {True: "CRDT", False: "DBIT"}
"""CdtDbtInd by whether it is a credit."""

_PARTY_NAME_MAX: Final = 140
_PARTIES_KEPT: Final = 16_384


class EntryDetail(NamedTuple):
    """One payment behind an entry.

    Attributes:
        uetr: as in the payment; the other references likewise, empty where absent. Of a return
            they are those of the payment it returns.
        amount_minor: of the payment, in `currency`.
        debtor: name of the debtor, empty where it is not told.
        creditor: name of the creditor, empty where it is not told.
        credit: whether it speaks for the account's holder; None as the entry does.
        return_id: RtrId of a return, empty for every other payment.
        return_reason: code of its reason.
    """

    uetr: str
    end_to_end_id: str
    tx_id: str
    message_id: str
    amount_minor: int
    currency: str
    debtor: str = ""
    creditor: str = ""
    credit: bool | None = None
    return_id: str = ""
    return_reason: str = ""


class ListedPayments:
    """Payments of a net entry, made when they are asked for."""

    __slots__ = ("_count", "_make", "_markup")

    def __init__(self, count: int, make: Callable[[int, int], Iterable[EntryDetail]]) -> None:
        """Take how many there are, and what makes those from one place up to another.

        Args:
            count: number of payments.
            make: gives the payments of the places from its first up to before its second argument;
                each says whether it is a credit.
        """
        self._count = count
        self._make = make
        self._markup: str | None = None

    def __len__(self) -> int:
        """Return the number of payments."""
        return self._count

    def __iter__(self) -> Iterator[EntryDetail]:
        """Yield the payments."""
        return iter(self._make(0, self._count))

    def part(self, start: int, stop: int) -> "ListedPayments":
        """Return the payments from one place up to another, none behind the last."""
        stop = min(stop, self._count)
        return ListedPayments(
            stop - start, lambda first, behind: self._make(start + first, start + behind)
        )

    def markup(self) -> str:
        """Return the payments as XML, made once."""
        if self._markup is None:
            self._markup = "".join([_detail(one, credit=bool(one.credit)) for one in self])
        return self._markup


def details_markup(details: Sequence[EntryDetail] | ListedPayments, *, entry_credit: bool) -> str:
    """Return TxDtls of each payment.

    Args:
        details: the payments.
        entry_credit: side of the entry, for payments that do not state theirs.
    """
    if isinstance(details, ListedPayments):
        return details.markup()
    return "".join(
        [_detail(one, credit=entry_credit if one.credit is None else one.credit) for one in details]
    )


def _detail(detail: EntryDetail, *, credit: bool) -> str:
    """Return TxDtls; there may be millions a day, so few elements have a call of their own."""
    uetr, end_to_end_id, tx_id, message_id, minor, code, debtor, creditor, _, *returned = detail
    return_id, return_reason = returned
    if not is_plain(f"{uetr}{end_to_end_id}{tx_id}{message_id}{return_id}"):
        return_id = escape(return_id)
        uetr, end_to_end_id = escape(uetr), escape(end_to_end_id)
        tx_id, message_id = escape(tx_id), escape(message_id)
    references = (
        f"{message_id and f'<MsgId>{message_id}</MsgId>'}"
        f"{return_id and f'<InstrId>{return_id}</InstrId>'}"
        f"{end_to_end_id and f'<EndToEndId>{end_to_end_id}</EndToEndId>'}"
        f"{uetr and f'<UETR>{uetr}</UETR>'}"
        f"{tx_id and f'<TxId>{tx_id}</TxId>'}"
    )
    parties = f"{debtor and _party('Dbtr', debtor)}{creditor and _party('Cdtr', creditor)}"
    return (
        f"<TxDtls>{references and f'<Refs>{references}</Refs>'}"
        f'<Amt Ccy="{code}">{amount_text(minor, code)}</Amt>'
        f"<CdtDbtInd>{SIDE[credit]}</CdtDbtInd>"
        f"{parties and f'<RltdPties>{parties}</RltdPties>'}"
        f"{return_reason and f'<RtrInf><Rsn><Cd>{return_reason}</Cd></Rsn></RtrInf>'}</TxDtls>"
    )


@lru_cache(maxsize=_PARTIES_KEPT)
def _party(name: str, who: str) -> str:
    named = leaf("Nm", cut(who, _PARTY_NAME_MAX))
    return f"<{name}><Pty>{named}</Pty></{name}>" if named else ""
