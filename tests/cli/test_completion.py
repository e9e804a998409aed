"""TAB, through the protocol that the shells' own scripts speak."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.cli.conftest import clean_environment, command


def offered(folder, *words, **environment):
    """What is offered for the last word."""
    asked = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        command(),
        cwd=folder,
        env=clean_environment() | environment | asked | {"_STABLECHECK_COMPLETE": "bash_complete"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.split()


def finish_run(folder, name, when):
    (folder / name).mkdir(parents=True)
    result = folder / name / "result.json"
    result.touch()
    os.utime(result, (when, when))


def test_commands_and_options_are_offered(tmp_path):
    assert offered(tmp_path, "stablecheck", "va") == ["plain,validate"]
    assert offered(tmp_path, "stablecheck", "run", "--max") == ["plain,--max-cost"]
    assert offered(tmp_path, "stablecheck", "run", "--device", "cu") == ["plain,cuda"]


def test_checklists_are_offered_by_file_and_by_shipped_name(project):
    assert offered(project.folder, "stablecheck", "run", "q") == ["plain,quickstart"]
    assert offered(project.folder, "stablecheck", "validate", "o") == ["plain,own.yaml"]
    (project.folder / "checks").mkdir()
    project.write("checks/strict-own.yaml", "")
    inside = offered(project.folder, "stablecheck", "plan", "checks/s")
    assert inside == ["plain,checks/strict-own.yaml"]
    assert offered(project.folder, "stablecheck", "run", "chec") == ["file,"]


def test_finished_runs_are_offered_with_the_newest_first(tmp_path):
    finish_run(tmp_path / "stablecheck-runs", "own-1", 1000)
    finish_run(tmp_path / "stablecheck-runs", "own-2", 2000)
    (tmp_path / "stablecheck-runs" / "own-unfinished").mkdir()
    assert offered(tmp_path, "stablecheck", "report", "sta") == [
        "plain,stablecheck-runs/own-2", "plain,stablecheck-runs/own-1",
    ]  # fmt: skip
    finish_run(tmp_path / "elsewhere", "own-3", 3000)
    moved = offered(tmp_path, "stablecheck", "report", "else", STABLECHECK_OUTPUT="elsewhere")
    assert moved == ["plain,elsewhere/own-3"]


def test_measures_are_offered(tmp_path):
    found = offered(tmp_path, "stablecheck", "explain", "path.pos")
    assert found == ["plain,path.positive_share"]


def test_completing_loads_nothing_heavy(tmp_path):
    """So that it answers while somebody types."""
    script = (
        "import sys\n"
        "from stablecheck.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'sklearn', 'scipy', 'matplotlib', 'rich', 'numpy'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    for words in ("stablecheck run q", "stablecheck explain path"):
        asked = {"COMP_WORDS": words, "COMP_CWORD": "2", "_STABLECHECK_COMPLETE": "bash_complete"}
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path, env=clean_environment() | asked, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "plain," in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_what_a_shell_is_given_calls_back(tmp_path, shell):
    done = subprocess.run(
        command("completion", shell), env=clean_environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert f"_STABLECHECK_COMPLETE={shell}_complete" in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_completes_a_command(project, tmp_path):
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "stablecheck"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m stablecheck "$@"\n')
    program.chmod(0o755)
    script = (
        'eval "$(stablecheck completion bash)"\n'
        "COMP_WORDS=(stablecheck run qui); COMP_CWORD=2\n"
        "_stablecheck_completion stablecheck qui run 2> /dev/null\n"
        'echo "${COMPREPLY[@]}"\n'
    )
    environment = clean_environment()
    environment["PATH"] = f"{tmp_path / 'bin'}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.stdout.split() == ["quickstart"], done.stderr
