"""Set-off of obligations: what is given, what is cleared, and what is proved.

Parties are known by name and numbered in the order of their names' bytes in UTF-8, so that the
same obligations have the same numbers, and the same result, whatever order they are given in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.errors import ProofFailedError
from comity.netting.certificate import SetOffInput, check_certificate, write_certificate
from comity.netting.setoff import (
    SetOff,
    allocate_cleared,
    maximise_setoff,
    merge_obligations,
)

Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class ObligationList:
    """Obligations as they were given, one a row.

    Attributes:
        name: of the file, without its folder.
        sha256: of the file's bytes, hexadecimal.
        parties: names by number, in order of their bytes in UTF-8.
        debtors: by row, number of who owes.
        creditors: by row, number of who is owed.
        amounts_minor: by row, above zero; their sum is at most BALANCE_MINOR_MAX.
        lines: by row, 1-based line of the file.
        ids: by row, each once; none where the file has no such column.
    """

    name: str
    sha256: str
    parties: tuple[str, ...]
    debtors: Int32s
    creditors: Int32s
    amounts_minor: Int64s
    lines: Int32s
    ids: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class LiquidityList:
    """What parties can pay with beyond what they are owed.

    Attributes:
        name: of the file, without its folder.
        sha256: of the file's bytes, hexadecimal.
        parties: names in order of their bytes in UTF-8, each once.
        amounts_minor: by party, zero or more; their sum is at most BALANCE_MINOR_MAX.
    """

    name: str
    sha256: str
    parties: tuple[str, ...]
    amounts_minor: Int64s


class Positions(NamedTuple):
    """What each party owes and is owed, before and after; columns by number of the party.

    Attributes:
        to_pay_minor: sum of what it owes.
        to_receive_minor: sum of what it is owed.
        cleared_to_pay_minor: how much of what it owes is cleared.
        cleared_to_receive_minor: how much of what it is owed is cleared.
        liquidity_minor: what it could draw.
        drawn_minor: what it drew, which paid for what it had cleared beyond its claims.
        returned_minor: what reached it in money: its claims cleared beyond its own debts.
    """

    to_pay_minor: Int64s
    to_receive_minor: Int64s
    cleared_to_pay_minor: Int64s
    cleared_to_receive_minor: Int64s
    liquidity_minor: Int64s
    drawn_minor: Int64s
    returned_minor: Int64s

    @property
    def net_minor(self) -> Int64s:
        """What each is owed less what it owes; set-off alone changes none of them."""
        return self.to_receive_minor - self.to_pay_minor

    @property
    def remaining_to_pay_minor(self) -> Int64s:
        """What each still owes."""
        return self.to_pay_minor - self.cleared_to_pay_minor

    @property
    def remaining_to_receive_minor(self) -> Int64s:
        """What each is still owed."""
        return self.to_receive_minor - self.cleared_to_receive_minor

    @property
    def net_internal_debt_minor(self) -> int:
        """Sum of the net debts: the least liquidity with which everything can be cleared."""
        return -int(np.minimum(self.net_minor, 0).sum())


@dataclass(frozen=True, slots=True)
class SetOffDone:
    """A set-off that was proved to be the greatest.

    Attributes:
        obligations: as given, with the numbers of all parties.
        liquidity_name: of the file of liquidity, none where none was given.
        given: the same merged, as the certificate binds it.
        setoff: what is cleared of each edge, and why no more can be.
        certificate: as it is written to a file.
        cleared_minor: by row of `obligations`, how much of it is cleared.
        positions: of each party.
    """

    obligations: ObligationList
    liquidity_name: str | None
    given: SetOffInput
    setoff: SetOff
    certificate: bytes
    cleared_minor: Int64s
    positions: Positions


@dataclass(frozen=True, slots=True)
class CertificateCheck:
    """How a certificate stands to the files it was checked against.

    Attributes:
        given: what the files hold.
        obligation_count: single obligations among them.
        findings: what keeps it from proving the set-off; empty where it does.
        cleared_minor: what is cleared, and nothing clears more; none where there are findings.
    """

    given: SetOffInput
    obligation_count: int
    findings: list[str]
    cleared_minor: int | None


def set_off(obligations: ObligationList, liquidity: LiquidityList | None = None) -> SetOffDone:
    """Clear as much as can be, prove that no more can be, and share it among the obligations.

    Raises:
        ProofFailedError: the proof did not hold; nothing of the result may be used.
    """
    rows, given, edge_of = _merged(obligations, liquidity)
    setoff = maximise_setoff(given.obligations, given.liquidity_minor)
    certificate = write_certificate(given, setoff)
    findings, _ = check_certificate(certificate, given)
    if findings:
        raise ProofFailedError(f"the set-off could not be proved: {'; '.join(findings)}")
    return SetOffDone(
        obligations=rows,
        liquidity_name=None if liquidity is None else liquidity.name,
        given=given,
        setoff=setoff,
        certificate=certificate,
        cleared_minor=_allocated(rows, edge_of, setoff.cleared_minor),
        positions=_positions(given, setoff),
    )


def check_set_off(
    certificate: bytes, obligations: ObligationList, liquidity: LiquidityList | None = None
) -> CertificateCheck:
    """Check a certificate against the obligations it speaks of, without any solver.

    Raises:
        NotACertificateError: it does not end as a certificate does.
    """
    rows, given, _ = _merged(obligations, liquidity)
    checked = check_certificate(certificate, given)
    return CertificateCheck(given, len(rows.lines), checked.findings, checked.cleared_minor)


def _merged(
    obligations: ObligationList, liquidity: LiquidityList | None
) -> tuple[ObligationList, SetOffInput, Int64s]:
    """Return the rows and the merged input with one numbering, and the edge of each row."""
    rows, held = obligations, None
    if liquidity is not None:
        rows, held = _with_liquidity(obligations, liquidity)
    merged, edge_of = merge_obligations(
        rows.debtors, rows.creditors, rows.amounts_minor, len(rows.parties)
    )
    given = SetOffInput(
        parties=rows.parties,
        obligations=merged,
        liquidity_minor=held,
        file_sha256=rows.sha256,
        liquidity_file_sha256=None if liquidity is None else liquidity.sha256,
    )
    return rows, given, edge_of


def _with_liquidity(
    obligations: ObligationList, liquidity: LiquidityList
) -> tuple[ObligationList, Int64s]:
    """Number the parties of both files together, and return the liquidity by that number."""
    parties = tuple(sorted({*obligations.parties, *liquidity.parties}))
    place = {name: number for number, name in enumerate(parties)}
    renumbered = np.array([place[name] for name in obligations.parties], np.int32)
    held = np.zeros(len(parties), np.int64)
    held[[place[name] for name in liquidity.parties]] = liquidity.amounts_minor
    rows = replace(
        obligations,
        parties=parties,
        debtors=renumbered[obligations.debtors],
        creditors=renumbered[obligations.creditors],
    )
    return rows, held


def _allocated(rows: ObligationList, edge_of: Int64s, cleared_minor: Int64s) -> Int64s:
    """Share what is cleared of each edge among its obligations, those with the lowest id first.

    Without ids the order is that of the lines. Only edges of several obligations are put in order.
    """
    order = np.arange(len(edge_of))
    if rows.ids is not None:
        counts = np.bincount(edge_of, minlength=len(cleared_minor))
        several = np.flatnonzero(counts[edge_of] > 1)
        ids = rows.ids
        order[several] = sorted(several.tolist(), key=ids.__getitem__)
    cleared = np.empty(len(edge_of), np.int64)
    cleared[order] = allocate_cleared(edge_of[order], rows.amounts_minor[order], cleared_minor)
    return cleared


def _positions(given: SetOffInput, setoff: SetOff) -> Positions:
    edges, count = given.obligations, len(given.parties)
    held = given.liquidity_minor
    return Positions(
        to_pay_minor=_summed(edges.debtors, edges.amounts_minor, count),
        to_receive_minor=_summed(edges.creditors, edges.amounts_minor, count),
        cleared_to_pay_minor=_summed(edges.debtors, setoff.cleared_minor, count),
        cleared_to_receive_minor=_summed(edges.creditors, setoff.cleared_minor, count),
        liquidity_minor=np.zeros(count, np.int64) if held is None else held,
        drawn_minor=setoff.drawn_minor,
        returned_minor=setoff.returned_minor,
    )


def _summed(parties: Int32s, amounts_minor: Int64s, count: int) -> Int64s:
    sums = np.zeros(count, np.int64)
    np.add.at(sums, parties, amounts_minor)
    return sums
