"""What an interval says of a threshold."""

from __future__ import annotations

import math

import pytest

from stablecheck.checks.decision import outcome
from stablecheck.evidence.estimate import Estimate


@pytest.mark.parametrize(
    ("operator", "low", "high", "expected"),
    [
        (">=", 0.9, 1.0, "pass"),
        (">", 0.9, 1.0, "inconclusive"),
        (">=", 0.8, 0.89, "fail"),
        (">", 0.8, 0.9, "fail"),
        ("<=", 0.8, 0.9, "pass"),
        ("<", 0.8, 0.9, "inconclusive"),
        ("<", 0.9, 0.95, "fail"),
        ("<=", 0.91, math.inf, "fail"),
        ("==", 0.8, 0.95, "inconclusive"),
        ("==", 0.91, 0.95, "fail"),
        ("!=", 0.91, 0.95, "pass"),
        ("!=", 0.8, 0.95, "inconclusive"),
    ],
)
def test_an_interval_decides_only_where_all_of_it_agrees(operator, low, high, expected):
    estimate = Estimate((low + min(high, 1)) / 2, low, high, 0.95, 5, "t")
    assert outcome(estimate, operator, 0.9) == expected


@pytest.mark.parametrize(("operator", "expected"), [("==", "pass"), ("!=", "fail")])
def test_only_a_number_without_an_interval_can_equal(operator, expected):
    exact = Estimate(0.9, 0.9, 0.9, 0.95, 5, "exact")
    assert outcome(exact, operator, 0.9) == expected
    degenerate = Estimate(0.9, 0.9, 0.9, 0.95, 5, "percentile-bootstrap")
    assert outcome(degenerate, operator, 0.9) == "inconclusive"
