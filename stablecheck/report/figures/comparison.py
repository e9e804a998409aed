"""Difference of each arm to the candidate, paired by seed."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from stablecheck.report.figures.style import (
    FAIL,
    FIRST,
    INK,
    SOFT,
    WASH,
    canvas,
    house,
    label,
)  # fmt: skip
from stablecheck.report.figures.svg import to_svg
from stablecheck.report.figures.ticks import round_numbers
from stablecheck.report.numbers import signed

_ROW, _AROUND = 0.32, 0.62
"""Heights of a row and of what is above and below them, in inches."""


@dataclass(frozen=True)
class Row:
    """One arm against the candidate; every difference is positive where the arm is better.

    Args:
        name: The arm.
        differences: One a pair with both scores.
        mean, low, high: Their mean with its bounds; None where there is none.
        numbers: The same in words.
        lost: How many trainings have no score and why; empty where all have.
    """

    name: str
    differences: tuple[float, ...]
    mean: float | None
    low: float | None
    high: float | None
    numbers: str
    lost: str


@dataclass(frozen=True)
class Comparison:
    """What the figure shows.

    Args:
        rows: From the top.
        limit: The worst difference that a check accepts, with a label; None without one.
        axis: Label of the axis, which says where better is.
    """

    rows: tuple[Row, ...]
    limit: tuple[float, str] | None
    axis: str


def draw(data: Comparison, name: str, alt: str) -> str:
    """A row an arm: its pairs, their mean with its bounds, the numbers beside, 0 the candidate."""
    with house(name):
        figure = canvas(_AROUND + _ROW * len(data.rows))
        axes = figure.add_subplot()
        _set_axes(axes, data)
        _draw_limit(axes, data)
        for place, row in enumerate(data.rows):
            _draw_row(axes, row, place)
        return to_svg(figure, name, alt)


def _set_axes(axes: Axes, data: Comparison) -> None:
    axes.set_ylim(len(data.rows) - 0.5, -0.5)
    axes.set_xlim(*_span(data))
    axes.set_yticks(range(len(data.rows)), [row.name for row in data.rows])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    round_numbers(axes.xaxis, 6, signed)
    axes.set_xlabel(data.axis)
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)


def _span(data: Comparison) -> tuple[float, float]:
    shown = [0.0, *([data.limit[0]] if data.limit else [])]
    for row in data.rows:
        shown += [*row.differences, *(v for v in (row.low, row.high) if v is not None)]
    pad = (max(shown) - min(shown)) * 0.06 or 0.01
    return min(shown) - pad, max(shown) + pad


def _draw_limit(axes: Axes, data: Comparison) -> None:
    if data.limit is None:
        return
    limit, text = data.limit
    left, right = axes.get_xlim()
    axes.axvspan(limit, right, color=WASH, linewidth=0, zorder=0)
    axes.axvline(limit, color=INK, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1)
    beyond = limit > (left + right) / 2
    label(
        axes, text, (limit, -0.5), INK, xytext=(0, 3), va="bottom",
        ha="right" if beyond else "left",
    )  # fmt: skip


def _draw_row(axes: Axes, row: Row, place: int) -> None:
    above, below = [place - 0.18] * len(row.differences), place + 0.16
    axes.scatter(row.differences, above, s=8, color=FIRST, alpha=0.55, linewidths=0, zorder=3)
    if row.mean is not None:
        _draw_mean(axes, row, row.mean, below)
    beside = {"xycoords": axes.get_yaxis_transform(), "fontsize": 7.2, "fontweight": 400}
    height = place - 0.18 if row.lost else place
    label(axes, row.numbers, (1.02, height), INK, xytext=(0, 0), **beside)
    if row.lost:
        label(axes, row.lost, (1.02, place + 0.2), FAIL, xytext=(0, 0), **beside | {"fontsize": 7})


def _draw_mean(axes: Axes, row: Row, mean: float, height: float) -> None:
    left, right = axes.get_xlim()
    if row.low is not None or row.high is not None:
        ends = [left if row.low is None else row.low, right if row.high is None else row.high]
        axes.plot(ends, [height] * 2, color=SOFT, linewidth=2.2, solid_capstyle="butt")
    axes.plot([mean], [height], "o", color=INK, markersize=4.4, zorder=4)
