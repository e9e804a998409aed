"""How many weights point the wrong way, and how far the others average that out."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stablecheck.report.figures.dots import stacked
from stablecheck.report.figures.style import FIRST, INK, SOFT, canvas, house, label
from stablecheck.report.figures.svg import to_svg
from stablecheck.report.figures.ticks import powers, round_numbers

_BINS = 40
_DASHED = (0, (3, 2))


@dataclass(frozen=True)
class Block:
    """One kind of block of weights.

    Args:
        name: The kind.
        effects: The design effect of each training, above zero.
        median: Theirs.
        numbers: What it comes to, in words.
    """

    name: str
    effects: tuple[float, ...]
    median: float
    numbers: str


@dataclass(frozen=True)
class Averaging:
    """What the figure shows.

    Args:
        wrong_way: Percent of the weights that point the wrong way, one number a training.
        blocks: From the top; empty where no design effect is defined.
        words: ``wrong_way`` and ``effect``, the axes' labels; ``half`` and ``independent``, their
            lines'.
    """

    wrong_way: tuple[float, ...]
    blocks: tuple[Block, ...]
    words: dict[str, str]


def draw(data: Averaging, name: str, alt: str) -> str:
    """Left, a dot a training against one half; right, a row a kind of block against 1."""
    with house(name):
        return to_svg(compose(data), name, alt)


def compose(data: Averaging) -> Figure:
    """The figure, to be drawn in the house style."""
    figure = canvas(1.7)
    if not data.blocks:
        _draw_wrong_way(figure.add_subplot(), data)
        return figure
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.5))
    _draw_wrong_way(left, data)
    _draw_effects(right, data)
    return figure


def _draw_wrong_way(axes: Axes, data: Averaging) -> None:
    shown = [50.0, *data.wrong_way]
    pad = 0.12 * (max(shown) - min(shown)) or 1.0
    left, right = min(shown) - pad, max(shown) + pad
    dots = stacked(data.wrong_way, (right - left) / _BINS)
    tallest = max(height for _, height in dots) + 1
    axes.set(xlim=(left, right), ylim=(-1, max(tallest + 2, 6)), yticks=[])
    axes.spines["left"].set_visible(False)
    round_numbers(axes.xaxis, 5)
    axes.set_xlabel(data.words["wrong_way"])
    axes.axvline(50, color=INK, linewidth=1, linestyle=_DASHED, zorder=1)
    axes.scatter(
        [share for share, _ in dots], [height for _, height in dots],
        s=min(22.0, 22 * 6 / tallest), color=FIRST, linewidths=0, zorder=3,
    )  # fmt: skip
    beyond = (left + right) / 2 < 50
    label(
        axes, data.words["half"], (50, 1), INK, xycoords=axes.get_xaxis_transform(),
        xytext=(-4 if beyond else 4, 0), va="top", ha="right" if beyond else "left",
    )  # fmt: skip


def _draw_effects(axes: Axes, data: Averaging) -> None:
    shown = [1.0, *(effect for block in data.blocks for effect in block.effects)]
    low, high = min(shown) / 1.6, max(shown) * 1.6
    axes.set_xscale("log")
    axes.set(xlim=(low, high), ylim=(len(data.blocks) - 0.4, -0.8))
    axes.set_yticks(range(len(data.blocks)), [block.name for block in data.blocks])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    powers(axes.xaxis, low, high, 6)
    axes.set_xlabel(data.words["effect"])
    axes.axvline(1, color=INK, linewidth=1, linestyle=_DASHED, zorder=1)
    beyond = max(shown) / 1 < 1 / min(shown)
    label(
        axes, data.words["independent"], (1, 1), INK, xycoords=axes.get_xaxis_transform(),
        xytext=(-4 if beyond else 4, 0), va="top", ha="right" if beyond else "left",
    )  # fmt: skip
    for place, block in enumerate(data.blocks):
        _draw_block(axes, block, place)


def _draw_block(axes: Axes, block: Block, place: int) -> None:
    axes.scatter(
        block.effects, [place] * len(block.effects), s=18, color=FIRST, alpha=0.5, linewidths=0,
        zorder=3,
    )  # fmt: skip
    axes.plot([block.median], [place], "|", color=INK, markersize=11, markeredgewidth=1.4, zorder=4)
    label(
        axes, block.numbers, (1.02, place), SOFT, xycoords=axes.get_yaxis_transform(),
        xytext=(0, 0), fontweight=400,
    )  # fmt: skip
