"""A model of what a run costs, fitted to some of the measured growth and checked against the rest.

    python -m benchmarks.scale_model

Reads `growth.json` and writes the tables of `scale.md`. Every figure there is computed here, from
the fit or from the figures of hardware below, whose sources are named.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.growth import FIGURES
from benchmarks.tables import keep, table
from stablecheck.executors.ensembles import MOST_MEMBERS
from stablecheck.trial.snapshot_limits import DEFAULT

PAPER = Path(__file__).resolve().parent / "scale.md"
FITTED = {"trials": (10, 30, 100), "parameters": (0.1e6, 1e6, 10e6)}
"""Sizes that the model is fitted to; it is checked at the others, most of them larger."""
FLOAT = 4
SNAPSHOTS = 20
WORKERS = 2
"""Processes of the machine that was measured."""
TRIALS = 49
TOKENS = 20e6
"""Of one training, a fine-tuning."""
TOKENS_A_STEP = 20_000
GPUS = 1000
TRAINING_STATE = 16
"""Bytes a parameter: weights, gradients, two moments; all in single precision, bf16 too."""
LORA = 1e-3
"""Share of the parameters that an adapter trains."""
H100_FLOPS = 989e12
"""Dense bfloat16, H100 SXM; NVIDIA H100 datasheet."""
H100_MEMORY = 80e9
NVME_WRITE = 3.5e9
"""Bytes a second written to a data-centre drive, Samsung PM9A3; heise.de/-4720224."""
NETWORK = 50e9
"""Bytes a second of a 400 Gbit/s link."""
USED = 0.4
"""Share of the peak that large trainings reach; 0.38 to 0.43 for Llama 3, arXiv 2407.21783."""


@dataclass(frozen=True)
class Line:
    """A cost that grows with one size: ``fixed + each · size``."""

    fixed: float
    each: float

    def at(self, size: float) -> float:
        return self.fixed + self.each * size


def fitted(sizes: Sequence[float], costs: Sequence[float]) -> Line:
    """The line with the least squared relative errors, so that small sizes count as much."""
    x, y = np.asarray(sizes, float), np.asarray(costs, float)
    design = np.column_stack([1 / y, x / y])
    (fixed, each), *_ = np.linalg.lstsq(design, np.ones(len(y)), rcond=None)
    return Line(float(fixed), float(each))


def snapshots_in_memory(parameters: float) -> float:
    """Bytes of one trial's snapshots where they are kept in memory: all of them, or none."""
    needed = SNAPSHOTS * FLOAT * parameters
    return needed if needed <= DEFAULT.memory else 0.0


def at_once(trials: float) -> float:
    """Trials in memory at the same time: those of the ensembles that are computed."""
    return min(trials, WORKERS * MOST_MEMBERS)


@dataclass(frozen=True)
class Cost:
    """One cost along one axis of growth: what is known of it, and a line of a size.

    Args:
        axis: ``trials`` or ``parameters``.
        name: Of the measured figure.
        unit: As the table shows it.
        per_unit: Measured figure of one unit.
        size: What of the axis counts.
        known: The part that follows from the design, in the measured figure's own unit.
        remark: On both, for the table.
    """

    axis: str
    name: str
    unit: str
    per_unit: float
    size: Callable[[float], float] = float
    known: Callable[[float], float] = lambda _: 0.0
    remark: str = ""

    def of(self, one: dict[str, Any]) -> float:
        """What was measured."""
        return float(one[self.name]) / self.per_unit

    def fit(self, found: Sequence[dict[str, Any]]) -> Line:
        """The line of what is not known."""
        places = [float(one[self.axis]) for one in found]
        rest = [
            self.of(one) - self.known(place) / self.per_unit
            for one, place in zip(found, places, strict=True)
        ]
        return fitted([self.size(place) for place in places], rest)

    def said(self, line: Line, place: float) -> float:
        """What the model says."""
        return self.known(place) / self.per_unit + line.at(self.size(place))


MEMORY = Cost(
    "parameters", "memory", "MiB", 2**20,
    known=snapshots_in_memory, remark=", and snapshots of up to 1 GiB",
)  # fmt: skip
COSTS = (
    Cost("trials", "seconds", "s", 1),
    Cost("trials", "memory", "MiB", 2**20, size=at_once, remark=", of 128 at most"),
    Cost("trials", "disk", "MB", 1e6),
    Cost("parameters", "trial_seconds", "s", 1),
    MEMORY,
    Cost("parameters", "disk", "MB", 1e6),
)


def is_fitted(axis: str, size: float) -> bool:
    return any(abs(size / other - 1) < 0.2 for other in FITTED[axis])


def lines(found: dict[str, Any]) -> dict[Cost, Line]:
    """The fit of every cost."""
    fits = {}
    for cost in COSTS:
        used = [one for one in found[cost.axis] if is_fitted(cost.axis, one[cost.axis])]
        fits[cost] = cost.fit(used)
    return fits


