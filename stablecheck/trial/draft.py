"""A trial in the making: what is known of it so far, and what becomes of its failures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from stablecheck.candidate.evaluation import evaluate
from stablecheck.candidate.importing import describe
from stablecheck.candidate.prepared import Prepared
from stablecheck.candidate.randomness import seeded
from stablecheck.errors import DivergedError, OutputFolderError
from stablecheck.plan import TrialSpec
from stablecheck.trial.end_points import EndPointStore
from stablecheck.trial.loop import Trained, Training
from stablecheck.trial.path import Measured
from stablecheck.trial.record import Trial
from stablecheck.trial.specified import failed_trial
from stablecheck.trial.views import OtherEndPoint
from stablecheck.trial.waypoints import end_point

Ending = Trained | DivergedError
"""How a training ended."""

OUT_OF_MEMORY = (
    "the device has too little memory for this training, even alone; make batch_size or the model "
    "smaller, use precision: bf16, or another device"
)


@dataclass
class Draft:
    """A trial in the making.

    Args:
        prepared: Its candidate.
        spec: What was asked for.
        known: Fields of its record, as far as they are known.
        failed: Whether the candidate's code has failed.
        has_end_point: Whether its end point was kept for others.
        in_company: Whether others are trained with it.
    """

    prepared: Prepared
    spec: TrialSpec
    known: dict[str, Any] = field(default_factory=dict)
    failed: bool = False
    has_end_point: bool = False
    in_company: bool = False

    @contextmanager
    def attempting(self) -> Iterator[None]:
        """Seed the random state; whatever the candidate's code raises fails this trial alone.

        Raises:
            torch.OutOfMemoryError: Others take their part of the device's memory.
            OutputFolderError: The run folder cannot be written.
        """
        try:
            with seeded(self.spec.seeds.init):
                yield
        except OutputFolderError:  # no fault of the candidate's, so no record of it
            raise
        except torch.OutOfMemoryError as error:
            if self.in_company:
                raise
            self._fail(f"{OUT_OF_MEMORY} ({describe(error)})")
        except (Exception, SystemExit) as error:  # the candidate's own code may raise anything
            self._fail(describe(error))

    def _fail(self, message: str) -> None:
        self.known, self.failed = {"message": message}, True

    def end(self, training: Training, ending: Ending, end_points: EndPointStore) -> None:
        """Take in how the training ended, and keep its end point for those that refer to it."""
        initial = {"initial_loss": training.initial_loss}
        if isinstance(ending, DivergedError):
            self.known = {
                "status": "diverged", "steps": ending.step, "message": str(ending),
                "measures": initial,
            }  # fmt: skip
            return
        if self.spec.keeps_end_point:
            end_points.keep(self.spec.id, end_point(ending).cpu().numpy())
            self.has_end_point = True
        outcome = self._outcome(ending)
        loss_ratio = {"loss_ratio": _ratio(outcome["loss"], training.initial_loss)}
        self.known = outcome | {"measures": initial | loss_ratio}

    def _outcome(self, trained: Trained) -> dict[str, Any]:
        score, loss = evaluate(self.prepared, trained.model, trained.data.heldout)
        return {
            "status": "ok",
            "score": score,
            "loss": loss,
            "steps": trained.training.steps,
        }

    def take_in(self, found: Measured) -> None:
        """Take in what was measured of the path."""
        self.known |= {
            "measures": self.known["measures"] | found.measures,
            "notes": found.notes,
            "path": found.record,
        }

    def close(self, end_points: EndPointStore) -> None:
        """Tell trials that refer to its end point that there is none, where that is so."""
        if self.spec.keeps_end_point and not self.has_end_point:
            end_points.keep(self.spec.id, None)

    def trial(self, seconds: float, measuring_seconds: float, together: int = 1) -> Trial:
        """The record; a failed one where nothing is known but what went wrong."""
        cost = {"seconds": seconds, "together": together}
        if "path" in self.known:
            cost["measuring_seconds"] = measuring_seconds
        return Trial.model_validate(failed_trial(self.spec).model_dump() | self.known | cost)


def _ratio(loss: float, initial_loss: float) -> float:
    return loss / initial_loss if initial_loss else math.nan


def reference_of(
    spec: TrialSpec, trained: Trained, end_points: EndPointStore
) -> OtherEndPoint | None:
    """The end point that a trial's control refers to; None where it has none."""
    if spec.cross_seed is None:
        return None
    found = end_points.find(spec.cross_seed)
    own = end_point(trained)
    if found is None or found.shape != tuple(own.shape):
        return None
    parameters: Tensor = torch.from_numpy(found).to(own.device)
    return OtherEndPoint(spec.cross_seed, parameters)
