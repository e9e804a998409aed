"""What to do next, as codes and numbers."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

from stablecheck.checklist.requirement import ALL, ProbeSummary, Requirement
from stablecheck.checklist.schema import SEVERITIES, Waiver
from stablecheck.checks.outcomes import RunOutcomes
from stablecheck.checks.quantities import probe_of
from stablecheck.plan import PlannedProbe
from stablecheck.result import CheckResult, NextStep, NextStepCode, VerdictWord
from stablecheck.verdict.better_arm import better_arm
from stablecheck.verdict.circumstances import Circumstances
from stablecheck.verdict.outcome_blockers import rests_on_outcome


def next_steps(
    checks: Sequence[CheckResult],
    decision: VerdictWord,
    waivers: Sequence[Waiver],
    circumstances: Circumstances,
) -> tuple[NextStep, ...]:
    """Remedies with the most specific first, then further trials, then what needs a person.

    On a GO, deployment comes first; on a CONDITIONAL_GO, last, after its conditions.
    """
    unsettled = (check for check in checks if check.outcome in ("fail", "inconclusive", "error"))
    open_ = sorted(unsettled, key=_weight)
    if collapse := _collapse(open_, circumstances):
        # Nothing else is worth doing before that, and no check says more than it does.
        return (collapse, *_trials(circumstances))
    learning_rate = tuple(_learning_rate(open_, circumstances))
    arm = tuple(_better_arm(open_, circumstances))
    trials = tuple(_trials(circumstances))
    more = tuple(_more_trials(open_, circumstances))
    carried = any(rests_on_outcome(check, circumstances) for check in checks)
    remedies = (
        *learning_rate,
        *arm,
        *trials,
        *more,
        *(() if carried else (NextStep(code="ADD_BLOCKER"),)),
        *_investigations(open_, (*learning_rate, *arm, *trials, *more), circumstances),
        *_reviews(checks, waivers),
    )
    if decision == "GO":
        return (_deployment(circumstances), *remedies)
    return (*remedies, _deployment(circumstances)) if decision == "CONDITIONAL_GO" else remedies


def _weight(check: CheckResult) -> tuple[int, bool]:
    return SEVERITIES.index(check.severity), check.outcome != "fail"


def _collapse(open_: Sequence[CheckResult], circumstances: Circumstances) -> NextStep | None:
    """What to do where most trainings of the recipe as it stands diverged."""
    outcomes = circumstances.outcomes
    arms = [arm for probe in outcomes.probes.values() for arm in probe.arms if arm.reference]
    ids = {id_ for arm in arms for id_ in arm.trials if id_ in outcomes.trials}
    diverged = [outcomes.trials[id_] for id_ in ids if outcomes.trials[id_].status == "diverged"]
    if not open_ or 2 * len(diverged) <= len(ids):
        return None
    values = {
        "diverged": len(diverged),
        "trials": len(ids),
        "step": min(trial.steps for trial in diverged),
        "lr": circumstances.learning_rate,
    }
    return NextStep(code="STOP_DIVERGENCE", values=values)


def _learning_rate(
    open_: Sequence[CheckResult], circumstances: Circumstances
) -> Iterator[NextStep]:
    about = next((one for one in open_ if _is_about_rate(circumstances.requirements[one.id])), None)
    rate = circumstances.learning_rate
    if about is None or rate is None:
        return
    for probe in circumstances.outcomes.probes.values():
        factor = _last_stable_factor(probe, circumstances.outcomes)
        if probe.kind == "lr_jitter" and factor is not None:
            values = {"factor": factor, "lr": factor * rate}
            yield NextStep(code="LOWER_LEARNING_RATE", check=about.id, values=values)


def _better_arm(open_: Sequence[CheckResult], circumstances: Circumstances) -> Iterator[NextStep]:
    """What was tried and scores better than the candidate, where its score is what is lacking."""
    about = next(
        (one for one in open_ if _is_about_score(circumstances.requirements[one.id])), None
    )
    found = None if about is None else better_arm(circumstances.outcomes, about.confidence)
    if about is not None and found is not None:
        values = {
            "probe": found.probe,
            "arm": found.arm,
            "gain": found.gain.value,
            "low": found.gain.low,
        }
        yield NextStep(code="TRY_ARM", check=about.id, values=values)


def _is_about_score(requirement: Requirement) -> bool:
    left = requirement.left
    if isinstance(left, ProbeSummary):
        return left.name in ("difference", "median_difference", "probability_of_improvement")
    return left.quantity.measure in ("score", "loss")


def _is_about_rate(requirement: Requirement) -> bool:
    left = requirement.left
    if isinstance(left, ProbeSummary):
        return left.name == "headroom"
    return left.quantity.measure == "diverged"


def _last_stable_factor(probe: PlannedProbe, outcomes: RunOutcomes) -> float | None:
    """The largest factor without lost trials below those with diverged ones; None if there is none.

    A failed trial broke down for reasons of its own, such as a full GPU, which no rate mends.
    """
    stable: float | None = None
    for arm in sorted(probe.arms, key=lambda arm: arm.value or 0.0):
        statuses = {outcomes.trials[id_].status for id_ in arm.trials if id_ in outcomes.trials}
        if "diverged" in statuses:
            return stable
        if "failed" not in statuses:
            stable = arm.value
    return None


def _trials(circumstances: Circumstances) -> Iterator[NextStep]:
    outcomes = circumstances.outcomes
    trials, missing = outcomes.finished(ALL), outcomes.missing(ALL)
    if missing and circumstances.aborted_by is None:
        yield NextStep(code="RESUME_RUN", values={"missing": len(missing)})
    failed = [trial for trial in trials if trial.status == "failed"]
    if failed:
        message = Counter(trial.message for trial in failed).most_common(1)[0][0]
        yield NextStep(code="MEND_FAILED_TRIALS", values={"count": len(failed), "message": message})
    if late := sum(trial.status == "timeout" for trial in trials):
        yield NextStep(code="RAISE_TIMEOUT", values={"count": late})


def _more_trials(open_: Sequence[CheckResult], circumstances: Circumstances) -> Iterator[NextStep]:
    """Further trials by probe, as many as its neediest check asks for; blockers' probes first."""
    most: dict[str, CheckResult] = {}
    for check in sorted(open_, key=lambda check: SEVERITIES.index(check.severity)):
        if check.outcome == "inconclusive" and check.needs is not None:
            probe = probe_of(circumstances.requirements[check.id])
            known = most.get(probe)
            if known is None or check.needs > (known.needs or 0):
                most[probe] = check
    for probe, check in most.items():
        each = statistics.median(trial.seconds for trial in circumstances.outcomes.finished(probe))
        needs = check.needs or 0
        values = {"probe": probe, "trials": needs, "seconds": needs * each}
        yield NextStep(code="MORE_TRIALS", check=check.id, values=values)


