"""The staged rollout that the checklist declares, as page 1 and its own table show it."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.checklist.duration import seconds as span
from stablecheck.checklist.schema import Rollout
from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.numbers import duration, percent, seconds
from stablecheck.report.view.context import Context

MOST_STAGES = 8
MOST_ROWS = 12


@dataclass(frozen=True)
class RolloutLine:
    """The stages in one line."""

    heading: str
    stages: tuple[str, ...]
    hold: str
    guard: str


@dataclass(frozen=True)
class Stage:
    """One stage: its share of traffic, when it can begin, and where to go back to."""

    share: str
    begins: str
    back: str


@dataclass(frozen=True)
class RolloutPlan:
    """The stages with what must hold in each."""

    introduction: str
    guard: str
    hold: str
    stages: tuple[Stage, ...]
    more: str


def rollout_line(context: Context) -> RolloutLine | None:
    """The line of page 1; None where the checklist declares no rollout."""
    declared = context.run.checklist.rollout
    if declared is None:
        return None
    stages = tuple(_share(stage) for stage in declared.stages)
    if len(stages) > MOST_STAGES:
        stages = (*stages[: MOST_STAGES - 2], "…", stages[-1])
    hold = context.phrases.text("page.rollout_hold", hold=duration(declared.hold))
    heading = context.phrases.text("page.rollout" if _released(context) else "page.rollout_after")
    return RolloutLine(heading, stages, hold, clamp(clean(declared.guard), 120))


def rollout_plan(context: Context) -> RolloutPlan | None:
    """The table of stages; None where the checklist declares no rollout."""
    declared = context.run.checklist.rollout
    if declared is None:
        return None
    more = len(declared.stages) - MOST_ROWS
    key = "released" if _released(context) else "waiting"
    return RolloutPlan(
        introduction=context.phrases.text(f"rollout.{key}"),
        guard=clamp(clean(declared.guard), 400),
        hold=duration(declared.hold),
        stages=_stages(declared, context),
        more=context.phrases.count("rollout.more", more) if more > 0 else "",
    )


def _stages(declared: Rollout, context: Context) -> tuple[Stage, ...]:
    phrases, hold = context.phrases, span(declared.hold)
    shares = [_share(stage) for stage in declared.stages[:MOST_ROWS]]
    begins = [phrases.text("rollout.at_once")] + [
        phrases.text("rollout.after", time=seconds(n * hold)) for n in range(1, len(shares))
    ]
    back = [phrases.text("rollout.back_to_nothing")] + [
        phrases.text("rollout.back", share=share) for share in shares[:-1]
    ]
    return tuple(Stage(*stage) for stage in zip(shares, begins, back, strict=True))


def _share(stage: float) -> str:
    return percent(stage / 100)


def _released(context: Context) -> bool:
    return context.result.verdict.decision in ("GO", "CONDITIONAL_GO")
