"""Which checks can carry a GO: blockers on what a training achieved, not on how it got there."""

from __future__ import annotations

from stablecheck.checklist.requirement import ProbeSummary, Statistic
from stablecheck.result import CheckResult
from stablecheck.verdict.circumstances import Circumstances

OUTCOMES = frozenset({"score", "loss", "loss_ratio", "diverged"})


def rests_on_outcome(check: CheckResult, circumstances: Circumstances) -> bool:
    """Whether a check is a blocker on score, loss or divergence, or on a summary made of them.

    Path geometry is not an outcome: a run that never learns can have the best of all. Nor are sizes
    known without training, counts, steps and times.
    """
    if check.severity != "blocker":
        return False
    left = circumstances.requirements[check.id].left
    if isinstance(left, ProbeSummary):
        return check.method != "exact"
    if isinstance(left, Statistic) and left.name == "count":
        return False
    return left.quantity.measure in OUTCOMES
