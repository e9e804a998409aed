"""What is declared of a table's columns is judged before the table is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from stablecheck.checklist.loader import load
from tests.checklist.conftest import Problems, Write

TABLE = """\
  data: t.csv
  target: y
  task: regression
"""
PLAIN = "  data: sklearn:digits\n  task: classification\n"


@pytest.fixture
def table(folder: Path, valid: str) -> str:
    """The valid checklist on a table whose content does not matter."""
    (folder / "t.csv").write_text("")
    (folder / "data.py").write_text("def make():\n    raise SystemExit\n")
    return valid.replace(PLAIN, TABLE).replace("loss: cross_entropy", "loss: mse_loss")


def declared(text: str, lines: str) -> str:
    """The checklist with further lines below the target."""
    return text.replace("  target: y\n", f"  target: y\n{lines}")


SOUND = """\
  columns:
    numeric: [age]
    categorical: [country]
    ordinal: {size: [S, M, L], stars: [1, 2, 3]}
    drop: [id]
  missing:
    numeric: {constant: 0}
    categorical: {constant: unknown}
    ordinal: most_frequent
    indicator: true
  scaling: robust
  validation: {by: group, column: customer}
"""


def test_everything_that_can_be_declared_is_valid_and_survives_being_stored(
    write: Write, table: str
) -> None:
    loaded = load(write(declared(table, SOUND)))
    columns, missing = loaded.checklist.candidate.columns, loaded.checklist.candidate.missing
    assert columns is not None
    assert missing is not None
    assert columns.ordinal == {"size": ("S", "M", "L"), "stars": (1, 2, 3)}
    assert missing.model_dump()["numeric"] == {"constant": 0}
    again = load(write(loaded.text, name="stored.yaml"))
    assert again.checklist == loaded.checklist


# Lines below the target, in line 7 and on, and the problems that gives.
PROBLEMS = [
    (
        "  columns: {numeric: [a, b], drop: [b]}\n",
        ["7:37: column 'b' is named twice, first as numeric in line 7; name it once"],
    ),
    (
        "  columns:\n    categorical: [a]\n    ordinal: {a: [S, M]}\n",
        ["9:15: column 'a' is named twice, first as categorical in line 8; name it once"],
    ),
    (
        "  columns: {numeric: [y]}\n",
        ["7:23: column 'y' is named twice, first as target in line 6; name it once"],
    ),
    (
        "  columns: {ordinal: {a: [S, M, S]}}\n",
        ["7:33: level 'S' of 'a' is listed twice; list it once"],
    ),
    ("  columns: {ordinal: {a: [S]}}\n", ["7:23: expected at least 2 entries, found 1"]),
    (
        "  columns: {ordinal: {a: [1, 2]}}\n  missing: {ordinal: {constant: 3}}\n",
        ["8:33: '3' is no level of 'a'; expected one of 1, 2"],
    ),
    (
        "  missing: {numeric: medain}\n",
        ["7:22: expected refuse or mean or median or most_frequent or a mapping, found text "
         "'medain'"],
    ),
    (
        "  missing: {categorical: mean}\n",
        ["7:26: expected refuse or most_frequent or a mapping, found text 'mean'"],
    ),
    (
        "  missing: {indicator: true}\n",
        ["7:13: an indicator marks gaps that are filled, and all are refused; expected e.g. "
         "numeric: median beside it"],
    ),
    (
        "  validation: {by: group}\n",
        ["7:3: by: group needs the column to go by; expected e.g. column: day"],
    ),
    (
        "  validation: {column: day}\n",
        ["7:3: column has no meaning with by: random; expected by: group or by: time beside it"],
    ),
    (
        "  validation: {by: times, column: day}\n",
        ["7:20: expected one of random, group, time, found text 'times'; did you mean 'time'?"],
    ),
    (
        "  validation: {by: time, column: y}\n",
        ["7:34: column 'y' is the target; expected another column to split by"],
    ),
    (
        "  scaling: min_max\n",
        ["7:12: expected one of standard, minmax, robust, none, found text 'min_max'; did you mean "
         "'minmax'?"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), PROBLEMS)
def test_what_contradicts_itself_is_refused_where_it_stands(
    problems: Problems, table: str, lines: str, expected: list[str]
) -> None:
    assert problems(declared(table, lines)) == [f"c.yaml:{line}" for line in expected]


ELSEWHERE = [
    ("sklearn:digits", "has none with a name; expected by: random"),
    ("three.npz", "has none with a name; expected by: random"),
    ("data.py:make", "brings a split of its own; leave it out"),
]


@pytest.mark.parametrize(("data", "why"), ELSEWHERE)
def test_data_without_named_columns_takes_no_declarations_of_them(
    problems: Problems, table: str, folder: Path, data: str, why: str
) -> None:
    (folder / "three.npz").write_bytes(b"")
    lines = "  columns: {drop: [a]}\n  missing: {numeric: mean}\n"
    text = declared(table, lines + "  validation: {by: group, column: a}\n")
    expected = "expected data in a .csv or .parquet file; or leave it out"
    assert problems(text.replace("t.csv", data)) == [
        f"c.yaml:7:3: 'columns' is for tables, and {data} has no named columns; {expected}",
        f"c.yaml:8:3: 'missing' is for tables, and {data} has no named columns; {expected}",
        f"c.yaml:9:20: by: group goes by a column, and {data} {why}",
    ]


@pytest.mark.parametrize(
    ("target", "task", "expected"),
    [
        ("[a, b]", "regression", []),
        (
            "[a, b, a]",
            "regression",
            ["6:18: column 'a' is named twice, first as target in line 6;"],
        ),
        ("[]", "regression", ["6:3: expected at least 1 entry, found none"]),
        (
            "[a, b]",
            "classification",
            [
                "6:11: several targets are for regression and multi_label; expected one column to "
                "predict"
            ],
        ),
    ],
)
def test_several_targets_are_for_regression(
    problems: Problems, table: str, target: str, task: str, expected: list[str]
) -> None:
    text = table.replace("target: y", f"target: {target}")
    found = problems(text.replace("task: regression", f"task: {task}"))
    assert len(found) == len(expected)
    for one, begins in zip(found, expected, strict=True):
        assert one.startswith(f"c.yaml:{begins}")


def test_other_data_than_that_of_an_extended_checklist_takes_none_of_its_columns(
    write: Write, table: str
) -> None:
    lines = "  columns: {drop: [a]}\n  missing: {numeric: mean}\n"
    write(declared(table, lines), name="base.yaml")
    own = "schema: stablecheck/1\nextends: [base.yaml]\ncandidate: {data: sklearn:digits}\n"
    candidate = load(write(own)).checklist.candidate
    assert (candidate.columns, candidate.missing) == (None, None)
