"""Weights that point the wrong way and how they average out: data and caption."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from stablecheck.checks.outcomes import value_of
from stablecheck.report.cleaning import clean
from stablecheck.report.figures.averaging import Averaging, Block, draw
from stablecheck.report.numbers import number
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import FigureView, retrainings
from stablecheck.report.view.medians import median_text, percent_text, rough_text
from stablecheck.report.view.values import level
from stablecheck.trial.record import Trial

_KEY = "figures.averaging"
_WRONG_WAY, _DIMENSION = "averaging.wrong_way_share", "averaging.effective_dimension"
_BLOCKS = {"neurons": "averaging.design_effect", "layers": "averaging.layer_design_effect"}
_WORDS = ("wrong_way", "effect", "half", "independent")


def averaging_figure(context: Context) -> FigureView | None:
    """The figure of the retrainings, or None where nobody asked for it."""
    found = retrainings(context)
    if found is None or not values_of(_WRONG_WAY, found[1]):
        return None
    probe, trials = found
    shown = tuple(_numbers(trials, context))
    alt = context.phrases.text(f"{_KEY}.alt", numbers=context.phrases.sentences(shown))
    title = context.phrases.text(f"{_KEY}.title")
    svg = draw(averaging(trials, context), "averaging", alt)
    return FigureView("averaging", title, svg, _caption(probe, trials, shown, context))


def averaging(trials: Sequence[Trial], context: Context) -> Averaging:
    """What the figure shows of trainings of which at least one was measured."""
    return Averaging(
        wrong_way=tuple(100 * share for share in values_of(_WRONG_WAY, trials)),
        blocks=tuple(_blocks(trials, context)),
        words={name: context.phrases.text(f"{_KEY}.{name}") for name in _WORDS},
    )


def values_of(measure: str, trials: Sequence[Trial]) -> list[float]:
    """The measure of each training that has it."""
    return [value for trial in trials if (value := value_of(trial, measure)) is not None]


def _effects(trials: Sequence[Trial]) -> Iterator[tuple[str, list[float]]]:
    """The design effects of each kind of block, where there are any above zero."""
    for kind, measure in _BLOCKS.items():
        if effects := [effect for effect in values_of(measure, trials) if effect > 0]:
            yield kind, effects


def _blocks(trials: Sequence[Trial], context: Context) -> Iterator[Block]:
    for kind, effects in _effects(trials):
        text = median_text(effects, context, rough_text)
        yield Block(
            name=context.phrases.text(f"{_KEY}.blocks.{kind}"),
            effects=tuple(effects),
            median=statistics.median(effects),
            numbers=context.phrases.text(f"{_KEY}.row", effect=text, n=len(effects)),
        )


def _numbers(trials: Sequence[Trial], context: Context) -> Iterator[str]:
    """What one reads off the figure, a sentence each."""
    phrases, parameters = context.phrases, number(context.result.candidate.parameters or 0, 0)
    wrong = [100 * share for share in values_of(_WRONG_WAY, trials)]
    share = median_text(wrong, context, percent_text)
    yield phrases.text(f"{_KEY}.caption_wrong", share=share, parameters=parameters)
    for kind, effects in _effects(trials):
        yield phrases.text(
            f"{_KEY}.caption_{kind}", effect=median_text(effects, context, rough_text)
        )
    if dimensions := values_of(_DIMENSION, trials):
        effective = median_text(dimensions, context, rough_text)
        yield phrases.text(f"{_KEY}.caption_dimension", parameters=parameters, effective=effective)


def _caption(probe: str, trials: Sequence[Trial], shown: Sequence[str], context: Context) -> str:
    phrases, n = context.phrases, len(values_of(_WRONG_WAY, trials))
    confidence = level(context.run.checklist.decision.confidence)
    drawn = phrases.count(f"{_KEY}.caption", n, probe=clean(probe), confidence=confidence)
    return phrases.sentences([drawn, *shown, phrases.text(f"{_KEY}.caption_meaning")])
