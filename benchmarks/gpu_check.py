"""Do the measures of a path agree between an accelerator and the CPU?

Each model of the zoo is trained on the CPU. The very same snapshots are then measured on the CPU
and on the other device, on the same batches; every measure has to agree within its tolerance, once
with the device's TF32 off and once, with wider tolerances, in torch's own defaults.
Runs anywhere CUDA is:  python benchmarks/gpu_check.py [cuda|cuda:1|mps]
Ends with 1 where a measure disagrees or could not be taken, with 2 where there is no such device.
"""

from __future__ import annotations

import io
import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from stablecheck.candidate.prepared import Prepared, prepare
from stablecheck.errors import NoSuchDeviceError
from stablecheck.plan import Measuring, TrialSpec, derive_seeds
from stablecheck.recipe import PLAIN, Candidate, Optimizer
from stablecheck.trial.companions import GROUPS
from stablecheck.trial.device import device_name, resolve_device
from stablecheck.trial.loop import Trained, begin, train
from stablecheck.trial.path import Measured, measure_path
from stablecheck.trial.views import OtherEndPoint
from stablecheck.trial.waypoints import end_point

STEPS, VOCABULARY, LENGTH = 80, 12, 16
MODELS = {
    "mlp": {"inputs": 64, "outputs": 10, "hidden": [64, 64]},
    "cnn": {"outputs": 10, "side": 8, "channels": [8, 16]},
    "resnet": {"outputs": 10, "side": 8, "width": 8, "depth": 3},
    "transformer": {"vocabulary": VOCABULARY, "outputs": VOCABULARY, "length": LENGTH},
}


def tokens() -> tuple[np.ndarray, ...]:
    """Windows of a walk on a ring of tokens, and the token that comes next."""
    rng = np.random.default_rng(0)
    walk = rng.choice([1, 2, -1], p=[0.7, 0.2, 0.1], size=1500).cumsum() % VOCABULARY
    windows = np.lib.stride_tricks.sliding_window_view(walk, LENGTH + 1)
    x, y = windows[:, :-1].copy(), windows[:, -1].copy()
    return x[:1100], y[:1100], x[1100:], y[1100:]


def specification(name: str) -> TrialSpec:
    """A trial of which everything is measured; momentum and weight decay let all be defined."""
    candidate = Candidate(
        model=f"stablecheck.zoo:{name}", model_args=MODELS[name],
        data="gpu_check.py:tokens" if name == "transformer" else "sklearn:digits",
        task="classification", loss="cross_entropy", score="accuracy",
        optimizer=Optimizer(name="sgd", lr=0.05, momentum=0.9, weight_decay=5e-4), steps=STEPS,
    )  # fmt: skip
    return TrialSpec(
        id="check-base-s0", key="0" * 64, probe="check", arm="base", seed=0, candidate=candidate,
        treatment=PLAIN, seeds=derive_seeds(0), timeout=600.0, cross_seed=None,
        keeps_end_point=False,
        measuring=Measuring(
            snapshots=12, batches=4, sources=("train", "heldout", "full"), exclude_tail=0.05,
            companions=tuple(GROUPS),
        ),
    )  # fmt: skip


@contextmanager
def without_tf32() -> Iterator[None]:
    """TF32 keeps 10 bits of each factor; without it both sides do the same arithmetic."""
    with ExitStack() as stack:
        for backend in (torch.backends.cudnn, torch.backends.cuda.matmul):
            stack.callback(setattr, backend, "allow_tf32", backend.allow_tf32)
            backend.allow_tf32 = False
        yield


@dataclass(frozen=True)
class Arithmetic:
    """How the device computes, and how far from the CPU that may lead: relative, for shares not."""

    title: str
    applied: Callable[[], AbstractContextManager[None]]
    usual: float
    delicate: float
    share: float

    def tolerance(self, measure: str) -> float:
        if "share" in measure:
            return self.share
        return self.delicate if measure.endswith(DELICATE) else self.usual


# What subtracts, iterates or divides by a small number loses more digits than the rest.
DELICATE = ("sharpness.ratio", "ntk.drift", "noise_scale", "pl_ratio")
# One of the 12 · 4 measured signs may flip where γ is next to zero, with TF32 two.
SIGN = 1 / 48
ARITHMETICS = (
    # Both sides round to 24 bits and add in another order.
    Arithmetic("TF32 off", without_tf32, 2e-3, 2e-2, SIGN),
    # On CUDA convolutions round their factors to 10 bits.
    Arithmetic("torch's own defaults", nullcontext, 2e-2, 5e-2, 2 * SIGN),
)


