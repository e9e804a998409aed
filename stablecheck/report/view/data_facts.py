"""Data and dimension: how many rows there are for what they have to determine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stablecheck.recipe import CandidateFacts
from stablecheck.report.numbers import number, plain
from stablecheck.report.view.context import Context


@dataclass(frozen=True)
class DataFacts:
    """Labels with their numbers, and what is known of such ratios."""

    sizes: tuple[tuple[str, str], ...]
    ratios: tuple[tuple[str, str], ...]
    note: str


def data_facts(context: Context) -> DataFacts:
    """Sizes and ratios of the training data."""
    facts, phrases = context.result.candidate, context.phrases
    return DataFacts(
        sizes=tuple(
            (phrases.text(f"data.{name}"), text or phrases.text("data.unknown"))
            for name, text in _sizes(facts)
        ),
        ratios=tuple((phrases.text(f"data.{name}"), _rough(v)) for name, v in _ratios(facts)),
        note=phrases.text(f"data.{_note(facts)}"),
    )


def _note(facts: CandidateFacts) -> str:
    if facts.dimension is None:
        return "note_unknown"
    return "note" if facts.classes is None else "note_classes"


def _sizes(facts: CandidateFacts) -> Iterator[tuple[str, str | None]]:
    """Each size in words; None where it is not known."""
    yield "n", _count(facts.n_train)
    yield "d", _count(facts.dimension)
    effective = facts.effective_dimension
    yield "d_eff", None if effective is None else number(effective, 1)
    yield "D", _count(facts.parameters)
    if facts.classes is not None:
        yield "classes", number(facts.classes, 0)


def _count(value: int | None) -> str | None:
    return None if value is None else number(value, 0)


def _ratios(facts: CandidateFacts) -> Iterator[tuple[str, float]]:
    """Each ratio whose parts are known."""
    divisors = {
        "n_per_d": facts.dimension,
        "n_per_d_eff": facts.effective_dimension,
        "n_per_D": facts.parameters,
    }
    if facts.classes is not None and facts.dimension is not None:
        divisors["n_per_d_class"] = facts.dimension * facts.classes
    for name, divisor in divisors.items():
        if facts.n_train is not None and divisor is not None:
            yield name, facts.n_train / divisor if divisor else float("inf")


def _rough(value: float) -> str:
    """Three digits, which is more than such a ratio can tell."""
    return number(value, 0) if 1000 <= value < float("inf") else plain(float(f"{value:.3g}"))
