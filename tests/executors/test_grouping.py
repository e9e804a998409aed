"""Which trials are computed together."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from stablecheck.executors.grouping import jobs, largest_group, shape_of
from stablecheck.plan import Measuring, TrialSpec, derive_seeds
from stablecheck.recipe import PLAIN, Candidate, Optimizer, Treatment
from stablecheck.way import Way

ROWS = 1000
CANDIDATE = Candidate(
    model="stablecheck.zoo:mlp",
    data="sklearn:digits",
    task="classification",
    loss="cross_entropy",
    score="accuracy",
    optimizer=Optimizer(lr=0.1),
    epochs=3,
)
MEASURING = Measuring(snapshots=5, batches=2, sources=("train",), exclude_tail=0.05)


def spec(name, parent=None, candidate=CANDIDATE, treatment=PLAIN, measuring=MEASURING):
    return TrialSpec(
        id=name,
        key=name,
        probe="p",
        arm="a",
        seed=0,
        candidate=candidate,
        treatment=treatment,
        seeds=derive_seeds(0),
        measuring=measuring,
        timeout=60.0,
        cross_seed=parent,
        keeps_end_point=False,
    )


def together(workers=1, members=64):
    return Way(together=True, workers=workers, threads=1, members=members)


def tree(prefix, count, **changes):
    """Seeds of one arm, each but the first referring to its parent in a binary tree."""
    return [
        spec(f"{prefix}{i}", f"{prefix}{(i - 1) // 2}" if i else None, **changes)
        for i in range(count)
    ]


def names(found):
    return [[one.id for one in job] for job in found]


def changed(**fields):
    return Candidate(**(CANDIDATE.model_dump() | fields))


def test_one_by_one_every_trial_is_a_job():
    way = Way(together=False, workers=2, threads=1)
    assert names(jobs(tree("a", 3), way, ROWS)) == [["a0"], ["a1"], ["a2"]]


@pytest.mark.parametrize(
    "same",
    [
        spec("b", candidate=changed(optimizer={"lr": 0.2, "momentum": 0.9, "weight_decay": 0.1})),
        spec("b", treatment=Treatment(data_fraction=0.5)),
        spec("b", treatment=Treatment(label_noise=0.3)),
        spec("b", measuring=MEASURING.model_copy(update={"companions": ("ntk",)})),
    ],
    ids=["numbers of the optimiser", "rows", "labels", "costly measures"],
)
def test_trials_that_differ_in_numbers_and_rows_train_together(same):
    assert names(jobs([spec("a"), same], together(), ROWS)) == [["a", "b"]]


@pytest.mark.parametrize(
    "other",
    [
        spec("b", candidate=changed(optimizer={"name": "adam", "lr": 0.1})),
        spec("b", candidate=changed(model_args={"hidden": [3]})),
        spec("b", candidate=changed(batch_size=32)),
        spec("b", candidate=changed(schedule={"name": "cosine"})),
        spec("b", treatment=Treatment(step_fraction=0.5)),
        spec("b", treatment=Treatment(data_fraction=0.05)),
        spec("b", treatment=Treatment(gradients="noise")),
        spec("b", measuring=MEASURING.model_copy(update={"batches": 3})),
    ],
    ids=[
        "optimiser",
        "model",
        "batch",
        "schedule",
        "steps",
        "batch of few rows",
        "noise",
        "batches",
    ],
)
def test_trials_of_another_shape_do_not(other):
    assert names(jobs([spec("a"), other], together(), ROWS)) == [["a"], ["b"]]


def test_a_share_of_the_rows_smaller_than_a_batch_is_another_shape():
    few, batch = Treatment(data_fraction=0.05), CANDIDATE.batch_size
    assert 0.05 * ROWS < batch < 0.5 * ROWS
    assert shape_of(spec("a", treatment=few), ROWS) != shape_of(spec("a"), ROWS)


def test_families_stay_whole_and_jobs_are_as_large_as_each_other():
    arms = [tree("a", 14), *(tree(name, 5) for name in "bcdefgh")]
    found = jobs([one for arm in arms for one in arm], together(workers=2), ROWS)
    assert sorted(map(len, found)) == [24, 25]
    for arm in arms:
        homes = [job for job in found if {one.id for one in arm} & {one.id for one in job}]
        assert len(homes) == 1


def test_a_family_too_large_for_one_job_only_looks_back():
    found = jobs(tree("a", 14), together(workers=2), ROWS)
    assert names(found) == [[f"a{i}" for i in range(7)], [f"a{i}" for i in range(7, 14)]]


@settings(deadline=None, max_examples=60)
@given(
    sizes=st.lists(st.integers(1, 12), min_size=1, max_size=6),
    workers=st.integers(1, 5),
    members=st.integers(1, 20),
)
def test_every_trial_is_in_one_job_and_jobs_never_wait_for_each_other(sizes, workers, members):
    specs = [one for i, size in enumerate(sizes) for one in tree(f"{i}-", size)]
    found = jobs(specs, together(workers, members), ROWS)
    assert sorted(one.id for job in found for one in job) == sorted(one.id for one in specs)
    assert max(map(len, found)) <= members
    home = {one.id: place for place, job in enumerate(found) for one in job}
    waits = {
        place: {home[one.cross_seed] for one in job if one.cross_seed} - {place}
        for place, job in enumerate(found)
    }
    while waits:
        free = {place for place, others in waits.items() if not others}
        assert free, "jobs wait for each other in a circle"
        waits = {p: others - free for p, others in waits.items() if p not in free}


def test_the_largest_group_is_the_one_with_most_trials():
    other = spec("x", candidate=changed(model_args={"hidden": [3]}))
    assert [one.id for one in largest_group([other, *tree("a", 3)], ROWS)] == ["a0", "a1", "a2"]


def test_trials_that_a_check_awaits_are_no_members_among_others(make_candidate, make_spec):
    specs = [make_spec(make_candidate(), seed, awaited=seed < 4) for seed in range(10)]
    way = Way(together=True, workers=1, threads=1, members=64)
    assert [[spec.seed for spec in job] for job in jobs(specs, way, 100)] == [
        [0, 1, 2, 3],
        [4, 5, 6, 7, 8, 9],
    ]
