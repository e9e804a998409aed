"""The summaries of every probe, whether or not a check rests on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stablecheck.checklist.requirement import ProbeSummary, Requirement
from stablecheck.checks.outcomes import RunOutcomes
from stablecheck.checks.quantities import summary_of
from stablecheck.errors import UndefinedEstimateError
from stablecheck.result import SummaryResult


def summaries(
    requirements: Iterable[Requirement],
    outcomes: RunOutcomes,
    confidence: float,
    confidences: Mapping[str, float] | None = None,
) -> Mapping[str, dict[str, SummaryResult]]:
    """Probe id to the text of each of its summaries, such as ``lr.headroom(0.01)``, and its value.

    All summaries without arguments and those that a requirement asks for. Left out: what is
    undefined on these trials, and every summary of a probe whose trials did not all run.
    ``confidences`` holds the level of probes that have another one.
    """
    asked = [left for one in requirements if isinstance(left := one.left, ProbeSummary)]
    found: dict[str, dict[str, SummaryResult]] = {}
    for probe in outcomes.probes:
        known = outcomes.settings[probe].summaries.items()
        plain = [ProbeSummary(probe, name) for name, summary in known if not summary.parameters]
        wanted = dict.fromkeys([*plain, *(left for left in asked if left.probe == probe)])
        level = (confidences or {}).get(probe, confidence)
        computed = {text(left): _compute(left, outcomes, level) for left in wanted}
        found[probe] = {name: result for name, result in computed.items() if result is not None}
    return found


def text(left: ProbeSummary) -> str:
    """A summary as a requirement writes it."""
    arguments = ", ".join(f"{argument:g}" for argument in left.arguments)
    return f"{left.probe}.{left.name}" + (f"({arguments})" if arguments else "")


def _compute(left: ProbeSummary, outcomes: RunOutcomes, confidence: float) -> SummaryResult | None:
    if outcomes.missing(left.probe) or not outcomes.finished(left.probe):
        return None
    summary = summary_of(left, outcomes)
    try:
        estimate = summary.compute(outcomes.of_probe(left.probe), left.arguments, confidence)
    except UndefinedEstimateError:
        return None
    return SummaryResult(
        estimate=estimate.value,
        low=estimate.low,
        high=estimate.high,
        confidence=estimate.confidence,
        n=estimate.n,
        unit=summary.unit,
        method=estimate.method,
    )
