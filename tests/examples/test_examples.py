"""Every example runs as it lies there, only shorter."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from stablecheck.checklist.loader import load
from stablecheck.recipe import CommandCandidate

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CHECKLISTS = sorted(path.relative_to(EXAMPLES) for path in EXAMPLES.glob("*/*.yaml"))
DECISIONS = {0: {"GO", "CONDITIONAL_GO"}, 97: {"INCONCLUSIVE"}, 99: {"NO_GO"}}


def stablecheck(folder, *arguments):
    """Run the real command in a folder, untouched by this machine's own settings, without a hub."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STABLECHECK")}
    return subprocess.run(
        [*on_its_cluster(folder, arguments[0]), sys.executable, "-m", "stablecheck", *arguments],
        cwd=folder,
        env=kept | {"HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )


def on_its_cluster(folder, command):
    """What starts the cluster that an example brings with it, for a command that computes."""
    brings_one = command == "run" and (folder / "two_nodes.py").exists()
    return [sys.executable, "two_nodes.py"] if brings_one else []


def short_budget(candidate):
    """A few steps; of a command, whose budget is an argument, an epoch where it takes epochs."""
    if not isinstance(candidate, CommandCandidate):
        return {"epochs": None, "steps": 20}
    return {"epochs": 1} if candidate.epochs else {}


def write_short_version(checklist):
    """A checklist beside the example's own that changes what a run costs and nothing else."""
    whole = load(checklist).checklist
    short = {
        "schema": "stablecheck/1",
        "name": "short",
        "extends": [checklist.name],
        "candidate": short_budget(whole.candidate),
        "measure": {"snapshots": 4, "batches": 2},
        "decision": {"until_decided": False},
        "probes": {name: {"kind": probe.kind, "seeds": 2} for name, probe in whole.probes.items()},
    }
    checklist.with_name("short.yaml").write_text(yaml.safe_dump(short, sort_keys=False))


@pytest.fixture(params=CHECKLISTS, ids=str)
def checklist(request, tmp_path):
    """The example's checklist, in a copy of its folder."""
    copy = tmp_path / request.param.parent
    shutil.copytree(EXAMPLES / request.param.parent, copy)
    return copy / request.param.name


def test_there_are_examples():
    assert CHECKLISTS


@pytest.mark.slow
def test_an_example_is_valid_and_runs_to_a_verdict_and_a_report(checklist):
    write_short_version(checklist)
    checked = stablecheck(checklist.parent, "validate", checklist.name, "short.yaml")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    done = stablecheck(checklist.parent, "run", "short.yaml")
    assert done.returncode in DECISIONS, done.stdout + done.stderr
    (run,) = (checklist.parent / "stablecheck-runs").iterdir()
    assert (run / "report.html").stat().st_size > 0
    result = json.loads((run / "result.json").read_text())
    assert result["verdict"]["decision"] in DECISIONS[done.returncode]
    assert {trial["status"] for trial in result["trials"]} == {"ok"}
