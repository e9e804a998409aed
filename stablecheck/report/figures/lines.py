"""What stands in the figure of the path: lines with bands, and points; each with its own look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes

from stablecheck.report.figures.style import FIRST, INK, SECOND, SOFT, THIRD

Role = Literal[
    "train", "heldout", "cross_seed", "full", "updates", "random-labels", "noise-gradients"
]
Dashes = tuple[float, tuple[float, ...]]
SOLID: Dashes = (0, ())
DOTTED: Dashes = (0, (1.2, 1.2))


@dataclass(frozen=True)
class Look:
    """Colour and dashes; what is told apart by colour is told apart in black and white too."""

    colour: str
    dashes: Dashes = SOLID
    width: float = 1.4
    marker: str = "o"

    @property
    def edge(self) -> float:
        """Width of a marker's edge; crosses are nothing but edge."""
        return 0.0 if self.marker == "o" else 0.7


LOOKS: Mapping[Role, Look] = {
    "train": Look(FIRST),
    "heldout": Look(SECOND, (0, (4, 1.3))),
    "cross_seed": Look(THIRD),
    "full": Look(INK),
    "updates": Look(FIRST, (0, (2, 1.2)), 1.0),
    "random-labels": Look(SOFT, (0, (4, 1.6)), 1.1, "x"),
    "noise-gradients": Look(SOFT, (0, (5, 1.4, 1, 1.4)), 1.1, "+"),
}


@dataclass(frozen=True)
class Line:
    """A line over the training, NaN where a snapshot has no value.

    Args:
        role: What it is; chooses its look.
        name: The same in words.
        share: Share of the training done at each snapshot, in percent.
        middle: The median at each.
        low, high: The 10 and 90 % quantiles at each; empty for a line without a band.
    """

    role: Role
    name: str
    share: tuple[float, ...]
    middle: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()

    def values(self, below: float) -> Iterator[float]:
        """Everything known of it while less than that share is done."""
        for series in (self.low, self.middle, self.high):
            yield from _known(self.share, series, below)

    def end(self, below: float) -> float:
        """The last known median while less than that share is done; NaN without one."""
        return next(reversed([*_known(self.share, self.middle, below)]), float("nan"))


@dataclass(frozen=True)
class Points:
    """Single values: share of the training done in percent, and value."""

    role: Role
    name: str
    at: tuple[tuple[float, float], ...]

    def values(self, below: float) -> Iterator[float]:
        """Everything known of them while less than that share is done."""
        return _known([share for share, _ in self.at], [value for _, value in self.at], below)

    def end(self, below: float) -> float:
        """Median of the last ones while less than that share is done; NaN without any."""
        last = max((share for share, _ in self.at if share < below), default=float("nan"))
        own = [value for share, value in self.at if share == last]
        return float(np.median(own)) if own else float("nan")


Mark = Line | Points


def draw_marks(axes: Axes, marks: Iterable[Mark]) -> None:
    """Each line over its band, and points on top."""
    for mark in marks:
        look = LOOKS[mark.role]
        if isinstance(mark, Points):
            axes.plot(
                [share for share, _ in mark.at], [value for _, value in mark.at], look.marker,
                color=look.colour, markersize=2.6, markeredgewidth=look.edge, alpha=0.6, zorder=3,
            )  # fmt: skip
            continue
        if mark.low:
            axes.fill_between(
                mark.share, mark.low, mark.high, color=look.colour, alpha=0.16, linewidth=0
            )
        axes.plot(
            mark.share, mark.middle, color=look.colour, linewidth=look.width, linestyle=look.dashes
        )


def _known(share: Sequence[float], series: Sequence[float], below: float) -> Iterator[float]:
    """The finite values at shares below the given one; none for an empty series."""
    if series:
        pairs = zip(share, series, strict=True)
        yield from (value for done, value in pairs if done < below and np.isfinite(value))
