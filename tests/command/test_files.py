"""The files of a command: which of them are its code, and when its digest changes."""

from __future__ import annotations

import pytest

from stablecheck.command.files import code_files, files_of, missing, named_files
from stablecheck.fingerprint import code_sha256
from stablecheck.recipe import CommandCandidate, ReportedScore


@pytest.fixture
def project(tmp_path):
    for name in ("train.py", "helper.py", "settings.toml", "notes.md", "lib/deep/a.py", "run.sh"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "lib/__pycache__").mkdir()
    (tmp_path / "lib/__pycache__/a.pyc").write_text("")
    (tmp_path / "lib/.hidden").write_text("")
    return tmp_path


def candidate(command: str, *code: str) -> CommandCandidate:
    score = ReportedScore(name="accuracy", higher_is_better=True)
    return CommandCandidate(command=command, score=score, code=code)


def names(files, project) -> set[str]:
    return {str(file.relative_to(project)) for file in files}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python train.py --config=settings.toml {seed}", {"train.py", "settings.toml"}),
        ("./run.sh {seed}", {"run.sh"}),
        ("python -m train {seed}", set()),
        ("/bin/sh run.sh", {"run.sh"}),
        ("python {model_args.file}", set()),
    ],
)
def test_files_are_named_alone_or_behind_an_equals_sign(project, command, expected):
    assert names(named_files(command, project), project) == expected


def test_python_files_beside_a_named_one_and_below_belong_to_the_code(project):
    found = code_files(candidate("python train.py {seed}"), project)
    assert names(found, project) == {"train.py", "helper.py", "lib/deep/a.py"}


def test_declared_code_is_all_the_code_with_folders_as_a_whole(project):
    found = code_files(candidate("python train.py {seed}", "train.py", "lib"), project)
    assert names(found, project) == {"train.py", "lib/deep/a.py"}


def test_the_digest_changes_with_the_code_and_with_nothing_else(project):
    recipe = candidate("python train.py {seed}")
    before = code_sha256([recipe], (project,))
    (project / "notes.md").write_text("changed")
    assert code_sha256([recipe], (project,)) == before
    (project / "helper.py").write_text("changed")
    assert code_sha256([recipe], (project,)) != before


def test_missing_paths_are_told_by_their_index(project):
    assert list(missing(["train.py", "gone.py", "lib", "x" * 5000], project)) == [1, 3]
    assert names(files_of(["lib", "run.sh"], project), project) == {"lib/deep/a.py", "run.sh"}
