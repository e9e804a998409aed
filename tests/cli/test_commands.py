"""What the commands print, and what they refuse, through the real command."""

import json
import re

import pytest
from click.testing import CliRunner

from stablecheck.checklist.requirement.parser import FUNCTIONS
from stablecheck.cli import explain
from stablecheck.cli.main import COMMANDS
from stablecheck.measures import MEASURES

pytestmark = pytest.mark.slow


def test_help_names_every_command_and_exit_code(project):
    shown = project.stablecheck("--help").stdout
    for word in COMMANDS:
        assert re.search(rf"^  {word} ", shown, re.M)
    for code in ("97", "98", "99", "104", "105"):
        assert code in shown


def test_explain_knows_every_measure_and_summary(project):
    listed = project.stablecheck("explain").stdout.split()
    assert set(MEASURES) <= set(listed)
    assert {"lr.headroom", "lr.sensitivity", "data.gain_from_doubling"} <= set(listed)
    page = project.stablecheck("explain", "path.heldout.alignment").stdout
    assert "⟨G, d⟩ / (‖G‖ ‖d‖)" in page
    assert "arXiv 2306.11922" in page


def test_explain_knows_every_statistic(project):
    listed = project.stablecheck("explain").stdout.split()
    assert set(FUNCTIONS) <= set(listed)
    page = project.stablecheck("explain", "tolerance").stdout
    assert "tolerance(PROBE.MEASURE, SHARE) OP NUMBER" in page


def test_explain_fits_the_terminal():
    for name in (*MEASURES, *FUNCTIONS, "data.gain_from_doubling", "incumbent.difference"):
        page = CliRunner().invoke(explain.command, [name]).output
        assert page.startswith(f"{name}\n")
        assert max(map(len, page.splitlines())) <= 80, page


def test_explain_suggests_a_name(project):
    ended = project.stablecheck("explain", "path.alignmant")
    assert ended.returncode == 2
    assert "did you mean 'path.alignment'" in ended.stderr


def test_schema_is_json_that_accepts_the_checklist(project):
    import jsonschema
    import yaml

    schema = json.loads(project.stablecheck("schema").stdout)
    document = yaml.safe_load((project.folder / "own.yaml").read_text())
    jsonschema.validate(document, schema)
    document["candidate"]["epoch"] = 3
    with pytest.raises(jsonschema.ValidationError, match="epoch"):
        jsonschema.validate(document, schema)


def test_plan_without_a_pilot_trains_and_loads_nothing(project):
    project.write("model.py", "def build(width=8):\n    raise SystemExit('I was run')\n")
    shown = project.stablecheck("plan", "own.yaml", "--no-pilot")
    assert shown.returncode == 0, shown.stderr
    assert "Gradient steps   90" in shown.stdout
    assert "n = 3      at least 36 % of future trainings do too: seeds" in shown.stdout
    assert project.runs == []


def test_plan_says_what_is_not_known_of_a_command(project):
    project.write("train.py", "raise SystemExit('this must not run')")
    text = (project.folder / "own.yaml").read_text()
    first, last = text.index("candidate:"), text.index("run:")
    command = "candidate:\n  command: python train.py {seed}\n"
    score = "  score: {name: accuracy, higher_is_better: true}\n"
    project.write("own.yaml", text[:first] + command + score + text[last:])
    for options in ([], ["--no-pilot"]):
        done = project.stablecheck("plan", "own.yaml", *options)
        assert done.returncode == 0, done.stderr
        assert "Gradient steps   the command's own; it may report them" in done.stdout
        assert "Time, memory     not known before the command has run" in done.stdout


def test_plan_lists_the_checks_of_extended_checklists_and_none_that_is_off(project):
    project.edit("own.yaml", "name: own", "name: own\nextends: [standard]")
    project.edit("own.yaml", "checks:\n", 'checks:\n  - {id: spread, severity: "off"}\n')
    lines = project.stablecheck("plan", "own.yaml", "--no-pilot").stdout.splitlines()
    assert "  blocker  no-divergence  share(seeds.diverged) <= 0.2" in lines
    assert "  blocker  works          min(seeds.score) >= 0.8" in lines
    assert not any(" spread " in line for line in lines)


