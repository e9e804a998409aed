"""A requirement in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from stablecheck.checklist.requirement import (
    ProbeSummary,
    Quantity,
    Requirement,
    Share,
    Statistic,
    Tolerance,
)  # fmt: skip
from stablecheck.checks.decision import HOLDS
from stablecheck.recipe import ReportedScore, ScoreCallable
from stablecheck.report.numbers import percent, plain
from stablecheck.report.phrases import Phrases

PATH = "path."
"""Beginning of the names of measures of the path."""

_SOURCES = {"heldout", "cross_seed", "full", "weight_decay"}


@dataclass(frozen=True)
class Wording:
    """How this run's requirements are put into words.

    Args:
        phrases: The phrases of the report's language.
        score: The candidate's score, in words.
        kinds: Kind of each probe, by its id.
    """

    phrases: Phrases
    score: str
    kinds: Mapping[str, str]

    def requirement(self, requirement: Requirement) -> str:
        """What is required, such as "at least 90 % of future trainings reach accuracy 0.95"."""
        left = requirement.left
        if isinstance(left, ProbeSummary):
            return self._summary(left, requirement)
        return self._in_probe(left.quantity.probe, self._of_trials(left, requirement))

    def comparison(self, requirement: Requirement) -> str:
        """The right side, such as "at least 0.95"."""
        limit = plain(requirement.threshold)
        return self.phrases.text(f"comparisons.{requirement.operator}", limit=limit)

    def measure(self, quantity: Quantity) -> str:
        """A measure of a trial, such as "alignment γ (held-out batches)"."""
        if quantity.measure == "score":
            return self.score
        if not quantity.measure.startswith(PATH):
            key = f"measures.{quantity.measure}"
            return self.phrases.text(key) if self.phrases.has(key) else quantity.measure
        *prefix, name = quantity.measure.split(".")
        words = self.phrases.named("measures", name)
        source = prefix[-1] if prefix[-1] in _SOURCES else "train"
        return self.phrases.text(f"sources.{source}", measure=words)

    def statistic(self, left: Statistic) -> str:
        """The name of a statistic, such as "median"."""
        return self.phrases.text(
            f"statistics.{left.name}", percent=percent((left.percent or 0) / 100)
        )

    def _of_trials(self, left: Statistic | Share | Tolerance, requirement: Requirement) -> str:
        if isinstance(left, Tolerance):
            return self._tolerance(left, requirement)
        if isinstance(left, Share):
            return self._share(left, requirement)
        return self.phrases.text(
            "requirements.statistic",
            statistic=self.statistic(left),
            measure=self.measure(left.quantity),
            comparison=self.comparison(requirement),
        )

    def _tolerance(self, left: Tolerance, requirement: Requirement) -> str:
        reached = left.quantity.measure == "score" and requirement.operator == ">="
        return self.phrases.text(
            "requirements.tolerance_score" if reached else "requirements.tolerance",
            share=percent(left.share),
            measure=self.measure(left.quantity),
            limit=plain(requirement.threshold),
            comparison=self.comparison(requirement),
        )

    def _share(self, left: Share, requirement: Requirement) -> str:
        comparison, measure = self.comparison(requirement), self.measure(left.quantity)
        if (event := divergence(left)) is not None:
            return self.phrases.text(f"requirements.share_{event}", comparison=comparison)
        if left.operator is not None and left.threshold is not None:
            return self.phrases.text(
                "requirements.share_inner",
                measure=measure,
                sign=self.phrases.text(f"signs.{left.operator}"),
                inner=plain(left.threshold),
                comparison=comparison,
            )
        return self.phrases.text("requirements.share_event", measure=measure, comparison=comparison)

    def _summary(self, left: ProbeSummary, requirement: Requirement) -> str:
        key = f"requirements.{left.name}"
        return self.phrases.text(
            key if self.phrases.has(key) else "requirements.summary",
            name=left.name,
            probe=left.probe,
            kind=self.phrases.named("kinds", self.kinds.get(left.probe, "")),
            score=self.score,
            delta=plain(left.arguments[0]) if left.arguments else "",
            comparison=self.comparison(requirement),
        )

    def _in_probe(self, probe: str, words: str) -> str:
        """Retrainings are what a reader expects; other probes are named."""
        if probe == "all":
            return self.phrases.text("requirements.in_all", requirement=words)
        if self.kinds.get(probe) == "init_seeds":
            return words
        return self.phrases.text("requirements.in_probe", requirement=words, probe=probe)


def happened(left: Share, value: float) -> bool:
    """Whether a training with this value is among those that a share counts."""
    if left.operator is None or left.threshold is None:
        return value != 0
    return HOLDS[left.operator](value, left.threshold)


def divergence(left: Share) -> Literal["diverged", "did_not_diverge"] | None:
    """Which trainings a share counts, where it only asks whether they diverged."""
    if left.quantity.measure != "diverged" or happened(left, 0) == happened(left, 1):
        return None
    return "diverged" if happened(left, 1) else "did_not_diverge"


def score_name(score: str | ScoreCallable | ReportedScore, phrases: Phrases) -> str:
    """The candidate's score in words; a callable's own name where it is one."""
    if isinstance(score, ReportedScore):
        score = score.name
    if isinstance(score, ScoreCallable):
        return score.callable.rpartition(":")[2].replace("_", " ")
    return phrases.named("scores", score).replace("_", " ")


def sentence(words: str) -> str:
    """The words with a capital first letter; symbols such as γ stay as they are."""
    return words[:1].upper() + words[1:] if words[:1].isascii() else words


def inside(words: str) -> str:
    """A sentence's words as the middle of another one; acronyms keep their capitals."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
