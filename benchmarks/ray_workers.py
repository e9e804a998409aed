"""A checklist on a Ray cluster of two nodes on this machine: two workers against one.

    python -m benchmarks.ray_workers [--repeats 5] [--steps 1000]

Each node has one CPU. Both sides run in turn on the same cluster, as whole runs.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from benchmarks.recipes import candidate, checklist
from benchmarks.tables import keep, machine, table

TWO_NODES = Path(__file__).resolve().parent.parent / "examples" / "ray" / "two_nodes.py"
TRIALS = 8


@contextmanager
def cluster() -> Iterator[str]:
    """Address of a cluster that lasts as long as the block."""
    with subprocess.Popen(
        [sys.executable, str(TWO_NODES)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as nodes:  # fmt: skip
        assert nodes.stdout is not None
        line = next(one for one in nodes.stdout if one.startswith("export RAY_ADDRESS="))
        yield line.strip().partition("=")[2]
        nodes.communicate("\n")


def run(folder: Path, address: str, workers: int) -> tuple[float, float]:
    """Seconds of a run with so many workers, and of its trainings alone."""
    command = ["run", "checklist.yaml", "--quiet", "--workers", str(workers)]
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "stablecheck", *command],
        cwd=folder, env={**os.environ, "RAY_ADDRESS": address}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    newest = max((folder / "stablecheck-runs").iterdir(), key=lambda one: one.stat().st_mtime_ns)
    result = json.loads((newest / "result.json").read_text())
    assert result["run"]["complete"]
    return seconds, result["run"]["trial_seconds"]


@click.command(help=__doc__)
@click.option("--repeats", default=5, show_default=True)
@click.option("--steps", default=1000, show_default=True)
def main(repeats: int, steps: int) -> None:
    probes = {"seeds": {"kind": "init_seeds", "seeds": TRIALS}}
    settings = {"executor": "ray", "resources": {"cpus": 1, "gpus": 0}}
    with tempfile.TemporaryDirectory() as name, cluster() as address:
        folder = Path(name)
        (folder / "checklist.yaml").write_text(
            checklist(candidate("CNN", steps), probes, run=settings)
        )
        found = [[run(folder, address, workers) for workers in (1, 2)] for _ in range(repeats)]
    one, two = (statistics.median(pair[side][0] for pair in found) for side in (0, 1))
    gain = statistics.median(pair[0][0] / pair[1][0] for pair in found)
    trainings = statistics.median(pair[0][1] for pair in found)
    said = f"{TRIALS} CNNs of {steps} steps; medians of {repeats} rounds. {machine()}."
    heads = ["one worker, s", "of it trainings, s", "two workers, s", "× faster"]
    rows = [[f"{one:.1f}", f"{trainings:.1f}", f"{two:.1f}", f"{gain:.2f}"]]
    keep("ray", f"{said}\n\n{table(heads, rows)}")


if __name__ == "__main__":
    main()
