"""The locally optimal learning rate along the path against the one used."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stablecheck.report.figures.direct_labels import Ending, endings_of, name_endings, name_marks
from stablecheck.report.figures.lines import Line, Look, Mark, Points, draw_marks
from stablecheck.report.figures.style import INK, LINE, SOFT, THIRD, canvas, house, label
from stablecheck.report.figures.svg import to_svg
from stablecheck.report.figures.ticks import powers, round_numbers
from stablecheck.report.figures.training_axis import name_tail, set_training_axis

_SCHEDULE = Look(INK, width=1.7)
_UPPER, _LOWER = 2.2, 0.85
"""Heights of the panel of η* and of the one that counts wrong turns, in inches."""
_WIDEST = 1e6
"""Factor between the ends of the axis, at most: beyond it lie a few gradients of nearly nothing."""


@dataclass(frozen=True)
class LearningRates:
    """What the figure shows.

    Args:
        tail: Percent of the training from which summaries leave the path out.
        optimal: η* on each source; below zero where the gradient leads away.
        used: Share of the training done in percent, and the learning rate in force there.
        wrong: Percent of the measurements with η* below zero, a line a source; empty where no
            measurement has.
        words: ``title``, ``x``, ``y``, ``used``, ``zone``, ``tail`` and ``wrong``.
    """

    tail: float
    optimal: tuple[Mark, ...]
    used: tuple[tuple[float, float], ...]
    wrong: tuple[Line, ...]
    words: dict[str, str]


def draw(data: LearningRates, name: str, alt: str) -> str:
    """η* on a logarithmic axis with the schedule across; below it the share that has no place."""
    with house(name):
        return to_svg(compose(data), name, alt)


def compose(data: LearningRates) -> Figure:
    """The figure, to be drawn in the house style."""
    heights = (_UPPER, _LOWER) if data.wrong else (_UPPER,)
    figure = canvas(sum(heights))
    panels = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
    _draw_rates(panels[0], data)
    if data.wrong:
        _draw_wrong(panels[1], data)
    panels[-1].set_xlabel(data.words["x"])
    return figure


def limits(data: LearningRates) -> tuple[float, float]:
    """Ends of the axis: what lies before the tail, but for lower ends of bands that go far down."""
    rates = [rate for share, rate in data.used if share < data.tail and rate > 0]
    middles = [value for mark in data.optimal for value in _middles(mark, data.tail) if value > 0]
    bands = [value for mark in data.optimal for value in mark.values(data.tail) if value > 0]
    high = max([*rates, *bands], default=1.0)
    low = min([*middles, *(rate / 4 for rate in rates)], default=high / 10)
    return max(low / 1.5, high / _WIDEST), high * 1.5


def _middles(mark: Mark, tail: float) -> Iterator[float]:
    if isinstance(mark, Points):
        return mark.values(tail)
    return replace(mark, low=(), high=()).values(tail)


def _draw_rates(axes: Axes, data: LearningRates) -> None:
    low, high = limits(data)
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.set_title(data.words["title"])
    axes.set_ylabel(data.words["y"])
    set_training_axis(axes, data.tail)
    powers(axes.yaxis, low, high, 6)
    shares, rates = zip(*data.used, strict=True)
    used = [rate if rate > 0 else math.nan for rate in rates]
    _draw_zone(axes, data, [rate / 2 for rate in used])
    draw_marks(axes, [_on_the_axis(mark, low) for mark in data.optimal])
    axes.plot(shares, used, color=_SCHEDULE.colour, linewidth=_SCHEDULE.width, zorder=4)
    last = [rate for share, rate in data.used if share < data.tail and rate > 0]
    schedule = Ending(last[-1] if last else math.nan, data.words["used"], _SCHEDULE)
    name_endings(axes, [*endings_of(data.optimal, data.tail), schedule])
    name_tail(axes, data.tail, data.words["tail"])


def _draw_zone(axes: Axes, data: LearningRates, half: list[float]) -> None:
    """Where η* is less than half of the learning rate used, which is then more than 2η*."""
    shares, bottom = [share for share, _ in data.used], axes.get_ylim()[0]
    axes.fill_between(shares, bottom, half, color=THIRD, alpha=0.15, linewidth=0, zorder=0.5)
    axes.plot(shares, half, color=SOFT, linewidth=0.8, linestyle=(0, (3, 2)), zorder=2)
    label(
        axes, data.words["zone"], (0.015, 0), SOFT, xycoords="axes fraction", xytext=(0, 4),
        va="bottom",
    )  # fmt: skip


def _on_the_axis(mark: Mark, low: float) -> Mark:
    """Without what a logarithmic axis has no place for; bands that reach there end at its foot."""
    if isinstance(mark, Points):
        return replace(mark, at=tuple((share, value) for share, value in mark.at if value > 0))
    return replace(
        mark,
        middle=tuple(value if value > 0 else math.nan for value in mark.middle),
        low=tuple(np.maximum(mark.low, low)),
        high=tuple(value if value > 0 else math.nan for value in mark.high),
    )


def _draw_wrong(axes: Axes, data: LearningRates) -> None:
    axes.set_title(data.words["wrong"])
    set_training_axis(axes, data.tail)
    most = max((value for line in data.wrong for value in line.values(data.tail)), default=0.0)
    axes.set_ylim(0, min(max(most * 1.15, 10.0), 102.0))
    round_numbers(axes.yaxis, 3)
    axes.axhline(0, color=LINE, linewidth=0.6, zorder=0)
    draw_marks(axes, data.wrong)
    name_marks(axes, data.wrong, data.tail)
