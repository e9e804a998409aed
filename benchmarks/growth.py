"""Time, memory and disk of whole runs as trials or parameters grow.

    python -m benchmarks.growth

Each run is a process of its own, after one that is not counted; runs of up to 100 trials are done
three times, and the median one is kept. Peak memory is what all its processes need together, shared
pages counted once (the part of PSS, Linux alone, that no file backs: mapped snapshots are the
system's to take back). The figures go to `growth.json`, from which `scale_model` fits.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click

from benchmarks.recipes import candidate, checklist
from benchmarks.tables import keep, machine, table

FIGURES = Path(__file__).resolve().parent / "growth.json"
TRIALS = (10, 30, 100, 300, 1000)
WIDTHS = {0.1: 280, 0.3: 510, 1.0: 960, 3.0: 1690, 10.0: 3110, 30.0: 5430, 100.0: 9950}
"""Width of two hidden layers by millions of parameters, about."""
STEPS = {"trials": 100, "parameters": 20}
SAMPLING = 0.1


def of_trials(count: int) -> str:
    """A checklist of so many small trainings, computed as `auto` chooses."""
    probes = {"seeds": {"kind": "init_seeds", "seeds": count}}
    run = {"device": "cpu", "max_trials": 2000}
    return checklist(candidate("MLP", STEPS["trials"]), probes, run=run)


def of_parameters(width: int) -> str:
    """A checklist of two trainings of one model, one after the other in one process."""
    recipe = candidate("MLP", STEPS["parameters"])
    recipe["model_args"] = recipe["model_args"] | {"hidden": [width, width]}
    probes = {"seeds": {"kind": "init_seeds", "seeds": 2}}
    run = {"device": "cpu", "executor": "processes", "workers": 1}
    return checklist(recipe, probes, run=run)


def measured(text: str) -> dict[str, Any]:
    """Seconds, peak memory and disk of one run, and what its result says of its trials."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        (folder / "checklist.yaml").write_text(text)
        command = [sys.executable, "-m", "stablecheck", "run", "checklist.yaml", "--quiet"]
        started = time.perf_counter()
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:
            peak = 0
            while process.poll() is None:
                peak = max(peak, sum(map(_memory, _tree(process.pid))))
                time.sleep(SAMPLING)
        seconds = time.perf_counter() - started
        (run,) = (folder / "stablecheck-runs").iterdir()
        result = json.loads((run / "result.json").read_text())
        disk = sum(file.stat().st_size for file in run.rglob("*") if file.is_file())
    assert {trial["status"] for trial in result["trials"]} == {"ok"}
    return {
        "trials": len(result["trials"]),
        "parameters": result["candidate"]["parameters"],
        "seconds": seconds,
        "trial_seconds": result["run"]["trial_seconds"],
        "measuring_seconds": result["run"]["measuring_seconds"],
        "memory": peak,
        "disk": disk,
    }


def _tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for tasks in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                waiting.extend(map(int, tasks.read_text().split()))
            except OSError:  # it ended meanwhile
                continue
    return found


def _memory(pid: int) -> int:
    """Bytes of a process that no file backs, of shared pages its part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    kinds = ("Pss_Anon:", "Pss_Shmem:")
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(kinds))


def median_of(text: str, times: int) -> dict[str, Any]:
    """Of so many runs the one of median length."""
    return sorted((measured(text) for _ in range(times)), key=lambda one: one["seconds"])[
        times // 2
    ]


def row(found: dict[str, Any]) -> list[str]:
    return [
        f"{found['trials']:,}", f"{found['parameters'] / 1e6:.3g} M", f"{found['seconds']:.1f}",
        f"{found['trial_seconds']:.1f}", f"{found['measuring_seconds']:.1f}",
        f"{found['memory'] / 2**20:,.0f}", f"{found['disk'] / 1e6:.2f}",
    ]  # fmt: skip


@click.command(help=__doc__)
def main() -> None:
    found: dict[str, Any] = {"machine": machine(), "steps": STEPS, "trials": [], "parameters": []}
    measured(of_trials(2))  # warms the file cache; not counted
    for count in TRIALS:
        found["trials"].append(median_of(of_trials(count), 3 if count <= 100 else 1))
        click.echo(f"{count} trials: {found['trials'][-1]}", err=True)
    for width in WIDTHS.values():
        found["parameters"].append(measured(of_parameters(width)))
        click.echo(f"width {width}: {found['parameters'][-1]}", err=True)
    FIGURES.write_text(json.dumps(found, indent=1) + "\n")
    heads = [
        "trials", "parameters", "seconds", "of trainings", "of measuring", "peak memory, MiB",
        "run folder afterwards, MB",
    ]  # fmt: skip
    said = (
        f"{STEPS['trials']} steps a training where trials grow, {STEPS['parameters']} where "
        f"parameters do. {machine()}."
    )
    rows = [row(one) for one in (*found["trials"], *found["parameters"])]
    keep("growth", f"{said}\n\n{table(heads, rows)}")


if __name__ == "__main__":
    main()
