"""Headroom and sensitivity on curves whose answers can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.interval import interval
from stablecheck.evidence.learning_rate import arm_bands, headroom, sensitivity

# Sums to zero, so arm means are those written down.
NOISE = [0.001, -0.001, 0.0005, -0.0005, 0.0]


def grid(means, noise=NOISE):
    """Scores by factor and seed; each arm has its own order of the noise, so differences vary."""
    return {
        factor: {
            seed: None if mean is None else mean + noise[(seed + index) % len(noise)]
            for seed in range(len(noise))
        }
        for index, (factor, mean) in enumerate(means.items())
    }


def found(means, delta=0.01, confidence=0.95, **options):
    return headroom(grid(means, **options), delta, confidence, higher_is_better=True)


def test_a_flat_curve_has_headroom_to_the_grids_end():
    estimate = found({0.5: 0.95, 0.7: 0.95, 1.0: 0.95, 1.4: 0.95, 2.0: 0.95})
    assert (estimate.low, estimate.value) == (2.0, 2.0)
    assert estimate.high == math.inf


def test_the_value_is_where_the_line_in_log_factor_crosses_delta():
    """From 0 at ×1.4 to −0.04 at ×2, −0.01 is a quarter of the way in log factor."""
    estimate = found({1.0: 0.95, 1.4: 0.95, 2.0: 0.91})
    assert estimate.value == pytest.approx(1.4 * (2 / 1.4) ** 0.25)
    assert estimate.low == 1.4
    assert estimate.high == math.nextafter(2.0, 0)


def test_an_arm_that_is_surely_out_refutes_a_headroom_up_to_it():
    assert found({1.0: 0.95, 1.4: 0.95, 2.0: 0.5}).high < 2.0


def test_arms_equal_to_the_reference_prove_nothing_before_fourteen_seeds():
    flat = {1.0: 0.95, 2.0: 0.95}
    assert found(flat, noise=[0.0] * 13).low == 1.0
    assert found(flat, noise=[0.0] * 14).low == 2.0


def test_the_narrower_direction_counts():
    up = {1.0: 0.95, 1.4: 0.90, 2.0: 0.85}
    estimate = found({0.5: 0.95, 0.7: 0.95} | up)
    assert estimate.value == pytest.approx(found(up).value)
    assert estimate.low == 1.0


def test_factors_below_one_count_as_their_inverse():
    estimate = found({0.5: 0.91, 0.7: 0.95, 1.0: 0.95})
    assert estimate.low == pytest.approx(1 / 0.7)
    assert estimate.high == math.nextafter(2.0, 0)


def test_a_farther_arm_that_recovers_does_not_help():
    estimate = found({1.0: 0.95, 1.4: 0.90, 2.0: 0.95})
    assert estimate.low == 1.0
    assert estimate.value < 1.4


def test_lower_scores_can_be_the_better_ones():
    higher = grid({1.0: 0.95, 1.4: 0.95, 2.0: 0.91})
    lower = {
        factor: {seed: -score for seed, score in arm.items()} for factor, arm in higher.items()
    }
    assert headroom(lower, 0.01, 0.95, higher_is_better=False) == headroom(
        higher, 0.01, 0.95, higher_is_better=True
    )


def test_an_arm_that_always_diverges_bounds_the_headroom():
    estimate = found({1.0: 0.95, 1.4: 0.95, 2.0: None})
    assert (estimate.low, estimate.value) == (1.4, 1.4)
    assert estimate.high == math.nextafter(2.0, 0)
    assert estimate.note == "MISSING_VALUES"


def test_one_divergence_of_five_denies_the_factor_without_refuting_it():
    scores = grid({1.0: 0.95, 1.4: 0.95, 2.0: 0.95})
    scores[2.0][0] = None
    estimate = headroom(scores, 0.01, 0.95, higher_is_better=True)
    assert (estimate.low, estimate.value, estimate.high) == (1.4, 1.4, math.inf)


def test_one_seed_proves_nothing():
    estimate = found({1.0: 0.95, 2.0: 0.95}, noise=[0.0])
    assert (estimate.low, estimate.high) == (1.0, math.inf)


def test_every_arm_is_decided_on_the_bounds_of_a_mean():
    scores = grid({1.0: 0.95, 2.0: 0.945}, noise=[*NOISE, 0.0002])
    differences = [scores[2.0][seed] - scores[1.0][seed] for seed in range(6)]
    low = interval(differences, "mean", 0.95, np.random.default_rng(0)).low
    just_met, just_missed = (
        headroom(scores, -low + slack, 0.95, higher_is_better=True) for slack in (1e-6, -1e-6)
    )
    assert (just_met.low, just_missed.low) == (2.0, 1.0)
    assert just_met.method == "fixed-sequence"


def test_a_reference_without_a_score_leaves_nothing_to_compare_with():
    scores = grid({1.0: 0.95, 2.0: 0.95})
    scores[1.0][3] = None
    with pytest.raises(UndefinedEstimateError, match="own learning rate has no score"):
        headroom(scores, 0.01, 0.95, higher_is_better=True)


def test_arms_of_different_seeds_are_refused():
    scores = grid({1.0: 0.95, 2.0: 0.95})
    del scores[2.0][3]
    with pytest.raises(UndefinedEstimateError, match="different seeds"):
        headroom(scores, 0.01, 0.95, higher_is_better=True)


@settings(max_examples=60, deadline=None)
@given(
    table=st.lists(
        st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=4, max_size=4),
        min_size=4,
        max_size=4,
    ),
    delta=st.sampled_from([0.0, 0.01, 0.3]),
)
def test_the_value_lies_between_its_bounds(table, delta):
    scores = {
        factor: dict(enumerate(row))
        for factor, row in zip((0.5, 0.7, 1.4, 2.0), table, strict=True)
    }
    scores[1.0] = dict.fromkeys(range(4), 0.5)
    estimate = headroom(scores, delta, 0.95, higher_is_better=True)
    assert 1 <= estimate.low <= estimate.value <= estimate.high


@pytest.mark.parametrize(("delta", "wrong"), [(0.0099, "low"), (0.0101, "high")])
def test_a_headroom_beside_a_grid_factor_is_seldom_misjudged(delta, wrong):
    """True loss at ×2 and ×0.5 is 0.01; 300 grids leave ±0.025 of sampling error."""
    generator, misjudged = np.random.default_rng(4), 0
    for _ in range(300):
        scores = {
            factor: dict(
                enumerate(0.95 - 0.01 * math.log2(factor) ** 2 + generator.normal(0, 0.003, 5))
            )
            for factor in (0.5, 0.7, 1.0, 1.4, 2.0)
        }
        estimate = headroom(scores, delta, 0.95, higher_is_better=True)
        misjudged += estimate.low >= 2 if wrong == "low" else estimate.high < 2
    assert misjudged / 300 <= 0.05 + 0.025


def test_sensitivity_is_the_mean_excess_over_the_best_arm():
    """Losses 0.3, 0.1, 0.2 and a divergence at 1.0 before training: mean 0.4, best 0.1."""
    noise = dict(enumerate(NOISE))
    losses = {
        0.5: {seed: 0.3 + shift for seed, shift in noise.items()},
        1.0: dict.fromkeys(noise, 0.1),
        2.0: dict.fromkeys(noise, 0.2),
        4.0: dict.fromkeys(noise),
    }
    before = {4.0: dict.fromkeys(noise, 1.0)}
    estimate = sensitivity(losses, before, 0.95)
    assert estimate.value == pytest.approx(0.3)
    excess = [(1.6 + shift) / 4 - 0.1 for shift in NOISE]
    peer = interval(excess, "mean", 0.95, np.random.default_rng(0))
    assert estimate.low == 0.0
    assert estimate.high == pytest.approx(peer.high)


def test_a_loss_above_the_one_before_training_counts_as_that():
    losses = {0.5: {0: 5.0, 1: 7.0, 2: 6.0}, 1.0: {0: 0.5, 1: 0.5, 2: 0.5}}
    before = {1.0: {0: 1.0, 1: 1.0, 2: 1.0}}
    assert sensitivity(losses, before, 0.95).value == pytest.approx(0.25)


def test_an_unknown_loss_before_training_is_refused():
    losses = {0.5: {0: 0.5}, 1.0: {0: 0.5}}
    with pytest.raises(UndefinedEstimateError, match="before training is unknown for seed 0"):
        sensitivity(losses, {0.5: {0: None}, 1.0: {}}, 0.95)


def test_bands_show_the_scores_there_are_and_count_the_missing():
    scores = grid({1.0: 0.95, 2.0: 0.9, 4.0: None})
    scores[2.0][0] = None
    reference, double, quadruple = arm_bands(scores, 0.95)
    assert (reference.factor, reference.missing, reference.n) == (1.0, 0, 5)
    assert reference.low < reference.mean < reference.high
    assert (double.missing, double.n) == (1, 4)
    assert (quadruple.mean, quadruple.low, quadruple.high, quadruple.missing) == (
        None,
        None,
        None,
        5,
    )
