"""The run that made-up trainings give."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from typing import Any

import yaml

from stablecheck.changes import Previous
from stablecheck.checklist.planned import planned_probes
from stablecheck.checklist.requirement import Requirement
from stablecheck.checklist.requirement.parser import parse_requirement
from stablecheck.checklist.schema import Checklist
from stablecheck.checks.evaluation import evaluate
from stablecheck.checks.outcomes import RunOutcomes
from stablecheck.checks.summaries import summaries
from stablecheck.comparison.comparing import compare
from stablecheck.errors import Place
from stablecheck.plan import Plan, make_plan
from stablecheck.recipe import CandidateFacts
from stablecheck.result import (
    ArmResult,
    ChecklistFacts,
    CheckResult,
    LookFacts,
    ProbeResult,
    Result,
    RunFacts,
    TrialLine,
    Verdict,
)
from stablecheck.store import DecidedRun, FinishedRun
from stablecheck.trial.record import Trial
from stablecheck.verdict import Circumstances, decide
from tests.report.made_up.paths import STEPS
from tests.report.made_up.trainings import Scenario, trial_of

TODAY = datetime.date(2026, 11, 23)


def finished(scenario: Scenario) -> FinishedRun:
    """The run that such trainings would give."""
    # Through JSON: a stored checklist has no YAML aliases for what stands in it twice.
    unshared = json.loads(json.dumps(scenario.checklist))
    text = yaml.safe_dump(unshared, sort_keys=False, allow_unicode=True)
    checklist = Checklist.model_validate_json(json.dumps(scenario.checklist))
    plan = make_plan(checklist, "made-up")
    kept = plan.trials[: len(plan.trials) - scenario.drop]
    trials = {spec.id: trial_of(spec, scenario) for spec in kept}
    outcomes = _outcomes(checklist, plan, trials)
    requirements = {check.id: parse_requirement(check.require) for check in checklist.checks}
    checks, verdict = _decided(checklist, requirements, outcomes)
    result = Result(
        schema="stablecheck-result/1",
        tool={"name": "stablecheck", "version": "0.1.0"},
        run=_run_facts(checklist, trials, len(plan.trials)),
        checklist=_checklist_facts(checklist, text),
        environment=ENVIRONMENT | scenario.environment,
        candidate=FACTS,
        verdict=verdict,
        checks=checks,
        probes=_probes(checklist, plan, requirements, outcomes),
        trials=tuple(_line(trial) for trial in trials.values()),
        looks=tuple(_look(*look) for look in scenario.looks),
    )
    content = result.model_dump_json(by_alias=True, indent=1).encode()
    return FinishedRun(result, trials, checklist, content, text.encode())


def following(run: FinishedRun, last: FinishedRun) -> FinishedRun:
    """The run as it would be had the other one been the last of its checklist."""
    before, after = (DecidedRun(one.result, one.checklist) for one in (last, run))
    previous = Previous(
        id=f"{last.result.checklist.name}-20261101T120000Z-0a1b2c",
        finished="2026-11-01T12:10:00+00:00",
        version=last.result.checklist.version,
        decision=last.result.verdict.decision,
        result_sha256=hashlib.sha256(last.result_bytes).hexdigest(),
        changes=compare(before, after),
    )
    facts = run.result.run.model_copy(update={"previous": previous})
    result = run.result.model_copy(update={"run": facts})
    content = result.model_dump_json(by_alias=True, indent=1).encode()
    return dataclasses.replace(run, result=result, result_bytes=content)


def _outcomes(checklist: Checklist, plan: Plan, trials: dict[str, Trial]) -> RunOutcomes:
    return RunOutcomes(
        trials=trials,
        probes=plan.probes,
        settings=planned_probes(checklist),
        facts=FACTS,
        higher_is_better=checklist.candidate.higher_is_better,
    )


def _decided(
    checklist: Checklist, requirements: dict[str, Requirement], outcomes: RunOutcomes
) -> tuple[tuple[CheckResult, ...], Verdict]:
    confidence = checklist.decision.confidence
    places = {check.id: Place("churn.yaml", 41 + n, 14) for n, check in enumerate(checklist.checks)}
    checks = evaluate(checklist.checks, requirements, outcomes, confidence, places=places)
    circumstances = Circumstances(
        outcomes=outcomes,
        requirements=requirements,
        learning_rate=checklist.candidate.optimizer.lr,
        rollout=checklist.rollout,
        today=TODAY,
    )
    return decide(checks, checklist.waivers, circumstances)


def _probes(
    checklist: Checklist, plan: Plan, requirements: dict[str, Requirement], outcomes: RunOutcomes
) -> dict[str, ProbeResult]:
    computed = summaries(requirements.values(), outcomes, checklist.decision.confidence)
    return {
        probe_id: ProbeResult(
            kind=probe.kind,
            question=outcomes.settings[probe_id].question,
            arms=tuple(ArmResult(**arm.model_dump()) for arm in probe.arms),
            summaries=computed[probe_id],
        )
        for probe_id, probe in plan.probes.items()
    }


def _checklist_facts(checklist: Checklist, text: str) -> ChecklistFacts:
    return ChecklistFacts(
        name=checklist.name,
        version=checklist.version,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        file="churn.yaml",
        owner=checklist.owner,
        intended_use=checklist.intended_use,
    )


def _look(seeds: int, confidence: float, decision: str) -> LookFacts:
    return LookFacts(seeds={"seeds": seeds}, confidence=confidence, decision=decision)


FACTS = CandidateFacts(
    n_train=1437,
    n_heldout=360,
    dimension=64,
    effective_dimension=18.4,
    parameters=39_818,
    classes=10,
    batch_norm=True,
    steps=STEPS,
    batch_size=64,
    data_sha256="9d1f0b0ee5a5a2f2f26f0c2f0a9c5d4e7d6a3b1c8e9f00112233445566778899",
)

ENVIRONMENT: dict[str, Any] = {
    "packages": {"python": "3.11.7", "stablecheck": "0.1.0", "torch": "2.13.0", "numpy": "2.4.6"},
    "platform": "Linux x86_64",
    "cores": 16,
    "device": "cuda:0",
    "device_name": "NVIDIA H200",
    "workers": 4,
    "code_sha256": "41b7a6c2d9e80f13524687a9bcde0f1234567890abcdef1234567890abcdef12",
    "data_sha256": FACTS.data_sha256,
    "deterministic": False,
}


def _run_facts(checklist: Checklist, trials: dict[str, Trial], planned: int) -> RunFacts:
    total = sum(trial.seconds for trial in trials.values())
    return RunFacts(
        id=f"{checklist.name[:40]}-20261123T235912Z-ab12cd",
        started="2026-11-23T23:48:02+00:00",
        finished="2026-11-23T23:59:12+00:00",
        seconds=total / 4 + 20,
        trial_seconds=total,
        measuring_seconds=sum(trial.measuring_seconds for trial in trials.values()),
        planned_trials=planned,
        complete=len(trials) == planned,
    )


def _line(trial: Trial) -> TrialLine:
    shared = trial.model_dump(include=set(TrialLine.model_fields))
    return TrialLine(**shared, sha256=hashlib.sha256(trial.model_dump_json().encode()).hexdigest())
