"""One trial from its specification to its record, whatever happens in it."""

from __future__ import annotations

import math
import time
from typing import Any

import torch

from stablecheck.candidate.importing import describe
from stablecheck.candidate.prepared import Prepared
from stablecheck.candidate.randomness import seeded
from stablecheck.errors import DivergedError, OutputFolderError
from stablecheck.plan import TrialSpec
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.loop import Trained, begin, heldout_loss, heldout_outputs, train
from stablecheck.trial.path import measure_path
from stablecheck.trial.record import Trial
from stablecheck.trial.sources import OtherEndPoint
from stablecheck.trial.specified import failed_trial
from stablecheck.trial.waypoints import end_point


def run_trial(
    prepared: Prepared, spec: TrialSpec, device: torch.device, end_points: EndPoints
) -> Trial:
    """Train, score and measure one trial.

    A training that diverges or raises is a record too: its status and message say what happened.
    """
    started = time.perf_counter()
    try:
        with seeded(spec.seeds.init):
            changes = _train_and_measure(prepared, spec, device, end_points)
    except OutputFolderError:  # no fault of the candidate's, so no record of it
        raise
    except (Exception, SystemExit) as error:  # the candidate's own code may raise anything
        changes = {"message": describe(error)}
    changes["seconds"] = time.perf_counter() - started
    return Trial.model_validate(failed_trial(spec).model_dump() | changes)


def _train_and_measure(
    prepared: Prepared, spec: TrialSpec, device: torch.device, end_points: EndPoints
) -> dict[str, Any]:
    training = begin(prepared, spec, device)
    initial_loss = {"initial_loss": training.initial_loss}
    try:
        trained = train(prepared, spec, training)
    except DivergedError as error:
        message = str(error)
        return {
            "status": "diverged", "steps": error.step, "message": message, "measures": initial_loss,
        }  # fmt: skip
    outcome = _outcome(prepared, trained)
    if spec.keeps_end_point:
        end_points.keep(spec.id, end_point(trained))
    started = time.perf_counter()
    measured = measure_path(prepared, spec, trained, _other(spec, trained, end_points, device))
    loss_ratio = {"loss_ratio": _ratio(outcome["loss"], training.initial_loss)}
    return outcome | {
        "measuring_seconds": time.perf_counter() - started,
        "measures": initial_loss | loss_ratio | measured.measures,
        "notes": measured.notes,
        "path": measured.record,
    }


def _outcome(prepared: Prepared, trained: Trained) -> dict[str, Any]:
    outputs = heldout_outputs(prepared, trained.model, trained.data)
    return {
        "status": "ok",
        "score": prepared.score(outputs.cpu()),
        "loss": heldout_loss(prepared, trained.model, trained.data),
        "steps": trained.training.steps,
    }


def _ratio(loss: float, initial_loss: float) -> float:
    return loss / initial_loss if initial_loss else math.nan


def _other(
    spec: TrialSpec, trained: Trained, end_points: EndPoints, device: torch.device
) -> OtherEndPoint | None:
    if spec.cross_seed is None:
        return None
    parameters = end_points.find(spec.cross_seed, device)
    if parameters is None or parameters.shape != end_point(trained).shape:
        return None
    return OtherEndPoint(spec.cross_seed, parameters)
