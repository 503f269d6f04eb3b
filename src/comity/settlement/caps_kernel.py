"""Net debit caps: what a participant may owe at most in the cycle that is still open.

A payment that would take its payer beyond its cap waits, in order of acceptance for each
participant, until payments to it make room; then it joins the cycle. At a cut-off the positions
begin anew, and what still waits may join the next cycle. A participant without a cap joins at once.
"""

import numpy as np

from comity.numba_kernel import Number, inner_kernel, outer_kernel, step_kernel
from comity.settlement.tables import COUNTER_CURRENCIES, Books, Bools, Int32s, Rows


@inner_kernel
def has_caps(books: Books) -> bool:
    """Return whether the scheme caps anybody's net debit."""
    return len(books.caps.positions) > 0


@inner_kernel
def fits_cap(books: Books, payment: Number) -> bool:
    """Return whether a payment may join its cycle: nobody waits before it and the cap has room."""
    key = _key(books, payment)
    return books.caps.lists[key].head < 0 and _has_room(books, key, payment)


@step_kernel
def wait_for_room(books: Books, payment: Number) -> None:
    """Put a payment last among those of its payer that wait for room under the cap."""
    _append(books, books.caps.lists, _key(books, payment), payment)


@inner_kernel
def join_cycle(books: Books, payment: Number) -> None:
    """Put a payment last among those that wait for their next cycle."""
    currencies = books.counters[COUNTER_CURRENCIES]
    pool = np.int64(books.rules[books.live[payment].agreement].pool)
    place = np.int64(books.live[payment].payer)
    _append(books, books.cycle_lists, pool * currencies + place % currencies, payment)


@step_kernel
def join_and_relieve(books: Books, payment: Number, work: Int32s, listed: Bools) -> None:
    """Let a payment join its cycle, and all for whom that and what follows makes room."""
    pool = np.int64(books.rules[books.live[payment].agreement].pool)
    count = _join(books, payment, work, listed, np.int64(0))
    _relieve(books, pool, work, listed, count)


@outer_kernel
def begin_cycle(books: Books, pool: Number, currency: Number, work: Int32s, listed: Bools) -> None:
    """Begin a pool's next cycle in a currency: nobody owes anything, and who waited may join.

    Participants are taken by number.
    """
    places, width = len(books.places), books.counters[COUNTER_CURRENCIES]
    for place in range(currency, places, width):
        books.caps.positions[pool * places + place].debit_minor = 0
    _relieve_all(books, np.int64(pool), np.int64(currency), work, listed)


@outer_kernel
def relieve_pool(books: Books, pool: Number, currency: Number, work: Int32s, listed: Bools) -> None:
    """Let whoever has room join a pool's open cycle in a currency, participants by number."""
    _relieve_all(books, pool, currency, work, listed)


@step_kernel
def _relieve_all(books: Books, pool: Number, currency: Number, work: Int32s, listed: Bools) -> None:
    places, width = len(books.places), books.counters[COUNTER_CURRENCIES]
    count: Number = np.int64(0)
    for place in range(currency, places, width):
        count = _list(books, pool, np.int64(place), work, listed, count)
    _relieve(books, pool, work, listed, count)


@inner_kernel
def _relieve(books: Books, pool: Number, work: Int32s, listed: Bools, count: Number) -> None:
    first = 0
    while first < count:
        place = np.int64(work[first % len(work)])
        first += 1
        listed[place] = False
        key = pool * len(books.places) + place
        while books.caps.lists[key].head >= 0:
            payment = np.int64(books.caps.lists[key].head)
            if not _has_room(books, key, payment):
                break
            books.caps.lists[key].head = books.live[payment].link
            if books.caps.lists[key].head < 0:
                books.caps.lists[key].tail = -1
            count = _join(books, payment, work, listed, count)


@inner_kernel
def _join(books: Books, payment: Number, work: Int32s, listed: Bools, count: Number) -> Number:
    """Let a payment join, and list its payee if somebody there waits for room."""
    join_cycle(books, payment)
    live = books.live[payment]
    pool = np.int64(books.rules[live.agreement].pool)
    payee = np.int64(live.payee)
    books.caps.positions[_key(books, payment)].debit_minor += live.debit_minor
    books.caps.positions[pool * len(books.places) + payee].debit_minor -= live.debit_minor
    return _list(books, pool, payee, work, listed, count)


@inner_kernel
def _list(
    books: Books, pool: Number, place: Number, work: Int32s, listed: Bools, count: Number
) -> Number:
    if books.caps.lists[pool * len(books.places) + place].head >= 0 and not listed[place]:
        work[count % len(work)] = place
        listed[place] = True
        count += 1
    return count


@inner_kernel
def _key(books: Books, payment: Number) -> Number:
    live = books.live[payment]
    pool = np.int64(books.rules[live.agreement].pool)
    return pool * len(books.places) + np.int64(live.payer)


@inner_kernel
def _has_room(books: Books, key: Number, payment: Number) -> bool:
    row = books.caps.positions[key]
    return bool(row.cap_minor - row.debit_minor >= books.live[payment].debit_minor)


@inner_kernel
def _append(books: Books, lists: Rows, at: Number, payment: Number) -> None:
    ends = lists[at]
    if ends.head < 0:
        ends.head = payment
    else:
        books.live[ends.tail].link = payment
    ends.tail = payment
    books.live[payment].link = -1
