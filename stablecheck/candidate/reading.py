"""Items of data sets: read into memory where they fit, streamed where they do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Subset

from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.importing import explained
from stablecheck.candidate.items import Items, arrays_of
from stablecheck.candidate.raw import Arrays, RawData, Unread, joined
from stablecheck.candidate.samples import spread
from stablecheck.candidate.splitting import split_rows
from stablecheck.candidate.streaming import LARGEST_IN_MEMORY, Streamed, bytes_of
from stablecheck.errors import CandidateError
from stablecheck.recipe import Candidate

_DATA = ("candidate", "data")
_AT_ONCE = 1024
_MOST_SAMPLED = 10_000


def read(unread: Unread, items: Items) -> RawData:
    """All items as arrays.

    Raises:
        CandidateError: An item cannot be read.
    """
    x, y = _read(Streamed(unread.train, items))
    if unread.heldout is None:
        return RawData(x, y)
    return RawData(x, y, *_read(Streamed(unread.heldout, items)))


def sampled(unread: Unread, items: Items) -> Unread:
    """The data sets themselves where they fit into memory, else some of their rows, all over them.

    Raises:
        CandidateError: They are empty, or the first item cannot be read.
    """
    _check_rows(unread)
    size = bytes_of(Streamed(unread.train, items))
    if size <= LARGEST_IN_MEMORY:
        return unread
    most = min(_MOST_SAMPLED, max(1, LARGEST_IN_MEMORY * len(unread.train) // size))
    return Unread(
        _spread(unread.train, most),
        None if unread.heldout is None else _spread(unread.heldout, most),
    )


def streams(unread: Unread, candidate: Candidate) -> bool:
    """Whether the recipe's data is to be streamed.

    Raises:
        CandidateError: It is empty, or its first item cannot be read.
    """
    _check_rows(unread)
    if candidate.streaming != "auto":
        return candidate.streaming == "always"
    with explained(_DATA, "reading the first item"):
        return bytes_of(Streamed(unread.train, items_of(candidate))) > LARGEST_IN_MEMORY


def streamed(unread: Unread, candidate: Candidate) -> Dataset:
    """Data that is read row by row as it is needed; targets are taken as they are."""
    train, heldout = unread.train, unread.heldout
    if heldout is None:
        split = split_rows(len(train), candidate.validation, None, None)
        train, heldout = (Subset(train, part.tolist()) for part in (split.train, split.heldout))
    items = items_of(candidate)
    return Dataset(Streamed(train, items), Streamed(heldout, items))


def items_of(candidate: Candidate) -> Items:
    """How the recipe reads an item.

    Raises:
        CandidateError: It names several targets, which only tables have.
    """
    if isinstance(candidate.target, tuple):
        raise CandidateError(
            ("candidate", "target"), "several targets are for tables; expected the key of one"
        )
    return Items(candidate.target, candidate.inputs)


def _check_rows(unread: Unread) -> None:
    if any(len(part) == 0 for part in (unread.train, unread.heldout) if part is not None):
        raise CandidateError(_DATA, "a data set is empty; it needs rows to learn from")


def _spread(dataset: Any, most: int) -> Subset[Any]:
    return Subset(dataset, spread(len(dataset), most).tolist())


def _read(samples: Streamed) -> tuple[Arrays, NDArray[Any]]:
    rows = torch.split(torch.arange(len(samples)), _AT_ONCE)
    batches = [(arrays_of(x), y.numpy()) for x, y in samples.batches(rows)]
    return joined([x for x, _ in batches]), np.concatenate([y for _, y in batches])
