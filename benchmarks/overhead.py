"""What measuring adds to a training: a trial with default measuring against a plain loop.

    python -m benchmarks.overhead [--repeats 5] [--steps 2000]

The paper's method stands beside both. All three run in turn in this process, with PyTorch's default
threads; loading data is not counted.
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
from stablecheck.candidate.prepared import prepare
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


def planned(model: str, steps: int, folder: Path) -> TrialSpec:
    """A trial as `stablecheck run` would plan it."""
    file = folder / "checklist.yaml"
    probes = {"seeds": {"kind": "init_seeds", "seeds": 2}}
    file.write_text(checklist(candidate(model, steps), probes))
    return make_plan(load(file).checklist, "").trials[0]


def rows(steps: int, repeats: int, folder: Path) -> Iterator[list[str]]:
    digits = Digits(CPU)
    for model in MODELS:
        spec = planned(model, steps, folder)
        prepared, kept = prepare(spec.candidate, ()), EndPoints(folder)
        sides = {
            "plain": lambda model=model: train(model, steps, 0, digits),
            "trial": lambda p=prepared, s=spec, k=kept: run_trial(p, s, CPU, k),
            "paper": lambda model=model: papers_method(model, steps, 0, digits),
        }
        times = [{name: seconds(work) for name, work in sides.items()} for _ in range(repeats + 1)]
        counted = times[1:]  # the first round warms up
        plain, trial = (statistics.median(t[name] for t in counted) for name in ("plain", "trial"))
        ratio, papers = (
            statistics.median(t[name] / t["plain"] for t in counted) for name in ("trial", "paper")
        )
        verdict = "met" if ratio <= TARGET else f"missed by {ratio - TARGET:.2f}"
        measured = f"{spec.measuring.snapshots} × {spec.measuring.batches} × 2"
        figures = [f"{plain:.2f}", f"{trial:.2f}", f"{ratio:.2f}"]
        yield [model, measured, *figures, verdict, f"{papers:.2f}"]


@click.command(help=__doc__)
@click.option("--repeats", default=5, show_default=True)
@click.option("--steps", default=2000, show_default=True)
def main(repeats: int, steps: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = list(rows(steps, repeats, Path(folder)))
    heads = [
        "model", "snapshots × batches × sources", "plain loop, s", "trial, s", "trial ÷ plain",
        f"target ≤ {TARGET:.2f}", "paper's method ÷ plain",
    ]  # fmt: skip
    said = f"Medians of {repeats} rounds of {steps} steps. {machine()}."
    keep("overhead", f"{said}\n\n{table(heads, found)}")


if __name__ == "__main__":
    main()
