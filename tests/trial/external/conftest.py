"""Commands of a few lines, run as trials."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from stablecheck.plan import TrialSpec
from stablecheck.recipe import CommandCandidate, ReportedScore
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.external.run import Surroundings, run_command

PREAMBLE = """\
import json, os, sys, time
request = json.load(open(os.environ["STABLECHECK_TRIAL"]))
def report(**changes):
    record = {
        "schema": "stablecheck-record/1", "status": "ok", "score": 0.5, "loss": None, "steps": 10,
        "parameters": 4, "measures": {}, "notes": [], "path": None,
        "facts": {"n_train": None, "n_heldout": None, "batch_size": None},
    }
    with open(request["record"], "w") as file:
        json.dump(record | changes, file)
"""


@pytest.fixture
def make_command_spec(make_spec):
    """The specification of a trial whose command is this Python with a script."""

    def make(command: str = "script.py --seed {seed}", **changes) -> TrialSpec:
        score = ReportedScore(name="accuracy", higher_is_better=True)
        recipe = changes.pop("recipe", {})
        candidate = CommandCandidate(command=f"'{sys.executable}' {command}", score=score, **recipe)
        return make_spec(candidate, changes.pop("seed", 0), **changes)

    return make


@pytest.fixture
def surroundings(tmp_path: Path) -> Surroundings:
    """The folder of the scripts, on one thread of the processor."""
    return Surroundings(tmp_path, "cpu", threads=1)


@pytest.fixture
def run_script(tmp_path, make_command_spec, surroundings):
    """Run a script as a trial: ``report(…)`` in it writes a record with such changes."""

    def run(body: str, **changes):
        (tmp_path / "script.py").write_text(PREAMBLE + body)
        end_points = changes.pop("end_points", EndPoints(tmp_path / "end-points"))
        return run_command(make_command_spec(**changes), surroundings, end_points)

    return run


@pytest.fixture
def path() -> dict:
    """A path of two snapshots and one batch that fits itself, as a command writes it."""
    series = {
        "rsi": [[0.5], [1.0]],
        "eb": [[1.0], [2.0]],
        "alignment": [[0.5], [0.5]],
        "loss": [[2.0], [1.0]],
    }
    found = {
        "step": [0, 5],
        "total_steps": 10,
        "lr": [0.1, 0.1],
        "distance": [2.0, 1.0],
        "train": series,
    }
    return json.loads(json.dumps(found))
