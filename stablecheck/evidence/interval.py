"""Intervals of means, medians, interquartile means, spreads and ratios of trials."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.random import Generator

from stablecheck.errors import UndefinedEstimateError
from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.pivotal import pivotal_interval
from stablecheck.evidence.quantiles import quantile
from stablecheck.evidence.sample import STATISTICS, Array, StatisticName, as_sample, is_constant
from stablecheck.evidence.tolerance import wilks_n

SHARE_ALIKE = 0.8
"""Share of trainings that equal values have to speak for before they count as certainty."""

RESAMPLES = 9999
_BATCH = 1_000_000
# One or two values do not show which share of trainings has none.
_FEWEST_WITH_INFINITE = 3


def interval(
    values: Sequence[float] | Array,
    statistic: StatisticName,
    confidence: float,
    generator: Generator,
) -> Estimate:
    """The statistic with its two one-sided bounds.

    The median's are order statistics. Those of mean, interquartile mean, std and cv hold for every
    shape of a stated family, skewed ones among them (``pivotal.py``). With infinite values they are
    those of the percentile bootstrap on the extended reals. Equal values bound nothing while they
    are fewer than ``fewest_equal``, and from there on they are their own bounds.

    Args:
        values: Sample on the extended reals, infinities of one sign.
        statistic: What is estimated.
        confidence: Level of each bound, at least 0.5.
        generator: Source of the resamples that infinite values call for.

    Raises:
        UndefinedEstimateError: where the statistic has no value, such as std of one trial.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.
    """
    sample = as_sample(values)
    value = float(STATISTICS[statistic](sample, -1)) if sample.size else math.nan
    if math.isnan(value):
        raise UndefinedEstimateError(f"{statistic} is undefined for {sample.size} trials")
    if statistic == "median":
        return _median(sample, confidence)
    if not np.isfinite(sample).all():
        return _percentile(sample, statistic, confidence, generator)
    if is_constant(sample):
        return _equal(value, confidence, sample.size)
    return pivotal_interval(sample, statistic, confidence)


def fewest_equal(confidence: float) -> int:
    """Equal values that show, at this level, that four trainings in five agree: 14 at 0.95."""
    return wilks_n(SHARE_ALIKE, confidence)


def _median(sample: Array, confidence: float) -> Estimate:
    found = quantile(sample, 0.5, confidence)
    if not np.isfinite(sample).all():
        return replace(found, note="MISSING_VALUES")
    return replace(found, note="TOO_FEW") if math.isinf(found.low) else found


def _equal(value: float, confidence: float, n: int) -> Estimate:
    if n < fewest_equal(confidence):
        return Estimate(value, -math.inf, math.inf, confidence, n, "equal-values", "TOO_FEW")
    return Estimate(value, value, value, confidence, n, "equal-values", "NO_VARIATION")


def _percentile(
    sample: Array, statistic: StatisticName, confidence: float, generator: Generator
) -> Estimate:
    value, n = float(STATISTICS[statistic](sample, -1)), sample.size
    if n < _FEWEST_WITH_INFINITE:
        return Estimate(
            value, -math.inf, math.inf, confidence, n, "percentile-bootstrap", "TOO_FEW"
        )
    replicates = np.sort(_replicates(sample, statistic, generator))
    tail = math.floor((1 - confidence) * replicates.size)
    low, high = min(float(replicates[tail]), value), max(float(replicates[-1 - tail]), value)
    return Estimate(value, low, high, confidence, n, "percentile-bootstrap", "MISSING_VALUES")


def _replicates(sample: Array, statistic: StatisticName, generator: Generator) -> Array:
    rows = max(1, _BATCH // sample.size)
    function = STATISTICS[statistic]
    parts = [
        function(sample[generator.integers(sample.size, size=(count, sample.size))], -1)
        for count in (min(rows, RESAMPLES - start) for start in range(0, RESAMPLES, rows))
    ]
    return np.concatenate(parts)
