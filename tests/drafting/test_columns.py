"""A table's columns are drafted by what they hold, with the reason; what is drafted can be run."""

import random

import pytest

from stablecheck.candidate.seen import ColumnSeen, TableSeen
from stablecheck.checklist.loader import load, validate_file
from stablecheck.drafting import Request, draft
from stablecheck.drafting.columns import guess

ROWS = 240


@pytest.fixture
def customers(folder):
    """A table with a column of every kind."""
    generator = random.Random(0)
    lines = ["customer_id,row,age,country,plan,since,notes,y"]
    for row in range(ROWS):
        age = "" if row % 30 == 0 else generator.randint(18, 90)
        country = generator.choice(["DE", "FR", "NL", ""])
        day = f"2026-01-{generator.randint(1, 28):02}"
        notes = f"text {generator.randint(0, 90)}"
        lines.append(
            f"c{row:04},{row},{age},{country},{'ab'[row % 2]},{day},{notes},{'yn'[row % 3 % 2]}"
        )
    (folder / "customers.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_a_table_of_all_kinds_of_columns_is_drafted_and_tried_on_its_encoded_width(
    customers, drafted
):
    """Age, three countries and two plans: six inputs."""
    file = drafted("models.py:mlp", "customers.csv", target="y")
    assert validate_file(file) == ()
    recipe = load(file).checklist.candidate
    assert recipe.columns.categorical == ("country", "plan")
    assert recipe.columns.drop == ("customer_id", "row", "since", "notes")
    assert recipe.missing.model_dump(exclude_defaults=True) == {
        "numeric": "median",
        "categorical": "most_frequent",
    }
    assert recipe.model_args == {"in_features": 6, "n_classes": 2}


def test_the_draft_says_why(customers, drafted):
    text = " ".join(drafted("models.py:mlp", "customers.csv", target="y").read_text().split())
    text = text.replace(" # ", " ")
    for reason in (
        "Guessed: 2 to 3 different texts in each.",
        "customer_id names single rows, row counts the rows, since holds dates,",
        "which are many for 240 rows.",
        "Guessed: there are gaps, 8 in age,",
    ):
        assert reason in text


def test_what_is_left_out_is_warned_of(customers):
    request = Request("models.py:mlp", "customers.csv", customers / "own.yaml", "own", target="y")
    counts, others = draft(request).warnings
    assert counts.startswith("column 'row' counts the rows")
    assert others.endswith("'customer_id', 'since', 'notes'")


def test_a_table_of_numbers_alone_needs_no_declaration(drafted):
    text = drafted("models.py:mlp", "two.csv", target="y").read_text()
    assert "columns:" not in text
    assert "missing:" not in text


def column(**changes):
    fields = {"name": "a", "kind": "texts", "gaps": 0, "levels": 3, "counts_rows": False}
    return ColumnSeen(**(fields | changes))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"levels": 50}, None),
        ({"levels": 51}, "holds 51 different texts, which are many for 1,000 rows"),
        ({"levels": 50, "gaps": 751}, "holds 50 different texts, which are many for 249 rows"),
        ({"levels": 901}, "names single rows"),
        ({"kind": "dates", "levels": None}, "holds dates"),
        ({"kind": "others", "levels": None}, "holds neither numbers nor texts"),
        ({"kind": "nothing", "levels": None, "gaps": 1000}, "holds nothing"),
        ({"kind": "numbers", "levels": None, "counts_rows": True}, "counts the rows"),
        ({"kind": "numbers", "levels": None}, None),
    ],
)
def test_a_column_is_left_out_for_one_reason(changes, reason):
    guessed = guess(TableSeen(rows=1000, columns=(column(**changes),)))
    dropped = guessed.columns.drop if guessed.columns else ()
    assert dropped == (("a",) if reason else ())
    if reason:
        assert f"a {reason}" in guessed.why["drop"]


def test_gaps_of_what_is_left_out_are_not_filled():
    table = TableSeen(rows=1000, columns=(column(levels=990, gaps=5), column(name="b")))
    assert guess(table).missing is None


def test_other_data_has_no_columns_to_guess_of():
    assert guess(None).columns is None
