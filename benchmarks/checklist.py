"""A checklist of 59 trainings against the loops one would write for it.

    python -m benchmarks.checklist [--repeats 5] [--steps 300 --steps 1000] [--sample 4]

One side is all of `stablecheck run`: starting, trying the ways, training, measuring, deciding and
the report. The others train one by one in one process with PyTorch's default threads, without
deciding or reporting anything: plainly, and by the paper's method. The plain loop is also timed as
one process a core, warm ones of one thread. They are timed on a sample of the 59 trainings, other
ones in each round, and scaled. Of the 59, 10 are equal to others, which `stablecheck run` notices
and a loop over each list does not.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

import click
import torch

from benchmarks.loops import Digits, papers_method, train
from benchmarks.recipes import FIFTY_NINE, MODELS, candidate, checklist
from benchmarks.tables import keep, machine, table
from stablecheck.plan import Plan

CPU = torch.device("cpu")
TRAININGS = 59
TARGETS = {"MLP": (5.0, 1.5), "CNN": (3.0, 1.5)}
"""How much faster than the paper's method and than the plain loop it is to be."""


def ours(model: str, steps: int, device: str = "cpu") -> tuple[float, Plan]:
    """Seconds of the whole command, and its plan."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "checklist.yaml"
        file.write_text(checklist(candidate(model, steps), FIFTY_NINE))
        command = ["run", str(file), "--device", device, "--output", f"{name}/runs", "--quiet"]
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "stablecheck", *command], stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - started
        (folder,) = (Path(name) / "runs").iterdir()
        plan = Plan.model_validate_json((folder / "plan.json").read_text())
        assert json.loads((folder / "result.json").read_text())["run"]["complete"]
    return seconds, plan


def described(plan: Plan) -> str:
    """The way that was chosen, briefly."""
    how = "ensembles" if plan.way.together else "one by one"
    how += ", captured" if plan.way.captured else ""
    return f"{how}, {plan.way.workers} × {plan.way.threads}"


def scaled(work, model: str, steps: int, seeds: range, digits: Digits) -> float:
    """Seconds of all 59 trainings, from those of some."""
    started = time.perf_counter()
    for seed in seeds:
        work(model, steps, seed, digits)
    return (time.perf_counter() - started) * TRAININGS / len(seeds)


def train_alone(model: str, steps: int, seed: int) -> None:
    """The plain loop in a process of its own."""
    torch.set_num_threads(1)
    train(model, steps, seed, Digits(CPU))


def in_processes(pool: Executor, model: str, steps: int, seeds: range) -> float:
    """Seconds that the plain loop in one process a core would take for all, from a sample."""
    started = time.perf_counter()
    for waiting in [pool.submit(train_alone, model, steps, seed) for seed in seeds]:
        waiting.result()
    return (time.perf_counter() - started) * TRAININGS / len(seeds)


def rounds(model: str, steps: int, repeats: int, sample: int) -> list[dict[str, object]]:
    digits, found = Digits(CPU), []
    papers_method(model, 5, 0, digits)  # imports and first calls; not counted
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        in_processes(pool, model, 5, range(8))
        for number in range(repeats):
            seeds = range(number * sample, (number + 1) * sample)
            seconds, plan = ours(model, steps)
            each = {
                "ours": seconds,
                "plain": scaled(train, model, steps, seeds, digits),
                "processes": in_processes(pool, model, steps, seeds),
                "paper": scaled(papers_method, model, steps, seeds, digits),
            }
            found.append(each | {"way": described(plan)})
            click.echo(f"{model} round {number + 1}: {found[-1]}", err=True)
    return found


def row(model: str, steps: int, found: list[dict[str, object]]) -> list[str]:
    sides = [
        f"{statistics.median(one[side] for one in found):.1f}"
        for side in ("ours", "plain", "processes", "paper")
    ]
    gains = [statistics.median(one[k] / one["ours"] for one in found) for k in ("paper", "plain")]
    said = [
        f"{gain:.1f} ({'met' if gain >= target else 'missed'}: {target:g})"
        for gain, target in zip(gains, TARGETS[model], strict=True)
    ]
    parallel = statistics.median(one["processes"] / one["ours"] for one in found)
    ways = sorted({str(one["way"]) for one in found})
    return [model, str(steps), *sides, *said, f"{parallel:.1f}", "; ".join(ways)]


@click.command(help=__doc__)
@click.option("--repeats", default=5, show_default=True)
@click.option("--steps", "budgets", multiple=True, default=(300, 1000), show_default=True)
@click.option("--sample", default=4, show_default=True)
def main(repeats: int, budgets: tuple[int, ...], sample: int) -> None:
    found = [
        row(model, steps, rounds(model, steps, repeats, sample))
        for model in MODELS
        for steps in budgets
    ]
    heads = [
        "model", "steps", "`stablecheck run`, s", "plain loop, s", "plain, a process a core, s",
        "paper's method, s", "× faster than the paper's (target)", "× faster than plain (target)",
        "× faster than a process a core",
        "way chosen (processes × threads)",
    ]  # fmt: skip
    said = (
        f"Medians of {repeats} rounds; the loops on {sample} trainings a round, scaled to "
        f"{TRAININGS}. {machine()}."
    )
    keep("checklist", f"{said}\n\n{table(heads, found)}")


if __name__ == "__main__":
    main()
