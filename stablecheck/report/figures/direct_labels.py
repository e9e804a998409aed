"""Names beside the ends of lines, each with a piece of its line, none over another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes

from stablecheck.report.figures.lines import LOOKS, Look, Mark, Points
from stablecheck.report.figures.style import label

_LEFT, _RIGHT, _TEXT = 0.06, 0.24, 0.28
"""Ends of the piece of line and start of its name, in inches right of the panel."""
_HEIGHT = 0.205
"""Height of a label, in inches."""


@dataclass(frozen=True)
class Ending:
    """Where something drawn ends, its name, how it looks and what it is drawn as."""

    value: float
    name: str
    look: Look
    drawn: Literal["line", "points", "band"] = "line"


def endings_of(marks: Iterable[Mark], tail: float) -> list[Ending]:
    """Where each mark ends before the tail."""
    return [
        Ending(
            mark.end(tail),
            mark.name,
            LOOKS[mark.role],
            "points" if isinstance(mark, Points) else "line",
        )
        for mark in marks
    ]


def name_marks(axes: Axes, marks: Iterable[Mark], tail: float) -> None:
    """Every mark's name where it ends before the tail; needs the limits of the panel."""
    name_endings(axes, endings_of(marks, tail))


def name_endings(axes: Axes, endings: Sequence[Ending]) -> None:
    """Label every ending that has a value, right of the panel and as near as there is room."""
    known = [(_height(axes, one.value), one) for one in endings if math.isfinite(one.value)]
    known.sort(key=lambda pair: pair[0])
    panel, dpi = axes.bbox, axes.figure.dpi
    width, gap = panel.width / dpi, _HEIGHT * dpi / panel.height
    heights = apart([one for one, _ in known], gap, gap / 2, 1 - gap / 2)
    for place, (_, ending) in zip(heights, known, strict=True):
        _handle(axes, (1 + _LEFT / width, 1 + _RIGHT / width), place, ending)
        label(
            axes, ending.name, (1 + _TEXT / width, place), ending.look.colour, xytext=(0, 0),
            xycoords="axes fraction",
        )  # fmt: skip


def _height(axes: Axes, value: float) -> float:
    """Where a value stands in its panel, 0 the bottom and 1 the top, whatever the scale."""
    scaled = axes.transScale.transform((1.0, value))
    height = float(axes.transLimits.transform(scaled)[1])
    return min(max(height, 0.0), 1.0) if math.isfinite(height) else 0.0


def _handle(axes: Axes, ends: tuple[float, float], height: float, ending: Ending) -> None:
    look = ending.look
    if ending.drawn == "points":
        axes.plot(
            [sum(ends) / 2], [height], look.marker, color=look.colour, markersize=2.8,
            markeredgewidth=look.edge, transform=axes.transAxes, clip_on=False,
        )  # fmt: skip
        return
    band = ending.drawn == "band"
    axes.plot(
        ends, [height, height], color=look.colour, linestyle=look.dashes,
        linewidth=6 if band else look.width, alpha=0.2 if band else 1,
        solid_capstyle="butt", transform=axes.transAxes, clip_on=False,
    )  # fmt: skip


def apart(values: Sequence[float], gap: float, bottom: float, top: float) -> list[float]:
    """The rising values moved up to stand ``gap`` apart, then down to stay below ``top``.

    >>> apart([0.0, 0.1, 5.0], 1.0, 0.0, 5.0)
    [0.0, 1.0, 5.0]
    """
    placed: list[float] = []
    for value in values:
        placed.append(max(value, placed[-1] + gap if placed else bottom))
    for index in reversed(range(len(placed))):
        ceiling = placed[index + 1] - gap if index + 1 < len(placed) else top
        placed[index] = min(placed[index], ceiling)
    return placed
