"""The folder of a run that goes on: each file written atomically, by one process at a time."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from stablecheck.errors import RunLockedError
from stablecheck.plan import Plan
from stablecheck.result import Result
from stablecheck.trial.record import Trial
from stablecheck.way import Way
from stablecheck.writing import makeable, whole_file, writable


class RunFolder:
    """One run's folder. Every file appears whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def id(self) -> str:
        """The folder's name, ``NAME-UTC-HASH``."""
        return self.path.name

    @property
    def end_points(self) -> Path:
        """Where end points that trials share are kept until the run is complete."""
        return self.path / "end-points"

    @property
    def candidate_output(self) -> Path:
        """What the candidate's code printed."""
        return self.path / "candidate-output.txt"

    def write(self, name: str, content: bytes) -> None:
        """Write one file atomically.

        Raises:
            OutputFolderError: The disk is full or the folder cannot be written.
        """
        target = self.path / name
        with writable(self.path):
            target.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(target) as file:
                file.write(content)

    def write_plan(self, plan: Plan) -> None:
        """Write ``plan.json``."""
        self.write("plan.json", _json_bytes(plan.model_dump(mode="json")))

    def way(self) -> Way | None:
        """How the trials of this folder are computed; None where none were planned."""
        try:
            return Plan.model_validate_json((self.path / "plan.json").read_bytes()).way
        except (OSError, ValidationError):
            return None

    def write_trial(self, trial: Trial) -> None:
        """Write ``trials/ID.json``, once."""
        self.write(f"trials/{trial.id}.json", _json_bytes(trial.model_dump(mode="json")))

    def write_result(self, result: Result) -> None:
        """Write ``result.json``."""
        self.write("result.json", _json_bytes(result.model_dump(mode="json", by_alias=True)))

    def trials(self) -> dict[str, Trial]:
        """Every whole trial by its id; a file that is torn or foreign is not a trial."""
        found = {}
        for path in sorted((self.path / "trials").glob("*.json")):
            try:
                trial = Trial.model_validate_json(path.read_bytes())
            except (ValidationError, OSError):
                continue
            if trial.id == path.stem:
                found[trial.id] = trial
        return found

    def trial_digest(self, trial_id: str) -> str:
        """SHA-256 of ``trials/ID.json``."""
        return hashlib.sha256((self.path / "trials" / f"{trial_id}.json").read_bytes()).hexdigest()

    def log(self, event: str, **values: object) -> None:
        """Append one line to ``log.jsonl``."""
        line = {"time": utc_now().isoformat(timespec="milliseconds"), "event": event, **values}
        with writable(self.path), (self.path / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def discard_if_empty(self) -> None:
        """Remove the folder of a run that never had a trial."""
        if not any((self.path / "trials").glob("*.json")):
            shutil.rmtree(self.path, ignore_errors=True)

    def drop_end_points(self) -> None:
        """Remove the shared end points once nobody needs them."""
        shutil.rmtree(self.end_points, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder alone.

        Raises:
            RunLockedError: Another process holds it.
        """
        lock = FileLock(self.path / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise RunLockedError(
                f"{self.path} is being written by another stablecheck run; wait for it, "
                "or start a new run without --resume"
            ) from error
        try:
            yield
        finally:
            lock.release()


def create(output: Path, name: str, checklist_sha256: str, checklist_text: str) -> RunFolder:
    """Make a new run folder ``NAME-UTC-HASH`` with its ``checklist.yaml``.

    Raises:
        OutputFolderError: The folder cannot be made.
    """
    stamp = utc_now().strftime("%Y%m%dT%H%M%SZ")
    unique = f"{checklist_sha256[:6]}{secrets.token_hex(1)}"
    folder = output / f"{slug(name)}-{stamp}-{unique}"
    with makeable(output):
        output.mkdir(parents=True, exist_ok=True)
        (folder / "trials").mkdir(parents=True)
    run = RunFolder(folder)
    run.write("checklist.yaml", checklist_text.encode())
    return run


def unfinished(output: Path, checklist_sha256: str) -> RunFolder | None:
    """The newest run of this very checklist that is not over, or None."""
    candidates = [
        path.parent
        for path in output.glob("*/checklist.yaml")
        if _sha256(path) == checklist_sha256 and not _is_over(path.parent)
    ]
    if not candidates:
        return None
    return RunFolder(max(candidates, key=lambda folder: folder.stat().st_mtime))


def _sha256(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # somebody else's folder, not this run
        return None


def _is_over(folder: Path) -> bool:
    """Whether a run is complete, or was ended by a check."""
    try:
        run = json.loads((folder / "result.json").read_bytes())["run"]
        return bool(run["complete"] or run.get("aborted_by"))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def slug(name: str) -> str:
    """A checklist's name as a folder name: ASCII letters, digits, ``-`` and ``_``, at most 60.

    >>> slug("Churn / v3 <b>")
    'Churn-v3-b'
    """
    return re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")[:60] or "run"


def utc_now() -> datetime.datetime:
    """The present moment in UTC."""
    return datetime.datetime.now(datetime.timezone.utc)


def _json_bytes(content: object) -> bytes:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()
