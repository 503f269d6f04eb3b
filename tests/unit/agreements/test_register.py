"""The life of a version, act by act: two people a step, and what does not follow is refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.arrangement.small_folder import SMALL

from comity.agreements import Agreement
from comity.agreements.register import (
    Act,
    ActKind,
    RegisterError,
    Stage,
    apply_register,
    ask_or_second,
    read_register,
    text_hash,
)
from comity.arrangement import load_scheme

GOODS = next(each for each in load_scheme(SMALL).agreements if each.id == "goods")
BEFORE = GOODS.valid_from - timedelta(days=60)
DAY = timedelta(days=1)
LATER = GOODS.valid_from + 30 * DAY


class Register:
    """Acts entered one by one."""

    def __init__(self, *agreements: Agreement) -> None:
        self.by_key = {each.key: each for each in agreements or (GOODS,)}
        self.acts: tuple[Act, ...] = ()

    def act(self, actor: str, kind: ActKind, day: date, **said: object) -> Act:
        """Enter one act of one person."""
        wanted = Act(0, day, kind, "goods@1", None, None, actor, None, "")
        act = ask_or_second(self.acts, self.by_key, replace(wanted, **said))  # type: ignore[arg-type]
        self.acts = (*self.acts, act)
        return act

    def both(self, kind: ActKind, day: date, **said: object) -> None:
        """Enter an act and its second."""
        self.act("A. First", kind, day, **said)
        self.act("B. Second", kind, day, **said)

    def bind(self) -> None:
        """Propose, and let every party ratify."""
        self.both(ActKind.PROPOSE, BEFORE)
        for party in GOODS.parties:
            self.both(ActKind.RATIFY, BEFORE + DAY, party=party)

    def stage(self, day: date) -> Stage:
        return read_register(self.acts, self.by_key)["goods@1"].stage(GOODS, day)

    def bound(self) -> tuple[Agreement, ...]:
        versions = tuple(self.by_key.values())
        return apply_register(versions, read_register(self.acts, self.by_key))


def test_from_draft_to_force_to_its_last_day() -> None:
    register = Register()
    assert register.stage(LATER) is Stage.DRAFT
    register.both(ActKind.PROPOSE, BEFORE)
    assert register.stage(LATER) is Stage.PROPOSED
    one, *others = GOODS.parties
    register.both(ActKind.RATIFY, BEFORE, party=one)
    assert (register.stage(LATER), register.bound()) == (Stage.PROPOSED, ())
    for party in others:
        register.both(ActKind.RATIFY, BEFORE + DAY, party=party)
    assert register.stage(BEFORE + DAY) is Stage.RATIFIED
    assert register.stage(GOODS.valid_from) is Stage.IN_FORCE
    assert GOODS.valid_until is not None
    assert register.stage(GOODS.valid_until) is Stage.IN_FORCE
    assert register.stage(GOODS.valid_until + DAY) is Stage.LAPSED
    assert register.bound() == (GOODS,)


def test_an_act_counts_only_when_another_person_does_the_same() -> None:
    register = Register()
    register.act("A. First", ActKind.PROPOSE, BEFORE)
    assert register.stage(LATER) is Stage.DRAFT
    with pytest.raises(RegisterError, match=r"found 'A\. First' twice, expected a second person"):
        register.act("A. First", ActKind.PROPOSE, BEFORE)
    second = register.act("B. Second", ActKind.PROPOSE, BEFORE)
    assert (second.seconds, register.stage(LATER)) == (1, Stage.PROPOSED)


def test_another_day_is_another_act() -> None:
    register = Register()
    register.bind()
    register.act("A. First", ActKind.SUSPEND, LATER, effective=LATER)
    register.act("B. Second", ActKind.SUSPEND, LATER, effective=LATER + DAY)
    assert register.stage(LATER + DAY) is Stage.IN_FORCE
    waiting = read_register(register.acts, register.by_key)["goods@1"].waiting
    assert [each.effective for each in waiting] == [LATER, LATER + DAY]


def test_suspended_from_a_day_on_and_resumed() -> None:
    register = Register()
    register.bind()
    register.both(ActKind.SUSPEND, LATER, effective=LATER + DAY)
    assert register.stage(LATER) is Stage.IN_FORCE
    assert register.stage(LATER + DAY) is Stage.SUSPENDED
    assert [each.valid_until for each in register.bound()] == [LATER]
    register.both(ActKind.RESUME, LATER + 9 * DAY)
    assert register.stage(LATER + 9 * DAY) is Stage.IN_FORCE
    assert register.bound() == (GOODS,)


def test_ended_with_a_last_day_for_good() -> None:
    register = Register()
    register.bind()
    register.both(ActKind.TERMINATE, LATER, effective=LATER + 5 * DAY)
    assert register.stage(LATER + 5 * DAY) is Stage.IN_FORCE
    assert register.stage(LATER + 6 * DAY) is Stage.TERMINATED
    assert [each.valid_until for each in register.bound()] == [LATER + 5 * DAY]
    with pytest.raises(RegisterError, match="found it ended with"):
        register.act("A. First", ActKind.SUSPEND, LATER, effective=LATER)


def test_suspended_before_its_first_day_it_is_left_out() -> None:
    register = Register()
    register.bind()
    register.both(ActKind.SUSPEND, BEFORE + 2 * DAY, effective=GOODS.valid_from)
    assert register.bound() == ()


def test_a_proposed_text_never_changes() -> None:
    register = Register()
    register.both(ActKind.PROPOSE, BEFORE)
    register.by_key["goods@1"] = replace(GOODS, title="Another title")
    with pytest.raises(RegisterError, match="found another text of goods@1 than was proposed"):
        register.act("A. First", ActKind.RATIFY, BEFORE, party=GOODS.parties[0])
    with pytest.raises(RegisterError, match="write the change as a new version"):
        read_register(register.acts, register.by_key)


def test_equal_terms_have_one_hash_and_others_another() -> None:
    assert text_hash(GOODS) == text_hash(replace(GOODS))
    assert text_hash(GOODS) != text_hash(replace(GOODS, version=2))


@pytest.mark.parametrize(
    ("kind", "said", "why"),
    [
        (ActKind.RATIFY, {"party": "KG"}, "found a draft, expected it proposed first"),
        (ActKind.SUSPEND, {"effective": LATER}, "found not ratified by KG, RU, expected a version"),
        (ActKind.RESUME, {}, "found not ratified by KG, RU"),
        (ActKind.RATIFY, {"party": "AM"}, "found AM, expected one of its parties: KG, RU"),
        (ActKind.RATIFY, {}, "found party None, expected one exactly with ratify"),
        (ActKind.PROPOSE, {"party": "KG"}, "found party KG, expected one exactly with ratify"),
        (ActKind.PROPOSE, {"effective": LATER}, "expected one exactly with suspend and"),
        (ActKind.TERMINATE, {}, "found effective day None"),
        (ActKind.TERMINATE, {"effective": BEFORE - DAY}, "expected .* or a later day"),
        (ActKind.PROPOSE, {"actor": " "}, "found no actor, expected a name"),
        (ActKind.PROPOSE, {"version": "goods@9"}, "found 'goods@9', expected one of goods@1"),
    ],
)
def test_what_does_not_follow_is_refused_and_enters_nothing(
    kind: ActKind, said: dict[str, object], why: str
) -> None:
    register = Register()
    with pytest.raises(RegisterError, match=why):
        register.act(str(said.pop("actor", "A. First")), kind, BEFORE, **said)
    assert register.acts == ()


def test_what_is_bound_is_refused_again() -> None:
    register = Register()
    register.bind()
    for kind, said, why in (
        (ActKind.PROPOSE, {}, f"found it proposed on {BEFORE}, expected a draft"),
        (ActKind.RATIFY, {"party": "KG"}, f"found KG bound since {BEFORE + DAY}"),
        (ActKind.RESUME, {}, "found it not suspended, expected one that is"),
    ):
        with pytest.raises(RegisterError, match=why):
            register.act("A. First", kind, LATER, **said)
    register.both(ActKind.SUSPEND, LATER, effective=LATER)
    with pytest.raises(RegisterError, match=f"found it suspended from {LATER}"):
        register.act("A. First", ActKind.SUSPEND, LATER, effective=LATER + DAY)


def test_days_do_not_go_backwards() -> None:
    register = Register()
    register.act("A. First", ActKind.PROPOSE, LATER)
    with pytest.raises(RegisterError, match=f"found day {BEFORE}, expected {LATER} or a later one"):
        register.act("B. Second", ActKind.PROPOSE, BEFORE)


def test_a_second_of_nothing_is_no_register() -> None:
    act = Act(1, BEFORE, ActKind.PROPOSE, "goods@1", None, None, "A", 7, text_hash(GOODS))
    with pytest.raises(RegisterError, match="found no act 7 of the same that waits"):
        read_register([act], {"goods@1": GOODS})


@given(
    st.lists(st.tuples(st.sampled_from(list(ActKind)), st.sampled_from("AB"), st.integers(0, 3)))
)
def test_whatever_is_entered_reads_the_same_again(
    steps: list[tuple[ActKind, str, int]],
) -> None:
    """A machine of random acts: what was let in is a register, and a refusal changes nothing."""
    register, day = Register(), BEFORE
    for kind, actor, more in steps:
        day += more * DAY
        said: dict[str, object] = {}
        if kind is ActKind.RATIFY:
            said["party"] = GOODS.parties[more % len(GOODS.parties)]
        if kind in {ActKind.SUSPEND, ActKind.TERMINATE}:
            said["effective"] = day
        before = register.acts
        try:
            register.act(actor, kind, day, **said)
        except RegisterError:
            assert register.acts == before
    standing = read_register(register.acts, register.by_key)["goods@1"]
    bound = register.bound()
    assert bool(bound) <= (not standing.missing(GOODS))
    seconds = [each for each in register.acts if each.seconds is not None]
    for each in seconds:
        first = register.acts[(each.seconds or 0) - 1]
        assert first.actor != each.actor
        assert first.asked == each.asked
