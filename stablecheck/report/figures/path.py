"""RSI, EB and their ratio γ along the optimisation path."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from stablecheck.report.figures.style import (
    FIRST,
    INK,
    LINE,
    SECOND,
    SOFT,
    THIRD,
    WASH,
    canvas,
    house,
    label,
)  # fmt: skip
from stablecheck.report.figures.svg import to_svg
from stablecheck.report.numbers import plain

Source = Literal["train", "heldout", "cross_seed"]
Array = NDArray[np.float64]
_DECADE = 12.0
_MOST_DECADES = 4
_STEPS = [1, 2, 2.5, 5, 10]
_COLOURS: dict[Source, str] = {"train": FIRST, "heldout": SECOND, "cross_seed": THIRD}


@dataclass(frozen=True)
class Band:
    """Median and 10–90 % band at each snapshot; NaN where a snapshot has no value."""

    source: Source
    name: str
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Paths:
    """What the figure shows.

    Args:
        share: Share of the training done at each snapshot, in percent.
        tail: Percent from which summaries leave the path out.
        rsi, eb, alignment: The bands of each quantity.
        null: The noise curve 1/√(T − t) at each snapshot.
        words: Axis label, panel titles and labels: ``x``, ``rsi``, ``eb``, ``alignment``, ``null``,
            ``tail``, ``unit`` of RSI and EB.
    """

    share: tuple[float, ...]
    tail: float
    rsi: tuple[Band, ...]
    eb: tuple[Band, ...]
    alignment: tuple[Band, ...]
    null: tuple[float, ...]
    words: dict[str, str]


def draw(data: Paths, name: str, title: str, description: str) -> str:
    """RSI and EB side by side on logarithmic axes, γ with its controls below them."""
    with house(name):
        figure = canvas(4.1)
        grid = figure.add_gridspec(2, 2, height_ratios=(1, 1.15))
        rsi, eb = (figure.add_subplot(grid[0, column]) for column in (0, 1))
        alignment = figure.add_subplot(grid[1, :])
        _panel(rsi, data, data.rsi, data.words["rsi"])
        _panel(eb, data, data.eb, data.words["eb"])
        _panel(alignment, data, data.alignment, data.words["alignment"])
        for axes, bands in ((rsi, data.rsi), (eb, data.eb)):
            _scale(axes, bands, data)
            axes.set_ylabel(data.words["unit"])
        _controls(alignment, data)
        alignment.set_xlabel(data.words["x"])
        _name_lines(alignment, data)
        return to_svg(figure, name, title=title, description=description)


def _panel(axes: Axes, data: Paths, bands: Sequence[Band], title: str) -> None:
    axes.set_title(title)
    axes.set_xlim(0, 100)
    axes.axvspan(data.tail, 100, color=WASH, linewidth=0, zorder=0)
    axes.axhline(0, color=LINE, linewidth=0.6, zorder=0)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    for band in bands:
        colour = _COLOURS[band.source]
        axes.fill_between(data.share, band.low, band.high, color=colour, alpha=0.16, linewidth=0)
        axes.plot(data.share, band.median, color=colour, linewidth=1.4)


def _scale(axes: Axes, bands: Sequence[Band], data: Paths) -> None:
    """An axis over the measured part, logarithmic where the values span more than a decade."""
    inside = np.array(data.share) < data.tail
    seen = np.array([[band.low, band.median, band.high] for band in bands], dtype=float)
    seen = seen.reshape(-1, len(data.share))[:, inside]
    seen = seen[np.isfinite(seen)]
    sizes = np.abs(seen[seen != 0])
    if sizes.size == 0:
        return
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=_STEPS))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(round(value, 10))))
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
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(float(f"{value:.3g}"))))


def _controls(axes: Axes, data: Paths) -> None:
    axes.plot(data.share, data.null, color=INK, linewidth=1, linestyle=(0, (2, 1.6)))
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=_STEPS))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(round(value, 8))))
    values = [band.low + band.high for band in data.alignment]
    inside = [
        value
        for series in (*values, data.null)
        for value, share in zip(series, data.share * 2, strict=False)
        if np.isfinite(value) and share < data.tail
    ]
    if inside:
        pad = 0.06 * (max(inside) - min(inside) or 1.0)
        axes.set_ylim(max(min(inside) - pad, -1.05), min(max(inside) + pad, 1.05))


def _name_lines(axes: Axes, data: Paths) -> None:
    """Each line's name at its right end, moved apart where ends are close."""
    bands = data.alignment
    ends = [(_end(band.median, data), band.name, _COLOURS[band.source]) for band in bands]
    ends.append((_end(data.null, data), data.words["null"], INK))
    bottom, top = axes.get_ylim()
    gap = (top - bottom) * 0.1
    known = sorted(entry for entry in ends if np.isfinite(entry[0]))
    heights = _apart([value for value, _, _ in known], gap, bottom + gap / 2, top - gap / 2)
    for height, (_, text, colour) in zip(heights, known, strict=True):
        label(axes, text, (100, height), colour, xytext=(5, 0))
    label(
        axes, data.words["tail"], (100, top), SOFT, xytext=(0, 3), ha="right", va="bottom",
        fontsize=6.5, fontweight=400,
    )  # fmt: skip


def _end(values: Sequence[float], data: Paths) -> float:
    inside = [
        value
        for value, share in zip(values, data.share, strict=True)
        if share < data.tail and np.isfinite(value)
    ]
    return inside[-1] if inside else float("nan")


def _apart(values: Sequence[float], gap: float, bottom: float, top: float) -> list[float]:
    """The rising values moved up to stand ``gap`` apart, then down to stay below ``top``."""
    placed: list[float] = []
    for value in values:
        placed.append(max(value, placed[-1] + gap if placed else bottom))
    for index in reversed(range(len(placed))):
        ceiling = placed[index + 1] - gap if index + 1 < len(placed) else top
        placed[index] = min(placed[index], ceiling)
    return placed
