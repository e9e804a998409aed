"""Score against training rows per input dimension."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from stablecheck.report.figures.style import (
    FIRST,
    SECOND,
    SOFT,
    WASH,
    canvas,
    house,
    label,
)  # fmt: skip
from stablecheck.report.figures.svg import to_svg
from stablecheck.report.figures.ticks import round_numbers
from stablecheck.report.numbers import number


@dataclass(frozen=True)
class LearningCurve:
    """What the figure shows.

    Args:
        sizes: Training rows of each arm, rising.
        scores: The scores of each arm.
        dimension: Numbers per input, d; None where they are not known, and rows alone are shown.
        fitted: Points of the fitted law over rows, up to twice the data; empty without a fit.
        predicted: Predicted score at twice the data, with its label.
        x, rows, y: Axis labels: n/d, rows above, score.
        beyond: Label of the range beyond the data.
    """

    sizes: tuple[float, ...]
    scores: tuple[tuple[float, ...], ...]
    dimension: int | None
    fitted: tuple[tuple[float, float], ...]
    predicted: tuple[float, str] | None
    x: str
    rows: str
    y: str
    beyond: str

    @property
    def unit(self) -> int:
        """Rows of one unit of the axis."""
        return self.dimension or 1


def draw(data: LearningCurve, name: str, alt: str) -> str:
    """A dot a training over n/d, the fitted law through them and, dashed, on to twice the data."""
    with house(name):
        figure = canvas(2.2)
        axes = figure.add_subplot()
        _set_axes(axes, data)
        full = max(data.sizes) / data.unit
        if data.fitted:
            axes.axvspan(full * 1.06, full * 2.5, color=WASH, linewidth=0, zorder=0)
            _draw_law(axes, data, full)
        for size, scores in zip(data.sizes, data.scores, strict=True):
            at = [size / data.unit] * len(scores)
            axes.scatter(at, scores, s=14, color=FIRST, alpha=0.75, linewidths=0, zorder=3)
        return to_svg(figure, name, alt)


def _set_axes(axes: Axes, data: LearningCurve) -> None:
    ratios = [size / data.unit for size in data.sizes]
    last = max(ratios) * (2.5 if data.fitted else 1.3)
    axes.set_xscale("log")
    axes.set_xlim(min(ratios) / 1.3, last)
    shown = [*ratios, *([max(ratios) * 2] if data.fitted else [])]
    axes.xaxis.set_major_locator(FixedLocator(shown))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _both(value, data)))
    round_numbers(axes.yaxis, 6)
    axes.set(xlabel=f"{data.x}\n{data.rows}" if data.dimension else data.rows, ylabel=data.y)


def _both(ratio: float, data: LearningCurve) -> str:
    rows = number(round(ratio * data.unit), 0)
    if data.dimension is None:
        return rows
    return f"{number(ratio, 0 if ratio >= 100 else 1)}\n{rows}"


def _draw_law(axes: Axes, data: LearningCurve, full: float) -> None:
    points = [(rows / data.unit, score) for rows, score in data.fitted]
    within = [point for point in points if point[0] <= full * 1.0001]
    beyond = [point for point in points if point[0] >= full * 0.9999]
    axes.plot(*zip(*within, strict=True), color=SECOND, linewidth=1.3)
    axes.plot(*zip(*beyond, strict=True), color=SECOND, linewidth=1.3, linestyle=(0, (3, 2)))
    if data.predicted is not None:
        score, text = data.predicted
        axes.plot([full * 2], [score], "o", color=SECOND, markerfacecolor="none", markersize=5)
        label(axes, text, (full * 2, score), SECOND, xytext=(0, -11), ha="center")
    bottom = axes.get_ylim()[0]
    label(
        axes, data.beyond, (full * 1.63, bottom), SOFT, xytext=(0, 5), ha="center", va="bottom",
        fontweight=400,
    )  # fmt: skip
