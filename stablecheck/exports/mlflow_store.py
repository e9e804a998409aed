"""Where a run goes in MLflow: a run of an experiment, and a version of a registered model."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stablecheck.errors import TrackingError
from stablecheck.exports.mlflow_record import RESULT_TAG, Record
from stablecheck.report.cleaning import clamp

FOLDER = "stablecheck"
"""The folder among a run's artefacts that takes the reports."""
_MOST_PARAMS = 100
_MOST_METRICS = 500  # a batch may hold 1000 of everything together


@dataclass(frozen=True)
class Target:
    """Where to log.

    Args:
        tracking_uri: Address of the store; None for the one that MLflow is set to.
        experiment: Its name; None for the one that MLflow is set to, or ``stablecheck``. It is made
            where there is none.
        run_id: The run to add to, such as the one that trained the model; None for one of its own.
        model_version: Name and version of a registered model that gets the tags as well.
    """

    tracking_uri: str | None = None
    experiment: str | None = None
    run_id: str | None = None
    model_version: tuple[str, str] | None = None


@dataclass(frozen=True)
class Logged:
    """Where it was logged."""

    tracking_uri: str
    experiment: str
    run_id: str


def log(record: Record, files: Sequence[Path], target: Target) -> Logged:
    """Log a run; once more changes nothing but the files.

    Args:
        record: What is logged.
        files: Artefacts.
        target: Where to.

    Raises:
        TrackingError: MLflow is not installed, cannot be reached, or refuses something.
    """
    with _one_line(target):
        client = _client(target.tracking_uri)
        if target.model_version is not None:
            client.get_model_version(*target.model_version)  # asked first: nothing is half done
        run = _run(client, record, target)
        if run.data.tags.get(RESULT_TAG) != record.tags[RESULT_TAG]:
            _log_numbers(client, run, record)
        for file in files:
            client.log_artifact(run.info.run_id, str(file), FOLDER)
        for name, value in record.tags.items():
            client.set_tag(run.info.run_id, name, value)
            if target.model_version is not None:
                client.set_model_version_tag(*target.model_version, name, value)
        if target.run_id is None:
            client.set_terminated(run.info.run_id, end_time=record.finished)
        experiment = client.get_experiment(run.info.experiment_id)
        return Logged(client.tracking_uri, experiment.name, run.info.run_id)


def _client(tracking_uri: str | None) -> Any:
    # stablecheck reports to nobody, nor does what it imports; a wrong address fails in seconds.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=tracking_uri)


def _run(client: Any, record: Record, target: Target) -> Any:
    """The run asked for; else the one that has this very result already; else a new one."""
    if target.run_id is not None:
        return client.get_run(target.run_id)
    name = target.experiment or os.environ.get("MLFLOW_EXPERIMENT_NAME") or "stablecheck"
    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        experiment = client.get_experiment(client.create_experiment(name))
    same = f"tags.`{RESULT_TAG}` = '{record.tags[RESULT_TAG]}'"
    for found in client.search_runs([experiment.experiment_id], same, max_results=1):
        return found
    return client.create_run(
        experiment.experiment_id, start_time=record.started, run_name=record.name
    )


def _log_numbers(client: Any, run: Any, record: Record) -> None:
    """Log parameters that the run does not have, for none can be changed, and all metrics."""
    from mlflow.entities import Metric, Param

    params = [Param(k, v) for k, v in record.params.items() if k not in run.data.params]
    for part in _parts(params, _MOST_PARAMS):
        client.log_batch(run.info.run_id, params=part)
    at = record.finished or 0
    metrics = [Metric(found.name, found.value, at, found.step) for found in record.metrics]
    for part in _parts(metrics, _MOST_METRICS):
        client.log_batch(run.info.run_id, metrics=part)


def _parts(items: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    return (items[start : start + most] for start in range(0, len(items), most))


@contextmanager
def _one_line(target: Target) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mlflow":
            raise
        raise TrackingError(
            "MLflow is not installed; install it with: pip install 'stablecheck[mlflow]'"
        ) from error
    except Exception as error:
        theirs = type(error).__module__.startswith(("mlflow", "requests", "urllib3"))
        if not theirs and not isinstance(error, OSError):
            raise
        where = target.tracking_uri or os.environ.get("MLFLOW_TRACKING_URI") or "its default store"
        raise TrackingError(f"MLflow at {where} {_complaint(error)}") from error


def _complaint(error: Exception) -> str:
    lines = [line.strip(" .") for line in str(error).splitlines() if line.strip()]
    if any("failed with exception" in line for line in lines):
        return "cannot be reached; start it, or give its address with --tracking-uri"
    if any("filesystem tracking backend" in line for line in lines):
        return "takes no folder: name a server, or set MLFLOW_ALLOW_FILE_STORE=true"
    if any("unsupported URI" in line for line in lines):
        return (
            "cannot be used; expected a server, such as http://localhost:5000; for a database "
            "install the whole of MLflow: pip install mlflow"
        )
    return f"refuses: {clamp(lines[0] if lines else type(error).__name__, 200)}"
