"""Draw path.svg from finished runs, one of each checklist: γ along the path, with its null.

python draw.py RUN…
"""

import statistics
import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from runs import BASE, RANDOM_LABELS, null, read_runs

FIGURE = Path(__file__).with_name("path.svg")
LINES = {
    "training batches": (BASE, "train", "#1f4e79", "-"),
    "held-out batches": (BASE, "heldout", "#c55a11", "-"),
    "another seed's end": (BASE, "cross_seed", "#7f7f7f", "-"),
    "random labels": (RANDOM_LABELS, "train", "#1f4e79", ":"),
}


def curve(paths, source):
    """Median γ over batches and seeds at each share of the path, the last twentieth left out."""
    measured = [path for path in paths if path[source] is not None]
    kept = [step / measured[0]["total_steps"] for step in measured[0]["step"]]
    shares = [share for share in kept if share < 0.95]
    medians = [
        statistics.median(gamma for path in measured for gamma in path[source]["alignment"][place])
        for place in range(len(shares))
    ]
    return shares, medians


def panel(axes, run):
    for label, (arm, source, color, style) in LINES.items():
        axes.plot(*curve(run.paths(arm), source), color=color, linestyle=style, label=label)
    path = run.paths(BASE)[0]
    shares, _ = curve([path], "train")
    nulls = [null(path, place) for place in range(len(shares))]
    axes.fill_between(
        shares, [-value for value in nulls], nulls, color="#e3e3e3", label="±1/√(T − t)"
    )
    axes.set_title(run.model)
    axes.set_xlabel("share of the path")


def main(*folders):
    mpl.rcParams.update({"svg.hashsalt": "paper", "svg.fonttype": "none", "font.size": 9})
    runs = read_runs(folders)
    figure, (panels,) = plt.subplots(
        1, len(runs), figsize=(11, 3), sharey=True, layout="constrained", squeeze=False
    )
    for axes, run in zip(panels, runs, strict=True):
        panel(axes, run)
    panels[0].set_ylabel("alignment γ")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    figure.savefig(FIGURE, metadata={"Date": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
