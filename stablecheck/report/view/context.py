"""What every part of the view model looks things up in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stablecheck.checklist.requirement import Requirement
from stablecheck.checklist.requirement.parser import parse_requirement
from stablecheck.checklist.schema import Waiver
from stablecheck.report.cleaning import clean
from stablecheck.report.phrases import Phrases, load
from stablecheck.report.wording import Wording, score_name, sentence
from stablecheck.result import CheckResult, Result
from stablecheck.store import FinishedRun

_NOT_OK = ("diverged", "failed", "timeout")


@dataclass(frozen=True)
class Context:
    """A finished run, the phrases, and the parsed requirement of each check."""

    run: FinishedRun
    phrases: Phrases
    wording: Wording
    requirements: Mapping[str, Requirement]

    @property
    def result(self) -> Result:
        """The content of ``result.json``."""
        return self.run.result

    def check(self, check_id: str) -> CheckResult:
        """The check of that id."""
        return next(check for check in self.result.checks if check.id == check_id)

    def requirement(self, check: CheckResult) -> str:
        """What the check requires, as the beginning of a sentence."""
        return sentence(self.wording.requirement(self.requirements[check.id]))

    def waiver(self, check: CheckResult) -> Waiver | None:
        """The waiver of a waived check that lasts longest."""
        own = [waiver for waiver in self.run.checklist.waivers if waiver.check == check.id]
        return max(own, key=lambda waiver: waiver.expires, default=None)

    def not_ok(self, statuses: Iterable[str]) -> str:
        """How many trainings ended otherwise than well, such as "2 diverged, 1 failed"."""
        counts = Counter(statuses)
        named = [
            self.phrases.count(f"status_counts.{status}", counts[status])
            for status in _NOT_OK
            if counts[status]
        ]
        return self.phrases.listed(named)

    @property
    def title(self) -> str:
        """Title on page 1."""
        return clean(self.run.checklist.report.title or self.result.checklist.name)


def context_of(run: FinishedRun, language: str | None = None) -> Context:
    """Everything the view needs, in that language or the one that the checklist asks for."""
    phrases = load(language or run.checklist.report.language)
    kinds = {probe_id: probe.kind for probe_id, probe in run.result.probes.items()}
    score = clean(score_name(run.checklist.candidate.score, phrases))
    requirements = {check.id: parse_requirement(check.require) for check in run.result.checks}
    return Context(run, phrases, Wording(phrases, score, kinds), requirements)
