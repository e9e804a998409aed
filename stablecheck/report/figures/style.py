"""The house style: thin axes, direct labels, one typeface, no state shared with other plots."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stablecheck.report.fonts import typefaces
from stablecheck.report.palette import LIGHT

WIDTH = 6.93
"""Width of the text on A4, in inches."""

INK, SOFT, LINE, PAPER = (LIGHT[role] for role in ("ink", "soft", "line", "paper"))
FIRST, SECOND, THIRD = (LIGHT[role] for role in ("first", "second", "third"))
FAIL, WASH = LIGHT["fail"], LIGHT["wash"]

_SETTINGS = {
    "font.size": 7.5,
    "axes.labelsize": 7.5,
    "axes.titlesize": 8,
    "axes.titleweight": 600,
    "axes.titlelocation": "left",
    "axes.titlepad": 7,
    "axes.edgecolor": LINE,
    "axes.labelcolor": SOFT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "text.color": INK,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": SOFT,
    "ytick.labelcolor": SOFT,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "mathtext.fontset": "custom",
    "mathtext.rm": "Stablecheck Sans",
    "svg.fonttype": "none",
    "text.parse_math": False,
}


@contextmanager
def house(salt: str) -> Iterator[None]:
    """Draw in the house style; ``salt`` makes the ids of this figure its own and reproducible."""
    _register_fonts()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({**_SETTINGS, "svg.hashsalt": salt})  # type: ignore[dict-item]
        mpl.rcParams["font.family"] = [typeface.family for typeface in typefaces()]
        yield


def canvas(height: float) -> Figure:
    """An empty figure as wide as the text, ``height`` in inches."""
    return Figure(figsize=(WIDTH, height), layout="constrained")


def label(axes: Axes, text: str, at: tuple[float, float], colour: str, **placing: object) -> None:
    """A direct label at a data point, on a halo of paper so that lines do not cross it."""
    settings: dict[str, object] = {
        "color": colour, "fontsize": 7, "fontweight": 600, "textcoords": "offset points",
        "xytext": (4, 0), "va": "center", "annotation_clip": False, **placing,
    }  # fmt: skip
    axes.annotate(text, at, **settings)  # type: ignore[arg-type]


def upright(axes: Axes, at: float, colour: str, *, foot: float, **line: object) -> None:
    """A line across the panel from the top down to ``foot``, so that it crosses no words below."""
    bottom, top = axes.get_ylim()
    share = (foot - bottom) / (top - bottom)
    axes.axvline(at, ymin=share, color=colour, zorder=1, **line)  # type: ignore[arg-type]


@functools.cache
def _register_fonts() -> None:
    # Named, not read: some are large, and only figures with their characters open them.
    font_manager.fontManager.ttflist += [
        font_manager.FontEntry(
            fname=str(file), name=typeface.family, style="normal", variant="normal", weight=weight,
            stretch="normal", size="scalable",
        )
        for typeface in typefaces()
        for weight, file in typeface.files.items()
    ]  # fmt: skip
