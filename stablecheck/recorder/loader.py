"""Batches of a loader, which knows more or less of itself."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from stablecheck.errors import RecorderError
from stablecheck.recorder.moving import moved
from stablecheck.trial.course import Drawing

_NOTHING = object()


class Loader:
    """Anything that gives batches each time it is gone through.

    Args:
        batches: A DataLoader, a list, or any other iterable that can be gone through again.
        name: What the caller knows it as.

    Attributes:
        rows: Rows that it draws from; None where it does not tell.
        batch_size: Rows of a whole batch; None where it does not tell.
        ends: Whether it tells how many batches a pass has.

    Raises:
        RecorderError: It cannot be gone through again.
    """

    def __init__(self, batches: Iterable[Any], name: str) -> None:
        if not isinstance(batches, Iterable) or isinstance(batches, Iterator):
            raise RecorderError(
                f"{name} is a {type(batches).__name__}, which cannot be gone through again; "
                "expected a DataLoader, a list of batches, or another iterable that begins anew "
                "each time"
            )
        self._batches = batches
        self._name = name
        self.rows = _length(getattr(batches, "dataset", None))
        self.batch_size = _batch_size(batches)
        self.ends = _length(batches) is not None

    def batches(self) -> Iterator[Any]:
        """Batches of one pass.

        Raises:
            RecorderError: There is none.
        """
        each = iter(self._batches)
        first = next(each, _NOTHING)
        if first is _NOTHING:
            raise RecorderError(
                f"{self._name} has no batch; expected one at least each time it is gone through"
            )
        yield first
        yield from each

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Give the loader's own generator back as it was."""
        own: Any = self._batches
        found = (getattr(one, "generator", None) for one in (own, getattr(own, "sampler", None)))
        generators = [one for one in found if isinstance(one, torch.Generator)]
        states = [one.get_state() for one in generators]
        try:
            yield
        finally:
            for one, state in zip(generators, states, strict=True):
                one.set_state(state)

    def drawing(self, in_one_pass: float) -> Drawing | None:
        """How its batches are drawn; None where it does not tell their size."""
        if self.batch_size is None:
            return None
        rows = math.inf if self.rows is None else float(self.rows)
        return Drawing(self._mean_size(self.batch_size), rows, in_one_pass)

    def _mean_size(self, batch_size: int) -> float:
        """Harmonic mean over a pass, whose last batch may be smaller: noise goes with 1 / b."""
        rest = (self.rows or 0) % batch_size
        if not rest or getattr(self._batches, "drop_last", False):
            return batch_size
        whole = (self.rows or 0) // batch_size
        return (whole + 1) / (whole / batch_size + 1 / rest)


def _length(dataset: Any) -> int | None:
    try:
        return len(dataset)
    except (TypeError, NotImplementedError):  # a stream
        return None


def _batch_size(batches: Any) -> int | None:
    sampler = getattr(batches, "batch_sampler", None)
    found = [getattr(one, "batch_size", None) for one in (batches, sampler)]
    return next((size for size in found if isinstance(size, int)), None)


class InTurn:
    """A loader's batches in its own order, so many for each snapshot; at its end it begins anew.

    Args:
        loader: Where they come from.
        count: Batches for each snapshot.
        device: Where they go.
    """

    def __init__(self, loader: Loader, count: int, device: torch.device) -> None:
        self._loader = loader
        self._count = count
        self._device = device
        self._passes = 0
        self._pass: Iterator[Any] = iter(())
        self._together: list[float] = []

    def at(self, place: int) -> Iterator[Any]:
        """The next batches: the snapshots are to be asked for one after the other."""
        passes: Counter[int] = Counter()
        for _ in range(self._count):
            batch = self._next()
            passes[self._passes] += 1
            yield moved(batch, self._device)
        self._together.append(sum(n**2 for n in passes.values()) / self._count)

    @property
    def in_one_pass(self) -> float:
        """With how many of its snapshot's batches a batch shares a pass, itself included."""
        return sum(self._together) / len(self._together)

    def _next(self) -> Any:
        batch = next(self._pass, _NOTHING)
        if batch is _NOTHING:
            self._passes += 1
            self._pass = self._loader.batches()
            batch = next(self._pass)
        return batch
