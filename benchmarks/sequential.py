"""Errors of adding seeds until decided, and of comparing two arms that do not differ.

    python benchmarks/sequential.py [RUNS]

Seeded simulation; prints Markdown tables of percentages with their Monte Carlo standard error.
"""

import functools
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from stablecheck.evidence.interval import interval
from stablecheck.evidence.paired import difference, probability_of_improvement
from stablecheck.evidence.shares import share
from stablecheck.evidence.spending import looks
from stablecheck.evidence.tolerance import tolerance

CONFIDENCE, FIRST, MOST = 0.95, 8, 40
SIZES = (5, 8, 14, 30)
CORRELATION = 0.5
SHARE, CONTENT = 0.8, 0.9


# Scores -------------------------------------------------------------------------------------------


def pair(rng, size):
    """Two standard normal arrays whose columns hang together as scores of one seed do."""
    shared, one, two = rng.standard_normal((3, *size))
    own = math.sqrt(1 - CORRELATION)
    return [math.sqrt(CORRELATION) * shared + own * noise for noise in (one, two)]


def normal(rng, size):
    return pair(rng, size)


def skewed(rng, size):
    """Lognormal with a log-sd of 0.5: a long tail of good scores."""
    mean = math.exp(0.125)
    sd = mean * math.sqrt(math.expm1(0.25))
    return [(np.exp(0.5 * z) - mean) / sd for z in pair(rng, size)]


def tailed(rng, size):
    """Its mirror image: a long tail of bad scores."""
    return [-scores for scores in skewed(rng, size)]


def two_mode(rng, size):
    modes = pair(rng, size)
    inside = pair(rng, size)
    both = zip(modes, inside, strict=True)
    return [(2 * np.sign(mode) + z) / math.sqrt(5) for mode, z in both]


def rounded(rng, size):
    """Accuracies on 360 rows with an sd of half a percent: many ties."""
    return [np.round(1.8 * z) for z in pair(rng, size)]


def collapsing(share):
    """Normal scores that in this share of trainings end 20 sd below, whatever the seed."""

    def draw(rng, size):
        return [scores - 20 * (rng.random(size) < share) for scores in pair(rng, size)]

    return draw


SHAPES = {
    "normal": normal,
    "skewed": skewed,
    "tailed": tailed,
    "two modes": two_mode,
    "rounded": rounded,
    "collapse in 1 %": collapsing(0.01),
    "collapse in 3 %": collapsing(0.03),
    "collapse in 10 %": collapsing(0.1),
}


@functools.cache
def low_quantile(shape):
    """The value that 90 % of the scores exceed."""
    z, mean = stats.norm.ppf(1 - CONTENT), math.exp(0.125)
    sd = mean * math.sqrt(math.expm1(0.25))
    mixture = optimize.brentq(
        lambda x: stats.norm.cdf([x - 2, x + 2]).mean() - (1 - CONTENT), -9.0, 9.0
    )
    return {
        "normal": z,
        "skewed": (math.exp(0.5 * z) - mean) / sd,
        "tailed": -(math.exp(-0.5 * z) - mean) / sd,
        "two modes": mixture / math.sqrt(5),
    }[shape]


# Rules --------------------------------------------------------------------------------------------


def spending(power):
    """Looks and their levels, α·(n / most)^power spent; the shipped rule is power 1."""
    numbers = [look.n for look in looks(FIRST, MOST, CONFIDENCE)]
    spent = (1 - CONFIDENCE) * (np.array(numbers) / MOST) ** power
    return list(zip(numbers, 1 - np.diff(spent, prepend=0.0), strict=True))


RULES = {
    "until decided": [(look.n, look.confidence) for look in looks(FIRST, MOST, CONFIDENCE)],
    "peeking": [(look.n, CONFIDENCE) for look in looks(FIRST, MOST, CONFIDENCE)],
    "one look": [(MOST, CONFIDENCE)],
}


@dataclass(frozen=True)
class Claim:
    """A requirement `quantity >= threshold` on scores, and how its bounds are made.

    Scores of mean `just` are those for which it is just true.
    """

    name: str
    shape: str
    bounds: Callable
    threshold: float
    just: float = 0.0

    def scores(self, rng, runs, shift):
        """`MOST` scores a run, `shift` sd above those for which the claim is just true."""
        return SHAPES[self.shape](rng, (runs, MOST))[0] + self.just + shift


def bounds_of_mean(scores, level):
    return interval(scores, "mean", level, np.random.default_rng(0))


def bounds_of_tolerance(scores, level):
    return tolerance(scores, CONTENT, level, side="lower")


@functools.cache
def _bounds_of_share(successes, n, level):
    return share(successes, n, level)


def bounds_of_share(scores, level):
    """Of the share of scores above 0."""
    return _bounds_of_share(int((scores >= 0).sum()), len(scores), level)


