"""The runs of a folder, from the result.json of each."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from stablecheck.errors import OutputFolderError
from stablecheck.result import FlawCode, Result, flaw_of

LeftOutCode = FlawCode | Literal["unreadable"]
_STAMP = re.compile(r"-(\d{8}T\d{6}Z)-[0-9a-f]+$")
# libyaml's where there is one: some ten times faster.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class PastRun:
    """A run that was decided."""

    folder: Path
    result: Result

    @property
    def name(self) -> str:
        """Name of its checklist."""
        return self.result.checklist.name

    @property
    def version(self) -> str:
        """Version of its checklist."""
        return self.result.checklist.version

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left to train: it is complete, or a check ended it."""
        return self.result.run.complete or self.result.run.aborted_by is not None


@dataclass(frozen=True)
class UnfinishedRun:
    """A run without a result: it was interrupted, or it goes on at this moment.

    Args:
        folder: Where it lies.
        name, version: Of its checklist; empty where that cannot be read.
        started: When its folder was made, ISO 8601; empty where its name does not say.
        trainings: Those that are finished.
        planned: None where the plan was not made yet.
    """

    folder: Path
    name: str
    version: str
    started: str
    trainings: int
    planned: int | None


@dataclass(frozen=True)
class LeftOut:
    """A folder that tells nothing of a run: ``schema`` is what its result.json names instead."""

    folder: Path
    code: LeftOutCode
    schema: str = ""


Entry = PastRun | UnfinishedRun | LeftOut


@dataclass(frozen=True)
class History:
    """Everything in a folder of runs, the newest first."""

    runs: tuple[PastRun | UnfinishedRun, ...]
    left_out: tuple[LeftOut, ...]


def history(folder: Path) -> History:
    """Every run in a folder, the newest first, and every folder in it that is none.

    Hidden folders and files count for nothing.

    Raises:
        OutputFolderError: There is no such folder, or it is a run itself.
    """
    entries = [_entry(path) for path in _folders(folder)]
    runs = [entry for entry in entries if not isinstance(entry, LeftOut)]
    return History(
        runs=tuple(sorted(runs, key=_moment, reverse=True)),
        left_out=tuple(entry for entry in entries if isinstance(entry, LeftOut)),
    )


def past_runs(folder: Path, prefix: str) -> Iterator[PastRun]:
    """The decided runs whose folders begin so; whatever else lies there is passed over."""
    for path in sorted(folder.glob(f"{prefix}-*")):
        entry = _entry(path)
        if isinstance(entry, PastRun):
            yield entry


def endings(folders: Iterable[str]) -> dict[str, str]:
    """The shortest part at the end of each folder's name, by whole words, that no other one has.

    >>> endings(["a-20261120T140200Z-ab", "b-20261120T140200Z-ab", "b-20261121T140200Z-cd"])
    {'a-20261120T140200Z-ab': 'a-20261120T140200Z-ab', \
'b-20261120T140200Z-ab': 'b-20261120T140200Z-ab', 'b-20261121T140200Z-cd': 'cd'}
    """
    names = list(folders)
    counts = Counter(ending for name in names for ending in _endings(name))
    return {
        name: next((ending for ending in _endings(name) if counts[ending] == 1), name)
        for name in names
    }


def _endings(name: str) -> list[str]:
    """The hash, the time with it, and the whole name, as far as the name has them."""
    words = name.split("-")
    return list(dict.fromkeys(["-".join(words[-count:]) for count in (1, 2)] + [name]))


def _folders(folder: Path) -> list[Path]:
    if (folder / "result.json").is_file():
        raise OutputFolderError(
            f"{folder} is a run itself; give the folder that holds runs, here {folder.parent}"
        )
    try:
        found = [path for path in folder.iterdir() if path.is_dir() and path.name[0] != "."]
    except OSError as error:
        raise OutputFolderError(
            f"cannot list {folder}: {error.strerror}; give the folder that holds your runs, such "
            "as stablecheck-runs, which `stablecheck run` makes"
        ) from error
    return sorted(found)


def _entry(folder: Path) -> Entry:
    try:
        content = (folder / "result.json").read_bytes()
    except FileNotFoundError:
        return _without_result(folder)
    except OSError:
        return LeftOut(folder, "unreadable")
    try:
        return PastRun(folder, Result.model_validate_json(content))
    except ValidationError:
        return LeftOut(folder, *flaw_of(content))


def _without_result(folder: Path) -> Entry:
    try:
        document = yaml.load((folder / "checklist.yaml").read_bytes(), _Loader)
    except FileNotFoundError:
        return LeftOut(folder, "not_a_run")
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return LeftOut(folder, "unreadable")
    if not isinstance(document, dict) or not str(document.get("schema")).startswith("stablecheck/"):
        return LeftOut(folder, "not_a_run")
    return UnfinishedRun(
        folder=folder,
        name=str(document.get("name", "")),
        version=str(document.get("version", "")),
        started=_started(folder),
        trainings=sum(1 for _ in (folder / "trials").glob("*.json")),
        planned=_planned(folder),
    )


def _started(folder: Path) -> str:
    stamp = _STAMP.search(folder.name)
    if stamp is None:
        return ""
    try:
        when = datetime.datetime.strptime(stamp[1], "%Y%m%dT%H%M%SZ")
    except ValueError:
        return ""
    return when.replace(tzinfo=datetime.timezone.utc).isoformat()


def _planned(folder: Path) -> int | None:
    try:
        plan: Any = json.loads((folder / "plan.json").read_bytes())
        return len(plan["trials"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _moment(run: PastRun | UnfinishedRun) -> tuple[str, str]:
    when = run.result.run.finished if isinstance(run, PastRun) else run.started
    return when, run.folder.name
