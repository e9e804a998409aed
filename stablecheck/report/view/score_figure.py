"""Score of each retraining: data and caption."""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Sequence

from stablecheck.checklist.requirement import ProbeSummary, Requirement, Share, Statistic, Tolerance
from stablecheck.report.cleaning import clean
from stablecheck.report.figures.scores import Scores, draw
from stablecheck.report.numbers import percent, plain
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import FigureView, range_text, retrainings, scores_of
from stablecheck.report.view.values import level, values_of
from stablecheck.report.wording import sentence
from stablecheck.result import CheckResult
from stablecheck.trial.record import Trial

_LOCATIONS = ("mean", "median", "iqm", "min", "max", "p")
_MEETS: dict[str, Callable[[float, float], bool]] = {
    ">": python.gt, ">=": python.ge, "<": python.lt, "<=": python.le,
}  # fmt: skip
Required = tuple[CheckResult, Requirement]
Limit = tuple[str, float]


def score_figure(context: Context) -> FigureView | None:
    """The figure, or None where no retraining has a score."""
    found = retrainings(context)
    if found is None or not (scores := scores_of(found[1])):
        return None
    probe, trials = found
    required = _required(probe, context)
    title = context.phrases.text("figures.scores.title")
    said = _said(probe, trials, scores, required, context)
    drawn = context.phrases.text("figures.scores.alt", score=context.wording.score, n=len(scores))
    alt, caption = context.phrases.sentences([drawn, *said[1:]]), context.phrases.sentences(said)
    data = _data(trials, scores, required, context)
    return FigureView("scores", title, draw(data, "scores", alt), caption)


def _required(probe: str, context: Context) -> Required | None:
    """The first check, blockers first, that asks something of these scores."""
    severities = ("blocker", "major", "minor", "off")
    for check in sorted(context.result.checks, key=lambda c: severities.index(c.severity)):
        requirement = context.requirements[check.id]
        left = requirement.left
        if isinstance(left, ProbeSummary) or left.quantity.measure != "score":
            continue
        if left.quantity.probe == probe and _limit(requirement) is not None:
            return check, requirement
    return None


def _limit(requirement: Requirement) -> Limit | None:
    """The score that single trainings are held against, with its operator."""
    left = requirement.left
    sign, value = requirement.operator, requirement.threshold
    if isinstance(left, Share):
        if left.operator is None or left.threshold is None:
            return None
        sign, value = left.operator, left.threshold
    elif isinstance(left, Statistic) and left.name not in _LOCATIONS:
        return None
    return (sign, value) if sign in _MEETS else None


def _data(
    trials: Sequence[Trial], scores: tuple[float, ...], required: Required | None, context: Context
) -> Scores:
    phrases = context.phrases
    limit = _limit(required[1]) if required else None
    lost = context.not_ok(trial.status for trial in trials)
    asked = limit and phrases.text(
        "figures.scores.limit", limit=f"{phrases.text(f'signs.{limit[0]}')} {plain(limit[1])}"
    )
    return Scores(
        values=scores,
        missing=phrases.text("figures.scores.missing", counts=lost) if lost else "",
        axis=phrases.text("figures.scores.axis", score=sentence(context.wording.score)),
        limit=(limit[1], asked) if limit and asked else None,
        at_least=limit is None or limit[0] in (">", ">="),
        interval=_interval(required, context),
    )


def _interval(
    required: Required | None, context: Context
) -> tuple[float, float | None, float | None, str] | None:
    """The check's estimate and bounds, where they are scores and not shares."""
    if required is None or isinstance(required[1].left, Share):
        return None
    check, requirement = required
    if check.estimate is None:
        return None
    confidence = level(check.confidence)
    left = requirement.left
    if isinstance(left, Tolerance):
        words = context.phrases.text(
            "figures.scores.interval_tolerance", share=percent(left.share), confidence=confidence
        )
    else:
        assert isinstance(left, Statistic)
        words = context.phrases.text(
            "figures.scores.interval_mean",
            statistic=context.wording.statistic(left),
            confidence=confidence,
        )
    return check.estimate, check.low, check.high, words


def _said(
    probe: str,
    trials: Sequence[Trial],
    scores: Sequence[float],
    required: Required | None,
    context: Context,
) -> list[str]:
    """What to see, sentence by sentence; the first says what the dots are."""
    phrases = context.phrases
    limit = _limit(required[1]) if required else None
    least, most = range_text(scores, limit[1] if limit else None)
    said = [
        phrases.text("figures.scores.caption", probe=clean(probe), n=len(trials)),
        phrases.text("figures.scores.caption_range", least=least, most=most),
    ]
    if limit is not None:
        meets = sum(_MEETS[limit[0]](score, limit[1]) for score in scores)
        words = f"{phrases.text(f'signs.{limit[0]}')} {plain(limit[1])}"
        said.append(
            phrases.count("figures.scores.caption_limit", meets, of=len(trials), limit=words)
        )
    if required and _interval(required, context):
        check = required[0]
        values = values_of(check)
        said.append(
            phrases.text(
                "figures.scores.caption_interval",
                check=clean(check.id),
                value=f"{values.estimate} ({values.interval})"
                if values.interval
                else values.estimate,
                confidence=level(check.confidence),
            )
        )
    if lost := context.not_ok(trial.status for trial in trials):
        said.append(phrases.text("figures.scores.caption_missing", counts=lost))
    return said
