"""Do the measures of a path agree between an accelerator and the CPU?

Each model of the zoo is trained on the CPU. The very same snapshots are then measured twice, on the
CPU and on the other device, on the same batches; every measure has to agree within its tolerance.
Runs anywhere CUDA is:  python benchmarks/gpu_check.py [cuda|cuda:1|mps]
Ends with 1 where a measure disagrees, and with 2 where there is no such device.
"""

from __future__ import annotations

import copy
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from stablecheck.candidate.prepared import Prepared, prepare
from stablecheck.errors import NoSuchDeviceError
from stablecheck.plan import Measuring, TrialSpec, derive_seeds
from stablecheck.recipe import PLAIN, Candidate, Optimizer
from stablecheck.trial.companions import COMPANIONS
from stablecheck.trial.device import device_name, resolve_device
from stablecheck.trial.loop import Trained, TrainingData, begin, train
from stablecheck.trial.path import measure_path

STEPS, VOCABULARY, LENGTH = 80, 12, 16
# Both sides round to 24 bits and add in another order; what subtracts, iterates or divides by a
# small number loses more of them.
TOLERANCE = 2e-3
TOLERANCES = {"sharpness.ratio": 2e-2, "ntk.drift": 2e-2, "noise_scale": 2e-2, "pl_ratio": 2e-2}
# One measured sign in 12 · 4 may flip where γ is next to zero.
SHARE_TOLERANCE = 1 / 48
IMAGES = {"outputs": 10, "side": 8}
MODELS = {
    "mlp": {"inputs": 64, "outputs": 10, "hidden": [64, 64]},
    "cnn": {**IMAGES, "channels": [8, 16]},
    "resnet": {**IMAGES, "width": 8, "depth": 3},
    "transformer": {"vocabulary": VOCABULARY, "outputs": VOCABULARY, "length": LENGTH},
}


def tokens() -> tuple[np.ndarray, ...]:
    """Windows of a walk on a ring of tokens, and the token that comes next."""
    rng = np.random.default_rng(0)
    walk = rng.choice([1, 2, -1], p=[0.7, 0.2, 0.1], size=1500).cumsum() % VOCABULARY
    windows = np.lib.stride_tricks.sliding_window_view(walk, LENGTH + 1)
    x, y = windows[:, :-1].copy(), windows[:, -1].copy()
    return x[:1100], y[:1100], x[1100:], y[1100:]


def recipe(name: str) -> Candidate:
    """A recipe with momentum and weight decay, so that every measure is defined."""
    return Candidate(
        model=f"stablecheck.zoo:{name}",
        model_args=MODELS[name],
        data="gpu_check.py:tokens" if name == "transformer" else "sklearn:digits",
        task="classification",
        loss="cross_entropy",
        score="accuracy",
        optimizer=Optimizer(name="sgd", lr=0.05, momentum=0.9, weight_decay=5e-4),
        steps=STEPS,
    )


def specification(candidate: Candidate) -> TrialSpec:
    """One trial of which everything is measured."""
    return TrialSpec(
        id="check-base-s0", key="0" * 64, probe="check", arm="base", seed=0, candidate=candidate,
        treatment=PLAIN, seeds=derive_seeds(0), timeout=600.0, cross_seed=None,
        keeps_end_point=False,
        measuring=Measuring(
            snapshots=12, batches=4, sources=("train", "heldout", "full"), exclude_tail=0.05,
            companions=tuple(COMPANIONS),
        ),
    )  # fmt: skip


def moved(trained: Trained, device: torch.device) -> Trained:
    """The same training with its model, rows and snapshots on another device."""
    training, data = trained.training, trained.data
    parts = (part.to(device) for part in (data.x, data.y, data.x_heldout, data.y_heldout))
    model = copy.deepcopy(training.model).to(device)
    snapshots = tuple(
        replace(
            one,
            parameters=one.parameters.to(device),
            buffers={name: buffer.to(device) for name, buffer in one.buffers.items()},
            update=None if one.update is None else one.update.to(device),
        )
        for one in trained.snapshots
    )
    return Trained(replace(training, model=model, data=TrainingData(*parts)), snapshots)


@dataclass(frozen=True)
class Agreement:
    """One measure on both devices."""

    name: str
    cpu: float
    other: float

    @property
    def difference(self) -> float:
        """Relative, for shares absolute; infinite where only one side is defined."""
        if math.isnan(self.cpu) and math.isnan(self.other):
            return 0.0
        if math.isnan(self.cpu) or math.isnan(self.other):
            return math.inf
        scale = 1.0 if "share" in self.name else max(abs(self.cpu), abs(self.other), 1e-12)
        return abs(self.cpu - self.other) / scale

    @property
    def tolerance(self) -> float:
        if "share" in self.name:
            return SHARE_TOLERANCE
        return next((t for end, t in TOLERANCES.items() if self.name.endswith(end)), TOLERANCE)

    @property
    def holds(self) -> bool:
        return self.difference <= self.tolerance


def timed(
    prepared: Prepared, spec: TrialSpec, trained: Trained
) -> tuple[dict[str, float], tuple[str, ...], float]:
    measure_path(prepared, spec, trained, None)  # warms kernels and caches
    started = time.perf_counter()
    found = measure_path(prepared, spec, trained, None)
    return found.measures, found.notes, time.perf_counter() - started


def compare(name: str, device: torch.device) -> Iterator[Agreement]:
    """Train one model, measure it on both sides, and print how long either took."""
    candidate = recipe(name)
    prepared, spec = prepare(candidate, (Path(__file__).parent,)), specification(candidate)
    trained = train(prepared, spec, begin(prepared, spec, torch.device("cpu")))
    cpu, cpu_notes, cpu_seconds = timed(prepared, spec, trained)
    other, notes, seconds = timed(prepared, spec, moved(trained, device))
    for note in {*cpu_notes, *notes}:
        print(f"{name}: {note}")
    size = trained.snapshots[0].parameters.numel()
    print(f"| {name} | {size:,} | {cpu_seconds:.2f} | {seconds:.2f} |")
    for measure in sorted({*cpu, *other}):
        yield Agreement(measure, cpu.get(measure, math.nan), other.get(measure, math.nan))


def main() -> int:
    try:
        device = resolve_device(sys.argv[1] if len(sys.argv) > 1 else "cuda")
    except NoSuchDeviceError as error:
        print(error)
        return 2
    # TF32 keeps 10 bits of each factor; without it both sides do the same arithmetic.
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    print(f"CPU against {device_name(device)}, torch {torch.__version__}, seconds of measuring\n")
    print("| model | parameters | CPU | device |\n|---|---|---|---|")
    found = [(name, one) for name in MODELS for one in compare(name, device)]
    worst: dict[str, tuple[str, Agreement]] = {}
    for name, one in found:
        if one.name not in worst or one.difference > worst[one.name][1].difference:
            worst[one.name] = (name, one)
    print("\n| measure | largest difference | of | CPU | device | tolerance | agrees |")
    print("|---|---|---|---|---|---|---|")
    for measure, (name, one) in sorted(worst.items()):
        print(
            f"| `{measure}` | {one.difference:.1e} | {name} | {one.cpu:.6g} | {one.other:.6g} "
            f"| {one.tolerance:.1e} | {'yes' if one.holds else 'NO'} |"
        )
    missed = sum(not one.holds for _, one in found)
    print(f"\n{len(found) - missed} of {len(found)} comparisons agree.")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
