"""Several blockers share the level at which one may fail, by Holm's rule."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecheck.checklist.requirement import Share, Statistic
from stablecheck.evidence.shares import share
from tests.checks.made_up import SCORE, evaluated, run_of

# The upper bound of each share misses 0.9 at 95 %, but not at the level of three blockers.
BORDERLINE = Share(SCORE, ">=", 0.95)
CLEAR = Share(SCORE, ">=", 0.99)


def blockers(*thresholds):
    return [(f"b{i}", "blocker", left, ">=", t) for i, (left, t) in enumerate(thresholds)]


def naive_holm(pvalues, alpha):
    """The textbook rule on sorted p-values."""
    ordered, rejected = sorted(pvalues.items(), key=lambda item: item[1]), set()
    for rank, (name, pvalue) in enumerate(ordered):
        if pvalue > alpha / (len(ordered) - rank):
            break
        rejected.add(name)
    return rejected


def test_a_single_blocker_fails_at_the_plain_level():
    outcomes = run_of([0.96] * 5 + [0.9] * 3)
    found = evaluated(blockers((BORDERLINE, 0.9)), outcomes)["b0"]
    assert (found.outcome, found.confidence) == ("fail", 0.95)


def test_a_borderline_failure_among_three_blockers_stays_open():
    outcomes = run_of([0.96] * 5 + [0.9] * 3)
    found = evaluated(blockers((BORDERLINE, 0.9), (CLEAR, 0.0), (CLEAR, 0.0)), outcomes)
    assert found["b0"].outcome == "inconclusive"
    assert found["b0"].confidence == pytest.approx(1 - 0.05 / 3)
    assert found["b0"].high == pytest.approx(share(5, 8, 1 - 0.05 / 3).high)
    assert found["b1"].outcome == "pass"
    assert found["b1"].confidence == 0.95


def test_a_clear_failure_gives_the_others_an_easier_level():
    """At half of α the borderline one stays open; once the other is out, it has all of α."""
    outcomes = run_of([0.96] * 5 + [0.9] * 3)
    found = evaluated(blockers((CLEAR, 0.9), (BORDERLINE, 0.9)), outcomes)
    assert (found["b0"].outcome, found["b0"].confidence) == ("fail", pytest.approx(0.975))
    assert (found["b1"].outcome, found["b1"].confidence) == ("fail", 0.95)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1), min_size=8, max_size=12),
    st.lists(st.tuples(st.floats(0.1, 0.9), st.floats(0.3, 0.99)), min_size=1, max_size=5),
)
def test_blockers_fail_exactly_by_holms_rule_on_their_p_values(scores, demands):
    from scipy import stats

    found = evaluated(
        blockers(*((Share(SCORE, ">=", cut), demand) for cut, demand in demands)), run_of(scores)
    )
    pvalues = {
        f"b{i}": float(stats.binom.cdf(sum(s >= cut for s in scores), len(scores), demand))
        for i, (cut, demand) in enumerate(demands)
    }
    failed = {id_ for id_, result in found.items() if result.outcome == "fail"}
    assert failed == naive_holm(pvalues, 1 - 0.95)


def test_exact_blockers_fail_at_once_and_share_no_level():
    outcomes = run_of([0.96] * 5 + [0.9] * 3)
    exact = ("exact", "blocker", Statistic("min", SCORE), ">=", 0.95)
    found = evaluated([exact, *blockers((BORDERLINE, 0.9))], outcomes)
    assert (found["exact"].outcome, found["exact"].confidence) == ("fail", 0.95)
    assert (found["b0"].outcome, found["b0"].confidence) == ("fail", 0.95)


def test_majors_share_no_level_with_blockers():
    outcomes = run_of([0.96] * 5 + [0.9] * 3)
    major = ("major", "major", BORDERLINE, ">=", 0.9)
    found = evaluated([major, *blockers((CLEAR, 0.0), (CLEAR, 0.0))], outcomes)
    assert (found["major"].outcome, found["major"].confidence) == ("fail", 0.95)
