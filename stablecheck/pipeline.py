"""The stages put together: the Python API behind every command.

>>> from stablecheck.pipeline import run  # doctest: +SKIP
>>> finished = run(load("churn.yaml"), Options())  # doctest: +SKIP
>>> finished.result.verdict.decision  # doctest: +SKIP
'GO'
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from stablecheck import __version__, store
from stablecheck.checklist.duration import seconds
from stablecheck.checklist.loader import LoadedChecklist
from stablecheck.checklist.loader import load as load
from stablecheck.checks import RunOutcomes, evaluate, summaries
from stablecheck.environment import describe_environment
from stablecheck.errors import (
    CandidateError,
    InvalidChecklistError,
    NativeLibraryError,
    Problem,
    RunInterruptedError,
    WorkerLostError,
)
from stablecheck.executors import EXECUTORS
from stablecheck.executors.base import Examination, Executor, PilotFigures, Settings
from stablecheck.fingerprint import code_sha256, versions
from stablecheck.plan import Plan, TrialSpec, digest, make_plan
from stablecheck.probes.base import Probe
from stablecheck.resources import shipped_checklists
from stablecheck.result import (
    ArmResult,
    ChecklistFacts,
    ProbeResult,
    Result,
    RunFacts,
    TrialLine,
)
from stablecheck.store import FinishedRun, RunFolder
from stablecheck.trial.record import Trial
from stablecheck.verdict import Circumstances, decide

DEFAULT_OUTPUT = Path("stablecheck-runs")


@dataclass(frozen=True)
class Options:
    """What a caller may choose beside the checklist; None leaves the checklist's own choice.

    Args:
        output: Folder that holds the run folders.
        device: Overrides ``run.device``.
        workers: Overrides ``run.workers``.
        resume: Go on with the newest run of this very checklist that is not complete.
    """

    output: Path = DEFAULT_OUTPUT
    device: str | None = None
    workers: int | None = None
    resume: bool = False


class Observer(Protocol):
    """Is told how a run goes on; see ``cli/progress.py``."""

    def loading(self) -> None:
        """The candidate is being loaded and tried."""

    def planned(
        self, plan: Plan, kept: Sequence[Trial], examination: Examination, folder: Path
    ) -> None:
        """The plan stands; ``kept`` trials were finished by an earlier run."""

    def finished(self, trial: Trial) -> None:
        """One more trial is written."""

    def reporting(self) -> None:
        """Every trial is there; the report is being written."""


class Silence:
    """An observer that says nothing."""

    def loading(self) -> None:
        """Nothing to say."""

    def planned(
        self, plan: Plan, kept: Sequence[Trial], examination: Examination, folder: Path
    ) -> None:
        """Nothing to say."""

    def finished(self, trial: Trial) -> None:
        """Nothing to say."""

    def reporting(self) -> None:
        """Nothing to say."""


@dataclass(frozen=True)
class Finished:
    """A run that has its result.

    Args:
        folder: The run folder.
        run: What the report was made from.
        report: The report to open first: the PDF, or the HTML where no PDF could be written.
        warnings: What a person should know beside the verdict, one line each.
    """

    folder: Path
    run: FinishedRun
    report: Path
    warnings: tuple[str, ...] = ()

    @property
    def result(self) -> Result:
        """The content of ``result.json``."""
        return self.run.result


def run(
    loaded: LoadedChecklist,
    options: Options = Options(),
    observer: Observer | None = None,
) -> Finished:
    """Train every trial of a checklist, decide, and write the report.

    Raises:
        InvalidChecklistError: The candidate cannot be used as declared.
        OutputFolderError: The run folder cannot be written; finished trials are kept.
        RunLockedError: Another process is writing the run that was to be resumed.
        RunInterruptedError: Ctrl-C; finished trials are kept.
    """
    folder = _open_folder(loaded, options)
    with folder.locked(), _executor(loaded, options, folder) as executor:
        return _Job(loaded, folder, executor, observer or Silence()).finish()


def _open_folder(loaded: LoadedChecklist, options: Options) -> RunFolder:
    old = store.unfinished(options.output, loaded.sha256) if options.resume else None
    return old or store.create(options.output, loaded.checklist.name, loaded.sha256, loaded.text)


def _executor(loaded: LoadedChecklist, options: Options, folder: RunFolder | None) -> Executor:
    wanted = loaded.checklist.run
    workers = options.workers or (None if wanted.workers == "auto" else wanted.workers)
    return EXECUTORS[wanted.executor](
        Settings(
            folders=_folders(loaded),
            device=options.device or wanted.device,
            workers=workers,
            end_points=folder.end_points if folder else Path("end-points"),
            output=folder.candidate_output if folder else None,
        )
    )


def _folders(loaded: LoadedChecklist) -> tuple[Path, ...]:
    return (loaded.folder.resolve(), Path.cwd())


def examine(loaded: LoadedChecklist, executor: Executor) -> Examination:
    """Load the candidate in a worker and try one step; what is wrong becomes a placed problem.

    Raises:
        InvalidChecklistError: With the place of the field that names the faulty part.
    """
    try:
        found = executor.examine(loaded.checklist.candidate)
        _check_fractions(loaded, found)
    except CandidateError as error:
        place = loaded.place(*error.field)
        raise InvalidChecklistError((Problem(place, str(error)),)) from error
    except WorkerLostError as error:
        place = loaded.place("candidate", "model")
        message = f"{error}; run the model's code by itself to see why"
        raise InvalidChecklistError((Problem(place, message),)) from error
    return found


def _check_fractions(loaded: LoadedChecklist, found: Examination) -> None:
    """Refuse arms whose rows do not fill one batch: they would train another recipe."""
    for probe_id, probe in loaded.checklist.probes.items():
        for arm in probe.arms(loaded.checklist.candidate):
            rows = round(arm.data_fraction * found.facts.n_train)
            if rows < found.facts.batch_size:
                raise CandidateError(
                    ("probes", probe_id, "fractions"),
                    f"fraction {arm.data_fraction:g} leaves {rows} of {found.facts.n_train} "
                    f"training rows, fewer than one batch of {found.facts.batch_size}; "
                    "use larger fractions or a smaller batch_size",
                )


@dataclass
class _Job:
    """One run in progress."""

    loaded: LoadedChecklist
    folder: RunFolder
    executor: Executor
    observer: Observer
    trials: dict[str, Trial] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def finish(self) -> Finished:
        started = store.utc_now()
        self.observer.loading()
        examination = examine(self.loaded, self.executor)
        plan = make_plan(self.loaded.checklist, _identity(self.loaded, examination))
        self._keep_finished(plan, examination)
        self._train(plan)
        self.observer.reporting()
        result = self._result(plan, examination, started.isoformat(timespec="seconds"))
        self.folder.write_result(result)
        self.folder.log("decided", decision=result.verdict.decision)
        if result.run.complete:
            self.folder.drop_end_points()
        report, warnings = write_reports(self.folder)
        return Finished(self.folder.path, store.read(self.folder.path), report, warnings)

    def _keep_finished(self, plan: Plan, examination: Examination) -> None:
        """Take over the whole trials of an earlier run that this plan asks for, by their keys."""
        keys = {spec.id: spec.key for spec in plan.trials}
        found = self.folder.trials()
        self.trials = {id_: trial for id_, trial in found.items() if keys.get(id_) == trial.key}
        self.folder.write_plan(plan)
        self.folder.log("planned", trials=len(plan.trials), kept=len(self.trials))
        self.observer.planned(plan, list(self.trials.values()), examination, self.folder.path)

    def _train(self, plan: Plan) -> None:
        missing = [spec for spec in plan.trials if spec.id not in self.trials]
        deadline = time.monotonic() + seconds(self.loaded.checklist.run.max_cost)
        try:
            for trial in self.executor.trials(missing, deadline):
                self.folder.write_trial(trial)
                self.folder.log("trial", id=trial.id, status=trial.status, seconds=trial.seconds)
                self.trials[trial.id] = trial
                self.observer.finished(trial)
        except KeyboardInterrupt as error:
            self.folder.log("interrupted", trials=len(self.trials))
            raise RunInterruptedError(
                f"stopped after {len(self.trials)} of {len(plan.trials)} trials; they are all kept "
                f"in {self.folder.path}. Continue with: stablecheck run {self.loaded.file} --resume"
            ) from error

    def _result(self, plan: Plan, examination: Examination, started: str) -> Result:
        checklist = self.loaded.checklist
        outcomes = RunOutcomes(
            trials={
                spec.id: self.trials[spec.id] for spec in plan.trials if spec.id in self.trials
            },
            probes=plan.probes,
            settings=checklist.probes,
            facts=examination.facts,
            higher_is_better=checklist.candidate.higher_is_better,
        )
        confidence = checklist.decision.confidence
        checks = evaluate(
            checklist.checks,
            self.loaded.requirements,
            outcomes,
            confidence,
            places=self._places(),
        )
        checks, verdict = decide(
            checks,
            checklist.waivers,
            Circumstances(
                outcomes=outcomes,
                requirements=self.loaded.requirements,
                learning_rate=checklist.candidate.optimizer.lr,
                rollout=checklist.rollout,
                today=store.utc_now().date(),
            ),
        )
        computed = summaries(self.loaded.requirements.values(), outcomes, confidence)
        return Result(
            schema="stablecheck-result/1",
            tool={"name": "stablecheck", "version": __version__},
            run=self._run_facts(plan, started),
            checklist=self._checklist_facts(),
            environment=describe_environment(
                examination, self.executor.workers, self._code(), versions()
            ),
            candidate=examination.facts,
            verdict=verdict,
            checks=checks,
            probes={
                probe_id: ProbeResult(
                    kind=probe.kind,
                    question=_question(checklist.probes[probe_id]),
                    arms=tuple(ArmResult(**arm.model_dump()) for arm in probe.arms),
                    summaries=computed[probe_id],
                )
                for probe_id, probe in plan.probes.items()
            },
            trials=tuple(self._line(trial) for trial in outcomes.trials.values()),
        )

    def _places(self) -> dict[str, str]:
        checks = self.loaded.checklist.checks
        places = {check.id: self.loaded.place("checks", n) for n, check in enumerate(checks)}
        return {
            check_id: f"{_shown(place.file)}:{place.line}" for check_id, place in places.items()
        }

    def _code(self) -> str:
        return code_sha256(self.loaded.checklist.candidate, _folders(self.loaded))

    def _run_facts(self, plan: Plan, started: str) -> RunFacts:
        return RunFacts(
            id=self.folder.id,
            started=started,
            finished=store.utc_now().isoformat(timespec="seconds"),
            seconds=time.monotonic() - self.began,
            trial_seconds=sum(trial.seconds for trial in self.trials.values()),
            measuring_seconds=sum(trial.measuring_seconds for trial in self.trials.values()),
            planned_trials=len(plan.trials),
            complete=all(spec.id in self.trials for spec in plan.trials),
        )

    def _checklist_facts(self) -> ChecklistFacts:
        checklist = self.loaded.checklist
        return ChecklistFacts(
            name=checklist.name,
            version=checklist.version,
            sha256=self.loaded.sha256,
            file=_asked_for(self.loaded.file),
            owner=checklist.owner,
            intended_use=checklist.intended_use,
        )

    def _line(self, trial: Trial) -> TrialLine:
        shared = trial.model_dump(include=set(TrialLine.model_fields))
        return TrialLine(**shared, sha256=self.folder.trial_digest(trial.id))


def _shown(file: str) -> str:
    """A shipped checklist by its file name alone, wherever the package lies."""
    return Path(file).name if Path(file).parent == shipped_checklists() else file


def _asked_for(file: str) -> str:
    """What to give to ``stablecheck run`` for the same checklist."""
    return Path(file).stem if Path(file).parent == shipped_checklists() else file


def _question(probe: Probe) -> str:
    return probe.question


def _identity(loaded: LoadedChecklist, examination: Examination) -> str:
    """Digest of what determines a trial beside the checklist."""
    return digest(
        {
            "code": code_sha256(loaded.checklist.candidate, _folders(loaded)),
            "data": examination.facts.data_sha256,
            "steps": examination.facts.steps,
            "device": examination.device_name,
            "versions": versions(),
        }
    )


def write_reports(folder: RunFolder) -> tuple[Path, tuple[str, ...]]:
    """Write every report and export of a run from its folder alone.

    Returns:
        The report to open first, and warnings: without Pango there is no PDF, but the HTML.
    """
    from stablecheck.exports.junit import junit
    from stablecheck.exports.summary import markdown_summary
    from stablecheck.report.html import render_html
    from stablecheck.report.pdf import render_pdf

    finished = store.read(folder.path)
    folder.write("junit.xml", junit(finished).encode())
    folder.write("summary.md", markdown_summary(finished).encode())
    folder.write("report.html", render_html(finished).encode())
    try:
        folder.write("report.pdf", render_pdf(finished))
    except NativeLibraryError as error:
        return folder.path / "report.html", (str(error),)
    return folder.path / "report.pdf", ()


@dataclass(frozen=True)
class Preview:
    """What a run would do.

    Args:
        plan: Its trials.
        examination: The candidate as loaded; None without a pilot.
        pilot: What a short pilot measured; None without one.
        workers: Trials at the same time; None without a pilot.
    """

    plan: Plan
    examination: Examination | None = None
    pilot: PilotFigures | None = None
    workers: int | None = None

    def steps(self, spec: TrialSpec) -> int | None:
        """Gradient steps of one trial, where the size of the data is known."""
        if self.examination is None:
            return spec.candidate.steps and max(1, round(spec.candidate.steps * spec.step_fraction))
        return max(1, round(self.examination.facts.steps * spec.step_fraction))

    def seconds(self) -> float | None:
        """Wall time of the whole run, from the pilot's figures."""
        if self.pilot is None or self.workers is None:
            return None
        return sum(self._trial_seconds(spec) for spec in self.plan.trials) / self.workers

    def _trial_seconds(self, spec: TrialSpec) -> float:
        assert self.pilot is not None
        steps = self.steps(spec) or 0
        measuring = spec.measuring
        gradients = min(steps, measuring.snapshots) * measuring.batches * len(measuring.sources)
        return steps * self.pilot.step_seconds + gradients * self.pilot.gradient_seconds


def preview(loaded: LoadedChecklist) -> Preview:
    """The plan alone: nothing is loaded and nothing trains."""
    return Preview(make_plan(loaded.checklist, identity=""))


def preview_with_pilot(loaded: LoadedChecklist, options: Options = Options()) -> Preview:
    """The plan, with time and memory from a short pilot of the candidate.

    Raises:
        InvalidChecklistError: The candidate cannot be used as declared.
    """
    with _executor(loaded, options, None) as executor:
        examination = examine(loaded, executor)
        plan = make_plan(loaded.checklist, _identity(loaded, examination))
        return Preview(plan, examination, executor.pilot(plan.trials[0]), executor.workers)


def report(folder: Path) -> Finished:
    """Write the reports of a finished run again.

    Raises:
        NotARunError: The folder is not a finished run, or its files do not fit each other.
    """
    finished = store.read(folder)
    path, warnings = write_reports(RunFolder(folder))
    return Finished(folder, finished, path, warnings)
