"""The rows of the house hold, and the quick commands stay light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("torch", "sklearn", "scipy", "matplotlib", "weasyprint")


def python(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a fresh interpreter, from the root of the repository."""
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


def heavy_imports_after(statements: str) -> list[str]:
    """Return which heavy packages a fresh interpreter holds after the statements."""
    done = python(
        f"import sys\n{statements}\n"
        f"print('loaded:', *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1].split()[1:]


def test_imports_point_only_to_the_rows_below():
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = python(command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_importing_the_command_line_loads_nothing_heavy():
    assert heavy_imports_after("import stablecheck.cli") == []


@pytest.mark.parametrize("module", ["stablecheck", "stablecheck.trial.protocol"])
def test_what_others_import_for_a_word_loads_nothing_heavy(module: str):
    assert heavy_imports_after(f"import {module}") == []


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["validate", "checklists/quickstart.yaml"], ["history", "tests"]],
    ids=["help", "validate", "history"],
)
def test_quick_commands_load_nothing_heavy(arguments: list[str]):
    call = (
        "from stablecheck.cli import main\n"
        f"sys.argv = ['stablecheck', *{arguments!r}]\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as end:\n"
        "    assert end.code in (0, None), f'ended with {end.code}'"
    )
    assert heavy_imports_after(call) == []
