"""How long the commands that train nothing take to start, against the least a click program needs.

    python benchmarks/start_up.py [ROUNDS]

Both sides of each pair run alternately; the table gives medians and the median of the ratios.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOOR = [sys.executable, "-c", "import click"]
COMMANDS = {
    "stablecheck --help": ["--help"],
    "stablecheck validate quickstart": ["validate", "quickstart"],
    "stablecheck plan quickstart --no-pilot": ["plan", "quickstart", "--no-pilot"],
}


def seconds(command):
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - started


def pair(command, rounds):
    """Times of floor and command, measured in turn."""
    seconds(FLOOR), seconds(command)  # once each to warm the file cache; not counted
    return [(seconds(FLOOR), seconds(command)) for _ in range(rounds)]


def main(rounds=7):
    print("| command | seconds | `import click` | ratio |")
    print("|---|---|---|---|")
    for name, arguments in COMMANDS.items():
        times = pair([sys.executable, "-m", "stablecheck", *arguments], rounds)
        floor, ours = (statistics.median(side) for side in zip(*times, strict=True))
        ratio = statistics.median(b / a for a, b in times)
        print(f"| `{name}` | {ours:.2f} | {floor:.2f} | {ratio:.1f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
