"""The power law recovered from exact and noisy curves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.interval import interval
from stablecheck.evidence.learning_curve import fit, gain_from_doubling

SIZES = [179.0, 359.0, 718.0, 1437.0]


def exact(a, b, c, n):
    return a - b * n**-c


def by_seed(a, b, c, noise):
    """The curve of each seed, all shifted by that seed's noise at each size."""
    return {
        size: {seed: exact(a, b, c, size) + shift for seed, shift in enumerate(shifts)}
        for size, shifts in zip(SIZES, noise, strict=True)
    }


@settings(deadline=None)
@given(
    a=st.floats(0.5, 1.0),
    b=st.floats(0.5, 5.0),
    c=st.floats(0.2, 1.5),
)
def test_an_exact_power_law_is_recovered(a, b, c):
    curve = fit(SIZES, [exact(a, b, c, n) for n in SIZES])
    assert curve.c == pytest.approx(c, rel=1e-3)
    assert curve.a == pytest.approx(a, abs=1e-3)
    assert curve.b == pytest.approx(b, rel=1e-2)
    assert curve.at(5000.0) == pytest.approx(exact(a, b, c, 5000.0), abs=1e-4)


def test_a_loss_like_score_is_fitted_as_the_mirror_image():
    curve = fit(SIZES, [0.1 + 2 * n**-0.5 for n in SIZES], higher_is_better=False)
    assert curve.b == pytest.approx(-2, rel=1e-2)
    assert curve.at(5748.0) == pytest.approx(0.1 + 2 * 5748**-0.5, abs=1e-5)


def test_a_falling_curve_is_fitted_as_flat():
    curve = fit(SIZES, [0.95, 0.94, 0.93, 0.92])
    assert curve.b == 0
    assert curve.at(10.0) == curve.at(1e6) == pytest.approx(0.935)


def test_two_sizes_do_not_make_a_curve():
    with pytest.raises(UndefinedEstimateError, match="needs 3 sizes, found 2"):
        fit([100.0, 200.0], [0.8, 0.9])


@pytest.mark.parametrize("higher_is_better", [True, False])
def test_the_gain_is_the_laws_difference_at_twice_the_rows(higher_is_better):
    sign = 1 if higher_is_better else -1
    scores = by_seed(0.99, 1.0, 0.5, np.zeros((4, 3)))
    scores = {n: {seed: sign * score for seed, score in arm.items()} for n, arm in scores.items()}
    found = gain_from_doubling(scores, 0.95, higher_is_better=higher_is_better)
    assert found.value == pytest.approx(1437**-0.5 - 2874**-0.5, abs=1e-6)
    assert (found.low, found.high, found.note) == (-np.inf, np.inf, "TOO_FEW")


def test_a_flat_noisy_curve_does_not_pretend_to_certainty():
    noise = [
        [0.004, -0.004, 0.0],
        [0.001, 0.003, -0.001],
        [-0.002, 0.004, 0.001],
        [-0.004, 0.0, -0.001],
    ]
    found = gain_from_doubling(by_seed(0.9, 0.0, 1.0, noise), 0.95, higher_is_better=True)
    assert found.value == pytest.approx(0, abs=1e-9)
    assert found.low < 0 < found.high


def test_one_seed_gives_no_bounds():
    found = gain_from_doubling(
        by_seed(0.9, 1.0, 0.5, np.zeros((4, 1))), 0.95, higher_is_better=True
    )
    assert (found.low, found.high) == (-np.inf, np.inf)
    assert found.note == "TOO_FEW"


def test_a_trial_without_a_score_leaves_the_curve_undefined():
    scores = by_seed(0.9, 1.0, 0.5, np.zeros((4, 3)))
    scores[359.0][1] = None
    with pytest.raises(UndefinedEstimateError, match="359 rows and seed 1 has no score"):
        gain_from_doubling(scores, 0.95, higher_is_better=True)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=4, max_size=4))
def test_the_value_lies_between_its_bounds_and_is_never_negative(table):
    scores = {size: dict(enumerate(row)) for size, row in zip(SIZES, table, strict=True)}
    found = gain_from_doubling(scores, 0.95, higher_is_better=True)
    assert found.low <= found.value <= found.high
    assert found.value >= 0


def test_the_bounds_of_a_straight_line_are_those_of_a_mean():
    """The law is linear in the means while its exponent stays, so each seed's own gain is its
    pseudo-value.
    """
    slopes = [0.10, 0.12, 0.09, 0.13, 0.11]
    scores = {
        size: {seed: 0.5 + slope * np.log(size) for seed, slope in enumerate(slopes)}
        for size in SIZES
    }
    found = gain_from_doubling(scores, 0.95, higher_is_better=True)
    gains = [
        gain_from_doubling(
            {n: {0: arm[seed]} for n, arm in scores.items()}, 0.95, higher_is_better=True
        ).value
        for seed in range(5)
    ]
    peer = interval(gains, "mean", 0.95, np.random.default_rng(0))
    assert found.method == "jackknife"
    assert found.value == pytest.approx(peer.value, rel=1e-6)
    assert found.low == pytest.approx(peer.low, rel=1e-4)
    assert found.high == pytest.approx(peer.high, rel=1e-4)


def test_equal_curves_count_as_certainty_from_fourteen_seeds_on():
    found = gain_from_doubling(
        by_seed(0.99, 1.0, 0.5, np.zeros((4, 14))), 0.95, higher_is_better=True
    )
    assert found.low == pytest.approx(found.value) == pytest.approx(found.high)
    assert found.note == "NO_VARIATION"


def test_one_seed_of_fourteen_that_gains_proves_no_gain():
    """All curves are flat but one, so every pseudo-value but one is 0."""
    noise = np.zeros((4, 14))
    noise[:, 3] = 0.02 * np.arange(4)
    found = gain_from_doubling(by_seed(0.9, 0.0, 1.0, noise), 0.95, higher_is_better=True)
    assert found.value > 0
    assert found.low < 0


def test_each_bound_holds_at_its_level():
    """150 curves leave ±0.036 of sampling error; the jackknife itself is approximate."""
    generator, truth = np.random.default_rng(8), 1437**-0.5 - 2874**-0.5
    found = []
    for _ in range(150):
        noise = generator.normal(0, 0.003, 5) + generator.normal(0, 0.004, (4, 5))
        found.append(
            gain_from_doubling(by_seed(0.99, 1.0, 0.5, noise), 0.95, higher_is_better=True)
        )
    assert np.mean([one.low <= truth for one in found]) >= 0.95 - 0.05
    assert np.mean([one.high >= truth for one in found]) >= 0.95 - 0.05
