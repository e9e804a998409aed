"""Three sentences to say in the meeting, each true of this run's numbers."""

from __future__ import annotations

from collections.abc import Iterator

from stablecheck.checklist.duration import seconds as span
from stablecheck.checklist.requirement import ProbeSummary
from stablecheck.report.numbers import percent, seconds
from stablecheck.report.view.checks import in_page_order
from stablecheck.report.view.context import Context
from stablecheck.report.view.reasons import gap
from stablecheck.report.view.spoken import spoken
from stablecheck.report.view.steps import conditions, step_of
from stablecheck.report.wording import inside
from stablecheck.result import CheckResult, Outcome

_OPEN: tuple[Outcome, ...] = ("fail", "inconclusive", "error")


def meeting(context: Context) -> tuple[str, ...]:
    """What the verdict rests on, what else was found, and what follows."""
    found = [gap(context), *(spoken(check, context) for check in _two(context))]
    return (*[text for text in found if text][:2], _consequence(context))


def _two(context: Context) -> Iterator[CheckResult]:
    """The blocker that decides, on the score where several pass; then the weightiest other one."""
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
    yield from [*weighty, *incumbent, *others][:1]


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
    if declared is None or len(declared.stages) < 2:
        return phrases.text("meeting.then.GO.deploy")
    time = seconds(span(declared.hold) * (len(declared.stages) - 1))
    return phrases.text(
        "meeting.then.GO.stages",
        first=percent(declared.stages[0] / 100),
        last=percent(declared.stages[-1] / 100),
        time=time,
    )


def _conditional(context: Context) -> str:
    open_ = [c for c in context.result.checks if c.severity == "major" and c.outcome in _OPEN]
    if not open_:
        return context.phrases.count("meeting.then.CONDITIONAL_GO.waived", len(conditions(context)))
    first = inside(context.requirement(open_[0]))
    return context.phrases.count("meeting.then.CONDITIONAL_GO.open", len(open_), first=first)


def _no_go(context: Context) -> str:
    cost = _first_cost(context)
    key = f"meeting.then.NO_GO.{'cost' if cost else 'plain'}"
    return context.phrases.text(key, cost=cost)


def _inconclusive(context: Context) -> str:
    steps = context.result.verdict.next_steps
    step = next((one for one in steps if one.code in ("RESUME_RUN", "MORE_TRIALS")), None)
    if step is None:
        return context.phrases.text("meeting.then.INCONCLUSIVE.plain")
    key = f"meeting.then.INCONCLUSIVE.{step.code}"
    return context.phrases.text(key, cost=step_of(step, context).cost)


def _first_cost(context: Context) -> str:
    steps = context.result.verdict.next_steps
    return next((cost for step in steps if (cost := step_of(step, context).cost)), "")