BOUNDARY_SHAPES = ("normal", "skewed", "tailed", "two modes")
CLAIMS = (
    *(Claim("mean", shape, bounds_of_mean, 0.0) for shape in BOUNDARY_SHAPES),
    Claim("share", "normal", bounds_of_share, SHARE, stats.norm.ppf(SHARE)),
    *(
        Claim("tolerance", shape, bounds_of_tolerance, low_quantile(shape))
        for shape in BOUNDARY_SHAPES
    ),
)
NORMAL_CLAIMS = tuple(claim for claim in CLAIMS if claim.shape == "normal")


def decide(claim, scores, rule):
    """+1 GO, −1 NO-GO, 0 still open, and with how many trials."""
    for n, level in rule:
        found = claim.bounds(scores[:n], level)
        if found.low >= claim.threshold:
            return 1, n
        if found.high < claim.threshold:
            return -1, n
    return 0, rule[-1][0]


def decided(claim, rule, shift, runs, seed):
    """Shares of GO and NO-GO, and the mean number of trials."""
    scores = claim.scores(np.random.default_rng(seed), runs, shift)
    outcomes = np.array([decide(claim, row, rule) for row in scores])
    return (outcomes[:, 0] == 1).mean(), (outcomes[:, 0] == -1).mean(), outcomes[:, 1].mean()


# Tables -------------------------------------------------------------------------------------------


def percent(share_, runs):
    error = 100 * math.sqrt(max(share_ * (1 - share_), 1 / runs) / runs)
    return f"{100 * share_:.1f} ± {error:.1f}"


def table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def boundary_rows(runs):
    for number, claim in enumerate(CLAIMS):
        cells = []
        for rule in RULES.values():
            go, no_go, _ = decided(claim, rule, 0.0, runs, seed=[1, number])
            cells += [percent(go, runs), percent(no_go, runs)]
        yield [claim.name, claim.shape, *cells]


def trials_rows(runs):
    for number, claim in enumerate(NORMAL_CLAIMS):
        for shift in (-1.0, 0.0, 0.5, 1.0, 1.5, 2.0):
            cells = []
            for name in ("until decided", "one look"):
                go, no_go, n = decided(claim, RULES[name], shift, runs, seed=[2, number])
                cells += [f"{100 * go:.0f} / {100 * no_go:.0f}", f"{n:.1f}"]
            yield [claim.name, f"{shift:+g}", *cells]


def spending_rows(runs):
    for number, claim in enumerate(NORMAL_CLAIMS):
        for power in (0.5, 1, 2, 3):
            cells = []
            for shift in (0.0, 0.5, 1.0, 2.0):
                go, _, n = decided(claim, spending(power), shift, runs, seed=[3, number])
                cells.append(f"{100 * go:.1f}; {n:.1f}")
            yield [claim.name, power, *cells]


def same_rows(runs):
    """Candidate and other are drawn alike, so every claimed difference is wrong."""
    for number, (shape, draw) in enumerate(SHAPES.items()):
        if shape == "tailed":
            continue  # differences of two arms alike are symmetric, whichever side the tail is on
        for n in SIZES:
            rng = np.random.default_rng([4, number, n])
            wrong = np.mean(
                [claims_of(*rows) for rows in zip(*draw(rng, (runs, n)), strict=True)], 0
            )
            yield [shape, n, *(percent(one, runs) for one in wrong)]


def claims_of(candidate, other):
    """Which wrong claims two arms lead to."""
    arms = [dict(enumerate(scores.tolist())) for scores in (candidate, other)]
    mean, median = (
        difference(*arms, name, CONFIDENCE, higher_is_better=True) for name in ("mean", "median")
    )
    won = probability_of_improvement(*arms, CONFIDENCE, higher_is_better=True)
    return (
        mean.low > 0 or mean.high < 0,
        mean.low >= 0,
        median.low > 0 or median.high < 0,
        median.low >= 0,
        won.low > 0.5 or won.high < 0.5,
        won.low >= 0.5,
    )


def main(runs=3000):
    print(f"## Deciding at the boundary, {FIRST} to {MOST} trials; percent of {runs} runs\n")
    sides = [f"{name}, {side}" for name in RULES for side in ("false GO", "false NO-GO")]
    table(["quantity", "scores", *sides], boundary_rows(runs))
    print("## Trials until decided, normal scores, by distance from the boundary in sd\n")
    columns = ["until decided, GO / NO-GO %", "trials", "one look, GO / NO-GO %", "trials"]
    table(["quantity", "distance", *columns], trials_rows(runs // 2))
    print("## Spending functions α·(n / most)^ρ: GO %; trials, by distance in sd\n")
    table(["quantity", "ρ", "0", "0.5", "1", "2"], spending_rows(runs // 2))
    print("## Two arms that do not differ, paired by seed; percent of wrong claims\n")
    claimed = ("differs (nominal 10)", "is no worse, margin 0 (nominal 5)")
    names = ("mean", "median", "P(improvement)")
    table(["scores", "n", *(f"{n} {claim}" for n in names for claim in claimed)], same_rows(runs))
    print("With rounded scores, most of them tied, the median difference is 0 and truly no worse.")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
