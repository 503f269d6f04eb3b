"""A file of payments, CSV or Parquet, as a table; docs/formats/payment-files.md says how it looks.

Columns are judged as a whole; only a row in which something is wrong becomes text, to say what.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.identifiers.cells import name_fault, shown
from comity.money import CURRENCIES
from comity.payments.purposes import PURPOSE_MISSING, pack_purpose
from comity.simulator.payment_columns import (
    NO_DAY,
    NO_TEXT,
    Texts,
    number_texts,
    number_values,
    read_amount_column,
)
from comity.simulator.payment_csv import read_csv
from comity.simulator.payment_faults import PaymentFaults
from comity.simulator.payment_format import PaymentFormat
from comity.simulator.payment_kernel import TOO_LARGE, TOO_MANY_DECIMALS
from comity.simulator.payment_links import NO_LINK, LegColumns, pair_legs, renumber_trades
from comity.simulator.payment_parquet import MAGIC, read_parquet
from comity.simulator.payment_rules import (
    PRIORITIES,
    Found,
    amount_fault,
    currency_fault,
    priority_fault,
    purpose_fault,
)
from comity.simulator.payment_source import PaymentSource
from comity.simulator.payment_table import PaymentTable
from comity.simulator.payment_times import read_times, read_windows

Bools = NDArray[np.bool_]
Int8s = NDArray[np.int8]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

PAYMENTS_MAX: Final = 20_000_000
"""Payments of one file."""

PARTIES_MAX: Final = 100_000
"""Different names of one file."""

PARQUET_SUFFIXES: Final = (".parquet", ".pq")
"""A file that is so named must be a Parquet file; one that begins as they do is one anyway."""

_DAY_US = 86_400_000_000


def read_payments(
    name: str,
    data: bytes,
    form: PaymentFormat = PaymentFormat(),  # noqa: B008 — it cannot be changed
) -> PaymentTable:
    """Read a file of payments.

    Args:
        name: path as the user named it; faults name it.
        data: the file's bytes: Parquet where the name ends so or the bytes begin so, else CSV.
        form: which column is which, and what stands where one is left out.

    Returns:
        All payments by day and time; those of equal times in the order of the file.

    Raises:
        InputFaultsError: with the first 20 faults by line, and how many more there are. Nothing
            is left out of a file that is read.
    """
    faults = PaymentFaults(name)
    is_parquet = data.startswith(MAGIC) or name.lower().endswith(PARQUET_SUFFIXES)
    source = (read_parquet if is_parquet else read_csv)(name, data, form, faults)
    is_whole = not faults.count
    if len(source) > PAYMENTS_MAX:
        expected = f"at most {PAYMENTS_MAX:,}; part the file by days"
        faults.add(0, "", f"{len(source):,} payments", expected)
        faults.raise_if_any()
    day, time_us = read_times(source, form, faults)
    parties, debtor, creditor = _parties(source, faults)
    currencies = _currencies(source, form, faults)
    currency = currencies.numbers[currencies.places]
    amount_minor = _amounts(source, currencies, faults)
    priority = _few(source, "priority", priority_fault, PRIORITIES.__getitem__, faults)
    purpose = _few(source, "purpose", purpose_fault, _packed, faults)
    from_us, till_us = read_windows(source, faults)
    _check_ids(source, faults)
    legs = LegColumns(_links(source), day, debtor, creditor, currency, source.lines)
    # Where rows are left out because they are not whole, a leg may be among them.
    link = _trades(source, legs, faults) if is_whole else legs.link
    faults.raise_if_any()
    order = _order(day, time_us)
    return PaymentTable(
        parties=parties,
        day=day[order].astype(np.int32),
        time_us=time_us[order],
        debtor=debtor[order],
        creditor=creditor[order],
        currency=currency[order].astype(np.int16),
        amount_minor=amount_minor[order],
        priority=priority[order].astype(np.int8),
        purpose=purpose[order].astype(np.int32),
        from_us=from_us[order],
        till_us=till_us[order],
        link=renumber_trades(link[order]),
        line=source.lines[order],
        hash=hashlib.sha256(data).hexdigest(),
    )


def _order(day: Int64s, time_us: Int64s) -> Int64s | slice:
    """Return how rows come to stand by day and time, equal ones as they stood."""
    moments = day * _DAY_US + time_us
    if (np.diff(moments) >= 0).all():
        return slice(None)
    return np.argsort(moments, kind="stable")


def _parties(
    source: PaymentSource, faults: PaymentFaults
) -> tuple[tuple[str, ...], Int32s, Int32s]:
    """Return the names in order of the alphabet, and who pays and who is paid."""
    sides = []
    for column in ("debtor", "creditor"):
        numbers, values = number_values(source.columns[column])
        if len(values) > PARTIES_MAX:
            expected = f"at most {PARTIES_MAX:,}; is this the column of banks?"
            faults.add(0, column, f"{len(values):,} different names", expected)
            faults.raise_if_any()
        texts = [text or "" for text in values.to_pylist()]
        nothing = numbers == NO_TEXT
        sides.append(Texts(np.where(nothing, np.int32(len(texts)), numbers), [*texts, ""]))
        _check_values(source, column, sides[-1], name_fault, faults)
    # Python orders texts by code points, which is the order of their bytes in UTF-8.
    used = {side.values[at] for side in sides for at in np.unique(side.numbers).tolist()}
    parties = tuple(sorted(used - {""}))
    places = {"": NO_TEXT} | {text: place for place, text in enumerate(parties)}
    debtor, creditor = (
        np.array([places.get(text, NO_TEXT) for text in side.values], np.int32)[side.numbers]
        for side in sides
    )

    def say(row: int) -> Found:
        expected = "another party than the debtor; take the line out"
        return f"{shown(source.cell('creditor', row))} again", expected

    same = (debtor == creditor) & (debtor != NO_TEXT)
    faults.add_rows(same, source.lines, "creditor", say)
    return parties, debtor, creditor


@dataclass(frozen=True, slots=True, eq=False)
class _Currencies:
    """The currency of each row.

    Attributes:
        places: by row, place in the others.
        codes: as they stand in the file.
        numbers: of ISO 4217; 0 for a currency that there is not.
        exponents: decimals of the major unit.
    """

    places: Int32s
    codes: Sequence[str]
    numbers: Int64s
    exponents: Int8s


def _currencies(source: PaymentSource, form: PaymentFormat, faults: PaymentFaults) -> _Currencies:
    if form.currency is None:
        texts = number_texts(source.columns["currency"])
        _check_values(source, "currency", texts, currency_fault, faults)
    else:
        texts = Texts(np.zeros(len(source), np.int32), [form.currency])
    known = [CURRENCIES.get(text) for text in texts.values]
    return _Currencies(
        texts.numbers,
        texts.values,
        np.array([each.number if each else 0 for each in known], np.int64),
        np.array([each.exponent if each else 0 for each in known], np.int8),
    )


def _amounts(source: PaymentSource, currencies: _Currencies, faults: PaymentFaults) -> Int64s:
    in_minor = "amount_minor" in source.columns
    column = "amount_minor" if in_minor else "amount"
    exponents = np.zeros_like(currencies.exponents) if in_minor else currencies.exponents
    amounts = read_amount_column(source.columns[column], exponents[currencies.places])

    def say(row: int) -> Found:
        cell, code = source.cell(column, row), currencies.codes[int(currencies.places[row])]
        return amount_fault(cell, int(amounts[row]), code, in_minor=in_minor)

    # What there can be of a currency that there is not cannot be said.
    unknown = (currencies.numbers == 0)[currencies.places]
    unsaid = unknown & ((amounts == TOO_MANY_DECIMALS) | (amounts == TOO_LARGE))
    faults.add_rows((amounts <= 0) & ~unsaid, source.lines, column, say)
    return amounts


def _few(
    source: PaymentSource,
    column: str,
    fault: Callable[[str], Found | None],
    number: Callable[[str], int],
    faults: PaymentFaults,
) -> Int64s:
    """Return a column of few different texts as numbers; that of the empty text if it is absent."""
    if column not in source.columns:
        return np.full(len(source), number(""), np.int64)
    texts = number_texts(source.columns[column])
    _check_values(source, column, texts, fault, faults)
    read = [0 if fault(text) else int(number(text)) for text in texts.values]
    numbers: Int64s = np.array(read, np.int64)[texts.numbers]
    return numbers


def _packed(purpose: str) -> int:
    return pack_purpose(purpose) if purpose else PURPOSE_MISSING


def _check_values(
    source: PaymentSource,
    column: str,
    texts: Texts,
    fault: Callable[[str], Found | None],
    faults: PaymentFaults,
) -> None:
    """Note each row whose text is wrong; each text is judged once."""
    found = [fault(text) for text in texts.values]
    if any(found):
        wrong = np.array([each is not None for each in found], np.bool_)[texts.numbers]
        faults.add_rows(wrong, source.lines, column, _Told(found, texts.numbers))


class _Told:
    """What is wrong with a row, by the number of its text."""

    def __init__(self, found: Sequence[Found | None], numbers: Int32s) -> None:
        self._found = found
        self._numbers = numbers

    def __call__(self, row: int) -> Found:
        found = self._found[int(self._numbers[row])]
        assert found is not None, "only wrong texts are told of"
        return found


def _check_ids(source: PaymentSource, faults: PaymentFaults) -> None:
    """Note ids that are missing or stand twice: a payment exported twice is no second one."""
    if "id" not in source.columns:
        return
    numbers, _ = number_values(source.columns["id"])
    missing = numbers == NO_TEXT
    faults.add_rows(
        missing, source.lines, "id", lambda _: ("nothing", "an id on each line, or no such column")
    )
    first = np.full(int(numbers.max(initial=0)) + 1, -1, np.int64)
    rows = np.flatnonzero(~missing)[::-1]
    first[numbers[rows]] = rows
    again = ~missing & (first[numbers] != np.arange(len(numbers)))

    def say(row: int) -> Found:
        before = int(source.lines[first[numbers[row]]])
        return f"{shown(source.cell('id', row))}, which stands on line {before} too", "each id once"

    faults.add_rows(again, source.lines, "id", say)


def _trades(source: PaymentSource, legs: LegColumns, faults: PaymentFaults) -> Int64s:
    """Return by row a number of its trade; links of rows with faults are not judged."""
    sound = (legs.day != NO_DAY) & (legs.debtor >= 0) & (legs.creditor >= 0) & (legs.currency > 0)
    unsound = np.isin(legs.link, legs.link[~sound])
    judged = replace(legs, link=np.where(unsound, NO_LINK, legs.link))
    return pair_legs(judged, lambda row: source.cell("link", row), faults)


def _links(source: PaymentSource) -> Int64s:
    if "link" not in source.columns:
        return np.full(len(source), NO_LINK, np.int64)
    numbers, _ = number_values(source.columns["link"])
    return np.where(numbers == NO_TEXT, NO_LINK, numbers.astype(np.int64))
