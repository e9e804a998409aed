"""What a file holds is read as it is meant: types of Arrow, gaps, times, levels."""

import datetime
import decimal

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
import torch

from stablecheck.candidate.data import load_dataset
from stablecheck.candidate.evaluation import evaluate
from stablecheck.candidate.prepared import prepare
from stablecheck.recipe import Candidate, Columns, Missing, Validation

ROWS = 20


@pytest.fixture
def parquet(make_candidate, tmp_path):
    """Write columns as Parquet and load them; keyword arguments replace fields."""

    def make(content, **changes):
        content = {"y": pa.array([row % 2 for row in range(ROWS)]), **content}
        pyarrow.parquet.write_table(pa.table(content), tmp_path / "t.parquet")
        fields = {"data": "t.parquet", "target": "y", "scaling": "none"}
        recipe = make_candidate(**(fields | changes))
        return load_dataset(recipe, (tmp_path,))

    return make


def in_order(dataset):
    """The first input of all rows, as sorted numbers."""
    return sorted([*dataset.train.inputs[:, 0].tolist(), *dataset.heldout.inputs[:, 0].tolist()])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array(range(ROWS), pa.int8()), range(ROWS)),
        (pa.array([row % 2 == 0 for row in range(ROWS)]), [0] * 10 + [1] * 10),
        (pa.array([decimal.Decimal(row) / 4 for row in range(ROWS)]), np.arange(ROWS) / 4),
        (pa.array(np.arange(ROWS), pa.float16()), range(ROWS)),
        (pa.array([2**60 + 2**40 * row for row in range(ROWS)]), 2**60 + 2**40 * np.arange(ROWS)),
        (pa.array(np.arange(ROWS) % 4).dictionary_encode(), np.repeat([0, 1, 2, 3], 5)),
    ],
    ids=["int8", "bool", "decimal", "float16", "int64", "dictionary"],
)
def test_every_type_of_number_is_an_input(parquet, column, expected):
    assert in_order(parquet({"a": column})) == [float(np.float32(value)) for value in expected]


TEXTS = [("p", "q", None)[row % 3] for row in range(ROWS)]
CATEGORIES = {
    "text": (pa.array(TEXTS), ("p", "q")),
    "large text": (pa.array(TEXTS, pa.large_string()), ("p", "q")),
    "dictionary": (pa.array(TEXTS).dictionary_encode(), ("p", "q")),
    "bool": (pa.array([(True, False, None)[row % 3] for row in range(ROWS)]), ("false", "true")),
    "whole": (pa.array([(7, 12, None)[row % 3] for row in range(ROWS)]), ("12", "7")),
    "whole as float": (pa.array([(7.0, 12.0, np.nan)[r % 3] for r in range(ROWS)]), ("12", "7")),
}


@pytest.mark.parametrize(("column", "levels"), CATEGORIES.values(), ids=CATEGORIES)
def test_every_type_of_category_becomes_its_levels(parquet, column, levels):
    dataset = parquet(
        {"a": column},
        columns=Columns(categorical=("a",)),
        missing=Missing(categorical="most_frequent"),
    )
    assert dataset.inputs == tuple(f"a={level}" for level in levels)
    assert set(dataset.train.inputs.sum(dim=1).tolist()) == {1}


DAY = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
SHUFFLED = np.random.default_rng(0).permutation(ROWS)
TIMES = {
    "date32": pa.array([DAY.date() + datetime.timedelta(int(i)) for i in SHUFFLED]),
    "date64": pa.array([DAY.date() + datetime.timedelta(int(i)) for i in SHUFFLED], pa.date64()),
    "timestamp": pa.array([DAY + datetime.timedelta(minutes=int(i)) for i in SHUFFLED]),
    "seconds": pa.array([int(1e9) + int(i) for i in SHUFFLED], pa.timestamp("s")),
    "integers": pa.array(SHUFFLED),
    "reals": pa.array(SHUFFLED / 7),
}


@pytest.mark.parametrize("times", TIMES.values(), ids=TIMES)
def test_the_latest_rows_are_held_out_whatever_tells_the_time(parquet, times):
    dataset = parquet(
        {"a": pa.array(SHUFFLED), "t": times},
        task="regression",
        validation=Validation(by="time", column="t"),
    )
    assert dataset.inputs == ("a",)
    assert sorted(dataset.heldout.inputs[:, 0].tolist()) == [16, 17, 18, 19]


