"""Write the tables of README.md from finished runs, one of each checklist.

    python write_tables.py RUN…

Each table stands between <!-- NAME --> and <!-- /NAME -->. A cell gives the median over the seeds
of one arm, and in brackets the smallest and the largest.
"""

import math
import re
import statistics
import sys
from pathlib import Path

from runs import BASE, NOISE, PLAIN_SGD, RANDOM_LABELS, null, read_runs, require_all

README = Path(__file__).with_name("README.md")
OPTIMIZERS = {
    PLAIN_SGD: "plain SGD",
    ("opt", "momentum"): "SGD with momentum",
    ("opt", "adam"): "Adam",
}
FACTORS = {
    BASE: "as it is",
    ("arch", "no-skip"): "no skip connections",
    ("arch", "no-norm"): "no normalisation",
    **OPTIMIZERS,
    ("batch", "16"): "batches of 16",
    ("batch", "256"): "batches of 256",
}
CONTROLS = {RANDOM_LABELS: "random labels", NOISE: "noise for gradients"}
PARTS = {
    "first step": (0.0, 0.02),
    "to a tenth": (0.02, 0.1),
    "to half-way": (0.1, 0.5),
    "to 0.9": (0.5, 0.9),
    "to 0.95": (0.9, 0.95),
}


def cell(values, digits=2):
    """The median, and in brackets the range; a dash where there is nothing."""
    if not values:
        return "–"
    low, middle, high = min(values), statistics.median(values), max(values)
    text = f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
    return text.replace("-", "−")


def table(head, rows):
    """A Markdown table; ``rows`` are lists of cells."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def by_model(runs, columns):
    """A row for each model; ``columns`` maps a heading to an arm and one of its measures."""
    rows = [[run.model, *(cell(run.measure(*asked)) for asked in columns.values())] for run in runs]
    return table(["model", *columns], rows)


def by_arm(arms, name):
    """A row for each arm and a column for each model, all of one measure."""

    def make(runs):
        rows = [
            [label, *(cell(run.measure(arm, name)) for run in runs)] for arm, label in arms.items()
        ]
        return table(["", *(run.model for run in runs)], rows)

    return make


def setup(runs):
    """What was trained, and how well the candidate itself came out."""
    rows = []
    for run in runs:
        facts, base = run.result["candidate"], run.trials(BASE)
        sizes = [facts["parameters"], facts["n_train"], facts["steps"], len(base)]
        outcomes = [cell(run.measure(BASE, "score")), cell(run.measure(BASE, "loss"))]
        rows.append([run.model, *map(str, sizes), *outcomes])
    head = ["parameters", "training rows", "steps", "seeds", "accuracy", "held-out loss"]
    return table(["model", *head], rows)


def positive(runs):
    return by_model(
        runs,
        {
            "training batches": (BASE, "path.positive_share"),
            "held-out batches": (BASE, "path.heldout.positive_share"),
            "all training rows": (BASE, "path.full.positive_share"),
            "towards another seed's end": (BASE, "path.cross_seed.positive_share"),
        },
    )


def positive_controls(runs):
    return by_model(
        runs,
        {
            "random labels, training batches": (RANDOM_LABELS, "path.positive_share"),
            "random labels, held-out batches": (RANDOM_LABELS, "path.heldout.positive_share"),
            "noise for gradients, training batches": (NOISE, "path.positive_share"),
        },
    )


def alignment(runs):
    return by_model(
        runs,
        {
            "γ": (BASE, "path.alignment"),
            "γ/γ_null": (BASE, "path.alignment_vs_null"),
            "held-out": (BASE, "path.heldout.alignment_vs_null"),
            "random labels": (RANDOM_LABELS, "path.alignment_vs_null"),
            "noise for gradients": (NOISE, "path.alignment_vs_null"),
        },
    )


def over_part(path, part, value):
    """Median of ``value(path, place)`` over the snapshots in one part of the path."""
    low, high = part
    shares = [step / path["total_steps"] for step in path["step"]]
    inside = [place for place, share in enumerate(shares) if low <= share < high]
    return statistics.median(value(path, place) for place in inside)


def gamma(path, place):
    return statistics.median(path["train"]["alignment"][place])


def optimal_over_rate(path, place):
    """The locally optimal learning rate in units of the one taken, η*/η with η* = RSI/EB²."""
    pairs = zip(path["train"]["rsi"][place], path["train"]["eb"][place], strict=True)
    return statistics.median(rsi / eb**2 for rsi, eb in pairs) / path["lr"][place]


def course(label, paths, value):
    """A row: how a number moves along the path, in the parts of ``PARTS``."""
    parts = PARTS.values()
    return [label, *(cell([over_part(path, part, value) for path in paths]) for part in parts)]


def alignment_course(runs):
    rows = [course(run.model, run.paths(BASE), gamma) for run in runs]
    everyone = [path for run in runs for path in run.paths(BASE)]
    return table(["model", *PARTS], [*rows, course("1/√(T − t)", everyone, null)])


def optimal_rates(runs):
    rows = [course(run.model, run.paths(PLAIN_SGD), optimal_over_rate) for run in runs]
    return table(["model", *PARTS], rows)


def steps_to_halve(path):
    """The first snapshot's step at which ‖d‖² is half of what it was."""
    halved = (d**2 <= path["distance"][0] ** 2 / 2 for d in path["distance"])
    return next(step for step, half in zip(path["step"], halved, strict=True) if half)


