"""What `stablecheck history` lists, and what it leaves out; the runs are made up."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from stablecheck.cli.main import group
from tests.comparison.made_up import folder_of, made_up, small
from tests.report.made_up.checklists import hostile_checklist


@pytest.fixture(scope="module")
def go():
    return made_up()


@pytest.fixture(scope="module")
def no_go():
    return made_up(small(name="pricing", version="3.1"), score=0.9)


@pytest.fixture
def runs(tmp_path, go, no_go, monkeypatch):
    """A folder with two finished runs and one that is not, named from the folder it lies in."""
    monkeypatch.chdir(tmp_path)
    found = Path("stablecheck-runs")
    folder_of(go, found, "churn-mlp-20261120T140200Z-aa000001", finished="2026-11-20T14:22:09")
    folder_of(no_go, found, "pricing-20261122T140200Z-bb000002", finished="2026-11-22T14:22:09")
    unfinished(go, found, "churn-mlp-20261121T140200Z-cc000003")
    return found


def unfinished(run, output, name):
    folder = folder_of(run, output, name)
    (folder / "result.json").unlink()
    (folder / "plan.json").write_text('{"trials": [{}, {}, {}]}')
    (folder / "trials" / "seeds-base-s0.json").write_text("{}")
    return folder


def history(*arguments):
    return CliRunner().invoke(group, ["history", *map(str, arguments)])


def lines(ended):
    assert ended.exit_code == 0, ended.output
    return [" ".join(line.split()) for line in ended.output.splitlines() if line.strip()]


def test_every_run_is_listed_with_verdict_and_figures_the_newest_first(runs, go):
    scores = [trial.score for trial in go.result.trials]
    mean, lowest, highest = (
        f"{x:.3f}" for x in (sum(scores) / len(scores), min(scores), max(scores))
    )
    shown = lines(history())
    assert shown[0] == "stablecheck-runs: 3 runs, the newest first"
    assert shown[1:6:2] == [
        "2026-11-22 14:22 ✗ NO-GO pricing 3.1 bb000002",
        "2026-11-21 14:02 … unfinished churn-mlp 1.2.0 cc000003",
        "2026-11-20 14:22 ✓ GO churn-mlp 1.2.0 aa000001",
    ]
    assert shown[2].startswith("blockers 1/2 · score ")
    assert shown[4] == "1 of 3 trainings so far"
    assert shown[6].startswith(
        f"blockers 2/2 · score {mean} ({lowest}–{highest}) · 14 trainings · "
    )
    assert not any("Left out" in line for line in shown)


def test_runs_are_looked_for_where_run_puts_them(runs, tmp_path, monkeypatch):
    runs.rename("elsewhere")
    monkeypatch.setenv("STABLECHECK_RUN_OUTPUT", "elsewhere")
    assert lines(history())[0] == "elsewhere: 3 runs, the newest first"
    compared = CliRunner().invoke(group, ["compare", "aa000001", "bb000002"])
    assert "churn-mlp 1.2.0 → pricing 3.1" in compared.output


def test_a_checklist_and_a_number_narrow_the_list(runs):
    assert "the newest 1 of 2 runs of checklist churn-mlp" in " ".join(
        lines(history(runs, "--checklist", "churn-mlp", "--limit", "1"))
    )
    named = history(runs, "--checklist", "churn-mlp").output
    assert "pricing" not in named.partition("\n")[2]
    assert "no runs of checklist nothing in" in history(runs, "--checklist", "nothing").output


def test_what_is_no_run_is_counted_and_named_with_the_reason(runs, go):
    (runs / "notes").mkdir()
    (runs / "readme.txt").write_text("no folder")
    (runs / ".cache").mkdir()
    contents = {
        "torn": b'{"schema": "stablecheck-result/1", "tool"',
        "older": b'{"schema": "stablecheck-result/0", "verdict": "GO"}',
        "foreign": b'{"schema": "https://example.com", "runs": []}',
        "gutted": b'{"schema": "stablecheck-result/1"}',
    }
    for name, content in contents.items():
        (runs / name).mkdir()
        (runs / name / "result.json").write_bytes(content)
    shown = lines(history(runs))
    assert shown[0] == "stablecheck-runs: 3 runs, the newest first"
    closing = " ".join(shown).partition("Left out ")[2]
    assert closing == (
        "5 folders: foreign (not a run), gutted (torn result.json), notes (not a run), "
        "older (schema stablecheck-result/0), torn (torn result.json)"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"schema": "stablecheck-result/1", "tool"', "torn result.json"),
        (b'{"schema": "stablecheck-result/0"}', "schema stablecheck-result/0"),
        (b"null", "not a run"),
    ],
)
def test_report_and_compare_call_a_bad_result_what_history_calls_it(runs, content, told):
    (whole, *_) = sorted(path for path in runs.iterdir())
    bad = runs / "bad"
    shutil.copytree(whole, bad)
    (bad / "result.json").write_bytes(content)
    assert f"bad ({told})" in history(runs).output
    for arguments in (["report", str(bad)], ["compare", str(bad), str(whole)]):
        ended = CliRunner().invoke(group, arguments)
        assert ended.exit_code == 1
        assert re.split("[;,]", ended.output)[0] == f"{bad}: {told}"
        assert ended.output.count("\n") == 1


@pytest.mark.parametrize(
    "content", [b"", b"[" * 100_000, b"null", b"\xff\xfe\x00", b"[1, 2]", b'{"schema": 3}']
)
def test_no_result_is_too_strange_to_be_left_out(runs, content):
    (runs / "strange").mkdir()
    (runs / "strange" / "result.json").write_bytes(content)
    ended = history(runs)
    assert ended.exit_code == 0, ended.output
    assert "Left out 1 folder: strange (" in ended.output


@pytest.mark.parametrize("content", [b"", b"a: [", b"\x00\xff", b"- 1", b"{schema: {}}"])
def test_no_checklist_is_too_strange_to_be_left_out(runs, content):
    (runs / "strange").mkdir()
    (runs / "strange" / "checklist.yaml").write_bytes(content)
    assert "Left out 1 folder: strange (" in history(runs).output


def test_an_unfinished_run_without_a_plan_is_listed_all_the_same(runs, go):
    folder = unfinished(go, runs, "churn-mlp-renamed")
    for content in ("", "[", '{"trials": 3}'):
        (folder / "plan.json").write_text(content)
        assert "1 training so far" in history(runs, "--checklist", "churn-mlp").output


def test_a_run_that_ran_out_of_time_shows_how_many_trainings_it_has(tmp_path):
    folder_of(made_up(drop=4), tmp_path, "churn-mlp-20261120T140200Z-aa000001")
    shown = " ".join(lines(history(tmp_path)))
    assert "? INCONCLUSIVE" in shown
    assert "10 of 14 trainings" in shown


def test_a_run_without_any_score_says_so(tmp_path):
    folder_of(made_up(status=lambda spec: "failed"), tmp_path, "churn-mlp-a")
    assert "no score" in history(tmp_path).output
    (run,) = json.loads(history(tmp_path, "--json").output)["runs"]
    assert run["score"] is None


def test_names_are_as_short_as_they_can_be_and_no_shorter(tmp_path, go):
    for name in ("a-20261120T140200Z-aa", "a-20261121T140200Z-aa", "a-20261121T140200Z-bb"):
        folder_of(go, tmp_path, name)
    shown = " ".join(lines(history(tmp_path)))
    for name in ("20261120T140200Z-aa", "20261121T140200Z-aa", "bb"):
        assert f" {name} blockers" in shown
    assert "a-2026" not in shown.partition("newest first")[2]


def test_json_holds_every_run_and_what_is_left_out(runs):
    (runs / "notes").mkdir()
    document = json.loads(history(runs, "--json").output, parse_constant=pytest.fail)
    decisions = [run["decision"] for run in document["runs"]]
    assert decisions == ["NO_GO", None, "GO"]
    assert document["runs"][2]["checks"] == {"blocker": {"passed": 2, "total": 2}}
    assert document["runs"][2]["score"]["n"] == 14
    assert document["runs"][1]["planned_trainings"] == 3
    assert document["left_out"] == [
        {"folder": str(runs / "notes"), "reason": "not_a_run", "schema": None}
    ]


def test_nothing_in_a_name_reaches_the_terminal_as_a_command(tmp_path):
    name = "\x1b[31mred\x9b2J\u202egnp 🚀 名前 نموذج " + "x" * 300
    run = made_up(small(name=name, version="\x1b]0;t\x07"))
    folder_of(run, tmp_path, "evil\x1b[2J-20261120T140200Z-aa")
    unfinished(run, tmp_path, "evil-20261121T140200Z-bb")
    (tmp_path / "left\x1b[2Jout").mkdir()
    for options in ((), ("--json",)):
        shown = history(tmp_path, *options)
        assert shown.exit_code == 0, shown.output
        assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(shown.output)


def test_no_line_is_wider_than_80_columns(tmp_path):
    folder_of(made_up(hostile_checklist()), tmp_path, "x-20261120T140200Z-aa")
    folder_of(made_up(small(name="顧客離反予測モデル" * 3)), tmp_path, "y-20261120T140200Z-bb")
    shown = history(tmp_path).output.splitlines()[1:]
    assert [line for line in shown if cell_len(line) > 80] == []


def test_an_empty_folder_has_no_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    assert history("empty").output == "no runs in empty\n"
    assert json.loads(history("empty", "--json").output) == {"runs": [], "left_out": []}


def test_a_folder_that_is_not_there_or_is_a_run_itself_is_one_line(tmp_path, go):
    missing = history(tmp_path / "nowhere")
    assert missing.exit_code == 1
    assert missing.output.startswith(f"cannot list {tmp_path / 'nowhere'}: No such file")
    run = folder_of(go, tmp_path, "churn-mlp-a")
    ended = history(run)
    assert ended.exit_code == 1
    assert ended.output == (
        f"{run} is a run itself; give the folder that holds runs, here {tmp_path}\n"
    )
    for one in (missing, ended):
        assert one.output.count("\n") == 1
