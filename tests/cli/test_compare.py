"""What `stablecheck compare` prints, and what it refuses; the runs are made up."""

import json
import re

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from stablecheck.cli import exits
from stablecheck.cli.main import group
from tests.comparison.made_up import BLOCKERS, folder_of, made_up, small
from tests.report.made_up.checklists import MARKUP, hostile_checklist

TOLERANCE, DIVERGED = BLOCKERS
BEFORE, AFTER = "churn-mlp-20261120T140200Z-aa000001", "churn-mlp-20261121T140200Z-aa000002"


@pytest.fixture(scope="module")
def base():
    return made_up()


@pytest.fixture
def runs(tmp_path, base):
    """Put two runs into a folder and give the folder."""

    def put(after, before=base):
        folder_of(before, tmp_path, BEFORE, finished="2026-11-20T14:22:00+00:00")
        folder_of(after, tmp_path, AFTER, finished="2026-11-21T14:22:00+00:00")
        return tmp_path

    return put


def stablecheck(*arguments):
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


def compare(output, *options):
    return stablecheck("compare", "aa000001", "aa000002", "--runs", output, *options)


def words(ended):
    """The output on one line, so that it does not matter where lines break."""
    assert ended.exit_code == 0, ended.output
    return " ".join(ended.output.split())


def test_two_equal_runs_say_so_at_a_glance(runs, base):
    said = words(compare(runs(base)))
    assert "Verdict unchanged" in said
    assert "What went in nothing changed" in said
    assert "the same trainings again, equal to the last digit: no new evidence" in said
    assert "score" not in said


def test_a_flipped_verdict_is_shown_with_what_went_in_and_what_came_out(runs):
    recipe = small()["candidate"] | {"epochs": 60}
    after = made_up(small(version="1.3.0", candidate=recipe), score=0.9)
    said = words(compare(runs(after)))
    assert "churn-mlp 1.2.0 → 1.3.0" in said
    assert f"Before ✓ GO 2026-11-20 14:22 {BEFORE}" in said
    assert f"After ✗ NO-GO 2026-11-21 14:22 {AFTER}" in said
    assert "candidate.epochs 30 → 60" in said
    assert "✓→✗ reproducible (blocker) passes" in said
    assert "the intervals lie apart: the numbers themselves very likely changed" in said
    assert "worse: mean of 14 pairs of one seed, one-sided 95 % bounds" in said


def test_an_edited_limit_is_told_apart_from_a_changed_recipe(runs):
    stricter = TOLERANCE | {"require": "tolerance(seeds.score, 0.9) >= 0.99"}
    said = words(compare(runs(made_up(small(checks=[stricter, DIVERGED])))))
    assert "Verdict worse; by the old checks the later run would be GO" in said
    assert "limit ≥ 0.95 → ≥ 0.99 by the old requirement it would pass" in said
    assert "the value is the same" in said


def test_a_new_check_a_changed_digest_and_an_upgraded_package_are_listed(runs, base):
    spread = {"id": "spread", "require": "spread(seeds.score) <= 0.1", "severity": "minor"}
    packages = base.result.environment["packages"] | {"torch": "2.14.0"}
    environment = {"packages": packages, "data_sha256": "b" * 64}
    after = made_up(small(checks=[*BLOCKERS, spread]), environment=environment)
    said = words(compare(runs(after)))
    assert "+ checks.spread require spread(seeds.score) <= 0.1, severity minor" in said
    assert "✓ spread (minor) passes, 0.0095 new: spread(seeds.score) <= 0.1" in said
    assert "data SHA-256 9d1f0b0ee5a5 → bbbbbbbbbbbb" in said
    assert "packages torch 2.13.0 → 2.14.0" in said


def test_json_holds_codes_and_values(runs, base):
    shown = compare(runs(made_up(score=0.9)), "--json")
    document = json.loads(shown.output, parse_constant=pytest.fail)
    assert document["before"] == {
        "id": BEFORE,
        "finished": "2026-11-20T14:22:00+00:00",
        "checklist": {"name": "churn-mlp", "version": "1.2.0"},
        "decision": "GO",
    }
    assert document["changes"]["verdict"]["direction"] == "worse"
    assert document["changes"]["trainings"]["relation"] == "not_repeated"


