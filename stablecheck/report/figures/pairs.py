"""Candidate and incumbent: the scores pair by pair, and their differences."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from stablecheck.report.figures.dots import stacked
from stablecheck.report.figures.style import (
    FAIL,
    FIRST,
    INK,
    SECOND,
    SOFT,
    THIRD,
    WASH,
    canvas,
    house,
    label,
    upright,
)  # fmt: skip
from stablecheck.report.figures.svg import to_svg
from stablecheck.report.figures.ticks import round_numbers
from stablecheck.report.numbers import signed

_BINS = 44


@dataclass(frozen=True)
class Pairs:
    """What the figure shows.

    Args:
        scores: Incumbent's and candidate's score of each pair.
        gains: What the candidate is better by in each, in the same order.
        interval: Mean gain and bounds, None where unbounded, with a label; None without one.
        limit: The gain that a check asks for, with a label; None without one.
        missing: Label for pairs without both scores; empty where there are none.
        words: ``incumbent`` and ``candidate`` below their columns, axis labels ``x`` and ``y``.
    """

    scores: tuple[tuple[float, float], ...]
    gains: tuple[float, ...]
    interval: tuple[float, float | None, float | None, str] | None
    limit: tuple[float, str] | None
    missing: str
    words: dict[str, str]


def draw(data: Pairs, name: str, alt: str) -> str:
    """Left, a line a pair; right, a dot a difference with the mean and its bounds below."""
    with house(name):
        figure = canvas(2.1)
        slopes, gains = figure.subplots(1, 2, width_ratios=(1, 2.2))
        _draw_slopes(slopes, data)
        _draw_gains(gains, data)
        return to_svg(figure, name, alt)


def _draw_slopes(axes: Axes, data: Pairs) -> None:
    faint = max(0.25, min(0.8, 12 / len(data.scores)))
    for (before, after), gain in zip(data.scores, data.gains, strict=True):
        colour = FIRST if gain > 0 else SECOND if gain < 0 else THIRD
        axes.plot(
            [0, 1], [before, after], "o-", color=colour, linewidth=0.9, markersize=2.6,
            markeredgewidth=0, alpha=faint,
        )  # fmt: skip
    axes.set(xlim=(-0.25, 1.25), ylabel=data.words["y"])
    axes.set_xticks([0, 1], [data.words["incumbent"], data.words["candidate"]])
    axes.tick_params(axis="x", length=0, labelcolor=INK)
    round_numbers(axes.yaxis, 5)


def _draw_gains(axes: Axes, data: Pairs) -> None:
    left, right = _span(data)
    dots = stacked(data.gains, (right - left) / _BINS)
    tallest = max(height for _, height in dots) + 1
    scale = max(tallest / 6, 1)
    axes.set(xlim=(left, right), ylim=(-3 * scale, tallest + 2 * scale), yticks=[])
    axes.spines["left"].set_visible(False)
    round_numbers(axes.xaxis, 6, signed)
    axes.set_xlabel(data.words["x"])
    height = -1.2 * scale
    foot = axes.get_ylim()[0] if data.interval is None else height - 0.35 * scale
    upright(axes, 0, INK, foot=foot, linewidth=0.9)
    colours = [FIRST if gain > 0 else SECOND if gain < 0 else THIRD for gain, _ in dots]
    axes.scatter(
        [gain for gain, _ in dots], [height + 0.6 for _, height in dots],
        s=min(18.0, 18 * 8 / tallest), color=colours, linewidths=0, zorder=3,
    )  # fmt: skip
    _draw_limit(axes, data, foot)
    _draw_interval(axes, data, height)
    axes.text(1, 1, data.missing, transform=axes.transAxes, color=FAIL, ha="right", va="top")


def _span(data: Pairs) -> tuple[float, float]:
    bounds = data.interval[:3] if data.interval else ()
    shown = [0.0, *data.gains, *([data.limit[0]] if data.limit else [])]
    shown += [value for value in bounds if value is not None]
    pad = (max(shown) - min(shown)) * 0.08 or 0.01
    return min(shown) - pad, max(shown) + pad


def _draw_limit(axes: Axes, data: Pairs, foot: float) -> None:
    if data.limit is None:
        return
    limit, text = data.limit
    left, right = axes.get_xlim()
    axes.axvspan(limit, right, color=WASH, linewidth=0, zorder=0)
    upright(axes, limit, INK, foot=foot, linewidth=0.8, linestyle=(0, (3, 2)))
    beyond = limit > (left + right) / 2
    label(
        axes, text, (limit, axes.get_ylim()[1]), INK, xytext=(0, 3), va="bottom",
        ha="right" if beyond else "left",
    )  # fmt: skip


def _draw_interval(axes: Axes, data: Pairs, height: float) -> None:
    if data.interval is None:
        return
    mean, low, high, text = data.interval
    left, right = axes.get_xlim()
    axes.plot(
        [left if low is None else low, right if high is None else high], [height] * 2,
        color=SOFT, linewidth=2.4, solid_capstyle="butt",
    )  # fmt: skip
    axes.plot([mean], [height], "o", color=INK, markersize=5)
    share = (mean - left) / (right - left)
    side = "center" if 0.3 < share < 0.7 else "left" if share <= 0.3 else "right"
    label(axes, text, (mean, height), SOFT, xytext=(0, -9), ha=side)
