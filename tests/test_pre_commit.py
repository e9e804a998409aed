"""The hooks for pre-commit: what they run, on which files, and with how little installed."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
OWN = HOOKS["stablecheck-validate"]

WITHOUT = """
import importlib.abc, sys

class Refusing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {refused}:
            raise ImportError("not installed: " + name)

sys.meta_path.insert(0, Refusing())
from stablecheck.cli import main
sys.argv = ["stablecheck", *{arguments}]
main()
"""


def pins() -> dict[str, str]:
    requirements = [text for text in OWN["additional_dependencies"] if text != "--no-deps"]
    return dict(text.split("==") for text in requirements)


def normal(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


def refused() -> set[str]:
    """Whatever can be imported here, but not where the hook runs."""
    here = importlib.metadata.packages_distributions()
    there = {normal(name) for name in (*pins(), "stablecheck")}
    return {module for module, owners in here.items() if not {normal(o) for o in owners} & there}


def run_hook(folder: Path, *files: str) -> subprocess.CompletedProcess[str]:
    program, *arguments = OWN["entry"].split()
    assert program == "stablecheck"
    assert {"torch", "numpy", "weasyprint"} <= refused()
    script = WITHOUT.format(refused=refused(), arguments=[*arguments, *files])
    return subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, timeout=120
    )


def test_the_hook_validates_with_nothing_but_what_it_installs(tmp_path):
    (tmp_path / "wrong.yaml").write_text("schema: stablecheck/1\nnmae: x\n")
    good = str(ROOT / "examples" / "churn" / "churn.yaml")
    done = run_hook(tmp_path, good, "wrong.yaml")
    assert f"{good}: valid" in done.stdout, done.stderr
    assert "wrong.yaml:2:1: unknown key 'nmae'" in done.stderr
    assert done.returncode == 104


def test_what_it_installs_is_what_the_tests_ran_with():
    constraints = (ROOT / "constraints.txt").read_text()
    tested = dict(re.findall(r"^([\w-]+)==(\S+)$", constraints, re.MULTILINE))
    assert pins() == {name: tested[name] for name in pins()}


def test_what_it_installs_is_complete():
    """Without what they depend on, pip installs what is named; so all of that has to be named."""
    for name in pins():
        needed = importlib.metadata.requires(name) or ()
        always = {normal(re.match(r"[\w.-]+", text).group()) for text in needed if ";" not in text}
        assert always <= set(pins()), name


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize(
    ("file", "meant"),
    [
        ("checklists/churn.yaml", True),
        ("models/checklists/eu/churn.yml", True),
        ("checklist.yaml", True),
        ("models/churn-checklist.yml", True),
        ("churn.stablecheck.yaml", True),
        ("churn.yaml", False),
        ("checklists/stablecheck-1.schema.json", False),
        (".github/workflows/stablecheck.yml", False),
        ("stablecheck-runs/churn-20261127T101500Z-0a1b2c3d/checklist.yaml", False),
    ],
)
def test_a_hook_is_for_checklists(hook: str, file: str, meant: bool):
    matches = re.search(HOOKS[hook]["files"], file) is not None
    excluded = re.search(HOOKS[hook]["exclude"], file) is not None
    assert (matches and not excluded) == meant


def test_one_hook_has_an_environment_of_its_own_and_one_uses_what_is_installed():
    assert {id_: hook["language"] for id_, hook in HOOKS.items()} == {
        "stablecheck-validate": "python",
        "stablecheck-validate-installed": "system",
    }
    assert "additional_dependencies" not in HOOKS["stablecheck-validate-installed"]


def test_the_readme_says_which_files_a_hook_is_for():
    readme = (ROOT / "README.md").read_text()
    (said,) = re.findall(r"`stablecheck-validate` runs on (.*?)\. Its", readme, re.DOTALL)
    folder, *names = re.findall(r"`(.+?)`", said)
    assert re.search(OWN["files"], f"{folder}any.yaml")
    assert len(names) == 2
    for name in names:
        assert re.search(OWN["files"], name.replace("…", "any"))
