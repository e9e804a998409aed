"""What came out of two runs: outcomes, intervals, and what the old rules say of the new run."""

import pytest

from stablecheck.comparison.comparing import compare
from stablecheck.comparison.order import is_worse
from stablecheck.store import DecidedRun
from tests.comparison.made_up import BLOCKERS, made_up, small

TOLERANCE, DIVERGED = BLOCKERS


def run(*checks, **scenario):
    sections = {"checks": list(checks)} if checks else {}
    waivers = scenario.pop("waivers", [])
    made = made_up(small(waivers=waivers, **sections), **scenario)
    return DecidedRun(made.result, made.checklist)


@pytest.fixture(scope="module")
def base():
    return run()


def change(changes, id_):
    (found,) = (one for one in changes.checks if one.id == id_)
    return found


def test_a_verdict_that_flips_is_worse_one_way_and_better_the_other(base):
    failing = run(score=0.9)
    there, back = compare(base, failing), compare(failing, base)
    assert (there.verdict.before, there.verdict.after) == ("GO", "NO_GO")
    assert there.verdict.direction == change(there, "reproducible").direction == "worse"
    assert back.verdict.direction == change(back, "reproducible").direction == "better"
    assert (is_worse(there), is_worse(back)) == (True, False)
    assert there.verdict.by_old_checks is None  # no rule was edited


def test_intervals_that_lie_apart_show_a_change_and_those_that_overlap_do_not(base):
    assert change(compare(base, run(score=0.9)), "reproducible").movement == "apart"
    assert change(compare(base, run(score=0.967)), "reproducible").movement == "overlap"


def test_overlap_is_symmetric_and_agrees_with_the_recorded_bounds(base):
    for score in (0.96, 0.963, 0.966, 0.97, 0.975):
        other = run(score=score)
        there, back = (
            change(compare(one, two), "reproducible") for one, two in ((base, other), (other, base))
        )
        assert there.movement == back.movement
        was, is_now = there.before, there.after
        meet = was.low <= is_now.high and is_now.low <= was.high
        assert (there.movement == "overlap") == meet


def test_numbers_that_were_counted_have_no_interval_to_compare():
    lowest = {"id": "lowest", "require": "min(seeds.score) >= 0.9"}
    changes = compare(run(TOLERANCE, lowest), run(TOLERANCE, lowest, score=0.96))
    assert change(changes, "lowest").movement == "counted"


def test_a_check_that_appears_or_vanishes_is_listed_with_its_one_side(base):
    spread = {"id": "spread", "require": "spread(seeds.score) <= 0.1", "severity": "minor"}
    there, back = compare(base, run(*BLOCKERS, spread)), compare(run(*BLOCKERS, spread), base)
    appeared, vanished = change(there, "spread"), change(back, "spread")
    assert (appeared.before, appeared.after.outcome) == (None, "pass")
    assert (vanished.before.outcome, vanished.after) == ("pass", None)
    assert appeared.direction is vanished.direction is None
    assert vanished.by_old_check == "pass"


def test_an_edited_limit_is_not_a_changed_recipe(base):
    """The same trainings pass the old limit and fail the new one: both are said."""
    stricter = TOLERANCE | {"require": "tolerance(seeds.score, 0.9) >= 0.99"}
    changes = compare(base, run(stricter, DIVERGED))
    edited = change(changes, "reproducible")
    assert (edited.before.outcome, edited.after.outcome) == ("pass", "fail")
    assert edited.movement == "equal"
    assert edited.by_old_check == "pass"
    assert changes.verdict.after == "NO_GO"
    assert changes.verdict.by_old_checks == "GO"
    assert changes.trainings.relation == "repeated"


def test_a_loosened_limit_does_not_hide_a_worse_recipe(base):
    looser = TOLERANCE | {"require": "tolerance(seeds.score, 0.9) >= 0.8"}
    changes = compare(base, run(looser, DIVERGED, score=0.9))
    assert changes.verdict.direction == "same"
    assert changes.verdict.by_old_checks == "NO_GO"
    assert is_worse(changes)
    assert change(changes, "reproducible").by_old_check == "fail"
    assert changes.score.direction == "worse"


def test_a_check_that_asks_for_something_else_is_not_compared_by_its_numbers(base):
    other = TOLERANCE | {"require": "median(seeds.score) >= 0.95"}
    found = change(compare(base, run(other, DIVERGED)), "reproducible")
    assert found.movement == "other_quantity"
    assert found.by_old_check == "pass"


def test_a_downgraded_blocker_is_decided_as_the_blocker_it_was(base):
    minor = TOLERANCE | {"severity": "minor"}
    changes = compare(base, run(minor, DIVERGED, score=0.9))
    assert changes.verdict.after == "GO"
    assert changes.verdict.by_old_checks == "NO_GO"


def test_old_rules_that_cannot_be_put_to_the_new_run_give_no_verdict():
    rate = {"lr": {"kind": "lr_jitter", "factors": [1, 2]}}
    headroom = {"id": "headroom", "require": "lr.headroom(0.01) >= 1", "severity": "major"}
    made = made_up(small(probes=small()["probes"] | rate, checks=[TOLERANCE, headroom]))
    changes = compare(DecidedRun(made.result, made.checklist), run(TOLERANCE))
    assert changes.verdict.by_old_checks is None
    assert change(changes, "headroom").by_old_check is None


def test_a_dropped_check_hides_nothing(base):
    dropped = run(DIVERGED, score=0.9)
    assert dropped.result.verdict.decision == "GO"
    assert is_worse(compare(base, dropped))
    assert not is_worse(compare(base, run(DIVERGED)))


def test_a_failure_that_stays_waived_is_not_worse(base):
    waiver = {"check": "reproducible", "owner": "o", "reason": "r", "expires": "2027-03-31"}
    edited = TOLERANCE | {"require": "tolerance(seeds.score, 0.9) >= 0.951"}
    before = run(waivers=[waiver], score=0.9)
    assert not is_worse(compare(before, run(edited, DIVERGED, waivers=[waiver], score=0.9)))


def test_a_new_waiver_does_not_hide_what_the_old_rules_say(base):
    waiver = {"check": "reproducible", "owner": "o", "reason": "r", "expires": "2027-03-31"}
    changes = compare(base, run(waivers=[waiver], score=0.9))
    assert (changes.verdict.after, changes.verdict.by_old_checks) == ("CONDITIONAL_GO", "NO_GO")


def test_a_minor_check_that_gets_worse_makes_no_run_worse(base):
    spread = {"id": "spread", "require": "spread(seeds.score) <= 0.015", "severity": "minor"}
    before, after = run(*BLOCKERS, spread), run(*BLOCKERS, spread, spread=0.006)
    changes = compare(before, after)
    assert change(changes, "spread").direction == "worse"
    assert not is_worse(changes)
