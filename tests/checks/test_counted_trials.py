"""Which trials a quantity speaks of, and the value it takes from each."""

from __future__ import annotations

import pytest

from stablecheck.checklist.requirement import Quantity, Statistic
from stablecheck.trial.record import PathRecord, Series
from tests.checks.made_up import lr_run, result_of, run, trial


def test_named_measures_are_read_from_the_trial():
    trials = [trial(i, 0.9, **{"path.alignment": 0.2 + i / 100}) for i in range(5)]
    found = result_of(
        Statistic("median", Quantity("seeds", "path.alignment")), ">=", 0.1, run(trials)
    )
    assert found.estimate == pytest.approx(0.22)
    assert found.outcome == "pass"


def test_the_first_seed_has_no_control_and_does_not_count_against_one():
    grid = ((0.1,),)
    series = Series(rsi=grid, eb=grid, alignment=grid, loss=grid)
    base = {"step": (0,), "total_steps": 9, "lr": (0.1,), "distance": (1.0,), "train": series}
    alone, controlled = PathRecord(**base), PathRecord(**base, cross_seed=series)
    first = trial(0, 0.9).model_copy(update={"path": alone})
    others = [
        trial(i, 0.9, **{"path.cross_seed.rsi": -0.1 - i / 100}).model_copy(
            update={"path": controlled}
        )
        for i in range(1, 8)
    ]
    quantity = Quantity("seeds", "path.cross_seed.rsi")
    found = result_of(Statistic("median", quantity), ">=", -1.0, run([first, *others]))
    assert (found.n, found.outcome) == (7, "pass")
    diverged = trial(9, None, status="diverged")
    worst = result_of(Statistic("min", quantity), ">=", -1.0, run([first, *others, diverged]))
    assert worst.outcome == "fail"


def test_a_trial_that_serves_two_probes_counts_once():
    outcomes = lr_run({0.5: [0.9] * 5, 1.0: [0.91] * 5, 2.0: [0.9] * 5})
    assert (
        result_of(Statistic("count", Quantity("all", "score")), ">=", 15.0, outcomes).estimate == 15
    )
    assert (
        result_of(Statistic("count", Quantity("lr", "score")), ">=", 15.0, outcomes).estimate == 15
    )
