"""Three sentences to say in the meeting, each true of this run's numbers."""

from __future__ import annotations

from collections.abc import Iterator

from stablecheck.checklist.duration import seconds as span
from stablecheck.checklist.requirement import ProbeSummary
from stablecheck.checks.quantities import probe_of
from stablecheck.report.numbers import percent, seconds
from stablecheck.report.view.checks import in_page_order
from stablecheck.report.view.context import Context
from stablecheck.report.view.reasons import gap
from stablecheck.report.view.spoken import spoken
from stablecheck.report.view.steps import conditions, step_of
from stablecheck.report.wording import inside
from stablecheck.result import CheckResult, NextStepCode, Outcome

_OPEN: tuple[Outcome, ...] = ("fail", "inconclusive", "error")
_RUN_AGAIN: tuple[NextStepCode, ...] = (
    "LOWER_LEARNING_RATE",
    "MEND_FAILED_TRIALS",
    "STOP_DIVERGENCE",
)
"""Steps that change something and then cost a whole run; further trainings alter no failure."""


def meeting(context: Context) -> tuple[str, ...]:
    """What the verdict rests on, what else was found, and what follows."""
    found = [gap(context), *(spoken(check, context) for check in _by_weight(context))]
    different = dict.fromkeys(text for text in found if text)
    return (*[*different][:2], _consequence(context))


def _by_weight(context: Context) -> Iterator[CheckResult]:
    """The blocker that decides, on the score where several pass; then the others by weight."""
    ordered = in_page_order(context)
    blockers = [check for check in ordered if check.severity == "blocker"]
    open_ = [check for check in blockers if check.outcome in _OPEN]
    on_score = [check for check in blockers if _is_on_score(check, context)]
    first = next(iter([*open_, *on_score, *blockers, *ordered]), None)
    if first is None:
        return
    yield first
    others = [check for check in ordered if check is not first]
    weighty = [c for c in others if c.outcome != "pass" and c.severity in ("blocker", "major")]
    incumbent = [check for check in others if _is_on_incumbent(check, context)]
    yield from [*weighty, *incumbent, *others]


def _is_on_score(check: CheckResult, context: Context) -> bool:
    left = context.requirements[check.id].left
    return not isinstance(left, ProbeSummary) and left.quantity.measure == "score"


def _is_on_incumbent(check: CheckResult, context: Context) -> bool:
    left = context.requirements[check.id].left
    return isinstance(left, ProbeSummary) and context.wording.kinds[left.probe] == "incumbent"


def _consequence(context: Context) -> str:
    return {
        "GO": _go,
        "CONDITIONAL_GO": _conditional,
        "NO_GO": _no_go,
        "INCONCLUSIVE": _inconclusive,
    }[context.result.verdict.decision](context)


def _go(context: Context) -> str:
    declared, phrases = context.run.checklist.rollout, context.phrases
    if declared is None:
        return phrases.text("meeting.then.GO.deploy")
    first, last = (percent(declared.stages[place] / 100) for place in (0, -1))
    if len(declared.stages) == 1:
        return phrases.text("meeting.then.GO.stage", first=first)
    time = seconds(span(declared.hold) * (len(declared.stages) - 1))
    return phrases.text("meeting.then.GO.stages", first=first, last=last, time=time)


def _conditional(context: Context) -> str:
    open_ = [c for c in in_page_order(context) if c.severity == "major" and c.outcome in _OPEN]
    if not open_:
        return context.phrases.count("meeting.then.CONDITIONAL_GO.waived", len(conditions(context)))
    first = inside(context.requirement(open_[0]))
    return context.phrases.count("meeting.then.CONDITIONAL_GO.open", len(open_), first=first)


def _no_go(context: Context) -> str:
    steps = context.result.verdict.next_steps
    again = next((step for step in steps if step.code in _RUN_AGAIN), None)
    cost = step_of(again, context).cost if again is not None else ""
    key = f"meeting.then.NO_GO.{'cost' if cost else 'plain'}"
    return context.phrases.text(key, cost=cost)


def _inconclusive(context: Context) -> str:
    steps, phrases = context.result.verdict.next_steps, context.phrases
    resume = next((step for step in steps if step.code == "RESUME_RUN"), None)
    if resume is not None:
        cost = step_of(resume, context).cost
        return phrases.text("meeting.then.INCONCLUSIVE.RESUME_RUN", cost=cost)
    cost = _cost_of_settling(context)
    key = f"meeting.then.INCONCLUSIVE.{'MORE_TRIALS' if cost else 'plain'}"
    return phrases.text(key, cost=cost)


def _cost_of_settling(context: Context) -> str:
    """What would probably settle every open blocker; empty where trainings alone will not."""
    open_ = [c for c in context.result.checks if c.severity == "blocker" and c.outcome in _OPEN]
    if gap(context) or not open_ or any(check.needs is None for check in open_):
        return ""
    probes = {probe_of(context.requirements[check.id]) for check in open_}
    values = [
        step.values
        for step in context.result.verdict.next_steps
        if step.code == "MORE_TRIALS" and step.values["probe"] in probes
    ]
    if len(values) < len(probes):
        return ""
    trials, time = (sum(one[name] for one in values) for name in ("trials", "seconds"))
    return context.phrases.count("costs.trainings", trials, time=seconds(time))
