"""The family's true values against quadrature over SciPy's own distributions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import integrate, stats

from stablecheck.evidence.shapes import (
    DRAWS,
    SHAPES,
    batches,
    true_half_spread,
    true_iqm,
    true_quantile,
)

ORDERS = (0.01, 0.1, 0.25, 0.5, 0.9)


def density(shape):
    """Density of the shape before it is standardised."""
    if shape == "two-mode":
        return lambda x: (stats.norm.pdf(x - 2) + stats.norm.pdf(x + 2)) / 2
    return {
        "normal": stats.norm.pdf,
        "right-skewed": stats.lognorm(0.5).pdf,
        "left-skewed": lambda x: stats.lognorm(0.5).pdf(-x),
    }[shape]


def moments(shape):
    of = density(shape)

    def integral(function):
        parts = itertools.pairwise([-30.0, -4.0, -1.0, 0.0, 1.0, 4.0, 30.0])
        return sum(integrate.quad(lambda x: function(x) * of(x), *ends)[0] for ends in parts)

    mean = integral(lambda x: x)
    return integral, mean, integral(lambda x: (x - mean) ** 2) ** 0.5


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_quantile_has_its_order_below_it(shape, order):
    _, mean, sd = moments(shape)
    cut = mean + sd * true_quantile(shape, order)
    ends = [-30.0, *(x for x in (-4.0, -1.0, 0.0, 1.0, 4.0) if x < cut), cut]
    below = sum(integrate.quad(density(shape), *pair)[0] for pair in itertools.pairwise(ends))
    assert below == pytest.approx(order, abs=1e-7)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_half_spread_is_the_root_mean_square_below_the_mean(shape):
    integral, mean, sd = moments(shape)
    square = integral(lambda x: min(x - mean, 0) ** 2)
    assert true_half_spread(shape) == pytest.approx(square**0.5 / sd, abs=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_interquartile_mean_is_the_mean_of_the_middle_quantiles(shape):
    orders = np.linspace(0.25, 0.75, 2001)
    middle = np.mean([true_quantile(shape, float(p)) for p in (orders[1:] + orders[:-1]) / 2])
    assert true_iqm(shape, 0.25) == pytest.approx(middle, abs=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_samples_are_standardised_and_of_their_shape(shape):
    """100 000 values: four standard errors of a mean are 0.013, of the two tails 0.004."""
    values = np.concatenate([batch[shape].ravel() for batch in batches(5)])
    assert values.size == 5 * DRAWS
    assert values.mean() == pytest.approx(0, abs=0.013)
    assert values.std() == pytest.approx(1, abs=0.03)
    for order in (0.1, 0.9):
        assert np.mean(values <= true_quantile(shape, order)) == pytest.approx(order, abs=0.004)


def test_the_samples_are_always_the_same():
    for first, second in zip(batches(3), batches(3), strict=True):
        assert all(np.array_equal(first[shape], second[shape]) for shape in SHAPES)


def test_the_skewness_is_that_of_the_lognormal():
    skewness = float(stats.lognorm(0.5).stats("s"))
    assert skewness == pytest.approx(1.75, abs=0.005)
