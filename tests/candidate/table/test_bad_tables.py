"""What a table has that the recipe does not allow is one line, on the field that has to change."""

import pytest

from stablecheck.errors import CandidateError

ROWS = [
    (row, row, f"{row}.5", "ab"[row % 2], "SML"[row % 3], f"2026-01-{row + 1:02}", "")
    for row in range(10)
]
HEADER = "t,y,number,text,size,day,nothing"
DECLARED = {
    "categorical": ["text"],
    "ordinal": {"size": ["S", "M", "L"]},
    "drop": ["day", "nothing"],
}


def changed(row, column, value):
    """The rows with one value changed."""
    rows = [list(one) for one in ROWS]
    rows[row][column] = value
    return rows


def test_the_table_is_sound_but_for_what_is_changed(load):
    names = ("number", "size", "text=a", "text=b")
    assert load(HEADER, ROWS, columns=DECLARED).inputs == names


@pytest.mark.parametrize(
    ("columns", "field", "message"),
    [
        ({"numeric": ["nmber"]}, ("numeric",), "no column 'nmber'; .* did you mean 'number'"),
        ({"categorical": ["txt"]}, ("categorical",), "no column 'txt'; .* did you mean 'text'"),
        ({"ordinal": {"sise": ["S", "M"]}}, ("ordinal",), "no column 'sise'; .* mean 'size'"),
        ({"drop": ["dya"]}, ("drop",), "no column 'dya'; .* did you mean 'day'"),
        (
            {"numeric": ["text"], "categorical": []},
            ("numeric",),
            r"column 'text' holds 'a' in row 0 \(counted from 0\), which is no number; correct it",
        ),
        ({"numeric": ["day"], "drop": ["nothing"]}, ("numeric",), "'day' holds date32.*, not num"),
        (
            {"ordinal": {"size": ["S", "M", "XL"]}},
            ("ordinal", "size"),
            "'size' holds 'L' in row 2 .*; expected one of S, M, XL",
        ),
    ],
)
def test_declarations_that_the_table_contradicts(load, columns, field, message):
    with pytest.raises(CandidateError, match=message) as caught:
        load(HEADER, ROWS, columns=DECLARED | columns)
    assert caught.value.field == ("candidate", "columns", *field)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"categorical": []},
            r"1 column holds no numbers in t.csv: 'text' \(string\); declare each under "
            "candidate.columns, as categorical or ordinal if it is an input, under drop if not",
        ),
        ({"drop": ["nothing"]}, r"1 column holds no numbers in t.csv: 'day' \(date32"),
        (
            {"categorical": ["text", "nothing"], "drop": ["day"]},
            "1 column holds no value at all in t.csv: 'nothing'; list what is empty under",
        ),
        (
            {
                "categorical": [],
                "ordinal": {},
                "drop": ["number", "text", "size", *DECLARED["drop"]],
            },
            "t.csv has no column beside the target 'y' to learn from",
        ),
    ],
)
def test_columns_that_cannot_be_inputs(load, columns, message):
    with pytest.raises(CandidateError, match=message) as caught:
        load(HEADER, ROWS, columns=DECLARED | columns)
    assert caught.value.field == ("candidate", "data")


@pytest.mark.parametrize(
    ("row", "column", "kind"), [(3, 2, "numeric: median"), (4, 3, "categorical: most_frequent"),
                                (5, 4, "ordinal: most_frequent")],
)  # fmt: skip
def test_gaps_are_refused_unless_something_fills_them(load, row, column, kind):
    name = HEADER.split(",")[column]
    message = (
        f"t.csv has 1 missing value in 1 column, the first in row {row}, column '{name}' .*; say "
        f"how they are filled, e.g. missing: {{{kind}}}"
    )
    with pytest.raises(CandidateError, match=message):
        load(HEADER, changed(row, column, ""), columns=DECLARED)


def test_a_gap_of_a_kind_that_nothing_fills_is_refused_beside_one_that_is_filled(load):
    with pytest.raises(CandidateError, match=r"column 'text' .* missing: {categorical"):
        load(HEADER, changed(4, 3, ""), columns=DECLARED, missing={"numeric": "median"})


def test_infinite_numbers_are_refused_even_where_gaps_are_filled(load):
    with pytest.raises(CandidateError, match=r"missing or infinite values: 1, .* column 'number'"):
        load(HEADER, changed(3, 2, "inf"), columns=DECLARED, missing={"numeric": "median"})


