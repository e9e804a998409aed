"""The axis of everything that is drawn along a training: the share of it that is done."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MultipleLocator

from stablecheck.report.figures.style import SOFT, WASH, label


def set_training_axis(axes: Axes, tail: float) -> None:
    """From 0 to 100 percent, shaded from where summaries leave the path out."""
    axes.set_xlim(-0.8, 100)  # room for points at the start
    axes.axvspan(tail, 100, color=WASH, linewidth=0, zorder=0)
    axes.xaxis.set_major_locator(MultipleLocator(20))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))


def name_tail(axes: Axes, tail: float, text: str) -> None:
    """Say above the shaded end what it is; needs the final limits."""
    if tail < 100:
        label(
            axes, text, (1, 1), SOFT, xycoords="axes fraction", xytext=(0, 3), ha="right",
            va="bottom", fontweight=400,
        )  # fmt: skip
