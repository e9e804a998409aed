"""What the report does not tell, with the numbers that say how far."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

from stablecheck.comparison.scores import own_trainings
from stablecheck.evidence.shares import share
from stablecheck.recipe import Candidate, Recipe
from stablecheck.report.cleaning import clean
from stablecheck.report.numbers import above, number, percent
from stablecheck.report.view.context import Context
from stablecheck.report.view.values import level

FEW_ROWS = 30


def limits(context: Context) -> tuple[Mapping[str, str], ...]:
    """The limits, each a lead and a text."""
    phrases = context.phrases
    always = phrases.entries("limits", rare=_rare(context), heldout=_heldout_part(context))
    if context.run.checklist.incumbent is None or _incumbent_ran(context):
        return always
    uncompared = {name: phrases.text(f"incumbent.{name}") for name in ("lead", "text")}
    return (uncompared, *always)


def _incumbent_ran(context: Context) -> bool:
    probes = (probe for probe in context.result.probes.values() if probe.kind == "incumbent")
    arms = (arm for probe in probes for arm in probe.arms if not arm.reference)
    return any(trial in context.run.trials for arm in arms for trial in arm.trials)


def _rare(context: Context) -> str:
    """How frequent a failure may be and stay unseen: the binomial bound on none of n."""
    phrases = context.phrases
    known = [t for t in own_trainings(context.result) if t.status in ("ok", "diverged")]
    diverged = sum(trial.status == "diverged" for trial in known)
    if not known:
        return phrases.text("rare.nothing")
    if diverged:
        return phrases.count("rare.some", diverged, of=len(known))
    confidence = context.run.checklist.decision.confidence
    bound = above(share(0, len(known), confidence).high, 3)
    values = {"bound": percent(bound), "confidence": level(confidence)}
    return phrases.count("rare.none", len(known), **values)


def _heldout_part(context: Context) -> str:
    """How the held-out rows were chosen, where that was not by chance, and what they stand for."""
    recipe, phrases = context.run.checklist.candidate, context.phrases
    if not isinstance(recipe, Candidate) or recipe.validation.by == "random":
        return _heldout(context)
    column = clean(recipe.validation.column or "")
    chosen = phrases.text(f"split.{recipe.validation.by}", column=column)
    return phrases.sentences((chosen, _heldout(context)))


def _heldout(context: Context) -> str:
    """How far the held-out rows can stand for all others, where the score is a plain share."""
    phrases, rows = context.phrases, context.result.candidate.n_heldout
    if rows is None:
        return phrases.text("heldout.unknown")
    if rows < FEW_ROWS:
        return phrases.text("heldout.few", rows=number(rows, 0))
    scores = [t.score for t in own_trainings(context.result) if t.score is not None]
    if not scores or not _is_plain_share(context.run.checklist.candidate):
        return phrases.text("heldout.any", rows=number(rows, 0))
    return _of_accuracy(scores, rows, context)


def _is_plain_share(recipe: Recipe) -> bool:
    """Whether the score is a share of rows that are independent of each other."""
    if not isinstance(recipe, Candidate) or recipe.task != "classification":
        return False
    return recipe.score == "accuracy" and recipe.validation.by != "group"


def _of_accuracy(scores: Sequence[float], rows: int, context: Context) -> str:
    mean = statistics.fmean(scores)
    error = math.sqrt(mean * (1 - mean) / rows)
    values = {"rows": number(rows, 0), "mean": number(mean, 3), "error": number(error, 3)}
    return context.phrases.text("heldout.accuracy", **values)
