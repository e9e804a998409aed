"""Paired comparisons against SciPy's paired t-test and binomial test, brute force and symmetry."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.paired import (
    ArmDifference,
    arm_differences,
    difference,
    probability_of_improvement,
    worst_drop,
)

CANDIDATE = {0: 0.95, 1: 0.93, 2: 0.96, 3: 0.94, 4: 0.97}
OTHER = {0: 0.94, 1: 0.94, 2: 0.93, 3: 0.92, 4: 0.93}

scores = st.integers(0, 1000).map(lambda number: number / 1000)
arms_of_five = st.lists(scores, min_size=5, max_size=5).map(lambda row: dict(enumerate(row)))


def mean_difference(candidate, other, confidence=0.95, *, higher_is_better=True):
    return difference(candidate, other, "mean", confidence, higher_is_better=higher_is_better)


def improvement(candidate, other, confidence=0.95, *, higher_is_better=True):
    return probability_of_improvement(
        candidate, other, confidence, higher_is_better=higher_is_better
    )


def bounds(estimate):
    return estimate.low, estimate.value, estimate.high


def mirrored(estimate, around=0.0):
    return around - estimate.high, around - estimate.value, around - estimate.low


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_the_interval_encloses_that_of_scipys_paired_t_test(confidence):
    """Two one-sided bounds at level c are its interval at 2c − 1; allowing for skew costs width."""
    peer = stats.ttest_rel(list(CANDIDATE.values()), list(OTHER.values()))
    low, high = peer.confidence_interval(2 * confidence - 1)
    found = mean_difference(CANDIDATE, OTHER, confidence)
    assert found.value == pytest.approx((low + high) / 2) == pytest.approx(0.018)
    assert found.value - 2 * (found.value - low) < found.low < low
    assert high < found.high < found.value + 2 * (high - found.value)
    assert (found.n, found.confidence) == (5, confidence)


@pytest.mark.parametrize("skew", [0.0, 0.5, -0.5])
@pytest.mark.parametrize("n", [5, 14])
def test_a_difference_that_is_none_is_seldom_taken_for_one(n, skew):
    """Candidate and other share half their variance; 1500 runs leave 0.006 of sampling error."""
    generator, excluded = np.random.default_rng(8), 0
    for _ in range(1500):
        shared, *own = generator.normal(size=(3, n))
        arms = [(shared + noise) / math.sqrt(2) for noise in own]
        if skew:
            arms = [math.copysign(1, skew) * np.exp(abs(skew) * arm) for arm in arms]
        excluded += mean_difference(*(dict(enumerate(arm.tolist())) for arm in arms)).low > 0
    assert excluded / 1500 <= 0.05 + 0.012


def test_pairs_belong_together_by_seed_and_not_by_their_order():
    shuffled = {seed: OTHER[seed] for seed in (3, 0, 4, 2, 1)}
    assert mean_difference(CANDIDATE, shuffled) == mean_difference(CANDIDATE, OTHER)


@pytest.mark.parametrize("statistic", ["mean", "median"])
@settings(max_examples=40, deadline=None)
@given(arms_of_five, arms_of_five)
def test_swapping_the_two_mirrors_value_and_bounds(statistic, candidate, other):
    one, back = (
        difference(*pair, statistic, 0.95, higher_is_better=True)
        for pair in ((candidate, other), (other, candidate))
    )
    assert bounds(one) == pytest.approx(mirrored(back), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(arms_of_five, arms_of_five)
def test_scores_to_be_lowered_are_scores_to_be_raised_upside_down(candidate, other):
    lower = [{seed: -value for seed, value in arm.items()} for arm in (candidate, other)]
    for compare in (mean_difference, improvement):
        found = compare(*lower, higher_is_better=False)
        assert bounds(found) == pytest.approx(bounds(compare(candidate, other)), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(arms_of_five, arms_of_five, st.integers(-3, 3))
def test_what_a_seed_adds_to_both_changes_nothing(candidate, other, shift):
    moved = [{seed: value + shift for seed, value in arm.items()} for arm in (candidate, other)]
    expected = bounds(mean_difference(candidate, other))
    assume(np.ptp([candidate[seed] - other[seed] for seed in other]) > 1e-6)
    assert bounds(mean_difference(*moved)) == pytest.approx(expected, abs=1e-9)


def test_a_higher_confidence_gives_a_wider_interval():
    narrow, wide = (mean_difference(CANDIDATE, OTHER, level) for level in (0.9, 0.99))
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high


def test_five_equal_differences_bound_nothing():
    found = mean_difference(CANDIDATE, {seed: value - 0.5 for seed, value in CANDIDATE.items()})
    assert bounds(found) == (-math.inf, pytest.approx(0.5), math.inf)
    assert found.note == "TOO_FEW"


def test_equal_differences_are_equal_whatever_the_rounding_of_the_scores():
    """0.903 − 0.9 and 0.91 − 0.907 differ by 1e-16: no spread to build bounds on."""
    other = {seed: (900 + 7 * seed) / 1000 for seed in range(9)}
    candidate = {seed: (903 + 7 * seed) / 1000 for seed in range(9)}
    assert len({candidate[seed] - other[seed] for seed in other}) > 1
    found = mean_difference(candidate, other)
    assert (found.low, found.high) == (-math.inf, math.inf)


def test_one_pair_of_fourteen_proves_no_improvement():
    found = mean_difference(
        dict.fromkeys(range(13), 0.0) | {13: 1.0}, dict.fromkeys(range(14), 0.0)
    )
    student = stats.t.ppf(0.95, 13) * 1 / 14
    assert found.low == pytest.approx(1 / 14 - student)
    assert found.low < 0


@pytest.mark.parametrize("n", [8, 14, 30])
def test_silent_collapses_of_both_are_seldom_taken_for_a_difference(n):
    """3 % of either arm's trainings end far below; 400 runs leave 0.011 of sampling error."""
    generator, wrong = np.random.default_rng(3), np.zeros(2)
    for _ in range(400):
        arms = 0.003 * generator.normal(size=(2, n)) - 0.47 * (generator.random((2, n)) < 0.03)
        found = mean_difference(*(dict(enumerate(arm.tolist())) for arm in arms))
        wrong += (found.low > 0, found.high < 0)
    assert wrong.max() / 400 <= 0.05 + 0.022


