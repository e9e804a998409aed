"""The names a requirement may use for the measures of a trial, with what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stablecheck.geometry import MEASURES as PATH_MEASURES


@dataclass(frozen=True)
class Measure:
    """One named number of a trial."""

    name: str
    unit: str
    definition: str
    formula: str
    source: str


_OUTCOMES = (
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

_SOURCES = {
    "path.": "on fresh batches of the training part",
    "path.heldout.": "on batches of the held-out part, which the training never saw",
    "path.cross_seed.": "on training batches, towards another seed's end point (a control)",
}


def _path_measures() -> Iterator[Measure]:
    for prefix, where in _SOURCES.items():
        for measure in PATH_MEASURES:
            if prefix == "path.cross_seed." and measure.end_point == "own":
                continue
            reduced = f"{measure.reduction} over snapshots and batches, the path's tail left out"
            yield Measure(
                prefix + measure.name,
                measure.unit,
                f"{measure.definition} Measured {where}; {reduced}.",
                measure.formula,
                measure.source,
            )


MEASURES: Mapping[str, Measure] = {
    measure.name: measure for measure in (*_OUTCOMES, *_path_measures())
}
