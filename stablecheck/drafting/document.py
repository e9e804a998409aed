"""The text of a first checklist: ``templates/checklist.yaml.j2`` filled in."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from stablecheck.candidate.seen import DataSeen, ModelSeen
from stablecheck.checklist.canonical import flow_text
from stablecheck.drafting import guesses
from stablecheck.drafting.columns import ColumnGuess
from stablecheck.drafting.guesses import Guess
from stablecheck.drafting.request import Request
from stablecheck.recipe import Candidate
from stablecheck.resources import templates

SCHEMA_FILE = "stablecheck.schema.json"
WIDTH = 92


def document(
    request: Request,
    recipe: Candidate,
    task: Guess,
    data: DataSeen,
    table: ColumnGuess,
    model: ModelSeen,
    fractions: Sequence[float],
) -> str:
    """The checklist as text; every field of it has a comment above it.

    Args:
        request: What was asked for, files named from the checklist's folder.
        recipe: The candidate that was tried.
        task: The kind of problem, and why.
        data: What the data looks like.
        table: What is declared of its columns, and why.
        model: What the model looks like.
        fractions: Shares of the data to train on; empty leaves those of the preset.
    """
    rows = guesses.training_rows(data, recipe.validation.fraction)
    return (
        _environment()
        .get_template("checklist.yaml.j2")
        .render(
            schema_file=SCHEMA_FILE,
            request=request,
            recipe=recipe,
            data=data,
            model=model,
            rows=rows,
            fractions=list(fractions),
            bar=guesses.bar(task.value, data),
            why={**table.why, **_reasons(recipe, task, data, model, rows)},
        )
    )


def _reasons(
    recipe: Candidate, task: Guess, data: DataSeen, model: ModelSeen, rows: int
) -> Mapping[str, str]:
    return {
        "task": task.why,
        "loss": guesses.loss(task.value, model).why,
        "score": guesses.score(task.value, data).why,
        "batch_size": guesses.batch_size(rows).why,
        "epochs": guesses.epochs(rows, recipe.batch_size).why,
    }


def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(templates()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    found.filters["yaml"] = flow_text
    found.filters["note"] = _note
    return found


def _note(text: str, indent: int = 0) -> str:
    """A comment of as many lines as it takes."""
    before = " " * indent + "# "
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=before,
        subsequent_indent=before,
        break_long_words=False,
        break_on_hyphens=False,
    )