@pytest.mark.parametrize("statistic", ["mean", "median"])
def test_a_candidate_without_a_value_is_worse_than_any_number(statistic):
    found = difference(CANDIDATE | {0: None}, OTHER, statistic, 0.95, higher_is_better=True)
    assert found.low == -math.inf
    assert found.note == "MISSING_VALUES"
    assert math.isinf(found.value) == (statistic == "mean")


def test_a_failure_of_the_other_proves_no_more_than_the_best_pair_seen():
    """Four pairs are 0.01, 0.03, 0.02 and 0.04; the fifth stands in as another 0.04."""
    found = mean_difference(CANDIDATE, OTHER | {0: None})
    stand_in = mean_difference(CANDIDATE, OTHER | {0: CANDIDATE[0] - 0.04})
    assert (found.value, found.low) == pytest.approx((stand_in.value, stand_in.low))
    assert found.high == math.inf


def test_failures_of_the_other_do_not_carry_a_candidate_that_is_worse_wherever_both_train():
    worse = {seed: 0.5 + 0.01 * (seed % 3) for seed in range(14)}
    other = {seed: 0.9 if seed < 11 else None for seed in range(14)}
    assert mean_difference(worse, other).low < -0.3


def test_a_pair_without_either_value_leaves_both_sides_open():
    found = mean_difference(CANDIDATE | {0: None}, OTHER | {0: None})
    assert (found.low, found.high) == (-math.inf, math.inf)
    assert found.note == "MISSING_VALUES"


def test_failures_on_both_sides_at_different_seeds_leave_the_upper_side_open():
    found = mean_difference(CANDIDATE | {0: None}, OTHER | {1: None})
    assert (found.value, found.high) == (-math.inf, math.inf)


def test_a_candidate_that_always_fails_is_surely_worse():
    found = mean_difference(dict.fromkeys(OTHER), OTHER)
    assert bounds(found) == (-math.inf, -math.inf, -math.inf)
    assert improvement(dict.fromkeys(OTHER), OTHER).high < 0.5


@pytest.mark.parametrize("compare", [mean_difference, improvement])
@pytest.mark.parametrize("candidate", [CANDIDATE, dict.fromkeys(OTHER), CANDIDATE | {0: None}])
def test_an_opponent_that_never_has_a_value_is_no_opponent(compare, candidate):
    with pytest.raises(UndefinedEstimateError, match="no seed has a value of both"):
        compare(candidate, dict.fromkeys(OTHER))


@pytest.mark.parametrize("compare", [mean_difference, improvement])
@pytest.mark.parametrize("other", [{}, {0: 0.9}, {**OTHER, 9: 0.9}])
def test_arms_of_different_seeds_are_not_compared(compare, other):
    with pytest.raises(UndefinedEstimateError, match="seeds in common, or not all"):
        compare(CANDIDATE, other)


outcomes = st.lists(st.sampled_from([0.1, 0.2, 0.3, None]), min_size=6, max_size=6)


@given(outcomes, outcomes)
def test_the_probability_of_improvement_is_the_share_of_won_pairs_with_ties_as_halves(one, two):
    candidate, other = dict(enumerate(one)), dict(enumerate(two))
    assume(any(None not in pair for pair in zip(one, two, strict=True)))
    points = 0.0
    for mine, theirs in zip(one, two, strict=True):
        mine, theirs = (-1 if score is None else score for score in (mine, theirs))
        points += 1 if mine > theirs else 0.5 if mine == theirs else 0
    found, back = improvement(candidate, other), improvement(other, candidate)
    assert found.value == pytest.approx(points / 6)
    assert found.low <= found.value <= found.high
    assert bounds(found) == pytest.approx(mirrored(back, around=1.0))


