"""Finished runs of this folder's checklists, read back."""

import json
import math
import sys
from pathlib import Path

MODELS = {
    "paper-mlp": "MLP",
    "paper-cnn": "CNN",
    "paper": "ResNet",
    "paper-transformer": "Transformer",
}
BASE = ("seeds", "base")
PLAIN_SGD = ("opt", "plain-sgd")
RANDOM_LABELS = ("controls", "random-labels")
NOISE = ("controls", "noise-gradients")


class Run:
    """A finished run folder; an arm is named by its probe and its own name."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.result = json.loads((self.folder / "result.json").read_text())
        self.model = MODELS[self.result["checklist"]["name"]]
        self._lines = {line["id"]: line for line in self.result["trials"]}

    def trials(self, arm):
        """The lines of an arm's trials that ended well; none where the run has no such arm."""
        probe, name = arm
        arms = self.result["probes"].get(probe, {"arms": ()})["arms"]
        ids = [id_ for one in arms if one["name"] == name for id_ in one["trials"]]
        return [self._lines[id_] for id_ in ids if self._lines[id_]["status"] == "ok"]

    def measure(self, arm, name):
        """A measure of every trial of an arm that has it."""
        found = [line.get(name, line["measures"].get(name)) for line in self.trials(arm)]
        return [value for value in found if value is not None]

    def paths(self, arm):
        """The measured paths of an arm's trials."""
        files = [self.folder / "trials" / f"{line['id']}.json" for line in self.trials(arm)]
        return [json.loads(file.read_text())["path"] for file in files]


def read_runs(folders):
    """The runs in the order of ``MODELS``; ends where one is not finished."""
    for folder in folders:
        if not (Path(folder) / "result.json").is_file():
            sys.exit(f"{folder}: not a finished run; finish it with --resume, or leave it out")
    order = list(MODELS.values())
    return sorted(map(Run, folders), key=lambda run: order.index(run.model))


def require_all(runs):
    """End where the runs are not one of each model: the page would have holes."""
    wanted, found = list(MODELS.values()), [run.model for run in runs]
    if found != wanted:
        sys.exit(f"expected one run of each of {', '.join(wanted)}; found {', '.join(found)}")


def null(path, place):
    """γ of orthogonal equal steps with their own gradients, at one snapshot."""
    return 1 / math.sqrt(path["total_steps"] - path["step"][place])
