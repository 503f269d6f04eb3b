"""The folder that a set-off leaves behind: result, certificate, what was cleared, who is told.

All files are written beside their places first and moved there when the last one is complete, the
result at the very end; so a folder with a result is whole, and a disk that fills up changes
nothing. The same obligations give the same bytes.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice, pairwise, repeat
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

from comity.netting.certificate import certificate_sha256, input_sha256
from comity.service.setting_off import SetOffDone
from comity.statistics.exact import decimal_text, share

Int64s = NDArray[np.int64]

NOTICE_FILES_MAX: Final = 1_000
"""Up to so many parties get a notice in a file each; of more, one file holds all notices."""

RESULT: Final = "result.json"
CERTIFICATE: Final = "certificate.json"
CLEARED: Final = "cleared.csv"
POSITIONS: Final = "positions.csv"
NOTICES_FOLDER: Final = "notices"
NOTICES_FILE: Final = "notices.csv"

CLEARED_HEADER: Final = "id,line,debtor,creditor,amount,cleared,remaining"
POSITIONS_HEADER: Final = (
    "party,to_pay,to_receive,net,cleared_to_pay,cleared_to_receive,remaining_to_pay,"
    "remaining_to_receive,liquidity,liquidity_drawn,liquidity_received"
)
NOTICES_HEADER: Final = (
    "party,direction,counterparty,id,line,amount,cleared,remaining,why_it_remains"
)

WHOLLY_CLEARED: Final = ""
DEBTOR_HAS_NO_MORE: Final = "all that the debtor is owed is cleared"
DEBTOR_HAS_NO_MORE_LIQUIDITY: Final = f"{DEBTOR_HAS_NO_MORE} and its liquidity is drawn"
CREDITOR_OWES_NO_MORE: Final = "all that the creditor owes is cleared"
NO_GAIN: Final = "no set-off that clears more of it clears more in all"

_ROWS_AT_ONCE = 65_536
_NOTICE_NAME = re.compile(r"[0-9]{4}(-[A-Za-z0-9-]+)?\.csv")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")
_SLUG_CHARACTERS_MAX = 40
_TO_BE_QUOTED = re.compile(r'[,"\r\n]')


def setoff_document(done: SetOffDone) -> dict[str, Any]:
    """Return what `setoff --json` prints but for the folder; see schemas/setoff.schema.json."""
    rows, given, positions = done.obligations, done.given, done.positions
    obligations_minor = int(given.obligations.amounts_minor.sum())
    cleared_minor = int(done.setoff.cleared_minor.sum())
    with_liquidity = given.liquidity_minor is not None
    return {
        "file": rows.name,
        "liquidity_file": done.liquidity_name,
        "obligations": len(rows.lines),
        "edges": len(given.obligations.amounts_minor),
        "parties": len(given.parties),
        "obligations_minor": obligations_minor,
        "cleared_minor": cleared_minor,
        "remaining_minor": obligations_minor - cleared_minor,
        "share": decimal_text(share(cleared_minor, obligations_minor)),
        "net_internal_debt_minor": positions.net_internal_debt_minor,
        "liquidity_minor": int(positions.liquidity_minor.sum()) if with_liquidity else None,
        "liquidity_drawn_minor": int(positions.drawn_minor.sum()) if with_liquidity else None,
        "certificate_verified": True,
        "file_sha256": given.file_sha256,
        "liquidity_file_sha256": given.liquidity_file_sha256,
        "input_sha256": input_sha256(given),
        "certificate_sha256": certificate_sha256(done.certificate),
        "files": {
            "result": RESULT,
            "certificate": CERTIFICATE,
            "cleared": CLEARED,
            "positions": POSITIONS,
            "notices": NOTICES_FOLDER if _has_notice_each(done) else NOTICES_FILE,
        },
    }


def is_result_place(folder: Path, path: Path) -> bool:
    """Return whether writing results into a folder could write over a file."""
    place, within = path.resolve(), folder.resolve()
    if place.parent == within / NOTICES_FOLDER:
        return bool(_NOTICE_NAME.fullmatch(place.name))
    names = (RESULT, CERTIFICATE, CLEARED, POSITIONS, NOTICES_FILE)
    return place.parent == within and place.name in names


def write_setoff(folder: Path, done: SetOffDone, document: dict[str, Any]) -> None:
    """Write all files of a set-off, and take away the notices of another one.

    Raises:
        OSError: the disk refused; the folder is as it was.
    """
    cells = _Cells(
        parties=[_cell(name) for name in done.given.parties],
        ids=None
        if done.obligations.ids is None
        else [_cell(text) for text in done.obligations.ids],
    )
    with _all_or_none(folder) as places:
        with places.open(CERTIFICATE) as stream:
            stream.write(done.certificate.decode())
        with places.open(CLEARED) as stream:
            _write_table(stream, CLEARED_HEADER, _cleared_lines(done, cells))
        with places.open(POSITIONS) as stream:
            _write_table(stream, POSITIONS_HEADER, _position_lines(done, cells))
        _write_notices(places, done, cells)
        with places.open(RESULT) as stream:
            stream.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


class _Cells(NamedTuple):
    """Texts as CSV cells: names by number, ids by row where there are any."""

    parties: list[str]
    ids: list[str] | None

    def ids_of(self, rows: Int64s) -> Iterable[str]:
        if self.ids is None:
            return repeat("", len(rows))
        return map(self.ids.__getitem__, rows.tolist())


class _Places:
    """Files that are being written beside their places."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._begun: dict[Path, Path] = {}

    @contextmanager
    def open(self, name: str) -> Iterator[TextIO]:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.part")
        self._begun[path] = beside
        with beside.open("w", encoding="utf-8", newline="") as stream:
            yield stream

    def publish(self) -> None:
        """Move all to their places, the last one opened at the end."""
        *_, last = self._begun
        last.unlink(missing_ok=True)
        for stale in self._stale():
            stale.unlink()
        for path, beside in self._begun.items():
            os.replace(beside, path)  # noqa: PTH105 — the atomic rename of the standard library

    def discard(self) -> None:
        for beside in self._begun.values():
            beside.unlink(missing_ok=True)

    def _stale(self) -> list[Path]:
        notices = self._folder / NOTICES_FOLDER
        found = [path for path in notices.glob("*.csv") if _NOTICE_NAME.fullmatch(path.name)]
        found.append(self._folder / NOTICES_FILE)
        return [path for path in found if path not in self._begun and path.is_file()]


