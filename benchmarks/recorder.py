"""What a recorder costs a loop of one's own, in time and memory, and what measuring then costs.

    python -m benchmarks.recorder [--repeats 5] [--steps 16] [--snapshots 8] [--batches 2]

A multilayer perceptron of 100 million parameters, AdamW, batches of 32. Every side is a process of
its own; they take turns. Peak memory is what the process holds that no file backs: snapshots beyond
`snapshot_memory` lie in mapped files and are not part of it.
"""

from __future__ import annotations

import multiprocessing
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click
import torch
from torch import Tensor, nn

from benchmarks.tables import keep, machine, table
from stablecheck import PathRecorder

INPUTS, OUTPUTS, BATCH = 64, 10, 32
DEPTH = 6
SIDES = {"bare": None, "memory": 2**40, "files": 2**30}
"""Bytes of memory that snapshots may take; None for a loop without a recorder."""
NAMES = {"memory": "snapshots in memory", "files": "beyond 1 GiB in files"}
LONG = 10_000
"""Steps of the training that the cost of 40 snapshots is set against."""


@dataclass
class Figures:
    """What one process found: seconds, and peaks of memory in bytes."""

    loop: float = 0.0
    loop_peak: int = 0
    measuring: float = 0.0
    measuring_peak: int = 0
    parameters: int = 0


@dataclass
class Peak:
    """The most that a process has held, in bytes, looked at every few milliseconds."""

    bytes: int = field(default=0)

    @contextmanager
    def watched(self) -> Iterator[None]:
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.005):
                self.bytes = max(self.bytes, held())

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()


def held() -> int:
    """Memory of this process that no file backs, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (found,) = (line.split()[1] for line in lines if line.startswith("RssAnon:"))
    return 1024 * int(found)


@dataclass(frozen=True)
class Case:
    """What is trained and measured.

    Args:
        width: Of the hidden layers.
        steps: Of the loop.
        snapshots: Kept in it.
        batches: Measured at each.
    """

    width: int
    steps: int
    snapshots: int
    batches: int


def model_of(width: int) -> nn.Module:
    torch.manual_seed(0)
    hidden = [layer for _ in range(DEPTH) for layer in (nn.Linear(width, width), nn.ReLU())]
    return nn.Sequential(nn.Linear(INPUTS, width), nn.ReLU(), *hidden, nn.Linear(width, OUTPUTS))


def loss_of(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    return nn.functional.cross_entropy(model(batch[0]), batch[1])


def figures(case: Case, memory: int | None) -> Figures:
    """Train and, where there is a recorder, measure, in this process."""
    model, found = model_of(case.width), Figures()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    data = [
        (torch.randn(BATCH, INPUTS), torch.randint(OUTPUTS, (BATCH,))) for _ in range(case.batches)
    ]
    train(model, optimizer, data, 1)  # makes the optimiser's state
    recorder = memory and PathRecorder(
        model,
        optimizer,
        snapshots=case.snapshots,
        total_steps=case.steps,
        snapshot_memory=memory,
    )
    peak = Peak()
    with peak.watched():
        found.loop = seconds(partial(train, model, optimizer, data, case.steps))
    found.loop_peak, found.parameters = peak.bytes, sum(p.numel() for p in model.parameters())
    if recorder:
        peak = Peak()
        with peak.watched():
            found.measuring = seconds(
                partial(recorder.measure, loss_of, data, batches=case.batches)
            )
        found.measuring_peak = peak.bytes
    return found


def train(model, optimizer, data, steps: int) -> None:
    for step in range(steps):
        optimizer.zero_grad()
        loss_of(model, data[step % len(data)]).backward()
        optimizer.step()


def seconds(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def alone(case: Case, memory: int | None) -> Figures:
    """The figures of a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(figures, (case, memory))


def rows(case: Case, found: dict[str, list[Figures]]) -> Iterator[list[str]]:
    bare = found["bare"]
    plain, peak = median(bare, "loop"), median(bare, "loop_peak")
    yield ["no recorder", f"{plain:.2f}", "1.00", "–", "–", gigabytes(peak), "–", "–", "–"]
    for side, name in NAMES.items():
        each = found[side]
        ratios = (one.loop / other.loop for one, other in zip(each, bare, strict=True))
        loop, measuring = median(each, "loop"), median(each, "measuring")
        snapshot = max(0.0, loop - plain) / case.snapshots
        yield [
            name,
            f"{loop:.2f}",
            f"{statistics.median(ratios):.2f}",
            f"{1000 * snapshot:.0f}",
            f"{40 * snapshot / (LONG * plain / case.steps):.2%}",
            gigabytes(median(each, "loop_peak")),
            f"{measuring:.2f}",
            f"{measuring / case.snapshots / case.batches:.2f}",
            gigabytes(median(each, "measuring_peak")),
        ]


def median(each: list[Figures], name: str) -> float:
    return statistics.median(getattr(one, name) for one in each)


def gigabytes(size: float) -> str:
    return f"{size / 1e9:.2f}"


HEADS = [
    "loop", "seconds", "÷ no recorder", "a snapshot, ms", f"40 snapshots ÷ {LONG:,} steps",
    "peak memory, GB", "measuring, s", "a gradient, s", "peak while measuring, GB",
]  # fmt: skip


@click.command(help=__doc__)
@click.option("--repeats", default=5, show_default=True)
@click.option("--steps", default=16, show_default=True)
@click.option("--snapshots", default=8, show_default=True)
@click.option("--batches", default=2, show_default=True)
@click.option("--width", default=4096, show_default=True)
def main(repeats: int, steps: int, snapshots: int, batches: int, width: int) -> None:
    case = Case(width, steps, min(snapshots, steps), batches)
    rounds = [{side: alone(case, memory) for side, memory in SIDES.items()} for _ in range(repeats)]
    found = {side: [one[side] for one in rounds] for side in SIDES}
    parameters = found["bare"][0].parameters
    said = (
        f"{parameters / 1e6:.0f} million parameters; medians of {repeats} rounds of {steps} steps "
        f"with {case.snapshots} snapshots, {batches} batches at each. {machine()}."
    )
    keep("recorder", f"{said}\n\n{table(HEADS, rows(case, found))}")


if __name__ == "__main__":
    main()