def test_plan_shows_the_looks_of_a_run_that_grows(project):
    project.edit(
        "own.yaml", "kind: init_seeds, seeds: 3", "kind: init_seeds, seeds: 3, max_seeds: 9"
    )
    project.edit("own.yaml", "probes:", "decision: {until_decided: true}\nprobes:")
    shown = project.stablecheck("plan", "own.yaml", "--no-pilot").stdout
    assert "every look spends its share of the error" in shown
    assert re.search(r"seeds +n = 3 at 98\.\d%, .*9 at 9\d\.\d%", shown)


def test_plan_shows_what_a_costly_measure_adds(project):
    project.edit("own.yaml", "probes:", "report: {measures: [seeds.ntk.drift]}\nprobes:")
    shown = project.stablecheck("plan", "own.yaml").stdout
    assert re.search(r"Measures +ntk +\+\d+\.\d\d s each in 3 trainings", shown)


def test_plan_with_a_pilot_shows_time_and_memory(project):
    shown = project.stablecheck("plan", "own.yaml")
    assert shown.returncode == 0, shown.stderr
    took = r"Time +about [\d.]+\ss of training and measuring on CPU\n"
    assert re.search(took, shown.stdout)
    assert re.search(r"Computed +(one by one|ensembles of up to 3), 1 process of \d+", shown.stdout)
    assert re.search(r"Memory +about [\d,]+ MiB a worker", shown.stdout)
    assert project.runs == []


def test_validate_shows_every_error_of_every_file(project):
    project.write("other.yaml", (project.folder / "own.yaml").read_text().replace("steps", "stepz"))
    project.edit("own.yaml", "kind: init_seeds", "kind: init_seed")
    ended = project.stablecheck("validate", "own.yaml", "other.yaml")
    assert ended.returncode == 104
    assert "own.yaml:16:17: " in ended.stderr
    assert "did you mean 'init_seeds'" in ended.stderr
    assert "other.yaml:12:3: " in ended.stderr
    assert "did you mean 'steps'" in ended.stderr


def test_validate_warns_of_a_text_that_the_report_cannot_draw(project):
    project.edit("own.yaml", "candidate:", "owner: \N{ROCKET} team\ncandidate:")
    ended = project.stablecheck("validate", "own.yaml")
    assert ended.returncode == 0
    assert ended.stderr.startswith("Warning: own.yaml:4:8: the report has no typeface for every ")
    assert "writes \N{ROCKET} as [rocket]" in ended.stderr
    shown = json.loads(project.stablecheck("validate", "own.yaml", "--json").stdout)
    assert [warning["line"] for warning in shown["warnings"]] == [4]
    assert project.stablecheck("validate", "own.yaml", "--quiet").stderr == ""


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("model.py", "def build(width=8):", "def build(width=8):\n    raise ValueError('bad')",
         r"own.yaml:5:10: calling model.py:build raised ValueError: bad \(model.py:5\)"),
        ("data.py", "x[:160], y[:160]", "x[:160], y[:150]",
         r"own.yaml:6:9: X and y of the training part differ in length, 160 and 150"),
        ("data.py", "    y = ", "    x[3, 1] = np.nan\n    y = ",
         r"own.yaml:6:9: X holds missing or infinite values: 1, the first in row 3"),
        ("data.py", "> 0)", "> 99)", r"own.yaml:6:9: y holds one class only, 0"),
        ("own.yaml", "loss: cross_entropy", "loss: cross_entropi",
         r"own.yaml:8:9: torch.nn.functional has no 'cross_entropi'.*did you mean 'cross_entropy'"),
        ("own.yaml", "score: accuracy", "score: acuracy",
         r"own.yaml:9:10: scikit-learn has no scorer"),
        ("own.yaml", "workers: 1", "workers: 1, device: cuda:7",
         r"own.yaml:13:27: there is no device 'cuda:7' here"),
    ],
)  # fmt: skip
def test_a_candidate_that_cannot_be_used_is_one_line_with_its_place(
    project, file, old, new, expected
):
    project.edit(file, old, new)
    ended = project.stablecheck("run", "own.yaml")
    assert ended.returncode == 104, ended.stderr
    assert re.match(expected, ended.stderr), ended.stderr
    assert ended.stderr.count("\n") == 1
    assert "Traceback" not in ended.stderr


