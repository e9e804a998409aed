"""The folder of a made-up run, as ``stablecheck run`` would have left it before its reports."""

from __future__ import annotations

from pathlib import Path

from stablecheck.store import FinishedRun


def write_folder(run: FinishedRun, folder: Path) -> Path:
    """Write what a report is made from; return the folder."""
    (folder / "trials").mkdir(parents=True)
    (folder / "result.json").write_bytes(run.result_bytes)
    (folder / "checklist.yaml").write_bytes(run.checklist_bytes)
    for trial in run.trials.values():
        (folder / "trials" / f"{trial.id}.json").write_text(trial.model_dump_json(), "utf-8")
    return folder
