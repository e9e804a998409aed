"""Intervals for fewer values than a bootstrap needs; they rest on roughly normal values."""

from __future__ import annotations

import math
from collections.abc import Mapping

from scipy import stats

from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.sample import STATISTICS, TRIMMED, Array, StatisticName


def small_sample_interval(sample: Array, statistic: StatisticName, confidence: float) -> Estimate:
    """Student's t for a location, χ² for a spread.

    The mean's bounds are exact for normal values. The median's standard error is the mean's times
    √(π/2), that of the interquartile mean times 1.09, their asymptotic ratios for normal values.
    The bounds of cv are those of std over |mean|, sound for a cv below about 0.3.

    Args:
        sample: At least two finite values, not all equal.
        statistic: What is estimated.
        confidence: Level of each bound.

    Source: Stigler 1973, Ann. Stat. 1(3) for the trimmed mean; Vangel 1996, Am. Stat. 50(1) for cv.
    """
    value = float(STATISTICS[statistic](sample, -1))
    if statistic in _STANDARD_ERROR_RATIO:
        return _t(sample, value, _STANDARD_ERROR_RATIO[statistic], confidence)
    return _chi_square(sample, value, confidence)


def _trimmed_mean_ratio(trimmed: float) -> float:
    """Asymptotic standard error of the trimmed mean over that of the mean, for normal values."""
    cut = -float(stats.norm.ppf(trimmed))
    inside = (1 - 2 * trimmed) - 2 * cut * float(stats.norm.pdf(cut))
    return math.sqrt(inside + 2 * trimmed * cut**2) / (1 - 2 * trimmed)


_STANDARD_ERROR_RATIO: Mapping[StatisticName, float] = {
    "mean": 1.0,
    "median": math.sqrt(math.pi / 2),
    "iqm": _trimmed_mean_ratio(TRIMMED),
}


def _t(sample: Array, value: float, ratio: float, confidence: float) -> Estimate:
    error = ratio * float(sample.std(ddof=1)) / math.sqrt(sample.size)
    reach = float(stats.t.ppf(confidence, sample.size - 1)) * error
    return Estimate(value, value - reach, value + reach, confidence, sample.size, "t")


def _chi_square(sample: Array, value: float, confidence: float) -> Estimate:
    freedom = sample.size - 1
    low = value * math.sqrt(freedom / float(stats.chi2.ppf(confidence, freedom)))
    high = value * math.sqrt(freedom / float(stats.chi2.ppf(1 - confidence, freedom)))
    return Estimate(value, min(low, value), max(high, value), confidence, sample.size, "chi-square")
