"""Names beside the ends of lines, each with a piece of its line, none over another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes

from stablecheck.report.figures.lines import Look
from stablecheck.report.figures.style import label

_LEFT, _RIGHT, _TEXT = 1.012, 1.044, 1.052
_LEAST = 0.095
"""Height of a label, as a share of the panel's."""


@dataclass(frozen=True)
class Ending:
    """Where something drawn ends, its name, how it looks and what it is drawn as."""

    value: float
    name: str
    look: Look
    drawn: Literal["line", "points", "band"] = "line"


def name_endings(axes: Axes, endings: Sequence[Ending]) -> None:
    """Label every ending that has a value, right of the panel and as near as there is room."""
    bottom, top = axes.get_ylim()
    gap = (top - bottom) * _LEAST
    known = sorted((e for e in endings if math.isfinite(e.value)), key=lambda e: e.value)
    heights = apart([e.value for e in known], gap, bottom + gap / 2, top - gap / 2)
    for height, ending in zip(heights, known, strict=True):
        _handle(axes, height, ending)
        label(
            axes, ending.name, (_TEXT, height), ending.look.colour, xytext=(0, 0),
            xycoords=axes.get_yaxis_transform(),
        )  # fmt: skip


def _handle(axes: Axes, height: float, ending: Ending) -> None:
    look, across = ending.look, axes.get_yaxis_transform()
    if ending.drawn == "points":
        middle = [_LEFT + (_RIGHT - _LEFT) / 2]
        axes.plot(
            middle, [height], look.marker, color=look.colour, markersize=2.8,
            markeredgewidth=look.edge,
            transform=across, clip_on=False,
        )  # fmt: skip
        return
    band = ending.drawn == "band"
    axes.plot(
        [_LEFT, _RIGHT], [height, height], color=look.colour, linestyle=look.dashes,
        linewidth=6 if band else look.width, alpha=0.2 if band else 1,
        solid_capstyle="butt", transform=across, clip_on=False,
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