@contextmanager
def _all_or_none(folder: Path) -> Iterator[_Places]:
    places = _Places(folder)
    try:
        yield places
        places.publish()
    except BaseException:
        places.discard()
        raise


def _write_table(stream: TextIO, header: str, lines: Iterator[str]) -> None:
    """Write a header and lines, many at once, because each write has its price."""
    stream.write(f"{header}\n")
    while block := "".join(islice(lines, _ROWS_AT_ONCE)):
        stream.write(block)


def _cell(text: str) -> str:
    """Return a text as a CSV cell, in quotes where RFC 4180 needs them."""
    if _TO_BE_QUOTED.search(text):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


def _cleared_lines(done: SetOffDone, cells: _Cells) -> Iterator[str]:
    """Yield a line for each obligation, in the order of the file."""
    rows = done.obligations
    for start in range(0, len(rows.lines), _ROWS_AT_ONCE):
        at = np.arange(start, min(start + _ROWS_AT_ONCE, len(rows.lines)))
        amounts, cleared = rows.amounts_minor[at], done.cleared_minor[at]
        yield from map(
            "%s,%d,%s,%s,%d,%d,%d\n".__mod__,
            zip(
                cells.ids_of(at),
                rows.lines[at].tolist(),
                map(cells.parties.__getitem__, rows.debtors[at].tolist()),
                map(cells.parties.__getitem__, rows.creditors[at].tolist()),
                amounts.tolist(),
                cleared.tolist(),
                (amounts - cleared).tolist(),
                strict=True,
            ),
        )


def _position_lines(done: SetOffDone, cells: _Cells) -> Iterator[str]:
    positions = done.positions
    columns = (
        positions.to_pay_minor,
        positions.to_receive_minor,
        positions.net_minor,
        positions.cleared_to_pay_minor,
        positions.cleared_to_receive_minor,
        positions.remaining_to_pay_minor,
        positions.remaining_to_receive_minor,
        positions.liquidity_minor,
        positions.drawn_minor,
        positions.returned_minor,
    )
    form = "%s" + ",%d" * len(columns) + "\n"
    yield from map(
        form.__mod__, zip(cells.parties, *(one.tolist() for one in columns), strict=True)
    )


