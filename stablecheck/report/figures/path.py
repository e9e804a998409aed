"""RSI, EB and their ratio γ along the optimisation path."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import NDArray

from stablecheck.report.figures.alignment import Null, Panel, draw_alignment, name_lines, span
from stablecheck.report.figures.direct_labels import name_marks
from stablecheck.report.figures.lines import Mark, draw_marks
from stablecheck.report.figures.style import LINE, canvas, house
from stablecheck.report.figures.svg import to_svg
from stablecheck.report.figures.ticks import power, round_numbers
from stablecheck.report.figures.training_axis import name_tail, set_training_axis

Array = NDArray[np.float64]
_DECADE = 12.0
_MOST_DECADES = 4
_TOP, _EACH = 1.85, 2.2
"""Heights of the upper row and of each panel of γ, in inches."""


@dataclass(frozen=True)
class Paths:
    """What the figure shows.

    Args:
        tail: Percent of the training from which summaries leave the path out.
        rsi, eb: What stands in each upper panel.
        alignment: The panels of γ.
        null: What noise gives there.
        words: Axis labels and titles: ``x``, ``rsi``, ``eb``, ``tail``, ``unit`` of RSI and EB.
    """

    tail: float
    rsi: tuple[Mark, ...]
    eb: tuple[Mark, ...]
    alignment: tuple[Panel, ...]
    null: Null
    words: dict[str, str]


def draw(data: Paths, name: str, alt: str) -> str:
    """RSI and EB side by side on logarithmic axes, γ with its controls below them."""
    with house(name):
        return to_svg(compose(data), name, alt)


def compose(data: Paths) -> Figure:
    """The figure, to be drawn in the house style."""
    rows = len(data.alignment)
    figure = canvas(_TOP + _EACH * rows)
    grid = figure.add_gridspec(1 + rows, 2, height_ratios=(_TOP, *([_EACH] * rows)))
    for column, (name, marks) in enumerate((("rsi", data.rsi), ("eb", data.eb))):
        axes = figure.add_subplot(grid[0, column])
        _frame(axes, data, data.words[name])
        draw_marks(axes, marks)
        _scale(axes, marks, data)
        axes.set_ylabel(data.words["unit"])
    name_marks(axes, marks, data.tail)  # right of the second panel; the first looks alike
    limits = span(data.alignment, data.null, data.tail)
    for row, panel in enumerate(data.alignment, start=1):
        axes = figure.add_subplot(grid[row, :])
        _frame(axes, data, panel.title)
        draw_alignment(axes, panel, data.null)
        axes.set_ylim(*limits)
        name_lines(axes, panel, data.null, data.tail)
        name_tail(axes, data.tail, data.words["tail"])
    axes.set_xlabel(data.words["x"])
    return figure


def _frame(axes: Axes, data: Paths, title: str) -> None:
    axes.set_title(title)
    set_training_axis(axes, data.tail)
    axes.axhline(0, color=LINE, linewidth=0.6, zorder=0)


def _scale(axes: Axes, marks: Sequence[Mark], data: Paths) -> None:
    """An axis over the measured part, logarithmic where the values span more than a decade."""
    seen = np.array([value for mark in marks for value in mark.values(data.tail)])
    sizes = np.abs(seen[seen != 0])
    if sizes.size == 0:
        return
    round_numbers(axes.yaxis, 5)
    least, most = float(seen.min()), float(seen.max())
    pad = 0.08 * (most - least or 1.0)
    axes.set_ylim(least - pad if least < 0 else 0.0, most + pad)
    if np.quantile(sizes, 0.95) > _DECADE * np.quantile(sizes, 0.3):
        _logarithmic(axes, sizes, least, most)


def _logarithmic(axes: Axes, sizes: Array, least: float, most: float) -> None:
    """Logarithmic on both sides of zero, and linear around it below the small values."""
    linear = 10.0 ** math.floor(math.log10(float(np.quantile(sizes, 0.2))))
    axes.set_yscale("symlog", linthresh=linear, linscale=0.5)
    axes.set_ylim(least * 1.6 if least < 0 else 0.0, max(most * 1.6, linear))
    # Where both signs are shown, the smallest decades would crowd around zero.
    decades = [linear * 10.0**power for power in range(1 if least < 0 else 0, 8)]
    decades = [decade for decade in decades if decade <= max(most, -least) * 1.6]
    decades = decades[:: -(-len(decades) // _MOST_DECADES) or 1]
    shown = [0.0, *(sign * decade for decade in decades for sign in (1, -1))]
    bottom, top = axes.get_ylim()
    axes.yaxis.set_major_locator(FixedLocator([v for v in shown if bottom <= v <= top]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: power(value)))
