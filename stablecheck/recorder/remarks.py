"""What of a recorded path could not be measured as it was asked, a line each."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from stablecheck.recorder.recorded import Recorded
from stablecheck.trial.protocol import TrialRequest
from stablecheck.trial.views import OtherEndPoint


def of_sources(asked: Collection[str], given: Collection[str]) -> Iterator[str]:
    """Sources that a run asks for and that have no loader."""
    for source in asked:
        if source not in given:
            yield f"{source} was not measured: the recorder was given no {source} batches"


def of_control(request: TrialRequest, other: OtherEndPoint | None) -> Iterator[str]:
    """A control that a run asks for and that has no use."""
    if request.cross_seed_end_point is not None and other is None:
        yield (
            f"cross_seed was not measured: {request.cross_seed_trial} left no end point of this "
            "training's size"
        )


def of_training(recorded: Recorded, total_steps: int | None) -> Iterator[str]:
    """A training that is not as it was said to be, or not alike in all its parameters."""
    if total_steps is not None and recorded.steps > total_steps:
        yield (
            f"the snapshots end at step {recorded.snapshots[-1].step}: the training took "
            f"{recorded.steps} steps, and the recorder was told {total_steps}"
        )
    if recorded.weight_decay is None:
        yield "weight_decay was not measured: the optimizer has several weight decays"
