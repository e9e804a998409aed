"""Numbers lose digits, never their side of a limit."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecheck.report.numbers import (
    MINUS,
    NBSP,
    above,
    below,
    decimals_for,
    number,
    percent,
    seconds,
)

THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.95, 2, "0.95"),
        (-0.002, 3, f"{MINUS}0.002"),
        (-0.0001, 2, "0.00"),
        (1234567.0, 0, f"1{THIN}234{THIN}567"),
        (1e9, 2, "1e+09"),
    ],
)
def test_a_number_has_its_decimals_and_a_true_minus_sign(value, decimals, text):
    assert number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.25, "1.2 s"), (48.4, "48 s"), (660, "11 min"), (5400, "1 h 30 min"), (200_000, "2 d")],
)
def test_a_span_of_time_is_told_in_the_units_that_matter(value, text):
    assert seconds(value).replace(NBSP, " ") == text


def test_a_share_is_told_in_percent():
    assert percent(0.9) == f"90{NBSP}%"
    assert percent(0.975) == f"97.5{NBSP}%"


def test_a_narrow_interval_gets_more_decimals_than_a_wide_one():
    assert decimals_for([0.9649, 0.9621, 0.9666]) == 3
    assert decimals_for([0.5, 0.2, 0.9]) == 2
    assert decimals_for([5.0, 14.0]) == 0


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
def test_a_bound_is_written_no_tighter_than_it_is_however_large_or_small(value, decimals):
    """Up to the noise of floating point."""
    low, high = (
        float(number(rounded, decimals).replace(MINUS, "-").replace(THIN, ""))
        for rounded in (below(value, decimals), above(value, decimals))
    )
    noise = 1e-11 * abs(value)
    assert low <= value + noise
    assert high >= value - noise


@given(
    st.floats(0, 1, allow_nan=False),
    st.sampled_from([0.06, 0.2, 0.8, 0.95, 0.9]),
)
def test_rounding_never_carries_a_value_across_the_limit(value, limit):
    """Down to a difference that six decimals can show."""
    if abs(value - limit) < 1e-6:
        return
    shown = float(number(value, decimals_for([value], limit)).replace(MINUS, "-"))
    assert math.copysign(1, shown - limit) == math.copysign(1, value - limit)
    assert shown != limit
