"""The simulations as Markdown tables; what is met or missed is computed from the figures shown."""

import math

from benchmarks.simulation.coverage import QUANTITIES, coverage
from benchmarks.simulation.decisions import DEMANDS, MEAN, MEDIAN, SHARE, THREE, TOLERANCE, verdicts
from benchmarks.simulation.shapes import COLLAPSES, NORMAL, OTHERS, SHAPES, SIZES

LEAST_COVERAGE, MOST_FALSE = 93.0, 5.0
_SIZES = " / ".join(map(str, SIZES))
_FREE_OF_SHAPE = ("p(10)", "median", "share of 0.8")
_SLOW = ("gain from doubling", "headroom")
_POWER_SIZES = (5, 7, 14, 30)
# Replications below which a table of slow or secondary figures would say too little.
_FEWEST = 400
# What keeps the two other blockers of three from deciding anything.
_COMFORTABLE = 20.0


def markdown(heads, rows):
    """One table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def percent(share):
    return f"{100 * share:.1f}"


def coverage_table(quantities, shapes, replications, seed):
    """Rows of quantity and bound, a column for each shape, then the worst cell and the target."""
    rows = []
    for quantity in quantities:
        cells = [
            [coverage(quantity, shape, n, replications, seed) for n in SIZES] for shape in shapes
        ]
        for side in quantity.sides:
            held = [[one[side] for one in by_size] for by_size in cells]
            worst = min(float(percent(one.held)) for by_size in held for one in by_size)
            shown = [" / ".join(map(_covered, by_size)) for by_size in held]
            target = "met" if worst >= LEAST_COVERAGE else "missed"
            rows.append([quantity.name, side, *shown, f"{worst:.1f}", target])
    heads = ["quantity", "bound", *(shape.name for shape in shapes), "worst", "≥ 93"]
    return markdown(heads, rows)


def _covered(one):
    """A bound that is infinite more often than not is marked: it holds by saying nothing."""
    return percent(one.held) + ("∞" if one.finite < 0.5 else "")


def stress_table(replications, seed):
    """Coverage under rare collapses, with no target."""
    quantities = [one for one in QUANTITIES if one.name not in _SLOW]
    rows = []
    for quantity in quantities:
        found = [
            [coverage(quantity, shape, n, replications, seed) for n in SIZES] for shape in COLLAPSES
        ]
        rows += [
            [
                quantity.name,
                side,
                *(" / ".join(_covered(one[side]) for one in by_size) for by_size in found),
            ]
            for side in quantity.sides
        ]
    return markdown(["quantity", "bound", *(shape.name for shape in COLLAPSES)], rows)


def others_table(replications, seed):
    """Coverage of shapes that no bound was made for; bounds that hold for all are left out."""
    quantities = [one for one in QUANTITIES if one.name not in (*_FREE_OF_SHAPE, *_SLOW)]
    return coverage_table(quantities, OTHERS, replications, seed)


def decision_table(shapes, replications, seed):
    """False GO and false NO-GO of one blocker on its boundary, and of three."""
    rows = []
    for shape in shapes:
        for text, count, passing, failing in _at_boundary(shape, replications, seed):
            cells = [*_errors(passing, "pass", count), *_errors(failing, "fail", count)]
            rows.append([text, shape.name, *cells])
    heads = ["requirement", "scores", "false GO, %", "≤ 5", "false NO-GO, %", "≤ 5"]
    return markdown(heads, rows)


def decision_stress_table(replications, seed):
    """The same under rare collapses, with no target."""
    rows = [
        [text, shape.name, _errors(passing, "pass", count)[0], _errors(failing, "fail", count)[0]]
        for shape in COLLAPSES
        for text, count, passing, failing in _at_boundary(shape, replications, seed)
    ]
    return markdown(["requirement", "scores", f"false GO, %, n = {_SIZES}", "false NO-GO, %"], rows)


def _at_boundary(shape, replications, seed):
    """Of each requirement: text, replications, and the verdicts for false GO and for false NO-GO.

    Of three blockers, a GO is false where the first is on its boundary and the others clear; most
    NO-GO are false where all three are on theirs.
    """
    for demand in DEMANDS:
        found = [verdicts([demand], shape, n, replications, seed, [0.0]) for n in SIZES]
        yield demand.text, replications, found, found
    few = max(_FEWEST, replications // 4)
    first = [0.0] + [_COMFORTABLE] * (len(THREE) - 1)
    passing = [verdicts(THREE, shape, n, few, seed, first) for n in SIZES]
    failing = [verdicts(THREE, shape, n, few, seed, [0.0] * len(THREE)) for n in SIZES]
    yield "three blockers", few, passing, failing


def _errors(found, word, replications):
    shares = [one[word] for one in found]
    return " / ".join(map(percent, shares)), _at_most(max(shares), replications)


def _at_most(share, replications):
    """Met by the figure itself; or within two standard errors of the simulation; or missed."""
    shown = float(percent(share))
    if shown <= MOST_FALSE:
        return "met"
    error = 100 * math.sqrt(0.05 * 0.95 / replications)
    return "met within error" if shown <= MOST_FALSE + 2 * error else "missed"


def power_table(replications, seed):
    """How often normal scores beyond the boundary pass, and those short of it fail."""
    rows = []
    for demand in (TOLERANCE, SHARE, MEAN, MEDIAN):
        for margin in (1.0, 2.0, 3.0):
            good, bad = (
                [verdicts([demand], NORMAL, n, replications, seed, [signed]) for n in _POWER_SIZES]
                for signed in (margin, -margin)
            )
            passes = " / ".join(percent(one["pass"]) for one in good)
            fails = " / ".join(percent(one["fail"]) for one in bad)
            rows.append([demand.text, f"{margin:g} sd", passes, fails])
    sizes = " / ".join(map(str, _POWER_SIZES))
    return markdown(["requirement", "distance", f"GO, %, n = {sizes}", "NO-GO, %"], rows)


def sections(replications, seed):
    """Title and table of every simulation, computed one by one."""
    few = max(_FEWEST, replications // 4)
    yield f"Coverage, %, n = {_SIZES}", coverage_table(QUANTITIES, SHAPES, replications, seed)
    yield "Decisions at the boundary", decision_table(SHAPES, replications, seed)
    yield "How often a recipe away from the boundary is decided", power_table(few, seed)
    yield "Other shapes than those the bounds are made for", others_table(few, seed)
    yield f"Stress: silent collapses, coverage, %, n = {_SIZES}", stress_table(few, seed)
    yield "Stress: decisions at the boundary", decision_stress_table(few, seed)
