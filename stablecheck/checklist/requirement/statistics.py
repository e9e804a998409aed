"""What each statistic of the requirement language means, for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class StatisticMeaning:
    """One statistic in words.

    Args:
        written: How a requirement writes it.
        definition: What it is, and what its interval rests on.
        source: Where the interval comes from.
    """

    written: str
    definition: str
    source: str


_DESCRIBES = "Describes the trials that ran and claims nothing about others: it has no interval."
_SHAPES = "Its bounds hold for normal, skewed and two-mode values alike."
_OWN = "stablecheck/evidence"

STATISTIC_MEANINGS: Mapping[str, StatisticMeaning] = {
    "mean": StatisticMeaning(
        "mean(PROBE.MEASURE) OP NUMBER",
        f"Arithmetic mean over the trials. {_SHAPES}",
        f"pivots of location-scale families; {_OWN}/pivotal.py",
    ),
    "median": StatisticMeaning(
        "median(PROBE.MEASURE) OP NUMBER",
        "Middle value over the trials: half of future trainings lie beyond it. Its bounds are "
        "order statistics, which hold for every distribution; below five trials there are none.",
        "David and Nagaraja 2003, Order Statistics, section 7.1",
    ),
    "iqm": StatisticMeaning(
        "iqm(PROBE.MEASURE) OP NUMBER",
        f"Interquartile mean: the mean without the lowest and the highest quarter. {_SHAPES}",
        "Agarwal et al. 2021, arXiv 2108.13264",
    ),
    "std": StatisticMeaning(
        "std(PROBE.MEASURE) OP NUMBER",
        f"Standard deviation over the trials, with n − 1. {_SHAPES}",
        f"pivots of location-scale families; {_OWN}/pivotal.py",
    ),
    "cv": StatisticMeaning(
        "cv(PROBE.MEASURE) OP NUMBER",
        f"Coefficient of variation, std over |mean|. {_SHAPES}",
        f"pivots of location-scale families; {_OWN}/pivotal.py",
    ),
    "p": StatisticMeaning(
        "p(PERCENT)(PROBE.MEASURE) OP NUMBER",
        "Percentile over the trials, with order statistics as bounds: they hold for every "
        "distribution, and are infinite where there are too few trials for one.",
        "David and Nagaraja 2003, Order Statistics, section 7.1",
    ),
    "min": StatisticMeaning(
        "min(PROBE.MEASURE) OP NUMBER", f"Smallest value. {_DESCRIBES}", "none needed"
    ),
    "max": StatisticMeaning(
        "max(PROBE.MEASURE) OP NUMBER", f"Largest value. {_DESCRIBES}", "none needed"
    ),
    "spread": StatisticMeaning(
        "spread(PROBE.MEASURE) OP NUMBER", f"Largest less smallest value. {_DESCRIBES}",
        "none needed",
    ),
    "count": StatisticMeaning(
        "count(PROBE.MEASURE) OP NUMBER", f"Trials that have a value. {_DESCRIBES}", "none needed"
    ),
    "share": StatisticMeaning(
        "share(PROBE.MEASURE OP NUMBER) OP NUMBER",
        "Share of future trainings for which the inner comparison holds, with exact binomial "
        "bounds. All of n prove a share of α^(1/n): 14 of 14 prove 0.80 at 95 % confidence.",
        "Clopper and Pearson 1934, Biometrika 26(4)",
    ),
    "tolerance": StatisticMeaning(
        "tolerance(PROBE.MEASURE, SHARE) OP NUMBER",
        "The bound that this share of future trainings clears, from mean and spread while nothing "
        "speaks against that, from order statistics otherwise. It decides with some fourteen "
        "trials; a rare collapse that no trial showed stays invisible to it.",
        f"Krishnamoorthy and Mathew 2009; Wilks 1941; {_OWN}/tolerance.py",
    ),
}  # fmt: skip
