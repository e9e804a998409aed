"""Before the first trial: an executor, a candidate that was tried, and what identifies both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stablecheck.checklist.duration import seconds
from stablecheck.checklist.loader import LoadedChecklist
from stablecheck.checklist.planned import arms_of
from stablecheck.checklist.size import size_in_bytes
from stablecheck.errors import (
    CandidateError,
    CandidateLostError,
    DivergedError,
    InvalidChecklistError,
    NoSuchDeviceError,
    NoSuchExecutorError,
    Problem,
)
from stablecheck.executors import COMMAND_EXECUTORS, EXECUTORS
from stablecheck.executors.base import Examination, Executor, Settings
from stablecheck.fingerprint import code_sha256, versions
from stablecheck.pipeline.options import Options
from stablecheck.plan import digest
from stablecheck.probes.base import Arm, Probe
from stablecheck.probes.data_ratio import FEWEST_ROWS
from stablecheck.recipe import CommandCandidate, Recipe
from stablecheck.store import RunFolder
from stablecheck.trial.snapshot_limits import SnapshotLimits
from stablecheck.way import Way


def make_executor(loaded: LoadedChecklist, options: Options, folder: RunFolder | None) -> Executor:
    """The executor that checklist and options ask for; without a folder, for a preview.

    Raises:
        NoSuchExecutorError: It does not run commands, and the candidate is one.
    """
    wanted = loaded.checklist.run
    commanded = isinstance(loaded.checklist.candidate, CommandCandidate)
    name, known = options.executor or wanted.executor, COMMAND_EXECUTORS if commanded else EXECUTORS
    if name not in known:
        raise NoSuchExecutorError(
            f"the executor {name!r} cannot run a command; expected one of {', '.join(known)}"
        )
    workers = options.workers or (None if wanted.workers == "auto" else wanted.workers)
    return known[name](
        Settings(
            folders=folders(loaded),
            device=options.device or wanted.device,
            workers=workers,
            end_points=folder.end_points if folder else Path("end-points"),
            output=folder.candidate_output if folder else None,
            resources=wanted.resources,
            snapshots=SnapshotLimits(
                size_in_bytes(wanted.snapshot_memory), folder.path.resolve() if folder else None
            ),
        )
    )


def folders(loaded: LoadedChecklist) -> tuple[Path, ...]:
    """Where a candidate's files are looked up: beside the checklist, then here."""
    return (loaded.folder.resolve(), Path.cwd())


def examine(loaded: LoadedChecklist, options: Options, executor: Executor) -> Examination:
    """Load the candidate in a worker and try one step; what is wrong becomes a placed problem.

    The packages are those of every recipe that an arm trains.

    Raises:
        InvalidChecklistError: With the place of the field that names the faulty part.
    """
    with placed(loaded, options):
        limit = seconds(loaded.checklist.run.trial_timeout)
        found = executor.examine(loaded.checklist.candidate, limit)
        for text in found.remarks:
            executor.remark(text)
        _check_rows(loaded, found)
        packages = _examine_arms(loaded, executor, limit)
    return found.model_copy(update={"packages": found.packages | packages})


def _examine_arms(loaded: LoadedChecklist, executor: Executor, limit: float) -> dict[str, str]:
    """Try one step of every other recipe that an arm trains: another model, another loss.

    Returns:
        Versions of what their code imports.
    """
    checklist, packages = loaded.checklist, dict[str, str]()
    tried = [_what_is_tried(checklist.candidate)]
    for probe_id, probe in checklist.probes.items():
        for arm in arms_of(checklist, probe):
            if _what_is_tried(arm.candidate) in tried:
                continue
            tried.append(_what_is_tried(arm.candidate))
            try:
                found = executor.examine(arm.candidate, limit)
            except (CandidateError, CandidateLostError) as error:
                raise CandidateError(
                    _field_of(probe_id, probe, arm, error), f"arm {arm.name!r}: {error}"
                ) from error
            packages |= found.packages
            for text in found.remarks:
                if text not in executor.remarks:
                    executor.remark(f"arm {arm.name!r}: {text}")
    return packages


def _what_is_tried(recipe: Recipe) -> dict[str, Any]:
    if isinstance(recipe, CommandCandidate):
        return recipe.model_dump(include={"command", "code"})
    whole = dict.fromkeys(("model", "model_args", "loss", "precision", "schedule"), True)
    return recipe.model_dump(include={**whole, "optimizer": {"name"}})


def _field_of(
    probe_id: str, probe: Probe, arm: Arm, error: CandidateError | CandidateLostError
) -> tuple[str, ...]:
    if probe.kind == "incumbent":
        inside = error.field[1:] if isinstance(error, CandidateError) else ("model",)
        return ("incumbent", *inside)
    return ("probes", probe_id, "variants", arm.name)


@contextmanager
def placed(loaded: LoadedChecklist, options: Options) -> Iterator[None]:
    """Give what the candidate does wrong the place of the field that names the faulty part."""
    try:
        yield
    except CandidateError as error:
        place = loaded.place(*error.field)
        raise InvalidChecklistError((Problem(place, str(error)),)) from error
    except CandidateLostError as error:
        place = loaded.place("candidate", "model")
        message = f"{error}; run the model's code by itself to see why"
        raise InvalidChecklistError((Problem(place, message),)) from error
    except NoSuchDeviceError as error:
        if options.device is not None:
            raise  # the option's fault, not the checklist's
        raise InvalidChecklistError(
            (Problem(loaded.place("run", "device"), str(error)),)
        ) from error
    except DivergedError as error:
        place = loaded.place("candidate", "optimizer")
        message = f"the pilot diverged: {error}; lower the learning rate"
        raise InvalidChecklistError((Problem(place, message),)) from error


def _check_rows(loaded: LoadedChecklist, found: Examination) -> None:
    """Refuse a share of the rows that is too small to train on, and batches larger than all rows.

    A share smaller than one batch trains on all its rows at every step, which the report says.
    """
    n_train = found.facts.n_train
    if n_train is None:
        return  # a command alone knows its rows
    for probe_id, probe in loaded.checklist.probes.items():
        for arm in arms_of(loaded.checklist, probe):
            size = arm.candidate.batch_size
            if probe.kind == "batch_size" and not arm.reference and (size or 0) > n_train:
                raise CandidateError(
                    ("probes", probe_id, "sizes"),
                    f"batch size {size} is more than the {n_train} training rows; "
                    "name sizes up to that",
                )
            fraction = arm.treatment.data_fraction
            rows = round(fraction * n_train)
            if rows < FEWEST_ROWS:
                raise CandidateError(
                    ("probes", probe_id, "fractions"),
                    f"fraction {fraction:g} leaves {rows} of {n_train} training "
                    f"rows, too few to train on; leave at least {FEWEST_ROWS}",
                )


def code_digest(loaded: LoadedChecklist) -> str:
    """SHA-256 of the source files of the candidate and of every recipe it is compared with."""
    checklist = loaded.checklist
    arms = (arm for probe in checklist.probes.values() for arm in arms_of(checklist, probe))
    return code_sha256((checklist.candidate, *(arm.candidate for arm in arms)), folders(loaded))


def identity(code: str, examination: Examination, way: Way) -> str:
    """Digest of what determines a trial beside the checklist."""
    return digest(
        {
            "code": code,
            "data": examination.facts.data_sha256,
            "steps": examination.facts.steps,
            "device": examination.device_name,
            "threads": way.threads,
            "together": way.together,
            "versions": versions() | examination.packages,
        }
    )
