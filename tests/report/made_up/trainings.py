"""What a made-up training leaves behind."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stablecheck.plan import TrialSpec
from stablecheck.trial.record import PathRecord, Trial
from tests.report.made_up.checklists import checklist_of
from tests.report.made_up.paths import SNAPSHOTS, STEPS, path_of

Status = Callable[[TrialSpec], str]
CONTROLS = ("random-labels", "noise-gradients")


@dataclass
class Scenario:
    """What the made-up trainings look like.

    Args:
        checklist: The checklist as a document.
        score: Mean score of a training of the candidate as it stands.
        spread: Standard deviation of its scores.
        edge: Factor on the learning rate from which the score falls.
        status: How each training ended.
        drop: Planned trials that did not run.
        message: What failed trainings say.
        environment: Replaces entries of the environment.
        looks: The looks at a run that grew: trials, confidence and decision of each.
    """

    checklist: dict[str, Any] = field(default_factory=checklist_of)
    score: float = 0.968
    spread: float = 0.003
    edge: float = 3.0
    status: Status = lambda spec: "ok"
    drop: int = 0
    message: str = "RuntimeError: CUDA error: device-side assert triggered"
    environment: dict[str, Any] = field(default_factory=dict)
    looks: tuple[tuple[int, float, str], ...] = ()


def trial_of(spec: TrialSpec, scenario: Scenario) -> Trial:
    """The training, as the scenario wants it."""
    digest = hashlib.sha256(f"{spec.probe}/{spec.arm}".encode()).digest()
    random = np.random.default_rng([spec.seed, *digest[:8]])
    status = scenario.status(spec)
    common = {
        "id": spec.id,
        "key": spec.key,
        "probe": spec.probe,
        "arm": spec.arm,
        "seed": spec.seed,
    }
    seconds = 38.0 + 4.0 * random.random()
    if status != "ok":
        return Trial(**common, **_lost(status, seconds, scenario))
    score = _score(spec, scenario, random)
    path = path_of(spec, random)
    measures, notes = _measures(spec, path, random)
    return Trial(
        **common, status="ok", score=score, loss=0.1 + 2 * (1 - score), steps=STEPS,
        seconds=seconds, measuring_seconds=seconds * 0.08, measures=measures, path=path,
        notes=notes,
    )  # fmt: skip


def _lost(status: str, seconds: float, scenario: Scenario) -> dict[str, Any]:
    messages = {
        "diverged": "the training loss is not finite at step 61",
        "failed": scenario.message,
        "timeout": "ended after 30min, run.trial_timeout",
    }
    return {
        "status": status,
        "steps": 61,
        "seconds": seconds / 5,
        "message": messages[status],
        "measures": {"initial_loss": 2.31},
    }


def _score(spec: TrialSpec, scenario: Scenario, random: np.random.Generator) -> float:
    if spec.arm in CONTROLS:
        return round(0.1 + 0.01 * random.standard_normal(), 4)
    # What a seed decides is shared by all arms: that is what pairing takes away.
    shared = np.random.default_rng(spec.seed).standard_normal()
    noise = scenario.spread * (0.8 * shared + 0.6 * random.standard_normal())
    return round(min(scenario.score - _loss_of_arm(spec, scenario) + noise, 1.0), 4)


def _loss_of_arm(spec: TrialSpec, scenario: Scenario) -> float:
    factor = spec.candidate.optimizer.lr / 0.05 if spec.probe == "lr" else 1.0
    penalty = 0.004 * abs(math.log2(factor)) + max(0.0, math.log(factor / scenario.edge)) * 0.4
    penalty += 0.09 * (spec.treatment.data_fraction**-0.55 - 1) * 0.35
    penalty += 0.12 * spec.treatment.label_noise
    penalty += 0.002 * abs(math.log2(spec.candidate.batch_size / 64))
    named = {"incumbent": 0.006, "no-norm": 0.021, "adam": -0.002, "bf16": 0.0004}
    return penalty + named.get(spec.arm, 0.0)


def _measures(
    spec: TrialSpec, path: PathRecord, random: np.random.Generator
) -> tuple[dict[str, float | None], tuple[str, ...]]:
    measures: dict[str, float | None] = {"initial_loss": 2.31, "loss_ratio": 0.07}
    for source, name in (("train", "path."), ("heldout", "path.heldout.")):
        if (series := getattr(path, source)) is not None:
            grid = np.array(series.rsi, dtype=float)[: SNAPSHOTS - 2]
            measures[f"{name}positive_share"] = float(np.mean(grid > 0))
            measures[f"{name}alignment"] = float(np.median(series.alignment))
    wobble = 1 + 0.1 * random.standard_normal()
    measures |= {"laziness": 0.9 * wobble, "noise_scale": 310 * wobble}
    if path.interpolation is not None:
        loss = np.array(path.interpolation.loss, dtype=float)
        measures["interpolation.max_rise"] = float(np.max(loss - np.minimum.accumulate(loss)))
    measures |= _companions(spec, wobble)
    without = measures.get("sharpness.ratio", 0.0) is None
    notes = ("sharpness was not measured: Adam's bound is not on the Hessian itself",)
    return measures, notes if without else ()


def _companions(spec: TrialSpec, wobble: float) -> dict[str, float | None]:
    adam = spec.candidate.optimizer.name != "sgd"
    known: dict[str, dict[str, float | None]] = {
        "ntk": {"ntk.drift": 0.62 * wobble},
        "averaging": {
            "averaging.wrong_way_share": 0.485 + 0.003 * wobble,
            "averaging.design_effect": 34 * wobble,
            "averaging.layer_design_effect": 210 * wobble,
            "averaging.effective_dimension": 39_818 / (34 * wobble),
        },
        "updates": {"path.update_alignment": 0.3 * wobble},
        "sharpness": {"sharpness.ratio": None if adam else 0.71 * wobble},
    }
    asked = (known.get(group, {}) for group in spec.measuring.companions)
    return {name: value for group in asked for name, value in group.items()}


def at_factor(factor: float, status: str, every: int) -> Status:
    """Trainings beyond the factor end with the status, and every so many of those at it."""

    def ended(spec: TrialSpec) -> str:
        own = spec.candidate.optimizer.lr / 0.05 if spec.probe == "lr" else 1.0
        hit = own > factor + 1e-9 or (own >= factor - 1e-9 and spec.seed % every == 0)
        return status if hit else "ok"

    return ended


def diverged_in(arm: str, every: int) -> Status:
    """Every so many trainings of an arm diverge."""

    def ended(spec: TrialSpec) -> str:
        return "diverged" if spec.arm == arm and spec.seed % every == 0 else "ok"

    return ended