def _has_notice_each(done: SetOffDone) -> bool:
    return len(done.given.parties) <= NOTICE_FILES_MAX


def _write_notices(places: _Places, done: SetOffDone, cells: _Cells) -> None:
    """Write what each party pays and then what it receives, each in the order of the file."""
    rows, why = done.obligations, _reasons(done)
    # Twice the party's number, and one more where it receives: sorted, that is the order.
    keys = np.concatenate((rows.debtors.astype(np.int64) * 2, rows.creditors * np.int64(2) + 1))
    order = np.argsort(keys, kind="stable")
    if not _has_notice_each(done):
        with places.open(NOTICES_FILE) as stream:
            _write_table(stream, NOTICES_HEADER, _notice_lines(done, cells, why, order))
        return
    ends = np.searchsorted(keys[order], np.arange(len(cells.parties) + 1) * 2)
    for number, (start, end) in enumerate(pairwise(ends.tolist())):
        if end > start:
            with places.open(f"{NOTICES_FOLDER}/{_notice_name(done, number)}") as stream:
                lines = _notice_lines(done, cells, why, order[start:end])
                _write_table(stream, NOTICES_HEADER, lines)


def _notice_name(done: SetOffDone, number: int) -> str:
    """Return a name that is safe in every file system: the party's number, its name in ASCII."""
    slug = _NOT_PLAIN.sub("-", anyascii(done.given.parties[number]))[:_SLUG_CHARACTERS_MAX]
    return f"{'-'.join(filter(None, (f'{number + 1:04d}', slug.strip('-'))))}.csv"


def _notice_lines(
    done: SetOffDone, cells: _Cells, why: NDArray[np.object_], order: Int64s
) -> Iterator[str]:
    """Yield the lines of notices; a place beyond the obligations is one that is received."""
    rows = done.obligations
    for start in range(0, len(order), _ROWS_AT_ONCE):
        places = order[start : start + _ROWS_AT_ONCE]
        receives = places >= len(rows.lines)
        at = np.where(receives, places - len(rows.lines), places)
        debtors, creditors = rows.debtors[at], rows.creditors[at]
        amounts, cleared = rows.amounts_minor[at], done.cleared_minor[at]
        yield from map(
            "%s,%s,%s,%s,%d,%d,%d,%d,%s\n".__mod__,
            zip(
                map(cells.parties.__getitem__, np.where(receives, creditors, debtors).tolist()),
                np.where(receives, "receives", "pays").tolist(),
                map(cells.parties.__getitem__, np.where(receives, debtors, creditors).tolist()),
                cells.ids_of(at),
                rows.lines[at].tolist(),
                amounts.tolist(),
                cleared.tolist(),
                (amounts - cleared).tolist(),
                why[at].tolist(),
                strict=True,
            ),
        )


def _reasons(done: SetOffDone) -> NDArray[np.object_]:
    """Return by obligation why some of it remains; the first reason that holds."""
    rows, positions = done.obligations, done.positions
    with_liquidity = done.given.liquidity_minor is not None
    debtor_done = (positions.remaining_to_receive_minor == 0) & (
        positions.drawn_minor == positions.liquidity_minor
    )
    creditor_done = positions.remaining_to_pay_minor == 0
    words = np.array(
        [
            WHOLLY_CLEARED,
            DEBTOR_HAS_NO_MORE_LIQUIDITY if with_liquidity else DEBTOR_HAS_NO_MORE,
            CREDITOR_OWES_NO_MORE,
            NO_GAIN,
        ],
        object,
    )
    chosen = np.select(
        [
            rows.amounts_minor == done.cleared_minor,
            debtor_done[rows.debtors],
            # A creditor with nothing left to pay can still take money, where there is any.
            creditor_done[rows.creditors] & (not with_liquidity),
        ],
        [0, 1, 2],
        default=3,
    )
    found: NDArray[np.object_] = words[chosen]
    return found