def test_an_output_that_cannot_be_written_is_one_line(project):
    project.write("blocked", "a file where a folder should be")
    ended = project.stablecheck("run", "own.yaml", "--output", "blocked")
    assert ended.returncode == 1
    assert "no run folder can be made in" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_when_every_training_fails_the_verdict_is_inconclusive_and_says_why(project):
    project.write(
        "model.py",
        "from torch import nn\n"
        "class Late(nn.Linear):\n"
        "    calls = 0\n"
        "    def forward(self, x):\n"
        "        self.calls += 1\n"
        "        if self.calls > 5:\n"
        "            raise RuntimeError('sensor lost')\n"
        "        return super().forward(x)\n"
        "def build():\n"
        "    return Late(2, 2)\n",
    )
    ended = project.stablecheck("run", "own.yaml")
    assert ended.returncode == 97, ended.stderr
    assert "RuntimeError: sensor lost (model.py:7)" in ended.stdout


@pytest.mark.parametrize("code", [0, 99])
def test_a_candidate_that_exits_never_reads_as_a_verdict(project, code):
    project.edit(
        "model.py", "def build(width=8):", f"def build(width=8):\n    raise SystemExit({code})"
    )
    for command in ("run", "plan"):
        ended = project.stablecheck(command, "own.yaml")
        assert ended.returncode == 104
        assert f"calling model.py:build raised SystemExit: {code}" in ended.stderr


def test_a_pilot_that_diverges_is_a_placed_problem(project):
    project.edit("own.yaml", "{name: adam, lr: 0.05}", "{name: sgd, lr: 1.0e+30}")
    ended = project.stablecheck("plan", "own.yaml")
    assert ended.returncode == 104
    assert "own.yaml:10:14: the pilot diverged" in ended.stderr


def test_a_device_that_is_none_is_a_wrong_option(project):
    ended = project.stablecheck("run", "own.yaml", "--device", "gpu")
    assert ended.returncode == 2
    assert "'gpu' is none of auto, cpu, cuda" in ended.stderr
    missing = project.stablecheck("run", "own.yaml", "--device", "cuda:7")
    assert missing.returncode == 1
    assert missing.stderr.startswith("there is no device 'cuda:7' here")
    assert project.runs == []


def test_nothing_to_resume_is_said(project):
    ended = project.stablecheck("run", "own.yaml", "--resume")
    assert ended.returncode == 0
    assert "nothing to resume for this checklist; starting a new run" in ended.stdout


def test_a_terminal_without_check_marks_still_shows_the_verdict(project):
    ended = project.stablecheck("run", "own.yaml", PYTHONIOENCODING="ascii")
    assert ended.returncode == 0, ended.stderr
    assert "GO" in ended.stdout


def test_an_environment_variable_stands_in_for_an_option(project):
    ended = project.stablecheck("run", "own.yaml", STABLECHECK_RUN_OUTPUT="elsewhere")
    assert ended.returncode == 0, ended.stderr
    assert list(project.folder.glob("elsewhere/*/report.pdf"))


def test_two_runs_give_the_same_result_apart_from_times(project):
    project.edit("own.yaml", "workers: 1", "workers: 1, executor: processes")
    for _ in range(2):
        assert project.stablecheck("run", "own.yaml", "--quiet").returncode == 0
    first, second = (without_times(run) for run in project.runs)
    assert first == second


def without_times(run):
    result = json.loads((run / "result.json").read_text())
    del result["run"]
    for trial in result["trials"]:
        del trial["seconds"], trial["sha256"]
    return result


def test_a_terminal_of_80_columns_is_never_exceeded(project):
    ended = project.stablecheck("run", "own.yaml")
    path = str(project.runs[0])
    too_wide = [
        line for line in ended.stdout.splitlines() if len(line) > 80 and path[-40:] not in line
    ]
    assert too_wide == []
