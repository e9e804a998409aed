"""Data from a callable of the team's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset

from stablecheck.candidate.importing import explained, import_callable
from stablecheck.candidate.raw import RawData
from stablecheck.errors import CandidateError

_FIELD = ("candidate", "data")
_EXPECTED = "expected (X_train, y_train, X_val, y_val), or two torch.utils.data.Dataset"


def load_from_callable(text: str, arguments: Mapping[str, Any], folders: Sequence[Path]) -> RawData:
    """Call the team's data callable and take what it returns, unscaled.

    Raises:
        CandidateError: It raised, or returned something else than four arrays or two datasets.
    """
    make = import_callable(text, folders, _FIELD)
    with explained(_FIELD, f"calling {text}"):
        made = make(**arguments)
    if not isinstance(made, tuple | list) or len(made) not in (2, 4):
        what = f"{type(made).__name__}" + (
            f" of {len(made)}" if isinstance(made, tuple | list) else ""
        )
        raise CandidateError(_FIELD, f"{text} returned {what}; {_EXPECTED}")
    if len(made) == 2:
        made = (*_materialized(made[0], text), *_materialized(made[1], text))
    x, y, x_heldout, y_heldout = (_array(part, text) for part in made)
    return RawData(x, y, x_heldout, y_heldout)


def _materialized(dataset: object, text: str) -> tuple[Any, Any]:
    if not isinstance(dataset, Dataset):
        raise CandidateError(_FIELD, f"{text} returned two {type(dataset).__name__}; {_EXPECTED}")
    with explained(_FIELD, f"reading the dataset of {text}"):
        pairs = [dataset[index] for index in range(len(dataset))]  # type: ignore[arg-type]
        inputs = torch.stack([torch.as_tensor(pair[0]) for pair in pairs])
        targets = torch.stack([torch.as_tensor(pair[1]) for pair in pairs])
    return inputs, targets


def _array(part: object, text: str) -> NDArray[Any]:
    if isinstance(part, torch.Tensor):
        return part.detach().cpu().numpy()
    array = np.asarray(part)
    if array.dtype == object:
        raise CandidateError(
            _FIELD,
            f"{text} returned a {type(part).__name__} that is no array of numbers; {_EXPECTED}",
        )
    return array
