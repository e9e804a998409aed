"""Loss on the straight line from the initial to the trained weights."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.report.figures.direct_labels import Ending, name_endings
from stablecheck.report.figures.lines import Look
from stablecheck.report.figures.style import FIRST, canvas, house
from stablecheck.report.figures.svg import to_svg
from stablecheck.report.figures.ticks import round_numbers

_MEDIAN = Look(FIRST, width=1.6)


@dataclass(frozen=True)
class Interpolations:
    """What the figure shows.

    Args:
        alpha: Shares of the way, from 0 to 1.
        losses: The loss at each, one row a training; NaN where it was not finite.
        middle: Their median at each.
        x, y: Axis labels.
        median: Name of the median.
    """

    alpha: tuple[float, ...]
    losses: tuple[tuple[float, ...], ...]
    middle: tuple[float, ...]
    x: str
    y: str
    median: str


def draw(data: Interpolations, name: str, alt: str) -> str:
    """A thin line a training and their median."""
    with house(name):
        figure = canvas(1.7)
        axes = figure.add_subplot()
        axes.set(xlim=(0, 1), xlabel=data.x, ylabel=data.y)
        round_numbers(axes.xaxis, 5)
        round_numbers(axes.yaxis, 5)
        for row in data.losses:
            axes.plot(data.alpha, row, color=FIRST, linewidth=0.7, alpha=0.35)
        axes.plot(data.alpha, data.middle, color=_MEDIAN.colour, linewidth=_MEDIAN.width)
        if len(data.losses) > 1:
            name_endings(axes, [Ending(data.middle[-1], data.median, _MEDIAN)])
        return to_svg(figure, name, alt)
