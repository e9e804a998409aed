"""Numbers along an axis can be told apart, whatever their size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from stablecheck.report.figures.ticks import powers, round_between, round_numbers
from stablecheck.report.numbers import signed


def _labels(low, high, write=None):
    axes = Figure().add_subplot()
    axes.set_xlim(low, high)
    round_numbers(axes.xaxis, 6, *([write] if write else []))
    ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
    return ticks, axes.xaxis.get_major_formatter().format_ticks(axes.get_xticks())


@pytest.mark.parametrize("offset", [0.0, 0.95, -3.0, 123_456.0])
@pytest.mark.parametrize("width", [1e-3, 0.03, 1.0, 40.0, 3e5])
def test_no_two_ticks_read_alike(offset, width):
    _, labels = _labels(offset, offset + width)
    assert len(labels) == len(set(labels)) > 2


@pytest.mark.parametrize("scale", [1e-12, 1e-9, 1e6, 1e9])
def test_tiny_and_huge_numbers_keep_their_value(scale):
    axes = Figure().add_subplot()
    axes.set_xlim(scale, 2 * scale)
    round_numbers(axes.xaxis, 6)
    ticks = axes.get_xticks()
    labels = axes.xaxis.get_major_formatter().format_ticks(ticks)
    read = [float(text.replace("\N{MINUS SIGN}", "-").replace("\u202f", "")) for text in labels]
    assert read == pytest.approx(list(ticks))


def test_ticks_have_the_same_decimals_and_zero_has_none():
    _, labels = _labels(-0.01, 0.012)
    assert {len(text.partition(".")[2]) for text in labels if text != "0"} == {3}
    assert "0" in labels


def test_differences_carry_a_sign_and_no_difference_carries_none():
    _, labels = _labels(-1e-9, 1.2e-9, signed)
    assert "0" in labels
    assert {text[0] for text in labels if text != "0"} == {"+", "\N{MINUS SIGN}"}


@given(st.floats(-300, 300), st.floats(0.3, 12), st.integers(3, 8))
def test_a_logarithmic_axis_has_some_and_not_too_many_round_numbers(start, decades, most):
    low, high = 10.0**start, 10.0 ** min(start + decades, 305)
    found = round_between(low, high, most)
    assert len(found) <= most
    assert found == sorted(set(found))
    assert all(low <= value <= high for value in found)
    assert found or high < 3 * low


def test_powers_of_ten_are_written_as_such_where_zeros_would_have_to_be_counted():
    axes = Figure().add_subplot()
    axes.set_yscale("log")
    axes.set_ylim(1e-9, 1e-5)
    powers(axes.yaxis, 1e-9, 1e-5, 5)
    labels = axes.yaxis.get_major_formatter().format_ticks(axes.get_yticks())
    assert labels == ["10⁻⁹", "10⁻⁸", "10⁻⁷", "10⁻⁶", "10⁻⁵"]
