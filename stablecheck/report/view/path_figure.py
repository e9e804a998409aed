"""RSI, EB and γ along the path, with what noise and the controls give."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from stablecheck.report.figures.alignment import Null, Panel
from stablecheck.report.figures.lines import Mark
from stablecheck.report.figures.path import Paths, draw
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import FigureView, retrainings
from stablecheck.report.view.path_caption import caption, numbers
from stablecheck.report.view.path_marks import (
    Quantity,
    alike,
    control_marks,
    control_points,
    cross_seed,
    own_marks,
    sources,
    steps_taken,
    whole_part,
)
from stablecheck.trial.record import PathRecord

_WORDS = ("x", "rsi", "eb", "tail", "unit")
_POINTS = 200


def path_figure(context: Context) -> FigureView | None:
    """The figure, or None where no training that finished has a measured path."""
    found = retrainings(context)
    paths = alike(found[1]) if found else ()
    if found is None or not paths or context.result.candidate.parameters is None:
        return None
    data = path_data(paths, context)
    title = context.phrases.text("figures.path.title")
    alt = context.phrases.text("figures.path.alt", numbers=numbers(data, context))
    words = caption(found[0], paths, data, context)
    return FigureView("path", title, draw(data, "path", alt), words)


def path_data(paths: Sequence[PathRecord], context: Context) -> Paths:
    """What the figure shows of paths with the same snapshots."""
    return Paths(
        tail=100 * (1 - context.run.checklist.measure.exclude_tail),
        rsi=_of_all_sources(paths, "rsi", context),
        eb=_of_all_sources(paths, "eb", context),
        alignment=_panels(paths, context),
        null=_null(max(paths[0].total_steps, 1), context),
        words={name: context.phrases.text(f"figures.path.{name}") for name in _WORDS},
    )


def _of_all_sources(
    paths: Sequence[PathRecord], quantity: Quantity, context: Context
) -> tuple[Mark, ...]:
    found = [
        mark for source in sources(paths) for mark in own_marks(paths, quantity, source, context)
    ]
    # Without training batches the whole part still stands for them.
    return (
        tuple(found)
        if "train" in sources(paths)
        else (*found, *whole_part(paths, quantity, context))
    )


def _panels(paths: Sequence[PathRecord], context: Context) -> tuple[Panel, ...]:
    """One panel; one a source where the controls would crowd it."""
    controls = {source: tuple(control_marks(source, context)) for source in sources(paths)}
    whole = (*_of_all_sources(paths, "alignment", context), *steps_taken(paths, context))
    others = (*cross_seed(paths, context),)
    if len(controls) < 2 or not any(controls.values()):
        lines = tuple(mark for marks in controls.values() for mark in marks)
        own = lines if controls else tuple(control_points(context))
        return (Panel(_title("alignment", context), (*whole, *own, *others)),)
    heldout = tuple(mark for mark in whole if mark.role == "heldout")
    train = tuple(mark for mark in whole if mark.role != "heldout")
    return (
        Panel(_title("alignment_train", context), (*train, *controls["train"], *others)),
        Panel(_title("alignment_heldout", context), (*heldout, *controls["heldout"])),
    )


def _title(name: str, context: Context) -> str:
    return context.phrases.text(f"figures.path.{name}")


def _null(total: int, context: Context) -> Null:
    """γ of orthogonal equal steps over T of them, and of random directions in D weights."""
    steps = np.linspace(0, total - 1, _POINTS)
    return Null(
        share=tuple((100 * steps / total).tolist()),
        curve=tuple((1 / np.sqrt(total - steps)).tolist()),
        chance=2 / math.sqrt(max(context.result.candidate.parameters or 1, 1)),
        curve_name=_title("null", context),
        chance_name=_title("chance", context),
    )
