"""The Markdown summary, as GitHub shows it."""

from __future__ import annotations

import re

import pytest

from stablecheck.exports.summary import markdown_summary
from stablecheck.report.numbers import NBSP


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("go", "## ✅ Churn model v3: GO"),
        ("conditional", "## ⚠️ Churn model v3: CONDITIONAL GO"),
        ("no_go", "## ❌ Churn model v3: NO-GO"),
        ("inconclusive", "## ❔ Churn model v3: INCONCLUSIVE"),
    ],
)
def test_it_opens_with_the_verdict(run_of, name, heading):
    assert markdown_summary(run_of(name)).splitlines()[0] == heading


def test_every_check_has_a_row_of_six_cells(any_run):
    rows = [line for line in markdown_summary(any_run).splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + len(any_run.result.checks)
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {7}


def test_next_steps_carry_their_cost(run_of):
    text = markdown_summary(run_of("inconclusive")).replace(NBSP, " ")
    assert "### Next steps" in text
    assert re.search(
        r"- Add about (\d+) trainings .* \(\1 trainings, about \d+\W\w+ of computing\)", text
    )


def test_a_waiver_is_a_condition(run_of):
    assert "lr-headroom is waived by j.doe until 31 March 2027" in markdown_summary(
        run_of("waived")
    )


def test_hostile_text_has_no_meaning_in_markdown(run_of):
    text = markdown_summary(run_of("hostile"))
    bare = re.sub(r"\\.", "", text).replace("<br>", "")
    assert "<" not in bare
    assert "`" not in bare
    assert "[" not in bare
    assert "@" not in bare
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", text)
