"""A folder with a model in it, and a way to write checklists there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stablecheck.checklist.loader import validate_file

VALID = """\
schema: stablecheck/1
name: churn
candidate:
  model: model.py:build
  data: sklearn:digits
  task: classification
  loss: cross_entropy
  score: accuracy
  optimizer: {lr: 0.05}
  epochs: 3
probes:
  seeds: {kind: init_seeds, seeds: 6}
  lr: {kind: lr_jitter, factors: [0.5, 1, 2], seeds: 2}
checks:
  - id: target
    require: "median(seeds.score) >= 0.9"
"""

Write = Callable[..., Path]
Problems = Callable[..., list[str]]


@pytest.fixture
def valid() -> str:
    """A small checklist in which nothing is wrong."""
    return VALID


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with ``model.py`` in it."""
    (tmp_path / "model.py").write_text("def build(inputs=1):\n    raise SystemExit\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(folder: Path) -> Write:
    """Write a checklist, by default the valid one with one piece of text changed."""

    def _write(text: str | bytes = VALID, *change: str, name: str = "c.yaml") -> Path:
        if change:
            before, after = change
            assert isinstance(text, str)
            assert text.count(before) == 1, f"{before!r} stands in it {text.count(before)} times"
            text = text.replace(before, after)
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return Path(name)

    return _write


@pytest.fixture
def problems(write: Write) -> Problems:
    """Every problem of a checklist, as the user sees it."""

    def _problems(*text: str) -> list[str]:
        return [str(problem) for problem in validate_file(write(*text))]

    return _problems
