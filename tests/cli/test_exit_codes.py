"""Every exit code of the contract, through the real command."""

import json
import signal
import time

import pytest

from stablecheck.cli import exits

pytestmark = pytest.mark.slow


def checks(*lines):
    return "checks:\n" + "".join(f"  - {line}\n" for line in lines)


WORKS = '{id: works, require: "min(seeds.score) >= 0.8", severity: blocker}'
MAJOR = '{id: more, require: "min(seeds.score) >= 1.1", severity: major}'


def with_checks(project, *lines):
    text = (project.folder / "own.yaml").read_text()
    project.write("own.yaml", text[: text.index("checks:")] + checks(*lines))


def decision(project):
    return json.loads((project.runs[-1] / "result.json").read_text())["verdict"]["decision"]


@pytest.mark.parametrize(
    ("lines", "arguments", "verdict", "code"),
    [
        ([WORKS], [], "GO", 0),
        ([WORKS, MAJOR], [], "CONDITIONAL_GO", 0),
        ([WORKS, MAJOR], ["--strict"], "CONDITIONAL_GO", 98),
        ([MAJOR.replace("major", "blocker")], [], "NO_GO", 99),
        (['{id: sure, require: "share(seeds.score >= 0.8) >= 0.9"}'], [], "INCONCLUSIVE", 97),
    ],
)
def test_run_and_report_end_with_the_verdicts_code(project, lines, arguments, verdict, code):
    with_checks(project, *lines)
    ran = project.stablecheck("run", "own.yaml", *arguments)
    assert ran.returncode == code, ran.stderr
    assert ran.stderr == ""
    assert decision(project) == verdict
    again = project.stablecheck("report", str(project.runs[0]), *arguments)
    assert again.returncode == code, again.stderr


def test_an_invalid_checklist_ends_with_104_before_anything_trains(project):
    project.edit("own.yaml", "min(seeds.score)", "min(seeds.scor)")
    for command in ("run", "validate", "plan"):
        ended = project.stablecheck(command, "own.yaml")
        assert ended.returncode == 104
        assert "own.yaml:18:37: " in ended.stderr
        assert "did you mean 'score'" in ended.stderr
    assert project.runs == []


def test_a_wrong_option_ends_with_clicks_own_2(project):
    assert project.stablecheck("run", "own.yaml", "--nonsense").returncode == 2


def test_a_report_of_something_else_ends_with_1(project):
    ended = project.stablecheck("report", ".")
    assert ended.returncode == 1
    assert "not a finished run" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_with_105_and_the_run_can_be_resumed(project, number):
    """Finished trials are kept byte for byte, and none of them is trained again."""
    project.edit("own.yaml", "seeds: 3}", "seeds: 12}")
    project.edit("own.yaml", "workers: 1", "workers: 1, executor: processes")
    project.edit(
        "model.py", "def build(width=8):", "import time\ndef build(width=8):\n    time.sleep(0.5)"
    )
    process = project.start("run", "own.yaml")
    while not list(project.folder.glob("stablecheck-runs/*/trials/*-s2.json")):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.1)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == exits.INTERRUPTED
    assert "Continue with: stablecheck run own.yaml --resume" in errors
    assert "Traceback" not in errors
    kept = {path: path.read_bytes() for path in project.runs[0].glob("trials/*.json")}
    assert 3 <= len(kept) < 12

    resumed = project.stablecheck("run", "own.yaml", "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert f"resumed: {len(kept)} trials are already there" in resumed.stdout
    assert len(project.runs) == 1
    assert all(path.read_bytes() == content for path, content in kept.items())
    result = json.loads((project.runs[0] / "result.json").read_text())
    assert len(result["trials"]) == 12
    assert result["run"]["complete"]
