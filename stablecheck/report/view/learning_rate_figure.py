"""Score against the learning rate: data and caption."""

from __future__ import annotations

from collections.abc import Sequence

from stablecheck.checklist.requirement import ProbeSummary
from stablecheck.evidence.learning_rate import arm_bands
from stablecheck.report.cleaning import clean
from stablecheck.report.figures.learning_rate import Arm, LearningRate, draw
from stablecheck.report.numbers import plain
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import (
    FigureView,
    probes_of_kind,
    scores_of,
    trials_of,
)  # fmt: skip
from stablecheck.report.view.values import level, with_bounds
from stablecheck.report.wording import sentence
from stablecheck.result import ArmResult, CheckResult
from stablecheck.trial.record import Trial

Trials = dict[float, tuple[Trial, ...]]


def learning_rate_figure(context: Context) -> FigureView | None:
    """The figure of the first such probe, or None where none of its trainings has a score."""
    for probe_id, probe in probes_of_kind(context, "lr_jitter"):
        trials = _by_factor(probe.arms, context)
        if any(scores_of(own) for own in trials.values()):
            return _figure(probe_id, trials, context)
    return None


def _by_factor(arms: Sequence[ArmResult], context: Context) -> Trials:
    known = {arm.value: trials_of(arm, context) for arm in arms if arm.value}
    return {factor: trials for factor, trials in sorted(known.items()) if trials}


def _figure(probe: str, trials: Trials, context: Context) -> FigureView:
    phrases, score = context.phrases, context.wording.score
    rate = context.run.checklist.candidate.learning_rate
    assert rate is not None  # a probe of it declares it
    title = phrases.text("figures.learning_rate.title")
    check, arms = _headroom(probe, context), _arms(trials, context)
    told = context.phrases.clauses(_told(arm, context) for arm in arms)
    alt = phrases.text("figures.learning_rate.alt", score=score, n=len(trials), arms=told)
    data = LearningRate(
        arms=arms,
        kept=_kept(check, trials, context),
        x=phrases.text("figures.learning_rate.x", lr=plain(rate)),
        y=phrases.text("figures.learning_rate.y", score=sentence(score)),
    )
    caption = _caption(probe, trials, check if data.kept else None, context)
    return FigureView("learning-rate", title, draw(data, "learning-rate", alt), caption)


def _arms(trials: Trials, context: Context) -> tuple[Arm, ...]:
    scores = {
        factor: {t.seed: t.score if t.status == "ok" else None for t in own}
        for factor, own in trials.items()
    }
    bands = arm_bands(scores, context.run.checklist.decision.confidence)
    return tuple(
        Arm(
            band.factor,
            scores_of(trials[band.factor]),
            band.mean,
            band.low,
            band.high,
            context.not_ok(trial.status for trial in trials[band.factor]),
        )
        for band in bands
    )


def _told(arm: Arm, context: Context) -> str:
    """An arm in words."""
    return context.phrases.text(
        f"figures.learning_rate.{'alt_arm_lost' if arm.missing else 'alt_arm'}",
        factor=plain(arm.factor),
        mean=with_bounds(arm.mean, arm.low, arm.high),
        lost=arm.missing,
    )


def _headroom(probe: str, context: Context) -> tuple[CheckResult, float] | None:
    """The check that asks for headroom in this probe, with the cost it accepts."""
    for check in context.result.checks:
        left = context.requirements[check.id].left
        if isinstance(left, ProbeSummary) and (left.probe, left.name) == (probe, "headroom"):
            return check, left.arguments[0]
    return None


def _kept(
    check: tuple[CheckResult, float] | None, trials: Trials, context: Context
) -> tuple[float, bool, str] | None:
    """The worst mean that the accepted cost leaves, and whether higher ones are better."""
    reference = scores_of(trials.get(1.0, ()))
    if check is None or not reference or len(reference) < len(trials[1.0]):
        return None
    mean, delta = sum(reference) / len(reference), check[1]
    better = 1 if context.run.checklist.candidate.higher_is_better else -1
    key = "kept" if better > 0 else "kept_below"
    words = context.phrases.text(f"figures.learning_rate.{key}", delta=plain(delta))
    return mean - better * delta, better > 0, words


def _caption(
    probe: str, trials: Trials, check: tuple[CheckResult, float] | None, context: Context
) -> str:
    phrases, everything = context.phrases, [t for own in trials.values() for t in own]
    confidence = level(context.run.checklist.decision.confidence)
    said = [
        phrases.text(
            "figures.learning_rate.caption",
            probe=clean(probe),
            n=len(everything),
            confidence=confidence,
        )
    ]
    if check:
        words = {"check": clean(check[0].id), "delta": plain(check[1])}
        said.append(phrases.text("figures.learning_rate.caption_kept", **words))
        said.append(phrases.text("figures.learning_rate.caption_paired"))
    if lost := context.not_ok(trial.status for trial in everything):
        said.append(phrases.text("figures.learning_rate.caption_missing", counts=lost))
    else:
        said.append(phrases.text("figures.learning_rate.caption_complete"))
    return phrases.sentences(said)
