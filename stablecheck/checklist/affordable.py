"""How much of each path is measured, so that measuring costs no more than ``measure.budget``."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stablecheck.checklist.asked import asked_measures
from stablecheck.checklist.schema import Checklist, Measure
from stablecheck.geometry.noise_scale import NOISE_SCALE
from stablecheck.recipe import PLAIN

STEPS_PER_GRADIENT = 1.3
"""Cost of a measured gradient: it is taken as a step's is, after the snapshot's weights were put
in place, and is then multiplied with the way back; 1.06 was seen for a CNN, 1.3 for an MLP."""
LEAST_SNAPSHOTS = 20
_DRAWN = ("train", "heldout")


@dataclass(frozen=True)
class Amount:
    """What is measured along a path.

    Args:
        snapshots: Points along it, at most.
        batches: Mini-batches per snapshot and source.
    """

    snapshots: int
    batches: int


def affordable(checklist: Checklist, rows: int | None) -> Amount:
    """What is asked for, as far as a training of the candidate can pay for it.

    First batches are saved, then snapshots, down to 20 with one batch of each source; two where a
    measure needs the spread between batches. Every trial of a run is measured alike. It is counted
    in gradients, not timed, so that the same checklist asks for the same measurements everywhere.

    Args:
        checklist: The resolved checklist.
        rows: Training rows; without them nothing is known of a budget in epochs, and all that is
            asked for is given.
    """
    measure, candidate = checklist.measure, checklist.candidate
    sources = _drawn(measure)
    if not sources or (candidate.steps is None and rows is None):
        return Amount(measure.snapshots, measure.batches)
    steps = PLAIN.steps(candidate, rows or 1)
    gradients = round(measure.budget * steps / STEPS_PER_GRADIENT / sources, 6)
    snapshots = min(measure.snapshots, steps)
    needs_spread = NOISE_SCALE.name in asked_measures(checklist)
    least = min(measure.batches, 2 if needs_spread else 1)
    batches = max(least, min(measure.batches, int(gradients / snapshots)))
    paid = max(min(LEAST_SNAPSHOTS, snapshots), min(snapshots, int(gradients / batches)))
    return Amount(measure.snapshots if paid == snapshots else paid, batches)


def fewest_steps(measure: Measure) -> int:
    """Steps of a training from which on the least measuring keeps to its budget."""
    gradients = min(LEAST_SNAPSHOTS, measure.snapshots) * _drawn(measure)
    return math.ceil(round(gradients * STEPS_PER_GRADIENT / measure.budget, 6))


def _drawn(measure: Measure) -> int:
    return len([source for source in measure.sources if source in _DRAWN])
