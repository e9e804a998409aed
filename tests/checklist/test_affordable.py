"""What a training can pay for, against a search over everything that might be measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecheck.checklist.affordable import (
    LEAST_SNAPSHOTS,
    STEPS_PER_GRADIENT,
    affordable,
    fewest_steps,
)
from stablecheck.checklist.schema import Checklist, Measure
from stablecheck.recipe import Candidate


def checklist(measure, *shown, **budget):
    candidate = Candidate(
        model="m:m", data="d:d", task="classification", loss="cross_entropy", score="accuracy",
        optimizer={"lr": 0.1}, **(budget or {"steps": 1000}),
    )  # fmt: skip
    return Checklist.model_validate(
        {
            "schema": "stablecheck/1", "name": "n", "version": "1", "candidate": candidate,
            "probes": {"seeds": {"kind": "init_seeds", "seeds": 3}},
            "checks": ({"id": "a", "require": "mean(seeds.score) >= 0"},),
            "measure": measure, "report": {"measures": shown},
        }
    )  # fmt: skip


measures = st.builds(
    Measure,
    snapshots=st.integers(2, 60),
    batches=st.integers(1, 12),
    budget=st.floats(0.01, 5),
    sources=st.sampled_from([("train",), ("train", "heldout"), ("heldout", "full")]),
)


@given(measures, st.integers(1, 5000))
def test_it_is_the_most_that_the_budget_pays_for_and_never_below_the_least(measure, steps):
    found = affordable(checklist(measure, steps=steps), None)
    drawn = len([source for source in measure.sources if source != "full"])
    most = min(measure.snapshots, steps)

    def pays(snapshots, batches):
        return snapshots * batches * drawn * STEPS_PER_GRADIENT <= measure.budget * steps + 1e-6

    least = min(LEAST_SNAPSHOTS, most)
    with_all = [b for b in range(1, measure.batches + 1) if pays(most, b)]
    with_one = [s for s in range(least, most + 1) if pays(s, 1)]
    expected = (most, max(with_all)) if with_all else (max(with_one, default=least), 1)
    assert (min(found.snapshots, steps), found.batches) == expected


@given(measures)
def test_from_the_fewest_steps_on_the_least_measuring_keeps_to_its_budget(measure):
    found = fewest_steps(measure)

    def share_of(steps):
        drawn = len([source for source in measure.sources if source != "full"])
        return min(LEAST_SNAPSHOTS, measure.snapshots) * drawn * STEPS_PER_GRADIENT / steps

    assert share_of(found) <= measure.budget * (1 + 1e-6)
    assert found == 1 or share_of(found - 1) > measure.budget


@pytest.mark.parametrize(
    ("steps", "expected"),
    [(264, (20, 1)), (800, (30, 1)), (2000, (40, 1)), (5200, (40, 5)), (10**6, (40, 8))],
)
def test_the_default_budget_is_a_tenth_of_the_training(steps, expected):
    found = affordable(checklist(Measure(), steps=steps), None)
    assert (found.snapshots, found.batches) == expected


def test_a_budget_in_epochs_is_counted_once_the_rows_are_known():
    asked = checklist(Measure(), epochs=12)
    unknown, known = affordable(asked, None), affordable(asked, 1437)
    assert (unknown.snapshots, unknown.batches) == (40, 8)
    assert (known.snapshots, known.batches) == (20, 1)  # 12 · 22 = 264 steps


def test_all_rows_at_a_few_snapshots_are_asked_for_by_name_and_not_counted():
    found = affordable(checklist(Measure(sources=("full",)), steps=10), None)
    assert (found.snapshots, found.batches) == (40, 8)


@pytest.mark.parametrize(("asked", "expected"), [(8, 2), (2, 2), (1, 1)])
def test_a_measure_of_the_spread_between_batches_gets_two_of_them(asked, expected):
    named = checklist(Measure(batches=asked), "seeds.noise_scale", steps=10)
    assert affordable(named, None).batches == expected