@dataclass(frozen=True)
class Case:
    """A finished training of one model and another end point, all on one device."""

    model: str
    prepared: Prepared
    spec: TrialSpec
    trained: Trained
    other: OtherEndPoint

    def measured(self) -> Measured:
        return measure_path(self.prepared, self.spec, self.trained, self.other)

    def moved(self, device: torch.device) -> Case:
        """A copy whose tensors all lie on another device."""
        with io.BytesIO() as copy:
            torch.save((self.trained, self.other), copy)
            copy.seek(0)
            trained, other = torch.load(copy, map_location=device, weights_only=False)
        return replace(self, trained=trained, other=other)


def make_case(model: str) -> Case:
    """Train on the CPU; the other end point lies half as far from the end as the start does."""
    spec = specification(model)
    prepared = prepare(spec.candidate, (Path(__file__).parent,))
    trained = train(prepared, spec, begin(prepared, spec, torch.device("cpu")))
    end = end_point(trained)
    away = torch.randn(end.shape, generator=torch.Generator().manual_seed(0))
    half = torch.linalg.vector_norm(end - trained.snapshots[0].parameters) / 2
    other = OtherEndPoint("random", end + away * half / torch.linalg.vector_norm(away))
    return Case(model, prepared, spec, trained, other)


@dataclass(frozen=True)
class Agreement:
    """One measure of one model on both devices."""

    model: str
    name: str
    cpu: float
    other: float
    tolerance: float

    @property
    def difference(self) -> float:
        """Relative, for shares absolute; infinite where only one side is defined."""
        undefined = math.isnan(self.cpu), math.isnan(self.other)
        if self.cpu == self.other or all(undefined):
            return 0.0
        if any(undefined):
            return math.inf
        scale = 1.0 if "share" in self.name else max(abs(self.cpu), abs(self.other), 1e-12)
        return abs(self.cpu - self.other) / scale

    @property
    def holds(self) -> bool:
        return self.difference <= self.tolerance


def compare(case: Case, cpu: Measured, arithmetic: Arithmetic) -> Iterator[Agreement | str]:
    """Measure a case once more, where it is now; a string is a note on what was not measured."""
    started = time.perf_counter()
    with arithmetic.applied():
        other = case.measured()
    print(f"{case.model}: measured in {time.perf_counter() - started:.1f} s")
    yield from (f"{case.model}: {note}" for note in dict.fromkeys((*cpu.notes, *other.notes)))
    for name in sorted({*cpu.measures, *other.measures}):
        values = (found.measures.get(name, math.nan) for found in (cpu, other))
        yield Agreement(case.model, name, *values, arithmetic.tolerance(name))


def table(agreements: list[Agreement]) -> None:
    """Print the largest difference of each measure over the models."""
    columns = ("measure", "largest difference", "of", "CPU", "device", "tolerance", "agrees")
    print("", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", sep="\n")
    worst = {one.name: one for one in sorted(agreements, key=lambda one: one.difference)}
    for name, one in sorted(worst.items()):
        print(
            f"| `{name}` | {one.difference:.1e} | {one.model} | {one.cpu:.6g} | {one.other:.6g} "
            f"| {one.tolerance:.1e} | {'yes' if one.holds else 'NO'} |"
        )


def check(arithmetic: Arithmetic, cases: list[tuple[Case, Measured]]) -> int:
    """Compare all cases in one arithmetic; how many comparisons disagree or are missing."""
    print(f"\n## {arithmetic.title}\n")
    found = [one for case, cpu in cases for one in compare(case, cpu, arithmetic)]
    agreements = [one for one in found if isinstance(one, Agreement)]
    notes = [one for one in found if isinstance(one, str)]
    table(agreements)
    agree, total = sum(one.holds for one in agreements), len(agreements)
    print(f"\n{agree} of {total} comparisons agree; notes: {len(notes)}", *notes, sep="\n")
    return total - agree + len(notes)


def main() -> int:
    try:
        device = resolve_device(sys.argv[1] if len(sys.argv) > 1 else "cuda")
    except NoSuchDeviceError as error:
        print(error)
        return 2
    print(f"CPU against {device_name(device)}, torch {torch.__version__}")
    trained = [make_case(model) for model in MODELS]
    cases = [(case.moved(device), case.measured()) for case in trained]
    return int(sum(check(arithmetic, cases) for arithmetic in ARITHMETICS) > 0)


if __name__ == "__main__":
    sys.exit(main())
