"""From a model and data to the text of a first checklist."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from stablecheck.candidate.seen import DataSeen, ModelSeen
from stablecheck.candidate.table.declaration import Declaration
from stablecheck.drafting import columns, guesses, references
from stablecheck.drafting.arguments import offers
from stablecheck.drafting.columns import ColumnGuess
from stablecheck.drafting.document import document
from stablecheck.drafting.request import Draft, Request
from stablecheck.drafting.worker import Worker
from stablecheck.errors import NotDraftableError
from stablecheck.executors.base import Examination
from stablecheck.probes.data_ratio import FEWEST_ROWS
from stablecheck.recipe import Candidate, Columns, Missing, Optimizer, Schedule, Validation
from stablecheck.resources import shipped_checklists

VALIDATION = Validation()
SCHEDULE = Schedule(name="cosine", warmup=0.05)
OPTIMIZER = Optimizer(name="adamw", lr=0.001, weight_decay=0.01)


def draft(request: Request) -> Draft:
    """Look at model and data in a process of their own, and write down what they suggest.

    One step of the recipe is tried, so that what is written can be run.

    Raises:
        NotDraftableError: Model and data cannot be used, or not together.
    """
    references.check(request)
    with Worker((Path.cwd(),)) as worker:
        table = columns.guess(worker.columns(request.data, request.target))
        data = worker.data(request.data, request.data_args, _declared(request, table))
        task = guesses.task(data, request.task)
        plain = _plain_recipe(request, task.value, data, table)
        data = data.model_copy(update={"shape": worker.shape(plain)})
        outputs = _outputs(task.value, data)
        ways = offers(
            worker.arguments(request.model), data, outputs, request.model_args, request.model
        )
        model = worker.models([plain.model_copy(update={"model_args": way}) for way in ways])
        recipe = plain.model_copy(
            update={
                "model_args": ways[model.arguments],
                "loss": guesses.loss(task.value, model).value,
            }
        )
        tried = worker.examine(recipe)
        assert tried.facts.n_train is not None  # of a model everything is known
    named = references.beside(request)
    text = document(
        request=named,
        recipe=recipe.model_copy(update={"model": named.model, "data": named.data}),
        task=task,
        data=data,
        table=table,
        model=model,
        fractions=_fractions(request.preset, tried.facts.n_train),
    )
    warnings = (*table.warnings, *_warnings(model))
    return Draft(text, tuple(_found(request, data, model, tried)), warnings)


def _declared(request: Request, table: ColumnGuess) -> Declaration:
    return Declaration(
        target=request.target,
        columns=table.columns or Columns(),
        missing=table.missing or Missing(),
        validation=VALIDATION,
    )


def _plain_recipe(request: Request, task: str, data: DataSeen, table: ColumnGuess) -> Candidate:
    """Everything but what depends on the model."""
    rows = guesses.training_rows(data, VALIDATION.fraction)
    batch = guesses.batch_size(rows).value
    fields: Mapping[str, Any] = {
        "model": request.model,
        "data": request.data,
        "data_args": dict(request.data_args),
        "target": request.target,
        "columns": table.columns,
        "missing": table.missing,
        "validation": VALIDATION,
        "task": task,
        "loss": guesses.first_loss(task),
        "score": guesses.score(task, data).value,
        "optimizer": OPTIMIZER,
        "schedule": SCHEDULE,
        "batch_size": batch,
        "epochs": guesses.epochs(rows, batch).value,
    }
    return Candidate(**fields)


def _outputs(task: str, data: DataSeen) -> int:
    return data.distinct if task == "classification" else math.prod(data.target_shape)


def _fractions(preset: str, rows: int) -> tuple[float, ...]:
    """The shares of the data that a preset trains on, where some of them are too small for that."""
    if preset == "none":
        return ()
    text = (shipped_checklists() / f"{preset}.yaml").read_text(encoding="utf-8")
    asked = yaml.safe_load(text)["probes"]["data"]["fractions"]
    kept = tuple(share for share in asked if round(share * rows) >= FEWEST_ROWS)
    if len(kept) < 2:
        raise NotDraftableError(
            f"--data: {rows} rows to train on are too few to train on shares of them; bring at "
            f"least {2 * FEWEST_ROWS}, or use --preset none"
        )
    return () if len(kept) == len(asked) else kept


def _found(request: Request, data: DataSeen, model: ModelSeen, tried: Examination) -> Iterator[str]:
    facts = tried.facts
    inputs = " × ".join(map(str, data.shape)) or "1"
    what = f"{facts.classes} classes" if facts.classes else "numbers"
    yield (
        f"{request.data}: {facts.n_train:,} rows to train on, {facts.n_heldout:,} held out; "
        f"{inputs} inputs a row; the target holds {what}"
    )
    yield (
        f"{request.model}: {model.parameters:,} parameters, {model.outputs} "
        f"output{'s' * (model.outputs != 1)} a row; one step was tried and works"
    )


def _warnings(model: ModelSeen) -> Iterator[str]:
    if model.form == "probabilities":
        yield (
            "the model's outputs look like probabilities, but cross_entropy expects raw numbers: "
            "leave its last softmax out"
        )
