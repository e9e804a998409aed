"""γ along the path beside what noise gives: the null is part of every panel."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from stablecheck.report.figures.direct_labels import Ending, endings_of, name_endings
from stablecheck.report.figures.lines import DOTTED, Look, Mark, draw_marks
from stablecheck.report.figures.style import INK, SOFT
from stablecheck.report.figures.ticks import round_numbers

_NULL = Look(INK, DOTTED, 1.0)
_CHANCE = Look(INK)


@dataclass(frozen=True)
class Null:
    """What noise gives.

    Args:
        share: Shares of the training done, in percent.
        curve: γ of a path of orthogonal equal steps at each, 1/√(T − t).
        chance: Two standard deviations of γ for a random direction, 2/√D.
        curve_name, chance_name: Both in words.
    """

    share: tuple[float, ...]
    curve: tuple[float, ...]
    chance: float
    curve_name: str
    chance_name: str

    def end(self, below: float) -> float:
        """The curve while less than that share is done, at the end of it."""
        pairs = zip(self.share, self.curve, strict=True)
        return max((value for share, value in pairs if share < below), default=float("nan"))


@dataclass(frozen=True)
class Panel:
    """One panel of γ, on one source of batches or on all of them."""

    title: str
    marks: tuple[Mark, ...]


def draw_alignment(axes: Axes, panel: Panel, null: Null) -> None:
    """Everything in one panel, noise below it."""
    axes.axhspan(-null.chance, null.chance, color=_CHANCE.colour, alpha=0.2, linewidth=0, zorder=1)
    for side in (-null.chance, null.chance):  # seen even where the band is thinner than a line
        axes.axhline(side, color=SOFT, linewidth=0.3, alpha=0.7, zorder=1)
    draw_marks(axes, panel.marks)
    axes.plot(null.share, null.curve, color=INK, linewidth=_NULL.width, linestyle=_NULL.dashes)
    round_numbers(axes.yaxis, 6)


def span(panels: tuple[Panel, ...], null: Null, tail: float) -> tuple[float, float]:
    """Limits of γ that hold everything before the tail, the same for all panels."""
    marks = (mark for panel in panels for mark in panel.marks)
    seen = [value for mark in marks for value in mark.values(tail)]
    seen += [-null.chance, null.chance, null.end(tail)]
    low, high = min(seen), max(seen)
    pad = 0.06 * (high - low)
    return max(low - pad, -1.05), min(high + pad, 1.05)


def name_lines(axes: Axes, panel: Panel, null: Null, tail: float) -> None:
    """Every line's name at its end, noise included; needs the limits of the panel."""
    noise = [
        Ending(null.end(tail), null.curve_name, _NULL),
        Ending(0.0, null.chance_name, _CHANCE, "band"),
    ]
    name_endings(axes, [*endings_of(panel.marks, tail), *noise])
