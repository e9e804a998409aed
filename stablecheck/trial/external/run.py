"""One trial of a command from its specification to its record, whatever happens in it."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stablecheck.command.program import search_path
from stablecheck.command.settings import DEVICE, SEED, settings
from stablecheck.command.template import arguments
from stablecheck.plan import TrialSpec
from stablecheck.recipe import CommandCandidate
from stablecheck.trial.end_points import EndPointStore
from stablecheck.trial.external.exchange import Exchange, RecordError, one_line
from stablecheck.trial.external.process import Ended, Running
from stablecheck.trial.protocol import VARIABLE, TrialRecord
from stablecheck.trial.record import ReportedFacts, Trial, unmeasured
from stablecheck.trial.specified import failed_trial

_VISIBLE = "CUDA_VISIBLE_DEVICES"
_LONGEST = 300
Known = dict[str, Any]
"""Fields of a trial's record."""


@dataclass(frozen=True)
class Surroundings:
    """Where a command runs.

    Args:
        folder: Its working folder, that of the checklist.
        device: The device it is to use: cpu, cuda:1, mps.
        threads: Processor threads it is to use.
    """

    folder: Path
    device: str
    threads: int

    @property
    def kind(self) -> str:
        """The kind of device; a command sees no more than one of it."""
        return self.device.partition(":")[0]

    def environment(self, request: Path) -> dict[str, str]:
        """Variables of the command: those of this process, device, threads and the request."""
        own = {
            VARIABLE: str(request),
            "PATH": search_path(),
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": str(self.threads),
        }
        return {**os.environ, **own, **self._visible()}

    def _visible(self) -> Mapping[str, str]:
        if self.kind == "cpu":
            return {_VISIBLE: ""}
        if self.kind != "cuda":
            return {}
        index = self.device.partition(":")[2] or "0"
        listed = [one for one in os.environ.get(_VISIBLE, "").split(",") if one.strip()]
        # Where only some are visible here, devices are counted among those.
        return {_VISIBLE: listed[int(index)] if int(index) < len(listed) else index}


def run_command(spec: TrialSpec, surroundings: Surroundings, end_points: EndPointStore) -> Trial:
    """Run the command of a trial; whatever it does, there is a record of it."""
    started = time.perf_counter()
    scratch = Path(tempfile.mkdtemp(prefix="stablecheck-trial-"))
    try:
        known = _run(spec, surroundings, Exchange(scratch), end_points)
    except RecordError as error:
        known = {"message": f"the command failed: {error}"}
    except OSError as error:
        known = {"message": f"the command could not be run: {one_line(error)}"}
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if spec.keeps_end_point and known.get("status") != "ok":
        end_points.keep(spec.id, None)
    seconds = {"seconds": time.perf_counter() - started}
    return Trial.model_validate(failed_trial(spec).model_dump() | seconds | known)


def _run(
    spec: TrialSpec, surroundings: Surroundings, exchange: Exchange, end_points: EndPointStore
) -> Known:
    exchange.ask(spec, end_points)
    running = Running(
        _command(spec, surroundings),
        surroundings.folder,
        surroundings.environment(exchange.request),
        exchange.folder,
        lambda line: _print(f"[{spec.id}] {line}"),
    )
    with running:
        return _known(spec, running.wait(spec.timeout), exchange, end_points)


def _command(spec: TrialSpec, surroundings: Surroundings) -> list[str]:
    candidate = spec.candidate
    assert isinstance(candidate, CommandCandidate)
    values = settings(candidate, spec.treatment) | {SEED: spec.seed, DEVICE: surroundings.kind}
    return arguments(candidate.command, values)


def _print(line: str) -> None:
    """To standard error, so that nothing stands between the lines of ``--json``."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _known(spec: TrialSpec, ended: Ended, exchange: Exchange, end_points: EndPointStore) -> Known:
    """What is known of a trial from how its command ended and what it left.

    Raises:
        RecordError: It ended well, and what it left is no record.
    """
    if ended.error is not None:
        return {"message": f"the command could not be run: {ended.error}"}
    if ended.code is None:
        message = f"ended after {spec.timeout:g} s, the limit run.trial_timeout"
        return {"status": "timeout", "message": message, "seconds": spec.timeout}
    if ended.code != 0:
        return _after_an_error(exchange) or {
            "message": f"the command {_how(ended.code)}{_last(ended)}"
        }
    record = exchange.answer()
    if record.status == "diverged":
        return _of_diverged(record)
    if spec.keeps_end_point:
        end_points.keep(spec.id, exchange.end_point())
    return {
        "status": "ok",
        "score": record.score,
        "loss": record.loss,
        "path": record.path or unmeasured(record.steps),
        "notes": record.notes,
        "measuring_seconds": record.measuring_seconds,
        **_of_any(record),
    }


def _after_an_error(exchange: Exchange) -> Known | None:
    """What is known of a training that said it had diverged before its script failed over that."""
    try:
        record = exchange.answer()
    except RecordError:
        return None
    return _of_diverged(record) if record.status == "diverged" else None


def _of_diverged(record: TrialRecord) -> Known:
    at = f" at step {record.steps}" if record.steps else ""
    return {
        "status": "diverged",
        "message": f"the command reports that the training diverged{at}",
        **_of_any(record),
    }


def _of_any(record: TrialRecord) -> Known:
    facts = ReportedFacts(parameters=record.parameters or None, **record.facts.model_dump())
    return {"steps": record.steps, "measures": record.measures, "facts": facts}


def _how(code: int) -> str:
    if code == -signal.SIGKILL:
        return "was killed by the system, probably for want of memory"
    if code < 0:
        return f"was ended by {_signal(-code)}"
    return f"ended with exit code {code}"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _last(ended: Ended) -> str:
    """The last line of standard error, without what only a terminal can show."""
    line = "".join(c if c.isprintable() else " " for c in ended.last_line)[:_LONGEST].strip()
    return f": {line}" if line else "; it wrote nothing to standard error"
