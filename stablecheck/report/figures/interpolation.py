"""Loss on the straight line from the initial to the trained weights."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.ticker import FuncFormatter, MaxNLocator

from stablecheck.report.figures.style import FIRST, canvas, house
from stablecheck.report.figures.svg import to_svg
from stablecheck.report.numbers import plain


@dataclass(frozen=True)
class Interpolations:
    """What the figure shows.

    Args:
        alpha: Shares of the way, from 0 to 1.
        losses: The loss at each, one row a training; NaN where it was not finite.
        middle: Their median at each.
        x, y: Axis labels.
    """

    alpha: tuple[float, ...]
    losses: tuple[tuple[float, ...], ...]
    middle: tuple[float, ...]
    x: str
    y: str


def draw(data: Interpolations, name: str, title: str, description: str) -> str:
    """A thin line a training and their median."""
    with house(name):
        figure = canvas(1.7)
        axes = figure.add_subplot()
        axes.set(xlim=(0, 1), xlabel=data.x, ylabel=data.y)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: plain(round(value, 8))))
        for row in data.losses:
            axes.plot(data.alpha, row, color=FIRST, linewidth=0.7, alpha=0.35)
        axes.plot(data.alpha, data.middle, color=FIRST, linewidth=1.6)
        return to_svg(figure, name, title=title, description=description)
