"""Score of each retraining against the requirement."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stablecheck.report.figures.dots import stacked
from stablecheck.report.figures.style import (
    FAIL,
    FIRST,
    INK,
    SOFT,
    WASH,
    canvas,
    house,
    label,
    upright,
)  # fmt: skip
from stablecheck.report.figures.svg import to_svg
from stablecheck.report.figures.ticks import round_numbers

_BINS = 64


@dataclass(frozen=True)
class Scores:
    """What the figure shows.

    Args:
        values: One score a training, in any order; not empty.
        missing: Label for trainings without a score; empty where there are none.
        axis: Label of the score axis, with its unit.
        limit: The required score, with its label.
        at_least: Whether the requirement is met above the limit.
        interval: Estimate and bounds in units of the score, None where unbounded, with a label.
    """

    values: tuple[float, ...]
    missing: str
    axis: str
    limit: tuple[float, str] | None
    at_least: bool
    interval: tuple[float, float | None, float | None, str] | None


def draw(data: Scores, name: str, alt: str) -> str:
    """A dot a training, stacked where scores are alike; the interval below, the limit across."""
    with house(name):
        return to_svg(compose(data), name, alt)


def compose(data: Scores) -> Figure:
    """The figure, to be drawn in the house style."""
    span = _span(data)
    dots = stacked(data.values, (span[1] - span[0]) / _BINS)
    tallest = max(height for _, height in dots) + 1
    figure = canvas(1.35 + min(tallest, 14) * 0.075)
    axes = figure.add_subplot()
    axes.set(xlim=span, ylim=(-3.2 * max(tallest / 8, 1), tallest + 1.5), yticks=[])
    axes.spines["left"].set_visible(False)
    round_numbers(axes.xaxis, 8)
    axes.set_xlabel(data.axis)
    _draw_limit(axes, data, span, tallest)
    _draw_dots(axes, dots, tallest)
    _draw_interval(axes, data, tallest)
    axes.text(0, 1, data.missing, transform=axes.transAxes, color=FAIL, fontweight=600, va="top")
    return figure


def _span(data: Scores) -> tuple[float, float]:
    bounds = data.interval[:3] if data.interval else ()
    shown = [*data.values, *([data.limit[0]] if data.limit else []), *bounds]
    known = [value for value in shown if value is not None]
    low, high = min(known), max(known)
    pad = (high - low) * 0.08 or max(abs(high), 1e-6) * 0.02
    return low - pad, high + pad


def _draw_dots(axes: Axes, dots: list[tuple[float, int]], tallest: int) -> None:
    size = 22 if tallest <= 14 else 22 * 14 / tallest
    xs, heights = zip(*dots, strict=True)
    axes.scatter(xs, [height + 0.6 for height in heights], s=size, color=FIRST, linewidths=0)


def _draw_limit(axes: Axes, data: Scores, span: tuple[float, float], tallest: int) -> None:
    if data.limit is None:
        return
    limit, text = data.limit
    edge = span[1] if data.at_least else span[0]
    axes.axvspan(limit, edge, color=WASH, linewidth=0, zorder=0)
    bottom, top = axes.get_ylim()
    foot = bottom if data.interval is None else _interval_height(tallest) - 0.03 * (top - bottom)
    upright(axes, limit, INK, foot=foot, linewidth=1, linestyle=(0, (3, 2)))
    right = limit < (span[0] + span[1]) / 2
    label(
        axes, text, (limit, top), INK, xytext=(4 if right else -4, 0), va="top",
        ha="left" if right else "right",
    )  # fmt: skip


def _interval_height(tallest: int) -> float:
    return -1.3 * max(tallest / 8, 1)


def _draw_interval(axes: Axes, data: Scores, tallest: int) -> None:
    if data.interval is None:
        return
    value, low, high, text = data.interval
    y = _interval_height(tallest)
    left, right = axes.get_xlim()
    axes.plot(
        [left if low is None else low, right if high is None else high], [y, y],
        color=SOFT, linewidth=2.4, solid_capstyle="butt",
    )  # fmt: skip
    axes.plot([value], [y], "o", color=INK, markersize=5)
    centred = 0.25 < (value - left) / (right - left) < 0.75
    side = "center" if centred else ("left" if value < (left + right) / 2 else "right")
    label(axes, text, (value, y), SOFT, xytext=(0, -9), ha=side)
