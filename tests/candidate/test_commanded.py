"""What can be known of a command before it is run."""

from __future__ import annotations

import pytest

from stablecheck.candidate.commanded import examine_command
from stablecheck.errors import CandidateError
from stablecheck.recipe import CandidateFacts, CommandCandidate, ReportedScore


def candidate(command: str = "python train.py {seed}", **changes) -> CommandCandidate:
    score = ReportedScore(name="accuracy", higher_is_better=True)
    return CommandCandidate(command=command, score=score, **changes)


def test_what_is_declared_is_known_and_nothing_else(tmp_path):
    found = examine_command(candidate(steps=30, batch_size=8), tmp_path)
    assert found == CandidateFacts(steps=30, batch_size=8)


def test_the_digest_of_the_data_changes_with_its_files_in_folders_too(tmp_path):
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows/a.csv").write_text("1")
    recipe = candidate(data=("rows",))
    before = examine_command(recipe, tmp_path).data_sha256
    assert examine_command(recipe, tmp_path).data_sha256 == before
    (tmp_path / "rows/a.csv").write_text("2")
    assert examine_command(recipe, tmp_path).data_sha256 != before


def test_a_program_in_the_folder_has_to_be_executable(tmp_path):
    script = tmp_path / "run.sh"
    script.write_text("#!/bin/sh\n")
    with pytest.raises(
        CandidateError, match=r"no program './run.sh' that may be executed"
    ) as caught:
        examine_command(candidate("./run.sh {seed}"), tmp_path)
    assert caught.value.field == ("candidate", "command")
    script.chmod(0o755)
    assert examine_command(candidate("./run.sh {seed}"), tmp_path) == CandidateFacts()


@pytest.mark.parametrize("name", ["code", "data"])
def test_files_that_are_gone_are_told_at_their_field(tmp_path, name):
    with pytest.raises(CandidateError, match="no file or folder 'gone'") as caught:
        examine_command(candidate(**{name: ("gone",)}), tmp_path)
    assert caught.value.field == ("candidate", name)


def test_python_is_the_one_that_stablecheck_runs_with(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert examine_command(candidate(), tmp_path) == CandidateFacts()
