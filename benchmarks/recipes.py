"""The two models of the benchmarks, as a checklist declares them, and their 59 trainings."""

from __future__ import annotations

from typing import Any

import yaml

MODELS: dict[str, dict[str, Any]] = {
    "MLP": {
        "model": "stablecheck.zoo:mlp",
        "model_args": {"inputs": 64, "outputs": 10, "hidden": [64, 64], "batch_norm": True},
    },
    "CNN": {"model": "stablecheck.zoo:cnn", "model_args": {"side": 8, "outputs": 10}},
}
LR = 0.05
MOMENTUM = 0.9
BATCH_SIZE = 64
FIFTY_NINE = {
    "seeds": {"kind": "init_seeds", "seeds": 14},
    "lr": {"kind": "lr_jitter", "factors": [0.5, 0.7, 1, 1.4, 2], "seeds": 5},
    "data": {"kind": "data_ratio", "fractions": [0.125, 0.25, 0.5, 1], "seeds": 5},
}
"""14 seeds, 5 × 5 learning rates and 4 × 5 fractions: 59 trainings for a loop over each list."""


def candidate(model: str, steps: int) -> dict[str, Any]:
    """The recipe of a checklist."""
    return MODELS[model] | {
        "data": "sklearn:digits",
        "validation": {"fraction": 0.2, "seed": 0},
        "task": "classification",
        "loss": "cross_entropy",
        "score": "accuracy",
        "optimizer": {"name": "sgd", "lr": LR, "momentum": MOMENTUM},
        "schedule": {"name": "cosine"},
        "batch_size": BATCH_SIZE,
        "steps": steps,
    }


def checklist(recipe: dict[str, Any], probes: dict[str, Any], **sections: Any) -> str:
    """A checklist as text, with one check that any training meets."""
    return yaml.safe_dump(
        {
            "schema": "stablecheck/1", "name": "benchmark", "version": "1.0.0",
            "candidate": recipe, "probes": probes,
            "checks": [{"id": "trains", "require": f"count({next(iter(probes))}.score) >= 1"}],
        }
        | sections,
        sort_keys=False,
    )  # fmt: skip
