"""What becomes of a job that a worker finished, declined, or did not survive."""

from __future__ import annotations

import concurrent.futures
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from pebble import ProcessExpired

from stablecheck.executors.base import Declined
from stablecheck.executors.grouping import Job
from stablecheck.executors.pool import ended, was_killed
from stablecheck.plan import TrialSpec
from stablecheck.trial.record import Trial
from stablecheck.trial.specified import failed_trial


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Args:
        trials: Its trials, where it is over.
        again: Jobs that its trials are to be computed in, where it is not.
        why_again: A sentence on that.
    """

    trials: tuple[Trial, ...] = ()
    again: tuple[Job, ...] = ()
    why_again: str | None = None


def outcome_of(future: Future[Any], job: Job) -> Outcome:
    """What came of a job. An ensemble that is lost costs nothing: its trials are computed alone.

    Raises:
        Exception: What the worker raised that is no fault of a trial's.
    """
    try:
        found = future.result()
    except concurrent.futures.TimeoutError:
        return _timed_out(job)
    except ProcessExpired as error:
        return _expired(error, job)
    if isinstance(found, Declined):
        return _again(job, found.why, halve=found.too_many)
    return Outcome(trials=tuple(found))


def _timed_out(job: Job) -> Outcome:
    if len(job) > 1:
        return _again(job, "together they took longer than run.trial_timeout", halve=False)
    spec = job[0]
    message = f"ended after {spec.timeout:g} s, the limit run.trial_timeout"
    changed = {"status": "timeout", "message": message, "seconds": spec.timeout}
    return Outcome(trials=(failed_trial(spec, message).model_copy(update=changed),))


def _expired(error: ProcessExpired, job: Job) -> Outcome:
    if len(job) > 1:
        return _again(job, f"the ensemble {ended(error)}", halve=was_killed(error))
    return Outcome(trials=(_lost(job[0], error),))


def _lost(spec: TrialSpec, error: ProcessExpired) -> Trial:
    return failed_trial(spec, f"the training {ended(error)}")


def _again(job: Job, why: str, *, halve: bool) -> Outcome:
    middle = len(job) // 2
    halves = halve and middle > 1
    again = (job[:middle], job[middle:]) if halves else tuple((spec,) for spec in job)
    how = "in two halves" if halves else "one by one"
    return Outcome(again=again, why_again=f"trials are computed {how}, because {why}")
