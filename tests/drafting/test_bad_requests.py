"""What cannot become a checklist is one line that begins with the option at fault."""

import re

import numpy as np
import pytest

from stablecheck.drafting import Request, draft
from stablecheck.errors import NotDraftableError

GOOD = {"model": "models.py:mlp", "data": "two.csv", "target": "y"}


def write_bad_data(folder):
    """One file for each thing that can be wrong with data."""
    header = "city,plan,a,y\n"
    (folder / "text.csv").write_text(header + "Rome,free,1,yes\nOslo,paid,2,no\n" * 20)
    (folder / "empty.csv").write_text("a,b,y\n")
    (folder / "nothing.csv").write_text("")
    (folder / "same.csv").write_text("a,b,y\n" + "1,2,yes\n3,4,yes\n" * 20)
    names = "".join(f"customer {row},{'yes' if row % 2 else 'no'}\n" for row in range(40))
    (folder / "names.csv").write_text("name,y\n" + names)
    (folder / "unknown.csv").write_text("a,b,y\n" + "1,2,yes\n3,4,\n" * 20)
    (folder / "tiny.csv").write_text("a,b,c,y\n" + "1,2,3,yes\n3,4,5,no\n" * 6)
    np.savez(folder / "other.npz", inputs=np.zeros((9, 3)), y=np.arange(9))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"model": "modles.py:mlp"}, "--model: no file 'modles.py' in this folder"),
        ({"model": "models.py:mpl"}, "--model: 'models.py' defines no 'mpl'.*did you mean 'mlp'"),
        ({"model": "models.py"}, "--model: 'models.py' names no callable; expected file.py:call"),
        ({"model": "models.py:broken"},
         r"--model: calling models.py:broken raised ValueError: no such layer \(models.py:"),
        ({"model": "models.py:needs_more"},
         "--model: models.py:needs_more needs 'flavour' and 'temper'.*--model-args '{flavour: …}'"),
        ({"model": "models.py:seven"}, "--model: the model returned 7 outputs a row.*2 classes"),
        ({"model": "models.py:sized", "model_args": {"inputs": 4}},
         r"--model: the model, on inputs of shape \(16, 3\).*raised RuntimeError"),
        ({"data": "tow.csv"}, "--data: no file 'tow.csv' in this folder"),
        ({"data": "digits"}, "--data: 'digits' names no data.*did you mean 'sklearn:digits'"),
        ({"data": "sklearn:digit"}, "--data: unknown bundled data set 'digit'.*'digits'"),
        ({"target": None}, "--data: two.csv is a table: name the column to predict with --target"),
        ({"data": "text.csv", "target": "Y"}, "--target: text.csv has no column 'Y'; it has city"),
        ({"target": "leavs"}, "--target: two.csv has no column 'leavs'"),
        ({"data": "names.csv"}, "--data: names.csv has no column beside the target 'y'"),
        ({"data": "empty.csv"}, "--data: empty.csv has no rows"),
        ({"data": "nothing.csv"}, "--data: reading nothing.csv raised ArrowInvalid"),
        ({"data": "same.csv"}, "--data: y holds one class only, yes"),
        ({"data": "unknown.csv"}, "--target: column 'y' of unknown.csv has 20 missing values"),
        ({"data": "tiny.csv"}, "--data: 9 rows to train on are too few.*--preset none"),
        ({"data": "other.npz"}, "--data: other.npz has no array X; it holds inputs, y"),
        ({"task": "regression"}, "--task: y holds .*, but regression predicts numbers"),
        ({"data": "prices.csv", "model": "models.py:one_number", "task": "classification"},
         "--task: y holds 150 distinct values.*looks like regression"),
        ({"data": "data.py:images", "data_args": {"m": 3}},
         "--data: calling data.py:images raised TypeError"),
    ],
)  # fmt: skip
def test_a_bad_request_is_one_line_with_its_option(folder, changes, expected):
    write_bad_data(folder)
    with pytest.raises(NotDraftableError, match="--") as caught:
        draft(Request(**(GOOD | changes), output=folder / "own.yaml", name="own"))
    assert re.match(expected, str(caught.value)), str(caught.value)
    assert "\n" not in str(caught.value)
