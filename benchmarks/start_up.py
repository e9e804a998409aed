"""How long the commands that train nothing take, against the least a click program needs.

    python -m benchmarks.start_up [--repeats 7]

Both sides of each pair run alternately; the table gives medians and the median of the ratios. The
report is that of a run with 200 trainings, which is made first.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.recipes import candidate, checklist
from benchmarks.tables import keep, machine, table

ROOT = Path(__file__).resolve().parent.parent
FLOOR = [sys.executable, "-c", "import click"]
PROBES = {
    "seeds": {"kind": "init_seeds", "seeds": 85},
    "lr": {"kind": "lr_jitter", "factors": [0.5, 0.7, 1, 1.4, 2], "seeds": 25},
}
"""85 seeds, four other learning rates with 25 each, and 15 of `standard`: 200 trainings."""
MOST_SECONDS, MOST_MEGABYTES = 3.0, 1.0


def made_run(folder: Path) -> Path:
    """A finished run of 200 trainings, short ones."""
    text = checklist(candidate("MLP", 30), PROBES, extends=["standard"])
    text = text.replace("count(seeds.score) >= 1", "mean(seeds.score) >= 0")
    (folder / "checklist.yaml").write_text(text)
    command = ["run", "checklist.yaml", "--output", "runs"]
    subprocess.run(
        [sys.executable, "-m", "stablecheck", *command], cwd=folder, stdout=subprocess.DEVNULL
    )
    (run,) = (folder / "runs").iterdir()
    assert len(list((run / "trials").glob("*.json"))) == 200
    return run


def seconds(command: Sequence[str]) -> float:
    started = time.perf_counter()
    ended = subprocess.run(command, cwd=ROOT, capture_output=True)
    taken = time.perf_counter() - started
    assert ended.returncode in (0, 97, 98, 99), ended.stderr  # a verdict is no failure
    return taken


def pair(command: Sequence[str], repeats: int) -> list[tuple[float, float]]:
    """Times of floor and command, measured in turn."""
    seconds(FLOOR), seconds(command)  # once each to warm the file cache; not counted
    return [(seconds(FLOOR), seconds(command)) for _ in range(repeats)]


def said_of(run: Path, taken: float) -> str:
    """Whether the report is as quick and as small as it should be."""
    sizes = {name: (run / name).stat().st_size / 1e6 for name in ("report.pdf", "report.html")}
    quick = "met" if taken <= MOST_SECONDS else f"missed by {taken - MOST_SECONDS:.1f} s"
    small = "met" if max(sizes.values()) <= MOST_MEGABYTES else "missed"
    each = ", ".join(f"{name} {size:.2f} MB" for name, size in sizes.items())
    return (
        f"Report of 200 trainings: at most {MOST_SECONDS:g} s: {quick}; at most "
        f"{MOST_MEGABYTES:g} MB each: {small} ({each})."
    )


@click.command(help=__doc__)
@click.option("--repeats", default=7, show_default=True)
def main(repeats: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = made_run(Path(folder))
        commands = {
            "stablecheck --help": ["--help"],
            "stablecheck validate quickstart": ["validate", "quickstart"],
            "stablecheck plan quickstart --no-pilot": ["plan", "quickstart", "--no-pilot"],
            "stablecheck report RUN_OF_200": ["report", str(run)],
        }
        rows, taken = [], 0.0
        for name, arguments in commands.items():
            times = pair([sys.executable, "-m", "stablecheck", *arguments], repeats)
            floor, taken = (statistics.median(side) for side in zip(*times, strict=True))
            ratio = statistics.median(b / a for a, b in times)
            rows.append([f"`{name}`", f"{taken:.2f}", f"{floor:.2f}", f"{ratio:.1f}"])
        said = said_of(run, taken)
    heads = ["command", "seconds", "`import click`", "ratio"]
    keep("start-up", f"Medians of {repeats}. {machine()}.\n\n{table(heads, rows)}\n\n{said}")


if __name__ == "__main__":
    main()
