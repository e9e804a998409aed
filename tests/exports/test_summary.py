"""The Markdown summary, as GitHub shows it."""

from __future__ import annotations

import dataclasses
import re

import pytest
from markdown_it import MarkdownIt

from stablecheck.exports.markdown import code, code_block, escaped
from stablecheck.exports.summary import markdown_summary
from stablecheck.report.numbers import NBSP
from stablecheck.result import Reason


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
    table = markdown_summary(any_run).split("### Checks")[1].split("\n\n")[1]
    rows = table.splitlines()
    assert len(rows) == 2 + len(any_run.result.checks)
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {7}


def test_next_steps_carry_their_cost(run_of):
    text = markdown_summary(run_of("inconclusive")).replace(NBSP, " ")
    assert "### Next steps" in text
    assert re.search(
        r"1\. Add about (\d+) trainings .* \(\1 trainings, about \d+\W\w+ of computing\)", text
    )


def test_a_waiver_is_a_condition(run_of):
    assert "lr-headroom is waived by j.doe until 31 March 2027" in markdown_summary(
        run_of("waived")
    )


def parsed(text):
    """The tokens of a Markdown reader that lets HTML through, as GitHub's does at first."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    return [inner for token in tokens for inner in (token, *(token.children or ()))]


OWN_HTML = {"<br>", "<details>", "<summary>", "</summary>", "</details>"}


def test_hostile_text_has_no_meaning_in_markdown(run_of):
    text = markdown_summary(run_of("hostile"))
    tokens = parsed(text)
    html = [token.content for token in tokens if token.type in ("html_inline", "html_block")]
    tags = [tag for found in html for tag in re.findall("<[^!].*?>", found)]
    assert set(tags) <= OWN_HTML
    assert not {"link_open", "image"} & {token.type for token in tokens}
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", text)


def test_hostile_text_is_shown_as_it_is_written(run_of):
    lines = [t for t in parsed(markdown_summary(run_of("hostile"))) if t.type == "inline"]
    shown = ["".join(child.content for child in line.children) for line in lines]
    assert any('<script>alert("x")</script>' in line for line in shown)


@pytest.mark.parametrize("text", ["by @octocat", "as in #12", "see http://a.example", "www.a.com"])
def test_nobody_is_called_and_nothing_is_linked(text):
    assert not re.search(r"@\w|#\d|://|www\.", escaped(text).replace("\\:", "").replace("\\.", ""))


def test_code_may_hold_backticks_and_bars():
    (token,) = [
        t for t in parsed(f"| a |\n| --- |\n| {code('x | `` y')} |") if t.type == "code_inline"
    ]
    assert token.content.strip() == "x | `` y"
    (block,) = [t for t in parsed(code_block("a\n```\nb")) if t.type == "fence"]
    assert block.content == "a\n```\nb\n"


def test_it_says_how_to_repeat_the_run_and_on_what_it_ran(run_of):
    text = markdown_summary(run_of("no_go"))
    (block,) = [token for token in parsed(text) if token.type == "fence"]
    assert block.content == "stablecheck run churn.yaml\n"
    assert "| Device name | NVIDIA H200 |" in text
    assert "share(all.diverged) <= 0.06" in text


def test_details_are_folded_and_every_fold_is_closed(any_run):
    text = markdown_summary(any_run)
    assert text.count("<details>\n<summary>") == text.count("\n\n</details>") > 0


def test_a_job_finds_its_earlier_comment_again(run_of):
    assert "\n<!-- stablecheck:churn-mlp -->\n" in markdown_summary(run_of("go"))


def test_the_largest_run_fits_a_comment(run_of):
    run = run_of("hostile")
    checks = tuple(
        check.model_copy(update={"id": f"c{n}", "because": "&" * 3000, "place": "*" * 3000})
        for n, check in enumerate(run.result.checks * 40)
    )
    verdict = run.result.verdict.model_copy(
        update={
            "reasons": tuple(Reason(code="CHECK_FAILS", check=check.id) for check in checks),
            "next_steps": run.result.verdict.next_steps * 50,
        }
    )
    result = run.result.model_copy(update={"checks": checks, "verdict": verdict})
    text = markdown_summary(dataclasses.replace(run, result=result))
    assert 20_000 < len(text) <= 65_536
    assert text.startswith("## ")
    assert text.count("<details>") == text.count("</details>")
    assert "\nAnd 360 more, in the report.\n" in text
