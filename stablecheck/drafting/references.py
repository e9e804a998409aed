"""What a request names, checked before any of it runs, and named as the checklist will name it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from stablecheck.checklist.candidate_files import candidate_problems
from stablecheck.checklist.canonical import flow_text
from stablecheck.checklist.yaml.reader import read_yaml
from stablecheck.drafting.request import Request
from stablecheck.errors import NotDraftableError
from stablecheck.recipe import TABLES


def check(request: Request) -> None:
    """Refuse what is not there; none of the code that is named runs.

    Raises:
        NotDraftableError: With the option at fault and what was expected.
    """
    data: dict[str, str | None] = {"data": request.data, "target": request.target}
    model: dict[str, str | None] = {"model": request.model}
    for option, recipe in (("--model", model), ("--data", data)):
        for message in _problems(recipe):
            raise NotDraftableError(f"{option}: {message}")


def _problems(recipe: dict[str, str | None]) -> Iterator[str]:
    root = read_yaml(f"candidate: {flow_text(recipe)}\n".encode(), "")
    for problem in candidate_problems(root, (Path.cwd(),)):
        if problem.message.startswith("missing 'target'"):
            yield f"{recipe['data']} is a table: name the column to predict with --target"
        else:
            yield problem.message.replace(
                "the checklist's folder or the current one", "this folder"
            )


def beside(request: Request) -> Request:
    """The same with files named from the folder of the checklist, where they are looked up."""
    folder = request.output.parent
    return replace(
        request, model=_seen_from(folder, request.model), data=_seen_from(folder, request.data)
    )


def _seen_from(folder: Path, name: str) -> str:
    location, colon, callable_ = name.rpartition(":")
    if location.endswith(".py"):
        return f"{_relative(folder, location)}{colon}{callable_}"
    if name.endswith((*TABLES, "/")) and not name.startswith("sklearn:"):
        return _relative(folder, name)
    return name


def _relative(folder: Path, file: str) -> str:
    if Path(file).is_absolute():
        return file
    return Path(os.path.relpath(file, folder)).as_posix()
