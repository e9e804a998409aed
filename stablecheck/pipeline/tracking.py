"""A finished run, logged where a team keeps track of its trainings."""

from __future__ import annotations

from pathlib import Path

from stablecheck import store
from stablecheck.exports.mlflow_record import record_of
from stablecheck.exports.mlflow_store import Logged, Target, log
from stablecheck.pipeline.reports import FORMATS

ARTEFACTS = ("result.json", "checklist.yaml", *FORMATS.values())


def log_to_mlflow(folder: Path, target: Target) -> Logged:
    """Log a run with every report that lies in its folder.

    Raises:
        NotARunError: The folder is not a finished run, or its files do not fit each other.
        TrackingError: MLflow is not installed, cannot be reached, or refuses something.
    """
    record = record_of(store.read(folder))
    files = [folder / name for name in ARTEFACTS if (folder / name).is_file()]
    return log(record, files, target)
