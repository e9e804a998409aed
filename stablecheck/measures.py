"""The names a requirement may use for the measures of a trial, with what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stablecheck.geometry import ALWAYS, ANY_END_POINT, COMPANIONS, OF_GRADIENTS, OF_UPDATES
from stablecheck.geometry.base import Measure, PathMeasure

_OUTCOMES: tuple[Measure, ...] = (
    Measure(
        "score", "score", "Score on the held-out part after training.", "candidate.score",
        "the checklist's own scorer",
    ),
    Measure(
        "loss", "loss", "Mean loss on the held-out part after training, in evaluation mode.",
        "candidate.loss", "the checklist's own loss",
    ),
    Measure(
        "initial_loss", "loss", "Mean loss on the held-out part before training.",
        "candidate.loss at step 0", "the checklist's own loss",
    ),
    Measure(
        "loss_ratio", "ratio",
        "Held-out loss after training over that before it; below 1 the model has learnt something.",
        "loss / initial_loss", "stablecheck",
    ),
    Measure(
        "diverged", "yes or no", "Whether the training loss stopped being finite or ran away.",
        "loss not finite, or its running mean over 10 × the first loss", "stablecheck",
    ),
    Measure("steps", "steps", "Gradient steps taken.", "T", "stablecheck"),
    Measure("seconds", "s", "Wall time of training and measuring.", "t", "stablecheck"),
)  # fmt: skip


@dataclass(frozen=True)
class _View:
    """One way to look at a path: which vectors, towards which point, by which measures."""

    prefix: str
    batches: str | None
    where: str
    measures: tuple[PathMeasure, ...]

    @property
    def over(self) -> str:
        """What is reduced to one number."""
        return "snapshots" if self.batches is None else "snapshots and batches"


CROSS_SEED = "path.cross_seed."

_VIEWS = (
    _View("path.", "train", "on fresh batches of the training part", OF_GRADIENTS),
    _View(
        "path.", None, "at each snapshot on the step that the training then took, on its own batch",
        OF_UPDATES,
    ),
    _View(
        "path.heldout.", "heldout", "on batches of the held-out part, which training never saw",
        ALWAYS,
    ),
    _View("path.full.", "full", "on the whole training part, at up to 5 snapshots", ALWAYS),
    _View(
        CROSS_SEED, "train",
        "on training batches, towards another seed's end point (a control)", ANY_END_POINT,
    ),
    _View(
        "path.weight_decay.", "train",
        "on training batches, with the weight decay's own gradient λw added", ANY_END_POINT,
    ),
)  # fmt: skip


def _path_measures() -> Iterator[Measure]:
    for view in _VIEWS:
        for measure in view.measures:
            reduced = f"{measure.reduction} over {view.over}, the path's tail left out"
            yield Measure(
                view.prefix + measure.name,
                measure.unit,
                f"{measure.definition} Measured {view.where}; {reduced}.",
                measure.formula,
                measure.source,
                view.batches,
                measure.companion,
            )


OUTCOMES = frozenset(measure.name for measure in _OUTCOMES)
"""What a training comes to, not how it got there."""

MEASURES: Mapping[str, Measure] = {
    measure.name: measure for measure in (*_OUTCOMES, *_path_measures(), *COMPANIONS)
}
