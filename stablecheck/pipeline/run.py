"""The main job: train every trial, decide, report."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from stablecheck import store
from stablecheck.checklist.duration import seconds
from stablecheck.checklist.loader import LoadedChecklist
from stablecheck.errors import (
    ClusterError,
    InvalidChecklistError,
    NoSuchDeviceError,
    NoSuchExecutorError,
    ReportError,
    RunInterruptedError,
)
from stablecheck.executors.base import Examination, Executor
from stablecheck.pipeline.abort import Abort
from stablecheck.pipeline.assembly import Assembly
from stablecheck.pipeline.growth import growth_of
from stablecheck.pipeline.options import DEFAULT_OUTPUT, Observer, Options
from stablecheck.pipeline.preparation import code_digest, examine, identity, make_executor, placed
from stablecheck.pipeline.previous import previous
from stablecheck.pipeline.reports import Finished, report
from stablecheck.plan import Plan, make_plan
from stablecheck.report.fonts import need_font
from stablecheck.result import LookFacts, Result
from stablecheck.store import DecidedRun, RunFolder
from stablecheck.trial.record import Trial

WITHOUT_PATH = (
    "the command reports no path, so that no measure of one is known and no check on one can be "
    "decided; stablecheck.PathRecorder records it"
)


def run(loaded: LoadedChecklist, options: Options, observer: Observer | None = None) -> Finished:
    """Train every trial of a checklist, decide, and write the report.

    Raises:
        InvalidChecklistError: The candidate cannot be used as declared.
        FontNotInstalledError: The language of the report needs a font that an extra brings.
        NoSuchExecutorError: The executor asked for does not run commands.
        OutputFolderError: The run folder cannot be written; finished trials are kept.
        RunLockedError: Another process is writing the run that was to be resumed.
        RunInterruptedError: Ctrl-C; finished trials are kept.
    """
    observer = observer or Observer()
    need_font(loaded.checklist.report.language)
    folder = _open_folder(loaded, options, observer)
    try:
        with folder.locked(), make_executor(loaded, options, folder) as executor:
            return _Job(loaded, options, folder, executor, observer).finish()
    except (InvalidChecklistError, NoSuchDeviceError, NoSuchExecutorError, ClusterError):
        folder.discard_if_empty()
        raise


def _open_folder(loaded: LoadedChecklist, options: Options, observer: Observer) -> RunFolder:
    old = store.unfinished(options.output, loaded.sha256) if options.resume else None
    if old is not None:
        return old
    if options.resume:
        observer.nothing_to_resume()
    return store.create(options.output, loaded.checklist.name, loaded.sha256, loaded.text)


@dataclass
class _Job:
    """One run in progress."""

    loaded: LoadedChecklist
    options: Options
    folder: RunFolder
    executor: Executor
    observer: Observer
    trials: dict[str, Trial] = field(default_factory=dict)
    _told: int = 0
    _aborted_by: str | None = None

    def finish(self) -> Finished:
        began, started = time.monotonic(), store.utc_now().isoformat(timespec="seconds")
        most = self.options.max_cost or self.loaded.checklist.run.max_cost
        deadline = began + seconds(most)
        self.observer.loading()
        examination = examine(self.loaded, self.options, self.executor)
        code = code_digest(self.loaded)  # of the code that is about to be trained
        self._choose_way()
        growth = growth_of(self.loaded.checklist)
        looks: tuple[LookFacts, ...] = ()
        for look in growth.looks():
            assembly = self._look(look, examination, code, deadline)
            result = assembly.result(started, time.monotonic() - began, self._aborted_by)
            looks = (*looks, growth.facts(look, result.verdict.decision))
            if growth.is_settled(result, self.loaded.requirements):
                break
        result = result.model_copy(update={"looks": looks if growth.probes else ()})
        self.observer.decided(result)
        self.observer.reporting()
        result = self._with_previous(result)
        self.folder.write_result(result)
        self.folder.log("decided", decision=result.verdict.decision)
        return self._report(result)

    def _with_previous(self, result: Result) -> Result:
        """The result, with what changed since the last finished run of this checklist."""
        found = previous(self.folder, DecidedRun(result, self.loaded.checklist))
        return result.model_copy(update={"run": result.run.model_copy(update={"previous": found})})

    def _choose_way(self) -> None:
        """The way of the run that is resumed, so that its trials stay what they are; else the best.

        Where a way is tried, the seeds of the first look stand for all.
        """
        earlier = self.folder.way()
        if earlier is not None:
            workers = min(earlier.workers, self.executor.way.workers)
            self.executor.way = earlier.model_copy(update={"workers": workers})
            return
        self.observer.choosing()
        checklist, facts = self.loaded.checklist, self.executor.facts
        rows = facts.n_train if facts else None
        first = make_plan(checklist, "", growth_of(checklist).seeds(0), rows)
        with placed(self.loaded, self.options):
            choice = self.executor.choose(first.trials)
        self.executor.way = choice.way
        if choice.why_not_together is not None:
            self.executor.remark(
                f"trials are computed one by one, because {choice.why_not_together}"
            )
        self.folder.log("way", **choice.model_dump(mode="json"))

    def _pass_on_remarks(self) -> None:
        """What the executor has to say and has not said yet."""
        for text in self.executor.remarks[self._told :]:
            self.folder.log("remark", text=text)
            self.observer.remarked(text)
            self._told += 1

    def _look(self, look: int, examination: Examination, code: str, deadline: float) -> Assembly:
        """Train what one look rests on."""
        checklist, growth = self.loaded.checklist, growth_of(self.loaded.checklist)
        determined = identity(code, examination, self.executor.way)
        rows = examination.facts.n_train
        plan = make_plan(checklist, determined, growth.seeds(look), rows)
        plan = plan.model_copy(update={"way": self.executor.way})
        self._keep_finished(plan)
        kept = list(self.trials.values())
        if look == 0:
            self.observer.planned(plan, kept, examination, self.folder.path)
        else:
            self.observer.grown(plan, kept)
        self._pass_on_remarks()
        assembly = Assembly(
            self.loaded, plan, examination, code, self.trials, self.folder,
            self.executor.way, growth.confidences(look), self.options.executor,
        )  # fmt: skip
        self._train(plan, deadline, Abort(assembly))
        return assembly

    def _report(self, result: Result) -> Finished:
        """Whatever happens to the reports, the decision is kept and can be reported again."""
        try:
            finished = report(self.folder.path)
        except KeyboardInterrupt as error:
            raise RunInterruptedError(
                f"decided {result.verdict.decision}, but stopped while the report was written. "
                f"Write it with: stablecheck report {self.folder.path}"
            ) from error
        except Exception as error:
            raise ReportError(
                f"decided {result.verdict.decision}, but the report was not written: "
                f"{type(error).__name__}: {error}. The result is kept; write the report with: "
                f"stablecheck report {self.folder.path}"
            ) from error
        if result.run.complete or result.run.aborted_by:
            self.folder.drop_end_points()
        return finished

    def _keep_finished(self, plan: Plan) -> None:
        """Take over the whole trials of the folder that this plan asks for, by their keys."""
        keys = {spec.id: spec.key for spec in plan.trials}
        found = self.folder.trials()
        self.trials = {id_: trial for id_, trial in found.items() if keys.get(id_) == trial.key}
        self.folder.write_plan(plan)
        self.folder.log("planned", trials=len(plan.trials), kept=len(self.trials))

    def _keep(self, trial: Trial) -> None:
        self.folder.write_trial(trial)
        self.folder.log("trial", id=trial.id, status=trial.status, seconds=trial.seconds)
        self.trials[trial.id] = trial
        if trial.path is not None and not trial.path.is_measured:
            self.executor.remark(WITHOUT_PATH)
        self.observer.finished(trial)

    def _resume_command(self) -> str:
        output = self.folder.path.parent
        elsewhere = "" if output == DEFAULT_OUTPUT else f" --output {output}"
        return f"stablecheck run {self.loaded.file} --resume{elsewhere}"

    def _train(self, plan: Plan, deadline: float, abort: Abort) -> None:
        """Train what is missing, unless a check that may end the run fails."""
        missing = [spec for spec in plan.trials if spec.id not in self.trials]
        self._look_at_aborts(abort)
        try:
            with placed(self.loaded, self.options):
                for trial in self.executor.trials(missing, deadline):
                    self._keep(trial)
                    self._pass_on_remarks()
                    self._look_at_aborts(abort)
        except KeyboardInterrupt as error:
            self.folder.log("interrupted", trials=len(self.trials))
            raise RunInterruptedError(
                f"stopped after {len(self.trials)} of {len(plan.trials)} trials, all kept in "
                f"{self.folder.path}. Continue with: {self._resume_command()}"
            ) from error

    def _look_at_aborts(self, abort: Abort) -> None:
        """Stop where a check that may end the run has failed."""
        if self._aborted_by is None:
            self._aborted_by = abort.failing()
        if self._aborted_by is not None and not self.executor.stopped:
            self.folder.log("aborted", by=self._aborted_by)
            self.executor.stop()
