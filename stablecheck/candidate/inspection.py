"""A first look at data and a model, before there is a recipe."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stablecheck.candidate.data import load_dataset, load_raw
from stablecheck.candidate.examination import described
from stablecheck.candidate.importing import explained, import_callable
from stablecheck.candidate.items import Items
from stablecheck.candidate.objective import outputs_of
from stablecheck.candidate.prepared import Prepared, prepare
from stablecheck.candidate.randomness import seeded
from stablecheck.candidate.raw import RawData, Unread
from stablecheck.candidate.reading import read, sampled
from stablecheck.candidate.samples import tensors
from stablecheck.candidate.seen import Argument, DataSeen, ModelSeen, TableSeen, TargetKind
from stablecheck.candidate.table.declaration import Declaration
from stablecheck.candidate.table.glance import look_at_table
from stablecheck.candidate.tables import find_file
from stablecheck.candidate.validity import check_inputs
from stablecheck.errors import CandidateError
from stablecheck.recipe import WITH_COLUMNS, Candidate

_MODEL = ("candidate", "model")
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def look_at_columns(name: str, target: str | None, folders: Sequence[Path]) -> TableSeen | None:
    """What the columns of a table hold; None for data without named columns.

    Raises:
        CandidateError: It cannot be read, or has no such target.
    """
    if name.startswith("sklearn:") or not name.endswith(WITH_COLUMNS):
        return None
    return look_at_table(find_file(name, folders), target)


def look_at_data(
    name: str, arguments: Mapping[str, Any], declared: Declaration, folders: Sequence[Path]
) -> DataSeen:
    """Read data and describe it; the arguments are those of a recipe's fields.

    Data that would be streamed is described by some of its rows, all over it.

    Raises:
        CandidateError: It cannot be read, or its inputs cannot be trained on.
    """
    with seeded(0):
        loaded = raw = load_raw(name, arguments, declared, folders)
        if isinstance(raw, Unread):
            items = Items(declared.target if isinstance(declared.target, str) else None, None)
            raw = read(sampled(raw, items), items)
    check_inputs(raw)
    x = _one_array(raw)
    y = raw.y.reshape(len(raw.y)) if raw.y.size == len(raw.y) else raw.y
    _, counts = np.unique(y, return_counts=True, axis=0)
    rows, heldout_rows = _rows(loaded)
    return DataSeen(
        rows=rows,
        heldout_rows=heldout_rows,
        shape=x.shape[1:],
        vocabulary=_vocabulary(x),
        scalable=raw.scalable,
        target_shape=raw.y.shape[1:],
        target_kind=_kind(raw.y),
        distinct=len(counts),
        largest_share=float(counts.max() / len(y)),
    )


def _rows(data: RawData | Unread) -> tuple[int, int | None]:
    """Rows of the training part and of a held-out part of its own, read or not."""
    if isinstance(data, Unread):
        return len(data.train), None if data.heldout is None else len(data.heldout)
    return len(data.y), None if data.y_heldout is None else len(data.y_heldout)


def _one_array(raw: RawData) -> NDArray[Any]:
    if isinstance(raw.x, Mapping):
        raise CandidateError(
            raw.field,
            f"the data has several inputs by name, {', '.join(raw.x)}; a checklist is drafted for "
            "one array of inputs alone; write it by hand",
        )
    return raw.x


def _vocabulary(x: NDArray[Any]) -> int | None:
    if not np.issubdtype(x.dtype, np.integer) or x.min() < 0:
        return None
    return int(x.max()) + 1


def _kind(y: NDArray[Any]) -> TargetKind:
    if not np.issubdtype(y.dtype, np.number):
        return "names"
    if np.issubdtype(y.dtype, np.integer) or bool(np.all(np.mod(y, 1) == 0)):
        return "whole"
    return "real"


def input_shape(recipe: Candidate, folders: Sequence[Path]) -> tuple[int, ...]:
    """Shape of one input as the model takes it in.

    Raises:
        CandidateError: The data cannot be trained on as the recipe says.
    """
    inputs, _ = load_dataset(recipe, folders).train.take(torch.arange(1))
    return tuple(tensors(inputs)[0].shape[1:])


def arguments_of(model: str, folders: Sequence[Path]) -> tuple[Argument, ...]:
    """The arguments that a model's callable takes by name.

    Raises:
        CandidateError: It cannot be imported.
    """
    made = import_callable(model, folders, _MODEL)
    with explained(_MODEL, f"reading the arguments of {model}"):
        parameters = inspect.signature(made).parameters.values()
    return tuple(
        Argument(name=one.name, required=one.default is inspect.Parameter.empty)
        for one in parameters
        if one.kind in _NAMED
    )


def try_models(recipes: Sequence[Candidate], folders: Sequence[Path]) -> ModelSeen:
    """The first of several recipes whose model takes the data and returns what fits its targets.

    Where none does, the first whose model takes the data at all.

    Raises:
        CandidateError: No model takes the data; says why the first does not.
    """
    built: list[ModelSeen] = []
    errors: list[CandidateError] = []
    for index, recipe in enumerate(recipes):
        try:
            with seeded(0):
                prepared = prepare(recipe, folders)
                seen = _seen(prepared, index)
        except CandidateError as error:
            errors.append(error)
            continue
        built.append(seen)
        if _fits(seen, prepared):
            return seen
    if not built:
        raise errors[0]
    return built[0]


def _seen(prepared: Prepared, index: int) -> ModelSeen:
    model = prepared.build_model()
    x, _ = prepared.dataset.train.take(torch.arange(prepared.batch_size))
    seen = described(x, prepared.dataset.inputs)
    with explained(_MODEL, f"the model, on {seen},"):
        outputs = outputs_of(model, x)
    if len(outputs) != prepared.batch_size:
        raise CandidateError(
            _MODEL,
            f"the model, on {seen}, returned shape {tuple(outputs.shape)}; expected a row for each "
            "input",
        )
    flat = outputs.detach().double().reshape(len(outputs), -1)
    return ModelSeen(
        arguments=index,
        parameters=sum(p.numel() for p in model.parameters() if p.requires_grad),
        outputs=flat.shape[1],
        form=_form(flat),
    )


def _form(outputs: Tensor) -> Literal["any", "probabilities", "log-probabilities"]:
    if outputs.shape[1] < 2:
        return "any"
    one = torch.ones(len(outputs), dtype=outputs.dtype)
    if torch.allclose(outputs.exp().sum(1), one, atol=1e-4):
        return "log-probabilities"
    if outputs.min() >= 0 and torch.allclose(outputs.sum(1), one, atol=1e-4):
        return "probabilities"
    return "any"


def _fits(seen: ModelSeen, prepared: Prepared) -> bool:
    classes = prepared.dataset.classes
    if classes is None:
        _, targets = prepared.dataset.train.take(torch.arange(1))
        return seen.outputs == targets.numel()
    return seen.outputs == len(classes) or (seen.outputs == 1 and len(classes) == 2)
