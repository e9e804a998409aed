"""What to do next, with what it costs, and under which conditions to go ahead."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stablecheck.report.cleaning import clean
from stablecheck.report.numbers import date, plain, seconds
from stablecheck.report.view.checks import in_page_order
from stablecheck.report.view.context import Context
from stablecheck.report.view.settling import who_and_when
from stablecheck.report.wording import inside
from stablecheck.result import CheckResult, NextStep

_DIGITS = ".4g"


@dataclass(frozen=True)
class Step:
    """One thing to do; ``cost`` is empty where it costs no training."""

    text: str
    cost: str

    def __str__(self) -> str:
        return f"{self.text} ({self.cost})" if self.cost else self.text


def step_of(step: NextStep, context: Context) -> Step:
    """One next step in words."""
    values = {name: _word(value) for name, value in step.values.items()}
    values["check"] = clean(step.check or "")
    key = f"next_steps.{_key(step, context)}"
    phrases = context.phrases
    if phrases.has(f"{key}.other"):
        text = phrases.count(key, _count(step), **values)
    else:
        text = phrases.text(key, **values)
    return Step(text, _cost(step, context))


def conditions(context: Context) -> tuple[str, ...]:
    """What a CONDITIONAL GO hangs on: majors that do not pass, and waivers with their owners.

    Waivers are shown whatever the verdict.
    """
    return tuple(itertools.chain(_open_majors(context), _waivers(context)))


def _open_majors(context: Context) -> Iterator[str]:
    if context.result.verdict.decision != "CONDITIONAL_GO":
        return
    for check in in_page_order(context):
        if check.severity == "major" and check.outcome in ("fail", "inconclusive", "error"):
            yield context.phrases.text(
                f"conditions.{check.outcome}",
                check=clean(check.id),
                requirement=inside(context.requirement(check)),
                settling=who_and_when(check, context),
            )


def _waivers(context: Context) -> Iterator[str]:
    for check in context.result.checks:
        if check.outcome == "waived":
            yield _waived(check, context)


def _waived(check: CheckResult, context: Context) -> str:
    waiver = context.waiver(check)
    if waiver is None:
        return context.phrases.text(
            "conditions.waived_anonymous",
            check=clean(check.id),
            requirement=inside(context.requirement(check)),
        )
    return context.phrases.text(
        "conditions.waived",
        check=clean(check.id),
        owner=clean(waiver.owner),
        expires=date(waiver.expires),
        reason=clean(waiver.reason),
    )


def _key(step: NextStep, context: Context) -> str:
    if step.code == "LOWER_LEARNING_RATE":
        return f"{step.code}.{'below' if step.values.get('factor', 1) < 1 else 'at'}"
    if step.code == "STOP_DIVERGENCE" and step.values.get("lr") is None:
        return f"{step.code}_UNKNOWN_RATE"
    conditional = context.result.verdict.decision == "CONDITIONAL_GO"
    return (
        f"{step.code}_CONDITIONAL"
        if conditional and step.code in ("ROLL_OUT", "DEPLOY")
        else step.code
    )


def _count(step: NextStep) -> int:
    """The number that a step's sentence goes by, whatever it counts."""
    named = (step.values.get(name) for name in ("trials", "count", "missing"))
    return next((int(value) for value in named if value is not None), 0)


def _cost(step: NextStep, context: Context) -> str:
    result, phrases = context.result, context.phrases
    if step.code == "MORE_TRIALS":
        time = seconds(float(step.values.get("seconds", 0.0)))
        return phrases.count("costs.trainings", _count(step), time=time)
    if not result.trials:
        return ""
    each = result.run.trial_seconds / len(result.trials)
    if step.code == "RESUME_RUN":
        missing = _count(step)
        return phrases.count("costs.trainings", missing, time=seconds(missing * each))
    if step.code in ("LOWER_LEARNING_RATE", "MEND_FAILED_TRIALS", "STOP_DIVERGENCE"):
        planned = result.run.planned_trials
        return phrases.count("costs.rerun", planned, time=seconds(planned * each))
    return ""


def _word(value: Any) -> str:
    if isinstance(value, str):
        return _date(value) or clean(value)
    if isinstance(value, (int, float)):
        return plain(value if float(value).is_integer() else float(f"{value:{_DIGITS}}"))
    return clean(str(value))


def _date(text: str) -> str:
    try:
        return date(datetime.date.fromisoformat(text))
    except ValueError:
        return ""
