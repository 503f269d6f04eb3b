"""A day killed at 100 moments and settled again: nothing lost, nothing doubled, the same bytes."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.simulation.killed_days import POINTS
from tests.simulation.small_day import make_day, settle_quietly

ROOT = Path(__file__).parents[2]
KILLS = 100
WITHIN_THE_DAY_MIN = 80
COMMITS_MIN = 80
PROGRAMS = 2
RETURNS_MIN = 10
FATES = (
    *("withdrawn", "cancellations_forwarded", "cancellations_refused"),
    *("changed", "changes_refused"),
)


def kill_and_settle(work: Path, publish_every: int) -> tuple[int, list[dict[str, Any]]]:
    """Return the day's number of commits, and what became of each kill."""
    folder = make_day(work / "day")
    programs = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.simulation.killed_days"),
                *(str(folder), str(work / str(number))),
                *(str(number), str(PROGRAMS), str(publish_every)),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROGRAMS)
    ]
    told = [program.communicate()[0] for program in programs]
    assert [program.returncode for program in programs] == [0] * PROGRAMS
    lines = [[json.loads(line) for line in one.splitlines()] for one in told]
    assert len({json.dumps(one[0]) for one in lines}) == 1, "whole runs differ between programs"
    return lines[0][0]["batches"], [outcome for one in lines for outcome in one[1:]]


def check_outcomes(batches: int, outcomes: list[dict[str, Any]]) -> None:
    """Check what must hold of every kill, and that the kills fell where they were to fall."""
    assert len(outcomes) == KILLS
    assert Counter(one["point"][0] for one in outcomes) == POINTS
    assert batches >= COMMITS_MIN
    assert all(one["killed"] for one in outcomes)
    assert all(one["in_order"] for one in outcomes)
    # At most the commit under way may be there without having been acknowledged.
    assert {one["durable"] - one["acknowledged"] for one in outcomes} == {0, 1}
    within = [one for one in outcomes if 1 <= one["acknowledged"] < batches]
    assert len(within) >= WITHIN_THE_DAY_MIN
    assert [one for one in outcomes if not one["settled_again"] or one["differs_in"]] == []


@pytest.mark.slow
def test_the_day_that_is_killed_holds_orders_of_every_fate_and_returns(tmp_path: Path) -> None:
    folder = make_day(tmp_path / "day")
    settle_quietly(folder, tmp_path)
    (told,) = tmp_path.glob("*/settle.json")
    document = json.loads(told.read_text(encoding="utf-8"))
    assert document["payments"]["returns"] >= RETURNS_MIN
    assert all(document["orders"][name] for name in FATES), document["orders"]
    answers = "".join(
        path.read_text(encoding="utf-8") for path in tmp_path.glob("*/messages/*/*camt029*")
    )
    assert all(f"<Conf>{one}</Conf>" in answers for one in ("CNCL", "PDCR", "RJCR"))
    assert "<OrgnlMsgNmId>pacs.004.001.09</OrgnlMsgNmId>" in answers


@pytest.mark.slow
def test_a_day_killed_at_100_moments_and_settled_again_ends_the_same(tmp_path: Path) -> None:
    batches, outcomes = kill_and_settle(tmp_path, publish_every=10)
    check_outcomes(batches, outcomes)
    assert sum(one["published"] for one in outcomes) >= 15


@pytest.mark.soak
def test_a_day_killed_at_100_moments_publishes_the_same_each_time(tmp_path: Path) -> None:
    batches, outcomes = kill_and_settle(tmp_path, publish_every=1)
    check_outcomes(batches, outcomes)
    assert all(one["published"] for one in outcomes)