def linear_rates(runs):
    rows = []
    for run in runs:
        bounds = run.measure(BASE, "path.linear_rate")
        promised = [math.log(0.5) / math.log(bound) for bound in bounds]
        taken = [steps_to_halve(path) for path in run.paths(BASE)]
        share = f"{len(bounds)} of {len(taken)}"
        rows.append([run.model, share, cell(promised, 0), cell(taken, 0)])
    head = ["model", "RSI > 0 on every batch", "steps to halve ‖d‖²: bound", "measured"]
    return table(head, rows)


def updates(runs):
    """The update's alignment by optimiser, and below it what noise gives without and with momentum.

    Steps u_t = βu_{t−1} − g_t of pure noise have alignment 1/√((1 − β²)(T − t)) with their own sum.
    """
    measured = by_arm({BASE: "as it is", **OPTIMIZERS}, "path.update_alignment")(runs)
    noise = []
    for momentum in (0.0, 0.9):
        middles = ([over_part(path, (0.0, 0.95), null) for path in run.paths(BASE)] for run in runs)
        gain = (1 - momentum**2) ** -0.5
        cells = [cell([gain * middle for middle in one]) for one in middles]
        noise.append(f"| noise, momentum {momentum:g} | {' | '.join(cells)} |")
    return "\n".join([measured, *noise])


def companions(runs):
    return by_model(
        runs,
        {
            "largest rise of the loss": (BASE, "interpolation.max_rise"),
            "NTK drift": (BASE, "ntk.drift"),
        },
    )


TABLES = {
    "setup": setup,
    "positive": positive,
    "positive-controls": positive_controls,
    "alignment": alignment,
    "course": alignment_course,
    "rates": optimal_rates,
    "linear": linear_rates,
    "factors": by_arm(FACTORS, "path.positive_share"),
    "factors-heldout": by_arm(FACTORS, "path.heldout.positive_share"),
    "factors-gamma": by_arm(FACTORS, "path.alignment"),
    "factors-null": by_arm(FACTORS, "path.alignment_vs_null"),
    "updates": updates,
    "scores": by_arm({**FACTORS, **CONTROLS}, "score"),
    "companions": companions,
}


def fill(page, runs):
    """The page with every table it has a place for."""
    for name, make in TABLES.items():
        between = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        page = between.sub(lambda found, make=make: f"{found[1]}{make(runs)}\n{found[2]}", page)
    return page


def main(*folders):
    README.write_text(fill(README.read_text(), read_runs(folders)))


if __name__ == "__main__":
    require_all(read_runs(sys.argv[1:]))
    main(*sys.argv[1:])