def _investigations(
    open_: Sequence[CheckResult], found: Sequence[NextStep], circumstances: Circumstances
) -> Iterator[NextStep]:
    codes = {step.code for step in found}
    named = {step.check for step in found}
    for check in open_:
        rate = (
            _is_about_rate(circumstances.requirements[check.id]) and "LOWER_LEARNING_RATE" in codes
        )
        said = "RESUME_RUN" in codes or circumstances.aborted_by is not None
        unrun = check.error in ("TRIALS_MISSING", "NO_TRIALS") and said
        broken = check.error == "NO_VALUES" and codes & {"MEND_FAILED_TRIALS", "RAISE_TIMEOUT"}
        grows = check.outcome == "inconclusive" and check.needs is not None
        if not (check.id in named or rate or unrun or broken or grows):
            undecided = check.outcome == "inconclusive"
            code: NextStepCode = "NARROW_CHECK" if undecided else "INVESTIGATE_CHECK"
            yield NextStep(code=code, check=check.id)


def _reviews(checks: Sequence[CheckResult], waivers: Sequence[Waiver]) -> Iterator[NextStep]:
    for check in checks:
        if check.outcome == "waived":
            own = [waiver for waiver in waivers if waiver.check == check.id]
            last = max(own, key=lambda waiver: waiver.expires)
            values = {"owner": last.owner, "expires": last.expires.isoformat()}
            yield NextStep(code="REVIEW_WAIVER", check=check.id, values=values)


def _deployment(circumstances: Circumstances) -> NextStep:
    rollout = circumstances.rollout
    if rollout is None:
        return NextStep(code="DEPLOY")
    values = {"stages": list(rollout.stages), "hold": rollout.hold, "guard": rollout.guard}
    return NextStep(code="ROLL_OUT", values=values)
