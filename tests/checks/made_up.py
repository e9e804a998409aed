"""Finished runs of hand-written trials, and the checks decided on them."""

from __future__ import annotations

from stablecheck.checklist.requirement import Quantity, Requirement
from stablecheck.checklist.requirement.parser import parse_requirement
from stablecheck.checklist.schema import Check
from stablecheck.checks.evaluation import evaluate
from stablecheck.checks.outcomes import RunOutcomes
from stablecheck.errors import Place
from stablecheck.plan import PlannedArm, PlannedProbe
from stablecheck.probes.init_seeds import InitSeeds
from stablecheck.probes.lr_jitter import LrJitter
from stablecheck.recipe import CandidateFacts
from stablecheck.trial.record import Trial

FACTS = CandidateFacts(
    n_train=1000,
    n_heldout=200,
    dimension=50,
    effective_dimension=12.5,
    parameters=4000,
    classes=10,
    batch_norm=False,
    steps=100,
    batch_size=64,
    data_sha256="0" * 64,
)
SCORES = [0.951, 0.957, 0.949, 0.961, 0.955, 0.953, 0.959]
SEEDS = InitSeeds(kind="init_seeds", seeds=7)
SCORE = Quantity("seeds", "score")


def trial(index, score, status="ok", probe="seeds", arm="base", **measures):
    return Trial(
        id=f"{probe}-{arm}-{index}",
        key="k",
        probe=probe,
        arm=arm,
        seed=index,
        status=status,
        score=score,
        loss=None if score is None else 1 - score,
        steps=100,
        seconds=2.0,
        measures={"initial_loss": 2.3, **measures},
    )


def scored(scores, missing="diverged", **place):
    """One trial a score; None stands for a trial of status ``missing``."""
    return [
        trial(i, score, "ok" if score is not None else missing, **place)
        for i, score in enumerate(scores)
    ]


def planned_arm(name, ids, value=None, reference=True):
    return PlannedArm(name=name, value=value, reference=reference, trials=tuple(ids))


def run(trials, *, unrun=(), probe="seeds"):
    """A run of one probe with one arm."""
    arm = planned_arm("base", [*(one.id for one in trials), *unrun])
    return RunOutcomes(
        trials={one.id: one for one in trials},
        probes={probe: PlannedProbe(kind="init_seeds", arms=(arm,))},
        settings={probe: SEEDS},
        facts=FACTS,
        higher_is_better=True,
    )


def run_of(scores, missing="diverged", **options):
    """A run with one trial a score; None stands for a trial of status ``missing``."""
    return run(scored(scores, missing), **options)


def ratio_run(values, missing="ok"):
    """A run with one trial a ``sharpness.ratio``; None stands for a trial of status ``missing``."""
    return run(
        [
            trial(i, 0.9, "ok" if value is not None else missing, **{"sharpness.ratio": value})
            for i, value in enumerate(values)
        ]
    )


def lr_run(scores):
    """A run of a learning-rate probe beside the seeds, whose trials serve the reference arm too."""
    rows = {
        factor: scored(row) if factor == 1.0 else scored(row, probe="lr", arm=f"x{factor:g}")
        for factor, row in scores.items()
    }
    ids = {factor: [one.id for one in row] for factor, row in rows.items()}
    arms = [planned_arm(f"x{factor:g}", ids[factor], factor, factor == 1.0) for factor in scores]
    factors = tuple(sorted(scores))
    return RunOutcomes(
        trials={one.id: one for row in rows.values() for one in row},
        probes={
            "seeds": PlannedProbe(kind="init_seeds", arms=(planned_arm("base", ids[1.0]),)),
            "lr": PlannedProbe(kind="lr_jitter", arms=tuple(arms)),
        },
        settings={"seeds": SEEDS, "lr": LrJitter(kind="lr_jitter", factors=factors, seeds=5)},
        facts=FACTS,
        higher_is_better=True,
    )


def evaluated(checks, outcomes, confidence=0.95):
    """Results by id of checks given as (id, severity, left, operator, threshold)."""
    made = [
        Check(id=id_, require=str(left), severity=severity) for id_, severity, left, *_ in checks
    ]
    requirements = {
        id_: Requirement(f"{left} {operator} {threshold}", left, operator, threshold)
        for id_, _, left, operator, threshold in checks
    }
    found = evaluate(
        made, requirements, outcomes, confidence, places={"a": Place("churn.yaml", 31, 14)}
    )
    return {result.id: result for result in found}


def result_of(left, operator, threshold, outcomes, severity="blocker"):
    """The result of a single check."""
    return evaluated([("a", severity, left, operator, threshold)], outcomes)["a"]


def required(text, outcomes):
    """The result of a blocker that requires what the text says."""
    read = parse_requirement(text)
    return result_of(read.left, read.operator, read.threshold, outcomes)
