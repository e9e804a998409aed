"""Data from a callable of the team's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset, IterableDataset

from stablecheck.candidate.importing import explained, import_callable
from stablecheck.candidate.raw import Arrays, RawData, Unread
from stablecheck.errors import CandidateError

_FIELD = ("candidate", "data")
_EXPECTED = "expected (X_train, y_train, X_val, y_val), or two torch.utils.data.Dataset"


def load_from_callable(
    text: str, arguments: Mapping[str, Any], folders: Sequence[Path]
) -> RawData | Unread:
    """Call the team's data callable and take what it returns, unscaled.

    ``X`` may be a mapping of arrays by name.

    Raises:
        CandidateError: It raised, or returned something else than four arrays or two data sets.
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
        return Unread(*(_checked(part, text) for part in made))
    x, y, x_heldout, y_heldout = made
    return RawData(
        _arrays(x, text), _array(y, text), _arrays(x_heldout, text), _array(y_heldout, text)
    )


def _checked(dataset: object, text: str) -> Any:
    if isinstance(dataset, IterableDataset):
        raise CandidateError(
            _FIELD,
            f"{text} returned an IterableDataset, whose rows have neither number nor order of "
            "their own; expected a map-style Dataset with __len__ and __getitem__, so that every "
            "seed can shuffle it anew",
        )
    if not isinstance(dataset, Dataset) and not hasattr(dataset, "__getitems__"):
        raise CandidateError(_FIELD, f"{text} returned two {type(dataset).__name__}; {_EXPECTED}")
    with explained(_FIELD, f"reading the length of a data set of {text}"):
        len(dataset)  # type: ignore[arg-type]
    return dataset


def _arrays(part: object, text: str) -> Arrays:
    if isinstance(part, Mapping):
        return {str(name): _array(one, text) for name, one in part.items()}
    return _array(part, text)


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
