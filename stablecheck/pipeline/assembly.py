"""From finished trials to the content of ``result.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from stablecheck import __version__, store
from stablecheck.checklist.loader import LoadedChecklist
from stablecheck.checklist.planned import planned_probes
from stablecheck.checklist.schema import Check
from stablecheck.checks.evaluation import evaluate
from stablecheck.checks.outcomes import RunOutcomes
from stablecheck.checks.quantities import probe_of
from stablecheck.checks.summaries import summaries
from stablecheck.environment import describe_environment
from stablecheck.errors import Place
from stablecheck.executors.base import Examination
from stablecheck.fingerprint import versions
from stablecheck.pipeline.told import completed
from stablecheck.plan import Plan
from stablecheck.recipe import CandidateFacts, CommandCandidate
from stablecheck.resources import shipped_checklists
from stablecheck.result import (
    SCHEMA,
    ArmResult,
    ChecklistFacts,
    CheckResult,
    ProbeResult,
    Result,
    RunFacts,
    TrialLine,
    Verdict,
)
from stablecheck.store import RunFolder
from stablecheck.trial.record import Trial
from stablecheck.verdict import Circumstances, apply_waivers, decide
from stablecheck.way import Way


@dataclass(frozen=True)
class Assembly:
    """Everything a result is made of.

    Args:
        loaded: The checklist.
        plan: What was to be trained.
        examination: The candidate and its device.
        code_sha256: Digest of the candidate's code as it was trained.
        trials: What was trained, by id.
        folder: Where it is kept.
        way: How the trials were computed.
        confidences: Level of a bound by the probe it rests on, where it is not the checklist's.
        executor: What went before the checklist's own executor; None where nothing did.
    """

    loaded: LoadedChecklist
    plan: Plan
    examination: Examination
    code_sha256: str
    trials: Mapping[str, Trial]
    folder: RunFolder
    way: Way
    confidences: Mapping[str, float] = field(default_factory=dict)
    executor: str | None = None

    def result(self, started: str, seconds: float, aborted_by: str | None = None) -> Result:
        """Decide, and state everything that the decision rests on.

        Args:
            started: When the run began, ISO 8601.
            seconds: Wall time so far.
            aborted_by: The check whose failure ended the run, if one did.
        """
        outcomes = self._outcomes()
        checks, verdict = self._decide(outcomes, aborted_by)
        return Result(
            schema=SCHEMA,
            tool={"name": "stablecheck", "version": __version__},
            run=self._run_facts(started, seconds, aborted_by),
            checklist=self._checklist_facts(),
            environment=describe_environment(
                self.examination,
                self.way,
                self.executor or self.loaded.checklist.run.executor,
                self.code_sha256,
                versions() | self.examination.packages,
                repeats=self.examination.device == "cpu" and not self._commanded,
            ),
            candidate=self._facts,
            verdict=verdict,
            checks=checks,
            probes=self._probes(outcomes),
            trials=tuple(self._line(trial) for trial in outcomes.trials.values()),
        )

    def _outcomes(self) -> RunOutcomes:
        checklist = self.loaded.checklist
        planned = (spec.id for spec in self.plan.trials)
        return RunOutcomes(
            trials={id_: self.trials[id_] for id_ in planned if id_ in self.trials},
            probes=self.plan.probes,
            settings=planned_probes(checklist),
            facts=self._facts,
            higher_is_better=checklist.candidate.higher_is_better,
        )

    @property
    def _commanded(self) -> bool:
        return isinstance(self.loaded.checklist.candidate, CommandCandidate)

    @property
    def _facts(self) -> CandidateFacts:
        candidate = self.loaded.checklist.candidate
        return completed(self.examination.facts, candidate, self.plan, self.trials)

    @property
    def is_complete(self) -> bool:
        """Whether every planned trial is there."""
        return all(spec.id in self.trials for spec in self.plan.trials)

    def has_all(self, check: Check) -> bool:
        """Whether every trial is there that a check rests on."""
        probe = probe_of(self.loaded.requirements[check.id])
        return not self._outcomes().missing(probe)

    def fails(self, check: Check) -> bool:
        """Whether a check fails for good, and no waiver covers that.

        A blocker has to fail at its share of the error, were all blockers to be decided: those
        whose trials are still missing could have failed by chance as well.
        """
        checklist, outcomes = self.loaded.checklist, self._outcomes()
        probe = probe_of(self.loaded.requirements[check.id])
        confidence = self.confidences.get(probe, checklist.decision.confidence)
        if check.severity == "blocker":
            blockers = sum(one.severity == "blocker" for one in checklist.checks)
            confidence = 1 - (1 - confidence) / blockers
        found = evaluate([check], self.loaded.requirements, outcomes, confidence, places={})
        (final,) = apply_waivers(found, checklist.waivers, store.utc_now().date())
        return final.outcome == "fail"

    def _decide(
        self, outcomes: RunOutcomes, aborted_by: str | None
    ) -> tuple[tuple[CheckResult, ...], Verdict]:
        checklist, requirements = self.loaded.checklist, self.loaded.requirements
        confidence = checklist.decision.confidence
        checks = evaluate(
            checklist.checks,
            requirements,
            outcomes,
            confidence,
            places=self._places(),
            confidences=self.confidences,
        )
        circumstances = Circumstances(
            outcomes=outcomes,
            requirements=requirements,
            learning_rate=checklist.candidate.learning_rate,
            rollout=checklist.rollout,
            today=store.utc_now().date(),
            aborted_by=aborted_by,
        )
        return decide(checks, checklist.waivers, circumstances)

    def _places(self) -> dict[str, Place]:
        """Where each requirement stands; a shipped checklist by its name alone."""
        found = {}
        for index, check in enumerate(self.loaded.checklist.checks):
            place = self.loaded.place("checks", index, "require")
            shipped = Path(place.file).parent == shipped_checklists()
            found[check.id] = replace(place, file=Path(place.file).name) if shipped else place
        return found

    def _probes(self, outcomes: RunOutcomes) -> dict[str, ProbeResult]:
        checklist = self.loaded.checklist
        confidence = checklist.decision.confidence
        computed = summaries(
            self.loaded.requirements.values(), outcomes, confidence, self.confidences
        )
        return {
            probe_id: ProbeResult(
                kind=probe.kind,
                question=outcomes.settings[probe_id].question,
                arms=tuple(ArmResult(**arm.model_dump()) for arm in probe.arms),
                summaries=computed[probe_id],
            )
            for probe_id, probe in self.plan.probes.items()
        }

    def _run_facts(self, started: str, seconds: float, aborted_by: str | None) -> RunFacts:
        return RunFacts(
            id=self.folder.id,
            started=started,
            finished=store.utc_now().isoformat(timespec="seconds"),
            seconds=seconds,
            trial_seconds=sum(trial.seconds for trial in self.trials.values()),
            measuring_seconds=sum(trial.measuring_seconds for trial in self.trials.values()),
            planned_trials=len(self.plan.trials),
            complete=self.is_complete,
            aborted_by=aborted_by,
        )

    def _checklist_facts(self) -> ChecklistFacts:
        checklist, file = self.loaded.checklist, Path(self.loaded.file)
        shipped = file.parent == shipped_checklists()
        return ChecklistFacts(
            name=checklist.name,
            version=checklist.version,
            sha256=self.loaded.sha256,
            file=file.stem if shipped else self.loaded.file,
            owner=checklist.owner,
            intended_use=checklist.intended_use,
        )

    def _line(self, trial: Trial) -> TrialLine:
        shared = trial.model_dump(include=set(TrialLine.model_fields))
        return TrialLine(**shared, sha256=self.folder.trial_digest(trial.id))
