"""The looks at a run to which trainings were added until it was decided."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.report.cleaning import clean
from stablecheck.report.numbers import NONE, percent
from stablecheck.report.view.context import Context
from stablecheck.result import LookFacts


@dataclass(frozen=True)
class LookRow:
    """One look: its number, trainings, confidence and what it decided."""

    look: str
    trials: str
    confidence: str
    decision: str


def look_rows(context: Context) -> tuple[LookRow, ...]:
    """A row a look; none for a run that does not grow."""
    return tuple(
        _row(place, look, context) for place, look in enumerate(context.result.looks, start=1)
    )


def _row(place: int, look: LookFacts, context: Context) -> LookRow:
    phrases = context.phrases
    trials = (
        phrases.text("looks_table.seeds", probe=clean(probe), n=n)
        for probe, n in look.seeds.items()
    )
    known = look.confidence
    return LookRow(
        look=str(place),
        trials=phrases.listed(trials),
        # One digit more than usual: what separates looks is small.
        confidence=NONE if known is None else percent(round(known, 5)),
        decision=phrases.text(f"verdicts.{look.decision}"),
    )
