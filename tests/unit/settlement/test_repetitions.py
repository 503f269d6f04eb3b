"""Messages and payments that come again, in one batch and in many."""

from dataclasses import replace

import numpy as np
import pytest
from tests.kit.batches import Driver, Payment, batch_of
from tests.kit.days import last_reason
from tests.kit.schemes import KG_BANK, RU_BANK, small_scheme

from comity.payments.codes import EventKind
from comity.payments.commands import CommandBatch
from comity.payments.lifecycle import State as PaymentState
from comity.payments.reasons import Reason

ONE = Payment(KG_BANK, RU_BANK, 10_00)


def joined(*batches: CommandBatch) -> CommandBatch:
    """Return batches as one."""
    rows, offset = [], 0
    for batch in batches:
        moved = batch.payments.copy()
        moved["message"] += offset
        offset += len(batch.messages)
        rows.append(moved)
    messages = np.concatenate([batch.messages for batch in batches])
    return CommandBatch(messages=messages, payments=np.concatenate(rows))


def keyed(batch: CommandBatch, *, key: int, content: int, sender: int = 0) -> CommandBatch:
    """Return a one-message batch whose message has a key, bytes and a sender of its own."""
    messages = batch.messages.copy()
    messages["key_low"], messages["sha256_0"], messages["sender"] = key, content, sender
    payments = batch.payments.copy()
    payments["message"] = 0
    payments["position"] = np.arange(len(payments))
    return CommandBatch(messages=messages[:1], payments=payments)


def duplicates(driver: Driver) -> list[int]:
    """Return the payments that answered repetitions, in order."""
    found: list[int] = []
    for outcome in driver.outcomes:
        events = outcome.events[outcome.events["kind"] == EventKind.DUPLICATE]
        found += events["subject"].tolist()
    return found


def alarms(driver: Driver) -> int:
    """Return how many alarms were raised."""
    return sum(int((one.events["kind"] == EventKind.ALARM).sum()) for one in driver.outcomes)


def run_both_ways(batches: list[CommandBatch]) -> Driver:
    """Run batches one by one and as one; both cause the same bytes."""
    single, whole = (Driver(small_scheme()).start() for _ in range(2))
    for batch in batches:
        single.run(batch)
    whole.run(joined(*batches))
    events = [np.concatenate([one.events for one in d.outcomes]).tobytes() for d in (single, whole)]
    assert events[0] == events[1]
    return single


def test_a_message_that_comes_again_byte_for_byte_makes_no_payments() -> None:
    two = batch_of(small_scheme(), [ONE, ONE])
    driver = run_both_ways([keyed(two, key=7, content=7)] * 3)
    assert driver.states() == [PaymentState.SETTLED] * 2
    assert duplicates(driver) == [0, 1, 0, 1]


def test_a_key_used_for_other_bytes_refuses_every_payment_of_the_message() -> None:
    first = keyed(batch_of(small_scheme(), [ONE]), key=7, content=7)
    other = keyed(batch_of(small_scheme(), [ONE, ONE], first=5), key=7, content=8)
    driver = run_both_ways([first, other])
    assert driver.states() == [PaymentState.SETTLED, PaymentState.REJECTED, PaymentState.REJECTED]
    assert last_reason(driver, 2) is Reason.DUPLICATE_REFERENCE


def test_a_message_refused_for_its_key_that_comes_again_is_answered_again() -> None:
    first = keyed(batch_of(small_scheme(), [ONE]), key=7, content=7)
    other = keyed(batch_of(small_scheme(), [ONE, ONE], first=5), key=7, content=8)
    driver = run_both_ways([first, other, other])
    assert len(driver.states()) == 3
    assert duplicates(driver) == [1, 2]


def test_a_repetition_repeated_is_answered_by_the_first_payment() -> None:
    same = replace(ONE, reference=9, uetr=9, body=9)
    first = keyed(batch_of(small_scheme(), [same]), key=1, content=1)
    again = keyed(batch_of(small_scheme(), [same]), key=2, content=2)
    driver = run_both_ways([first, again, again])
    assert driver.states() == [PaymentState.SETTLED]
    assert duplicates(driver) == [0, 0]


def test_two_equal_rows_of_one_message_are_one_payment() -> None:
    same = replace(ONE, reference=9, uetr=9, body=9)
    driver = run_both_ways([keyed(batch_of(small_scheme(), [same, same]), key=1, content=1)])
    assert driver.states() == [PaymentState.SETTLED]
    assert duplicates(driver) == [0]


def test_a_reference_of_one_payment_and_the_uetr_of_another_are_refused() -> None:
    one = replace(ONE, reference=1, uetr=1, body=1)
    two = replace(ONE, reference=2, uetr=2, body=2)
    mixed = replace(ONE, reference=1, uetr=2, body=2)
    batches = [
        keyed(batch_of(small_scheme(), [each]), key=at, content=at)
        for at, each in enumerate((one, two, mixed), start=1)
    ]
    driver = run_both_ways(batches)
    assert last_reason(driver, 2) is Reason.DUPLICATE_REFERENCE


@pytest.mark.parametrize(("sender", "expected"), [(0, 0), (3, 1)])
def test_a_uetr_used_by_another_sender_raises_an_alarm(sender: int, expected: int) -> None:
    one = replace(ONE, reference=1, uetr=1, body=1)
    other = replace(ONE, reference=2, uetr=1, body=2)
    driver = run_both_ways(
        [
            keyed(batch_of(small_scheme(), [one]), key=1, content=1),
            keyed(batch_of(small_scheme(), [other]), key=2, content=2, sender=sender),
        ]
    )
    assert last_reason(driver, 1) is Reason.DUPLICATE_UETR
    assert alarms(driver) == expected


def test_nobody_can_use_up_the_uetr_of_another_bank() -> None:
    forged = replace(ONE, reference=1, uetr=5, body=1, fault=int(Reason.SENDER_MISMATCH))
    genuine = replace(ONE, reference=2, uetr=5, body=2)
    driver = run_both_ways(
        [
            keyed(batch_of(small_scheme(), [forged]), key=1, content=1, sender=3),
            keyed(batch_of(small_scheme(), [genuine]), key=2, content=2),
        ]
    )
    assert driver.states() == [PaymentState.REJECTED, PaymentState.SETTLED]


def test_a_refused_message_has_no_key() -> None:
    broken = keyed(batch_of(small_scheme(), []), key=0, content=1)
    row = np.zeros(1, broken.messages.dtype)
    row["fault"], row["arrival_us"] = Reason.MALFORMED_XML, 0
    bad = CommandBatch(messages=row)
    driver = run_both_ways([bad, bad, keyed(batch_of(small_scheme(), [ONE]), key=1, content=1)])
    assert driver.states() == [PaymentState.SETTLED]
    assert driver.state.message_count == 3