def test_markdown_is_tables_with_nothing_in_them_that_markdown_reads(runs):
    renamed = made_up(small(name=f"{MARKUP} | *x*"), score=0.9)
    shown = compare(runs(renamed), "--format", "md")
    assert shown.exit_code == 0
    heading = shown.output.splitlines()[0]
    assert heading.startswith("## churn-mlp 1.2.0 → ")
    assert "✓ GO → ✗ NO-GO" in heading
    assert not re.search(r"(?<!\\)<(?!br>)", shown.output)
    for line in shown.output.splitlines():
        if line.startswith("|"):
            assert line.replace("\\|", "").count("|") in (4, 5)
    assert "| ✓ → ✗ | reproducible (blocker)<br>" in shown.output


def test_worse_fails_a_build_only_where_that_is_asked_for(runs, base):
    output = runs(made_up(score=0.9))
    assert compare(output).exit_code == 0
    assert compare(output, "--fail-on-worse").exit_code == exits.WORSE == 96
    back = stablecheck(
        "compare", "aa000002", "aa000001", "--runs", output, "--fail-on-worse"
    )  # fmt: skip
    assert back.exit_code == 0


def test_runs_are_found_by_folder_too(runs, base):
    output = runs(base)
    ended = stablecheck("compare", output / BEFORE, output / AFTER)
    assert ended.exit_code == 0
    assert "nothing changed" in ended.output


def test_nothing_in_a_name_reaches_the_terminal_as_a_command(runs):
    hostile = made_up(
        hostile_checklist() | {"name": "\x1b[31mred\x9b2J\u202egnp 🚀 名前 " + "x" * 300},
        environment={"device_name": "\x1b]0;title\x07"},
    )
    output = runs(hostile)
    for options in ((), ("--format", "md"), ("--json",)):
        shown = compare(output, *options)
        assert shown.exit_code == 0, shown.output
        assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(shown.output)


def test_no_line_is_wider_than_80_columns(runs):
    shown = compare(runs(made_up(hostile_checklist(), score=0.9)))
    assert shown.exit_code == 0, shown.output
    assert [line for line in shown.output.splitlines() if cell_len(line) > 80] == []


def damaged(folder, name, content):
    (folder / BEFORE / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("result.json", b'{"schema": "stablecheck-res', "torn result.json; restore it, or run"),
        ("result.json", b'{"schema": "stablecheck-result/1"}', "torn result.json; restore it"),
        ("result.json", b'{"schema": "stablecheck-result/0"}', "schema stablecheck-result/0, and"),
        ("result.json", b'{"schema": "https://example.com"}', "not a run; give a folder that"),
        ("result.json", b"\xff\xfe", "torn result.json; restore it"),
        ("checklist.yaml", b"name: edited\n", "checklist.yaml is not the checklist of a run"),
        ("checklist.yaml", b"a: [", "checklist.yaml is not the checklist of a run"),
    ],
)
def test_a_run_that_cannot_be_read_is_one_line(runs, base, name, content, expected):
    ended = compare(damaged(runs(base), name, content))
    assert ended.exit_code == 1
    assert expected in ended.output
    assert BEFORE in ended.output
    assert ended.output.count("\n") == 1
    assert "Traceback" not in ended.output


def test_a_run_that_is_not_there_or_named_by_half_is_one_line(runs, base, tmp_path):
    output = runs(base)
    (output / "other-20261122T140200Z-aa000001").mkdir()
    for name, expected in {
        "nothing": f"no run 'nothing', here or in {output}; give a run's folder, or the end",
        "aa000001": f"'aa000001' is the end of 2 runs in {output}; give more of it",
        str(output): f"{output}: not a finished run: no readable result.json",
    }.items():
        ended = stablecheck("compare", name, "aa000002", "--runs", output)
        assert ended.exit_code == 1
        assert ended.output.startswith(expected)
        assert ended.output.count("\n") == 1