def test_a_column_without_a_value_in_the_training_part_is_refused(load):
    rows = [(row, row, row, row if row > 7 else "") for row in range(10)]
    with pytest.raises(CandidateError, match="'b' has no value in the training part"):
        load("t,y,a,b", rows, missing={"numeric": "median"})


def test_a_text_among_numbers_is_named_with_its_row(load):
    with pytest.raises(CandidateError, match=r"'number' holds 'many' in row 7 .* no number"):
        load(HEADER, changed(7, 2, "many"), columns=DECLARED | {"numeric": ["number"]})


def test_a_column_with_a_level_for_nearly_every_row_is_no_category(load):
    rows = [(row, row, row, f"c{row}") for row in range(1001)]
    with pytest.raises(CandidateError, match="'b' has 1,001 levels, of which 1,000 are the most"):
        load("t,y,a,b", rows, columns={"categorical": ["b"]})


def test_real_numbers_are_no_categories(make_candidate, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet

    from stablecheck.candidate.data import load_dataset
    from stablecheck.recipe import Columns

    table = pa.table({"a": [1.0, 2.5] * 10, "y": [0, 1] * 10})
    pyarrow.parquet.write_table(table, tmp_path / "t.parquet")
    recipe = make_candidate(data="t.parquet", target="y", columns=Columns(categorical=("a",)))
    with pytest.raises(CandidateError, match=r"'a' holds 2.5 in row 1 .*; declare it as numeric"):
        load_dataset(recipe, (tmp_path,))


def test_two_columns_of_one_name_are_refused(load):
    with pytest.raises(CandidateError, match=r"t.csv has two columns 'a'; rename one of them"):
        load("t,y,a,a", [(row, row, row, row) for row in range(10)])


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("dya", None, "t.csv has no column 'dya'; .* did you mean 'day'"),
        ("text", None, "'text' holds string, which has no order in time; expected dates such as"),
        ("number", "", "'number' has 1 missing values, the first in row 3"),
    ],
)
def test_a_column_that_no_split_can_go_by(load, column, value, message):
    rows = ROWS if value is None else changed(3, 2, value)
    with pytest.raises(CandidateError, match=message) as caught:
        load(HEADER, rows, columns=DECLARED, validation={"by": "time", "column": column})
    assert caught.value.field == ("candidate", "validation", "column")


def test_a_class_of_the_latest_rows_alone_is_refused(load):
    rows = [(row, "old" if row < 8 else "new", row) for row in range(10)]
    with pytest.raises(CandidateError, match="class new is in the held-out part alone"):
        load("t,y,a", [*rows[:1], (0, "other", 5), *rows[1:]], task="classification")


@pytest.mark.parametrize("target", ["y", ["y", "number"]])
def test_gaps_in_targets_are_refused(load, target):
    with pytest.raises(CandidateError, match=r"'y' of t.csv has 1 missing values") as caught:
        load(HEADER, changed(3, 1, ""), columns=DECLARED, target=target)
    assert caught.value.field == ("candidate", "target")


def test_a_text_among_several_targets_is_refused(load):
    columns = DECLARED | {"categorical": []}
    with pytest.raises(CandidateError, match="'text' holds 'a' in row 0"):
        load(HEADER, ROWS, columns=columns, target=["y", "text"])


def test_numbers_beyond_single_precision_are_refused_by_the_name_of_their_input(load):
    with pytest.raises(CandidateError, match="input 'number' holds numbers beyond single prec"):
        load(HEADER, changed(3, 2, "1e300"), columns=DECLARED, scaling="none")


def test_a_model_of_the_wrong_width_is_told_what_the_inputs_are(make_candidate, tmp_path):
    from stablecheck.candidate.examination import examine
    from stablecheck.candidate.prepared import prepare
    from stablecheck.recipe import Columns

    lines = ["age,plan,y", *(f"{row},{'ab'[row % 2]},{row % 2}" for row in range(40))]
    (tmp_path / "t.csv").write_text("\n".join(lines))
    recipe = make_candidate(data="t.csv", target="y", columns=Columns(categorical=("plan",)))
    named = r"inputs of shape \(32, 3\) \(age, plan=a, plan=b\)"
    with pytest.raises(CandidateError, match=named):
        examine(prepare(recipe, (tmp_path,)))
