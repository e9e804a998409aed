"""Score against the factor on the learning rate."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from matplotlib.transforms import blended_transform_factory

from stablecheck.report.figures.style import (
    FAIL,
    FIRST,
    INK,
    LINE,
    WASH,
    canvas,
    house,
    label,
)  # fmt: skip
from stablecheck.report.figures.svg import to_svg
from stablecheck.report.figures.ticks import round_numbers
from stablecheck.report.numbers import plain


@dataclass(frozen=True)
class Arm:
    """One factor: the scores there are, their mean with bounds, and what is missing.

    Args:
        factor: Factor on the learning rate.
        scores: One score a training.
        mean, low, high: Mean and bounds; None where there are too few scores.
        missing: Label for trainings without a score; empty where there are none.
    """

    factor: float
    scores: tuple[float, ...]
    mean: float | None
    low: float | None
    high: float | None
    missing: str


@dataclass(frozen=True)
class LearningRate:
    """What the figure shows.

    Args:
        arms: By rising factor.
        kept: The worst mean score that counts as kept, whether higher ones do too, and a
            label; None without a headroom check.
        x, y: Axis labels.
    """

    arms: tuple[Arm, ...]
    kept: tuple[float, bool, str] | None
    x: str
    y: str


def draw(data: LearningRate, name: str, alt: str) -> str:
    """A dot a training, the mean with its band, and below them a cross where scores are missing."""
    with house(name):
        figure = canvas(2.2)
        axes = figure.add_subplot()
        axes.set_xscale("log")
        factors = [arm.factor for arm in data.arms]
        axes.set_xlim(min(factors) / 1.18, max(factors) * 1.18)
        axes.xaxis.set_major_locator(FixedLocator(factors))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"×{plain(value)}"))
        round_numbers(axes.yaxis, 6)
        axes.set(xlabel=data.x, ylabel=data.y)
        _draw_means(axes, data)
        _draw_scores(axes, data)
        _draw_kept(axes, data)
        _draw_missing(axes, data)
        return to_svg(figure, name, alt)


def _draw_kept(axes: Axes, data: LearningRate) -> None:
    if data.kept is None:
        return
    limit, upwards, text = data.kept
    bottom, top = axes.get_ylim()
    pad = (top - bottom) * 0.06
    axes.set_ylim(min(bottom, limit - 3 * pad), max(top, limit + 3 * pad))
    axes.axhspan(limit, axes.get_ylim()[upwards], color=WASH, linewidth=0, zorder=0)
    axes.axhline(limit, color=INK, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1)
    # Outside, because bars may reach across the line anywhere along it.
    label(axes, text, (1, limit), INK, xycoords=axes.get_yaxis_transform())


def _draw_means(axes: Axes, data: LearningRate) -> None:
    known = [(arm, arm.mean) for arm in data.arms if arm.mean is not None]
    factors, means = [arm.factor for arm, _ in known], [mean for _, mean in known]
    axes.plot(factors, means, color=FIRST, linewidth=1.2)
    for arm, mean in known:
        if arm.low is not None and arm.high is not None:
            axes.plot(
                [arm.factor] * 2, [arm.low, arm.high],
                color=FIRST, linewidth=5, alpha=0.22, solid_capstyle="butt",
            )  # fmt: skip
        axes.plot([arm.factor], [mean], "_", color=INK, markersize=11, markeredgewidth=1.4)


def _draw_scores(axes: Axes, data: LearningRate) -> None:
    for arm in data.arms:
        axes.scatter(
            [arm.factor * 1.02] * len(arm.scores), arm.scores,
            s=14, color=FIRST, alpha=0.75, linewidths=0, zorder=3,
        )  # fmt: skip


def _draw_missing(axes: Axes, data: LearningRate) -> None:
    if not any(arm.missing for arm in data.arms):
        return
    bottom, top = axes.get_ylim()
    axes.yaxis.set_major_locator(FixedLocator([v for v in axes.get_yticks() if bottom <= v <= top]))
    axes.set_ylim(bottom - (top - bottom) * 0.24, top)
    floor = blended_transform_factory(axes.transData, axes.transAxes)
    axes.axhline(bottom, color=LINE, linewidth=0.6)
    for arm in data.arms:
        if arm.missing:
            axes.plot([arm.factor], [0.115], "x", color=FAIL, markersize=5, transform=floor)
            axes.text(
                arm.factor, 0.03, arm.missing, transform=floor, color=FAIL, ha="center",
                va="center", fontsize=7,
            )  # fmt: skip
