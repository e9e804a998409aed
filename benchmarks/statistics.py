"""Coverage of every interval, and how often the decision rule is wrong, by seeded simulation.

    python benchmarks/statistics.py [--replications 4000] [--seed 1]

Prints Markdown tables. The simulations stand in `simulation/`.
"""

import argparse
import importlib.util
import math
import sys
import sysconfig
import time
from pathlib import Path


def main():
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from benchmarks.simulation.tables import sections

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--replications", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started = time.perf_counter()
    error = 100 * math.sqrt(0.05 * 0.95 / arguments.replications)
    print(f"{arguments.replications} replications: at 95 %, one standard error is {error:.2f}.")
    for title, table in sections(arguments.replications, arguments.seed):
        print(f"\n### {title}\n\n{table}", flush=True)
    print(f"\n{time.perf_counter() - started:.0f} s", file=sys.stderr)


def _give_way_to_the_standard_library():
    """A script's folder comes first on Python's path, so this file is in the way of others here."""
    place = Path(sysconfig.get_path("stdlib")) / "statistics.py"
    spec = importlib.util.spec_from_file_location("statistics", place)
    sys.modules["statistics"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


if __name__ == "__main__":
    main()
elif __name__ == "statistics":
    _give_way_to_the_standard_library()
