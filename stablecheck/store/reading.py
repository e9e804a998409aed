"""A finished run read back, as it was written or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from stablecheck.checklist.schema import Checklist
from stablecheck.errors import NotARunError
from stablecheck.result import SCHEMA, Result, flaw_of
from stablecheck.trial.record import Trial


@dataclass(frozen=True)
class FinishedRun:
    """Everything a report or an export may read of a run.

    Args:
        result: The content of ``result.json``.
        trials: Every trial by its id, with its path.
        checklist: The resolved checklist.
        result_bytes: ``result.json``, byte for byte.
        checklist_bytes: ``checklist.yaml``, byte for byte.
    """

    result: Result
    trials: Mapping[str, Trial]
    checklist: Checklist
    result_bytes: bytes
    checklist_bytes: bytes


@dataclass(frozen=True)
class DecidedRun:
    """What a run decided, and by which checklist; without the paths of its trials."""

    result: Result
    checklist: Checklist


def read(folder: Path) -> FinishedRun:
    """Read a run back.

    Raises:
        NotARunError: The folder is not a run, or a file in it is missing, torn or changed.
    """
    result_bytes, checklist_bytes = _bytes(folder, "result.json"), _bytes(folder, "checklist.yaml")
    run = _decided(folder, result_bytes, checklist_bytes)
    trials = {line.id: _trial(folder, line.id, line.sha256) for line in run.result.trials}
    return FinishedRun(run.result, trials, run.checklist, result_bytes, checklist_bytes)


def read_decided(folder: Path) -> DecidedRun:
    """Read back what a run decided, without its trials, which need not be there.

    Raises:
        NotARunError: The folder is not a run, or one of both files is missing, torn or changed.
    """
    return _decided(folder, _bytes(folder, "result.json"), _bytes(folder, "checklist.yaml"))


def _decided(folder: Path, result_bytes: bytes, checklist_bytes: bytes) -> DecidedRun:
    try:
        result = parse_result(result_bytes)
    except ValueError as error:
        raise NotARunError(f"{folder}: {_flaw(result_bytes)}") from error
    try:
        checklist = parse_checklist(checklist_bytes)
    except ValueError as error:
        raise NotARunError(
            f"{folder}: checklist.yaml is not the checklist of a run: {error}; restore it, or run "
            "the checklist again"
        ) from error
    if hashlib.sha256(checklist_bytes).hexdigest() != result.checklist.sha256:
        raise NotARunError(f"{folder}: checklist.yaml is not the one that was run; restore it")
    return DecidedRun(result, checklist)


def _flaw(result: bytes) -> str:
    code, schema = flaw_of(result)
    if code == "other_schema":
        return f"schema {schema}, and this version reads {SCHEMA}; run the checklist again"
    if code == "not_a_run":
        return "not a run; give a folder that `stablecheck run` made and finished"
    return "torn result.json; restore it, or run the checklist again"


def parse_result(content: bytes) -> Result:
    """The content of ``result.json``.

    Raises:
        ValueError: It is torn, foreign or of another version; in one line.
    """
    try:
        return Result.model_validate_json(content)
    except ValidationError as error:
        raise ValueError(_first(error)) from error


def parse_checklist(content: bytes) -> Checklist:
    """The content of a run's ``checklist.yaml``.

    Raises:
        ValueError: It is torn, foreign or of another version; in one line.
    """
    try:
        tree: Any = yaml.load(content, Loader=_CanonicalLoader)
        return Checklist.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        raise ValueError(_first(error)) from error
    except (ValueError, TypeError, RecursionError, yaml.YAMLError) as error:
        raise ValueError(str(error).splitlines()[0]) from error


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, with its place."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]


class _CanonicalLoader(yaml.SafeLoader):
    """Refuses aliases, which a stored checklist never has: a few could unfold to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias, which no stored checklist has")
        return super().compose_node(parent, index)


def _trial(folder: Path, trial_id: str, sha256: str) -> Trial:
    name = f"trials/{trial_id}.json"
    content = _bytes(folder, name)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotARunError(f"{folder}: {name} was changed after the run; restore it or run again")
    return Trial.model_validate_json(content)


def _bytes(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise NotARunError(
            f"{folder}: not a finished run: no readable {name}; "
            "give a folder that `stablecheck run` made and finished"
        ) from error
