"""What is shipped, and that it works away from the repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import stablecheck

ROOT = Path(__file__).resolve().parent.parent
VERDICTS = {0, 97, 98, 99}


def run(command: list[str], folder: Path, timeout: float) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing of the caller's Python settings or checklist overrides."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "STABLECHECK_", "COV_", "PYTEST_"))
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = run([*command, str(ROOT)], folder, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def shipped(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_module_of_the_package(shipped: set[str]):
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "stablecheck").rglob("*.py")}
    assert modules <= shipped


@pytest.mark.parametrize("folder", ["templates", "checklists"])
def test_the_wheel_holds_every_file_beside_the_package(shipped: set[str], folder: str):
    files = {path for path in (ROOT / folder).rglob("*") if path.is_file()}
    assert files
    assert {f"stablecheck/_shipped/{path.relative_to(ROOT)}" for path in files} <= shipped


def test_the_wheel_holds_the_licence(shipped: set[str]):
    licence = f"stablecheck-{stablecheck.__version__}.dist-info/licenses/LICENSE"
    assert licence in shipped


def test_the_wheel_holds_nothing_but_the_package(shipped: set[str]):
    tops = {name.split("/")[0] for name in shipped}
    assert tops == {"stablecheck", f"stablecheck-{stablecheck.__version__}.dist-info"}
    assert not [name for name in shipped if re.search(r"(^|/)(tests?/|test_|conftest)", name)]


def test_every_extra_of_the_wheel_is_known_to_the_doctor(wheel: Path):
    """The two lists are kept by hand; this test keeps them equal."""
    from stablecheck.doctor.diagnosis import EXTRAS

    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        metadata = archive.read(name).decode()
    declared: dict[str, set[str]] = {}
    pattern = r"^Requires-Dist: ([\w.-]+?)(?:[<>=!~].*?)?; extra == '(\w+)'$"
    for distribution, extra in re.findall(pattern, metadata, re.MULTILINE):
        declared.setdefault(extra, set()).add(distribution)
    declared.pop("dev")
    assert {extra: set(names) for extra, names in EXTRAS.items()} == declared


@pytest.fixture
def elsewhere(wheel: Path, tmp_path: Path) -> Path:
    """The scripts folder of an environment that has the wheel, and the repository nowhere.

    The dependencies are borrowed from the running environment through a ``.pth`` file. Python
    follows no ``.pth`` file of a folder that was added so, and thus not that of the editable
    installation that leads back to the repository.
    """
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    (site,) = environment.glob("lib/python*/site-packages")
    install = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python")]
    done = run(
        [*install, "install", "--no-deps", "--no-index", "--quiet", str(wheel)], tmp_path, 120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment / "bin"


def test_the_installed_wheel_is_what_runs(elsewhere: Path, tmp_path: Path):
    script = "import stablecheck; print(stablecheck.__file__)"
    done = run([str(elsewhere / "python"), "-c", script], tmp_path, timeout=60)
    assert Path(done.stdout.strip()).is_relative_to(elsewhere.parent)


@pytest.mark.slow
def test_the_installed_wheel_runs_the_quick_start_in_an_empty_folder(
    elsewhere: Path, tmp_path: Path
):
    folder = tmp_path / "empty"
    folder.mkdir()
    command = str(elsewhere / "stablecheck")

    version = run([command, "--version"], folder, timeout=60)
    assert stablecheck.__version__ in version.stdout, version.stdout + version.stderr

    done = run([command, "run", "quickstart"], folder, timeout=600)
    assert done.returncode in VERDICTS, done.stdout + done.stderr
    (report,) = folder.glob("stablecheck-runs/*/report.pdf")
    assert report.read_bytes().startswith(b"%PDF-")
