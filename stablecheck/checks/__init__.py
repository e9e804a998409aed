"""From trials to the outcome of every check."""

from __future__ import annotations

from stablecheck.checks.decision import outcome
from stablecheck.checks.evaluation import evaluate
from stablecheck.checks.outcomes import RunOutcomes
from stablecheck.checks.summaries import summaries

__all__ = ["RunOutcomes", "evaluate", "outcome", "summaries"]
