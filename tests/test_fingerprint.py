"""The digest of the candidate's code, and the versions beside it."""

import importlib.metadata
import importlib.util
import platform
import subprocess
import sys
import types

import numpy
import pytest
import scipy
import sklearn

import stablecheck
import stablecheck.command.files
from stablecheck.fingerprint import PACKAGES, code_sha256, files_sha256, versions, versions_in_use
from stablecheck.recipe import ScoreCallable


@pytest.fixture
def own(make_candidate):
    """A candidate whose model is a file, and who changes only as a test says."""

    def make(**changes):
        return make_candidate(**({"model": "model.py:build"} | changes))

    return make


def write(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def test_the_digest_changes_with_the_model_file(own, tmp_path):
    before = code_sha256([own()], [write(tmp_path, model="def build(): ...")])
    after = code_sha256([own()], [write(tmp_path, model="def build(): pass")])
    assert before != after


def test_the_digest_changes_with_a_python_file_beside_the_model(own, tmp_path):
    alone = code_sha256([own()], [write(tmp_path, model="import helper")])
    first = code_sha256([own()], [write(tmp_path, helper="width = 8")])
    second = code_sha256([own()], [write(tmp_path, helper="width = 9")])
    assert len({alone, first, second}) == 3


def test_the_digest_changes_when_a_file_beside_the_model_is_renamed(own, tmp_path):
    before = code_sha256([own()], [write(tmp_path, model="", helper="width = 8")])
    (tmp_path / "helper.py").rename(tmp_path / "assistant.py")
    assert code_sha256([own()], [tmp_path]) != before


def test_the_digest_ignores_files_that_are_not_python(own, tmp_path):
    before = code_sha256([own()], [write(tmp_path, model="def build(): ...")])
    (tmp_path / "notes.md").write_text("Remember the milk.")
    (tmp_path / "data.csv").write_text("a,b\n1,2\n")
    assert code_sha256([own()], [tmp_path]) == before


def test_the_same_content_elsewhere_has_the_same_digest(own, tmp_path):
    files = {"model": "import helper", "helper": "width = 8"}
    here, there = write(tmp_path / "here", **files), write(tmp_path / "far" / "there", **files)
    assert code_sha256([own()], [here]) == code_sha256([own()], [there])


@pytest.mark.parametrize(
    "part",
    [
        {"data": "parts/part.py:make"},
        {"loss": "parts/part.py:make"},
        {"schedule": {"name": "parts/part.py:make"}},
        {"score": ScoreCallable(callable="parts/part.py:make", higher_is_better=True)},
        {"model": "parts.part:make"},
    ],
    ids=["data", "loss", "schedule", "score", "a model named as a module"],
)
def test_every_part_that_is_code_counts(own, tmp_path, part):
    write(tmp_path, model="def build(): ...")
    before = code_sha256([own(**part)], [write(tmp_path / "parts", part="x = 1").parent])
    after = code_sha256([own(**part)], [write(tmp_path / "parts", part="x = 2").parent])
    assert before != after


def test_a_package_below_the_model_counts(own, tmp_path):
    write(tmp_path, model="from lib.deep.net import width")
    before = code_sha256([own()], [write(tmp_path / "lib" / "deep", net="x = 1").parent.parent])
    write(tmp_path / "lib" / "deep", net="x = 2")
    after = code_sha256([own()], [tmp_path])
    assert before != after
    (tmp_path / "lib").rename(tmp_path / "parts")
    assert code_sha256([own()], [tmp_path]) not in (before, after)


@pytest.mark.parametrize("folder", ["", "old/lib"])
def test_files_of_one_name_that_change_places_change_the_digest(own, tmp_path, folder):
    write(tmp_path, model="")
    here, there = tmp_path / "a" / folder, tmp_path / "b" / folder
    write(here, net="x = 1"), write(there, net="x = 2")
    before = code_sha256([own()], [tmp_path])
    write(here, net="x = 2"), write(there, net="x = 1")
    assert code_sha256([own()], [tmp_path]) != before


@pytest.mark.parametrize(
    "folder", [".hidden", "venv", "conda", "lib/site-packages", "stablecheck-runs", "__pycache__"]
)
def test_code_that_is_not_the_projects_does_not_count(own, tmp_path, folder):
    write(tmp_path, model="def build(): ...")
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    (tmp_path / "conda" / "conda-meta").mkdir(parents=True)
    before = code_sha256([own()], [tmp_path])
    write(tmp_path / folder, part="x = 1")
    assert code_sha256([own()], [tmp_path]) == before


def test_code_elsewhere_does_not_count(own, tmp_path):
    write(tmp_path / "model", model="def build(): ...")
    recipe = own(model="model/model.py:build")
    before = code_sha256([recipe], [write(tmp_path / "other", part="x = 1").parent])
    assert code_sha256([recipe], [write(tmp_path / "other", part="x = 2").parent]) == before


def test_of_very_many_files_those_beside_the_model_count_alone(own, tmp_path, monkeypatch):
    monkeypatch.setattr(stablecheck.command.files, "MOST_PYTHON_FILES", 3)
    write(tmp_path, model="", helper="")
    before = code_sha256([own()], [write(tmp_path / "lib", a="x = 1", b="").parent])
    assert code_sha256([own()], [write(tmp_path / "lib", a="x = 2").parent]) == before
    assert code_sha256([own()], [write(tmp_path, helper="x = 2")]) != before


def test_files_of_one_name_are_told_apart_by_their_folders_wherever_all_of_them_lie(tmp_path):
    def digest(folder, cat, dog):
        texts = {"train/cat/1.txt": cat, "train/dog/1.txt": dog}
        return files_sha256(_written(tmp_path / folder, texts), [tmp_path / folder])

    assert digest("here", "a", "b") == digest("there", "a", "b") != digest("here", "b", "a")


def _written(folder, texts):
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return [folder / name for name in texts]


def test_the_first_folder_that_has_the_file_counts(own, tmp_path):
    near = write(tmp_path / "near", model="near")
    far = write(tmp_path / "far", model="far")
    assert code_sha256([own()], [near, far]) == code_sha256([own()], [near])
    assert code_sha256([own()], [far, near]) == code_sha256([own()], [far])


def test_versions_are_those_of_the_packages_that_get_imported():
    found = versions()
    assert set(found) == {"python", *PACKAGES}
    assert found["python"] == platform.python_version()
    assert found["stablecheck"] == stablecheck.__version__
    assert found["numpy"] == numpy.__version__
    assert found["scipy"] == scipy.__version__
    assert found["scikit-learn"] == sklearn.__version__


def test_versions_are_read_without_importing_the_packages():
    script = (
        "import sys; from stablecheck.fingerprint import versions; versions(); "
        "print(*sorted({'torch', 'numpy', 'scipy', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


def found_at(package):
    """The module of an installed package, as importing it would give it; nothing of it runs."""
    return importlib.util.module_from_spec(importlib.util.find_spec(package))


def test_a_module_of_the_candidates_that_is_called_as_a_package_has_no_version(
    monkeypatch, tmp_path
):
    own = types.ModuleType("datasets")
    own.__file__ = str(tmp_path / "datasets.py")
    monkeypatch.setitem(sys.modules, "datasets", own)
    assert "datasets" not in versions_in_use()


def test_such_a_module_is_nothing_where_the_package_is_not_installed(monkeypatch, tmp_path):
    def version(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.setitem(sys.modules, "peft", types.ModuleType("peft"))
    assert versions_in_use() == {}


def test_the_versions_of_what_a_candidate_imports_are_told_and_of_nothing_else(monkeypatch):
    for name in ("accelerate", "datasets", "lightning", "pytorch_lightning", "skorch"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    before = versions_in_use()
    assert "datasets" not in before
    monkeypatch.setitem(sys.modules, "datasets", found_at("datasets"))
    assert versions_in_use() == before | {"datasets": importlib.metadata.version("datasets")}
