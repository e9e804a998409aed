"""The process in which a model and data are looked at: none of their code runs in this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from typing_extensions import Self

from stablecheck.candidate.seen import Argument, DataSeen, ModelSeen, TableSeen
from stablecheck.candidate.table.declaration import Declaration
from stablecheck.errors import CandidateError, CandidateLostError, NotDraftableError
from stablecheck.executors.base import Examination
from stablecheck.executors.machine import cores
from stablecheck.executors.pool import Pool
from stablecheck.recipe import Candidate

T = TypeVar("T")
TIMEOUT = 600.0
"""Seconds that one look may take."""

_OPTIONS = {"model": "--model", "data": "--data", "target": "--target", "task": "--task"}


class Worker:
    """One process that looks at what it is told to; used as a context manager.

    Every method raises ``NotDraftableError`` with the option that has to change.

    Args:
        folders: Where files are looked up.
    """

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self._pool = Pool(1, cores(), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.close()

    def columns(self, name: str, target: str | None) -> TableSeen | None:
        """What a table's columns hold; None for other data."""
        seen: TableSeen | None = self._ask("data", _columns, name, target)
        return seen

    def data(self, name: str, arguments: Mapping[str, Any], declared: Declaration) -> DataSeen:
        """What the data looks like."""
        seen: DataSeen = self._ask("data", _data, name, dict(arguments), declared)
        return seen

    def shape(self, recipe: Candidate) -> tuple[int, ...]:
        """Shape of one input, encoded."""
        found: tuple[int, ...] = self._ask("data", _shape, recipe)
        return found

    def arguments(self, model: str) -> tuple[Argument, ...]:
        """What the model takes."""
        found: tuple[Argument, ...] = self._ask("model", _arguments, model)
        return found

    def models(self, recipes: Sequence[Candidate]) -> ModelSeen:
        """The first of several recipes whose model fits the data."""
        seen: ModelSeen = self._ask("model", _models, tuple(recipes))
        return seen

    def examine(self, recipe: Candidate) -> Examination:
        """Try one step of the whole recipe."""
        found: Examination = self._ask("model", _examine, recipe)
        return found

    def _ask(self, part: str, function: Any, *arguments: Any) -> Any:
        option = _OPTIONS[part]
        try:
            return self._pool.call(
                f"loading the {part}", function, *arguments, self._folders, timeout=TIMEOUT
            )
        except CandidateError as error:
            option = _OPTIONS.get(error.field[1], option)
            raise NotDraftableError(f"{option}: {error}") from error
        except CandidateLostError as error:
            raise NotDraftableError(f"{option}: {error}; run that code by itself") from error


def _columns(name: str, target: str | None, folders: tuple[Path, ...]) -> TableSeen | None:
    from stablecheck.candidate.inspection import look_at_columns

    return look_at_columns(name, target, folders)


def _data(
    name: str, arguments: dict[str, Any], declared: Declaration, folders: tuple[Path, ...]
) -> DataSeen:
    from stablecheck.candidate.inspection import look_at_data

    return look_at_data(name, arguments, declared, folders)


def _shape(recipe: Candidate, folders: tuple[Path, ...]) -> tuple[int, ...]:
    from stablecheck.candidate.inspection import input_shape

    return input_shape(recipe, folders)


def _arguments(model: str, folders: tuple[Path, ...]) -> tuple[Argument, ...]:
    from stablecheck.candidate.inspection import arguments_of

    return arguments_of(model, folders)


def _models(recipes: tuple[Candidate, ...], folders: tuple[Path, ...]) -> ModelSeen:
    from stablecheck.candidate.inspection import try_models

    return try_models(recipes, folders)


def _examine(recipe: Candidate, folders: tuple[Path, ...]) -> Examination:
    from stablecheck.executors.jobs import examine_candidate

    return examine_candidate(recipe, folders, "cpu")
