"""The path of a made-up training."""

from __future__ import annotations

import numpy as np

from stablecheck.plan import TrialSpec
from stablecheck.trial.record import FullSeries, Grid, Interpolation, PathRecord, Series

SNAPSHOTS, BATCHES, STEPS = 40, 8, 690
# Share of the null that is added to a constant, by arm and batches: (times γ_null, plus).
_CENTRES = {
    "random-labels": {"train": (0.8, 0.01), "heldout": (0.0, -0.004), "full": (1.0, 0.06)},
    "noise-gradients": {"train": (0.05, 0.0), "heldout": (0.0, 0.002), "full": (0.0, 0.0)},
}
_SOUND = {"train": (1.9, 0.06), "heldout": (1.1, 0.035), "full": (2.6, 0.14)}


def path_of(spec: TrialSpec, random: np.random.Generator) -> PathRecord:
    """The measured path, with what is asked of the trial."""
    steps = np.unique(np.linspace(0, STEPS - 1, SNAPSHOTS).round().astype(int))
    share = steps / STEPS
    null = 1 / np.sqrt(STEPS - steps)
    distance = 9.0 * np.sqrt(1 - share) + 0.05
    asked = spec.measuring.companions
    crossed = spec.cross_seed is not None
    return PathRecord(
        step=tuple(steps.tolist()),
        total_steps=STEPS,
        lr=tuple((0.05 * (1 - share)).tolist()),
        distance=tuple(distance.tolist()),
        cross_seed=_series(-0.02 - 0.03 * share, 0.025, distance, random) if crossed else None,
        cross_seed_distance=tuple((distance + 8).tolist()) if crossed else None,
        cross_seed_trial=spec.cross_seed,
        full=_full(spec, steps, null, distance, random)
        if "full" in spec.measuring.sources
        else None,
        update_alignment=tuple((2.4 * null + 0.1).tolist()) if "updates" in asked else None,
        interpolation=_interpolation(random) if "interpolation" in asked else None,
        **_sources(spec, null, distance, random),
    )


def _sources(
    spec: TrialSpec, null: np.ndarray, distance: np.ndarray, random: np.random.Generator
) -> dict[str, Series | None]:
    found: dict[str, Series | None] = {}
    for source, noise in (("train", 0.03), ("heldout", 0.035)):
        times, plus = _CENTRES.get(spec.arm, _SOUND)[source]
        series = _series(times * null + plus, noise, distance, random)
        found[source] = series if source in spec.measuring.sources else None
    return found


def _full(
    spec: TrialSpec,
    steps: np.ndarray,
    null: np.ndarray,
    distance: np.ndarray,
    random: np.random.Generator,
) -> FullSeries:
    kept = np.linspace(0, SNAPSHOTS - 4, 5).round().astype(int)
    away = distance[kept]
    times, plus = _CENTRES.get(spec.arm, _SOUND)["full"]
    series = _series(times * null[kept] + plus, 0.02, away, random, batches=1)
    return FullSeries(
        **series.model_dump(),
        step=tuple(steps[kept].tolist()),
        lr=tuple((0.05 * (1 - steps[kept] / STEPS)).tolist()),
        distance=tuple(away.tolist()),
    )


def _interpolation(random: np.random.Generator) -> Interpolation:
    alpha = np.linspace(0, 1, 50)
    hill = 0.9 * np.exp(-0.5 * ((alpha - 0.3) / 0.08) ** 2) * random.random()
    loss = 2.3 * (1 - alpha) ** 2 + 0.05 + hill
    return Interpolation(alpha=tuple(alpha.tolist()), loss=tuple(loss.tolist()))


def _series(
    centre: np.ndarray,
    noise: float,
    distance: np.ndarray,
    random: np.random.Generator,
    batches: int = BATCHES,
) -> Series:
    shape = (len(distance), batches)
    alignment = np.clip(centre[:, None] + noise * random.standard_normal(shape), -1, 1)
    size = (
        0.4
        * np.exp(0.5 * random.standard_normal(shape))
        * np.linspace(1.5, 0.35, len(distance))[:, None]
    )
    eb = size / distance[:, None]
    return Series(
        rsi=_grid(alignment * eb), eb=_grid(eb), alignment=_grid(alignment), loss=_grid(size)
    )


def _grid(values: np.ndarray) -> Grid:
    return tuple(tuple(float(value) for value in row) for row in values)
