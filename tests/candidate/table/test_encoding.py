"""Tables become inputs by what their training part holds, and by nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecheck.candidate.table.encoding import Encoder
from stablecheck.candidate.table.layout import Layout
from stablecheck.recipe import LevelConstant, Missing, NumberConstant

NAN = np.nan
AGES = [10, 20, 30, 40, 50, 60, 70, 80]  # the training part of ten rows
LATER = [1000, -1000]


def rows_of(*columns):
    """Ten rows with a time that counts them, and a target."""
    return list(zip(range(10), range(10), *columns, strict=True))


def test_each_kind_of_column_becomes_what_is_declared(load):
    """Standardised by the ages 10 … 80; sizes as their places; a 0/1 input for each plan."""
    plans = ["b", "a", "b", "a", "b", "a", "b", "a", "c", "a"]
    sizes = ["S", "M", "L", "S", "M", "L", "S", "M", "L", "S"]
    dataset = load(
        "t,y,age,plan,size",
        rows_of([*AGES, *LATER], plans, sizes),
        columns={"categorical": ["plan"], "ordinal": {"size": ["S", "M", "L"]}},
    )
    assert dataset.inputs == ("age", "size", "plan=a", "plan=b")
    mean, deviation = np.mean(AGES), np.std(AGES)
    expected = [
        [(age - mean) / deviation, "SML".index(size), float(plan == "a"), float(plan == "b")]
        for age, size, plan in zip([*AGES, *LATER], sizes, plans, strict=True)
    ]
    np.testing.assert_allclose(dataset.train.inputs, expected[:8], rtol=1e-6)
    np.testing.assert_allclose(dataset.heldout.inputs, expected[8:], rtol=1e-6)
    assert dataset.heldout.inputs[0, 2:].tolist() == [0, 0]  # plan c is not in the training part


@pytest.mark.parametrize(
    ("scaling", "centre", "width"),
    [
        ("standard", np.mean(AGES), np.std(AGES)),
        ("minmax", 10, 70),
        ("robust", np.median(AGES), np.subtract(*np.percentile(AGES, [75, 25]))),
        ("none", 0, 1),
    ],
)
def test_numbers_are_scaled_by_the_training_part(load, scaling, centre, width):
    dataset = load("t,y,age", rows_of([*AGES, *LATER]), scaling=scaling)
    np.testing.assert_allclose(
        dataset.train.inputs[:, 0], (np.array(AGES) - centre) / width, rtol=1e-6
    )
    np.testing.assert_allclose(
        dataset.heldout.inputs[:, 0], (np.array(LATER) - centre) / width, rtol=1e-6
    )


@pytest.mark.parametrize("scaling", ["standard", "minmax", "robust"])
def test_a_constant_column_becomes_0(load, scaling):
    dataset = load("t,y,a,b", rows_of([0.1] * 10, AGES + LATER), scaling=scaling)
    assert dataset.train.inputs[:, 0].tolist() == [0] * 8


FILLS = {
    "mean": ("mean", np.mean),
    "median": ("median", np.median),
    "most_frequent": ("most_frequent", lambda values: 7.0),
    "constant": (NumberConstant(constant=-3), lambda values: -3.0),
}


@pytest.mark.parametrize(("fill", "formula"), FILLS.values(), ids=FILLS)
def test_gaps_between_numbers_are_filled_by_the_training_part(fill, formula):
    known = [7.0, 7.0, 1.0, 90.0]
    x = np.array([[value] for value in [*known, NAN]])
    encoder = Encoder(Layout(("a",), {}, {}), Missing(numeric=fill), "none", x)
    assert encoder.transform(np.array([[NAN]])).item() == formula(known)


def test_gaps_between_levels_are_filled_by_the_most_frequent_one(load):
    plans = ["b", "a", "b", "", "b", "a", "b", "a", "", "a"]
    dataset = load(
        "t,y,plan",
        rows_of(plans),
        columns={"categorical": ["plan"]},
        missing={"categorical": "most_frequent"},
    )
    assert dataset.inputs == ("plan=a", "plan=b")
    assert dataset.train.inputs[3].tolist() == [0, 1]
    assert dataset.heldout.inputs[0].tolist() == [0, 1]


def test_a_constant_level_has_an_input_of_its_own(load):
    dataset = load(
        "t,y,plan,colour",
        rows_of(["b", "a", "b", "", "b", "a", "b", "a", "", "a"], [*"rrggrrgg", "", "r"]),
        columns={"categorical": ["plan", "colour"]},
        missing={"categorical": {"constant": "unknown"}},
    )
    assert dataset.inputs == ("plan=unknown", "plan=a", "plan=b", "colour=g", "colour=r")
    assert dataset.train.inputs[3].tolist() == [1, 0, 0, 1, 0]
    assert dataset.heldout.inputs[0].tolist() == [1, 0, 0, 0, 0]  # no gap of colour was learnt from


def test_an_ordinal_gap_becomes_the_declared_level():
    layout = Layout((), {"size": ("S", "M", "L")}, {})
    missing = Missing(ordinal=LevelConstant(constant="M"))
    encoder = Encoder(layout, missing, "standard", np.array([[0.0], [2.0], [NAN]]))
    assert encoder.transform(np.array([[NAN], [2.0]])).ravel().tolist() == [1, 2]


def test_a_column_may_have_any_name(load):
    rows = rows_of(["S", "M"] * 5, AGES + LATER, ["p", "q"] * 5)
    columns = {"ordinal": {"a__b": ["S", "M"]}, "categorical": ["größe = 1"]}
    dataset = load("t,y,a__b,numeric,größe = 1", rows, columns=columns)
    assert dataset.inputs == ("numeric", "a__b", "größe = 1=p", "größe = 1=q")


def test_indicators_stand_for_the_columns_with_gaps_in_the_training_part(load):
    dataset = load(
        "t,y,a,b,plan",
        rows_of(["", *range(9)], [*range(9), ""], ["x", "", *("xy" * 4)]),
        columns={"categorical": ["plan"]},
        missing={"numeric": "median", "categorical": "most_frequent", "indicator": True},
        scaling="none",
    )
    assert dataset.inputs == ("a", "b", "plan=x", "plan=y", "a missing", "plan missing")
    assert dataset.train.inputs[:3, 4:].tolist() == [[1, 0], [0, 1], [0, 0]]
    assert dataset.heldout.inputs[:, 4:].tolist() == [[0, 0], [0, 0]]
    assert dataset.heldout.inputs[1, 1] == 3.5  # the median of 0 … 7


@settings(deadline=None, max_examples=40)
@given(
    later=st.lists(
        st.tuples(st.floats(-1e6, 1e6) | st.just(NAN), st.sampled_from([0.0, 1.0, 2.0, NAN])),
        min_size=1,
    ),
    scaling=st.sampled_from(["standard", "minmax", "robust", "none"]),
)
def test_the_held_out_part_changes_nothing_of_what_is_learnt(later, scaling):
    """Rows are encoded one by one as they are among others, whatever the others are."""
    layout = Layout(("a",), {}, {"plan": ("p", "q", "r")})
    missing = Missing(numeric="mean", categorical="most_frequent", indicator=True)
    train = np.array([[1.0, 0.0], [2.0, 1.0], [NAN, 1.0], [4.0, NAN]])
    encoder = Encoder(layout, missing, scaling, train)
    before = encoder.transform(train)
    alone = [encoder.transform(np.array([row])) for row in later]
    np.testing.assert_array_equal(encoder.transform(np.array(later)), np.concatenate(alone))
    np.testing.assert_array_equal(encoder.transform(train), before)
    assert encoder.names == ("a", "plan=p", "plan=q", "a missing", "plan missing")


def test_other_held_out_rows_leave_the_training_part_as_it_is(load):
    """Levels, extremes and gaps of the held-out rows show nowhere in the training part."""
    plans = ["b", "d", "b", "d", "", "d", "b", "d"]
    settings = {
        "columns": {"categorical": ["plan"]},
        "missing": {"numeric": "mean", "categorical": "most_frequent", "indicator": True},
    }
    one = load("t,y,a,plan", rows_of([*AGES, 1, 2], [*plans, "b", "d"]), **settings)
    other = load("t,y,a,plan", rows_of([*AGES, 1e9, ""], [*plans, "a", "c"]), **settings)
    assert one.inputs == other.inputs == ("a", "plan=b", "plan=d", "plan missing")
    assert one.train.inputs.equal(other.train.inputs)
    assert one.train.targets.equal(other.train.targets)
    assert other.heldout.inputs[:, 1:].tolist() == [[0, 0, 0], [0, 0, 0]]
