"""Results of checks written by hand, the run around them, and the verdict on them."""

from __future__ import annotations

import datetime

from stablecheck.checklist.requirement import Quantity, Requirement, Statistic
from stablecheck.checklist.schema import Waiver
from stablecheck.checks.outcomes import RunOutcomes
from stablecheck.plan import PlannedArm, PlannedProbe
from stablecheck.probes.init_seeds import InitSeeds
from stablecheck.probes.lr_jitter import LrJitter
from stablecheck.result import CheckResult
from stablecheck.trial.record import Trial
from stablecheck.verdict import Circumstances, decide
from tests.checks.made_up import FACTS

TODAY = datetime.date(2026, 11, 24)
OUTCOMES = ["fail", "error", "inconclusive", "pass"]
SEVERITIES = ["blocker", "major", "minor"]
MEAN = Statistic("mean", Quantity("seeds", "score"))
# Status of each trial by learning-rate factor: 1 is the last stable one.
RATES = {0.5: ("ok",), 1.0: ("ok",), 1.4: ("ok", "diverged"), 2.0: ("diverged", "failed")}


def check(id_, severity, outcome, **changes):
    given = {
        "id": id_,
        "require": "mean(seeds.score) >= 0.95",
        "severity": severity,
        "because": None,
        "outcome": outcome,
        "estimate": 0.95,
        "low": 0.94,
        "high": 0.96,
        "confidence": 0.95,
        "n": 3,
        "needs": None,
        "operator": ">=",
        "threshold": 0.95,
        "unit": "score",
        "method": "t",
    }
    return CheckResult(**(given | changes))


def waiver(check_id, expires=TODAY, owner="j.doe"):
    return Waiver(check=check_id, owner=owner, reason="Fixed by the vendor.", expires=expires)


def ended(probe, arm, seed, status):
    """A trial of that status."""
    return Trial(
        id=f"{probe}-{arm}-{seed}",
        key="k",
        probe=probe,
        arm=arm,
        seed=seed,
        status=status,
        seconds=2.0 + seed,
        message=None if status == "ok" else f"what stopped {status}",
    )


def probe(kind, **arms):
    """A planned probe from arm names to (factor, status of each trial); None did not run."""
    planned, trials = [], {}
    for name, (value, statuses) in arms.items():
        ids = tuple(f"{kind}-{name}-{seed}" for seed in range(len(statuses)))
        planned.append(
            PlannedArm(name=name, value=value, reference=value in (None, 1.0), trials=ids)
        )
        trials |= {
            id_: ended(kind, name, seed, status)
            for seed, (id_, status) in enumerate(zip(ids, statuses, strict=True))
            if status is not None
        }
    return PlannedProbe(kind=kind, arms=tuple(planned)), trials


class _Always(dict):
    """Every check's requirement is the same one."""

    def __init__(self, requirement):
        super().__init__()
        self.requirement = requirement

    def __missing__(self, _):
        return self.requirement


def circumstances(seeds=("ok", "ok", "ok"), rates=None, left=MEAN, rollout=None):
    planned, trials = probe("init_seeds", base=(None, seeds))
    probes, settings = {"seeds": planned}, {"seeds": InitSeeds(kind="init_seeds", seeds=3)}
    if rates:
        probes["lr"], others = probe(
            "lr_jitter", **{f"x{factor:g}": (factor, row) for factor, row in rates.items()}
        )
        settings["lr"] = LrJitter(kind="lr_jitter", factors=tuple(rates), seeds=1)
        trials |= others
    outcomes = RunOutcomes(trials, probes, settings, FACTS, higher_is_better=True)
    requirement = Requirement("", left, ">=", 0.95)
    return Circumstances(outcomes, _Always(requirement), 0.05, rollout, TODAY)


def settled(checks, waivers=(), **given):
    """The verdict alone."""
    return decide(checks, waivers, circumstances(**given))[1]


def decision(*checks, **given):
    return settled(checks, **given).decision


def steps(*checks, **given):
    return {step.code: step for step in settled(checks, **given).next_steps}


BLOCKER = check("b", "blocker", "pass")
