"""What stands beside a probe's bar: how it goes, and at the end what it found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from stablecheck.plan import PlannedProbe
from stablecheck.result import ProbeResult
from stablecheck.trial.record import Trial

_TROUBLES = ("diverged", "failed", "timeout")
_ANSWERS: Mapping[str, str] = {
    "gain_from_doubling": "{:+.3f} expected from doubling n",
    "headroom": "rate may be off by ×{:.2g} either way",
    "worst_drop": "at worst {:.3f} lower",
    "difference": "{:+.3f} against the incumbent",
}
"""Summaries that answer their probe's question."""


def running(probe: PlannedProbe, trials: Sequence[Trial]) -> str:
    """What went wrong by arm, where there are several; scores so far elsewhere.

    Args:
        probe: With its arms.
        trials: Those of it that are finished.
    """
    troubles = _troubles(probe, trials)
    if len(probe.arms) > 1 and troubles:
        return troubles
    return " · ".join(filter(None, (scores(trials), troubles)))


def answer(probe: PlannedProbe, trials: Sequence[Trial], result: ProbeResult) -> str:
    """What a finished probe found: its answer where it has one, and what went wrong."""
    for name, summary in result.summaries.items():
        plain = name.partition("(")[0].rpartition(".")[2]
        if plain in _ANSWERS and summary.estimate is not None and not _troubles(probe, trials):
            return _ANSWERS[plain].format(summary.estimate)
    return running(probe, trials)


def scores(trials: Sequence[Trial]) -> str:
    """Mean and range of the scores so far.

    >>> scores([])
    ''
    """
    found = [trial.score for trial in trials if trial.score is not None]
    if not found:
        return ""
    return f"score {sum(found) / len(found):.3f} ({min(found):.3f}–{max(found):.3f})"


def _troubles(probe: PlannedProbe, trials: Sequence[Trial]) -> str:
    parts = []
    for status in _TROUBLES:
        lost = {trial.id for trial in trials if trial.status == status}
        if lost:
            parts.append(f"{len(lost)} {status}{_where(probe, lost)}")
    return " · ".join(parts)


def _where(probe: PlannedProbe, lost: set[str]) -> str:
    """``: 5 at ×2, 4 at ×1.4``, the worst arm first; nothing where the probe has one arm alone."""
    if len(probe.arms) < 2:
        return ""
    counts = Counter({arm.name: len(lost.intersection(arm.trials)) for arm in probe.arms})
    hit = [(_shown(name), n) for name, n in counts.most_common() if n]
    if len(hit) == 1:
        return f" at {hit[0][0]}"
    return ": " + ", ".join(f"{n} at {name}" for name, n in hit)


def _shown(arm: str) -> str:
    """``×2`` for ``x2``."""
    return f"×{arm[1:]}" if arm[:1] == "x" and arm[1:2].isdigit() else arm
