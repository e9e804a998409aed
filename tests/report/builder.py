"""Finished runs with plausible numbers, decided by the real checks and the real verdict.

Only the trainings are made up, from a seeded generator; nothing trains.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import yaml

from stablecheck.checklist.requirement.parser import parse_requirement
from stablecheck.checklist.schema import Checklist
from stablecheck.checks import RunOutcomes, evaluate, summaries
from stablecheck.plan import TrialSpec, make_plan
from stablecheck.recipe import CandidateFacts
from stablecheck.result import (
    ArmResult,
    ChecklistFacts,
    ProbeResult,
    Result,
    RunFacts,
    TrialLine,
)
from stablecheck.store import FinishedRun
from stablecheck.trial.record import PathRecord, Series, Trial
from stablecheck.verdict import Circumstances, decide

TODAY = datetime.date(2026, 11, 23)
SNAPSHOTS, BATCHES, STEPS = 40, 8, 690
Status = Callable[[TrialSpec], str]


def checklist_of(**changes: Any) -> dict[str, Any]:
    """A checklist of three probes as a document; keyword arguments replace sections."""
    document = {
        "schema": "stablecheck/1",
        "name": "churn-mlp",
        "version": "1.2.0",
        "owner": "ml-platform@example.com",
        "intended_use": "Ranks customers for the retention team, once a week. Not for pricing, "
        "credit or any decision about a single customer without a person looking at it.",
        "candidate": {
            "model": "examples/churn/model.py:build",
            "data": "sklearn:digits",
            "task": "classification",
            "loss": "cross_entropy",
            "score": "accuracy",
            "optimizer": {"name": "sgd", "lr": 0.05, "momentum": 0.9},
            "epochs": 30,
        },
        "probes": {
            "seeds": {"kind": "init_seeds", "seeds": 14},
            "lr": {"kind": "lr_jitter", "factors": [0.5, 0.7, 1, 1.4, 2], "seeds": 5},
            "data": {"kind": "data_ratio", "fractions": [0.125, 0.25, 0.5, 1], "seeds": 5},
        },
        "checks": [
            {
                "id": "reproducible",
                "require": "tolerance(seeds.score, 0.9) >= 0.95",
                "severity": "blocker",
                "because": "A retrained model must meet the service target without a lucky seed.",
            },
            {
                "id": "no-divergence",
                "require": "share(seeds.diverged) <= 0.2",
                "severity": "blocker",
                "because": "A retraining that breaks down delivers no model when one is needed.",
            },
            {
                "id": "lr-headroom",
                "require": "lr.headroom(0.01) >= 1.4",
                "severity": "major",
                "because": "A recipe near the edge of its learning rate fails after small changes.",
            },
            {
                "id": "path-heldout",
                "require": "median(seeds.path.heldout.positive_share) >= 0.8",
                "severity": "major",
                "because": "Steps that keep leading towards the final model are a sign of an "
                "orderly training.",
            },
            {
                "id": "enough-data",
                "require": "data.gain_from_doubling <= 0.02",
                "severity": "minor",
                "because": "A large gain from more data would be a reason to wait for it.",
            },
        ],
        "report": {"title": "Churn model v3", "reviewers": ["CTO", "Model Risk", "ML Platform"]},
        "rollout": {
            "stages": [1, 5, 25, 100],
            "hold": "48h",
            "guard": "outcome.mean >= incumbent - 0.005",
        },
    }
    return document | changes


@dataclass
class Scenario:
    """What the made-up trainings look like.

    Args:
        checklist: The checklist as a document.
        score: Mean score of a training of the candidate as it stands.
        spread: Standard deviation of its scores.
        edge: Factor on the learning rate from which the score falls.
        status: How each training ended.
        sources: Batch sources of the paths.
        drop: Planned trials that did not run.
        environment: Replaces entries of the environment.
    """

    checklist: dict[str, Any] = field(default_factory=checklist_of)
    score: float = 0.968
    spread: float = 0.003
    edge: float = 3.0
    status: Status = lambda spec: "ok"
    sources: tuple[str, ...] = ("train", "heldout")
    drop: int = 0
    message: str = "RuntimeError: CUDA error: device-side assert triggered"
    environment: dict[str, Any] = field(default_factory=dict)


def finished(scenario: Scenario) -> FinishedRun:
    """The run that such trainings would give."""
    text = yaml.safe_dump(scenario.checklist, sort_keys=False, allow_unicode=True)
    checklist = Checklist.model_validate_json(json.dumps(scenario.checklist))
    plan = make_plan(checklist, "made-up")
    kept = plan.trials[: len(plan.trials) - scenario.drop]
    trials = {spec.id: _trial(spec, scenario) for spec in kept}
    outcomes = RunOutcomes(
        trials=trials,
        probes=plan.probes,
        settings=checklist.probes,
        facts=FACTS,
        higher_is_better=checklist.candidate.higher_is_better,
    )
    requirements = {check.id: parse_requirement(check.require) for check in checklist.checks}
    confidence = checklist.decision.confidence
    places = {check.id: f"churn.yaml:{41 + n}" for n, check in enumerate(checklist.checks)}
    checks = evaluate(checklist.checks, requirements, outcomes, confidence, places=places)
    checks, verdict = decide(
        checks,
        checklist.waivers,
        Circumstances(
            outcomes=outcomes,
            requirements=requirements,
            learning_rate=checklist.candidate.optimizer.lr,
            rollout=checklist.rollout,
            today=TODAY,
        ),
    )
    computed = summaries(requirements.values(), outcomes, confidence)
    result = Result(
        schema="stablecheck-result/1",
        tool={"name": "stablecheck", "version": "0.1.0"},
        run=_run_facts(checklist, trials, len(plan.trials)),
        checklist=ChecklistFacts(
            name=checklist.name,
            version=checklist.version,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            file="churn.yaml",
            owner=checklist.owner,
            intended_use=checklist.intended_use,
        ),
        environment=ENVIRONMENT | scenario.environment,
        candidate=FACTS,
        verdict=verdict,
        checks=checks,
        probes={
            probe_id: ProbeResult(
                kind=probe.kind,
                question=checklist.probes[probe_id].question,
                arms=tuple(ArmResult(**arm.model_dump()) for arm in probe.arms),
                summaries=computed[probe_id],
            )
            for probe_id, probe in plan.probes.items()
        },
        trials=tuple(_line(trial) for trial in trials.values()),
    )
    content = result.model_dump_json(by_alias=True, indent=1).encode()
    return FinishedRun(result, trials, checklist, content, text.encode())


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


def _trial(spec: TrialSpec, scenario: Scenario) -> Trial:
    random = np.random.default_rng([spec.seed, *spec.key.encode()[:8]])
    status = scenario.status(spec)
    common = {
        "id": spec.id,
        "key": spec.key,
        "probe": spec.probe,
        "arm": spec.arm,
        "seed": spec.seed,
    }
    seconds = 38.0 + 4.0 * random.random()
    if status != "ok":
        messages = {
            "diverged": "the training loss is not finite at step 61",
            "failed": scenario.message,
            "timeout": "ended after 30min, run.trial_timeout",
        }
        return Trial(
            **common, status=status, steps=61, seconds=seconds / 5, message=messages[status],
            measures={"initial_loss": 2.31},
        )  # fmt: skip
    score = _score(spec, scenario, random)
    path = _path(spec, scenario, random)
    measures: dict[str, float | None] = {"initial_loss": 2.31}
    for source, name in (("train", "path."), ("heldout", "path.heldout.")):
        if (series := getattr(path, source)) is not None:
            grid = np.array(series.rsi, dtype=float)[: SNAPSHOTS - 2]
            measures[f"{name}positive_share"] = float(np.mean(grid > 0))
            measures[f"{name}alignment"] = float(np.median(series.alignment))
    return Trial(
        **common, status="ok", score=score, loss=0.1 + 2 * (1 - score), steps=STEPS,
        seconds=seconds, measuring_seconds=seconds * 0.08, measures=measures, path=path,
    )  # fmt: skip


def _score(spec: TrialSpec, scenario: Scenario, random: np.random.Generator) -> float:
    factor = spec.candidate.optimizer.lr / 0.05
    penalty = 0.004 * abs(math.log2(factor)) + max(0.0, math.log(factor / scenario.edge)) * 0.4
    data = 0.09 * (spec.treatment.data_fraction**-0.55 - 1) * 0.35
    score = scenario.score - penalty - data + scenario.spread * random.standard_normal()
    return round(min(score, 1.0), 4)


def _path(spec: TrialSpec, scenario: Scenario, random: np.random.Generator) -> PathRecord:
    steps = np.unique(np.linspace(0, STEPS - 1, SNAPSHOTS).round().astype(int))
    share = steps / STEPS
    null = 1 / np.sqrt(STEPS - steps)
    distance = 9.0 * np.sqrt(1 - share) + 0.05
    series: dict[str, Series | None] = {}
    for source, centre in (("train", 1.9 * null + 0.06), ("heldout", 1.1 * null + 0.035)):
        noise = 0.03 if source == "train" else 0.035
        known = source in scenario.sources
        series[source] = _series(centre, noise, distance, random) if known else None
    return PathRecord(
        step=tuple(steps.tolist()),
        total_steps=STEPS,
        lr=tuple((0.05 * (1 - share)).tolist()),
        distance=tuple(distance.tolist()),
        cross_seed=_series(-0.02 - 0.03 * share, 0.025, distance, random),
        cross_seed_distance=tuple((distance + 8).tolist()),
        cross_seed_trial="seeds-base-s1",
        **series,
    )


def _series(
    centre: np.ndarray, noise: float, distance: np.ndarray, random: np.random.Generator
) -> Series:
    shape = (len(distance), BATCHES)
    alignment = np.clip(centre[:, None] + noise * random.standard_normal(shape), -1, 1)
    size = (
        0.4
        * np.exp(0.5 * random.standard_normal(shape))
        * np.linspace(1.5, 0.35, len(distance))[:, None]
    )
    eb = size / distance[:, None]
    return Series(
        rsi=_grid(alignment * eb), eb=_grid(eb), alignment=_grid(alignment), loss=_grid(size)
    )


def _grid(values: np.ndarray) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(value) for value in row) for row in values)


def _at_factor(factor: float, status: str, every: int) -> Status:
    """Trainings beyond the factor end with the status, and every so many of those at it."""

    def ended(spec: TrialSpec) -> str:
        own = spec.candidate.optimizer.lr / 0.05
        hit = own > factor + 1e-9 or (own >= factor - 1e-9 and spec.seed % every == 0)
        return status if hit else "ok"

    return ended


def _checks(**requirements: str) -> list[dict[str, Any]]:
    checks = checklist_of()["checks"]
    return [
        check | {"require": requirements.get(check["id"].replace("-", "_"), check["require"])}
        for check in checks
    ]


LONG = (
    "Programme de surveillance et de prévision de l'attrition des clients particuliers de la "
    "région Sud-Ouest, deuxième génération, avec variables saisonnières et données de service "
) * 2
ARABIC = "نموذج توقع مغادرة العملاء للإصدار الثالث مع جميع المتغيرات الموسمية"
MARKUP = (
    '<script>alert("x")</script><img src=http://example.invalid/x.png onerror=1>&amp; {{ 7*7 }} {x}'
)
CONTROL = "bell\x07 null\x00 override\u202egnp.exe tab\tnew\nline"


def hostile_checklist() -> dict[str, Any]:
    """Long, right-to-left, emoji, markup and control characters wherever a person may write."""
    text = checklist_of()
    checks = [
        check | {"because": because, "id": "c" + str(n) * 63}
        for n, (check, because) in enumerate(
            zip(text["checks"] * 2, (MARKUP, LONG, ARABIC, CONTROL, "W" * 300) * 2, strict=True)
        )
    ]
    checks[2]["require"] = "lr.headroom(0.0123456) >= 7.123456"
    return checklist_of(
        name=f"{LONG[:280]} 🚀🔥👩‍🔬",
        version="9" * 80,
        owner=MARKUP,
        intended_use=f"{ARABIC} {MARKUP} {LONG}",
        checks=checks,
        waivers=[
            {
                "check": checks[n]["id"],
                "owner": LONG,
                "reason": f"{MARKUP} {LONG}",
                "expires": f"2027-0{n}-28",
            }
            for n in (2, 7)
        ],
        report={
            "title": f"{ARABIC} 🚀 {LONG}",
            "reviewers": [LONG, ARABIC, "W" * 300, MARKUP, CONTROL, "R"],
        },
        rollout={
            "stages": [n * 3.0 for n in range(1, 31)],
            "hold": "48h",
            "guard": f"{MARKUP}{'g' * 300}",
        },
    )


def _one_training() -> dict[str, Any]:
    return checklist_of(
        probes={"seeds": {"kind": "init_seeds", "seeds": 1}},
        checks=[
            {"id": "reproducible", "require": "tolerance(seeds.score, 0.9) >= 0.95"},
            {"id": "best", "require": "max(seeds.score) >= 0.9", "severity": "minor"},
        ],
    )


def _many() -> dict[str, Any]:
    text = checklist_of()
    probes = text["probes"] | {"seeds": {"kind": "init_seeds", "seeds": 200}}
    extra = [
        {"id": f"mean-{n}", "require": f"mean(seeds.score) >= 0.9{n}", "severity": "minor"}
        for n in range(6)
    ]
    return checklist_of(probes=probes, checks=text["checks"] + extra)


def _waived() -> dict[str, Any]:
    waiver = {
        "check": "lr-headroom",
        "owner": "j.doe",
        "reason": "The learning rate is fixed by the vendor's training service",
        "expires": "2027-03-31",
    }
    return checklist_of(waivers=[waiver])


SCENARIOS: dict[str, Callable[[], FinishedRun]] = {
    "go": lambda: finished(Scenario()),
    "conditional": lambda: finished(
        Scenario(edge=1.05, spread=0.002, status=_at_factor(2, "diverged", 2))
    ),
    "waived": lambda: finished(Scenario(checklist=_waived(), edge=1.05)),
    "no_go": lambda: finished(
        Scenario(
            checklist=checklist_of(
                checks=_checks(
                    no_divergence="share(all.diverged) <= 0.06",
                    lr_headroom="lr.headroom(0.01) >= 2",
                )
            ),
            status=_at_factor(1.4, "diverged", 1),
            spread=0.004,
        )
    ),
    "inconclusive": lambda: finished(Scenario(score=0.958, spread=0.0045)),
    "incomplete": lambda: finished(Scenario(drop=9)),
    "hostile": lambda: finished(
        Scenario(
            checklist=hostile_checklist(), status=_at_factor(1.4, "failed", 1),
            message=f"{MARKUP} {CONTROL} {LONG}" * 3,
            environment={"device_name": f"{MARKUP}{LONG}"},
        )
    ),
    "one": lambda: finished(Scenario(checklist=_one_training())),
    "many": lambda: finished(Scenario(checklist=_many())),
    "all_failed": lambda: finished(Scenario(status=lambda spec: "failed")),
    "no_heldout": lambda: finished(Scenario(sources=("train",))),
}  # fmt: skip
"""Every kind of run that the report has to be right for."""