def checked(found: dict[str, Any], fits: dict[Cost, Line]) -> str:
    """What the model says where it was not fitted, against what was measured."""
    rows = []
    for cost, line in fits.items():
        for one in found[cost.axis]:
            size = one[cost.axis]
            if not is_fitted(cost.axis, size):
                said, measured = cost.said(line, size), cost.of(one)
                rows.append(
                    [
                        cost.axis, f"{size:,}", f"{cost.name}, {cost.unit}", f"{said:.3g}",
                        f"{measured:.3g}", f"{said / measured - 1:+.0%}",
                    ]
                )  # fmt: skip
    return table(["axis", "size", "cost", "model", "measured", "error"], rows)


def formulas(fits: dict[Cost, Line]) -> str:
    rows = []
    for cost, line in fits.items():
        unit, size = ("trial", 1) if cost.axis == "trials" else ("million parameters", 1e6)
        rows.append(
            [
                f"{cost.name}, {cost.unit}", f"{line.fixed:.3g}",
                f"{line.each * size:.3g} a {unit}{cost.remark}",
            ]
        )  # fmt: skip
    return table(["cost", "fixed", "and"], rows)


@dataclass(frozen=True)
class Large:
    """One checklist of trainings of a model that no machine of ours has seen.

    Args:
        parameters: All of them.
        bytes_each: What a trial was measured to need of memory a parameter.
    """

    parameters: float
    bytes_each: float

    @property
    def gpus(self) -> int:
        """The fewest that hold a trial, if its numbers could be divided among them."""
        return math.ceil(self.bytes_each * self.parameters / H100_MEMORY)

    @property
    def hours(self) -> float:
        """GPU hours of all trainings: 6 operations a parameter and token."""
        return TRIALS * 6 * self.parameters * TOKENS / (H100_FLOPS * USED) / 3600

    @property
    def minutes(self) -> float:
        """Wall time of the trainings where as many trials run at once as there is room for."""
        at_once = min(TRIALS, GPUS // self.gpus)
        return math.ceil(TRIALS / at_once) * 60 * self.hours / TRIALS / self.gpus

    @property
    def exchange(self) -> float:
        """Seconds a step to gather weights twice and to scatter gradients, 2 bytes each."""
        return 3 * 2 * self.parameters * (self.gpus - 1) / self.gpus / NETWORK

    @property
    def step(self) -> float:
        """Seconds that a step computes."""
        return 6 * self.parameters * TOKENS_A_STEP / (self.gpus * H100_FLOPS * USED)


def on_paper(fits: dict[Cost, Line]) -> str:
    """49 fine-tunings each, on a thousand GPUs."""
    bytes_each, rows = fits[MEMORY].each * MEMORY.per_unit, []
    for billions in (1, 7, 13, 34, 70):
        one = Large(billions * 1e9, bytes_each)
        snapshots, end_point = SNAPSHOTS * FLOAT * one.parameters, FLOAT * one.parameters
        state = TRAINING_STATE * one.parameters
        rows.append(
            [
                f"{billions} B", f"{one.hours:,.1f}", f"{state / 1e9:,.0f}",
                f"{bytes_each * one.parameters / 1e9:,.0f}", one.gpus,
                min(TRIALS, GPUS // one.gpus) * one.gpus, f"{one.minutes:,.1f}",
                f"{one.step:,.2f}", f"{one.exchange:,.2f}", f"{snapshots / 1e9:,.0f}",
                f"{snapshots / NVME_WRITE / 60:,.1f}", f"{end_point / 1e9:,.0f}",
                f"{TRIALS * end_point / NETWORK:,.0f}", f"{LORA * snapshots / 1e9:,.1f}",
            ]
        )  # fmt: skip
    heads = [
        "parameters", "GPU hours", "training state, GB", "memory of a trial, GB", "GPUs a trial",
        f"GPUs busy of {GPUS:,}", "minutes, all trainings", "s a step computes",
        "s a step exchanges", "snapshots of a trial, GB", "minutes to write them, one drive",
        "end point, GB", "s to collect all, one link", "snapshots of a LoRA of 0.1 %, GB",
    ]  # fmt: skip
    return table(heads, rows)


def organisation(fits: dict[Cost, Line]) -> str:
    """Ten thousand checklists a day of 49 small trainings, on machines as the one measured."""
    by_name = {cost.name: line for cost, line in fits.items() if cost.axis == "trials"}
    seconds, disk = by_name["seconds"].at(TRIALS), by_name["disk"].at(TRIALS)
    checklists = 10_000
    rows = [
        ["machine hours a day", f"{checklists * seconds / 3600:,.0f}"],
        ["machines, busy all day", f"{math.ceil(checklists * seconds / 86400):,}"],
        ["run folders, GB a day", f"{checklists * disk / 1000:,.1f}"],
        ["run folders, TB a year", f"{checklists * disk * 365 / 1e6:,.1f}"],
        ["files a day, millions", f"{checklists * (TRIALS + 9) / 1e6:.2f}"],
    ]
    return table(["", "ten thousand checklists a day"], rows)


@click.command(help=__doc__)
def main() -> None:
    found = json.loads(FIGURES.read_text())
    fits = lines(found)
    keep("fit", f"Measured on {found['machine']}.\n\n{formulas(fits)}", PAPER)
    keep("check", checked(found, fits), PAPER)
    keep("paper", on_paper(fits), PAPER)
    keep("organisation", organisation(fits), PAPER)


if __name__ == "__main__":
    main()
