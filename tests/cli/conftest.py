"""A small project of one's own, and the real command to run in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKLIST = """\
schema: stablecheck/1
name: own
version: 1.0.0
candidate:
  model: model.py:build
  data: data.py:blobs
  task: classification
  loss: cross_entropy
  score: accuracy
  optimizer: {name: adam, lr: 0.05}
  batch_size: 32
  steps: 30
run: {workers: 1}
measure: {snapshots: 5, batches: 2}
probes:
  seeds: {kind: init_seeds, seeds: 3}
checks:
  - {id: works, require: "min(seeds.score) >= 0.8", severity: blocker}
"""


class Project:
    """A folder with a model, data and a checklist."""

    def __init__(self, folder: Path, files: dict[str, str]) -> None:
        self.folder = folder
        for name, text in {"own.yaml": CHECKLIST, **files}.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new))

    def stablecheck(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the real command in a process of its own."""
        return subprocess.run(
            command(*arguments),
            cwd=self.folder,
            env=clean_environment() | environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the real command and go on."""
        return subprocess.Popen(
            command(*arguments),
            cwd=self.folder,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def runs(self) -> list[Path]:
        return sorted((self.folder / "stablecheck-runs").glob("*"))


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "stablecheck", *arguments]


def clean_environment() -> dict[str, str]:
    ours = ("STABLECHECK", "GITHUB_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"NO_COLOR": "1", "COLUMNS": "80"}


@pytest.fixture
def project(tmp_path, own_files):
    return Project(tmp_path, own_files)
