"""A small project whose trials run in this process."""

from __future__ import annotations

import pytest

from stablecheck.checklist.loader import load

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
  steps: 20
run: {executor: inline}
measure: {snapshots: 4, batches: 2}
probes:
  seeds: {kind: init_seeds, seeds: 3}
  lr: {kind: lr_jitter, factors: [1, 2], seeds: 2}
checks:
  - {id: works, require: "min(seeds.score) >= 0.8", severity: blocker}
"""


@pytest.fixture
def loaded(tmp_path, own_files):
    """Write the project, each text changed by (old, new) pairs, and load its checklist."""

    def load_(*changes: tuple[str, str]):
        texts = {"own.yaml": CHECKLIST, **own_files}
        for old, new in changes:
            (name,) = (name for name, text in texts.items() if old in text)
            texts[name] = texts[name].replace(old, new)
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        return load(tmp_path / "own.yaml")

    return load_