def test_the_column_of_a_split_is_an_input_where_columns_names_it(parquet):
    validation = Validation(by="group", column="g")
    column = pa.array([row // 2 for row in range(ROWS)])
    content = {"a": column, "g": column}
    assert parquet(content, validation=validation).inputs == ("a",)
    named = parquet(content, validation=validation, columns=Columns(categorical=("g",)))
    assert named.inputs[0] == "a"
    assert all(name.startswith("g=") for name in named.inputs[1:])


def test_dates_in_a_csv_are_times(load):
    rows = [(f"2026-03-{day:02}", day, day) for day in (9, 8, 7, 6, 5, 4, 3, 2, 1, 10)]
    assert load("t,y,a", rows, scaling="none").heldout.inputs[:, 0].tolist() == [9, 10]


def test_a_csv_keeps_levels_as_they_are_written(load):
    """01 is no number, NA no gap, and an empty field is one."""
    levels = ["01", "1", "NA", "", "01", "1", "NA", "01", "1", "NA"]
    dataset = load(
        "t,y,a",
        zip(range(10), range(10), levels, strict=True),
        columns={"categorical": ["a"]},
        missing={"categorical": {"constant": "none"}},
    )
    assert dataset.inputs == ("a=none", "a=01", "a=1", "a=NA")


def test_texts_that_are_all_numbers_are_numbers_where_they_are_declared_so(parquet):
    column = pa.array([f"{row}.5" for row in range(ROWS)])
    dataset = parquet({"a": column}, columns=Columns(numeric=("a",)))
    assert in_order(dataset) == [row + 0.5 for row in range(ROWS)]


def test_numbers_that_numeric_does_not_name_are_left_out(load):
    rows = [(row, row, row, row) for row in range(10)]
    assert load("t,y,a,b", rows, columns={"numeric": ["b"]}).inputs == ("b",)


def test_levels_of_an_order_may_be_numbers_or_truths(load):
    rows = [(row, row, (3, 1)[row % 2], ("true", "false")[row % 2]) for row in range(10)]
    ordinal = {"stars": [1, 2, 3], "paid": [False, True]}
    dataset = load("t,y,stars,paid", rows, columns={"ordinal": ordinal})
    assert dataset.train.inputs[:2].tolist() == [[2, 1], [0, 0]]


def test_csv_and_parquet_give_the_same_arrays(make_candidate, tmp_path):
    generator = np.random.default_rng(1)
    table = pa.table(
        {
            "n": pa.array([None if row % 7 == 0 else row for row in range(60)]),
            "c": pa.array([("10", "9", "x")[i] for i in generator.integers(0, 3, 60)]),
            "o": pa.array([("lo", "hi")[i] for i in generator.integers(0, 2, 60)]),
            "g": pa.array([row // 3 for row in range(60)]),
            "y": pa.array([("no", "yes")[row // 3 % 2] for row in range(60)]),
        }
    )
    pyarrow.csv.write_csv(table, tmp_path / "t.csv")
    pyarrow.parquet.write_table(table, tmp_path / "t.parquet")
    recipe = make_candidate(
        target="y",
        columns=Columns(categorical=("c",), ordinal={"o": ("lo", "hi")}),
        missing=Missing(numeric="mean", indicator=True),
        validation=Validation(by="group", column="g"),
    )
    digests = {
        load_dataset(recipe.model_copy(update={"data": name}), (tmp_path,)).sha256
        for name in ("t.csv", "t.parquet")
    }
    assert len(digests) == 1


def test_several_targets_are_each_brought_to_their_own_scale(load):
    rows = [(row, 100 * row, -row / 10, row) for row in range(10)]
    dataset = load("t,y,z,a", rows, target=("y", "z"))
    assert dataset.train.targets.shape == (8, 2)
    np.testing.assert_allclose(dataset.train.targets.mean(dim=0), 0, atol=1e-6)
    np.testing.assert_allclose(dataset.train.targets.std(dim=0, correction=0), 1, rtol=1e-6)
    units = dataset.heldout.targets.numpy() * dataset.target_std + dataset.target_mean
    np.testing.assert_allclose(units, [[800, -0.8], [900, -0.9]], rtol=1e-5)


def test_a_recipe_with_tables_survives_being_stored(make_candidate):
    recipe = make_candidate(
        target=("a", "b"),
        columns=Columns(ordinal={"o": (1, "two", True)}),
        missing=Missing(numeric="median"),
    )
    assert Candidate.model_validate_json(recipe.model_dump_json()) == recipe


def test_several_targets_are_scored_in_their_own_units(make_candidate, tmp_path):
    """A model that returns the mean of the training part is off by what the mean is off by."""
    rows = [(row, 100.0 * row, -row / 10, row) for row in range(10)]
    lines = ["t,y,z,a", *(",".join(map(str, row)) for row in rows)]
    (tmp_path / "t.csv").write_text("\n".join(lines))
    recipe = make_candidate(
        data="t.csv",
        target=("y", "z"),
        task="regression",
        loss="mse_loss",
        score="neg_mean_absolute_error",
        validation=Validation(by="time", column="t"),
        model_args={"inputs": 1, "outputs": 2, "hidden": [4]},
    )
    prepared = prepare(recipe, (tmp_path,))
    errors = [[100 * (row - 3.5), (row - 3.5) / 10] for row in (8, 9)]
    model = prepared.build_model()
    torch.nn.init.zeros_(model[-1].weight)
    torch.nn.init.zeros_(model[-1].bias)
    score, _ = evaluate(prepared, model, prepared.dataset.heldout)
    assert score == pytest.approx(-np.mean(errors), rel=1e-6)


def test_recipes_that_differ_in_what_they_declare_do_not_share_their_data(make_candidate, tmp_path):
    (tmp_path / "t.csv").write_text("a,b,y\n" + "1,2,0\n3,4,1\n5,,1\n" * 20)
    inputs = [
        prepare(make_candidate(data="t.csv", target="y", **changes), (tmp_path,)).dataset.inputs
        for changes in (
            {"missing": Missing(numeric="mean")},
            {"missing": Missing(numeric="mean", indicator=True)},
            {"columns": Columns(drop=("b",))},
        )
    ]
    assert inputs == [("a", "b"), ("a", "b", "b missing"), ("a",)]
