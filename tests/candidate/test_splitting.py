"""Rows are divided by chance, by group or by time, so that neither side tells of the other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from stablecheck.candidate.splitting import check_classes, split_rows
from stablecheck.errors import CandidateError
from stablecheck.recipe import Validation

GROUPS = Validation(by="group", column="customer")
TIMES = Validation(by="time", column="day")


def parts(split):
    """All row numbers, each on one side."""
    assert sorted([*split.train, *split.heldout]) == list(
        range(len(split.train) + len(split.heldout))
    )
    return split.train, split.heldout


def test_by_chance_is_what_scikit_learn_gives():
    classes = np.arange(100) % 3
    split = split_rows(100, Validation(fraction=0.3, seed=4), classes, None)
    train, heldout = train_test_split(
        np.arange(100), test_size=0.3, random_state=4, stratify=classes
    )
    assert split.train.tolist() == train.tolist()
    assert split.heldout.tolist() == heldout.tolist()


@settings(deadline=None, max_examples=30)
@given(
    seed=st.integers(0, 1000),
    fraction=st.sampled_from([0.1, 0.2, 0.3, 0.5, 0.7]),
    stratified=st.booleans(),
)
def test_no_group_is_on_both_sides_and_the_share_is_near_the_fraction(seed, fraction, stratified):
    generator = np.random.default_rng(seed)
    groups = generator.integers(0, 80, 600)
    classes = generator.integers(0, 2, 600) if stratified else None
    validation = Validation(by="group", column="customer", fraction=fraction, seed=seed)
    train, heldout = parts(split_rows(600, validation, classes, groups))
    assert not set(groups[train]) & set(groups[heldout])
    assert abs(len(heldout) / 600 - fraction) < 0.05


def test_groups_are_divided_so_that_both_sides_have_the_classes_shares():
    """One in ten rows is of class 1, and a group holds rows of one class alone."""
    groups = np.repeat(np.arange(100), 6)
    classes = (groups % 10 == 0).astype(np.int64)
    for seed in range(5):
        validation = Validation(by="group", column="customer", seed=seed)
        train, heldout = parts(split_rows(600, validation, classes, groups))
        assert classes[heldout].mean() == pytest.approx(0.1, abs=0.02)
        assert classes[train].mean() == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("classes", [None, np.arange(200) % 2], ids=["numbers", "classes"])
def test_another_seed_divides_groups_otherwise_and_the_same_seed_alike(classes):
    groups = np.arange(200) // 4
    found = [
        tuple(split_rows(200, GROUPS.model_copy(update={"seed": seed}), classes, groups).heldout)
        for seed in (0, 0, 1)
    ]
    assert found[0] == found[1] != found[2]


@settings(deadline=None, max_examples=100)
@given(
    times=st.lists(st.integers(0, 40), min_size=60, max_size=200),
    fraction=st.sampled_from([0.1, 0.2, 0.5]),
)
def test_what_is_held_out_is_later_than_all_that_is_trained_on(times, fraction):
    keys = np.array(times)
    validation = Validation(by="time", column="day", fraction=fraction)
    try:
        train, heldout = parts(split_rows(len(keys), validation, None, keys))
    except CandidateError:
        # Refused where no cut between two times is near the fraction.
        shares = [np.mean(keys > cut) for cut in np.unique(keys)]
        assert all(abs(share - fraction) > min(fraction, 1 - fraction) / 2 for share in shares)
    else:
        assert keys[train].max() < keys[heldout].min()


def test_rows_of_the_time_where_the_cut_falls_go_where_the_fraction_is_nearer():
    keys = np.array([0, 1, 2, 3, 4, 5, 6, 7, 7, 8])
    _, heldout = parts(split_rows(10, TIMES, None, keys))
    assert heldout.tolist() in ([9], [7, 8, 9])
    keys = np.array([0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 7, 7, 7, 8])
    _, heldout = parts(split_rows(14, TIMES, None, keys))
    assert heldout.tolist() == [10, 11, 12, 13]


@pytest.mark.parametrize(
    ("validation", "keys", "message"),
    [
        (GROUPS, [5] * 10, "'customer' holds one group only; a split by group needs at least two"),
        (GROUPS, [0] * 99 + [1], "cannot be cut near 0.2 .* largest group holds 99 of 100"),
        (TIMES, [5] * 10, "'day' holds one time only; a split by time needs at least two"),
        (TIMES, [1, 2] * 50, "most frequent time holds 50 of 100: the nearest .* holds out 0.50"),
    ],
)
@pytest.mark.parametrize("classified", [True, False])
def test_a_split_that_is_impossible_or_far_from_what_was_asked_is_refused(
    validation, keys, message, classified
):
    classes = np.arange(len(keys)) % 2 if classified else None
    with pytest.raises(CandidateError, match=message) as caught:
        split_rows(len(keys), validation, classes, np.array(keys))
    assert caught.value.field == ("candidate", "validation", "column")


def test_a_class_that_the_training_part_lacks_is_named():
    with pytest.raises(CandidateError, match="class lost is in the held-out part alone"):
        check_classes(np.array([0, 2, 0]), ("kept", "lost", "new"))
    check_classes(np.array([0, 1, 2]), ("kept", "lost", "new"))
