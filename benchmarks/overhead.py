"""What measuring adds to a training: a trial with default measuring against a plain loop.

    python -m benchmarks.overhead [--repeats 5] [--steps 2080]

The paper's method stands beside both. All three run in turn in this process, with PyTorch's default
threads; loading data is not counted. The trial has a control, as all but one of an arm have. From
2080 steps on the budget pays for a second batch a snapshot: the costliest count above 2000.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import torch

from benchmarks.loops import Digits, papers_method, train
from benchmarks.recipes import MODELS, candidate, checklist
from benchmarks.tables import keep, machine, table
from stablecheck.candidate.prepared import Prepared, prepare
from stablecheck.checklist.loader import load
from stablecheck.plan import TrialSpec, make_plan
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.run import run_trial

CPU = torch.device("cpu")
TARGET = 1.10


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ours(prepared: Prepared, spec: TrialSpec, kept: EndPoints, shares: list[float]) -> None:
    """Run a trial, and take down what its measuring took of the rest."""
    trial = run_trial(prepared, spec, CPU, kept)
    assert trial.path is not None
    assert trial.path.cross_seed is not None
    shares.append(trial.measuring_seconds / (trial.seconds - trial.measuring_seconds))


def planned(model: str, steps: int, folder: Path) -> TrialSpec:
    """A trial as `stablecheck run` would plan it, and what its control refers to."""
    file = folder / "checklist.yaml"
    probes = {"seeds": {"kind": "init_seeds", "seeds": 2}}
    file.write_text(checklist(candidate(model, steps), probes))
    first, second = make_plan(load(file).checklist, "").trials
    prepared = prepare(first.candidate, ())
    run_trial(prepared, first, CPU, EndPoints(folder))  # leaves the end point of the control
    assert second.cross_seed == first.id
    return second


def rows(steps: int, repeats: int, folder: Path) -> Iterator[list[str]]:
    digits = Digits(CPU)
    for model in MODELS:
        spec = planned(model, steps, folder)
        prepared, kept, shares = prepare(spec.candidate, ()), EndPoints(folder), []
        sides = {
            "plain": lambda model=model: train(model, steps, 0, digits),
            "trial": lambda p=prepared, s=spec, k=kept, f=shares: ours(p, s, k, f),
            "paper": lambda model=model: papers_method(model, steps, 0, digits),
        }
        times = [{name: seconds(work) for name, work in sides.items()} for _ in range(repeats + 1)]
        counted = times[1:]  # the first round warms up
        share = statistics.median(shares[1:])
        plain, trial = (statistics.median(t[name] for t in counted) for name in ("plain", "trial"))
        ratio, papers = (
            statistics.median(t[name] / t["plain"] for t in counted) for name in ("trial", "paper")
        )
        verdict = "met" if ratio <= TARGET else f"missed by {ratio - TARGET:.2f}"
        measured = f"{spec.measuring.snapshots} × {spec.measuring.batches} × 2"
        figures = [f"{plain:.2f}", f"{trial:.2f}", f"{ratio:.2f}"]
        yield [model, measured, *figures, verdict, f"{share:.1%}", f"{papers:.2f}"]


@click.command(help=__doc__)
@click.option("--repeats", default=5, show_default=True)
@click.option("--steps", default=2080, show_default=True)
def main(repeats: int, steps: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = list(rows(steps, repeats, Path(folder)))
    heads = [
        "model", "snapshots × batches × sources", "plain loop, s", "trial, s", "trial ÷ plain",
        f"target ≤ {TARGET:.2f}", "measuring ÷ rest of the trial", "paper's method ÷ plain",
    ]  # fmt: skip
    said = f"Medians of {repeats} rounds of {steps} steps. {machine()}."
    keep("overhead", f"{said}\n\n{table(heads, found)}")


if __name__ == "__main__":
    main()
