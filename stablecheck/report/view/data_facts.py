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
    form = "note" if facts.classes is None else "note_classes"
    return DataFacts(
        sizes=tuple((phrases.text(f"data.{name}"), text) for name, text in _sizes(facts)),
        ratios=tuple((phrases.text(f"data.{name}"), _rough(v)) for name, v in _ratios(facts)),
        note=phrases.text(f"data.{form}"),
    )


def _sizes(facts: CandidateFacts) -> Iterator[tuple[str, str]]:
    yield "n", number(facts.n_train, 0)
    yield "d", number(facts.dimension, 0)
    yield "d_eff", number(facts.effective_dimension, 1)
    yield "D", number(facts.parameters, 0)
    if facts.classes is not None:
        yield "classes", number(facts.classes, 0)


def _ratios(facts: CandidateFacts) -> Iterator[tuple[str, float]]:
    yield "n_per_d", _per(facts, facts.dimension)
    yield "n_per_d_eff", _per(facts, facts.effective_dimension)
    yield "n_per_D", _per(facts, facts.parameters)
    if facts.classes is not None:
        yield "n_per_d_class", _per(facts, facts.dimension * facts.classes)


def _per(facts: CandidateFacts, divisor: float) -> float:
    return facts.n_train / divisor if divisor else float("inf")


def _rough(value: float) -> str:
    """Three digits, which is more than such a ratio can tell."""
    return number(value, 0) if 1000 <= value < float("inf") else plain(float(f"{value:.3g}"))
