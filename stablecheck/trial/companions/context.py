"""What a group of costly measures works on, and what it gives back."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stablecheck.candidate.prepared import Prepared
from stablecheck.plan import Measuring, TrialSpec
from stablecheck.trial.loop import Trained
from stablecheck.trial.measuring import SourceProducts
from stablecheck.trial.sources import measure_train
from stablecheck.trial.subject import Subject, make_subject


@dataclass(frozen=True)
class Context:
    """A finished training with what the training batches gave.

    Args:
        subject: The training.
        train: Inner products on the training batches; None where they were not asked for.
    """

    subject: Subject
    train: SourceProducts | None


def make_context(prepared: Prepared, spec: TrialSpec, trained: Trained) -> Context:
    """The context of a training that nothing was measured of yet; measures the training batches.

    Raises:
        ValueError: The weights never moved.
    """
    subject = make_subject(prepared, spec, trained)
    return Context(subject, measure_train(subject, None))


@dataclass(frozen=True)
class Findings:
    """What a group found.

    Args:
        measures: Numbers by the names of their measures; NaN where undefined.
        record: Fields of the path's record that it fills.
        why_not: Why nothing could be measured, part of a sentence; None where something was.
    """

    measures: Mapping[str, float]
    record: Mapping[str, Any] = field(default_factory=dict)
    why_not: str | None = None


def nothing_found(measures: Iterable[str], why_not: str) -> Findings:
    """What a group gives back whose measures are all undefined."""
    return Findings(dict.fromkeys(measures, math.nan), why_not=why_not)


@dataclass(frozen=True)
class Companion:
    """One group of costly measures.

    Args:
        measure: Takes them of a training, leaving model and snapshots as they are. It may draw
            from the global generators, which are seeded for it and given back.
        work: How much work it is for what a trial is asked to measure, in units of its own: the
            seconds of a pilot grow in this proportion.
    """

    measure: Callable[[Context], Findings]
    work: Callable[[Measuring], int]
