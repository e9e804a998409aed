"""Made-up runs of a small checklist, and their folders; nothing trains."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from stablecheck.result import Result
from stablecheck.store import DecidedRun, FinishedRun
from tests.report.made_up.checklists import checklist_of
from tests.report.made_up.runs import finished
from tests.report.made_up.trainings import Scenario

BLOCKERS = checklist_of()["checks"][:2]


def small(**changes: Any) -> dict[str, Any]:
    """A checklist of one probe and two blockers; keyword arguments replace sections."""
    probes = {"seeds": {"kind": "init_seeds", "seeds": 14}}
    return checklist_of(**({"probes": probes, "checks": BLOCKERS} | changes))


def made_up(checklist: dict[str, Any] | None = None, **scenario: Any) -> FinishedRun:
    """The run of a small checklist whose trainings look as the scenario says."""
    return finished(Scenario(checklist=checklist or small(), **scenario))


def decided(run: FinishedRun, /, **changes: Any) -> DecidedRun:
    """What a run decided, with other fields of its result."""
    return DecidedRun(run.result.model_copy(update=changes), run.checklist)


def folder_of(run: FinishedRun, output: Path, name: str, **times: Any) -> Path:
    """A run folder with what commands on past runs read; ``times`` are other facts of the run."""
    folder = output / name
    (folder / "trials").mkdir(parents=True)
    facts = run.result.run.model_copy(update={"id": name} | times)
    result = run.result.model_copy(update={"run": facts})
    (folder / "result.json").write_bytes(as_json(result))
    (folder / "checklist.yaml").write_bytes(run.checklist_bytes)
    return folder


def as_json(result: Result) -> bytes:
    """The content of result.json."""
    return result.model_dump_json(by_alias=True).encode()


def sha256(file: Path) -> str:
    """Digest of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
