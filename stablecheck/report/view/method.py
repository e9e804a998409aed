"""How it was measured and decided: the paragraphs that this run calls for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stablecheck.checklist.requirement import CONTROLS
from stablecheck.report.numbers import percent
from stablecheck.report.view.context import Context
from stablecheck.report.view.values import level

_OTHERS = ("init_seeds", "lr_jitter", "data_ratio", "controls")

_BATCH_NORM = {True: "yes", False: "no", None: "unknown"}


def method(context: Context) -> tuple[Mapping[str, str], ...]:
    """The paragraphs, each a lead and a text, in reading order."""
    values = _values(context)
    return tuple(
        {part: context.phrases.text(f"method.{name}.{part}", **values) for part in ("lead", "text")}
        for name in _names(context)
    )


def _names(context: Context) -> Iterator[str]:
    result = context.result
    kinds = {probe.kind for probe in result.probes.values()}
    yield from ("probe", "path", "controls")
    if CONTROLS in result.probes:
        yield "full_controls"
    yield "bounds"
    if not kinds <= set(_OTHERS):
        yield "comparisons"
    if "incumbent" in kinds:
        yield "incumbent"
    if result.looks:
        yield "looks"
    yield "verdict"


def _values(context: Context) -> dict[str, object]:
    measure, phrases = context.run.checklist.measure, context.phrases
    snapshots, batches = _measured(context)
    batch_norm = _BATCH_NORM[context.result.candidate.batch_norm]
    return {
        "snapshots": snapshots,
        "batches": phrases.count("fresh_mini_batches", batches),
        "tail": percent(measure.exclude_tail),
        "confidence": level(context.run.checklist.decision.confidence),
        "batch_norm": phrases.text(f"batch_norm.{batch_norm}"),
        "looks": phrases.count("looks", len(context.result.looks)),
    }


def _measured(context: Context) -> tuple[int, int]:
    """The most snapshots of a path, and batches at each, that were measured in this run."""
    asked = context.run.checklist.measure
    known = (trial.path for trial in context.run.trials.values())
    paths = [path for path in known if path is not None and path.is_measured]
    drawn = [path.train or path.heldout for path in paths]
    return (
        max((len(path.step) for path in paths), default=asked.snapshots),
        max((len(series.rsi[0]) for series in drawn if series), default=asked.batches),
    )
