"""A candidate that is ready to train: data loaded, parts made."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from stablecheck.candidate.data import load_dataset
from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.frameworks import Framework, framework_of
from stablecheck.candidate.importing import explained, import_callable
from stablecheck.candidate.objective import Objective
from stablecheck.candidate.optimizer import Budget, Multiplier, make_multiplier
from stablecheck.candidate.randomness import seeded
from stablecheck.candidate.score import make_score
from stablecheck.candidate.tasks import TASKS, Task
from stablecheck.candidate.tasks.base import Score
from stablecheck.errors import CandidateError
from stablecheck.recipe import PLAIN, Candidate, Treatment

MODEL = ("candidate", "model")
DATA_FIELDS = {
    "data",
    "data_args",
    "target",
    "inputs",
    "columns",
    "missing",
    "streaming",
    "validation",
    "scaling",
    "task",
}
KIND_FIELDS = {"model", "model_args", "task", "loss", "schedule"}


@dataclass(frozen=True)
class Models:
    """Makes the models of one recipe; what they are is found out from the first.

    Args:
        make: The model callable.
        candidate: The recipe.
        folders: Where the candidate's files are looked up.
    """

    make: Callable[..., Any]
    candidate: Candidate
    folders: tuple[Path, ...]

    def build(self) -> nn.Module:
        """A new model from the current random state."""
        built = _built(self.make, self.candidate)
        framework, _ = self._kind(built)
        return _module(framework, built, self.candidate)

    @property
    def objective(self) -> Objective:
        """How its models are asked."""
        known = _kinds.get(self._key)
        if known is not None:
            return known[1]
        with seeded(0):
            return self._kind(_built(self.make, self.candidate))[1]

    def _kind(self, built: Any) -> tuple[Framework, Objective]:
        if self._key not in _kinds:
            if len(_kinds) == _MOST_KINDS:
                _kinds.clear()
            framework = framework_of(built)
            _kinds[self._key] = framework, self._objective(framework, built)
        return _kinds[self._key]

    def _objective(self, framework: Framework, built: Any) -> Objective:
        """What it is found out from is never trained: a framework may keep it."""
        preparing = f"preparing what {self.candidate.model} returned"
        with seeded(0), explained(MODEL, preparing):
            example = _built(self.make, self.candidate) if framework.keeps_example else built
            return framework.objective(example, self.candidate, self.folders)

    @property
    def _key(self) -> tuple[str, str, tuple[Path, ...]]:
        recipe = self.candidate
        return recipe.model_dump_json(include=KIND_FIELDS), recipe.optimizer.name, self.folders


@dataclass(frozen=True)
class Prepared:
    """The parts of one candidate, in the process that trains it.

    Args:
        candidate: The recipe.
        dataset: Its data, on the CPU.
        models: Makes its models.
        score: Score of a model on the held-out part.
        folders: Where the candidate's files are looked up.
    """

    candidate: Candidate
    dataset: Dataset
    models: Models
    score: Score
    folders: tuple[Path, ...]

    def build_model(self) -> nn.Module:
        """A freshly initialised model, from the current random state.

        Raises:
            CandidateError: The model callable fails, or returns what cannot be trained.
        """
        return self.models.build()

    @property
    def objective(self) -> Objective:
        """How its models are asked; builds one to find out, unless one was built before."""
        return self.models.objective

    @property
    def task(self) -> Task:
        """The kind of problem."""
        return TASKS[self.candidate.task]

    @property
    def batch_size(self) -> int:
        """Rows per step; the whole training part where that is smaller."""
        return min(self.candidate.batch_size, len(self.dataset.train))

    @property
    def steps(self) -> int:
        """Gradient steps of one training on all rows; incomplete last batches are dropped."""
        return self.steps_of(PLAIN)

    def steps_of(self, treatment: Treatment) -> int:
        """Gradient steps of one training under a treatment, at least one."""
        return treatment.steps(self.candidate, len(self.dataset.train))

    def budget(self, steps: int, treatment: Treatment = PLAIN) -> Budget:
        """A training of ``steps`` under a treatment."""
        rows = len(self.dataset.train)
        return Budget(steps, treatment.steps_per_epoch(self.candidate, rows))

    def multiplier(self, steps: int) -> Multiplier:
        """The learning-rate schedule over ``steps``."""
        return make_multiplier(self.candidate.schedule, steps, self.folders)

    def arithmetic(self, device: torch.device) -> torch.autocast:
        """The context in which a forward pass has the recipe's precision."""
        mixed = self.candidate.precision == "bf16"
        return torch.autocast(device.type, torch.bfloat16, enabled=mixed)


def prepare(candidate: Candidate, folders: Sequence[Path]) -> Prepared:
    """Load data and code of a candidate.

    Raises:
        CandidateError: Something in it cannot be loaded or used.
    """
    folders = tuple(folders)
    dataset = _dataset(candidate, folders)
    make = import_callable(candidate.model, folders, MODEL)
    return Prepared(
        candidate=candidate,
        dataset=dataset,
        models=Models(make, candidate, folders),
        score=make_score(candidate, dataset, folders),
        folders=folders,
    )


_loaded: dict[tuple[str, tuple[Path, ...]], Dataset] = {}
"""The data set of the last recipe: arms that differ in anything else share it loaded."""
_kinds: dict[tuple[str, str, tuple[Path, ...]], tuple[Framework, Objective]] = {}
"""What models were found to be: arms that differ in numbers alone need not build one to know."""
_MOST_KINDS = 32
_alive: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
"""What model callables returned and somebody still holds, by its id."""


def _dataset(candidate: Candidate, folders: tuple[Path, ...]) -> Dataset:
    key = (candidate.model_dump_json(include=DATA_FIELDS), folders)
    if key not in _loaded:
        _loaded.clear()
        _loaded[key] = load_dataset(candidate, folders)
    return _loaded[key]


def _built(make: Callable[..., Any], candidate: Candidate) -> Any:
    with explained(MODEL, f"calling {candidate.model}"):
        built = make(**candidate.model_args)
    if _alive.get(id(built)) is built:
        raise CandidateError(
            MODEL,
            f"{candidate.model} returned the same {type(built).__name__} twice; expected a new one "
            "at every call, so that no training goes on from another one's weights",
        )
    with contextlib.suppress(TypeError):  # of what is no model at all
        _alive[id(built)] = built
    return built


def _module(framework: Framework, built: Any, candidate: Candidate) -> nn.Module:
    with explained(MODEL, f"preparing what {candidate.model} returned"):
        module = framework.module(built)
    if not any(p.requires_grad for p in module.parameters()):
        raise CandidateError(
            MODEL, f"{candidate.model} returned a model without trainable parameters"
        )
    return module
