"""Trainings one by one and together, begun alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from stablecheck.candidate.prepared import Prepared, prepare
from stablecheck.candidate.randomness import seeded
from stablecheck.errors import DivergedError
from stablecheck.plan import TrialSpec
from stablecheck.recipe import Treatment
from stablecheck.trial.ensemble import Ending, train_together
from stablecheck.trial.loop import Training, begin, train

CPU = torch.device("cpu")
HERE = (Path(__file__).parent,)


def prepared_all(specs: Sequence[TrialSpec]) -> list[Prepared]:
    return [prepare(spec.candidate, HERE) for spec in specs]


def begun(specs: Sequence[TrialSpec]) -> list[Training]:
    trainings = []
    for prepared, spec in zip(prepared_all(specs), specs, strict=True):
        with seeded(spec.seeds.init):
            trainings.append(begin(prepared, spec, CPU))
    return trainings


def alone(specs: Sequence[TrialSpec]) -> list[Ending]:
    """How each training ends by itself."""
    endings: list[Ending] = []
    for prepared, spec, training in zip(prepared_all(specs), specs, begun(specs), strict=True):
        with seeded(0):
            try:
                endings.append(train(prepared, spec, training))
            except DivergedError as error:
                endings.append(error)
    return endings


def together(specs: Sequence[TrialSpec]) -> tuple[Ending, ...]:
    """How they end as one ensemble."""
    return train_together(prepared_all(specs), specs, begun(specs))


def varied(make_candidate, make_spec, rates: Sequence[float], **changes) -> list[TrialSpec]:
    """Members that differ in learning rate, weight decay, rows, labels and seed."""
    found = []
    for seed, lr in enumerate(rates):
        candidate = make_candidate(**({"model": "models.py:mlp", "model_args": {}} | changes))
        own = {"lr": lr, "weight_decay": [0.0, 1e-2][seed % 2]}
        candidate = candidate.model_copy(
            update={"optimizer": candidate.optimizer.model_copy(update=own)}
        )
        treatment = Treatment(
            data_fraction=[1.0, 0.4][seed % 2], label_noise=[0.0, 0.0, 0.5][seed % 3]
        )
        found.append(make_spec(candidate, seed, treatment=treatment))
    return found
