"""The further measures that the checklist asks the report to show."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from stablecheck.checklist.asked import shown_measures
from stablecheck.checklist.requirement import ALL, CONTROLS, Quantity
from stablecheck.checks.outcomes import value_of
from stablecheck.evidence.estimate import Estimate
from stablecheck.evidence.interval import interval
from stablecheck.evidence.shares import share
from stablecheck.geometry.base import Measure
from stablecheck.measures import CROSS_SEED, MEASURES
from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.numbers import NONE, above, below, decimals_for, number
from stablecheck.report.view.context import Context
from stablecheck.report.view.figures import trials_of
from stablecheck.report.view.values import bounds_or_none
from stablecheck.report.wording import PATH, sentence
from stablecheck.trial.record import Trial

_YES_OR_NO = "yes or no"
_REASON = 160
_FIRST_SENTENCE = re.compile(r"(?<=\.) |(?<=。)")


@dataclass(frozen=True)
class MeasureRow:
    """One arm: median, bounds and n as text, and what is missing with the reason."""

    arm: str
    median: str
    interval: str
    n: str
    missing: str


@dataclass(frozen=True)
class MeasureTable:
    """One measure of one probe."""

    id: str
    name: str
    unit: str
    definition: str
    rows: tuple[MeasureRow, ...]


def measure_tables(context: Context) -> tuple[MeasureTable, ...]:
    """A table for each entry of ``report.measures``, in its order."""
    known = (q for q in shown_measures(context.run.checklist) if q.measure in MEASURES)
    return tuple(_table(quantity, context) for quantity in known)


def _table(quantity: Quantity, context: Context) -> MeasureTable:
    measure = MEASURES[quantity.measure]
    arms = [
        (name, [trial for trial in trials if _applies(quantity.measure, trial)])
        for name, trials in _arms(quantity.probe, context)
    ]
    found = [(name, trials, _estimate(quantity, name, trials, context)) for name, trials in arms]
    known = (estimate for _, _, estimate in found if estimate)
    decimals = max((decimals_for((one.value, one.low, one.high)) for one in known), default=2)
    rows = tuple(
        _row(name, estimate, decimals, _missing(quantity.measure, trials, context), context)
        for name, trials, estimate in found
    )
    return MeasureTable(
        id=f"{quantity.probe}.{quantity.measure}",
        name=sentence(context.wording.measure(quantity)),
        unit=_unit(measure.unit, context),
        definition=_definition(measure, rows, context),
        rows=rows,
    )


def _arms(probe: str, context: Context) -> Iterator[tuple[str, Sequence[Trial]]]:
    """The arms of a probe by name; every training of the candidate together for ``all``."""
    probes = context.result.probes
    if probe == ALL:
        own = (arm for id_, one in probes.items() if id_ != CONTROLS for arm in one.arms)
        trials = {trial.id: trial for arm in own for trial in trials_of(arm, context)}
        yield context.phrases.text("measures_table.all"), tuple(trials.values())
    elif probe in probes:
        for arm in probes[probe].arms:
            yield clean(arm.name), trials_of(arm, context)


def _applies(measure: str, trial: Trial) -> bool:
    """Whether a training can have the measure: an arm's first seed has no control of its own."""
    controlled = trial.path is not None and trial.path.cross_seed is not None
    return controlled or trial.status != "ok" or not measure.startswith(CROSS_SEED)


def _estimate(
    quantity: Quantity, arm: str, trials: Iterable[Trial], context: Context
) -> Estimate | None:
    """Median, or share of what is yes or no, with its bounds; None without a value."""
    values = [v for trial in trials if (v := value_of(trial, quantity.measure)) is not None]
    if not values:
        return None
    confidence = context.run.checklist.decision.confidence
    if MEASURES[quantity.measure].unit == _YES_OR_NO:
        return share(round(sum(values)), len(values), confidence)
    text = f"{quantity.probe}.{quantity.measure} {arm}"
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return interval(values, "median", confidence, np.random.default_rng(seed))


def _row(
    arm: str, estimate: Estimate | None, decimals: int, missing: str, context: Context
) -> MeasureRow:
    if estimate is None:
        return MeasureRow(arm, NONE, NONE, "0", missing)
    low, high = (
        number(rounded(bound, decimals), decimals) if math.isfinite(bound) else None
        for bound, rounded in ((estimate.low, below), (estimate.high, above))
    )
    median = number(estimate.value, decimals)
    interval = bounds_or_none(low, high, context.phrases)
    return MeasureRow(arm, median, interval, number(estimate.n, 0), missing)


def _missing(measure: str, trials: Sequence[Trial], context: Context) -> str:
    """How many trainings have no value, and why."""
    phrases = context.phrases
    lacking = [trial for trial in trials if value_of(trial, measure) is None]
    if not lacking:
        return "" if trials else phrases.text("measures_table.no_training")
    reasons = dict.fromkeys(_reason(measure, trial, context) for trial in lacking)
    counted = phrases.count("measures_table.missing", len(lacking), of=len(trials))
    return phrases.text("measures_table.because", missing=counted, reason=phrases.clauses(reasons))


def _reason(measure: str, trial: Trial, context: Context) -> str:
    if trial.status != "ok":
        return context.phrases.text("measures_table.unfinished")
    group = MEASURES[measure].companion
    for note in trial.notes:
        if group is not None and note.startswith(f"{group} "):
            return clamp(clean(note.partition(": ")[2] or note), _REASON)
    return context.phrases.text("measures_table.undefined")


def _unit(unit: str, context: Context) -> str:
    return "" if unit == _YES_OR_NO else context.phrases.of_code("units", unit, unit)


def _definition(measure: Measure, rows: Sequence[MeasureRow], context: Context) -> str:
    """Its first sentence; all of it where values are missing, for it says when there are none."""
    # Sources of a path share their definitions; the name of the measure tells them apart.
    name = measure.name.split(".")[-1] if measure.name.startswith(PATH) else measure.name
    definition = context.phrases.of_code("definitions", name, measure.definition)
    if any(row.missing for row in rows):
        return definition
    return _FIRST_SENTENCE.split(definition, maxsplit=1)[0]