@pytest.mark.parametrize(("wins", "n"), [(0, 5), (5, 5), (4, 5), (9, 14), (22, 29)])
def test_without_ties_the_bounds_are_those_of_the_binomial_test(wins, n):
    candidate = {seed: 1.0 if seed < wins else -1.0 for seed in range(n)}
    found = improvement(candidate, dict.fromkeys(range(n), 0.0))
    low = stats.binomtest(wins, n, alternative="greater").proportion_ci(0.95).low
    high = stats.binomtest(wins, n, alternative="less").proportion_ci(0.95).high
    assert bounds(found) == pytest.approx((low, wins / n, high))


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("n", [3, 6, 9])
def test_the_level_holds_whatever_the_share_of_ties(n, confidence):
    """Exact coverage by summing over every outcome, on a grid of win, tie and loss shares."""
    lows = {}
    for wins, ties in product(range(n + 1), repeat=2):
        if wins + ties <= n:
            row = [1.0] * wins + [0.0] * ties + [-1.0] * (n - wins - ties)
            found = improvement(dict(enumerate(row)), dict.fromkeys(range(n), 0.0), confidence)
            lows[wins, ties] = found.low
    for win, tie in product(np.linspace(0, 1, 21), repeat=2):
        if win + tie <= 1:
            truth = win + tie / 2
            chances = (
                stats.multinomial.pmf([w, t, n - w - t], n, [win, tie, max(0.0, 1 - win - tie)])
                for (w, t), low in lows.items()
                if low > truth + 1e-12
            )
            assert sum(chances) <= 1 - confidence + 1e-12


THREE_ARMS = {
    "small": {0: 0.90, 1: 0.91, 2: 0.89, 3: 0.92, 4: 0.90},
    "large": {0: 0.94, 1: 0.95, 2: 0.93, 3: 0.95, 4: 0.96},
    "other": OTHER,
}


def drop(arms, reference, confidence=0.95, *, higher_is_better=True):
    return worst_drop(arms, reference, confidence, higher_is_better=higher_is_better)


def test_the_worst_drop_takes_the_worst_upper_bound_and_the_worst_corrected_lower_bound():
    found = drop(THREE_ARMS, CANDIDATE)
    plain = [mean_difference(CANDIDATE, arm) for arm in THREE_ARMS.values()]
    strict = [mean_difference(CANDIDATE, arm, 1 - 0.05 / 3) for arm in THREE_ARMS.values()]
    assert found.value == max(one.value for one in plain) == pytest.approx(0.046)
    assert found.high == max(one.high for one in plain)
    assert found.low == max(one.low for one in strict)


def test_one_arm_drops_by_its_mean_difference():
    assert drop({"other": OTHER}, CANDIDATE) == mean_difference(CANDIDATE, OTHER)


def test_where_every_arm_is_better_the_worst_drop_is_negative():
    better = {name: {s: v + 0.1 for s, v in arm.items()} for name, arm in THREE_ARMS.items()}
    found = drop(better, CANDIDATE)
    assert found.low <= found.value < 0
    assert found.high < 0


def test_an_arm_that_always_fails_drops_without_limit():
    found = drop(THREE_ARMS | {"broken": dict.fromkeys(CANDIDATE)}, CANDIDATE)
    assert bounds(found) == (math.inf, math.inf, math.inf)
    assert found.note == "MISSING_VALUES"


def test_an_arm_that_fails_once_leaves_the_drop_open_upwards():
    found = drop({"other": OTHER | {2: None}}, CANDIDATE)
    assert (found.value, found.high) == (math.inf, math.inf)
    assert found.low < 0.1


@pytest.mark.parametrize(
    ("arms", "reference"), [({}, CANDIDATE), ({"other": OTHER}, CANDIDATE | {1: None})]
)
def test_a_drop_needs_arms_and_a_complete_reference(arms, reference):
    with pytest.raises(UndefinedEstimateError, match="cannot be compared with"):
        drop(arms, reference)


def test_a_figure_shows_the_pairs_there_are_and_counts_the_missing():
    arms = {"other": OTHER, "some": OTHER | {0: None, 1: None}, "none": dict.fromkeys(OTHER)}
    other, some, none = arm_differences(arms, CANDIDATE, 0.95, higher_is_better=True)
    low, mean, high = mirrored(mean_difference(CANDIDATE, OTHER))
    assert (other.low, other.mean, other.high) == pytest.approx((low, mean, high))
    assert (other.arm, other.n, other.missing) == ("other", 5, 0)
    assert some.mean == pytest.approx(-0.03)
    assert (some.n, some.missing) == (3, 2)
    assert none == ArmDifference("none", None, None, None, 0, 5)


def test_a_figure_has_no_bounds_where_one_pair_is_left():
    arms = {"one": dict.fromkeys(CANDIDATE) | {3: 0.9}}
    (one,) = arm_differences(arms, CANDIDATE, 0.95, higher_is_better=True)
    assert one.mean == pytest.approx(-0.04)
    assert (one.low, one.high, one.n, one.missing) == (None, None, 1, 4)
