"""What to see in the figure of the path, sentence by sentence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from stablecheck.report.cleaning import clean
from stablecheck.report.figures.lines import Line, Mark, Role
from stablecheck.report.figures.path import Paths
from stablecheck.report.numbers import number, percent, plain
from stablecheck.report.view.context import Context
from stablecheck.trial.record import PathRecord

_CONTROLS: tuple[Role, ...] = ("random-labels", "noise-gradients")


def caption(probe: str, paths: Sequence[PathRecord], data: Paths, context: Context) -> str:
    """All sentences that this run's figure calls for."""
    phrases = context.phrases
    marks = _marks(data)
    said = [_drawn(probe, paths, context), *_middle(marks, data, context)]
    if "heldout" in marks:
        said.append(phrases.text("figures.path.caption_heldout"))
    if "full" in marks:
        said.append(phrases.text("figures.path.caption_full", snapshots=_most_full(paths)))
    if "updates" in marks:
        said.append(phrases.text("figures.path.caption_updates"))
    if controls := [marks[role].name for role in _CONTROLS if role in marks]:
        joined = phrases.listed(controls)
        said.append(phrases.text("figures.path.caption_controls", controls=joined))
    said.append(phrases.text("figures.path.caption_geometry"))
    return phrases.sentences(said)


def numbers(data: Paths, context: Context) -> str:
    """What one reads off the figure."""
    return context.phrases.sentences(_middle(_marks(data), data, context))


def _marks(data: Paths) -> dict[Role, Mark]:
    return {mark.role: mark for panel in data.alignment for mark in panel.marks}


def _drawn(probe: str, paths: Sequence[PathRecord], context: Context) -> str:
    measure = context.run.checklist.measure
    values = {"n": len(paths), "probe": clean(probe), "tail": percent(measure.exclude_tail)}
    series = paths[0].train or paths[0].heldout
    if series is None:
        return context.phrases.text("figures.path.caption_whole", **values)
    return context.phrases.text(
        "figures.path.caption_one" if len(paths) == 1 else "figures.path.caption",
        batches=context.phrases.count("mini_batches", len(series.rsi[0])),
        snapshots=len(paths[0].step),
        **values,
    )


def _middle(marks: dict[Role, Mark], data: Paths, context: Context) -> Iterator[str]:
    """What γ is at the middle of the training, what noise has there, and towards another end."""
    phrases = context.phrases
    own = [
        phrases.text("figures.path.value_of", value=number(value, 2), source=marks[role].name)
        for role in ("train", "heldout")
        if (value := _at_half(marks.get(role))) is not None
    ]
    if own:
        yield phrases.text("figures.path.caption_alignment", values=phrases.listed(own))
    curve, chance = _at(data.null.share, data.null.curve, 50), data.null.chance
    yield phrases.text(
        "figures.path.caption_null",
        null=_rough(curve),
        parameters=number(context.result.candidate.parameters or 0, 0),
        chance=_rough(chance),
    )
    if (other := _at_half(marks.get("cross_seed"))) is not None:
        yield phrases.text("figures.path.caption_cross", value=number(other, 2))


def _rough(value: float) -> str:
    return plain(float(f"{value:.2g}"))


def _at_half(mark: Mark | None) -> float | None:
    if not isinstance(mark, Line):
        return None
    value = _at(mark.share, mark.middle, 50)
    return value if math.isfinite(value) else None


def _at(shares: Sequence[float], values: Sequence[float], share: float) -> float:
    """The value at the nearest share."""
    place = min(range(len(shares)), key=lambda index: abs(shares[index] - share))
    return values[place]


def _most_full(paths: Sequence[PathRecord]) -> int:
    return max(len(path.full.step) for path in paths if path.full is not None)
