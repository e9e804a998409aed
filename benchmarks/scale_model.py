"""A model of what a run costs, fitted to some of the measured growth and checked against the rest.

    python -m benchmarks.scale_model

Reads `growth.json` and writes the tables of `scale.md`. Every figure there is computed here, from
the fit or from the figures of hardware below, whose sources are named.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.growth import FIGURES
from benchmarks.tables import keep, table

PAPER = Path(__file__).resolve().parent / "scale.md"
FITTED = {"trials": (10, 100, 1000), "parameters": (0.1e6, 1e6, 100e6)}
"""Sizes that the model is fitted to; it is checked at the others."""
FLOAT = 4
SNAPSHOTS = 20
SOURCES = 2
TRIALS = 49
H100_FLOPS = 989e12
"""Dense bfloat16, H100 SXM; NVIDIA H100 datasheet."""
H100_MEMORY = 80e9
NVME = 7e9
"""Bytes a second, sequential; the limit of four lanes of PCIe 4.0 is 7.9."""
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


@dataclass(frozen=True)
class Cost:
    """One cost along one axis of growth.

    Args:
        axis: ``trials`` or ``parameters``.
        name: Of the measured figure.
        unit: As the table shows it.
        per_unit: Measured figure of one unit.
    """

    axis: str
    name: str
    unit: str
    per_unit: float

    def of(self, one: dict[str, Any]) -> float:
        return float(one[self.name]) / self.per_unit


COSTS = (
    Cost("trials", "seconds", "s", 1),
    Cost("trials", "memory", "MiB", 2**20),
    Cost("trials", "disk", "MB", 1e6),
    Cost("parameters", "trial_seconds", "s", 1),
    Cost("parameters", "memory", "MiB", 2**20),
    Cost("parameters", "disk", "MB", 1e6),
)


def is_fitted(axis: str, size: float) -> bool:
    return any(abs(size / other - 1) < 0.2 for other in FITTED[axis])


def lines(found: dict[str, Any]) -> dict[Cost, Line]:
    """The fit of every cost."""
    fits = {}
    for cost in COSTS:
        used = [one for one in found[cost.axis] if is_fitted(cost.axis, one[cost.axis])]
        fits[cost] = fitted([one[cost.axis] for one in used], [cost.of(one) for one in used])
    return fits


def checked(found: dict[str, Any], fits: dict[Cost, Line]) -> str:
    """What the model says where it was not fitted, against what was measured."""
    rows = []
    for cost, line in fits.items():
        for one in found[cost.axis]:
            size = one[cost.axis]
            if not is_fitted(cost.axis, size):
                said, measured = line.at(size), cost.of(one)
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
            [f"{cost.name}, {cost.unit}", f"{line.fixed:.3g}", f"{line.each * size:.3g} a {unit}"]
        )
    return table(["cost", "fixed", "and"], rows)


def on_paper() -> str:
    """One checklist of 49 trainings of a large model, each a fine-tuning on 20 million tokens."""
    tokens, rows = 20e6, []
    for billions in (1, 7, 13, 34, 70):
        parameters = billions * 1e9
        flops = 6 * parameters * tokens
        hours = TRIALS * flops / (H100_FLOPS * USED) / 3600
        snapshots = SNAPSHOTS * FLOAT * parameters
        state = 16 * parameters
        devices = max(1, int(np.ceil(1.3 * state / H100_MEMORY)))
        rows.append(
            [
                f"{billions} B", f"{hours:,.1f}", f"{hours / 1000 * 60:,.1f}",
                f"{state / 1e9:,.0f}", devices, f"{snapshots / 1e9:,.0f}",
                f"{snapshots / devices / NVME:,.0f}", f"{FLOAT * parameters / 1e9:,.0f}",
                f"{FLOAT * parameters / devices / NETWORK:,.2f}",
            ]
        )  # fmt: skip
    heads = [
        "parameters", "GPU hours, 49 trainings", "minutes on 1000 GPUs", "training state, GB",
        "GPUs a trial", "snapshots, GB a trial", "s to write them, a drive a GPU", "end point, GB",
        "s to send it, a link a GPU",
    ]  # fmt: skip
    return table(heads, rows)


def organisation(fits: dict[Cost, Line]) -> str:
    """Ten thousand checklists a day of 49 small trainings, on machines as the one measured."""
    by_name = {cost.name: line for cost, line in fits.items() if cost.axis == "trials"}
    seconds, disk = by_name["seconds"].at(TRIALS), by_name["disk"].at(TRIALS)
    checklists = 10_000
    rows = [
        ["machine hours a day", f"{checklists * seconds / 3600:,.0f}"],
        ["machines, busy all day", f"{np.ceil(checklists * seconds / 86400):,.0f}"],
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
    keep("paper", on_paper(), PAPER)
    keep("organisation", organisation(fits), PAPER)


if __name__ == "__main__":
    main()
