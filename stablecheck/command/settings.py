"""What the placeholders of a command stand for in a training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stablecheck.command.template import placeholders
from stablecheck.recipe import CommandCandidate, Treatment

MODEL_ARGUMENT = "model_args."
"""Beginning of the placeholders for arguments of the model."""

SEED, DEVICE, STEPS, EPOCHS = "seed", "device", "steps", "epochs"

MEANINGS: Mapping[str, str] = {
    SEED: "the seed",
    DEVICE: "the kind of device",
    "lr": "the learning rate",
    "data_fraction": "the share of the training rows",
    "label_noise": "the share of shuffled labels",
    "batch_size": "the batch size",
    EPOCHS: "the passes over the data",
    STEPS: "the gradient steps",
    "optimizer": "the optimiser",
    "momentum": "the momentum",
    "nesterov": "Nesterov momentum",
    "weight_decay": "the weight decay",
    "betas": "the decay rates of Adam's averages",
    "schedule": "the schedule",
    "warmup": "the warm-up",
    "milestones": "the milestones of the schedule",
    "gamma": "the drops of the schedule",
    "precision": "the precision",
}
"""Placeholders, and what each of them stands for."""

_DECLARED_AS: Mapping[str, str] = {
    "optimizer": "optimizer.name",
    "schedule": "schedule.name",
    **{name: f"optimizer.{name}" for name in ("lr", "momentum", "nesterov", "weight_decay")},
    "betas": "optimizer.betas",
    **{name: f"schedule.{name}" for name in ("warmup", "milestones", "gamma")},
}


def settings(recipe: CommandCandidate, treatment: Treatment) -> dict[str, Any]:
    """The value of every placeholder that the recipe has one for, but for seed and device."""
    found: dict[str, Any] = {
        "data_fraction": treatment.data_fraction,
        "label_noise": treatment.label_noise,
        "batch_size": recipe.batch_size,
        "precision": recipe.precision,
        **_parts(recipe),
        **_budget(recipe, treatment),
    }
    arguments = {MODEL_ARGUMENT + name: value for name, value in recipe.model_args.items()}
    return {name: value for name, value in found.items() if value is not None} | arguments


def used_settings(recipe: CommandCandidate, treatment: Treatment) -> dict[str, Any]:
    """The values that reach the command, in the order of its placeholders."""
    known = settings(recipe, treatment)
    return {one.name: known[one.name] for one in placeholders(recipe.command) if one.name in known}


def _parts(recipe: CommandCandidate) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("optimizer", "schedule"):
        part = getattr(recipe, name)
        if part is not None:
            values = part.model_dump()
            found |= {name: values.pop("name"), **values}
    return found


def _budget(recipe: CommandCandidate, treatment: Treatment) -> dict[str, Any]:
    """The budget in its own unit, whole numbers of at least 1."""
    if recipe.steps is not None:
        return {STEPS: max(1, round(recipe.steps * treatment.step_fraction))}
    if recipe.epochs is not None:
        return {EPOCHS: max(1, round(recipe.epochs * budget_factor(recipe, treatment)))}
    return {}


def budget_factor(recipe: CommandCandidate, treatment: Treatment) -> float:
    """The budget of a training as a multiple of the recipe's own, in the recipe's own unit.

    A script counts its epochs over the rows that it sees, in its own batches: with half the rows
    the same number of steps takes twice the epochs. One whose budget is not declared counts so too.
    """
    if recipe.steps is not None:
        return treatment.step_fraction
    batches = 1.0
    if treatment.epoch_batch_size is not None and recipe.batch_size is not None:
        batches = recipe.batch_size / treatment.epoch_batch_size
    return treatment.step_fraction * batches / treatment.data_fraction


def declared_as(placeholder: str) -> str:
    """The field of the candidate that gives a placeholder its value.

    >>> declared_as("lr"), declared_as("model_args.depth"), declared_as("steps")
    ('optimizer.lr', 'model_args.depth', 'steps')
    """
    return _DECLARED_AS.get(placeholder, placeholder)


def meaning(placeholder: str) -> str:
    """What a placeholder stands for, in words."""
    if placeholder.startswith(MODEL_ARGUMENT):
        return f"the model's {placeholder.removeprefix(MODEL_ARGUMENT)}"
    return MEANINGS[placeholder]
